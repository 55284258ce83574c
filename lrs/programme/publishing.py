"""From a programme's file to a version that is in force: read, judged, put on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lrs import catalogue
from lrs.errors import BadRequest
from lrs.programme import checks, exercises, reading, versions
from lrs.programme.calendars import YEAR, anchors
from lrs.programme.exercises import Known
from lrs.programme.programme import Programme
from lrs.programme.versions import Outcome, Publication
from lrs.xapi.store import Store
from scormkit.problems import Mark, Problem


@dataclass(frozen=True)
class Judged:
    """A file's text, the programme (None with an error), and every problem, by place."""

    text: bytes
    programme: Programme | None
    problems: tuple[Problem, ...]


def judged(path: Path, known: Mapping[str, Known] | None = None) -> Judged:
    """A programme's file against the exercises that are known; by default the scenarios beside
    it. Warnings are looked for where there is no error."""
    try:
        text = path.read_bytes()
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}"
        return Judged(b"", None, (Problem(Mark(str(path)), message, "unreadable"),))
    there = exercises.in_folder(path.parent) if known is None else known
    programme, document, problems = reading.parsed(text, str(path), there or None)
    if not there:
        hint = (
            "put it beside the scenarios that it asks for; lrs programme publish --dry-run "
            "looks among those that the store knows"
        )
        if known is not None:
            hint = "first make known what was built: lrs catalogue publish build"
        what = "there is no exercise that it could ask for"
        return Judged(
            text, None, (*problems, Problem(Mark(str(path)), what, "unknown-exercise", hint))
        )
    if programme and document:
        problems += checks.warnings(programme, document)
    return Judged(text, programme, tuple(sorted(problems)))


def built(store: Store) -> dict[str, Known]:
    """The exercises of the store's catalogue, by slug."""
    with store.reading() as connection:
        found = catalogue.newest(catalogue.read(connection))
        return {
            slug: exercises.in_bundle(catalogue.bundle_of(connection, each.seq))
            for slug, each in sorted(found.items())
        }


def publish(
    store: Store,
    text: bytes,
    starts: date,
    today: date,
    by: str,
    backdated: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Put a text that was judged well in force from a day on. Raises BadRequest where that would
    change what was in force before today, unless that is what is meant."""
    wanted = Publication(text, starts, by)
    with store.reading() as connection:
        there = versions.read(connection)
    same = versions.same(there, wanted)
    if there and starts < today and not backdated and not same:
        raise BadRequest(
            f"{starts} has gone by, and people had other obligations then; publish from {today} "
            "on, or say --backdated, which every register will show"
        )
    if dry_run:
        return same or Outcome(len(there) + 1, new=True)
    outcome: Outcome = store.writer.submit("programme", wanted)
    return outcome


def first_days(programme: Programme, starts: date) -> list[tuple[str, date]]:
    """When each cadence of the calendar comes for the first time from a day on, in order of the
    days; one that is counted from access has no such day."""
    last = date(min(starts.year + YEAR, date.max.year), 12, 31)
    found = []
    for cadence in (each for some in programme.curricula for each in some.cadences):
        if not cadence.from_access:
            day = next((day for day, _ in anchors(cadence, starts, last)), None)
            if day:
                found.append((cadence.path, day))
    return sorted(found, key=lambda each: (each[1], each[0]))

"""A file that an LMS exported, read whole, to an import for the door."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lrs import instants, mapped, mapping, tabular
from lrs.feeds import courses, exports
from lrs.feeds.courses import Courses
from lrs.feeds.door import Import
from lrs.feeds.exports import FIELDS
from lrs.instants import Clock
from lrs.mapping import Profile
from lrs.tabular import Grid, TableError
from scormkit import document
from scormkit.document import DocumentError
from scormkit.problems import WARNING, Mark, Problem, has_errors

ROWS = "completions"
Titles = Mapping[str, Collection[str]]  # what each exercise is called, by slug
_LMS = re.compile(r"https?://[^/?#@|\s]+(?:/[^?#|\s]*)?")


@dataclass(frozen=True)
class Wanted:
    """A file to import, and how to read it. `titles` are of the exercises that are known, and
    `known` the addresses of LMSs of which something was imported."""

    name: str
    content: bytes
    profile: str
    lms: str
    by: str
    zone: str | None = None
    course_map: Path | None = None
    titles: Titles = field(default_factory=dict)
    as_of: date | None = None
    corrects: int | None = None
    known: Collection[str] = ()


class Prepared(NamedTuple):
    """An import that could be made; None with the errors why not."""

    job: Import | None
    problems: tuple[Problem, ...]


def prepared(wanted: Wanted, now: int) -> Prepared:
    """The file as it is to be imported at an instant; the day of the export is told, or else is
    the day of the import."""
    profile, found = mapping.find(ROWS, wanted.profile, FIELDS)
    problems = [*found, *_lms(wanted), *_unpublished(wanted)]
    clock = _clock(wanted, profile, problems)
    known = _courses(wanted, problems)
    grid = _grid(wanted, profile, problems)
    if grid is not None:
        problems += _refused(grid, profile)
    if profile is None or clock is None or known is None or grid is None or has_errors(problems):
        return Prepared(None, tuple(problems))
    today = instants.day(now, clock.name)
    as_of = wanted.as_of or today
    if as_of > today:
        message, hint = f"{as_of} is to come", "write the day on which the LMS made the file"
        return Prepared(None, (*problems, Problem(Mark("--as-of"), message, "to-come", hint)))
    export = exports.read(grid, profile, clock, known, as_of)
    problems += _other_profile(grid, profile, export.problems)
    if has_errors(problems):
        return Prepared(None, tuple(problems))
    told = {
        "by": wanted.by,
        "lms": wanted.lms,
        "source": wanted.name,
        "sha256": sha256(wanted.content).hexdigest(),
        "profile": {"name": profile.name, "sha256": profile.digest()},
        "as_of": as_of.isoformat(),
        "zone": clock.name,
        "courses": known.digest(),
        "left_out": [each._asdict() for each in export.left_out],
    }
    told_day = wanted.as_of is not None
    job = Import(told, export.facts, wanted.content, wanted.corrects, told_day)
    return Prepared(job, tuple(problems))


def _unpublished(wanted: Wanted) -> Iterable[Problem]:
    if wanted.course_map and not wanted.titles:
        message = "no exercise was published yet, so none that the map names can be checked"
        hint = "lrs catalogue publish build/"
        yield Problem(Mark("--course-map"), message, "no-catalogue", hint, WARNING)


def _lms(wanted: Wanted) -> Iterable[Problem]:
    """What is wrong with the LMS's address. It is a part of people's names there, so that a slash
    more makes other people of them."""
    if not _LMS.fullmatch(wanted.lms):
        hint = "write the address that packages and the roster name it by: https://lms.example"
        yield Problem(Mark("--lms"), f'"{wanted.lms}" is no address of an LMS', "bad-lms", hint)
        return
    same = {each.rstrip("/").casefold(): each for each in wanted.known}
    there = same.get(wanted.lms.rstrip("/").casefold(), wanted.lms)
    if there != wanted.lms and wanted.lms not in wanted.known:
        message = f'"{wanted.lms}" was "{there}" in earlier imports; to the store these are two'
        yield Problem(Mark("--lms"), message, "other-lms", f"write --lms {there}")


def _clock(wanted: Wanted, profile: Profile | None, problems: list[Problem]) -> Clock | None:
    name = wanted.zone or (profile.zone if profile else "")
    if not name:
        if profile:
            hint = "write --zone Europe/Berlin, as the LMS or the report is set; UTC if it is that"
            message = "the file doesn't tell in which time zone its dates are"
            problems.append(Problem(Mark("--zone"), message, "no-zone", hint))
        return None
    clock = instants.clock(name)
    if clock is None:
        problems.append(mapping.no_zone(Mark("--zone"), name))
    return clock


def _courses(wanted: Wanted, problems: list[Problem]) -> Courses | None:
    titles = wanted.titles
    known = courses.built(titles)
    if wanted.course_map is None:
        return known
    try:
        source = document.read(wanted.course_map)
    except DocumentError as error:
        said = error.problem
        hint = "begin with courses: {ID-OR-TITLE: EXERCISE}"
        problems.append(replace(said, hint=hint) if said.code == "empty" else said)
        return None
    problems += courses.problems(source, titles)
    return courses.mapped(source, known, titles)


def _grid(wanted: Wanted, profile: Profile | None, problems: list[Problem]) -> Grid | None:
    try:
        return tabular.read(wanted.name, wanted.content, sheet=profile.sheet if profile else None)
    except TableError as error:
        problems.append(error.problem)
        return None


def _refused(grid: Grid, profile: Profile | None) -> Iterable[Problem]:
    """Why a file that some profile knows is never taken, whatever profile was asked for."""
    for name in mapping.shipped(ROWS):
        other, _ = mapping.find(ROWS, name, FIELDS)
        if other and other.refuse and (other == profile or _fits(grid, other)):
            at = mapped.detect(grid, other) or 0
            mark = Mark(grid.name, grid.rows[at].number)
            message = f"{other.title}: {other.refuse.why}"
            yield Problem(mark, message, "refused", other.refuse.instead)
            return


def _fits(grid: Grid, profile: Profile) -> bool:
    """Whether a profile that can tell its files by the header knows this one."""
    sure = profile.detects or any(name not in profile.optional for name in profile.columns)
    return bool(sure) and mapped.detect(grid, profile) is not None


def _other_profile(grid: Grid, profile: Profile, found: Iterable[Problem]) -> Iterable[Problem]:
    """What was found, with the shipped profile that fits where the one asked for doesn't."""
    for each in found:
        fitting = _fitting(grid, profile) if each.code in _MISFIT else ()
        if fitting:
            hint = f"did you mean --profile {fitting[0]}?"
            yield Problem(each.mark, each.message, each.code, hint, each.severity)
        else:
            yield each


_MISFIT = ("no-header", "missing-column", "no-pair", "no-courses", "no-person")


def _fitting(grid: Grid, profile: Profile) -> list[str]:
    others = [mapping.find(ROWS, name, FIELDS)[0] for name in mapping.shipped(ROWS)]
    return [
        each.name
        for each in others
        if each and not each.refuse and each.name != profile.name and _fits(grid, each)
    ]

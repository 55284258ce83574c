"""Brightwater's year 2026: sixty people whose every verdict was argued before the code was there.

README.md says who is who and what each file is. `load` takes the files through the doors into a
store, each at its instant; expectations.py reads what must come of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest.mock import patch

import durable

from lrs import catalogue, mapping, rulings, timestamps
from lrs.catalogue import Built, Publication
from lrs.feeds import door as feeds
from lrs.feeds import lms_import
from lrs.feeds.door import Taken
from lrs.feeds.lms_import import Wanted
from lrs.people import hr_import
from lrs.people.hr_import import Source
from lrs.people.roster import FIELDS
from lrs.programme import publishing
from lrs.rulings import Ruling
from lrs.xapi.store import Store
from scormkit import catalogue as building
from scormkit.problems import has_errors, report
from worked_year import plays
from worked_year.plays import FOLDER, LMS, Told, instant, read

BY = "noor"
ZONE = "Europe/Berlin"
PROFILES = {
    "moodle-activity": (LMS["lms"], "Europe/Berlin"),
    "docebo-users-courses": (LMS["learn"], "UTC"),
}
FIRST = timestamps.read("2025-12-15T09:00:00Z")  # when the first record came, and the last
LAST = timestamps.read("2027-01-08T09:00:00Z")


@dataclass
class Year:
    """A store on its way through the year."""

    store: Store
    bundles: Mapping[str, Any]
    statements: dict[str, str] = field(default_factory=dict)  # ids, by the names of events.yaml
    exports: dict[str, Taken] = field(default_factory=dict)  # by file
    rulings: dict[str, int] = field(default_factory=dict)  # numbers, by the names of rulings.yaml


@dataclass
class Clock:
    """What the store takes for the clock; somebody has to move it."""

    at: int = 0

    def __call__(self) -> int:
        return self.at


@contextmanager
def clock() -> Iterator[Clock]:
    """A clock of one's own in the place of the one that lrs/timestamps.py reads. Everything that
    asks for the time asks there, and the store on SQLite has no other."""
    own = Clock()
    with patch.object(timestamps, "now", own):
        yield own


def load(store: Store, upto: str = "") -> Year:
    """Take the year into an empty store on SQLite that has not written yet; all of it, or what
    came up to an instant."""
    bundles = {path.stem: plays.bundle(path.stem) for path in _scenarios()}
    year = Year(store, bundles)
    end = timestamps.read(upto) if upto else None
    with clock() as own:
        for at, what in _in_order(bundles):
            if end is not None and at > end:
                break
            own.at = at
            _take(year, what)
    return year


def _scenarios() -> list[Any]:
    found = sorted((FOLDER / "scenarios").glob("*.yaml"))
    return [path for path in found if path.stem != "organisation"]


def _in_order(bundles: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """Everything that came, by its instant."""
    by_hand = [*read("received.yaml"), *read("rulings.yaml")]
    came = [(instant(each["at"]), each) for each in by_hand]
    came += [(each.at, each) for each in plays.told(bundles)]
    return sorted(came, key=lambda each: each[0])


def _take(year: Year, what: Any) -> None:
    if isinstance(what, Told):
        durable.post(year.store, what.statement)
        year.statements[what.name] = what.statement["id"]
    elif "catalogue" in what:
        _catalogue(year, what)
    elif "programme" in what:
        _programme(year.store, what)
    elif "roster" in what:
        _roster(year.store, what)
    elif "export" in what:
        _export(year, what)
    else:
        _rule(year, what)


def _catalogue(year: Year, told: Mapping[str, Any]) -> None:
    built = []
    for slug in told["catalogue"]:
        bundle = year.bundles[slug]
        built.append(Built(building.entry(bundle, plays.source(slug), "0" * 64, ()), bundle))
    year.store.writer.submit("catalogue", Publication(tuple(built), BY))


def _programme(store: Store, told: Mapping[str, Any]) -> None:
    judged = publishing.judged(FOLDER / told["programme"], publishing.built(store))
    assert not has_errors(judged.problems), report(judged.problems)
    publishing.publish(store, judged.text, told["from"], told["at"].date(), BY)


def _roster(store: Store, told: Mapping[str, Any]) -> None:
    profile, problems = mapping.find("people", "plain", FIELDS)
    assert profile, report(problems)
    file = FOLDER / "rosters" / told["roster"]
    snapshot = told.get("snapshot", False)
    source = Source(file.name, file.read_bytes(), profile, told["as_of"], ZONE, BY, snapshot)
    with store.reading() as connection:
        judged = hr_import.judge(connection, source)
    assert judged.taking, report(judged.problems)
    hr_import.take(store, judged)


def _export(year: Year, told: Mapping[str, Any]) -> None:
    with year.store.reading() as connection:
        listed = catalogue.read(connection)
        known = {each.told["lms"] for each in feeds.imports(connection)}
    titles = {each.entry["slug"]: {each.entry["title"]} for each in listed}
    lms, zone = PROFILES[told["profile"]]
    as_of: date = told["as_of"]
    file = FOLDER / "exports" / told["export"]
    courses = FOLDER / "courses.yaml"
    job, problems = lms_import.prepared(
        Wanted(
            file.name,
            file.read_bytes(),
            told["profile"],
            lms,
            BY,
            told.get("zone", zone),
            courses,
            titles,
            as_of,
            year.exports[told["corrects"]].seq if "corrects" in told else None,
            known,
        ),
        timestamps.now(),
    )
    assert job, report(problems)
    year.exports[file.name] = year.store.writer.submit("feeds", job)


def _row(year: Year, told: str) -> str:
    """What the store calls a row that rulings.yaml names by file, login and course: by its line and
    the exercise, since one line of a file can tell of several."""
    file, login, course = told.split(", ")
    with (FOLDER / "exports" / file).open(encoding="utf-8", newline="") as lines:
        rows = enumerate(csv.reader(lines), 1)
        number = next(n for n, row in rows if row[0] == login and course in row)
    taken = year.exports[file]
    exercise = next(fact.course for fact in taken.added if fact.row == number)
    return f"row {taken.seq}.{number}|{exercise}"


def _rule(year: Year, told: Mapping[str, Any]) -> None:
    subject = told["subject"]
    if subject.startswith("statement of "):
        subject = f"statement {year.statements[subject.removeprefix('statement of ')]}"
    elif subject.startswith("row of "):
        subject = _row(year, subject.removeprefix("row of "))
    elif subject.startswith("ruling "):
        subject = f"ruling {year.rulings[subject.removeprefix('ruling ')]}"
    ruling = Ruling(told["rule"], subject, told["why"], BY, told.get("told", {}))
    seq = rulings.add(year.store, ruling)
    if "name" in told:
        year.rulings[told["name"]] = seq

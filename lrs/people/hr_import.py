"""From a roster's file to a record: read, judged, compared with what is known, then appended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from lrs import mapped, tabular
from lrs.mapping import Profile
from lrs.people import differences, door, tables
from lrs.people.differences import Difference
from lrs.people.door import Taken, Taking
from lrs.people.facts import ABSENT, Fact, Known, made
from lrs.people.judging import Roles, Standing, judged
from lrs.people.roster import FIELDS, LeftOut, Roster, roster
from lrs.people.tables import Import
from lrs.people.timeline import on, person
from lrs.tabular import TableError
from lrs.xapi.store import Store
from scormkit.problems import ERROR, WARNING, Problem, has_errors

MANY = 5  # one of so many people is absent: is the file whole?


@dataclass(frozen=True)
class Source:
    """A file, and how it is to be read; `any_day` if its day was not given, but is today. `roles`
    are those that the programme has on its day."""

    name: str
    content: bytes
    profile: Profile
    as_of: date
    zone: str
    by: str
    snapshot: bool = False
    leave_out: bool = False
    any_day: bool = False
    roles: Roles | None = None


@dataclass(frozen=True)
class Judged:
    """What came of a file: problems, and, if none is an error, what is to be put on record and
    what that changes. `there` is the import that told the same, if one did."""

    problems: tuple[Problem, ...]
    taking: Taking | None = None
    differences: tuple[Difference, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    there: Taken | None = None


def read(source: Source) -> Roster:
    """What the file says; with every problem that it shows by itself."""
    try:
        grid = tabular.read(source.name, source.content, sheet=source.profile.sheet)
    except TableError as error:
        return Roster(source.name, (), (), (error.problem,), frozenset())
    return roster(source.name, mapped.rows(grid, source.profile, FIELDS))


def judge(connection: Connection, source: Source) -> Judged:
    """A file against what is known; stores nothing."""
    imports = tables.imports(connection)
    told = _told(source)
    there = door.known(imports, told, source.any_day)
    if there:
        return Judged((), there=Taken(there.seq, there.as_of, new=False))
    with tables.uncollected():
        return _judged(connection, source, imports, told)


def _judged(
    connection: Connection, source: Source, imports: Sequence[Import], told: dict[str, Any]
) -> Judged:
    standing = _standing(connection, source.as_of, source.roles)
    found, problems = _settled(read(source), standing, source.leave_out)
    if has_errors(problems):
        return Judged(problems)
    gone = _in_the_last(connection, source, imports) - {fact.person for fact in found.facts}
    touched = ({fact.person for fact in found.facts} & set(standing.ids)) | gone
    late = any(each.as_of > told["as_of"] for each in imports)  # then what was repeated counts
    known = tables.known(connection, touched, repeated=late)
    profiles = {each.seq: each.profile for each in imports}
    elsewhere = {id for id in gone if profiles[_newest(known[id])] != source.profile.name}
    absent = _absent(gone - elsewhere, known, source.as_of)
    facts = (*found.facts, *absent)
    changes = tuple(differences.differences(facts, known, source.as_of))
    problems += _doubts(found, changes, len(absent), len(gone) + len(found.facts))
    problems += tuple(
        _elsewhere(found, id, profiles[_newest(known[id])])
        for id in sorted(elsewhere)
        if person(id, known[id]).has_access(source.as_of)
    )
    counts = {
        "read": len(found.rows),
        "taken": len(found.facts),
        "left_out": len(found.left_out),
        "absent": len(absent),
    }
    told |= {"counts": counts, "left_out": [each._asdict() for each in found.left_out]}
    newest = imports[-1].seq if imports else 0
    taking = door.taking(told, facts, source.content, newest, source.any_day)
    return Judged(problems, taking, changes, found.left_out)


def _in_the_last(connection: Connection, source: Source, imports: Sequence[Import]) -> set[str]:
    """Whom a snapshot should have: all that were in the last one of its profile, or have come by
    that profile since."""
    found: set[str] = set()
    for each in reversed(imports if source.snapshot else ()):
        if each.profile == source.profile.name:
            found |= tables.of_import(connection, each.seq)
            if each.snapshot:
                break
    return found


def _newest(known: Sequence[Known]) -> int:
    """The import that had the newest row of somebody."""
    return max(each.seq for each in known if not each.fact.code)


def _elsewhere(found: Roster, id: str, profile: str) -> Problem:
    what = f"{id} is not in this file any more, but a roster of {profile} had them since"
    hint = "their access goes on; if they have left, tell their last day"
    return found.warning(0, what, "elsewhere", hint)


def take(store: Store, judged: Judged) -> Taken:
    """Put on record what was judged. Raises Conflict if somebody was faster."""
    assert judged.taking
    taken: Taken = store.writer.submit("people", judged.taking)
    return taken


def _told(source: Source) -> dict[str, Any]:
    """The record's head, as far as the file alone tells it."""
    return {
        "by": source.by,
        "source": source.name,
        "sha256": sha256(source.content).hexdigest(),
        "profile": {"name": source.profile.name, "sha256": source.profile.digest()},
        "as_of": source.as_of.isoformat(),
        "snapshot": source.snapshot,
        "zone": source.zone,
    }


def _standing(connection: Connection, day: date, roles: Roles | None) -> Standing:
    def manager(id: str) -> str | None:
        known = tables.known(connection, [id]).get(id)
        return (on(person(id, known).managers, day) or (None,))[0] if known else None

    def called(names: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        people = tables.found(connection, names)
        for id, known in tables.known(connection, people).items():
            found |= {name: id for name, _ in person(id, known).aliases if name in names}
        return found

    return Standing(tables.ids(connection), manager, called, roles)


def _settled(
    found: Roster, standing: Standing, leave_out: bool
) -> tuple[Roster, tuple[Problem, ...]]:
    """The roster and all its problems; or, where rows with errors are to be left out, what is
    left, and what can be said of that."""
    while True:
        problems = (*found.problems, *judged(found, standing))
        wrong = {p for p in problems if p.severity == ERROR and p.mark.line in found.rows}
        if not leave_out or not wrong:
            return found, problems
        out = {p.mark.line: LeftOut(p.mark.line, p.code, p.message) for p in sorted(wrong)}
        found = replace(
            found,
            facts=tuple(fact for fact in found.facts if fact.row not in out),
            left_out=(*found.left_out, *out.values()),
            problems=(
                *(each for each in found.problems if each not in wrong),
                *(replace(p, severity=WARNING, hint="the row is left out") for p in sorted(wrong)),
            ),
        )


def _absent(
    gone: Collection[str], known: Mapping[str, Sequence[Known]], as_of: date
) -> tuple[Fact, ...]:
    """Of those who are gone and had access up to the day: that it ended on the day before."""
    end = as_of - timedelta(days=1)
    told = {"left": end, "code": ABSENT}
    return tuple(
        made(0, id, told)
        for id in sorted(gone)
        if any(
            window.holds(end) and window.holds(as_of) for window in person(id, known[id]).windows
        )
    )


def _doubts(
    found: Roster, changes: Sequence[Difference], absent: int, of: int
) -> tuple[Problem, ...]:
    """What may be so, and should be looked at before it is on record."""
    rows = {fact.person: fact.row for fact in found.facts}
    doubts = []
    for change in changes:
        if change.shrinks:
            was, now = change.shrinks
            what = (
                f"access of {change.person} began on {was.first}, now on {now.first}: "
                "the days between are in no population any more"
            )
            hint = "a rehire has a row for each time, so that the first has its last day"
            doubts.append(found.warning(rows[change.person], what, "later-start", hint))
    if absent * MANY > of:
        what = f"{absent} of {of} people are not in this file any more, and lose their access"
        doubts.append(found.warning(0, what, "many-absent", "is the file whole?"))
    return tuple(doubts)

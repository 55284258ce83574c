"""What changed in what is known: the rows of two registers, and the records that came between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from lrs.people.facts import Known
from lrs.people.timeline import Person
from lrs.register.behind import Voided
from lrs.register.reconcile import called
from lrs.register.rows import Row
from lrs.register.sheet import Answer, slug

if TYPE_CHECKING:
    from lrs.rulings import Given, Ruling

What = Literal["new", "gone", "changed"]


class Turn(NamedTuple):
    """One thing of a row that is another now; None for what wasn't or isn't there."""

    name: str
    before: str | None
    after: str | None


class Cause(NamedTuple):
    """A record that came between and touches the row, in words."""

    record: int
    words: str


@dataclass(frozen=True)
class Change:
    """A row that is new, gone or another."""

    what: What
    row: str
    person: str
    turns: tuple[Turn, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Between:
    """What came between two instants, as far as it can change a register."""

    after: int  # records behind this one
    upto: int  # and up to this one
    facts: Mapping[str, Sequence[Known]]  # of rosters, by HR id
    rulings: Sequence[Given]  # withdrawals too
    all_rulings: Mapping[int, Given]  # by number, for what was withdrawn
    versions: Sequence[tuple[int, int]]  # of the programme: record and number
    exercises: Sequence[tuple[int, str, str]]  # of the catalogue: record, slug, version
    voided: Sequence[Voided]
    corrected: Sequence[tuple[int, int]]  # imports: the corrected one's record, the other's


def changed(before: Answer, after: Answer) -> tuple[set[str], set[str]]:
    """The HR ids and the names of all people of whom a row is not what it was."""
    ids: set[str] = set()
    names: set[str] = set()
    for one, other in _pairs(before, after):
        row = other or one
        if row is None or not any(_turns(one, other)):
            continue
        for answer in (before, after):
            ids.update(_ids(answer, row.person.id))
            if row.person.id in answer.people.people:
                names.update(answer.people.names(row.person.id))
    return ids, names


def _pairs(before: Answer, after: Answer) -> Iterator[tuple[Row | None, Row | None]]:
    """Each row as it was and as it is, in order of person."""
    old = {row.id: row for row in before.rows}
    new = {row.id: row for row in after.rows}
    by_person = {id: row.person.id for id, row in (old | new).items()}
    for id in sorted(by_person, key=lambda id: (by_person[id], id)):
        yield old.get(id), new.get(id)


def changes(before: Answer, after: Answer, between: Between) -> Iterator[Change]:
    """Every row that is not what it was, in order of person, with the records because of which it
    may be so: those that came between and touch its person."""
    for one, other in _pairs(before, after):
        turns = tuple(_turns(one, other))
        if not turns:
            continue
        row = other or one
        assert row is not None
        what: What = "new" if one is None else "gone" if other is None else "changed"
        causes = tuple(sorted(set(_causes(row, before, after, between))))
        yield Change(what, row.id, row.person.id, turns, causes)


def _turns(one: Row | None, other: Row | None) -> Iterator[Turn]:
    before, after = _told(one), _told(other)
    for name in before:
        if before[name] != after[name]:
            yield Turn(name, before[name], after[name])


def _told(row: Row | None) -> dict[str, str | None]:
    """What of a row is looked at."""
    owed = row.obligation if row else None
    came = row.verdict if row else None
    evidence = came.evidence if came else None
    return {
        "verdict": came.name if came else "nothing owed" if row else None,
        "due": _text(owed.due) if owed else None,
        "closed": _text(came.closed) if came else None,
        "evidence": called(evidence.tells.attempt) if evidence else None,
        "exception": row.exception.state if row and row.exception else None,
        "note": (came.note or None) if came else None,
    }


def _text(day: date | None) -> str | None:
    if day == date.max:
        return "when the leave ends"
    return day.isoformat() if day else None


def _causes(row: Row, before: Answer, after: Answer, between: Between) -> Iterator[Cause]:
    person = row.person
    ids = {*person.ids, *_ids(before, person.id), *_ids(after, person.id)}
    if _person(before, person.id) != _person(after, person.id):
        for id in ids:
            for known in between.facts.get(id, ()):
                yield Cause(known.seq, f"roster as of {known.as_of} told of {id}")
    yield from _attempts(person.id, before, after, between)
    yield from _of_rulings(row, ids, before, after, between)
    owed = row.obligation
    for seq, number in between.versions:
        yield Cause(seq, f"version {number} of the programme was published")
    for seq, exercise, version in between.exercises if owed else ():
        if owed and exercise == slug(owed.exercise):
            yield Cause(seq, f"version {version} of {exercise} was published")


def _person(answer: Answer, id: str) -> Person | None:
    """All that is known of somebody, but not from where: a roster may say the same again."""
    found = answer.people.people.get(id)
    return replace(found, sources=()) if found else None


def _ids(answer: Answer, person: str) -> Iterable[str]:
    found = answer.people.people.get(person)
    return found.ids if found else ()


def _attempts(person: str, before: Answer, after: Answer, between: Between) -> Iterator[Cause]:
    """What was told of the person's attempts between, or taken back."""
    for each in after.judged.get(person, ()):
        seq = each.attempt.source.seq
        if between.after < seq <= between.upto:
            came = f"{each.exercise} {each.attempt.told} on {each.day}"
            yield Cause(seq, f"{called(each.attempt)} told of {came}")
    old = {each.attempt.source.seq: each for each in before.judged.get(person, ())}
    for void in between.voided:
        if void.seq in old:
            yield Cause(void.by, f"statement {void.statement} was voided")
    for corrected, by in between.corrected:
        if corrected in old:
            yield Cause(by, f"import {corrected} was corrected")


def _of_rulings(
    row: Row, ids: set[str], before: Answer, after: Answer, between: Between
) -> Iterator[Cause]:
    """Rulings about the obligation, the person's attempts or names, and their withdrawals."""
    subjects = {f"obligation {row.id}"}
    for answer in (before, after):
        subjects |= {called(each.attempt) for each in answer.judged.get(row.person.id, ())}
        if row.person.id in answer.people.people:
            subjects |= set(answer.people.names(row.person.id))
    for given in between.rulings:
        about = _meant(given, between.all_rulings)
        if about.subject in subjects or ids & {about.told.get("person"), about.told.get("into")}:
            words = f"{given.ruling.kind} {given.ruling.subject} by {given.ruling.by}"
            yield Cause(given.seq, f"{words}: {given.ruling.why}")


def _meant(given: Given, there: Mapping[int, Given]) -> Ruling:
    """The ruling itself, or the one that it withdraws."""
    number = given.ruling.subject.removeprefix("ruling ")
    if given.ruling.kind == "withdraw" and number.isdecimal() and int(number) in there:
        return there[int(number)].ruling
    return given.ruling

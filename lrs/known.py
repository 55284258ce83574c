"""What was known at an instant, and the register that follows from it: the one place where the pure
rules meet the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import attempts, catalogue, days, rulings
from lrs.errors import NotFound
from lrs.feeds import door as feeds
from lrs.people import directory, identities
from lrs.people.identities import Identities
from lrs.programme import versions
from lrs.programme.subject import Interval
from lrs.received import records
from lrs.register import completions, population, replay
from lrs.register import rows as rules
from lrs.register.completions import Source
from lrs.register.reconcile import Decided, Judged
from lrs.register.rows import Question, Row, Rulings
from lrs.register.verdicts import Ruled


@dataclass(frozen=True)
class Asked:
    """A question to the register. `known` is an instant in microseconds, None for now."""

    period: Interval
    as_of: date
    known: int | None = None
    manager: str | None = None  # only the people whose manager this is on the day asked about
    person: str | None = None  # only this one


class Waiting(NamedTuple):
    """A name that means nobody: since which day it is used, and for how many attempts."""

    name: str
    since: date
    attempts: int


@dataclass(frozen=True)
class Register:
    """The answer: rows in order of person, and all that an auditor asks of a list."""

    asked: Asked
    question: Question
    rows: Sequence[Row]
    people: Identities
    population: int  # people in scope
    waiting: Sequence[Waiting]
    newest: int  # number of the newest record that was looked at
    judged: Mapping[str, Sequence[Judged]]  # by person
    rulings: Rulings


def register(connection: Connection, asked: Asked) -> Register:
    """The register as known at an instant, as of a day, over a period. The index of attempts has
    been brought up to date (attempts.follow). Raises NotFound for a person nobody knows, and where
    no programme was published by then."""
    known = asked.known
    published = versions.load(connection, known)
    if not published:
        raise NotFound("no programme was published by then; lrs programme publish does it")
    given = rulings.read(connection, known)
    said = identities.of_rulings(
        (each.ruling.kind, each.ruling.subject, each.ruling.told) for each in given
    )
    people, wanted = _people(connection, asked, said)
    built = _built(catalogue.read(connection, known), ZoneInfo(published[-1].programme.zone))
    names = _names(people, wanted) if wanted is not None else None
    judged, waiting = _judged(connection, people, built, names, known)
    ruled = _rulings(given, people, built.zone)
    question = rules.question(asked.period, asked.as_of, published, built.newest)
    in_scope = [
        each
        for each in people.people.values()
        if (wanted is None or each.id in wanted)
        and question.scope is not None
        and population.in_scope(each, question.scope)
    ]
    rows = [
        row
        for person in in_scope
        for row in rules.rows(question, person, judged.get(person.id, ()), ruled)
    ]
    return Register(
        asked,
        question,
        rows,
        people,
        len(in_scope),
        waiting if wanted is None else (),
        records.newest(connection)[0],
        judged,
        ruled,
    )


def _people(
    connection: Connection, asked: Asked, said: directory.Said
) -> tuple[Identities, frozenset[str] | None]:
    """The people it takes to answer, and those whom it is about: None for everybody."""
    if asked.manager is not None:
        found, ids = directory.of_manager(connection, asked.manager, asked.as_of, said, asked.known)
        return found, frozenset(ids)
    if asked.person is None:
        return directory.everybody(connection, said, asked.known), None
    found = directory.some(connection, [asked.person], said, asked.known)
    person = found.merges.get(asked.person, asked.person)
    if person not in found.people:
        raise NotFound(f"nobody has the HR id {asked.person}; lrs people list shows who there is")
    return found, frozenset([person])


def _names(people: Identities, wanted: Collection[str]) -> list[str]:
    return [name for person in wanted for name in people.names(person)]


class _Built(NamedTuple):
    """What the catalogue says, as known: the exercise of an activity, the scenario's version of a
    digest, and the versions of each exercise by the day on which they were published."""

    zone: ZoneInfo
    exercises: Mapping[str, str]
    versions: Mapping[str, str]
    newest: Mapping[str, Sequence[tuple[date, str]]]


def _built(listed: Iterable[catalogue.Listed], zone: ZoneInfo) -> _Built:
    exercises: dict[str, str] = {}
    digests: dict[str, str] = {}
    newest: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for each in listed:
        entry = each.entry
        exercises[entry["activity"]] = entry["slug"]
        digests[entry["digest"]] = entry["version"]
        newest[entry["slug"]].append((days.of(each.at, zone), entry["version"]))
    return _Built(zone, exercises, digests, newest)


def _judged(
    connection: Connection,
    people: Identities,
    built: _Built,
    names: Sequence[str] | None,
    known: int | None,
) -> tuple[dict[str, list[Judged]], list[Waiting]]:
    """The attempts of each person, and those that are nobody's."""
    found: dict[str, list[Judged]] = defaultdict(list)
    nobody: dict[str, list[date]] = defaultdict(list)
    always: dict[str, str] = {}
    for judged in chain(
        _played(connection, built, names, known), _exported(connection, built, names, known)
    ):
        person = _whose(people, judged, always)
        if person is None:
            nobody[(judged.attempt.names or ("",))[0]].append(judged.day)
        else:
            found[person].append(judged)
    waiting = [Waiting(name, min(some), len(some)) for name, some in sorted(nobody.items())]
    return found, waiting


def _played(
    connection: Connection, built: _Built, names: Sequence[str] | None, known: int | None
) -> Iterator[Judged]:
    for _, attempt, flaw in attempts.known(connection, names, known):
        exercise = built.exercises.get(attempt.activity)
        if exercise is None:
            continue
        assert isinstance(attempt.at, int)
        version = ""
        if attempt.played:
            version = built.versions.get(attempt.played.digest, "")
            flaw = flaw if version else replay.UNKNOWN
        yield Judged(attempt, exercise, days.of(attempt.at, built.zone), version, flaw)


def _exported(
    connection: Connection, built: _Built, names: Sequence[str] | None, known: int | None
) -> Iterator[Judged]:
    found = (
        feeds.known(connection, known)
        if names is None
        else feeds.known_of(connection, names, known)
    )
    for each in found:
        attempt = completions.of_fact(Source(each.seq, each.n), each.lms, each.as_of, each.fact)
        if attempt is None:
            continue
        at = attempt.at
        day = days.of(at, built.zone) if isinstance(at, int) else date.fromisoformat(at)
        yield Judged(attempt, each.fact.course, day, "", replay.GOOD)


def _whose(people: Identities, judged: Judged, always: dict[str, str]) -> str | None:
    """The person whom the names of an attempt mean; nobody if they mean several. Most names have
    only ever meant one: `always` remembers those."""
    names = judged.attempt.names
    if len(names) == 1 and names[0] in always:
        return always[names[0]]
    whose = {people.resolve(name, judged.day) for name in names} - {None}
    person = whose.pop() if len(whose) == 1 else None
    if person and len(names) == 1 and people.means_only(names[0], person):
        always[names[0]] = person
    return person


def _rulings(given: Iterable[rulings.Given], people: Identities, zone: ZoneInfo) -> Rulings:
    """What rulings say of obligations and of attempts; of two about the same attempt the later. One
    about somebody's obligation holds on when they are merged with another HR id."""
    excused: dict[str, Ruled] = {}
    accepted: dict[str, Ruled] = {}
    attempted: dict[str, str] = {}
    for seq, at, ruling in given:
        word, _, rest = ruling.subject.partition(" ")
        if word == "obligation" and ruling.kind in ("excuse", "accept"):
            group = excused if ruling.kind == "excuse" else accepted
            person, _, tail = rest.partition("|")
            name = f"{people.merges.get(person, person)}|{tail}"
            group[name] = Ruled(ruling.by, ruling.why, days.of(at, zone), seq)
        elif word in ("statement", "row") and ruling.kind in ("accept", "reject"):
            name = rest.lower() if word == "statement" else rest
            attempted[f"{word} {name}"] = ruling.kind
    decided = Decided(
        frozenset(name for name, kind in attempted.items() if kind == "accept"),
        frozenset(name for name, kind in attempted.items() if kind == "reject"),
    )
    return Rulings(excused, accepted, decided)

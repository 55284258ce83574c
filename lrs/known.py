"""What was known at an instant, and the register that follows from it: the one place where the pure
rules meet the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import catalogue, days, rulings, sittings, told, waiting
from lrs.database import key
from lrs.errors import NotFound
from lrs.feeds import door as feeds
from lrs.people import directory, identities
from lrs.people.identities import Identities
from lrs.people.tables import uncollected
from lrs.people.timeline import Person
from lrs.programme import versions
from lrs.programme.subject import Interval
from lrs.received import records
from lrs.register import population
from lrs.register import rows as rules
from lrs.register import sittings as sitting
from lrs.register.reconcile import Decided, Judged
from lrs.register.rows import Question, Row, Rulings
from lrs.register.sittings import Placed, Sitting
from lrs.register.verdicts import Ruled
from lrs.told import Built
from lrs.waiting import Waiting


@dataclass(frozen=True)
class Asked:
    """A question to the register. `known` is an instant in microseconds, None for now."""

    period: Interval
    as_of: date
    known: int | None = None
    manager: str | None = None  # only the people whose manager this is on the day asked about
    person: str | None = None  # only this one
    counting: bool = False  # count names that mean nobody, though only some are asked about


@dataclass(frozen=True)
class Register:
    """The answer, for everybody or for a piece of them: rows in order of person, and all that an
    auditor asks of a list."""

    asked: Asked
    question: Question
    rows: Sequence[Row]
    people: Identities
    population: int  # people in scope
    waiting: Sequence[Waiting]
    newest: int  # number of the newest record that was looked at
    judged: Mapping[str, Sequence[Judged]]  # by person
    sittings: Mapping[str, Sequence[Sitting]]  # by person
    rulings: Rulings


SOME = 500  # people of a piece


def register(connection: Connection, asked: Asked) -> Register:
    """The register as known at an instant, as of a day, over a period. The index of attempts has
    been brought up to date (attempts.follow). Raises NotFound for a person nobody knows, and where
    no programme was published by then."""
    rows: list[Row] = []
    judged: dict[str, Sequence[Judged]] = {}
    sat: dict[str, Sequence[Sitting]] = {}
    for piece in pieces(connection, asked):
        rows += piece.rows
        judged |= piece.judged
        sat |= piece.sittings
    return replace(piece, rows=rows, judged=judged, sittings=sat)


def pieces(connection: Connection, asked: Asked, some: int = SOME) -> Iterator[Register]:
    """The same in pieces of so many people, so that the rows of everybody need never be in memory
    at once: each piece has the rows and attempts of its people, and the rest is of all. There is
    always at least one. Raises the same."""
    ground = prepared(connection, asked)
    for people in portions(ground, some):
        yield answered(connection, ground, people)


@dataclass(frozen=True)
class Ground:
    """All that is the same in every piece of an answer, and the people whom it is about."""

    asked: Asked
    question: Question
    people: Identities
    in_scope: Sequence[Person]
    waiting: Sequence[Waiting]
    newest: int
    rulings: Rulings
    built: Built


def prepared(connection: Connection, asked: Asked) -> Ground:
    """What it takes to answer, before the first attempt is read."""
    known = asked.known
    published = versions.load(connection, known)
    if not published:
        raise NotFound("no programme was published by then; lrs programme publish does it")
    given = rulings.read(connection, known)
    said = _said(given)
    people, wanted = _people(connection, asked, said)
    built = told.built(catalogue.read(connection, known), ZoneInfo(published[-1].programme.zone))
    question = rules.question(asked.period, asked.as_of, published, built.newest)
    scope = question.scope
    in_scope = [
        each
        for each in people.people.values()
        if (wanted is None or each.id in wanted)
        and scope is not None
        and population.in_scope(each, scope)
    ]
    return Ground(
        asked,
        question,
        people,
        in_scope,
        _waiting(connection, asked, people, said, built),
        records.newest(connection)[0],
        _rulings(given, people, built.zone),
        built,
    )


def portions(ground: Ground, some: int = SOME) -> list[Sequence[Person]]:
    """The people whom an answer is about, in pieces of so many; one that is empty for nobody."""
    everyone = ground.in_scope
    return [everyone[first : first + some] for first in range(0, max(len(everyone), 1), some)]


def answered(connection: Connection, ground: Ground, some: Sequence[Person]) -> Register:
    """The rows and attempts of some of the people in scope."""
    question, ruled = ground.question, ground.rulings
    with uncollected():
        ids = {each.id for each in some}
        names = {key(name) for id in ids for name in ground.people.names(id)}
        judged = _judged(connection, ground, ids, names)
        sat = _sittings(connection, ground, ids, names)
        rows = [
            row
            for person in some
            for row in rules.rows(question, person, judged.get(person.id, ()), ruled)
        ]
    return Register(
        ground.asked,
        ground.question,
        rows,
        ground.people,
        len(ground.in_scope),
        ground.waiting,
        ground.newest,
        judged,
        sat,
        ground.rulings,
    )


def _waiting(
    connection: Connection, asked: Asked, people: Identities, said: directory.Said, built: Built
) -> Sequence[Waiting]:
    """The names that mean nobody; where only some people are asked about, if they are to count."""
    if asked.manager is None and asked.person is None:
        return waiting.among(connection, people, built, asked.known)
    return waiting.alone(connection, said, built, asked.known) if asked.counting else ()


def called(connection: Connection, name: str, known: int | None = None) -> Sequence[str]:
    """Whoever was ever called so, by HR id, as known at an instant."""
    said = _said(rulings.read(connection, known))
    return directory.by_names(connection, [name], said, known).claimed(name)


def in_scope(connection: Connection, question: Question, known: int | None = None) -> int:
    """How many people are in scope of a question, whoever it is asked about."""
    if question.scope is None:
        return 0
    said = _said(rulings.read(connection, known))
    return len(directory.with_access(connection, question.scope, said, known))


def everybody(connection: Connection, known: int | None = None) -> Identities:
    """All people with all their names, as known at an instant."""
    return directory.everybody(connection, _said(rulings.read(connection, known)), known)


def _said(given: Iterable[rulings.Given]) -> directory.Said:
    told = ((each.ruling.kind, each.ruling.subject, each.ruling.told) for each in given)
    return identities.of_rulings(told)


def _people(
    connection: Connection, asked: Asked, said: directory.Said
) -> tuple[Identities, frozenset[str] | None]:
    """The people it takes to answer, and those whom it is about: None for everybody."""
    if asked.manager is not None:
        found, ids = directory.of_manager(connection, asked.manager, asked.as_of, said, asked.known)
    elif asked.person is not None:
        found = directory.some(connection, [asked.person], said, asked.known)
        ids = (found.merges.get(asked.person, asked.person),)
        if ids[0] not in found.people:
            raise NotFound(
                f"nobody has the HR id {asked.person}; lrs people list shows who there is"
            )
    else:
        return directory.everybody(connection, said, asked.known), None
    bosses = {boss for id in ids for boss, _ in found.people[id].managers}  # are named beside
    return directory.some(connection, {*ids, *bosses}, said, asked.known), frozenset(ids)


def _judged(
    connection: Connection, ground: Ground, some: Collection[str], names: Collection[bytes]
) -> dict[str, list[Judged]]:
    """The attempts of each of these people, who have these names."""
    people, known = ground.people, ground.asked.known
    found: dict[str, list[Judged]] = defaultdict(list)
    always: dict[str, str] = {}
    for judged in told.attempts(
        connection, ground.built, names, feeds.called(connection, names), known
    ):
        person = told.whose(people, judged.attempt.names, judged.day, always)
        if person is not None and person in some:
            found[person].append(judged)
    return found


def _sittings(
    connection: Connection, ground: Ground, some: Collection[str], names: Collection[bytes]
) -> dict[str, list[Sitting]]:
    """The sittings of each of these people, who have these names."""
    built, placed = ground.built, defaultdict(list)
    always: dict[str, str] = {}
    for each in sittings.known(connection, names, ground.asked.known):
        exercise = built.exercise(each.activity, each.published)
        day = days.of(each.at, built.zone)
        person = told.whose(ground.people, (each.name,), day, always) if exercise else None
        if exercise and person in some:
            placed[person].append(Placed(each, exercise, day))
    return {person: sitting.sittings(theirs) for person, theirs in placed.items() if person}


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
            person, tail = rulings.owed_by(rest)
            name = f"{people.merges.get(person, person)}{tail}"
            group[name] = Ruled(ruling.by, ruling.why, days.of(at, zone), seq)
        elif word in ("statement", "row") and ruling.kind in ("accept", "reject"):
            name = rest.lower() if word == "statement" else rest
            attempted[f"{word} {name}"] = ruling.kind
    decided = Decided(
        frozenset(name for name, kind in attempted.items() if kind == "accept"),
        frozenset(name for name, kind in attempted.items() if kind == "reject"),
    )
    return Rulings(excused, accepted, decided)

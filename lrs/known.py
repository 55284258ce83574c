"""What was known at an instant, and the register that follows from it: the one place where the pure
rules meet the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import attempts, catalogue, days, rulings, sittings
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
from lrs.register import completions, population, replay
from lrs.register import rows as rules
from lrs.register import sittings as sitting
from lrs.register.completions import Source
from lrs.register.reconcile import Decided, Judged
from lrs.register.rows import Question, Row, Rulings
from lrs.register.sittings import Placed, Sitting
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
    """A name that means nobody: from which day to which it is used, for how many attempts, and
    where those stand."""

    name: str
    since: date
    until: date
    attempts: int
    sources: tuple[Source, ...]


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
    people, wanted = _people(connection, asked, _said(given))
    built = _built(catalogue.read(connection, known), ZoneInfo(published[-1].programme.zone))
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
        _waiting(connection, people, built, known) if wanted is None else (),
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
        return found, frozenset(ids)
    if asked.person is None:
        return directory.everybody(connection, said, asked.known), None
    found = directory.some(connection, [asked.person], said, asked.known)
    person = found.merges.get(asked.person, asked.person)
    if person not in found.people:
        raise NotFound(f"nobody has the HR id {asked.person}; lrs people list shows who there is")
    return found, frozenset([person])


class Built(NamedTuple):
    """What the catalogue says, as known: the exercise of an activity, the scenario's version of a
    digest, and the versions of each exercise by the day on which they were published."""

    zone: ZoneInfo
    exercises: Mapping[str, str]
    versions: Mapping[str, str]
    newest: Mapping[str, Sequence[tuple[date, str]]]

    def exercise(self, activity: str, others: Iterable[str]) -> str | None:
        """Whose activity it is; in cmi5, where an LMS calls it by a name of its own, one of the
        others is."""
        return next(filter(None, map(self.exercises.get, (activity, *others))), None)


def _built(listed: Iterable[catalogue.Listed], zone: ZoneInfo) -> Built:
    exercises: dict[str, str] = {}
    digests: dict[str, str] = {}
    newest: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for each in listed:
        entry = each.entry
        exercises[entry["activity"]] = entry["slug"]
        digests[entry["digest"]] = entry["version"]
        newest[entry["slug"]].append((days.of(each.at, zone), entry["version"]))
    return Built(zone, exercises, digests, newest)


def _judged(
    connection: Connection, ground: Ground, some: Collection[str], names: Collection[bytes]
) -> dict[str, list[Judged]]:
    """The attempts of each of these people, who have these names."""
    people, known = ground.people, ground.asked.known
    found: dict[str, list[Judged]] = defaultdict(list)
    always: dict[str, str] = {}
    for judged in _told(connection, ground.built, names, feeds.called(connection, names), known):
        person = _whose(people, judged.attempt.names, judged.day, always)
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
        person = _whose(ground.people, (each.name,), day, always) if exercise else None
        if exercise and person in some:
            placed[person].append(Placed(each, exercise, day))
    return {person: sitting.sittings(theirs) for person, theirs in placed.items() if person}


def waiting(
    connection: Connection, people: Identities, zone: ZoneInfo, known: int | None = None
) -> list[Waiting]:
    """The names that mean nobody, days being those of a zone. The index of attempts has been
    brought up to date (attempts.follow)."""
    return _waiting(connection, people, _built(catalogue.read(connection, known), zone), known)


def _waiting(
    connection: Connection, people: Identities, built: Built, known: int | None
) -> list[Waiting]:
    """The names of attempts that are nobody's. What has only ever been one person's need not be
    looked at: that is nearly all."""
    clear = {key(name): person for name, person in people.clear()}
    played = attempts.called(connection) - clear.keys()
    exported = {
        who
        for who, names in feeds.names(connection)
        if None in (found := {clear.get(name) for name in names}) or len(found) > 1
    }
    nobody: dict[str, list[tuple[date, Source]]] = defaultdict(list)
    for judged in _told(connection, built, played, exported, known):
        if _whose(people, judged.attempt.names, judged.day, {}) is None:
            used = (judged.day, judged.attempt.source)
            nobody[(judged.attempt.names or ("",))[0]].append(used)
    return [
        Waiting(
            name,
            min(day for day, _ in some),
            max(day for day, _ in some),
            len(some),
            tuple(sorted(source for _, source in some)),
        )
        for name, some in sorted(nobody.items())
    ]


def _told(
    connection: Connection,
    built: Built,
    played: Collection[bytes],
    exported: Collection[bytes],
    known: int | None,
) -> Iterator[Judged]:
    """What players' statements and LMSs' exports tell of those who are called so in them."""
    for attempt, flaw in attempts.known(connection, played, known):
        exercise = built.exercise(attempt.activity, attempt.published)
        if exercise is None:
            continue
        assert isinstance(attempt.at, int)
        version = ""
        if attempt.played:
            version = built.versions.get(attempt.played.digest, "")
            flaw = flaw if version else replay.UNKNOWN
        yield Judged(attempt, exercise, days.of(attempt.at, built.zone), version, flaw)
    for each in feeds.known(connection, exported, known):
        told = completions.of_fact(Source(each.seq, each.n), each.lms, each.as_of, each.fact)
        if told is None:
            continue
        at = told.at
        day = days.of(at, built.zone) if isinstance(at, int) else date.fromisoformat(at)
        yield Judged(told, each.fact.course, day, "", replay.GOOD)


def _whose(
    people: Identities, names: Sequence[str], day: date, always: dict[str, str]
) -> str | None:
    """The person whom the names of an attempt mean on its day; nobody if they mean several. Most
    names have only ever meant one: `always` remembers those."""
    if len(names) == 1 and (person := always.get(names[0])) is not None:
        return person
    whose = {people.resolve(name, day) for name in names} - {None}
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

"""What stands behind the register's rows: records of the log, files, exercises as published."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from lrs import catalogue, rulings
from lrs.database import key, rows
from lrs.feeds import door as feeds
from lrs.people import tables as people
from lrs.people.timeline import Person
from lrs.programme import versions
from lrs.received import records
from lrs.register import completions
from lrs.register.behind import Behind, Logged, Voided
from lrs.register.completions import Attempt
from lrs.register.difference import Between
from lrs.register.reconcile import Judged
from lrs.register.sheet import Answer, Exercise, SourceFile

_LOGGED = "SELECT seq, kind, head, leaf FROM received WHERE seq IN ??"
_HEAD = "SELECT head FROM received WHERE seq = ?"
_VOIDED = (
    "SELECT a.seq, a.statement, a.activity, a.published, MIN(v.at) FROM attempts a JOIN voidings v "
    "ON v.statement = a.statement WHERE a.who IN ?? "
    "GROUP BY a.seq, a.statement, a.activity, a.published"
)


def newest(connection: Connection, known: int | None = None) -> tuple[int, int]:
    """Number and instant of the newest record that was there at an instant (None: now); zeros where
    there was none. Records are in order of both."""
    last, at = records.newest(connection)
    if known is None or at <= known:
        return last, at
    low, high = 0, last  # the first is there by then, the second isn't
    found = 0
    while high - low > 1:
        middle = (low + high) // 2
        at = instant(connection, middle)
        low, high, found = (middle, high, at) if at <= known else (low, middle, found)
    return low, found


def instant(connection: Connection, seq: int) -> int:
    """When a record was received."""
    return records.instant(rows(connection, _HEAD, [seq])[0][0])


def logged(connection: Connection, seqs: Iterable[int]) -> dict[int, Logged]:
    """Records by their numbers, without their bodies."""
    found = rows(connection, _LOGGED, sorted(set(seqs)))
    return {
        seq: Logged(seq, records.instant(head), kind, json.loads(head), bytes(leaf).hex())
        for seq, kind, head, leaf in found
    }


def exercises(connection: Connection, known: int | None = None) -> dict[str, Exercise]:
    """What the catalogue said of each exercise at an instant, by slug."""
    found: dict[str, Exercise] = {}
    for listed in catalogue.read(connection, known):
        entry = listed.entry
        slug = entry["slug"]
        passes = dict(found[slug].passes) if slug in found else {}
        passes.pop(entry["version"], None)  # the newest stands last
        passes[entry["version"]] = entry["pass"]["score"]
        criteria = {name for each in entry["objectives"] for name in each["criteria"]}
        found[slug] = Exercise(entry["title"], entry["activity"], tuple(sorted(criteria)), passes)
    return found


def files(connection: Connection, judged: Iterable[Judged]) -> dict[int, SourceFile]:
    """The files of the imports that told of attempts, by their records."""
    wanted = {e.attempt.source.seq for e in judged if not e.attempt.statement}
    return {
        seq: SourceFile(each.head["source"], each.head["sha256"])
        for seq, each in logged(connection, wanted).items()
    }


def played(connection: Connection, seqs: Collection[int]) -> dict[int, Attempt]:
    """The attempts of statements with all that these tell, the path too."""
    found: dict[int, Attempt] = {}
    for seq in sorted(set(seqs)):
        record = next(records.read(connection, seq - 1, seq))
        statement = json.loads(record.body)
        statement.setdefault("id", record.head["id"])
        attempt = completions.of_statement(seq, record.at, statement)
        assert attempt is not None, seq
        found[seq] = attempt
    return found


def voided(
    connection: Connection, names: Iterable[str], known: int | None = None
) -> tuple[Voided, ...]:
    """The tries of these names that another statement voids, with the record that did."""
    found = rows(connection, _VOIDED, sorted({key(name) for name in names}))
    return tuple(
        Voided(seq, statement, activity, tuple(others.split()), newest(connection, at)[0], at)
        for seq, statement, activity, others, at in sorted(found)
        if known is None or at <= known
    )


def behind(connection: Connection, answer: Answer, person: Person, known: int | None) -> Behind:
    """What the log has on a person, as it was known at an instant."""
    rosters = people.known(connection, person.ids, known)
    facts = sorted((each for some in rosters.values() for each in some), key=lambda each: each.seq)
    given = rulings.read(connection, known)
    published = {each.number: each.seq for each in versions.read(connection, known)}
    named = {each.seq for each in facts} | {each.seq for each in given} | {*published.values()}
    judged = answer.judged.get(person.id, ())
    named |= {each.attempt.source.seq for each in judged}
    named |= {each.attempt.completion.seq for each in judged if each.attempt.completion}
    named |= {seq for each in answer.sittings.get(person.id, ()) for seq in each.seqs}
    return Behind(
        logged(connection, named),
        facts,
        given,
        played(connection, [e.attempt.source.seq for e in judged if e.attempt.statement]),
        voided(connection, answer.people.names(person.id), known),
        published,
    )


def between(
    connection: Connection, after: int, upto: int, ids: Iterable[str], names: Iterable[str]
) -> Between:
    """What came behind one record and up to another that can change the rows of some people, who
    have these HR ids and names."""

    def came(seq: int) -> bool:
        return after < seq <= upto

    every = {each.seq: each for each in rulings.every(connection)}
    rosters = people.known(connection, set(ids))
    imports = feeds.imports(connection)
    return Between(
        after,
        upto,
        {id: [each for each in some if came(each.seq)] for id, some in rosters.items()},
        [each for seq, each in every.items() if came(seq)],
        every,
        [(e.seq, e.number) for e in versions.read(connection) if came(e.seq)],
        [
            (e.seq, e.entry["slug"], e.entry["version"])
            for e in catalogue.read(connection)
            if came(e.seq)
        ],
        [each for each in voided(connection, names) if came(each.by)],
        [(e.seq, e.corrected) for e in imports if e.corrected and came(e.corrected)],
    )

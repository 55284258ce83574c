"""Names that mean nobody: what was attempted under them waits for somebody to say whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from lrs import attempts, told
from lrs.database import key
from lrs.feeds import door as feeds
from lrs.people import directory, tables
from lrs.people.identities import Identities, Link
from lrs.register.completions import Source
from lrs.register.reconcile import Judged
from lrs.told import Built


class Waiting(NamedTuple):
    """A name that means nobody: from which day to which it is used, for how many attempts, and
    where those stand."""

    name: str
    since: date
    until: date
    attempts: int
    sources: tuple[Source, ...]


def among(
    connection: Connection, people: Identities, built: Built, known: int | None
) -> list[Waiting]:
    """The names of attempts that are nobody's of all people, as known at an instant (None: now).
    What has only ever been one person's need not be looked at: that is nearly all."""
    clear = {key(name): person for name, person in people.clear()}
    return _nobodys(people, _unclear(connection, clear, built, known))


def alone(
    connection: Connection, said: directory.Said, built: Built, known: int | None
) -> list[Waiting]:
    """The same without all people: of nearly all names the index of rosters tells whom alone they
    mean, and of the rest those are looked for who were ever called so. `said` are the rulings
    then. What the index has is what is known now: of before, it takes all people."""
    imports = tables.imports(connection)
    if known is not None and imports and imports[-1].at > known:
        return among(connection, directory.everybody(connection, said, known), built, known)
    ruled = {key(each.name) for each in said if isinstance(each, Link)}
    clear = {name: id for name, id in tables.clear(connection).items() if name not in ruled}
    judged = _unclear(connection, clear, built, known)
    names = {name for each in judged for name in each.attempt.names}
    return _nobodys(directory.by_names(connection, names, said, known), judged)


def _unclear(
    connection: Connection, clear: Mapping[bytes, str], built: Built, known: int | None
) -> list[Judged]:
    """The attempts under names that don't mean one person alone."""
    played = attempts.called(connection) - clear.keys()
    exported = {
        who
        for who, names in feeds.names(connection)
        if None in (found := {clear.get(name) for name in names}) or len(found) > 1
    }
    return list(told.attempts(connection, built, played, exported, known))


def _nobodys(people: Identities, judged: Iterable[Judged]) -> list[Waiting]:
    nobody: dict[str, list[tuple[date, Source]]] = defaultdict(list)
    for each in judged:
        attempt = each.attempt
        if told.whose(people, attempt.names, each.day, {}) is None:
            nobody[(attempt.names or ("",))[0]].append((each.day, attempt.source))
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

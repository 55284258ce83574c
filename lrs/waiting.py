"""Names that mean nobody: what was attempted under them waits for somebody to say whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from lrs import attempts, told
from lrs.database import key, rows
from lrs.feeds import door as feeds
from lrs.people import directory, tables
from lrs.people.identities import Identities, Link
from lrs.register.completions import Source
from lrs.register.reconcile import Judged
from lrs.told import Built

# Under which names there are attempts that don't mean one person alone; and whom exports tell of
# under such a name, or under names of several.
_PLAYED = f"""
    SELECT a.who FROM (SELECT DISTINCT who FROM attempts) a
    LEFT JOIN ({tables.CLEAR}) c ON c.term = a.who WHERE c.term IS NULL
"""
_EXPORTED = f"""
    SELECT n.who FROM feed_names n LEFT JOIN ({tables.CLEAR}) c ON c.term = n.name
    GROUP BY n.who HAVING COUNT(c.term) < COUNT(*) OR MIN(c.person) <> MAX(c.person)
"""


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
    played = attempts.called(connection) - clear.keys()
    exported = {
        who
        for who, names in feeds.names(connection)
        if None in (found := {clear.get(name) for name in names}) or len(found) > 1
    }
    return _nobodys(people, told.attempts(connection, built, played, exported, known))


def alone(
    connection: Connection, said: directory.Said, built: Built, known: int | None
) -> list[Waiting]:
    """The same without all people: the database tells which names don't mean one person alone, and
    of these those are looked for who were ever called so. `said` are the rulings then. What its
    indexes have is what is known now: of before, it takes all people."""
    imports = tables.imports(connection)
    if known is not None and imports and imports[-1].at > known:
        return among(connection, directory.everybody(connection, said, known), built, known)
    ruled = {key(each.name) for each in said if isinstance(each, Link)}
    played = {bytes(who) for (who,) in rows(connection, _PLAYED)} | ruled
    exported = {bytes(who) for (who,) in rows(connection, _EXPORTED)}
    exported |= feeds.called(connection, ruled)
    judged = list(told.attempts(connection, built, played, exported, known))
    names = {name for each in judged for name in each.attempt.names}
    return _nobodys(directory.by_names(connection, names, said, known), judged)


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

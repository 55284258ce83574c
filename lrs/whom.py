"""Whom an erasure is about: all by which they can be told, and whose each name is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import rulings
from lrs.errors import Conflict, NotFound
from lrs.people import directory, identities
from lrs.people.identities import Identities
from lrs.people.timeline import Person
from lrs.substitution import Substitution, sought

TOKEN = "erased-"


def substitution(
    connection: Connection, person: str, today: date, zone: ZoneInfo, even_so: bool
) -> Substitution:
    """What takes the place of all that is theirs. Raises NotFound for a person nobody knows;
    Conflict for one who is erased already, or has access today unless `even_so`."""
    if person.startswith(TOKEN):
        raise Conflict(f"{person} is erased already")
    given = rulings.read(connection, None, ("link", "unlink", "merge"))
    said = identities.of_rulings((r.kind, r.subject, r.told) for _, _, r in given)
    found = directory.everybody(connection, said)
    id = found.resolve(f"hr {person}", today)
    if id is None:
        raise NotFound(f"no roster has told of {person}; lrs people list shows who is there")
    whole = found.people[id]
    if whole.has_access(today) and not even_so:
        raise Conflict(
            f"{id} has access today, and the next roster would tell of them again; import the "
            "day on which they left first, or say --even-so"
        )
    return _made(found, whole, zone)


def _made(found: Identities, whole: Person, zone: ZoneInfo) -> Substitution:
    token = f"{TOKEN}{secrets.token_hex(4)}"
    while any(id.startswith(token) for each in found.people.values() for id in each.ids):
        token = f"{TOKEN}{secrets.token_hex(4)}"
    # Of two ids whose access began on one day their order decides, so it stays.
    in_order = sorted({*whole.ids, *(id for id, into in found.merges.items() if into == whole.id)})
    width = len(str(len(in_order)))
    several = len(in_order) > 1
    ids = {id: f"{token}.id{n:0{width}}" if several else token for n, id in enumerate(in_order, 1)}
    alone = [each for each in found.names(whole.id) if found.claimed(each) == (whole.id,)]
    others = {
        text.casefold()
        for each in found.people.values()
        if each.id != whole.id
        for text in (*_called(each), *map(sought, found.names(each.id)))
    }

    def only(some: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for each in some if each.casefold() not in others))

    return Substitution(
        token,
        ids,
        _owner(found, whole.id),
        only(sought(each) for each in alone if each.startswith("mbox ")),
        only(sought(each) for each in alone if each.startswith("account ")),
        only(_called(whole)),
        tuple({*ids, *map(sought, found.names(whole.id)), *_called(whole)}),
        zone,
    )


def _called(person: Person) -> list[str]:
    return [name for name, _ in person.names]


def _owner(found: Identities, person: str) -> Callable[[str, date], bool | None]:
    """Whose a name is. One that nobody has is theirs if it looks like theirs and nobody else's: it
    waits under another name then."""
    ruled = {each.name for each in found.links}
    whose: dict[str, tuple[str, ...]] = {}
    alike: dict[str, bool] = {}

    def owner(name: str, day: date) -> bool | None:
        if name not in whose:
            whose[name] = found.claimed(name)
        if not whose[name]:
            if name not in alike:
                alike[name] = {id for id, _ in found.proposals(name)} == {person}
            return alike[name]
        if person not in whose[name]:
            return False
        if len(whose[name]) == 1 and name not in ruled:
            return True
        means = found.resolve(name, day)
        doubtful = means is None and len(whose[name]) > 1
        return None if doubtful else means == person

    return owner

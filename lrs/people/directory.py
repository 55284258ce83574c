"""People and their names as they were known at an instant: all of them, or those asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import Connection

from lrs.days import Interval
from lrs.people import tables
from lrs.people.facts import Known, only_access
from lrs.people.identities import Identities, Link, Merge, survivors
from lrs.people.timeline import Person, access, merged, on, person

Said = Sequence[Link | Merge]  # what rulings say, in their order


def identities(known: Iterable[tuple[str, Sequence[Known]]], said: Said = ()) -> Identities:
    """The people of what is known, each HR id with its facts in order, and of rulings."""
    each_id: dict[str, Person] = {}
    same: list[_Same] = []
    for id, some in known:
        each_id[id] = person(id, some)
        same += _same(id, some)
    into = _merges(same, said)
    parts: dict[str, list[Person]] = defaultdict(list)
    for id, part in each_id.items():
        parts[into.get(id, id)].append(part)
    people = {id: merged(id, some) for id, some in sorted(parts.items())}
    return Identities(people, [each for each in said if isinstance(each, Link)], into)


_Same = tuple[int, Merge]  # what a record says


def _same(id: str, known: Sequence[Known]) -> list[_Same]:
    return [(each.seq, Merge(id, each.fact.same_as)) for each in known if each.fact.same_as]


def _merges(told: Iterable[_Same], said: Said) -> dict[str, str]:
    """Of each merged HR id the one that survives: first what HR systems say, then rulings. To
    unlink "hr 00099" from 00013 takes them apart again."""
    merges = [merge for _, merge in sorted(told)]
    for each in said:
        if isinstance(each, Merge):
            merges.append(each)
        elif not each.holds and each.name.startswith("hr "):
            apart = each.name.removeprefix("hr ")
            merges = [merge for merge in merges if merge.person != apart]
    return survivors(merges)


def everybody(connection: Connection, said: Said = (), known: int | None = None) -> Identities:
    """All people as they were known at an instant (None: now); `said` are the rulings then."""
    with tables.uncollected():
        return identities(tables.everybody(connection, known), said)


def with_access(
    connection: Connection, days: Interval, said: Said = (), known: int | None = None
) -> set[str]:
    """Everybody who has access on one of some days, by HR id, without all else that is known of
    them."""
    there: set[str] = set()
    same: list[_Same] = []
    with tables.uncollected():
        for id, some in tables.everybody(connection, known, only_access):
            if any(window.meets(days) for window in access(some)):
                there.add(id)
            same += _same(id, some)
    into = _merges(same, said)
    return {into.get(id, id) for id in there}


def some(
    connection: Connection, ids: Iterable[str], said: Said = (), known: int | None = None
) -> Identities:
    """The people of these HR ids, with all who are merged with them, and all who were ever called
    as one of them is: what it takes to tell whom a name of theirs means."""
    people = _of(connection, _family(connection, ids, said), said, known)
    names = {name for each in people.people.values() for name, _ in each.aliases}
    others = tables.found(connection, names) | {
        each.person for each in said if isinstance(each, Link) and each.name in names
    }
    if others <= {id for each in people.people.values() for id in each.ids}:
        return people
    wanted = _family(connection, {*ids, *others}, said)
    return _of(connection, wanted, said, known)


def _of(connection: Connection, ids: Iterable[str], said: Said, known: int | None) -> Identities:
    return identities(tables.known(connection, set(ids), known).items(), said)


def _family(connection: Connection, ids: Iterable[str], said: Said) -> set[str]:
    """These HR ids and all that were ever merged with one of them, in any way."""
    merges = [each for each in said if isinstance(each, Merge)]
    family: set[str] = set()
    new = set(ids)
    while new:
        family |= new
        near = tables.found(connection, {f"same {id}" for id in new})
        for each in merges:
            if {each.person, each.into} & new:
                near |= {each.person, each.into}
        for facts in tables.known(connection, new).values():
            near |= {each.fact.same_as for each in facts if each.fact.same_as}
        new = near - family
    return family


def by_names(
    connection: Connection, names: Collection[str], said: Said = (), known: int | None = None
) -> Identities:
    """All people who were ever called by one of these names, or of whom a ruling says so."""
    ids = tables.found(connection, names)
    ids |= {each.person for each in said if isinstance(each, Link) and each.name in names}
    ids |= {name.removeprefix("hr ") for name in names if name.startswith("hr ")}
    return some(connection, ids, said, known)


def of_manager(
    connection: Connection, manager: str, day: date, said: Said = (), known: int | None = None
) -> tuple[Identities, tuple[str, ...]]:
    """Those whose manager somebody is on a day, by HR id, among all whom it takes to tell."""
    ids = _family(connection, {manager}, said)
    reports = tables.found(connection, {f"manager {id}" for id in ids})
    found = some(connection, reports | {manager}, said, known)
    return found, managed(found, manager, day)


def managed(found: Identities, manager: str, day: date) -> tuple[str, ...]:
    """Those whose manager somebody is on a day, and who have access on it."""
    wanted = found.merges.get(manager, manager)
    return tuple(
        id
        for id, each in found.people.items()
        if each.has_access(day)
        and wanted in {found.merges.get(boss, boss) for boss in on(each.managers, day)}
    )

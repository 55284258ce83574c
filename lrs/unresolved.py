"""What waits for somebody: names that mean nobody, and roles that the programme doesn't have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from shlex import quote
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import catalogue, told, waiting
from lrs.feeds import door as feeds
from lrs.people import tables
from lrs.people.identities import Identities
from lrs.people.timeline import Person
from lrs.programme import versions
from lrs.programme.programme import Version, in_force
from lrs.register.completions import Source
from scormkit.problems import did_you_mean

STATEMENTS = "statements"


class Name(NamedTuple):
    """A name that means nobody: how often and from which day to which it was used, in which
    records, what those are, and who may be meant and why."""

    name: str
    attempts: int
    first: date
    last: date
    records: tuple[int, ...]
    seen_in: tuple[str, ...]
    proposals: tuple[tuple[str, str], ...]

    def commands(self) -> list[str]:
        """What links it, but for the reason: one for each who may be meant, or one to be filled
        in. As it stands it does nothing, so that nobody's reason is ours."""
        whom = dict.fromkeys(person for person, _ in self.proposals) or ("HR-ID",)
        return [f"lrs people link {quote(self.name)} {quote(each)} --why" for each in whom]

    def data(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            **self._asdict(),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "proposals": [{"person": person, "why": why} for person, why in self.proposals],
            "commands": self.commands(),
        }


class Role(NamedTuple):
    """A role that people hold and the programme doesn't have: by whom, and the nearest that it
    has."""

    role: str
    people: tuple[str, ...]  # HR ids
    hint: str

    def data(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {"role": self.role, "people": list(self.people), "hint": self.hint or None}


def names(
    connection: Connection, people: Identities, zone: ZoneInfo, instant: int | None = None
) -> list[Name]:
    """The names that mean nobody, as known at an instant (None: now), in order."""
    files = {
        each.seq: f"{each.told['source']} of {each.told['lms']}"
        for each in feeds.imports(connection)
    }
    built = told.built(catalogue.read(connection, instant), zone)
    return [
        Name(
            each.name,
            each.attempts,
            each.since,
            each.until,
            tuple(sorted({source.seq for source in each.sources})),
            _seen_in(each.sources, files),
            tuple(people.proposals(each.name)),
        )
        for each in waiting.among(connection, people, built, instant)
    ]


def _seen_in(sources: Iterable[Source], files: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(files.get(each.seq, STATEMENTS) for each in sources))


def roles(people: Iterable[Person], there: Collection[str], day: date) -> list[Role]:
    """The roles that people with access hold on a day, without those that are there, in order."""
    held: dict[str, list[str]] = defaultdict(list)
    for person in people:
        if person.has_access(day):
            for role in dict.fromkeys(r for r, days in person.roles if days.holds(day)):
                held[role].append(person.id)
    return [
        Role(role, tuple(sorted(some)), did_you_mean(role, there))
        for role, some in sorted(held.items())
        if role not in there
    ]


def programme_on(connection: Connection, day: date, instant: int | None = None) -> Version | None:
    """The programme in force on a day, as known at an instant; None where there was none."""
    return in_force(versions.load(connection, instant), day)


def before(connection: Connection, number: int, day: date) -> Version | None:
    """The version in force on a day but for one; None where there was none."""
    return in_force((each for each in versions.load(connection) if each.number != number), day)


def zone(connection: Connection) -> ZoneInfo:
    """In which days begin: the programme's, or else that of the newest roster, or UTC."""
    published = versions.load(connection)
    if published:
        return ZoneInfo(published[-1].programme.zone)
    imports = tables.imports(connection)
    return ZoneInfo(imports[-1].zone if imports else "UTC")

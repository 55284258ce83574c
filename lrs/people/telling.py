"""What the commands say of people, in words; and what is asked for, in the form of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from lrs import timestamps
from lrs.days import Interval
from lrs.errors import BadRequest, Conflict, NotFound
from lrs.people.identities import Identities
from lrs.people.tables import Import
from lrs.people.timeline import Dated, Person, last, of_mail, on

_NAME = re.compile(
    r"hr \S.*|mbox mailto:[^\s@]+@[^\s@]+|mbox_sha1sum [0-9a-f]{40}|openid \S+|account [^|\s]+\|.+"
)
_MAIL = re.compile(r"[^\s@|]+@[^\s@|]+")


def name(text: str) -> str:
    """The name that somebody means who writes a mail address, an HR id or a name in full."""
    if _MAIL.fullmatch(text):
        return of_mail(text.removeprefix("mailto:"))
    if _NAME.fullmatch(text):
        return text
    if text.split(" ")[0] in ("mbox", "mbox_sha1sum", "openid", "account"):
        raise BadRequest(
            f"{text!r} is no name: write a mail address, or one such as "
            '"account https://lms.example|aruiz" or "mbox mailto:ana@brightwater.example"'
        )
    return f"hr {text}"


def must_be_known(found: Identities, person: str) -> str:
    """The id under which a person goes on. Raises NotFound."""
    survivor = found.resolve(f"hr {person}", date.max)
    if survivor is None:
        raise NotFound(f"no roster has told of {person}; lrs people list shows who is there")
    return survivor


def must_be_two(found: Identities, person: str, into: str) -> None:
    """Refuse to merge what is merged: Conflict; or who isn't there: NotFound."""
    ends = [must_be_known(found, each) for each in (person, into)]
    if ends[0] == ends[1]:
        raise Conflict(f"{person} and {into} are one person already, {ends[0]}")
    if ends[0] != person:
        raise Conflict(f"{person} is merged into {ends[0]}; merge that, or unlink it first")


def fits(person: Person, day: date, role: str | None, kind: str | None) -> bool:
    """Whether somebody has access on a day, and this role and kind, if any is asked for."""
    return (
        person.has_access(day)
        and (role is None or role in on(person.roles, day))
        and (kind is None or kind in on(person.kinds, day))
    )


def line(person: Person, day: date) -> str:
    """Somebody on a day, in a line."""
    window = next(each for each in person.windows if each.holds(day))
    dated = (person.names, person.kinds, person.roles, person.managers, person.units)
    told = (" ".join(on(each, day)) for each in dated)
    return "\t".join((person.id, *told, _days(window)))


def all_of(found: Identities, ids: Iterable[str], imports: Mapping[int, Import]) -> Iterator[str]:
    """Everything that is known of people, a line for each thing."""
    for id in ids:
        person = found.people[id]
        yield "\t".join((id, last(person.names)))
        yield from (f"  also\t{each}" for each in person.ids[1:])
        yield from (f"  access\t{_days(each)}" for each in person.windows)
        yield from (f"  leave\t{_days(each)}" for each in person.leave)
        yield from _dated("name", person.names)
        yield from _dated("kind", person.kinds)
        yield from _dated("role", person.roles)
        yield from _dated("manager", person.managers)
        yield from _dated("unit", person.units)
        yield from _dated("hired", person.hires)
        yield from _dated("zone", person.zones)
        yield from _dated("called", person.aliases)
        for each in found.links:
            if each.person in person.ids:
                verb = "linked" if each.holds else "not"
                yield f"  {verb}\t{each.name}\t{_days(each.days)}"
        for seq in person.sources:
            told = imports[seq]
            came = timestamps.written(told.at)
            yield f"  record\t{seq}\tas of {told.as_of}\t{told.profile}\treceived {came}"


def _dated(called: str, dated: Dated) -> Iterator[str]:
    return (f"  {called}\t{value}\t{_days(days)}" for value, days in dated)


def _days(interval: Interval) -> str:
    since = "" if interval.first == date.min else f"from {interval.first}"
    until = "" if interval.last is None else f"to {interval.last}"
    return f"{since} {until}".strip() or "always"

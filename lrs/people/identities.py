"""Which person a name means on a day: HR ids, mails and logins, from rosters and from rulings.

A name is a text such as "hr 00042", or what statements call an actor (as in an xAPI identifier):
"mbox mailto:ana@brightwater.example", "account https://lms.example|aruiz". What somebody is called
by people, such as "Ana Ruiz", is never one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha1
from typing import NamedTuple

from lrs.days import Interval
from lrs.intervals import both
from lrs.people.timeline import Person

_EVER = Interval(date.min)


class Link(NamedTuple):
    """A ruling: from a day to a day a name means a person; or, if `holds` is False, it doesn't."""

    name: str
    person: str
    days: Interval = _EVER
    holds: bool = True


class Merge(NamedTuple):
    """A ruling, or what an HR system says: two HR ids are one person, of which one survives."""

    person: str
    into: str


def of_rulings(rulings: Iterable[tuple[str, str, Mapping[str, str]]]) -> tuple[Link | Merge, ...]:
    """What rulings say of identities, in their order: of each its kind, its subject, and what else
    it tells (person, from, to; into)."""
    return tuple(each for ruling in rulings for each in _of_ruling(*ruling))


def _of_ruling(kind: str, subject: str, told: Mapping[str, str]) -> Iterator[Link | Merge]:
    if kind in ("link", "unlink"):
        first = date.fromisoformat(told["from"]) if "from" in told else date.min
        last = date.fromisoformat(told["to"]) if "to" in told else None
        yield Link(subject, told["person"], Interval(first, last), kind == "link")
    elif kind == "merge":
        yield Merge(subject.removeprefix("hr "), told["into"].removeprefix("hr "))


def survivors(merges: Iterable[Merge]) -> dict[str, str]:
    """Of each HR id that is merged, the one that survives at the end of the way. A later merge goes
    before an earlier one of the same id; one that would close a circle is none."""
    into: dict[str, str] = {}
    for each in merges:
        if _end(into, each.into) != each.person:
            into[each.person] = each.into
    return {person: _end(into, person) for person in into}


def _end(into: Mapping[str, str], person: str) -> str:
    seen = {person}
    while person in into and into[person] not in seen:
        person = into[person]
        seen.add(person)
    return person


class _Claim(NamedTuple):
    person: str
    days: Interval  # on which a roster says so, and they have access


@dataclass(frozen=True)
class Identities:
    """All names of all people. `people` are those that survive their merges."""

    people: Mapping[str, Person]
    links: Sequence[Link] = ()
    merges: Mapping[str, str] = field(default_factory=dict)  # id: the one that survives

    def resolve(self, name: str, day: date) -> str | None:
        """The id of the person that a name means on a day. A ruling goes before rosters, a newer
        one before an older. Of people in rosters it is the one who is called so on that day; else
        the last who was before, or the only one who will be. None if nobody is, or several are:
        then it waits for a ruling."""
        if name.startswith("hr "):
            return self._survivor(name.removeprefix("hr "))
        not_these = set()
        for link in reversed(self._linked.get(name, ())):
            if link.days.holds(day):
                person = self._survivor(link.person)
                if link.holds and person not in not_these:
                    return person
                not_these.add(person)
        claims = [each for each in self._claims.get(name, ()) if each.person not in not_these]
        return _meant(claims, day)

    def claimed(self, name: str) -> tuple[str, ...]:
        """Everybody who was ever called so, by a roster or a ruling."""
        if name.startswith("hr "):
            return tuple(filter(None, [self._survivor(name.removeprefix("hr "))]))
        found = [each.person for each in self._claims.get(name, ())]
        found += [self._survivor(each.person) or "" for each in self._linked.get(name, ())]
        return tuple(sorted(set(filter(None, found))))

    def means_only(self, name: str, person: str) -> bool:
        """Whether a name has never meant anybody else, on any day, and no ruling speaks of it."""
        if name in self._linked:
            return False
        return all(each.person == person for each in self._claims.get(name, ()))

    def clear(self) -> Iterator[tuple[str, str]]:
        """Each name that has only ever meant one person, and whom, HR ids too: on whatever day."""
        for id in (*self.people, *self.merges):
            if (person := self._survivor(id)) is not None:
                yield f"hr {id}", person
        for name, claims in self._claims.items():
            if self.means_only(name, claims[0].person):
                yield name, claims[0].person

    def names(self, person: str) -> tuple[str, ...]:
        """Every name that ever meant a person, their HR ids too."""
        found = self.people[person]
        linked = self._linked_to.get(person, ())
        ids = (f"hr {each}" for each in found.ids)
        return tuple(dict.fromkeys((*ids, *(name for name, _ in found.aliases), *linked)))

    def proposals(self, name: str) -> list[tuple[str, str]]:
        """Who may be meant by a name that nobody has, and why. Somebody has to rule on it."""
        kind, _, text = name.partition(" ")
        read = text.rpartition("|")[2] if kind == "account" else text.removeprefix("mailto:")
        found = [*self._alike.get(alike(read), ()), *self._digested(kind, read)]
        found += self._shortened(read)
        if kind == "account" and "@" not in read:
            found += self._alike.get(f"login {alike(read)}", ())
        return list(dict.fromkeys(found))

    def unresolved(self, names: Iterable[tuple[str, date]]) -> list[tuple[str, date]]:
        """Of names with the days on which they were used, those that mean nobody, once each with
        the first of its days."""
        first: dict[str, date] = {}
        for name, day in names:
            if self.resolve(name, day) is None:
                first[name] = min(day, first.get(name, day))
        return sorted(first.items())

    def _survivor(self, person: str) -> str | None:
        found = self.merges.get(person, person)
        return found if found in self.people else None

    @cached_property
    def _linked(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for each in self.links:
            found[each.name].append(each)
        return found

    @cached_property
    def _linked_to(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = defaultdict(list)
        for each in self.links:
            found[self._survivor(each.person)].append(each.name)
        return found

    @cached_property
    def _claims(self) -> dict[str, list[_Claim]]:
        found: dict[str, list[_Claim]] = defaultdict(list)
        for person in self.people.values():
            for name, days in person.aliases:
                held = [cut for window in person.windows if (cut := both(days, window))]
                found[name] += [_Claim(person.id, each) for each in held or [days]]
        return found

    @cached_property
    def _alike(self) -> dict[str, list[tuple[str, str]]]:
        """By what a name comes to when all that gets lost is taken away: whose it is, and why."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for person in self.people.values():
            for each in person.ids:
                found[alike(each)].append((person.id, f"the HR id {each} is written alike"))
            for name, _ in person.aliases:
                kind, _, text = name.partition(" ")
                if kind == "mbox":
                    mail = text.removeprefix("mailto:")
                    found[alike(mail)].append((person.id, f"the mail {mail} is written alike"))
                    said = f"the mail {mail} begins so"
                    found[f"login {alike(mail.partition('@')[0])}"].append((person.id, said))
                else:
                    login = text.rpartition("|")[2]
                    said = f"the login {login} of {text.rpartition('|')[0]} is written alike"
                    found[alike(login)].append((person.id, said))
        return found

    def _digested(self, kind: str, digest: str) -> list[tuple[str, str]]:
        return self._digests.get(digest, []) if kind == "mbox_sha1sum" else []

    @cached_property
    def _digests(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for person in self.people.values():
            for name, _ in person.aliases:
                kind, _, mbox = name.partition(" ")
                for text in {mbox, mbox.lower()} if kind == "mbox" else ():
                    mail = mbox.removeprefix("mailto:")
                    said = (person.id, f"it is the SHA-1 of the mail {mail}")
                    found[sha1(text.encode()).hexdigest()].append(said)
        return found

    def _shortened(self, text: str) -> list[tuple[str, str]]:
        """Whose HR id a workbook may have made a number like 1.99E+02 of."""
        number = SHORTENED.fullmatch(text)
        if number is None:
            return []
        form = f".{len(number[1] or '')}E"
        wanted = f"{float(text.replace(',', '.')):{form}}"
        return [
            (person.id, f"the HR id {each} looks so when it is shown as a number")
            for person in self.people.values()
            for each in person.ids
            if each.isascii() and each.isdecimal() and f"{int(each):{form}}" == wanted
        ]


# A number as workbooks show one that is long; they always write the sign.
SHORTENED = re.compile(r"\d(?:[.,](\d+))?[eE]\+\d+", re.ASCII)


def _meant(claims: Sequence[_Claim], day: date) -> str | None:
    def only(some: Iterable[_Claim]) -> str | None:
        people = {each.person for each in some}
        return people.pop() if len(people) == 1 else None

    now = [each for each in claims if each.days.holds(day)]
    if now:
        return only(now)
    before = [each for each in claims if each.days.last is not None and each.days.last < day]
    if before:
        end = max(each.days.last or day for each in before)
        return only(each for each in before if each.days.last == end)
    return only(claims)


def alike(text: str) -> str:
    """What is left of a text without what gets lost on the way: case, blanks, zeros before it."""
    plain = "".join(text.split()).casefold()
    return plain.lstrip("0") or plain

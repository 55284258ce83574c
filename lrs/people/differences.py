"""What an import changes in what is known of people, for those who read it before they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from lrs.days import Interval
from lrs.people.facts import Fact, Known
from lrs.people.timeline import Person, aliases, last, person

_NOW = 1 << 62  # a number behind all others: what is being told is the newest there is
# What is compared: the field, and what it is called.
_DATED = (
    ("names", "name"),
    ("kinds", "kind"),
    ("roles", "role"),
    ("managers", "manager"),
    ("units", "unit"),
    ("zones", "zone"),
    ("aliases", ""),
)


@dataclass(frozen=True)
class Difference:
    """What of one person is other than before: the facts of who is new, else what was and is."""

    person: str
    kind: Literal["new", "changed", "absent"]
    facts: tuple[Fact, ...]
    called: str = ""
    changes: tuple[str, ...] = ()
    shrinks: tuple[Interval, Interval] | None = None  # a window that begins later than before

    def __str__(self) -> str:
        mark = {"new": "+", "changed": "~", "absent": "-"}[self.kind]
        called = self.called or self.facts[0].name
        said = self.changes or [each for fact in self.facts for each in _all(fact)]
        return f"{mark} {self.person} {called}: {'; '.join(said)}"


def differences(
    facts: Iterable[Fact], known: Mapping[str, Sequence[Known]], as_of: date
) -> Iterator[Difference]:
    """Of each person who is new or of whom something changes, what; by HR id."""
    told: dict[str, list[Fact]] = {}
    for fact in facts:
        told.setdefault(fact.person, []).append(fact)
    for id, some in sorted(told.items()):
        before = known.get(id, ())
        if not before:
            yield Difference(id, "new", tuple(some))
        elif len(some) > 1 or not _is_restated(before, some[0], as_of):
            now = [*before, *(Known(_NOW, _NOW, as_of, fact) for fact in some)]
            was, is_now = person(id, before), person(id, now)
            changes = tuple(_changes(was, is_now))
            kind: Literal["changed", "absent"] = "absent" if some[0].code else "changed"
            if changes:
                called, shrinks = last(is_now.names), _later(was, is_now)
                yield Difference(id, kind, tuple(some), called, changes, shrinks)


def _is_restated(before: Sequence[Known], told: Fact, as_of: date) -> bool:
    """Whether the newest fact is told again, of the same day or a later one, and there is no leave
    that it could end: nothing changes."""
    newest = before[-1]
    same = replace(newest.fact, row=0) == replace(told, row=0) and newest.as_of <= as_of
    return same and not any(each.fact.leave for each in before)


def _all(fact: Fact) -> Iterator[str]:
    """What is said of who is new."""
    yield from (f"access {_days(window)}" for window in fact.windows())
    yield from (f"leave {_days(away)}" for away in fact.leave)
    for called in ("kind", "manager", "unit", "zone"):
        if getattr(fact, called):
            yield f"{called} {getattr(fact, called)}"
    yield from (f"role {role}" for role in fact.roles)
    yield from aliases(fact)


def _changes(was: Person, is_now: Person) -> Iterator[str]:
    yield from _changed("access", map(_days, was.windows), map(_days, is_now.windows))
    yield from _changed("leave", map(_days, was.leave), map(_days, is_now.leave))
    if was.windows == is_now.windows:  # else it goes with access
        yield from _changed(
            "hired", (day for day, _ in was.hires), (day for day, _ in is_now.hires)
        )
    for field, called in _DATED:
        pairs = (map(_dated, getattr(each, field)) for each in (was, is_now))
        yield from _changed(called, *pairs)


def _changed(called: str, was: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    before, after = Counter(was), Counter(now)
    gone, come = list(before - after), list(after - before)
    if gone or come:
        arrow = " -> ".join(", ".join(each) or "none" for each in (gone, come))
        yield f"{called}: {arrow}".removeprefix(": ")


def _dated(each: tuple[str, Interval]) -> str:
    return f"{each[0]} {_days(each[1])}"


def _days(interval: Interval) -> str:
    since = f"from {interval.first}"
    return since if interval.last is None else f"{since} to {interval.last}"


def _later(was: Person, is_now: Person) -> tuple[Interval, Interval] | None:
    """A window whose first days are gone."""
    for window in was.windows:
        met = [each for each in is_now.windows if each.meets(window)]
        if met and met[0].first > window.first:
            return window, met[0]
    return None

"""What an import changes in what is known of people, for those who read it before they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from lrs.days import Interval
from lrs.people.facts import Fact, Known
from lrs.people.timeline import Dated, Person, last, person

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
    """What of one person is other than before: in lines, each with what was and what is."""

    person: str
    kind: Literal["new", "changed", "absent"]
    called: str
    lines: tuple[str, ...]
    shrinks: tuple[Interval, Interval] | None = None  # a window that begins later than before


def differences(
    facts: Iterable[Fact], known: Mapping[str, Sequence[Known]], as_of: date
) -> Iterator[Difference]:
    """Of each person who is new or of whom something changes, what; by HR id."""
    told: dict[str, list[Known]] = {}
    for fact in facts:
        told.setdefault(fact.person, []).append(Known(_NOW, _NOW, as_of, fact))
    for id, some in sorted(told.items()):
        before = known.get(id, ())
        if before and len(some) == 1 and _is_restated(before[-1], some[0]):
            continue
        found = _difference(id, before, some)
        if found.lines or found.kind == "new":
            yield found


def _is_restated(newest: Known, told: Known) -> bool:
    """Whether the newest fact is told again, of the same day or a later one: nothing changes."""
    same = replace(newest.fact, row=0) == replace(told.fact, row=0)
    return same and newest.as_of <= told.as_of


def _difference(id: str, before: Sequence[Known], told: Sequence[Known]) -> Difference:
    is_now = person(id, [*before, *told])
    if not before:
        return Difference(id, "new", last(is_now.names), tuple(_all(is_now)))
    was = person(id, before)
    kind: Literal["changed", "absent"] = "absent" if told[0].fact.code else "changed"
    return Difference(id, kind, last(is_now.names), tuple(_lines(was, is_now)), _later(was, is_now))


def _all(is_now: Person) -> Iterator[str]:
    yield from (f"access {_days(window)}" for window in is_now.windows)
    for field, called in _DATED:
        dated: Dated = getattr(is_now, field)
        yield from (f"{called} {value}".strip() for value, _ in dated if field != "names")


def _lines(was: Person, is_now: Person) -> Iterator[str]:
    yield from _changed("access", map(_days, was.windows), map(_days, is_now.windows))
    yield from _changed("leave", map(_days, was.leave), map(_days, is_now.leave))
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

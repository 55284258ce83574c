"""From all that is known of a person to what was so on which day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lrs import intervals
from lrs.days import Interval
from lrs.people.facts import ABSENT, Fact, Known

_DAY = timedelta(days=1)

Dated = tuple[tuple[str, Interval], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in scope. What is dated holds from a day to a day; `aliases` are what they are
    called by machines, such as "mbox mailto:ana@brightwater.example"."""

    id: str
    ids: tuple[str, ...]  # every HR id that means them, the surviving one first
    windows: tuple[Interval, ...]
    leave: tuple[Interval, ...]
    names: Dated
    kinds: Dated
    roles: Dated
    managers: Dated  # HR ids, as they were told
    units: Dated
    zones: Dated
    aliases: Dated
    sources: tuple[int, ...]  # numbers of the records that told something new of them
    hires: Dated = ()  # the first day as HR has it, which needn't be that of access

    def has_access(self, day: date) -> bool:
        """Whether they held access on a day."""
        return any(window.holds(day) for window in self.windows)


def on(dated: Dated, day: date) -> tuple[str, ...]:
    """What of something dated holds on a day."""
    return tuple(value for value, interval in dated if interval.holds(day))


def last(dated: Dated) -> str:
    """What held last."""
    return dated[-1][0] if dated else ""


def person(id: str, known: Sequence[Known]) -> Person:
    """What the facts of one HR id come to, in the order in which they became known.

    Of a window, the newest fact known corrects what was known before. What has no day of its own
    (name, kind, roles, manager, unit, zone, mails, accounts), and the hire date, hold from the day
    that the row is of, up to the next day of which something is said; the first of a window holds
    from its start.
    """
    windows = access(known)
    leave: list[Interval] = []
    for _, _, as_of, fact in known:
        leave = _away(leave, fact, as_of)
    starts = [window.first for window in windows]
    dated = _once(known[0], starts) if len(known) == 1 else _in_order(known, starts)
    return Person(
        id,
        (id,),
        tuple(windows),
        tuple(leave),
        names=dated("name", lambda fact: (fact.name,)),
        kinds=dated("kind", lambda fact: (fact.kind,)),
        roles=dated("roles", lambda fact: fact.roles),
        managers=dated("manager", lambda fact: (fact.manager,) if fact.manager else ()),
        units=dated("unit", lambda fact: (fact.unit,)),
        zones=dated("zone", lambda fact: (fact.zone,)),
        aliases=(
            *dated("mails", lambda fact: tuple(map(of_mail, fact.mails))),
            *dated("accounts", lambda fact: tuple(map(of_account, fact.accounts))),
        ),
        sources=tuple(dict.fromkeys(each.seq for each in known)),
        hires=dated("hired", lambda fact: (fact.hired.isoformat(),) if fact.hired else ()),
    )


# Of a field, and of what a fact says in it: its values with their days.
_Placing = Callable[[str, Callable[[Fact], tuple[str, ...]]], Dated]


def _once(known: Known, starts: Sequence[date]) -> _Placing:
    """Of somebody of whom there is one fact, as of most: all holds from one day on."""
    fact, since = known.fact, _since(_first(_day(known), starts))

    def dated(field: str, values: Callable[[Fact], tuple[str, ...]]) -> Dated:
        if field not in fact.said:
            return ()
        return tuple([(value, since) for value in sorted(values(fact))])

    return dated


def _in_order(known: Sequence[Known], starts: Sequence[date]) -> _Placing:
    by_as_of = sorted(known, key=lambda each: each.as_of)  # of one day, the newest stays last
    placed = sorted(((_day(each), each.fact) for each in by_as_of), key=lambda each: each[0])

    def dated(field: str, values: Callable[[Fact], tuple[str, ...]]) -> Dated:
        said = {day: values(fact) for day, fact in placed if field in fact.said}
        return _dated(_spread(said, starts)) if said else ()

    return dated


def aliases(fact: Fact) -> tuple[str, ...]:
    """What a fact says that machines call the person."""
    return (*map(of_mail, fact.mails), *map(of_account, fact.accounts))


def of_mail(mail: str) -> str:
    """What statements call somebody of whom they have the mail; the case of its domain doesn't
    count (xAPI 1.0.3 Data 2.3.1)."""
    local, at, domain = mail.rpartition("@")
    return f"mbox mailto:{local}{at}{domain.lower()}"


def of_account(account: tuple[str, str]) -> str:
    """What statements and exports call somebody of whom they have the login."""
    return f"account {account[0]}|{account[1]}"


# Windows.


def access(known: Sequence[Known]) -> list[Interval]:
    """The windows of access that the facts of one HR id come to."""
    windows: list[Interval] = []
    for each in known:
        windows = _after(windows, each.fact)
    return windows


def _after(windows: list[Interval], fact: Fact) -> list[Interval]:
    """The windows known, once one more fact is."""
    if fact.code == ABSENT:
        assert fact.left
        return [_ended(each, fact.left) for each in windows]
    told = fact.windows()
    if not told:
        return _closed(windows, fact.left) if fact.left else windows
    if fact.is_silent_of_end():
        first = told[0].first
        there = [each for each in windows if each.last is None or each.last >= first]
        told = (Interval(first, there[0].last),) if there else told
    return _corrected(windows, told)


def _ended(window: Interval, last: date) -> Interval:
    """The window up to a day, unless it ended before or begins after it."""
    later = window.last is None or window.last > last  # than the day that is told
    return Interval(window.first, last) if later and window.first <= last else window


def _closed(windows: list[Interval], last: date) -> list[Interval]:
    """The windows, with the newest that begins up to a day ended on it: all that was told is that
    somebody left."""
    at = bisect_right([each.first for each in windows], last) - 1
    return [Interval(each.first, last) if n == at else each for n, each in enumerate(windows)]


def _away(leave: list[Interval], fact: Fact, as_of: date) -> list[Interval]:
    """The leaves known, once one more fact is. A row without one says that they are here on its
    day; one that begins while another is open shows that the other has ended."""
    if "leave" not in fact.said:
        return leave
    if not fact.leave:
        here = [each for each in leave if each.first != as_of]
        return [_ended(each, as_of - _DAY) for each in here]
    begins = min(each.first for each in fact.leave)
    ended = [_ended(each, begins - _DAY) if each.last is None else each for each in leave]
    return _corrected(ended, fact.leave)


def _corrected(known: list[Interval], told: Sequence[Interval]) -> list[Interval]:
    """The intervals known, with those that are told in the place of all that they meet."""
    if not told:
        return known
    kept = [each for each in known if not any(each.meets(new) for new in told)]
    return sorted([*kept, *told], key=lambda each: each.first)


# What has no day of its own.


def _day(known: Known) -> date:
    """The day that the rest of a row is of: its own day, or the nearest in the window that the row
    tells, so that a leaver's row is of the time when they were there."""
    as_of, windows = known.as_of, known.fact.windows()
    if len(windows) < 2:
        return _nearest(windows[0], as_of) if windows else as_of
    return min((_nearest(each, as_of) for each in windows), key=lambda day: abs(day - as_of))


def _nearest(window: Interval, day: date) -> date:
    """The day of a window that is nearest to another."""
    first, last = window
    if last is not None and last < day:
        return last
    return day if day > first else first


def _first(day: date, starts: Sequence[date]) -> date:
    """The start of the window that a day is in, or the day, if it is before any."""
    return min(day, starts[max(0, bisect_right(starts, day) - 1)]) if starts else day


def _spread(
    said: dict[date, tuple[str, ...]], starts: Sequence[date]
) -> list[tuple[date, tuple[str, ...]]]:
    """What was said on days, in order, with the first of each window moved to its start."""
    spread: list[tuple[date, tuple[str, ...]]] = []
    started: date | None = None
    for day, values in said.items():
        first = _first(day, starts)
        window = max(first, starts[0]) if starts else None
        if window != started and first < day:
            spread.append((first, values))
        started = window
        spread.append((day, values))
    return spread


def _dated(spread: Sequence[tuple[date, tuple[str, ...]]]) -> Dated:
    """Each value with its days: joined where one follows the other."""
    first, values = spread[0]
    if all(others == values for _, others in spread):  # so it is with most people
        since = _since(first)
        return tuple((value, since) for value in sorted(set(values)))
    open_since: dict[str, date] = {}
    ended: list[tuple[str, Interval]] = []
    for day, values in spread:
        for value in [each for each in open_since if each not in values]:
            ended.append((value, Interval(open_since.pop(value), day - _DAY)))
        for value in values:
            open_since.setdefault(value, day)
    ended += [(value, _since(day)) for value, day in open_since.items()]
    return tuple(sorted(ended, key=lambda each: (each[1].first, each[0])))


_since = lru_cache(50_000)(Interval)  # most of what is dated holds from one of a few days on


# Several HR ids.


def merged(id: str, parts: Sequence[Person]) -> Person:
    """One person of several HR ids: windows and leave of all (a contract that only follows another
    is another); kinds and roles of each while it had access; of two of which one holds at a time,
    such as a manager, that of the id whose access began last."""
    if len(parts) == 1 and parts[0].id == id:
        return parts[0]
    in_order = sorted(parts, key=lambda part: (_start(part), part.id))

    def every(get: Callable[[Person], Dated]) -> Dated:
        return _joined(each for part in parts for each in get(part))

    def one(get: Callable[[Person], Dated]) -> Dated:
        spoken = [part for part in in_order if get(part)]
        dated: list[tuple[str, Interval]] = []
        for n, part in enumerate(spoken):
            until = _start(spoken[n + 1]) if n + 1 < len(spoken) else date.max
            since = _start(part) if n else date.min
            dated += [(v, cut) for v, span in get(part) if (cut := _cut(span, since, until))]
        return _joined(dated)

    return Person(
        id,
        (id, *sorted(part.id for part in parts if part.id != id)),
        intervals.merged([window for part in parts for window in part.windows]),
        intervals.merged([away for part in parts for away in part.leave]),
        names=one(lambda part: part.names),
        kinds=every(lambda part: _ending(part, part.kinds)),
        roles=every(lambda part: _ending(part, part.roles)),
        managers=one(lambda part: part.managers),
        units=one(lambda part: part.units),
        zones=one(lambda part: part.zones),
        aliases=every(lambda part: part.aliases),
        sources=tuple(sorted({seq for part in parts for seq in part.sources})),
        hires=one(lambda part: part.hires),
    )


def _start(part: Person) -> date:
    """When their access began; what has no window yet stands last."""
    return part.windows[0].first if part.windows else date.max


def _ending(part: Person, dated: Dated) -> Dated:
    """What held of an HR id, up to the last day of its access: what somebody was under one id
    goes on under another only if it is told there as well."""
    ends = [window.last for window in part.windows]
    last = max(filter(None, ends), default=None)
    if last is None or None in ends:
        return dated
    cut = [(value, _cut(span, date.min, last + _DAY)) for value, span in dated]
    return tuple((value, span) for value, span in cut if span)


def _cut(span: Interval, since: date, until: date) -> Interval | None:
    """The days of an interval from a day on and before another."""
    first = max(span.first, since)
    end = span.last if until == date.max else min(span.last or date.max, until - _DAY)
    return None if end is not None and end < first else Interval(first, end)


def _joined(dated: Iterable[tuple[str, Interval]]) -> Dated:
    """Of each value its days, in as few intervals as possible: what follows itself without a day
    between goes on, as nothing has changed there."""
    spans: dict[str, list[Interval]] = defaultdict(list)
    for value, span in dated:
        spans[value].append(span)
    flat = [(v, span) for v, some in spans.items() for span in intervals.merged(some, gap=1)]
    return tuple(sorted(flat, key=lambda each: (each[1].first, each[0])))

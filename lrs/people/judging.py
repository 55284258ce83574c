"""A roster against what is known already: what only the two together show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from shlex import quote

from lrs.people.facts import Fact
from lrs.people.identities import alike
from lrs.people.roster import Roster
from lrs.people.timeline import aliases
from scormkit.problems import Problem, did_you_mean


@dataclass(frozen=True)
class Roles:
    """The roles that somebody asks something of, and who that is."""

    names: Collection[str]
    of: str  # such as "version 2 of the programme"


@dataclass(frozen=True)
class Standing:
    """What was known before: everybody's HR id, whose manager is who, and who is called how."""

    ids: Collection[str] = ()
    manager: Callable[[str], str | None] = lambda person: None
    called: Callable[[Collection[str]], Mapping[str, str]] = lambda names: {}
    roles: Roles | None = None  # None: no programme is in force on the day


def judged(roster: Roster, standing: Standing) -> Iterator[Problem]:
    """Every problem of a roster that its file alone doesn't show."""
    there = {fact.person for fact in roster.facts}
    by_form = {alike(id): id for id in standing.ids}
    for fact in roster.facts:
        if fact.person not in standing.ids:
            yield from _new(roster, fact, by_form)
        if fact.same_as and fact.same_as not in there and fact.same_as not in standing.ids:
            what = f"{fact.person} is said to be {fact.same_as}, who is in no roster"
            hint = "nothing of before is known of them; import an older roster, too"
            yield roster.warning(fact.row, what, "unknown-person", hint)
    yield from _roles(roster, standing.roles)
    yield from _managers(roster, there, standing, by_form)
    yield from _circles(roster, standing)
    yield from _again(roster, standing)


def _new(roster: Roster, fact: Fact, by_form: Mapping[str, str]) -> Iterator[Problem]:
    if not fact.windows():
        what = f"{fact.person} is new, and nothing says since when they have access"
        hint = "a first day is needed: who has no access window is in no population"
        yield roster.error(fact.row, what, "no-access", hint)
    known = by_form.get(alike(fact.person))
    if known is None:
        return
    if _is_shortened(fact.person, known):
        what = f'the HR id "{fact.person}" is new, but "{known}" is known: were zeros lost?'
        yield roster.error(fact.row, what, "lost-zeros", _zeros(known))
    else:
        what = f'the HR id "{fact.person}" is new, and looks like "{known}", which is known'
        hint = f"if it is the same person: {_merge(known, fact.person, _REWRITTEN)}"
        yield roster.warning(fact.row, what, "alike-id", hint)


def _is_shortened(id: str, known: str) -> bool:
    return len(id) < len(known) and known.lstrip("0") == id.lstrip("0")


def _zeros(known: str) -> str:
    return (
        f"format the column as text and export it again, or write pad: {{person: {len(known)}}} "
        "into the profile"
    )


def _roles(roster: Roster, there: Roles | None) -> Iterator[Problem]:
    """Each role of which nothing is asked, at the first row that has it: who has it is taken in
    all the same, and owes no more than everybody."""
    if there is None:
        return
    rows: dict[str, list[int]] = {}
    for fact in roster.facts:
        for role in fact.roles:
            if role not in there.names:
                rows.setdefault(role, []).append(fact.row)
    for role, some in rows.items():
        count = "1 person has" if len(some) == 1 else f"{len(some):,} people have"
        what = f'{count} the role "{role}", of which {there.of} asks nothing'
        hint = "they owe what everybody owes; lrs people unresolved lists such roles"
        yield roster.warning(min(some), what, "unknown-role", did_you_mean(role, there.names, hint))


def _managers(
    roster: Roster, there: Collection[str], standing: Standing, by_form: Mapping[str, str]
) -> Iterator[Problem]:
    forms = {**by_form, **{alike(id): id for id in there}}
    told = set()
    for fact in roster.facts:
        boss = fact.manager
        if boss is None or boss in there or boss in standing.ids or boss in told:
            continue
        told.add(boss)
        meant = forms.get(alike(boss), "")
        if _is_shortened(boss, meant):
            what = f'the manager "{boss}" is nobody, but "{meant}" is: were zeros lost?'
            hint = _zeros(meant).replace("person:", "manager:")
            yield roster.error(fact.row, what, "lost-zeros", hint)
        else:
            what = f'the manager "{boss}" is in no roster'
            hint = f'did you mean "{meant}"?' if meant else "what goes to them goes to nobody"
            yield roster.warning(fact.row, what, "unknown-manager", hint)


def _circles(roster: Roster, standing: Standing) -> Iterator[Problem]:
    """Who reports to somebody who, however far up, reports to them."""
    row = {fact.person: fact.row for fact in roster.facts}
    bosses = {fact.person: fact.manager for fact in roster.facts if "manager" in fact.said}
    clear: set[str] = set()
    for person in list(bosses):
        way: list[str] = []
        at: str | None = person
        while at is not None and at not in clear and at not in way:
            way.append(at)
            if at not in bosses:
                bosses[at] = standing.manager(at)
            at = bosses[at]
        if at is not None and at in way:
            circle = way[way.index(at) :]
            first = min((each for each in circle if each in row), key=lambda each: row[each])
            yield _circle(roster, row[first], _turned(circle, first))
        clear.update(way)


def _turned(circle: list[str], first: str) -> list[str]:
    at = circle.index(first)
    return [*circle[at:], *circle[:at], first]


def _circle(roster: Roster, row: int, circle: list[str]) -> Problem:
    way = " reports to ".join(circle[:7]) + (" ..." if len(circle) > 7 else "")
    hint = "one of them has another manager, or none: leave the cell empty for none"
    return roster.error(row, f"managers in a circle: {way}", "manager-circle", hint)


def _again(roster: Roster, standing: Standing) -> Iterator[Problem]:
    """New HR ids that are called, by machines, like somebody who is known."""
    new = [fact for fact in roster.facts if fact.person not in standing.ids and not fact.same_as]
    if not standing.ids or not new:
        return
    called = standing.called({alias for fact in new for alias in aliases(fact)})
    for fact in new:
        for alias in aliases(fact):
            other = called.get(alias)
            if other:
                what = f'{fact.person} is new, and "{alias}" is known of {other}'
                hint = f"a rehire with a new id? {_merge(fact.person, other, _REHIRED)}"
                yield roster.warning(fact.row, what, "alike-person", hint)


_REHIRED = "They came back, and HR gave them a new id"
_REWRITTEN = "HR writes their id in another way now"


def _merge(id: str, into: str, why: str) -> str:
    """The command that makes one person of two HR ids, once the roster is taken in. It runs as it
    stands: who runs it says by it that the reason is so."""
    return f'lrs people merge {quote(id)} {quote(into)} --why "{why}"'

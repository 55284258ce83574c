"""The rows of a roster, as a profile reads them, to facts and problems."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from lrs.days import OPEN, Interval, zones
from lrs.mapped import Mapped, Told
from lrs.mapping import Field
from lrs.people.facts import KINDS, Account, Fact, made
from lrs.people.identities import SHORTENED, alike
from lrs.people.timeline import aliases
from scormkit.problems import WARNING, Mark, Problem, did_you_mean

LONGEST_ID = 100  # characters

FIELDS = (
    Field("person", "the HR id, which stays the same for ever", needed=True),
    Field("name", "what the person is called"),
    Field("first_name", "the first part of the name, where it has a column of its own"),
    Field("last_name", "the last part of it"),
    Field("mails", "mail addresses", "list"),
    Field("login", "the login in the LMS that lms names"),
    Field("lms", "the home page of that LMS, such as https://lms.brightwater.example"),
    Field("kind", f"what the person is: {', '.join(KINDS)}", options=KINDS),
    Field("roles", "role buckets of the programme", "list"),
    Field("manager", "the manager's HR id"),
    Field("manager_name", "the manager's name, where the file has no id"),
    Field("hired", "the first day", "day"),
    Field("left", "the last day", "day"),
    Field("access_from", "the first day of access, where it isn't the first day", "day"),
    Field("access_to", "the last day of access", "day"),
    Field("leave_from", "the first day of a leave of absence", "day"),
    Field("leave_to", "the last day of it", "day"),
    Field("unit", "the organisation's unit"),
    Field("zone", "the person's time zone"),
    Field("same_as", "the HR id that the same person had before"),
)


class LeftOut(NamedTuple):
    """A row that is not taken, and why."""

    row: int
    code: str
    message: str


@dataclass(frozen=True)
class Roster:
    """What a file says: facts by row, rows that are left out, and problems."""

    name: str
    facts: tuple[Fact, ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]
    rows: frozenset[int]  # the numbers of all rows of the file, taken or not

    def error(self, row: int, message: str, code: str, hint: str) -> Problem:
        """Something wrong with a row."""
        return Problem(Mark(self.name, row), message, code, hint)

    def warning(self, row: int, message: str, code: str, hint: str) -> Problem:
        """Something about a row, or, with row 0, about the file, that somebody should look at."""
        return Problem(Mark(self.name, row), message, code, hint, WARNING)


def roster(name: str, mapped: Mapped) -> Roster:
    """The facts of a file, with every problem that the file alone shows."""
    rows = frozenset(row.number for row in mapped.sheet.rows) if mapped.sheet else frozenset()
    made = Roster(name, (), (), mapped.problems, rows)
    facts: list[Fact] = []
    problems = list(mapped.problems)
    if mapped.sheet and not rows:
        hint = "export it again, and look into it"
        problems.append(made.error(0, "nobody stands below the header", "no-rows", hint))
    managers: dict[int, str] = {}  # by row: the names of those that have no id
    for told in mapped.rows:
        found = list(_slips(made, told))
        problems += found
        if not found:
            facts.append(_fact(told, mapped.fields))
            if "manager_name" in told.values:
                managers[told.number] = str(told.values["manager_name"])
    kept, left_out = _once(facts)
    problems += _together(made, kept)
    kept, found = _by_name(made, kept, managers)
    problems += found
    if kept and "kind" not in mapped.fields:
        what = "no column says what people are; those who are new are of no kind"
        hint = "write constants: {kind: employee} into the profile, or a column under kind"
        problems.append(made.warning(0, what, "no-kind", hint))
    return replace(made, facts=tuple(kept), left_out=tuple(left_out), problems=tuple(problems))


# One row.


def _slips(file: Roster, told: Told) -> Iterator[Problem]:
    values, row = told.values, told.number
    id = str(values.get("person", ""))
    if not id:
        who = " ".join(str(values[each]) for each in ("name", "last_name") if each in values)
        hint = (
            "give everybody without an HR number an id of your own that never changes, such as "
            '"c-0042"; or leave such rows out with --leave-out'
        )
        yield file.error(row, f"no HR id for {who or 'this row'}", "no-person", hint)
    elif SHORTENED.fullmatch(id):
        hint = "format the column as text, and export it again"
        yield file.error(row, f'the HR id "{id}" was shortened by a workbook', "broken-id", hint)
    elif len(id) > LONGEST_ID:
        what = f'the HR id "{id[:20]}…" has more than {LONGEST_ID} characters'
        yield file.error(row, what, "broken-id", "is it the right column?")
    for first, last, code in SPANS:
        yield from _backwards(file, told, first, last, code)
    mails: Any = values.get("mails", ())
    for mail in mails:
        if not _MAIL.fullmatch(mail):
            hint = "write it like ana@brightwater.example; more than one with ; between"
            yield file.error(row, f'"{mail}" is no mail address', "bad-mail", hint)
    if ("login" in values) != ("lms" in values) and "login" in values:
        hint = "write constants: {lms: https://lms.example} into the profile"
        what = f'the login "{values["login"]}" is of no LMS'
        yield file.error(row, what, "no-lms", hint)
    zone = str(values.get("zone", "UTC"))
    if zone not in zones():
        hint = did_you_mean(zone, zones(), "write one such as Europe/Berlin")
        yield file.error(row, f'"{zone}" is no time zone', "unknown-zone", hint)
    if values.get("same_as") == id and id:
        yield file.error(row, f"{id} is the same as itself", "same-as", "leave same_as empty")


_MAIL = re.compile(r"[^\s@<>,;|]+@[^\s@<>,;|]+")
SPANS = (
    ("hired", "left", "left-before-hired"),
    ("access_from", "access_to", "access-backwards"),
    ("leave_from", "leave_to", "leave-backwards"),
)


def _backwards(file: Roster, told: Told, first: str, last: str, code: str) -> Iterator[Problem]:
    since, until = told.values.get(first), told.values.get(last)
    if since == OPEN:
        what = f"{first} is {since}, which stands for no end"
        yield file.error(told.number, what, "bad-day", "write the day on which it began")
        return
    if isinstance(since, date) and isinstance(until, date) and until < since:
        what = f"{last} ({until}) is before {first} ({since})"
        hint = "one of the two is wrong; a rehire has a row for each time"
        yield file.error(told.number, what, code, hint)
    if isinstance(until, date) and since is None and last != "left":
        what = f"{last} is {until}, but nothing says {first}"
        yield file.error(told.number, what, code, f"write {first}, or take {last} out")


def _fact(told: Told, fields: Iterable[str]) -> Fact:
    """What a row says. Where the file has a column for them, no roles, no manager, no last day and
    no leave are said, too."""
    values: dict[str, Any] = dict(told.values)
    for name in ("person", "manager", "same_as"):
        if name in values:
            values[name] = " ".join(values[name].split())  # a no-break space looks like a space
    said: dict[str, Any] = {
        name: values[name] for name in ("kind", "unit", "zone", "same_as") if name in values
    }
    parts = [values[each] for each in ("first_name", "last_name") if each in values]
    name = values.get("name") or " ".join(parts)
    if name:
        said["name"] = " ".join(name.split())
    if "mails" in values:
        said["mails"] = tuple(values["mails"])
    if "login" in values:
        said["accounts"] = (Account(values["lms"], values["login"]),)
    if "roles" in fields:
        said["roles"] = tuple(values.get("roles", ()))
    if "manager" in fields or "manager_name" in fields:
        said["manager"] = values.get("manager")
    if "hired" in values:
        said["hired"] = values["hired"]
    if "left" in fields:
        said["left"] = _end(values.get("left"))
    for name, first, last in (("access", *SPANS[1][:2]), ("leave", *SPANS[2][:2])):
        if first in values:
            said[name] = (Interval(values[first], _end(values.get(last))),)
    if "leave_from" in fields:
        said.setdefault("leave", ())
    return made(told.number, values["person"], said)


def _end(day: date | None) -> date | None:
    """A last day; what HR systems write for none is none."""
    return None if day == OPEN else day


# Rows together.


def _once(facts: Sequence[Fact]) -> tuple[list[Fact], list[LeftOut]]:
    """Facts without those that say what a row before them says."""
    before: dict[str, list[Fact]] = defaultdict(list)
    kept: list[Fact] = []
    left_out: list[LeftOut] = []
    for fact in facts:
        same = [each for each in before[fact.person] if replace(each, row=fact.row) == fact]
        before[fact.person].append(fact)
        if same:
            what = f"says what row {same[0].row} says"
            left_out.append(LeftOut(fact.row, "same-row", what))
        else:
            kept.append(fact)
    return kept, left_out


def _together(file: Roster, facts: Sequence[Fact]) -> Iterator[Problem]:
    """What rows say against each other."""
    by_person: dict[str, list[Fact]] = defaultdict(list)
    by_form: dict[str, Fact] = {}
    by_alias: dict[str, Fact] = {}
    for fact in facts:
        yield from _against(file, fact, by_person[fact.person])
        by_person[fact.person].append(fact)
        other = by_form.setdefault(alike(fact.person), fact)
        if other.person != fact.person:
            what = f'the HR ids "{other.person}" (row {other.row}) and "{fact.person}" look alike'
            hint = "they are kept apart; if they are one person, mend the file"
            yield file.warning(fact.row, what, "alike-id", hint)
        for alias in aliases(fact):
            other = by_alias.setdefault(alias, fact)
            if other.person != fact.person:
                what = f'"{alias}" is of {fact.person} and of {other.person} (row {other.row})'
                hint = "what comes under it waits until it is ruled whose it is: lrs people link"
                yield file.warning(fact.row, what, "shared-name", hint)


def _against(file: Roster, fact: Fact, before: Sequence[Fact]) -> Iterator[Problem]:
    for other in before:
        pairs = [(a, b) for a in fact.windows() for b in other.windows() if a.meets(b)]
        if pairs or not (fact.windows() and other.windows()):
            what = f"{fact.person} stands in row {other.row} too, and nothing keeps the two apart"
            hint = "two rows of one person need windows that share no day; or take one out"
            yield file.error(fact.row, what, "person-twice", hint)


def _by_name(
    file: Roster, facts: Sequence[Fact], managers: dict[int, str]
) -> tuple[list[Fact], list[Problem]]:
    """Facts with the managers of whom only the name is told: where it is the name of just one
    person in the file; a name alone is never more than that."""
    if not managers:
        return list(facts), []
    called: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        for form in _forms(fact.name):
            called[form].add(fact.person)
    kept: list[Fact] = []
    problems: list[Problem] = []
    taken = 0
    for fact in facts:
        name = managers.get(fact.row, "")
        found = set().union(*(called.get(form, set()) for form in _forms(name))) if name else set()
        if fact.manager is None and name:
            if len(found) == 1:
                fact, taken = replace(fact, manager=min(found)), taken + 1
            else:
                problems.append(_no_one(file, fact, name, found))
        kept.append(fact)
    if taken:
        what = f"{taken} managers are told by name; each is the name of one person in this file"
        hint = "add the manager's id to the report; BambooHR calls it supervisorEId"
        problems.append(file.warning(0, what, "manager-by-name", hint))
    return kept, problems


def _forms(name: str) -> set[str]:
    """A name as it may be written: Ruiz, Ana and Ana Ruiz are the same."""
    last, comma, first = name.partition(",")
    plain = f"{first} {last}" if comma else name
    return {" ".join(plain.split()).casefold()} - {""}


def _no_one(file: Roster, fact: Fact, name: str, found: Iterable[str]) -> Problem:
    people = sorted(found)
    hint = "add the manager's id to the report; BambooHR calls it supervisorEId"
    if people:
        what = f'the manager "{name}" may be any of {", ".join(people)}'
        return file.error(fact.row, what, "manager-by-name", hint)
    what = f'the manager "{name}" is nobody in this file'
    return file.warning(fact.row, what, "unknown-manager", hint)

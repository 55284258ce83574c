"""Sheets that are counted by time: what was due in a month, what happened in it, each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from lrs.days import Interval
from lrs.evidence.material import Material
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Whole,
    day,
    days_of,
    during,
    number,
    text,
)
from lrs.evidence.sheets.results import COUNTED, EXERCISE, MEANS, TITLE, counted, share, title
from lrs.evidence.tally import (
    ASSIGNED,
    CLOSED,
    COMPLETED,
    ENDED,
    HAD_ACCESS,
    OPENED,
    STARTED,
    Tally,
    month,
)
from lrs.programme.obligations import CADENCE
from lrs.programme.programme import in_force
from lrs.register.columns import Cell
from lrs.register.verdicts import VERDICTS

DAY = timedelta(days=1)


def months(material: Material) -> list[Interval]:
    """The months of the period, the first and last cut at its ends."""
    asked, found = material.asked, []
    first = asked.period.first
    while first <= asked.last:
        after = (first.replace(day=1) + DAY * 31).replace(day=1)
        found.append(Interval(first, min(after - DAY, asked.last)))
        first = after
    return found


def end(days: Interval) -> date:
    """The last of days that have one."""
    assert days.last is not None
    return days.last


def _refresh(material: Material, tally: Tally) -> Iterator[Cells]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for owed, count in tally.owed.items():
        if owed.reason == CADENCE:
            found.setdefault((owed.month, owed.exercise), Counter())[owed.verdict] += count
    there = {name for name, _ in found}
    for days in months(material):
        if month(days.first) not in there:
            found[month(days.first), ""] = Counter()
    for name, exercise in sorted(found):
        what = (exercise or None, title(material, exercise) if exercise else None)
        yield name or None, *what, *counted(found[name, exercise])


REFRESH = Whole(
    Form(
        "refresh",
        "Refresh: what comes again, by month",
        (
            text(
                "month", "Due in", 8, "Month of the due day; empty while leave without end goes on."
            ),
            EXERCISE,
            TITLE,
            *COUNTED,
        ),
        lambda material: (
            f"All rows of the register {during(material)}, whose first reason is a cadence; a "
            "month in which none was due has a row that says 0."
        ),
        "By the month of the due day, with grace and leave. Rows that were due before the period "
        "and were open in it, or are due after it, are here under their own months.",
        ("CC1.4", "CC2.2"),
    ),
    _refresh,
)


def _months(material: Material, tally: Tally) -> Iterator[Cells]:
    due: dict[str, Counter[str]] = {}
    for owed, count in tally.owed.items():
        due.setdefault(owed.month, Counter())[owed.verdict] += count
    upto = material.asked.upto
    for days in months(material):
        name = month(days.first)
        happened = tally.events
        if days.first > upto:
            yield name, days.first, days.last, *[None] * (len(_MONTHS) - 3)
            continue
        there = Interval(days.first, min(end(days), upto))
        access = sum(tally.daily(tally.access, there))
        uncovered = sum(tally.daily(tally.uncovered, there))
        verdicts = due.get(name, Counter())
        yield (
            name,
            days.first,
            days.last,
            happened[name, HAD_ACCESS],
            happened[name, STARTED],
            happened[name, ENDED],
            happened[name, ASSIGNED],
            sum(verdicts.values()),
            *(verdicts[each] for each in VERDICTS),
            happened[name, COMPLETED],
            happened[name, OPENED],
            happened[name, CLOSED],
            _open_at_end(tally, name),
            access,
            uncovered,
            share(access - uncovered, access),
        )


def _open_at_end(tally: Tally, name: str) -> int:
    """Exceptions that were opened up to the end of a month, and not remediated by then."""
    signs = {OPENED: 1, CLOSED: -1}
    return sum(
        signs.get(what, 0) * count for (when, what), count in tally.events.items() if when <= name
    )


_MONTHS = (
    text("month", "Month", 8, "Such as 2026-03."),
    day("from", "From", "Its first day in the period."),
    day("to", "To", "Its last day in the period."),
    number("access", "People", "With access on a day of it in the period."),
    number("joined", "Joined", "Windows of access that began in it."),
    number("left", "Left", "Windows of access that ended in it."),
    number("assigned", "Assigned", "Obligations that come from a day of it."),
    number("due", "Due", "Obligations due in it, with grace and leave; of these:"),
    *(number(name, name.capitalize(), MEANS[name]) for name in VERDICTS),
    number("completed", "Completed", "Passes that met an obligation in it, late or not."),
    number("opened", "Opened", "Exceptions that opened in it."),
    number("remediated", "Remediated", "Exceptions that a pass closed in it."),
    number("open_at_end", "Open at its end", "Exceptions opened and not remediated by then."),
    number("access_days", "Days of access", "Of all people together."),
    number("uncovered_days", "Days uncovered", "Of these, with anything open past its due day."),
    number("covered", "Covered, %", "Days of access on which nothing was."),
)
MONTHS = Whole(
    Form(
        "months",
        "Monthly summary",
        _MONTHS,
        lambda material: (
            f"All rows of the register and of the population {during(material)}; every month "
            "has a row, one after the day of the verdicts an empty one."
        ),
        "Verdicts are those as of the day asked about, shown in the month of the due day. "
        "Exceptions are counted as they are known now: one that an excuse or a correction took "
        "away is in no month. Accepted exceptions are open here until they are remediated.",
        ("CC4.2", "CC5.3"),
    ),
    _months,
)


# By day.


def _coverage(material: Material, tally: Tally) -> Iterator[Cells]:
    first, last = material.asked.period.first, material.asked.last
    upto = material.asked.upto
    rosters = sorted(each.as_of for each in material.rosters)
    scope = Interval(first, upto)
    there = tally.daily(tally.access, scope) if first <= upto else []
    uncovered = tally.daily(tally.uncovered, scope) if first <= upto else []
    for n in range((last - first).days + 1):
        on = first + DAY * n
        version = in_force(material.versions, on)
        before = [each for each in rosters if each <= on]
        age = (on - before[-1]).days if before else None
        number_of = version.number if version else None
        if on > upto:
            yield on, number_of, age, None, None, None, NOT_YET
            continue
        people, open_ = there[n], uncovered[n]
        covered = None if version is None else people - open_
        yield on, number_of, age, people, covered, open_, _says(number_of, people, open_)


NO_PROGRAMME, NOBODY, NOT_YET = "no programme in force", "nobody had access", "not asked about yet"
NOBODY_COVERED = "nobody was covered"


def _says(version: int | None, people: int, uncovered: int) -> Cell:
    if version is None:
        return NO_PROGRAMME
    if not people:
        return NOBODY
    return NOBODY_COVERED if people == uncovered else None


COVERAGE = Whole(
    Form(
        "coverage",
        "Coverage, day by day",
        (
            day("day", "Day", "In the programme's zone."),
            number("programme", "Programme", "The version in force; empty where none is.", 11),
            number(
                "roster_age", "Roster's age", "Days since the day of the newest roster by then."
            ),
            number("access", "With access", "People with access on it."),
            number(
                "covered",
                "Covered",
                "Those with nothing open past its due day; empty without a programme.",
            ),
            number("uncovered", "Uncovered", "Those with anything open past its due day."),
            text("note", "Note", 24, "What else there is to say of the day."),
        ),
        lambda material: f"Each day of {days_of(material)}, for each person of the population.",
        "A person counts once a day, however many obligations are open. On a day on which no "
        "programme is in force nothing is asked of anybody, so nobody is said to be covered.",
        ("CC1.1", "CC4.2"),
    ),
    _coverage,
)

"""Sheets that are counted: what came of obligations, by exercise, role, month and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from lrs.days import Interval
from lrs.evidence.material import Material
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Whole,
    day,
    days_of,
    during,
    listed,
    number,
    text,
    yes,
)
from lrs.evidence.tally import (
    ASSIGNED,
    CLOSED,
    COMPLETED,
    ENDED,
    HAD_ACCESS,
    OPENED,
    STARTED,
    Depth,
    Found,
    Tally,
    month,
)
from lrs.programme.obligations import CADENCE
from lrs.programme.programme import Curriculum, Exercise, in_force
from lrs.register.audit_exceptions import ACCEPTED, OPEN, REMEDIATED
from lrs.register.completions import XAPI
from lrs.register.replay import FLAWS, GOOD
from lrs.register.rows import PROVENANCES
from lrs.register.sheet import Cell, slug
from lrs.register.verdicts import EXCUSED, LATE, MET, PENDING, VERDICTS

DAY = timedelta(days=1)
_EXERCISE = text("exercise", "Exercise", 22, "By its slug; behind a / the variant.")
_TITLE = text("title", "Title", 26, "Of the newest version in the catalogue.")
_MEANS = {
    "met": "Met in time.",
    "late": "Met behind the due day.",
    "overdue": "Due, and nothing came.",
    "failed": "Attempted and not passed.",
    "excused": "By a ruling, leave, or because access ended first.",
    "pending": "Not due yet.",
    "unverified": "Only evidence that doesn't count.",
}
COUNTED = (
    number("owed", "Owed", "Obligations."),
    *(number(name, name.capitalize(), _MEANS[name]) for name in VERDICTS),
    number("judged", "Judged", "Owed, without those that are excused or pending."),
    number("in_time", "Met in time, %", "Met, of those judged; empty where none is."),
)


def counted(verdicts: Mapping[str, int]) -> Cells:
    """The cells of COUNTED."""
    owed = sum(verdicts.values())
    judged = owed - verdicts.get(EXCUSED, 0) - verdicts.get(PENDING, 0)
    each = (verdicts.get(name, 0) for name in VERDICTS)
    return owed, *each, judged, share(verdicts.get(MET, 0), judged)


def share(some: int, of: int) -> float | None:
    """Of a hundred, with one decimal, rounded down: what is not whole is never called 100."""
    return some * 1000 // of / 10 if of else None


def title(material: Material, exercise: str) -> Cell:
    """What an exercise is called; its slug tells it where the catalogue doesn't have it."""
    found = material.exercises.get(slug(exercise))
    return found.title if found else None


# By exercise and reason.


def _results(material: Material, tally: Tally) -> Iterator[Cells]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for owed, count in tally.owed.items():
        found.setdefault((owed.exercise, owed.reason), Counter())[owed.verdict] += count
    for exercise, reason in sorted(found):
        counts = counted(found[exercise, reason])
        yield exercise, title(material, exercise), reason, *counts


RESULTS = Whole(
    Form(
        "results",
        "Results by exercise and reason",
        (_EXERCISE, _TITLE, text("reason", "Reason", 12, "Why it is owed."), *COUNTED),
        lambda material: f"All rows of the register {during(material)}.",
        "Each obligation counts once, under the first of its reasons.",
        ("CC1.4", "CC2.2"),
    ),
    _results,
)


# By role.


class _Asked(NamedTuple):
    """What a bucket is asked to do, by the versions in force in the period."""

    bucket: str
    title: str
    exercises: tuple[str, ...]


def buckets(material: Material) -> tuple[_Asked, ...]:
    """Each bucket of the versions in force, with all exercises that any of them asks of it."""
    titles: dict[str, str] = {}
    asked: dict[str, dict[str, None]] = {}
    for version in material.effective:
        for curriculum in version.programme.curricula:
            titles[curriculum.bucket.name] = curriculum.bucket.title
            there = asked.setdefault(curriculum.bucket.name, {})
            there.update((each.name, None) for each in exercises_of(curriculum))
    return tuple(_Asked(name, titles[name], tuple(some)) for name, some in asked.items())


def exercises_of(curriculum: Curriculum) -> Iterator[Exercise]:
    """All exercises that a curriculum asks for."""
    for rule in (curriculum.onboarding, curriculum.role_change, *curriculum.cadences):
        if rule:
            yield from rule.exercises


def _depth(material: Material, tally: Tally) -> Iterator[Cells]:
    asked = buckets(material)
    names = {each.bucket: each.title for each in asked}
    pairs = {(each.bucket, name): None for each in asked for name in each.exercises}
    pairs.update(((each.bucket, each.exercise), None) for each in sorted(tally.depth))
    for bucket, exercise in pairs:
        others = [b for b, e in pairs if e == exercise and b != bucket]
        found = material.exercises.get(slug(exercise))
        criteria = listed(found.criteria) if found else None
        verdicts = {v: tally.depth[Depth(bucket, exercise, v)] for v in VERDICTS}
        yield (
            bucket,
            names.get(bucket),
            tally.members[bucket],
            exercise,
            title(material, exercise),
            criteria,
            yes(not others),
            listed(others),
            tally.depth_people[bucket, exercise],
            *counted(verdicts),
        )


ROLE_DEPTH = Whole(
    Form(
        "role-depth",
        "What each role got that others did not",
        (
            text("bucket", "Bucket", 14, "A group with its own curriculum."),
            text("bucket_title", "Called", 24, "What the programme calls it."),
            number("members", "People", "Who were in it on a day of access in the period."),
            _EXERCISE,
            _TITLE,
            text("criteria", "Criteria", 20, "That its objectives name."),
            text("only_here", "Only here", 9, "Whether no other bucket is asked to do it."),
            text("also", "Also in", 20, "The other buckets that are."),
            number("people", "Asked", "People of whom it was asked for this bucket."),
            *COUNTED,
        ),
        lambda material: (
            "The curricula of all programme versions in force, and all rows of the register "
            f"{during(material)}."
        ),
        "An obligation that is owed for several buckets counts in each, so these counts add up to "
        "more than the register's rows. Remediation belongs to no bucket and is not in here.",
        ("CC1.4",),
    ),
    _depth,
)


# By month.


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
            _EXERCISE,
            _TITLE,
            *COUNTED,
        ),
        lambda material: (
            f"All rows of the register {during(material)}, whose first reason is a cadence; a "
            "month in which none was due has a row that says 0."
        ),
        "By the month of the due day, with grace and leave. Rows that were due before the period "
        "and were open in it, or are due behind it, are here under their own months.",
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
    *(number(name, name.capitalize(), _MEANS[name]) for name in VERDICTS),
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
            "has a row, one behind the day of the verdicts an empty one."
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


# Exceptions.

AGES = ((1, 7), (8, 30), (31, 90), (91, None))


def _age_name(first: int, last: int | None) -> str:
    return f"open_{first}_{last}" if last else f"open_{first}"


def _age_title(first: int, last: int | None) -> str:
    return f"Open {first} to {last} days" if last else f"Open {first} days or more"


def _remediation(material: Material, tally: Tally) -> Iterator[Cells]:
    for exercise in sorted({each.exercise for each in tally.found}):
        theirs = {each: n for each, n in tally.found.items() if each.exercise == exercise}
        yield exercise, title(material, exercise), *remediation(theirs)


def remediation(found: Mapping[Found, int]) -> Cells:
    """Counts and times of some exceptions: all, open, remediated, accepted; median and longest
    days to remediation; open ones by age."""
    states: Counter[str] = Counter()
    ages: Counter[int] = Counter()
    times: list[int] = []
    for (_, state, _, days), count in sorted(found.items()):
        states[state] += count
        if state == REMEDIATED:
            times += [days] * count
        if state == OPEN:
            ages[days] += count
    spans = (
        sum(n for days, n in ages.items() if first <= days and (last is None or days <= last))
        for first, last in AGES
    )
    middle = median(times) if times else None
    return (
        sum(states.values()),
        states[OPEN],
        states[REMEDIATED],
        states[ACCEPTED],
        int(middle) if middle is not None and middle == int(middle) else middle,
        max(times, default=None),
        *spans,
    )


REMEDIATION = Whole(
    Form(
        "remediation",
        "Exceptions by exercise, with times",
        (
            _EXERCISE,
            _TITLE,
            number("exceptions", "Exceptions", "All of them."),
            number("open", "Open", "Neither remediated nor accepted."),
            number("remediated", "Remediated", "Closed by a pass."),
            number("accepted", "Accepted", "By a ruling; not remediated."),
            number(
                "median_days", "Median days", "From the due day to the pass, of those remediated."
            ),
            number("longest_days", "Longest", "The most such days."),
            *(
                number(
                    _age_name(*each), _age_title(*each), "Behind due, as of the day asked about."
                )
                for each in AGES
            ),
        ),
        lambda material: f"Every row of the sheet exceptions {during(material)}.",
        "Counted over the sheet exceptions. Days are counted from the due day, so that a pass on "
        "the day behind it is one day late.",
        ("CC1.1", "CC1.5", "CC4.2", "CC5.3"),
    ),
    _remediation,
)


# Evidence.


def _evidence(material: Material, tally: Tally) -> Iterator[Cells]:
    for each in sorted(tally.evidence):
        counts = yes(each.verdict in (MET, LATE))
        accepted = yes(each.accepted)
        yield each.provenance, each.sides, accepted, each.verdict, counts, tally.evidence[each]


EVIDENCE = Whole(
    Form(
        "evidence",
        "Where the evidence comes from",
        (
            text("provenance", "Provenance", 14, "Statement, LMS export, or manual: weak."),
            text("sides", "Sides", 16, "Whether the LMS and the statement agree."),
            text("accepted", "By ruling", 9, "Whether it counts because of a ruling."),
            text("verdict", "Verdict", 11, "On the obligations that it decides."),
            text("meets", "Meets", 8, "Whether it meets them."),
            number("rows", "Rows", "Of the register that have such evidence."),
        ),
        lambda material: f"All rows of the register that have evidence {during(material)}.",
        "By the attempt that decided each row; one attempt can decide several.",
        ("CC1.4", "CC2.2"),
    ),
    _evidence,
)


def _replays(material: Material, tally: Tally) -> Iterator[Cells]:
    for provenance, flaw in sorted(tally.attempts):
        played = provenance == XAPI
        replayed = "yes" if played and flaw == GOOD else "no"
        says = FLAWS.get(flaw) or ("comes to what it says" if played else "carries no path")
        name = PROVENANCES[provenance]
        yield name, flaw or None, replayed, says, tally.attempts[provenance, flaw]


REPLAYS = Whole(
    Form(
        "replays",
        "Attempts that were played again",
        (
            text("provenance", "Provenance", 14, "Statement, LMS export, or manual: weak."),
            text("finding", "Finding", 14, "What keeps it from counting, for programs."),
            text("replayed", "Replayed", 9, "Whether playing it again came to the same."),
            text("means", "Which means", 50, "In words."),
            number("attempts", "Attempts", "Judged ones in the period, of people with access."),
        ),
        lambda material: (
            f"All judged attempts {during(material)}, of the people of the population, whether "
            "they meet anything or not; without statements that were voided."
        ),
        "A statement of our player carries the path of decisions; the path is played again by the "
        "rules of the version that it names, and must come to the same score and result.",
        ("CC1.4", "CC2.2"),
    ),
    _replays,
)

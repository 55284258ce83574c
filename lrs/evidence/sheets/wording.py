"""The programme's rules in plain words: who, what, when, by when, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lrs.evidence.material import Material
from lrs.programme.programme import (
    KINDS,
    Bucket,
    Cadence,
    Curriculum,
    Policy,
    Programme,
    Remediation,
    Rule,
    Step,
    YearDay,
)

_KIND = {
    "employee": "employees",
    "contractor": "contractors",
    "intern": "interns",
    "vendor": "vendors' staff",
}
_EVERY = {1: "month", 3: "quarter", 12: "year"}
_TO = {"person": "the person", "manager": "their manager", "owner": "the programme's owner"}


def joined(words: Iterable[str], last: str = "and") -> str:
    """A list as one writes it: a, b and c."""
    some = list(words)
    if len(some) < 2:
        return "".join(some)
    return f"{', '.join(some[:-1])} {last} {some[-1]}"


def count(number: int, one: str, several: str = "") -> str:
    """A number with what is counted: 1 day, 14 days."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def audience(bucket: Bucket) -> str:
    """Who is in a bucket."""
    kinds = joined(_KIND[each] for each in KINDS if each in (bucket.kinds or ()))
    roles = joined(sorted(bucket.roles or ()), "or")
    if bucket.kinds is None and bucket.roles is None:
        return "everybody with access"
    if bucket.roles is None:
        return f"all {kinds}"
    told = f"the role{'s' if len(bucket.roles) > 1 else ''} {roles}"
    return f"{kinds} with {told}" if bucket.kinds is not None else f"whoever has {told}"


def occasion(curriculum: Curriculum, rule: Rule) -> str:
    """When a rule asks for something."""
    if rule is curriculum.onboarding:
        return "when access begins"
    if rule is curriculum.role_change:
        return "when somebody comes into the group later"
    assert isinstance(rule, Cadence)
    if rule.on:
        return f"on {joined(map(_year_day, rule.on))}"
    unit = _EVERY.get(rule.every, f"{rule.every} months")
    if rule.from_access:
        return f"each {unit}, counted from the day access began"
    return f"each {unit}, on its first day"


def _year_day(told: YearDay) -> str:
    day = date(told.year or 2000, told.month, told.day)
    name = f"{told.day} {day:%B}"
    return f"{name} {told.year}" if told.year else f"{name} of each year"


def within(rule: Rule) -> str:
    """By when, as the person is told."""
    if rule.within is None:
        assert isinstance(rule, Cadence)
        return f"by the last day of that {_EVERY.get(rule.every, 'time')}"
    return f"within {count(rule.within, 'day')}" if rule.within else "on the same day"


def what(material: Material, rule: Rule) -> str:
    """The exercises that a rule asks for."""
    names = [called(material, each.name) for each in rule.exercises]
    if isinstance(rule, Cadence) and rule.in_turn and len(names) > 1:
        return f"one of {joined(names)}, in turn, the first again with each year"
    return joined(names)


def called(material: Material, exercise: str) -> str:
    """An exercise by its title and its name; by its name alone where the catalogue has none."""
    found = material.exercises.get(exercise.split("/")[0])
    return f"{found.title} ({exercise})" if found else exercise


def rule(material: Material, curriculum: Curriculum, told: Rule) -> str:
    """A whole rule in a sentence or two."""
    when, due = occasion(curriculum, told), within(told)
    words = [f"{curriculum.bucket.title}, {when}: {what(material, told)}, {due}."]
    if told.grace:
        words.append(f"With {count(told.grace, 'day')} of grace that people are not told.")
    if told.earlier:
        words.append(f"A completion up to {count(told.earlier, 'day')} before counts.")
    return " ".join(words)


def policy(material: Material, told: Policy) -> str:
    """When a completion counts."""
    words = ["It counts if it is passed"]
    if told.completion:
        words = ["It counts if it was gone through to an end, passed or not"]
    elif told.score is None:
        words[0] += " by the exercise's own rule: its score, ending and objectives that must be met"
    else:
        words[0] += f" with at least {told.score} points of 100"
    if told.newest:
        words.append("only the newest version on the day of completion is taken")
    elif told.least is not None:
        words.append(f"only version {told.least} or a later one is taken")
    else:
        words.append("every version is taken")
    if told.waivers:
        words.append("what an LMS waives is met")
    if told.stands_for:
        others = joined(called(material, each) for each in told.stands_for)
        words.append(f"it also meets what is owed of {others}")
    return "; ".join(words) + "."


def remediation(material: Material, told: Remediation | None) -> Iterator[tuple[str, str]]:
    """What follows a fail, with the place in the programme."""
    if told is None:
        yield "remediation", "The programme asks for nothing after a fail."
        return
    grace = f", with {count(told.grace, 'day')} of grace" if told.grace else ""
    yield (
        "remediation",
        "Who fails an exercise that is asked of them, and doesn't pass it on the same day, must "
        f"complete it again within {count(told.within, 'day')} of the fail{grace}. This is an "
        "obligation of its own, with its own due day and its own row.",
    )
    for exercise, some in told.instead.items():
        instead = joined(called(material, each.name) for each in some)
        yield (
            f"remediation/instead/{exercise}",
            f"After a fail in {called(material, exercise)}, {instead} is asked for instead.",
        )


def step(told: Step) -> str:
    """When a notice of the escalation goes out, and to whom."""
    to = joined(_TO.get(each, each) for each in told.to)
    return f"{_sentence(f'{moment(told.days)}, the notice {told.notice} goes to {to}')}"


def moment(days: int) -> str:
    """A day of the escalation, as it lies to the due day."""
    if not days:
        return "on the due day"
    return f"{count(abs(days), 'day')} {'after' if days > 0 else 'before'} the due day"


def recipients(told: Sequence[str]) -> str:
    """Who gets a notice."""
    return joined(_TO.get(each, each) for each in told)


def rules(programme: Programme) -> Iterator[tuple[str, str]]:
    """What holds of every programme, by the rules of the software; with a name for each."""
    yield (
        "Assignment",
        "Nobody assigns by hand. What a person owes follows from their days of access, kinds and "
        "roles in HR's rosters and from the version of the programme in force on the day it comes "
        "from. It keeps that version: a later one changes nothing that was asked before.",
    )
    yield (
        "Leave",
        "Each day of leave after the day it comes from moves the due day by one; while no end of "
        "the leave is known, the clock stands.",
    )
    yield ("Days", f"A day begins and ends in {programme.zone}, wherever somebody works.")
    yield (
        "Lateness",
        "On the due day is in time. Behind it, an obligation is late for ever: a pass then closes "
        "the exception and doesn't erase it.",
    )
    yield (
        "Coverage",
        "A day of access is covered if nothing asked of the person is open past its due day on it.",
    )

"""What a programme that can be read may still get wrong: each a warning at its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from lrs.intervals import later
from lrs.programme.calendars import anchors, anniversaries, days_to_end
from lrs.programme.programme import KINDS, Cadence, Programme, Rule
from scormkit.document import Document, Route
from scormkit.problems import WARNING, Problem, one_of

Found = Iterator[tuple[Route, str, str, str]]  # of a key; message, code, hint


def warnings(programme: Programme, document: Document) -> list[Problem]:
    """What all checks find."""
    return [
        Problem(document.key(route), message, code, hint, WARNING)
        for check in CHECKS
        for route, message, code, hint in check(programme, document)
    ]


def _left_out(programme: Programme, document: Document) -> Found:
    """Somebody gets access and is asked for nothing: the hole an auditor looks for first."""
    asked: set[str] = set()
    for curriculum in programme.curricula:
        bucket = curriculum.bucket
        if curriculum.onboarding and bucket.roles is None:
            asked |= set(bucket.kinds or KINDS)
    missing = [f"{kind}s" for kind in KINDS if kind not in asked]
    if missing:
        message = f"{one_of(missing).replace(' or ', ' and ')} who get access owe nothing for it"
        yield (
            ("curriculum",),
            message,
            "left-out",
            'give a bucket that is "for" them an onboarding; one for roles alone leaves some out',
        )


def _unused(programme: Programme, document: Document) -> Found:
    """What stands here and is never needed was perhaps meant to be."""
    data = document.data
    asked = {each.bucket.name for each in programme.curricula}
    for name in data["buckets"]:
        if name not in asked:
            hint = 'name it under "curriculum", or take it out'
            yield ("buckets", name), f'nothing is asked of the bucket "{name}"', "unused", hint
    sent = {programme.assigned, *(step.notice for step in programme.escalation)}
    for name in programme.notices:
        if name not in sent:
            hint = 'name it under "escalation" or "assignment", or take it out'
            yield ("notices", name), f'the notice "{name}" is never sent', "unused", hint
    slugs = {each.slug for rule in _rules(programme) for each in rule.exercises}
    if programme.remediation:
        others = programme.remediation.instead.values()
        slugs |= {each.slug for some in others for each in some}
    for slug, policy in programme.policies.items():
        if not slugs & {slug, *policy.stands_for}:
            hint = 'name it under "curriculum", or take it out'
            yield ("exercises", slug), f'no rule asks for "{slug}"', "unused", hint


def _rules(programme: Programme) -> Iterator[Rule]:
    for each in programme.curricula:
        yield from (rule for rule in (each.onboarding, each.role_change) if rule)
        yield from each.cadences


def _counts_twice(programme: Programme, document: Document) -> Found:
    """One completion that is on time for two times in a row makes a rule ask for half of what it
    says."""
    for cadence in (each for some in programme.curricula for each in some.cadences):
        name = _twice(cadence)
        if name:
            hint = 'make "earlier" or "within" smaller'
            message = f'one completion of "{name}" can be on time for two times in a row'
            yield tuple(cadence.path.split("/")), message, "counts-twice", hint


def _twice(cadence: Cadence) -> str | None:
    """The first exercise that a completion could count for twice, looking at four years."""
    first, last = date(2001, 1, 1), date(2004, 12, 31)
    days = anchors(cadence, first, last)
    if cadence.from_access:
        days = anniversaries(cadence, first, first, last)
    before: dict[str, date] = defaultdict(lambda: date.min)  # until when the last one is on time
    for day, place in days:
        some = cadence.exercises
        if cadence.in_turn:
            some = (some[place % len(some)],)
        within = cadence.within
        if within is None:
            within = days_to_end(day, cadence.every)
        for each in some:
            if before[each.name] >= later(day, -cadence.earlier):
                return each.name
            before[each.name] = later(day, within + cadence.grace)
    return None


CHECKS: tuple[Callable[[Programme, Document], Found], ...] = (_left_out, _unused, _counts_twice)

"""Everything behind one row: the person and who told of them, the rule, the days, each attempt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from lrs import timestamps
from lrs.days import Interval
from lrs.intervals import later
from lrs.people.facts import ABSENT, Known
from lrs.people.timeline import Dated, Person, last
from lrs.programme.calendars import PAUSED, days_to_end
from lrs.programme.obligations import REMEDIATION, Obligation, Reason
from lrs.programme.programme import Cadence, Programme, Rule
from lrs.register.behind import Behind, Data, record
from lrs.register.reconcile import called
from lrs.register.rows import NOTHING_OWED, Row
from lrs.register.sheet import Answer, Sheet, pass_score, slug
from lrs.register.trace_attempts import attempts, sittings, voided

if TYPE_CHECKING:
    from lrs.rulings import Given


def trace(sheet: Sheet, row: Row, behind: Behind, known: int) -> Data:
    """Everything behind a row, in the order in which one would ask for it."""
    answer = sheet.answer
    found: Data = {
        "row": row.id,
        "as_of": answer.question.as_of.isoformat(),
        "zone": answer.question.versions[-1].programme.zone,
        "known_at": timestamps.written(known),
        "verdict": _verdict(row),
        "person": _person(row.person, answer, behind),
    }
    if row.obligation is not None:
        found |= {
            "programme": _programme(answer, row.obligation, behind),
            "obligation": _obligation(sheet, row, row.obligation),
            "exception": _exception(row),
            "attempts": [*attempts(sheet, row, row.obligation, behind)],
            "voided": [*voided(sheet, row.obligation, behind)],
            "sittings": [*sittings(answer, row.obligation, behind)],
        }
    found["rulings"] = [_given(each, behind) for each in _about(row, found, answer, behind)]
    found["unresolved"] = _unresolved(answer, row.person)
    return found


def _verdict(row: Row) -> Data:
    found = row.verdict
    if found is None:
        return {"name": None, "note": NOTHING_OWED}
    decided = called(found.evidence.tells.attempt) if found.evidence else None
    told = {"name": found.name, "closed": _text(found.closed), "note": found.note or None}
    return {**told, "attempts": found.tries, "evidence": decided}


def _unresolved(answer: Answer, person: Person) -> Data:
    """How many names mean nobody, and which of them may be the person's."""
    maybe = [
        {"name": each.name, "attempts": each.attempts, "since": each.since.isoformat(), "why": why}
        for each in answer.waiting
        for id, why in answer.people.proposals(each.name)
        if id == person.id
    ]
    attempts = sum(each.attempts for each in answer.waiting)
    return {"names": len(answer.waiting), "attempts": attempts, "maybe": maybe}


# The person.


def _person(person: Person, answer: Answer, behind: Behind) -> Data:
    people = answer.people.people
    return {
        "id": person.id,
        "ids": list(person.ids),
        "access": [_span(each) for each in person.windows],
        "leave": [_span(each) for each in person.leave],
        "names": _dated(person.names),
        "kinds": _dated(person.kinds),
        "roles": _dated(person.roles),
        "managers": [
            {**each, "name": last(people[each["value"]].names) if each["value"] in people else None}
            for each in _dated(person.managers)
        ],
        "units": _dated(person.units),
        "called": _dated(person.aliases),
        "told_by": [_told(each, behind) for each in behind.facts],
    }


def _dated(dated: Dated) -> list[Data]:
    return [{"value": value, **_span(days)} for value, days in dated]


def _span(days: Interval) -> Data:
    return {"from": _text(days.first) if days.first != date.min else None, "to": _text(days.last)}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _told(known: Known, behind: Behind) -> Data:
    """The row of a roster that told of somebody, or that it had none for them any more."""
    seq, _, as_of, fact = known
    absent = fact.code == ABSENT
    here = {"row": None if absent else fact.row, "as_of": as_of.isoformat(), "absent": absent}
    return {**record(behind.logged[seq]), **here, "said": sorted(fact.said)}


# Why it is owed, and the days.


def _programme(answer: Answer, owed: Obligation, behind: Behind) -> Data:
    number = owed.version
    version = next(each for each in answer.question.versions if each.number == number)
    programme = version.programme
    return {
        "version": number,
        "title": programme.title,
        "from": version.starts.isoformat(),
        "zone": programme.zone,
        "published": record(behind.logged[behind.published[number]]),
    }


def _obligation(sheet: Sheet, row: Row, owed: Obligation) -> Data:
    programme = sheet.answer.question.programmes[owed.version]
    exercise = sheet.exercises.get(slug(owed.exercise))
    rules = [_reason(each, programme, owed) for each in owed.reasons]
    least = min((each["days"] for each in rules if each["days"] is not None), default=None)
    paused = None
    if least is not None and owed.due != PAUSED:
        paused = (owed.due - later(owed.anchor, least)).days
    uncovered = row.uncovered
    return {
        "exercise": owed.exercise,
        "title": exercise.title if exercise else None,
        "criteria": list(exercise.criteria) if exercise else [],
        "met_by": list(programme.met_by(owed.exercise)),
        "pass_score": pass_score(sheet, owed, ""),
        "reasons": rules,
        "window": owed.window + 1,
        "access": _span(row.window),
        "anchor": owed.anchor.isoformat(),
        "opens": owed.opens.isoformat(),
        "announced": None if owed.asked == PAUSED else owed.asked.isoformat(),
        "due": None if owed.due == PAUSED else owed.due.isoformat(),
        "grace": None if owed.due == PAUSED else (owed.due - owed.asked).days,
        "leave_days": paused,
        "uncovered": uncovered
        and {
            "from": uncovered.first.isoformat(),
            "to": uncovered.last.isoformat(),
            "days": uncovered.days,
        },
    }


def _reason(reason: Reason, programme: Programme, owed: Obligation) -> Data:
    told: Data = {"reason": reason.name, "bucket": reason.bucket or None, "rule": reason.rule}
    within, grace, earlier = _terms(reason, programme, owed)
    days = None if within is None else within + grace
    return {**told, "within": within, "grace": grace, "earlier": earlier, "days": days}


def _terms(reason: Reason, programme: Programme, owed: Obligation) -> tuple[int | None, int, int]:
    """Within how many days a rule asks for it, with what grace, and from how many days before."""
    if reason.name == REMEDIATION:
        again = programme.remediation
        return (again.within, again.grace, 0) if again else (None, 0, 0)
    rule = _rule(programme, reason.rule)
    if rule is None:
        return None, 0, 0
    within = rule.within
    if within is None and isinstance(rule, Cadence):
        within = days_to_end(owed.anchor, rule.every)
    return within, rule.grace, rule.earlier


def _rule(programme: Programme, path: str) -> Rule | None:
    rules: Iterator[Rule | None] = (
        rule
        for each in programme.curricula
        for rule in (each.onboarding, each.role_change, *each.cadences)
    )
    return next((rule for rule in rules if rule is not None and rule.path == path), None)


def _exception(row: Row) -> Data | None:
    found = row.exception
    if found is None:
        return None
    accepted = found.accepted and {
        "by": found.accepted.by,
        "why": found.accepted.why,
        "on": found.accepted.day.isoformat(),
        "record": found.accepted.seq,
    }
    return {
        "state": found.state,
        "opened": found.opened.isoformat(),
        "escalated": _text(found.escalated),
        "remediated": _text(found.remediated),
        "accepted": accepted,
    }


# What was ruled.


def _about(row: Row, found: Data, answer: Answer, behind: Behind) -> Iterator[Given]:
    """The rulings that are about the obligation, one of the attempts, or the person's names."""
    subjects = {f"obligation {row.id}", *_names(row.person, answer)}
    for each in found.get("attempts", ()):
        subjects |= {side["called"] for side in (each, *each["other_sides"])}
        subjects |= set(each["names"])
    ids = set(row.person.ids)
    for given in behind.rulings:
        told = given.ruling.told
        if given.ruling.subject in subjects or ids & {told.get("person"), told.get("into")}:
            yield given


def _names(person: Person, answer: Answer) -> Iterable[str]:
    return answer.people.names(person.id)


def _given(given: Given, behind: Behind) -> Data:
    ruling = given.ruling
    return {
        **record(behind.logged[given.seq]),
        "ruling": ruling.kind,
        "subject": ruling.subject,
        "why": ruling.why,
        "told": dict(ruling.told),
    }

"""Everything behind one row: the person and who told of them, the rule, the days, each attempt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from lrs import timestamps
from lrs.days import Interval
from lrs.people.facts import ABSENT, Known
from lrs.people.timeline import Dated, Person, last
from lrs.programme.calendars import PAUSED, days_to_end, later
from lrs.programme.obligations import REMEDIATION, Obligation, Reason
from lrs.programme.programme import Cadence, Programme, Rule
from lrs.register.completions import XAPI, Attempt
from lrs.register.reconcile import Evidence, Judged, called, evidence
from lrs.register.replay import FLAWS, GOOD
from lrs.register.rows import NOTHING_OWED, PROVENANCES, Row
from lrs.register.sheet import Answer, Sheet, asks_for, pass_score, slug
from lrs.register.verdicts import came

if TYPE_CHECKING:
    from lrs.rulings import Given

Data = dict[str, Any]  # JSON: days and instants as texts


class Logged(NamedTuple):
    """A record of the log without its body; `leaf` is its hash there."""

    seq: int
    at: int  # microseconds
    kind: str
    head: Mapping[str, Any]
    leaf: str


class Voided(NamedTuple):
    """A try that another statement voids: its record, its id and activity, and that one's record
    and instant."""

    seq: int
    statement: str
    activity: str
    by: int
    at: int


@dataclass(frozen=True)
class Behind:
    """What the log has on a person, as known."""

    logged: Mapping[int, Logged]  # every record that is named below
    facts: Sequence[Known]  # of the person
    rulings: Sequence[Given]  # all that stand
    played: Mapping[int, Attempt]  # the person's statements, with their paths
    voided: Sequence[Voided]
    published: Mapping[int, int]  # versions of the programme: number and record


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
            "attempts": [*_attempts(sheet, row, row.obligation, behind)],
            "voided": [*_voided(sheet, row.obligation, behind)],
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
    return {**_record(behind.logged[seq]), **here, "said": sorted(fact.said)}


def _record(logged: Logged) -> Data:
    """A record, and of an import the file."""
    head = logged.head
    found: Data = {
        "record": logged.seq,
        "received": timestamps.written(logged.at),
        "kind": logged.kind,
        "leaf": logged.leaf,
    }
    for name in ("by", "source", "sha256", "lms", "zone"):
        if name in head:
            found[name] = head[name]
    if "profile" in head:
        found["profile"] = head["profile"]["name"]
    return found


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
        "published": _record(behind.logged[behind.published[number]]),
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


# What was attempted.


def _attempts(sheet: Sheet, row: Row, owed: Obligation, behind: Behind) -> Iterator[Data]:
    """Every attempt at what could meet it, up to the day asked about, those too early as well."""
    answer = sheet.answer
    meets = answer.question.programmes[owed.version].met_by(owed.exercise)
    as_of = answer.question.as_of
    judged = [
        each
        for each in answer.judged.get(row.person.id, ())
        if each.exercise in meets and each.day <= as_of
    ]
    for each in evidence(judged, answer.rulings.decided):
        yield _attempt(sheet, row, owed, each, behind)


def _attempt(sheet: Sheet, row: Row, owed: Obligation, found: Evidence, behind: Behind) -> Data:
    decided = row.verdict.evidence if row.verdict else None
    first = _side(sheet, row, found.tells, behind)
    return {
        **first,
        "sides": found.sides,
        "other_sides": [_side(sheet, row, each, behind) for each in found.others],
        "counts": found.counts,
        "against": found.against or None,
        "accepted": found.accepted,
        "result": came(found, sheet.answer.question.terms(owed.version, owed.exercise)),
        "too_early": found.day < owed.opens,
        "asks_for_it": asks_for(found.tells, owed),
        "decided": decided is not None
        and decided.tells.attempt.source == found.tells.attempt.source,
    }


def _side(sheet: Sheet, row: Row, judged: Judged, behind: Behind) -> Data:
    """An attempt as one side tells it."""
    attempt = behind.played.get(judged.attempt.source.seq, judged.attempt)
    names = attempt.names
    people = sheet.answer.people
    means = [name for name in names if people.resolve(name, judged.day) == row.person.id]
    played = attempt.played
    told: Data = {
        "called": called(attempt),
        "exercise": judged.exercise,
        "passed": attempt.passed,
        "score": attempt.score,
        "day": judged.day.isoformat(),
        "at": timestamps.written(attempt.at) if isinstance(attempt.at, int) else None,
        "precision": attempt.precision,
        "original": attempt.original or None,
        "zone": attempt.zone or None,
        "provenance": PROVENANCES[attempt.provenance],
        "set_by": attempt.by or None,
        "names": list(names),
        "person_by": means,
        "version": judged.version or None,
        "replay": _replay(attempt, judged.flaw),
        "source": {
            **_record(behind.logged[attempt.source.seq]),
            "row": attempt.row or None,
        },
    }
    if attempt.provenance == XAPI:
        told |= {
            "statement": attempt.statement,
            "registration": attempt.registration or None,
            "seconds": attempt.seconds,
            "digest": played.digest if played else None,
            "path": list(played.path) if played else None,
            "seed": played.seed if played else None,
        }
    return told


def _replay(attempt: Attempt, flaw: str) -> Data:
    if attempt.provenance != XAPI:
        return {"outcome": "none", "words": "an export carries no path that could be played again"}
    if flaw == GOOD:
        return {"outcome": "same", "words": "played again, it comes to the same score and verdict"}
    return {"outcome": flaw, "words": FLAWS[flaw]}


def _voided(sheet: Sheet, owed: Obligation, behind: Behind) -> Iterator[Data]:
    """What were attempts at what could meet it, until they were voided."""
    meets = sheet.answer.question.programmes[owed.version].met_by(owed.exercise)
    activities = {sheet.exercises[name].activity for name in meets if name in sheet.exercises}
    for each in behind.voided:
        if each.activity in activities:
            yield {
                "called": f"statement {each.statement}",
                "record": each.seq,
                "voided_by": each.by,
                "voided_at": timestamps.written(each.at),
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
        **_record(behind.logged[given.seq]),
        "ruling": ruling.kind,
        "subject": ruling.subject,
        "why": ruling.why,
        "told": dict(ruling.told),
    }

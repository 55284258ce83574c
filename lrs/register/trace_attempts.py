"""What was attempted, for a trace: every attempt with both its sides, and every sitting."""

from __future__ import annotations

from collections.abc import Iterator

from lrs import timestamps
from lrs.programme.obligations import Obligation
from lrs.register.behind import Behind, Data, record
from lrs.register.completions import WAIVER, Attempt
from lrs.register.reconcile import Evidence, Judged, called, evidence, explains
from lrs.register.replay import FLAWS, GOOD
from lrs.register.rows import PROVENANCES, Row
from lrs.register.sheet import Answer, Sheet, asks_for, sat
from lrs.register.verdicts import came


def attempts(sheet: Sheet, row: Row, owed: Obligation, behind: Behind) -> Iterator[Data]:
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
        "other_sides": [
            {**_side(sheet, row, each, behind), "explained_by": _explained_by(each, found)}
            for each in found.others
        ],
        "counts": found.counts,
        "against": found.against or None,
        "accepted": found.accepted,
        "result": came(found, sheet.answer.question.terms(owed.version, owed.exercise)),
        "too_early": found.day < owed.opens,
        "another_window": found.day > owed.last,
        "asks_for_it": asks_for(found.tells, owed),
        "decided": decided is not None
        and decided.tells.attempt.source == found.tells.attempt.source,
    }


def _explained_by(other: Judged, found: Evidence) -> str | None:
    """What tells with a date all that a row without one tells, so that it adds nothing."""
    everyone = (found.tells, *found.others)
    return next((called(each.attempt) for each in everyone if explains(each, other)), None)


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
        "told": attempt.told,
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
            **record(behind.logged[attempt.source.seq]),
            "row": attempt.row or None,
        },
    }
    if attempt.statement:
        told |= {
            "statement": attempt.statement,
            "registration": attempt.registration or None,
            "waived_because": attempt.reason or None,
            "completed_by": _completed_by(judged.attempt, behind),
            "seconds": attempt.seconds,
            "digest": played.digest if played else None,
            "path": list(played.path) if played else None,
            "seed": played.seed if played else None,
        }
    return told


def _completed_by(attempt: Attempt, behind: Behind) -> Data | None:
    """The record in which it is said that an attempt was gone through, if it is another one."""
    return record(behind.logged[attempt.completion.seq]) if attempt.completion else None


def _replay(attempt: Attempt, flaw: str) -> Data:
    if attempt.kind == WAIVER:
        return {"outcome": "none", "words": "it was waived: nothing was played"}
    if not attempt.statement:
        return {"outcome": "none", "words": "an export carries no path that could be played again"}
    if flaw == GOOD:
        return {"outcome": "same", "words": "played again, it comes to the same score and verdict"}
    return {"outcome": flaw, "words": FLAWS[flaw]}


def voided(sheet: Sheet, owed: Obligation, behind: Behind) -> Iterator[Data]:
    """What were attempts at what could meet it, until they were voided."""
    meets = sheet.answer.question.programmes[owed.version].met_by(owed.exercise)
    activities = {sheet.exercises[name].activity for name in meets if name in sheet.exercises}
    for each in behind.voided:
        if activities & {each.activity, *each.published}:
            yield {
                "called": f"statement {each.statement}",
                "record": each.seq,
                "voided_by": each.by,
                "voided_at": timestamps.written(each.at),
            }


def sittings(answer: Answer, owed: Obligation, behind: Behind) -> Iterator[Data]:
    """When the person was at what could meet it, and how long, whatever came of it."""
    for each in sat(answer, owed):
        yield {
            "exercise": each.exercise,
            "day": each.day.isoformat(),
            "began": None if each.began is None else timestamps.written(each.began),
            "ended": None if each.ended is None else timestamps.written(each.ended),
            "end": each.end,
            "seconds": each.seconds,
            "sitting": each.sitting or None,
            "records": [record(behind.logged[seq]) for seq in each.seqs],
        }

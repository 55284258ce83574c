"""Weaknesses of operation: what was not done, not in time, or can't be shown."""

from __future__ import annotations

from collections.abc import Callable

from lrs.evidence import tally as counting
from lrs.evidence.material import Material
from lrs.evidence.piece import NOTHING
from lrs.evidence.sheets import reviews
from lrs.evidence.sheets.weakness import (
    OPERATION,
    Count,
    Found,
    Weakness,
    left_out,
    people,
    verdicts,
)
from lrs.evidence.tally import Tally, flawed, obligations, states
from lrs.register.audit_exceptions import ACCEPTED, OPEN
from lrs.register.completions import WAIVED
from lrs.register.reconcile import BY_HAND, LMS_ONLY
from lrs.register.rows import PROVENANCES
from lrs.register.verdicts import FAILED, LATE, MET, OVERDUE, UNVERIFIED

OLD = 30  # days, of an open exception


def _old(material: Material, tally: Tally) -> Found:
    some = {each: n for each, n in tally.found.items() if each.state == OPEN}
    old = sum(n for each, n in some.items() if each.days > OLD)
    return Found(old, sum(some.values()))


def _accepted(material: Material, tally: Tally) -> Found:
    return Found(states(tally)[ACCEPTED], sum(states(tally).values()))


def _excused(why: str) -> Count:
    return lambda material, tally: Found(tally.excused[why], sum(tally.excused.values()))


def _excused_late(material: Material, tally: Tally) -> Found:
    return Found(tally.notes[counting.EXCUSED_LATE], sum(tally.excused.values()))


def person_days(material: Material, tally: Tally) -> Found:
    """Days of access that were not covered, of all of them."""
    days = material.asked.days
    if days is None:
        return Found(0, 0)
    uncovered, access = tally.daily(tally.uncovered, days), tally.daily(tally.access, days)
    return Found(sum(uncovered), sum(access))


def _nobody(material: Material, tally: Tally) -> Found:
    days = material.asked.days
    if days is None:
        return Found(0, 0)
    both = zip(tally.daily(tally.access, days), tally.daily(tally.uncovered, days), strict=True)
    there = [access == uncovered for access, uncovered in both if access]
    return Found(there.count(True), len(there))


def _to_come(material: Material, tally: Tally) -> Found:
    """Days of the period after the one asked about."""
    asked = material.asked
    whole = (asked.last - asked.period.first).days + 1
    return Found(max(0, min(whole, (asked.last - asked.as_of).days)), whole)


def _joiners(material: Material, tally: Tally) -> Found:
    bad = (LATE, OVERDUE, FAILED, UNVERIFIED)
    late = sum(n for each, n in tally.joiners.items() if each.result in bad)
    return Found(late, sum(tally.joiners.values()))


def _not_asked(material: Material, tally: Tally) -> Found:
    some = sum(n for each, n in tally.joiners.items() if each.result == NOTHING)
    return Found(some, sum(tally.joiners.values()))


def _evidence(of: Callable[[counting.Evidenced], bool], met: bool = True) -> Count:
    def count(material: Material, tally: Tally) -> Found:
        some = {
            each: n for each, n in tally.evidence.items() if not met or each.verdict in (MET, LATE)
        }
        return Found(sum(n for each, n in some.items() if of(each)), sum(some.values()))

    return count


def _differing(material: Material, tally: Tally) -> Found:
    both = sum(tally.sides[counting.DIFFER, counts] for counts in (True, False))
    return Found(both, sum(tally.sides.values()))


def _flawed(material: Material, tally: Tally) -> Found:
    return Found(sum(flawed(tally).values()), sum(tally.attempts.values()))


def _after(material: Material, tally: Tally) -> Found:
    return Found(tally.notes[counting.AFTER], obligations(tally))


def _voided(material: Material, tally: Tally) -> Found:
    return Found(material.voided)


def _names(material: Material, tally: Tally) -> Found:
    return Found(len(tally.waiting))


def _waiting(material: Material, tally: Tally) -> Found:
    return Found(sum(each.attempts for each in tally.waiting.values()))


def _corrected(material: Material, tally: Tally) -> Found:
    some = [each for each in material.imports if each.corrected is not None]
    return Found(len(some), len(material.imports))


def _withdrawn(material: Material, tally: Tally) -> Found:
    some = [each for each in material.rulings if each.withdrawn is not None]
    return Found(len(some), len(material.rulings))


def _unreviewed(material: Material, tally: Tally) -> Found:
    over = [name for name, _, ended in reviews.quarters(material) if ended]
    there = reviews.reviewed(material)
    return Found(sum(not there[name] for name in over), len(over))


def _unsigned(material: Material, tally: Tally) -> Found:
    newest = [some[-1] for some in reviews.reviewed(material).values() if some]
    signed = [any(each.covers for each in review.sign_offs) for review in newest]
    return Found(signed.count(False), len(signed))


def _nobody_met(material: Material, tally: Tally) -> Found:
    newest = [some[-1] for some in reviews.reviewed(material).values() if some]
    named = [any(reviews.attendees(each)) for each in newest]
    return Found(named.count(False), len(named))


def _unsound(material: Material, tally: Tally) -> Found:
    signed = [e for some in reviews.reviewed(material).values() for r in some for e in r.sign_offs]
    return Found(sum(not each.sound for each in signed), len(signed))


def _late_actions(material: Material, tally: Tally) -> Found:
    some = [action for _, action in reviews.actions(material)]
    return Found(sum(reviews.overdue(material, each) for each in some), len(some))


def _notices(material: Material, tally: Tally) -> Found:
    return Found(obligations(tally), obligations(tally))


def _of(code: str, title: str, unit: str, means: str, sheet: str, count: Count) -> Weakness:
    return Weakness(code, OPERATION, title, unit, means, sheet, count)


WEAKNESSES = (
    _of(
        "late",
        "Obligations met after their due day",
        "obligations",
        "Put right, and late for ever.",
        "exceptions",
        verdicts(LATE),
    ),
    _of(
        "overdue",
        "Obligations overdue",
        "obligations",
        "Due, and nothing came.",
        "exceptions",
        verdicts(OVERDUE),
    ),
    _of(
        "failed",
        "Obligations attempted and not passed",
        "obligations",
        "Those not due yet, too.",
        "register",
        verdicts(FAILED),
    ),
    _of(
        "unverified",
        "Obligations with evidence that doesn't count",
        "obligations",
        "Somebody says that it was passed, and it can't be shown.",
        "register",
        verdicts(UNVERIFIED),
    ),
    _of(
        "old-exceptions",
        f"Exceptions open for more than {OLD} days",
        "open exceptions",
        "As of the day asked about, after the due day.",
        "remediation",
        _old,
    ),
    _of(
        "accepted",
        "Exceptions that were accepted",
        "exceptions",
        "Somebody ruled that it may stay undone, with a reason.",
        "exceptions",
        _accepted,
    ),
    _of(
        "excused-by-ruling",
        "Obligations that somebody excused",
        "excused obligations",
        "By a ruling with a reason, and not by leave or the end of access.",
        "rulings",
        _excused(counting.BY_RULING),
    ),
    _of(
        "excused-after-due",
        "Obligations that were excused after their due day",
        "excused obligations",
        "They were overdue, and the ruling came after; they are no exceptions any more.",
        "rulings",
        _excused_late,
    ),
    _of(
        "excused-on-leave",
        "Obligations of people on leave without a known end",
        "excused obligations",
        "Their access was not taken away, and no due day runs.",
        "register",
        _excused(counting.ON_LEAVE),
    ),
    _of(
        "left-before-due",
        "Obligations of people who left before they were due",
        "excused obligations",
        "They had access and never did it; it wasn't due yet.",
        "register",
        _excused(counting.LEFT_BEFORE),
    ),
    _of(
        "joiners-not-in-time",
        "Joiners who were not trained in time",
        "windows of access",
        "Late, overdue, failed or unverified in anything that they owe to begin with.",
        "joiners",
        _joiners,
    ),
    _of(
        "joiners-not-asked",
        "Joiners of whom nothing was asked",
        "windows of access",
        "No bucket that they came into had an onboarding.",
        "joiners",
        _not_asked,
    ),
    _of(
        "uncovered-people",
        "People with a day that was not covered",
        "people",
        "On a day of their access something was open past its due day.",
        "exceptions",
        people(counting.UNCOVERED),
    ),
    _of(
        "uncovered-days",
        "Days of access that were not covered",
        "person-days",
        "Of all people together; a day of one person counts once.",
        "coverage",
        person_days,
    ),
    _of(
        "nobody-covered",
        "Days on which nobody was covered",
        "days with access",
        "Everybody with access had something open past its due day.",
        "coverage",
        _nobody,
    ),
    _of(
        "days-to-come",
        "Days of the period that are not asked about",
        "days",
        "They come after the day of the verdicts: the period isn't over by then.",
        "coverage",
        _to_come,
    ),
    _of(
        "manual",
        "Obligations met on manual evidence",
        "met obligations with evidence",
        "A person set it in the LMS: weak.",
        "evidence",
        _evidence(lambda each: each.sides == BY_HAND),
    ),
    _of(
        "waived",
        "Obligations met because an LMS waived them",
        "met obligations with evidence",
        "Nothing was played: the programme, or a ruling, lets it count. Weak.",
        "evidence",
        _evidence(lambda each: each.provenance == PROVENANCES[WAIVED]),
    ),
    _of(
        "lms-only",
        "Obligations met on what an LMS alone tells",
        "met obligations with evidence",
        "It carries no path, so it can't be played again.",
        "evidence",
        _evidence(lambda each: each.sides == LMS_ONLY),
    ),
    _of(
        "ruled-in",
        "Obligations met on evidence that a ruling accepted",
        "met obligations with evidence",
        "It didn't count by itself.",
        "rulings",
        _evidence(lambda each: each.accepted),
    ),
    _of(
        "differing",
        "Attempts of which LMS and player tell different things",
        "attempts",
        "Neither side counts until a ruling accepts one.",
        "reconciliation",
        _differing,
    ),
    _of(
        "not-replayed",
        "Attempts that can't be played again to the same result",
        "attempts, each side's",
        "Forged, cut off, too fast, or of a version that nobody published. They don't count unless "
        "a ruling accepts them.",
        "replays",
        _flawed,
    ),
    _of(
        "after-access",
        "Passes after access had ended",
        "obligations",
        "They don't cover the days of access.",
        "register",
        _after,
    ),
    _of(
        "voided",
        "Statements that were made void",
        "statements",
        "On any day; whoever sent them took them back. They meet nothing.",
        "register",
        _voided,
    ),
    _of(
        "unresolved-names",
        "Names that mean nobody",
        "names",
        "Somebody attempted exercises under them, and nobody knows who.",
        "unresolved",
        _names,
    ),
    _of(
        "unresolved-attempts",
        "Attempts under such names",
        "attempts",
        "On any day; they meet nothing until a ruling says whose they are.",
        "unresolved",
        _waiting,
    ),
    _of(
        "export-rows-left-out",
        "Rows of LMS exports that were left out",
        "rows",
        "They may tell of completions; the reason stands beside each.",
        "left-out",
        left_out(True),
    ),
    _of(
        "corrected",
        "Imports that were corrected",
        "imports",
        "They were read wrongly first; another import took their place.",
        "completeness",
        _corrected,
    ),
    _of(
        "withdrawn",
        "Rulings that were withdrawn",
        "rulings",
        "Somebody decided, and then took it back.",
        "rulings",
        _withdrawn,
    ),
    _of(
        "no-review",
        "Quarters without a management review",
        "quarters",
        "Of those that were over by the day asked about.",
        "reviews",
        _unreviewed,
    ),
    _of(
        "nobody-took-part",
        "Reviews of which nobody says who took part",
        "reviews",
        "Neither their opening nor a meeting names anybody.",
        "reviews",
        _nobody_met,
    ),
    _of(
        "not-signed",
        "Reviews that nobody has signed as they stand",
        "reviews",
        "Not signed, or something was added since.",
        "reviews",
        _unsigned,
    ),
    _of(
        "unsound-signature",
        "Signatures under something else",
        "signatures",
        "What they name is not what there was to sign.",
        "reviews",
        _unsound,
    ),
    _of(
        "late-actions",
        "Actions of reviews not done by their day",
        "actions",
        "Closed late, or still open.",
        "review-actions",
        _late_actions,
    ),
    _of(
        "no-notices",
        "Obligations without a record that anybody was told",
        "obligations",
        "No record of sent notices exists here.",
        "communications",
        _notices,
    ),
)

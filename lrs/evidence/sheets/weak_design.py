"""Weaknesses of the design: what the programme itself leaves open."""

from __future__ import annotations

from lrs.evidence.material import Material
from lrs.evidence.sheets.programme import backdated
from lrs.evidence.sheets.results import buckets, exercises_of
from lrs.evidence.sheets.weakness import (
    DESIGN,
    Count,
    Found,
    Weakness,
)
from lrs.evidence.tally import Tally
from lrs.programme.programme import KINDS
from lrs.register.sheet import slug


def _no_programme(material: Material, tally: Tally) -> Found:
    first, last = material.asked.period.first, material.asked.last
    there = sum((days.last - days.first).days + 1 for _, days in material.spans if days.last)
    whole = (last - first).days + 1
    return Found(whole - there, whole)


def _backdated(material: Material, tally: Tally) -> Found:
    late = [each for each in material.effective if backdated(material, each)]
    return Found(len(late), len(material.effective))


def asked_for(material: Material) -> list[str]:
    """The exercises that the versions in force ask for, by slug."""
    return list(dict.fromkeys(slug(e) for each in buckets(material) for e in each.exercises))


def _not_built(material: Material, tally: Tally) -> Found:
    names = asked_for(material)
    return Found(sum(name not in material.exercises for name in names), len(names))


def _no_criteria(material: Material, tally: Tally) -> Found:
    there = [name for name in asked_for(material) if name in material.exercises]
    return Found(sum(not material.exercises[name].criteria for name in there), len(there))


def _of_versions(lacks: str) -> Count:
    def count(material: Material, tally: Tally) -> Found:
        some = [each.programme for each in material.effective]
        there = {
            "remediation": [each.remediation is not None for each in some],
            "escalation": [any(step.days > 0 for step in each.escalation) for each in some],
            "assignment": [each.assigned is not None for each in some],
        }[lacks]
        return Found(there.count(False), len(there))

    return count


def _curricula(lacks: str) -> Count:
    def count(material: Material, tally: Tally) -> Found:
        some = [each for version in material.effective for each in version.programme.curricula]
        there = {
            "onboarding": [each.onboarding is not None for each in some],
            "role-change": [each.role_change is not None for each in some],
            "cadence": [bool(each.cadences) for each in some],
            "exercises": [any(exercises_of(each)) for each in some],
        }[lacks]
        return Found(there.count(False), len(there))

    return count


def _kinds(material: Material, tally: Tally) -> Found:
    """Kinds that no bucket takes whatever the role, in any version in force."""
    left: set[str] = set()
    for version in material.effective:
        taken: set[str] = set()
        for each in version.programme.curricula:
            if each.bucket.roles is None:
                taken |= each.bucket.kinds if each.bucket.kinds is not None else set(KINDS)
        left |= set(KINDS) - taken
    return Found(len(left), len(KINDS))


WEAKNESSES = (
    Weakness(
        "no-programme",
        DESIGN,
        "Days without a programme",
        "days",
        "No version of the programme was in force: nothing was asked of anybody.",
        "programme-versions",
        _no_programme,
    ),
    Weakness(
        "published-late",
        DESIGN,
        "Versions published after their first day",
        "versions",
        "They were in force before they were published: nobody could have known of them.",
        "programme-versions",
        _backdated,
    ),
    Weakness(
        "not-in-catalogue",
        DESIGN,
        "Exercises that are asked for and not in the catalogue",
        "exercises",
        "No attempt at them by our player can be recognised or played again.",
        "curriculum",
        _not_built,
    ),
    Weakness(
        "no-criterion",
        DESIGN,
        "Exercises that name no criterion",
        "exercises",
        "Nobody has said which criterion they serve.",
        "curriculum",
        _no_criteria,
    ),
    Weakness(
        "no-onboarding",
        DESIGN,
        "Buckets without onboarding",
        "buckets, once for each version",
        "Who comes into them with their access owes nothing for it.",
        "curriculum",
        _curricula("onboarding"),
    ),
    Weakness(
        "no-role-change",
        DESIGN,
        "Buckets without a rule for a change of role",
        "buckets, once for each version",
        "Who comes into them later owes only what comes again.",
        "curriculum",
        _curricula("role-change"),
    ),
    Weakness(
        "no-refresh",
        DESIGN,
        "Buckets for which nothing comes again",
        "buckets, once for each version",
        "Their people are trained once.",
        "curriculum",
        _curricula("cadence"),
    ),
    Weakness(
        "kinds-left-out",
        DESIGN,
        "Kinds of people for whom there is no bucket",
        "kinds",
        "Employees, contractors, interns or vendors' staff who owe nothing unless a role asks.",
        "programme",
        _kinds,
    ),
    Weakness(
        "no-remediation",
        DESIGN,
        "Versions that ask for nothing after a fail",
        "versions",
        "A fail has no due day by which it must be put right.",
        "programme",
        _of_versions("remediation"),
    ),
    Weakness(
        "no-escalation",
        DESIGN,
        "Versions that escalate nothing after the due day",
        "versions",
        "Nobody is told when something is overdue.",
        "templates",
        _of_versions("escalation"),
    ),
    Weakness(
        "no-assignment-notice",
        DESIGN,
        "Versions without a notice of assignment",
        "versions",
        "People aren't told what they owe when they begin to owe it.",
        "templates",
        _of_versions("assignment"),
    ),
)

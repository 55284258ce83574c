"""Sheets that are counted: what came of obligations, by exercise and by role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lrs.evidence.material import Material
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Whole,
    during,
    listed,
    number,
    text,
    yes,
)
from lrs.evidence.tally import (
    Depth,
    Tally,
)
from lrs.programme.programme import Curriculum, Exercise
from lrs.register.columns import Cell
from lrs.register.sheet import slug
from lrs.register.verdicts import EXCUSED, MET, PENDING, VERDICTS

EXERCISE = text("exercise", "Exercise", 22, "By its slug; after a / the variant.")
TITLE = text("title", "Title", 26, "Of the newest version in the catalogue.")
MEANS = {
    "met": "Met in time.",
    "late": "Met after the due day.",
    "overdue": "Due, and nothing came.",
    "failed": "Attempted and not passed.",
    "excused": "By a ruling, leave, or because access ended first.",
    "pending": "Not due yet.",
    "unverified": "Only evidence that doesn't count.",
}
COUNTED = (
    number("owed", "Owed", "Obligations."),
    *(number(name, name.capitalize(), MEANS[name]) for name in VERDICTS),
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
        (EXERCISE, TITLE, text("reason", "Reason", 12, "Why it is owed."), *COUNTED),
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
            EXERCISE,
            TITLE,
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

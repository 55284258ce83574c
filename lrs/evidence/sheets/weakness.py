"""What a weakness is: something that may be wrong, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lrs.evidence.material import Material
from lrs.evidence.tally import IN_SCOPE, Tally, obligations

DESIGN, POPULATION, OPERATION = "design", "population", "operation"


class Found(NamedTuple):
    """How many, and of how many where that is known."""

    many: int
    of: int | None = None


Count = Callable[[Material, Tally], Found]


class Weakness(NamedTuple):
    """Something that may be wrong: what is counted, what it means, in which sheet it is seen."""

    code: str
    part: str
    title: str
    unit: str
    means: str
    sheet: str
    found: Count


def people(what: str) -> Count:
    """So many people of the population."""
    return lambda material, tally: Found(tally.people[what], tally.people[IN_SCOPE])


def verdicts(*names: str) -> Count:
    """So many obligations."""

    def count(material: Material, tally: Tally) -> Found:
        return Found(sum(tally.rows[name] for name in names), obligations(tally))

    return count


def left_out(of_lms: bool) -> Count:
    """So many rows of exports, or else of rosters."""

    def count(material: Material, tally: Tally) -> Found:
        some = [
            each
            for each in (material.exports if of_lms else material.rosters)
            if each.corrected is None
        ]
        return Found(sum(each.rows_left_out for each in some), sum(each.read for each in some))

    return count

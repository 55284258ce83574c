"""Weaknesses of the population and of the files that it comes from."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from lrs.evidence import tally as counting
from lrs.evidence.material import Material
from lrs.evidence.sheets import reviews
from lrs.evidence.sheets.weakness import (
    POPULATION,
    Found,
    Weakness,
    left_out,
    people,
)
from lrs.evidence.tally import Tally

LONGEST_GAP = 31  # days between two rosters


def _unknown_roles(material: Material, tally: Tally) -> Found:
    return Found(len(tally.unknown_roles))


def gaps(material: Material) -> list[int]:
    """Days between the days of rosters that are longer than they should be; also from the first
    day of the period to the first roster, and from the last roster to the last day asked about."""
    first, upto = material.asked.period.first, material.asked.upto
    days = sorted({each.as_of for each in material.rosters})
    before = [each for each in days if each <= first][-1:] or [first]
    marks = [*before, *(each for each in days if first < each < upto), upto]
    found = [(later - earlier).days for earlier, later in pairwise(marks)]
    return [each for each in found if each > LONGEST_GAP]


def _gaps(material: Material, tally: Tally) -> Found:
    return Found(len(gaps(material)))


def _snapshots(material: Material, tally: Tally) -> Found:
    """Quarters that are over, or the day of a design, without a roster that ends access."""
    there = [each.as_of for each in material.rosters if each.snapshot]
    missing = total = 0
    for _, end, over in reviews.quarters(material):
        first = date(end.year, end.month - 2, 1)
        if over:
            total += 1
            missing += not any(first <= each <= end for each in there)
    return Found(missing, total)


def _adds_up(material: Material, tally: Tally) -> Found:
    off = [e for e in material.imports if e.read != e.taken + e.known + e.rows_left_out]
    return Found(len(off), len(material.imports))


def _directory(material: Material, tally: Tally) -> Found:
    return Found(tally.people[counting.IN_SCOPE], tally.people[counting.IN_SCOPE])


def _redacted(material: Material, tally: Tally) -> Found:
    return Found(material.redacted)


WEAKNESSES = (
    Weakness(
        "no-manager",
        POPULATION,
        "People without a manager",
        "people",
        "Nobody is told when they are late. As of their last day of access in the period.",
        "population",
        people(counting.NO_MANAGER),
    ),
    Weakness(
        "no-kind",
        POPULATION,
        "People of no kind",
        "people",
        "HR's roster doesn't say what they are: employees, contractors, interns, vendors' staff.",
        "population",
        people(counting.NO_KIND),
    ),
    Weakness(
        "no-name",
        POPULATION,
        "People without a name",
        "people",
        "HR's roster knows them by their id alone.",
        "population",
        people(counting.NO_NAME),
    ),
    Weakness(
        "no-bucket",
        POPULATION,
        "People in no bucket",
        "people",
        "On no day of their access in the period was anything asked of somebody like them.",
        "population",
        people(counting.NO_BUCKET),
    ),
    Weakness(
        "unknown-roles",
        POPULATION,
        "Roles that no bucket asks for",
        "roles",
        "HR gives them, and the programme has no curriculum for them.",
        "population",
        _unknown_roles,
    ),
    Weakness(
        "roster-gaps",
        POPULATION,
        f"Gaps of more than {LONGEST_GAP} days between rosters",
        "gaps",
        "Who came and left between two rosters, and is in neither, is in no population.",
        "completeness",
        _gaps,
    ),
    Weakness(
        "no-snapshot",
        POPULATION,
        "Quarters without a roster that ends access",
        "quarters",
        "A snapshot notices who is not there any more. Without one, who left without a last day "
        "keeps their access here.",
        "completeness",
        _snapshots,
    ),
    Weakness(
        "roster-rows-left-out",
        POPULATION,
        "Rows of rosters that were left out",
        "rows",
        "Whom they tell of may be missing from the population.",
        "left-out",
        left_out(False),
    ),
    Weakness(
        "counts-differ",
        POPULATION,
        "Imports whose counts don't add up",
        "imports",
        "Rows taken, known and left out don't make the rows that were read.",
        "completeness",
        _adds_up,
    ),
    Weakness(
        "no-directory",
        POPULATION,
        "People who were not compared with a directory",
        "people",
        "No directory (SCIM) was received: that HR's roster has everybody with access is not "
        "checked against what gives access.",
        "completeness",
        _directory,
    ),
    Weakness(
        "redacted",
        POPULATION,
        "Records of which personal data was erased",
        "records",
        "What they said of a person can't be looked at any more; the seal still proves that they "
        "were there.",
        "completeness",
        _redacted,
    ),
)

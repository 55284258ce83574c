"""All sheets of the pack, in order: those made piece by piece, and those made once it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrs.evidence import tally as counting
from lrs.evidence.material import Material
from lrs.evidence.sheet import Sheet
from lrs.evidence.sheets import (
    figures,
    findings,
    monthly,
    people,
    programme,
    register,
    results,
    reviews,
    sources,
    weaknesses,
)
from lrs.evidence.sheets.criteria import criteria
from lrs.evidence.sheets.index import index
from lrs.evidence.sheets.making import Form, Streamed, Whole
from lrs.evidence.tally import Tally

MOST_PRINTED = 300  # rows of each of the first sort that the document can have
STREAMED: tuple[Streamed, ...] = (
    people.POPULATION,
    people.JOINERS,
    register.REGISTER,
    register.EXCEPTIONS,
    people.EXTERNAL,
    sources.PEOPLE_SIDES,
)
_WHOLE: tuple[Whole, ...] = (
    programme.PROGRAMME,
    programme.CURRICULUM,
    programme.VERSIONS,
    programme.CHANGES,
    sources.COMPLETENESS,
    sources.LEFT_OUT,
    results.RESULTS,
    findings.REMEDIATION,
    monthly.COVERAGE,
    results.ROLE_DEPTH,
    monthly.REFRESH,
    monthly.MONTHS,
    findings.EVIDENCE,
    findings.REPLAYS,
    programme.COMMUNICATIONS,
    programme.TEMPLATES,
    reviews.REVIEWS,
    reviews.FIGURES,
    reviews.DECISIONS,
    reviews.ACTIONS,
    sources.RULINGS,
    sources.RECONCILIATION,
    sources.UNRESOLVED,
    weaknesses.SHEET,
    figures.SHEET,
)
_MADE: dict[str, Form] = {
    **{each.form.name: each.form for each in STREAMED},
    **{each.form.name: each.form for each in _WHOLE},
}
_ORDER = (
    *("programme", "curriculum", "criteria", "programme-versions", "programme-changes"),
    *("population", "joiners", "completeness", "left-out"),
    *("register", "results", "exceptions", "remediation", "coverage", "role-depth", "refresh"),
    *("evidence", "replays", "communications", "templates", "external-parties"),
    *("reviews", "review-figures", "review-decisions", "review-actions", "rulings", "months"),
    *("reconciliation", "reconciliation-people", "unresolved", "weaknesses", "figures"),
)
_CRITERIA = criteria(tuple(_MADE[name] for name in _ORDER if name in _MADE))
_MADE["criteria"] = _CRITERIA.form
_INDEX = index(tuple(_MADE[name] for name in _ORDER))
WHOLE: tuple[Whole, ...] = (_INDEX, _CRITERIA, *_WHOLE)
FORMS: tuple[Form, ...] = (_INDEX.form, *(_MADE[name] for name in _ORDER))  # in reading order


def streamed(material: Material) -> Sequence[Streamed]:
    """The sheets of this pack whose rows are made piece by piece."""
    return tuple(e for e in STREAMED if e.form.design or material.asked.operating)


def whole(material: Material, tally: Tally) -> Iterator[Sheet]:
    """The other sheets of this pack, once the tally has seen every piece."""
    for each in WHOLE:
        if each.form.design or material.asked.operating:
            yield each.sheet(material, tally)


def counts(tally: Tally) -> dict[str, int]:
    """How many rows the sheets made piece by piece have, all pieces together."""
    windows = tally.windows
    return {
        "population": windows[counting.WINDOWS],
        "joiners": windows[counting.JOINED],
        "register": sum(tally.rows.values()),
        "exceptions": sum(tally.found.values()),
        "external-parties": windows[counting.EXTERNAL_WINDOWS],
        "reconciliation-people": tally.people[counting.IN_SCOPE],
    }

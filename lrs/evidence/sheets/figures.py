"""The sheet of figures: each total that the document names, with how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from lrs.evidence import tally as counting
from lrs.evidence.material import Material
from lrs.evidence.sheets import reviews, weaknesses
from lrs.evidence.sheets.findings import remediation
from lrs.evidence.sheets.making import Cells, Form, Whole, during, number, text
from lrs.evidence.sheets.results import counted, share
from lrs.evidence.sheets.weak_design import asked_for
from lrs.evidence.sheets.weak_operation import person_days
from lrs.evidence.tally import Tally, obligations, states
from lrs.register.audit_exceptions import ACCEPTED, OPEN, REMEDIATED
from lrs.register.sheet import NO_VERDICT
from lrs.register.verdicts import LATE, MET, VERDICTS

Number = int | float | None


class Figure(NamedTuple):
    """A total: what it is called, what is counted, how, and in which sheet it can be counted again.
    `design` says that a Type I pack has it, too."""

    name: str
    title: str
    unit: str
    made: str
    sheet: str
    value: Callable[[Material, Tally], Number]
    design: bool = False


def _judged(tally: Tally) -> int:
    found = counted(tally.rows_owed)[-2]
    assert isinstance(found, int)
    return found


def _time(place: int) -> Callable[[Material, Tally], Number]:
    def value(material: Material, tally: Tally) -> Number:
        found = remediation(tally.found)[place]
        assert found is None or isinstance(found, int | float)
        return found

    return value


def _rows(name: str) -> Callable[[Material, Tally], Number]:
    return lambda material, tally: tally.rows[name]


def _covered(material: Material, tally: Tally) -> Number:
    found = person_days(material, tally)
    return share((found.of or 0) - found.many, found.of or 0)


_VERDICT_SAYS = {
    "met": "Rows with the verdict met: a pass that counts, on or before the due day.",
    "late": "Rows with the verdict late: a pass that counts, after the due day.",
    "overdue": "Rows with the verdict overdue: due, and nothing came.",
    "failed": "Rows with the verdict failed: attempted and not passed, due or not.",
    "excused": "Rows with the verdict excused: by ruling, leave, or because access ended first.",
    "pending": "Rows with the verdict pending: not due by the day asked about.",
    "unverified": "Rows with the verdict unverified: only evidence that doesn't count.",
}


def _in_state(state: str, material: Material, tally: Tally) -> Number:
    return states(tally)[state]


FIGURES = (
    Figure(
        "people",
        "People with access",
        "people",
        "Different values under Person.",
        "population",
        lambda material, tally: tally.people[counting.IN_SCOPE],
        design=True,
    ),
    Figure(
        "windows",
        "Windows of access",
        "windows",
        "Rows; somebody who came back has two.",
        "population",
        lambda material, tally: tally.windows[counting.WINDOWS],
        design=True,
    ),
    Figure(
        "external-windows",
        "Windows, outside parties",
        "windows",
        "Rows of the sheet external-parties; of Type I, rows of these kinds in the population.",
        "population",
        lambda material, tally: tally.windows[counting.EXTERNAL_WINDOWS],
        design=True,
    ),
    Figure(
        "joiners",
        "Windows begun",
        "windows",
        "Rows.",
        "joiners",
        lambda material, tally: tally.windows[counting.JOINED],
    ),
    Figure(
        "leavers",
        "Windows ended",
        "windows",
        "Rows with Left: yes.",
        "population",
        lambda material, tally: tally.windows[counting.LEFT],
    ),
    Figure(
        "short-windows",
        "Two weeks or less",
        "windows",
        "Rows whose window has an end, at most 14 days from its first day on.",
        "population",
        lambda material, tally: tally.windows[counting.SHORT],
    ),
    Figure(
        "merged",
        "People with several HR ids",
        "people",
        "People with anything under Other HR ids.",
        "population",
        lambda material, tally: tally.people[counting.MERGED],
        design=True,
    ),
    Figure(
        "rosters",
        "Rosters imported",
        "files",
        "Rows with Source: HR roster.",
        "completeness",
        lambda material, tally: len(material.rosters),
        design=True,
    ),
    Figure(
        "roster-rows",
        "Rows of these rosters",
        "rows",
        "Sum of Rows read.",
        "completeness",
        lambda material, tally: sum(each.read for each in material.rosters),
        design=True,
    ),
    Figure(
        "roster-rows-left-out",
        "Of these, left out",
        "rows",
        "Sum of Rows left out.",
        "completeness",
        lambda material, tally: sum(each.rows_left_out for each in material.rosters),
        design=True,
    ),
    Figure(
        "exports",
        "LMS exports imported",
        "files",
        "Rows with Source: LMS export.",
        "completeness",
        lambda material, tally: len(material.exports),
    ),
    Figure(
        "versions",
        "Versions in force",
        "versions",
        "Rows with anything under In force from.",
        "programme-versions",
        lambda material, tally: len(material.effective),
        design=True,
    ),
    Figure(
        "exercises",
        "Exercises asked for",
        "exercises",
        "Different slugs under Exercise; a micro-exercise counts as its scenario.",
        "curriculum",
        lambda material, tally: len(asked_for(material)),
        design=True,
    ),
    Figure(
        "obligations",
        "Obligations",
        "obligations",
        "Rows of the register, without those that say that nothing was owed.",
        "register",
        lambda material, tally: obligations(tally),
    ),
    Figure(
        "nothing-owed",
        "People who owed nothing",
        "people",
        "Rows of the register without a verdict: one a person.",
        "register",
        _rows(NO_VERDICT),
    ),
    *(
        Figure(
            f"verdict-{each}",
            f"Verdict: {each}",
            "obligations",
            _VERDICT_SAYS[each],
            "register",
            _rows(each),
        )
        for each in VERDICTS
    ),
    Figure(
        "judged",
        "Judged",
        "obligations",
        "Obligations, without those that are excused or pending.",
        "results",
        lambda material, tally: _judged(tally),
    ),
    Figure(
        "in-time",
        "Met in time",
        "%",
        "Met divided by judged, rounded down to a tenth. Late ones are not in it.",
        "results",
        lambda material, tally: share(tally.rows[MET], _judged(tally)),
    ),
    Figure(
        "in-the-end",
        "Met in the end",
        "%",
        "Met and late together divided by judged, rounded down to a tenth.",
        "results",
        lambda material, tally: share(tally.rows[MET] + tally.rows[LATE], _judged(tally)),
    ),
    Figure(
        "exceptions",
        "Exceptions",
        "exceptions",
        "Rows.",
        "exceptions",
        lambda material, tally: sum(states(tally).values()),
    ),
    *(
        Figure(
            f"exceptions-{state}",
            f"Exceptions: {state}",
            "exceptions",
            f"Rows with Exception: {state}.",
            "exceptions",
            partial(_in_state, state),
        )
        for state in (OPEN, REMEDIATED, ACCEPTED)
    ),
    Figure(
        "median-days",
        "Remediation days, median",
        "days",
        "The middle of Days late of remediated exceptions; between two, their mean.",
        "exceptions",
        _time(4),
    ),
    Figure(
        "longest-days",
        "Remediation days, most",
        "days",
        "The most Days late of remediated exceptions.",
        "exceptions",
        _time(5),
    ),
    Figure(
        "uncovered-people",
        "People not always covered",
        "people",
        "Different values under Person in rows with uncovered days.",
        "exceptions",
        lambda material, tally: tally.people[counting.UNCOVERED],
    ),
    Figure(
        "access-days",
        "Days of access",
        "person-days",
        "Sum of With access; the same as the sum of Days in the population.",
        "coverage",
        lambda material, tally: person_days(material, tally).of,
    ),
    Figure(
        "uncovered-days",
        "Of these, not covered",
        "person-days",
        "Sum of Uncovered. A day of one person counts once, however much is open on it.",
        "coverage",
        lambda material, tally: person_days(material, tally).many,
    ),
    Figure(
        "covered",
        "Covered",
        "%",
        "Days of access without those not covered, divided by them, rounded down to a tenth.",
        "coverage",
        _covered,
    ),
    Figure(
        "attempts",
        "Judged attempts",
        "attempts",
        "Sum of Attempts: each side's, so that one told twice counts twice.",
        "replays",
        lambda material, tally: sum(tally.attempts.values()),
    ),
    Figure(
        "unresolved",
        "Names that mean nobody",
        "names",
        "Rows.",
        "unresolved",
        lambda material, tally: len(tally.waiting),
    ),
    Figure(
        "rulings",
        "Rulings",
        "rulings",
        "Rows, also of those withdrawn.",
        "rulings",
        lambda material, tally: len(material.rulings),
    ),
    Figure(
        "reviews",
        "Quarters reviewed",
        "quarters",
        "Different quarters with an edition.",
        "reviews",
        lambda material, tally: sum(map(bool, reviews.reviewed(material).values())),
    ),
    Figure(
        "weaknesses",
        "Weaknesses found",
        "weaknesses",
        "Rows with a count above 0.",
        "weaknesses",
        lambda material, tally: sum(
            each.found(material, tally).many > 0 for each in weaknesses.shown(material)
        ),
        design=True,
    ),
    Figure(
        "weaknesses-looked-for",
        "Weaknesses looked for",
        "weaknesses",
        "Rows.",
        "weaknesses",
        lambda material, tally: sum(1 for _ in weaknesses.shown(material)),
        design=True,
    ),
    Figure(
        "records",
        "Records looked at",
        "records",
        "The number of the newest; they are numbered without a gap from 1.",
        "completeness",
        lambda material, tally: material.newest,
        design=True,
    ),
)


def shown(material: Material) -> Iterator[Figure]:
    """Those that this pack has."""
    return (each for each in FIGURES if each.design or material.asked.operating)


def values(material: Material, tally: Tally) -> Mapping[str, Number]:
    """All of them by name."""
    return {each.name: each.value(material, tally) for each in shown(material)}


def _figures(material: Material, tally: Tally) -> Iterator[Cells]:
    for each in shown(material):
        value = each.value(material, tally)
        yield each.name, each.title, value, each.unit, each.made, each.sheet


SHEET = Whole(
    Form(
        "figures",
        "How each figure was made",
        (
            text("name", "Name", 22, "For programs."),
            text("figure", "Figure", 44, "What it is called in the document."),
            number("value", "Value", "Empty where there is nothing to count it of."),
            text("unit", "Unit", 14, "What is counted."),
            text("made", "How it is made", 70, "So that it can be counted again."),
            text("sheet", "From the sheet", 18, "In which that can be done."),
        ),
        lambda material: f"All sheets of this pack, which says what was {during(material)}.",
        "Counted in the same pass that wrote the sheets, and not from the document.",
        ("CC4.2",),
        design=True,
    ),
    _figures,
)

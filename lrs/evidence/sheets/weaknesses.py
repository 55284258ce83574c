"""The sheet of weaknesses: all that an auditor would find against us, counted, never typed."""

from __future__ import annotations

from collections.abc import Iterator

from lrs.evidence.material import Material
from lrs.evidence.sheets import weak_design, weak_operation, weak_sources
from lrs.evidence.sheets.making import Cells, Form, Whole, during, log, number, text
from lrs.evidence.sheets.weakness import OPERATION, Weakness
from lrs.evidence.tally import Tally

WEAKNESSES = (*weak_design.WEAKNESSES, *weak_sources.WEAKNESSES, *weak_operation.WEAKNESSES)


def shown(material: Material) -> Iterator[Weakness]:
    """Those that are looked for in this pack."""
    for each in WEAKNESSES:
        if each.part != OPERATION or material.asked.operating:
            yield each


def _rows(material: Material, tally: Tally) -> Iterator[Cells]:
    for each in shown(material):
        many, of = each.found(material, tally)
        yield each.code, each.part, each.title, many, of, each.unit, each.means, each.sheet


SHEET = Whole(
    Form(
        "weaknesses",
        "Known weaknesses",
        (
            text("code", "Code", 20, "For programs."),
            text(
                "part",
                "Part",
                11,
                "Of the design, of the population and its sources, of operation.",
            ),
            text("weakness", "Weakness", 50, "What is counted."),
            number("count", "Count", "How many there are; 0 is a finding, too."),
            number("of", "Of", "How many were looked at, where that can be said."),
            text("unit", "Counted are", 24, "What both numbers count."),
            text("means", "Which means", 60, "Why it matters."),
            text("sheet", "Sheet", 18, "Where each of them is seen."),
        ),
        lambda material: (
            f"All that the sheets of this pack are made of: {log(material)}, {during(material)}."
        ),
        "Counted from the same figures as the sheets; none is written by hand, and none is left "
        "out where its count is 0. What isn't looked for is no weakness that we know of: this list "
        "is not a guarantee.",
        ("CC4.2",),
        design=True,
    ),
    _rows,
)

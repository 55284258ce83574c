"""Sheets that have the register's own rows: all of them, and those with an exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter

from lrs.evidence.material import Material
from lrs.evidence.piece import Piece
from lrs.evidence.sheets.making import Cells, Form, Streamed, days_of, log
from lrs.register.columns import COLUMNS, NAMES


def _register_rows(piece: Piece, material: Material) -> Iterable[Cells]:
    return piece.cells


REGISTER = Streamed(
    Form(
        "register",
        "Completion register",
        COLUMNS,
        lambda material: (
            "For each person of the sheet population, what the programme's versions asked of them "
            f"and was alive on a day of {days_of(material)}; what came of it in {log(material)}."
        ),
        "One row for each obligation of each person; who owes nothing has one row that says so. "
        "Obligations follow from people and programme alone; then attempts are looked for that "
        "meet them. The rules are those of the software's documentation, lrs/register/README.md.",
        ("CC1.1", "CC1.4", "CC1.5", "CC2.2"),
    ),
    _register_rows,
)

_KEPT = (
    *("row", "person", "name", "kind", "roles", "manager", "exercise", "reason", "bucket"),
    *("due", "verdict", "note", "completed", "days_late", "provenance", "sides", "evidence"),
    *("exception", "exception_opened", "escalated", "remediated"),
    *("accepted_by", "accepted_why", "accepted_on"),
    *("uncovered_from", "uncovered_to", "uncovered_days"),
)
_picked = itemgetter(*map(NAMES.index, _KEPT))
_STATE = NAMES.index("exception")


def _exception_rows(piece: Piece, material: Material) -> Iterator[Cells]:
    return (_picked(cells) for cells in piece.cells if cells[_STATE] is not None)


EXCEPTIONS = Streamed(
    Form(
        "exceptions",
        "Exceptions and their remediation",
        tuple(COLUMNS[NAMES.index(name)] for name in _KEPT),
        lambda material: (
            "Every row of the register whose due day had passed by "
            f"{material.asked.as_of} and that was neither met in time nor excused."
        ),
        "An exception opens on the day after the due day. It is remediated by a pass that "
        "counts, on that day, or accepted by a ruling; else it is open. Late stays late. Its days "
        "late are those of the register; uncovered days are days of access on which it was open.",
        ("CC1.1", "CC1.5", "CC4.2", "CC5.3"),
    ),
    _exception_rows,
)

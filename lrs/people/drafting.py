"""A draft of a mapping profile, from the header of a roster: what was guessed and what is open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches

from lrs import mapping, tabular
from lrs.people.facts import KINDS
from lrs.people.roster import FIELDS
from lrs.tabular import Grid, Row, Sheet

_SEARCHED = 50  # rows among which the header is sought
_MOST_VALUES = 30
# Beside the spellings of the shipped profiles: what else such columns are called.
_ALSO = {
    "person": ("staff no", "staff number", "personnel number", "emp id", "hr id", "payroll id"),
    "name": ("full name", "employee name", "staff name"),
    "first_name": ("given name", "forename"),
    "last_name": ("surname", "family name"),
    "mails": ("e-mail", "mail", "email address", "business email"),
    "login": ("username", "user name", "lms login"),
    "kind": ("employment type", "worker type", "contract type", "staff type"),
    "roles": ("role", "security role", "training role"),
    "manager": ("manager id", "supervisor id", "line manager id"),
    "manager_name": ("manager name", "line manager", "supervisor"),
    "hired": ("start date", "join date", "date of joining", "hired on"),
    "left": ("end date", "leave date", "leaving date", "exit date", "last day"),
    "unit": ("department", "team", "business unit", "organisation unit"),
    "zone": ("time zone", "timezone"),
}


def draft(grid: Grid) -> str:
    """The profile's text, to be read and completed by a person."""
    known = _known()
    at = max(range(len(grid.rows[:_SEARCHED])), key=lambda n: _weight(grid.rows[n], known))
    sheet = tabular.headed(grid, at)
    guesses = _guesses(sheet, known)
    return "\n".join([*_lines(grid.rows[at].number, sheet, guesses), ""])


def _known() -> dict[str, str]:
    """The field that a header, in its plainest form, is taken for."""
    known: dict[str, str] = {}
    for name in mapping.shipped("people"):
        profile, _ = mapping.find("people", name, FIELDS)
        assert profile, name
        for field, spellings in profile.columns.items():
            known |= {_plain(each): field for each in spellings}
    for field, also in _ALSO.items():
        known |= {_plain(each): field for each in also if _plain(each) not in known}
    return known


def _plain(header: str) -> str:
    return "".join(each for each in header.casefold() if each.isalnum() or each == "#")


def _weight(row: Row, known: dict[str, str]) -> tuple[int, int]:
    """How much a row looks like a header: by headers that are known, else by its width."""
    return sum(_plain(cell) in known for cell in row.cells), len(row.cells)


def _guesses(sheet: Sheet, known: dict[str, str]) -> dict[str, tuple[int, str]]:
    """By field: the column, and how it was found."""
    guesses: dict[str, tuple[int, str]] = {}
    for n, header in enumerate(sheet.header):
        field = known.get(_plain(header))
        if field and field not in guesses:
            guesses[field] = (n, "")
    taken = {n for n, _ in guesses.values()}
    for n, header in enumerate(sheet.header):
        near = get_close_matches(_plain(header), list(known), n=1, cutoff=0.75)
        if near and n not in taken and known[near[0]] not in guesses:
            guesses[known[near[0]]] = (n, "guessed: ")
    return guesses


def _lines(number: int, sheet: Sheet, guesses: dict[str, tuple[int, str]]) -> Iterator[str]:
    yield f"# A draft for {sheet.name}, by the header in row {number}. Read it before you use it:"
    yield f"# lrs people import {sheet.name} --profile THIS.yaml --dry-run"
    yield "profile: my-roster"
    yield "rows: people"
    if "person" in guesses:
        yield f"detects: [{_quoted(sheet, guesses['person'][0])}]"
    yield "columns:"
    for field in FIELDS:
        if field.name in guesses:
            n, how = guesses[field.name]
            yield f"  {field.name}: {_quoted(sheet, n)}  # {how}{field.about}"
    yield "  # open; give each its header, or leave it out:"
    for field in FIELDS:
        if field.name not in guesses:
            yield f"  # {field.name}: ...  # {field.about}"
    if "kind" in guesses:
        yield from _kinds(sheet, guesses["kind"][0])
    elif "kind" not in guesses:
        yield "# constants: {kind: employee}  # if all people of such files are of one kind"
    if any(field.type == "day" and field.name in guesses for field in FIELDS):
        yield '# days: ["%d/%m/%Y"]  # only if the file itself does not make the order plain'
    yield "# pad: {person: 5, manager: 5}  # only if a workbook took zeros from before the numbers"
    left = [n for n in range(len(sheet.header)) if n not in {n for n, _ in guesses.values()}]
    if left:
        yield "ignore:"
        yield from (f"  - {_quoted(sheet, n)}" for n in left if sheet.header[n])


def _kinds(sheet: Sheet, n: int) -> Iterator[str]:
    """What the column of kinds says, to be given its meaning."""
    written = sorted({row.cells[n] for row in sheet.rows if row.cells[n]})
    odd = [each for each in written if each.casefold() not in KINDS]
    if odd and len(written) <= _MOST_VALUES:
        yield "values:"
        yield f'  kind:  # what each means here: {", ".join(KINDS)}, or "" for nothing said'
        for each in odd:
            near = get_close_matches(each.casefold(), KINDS, n=1, cutoff=0.6)
            text = json.dumps(each, ensure_ascii=False)
            yield f"    {text}: {near[0]}  # guessed" if near else f"    # {text}: ...  # open"


def _quoted(sheet: Sheet, n: int) -> str:
    return json.dumps(sheet.header[n], ensure_ascii=False)

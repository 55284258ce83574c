"""Writes lrs/evidence/SHEETS.md, which lists every sheet and column, from the sheets themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lrs.evidence.sheets import tables
from lrs.evidence.sheets.making import Form

FILE = Path(__file__).parents[3] / "lrs" / "evidence" / "SHEETS.md"
_HEAD = """\
# The sheets of the pack

Every sheet, in the order of the pack, with how it is made and what each column means. This list is
written from the sheets themselves by `make golden`, and a test holds the two together.
[README.md](README.md) says how they come about.

A sheet is of **Type I and II** where it says what is meant to be; the others are of **Type II**
alone. Those made **piece by piece** have a row for each person, window or obligation. Criteria are
our reading.
"""


def written() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *(line for form in tables.FORMS for line in _form(form))])


def _form(form: Form) -> Iterator[str]:
    yield f"## `{form.name}`: {form.title}\n"
    yield f"{form.made}\n"
    streamed = form.name in {each.form.name for each in tables.STREAMED}
    told = ["Type I and II" if form.design else "Type II"]
    told += ["piece by piece"] if streamed else []
    told += [f"criteria {', '.join(form.criteria)}"] if form.criteria else []
    yield f"*{'; '.join(told)}.*\n"
    yield from _table(("column", "title", "kind", "what it is"), _columns(form))
    yield ""


def _columns(form: Form) -> Iterator[tuple[str, ...]]:
    for each in form.columns:
        yield f"`{each.name}`", each.title, each.kind, each.means


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8", newline="\n")

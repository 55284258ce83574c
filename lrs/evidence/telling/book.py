"""What chapters are written from: the sheets, and the figures by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lrs.evidence.document import Block, Chapter, Facts, Table, Text
from lrs.evidence.material import Material
from lrs.evidence.sheet import Sheet
from lrs.evidence.sheets import figures, tables
from lrs.evidence.sheets.figures import Number
from lrs.evidence.tally import Tally
from lrs.register.columns import Cell, Kind

Named = Mapping[str, Cell]  # a row, by the names of its columns
Fact = tuple[str, Kind, Cell]


@dataclass(frozen=True)
class Book:
    """All of it. `sheets` are by name, with rows in a tuple: whole, or of those made piece by piece
    at most the first `tables.MOST_PRINTED`. `seal` is what there is to say of the seal."""

    material: Material
    tally: Tally
    sheets: Mapping[str, Sheet]
    seal: Sequence[Fact] = ()

    @cached_property
    def values(self) -> Mapping[str, Number]:
        """The figures by name."""
        return figures.values(self.material, self.tally)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Rows of the sheets made piece by piece."""
        return tables.counts(self.tally)

    def facts(self, *names: str) -> Facts:
        """Figures, each with what it is called; those that this pack doesn't have are left out."""
        titles = {each.name: each for each in figures.FIGURES}
        there = [titles[name] for name in names if name in self.values]
        return Facts([(_titled(each), "number", self.values[each.name]) for each in there])

    def told(self, name: str) -> str:
        """A figure in a sentence."""
        value = self.values[name]
        return "none" if value is None else f"{value:,}"

    def rows(self, name: str) -> Iterator[Named]:
        """The rows of a sheet."""
        sheet = self.sheets[name]
        names = [each.name for each in sheet.columns]
        return (dict(zip(names, cells, strict=True)) for cells in sheet.rows)

    def table(self, name: str, *columns: str) -> Iterator[Block]:
        """A sheet with these of its columns; and how many rows there are, if not all are here."""
        sheet = self.sheets[name]
        yield Table(sheet, columns)
        here, there = sum(1 for _ in sheet.rows), self.counts.get(name, 0)
        if there > here:
            yield Text(
                f"Printed are the first {here:,} of {there:,} rows; all of them are in "
                f"sheets/{name}.csv and sheets/{name}.json."
            )

    def some(self, name: str, title: str, wanted: Callable[[Named], bool], *columns: str) -> Table:
        """Those rows of a sheet that are wanted, under a title of their own that says which."""
        sheet = self.sheets[name]
        names = [each.name for each in sheet.columns]
        kept = tuple(cells for cells in sheet.rows if wanted(dict(zip(names, cells, strict=True))))
        made = f"Some rows of the sheet {name}, as the title says. {sheet.made}"
        return Table(replace(sheet, title=title, made=made, rows=kept), columns)

    def chapter(self, title: str, lead: str, blocks: Sequence[Block], *names: str) -> Chapter:
        """A chapter that is made of these sheets, with the criteria that they speak to."""
        named = {each for name in names for each in self.sheets[name].criteria}
        return Chapter(title, lead, blocks, tuple(sorted(named)))


def _titled(figure: figures.Figure) -> str:
    return f"{figure.title}, %" if figure.unit == "%" else figure.title


def whole(cell: Cell) -> int:
    """A count of a row; one that is empty is 0."""
    return cell if isinstance(cell, int) else 0

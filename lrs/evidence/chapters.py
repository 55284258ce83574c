"""The document of a pack: its cover and its chapters, in order, of Type I and of Type II."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from lrs import days
from lrs.evidence.document import Chapter, Document
from lrs.evidence.material import Material
from lrs.evidence.sheet import Sheet
from lrs.evidence.tally import Tally
from lrs.evidence.telling import closing, design, opening, operation, people
from lrs.evidence.telling.book import Book, Fact

_TYPE_1: tuple[Callable[[Book], Chapter], ...] = (
    opening.reading,
    design.programme,
    design.curriculum,
    design.versions,
    people.population,
    design.notices,
    closing.weaknesses,
    closing.figures,
    closing.seal,
)
_TYPE_2: tuple[Callable[[Book], Chapter], ...] = (
    opening.reading,
    opening.glance,
    design.programme,
    design.curriculum,
    design.versions,
    people.population,
    people.joiners,
    operation.results,
    operation.coverage,
    operation.exceptions,
    operation.roles,
    operation.refresh,
    operation.evidence,
    design.notices,
    people.outside,
    closing.reviews,
    operation.months,
    operation.reconciliation,
    closing.weaknesses,
    closing.figures,
    closing.seal,
)


def document(
    material: Material,
    tally: Tally,
    sheets: Mapping[str, Sheet],
    seal: Sequence[Fact] = (),
) -> Document:
    """The document. `sheets` are those of the pack by name, each with its rows in a tuple: of a
    sheet made piece by piece, the first `tables.MOST_PRINTED`. `seal` is what there is to say of
    the seal: title, kind and value of each fact. No files are attached yet."""
    asked = material.asked
    book = Book(material, tally, sheets, seal)
    chapters = [each(book) for each in (_TYPE_2 if asked.operating else _TYPE_1)]
    when = f"{asked.period.first} to {asked.last}" if asked.operating else f"As of {asked.last}"
    return Document(
        "Security awareness programme: evidence",
        f"SOC 2 {asked.type}, {when[:1].lower()}{when[1:]}",
        material.organisation,
        days.of(asked.known, ZoneInfo(material.zone)),
        opening.cover(book),
        chapters,
    )

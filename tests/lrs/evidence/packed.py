"""What a pack is made of, by hand or of the worked year, for tests of what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from answers import EXERCISES, KNOWN, Made
from cases import day

from lrs import known
from lrs.evidence import chapters, gathering
from lrs.evidence.document import Block, Document, Section
from lrs.evidence.material import (
    Listed,
    Material,
    ProgrammeVersion,
    Request,
    SourceImport,
    type_1,
    type_2,
)
from lrs.evidence.piece import Piece
from lrs.evidence.sheet import Sheet
from lrs.evidence.sheets import tables
from lrs.evidence.tally import Tally
from lrs.freezing import Frozen
from lrs.known import Asked
from lrs.quarters import Quarter
from lrs.register.columns import Cell
from lrs.register.counting import Figures
from lrs.reviews import Action, Closed, Decision, Meeting, Review, SignOff
from lrs.xapi.store import Store

Named = dict[str, Cell]


@dataclass(frozen=True)
class Pack:
    """All of it: material, tally, and every sheet with its rows."""

    material: Material
    piece: Piece
    tally: Tally
    sheets: Mapping[str, Sheet]

    def rows(self, name: str) -> list[Named]:
        """The rows of a sheet by the names of their columns."""
        sheet = self.sheets[name]
        names = [each.name for each in sheet.columns]
        return [dict(zip(names, cells, strict=True)) for cells in sheet.rows]

    def column(self, name: str, column: str) -> list[Cell]:
        """One column."""
        return [row[column] for row in self.rows(name)]

    def document(self) -> Document:
        """The document."""
        return chapters.document(self.material, self.tally, self.sheets)

    def weaknesses(self) -> dict[str, Cell]:
        """Their counts by code."""
        return {str(row["code"]): row["count"] for row in self.rows("weaknesses")}

    def figures(self) -> dict[str, Cell]:
        """Their values by name."""
        return {str(row["name"]): row["value"] for row in self.rows("figures")}


def packed(material: Material, piece: Piece) -> Pack:
    """The pack of one piece that has everybody."""
    tally = Tally()
    tally.add(piece)
    sheets = {each.name: each for each in tables.whole(material, tally)}
    for each in tables.streamed(material):
        rows = tuple(tuple(cells) for cells in each.rows(piece, material))
        sheets[each.form.name] = each.form.sheet(material, rows)
    return Pack(material, piece, tally, sheets)


def asked_of(store: Store, request: Request, reviews: Sequence[Any] = ()) -> Pack:
    """The pack of a store."""
    with store.reading() as connection:
        what = gathering.material(connection, request, reviews)
        asked = Asked(request.period, request.as_of, request.known)
        answer = known.register(connection, asked)
    return packed(what, Piece(answer, what.exercises, what.files))


def by_hand(answer: Made, design: bool = False, **more: Any) -> Pack:
    """The pack of a register that was made by hand; `more` is other material."""
    question = answer.question
    first, last = question.period
    assert last is not None
    asked = type_1(last, KNOWN) if design else type_2(first, last, KNOWN, question.as_of)
    what = Material(asked, versions(answer), (), EXERCISES, {}, (), (), (), 0, 9, "1.2.3")
    what = replace(what, **more)
    return packed(what, Piece(answer, what.exercises, what.files))


def versions(answer: Made) -> tuple[ProgrammeVersion, ...]:
    """The programme's versions of a register made by hand, published in December before."""
    return tuple(
        ProgrammeVersion(
            *(each.number, each.number, 1_766_000_000_000_000, each.starts, "noor"),
            *("e" * 64, b"programme: example\n", {"programme": "example"}, each.programme),
        )
        for each in answer.question.versions
    )


def roster(as_of: str, seq: int = 3, **more: Any) -> SourceImport:
    """A roster that was imported; three rows, all of them taken."""
    told = SourceImport(
        *(seq, KNOWN, "noor", f"people-{as_of}.csv", "a" * 64, "plain", "b" * 64, day(as_of)),
        *("Europe/Berlin", 3, 3, ()),
    )
    return replace(told, **more)


def built(slug: str, *criteria: str) -> Listed:
    """An exercise in the catalogue, with one objective."""
    objective = {"id": "look", "title": "Look first", "must": True, "criteria": list(criteria)}
    entry = {"slug": slug, "title": EXERCISES[slug].title, "version": "1.0.0", "minutes": 4}
    return Listed(2, KNOWN, {**entry, "objectives": [objective]})


# A management review.


def review(quarter: int, *actions: Action, signed: bool = True, **more: Any) -> Review:
    """A review of a quarter of 2026, signed by Dana unless it is said that it isn't."""
    when = Quarter(2026, quarter)
    figures = Figures({"population": 3}, {"bucket": {"everyone": {"met": 2, "late": 1}}})
    last = when.days.last
    assert last is not None
    asked = ("Security", "Europe/Berlin", when.days, last, KNOWN, 7, "lrs register show", "c" * 64)
    frozen = Frozen(*asked, (), figures, attendees=("Dana", "Noor"))
    decided = Decision(20, last, "dana", "Reminders go out twice.", 1, signed)
    sign = SignOff(21, last, "dana", "CISO", "It is as it was.", 1, "d" * 64, 20, True, True)
    sign_offs = (sign,) if signed else ()
    meetings = (Meeting(22, last, "dana", "In the office.", 1, signed, "Dana Weiss, Ana Ruiz"),)
    told = (frozen, meetings, (decided,), actions, sign_offs, (), "d" * 64, False)
    return replace(Review(19, when, 1, KNOWN, last, "noor", *told), **more)


def action(due: str, closed: str = "") -> Action:
    """Something that Noor was to do."""
    end = Closed(31, day(closed), "noor", "Done.") if closed else None
    return Action(30, day("01-10"), "dana", "Tell Docebo.", "noor", day(due), 1, True, end)


# What is in a document.


def blocks(some: Sequence[Block]) -> list[Block]:
    """All blocks, those of sections too."""
    found: list[Block] = []
    for each in some:
        found.append(each)
        if isinstance(each, Section):
            found += blocks(each.blocks)
    return found

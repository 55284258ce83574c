"""Documents for the tests of print, and their pages as a reader or a screen reader finds them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pikepdf
import pypdfium2

from lrs.evidence import pdf
from lrs.evidence.document import Attachment, Bars, Block, Chapter, Document, Facts
from lrs.evidence.sheet import Sheet
from lrs.register.columns import Cell, Column

DAY = date(2026, 12, 31)
PERSON = Column("person", "Person", "text", 10, "HR id.")
NAME = Column("name", "Name", "text", 20, "As HR writes it.")
VERDICT = Column("verdict", "Verdict", "text", 10, "As of the day.")
SCORE = Column("score", "Score", "number", 8, "Of 100.")
DUE = Column("due", "Due", "day", 12, "The day.")

BARS = Bars(
    "Verdicts by month",
    "March has most late ones.",
    ["January", "February", "March"],
    [("met", [480, 455, 489]), ("late", [10, 12, 41]), ("failed", [0, 0, 1])],
    "obligations",
    "Month",
)
FILES = [
    Attachment("register.csv", b"person\r\nP1\r\n", "text/csv", "The register"),
    Attachment("register.json", b"{}", "application/json", "The same, typed"),
]


def sheet(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str = "Some rows"
) -> Sheet:
    """A sheet that says where its rows are from."""
    return Sheet("some-rows", title, tuple(columns), rows, "All rosters of 2026.", "One a person.")


def document(*blocks: Block, attachments: Sequence[Attachment] = ()) -> Document:
    """A document of one chapter."""
    return Document(
        title="Evidence of training",
        subtitle="For the year 2026",
        organisation="Northwind Freight",
        day=DAY,
        cover=Facts([("Population", "number", 1240)]),
        chapters=[Chapter("What was found", "Nobody was left out.", blocks, ("CC2.2",))],
        attachments=attachments,
    )


def printed(given: Document) -> bytes:
    """The document as it is written."""
    out = io.BytesIO()
    pdf.write(given, out)
    return out.getvalue()


def pages(content: bytes) -> list[str]:
    """The text of each page, in the order in which it is drawn, as one line."""
    with pypdfium2.PdfDocument(content) as opened:
        texts = [page.get_textpage().get_text_range() for page in opened]
    # A hyphen at the end of a line is told as U+FFFE or U+0002 by pdfium; we never add any.
    return [" ".join(text.replace("\ufffe", "-").replace("\x02", "-").split()) for text in texts]


@dataclass(frozen=True)
class Tag:
    """An element of the structure, as a screen reader goes through it."""

    name: str
    element: pikepdf.Object
    inside: list[Tag]

    def all(self, *names: str) -> Iterator[Tag]:
        """Those of the names, in reading order."""
        if self.name in names:
            yield self
        for each in self.inside:
            yield from each.all(*names)


def structure(opened: pikepdf.Pdf) -> Tag:
    """The structure of the document from its root."""
    return Tag("root", opened.Root.StructTreeRoot, list(_tags(opened.Root.StructTreeRoot.K)))


def _tags(kids: pikepdf.Object) -> Iterator[Tag]:
    if isinstance(kids, pikepdf.Array):
        for each in kids:
            yield from _tags(each)
    elif isinstance(kids, pikepdf.Dictionary) and "/S" in kids:
        inside = list(_tags(kids.K)) if "/K" in kids else []
        yield Tag(str(kids.S).removeprefix("/"), kids, inside)

"""What a document says of itself at its end: how it is set, what it carries, what it spelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from unicodedata import category, name

from lrs.evidence.document import Attachment, Block, Chapter, Document, Table, Text
from lrs.evidence.sheet import Sheet
from lrs.register.columns import Column

_LEAD = "How it is set, which files it carries, and what it could not print as it was written."
_ABOUT = (
    "This document was written as PDF/A-3a, for keeping, and PDF/UA-1, so that it can be read "
    "aloud: its headings, tables and charts are marked as such, and every chart has the same "
    "figures beside it as a table. What its tables hold is also in files for programs, made from "
    "the same figures. Days are written year, month, day; instants are in UTC, and are printed to "
    "the second."
)
_SPELLED = (
    Column("number", "Number", "text", 10, "Of the character in Unicode."),
    Column("name", "Name", "text", 40, "Of the character in Unicode."),
    Column("texts", "Texts", "number", 8, "In how many texts of this document it stands."),
)
_CARRIED = (
    Column("name", "File", "text", 24, "Its name."),
    Column("describes", "What it holds", "text", 40, "In words."),
    Column("type", "Type", "text", 20, "Its media type."),
    Column("bytes", "Bytes", "number", 10, "How long it is."),
    Column("sha256", "SHA-256", "text", 64, "Digest of its bytes."),
)
_NAMELESS = {  # by the category that Unicode puts them in
    "Cc": "control character",
    "Cs": "half of a character (surrogate)",
    "Co": "private use",
}


def chapter(document: Document, spelled: Mapping[str, int]) -> Chapter:
    """The last chapter; `spelled` has the characters that could not be printed, and how often."""
    blocks: list[Block] = [Text(_ABOUT)]
    if document.attachments:
        blocks.append(Table(_carried(document.attachments)))
    if spelled:
        blocks.append(Table(_spelled(spelled)))
    return Chapter("About this document", _LEAD, blocks)


def _carried(files: Sequence[Attachment]) -> Sheet:
    rows = [
        (each.name, each.describes, each.media_type, len(each.content), sha256(each.content))
        for each in files
    ]
    return Sheet(
        "attachments",
        "Files that this document carries",
        _CARRIED,
        [(*row[:4], row[4].hexdigest()) for row in rows],
        "All files attached to this document.",
        "Sizes and digests are of the bytes as they were attached.",
    )


def _named(letter: str) -> str:
    return name(letter, _NAMELESS.get(category(letter), "not assigned"))


def _spelled(spelled: Mapping[str, int]) -> Sheet:
    rows = [(f"U+{ord(each):04X}", _named(each), spelled[each]) for each in sorted(spelled)]
    return Sheet(
        "spelled",
        "Characters that are printed as their numbers",
        _SPELLED,
        rows,
        "Every text of this document.",
        "No font at hand draws them, or they have no shape. In the CSV and JSON files they stand "
        "as they were received.",
    )

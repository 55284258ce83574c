"""The chapters that close the document: reviews, weaknesses, figures, the seal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from lrs.evidence.document import Block, Chapter, Facts, Section, Text
from lrs.evidence.sheets.reviews import NO_REVIEW, reviewed
from lrs.evidence.telling.book import Book, Named

_PARTS = {
    "design": "Of the design",
    "population": "Of the population and its sources",
    "operation": "Of operation",
}


def reviews(book: Book) -> Chapter:
    """The management's review of each quarter."""
    blocks: list[Block] = [
        Text(
            "Once a quarter the programme's owner and the management look at its figures. These "
            "are frozen when the review is opened and not counted again; decisions, actions and "
            "signatures are records with a name and a time."
        ),
        book.facts("reviews"),
        *book.table(
            "reviews",
            *("quarter", "edition", "state", "met", "attendees", "decisions", "open_actions"),
            *("signed_by", "signed"),
        ),
        *(Section(name, [*_quarter(book, name)]) for name in reviewed(book.material)),
    ]
    return book.chapter(
        "Management reviews",
        "What the management saw each quarter, what it decided, and who has signed.",
        blocks,
        "reviews",
    )


def _quarter(book: Book, quarter: str) -> Iterator[Block]:
    if not reviewed(book.material)[quarter]:
        yield Text(f"{NO_REVIEW[:1].upper()}{NO_REVIEW[1:]}.")
        return
    for name, what, wanted, columns in _OF_A_REVIEW:
        title = f"{what} of the review of {quarter}"

        def of_it(row: Named, wanted: Callable[[Named], object] = wanted) -> bool:
            return row["quarter"] == quarter and bool(wanted(row))

        yield book.some(name, title, of_it, *columns)


# Sheet, what is printed of it, which of its rows, which of its columns.
_OF_A_REVIEW: tuple[tuple[str, str, Callable[[Named], object], tuple[str, ...]], ...] = (
    ("review-figures", "Figures", lambda row: row["by"] is None, ("figure", "value")),
    (
        "review-figures",
        "Counts, those that are not 0,",
        lambda row: row["by"] is not None and row["value"],
        ("by", "of", "figure", "value"),
    ),
    ("review-decisions", "Decisions", lambda _: True, ("day", "by", "decision", "signed")),
    (
        "review-actions",
        "Actions",
        lambda _: True,
        ("action", "owner", "due", "closed", "outcome", "late"),
    ),
)


def weaknesses(book: Book) -> Chapter:
    """All that we know to be wrong or missing."""
    blocks: list[Block] = [
        Text(
            "This is what an auditor would find, found by us first. Each is counted from the same "
            "figures as the rest; none is written by hand, and those that were not found are "
            "listed with a 0. What isn't in the list was not looked for."
        ),
        book.facts("weaknesses-looked-for", "weaknesses"),
    ]
    there = {str(row["part"]) for row in book.rows("weaknesses")}
    for part, title in _PARTS.items():
        if part in there:
            columns = ("weakness", "count", "of", "unit", "means", "sheet")
            named = f"Weaknesses: {title[:1].lower()}{title[1:]}"
            table = book.some("weaknesses", named, partial(_is_of, part), *columns)
            blocks.append(Section(title, [table]))
    return book.chapter(
        "Known weaknesses", "What we know to be wrong, missing or weak.", blocks, "weaknesses"
    )


def _is_of(part: str, row: Named) -> bool:
    return row["part"] == part


def figures(book: Book) -> Chapter:
    """How each figure was made."""
    return book.chapter(
        "How each figure was made",
        "What is counted for each figure of this document, and in which sheet to count it again.",
        [*book.table("figures", "figure", "value", "unit", "made", "sheet")],
        "figures",
    )


def seal(book: Book) -> Chapter:
    """What keeps all of it from being changed unseen."""
    blocks: list[Block] = [
        Text(
            "Everything that is received becomes a record of one log, and is never changed there: "
            "a correction is another record. Each record is a leaf of a Merkle tree as RFC 9162 "
            "defines it; the head of the tree is signed with Ed25519. Whoever has the head can "
            "prove of any record that it is in the log, and of two heads that the later log has "
            "all of the earlier one."
        ),
        Text(
            "The manifest of the pack has the digest of each file and is signed with the same key. "
            "The key's public half is in seal/keys.json; compare it with one that you got in "
            "another way."
        ),
        book.facts("records"),
    ]
    if book.seal:
        blocks.append(Facts(book.seal))
    return Chapter(
        "The seal", "What keeps all of this from being changed without anybody seeing it.", blocks
    )

"""The chapters that open the document: how to read it, how to check it, what came out."""

from __future__ import annotations

from collections.abc import Iterator

from lrs.evidence.document import Bars, Block, Chapter, Facts, Section, Table, Text
from lrs.evidence.sheets.making import days_of, during
from lrs.evidence.sheets.weakness import OPERATION
from lrs.evidence.telling.book import Book, whole
from lrs.register.columns import Cell, Kind

_TYPE_1 = (
    "This document describes the design of the security awareness programme on {day}: who has "
    "access, what is asked of whom, by when, and what follows if it isn't done. It says nothing of "
    "what came of it; for that, a Type II pack is made over a period."
)
_TYPE_2 = (
    "This document says what the security awareness programme asked of everybody with access in "
    "{days}, and what came of it: who met what and when, what was late or missing, and how far the "
    "evidence can be trusted. It begins with people and their access, not with completions, so "
    "that somebody who never trained is in it."
)
_ORDER = (
    "Everything in it was counted by a program from one log of records, and nothing was written "
    "by hand. Each table is a sheet of the pack, or the part of one that can be printed; under it "
    "stands what was searched and how it was made. What we know to be wrong or missing has a "
    "chapter of its own: Known weaknesses."
)
_TIMES = (
    "Two times play a part: when something was so, and when it became known. Verdicts are as of a "
    "day; what is known is as of an instant. What came into the log after that instant is not in "
    "here, even if it tells of an earlier day."
)
_CRITERIA = (
    "Criteria beside a chapter are those of SOC 2 that we read it to speak to, paraphrased in our "
    "own words. ISO/IEC 27001:2022 stands beside them in the sheet criteria, as our own reading."
)
_CHECKS = (
    (
        "The files are what was written",
        "manifest.json has the SHA-256 of every file; manifest.sig is the signature under it. "
        "verify.py checks both with the public key, and needs no network and no account; "
        "README.txt says how.",
    ),
    (
        "The log is what it was",
        "Each record is a leaf of an append-only Merkle tree (RFC 9162). Its signed head is in "
        "seal/checkpoint.txt. Of two packs, seal/consistency.json shows that the second log only "
        "grew from the first.",
    ),
    (
        "A row is what the records say",
        "Draw a sample from the register or the population, by any method. For each person drawn, "
        "the trace shows the records behind each row, each with the proof that it is in the log.",
    ),
    (
        "The population is whole",
        "Ask HR for a roster of your own, and compare it with the sheet population: windows of "
        "access, joiners and leavers. The sheet completeness names each file that it came from, "
        "with its SHA-256 and its rows in and out.",
    ),
    (
        "A figure is what it is said to be",
        "The chapter How each figure was made says what is counted for each, and in which sheet it "
        "can be counted again. A spreadsheet will do.",
    ),
)


def cover(book: Book) -> Facts:
    """What stands on the cover."""
    asked, material = book.material.asked, book.material
    current = material.current
    found: list[tuple[str, Kind, Cell]] = [("Report", "text", f"SOC 2 {asked.type}")]
    if asked.operating:
        found += [("Period from", "day", asked.period.first), ("Period to", "day", asked.last)]
        found.append(("Verdicts as of", "day", asked.as_of))
    else:
        found.append(("Design as of", "day", asked.last))
    title = current.programme.title if current else "none in force"
    owner = current.programme.owner if current else None
    found += [
        ("Programme", "text", title),
        ("Its owner", "text", owner),
        ("Days are those of", "text", material.zone),
        ("As it was known (UTC)", "instant", asked.known),
        ("Newest record looked at", "number", material.newest),
        ("Written by", "text", f"scormkit {material.software}"),
    ]
    return Facts(found)


def reading(book: Book) -> Chapter:
    """How to read the document, and how to check it."""
    asked = book.material.asked
    text = _TYPE_2 if asked.operating else _TYPE_1
    blocks: list[Block] = [
        Text(text.format(day=asked.last, days=days_of(book.material))),
        Text(_ORDER),
        Text(_TIMES if asked.operating else _TIMES.replace("Verdicts are", "The design is")),
        Text(_CRITERIA),
        Section("How to check it without us", [Text(f"{t}. {s}") for t, s in _checks(book)]),
        Section("What is in the pack", list(book.table("index", "file", "what", "criteria"))),
    ]
    return book.chapter(
        "How to read this document",
        "What it is, how to check it, and where each thing is.",
        blocks,
    )


def _checks(book: Book) -> Iterator[tuple[str, str]]:
    for title, says in _CHECKS:
        if book.material.asked.operating or "A row" not in title:
            yield title, says


def glance(book: Book) -> Chapter:
    """The period on two pages: the figures, a chart, and what was found against us."""
    blocks: list[Block] = [
        Section(
            "People",
            [book.facts("people", "windows", "external-windows", "joiners", "leavers")],
        ),
        Section("Obligations and their verdicts", [*_verdicts(book)]),
        Section(
            "Coverage and exceptions",
            [
                Text(
                    "A day of access is covered if nothing asked of the person is open past its "
                    "due day on it. An exception is an obligation that was not met in time."
                ),
                book.facts(
                    *("access-days", "uncovered-days", "covered", "uncovered-people"),
                    *("exceptions", "exceptions-open", "exceptions-remediated"),
                    *("exceptions-accepted", "median-days", "longest-days"),
                ),
            ],
        ),
        Section("What was found against us", [*_against(book)]),
    ]
    return book.chapter(
        "The period at a glance",
        f"What was asked {during(book.material)}, and what came of it.",
        blocks,
        *("register", "exceptions", "weaknesses"),
    )


_JUDGED = (
    "Judged are obligations that are neither excused nor pending. Met in time and in the end are "
    "shares of these; the second has the late ones, too."
)


def _verdicts(book: Book) -> Iterator[Block]:
    names = [name for name in book.values if name.startswith("verdict-")]
    yield book.facts("obligations", *names, "judged", "in-time", "in-the-end")
    yield Text(_JUDGED)
    yield by_month(book)


def by_month(book: Book) -> Bars:
    """Verdicts by the month of the due day."""
    rows = [row for row in book.rows("months") if row["due"] is not None]
    labels = [str(row["month"]) for row in rows]
    series = [(name, [sum(whole(row[e]) for e in some) for row in rows]) for name, some in GROUPS]
    return Bars(
        "What came of what was due, by month of the due day",
        _seen(labels, series),
        labels,
        series,
        "obligations",
        "Month",
    )


GROUPS = (
    ("Met in time", ("met",)),
    ("Late", ("late",)),
    ("Overdue, failed or unverified", ("overdue", "failed", "unverified")),
    ("Excused or pending", ("excused", "pending")),
)


def _seen(labels: list[str], series: list[tuple[str, list[int]]]) -> str:
    """What one sees in the chart."""
    totals = [sum(values) for values in zip(*(values for _, values in series), strict=True)]
    if not any(totals):
        return "Nothing was due in any month of the period."
    most = max(range(len(totals)), key=totals.__getitem__)
    words = [f"Most was due in {labels[most]}: {totals[most]:,} obligations."]
    for name, values in series[1:3]:
        worst = max(range(len(values)), key=values.__getitem__)
        if values[worst]:
            words.append(f"{name}: at most {values[worst]:,} of one month, {labels[worst]}.")
        else:
            words.append(f"{name}: none.")
    return " ".join(words)


def _against(book: Book) -> Iterator[Block]:
    yield Text(
        f"Of {book.told('weaknesses-looked-for')} weaknesses that are looked for, "
        f"{book.told('weaknesses')} were found at least once. Those of operation that were found "
        "are these; the chapter Known weaknesses has all of them, and those that were not found."
    )
    yield found(book)


def found(book: Book) -> Table:
    """The weaknesses of operation that were found."""
    return book.some(
        "weaknesses",
        "Weaknesses of operation that were found",
        lambda row: row["part"] == OPERATION and bool(row["count"]),
        *("weakness", "count", "of", "unit", "sheet"),
    )

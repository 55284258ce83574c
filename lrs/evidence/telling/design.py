"""The chapters of the design: the programme, the curriculum, its versions, its notices."""

from __future__ import annotations

from collections.abc import Iterator

from lrs.evidence.document import Block, Chapter, Section, Text
from lrs.evidence.material import ProgrammeVersion
from lrs.evidence.sheets.programme import SOFTWARE
from lrs.evidence.telling.book import Book, Named

_NONE = "No version of the programme was in force: nothing was asked of anybody."
_PARTS = {
    "Scope": "Who is in scope",
    "Curriculum": "What is asked, and when",
    "Completion": "When it counts as done",
    "Remediation": "After a fail",
    "Notices": "How people are told",
    "Escalation": "What happens when it isn't done",
}


def programme(book: Book) -> Chapter:
    """The programme in words, as of the last day."""
    current = book.material.current
    blocks = list(_programme(book, current)) if current else [Text(_NONE)]
    return book.chapter(
        "The programme",
        "Who must complete what, by when, when it counts, and what follows if they don't.",
        blocks,
        "programme",
    )


def _programme(book: Book, current: ProgrammeVersion) -> Iterator[Block]:
    rows = [row for row in book.rows("programme") if row["version"] == current.number]
    said = {row["path"]: str(row["says"]) for row in rows if row["part"] == "Programme"}
    yield Text(
        f"{said['title']}. Owner: {said['owner']}. What follows are the words of version "
        f"{current.number}, which is in force since {current.starts}, made from its text; the text "
        f"itself is {current.file}."
    )
    if len(book.material.effective) > 1:
        yield Text(
            "Other versions were in force in the period. The sheet programme has their words, and "
            "the chapter Versions of the programme what changed."
        )
    if "description" in said:
        yield Text(said["description"])
    for part, title in _PARTS.items():
        yield Section(title, [Text(_line(row)) for row in rows if row["part"] == part])
    rules = [row for row in rows if row["path"] == SOFTWARE]
    yield Section(
        "What holds of every programme", [Text(f"{row['part']}. {row['says']}") for row in rules]
    )


def _line(row: Named) -> str:
    return f"{row['says']} ({row['path']})"


def curriculum(book: Book) -> Chapter:
    """Role, exercise, objective, criterion."""
    current = book.material.current
    number = current.number if current else None
    blocks: list[Block] = [
        Text(
            "Each exercise is a story with decisions. Its objectives are what it trains; the "
            "criteria that an objective serves are named by its author."
        ),
        book.facts("exercises"),
        book.some(
            "curriculum",
            f"Curriculum map, version {number}" if number else "Curriculum map",
            lambda row: row["version"] == number,
            *("bucket_title", "occasion", "within", "title", "objective_title", "criterion"),
        ),
        Section(
            "Criteria, and where to look for them",
            [
                Text(
                    "Which sheet and which exercise speaks to which criterion is our reading. "
                    "What a criterion asks for is paraphrased. ISO/IEC 27001:2022 stands beside, "
                    "as our reading alone: no official mapping of it is used."
                ),
                *book.table("criteria", "framework", "criterion", "asks", "sheets", "exercises"),
            ],
        ),
    ]
    return book.chapter(
        "Curriculum map",
        "Which role gets which exercise, what it trains, and which criterion that serves.",
        blocks,
        "curriculum",
    )


def versions(book: Book) -> Chapter:
    """The versions, and what changed from one to the next."""
    blocks: list[Block] = [
        Text(
            "A published version can't be changed; another takes its place from a day on. What was "
            "asked of somebody keeps the version in force on the day that it comes from."
        ),
        book.facts("versions"),
        *book.table(
            "programme-versions",
            *("version", "in_force_from", "in_force_to", "published", "by", "days_after"),
            *("sha256", "record"),
        ),
        Section("What changed", list(book.table("programme-changes"))),
    ]
    return book.chapter(
        "Versions of the programme",
        "Each version with its days, who published it and when, and how it differs.",
        blocks,
        *("programme-versions", "programme-changes"),
    )


def notices(book: Book) -> Chapter:
    """What is meant to be sent; and what was, as far as it is on record."""
    current = book.material.current
    number = current.number if current else None
    design: list[Block] = [
        book.some(
            "templates",
            f"Notices and escalation, version {number}" if number else "Notices and escalation",
            lambda row: row["version"] == number,
            *("notice", "occasion", "to", "subject", "text"),
        )
    ]
    if not book.material.asked.operating:
        return book.chapter(
            "Notices and escalation",
            "Which notices the programme means to send, to whom, when, in which words.",
            design,
            "templates",
        )
    blocks: list[Block] = [
        Section("What is on record as sent", list(book.table("communications"))),
        Section("What is meant to be sent", design),
    ]
    return book.chapter(
        "Communications",
        "Which notices are on record as sent, and which the programme means to send.",
        blocks,
        *("communications", "templates"),
    )

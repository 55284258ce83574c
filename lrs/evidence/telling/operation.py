"""The chapters of operation: results, coverage, exceptions, roles, refresh, evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lrs.evidence.document import Bars, Block, Chapter, Section, Text
from lrs.evidence.telling.book import Book, whole
from lrs.evidence.telling.opening import GROUPS, by_month

_COUNTED = ("owed", "met", "late", "overdue", "failed", "unverified", "excused", "pending")
_VERDICTS = (
    ("met", "a pass that counts came on or before the due day."),
    ("late", "it came after the due day. Late stays late; the exception is remediated."),
    ("overdue", "the due day has passed and nothing came. The exception is open."),
    ("failed", "it was attempted and not passed, whether it is due or not."),
    ("excused", "a ruling excuses it, leave stands over it, or access ended before it was due."),
    ("pending", "it was not due by the day of the verdicts."),
    ("unverified", "somebody says that it was passed, and nothing that says so counts."),
)


def results(book: Book) -> Chapter:
    """Verdicts, by exercise and reason, and the register itself."""
    blocks: list[Block] = [
        Section("What the verdicts mean", [Text(f"{n}: {says}") for n, says in _VERDICTS]),
        book.facts(
            "obligations",
            *(f"verdict-{name}" for name, _ in _VERDICTS),
            *("judged", "in-time", "in-the-end", "nothing-owed"),
        ),
        Text(
            "The chart has the obligations that were due in a month of the period. What was due "
            "before it and still open in it, is due after it, or has no due day while a leave "
            "goes on, is in the register and in the figures above, and not in the chart."
        ),
        by_month(book),
        Section("By exercise and reason", list(book.table("results", "title", "reason", *_SOME))),
        Section("By role", [by_role(book)]),
        Section(
            "The register",
            [
                Text(
                    "A row for each obligation of each person, with its evidence down to the "
                    "record in the log. Here are a few of its columns."
                ),
                *book.table(
                    "register",
                    *("person", "name", "exercise", "reason", "due", "verdict", "completed"),
                    *("provenance", "sides", "record"),
                ),
            ],
        ),
    ]
    return book.chapter(
        "Completion",
        "What came of every obligation, and by what rule that is said.",
        blocks,
        *("register", "results"),
    )


_SOME = (*_COUNTED, "judged", "in_time")


def by_role(book: Book) -> Bars:
    """Verdicts by bucket."""
    found: dict[str, Counter[str]] = {}
    for row in book.rows("role-depth"):
        there = found.setdefault(str(row["bucket"]), Counter())
        there.update({name: whole(row[name]) for _, some in GROUPS for name in some})
    labels = list(found)
    series = [(n, [sum(found[b][e] for e in some) for b in labels]) for n, some in GROUPS]
    totals = {bucket: sum(there.values()) for bucket, there in found.items()}
    most = max(labels, key=lambda bucket: totals[bucket], default="")
    seen = f"The bucket with the most is {most}: {totals[most]:,}." if most else "No bucket."
    title = "What came of what was asked of each bucket"
    return Bars(title, seen, labels, series, "obligations", "Bucket")


def coverage(book: Book) -> Chapter:
    """Which days of access were covered, and which were not."""
    days = [row for row in book.rows("coverage") if row["note"]]
    blocks: list[Block] = [
        Text(
            "A day of somebody's access is covered if nothing asked of them is open past its due "
            "day on it. A late completion doesn't cover the days before it. The sheet coverage has "
            "each day of the period."
        ),
        book.facts("access-days", "uncovered-days", "covered", "uncovered-people"),
        _uncovered(book),
        Section("Days that nobody covered", [*_nobody(book, bool(days))]),
    ]
    return book.chapter(
        "Coverage, day by day",
        "On which days of their access people were covered, and which days nobody covered.",
        blocks,
        "coverage",
    )


def _uncovered(book: Book) -> Bars:
    rows = [row for row in book.rows("months") if row["due"] is not None]
    labels = [str(row["month"]) for row in rows]
    values = [whole(row["uncovered_days"]) for row in rows]
    most = max(range(len(values)), key=values.__getitem__, default=0)
    seen = "Every day of access was covered."
    if any(values):
        seen = f"The month with the most is {labels[most]}: {values[most]:,} person-days."
    title = "Days of access that were not covered, by month"
    return Bars(title, seen, labels, [("Not covered", values)], "person-days", "Month")


def _nobody(book: Book, any_day: bool) -> Iterator[Block]:
    yield Text(
        "Days on which no programme was in force, nobody had access, or everybody with access had "
        "something open; and days of the period that are not asked about yet."
        if any_day
        else "There is none: on each day of the period a programme was in force, and somebody with "
        "access was covered."
    )
    if any_day:
        title = "Days of the period that nobody covered"
        yield book.some("coverage", title, lambda row: bool(row["note"]))


def exceptions(book: Book) -> Chapter:
    """What was not met in time, and what became of it."""
    blocks: list[Block] = [
        Text(
            "An exception opens on the day after the due day of an obligation that is neither met "
            "in time nor excused. A pass that counts remediates it on that day; a ruling may "
            "accept it, with a name and a reason; else it is open. Days count from the due day."
        ),
        book.facts(
            *("exceptions", "exceptions-open", "exceptions-remediated", "exceptions-accepted"),
            *("median-days", "longest-days", "uncovered-people"),
        ),
        Section("By exercise, with times", list(book.table("remediation"))),
        Section(
            "Each of them",
            list(
                book.table(
                    "exceptions",
                    *("person", "name", "exercise", "due", "verdict", "exception", "escalated"),
                    *("remediated", "accepted_by", "days_late", "uncovered_days"),
                )
            ),
        ),
    ]
    return book.chapter(
        "Exceptions and their remediation",
        "What was not met in time, how long it stayed open, and who accepted what.",
        blocks,
        *("exceptions", "remediation"),
    )


def roles(book: Book) -> Chapter:
    """What each bucket got that others did not."""
    blocks: list[Block] = [
        Text(
            "An obligation that is owed for several buckets counts in each of them, so these "
            "counts add up to more than the register's rows."
        ),
        *book.table(
            "role-depth",
            *("bucket_title", "members", "title", "criteria", "only_here", "people"),
            *("owed", "met", "late", "judged", "in_time"),
        ),
    ]
    return book.chapter(
        "Depth by role",
        "Which exercises a role got that others did not, and what came of them.",
        blocks,
        "role-depth",
    )


def refresh(book: Book) -> Chapter:
    """What comes again, by month."""
    blocks: list[Block] = [*book.table("refresh", "month", "title", *_SOME)]
    return book.chapter(
        "Refresh",
        "What comes again by the programme's calendar, by the month in which it was due.",
        blocks,
        "refresh",
    )


def months(book: Book) -> Chapter:
    """The summary of each month."""
    blocks: list[Block] = [
        *book.table(
            "months",
            *("month", "access", "joined", "left", "assigned", "due", "met", "late"),
            *("completed", "opened", "remediated", "open_at_end", "uncovered_days", "covered"),
        )
    ]
    return book.chapter(
        "Month by month",
        "People, obligations, exceptions and coverage of each month.",
        blocks,
        "months",
    )


def evidence(book: Book) -> Chapter:
    """Where results come from, how far they can be trusted, and what was ruled."""
    blocks: list[Block] = [
        Text(
            "Results come from two sides: what the exercise's player says itself, in statements "
            "that carry the path of decisions, and what an LMS exports. A statement's path is "
            "played again by the rules of the version that it names; if score and result aren't "
            "the same, it is kept and doesn't count. What a person set by hand counts and is weak; "
            "what an LMS waives counts only by the programme or a ruling, and is weak."
        ),
        Section("By provenance", list(book.table("evidence"))),
        Section("Played again", [book.facts("attempts"), *book.table("replays")]),
        Section(
            "What was ruled",
            [
                Text("Whoever ruled has given a name and a reason; a ruling can't be changed."),
                book.facts("rulings"),
                *book.table(
                    *("rulings", "ruling", "at", "kind", "subject", "why", "by", "withdrawn_by")
                ),
            ],
        ),
    ]
    return book.chapter(
        "Evidence, and how far it can be trusted",
        "Where each result comes from, what its replay came to, and what people decided.",
        blocks,
        *("evidence", "replays", "rulings"),
    )


def reconciliation(book: Book) -> Chapter:
    """HR, directory, LMS and LRS beside each other; and names that mean nobody."""
    blocks: list[Block] = [
        Text(
            "HR's rosters say who there is, an LMS and the player say who did what. Who is in one "
            "and not in the other is named in the sheet reconciliation-people."
        ),
        *book.table("reconciliation"),
        Section(
            "Names that mean nobody",
            [
                book.facts("unresolved"),
                *book.table("unresolved", "kind", "called", "since", "attempts"),
            ],
        ),
    ]
    return book.chapter(
        "Reconciliation",
        "HR, directory, LMS and LRS beside each other: who is in one and not in the other.",
        blocks,
        *("reconciliation", "unresolved"),
    )

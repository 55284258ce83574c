"""The columns of the register, in their order, and what each means."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["text", "day", "instant", "number"]
Cell = str | int | float | date | None  # of an instant: microseconds in UTC


class Column(NamedTuple):
    """`name` is for programs, `title` for people; `width` in characters, for workbooks."""

    name: str
    title: str
    kind: Kind
    width: int
    means: str


WHO = (
    Column("person", "Person", "text", 10, "HR id; of several that were merged, the surviving."),
    Column("name", "Name", "text", 20, "As of the day of assignment, as are the next four."),
    Column("kind", "Kind", "text", 11, "Employee, contractor, intern or vendor."),
    Column("roles", "Roles", "text", 18, "The roles that HR gave."),
    Column("manager", "Manager", "text", 10, "HR id."),
    Column("manager_name", "Manager's name", "text", 20, "Where it is known."),
    Column("window", "Access window", "number", 9, "Which of the person's; 2 is a rehire."),
    Column("access_from", "Access from", "day", 12, "First day of that window."),
    Column("access_to", "Access to", "day", 12, "Its last day; empty while it is open."),
    Column("hired", "Hired", "day", 12, "The first day as HR has it; access may begin on another."),
)
OWED = (
    Column("exercise", "Exercise", "text", 22, "By its slug; behind a / the variant."),
    Column("title", "Title", "text", 24, "Of the newest version in the catalogue."),
    Column("criteria", "Criteria", "text", 20, "That its objectives name."),
    Column("reason", "Reason", "text", 14, "Why it is owed; several if it is for several."),
    Column("bucket", "Bucket", "text", 14, "For whose curriculum."),
    Column("rule", "Rule", "text", 34, "Its path in the programme."),
    Column("programme", "Programme", "number", 11, "Version: that in force on the day."),
    Column("assigned", "Assigned", "day", 12, "The day it comes from."),
    Column("opens", "Opens", "day", 12, "A completion from this day on counts."),
    Column("announced", "Announced due", "day", 12, "The due day that the person is told."),
    Column("due", "Due", "day", 12, "With grace and leave; empty while on leave without an end."),
)
CAME = (
    Column("verdict", "Verdict", "text", 11, "As of the day asked about."),
    Column("completed", "Completed", "day", 12, "The day of the pass that met it, late or not."),
    Column(
        "days_late", "Days late", "number", 8, "Behind due, to the pass or the day asked about."
    ),
    Column("note", "Note", "text", 30, "What else there is to say of the verdict."),
    Column("first_launched", "First launched", "day", 12, "From the day it opens on, as told."),
    Column("attempts", "Attempts", "number", 9, "Judged ones, from the day it opens on."),
    Column("first_attempt", "First attempt", "day", 12, "Day of the first of them."),
)
EVIDENCE = (
    Column("score", "Score", "number", 7, "Points of 100 of the attempt that decided."),
    Column("pass_score", "Pass score", "number", 7, "The programme's, or else the scenario's."),
    Column("version", "Version", "text", 9, "Of the scenario; LMSs' exports tell none."),
    Column("digest", "Digest", "text", 16, "Of the scenario as it was played."),
    Column("provenance", "Provenance", "text", 14, "Statement, LMS export; weak: manual, waived."),
    Column("sides", "Sides", "text", 16, "Whether the LMS and the statement agree."),
    Column("evidence", "Evidence", "text", 24, "What rulings and traces call the attempt."),
    Column("attempt_day", "Attempt", "day", 12, "Its day, in the programme's zone."),
    Column("attempt_at", "Attempt (UTC)", "instant", 20, "Its instant, where one was told."),
    Column("precision", "Precision", "text", 10, "How exactly it was told: second, minute, day."),
    Column("original", "As written", "text", 24, "The date as the source has it, to the letter."),
    Column("original_zone", "Zone", "text", 15, "In which that was read."),
    Column("record", "Record", "number", 9, "Its number in the log of all that was received."),
    Column("source_file", "File", "text", 24, "From which it was imported."),
    Column("source_row", "Row of file", "number", 8, "Where it stands there."),
    Column("source_sha256", "SHA-256 of file", "text", 16, "So that the file can be told again."),
)
EXCEPTION = (
    Column(
        "exception", "Exception", "text", 11, "Open, remediated or accepted; called by the row."
    ),
    Column("exception_opened", "Opened", "day", 12, "The day behind due."),
    Column("escalated", "Escalated", "day", 12, "First step behind due that it reached open."),
    Column("remediated", "Remediated", "day", 12, "The day of the pass."),
    Column("accepted_by", "Accepted by", "text", 14, "Who ruled so."),
    Column("accepted_why", "Accepted because", "text", 30, "Their reason."),
    Column("accepted_on", "Accepted", "day", 12, "The day on which they did."),
    Column(
        "uncovered_from", "Uncovered from", "day", 12, "First day of access in the period on it."
    ),
    Column("uncovered_to", "Uncovered to", "day", 12, "Last such day."),
    Column("uncovered_days", "Uncovered days", "number", 9, "How many."),
)
ROW = Column("row", "Row", "text", 44, "What the row, and its exception, is called for ever.")
COLUMNS = (*WHO, *OWED, *CAME, *EVIDENCE, *EXCEPTION, ROW)
NAMES = tuple(each.name for each in COLUMNS)

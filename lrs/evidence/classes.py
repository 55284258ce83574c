"""What each column of a sheet may tell of people; one of which nobody has said it is refused."""

from __future__ import annotations

from collections.abc import Mapping

from lrs.errors import LrsError
from lrs.register.columns import Column

# What a column's texts are. Columns of days, instants and numbers name nobody and need no class.
HARMLESS = "harmless"  # no person can be in it
SCRUBBED = "scrubbed"  # words of ours, or the programme's, in which a name or mail may stand
PERSON = "person"  # an HR id
PEOPLE = "people"  # several, with commas between
NAME = "name"  # what somebody is called, by people or machines
NAMES = "names"  # several, with commas between
ROW = "row"  # what a row of the register is called: it begins with an HR id
ROWS = "rows"
EVIDENCE = "evidence"  # what an attempt is called: a statement's id is made of a login
SUBJECT = "subject"  # what a ruling is about: any of these
FILE = "file"  # a file's name, which people choose
NOTE = "note"  # the register's: a remark of ours, or somebody's reason
FREE = "free"  # text that somebody wrote

CLASSES: Mapping[str, str] = {
    **dict.fromkeys(("person", "manager"), PERSON),
    "other_ids": PEOPLE,
    **dict.fromkeys(
        (
            *("name", "manager_name", "accepted_by", "by", "owner", "signed_by", "closed_by"),
            *("identity", "called", "to", "approver", "attendee"),
        ),
        NAME,
    ),
    "attendees": NAMES,
    "row": ROW,
    "rows": ROWS,
    "evidence": EVIDENCE,
    "subject": SUBJECT,
    **dict.fromkeys(("source_file", "file"), FILE),
    "note": NOTE,
    **dict.fromkeys(
        ("accepted_why", "why", "decision", "action", "outcome", "told", "comment"), FREE
    ),
    **dict.fromkeys(
        ("says", "made", "text", "reasons", "who", "weakness", "what", "means", "reading", "asks"),
        SCRUBBED,
    ),
    **dict.fromkeys(
        (
            *("kind", "roles", "unit", "joined", "left", "records", "result", "exercises"),
            *("baseline", "part", "path", "bucket", "bucket_title", "occasion", "within"),
            *("in_turn", "exercise", "title", "exercise_version", "objective", "objective_title"),
            *("must", "criterion", "criteria", "sha256", "change", "notice", "channel"),
            *("delivered", "reason", "rule", "verdict", "provenance", "sides", "exception"),
            *("version", "digest", "precision", "original", "original_zone", "source_sha256"),
            *("only_here", "also", "month", "accepted", "meets", "finding", "replayed"),
            *("quarter", "state", "rows_sha256", "of", "figure", "signed", "late", "source"),
            *("lms", "zone", "profile", "profile_sha256", "snapshot", "adds_up", "code", "hr"),
            *("directory", "lrs", "framework", "sheet", "sheets", "leaf", "lead"),
        ),
        HARMLESS,
    ),
}
# Where a column of a sheet has something else in it than what its name stands for elsewhere.
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("figures", "made"): HARMLESS,  # ours
    ("index", "name"): HARMLESS,  # of a sheet
    ("index", "file"): HARMLESS,  # in the pack
    ("programme-versions", "file"): HARMLESS,
    ("templates", "to"): HARMLESS,  # a role
    ("templates", "subject"): SCRUBBED,
    ("review-figures", "by"): HARMLESS,  # what is counted by
    ("coverage", "note"): HARMLESS,  # ours
}


class PseudonymError(LrsError):
    """Pseudonyms can't be made so; the text says why and what to do."""


def classify(sheet: str, column: Column) -> str:
    """What is in a column of a sheet. Raises PseudonymError for one of which nobody has said it."""
    if column.kind != "text":
        return HARMLESS
    found = EXCEPTIONS.get((sheet, column.name)) or CLASSES.get(column.name)
    if found is None:
        raise PseudonymError(
            f"nobody has said what column {column.name} of the sheet {sheet} may tell of people; "
            "it needs its class in lrs/evidence/classes.py before a pack can be pseudonymised"
        )
    return found

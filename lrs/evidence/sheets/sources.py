"""Sheets of where everything comes from: files, what was left out, rulings, what doesn't fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from lrs.evidence.material import Material, SourceImport
from lrs.evidence.piece import Piece, Whose
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Streamed,
    Whole,
    day,
    during,
    instant,
    listed,
    log,
    number,
    text,
    yes,
)
from lrs.evidence.tally import DIFFER, Tally, side
from lrs.register.reconcile import AGREE, BY_HAND, LMS_ONLY, STATEMENT_ONLY
from lrs.register.rows import held
from lrs.register.sheet import Answer

NO_DIRECTORY = "none received"
HR, LMS = "HR roster", "LMS export"
SIDES = (AGREE, DIFFER, LMS_ONLY, STATEMENT_ONLY, BY_HAND)


# Files.


def _imports(material: Material, tally: Tally) -> Iterator[Cells]:
    return map(_import, _sources(material))


def _sources(material: Material) -> Sequence[SourceImport]:
    """The imports that a pack is made from: of a design, those of rosters alone."""
    return material.imports if material.asked.operating else material.rosters


def _looked_at(material: Material) -> str:
    what = "a roster or an export" if material.asked.operating else "a roster"
    return f"Every import of {what} in {log(material)}."


def _import(told: SourceImport) -> Cells:
    out = Counter[str]()
    for each in told.left_out:
        out[each.code] += each.rows
    whole = told.read == told.taken + told.known + told.rows_left_out
    return (
        told.seq,
        told.at,
        LMS if told.lms else HR,
        told.lms or None,
        told.source,
        told.sha256,
        told.as_of,
        told.zone,
        told.by,
        told.profile,
        told.profile_sha256,
        None if told.lms else yes(told.snapshot),
        told.read,
        told.taken,
        told.known,
        told.rows_left_out,
        listed(f"{code}: {count}" for code, count in sorted(out.items())),
        yes(whole),
        told.absent,
        told.corrects,
        told.corrected,
    )


COMPLETENESS = Whole(
    Form(
        "completeness",
        "Completeness: the files that people and results come from",
        (
            number("record", "Record", "Its number in the log."),
            instant("received", "Received (UTC)", "When the store took it in."),
            text("source", "Source", 11, "HR roster or LMS export."),
            text("lms", "LMS", 26, "Its address, of an export."),
            text("file", "File", 26, "Its name."),
            text("sha256", "SHA-256 of file", 16, "So that the file can be told again."),
            day("as_of", "As of", "The day that the file is of."),
            text("zone", "Zone", 15, "In which its dates were read."),
            text("by", "By", 14, "Who imported it."),
            text("profile", "Profile", 16, "The mapping by which its columns were read."),
            text("profile_sha256", "SHA-256 of profile", 16, "Of that mapping."),
            text("snapshot", "Snapshot", 9, "Whether who is not in the roster has lost access."),
            number("read", "Rows read", "Rows of the file that hold anything."),
            number("taken", "Rows taken", "Rows that told something."),
            number("known", "Rows known", "Rows that said again what was known."),
            number("left_out", "Rows left out", "Rows that were not taken."),
            text("reasons", "Reasons", 30, "Why, with how many; the sheet left-out has each."),
            text("adds_up", "Adds up", 8, "Whether taken, known and left out make the rows read."),
            number("absent", "Absent", "People whose access a snapshot ended by leaving them out."),
            number("corrects", "Corrects", "The record of the import whose place it takes."),
            number(
                "corrected_by", "Corrected by", "The record of the import that takes its place."
            ),
        ),
        _looked_at,
        "One row for each import, as its record tells of it. The file itself is kept in the "
        "store under its SHA-256. An import that was corrected plays no part from then on.",
        ("CC1.4", "CC2.2"),
        design=True,
    ),
    _imports,
)


def _left_out(material: Material, tally: Tally) -> Iterator[Cells]:
    for each in _sources(material):
        for out in each.left_out:
            yield each.seq, each.source, out.row or None, out.rows, out.code, out.why


LEFT_OUT = Whole(
    Form(
        "left-out",
        "Rows of files that were left out",
        (
            number("record", "Record", "Of the import."),
            text("file", "File", 26, "Its name."),
            number("row", "Row of file", "Where it stands there; the first of several."),
            number("rows", "Rows", "How many are left out for this reason."),
            text("code", "Code", 16, "The reason, for programs."),
            text("why", "Why", 60, "The reason, for people."),
        ),
        _looked_at,
        "As the import put it on record when it was made. What an LMS told of courses that are no "
        "exercise of the programme is left out, too.",
        ("CC1.4", "CC2.2"),
        design=True,
    ),
    _left_out,
)


# Rulings.


def _rulings(material: Material, tally: Tally) -> Iterator[Cells]:
    for (seq, at, ruling), withdrawn in material.rulings:
        told = listed(f"{name} {value}" for name, value in sorted(ruling.told.items()))
        yield seq, at, ruling.kind, ruling.subject, ruling.why, ruling.by, told, withdrawn


RULINGS = Whole(
    Form(
        "rulings",
        "Rulings: what somebody decided, and why",
        (
            number("ruling", "Ruling", "Its number in the log."),
            instant("at", "At (UTC)", "When it was given."),
            text(
                "kind",
                "Kind",
                11,
                "Excuse, accept, reject, link, unlink, merge, sign-off, withdraw.",
            ),
            text(
                "subject",
                "About",
                44,
                "What it is about: obligation, statement, row, name, review.",
            ),
            text("why", "Why", 44, "The reason that was given."),
            text("by", "By", 14, "Who gave it."),
            text("told", "Also told", 24, "To whom a name belongs, from which day, and so on."),
            number("withdrawn_by", "Withdrawn by", "The ruling that takes it back."),
        ),
        lambda material: f"Every ruling in {log(material)}, also those that were withdrawn.",
        "Rulings are records: none can be changed, and one that is withdrawn stays listed. Merges "
        "that HR's own rosters state are not rulings; the sheet population has their ids.",
        ("CC1.1", "CC1.5", "CC4.2"),
    ),
    _rulings,
)


# What fits together.


def _presence(piece: Piece, material: Material) -> Iterator[Cells]:
    for whose in piece.people:
        yield _present(piece.answer, whose)


def _present(answer: Answer, whose: Whose) -> Cells:
    scope = answer.question.scope
    assert scope is not None
    there = [e for e in answer.judged.get(whose.person.id, ()) if scope.holds(e.day)]
    lrs = sum(bool(each.attempt.statement) for each in there)
    lms = len(there) - lrs
    sides = [side(each.sides) for each in whose.evidence]
    name = held(whose.person, whose.last)[0]
    ways = (yes(True), NO_DIRECTORY, yes(lms), yes(lrs))
    return whose.person.id, name or None, *ways, lms, lrs, *map(sides.count, SIDES)


PEOPLE_SIDES = Streamed(
    Form(
        "reconciliation-people",
        "Reconciliation, person by person",
        (
            text("person", "Person", 10, "HR id; of several that were merged, the surviving."),
            text("name", "Name", 20, "As of the last day of access in the period."),
            text("hr", "HR", 6, "Whether HR's rosters have them with access in the period."),
            text("directory", "Directory", 14, "Whether the directory has them."),
            text("lms", "LMS", 6, "Whether an LMS told of an attempt of theirs in the period."),
            text("lrs", "LRS", 6, "Whether the player's own statements did."),
            number("lms_attempts", "LMS attempts", "Judged attempts in the period, told by LMSs."),
            number("lrs_attempts", "LRS attempts", "The same, told by statements."),
            number("agree", "Agree", "Attempts that both tell alike."),
            number("differ", "Differ", "Attempts of which they tell different things."),
            number("lms_only", "LMS only", "Attempts that no statement tells of."),
            number("statement_only", "Statement only", "Attempts that no LMS tells of."),
            number("by_hand", "By hand", "Attempts that a person set in the LMS."),
        ),
        lambda material: (
            f"Every person of the sheet population; all attempts {during(material)} that "
            "exports and statements tell of them, whether they meet anything or not."
        ),
        "An LMS's row and a statement of the same person, exercise and result, at most a day "
        "apart, are one attempt told twice. No directory (SCIM) has been received; once one is, "
        "it is compared here.",
        ("CC1.4", "CC2.2"),
    ),
    _presence,
)
_MEANS = {
    (True, True): "HR has them with access, an LMS and the player told of attempts",
    (True, False): "HR has them with access, only an LMS told of attempts",
    (False, True): "HR has them with access, only the player told of attempts",
    (False, False): "HR has them with access, and nobody told of an attempt",
}
_SAYS = {
    AGREE: "the LMS and the player's statement tell of it alike",
    DIFFER: "they tell different things; it counts only where a ruling accepts one of them",
    LMS_ONLY: "no statement tells of it, so it can't be replayed",
    STATEMENT_ONLY: "no LMS tells of it; it counts if its replay comes to the same",
    BY_HAND: "a person set it in the LMS: weak evidence",
}


def _reconciled(material: Material, tally: Tally) -> Iterator[Cells]:
    for lms, lrs in product((True, False), repeat=2):
        where = (yes(True), NO_DIRECTORY, yes(lms), yes(lrs))
        yield "people", *where, tally.present[lms, lrs], None, _MEANS[lms, lrs]
    names = len(tally.waiting)
    waits = sum(each.attempts for each in tally.waiting.values())
    said = f"names that mean nobody in HR's rosters; {waits} attempts wait under them"
    yield "names", yes(False), NO_DIRECTORY, None, None, names, None, said
    for told in SIDES:
        sure, unsure = tally.sides[told, True], tally.sides[told, False]
        yield "attempts", None, None, None, None, sure + unsure, sure, _SAYS[told]


RECONCILIATION = Whole(
    Form(
        "reconciliation",
        "Reconciliation of HR, directory, LMS and LRS",
        (
            text("what", "What", 9, "People, names or attempts."),
            text("hr", "HR", 6, "Whether HR's rosters have them with access in the period."),
            text("directory", "Directory", 14, "Whether the directory has them."),
            text("lms", "LMS", 6, "Whether an LMS told of an attempt of theirs in the period."),
            text("lrs", "LRS", 6, "Whether the player's own statements did."),
            number("count", "Count", "How many."),
            number("counting", "Of these counting", "Of attempts: how many count as evidence."),
            text("means", "Which means", 60, "In words."),
        ),
        lambda material: (
            f"People of the sheet population and their attempts {during(material)}; all names "
            f"in {log(material)} under which somebody attempted an exercise."
        ),
        "Counted over the sheet reconciliation-people, which has the names. Attempts of people "
        "without access in the period are in neither. No directory (SCIM) has been received.",
        ("CC1.4", "CC2.2"),
    ),
    _reconciled,
)


def _waiting(material: Material, tally: Tally) -> Iterable[Cells]:
    for name in sorted(tally.waiting):
        each = tally.waiting[name]
        kind, _, rest = each.name.partition(" ")
        yield each.name or None, kind or None, rest or None, each.since, each.attempts


UNRESOLVED = Whole(
    Form(
        "unresolved",
        "Names that mean nobody",
        (
            text("identity", "Name", 50, "What an LMS or a statement calls somebody."),
            text("kind", "Kind", 10, "What sort of name it is: mail, account, HR id."),
            text("called", "Called", 40, "The rest of it."),
            day("since", "Since", "The first day on which it was used."),
            number("attempts", "Attempts", "Judged attempts under it, on any day."),
        ),
        lambda material: (
            f"Every name in {log(material)} under which somebody attempted an exercise, on any "
            "day: those that no roster and no ruling gives to a person on that day, or that they "
            "give to several."
        ),
        "Such attempts meet nothing and are never dropped: they wait until a ruling links the "
        "name. Nobody is joined on a name as people write it.",
        ("CC1.4", "CC2.2"),
    ),
    _waiting,
)

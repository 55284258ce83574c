"""Tests of the register's sheet: what stands in which column, which rows, and what it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from answers import EXERCISES, KNOWN, Made, Waits, answer, cells, said, sheet
from cases import asked, day, programme, ruled, somebody, span

from lrs.people.identities import Identities
from lrs.people.timeline import Person
from lrs.register import about, selection
from lrs.register.columns import COLUMNS, NAMES, Cell
from lrs.register.selection import Selection
from lrs.register.sheet import digest, plain
from lrs.register.sittings import Sitting

ONBOARDING = "00042|phishing|onboarding|2026-01-05"
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "day": (date,),
    "instant": (int,),
    "number": (int, float),
}


def one(*attempts: str, person: Person | None = None, as_of: str = "12-31") -> dict[str, Cell]:
    """The first row of one person with these attempts."""
    who = person or somebody("01-05..")
    return cells(sheet(answer(asked(as_of=as_of), [who], {who.id: attempts})))[0]


def several() -> Made:
    """Somebody of each sort: met, late, overdue, nothing owed."""
    people = [
        somebody("01-05..", id="00001"),
        somebody("01-05..", id="00002"),
        somebody("01-05..", id="00003"),
        somebody("2019-01-01..", id="00004"),
    ]
    attempts = {"00001": ["phishing 01-10 pass 85 lms"], "00002": ["phishing 02-03 pass 85 xapi"]}
    waiting = [Waits("mbox mailto:who@x.example", day("02-01"), 3)]
    return answer(asked(), people, attempts, waiting=waiting)


def test_a_row_has_who_what_and_when() -> None:
    """The person as of the day of assignment, the obligation with its rule, all days as days."""
    row = one("phishing 01-10 pass 85 xapi v1.0.0")
    told = {name: row[name] for name in ("row", "person", "name", "kind", "manager", "window")}
    assert told == {
        "row": ONBOARDING,
        "person": "00042",
        "name": "Ana Ruiz",
        "kind": "employee",
        "manager": "00007",
        "window": 1,
    }
    assert (row["access_from"], row["access_to"]) == (day("01-05"), None)
    assert (row["title"], row["criteria"]) == ("The Monday inbox", "SOC2 CC1.4")
    assert (row["reason"], row["bucket"]) == ("onboarding", "everyone")
    assert (row["rule"], row["programme"]) == ("curriculum/everyone/onboarding", 1)
    days = [row[name] for name in ("assigned", "opens", "announced", "due")]
    assert days == [day("01-05"), day("01-05"), day("01-19"), day("01-19")]


def test_a_row_has_its_evidence() -> None:
    """Score, version, both sides, the instant in UTC and the record of a statement; of an export
    the file and the row of it."""
    played = one("phishing 01-10 pass 85.5 xapi v1.0.0")
    assert (played["score"], played["pass_score"], played["version"]) == (85.5, 60, "1.0.0")
    assert (played["provenance"], played["sides"]) == ("statement", "statement only")
    assert (played["evidence"], played["record"]) == ("statement statement-100", 100)
    assert played["attempt_at"] == 1_768_046_400_000_000  # 2026-01-10T12:00:00Z
    exported = one("phishing 01-10 pass 85 lms")
    assert (exported["evidence"], exported["provenance"]) == ("row 100.17|phishing", "LMS export")
    assert (exported["source_file"], exported["source_row"]) == ("march.csv", 17)
    assert exported["source_sha256"] == "f" * 64
    assert one()["pass_score"] == 60


@pytest.mark.parametrize(
    ("attempts", "as_of", "came"),
    [
        (["phishing 01-10 pass 85 lms"], "12-31", ("met", day("01-10"), None, None)),
        (["phishing 01-25 pass 85 lms"], "12-31", ("late", day("01-25"), 6, "remediated")),
        ([], "01-31", ("overdue", None, 12, "open")),
        ([], "01-19", ("pending", None, None, None)),
        (["phishing 01-10 fail 40 lms"], "01-31", ("failed", None, 12, "open")),
    ],
)
def test_on_time_late_and_never_are_three_things(
    attempts: list[str], as_of: str, came: tuple[Cell, ...]
) -> None:
    """Verdict, day of completion, days late up to it or to the day asked about, exception."""
    row = one(*attempts, as_of=as_of)
    assert tuple(row[n] for n in ("verdict", "completed", "days_late", "exception")) == came


def test_the_hire_date_stands_beside_access() -> None:
    """As HR has it: access may begin on another day, and who was never told of has none."""
    who = replace(somebody("01-05.."), hires=(("2025-12-15", span("01-05..")),))
    row = one(person=who)
    assert (row["hired"], row["access_from"]) == (day("2025-12-15"), day("01-05"))
    assert one()["hired"] is None
    assert one()["first_launched"] is None


def test_a_pass_after_access_ended_is_said() -> None:
    """The days of access were not covered: how many, from when to when."""
    row = one("phishing 02-10 pass 85 lms", person=somebody("01-05..01-31"))
    assert (row["verdict"], row["note"]) == ("late", "passed after access ended")
    uncovered = (row["uncovered_from"], row["uncovered_to"], row["uncovered_days"])
    assert uncovered == (day("01-20"), day("01-31"), 12)


def test_what_was_done_in_a_later_window_is_told_of_that_one() -> None:
    """Of who left before it was due and came back: attempts and launches are the second row's."""
    who = somebody("01-05..01-09", "03-01..")
    made = answer(asked(), [who], {who.id: ["phishing 03-03 pass 85 xapi"]})
    launch = Sitting("phishing", day("03-02"), "r s", 1, None, None, None, (99,))
    told = cells(sheet(replace(made, sittings={who.id: [launch]})))
    names = ("window", "verdict", "attempts", "first_attempt", "first_launched", "evidence")
    assert [tuple(row[name] for name in names) for row in told] == [
        (1, "excused", 0, None, None, None),
        (2, "met", 1, day("03-03"), day("03-02"), "statement statement-100"),
    ]


def test_attempts_are_counted_from_the_day_it_opens() -> None:
    """With the first of them; one before that day is none."""
    row = one(
        "phishing 01-04 fail 10 lms", "phishing 01-08 fail 40 lms", "phishing 01-10 pass 85 lms"
    )
    assert (row["attempts"], row["first_attempt"]) == (2, day("01-08"))
    assert one()["first_attempt"] is None


def test_the_fail_that_asks_for_a_remediation_is_no_attempt_at_it() -> None:
    """Neither in its count nor as the first of them."""
    text = programme(
        "everyone: {onboarding: {within: 14, exercises: [phishing]}}", "remediation: {within: 10}\n"
    )
    attempts = ["phishing 01-10 fail 40 xapi", "phishing 01-12 pass 90 xapi"]
    made = answer(asked(text), [somebody("01-05..")], {"00042": attempts})
    first, again = cells(sheet(made))
    assert (first["reason"], first["attempts"], first["first_attempt"]) == (
        "onboarding",
        2,
        day("01-10"),
    )
    assert (again["reason"], again["attempts"], again["first_attempt"]) == (
        "remediation",
        1,
        day("01-12"),
    )


def test_an_exception_tells_who_accepted_it() -> None:
    """And why, and when; a verdict stays what it is."""
    made = answer(asked(), [somebody("01-05..")], rulings=ruled(accepted=[ONBOARDING]))
    row = cells(sheet(made))[0]
    assert (row["verdict"], row["exception"]) == ("overdue", "accepted")
    accepted = (row["accepted_by"], row["accepted_why"], row["accepted_on"])
    assert accepted == ("Noor", "she was ill", day("01-15"))


def test_a_due_day_that_nobody_knows_is_no_day() -> None:
    """On leave without an end: the cell is empty and the note says why."""
    row = one(person=somebody("01-05..", leave=["01-10.."]))
    assert (row["due"], row["note"]) == (None, "on leave, no end of it known")


def test_who_owes_nothing_has_a_row() -> None:
    """With the person and their access; it has no verdict, and says why."""
    row = one(person=somebody("2019-01-01.."))
    assert row.pop("row") == row.pop("person") == "00042"
    assert {name for name, cell in row.items() if cell is not None} == {
        *("name", "kind", "manager", "access_from", "note")
    }
    assert row["note"] == "nothing was owed"


def test_a_person_is_described_as_of_the_day_of_assignment() -> None:
    """Whatever became of them later."""
    who = replace(
        somebody("01-05.."),
        roles=(("finance", span("01-05..02-28")), ("it", span("03-01.."))),
        managers=(("00007", span("01-05..02-28")), ("00008", span("03-01.."))),
    )
    row = one(person=who)
    assert (row["roles"], row["manager"], row["manager_name"]) == ("finance", "00007", None)


def test_every_reason_and_every_rule_is_told() -> None:
    """Of what is owed for two at the same time."""
    text = programme(
        "everyone:\n  onboarding: {within: 14, exercises: [phishing]}\n"
        "  cadences: {days: {on: [01-05], within: 30, exercises: [phishing]}}"
    )
    row = cells(sheet(answer(asked(text), [somebody("01-05..")])))[0]
    assert row["reason"] == "onboarding, cadence"
    assert row["rule"] == "curriculum/everyone/onboarding, curriculum/everyone/cadences/days"


def test_every_cell_has_its_column_s_type() -> None:
    """Nothing is a text that could be a number or a day."""
    for row in sheet(several()).cells():
        for cell, column in zip(row, COLUMNS, strict=True):
            assert cell is None or type(cell) in TYPES[column.kind], column.name
            assert cell != "", column.name


def test_columns_are_explained() -> None:
    """Each has a name for programs, one for people, and a sentence; none twice."""
    assert len(set(NAMES)) == len({each.title for each in COLUMNS}) == len(COLUMNS)
    assert all(each.means.endswith(".") and each.name.isidentifier() for each in COLUMNS)


def test_the_digest_is_of_the_rows() -> None:
    """Of a line for the names of the columns and one for each row; it changes with any cell."""
    made = several()
    lines = [list(NAMES), *(plain(row) for row in sheet(made).cells())]
    written = (json.dumps(e, ensure_ascii=False, separators=(",", ":")) + "\n" for e in lines)
    assert digest(sheet(made)) == sha256("".join(written).encode()).hexdigest()
    assert digest(sheet(made)) == digest(sheet(several()))
    assert digest(sheet(made, made.rows[1:])) != digest(sheet(made))
    renamed = {**EXERCISES, "phishing": EXERCISES["phishing"]._replace(title="Another")}
    assert digest(replace(sheet(made), exercises=renamed)) != digest(sheet(made))


def test_a_sheet_says_what_it_counts() -> None:
    """People, rows by verdict, names that mean nobody; what was asked, so that it can be again."""
    made = several()
    told = {each.name: each.value for each in about.entries(said(sheet(made, made.rows[:3])))}
    assert (told["population"], told["people"], told["rows"]) == (4, 3, 3)
    assert (told["rows_met"], told["rows_late"], told["rows_overdue"]) == (1, 1, 1)
    assert told["rows_nothing_owed"] == told["rows_pending"] == 0
    assert (told["unresolved_names"], told["unresolved_attempts"]) == (1, 3)
    assert (told["known_at"], told["newest_record"]) == (KNOWN, 12)
    assert (told["zone"], told["written_by"]) == ("Europe/Berlin", "scormkit 1.2.3")
    whole = list(about.words(said(sheet(made))))
    assert (
        whole[0]
        == "4 rows of 4 people: 1 met, 1 late, 1 overdue, 1 nothing owed; 4 people in scope"
    )
    assert whole[2] == "1 name means nobody: 3 attempts wait for a ruling"


def test_a_sheet_can_be_asked_for_again() -> None:
    """By the command that it names, with the instant of knowledge and every choice."""
    wanted = Selection("it's", "contractor", "CC1.4", ("late", "overdue"))
    assert said(sheet(several()), wanted).query == (
        "lrs register show --from 2026-01-01 --to 2026-12-31 --as-of 2026-12-31 "
        "--known-at 2026-03-31T23:33:20.000000Z --role 'it'\"'\"'s' --kind contractor "
        "--criterion CC1.4 --verdict late --verdict overdue"
    )


def test_rows_are_chosen() -> None:
    """By verdict, role, kind and criterion, in their order."""
    made = several()
    first = replace(made.rows[0].person, roles=(("it", span("01-01..")),))
    made = answer(asked(), [first, *(row.person for row in made.rows[1:])])

    def ids(**wanted: object) -> list[str]:
        chosen = Selection(**wanted)  # type: ignore[arg-type]  # options by name
        return [e.person.id for e in selection.chosen(made, chosen, EXERCISES)]

    assert ids() == ["00001", "00002", "00003", "00004"]
    assert ids(verdicts=("overdue",)) == ["00001", "00002", "00003"]
    assert ids(role="it") == ["00001"]
    assert ids(kind="contractor") == []
    assert ids(criterion="CC1.4") == ids(criterion="SOC2 CC1.4") == ["00001", "00002", "00003"]
    assert ids(criterion="CC2.2") == []


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Selection(role="enginering"), '"enginering" is no role; did you mean "engineering"?'),
        (Selection(role="x"), '"x" is no role; there are engineering or it'),
        (Selection(criterion="CC1.5"), '"CC1.5" is no criterion; did you mean "CC1.4"?'),
        (Selection(role="it", criterion="SOC2 CC2.2"), ""),
    ],
)
def test_what_is_unknown_is_refused_with_the_nearest(wanted: Selection, words: str) -> None:
    """Or with all there are."""
    had = (("it", span("01-01..")), ("engineering", span("01-01..")))
    roles = selection.roles(Identities({"00042": replace(somebody("01-05.."), roles=had)}))
    assert selection.unknown(roles, wanted, EXERCISES) == words

"""Tests of the shapes that LMSs write: every cell lands where it belongs, or it is said."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from samples import (
    ACTIVITY,
    COURSE,
    ENROLMENTS,
    SCORM_BASIC,
    profile,
    read,
    said,
    shipped,
    text,
    utf16,
    workbook,
)

from lrs import mapping
from lrs.feeds.exports import FIELDS, LeftOut
from lrs.feeds.facts import CompletionFact
from lrs.instants import Moment
from scormkit import document

ANA = ("aruiz", "ana@brightwater.example", "")
BEN = ("bkhan", "ben@brightwater.example", "")


def berlin(original: str, utc: str, precision: str = "second") -> Moment:
    """An instant in Berlin."""
    at = int(datetime.fromisoformat(utc).timestamp()) * 1_000_000
    assert precision in ("second", "minute")
    return Moment(at, "minute" if precision == "minute" else "second", original, "Europe/Berlin")


EIGHT = berlin("2026-03-31 08:15:12", "2026-03-31T06:15:12Z")


@pytest.mark.parametrize("data", [text(ACTIVITY).encode(), utf16(ACTIVITY), workbook(ACTIVITY)])
def test_activities_in_pairs_of_columns(data: bytes) -> None:
    """In both encodings (and saved as a workbook) each person and activity is a fact: the state,
    the date beside it, the row of the file; what somebody set by hand says who. The header of a
    date is the day on which it is expected, and no fact."""
    found = read(data, "moodle-activity")
    assert not found.problems
    assert found.facts == (
        CompletionFact(2, "phishing", "passed", *ANA, "The Monday inbox", EIGHT),
        CompletionFact(2, "smishing", "not-completed", *ANA, "Payday, by text"),
        CompletionFact(
            3,
            "phishing",
            "completed",
            *BEN,
            "The Monday inbox",
            berlin("2026-04-01 17:00:00", "2026-04-01T15:00:00Z"),
            by="Dana Lee",
        ),
        CompletionFact(
            3,
            "smishing",
            "failed",
            *BEN,
            "Payday, by text",
            berlin("2026-04-02 09:00:00", "2026-04-02T07:00:00Z"),
        ),
    )
    assert [fact.manual for fact in found.facts] == [False, False, True, False]
    assert found.left_out == (LeftOut(2, "other-course", '"Fire safety" is no exercise', 2),)


def test_a_column_of_the_person_that_nobody_knows_doesn_t_shift_the_pairs() -> None:
    """The profile has to tell of it; nothing is taken for a state that may be none."""
    rows = [
        [*row[:3], each, *row[3:]] for row, each in zip(ACTIVITY, "Cost 1 2".split(), strict=True)
    ]
    rows[0][3] = "Cost centre"
    (found,) = said(text(rows), "moodle-activity")
    assert found == (
        "export.csv:1: error: the columns of courses don't come in pairs of state and date: "
        '"Cost centre" or "The Monday inbox" [no-pair]\n'
        "  a column that tells of the person is unknown: write it into the profile under ignore"
    )
    apart = [[*each[:4], "Sales", *each[4:]] for each in ACTIVITY]
    apart[0][4] = "Department"
    assert '"The Monday inbox" [no-pair]' in said(text(apart), "moodle-activity")[0]
    own = profile("extends: moodle-activity\nignore: [Cost centre]")
    assert read(text(rows), own).facts == read(text(ACTIVITY), "moodle-activity").facts


@pytest.mark.parametrize(
    "due",
    [
        *("30 April 2026", "Thursday, 30 April 2026", "April 30, 2026", "30. April 2026"),
        *("30 de abril de 2026", "2026年4月30日"),
    ],
)
def test_the_day_on_which_an_activity_is_expected_is_in_the_site_s_words(due: str) -> None:
    """A date column is called by that day, as the language of the site writes it."""
    rows = [[due if each.startswith("2026-04-30 00") else each for each in ACTIVITY[0]]]
    assert due in rows[0]
    made = read(text([*rows, *ACTIVITY[1:]]), "moodle-activity")
    assert not made.problems
    assert made.facts == read(text(ACTIVITY), "moodle-activity").facts


def test_another_report_of_moodle_is_told_as_such() -> None:
    """One error, and not one for each cell that this profile takes for a state."""
    (found,) = said(text(ACTIVITY), "moodle-course")
    assert "no column is called as a course and its date are here" in found
    assert "is this the profile for this report?" in found


def test_a_report_without_a_column_that_tells_who() -> None:
    """A name is no identity, and the profile says what to add."""
    rows = [[row[0], *row[3:]] for row in ACTIVITY]
    (found,) = said(text(rows), "moodle-activity")
    assert "nobody is ever known by a name alone [no-person]" in found
    assert "add one to the report: Username, Email address" in found


def test_a_report_without_activities() -> None:
    """Is told, and not taken for one in which nobody did anything."""
    (found,) = said(text([row[:3] for row in ACTIVITY]), "moodle-activity")
    assert "no column says anything of a course [no-courses]" in found


def test_a_course_with_its_activities_and_a_date_of_its_own() -> None:
    """Dates in columns called after the activity, in the forms of two versions; the course itself
    is done where it has a date, and nothing is known of when it was begun."""
    found = read(text(COURSE), "moodle-course")
    assert [str(problem) for problem in found.problems] == [
        "export.csv:3: warning: the row says failed and not when [no-day]\n"
        "  that it was before the end of 2026-06-30 is all that is known of it"
    ]
    ana, ben = ("aruiz", "", ""), ("bkhan", "", "")
    nine = berlin("2026-04-02 09:00:00", "2026-04-02T07:00:00Z")
    minute = berlin("31/03/26, 08:15", "2026-03-31T06:15:00Z", "minute")
    assert found.facts == (
        CompletionFact(2, "phishing", "completed", *ana, "The Monday inbox", EIGHT),
        CompletionFact(2, "smishing", "not-completed", *ana, "Payday, by text"),
        CompletionFact(2, "phishing", "not-completed", *ana, "Course complete"),
        CompletionFact(3, "phishing", "completed", *ben, "The Monday inbox", minute),
        CompletionFact(3, "smishing", "failed", *ben, "Payday, by text"),
        CompletionFact(3, "phishing", "completed", *ben, "Course complete", nine),
    )


@pytest.mark.parametrize("language", list(ENROLMENTS))
@pytest.mark.parametrize("made", ["csv", "bom", "xlsx"])
def test_enrolments_with_labels_in_the_language_of_the_report(language: str, made: str) -> None:
    """The same facts whatever the labels and the states are called."""
    rows = ENROLMENTS[language]
    data = {"csv": text(rows).encode(), "bom": text(rows).encode("utf-8-sig")}
    found = read(data.get(made) or workbook(rows), "docebo-users-courses")
    assert not found.problems
    assert found.facts == (
        CompletionFact(2, "phishing", "completed", *ANA, "Inbox", EIGHT, 85),
        CompletionFact(3, "phishing", "in-progress", *BEN, "Inbox"),
    )


TRANSCRIPT = """Informe de expedientes;;;;
Generado;30/06/2026;;;
;;;;
Identificación de usuario;Nombre;Título de la formación;Estado del expediente;\
Fecha de finalización;Puntuación
00042;Ruiz, Ana;The Monday inbox;Terminado;31/03/2026 8:15;92,5
00043;Khan, Ben;The Monday inbox;Terminado (equivalente);46112;
00044;Kim, Chris;The Monday inbox;En curso / Vencido;;
00045;Lee, Dana;The Monday inbox;Retirado;;
00046;Moss, Eli;The Monday inbox;Terminado;25/10/2025 2:30;
"""
OWN = """
title: another LMS's transcript report, in Spanish
detects: [Identificación de usuario, Estado del expediente]
columns:
  hr: Identificación de usuario
  title: Título de la formación
  state: Estado del expediente
  at: Fecha de finalización
  score: Puntuación
instants: ["%d/%m/%Y %H:%M"]
zone: Europe/Madrid
ignore: [Nombre]
manual: ["{state} (marcado por {by})", "{state} ({by})"]
values:
  state:
    Terminado: completed
    En curso: in-progress
    En curso / Vencido: in-progress
    Retirado: withdrawn
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_an_lms_that_nobody_has_heard_of_needs_a_profile_and_no_code(encoding: str) -> None:
    """Rows above the header, semicolons, Spanish labels and states, days first, a day that a
    workbook has counted, decimal commas, an equivalent that is nobody's own doing: all of it is
    told by a profile."""
    found = read(TRANSCRIPT.encode(encoding), profile(OWN), "Europe/Madrid")
    assert [str(problem) for problem in found.problems] == [
        "export.csv:6: warning: dates are numbers of days, as a workbook counts them [serial]\n"
        '  "46112" is 2026-03-31; format the column as a date to be sure'
    ]
    eight = Moment(
        int(datetime.fromisoformat("2026-03-31T06:15:00Z").timestamp()) * 1_000_000,
        "minute",
        "31/03/2026 8:15",
        "Europe/Madrid",
    )
    title = "The Monday inbox"
    day = Moment(date(2026, 3, 31), "day", "46112", "Europe/Madrid")
    assert found.facts[:4] == (
        CompletionFact(5, "phishing", "completed", "", "", "00042", title, eight, 92.5),
        CompletionFact(6, "phishing", "completed", "", "", "00043", title, day, by="equivalente"),
        CompletionFact(7, "phishing", "in-progress", "", "", "00044", title),
        CompletionFact(8, "phishing", "withdrawn", "", "", "00045", title),
    )
    assert found.facts[4].when and found.facts[4].when.original == "25/10/2025 2:30"


def test_zones_that_stand_in_the_dates_themselves() -> None:
    """Each date in its own, by the name that the file has for it."""
    history = (
        "User,Entity ID,Completion Date,Completion Status ID,Last Update User\n"
        "aruiz,SEC-101,3/31/2026 8:15 AM America/New York,SCORM_COMPLETE,\n"
        "bkhan,SEC-101,3/31/2026 8:15 PM ET,ADMIN_COMPLETE,dlee\n"
    )
    own = profile(
        """
columns: {login: User, course: Entity ID, state: Completion Status ID, at: Completion Date}
instants: ["%m/%d/%Y %I:%M %p %Z"]
ignore: [Last Update User]
values:
  state: {SCORM_COMPLETE: completed, ADMIN_COMPLETE: completed}
  zone: {ET: America/New_York}
"""
    )
    found = read(history, own)
    assert not found.problems
    assert [fact.when and (fact.when.at, fact.when.zone) for fact in found.facts] == [
        (int(datetime.fromisoformat(f"2026-{day}:15:00Z").timestamp()) * 1_000_000, zone)
        for day, zone in [("03-31T12", "America/New_York"), ("04-01T00", "America/New_York")]
    ]


def test_a_report_as_json_with_a_zone_in_a_column() -> None:
    """Whatever aliases its author chose."""
    data = (
        '{"Report_Entry": [{"worker": {"id": "00042"}, "course": "SEC-101", "status": "Completed",'
        ' "on": "2026-03-31T02:15:00", "tz": "America/New_York"}]}'
    )
    own = profile(
        "columns: {hr: worker.id, course: course, state: status, at: on, zone: tz}\n"
        "values: {state: {Completed: completed}}"
    )
    (fact,) = read(data, own).facts
    assert (fact.hr, fact.row) == ("00042", 1)
    assert fact.when and fact.when.zone == "America/New_York"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("pairs: {date: beside}", 'own.yaml:3:15: error: date: "beside" is not of the form'),
        ("pairs: {date: next, done: compleet}", 'own.yaml:3:27: error: state can\'t be "compleet"'),
        ("columns: {state: S}\nmanual: ['set by {by}']", "own.yaml:4:10: error: manual:"),
        ("columns: {state: S}\ninstants: ['%d/%m/%Y %Q']", 'own.yaml:4:12: error: "%d/%m/%Y %Q"'),
        ("columns: {login: L}", "no column and no constant says state"),
        ("detects: [A]\nrefuse: {why: x}", 'own.yaml:4:1: error: refuse: "instead" is missing'),
    ],
)
def test_a_profile_s_own_faults(text: str, problem: str) -> None:
    """Have places; one with pairs of columns, or that refuses, needs no column for the state."""
    source = document.parse(f"profile: own\nrows: completions\n{text}\n".encode(), "own.yaml")
    found, problems = mapping.of(source, "completions", FIELDS)
    assert found is None
    assert problem in str(problems[0])


def test_a_profile_adds_to_the_states_of_the_one_it_extends() -> None:
    """Another language, or a state of one's own, leaves the others as they are."""
    own = profile("extends: moodle-activity\nvalues: {state: {Nicht abgeschlossen: not-completed}}")
    assert own.values["state"].items() > shipped("moodle-activity").values["state"].items()
    rows = [[each.replace("Not completed", "Nicht abgeschlossen") for each in r] for r in ACTIVITY]
    assert read(text(rows), own).facts == read(text(ACTIVITY), "moodle-activity").facts


def test_a_refusing_profile_knows_its_file() -> None:
    """By the header, among others."""
    refusal = shipped("moodle-scorm-basic").refuse
    assert refusal and "can't prove a completion" in refusal.why
    assert SCORM_BASIC[0][2:6] == list(shipped("moodle-scorm-basic").detects)

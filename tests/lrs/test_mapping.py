"""Tests of mapping profiles: their own faults, headers, days, values, and rows at their places."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs import days, mapped, mapping, tabular
from lrs.instants import Local
from lrs.mapped import Mapped
from lrs.mapping import Field, Profile
from scormkit import document

FIELDS = (
    Field("person", "the HR number", needed=True),
    Field("name", "what the person is called"),
    Field("kind", "how the person is employed", options=("employee", "contractor")),
    Field("mails", "mail addresses", "list"),
    Field("roles", "role buckets", "list"),
    Field("hired", "the first day", "day"),
    Field("left", "the last day", "day"),
    Field("at", "when", "moment"),
)
HEAD = "profile: corp\nrows: people\n"


def profile(text: str, head: str = HEAD) -> Profile:
    """A profile without faults."""
    found, problems = mapping.of(document.parse((head + text).encode(), "p.yaml"), "people", FIELDS)
    assert found and not problems, problems
    return found


def faults(text: str, head: str = HEAD) -> list[str]:
    """What is said of a profile with faults."""
    found, problems = mapping.of(document.parse((head + text).encode(), "p.yaml"), "people", FIELDS)
    assert found is None
    return [str(problem) for problem in problems]


def rows(text: str, by: str) -> Mapped:
    """A file as a profile reads it."""
    return mapped.rows(tabular.read("people.csv", text.encode()), profile(by), FIELDS)


def told(text: str, by: str) -> list[dict[str, object]]:
    """What each row says, where nothing is wrong."""
    found = rows(text, by)
    assert not found.problems, found.problems
    return [dict(row.values) for row in found.rows]


def said(text: str, by: str) -> list[str]:
    """The problems of a file."""
    return [str(problem) for problem in rows(text, by).problems]


# Profiles.


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("columns: {person: Id, nmae: Name}", '"nmae" is no field of such a row [unknown-field]'),
        ("columns: {name: Name}", "no column and no constant says person: the HR number"),
        ("columns: {person: Id}\nconstants: {person: x}", "person has a column and a constant"),
        ("columns: {person: Id}\nvalues: {kind: {FT: employe}}", 'kind can\'t be "employe"'),
        ("columns: {person: Id}\ndays: ['%d/%m']", '"%d/%m" is not a form that tells day, month'),
        ("columns: {person: Id}\ndays: ['%d/%m/%Y', '%m/%d/%Y']", "read 03/04 in two ways"),
        ("columns: {person: Id}\nzone: Europe/Berln", '"Europe/Berln" is no time zone'),
        ("columns: {person: Id}\noptional: [nam]", '"nam" is no field of such a row'),
        ("columns: {person: Id}\ncolums: {}", '"colums" is not a key that is known'),
        ("columns: {person: 7}", "person"),
        ("extends: corp", 'no profile "corp"'),
    ],
)
def test_a_profile_s_own_faults_have_places(text: str, problem: str) -> None:
    """Each is told with line, column and a way out."""
    (found,) = faults(text)
    assert found.startswith("p.yaml:") and problem in found
    assert "\n  " in found or "duplicate" in found, found


def test_a_profile_is_for_one_kind_of_rows() -> None:
    """One that reads completions is not taken for people."""
    (found,) = faults("", "profile: corp\nrows: completions\n")
    assert "this profile is for completions; people are asked for [wrong-profile]" in found


def test_a_profile_is_found_by_name_or_by_file(tmp_path: Path) -> None:
    """A name that isn't shipped is told with the nearest; a file that isn't there, too."""
    path = tmp_path / "corp.yaml"
    path.write_text(HEAD + "columns: {person: Id}\n", encoding="utf-8")
    found, problems = mapping.find("people", str(path), FIELDS)
    assert found and found.name == "corp" and not problems
    assert mapping.find("people", str(tmp_path / "x.yaml"), FIELDS)[1][0].code == "unreadable"
    assert mapping.find("people", "corp", FIELDS)[1][0].code == "unknown-profile"


def test_the_digest_is_of_what_a_profile_says() -> None:
    """Comments and order don't count, meanings do."""
    one = profile("columns: {person: Id, name: Name}\n")
    same = profile("# ours\ncolumns:\n  name: [Name]\n  person: Id\n")
    assert one.digest() == same.digest()
    assert profile("columns: {person: Id, name: Nom}\n").digest() != one.digest()


# Headers.


def test_headers_are_found_whatever_their_case_and_blanks() -> None:
    """And in any of the spellings that the profile knows."""
    by = "columns: {person: [Employee Id, 'Employee #'], name: Full name}\n"
    assert told("EMPLOYEE  #,full\u00a0Name\n7,Ana\n", by) == [{"person": "7", "name": "Ana"}]


def test_what_stands_above_the_header_is_passed_over() -> None:
    """The header is the first row that has what the profile detects a file by."""
    by = "detects: [Id]\ncolumns: {person: Id}\n"
    found = rows("Report of May\n\nId\n7\n", by)
    assert (found.rows[0].number, found.count) == (4, 1)


def test_a_file_without_the_header_is_told_what_it_lacks() -> None:
    """The row that comes nearest is named, and a header that may have been meant."""
    by = "columns: {person: Employee Id, name: Name}\n"
    assert said("Name,Employee_Id\nAna,7\n", by) == [
        'people.csv:1: error: no header that corp knows: this row, the nearest, lacks "Employee Id"'
        ' [no-header]\n  did you mean "Employee_Id"?'
    ]


def test_a_column_that_went_missing_is_an_error() -> None:
    """Unless the profile says that it may: leavers without a last day would never leave."""
    by = "detects: [Id]\ncolumns: {person: Id, left: Last day}\n"
    (found,) = said("Id,Last day of work\n7,\n", by)
    assert 'error: no column "Last day", which corp takes for left [missing-column]' in found
    assert "optional: [left]" in said("Id\n7\n", by)[0]
    assert told("Id\n7\n", by + "optional: [left]\n") == [{"person": "7"}]


def test_a_column_that_nobody_knows_is_a_warning_once() -> None:
    """Ignored ones are not, and neither are empty ones."""
    by = "columns: {person: Id}\nignore: [Shoe size]\n"
    found = rows("Id,Shoe size,Unit,,\n7,43,X,\n8,44,Y,,z\n", by)
    assert [str(each) for each in found.problems] == [
        'people.csv:1: warning: column "Unit" is not used [unknown-column]\n'
        "  write it into the profile, under columns or under ignore",
        "people.csv:3: error: this row has 5 cells, the header 3 [extra-cells]\n"
        '  is there a "," inside of a cell that has no quotes?',
    ]
    assert [row.values["person"] for row in found.rows] == ["7"]


def test_two_columns_for_one_field_are_a_problem() -> None:
    """Only a list takes what all of them say."""
    by = "columns: {person: [Id, Number], mails: [Mail, Home]}\n"
    (found,) = said("Id,Number\n7,8\n", by + "optional: [mails]\n")
    assert 'two columns say person: "Id" and "Number" [duplicate-column]' in found
    assert told("Id,Mail,Home\n7,a@x; b@x,c@x\n", by)[0]["mails"] == ("a@x", "b@x", "c@x")


# Days and instants.

DAYS = "columns: {person: Id, hired: Hired, left: Left}\noptional: [left]\n"


def hired(text: str, by: str = DAYS) -> list[object]:
    return [row.get("hired") for row in told(text, by)]


def test_a_day_of_31_february_is_told_with_its_row() -> None:
    """It is never taken for another day."""
    (found,) = said("Id,Hired\n1,28/02/2026\n2,31/02/2026\n", DAYS)
    assert found == (
        'people.csv:3: error: Hired is "31/02/2026", which is not a day [bad-day]\n'
        "  write it like 2026-02-28, or in the form %d/%m/%Y"
    )


@pytest.mark.parametrize("written", ["2026-02-31", "31.02.2026", "2026-2-3", "0206-01-01", "soon"])
def test_what_is_no_day_is_not_guessed(written: str) -> None:
    """Not in the calendar, in no form, or in a year that nobody means."""
    (found,) = said(f"Id,Hired\n1,{written}\n", DAYS)
    assert f'Hired is "{written}", which is not a day [bad-day]' in found


def test_a_number_where_a_day_should_be_has_a_way_out() -> None:
    """Excel shows days as numbers where a column has lost its format."""
    (found,) = said("Id,Hired\n1,46112\n", DAYS)
    assert found.endswith("format the column as a date in Excel")


def test_one_day_beyond_the_twelfth_makes_a_file_s_order_plain() -> None:
    """Day first or month first, for all its days; in whichever column it stands."""
    assert hired("Id,Hired,Left\n1,03/04/2026,\n2,05/05/2026,31/05/2026\n") == [
        date(2026, 4, 3),
        date(2026, 5, 5),
    ]
    assert hired("Id,Hired\n1,03/04/2026\n2,12/31/2026\n") == [date(2026, 3, 4), date(2026, 12, 31)]


def test_a_file_whose_order_nothing_tells_is_a_problem() -> None:
    """Every day fits both orders, or some fit only one and some only the other."""
    (found,) = said("Id,Hired\n1,05/05/2026\n2,03/04/2026\n", DAYS)
    assert "people.csv:3: error" in found and "[ambiguous-days]" in found
    (found,) = said("Id,Hired\n1,31/03/2026\n2,03/31/2026\n", DAYS)
    assert '"03/31/2026" in row 3 has it the other way [ambiguous-days]' in found
    by = DAYS + "days: ['%d/%m/%Y']\n"
    assert hired("Id,Hired\n1,03/04/2026\n", by) == [date(2026, 4, 3)]


@pytest.mark.parametrize(
    "written",
    [
        *("2026-04-03", "2026-04-03T00:00:00", "2026-04-03-08:00", "2026-04-03T00:00:00.000Z"),
        *("3 Apr 2026", "03.04.2026", "April 3, 2026"),
    ],
)
def test_days_that_can_be_read_in_one_way_need_no_form(written: str) -> None:
    """ISO, names of months, and points, before which a month never stands first."""
    assert hired(f'Id,Hired\n1,"{written}"\n') == [date(2026, 4, 3)]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_day_is_read_as_it_was_written(day: date, form: str) -> None:
    """In a declared form, whatever other order it would fit."""
    assert days.day(day.strftime(form), (form,)) == day
    other = days.order([day.strftime(form)])
    assert other.unsure or days.day(day.strftime(form), other.forms) == day


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 12, 31))), st.booleans())
def test_a_file_s_order_is_never_taken_the_wrong_way(some: list[date], first: bool) -> None:
    """What the order of a file is taken for is how it was written, or it is left open."""
    form = "%d/%m/%Y" if first else "%m/%d/%Y"
    found = days.order([each.strftime(form) for each in some])
    if not found.unsure:
        assert [days.day(each.strftime(form), found.forms) for each in some] == some


def test_an_instant_keeps_the_precision_in_which_it_was_written() -> None:
    """Second, minute or day; with an offset only where the text has one."""
    by = "columns: {person: Id, at: At}\ninstants: ['%d/%m/%Y %H:%M']\n"
    texts = ["31/03/2026 08:15", "2026-03-31 08:15:00", "2026-03-31", "2026-03-31T08:15:00+02:00"]
    found = told("Id,At\n" + "".join(f"1,{text}\n" for text in texts), by)
    eight = datetime(2026, 3, 31, 8, 15)
    assert [row["at"] for row in found] == [
        Local(eight, "minute"),
        Local(eight, "second"),
        Local(datetime(2026, 3, 31), "day"),
        Local(eight, "second", "+02:00"),
    ]
    assert (
        "which is not a day with a time [bad-instant]" in said("Id,At\n1,03/31/2026 1:00\n", by)[0]
    )


# Values.

KINDS = (
    "columns: {person: Id, kind: Kind, roles: Team}\noptional: [roles]\n"
    "values:\n  kind: {Full-Time: employee, Freelance: contractor, '': employee}\n"
    "  roles: {Dev: engineering, Ops: engineering, Board: ''}\nsplit: {roles: '/'}\n"
)


def test_values_are_what_the_profile_says_they_mean() -> None:
    """Whatever their case; an empty cell, too, if it says so; each entry of a list for itself."""
    assert told("Id,Kind,Team\n1,full-time,Dev/Ops/board\n2,,\n3,contractor,\n", KINDS) == [
        {"person": "1", "kind": "employee", "roles": ("engineering",)},
        {"person": "2", "kind": "employee"},
        {"person": "3", "kind": "contractor"},
    ]


def test_a_value_without_a_meaning_is_a_problem_not_a_guess() -> None:
    """The nearest that has one is suggested."""
    (found,) = said("Id,Kind\n1,Ful-time\n", KINDS)
    assert 'Kind is "Ful-time", which has no meaning in the profile [unknown-value]' in found
    assert 'did you mean "full-time"?' in found
    (found,) = said("Id,Kind,Team\n1,,Dev/Sales\n", KINDS)
    assert "write roles: {Sales: ...} under values" in found


def test_a_constant_is_the_same_in_every_row() -> None:
    """It needs no column."""
    by = "columns: {person: Id}\nconstants: {kind: contractor}\n"
    assert told("Id\n1\n", by) == [{"person": "1", "kind": "contractor"}]


def test_every_problem_of_a_file_is_told_at_once() -> None:
    """And the rows that have none are there all the same."""
    found = rows("Id,Hired,Left\n1,x,y\n2,2026-01-05,\n3,,z\n", DAYS)
    assert [(each.mark.line, each.code) for each in found.problems] == [
        (2, "bad-day"),
        (2, "bad-day"),
        (4, "bad-day"),
    ]
    assert [row.number for row in found.rows] == [3]
    assert found.count == 3
    assert found.rows[0].written["hired"] == "2026-01-05"

"""Tests of rosters: what a row says, what is wrong with it, and with several together."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs import mapped, mapping, tabular
from lrs.days import Interval
from lrs.people import facts
from lrs.people.facts import Account, Fact
from lrs.people.judging import Standing, judged
from lrs.people.roster import FIELDS, SPANS, Roster, roster
from scormkit import document


def read(data: str | bytes, profile: str = "plain", name: str = "people.csv") -> Roster:
    """A roster by a shipped profile, or by the text of one."""
    content = data.encode() if isinstance(data, str) else data
    if "\n" in profile:
        source = document.parse(profile.encode(), "p.yaml")
        found, problems = mapping.of(source, "people", FIELDS)
    else:
        found, problems = mapping.find("people", profile, FIELDS)
    assert found, problems
    return roster(name, mapped.rows(tabular.read(name, content), found, FIELDS))


def only(data: str | bytes, profile: str = "plain") -> Fact:
    """The fact of a file of one row, with which nothing is wrong."""
    made = read(data, profile)
    assert [each for each in made.problems if each.severity == "error"] == []
    (fact,) = made.facts
    return fact


def said(made: Roster) -> list[str]:
    """Each problem in a line, without the hint."""
    return [str(each).splitlines()[0] for each in sorted(made.problems)]


def against(data: str, standing: Standing) -> list[str]:
    """What is wrong with a roster when it is compared with what is known."""
    return [str(each) for each in judged(read(data), standing)]


FULL = (
    "person,name,mails,login,lms,kind,roles,manager,hired,left,access_from,access_to,leave_from,"
    "leave_to,unit,zone,same_as\n"
    "00042,Ana\u00a0Ruiz,ana@brightwater.example;ar@brightwater.example,aruiz,"
    "https://lms.brightwater.example,employee,engineering; it,00007,2026-01-05,2026-12-30,"
    "2026-01-12,2026-12-15,2026-03-01,2026-03-31,Engineering,Europe/Berlin,00013\n"
)


def test_a_row_says_all_that_there_is_to_say() -> None:
    """In normal form, which stands in the log and is read back as the same."""
    fact = only(FULL)
    told = facts.as_json(fact)
    assert told == {
        "row": 2,
        "person": "00042",
        "name": "Ana Ruiz",
        "mails": ["ana@brightwater.example", "ar@brightwater.example"],
        "accounts": [{"lms": "https://lms.brightwater.example", "login": "aruiz"}],
        "kind": "employee",
        "roles": ["engineering", "it"],
        "manager": "00007",
        "hired": "2026-01-05",
        "left": "2026-12-30",
        "access": [{"from": "2026-01-12", "to": "2026-12-15"}],
        "leave": [{"from": "2026-03-01", "to": "2026-03-31"}],
        "unit": "Engineering",
        "zone": "Europe/Berlin",
        "same_as": "00013",
    }
    assert facts.read(json.loads(json.dumps(told))) == fact
    assert fact.windows() == (Interval(date(2026, 1, 12), date(2026, 12, 15)),)


def test_a_row_says_only_what_it_says() -> None:
    """No roles, no manager, no last day and no leave are said where the file has the column; of
    what has none, nothing is."""
    assert facts.as_json(only("person,hired\n7,2026-01-05\n")) == {
        "row": 2,
        "person": "7",
        "hired": "2026-01-05",
    }
    fact = only("person,hired,left,roles,manager,leave_from,unit\n7,2026-01-05,,,,,\n")
    assert facts.as_json(fact) == {
        "row": 2,
        "person": "7",
        "manager": None,
        "roles": [],
        "hired": "2026-01-05",
        "left": None,
        "leave": [],
    }
    assert facts.read(facts.as_json(fact)) == fact


def test_the_end_of_time_is_no_end() -> None:
    """HR systems write 31/12/9999 where there is none."""
    assert only("person,hired,left\n7,2026-01-05,9999-12-31\n").left is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_are_right_in_every_encoding(encoding: str) -> None:
    """Whatever the HR system writes."""
    text = "person;name;hired\n7;Zoë Müller-Ångström;05.01.2026\n"
    fact = only(text.encode(encoding))
    assert (fact.name, fact.hired) == ("Zoë Müller-Ångström", date(2026, 1, 5))


def test_days_are_taken_day_first_where_the_file_shows_it() -> None:
    """31/01 can't be a month; so 05/01 is in January, too."""
    made = read("person,hired\n7,31/01/2026\n8,05/01/2026\n")
    assert [fact.hired for fact in made.facts] == [date(2026, 1, 31), date(2026, 1, 5)]


# What is wrong with a row.


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("hired\n7,31/02/2026", 'hired is "31/02/2026", which is not a day [bad-day]'),
        ("hired\n7,9999-12-31", "hired is 9999-12-31, which stands for no end [bad-day]"),
        ("hired,left\n7,2026-02-01,2026-01-31", "(2026-01-31) is before hired (2026-02-01)"),
        ("access_from,access_to\n7,2026-02-01,2026-01-31", "[access-backwards]"),
        ("hired,access_to\n7,2026-02-01,2026-03-31", "nothing says access_from"),
        ("leave_from,leave_to\n7,2026-02-01,2026-01-31", "[leave-backwards]"),
        ("mails\n7,ana at brightwater", '"ana at brightwater" is no mail address [bad-mail]'),
        ("login\n7,aruiz", 'the login "aruiz" is of no LMS [no-lms]'),
        ("kind\n7,boss", 'kind is "boss", which has no meaning in the profile [unknown-value]'),
        ("zone\n7,Berlin", '"Berlin" is no time zone [unknown-zone]'),
        ("same_as\n7,7", "7 is the same as itself [same-as]"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_at_the_row(cells: str, problem: str) -> None:
    """One clear problem, with a way out."""
    (found,) = (each for each in read(f"person,{cells}\n").problems if each.severity == "error")
    assert str(found).startswith("people.csv:2: error: ") and problem in str(found)
    assert found.hint


def test_a_contractor_without_an_hr_number_is_a_problem_with_a_way_out() -> None:
    """An id of our own, or --leave-out."""
    made = read("person,name,kind,hired\n,Jo Roe,contractor,2026-02-01\n")
    (found,) = made.problems
    assert str(found).splitlines()[0] == ("people.csv:2: error: no HR id for Jo Roe [no-person]")
    assert "an id of your own that never changes" in found.hint and "--leave-out" in found.hint
    assert not made.facts


@pytest.mark.parametrize("id", ["1.99E+02", "4e+05", "1,2E+10", "x" * 101])
def test_an_hr_id_that_a_workbook_has_shortened_is_refused(id: str) -> None:
    """What was cut off can't be guessed."""
    assert "[broken-id]" in said(read(f'person,hired,kind\n"{id}",2026-01-05,intern\n'))[0]


def test_zeros_can_be_put_back() -> None:
    """Where the profile says how many digits there are."""
    by = "profile: corp\nrows: people\nextends: plain\npad: {person: 5, manager: 5}\n"
    fact = only("person,manager,hired\n42,7,2026-01-05\n", by)
    assert (fact.person, fact.manager) == ("00042", "00007")
    assert only("person,manager,hired\nE42,,2026-01-05\n", by).person == "E42"


def test_numbers_with_zeros_survive_a_workbook() -> None:
    """As texts, and as numbers in a format that shows them."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["person", "manager", "hired"])
        sheet.write_string(1, 0, "00042")
        sheet.write_number(1, 1, 7, book.add_format({"num_format": "00000"}))
        sheet.write_string(1, 2, "2026-01-05")
    fact = only(stream.getvalue())
    assert (fact.person, fact.manager) == ("00042", "00007")


# Rows together.


def test_a_row_that_says_the_same_again_is_left_out() -> None:
    """It is counted, and told which row it repeats."""
    made = read("person,hired,kind\n7,2026-01-05,intern\n7,2026-01-05,intern\n")
    assert [fact.row for fact in made.facts] == [2]
    assert made.left_out == ((3, "same-row", "says what row 2 says"),)
    assert not made.problems


def test_one_person_may_have_a_row_for_each_time() -> None:
    """A rehire: two windows that share no day. Otherwise it is a problem which row is right."""
    head = "person,kind,hired,left\n7,intern,2024-01-01,2024-06-30\n"
    assert not read(head + "7,employee,2026-01-05,\n").problems
    twice = "people.csv:3: error: 7 stands in row 2 too, and nothing keeps the two apart"
    assert said(read(head + "7,employee,2024-06-30,\n")) == [f"{twice} [person-twice]"]


def test_two_people_of_one_name_are_two_people() -> None:
    """Nothing is joined, and nothing is wrong."""
    made = read("person,kind,name,hired\n7,intern,Jo Roe,2026-01-05\n8,intern,Jo Roe,2026-01-05\n")
    assert [fact.person for fact in made.facts] == ["7", "8"]
    assert not made.problems


def test_a_mail_of_two_people_is_a_warning() -> None:
    """What comes under it waits for a ruling."""
    rows = "7,intern,it@x.example,2026-01-05\n8,intern,it@x.example,2026-01-05\n"
    made = read("person,kind,mails,hired\n" + rows)
    shared = 'people.csv:3: warning: "mbox mailto:it@x.example" is of 8 and of 7 (row 2)'
    assert said(made) == [f"{shared} [shared-name]"]


def test_hr_ids_that_differ_in_zeros_alone_are_told() -> None:
    """If both stand in one file, they are two people, but somebody should look."""
    made = read("person,kind,hired\n00042,intern,2026-01-05\n42,intern,2026-01-05\n")
    assert "look alike [alike-id]" in said(made)[0]
    assert len(made.facts) == 2


def test_who_is_of_no_kind_is_told_once() -> None:
    """Not for each row."""
    made = read("person,hired\n7,2026-01-05\n8,2026-01-05\n")
    assert said(made) == [
        "people.csv: warning: no column says what people are; those who are new are of no kind "
        "[no-kind]"
    ]


# Against what is known.


def test_who_is_new_needs_a_first_day() -> None:
    """Else they would be in no population; who is known needs none."""
    text = "person,kind,roles\n7,intern,it\n"
    assert (
        "7 is new, and nothing says since when they have access [no-access]"
        in (against(text, Standing())[0])
    )
    assert against(text, Standing({"7"})) == []


def test_lost_zeros_are_noticed_by_who_is_known() -> None:
    """42 is an error if 00042 is known; 00042 a warning if 42 is; so are managers."""
    new = "person,kind,hired,manager\n{},intern,2026-01-05,{}\n"
    assert "were zeros lost? [lost-zeros]" in against(new.format("42", ""), Standing({"00042"}))[0]
    (found,) = against(new.format("00042", ""), Standing({"42"}))
    assert "warning" in found and "lrs people merge 42 00042" in found
    (found,) = against(new.format("1", "7"), Standing({"00007"}))
    assert 'the manager "7" is nobody, but "00007" is: were zeros lost? [lost-zeros]' in found
    assert "pad: {manager: 5}" in found
    (found,) = against(new.format("a7", ""), Standing({"A7"}))
    assert 'warning: the HR id "a7" is new, and looks like "A7", which is known' in found


def test_a_manager_who_is_in_no_roster_is_told_once() -> None:
    """They are a warning: managers may be on somebody else's payroll."""
    text = "person,kind,hired,manager\n7,intern,2026-01-05,99\n8,intern,2026-01-05,99\n"
    (found,) = against(text, Standing())
    assert found.startswith('people.csv:2: warning: the manager "99" is in no roster [unknown-')
    assert against(text, Standing({"99"})) == []


def test_managers_in_a_circle_are_an_error() -> None:
    """Each circle once, with the way around; also through people whom only the store knows."""
    text = "person,kind,hired,manager\n{}\n"
    rows = (
        "1,intern,2026-01-05,2\n2,intern,2026-01-05,3\n3,intern,2026-01-05,1\n4,intern,2026-01-05,1"
    )
    (found,) = against(text.format(rows), Standing())
    way = "managers in a circle: 1 reports to 2 reports to 3 reports to 1"
    assert found.startswith(f"people.csv:2: error: {way} [manager-circle]")
    (found,) = against(text.format("1,intern,2026-01-05,1"), Standing())
    assert "1 reports to 1 [manager-circle]" in found
    bosses = {"8": "9", "9": "1"}
    (found,) = against(text.format("1,intern,2026-01-05,8"), Standing({"1", "8", "9"}, bosses.get))
    assert "1 reports to 8 reports to 9 reports to 1" in found


def test_a_rehire_with_a_new_id_is_proposed_not_joined() -> None:
    """By a mail that is known of somebody else; unless the HR system says who it was."""
    standing = Standing({"00013"}, called=lambda names: dict.fromkeys(names, "00013"))
    text = "person,kind,hired,mails,same_as\n00099,intern,2026-01-05,jo@x.example,{}\n"
    (found,) = against(text.format(""), standing)
    assert 'warning: 00099 is new, and "mbox mailto:jo@x.example" is known of 00013' in found
    assert "lrs people merge 00099 00013" in found
    assert against(text.format("00013"), standing) == []
    (found,) = against(text.format("00012"), standing)
    assert "00099 is said to be 00012, who is in no roster [unknown-person]" in found


def test_a_no_break_space_in_an_hr_id_is_a_space() -> None:
    """Nobody can see the difference."""
    fact = only("person,manager,hired\n\u00a0E\u00a042\u00a0,E\u00a07,2026-01-05\n")
    assert (fact.person, fact.manager) == ("E 42", "E 7")


# The profiles that are shipped.

BAMBOO = (
    'Employee #,"Last name, First name",Status,Hire Date,Original Hire Date,Employment Status,'
    "Department,Job Title,Reporting to\n"
)


def test_bamboohr_s_reporting_to_is_a_name() -> None:
    """It is taken where one person in the file is called so, with a warning; where two are, it is
    an error, and where nobody is, a warning."""
    rows = (
        '1,"Lee, Bo",Active,31/01/2020,31/01/2020,Full-Time,Board,Head,\n'
        '2,"Ruiz, Ana",Active,05/01/2026,05/01/2026,Contractor,Dev,Engineer,Bo Lee\n'
        '3,"Roe, Jo",Active,05/01/2026,05/01/2026,Intern,Dev,Engineer,"Lee, Bo"\n'
        '4,"Poe, Al",Active,05/01/2026,05/01/2026,Part-Time,Dev,Engineer,"Moss, Flo"\n'
    )
    made = read(BAMBOO + rows, "bamboohr")
    assert [(fact.manager, fact.kind) for fact in made.facts] == [
        (None, "employee"),
        ("1", "contractor"),
        ("1", "intern"),
        (None, "employee"),
    ]
    assert said(made) == [
        "people.csv: warning: 2 managers are told by name; each is the name of one person in this "
        "file [manager-by-name]",
        'people.csv:5: warning: the manager "Moss, Flo" is nobody in this file [unknown-manager]',
    ]
    other = '5,"Lee, Bo",Active,05/01/2026,05/01/2026,Intern,Dev,Engineer,\n'
    made = read(BAMBOO + rows + other, "bamboohr")
    may_be = 'people.csv:3: error: the manager "Bo Lee" may be any of 1, 5 [manager-by-name]'
    assert said(made)[0] == may_be


def test_bamboohr_s_supervisor_id_goes_before_the_name() -> None:
    """Where the report has it."""
    head = BAMBOO.replace("Job Title", "supervisorEId")
    fact = only(head + '2,"Ruiz, Ana",,31/01/2026,,Full-Time,Dev,00007,"Lee, Bo"\n', "bamboohr")
    assert fact.manager == "00007"
    assert fact.name == "Ruiz, Ana"


def test_workday_s_report_is_read_as_json() -> None:
    """With its envelope, and in whichever of the usual spellings."""
    entry = {
        "Employee_ID": "00042",
        "Worker": "Ana Ruiz",
        "Worker_Type": "Contingent Worker",
        "Hire_Date": "2026-01-05",
        "Contract_Start_Date": "2026-01-12",
        "Contract_End_Date": "2026-02-28",
        "Manager_ID": "00007",
    }
    fact = only(json.dumps({"Report_Entry": [entry]}), "workday")
    assert (fact.person, fact.kind, fact.manager) == ("00042", "contractor", "00007")
    assert fact.windows() == (Interval(date(2026, 1, 12), date(2026, 2, 28)),)


def test_a_login_is_one_of_the_lms_that_is_told() -> None:
    """The profile may say it for all rows."""
    by = "profile: corp\nrows: people\nextends: plain\nconstants: {lms: https://lms.x.example}\n"
    assert only("person,login,hired\n7,aruiz,2026-01-05\n", by).accounts == (
        Account("https://lms.x.example", "aruiz"),
    )


@pytest.mark.parametrize("name", mapping.shipped("people"))
def test_shipped_profiles_have_no_faults(name: str) -> None:
    """And say what they are for."""
    found, problems = mapping.find("people", name, FIELDS)
    assert found and not problems and found.title and found.name == name


# Properties.

ODD = (
    *("", "7", "8", "07", "1.99E+02", "Ana Ruiz", "ana@x.example", "a@@b", "0", "=1+1", "x" * 120),
    *("2026-01-05", "9999-12-31", "31/02/2026", "31/01/2026", "01/31/2026", "46112"),
    *("employee", "it; it", "Europe/Berlin", "https://lms.example", "é", "\u00a0"),
)
NAMES = [field.name for field in FIELDS if field.name in FULL.splitlines()[0].split(",")]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD)), min_size=1, max_size=4)
)
def test_no_row_is_lost_in_silence(rows: list[dict[str, str]]) -> None:
    """Each is a fact, or is left out with a reason, or has an error at its line."""
    lines = [NAMES, *([row.get(name, "") for name in NAMES] for row in rows)]
    stream = io.StringIO()
    csv.writer(stream).writerows(lines)
    made = read(stream.getvalue())
    told = {fact.row for fact in made.facts} | {row.row for row in made.left_out}
    wrong = {each.mark.line for each in made.problems if each.severity == "error"}
    assert made.rows <= told | wrong or any(each.code == "ambiguous-days" for each in made.problems)
    for fact in made.facts:
        assert facts.read(json.loads(json.dumps(facts.as_json(fact)))) == fact


# What is documented.

ROOT = Path(__file__).parents[3]
CALLS = {"Problem": 2, "_refusal": 2, "error": 2, "warning": 2, "_Unfit": 1}


def test_every_code_of_a_problem_is_in_the_readme() -> None:
    """And the table of them has none that is gone."""
    text = (ROOT / "lrs" / "README.md").read_text(encoding="utf-8")
    table = text.split("### Problems of a roster")[1].split("\n## ")[0]
    told = {code for row in re.findall(r"^\| (`.*?) \|", table, re.M) for code in row.split(", ")}
    modules = (
        "tabular",
        "mapping",
        "mapped",
        "people/roster",
        "people/judging",
        "people/hr_import",
    )
    codes = {"same-row", *(code for _, _, code in SPANS)}
    for name in modules:
        codes |= set(_codes(ROOT / "lrs" / f"{name}.py"))
    assert sorted(code for code in codes if f"`{code}`" not in text) == []
    assert sorted(code for code in told if code.strip("`") not in codes) == []


def _codes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = CALLS.get(name, len(node.args))
            if at < len(node.args) and isinstance(node.args[at], ast.Constant):
                yield str(getattr(node.args[at], "value", ""))

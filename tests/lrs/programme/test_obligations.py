"""Tests of what is owed: each docstring is a rule of lrs/programme/README.md, word for word."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from people_owing import BASELINE, QUARTERLY, ROLES, ana, day, owed, programme, span, told, versions

from lrs.programme import obligations
from lrs.programme.calendars import PAUSED
from lrs.programme.obligations import Fail
from lrs.programme.programme import Version, in_force

NEVER = date.max
SEVEN = BASELINE.replace("14", "7")


def test_readme() -> None:
    """The page has each rule that a test shows to hold, and no other."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    docs = [ast.get_docstring(node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    shown = {" ".join(text.split()) for text in docs[1:] if text and not text.startswith("(")}
    root = Path(obligations.__file__).parent
    page = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    rules = page.partition("## Rules of obligations")[2].partition("## Why it is so")[0]
    assert set(re.findall(r"- \*\*(.+?)\*\*", rules)) == shown


def test_version_of_the_anchor() -> None:
    """What is owed keeps the version of the programme that is in force on the day it is anchored
    to."""
    both = ("2026-01-01", "2026-07-01")
    before = owed(ana("2026-06-30.."), BASELINE, SEVEN, starts=both)
    after = owed(ana("2026-07-01.."), BASELINE, SEVEN, starts=both)
    assert told(before) == ["phishing onboarding 2026-06-30 2026-07-14"]
    assert told(after) == ["phishing onboarding 2026-07-01 2026-07-08"]
    assert [each.version for each in (*before, *after)] == [1, 2]
    same_day = owed(ana("2026-07-01.."), SEVEN, BASELINE, starts=("2026-01-01", "2026-01-01"))
    assert told(same_day) == ["phishing onboarding 2026-07-01 2026-07-15"]


def test_nothing_before_the_first_version() -> None:
    """Before the first version takes effect, nothing is owed."""
    text = "everyone:\n  onboarding: {within: 14, exercises: [phishing]}\n" + (
        "  cadences: {y: {every: year, exercises: [phishing]}}"
    )
    assert told(owed(ana("2019-04-01.."), text)) == ["phishing cadence 2026-01-01 2026-12-31"]
    assert owed(ana("2019-04-01..2025-12-31"), text) == []
    assert owed(ana("2019-04-01.."), text, upto="2025-12-31") == []


def test_no_version_moves_anybody() -> None:
    """A new version moves nobody into a bucket."""
    one = programme("engineering: {role-change: {within: 9, exercises: [secrets]}}")
    text = "finance: {role-change: {within: 9, exercises: [secrets]}}"
    other = programme(f"{text[:-1]}, cadences: {{q: {{every: quarter, exercises: [invoices]}}}}}}")
    both = (Version(1, day("2026-01-01"), one), Version(2, day("2026-05-01"), other))
    person = ana("2026-01-05..", roles={"2026-02-01..": "ap"})
    found = obligations.obligations(person, both, day("2026-07-31"))
    assert told(found) == ["invoices cadence 2026-07-01 2026-09-30"]


def test_onboarding() -> None:
    """Who gets access owes the onboarding of each bucket that they are in on that day."""
    engineer = ana("2026-01-05..", roles={"2026-01-05..": "engineering"})
    assert told(owed(engineer, ROLES)) == [
        "phishing onboarding 2026-01-05 2026-01-19",
        "secrets onboarding 2026-01-05 2026-01-19",
    ]
    assert [(each.bucket, each.rule) for each in owed(engineer, ROLES)] == [
        ("everyone", "curriculum/everyone/onboarding"),
        ("engineering", "curriculum/engineering/onboarding"),
    ]


def test_role_change() -> None:
    """Who comes into a bucket later owes its role change, anchored to that day."""
    roles = {"2026-01-05..2026-04-30": "engineering", "2026-05-01..": "finance"}
    found = owed(ana("2026-01-05..", roles=roles), ROLES)
    assert told(found)[2:] == ["invoices role-change 2026-05-01 2026-05-31"]
    text = BASELINE.replace("everyone", "staff").replace("onboarding", "role-change")
    kinds = {"2026-01-05..2026-04-30": "contractor", "2026-05-01..": "employee"}
    taken_on = owed(ana("2026-01-05..", kinds=kinds), text)
    assert told(taken_on) == ["phishing role-change 2026-05-01 2026-05-15"]


def test_role_goes_on() -> None:
    """A role goes on if it ends and begins again without a day between."""
    text = "engineering: {role-change: {within: 30, exercises: [secrets]}}"
    roles = {"2026-01-05..2026-03-31": "engineering", "2026-04-01..": "engineering"}
    assert owed(ana("2026-01-05..", roles=roles), text) == []
    roles = {"2026-01-05..2026-03-31": "engineering", "2026-04-02..": "engineering"}
    again = owed(ana("2026-01-05..", roles=roles), text)
    assert told(again) == ["secrets role-change 2026-04-02 2026-05-02"]


def test_second_window() -> None:
    """Another access window is a new beginning."""
    person = ana("2026-09-01..", "2026-01-05..2026-03-31", roles={"2026-01-05..": "engineering"})
    found = owed(person, ROLES)
    assert [each.anchor for each in found] == [day("2026-01-05")] * 2 + [day("2026-09-01")] * 2
    assert {each.reason for each in found} == {"onboarding"}
    assert [each.window for each in found] == [0, 0, 1, 1]


def test_windows_that_overlap() -> None:
    """Access windows that overlap are one; those that only follow each other are two."""
    overlapping = owed(ana("2026-01-05..2026-03-31", "2026-03-31..2026-08-31"), BASELINE)
    assert [each.anchor for each in overlapping] == [day("2026-01-05")]
    following = owed(ana("2026-01-05..2026-03-31", "2026-04-01..2026-08-31"), BASELINE)
    assert [each.anchor for each in following] == [day("2026-01-05"), day("2026-04-01")]


def test_who_is_there_on_the_day() -> None:
    """What comes again is owed by whoever has access and is in the bucket on the day it comes."""
    assert [each.anchor for each in owed(ana("2026-01-05..2026-07-01"), QUARTERLY)] == [
        day("2026-04-01"),
        day("2026-07-01"),
    ]
    text = QUARTERLY.replace("everyone", "finance")
    person = ana("2026-01-01..", roles={"2026-03-31..2026-04-01": "ap", "2026-07-02..": "finance"})
    assert [each.anchor for each in owed(person, text)] == [day("2026-04-01"), day("2026-10-01")]


@pytest.mark.parametrize(
    ("every", "within", "last"),
    [
        ("month", "", "phishing cadence 2026-02-01 2026-02-28"),
        ("quarter", "", "phishing cadence 2026-01-01 2026-03-31"),
        ("year", "", "phishing cadence 2026-01-01 2026-12-31"),
        ("quarter", "within: 30, ", "phishing cadence 2026-01-01 2026-01-31"),
    ],
)
def test_calendar(every: str, within: str, last: str) -> None:
    """A month, quarter or year begins on its first day and is due on its last, unless the rule
    says within how many days."""
    text = f"everyone: {{cadences: {{c: {{every: {every}, {within}exercises: [phishing]}}}}}}"
    assert told(owed(ana("2025-01-05.."), text, upto="2026-02-28"))[-1] == last


def test_from_access() -> None:
    """Counted from access, it comes on the same day of later months, or on the last day of a
    shorter one."""
    rule = "{every: quarter, from: access, within: 9, exercises: [phishing]}"
    text = f"everyone: {{cadences: {{c: {rule}}}}}"
    found = owed(ana("2025-11-30.."), text, upto="2026-08-30")
    assert told(found) == [
        "phishing cadence 2026-02-28 2026-03-09",
        "phishing cadence 2026-05-30 2026-06-08",
        "phishing cadence 2026-08-30 2026-09-08",
    ]
    yearly = text.replace("quarter", "year")
    leap = owed(ana("2024-02-29.."), yearly, starts=["2024-01-01"], upto="2028-12-31")
    days = ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]
    assert [str(each.anchor) for each in leap] == days


def test_turns() -> None:
    """Of exercises in turn one comes each time, and the first again with each year."""
    text = "everyone: {cadences: {c: {every: quarter, turns: [one, two, three]}}}"
    found = owed(ana("2025-01-05.."), text, upto="2027-03-31")
    assert [each.exercise for each in found] == ["one", "two", "three", "one", "one"]
    own = text.replace("quarter,", "quarter, from: access, within: 9,")
    found = owed(ana("2026-02-10.."), own, upto="2027-05-31")
    assert [each.exercise for each in found] == ["one", "two", "three", "one", "one"]


def test_named_days() -> None:
    """Days that are named come each year, or once where the year is named."""
    rule = "{on: [09-15, 03-15, 2026-05-05], within: 14, turns: [one, two, three]}"
    text = f"everyone: {{cadences: {{c: {rule}}}}}"
    assert told(owed(ana("2025-01-05.."), text, upto="2027-12-31")) == [
        "one cadence 2026-03-15 2026-03-29",
        "two cadence 2026-05-05 2026-05-19",
        "three cadence 2026-09-15 2026-09-29",
        "one cadence 2027-03-15 2027-03-29",
        "two cadence 2027-09-15 2027-09-29",
    ]


def test_within() -> None:
    """Within a number of days counts from the day after the anchor."""
    assert told(owed(ana("2026-01-05.."), BASELINE)) == [
        "phishing onboarding 2026-01-05 2026-01-19"
    ]
    at_once = BASELINE.replace("14", "0")
    assert told(owed(ana("2026-01-05.."), at_once)) == ["phishing onboarding 2026-01-05 2026-01-05"]


def test_grace() -> None:
    """Grace moves the due day and leaves the day that people are told."""
    text = "everyone: {onboarding: {within: 14, grace: 3, exercises: [phishing]}}"
    (one,) = owed(ana("2026-01-05.."), text)
    assert (one.asked, one.due) == (day("2026-01-19"), day("2026-01-22"))
    (away,) = owed(ana("2026-01-05..", leave=["2026-01-19..2026-01-20"]), text)
    assert (away.asked, away.due) == (day("2026-01-21"), day("2026-01-24"))
    (later,) = owed(ana("2026-01-05..", leave=["2026-01-20..2026-01-21"]), text)
    assert (later.asked, later.due) == (day("2026-01-19"), day("2026-01-24"))


@pytest.mark.parametrize(
    ("leave", "due"),
    [
        (["2026-01-10..2026-01-12"], "2026-01-22"),
        (["2026-01-10..2026-01-12", "2026-01-12..2026-01-13"], "2026-01-23"),  # no day twice
        (["2026-01-19..2026-01-31"], "2026-02-01"),  # on the due day itself
        (["2026-01-20..2026-01-31"], "2026-01-19"),
        (["2026-01-18..2026-01-18", "2026-01-20..2026-01-21"], "2026-01-22"),  # moved into leave
        (["2025-12-01..2026-01-05"], "2026-01-19"),  # up to the anchor
        (["2025-12-01..2026-01-06"], "2026-01-20"),
        (["2026-01-10.."], str(PAUSED)),
        (["2026-01-20.."], "2026-01-19"),
    ],
)
def test_leave(leave: list[str], due: str) -> None:
    """Each day of leave after the anchor moves the due day by one."""
    (one,) = owed(ana("2026-01-05..", leave=leave), BASELINE)
    assert str(one.due) == due
    assert (one.anchor, one.opens) == (day("2026-01-05"), day("2026-01-05"))


@pytest.mark.parametrize(
    ("leave", "due"),
    [("2026-01-01..2026-01-05", "2026-01-06"), ("2026-01-06..2026-01-31", "2026-01-05")],
)
def test_leave_on_the_only_day(leave: str, due: str) -> None:
    """(What is due on its anchor, a day of leave, is due on the first day back.)"""
    (one,) = owed(ana("2026-01-05..", leave=[leave]), BASELINE.replace("14", "0"))
    assert str(one.due) == due


def test_opens() -> None:
    """A completion counts from the anchor on, or from as many days earlier as the rule says."""
    text = "everyone: {onboarding: {within: 14, earlier: 30, exercises: [phishing]}}"
    (one,) = owed(ana("2026-01-05.."), text)
    assert one.opens == day("2025-12-06")
    assert owed(ana("2026-01-05.."), BASELINE)[0].opens == day("2026-01-05")


def test_left_before_due() -> None:
    """What is owed stays owed if access ends before it is due."""
    left = told(owed(ana("2026-01-05..2026-01-09"), BASELINE))
    assert left == ["phishing onboarding 2026-01-05 2026-01-19"]


def test_came_back() -> None:
    """What was not due when access ended is over on the day before the next window."""
    left, back = "2026-01-05..2026-01-09", "2026-03-01.."
    assert [each.last for each in owed(ana(left, back), BASELINE)] == [day("2026-02-28"), NEVER]
    assert [each.last for each in owed(ana(left), BASELINE)] == [NEVER]
    overdue = owed(ana("2026-01-05..2026-01-19", back), BASELINE)
    assert [each.last for each in overdue] == [NEVER, NEVER]
    plan = obligations.plan(versions(BASELINE), day("2026-01-31"))
    lasts = [obligations.of(ana(left, each), plan)[0].last for each in (back, "2026-05-01..")]
    assert lasts == [day("2026-02-28"), day("2026-04-30")]
    more = "remediation: {within: 14}\n"
    again = obligations.plan([Version(1, day("2026-01-01"), programme(BASELINE, more))], NEVER)
    fail = Fail("phishing", day("2026-01-08"))
    assert obligations.remediation(ana(left, back), again, fail)[0].last == day("2026-02-28")


def test_last_days() -> None:
    """What is anchored within the days asked about is there, whenever it is due."""
    late = told(owed(ana("2026-12-30.."), BASELINE))
    assert late == ["phishing onboarding 2026-12-30 2027-01-13"]
    assert owed(ana("2027-01-01.."), BASELINE) == []


def test_one_for_two_reasons() -> None:
    """The same exercise owed from the same day for two reasons is one obligation: the stricter
    days, all reasons."""
    text = (
        "everyone:\n"
        "  onboarding: {within: 14, earlier: 5, exercises: [phishing]}\n"
        "  cadences: {y: {every: year, earlier: 9, exercises: [phishing]}}\n"
        "finance: {onboarding: {within: 10, grace: 9, earlier: 3, exercises: [phishing]}}\n"
    )
    (one,) = owed(ana("2026-01-01..", roles={"2026-01-01..": "ap"}), text)
    assert told([one]) == ["phishing onboarding+onboarding+cadence 2026-01-01 2026-01-15"]
    assert (one.opens, one.asked) == (day("2025-12-29"), day("2026-01-11"))
    assert one.id == "00042|phishing|onboarding|2026-01-01"
    assert [reason.rule for reason in one.reasons] == [
        "curriculum/everyone/onboarding",
        "curriculum/finance/onboarding",
        "curriculum/everyone/cadences/y",
    ]


def test_two_for_two_days() -> None:
    """The same exercise owed from two days is two obligations, which one completion can meet."""
    text = QUARTERLY + "\nfinance: {role-change: {within: 30, exercises: [phishing]}}"
    person = ana("2026-01-01..", roles={"2026-02-15..": "ap"})
    found = owed(person, text, upto="2026-03-31")
    assert told(found) == [
        "phishing cadence 2026-01-01 2026-03-31",
        "phishing role-change 2026-02-15 2026-03-17",
    ]
    assert all(each.opens <= day("2026-02-20") <= each.due for each in found)


def test_names() -> None:
    """An obligation is called after person, exercise, first reason and anchor."""
    (one,) = owed(ana("2026-01-05.."), BASELINE)
    assert one.id == "00042|phishing|onboarding|2026-01-05"
    (later,) = owed(ana("2026-01-05..2026-01-06", leave=["2026-01-06.."]), SEVEN)
    assert later.id == one.id


def test_micro_exercises() -> None:
    """A micro-exercise is an exercise of its own, named after scenario and variant."""
    micro = "{scenario: phishing, variant: {voice: boss, lure: parcel}}"
    text = f"everyone: {{cadences: {{m: {{every: month, turns: [{micro}]}}}}}}"
    (one,) = owed(ana("2025-01-05.."), text, upto="2026-01-31")
    assert one.exercise == "phishing/lure=parcel,voice=boss"
    made = programme(text)
    assert made.met_by(one.exercise) == (one.exercise, "phishing")
    assert made.met_by("phishing") == ("phishing",)


def test_remediation() -> None:
    """A fail is put right within the days of the version in force on its day."""
    more = "remediation: {within: 14, grace: 2, instead: {invoices: [phishing, secrets]}}\n"
    one = Version(1, day("2026-01-01"), programme(BASELINE, more))
    other = Version(2, day("2026-07-01"), programme(BASELINE, "remediation: {within: 7}\n"))
    plan = obligations.plan((one, other), day("2026-12-31"))
    person = ana("2026-01-05..2026-08-31", leave=["2026-02-10..2026-02-12"])

    def after(exercise: str, failed: str) -> list[str]:
        return told(obligations.remediation(person, plan, Fail(exercise, day(failed))))

    assert after("phishing", "2026-02-01") == ["phishing remediation 2026-02-01 2026-02-20"]
    assert after("phishing", "2026-07-01") == ["phishing remediation 2026-07-01 2026-07-08"]
    assert after("invoices/a=b", "2026-03-01") == [
        "phishing remediation 2026-03-01 2026-03-17",
        "secrets remediation 2026-03-01 2026-03-17",
    ]
    assert after("phishing", "2026-09-01") == []
    (owes,) = obligations.remediation(person, plan, Fail("phishing", day("2026-02-01")))
    assert (owes.id, owes.rule, owes.bucket, owes.opens, owes.asked, owes.window) == (
        *("00042|phishing|remediation|2026-02-01", "remediation", ""),
        *(day("2026-02-01"), day("2026-02-18"), 0),
    )
    silent = obligations.plan(versions(BASELINE), day("2026-12-31"))
    assert obligations.remediation(person, silent, Fail("phishing", day("2026-02-01"))) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("2025-12-31", None), ("2026-06-30", 1), ("2026-07-01", 3), ("2026-12-31", 3)],
)
def test_in_force(text: str, number: int | None) -> None:
    """(The version of a day is the last to take effect; of two from one day, the one published
    last; before the first there is none.)"""
    starts = ("2026-01-01", "2026-07-01", "2026-07-01")
    found = in_force(versions(BASELINE, SEVEN, BASELINE, starts=starts), day(text))
    assert (found and found.number) == number


def test_intervals() -> None:
    """(Both ends of an interval are in it.)"""
    assert [span("2026-01-05..2026-01-06").holds(day(f"2026-01-0{n}")) for n in (4, 5, 6, 7)] == [
        *(False, True, True, False),
    ]
    assert span("2026-01-05..").holds(day("9999-12-31"))

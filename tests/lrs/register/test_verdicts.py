"""Tests of verdicts, exceptions and coverage: one obligation, and what came of it as of a day."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import asked, day, programme, register, ruled, somebody, told

from lrs.register.verdicts import UNPROVEN_NOTE

ONBOARDING = "00042|phishing|onboarding|2026-01-05"


@pytest.mark.parametrize(
    ("attempts", "as_of", "came"),
    [
        ([], "01-19", "pending"),
        ([], "01-20", "overdue"),
        (["phishing 01-19 pass 85 xapi"], "12-31", "met 01-19"),
        (["phishing 01-20 pass 85 xapi"], "12-31", "late 01-20"),
        (["phishing 01-20 pass 85 xapi"], "01-19", "pending"),
        (["phishing 01-10 pass 85 lms"], "12-31", "met 01-10"),
        (["phishing 01-10 fail 40 xapi"], "01-12", "failed"),
        (["phishing 01-10 fail 40 xapi"], "12-31", "failed"),
        (["phishing 01-10 pass 85 xapi other-result"], "01-12", "unverified"),
        (["phishing 01-10 fail 40 xapi other-result"], "01-12", "pending"),
        (["phishing 01-04 pass 85 xapi"], "12-31", "overdue"),
        (["smishing 01-10 pass 85 xapi"], "12-31", "overdue"),
        (["phishing 01-10 fail 40 xapi", "phishing 01-12 pass 90 xapi"], "12-31", "met 01-12"),
    ],
)
def test_an_obligation_has_one_verdict(attempts: list[str], as_of: str, came: str) -> None:
    """Access from 5 January, due on the 19th: what the attempts up to a day make of it."""
    found = register(asked(as_of=as_of), somebody("01-05.."), *attempts)
    assert told(found)[0].split(" (")[0] == f"phishing onboarding {came}"


def test_late_stays_late() -> None:
    """A pass closes the exception and doesn't erase it."""
    row = register(asked(), somebody("01-05.."), "phishing 02-03 pass 85 xapi")[0]
    assert told([row]) == ["phishing onboarding late 02-03"]
    assert row.exception
    assert (row.exception.state, row.exception.opened) == ("remediated", day("01-20"))
    assert row.exception.remediated == day("02-03")
    assert row.uncovered == (day("01-20"), day("02-02"), 14)


def test_a_ruling_excuses() -> None:
    """With who ruled and why; there is no exception then, and no day is uncovered."""
    row = register(asked(), somebody("01-05.."), rulings=ruled(excused=[ONBOARDING]))[0]
    assert told([row]) == ["phishing onboarding excused 01-19 (she was ill (Noor))"]
    assert (row.exception, row.uncovered) == (None, None)


@pytest.mark.parametrize(("on", "came"), [("01-19", "excused 01-19"), ("01-20", "late 02-03")])
def test_an_excuse_in_good_time_goes_before_late(on: str, came: str) -> None:
    """One that is given when it is late already makes nobody punctual."""
    rulings = ruled(excused=[ONBOARDING], on=on)
    row = register(asked(), somebody("01-05.."), "phishing 02-03 pass 85 xapi", rulings=rulings)[0]
    assert told([row])[0].startswith(f"phishing onboarding {came}")


def test_a_pass_in_time_needs_no_excuse() -> None:
    """What was done counts, whatever was ruled."""
    lines = ["phishing 01-10 pass 85 xapi"]
    row = register(asked(), somebody("01-05.."), *lines, rulings=ruled(excused=[ONBOARDING]))[0]
    assert told([row]) == ["phishing onboarding met 01-10"]


def test_left_before_due() -> None:
    """Access ended before it was due: excused, and not before it has ended."""
    leaver = somebody("01-05..01-09")
    assert told(register(asked(as_of="01-09"), leaver)) == ["phishing onboarding pending"]
    left = ["phishing onboarding excused 01-09 (left before due)"]
    assert told(register(asked(as_of="01-10"), leaver)) == left
    met = register(asked(), leaver, "phishing 01-09 pass 85 xapi")
    assert told(met) == ["phishing onboarding met 01-09"]


def test_left_when_overdue() -> None:
    """Who leaves when it is overdue leaves it overdue, and the days behind count for nothing."""
    row = register(asked(), somebody("01-05..01-31"))[0]
    assert told([row]) == ["phishing onboarding overdue"]
    assert row.uncovered == (day("01-20"), day("01-31"), 12)


@pytest.mark.parametrize(
    ("access", "came"),
    [
        ("01-05..01-31", "late 02-10 (passed after access ended)"),
        ("01-05..01-09", "excused 01-09 (left before due; passed after access ended)"),
    ],
)
def test_a_pass_after_access_ended(access: str, came: str) -> None:
    """It is a result of its own: it meets nothing in time."""
    found = register(asked(), somebody(access), "phishing 02-10 pass 85 xapi")
    assert told(found) == [f"phishing onboarding {came}"]


def test_a_pass_in_another_window_is_no_pass_after_access() -> None:
    """Late, of what was overdue when the first window ended, and the row says where the pass was;
    in time for the second."""
    rehired = somebody("01-05..01-31", "03-01..")
    found = register(asked(), rehired, "phishing 03-03 pass 85 xapi")
    assert told(found) == [
        "phishing onboarding late 03-03 (passed in a later window of access)",
        "phishing onboarding met 03-03",
    ]
    between = register(asked(), rehired, "phishing 02-20 pass 85 xapi")
    assert told(between) == [
        "phishing onboarding late 02-20 (passed after access ended)",
        "phishing onboarding overdue",
    ]


@pytest.mark.parametrize("tried", ["pass 85", "fail 20"])
@pytest.mark.parametrize("back", ["01-12..", "03-01..", "03-01..03-02"])
def test_who_left_before_due_and_came_back_owes_the_first_no_more(back: str, tried: str) -> None:
    """The row of the first window says that they left before it was due, and nothing of what was
    done in the second or later."""
    rehired = somebody("01-05..01-09", back)
    first, _ = register(asked(), rehired, f"phishing 03-03 {tried} xapi")
    assert told([first]) == ["phishing onboarding excused 01-09 (left before due)"]
    assert first.verdict
    assert (first.verdict.evidence, first.verdict.tries) == (None, 0)
    gone = register(asked(), somebody("01-05..01-09", "03-01.."), "phishing 02-10 pass 85 xapi")
    assert told(gone)[0].endswith("(left before due; passed after access ended)")


def test_a_leave_without_an_end_excuses() -> None:
    """The clock stands still, and nobody knows until when."""
    away = somebody("01-05..", leave=["01-10.."])
    came = "phishing onboarding excused (on leave, no end of it known)"
    assert told(register(asked(), away)) == [came]
    back = somebody("01-05..", leave=["01-10..02-09"])
    assert told(register(asked(), back, "phishing 02-19 pass 85 xapi")) == [
        "phishing onboarding met 02-19"
    ]


def test_a_leave_that_lies_behind_the_day_stops_nothing_yet() -> None:
    """What is only planned moves no due day of what is asked about today."""
    away = somebody("01-05..", leave=["01-15.."])
    assert told(register(asked(as_of="01-14"), away)) == ["phishing onboarding pending"]
    assert told(register(asked(as_of="01-15"), away))[0].startswith("phishing onboarding excused")


def test_an_accepted_exception_keeps_its_verdict() -> None:
    """Who accepts an exception doesn't make it a pass."""
    row = register(asked(), somebody("01-05.."), rulings=ruled(accepted=[ONBOARDING]))[0]
    assert told([row]) == ["phishing onboarding overdue"]
    assert row.exception
    assert row.exception.state == "accepted"
    assert row.exception.accepted
    assert row.exception.accepted.why == "she was ill"


def test_a_hand_set_pass_is_weak() -> None:
    """It counts, and the row says who set it."""
    found = register(asked(), somebody("01-05.."), "phishing 01-10 pass - hand")
    assert told(found) == ["phishing onboarding met 01-10 (weak: set by Noor)"]


def test_the_programme_s_score_counts() -> None:
    """Where the programme asks for more than the exercise does, a lower pass is none."""
    text = programme("everyone: {onboarding: {within: 14, exercises: [phishing]}}", "pass: 80\n")
    low = register(asked(text), somebody("01-05.."), "phishing 01-10 pass 79 xapi")
    high = register(asked(text), somebody("01-05.."), "phishing 01-10 pass 80 xapi")
    assert told(low) == ["phishing onboarding failed (passed, but not by the programme's rule)"]
    assert told(high) == ["phishing onboarding met 01-10"]
    silent = register(asked(text), somebody("01-05.."), "phishing 01-10 pass - lms")
    assert told(silent) == [f"phishing onboarding unverified ({UNPROVEN_NOTE})"]


def test_the_programme_s_versions_count() -> None:
    """The newest on the day of the pass, where it asks for that."""
    made = programme("everyone: {onboarding: {within: 14, exercises: [phishing]}}")
    text = replace(made, policy=replace(made.policy, newest=True))
    newest = {"phishing": [(day("01-01"), "1.0"), (day("01-12"), "1.1")]}
    question = asked(text, newest=newest)
    before = register(question, somebody("01-05.."), "phishing 01-11 pass 85 xapi v1.0")
    behind = register(question, somebody("01-05.."), "phishing 01-12 pass 85 xapi v1.0")
    assert told(before) == ["phishing onboarding met 01-11"]
    assert told(behind) == [f"phishing onboarding unverified ({UNPROVEN_NOTE})"]


def test_escalation_is_the_first_step_that_was_reached() -> None:
    """While it was open: a pass before that day comes first."""
    text = programme(
        "everyone: {onboarding: {within: 14, exercises: [phishing]}}",
        "escalation:\n  - {before: 7, to: [person], notice: told}\n"
        "  - {after: 3, to: [manager], notice: told}\n"
        "  - {after: 14, to: [owner], notice: told}\n"
        'notices: {told: {subject: "{exercise}", text: "{due}"}}\n',
    )
    open_ = register(asked(text), somebody("01-05.."))[0].exception
    soon = register(asked(text), somebody("01-05.."), "phishing 01-21 pass 85 xapi")[0].exception
    assert open_ and soon
    assert (open_.escalated, soon.escalated) == (day("01-22"), None)


def test_a_fail_asks_for_remediation() -> None:
    """One for each day of a fail, unless a pass came on the same day."""
    text = programme(
        "everyone: {onboarding: {within: 14, exercises: [phishing]}}", "remediation: {within: 7}\n"
    )
    lines = ["phishing 01-10 fail 40 xapi", "phishing 01-20 pass 85 xapi"]
    assert told(register(asked(text), somebody("01-05.."), *lines)) == [
        "phishing onboarding late 01-20",
        "phishing remediation late 01-20",
    ]
    same = ["phishing 01-10 fail 40 xapi", "phishing 01-10 pass 85 xapi"]
    assert told(register(asked(text), somebody("01-05.."), *same)) == [
        "phishing onboarding met 01-10"
    ]
    never = ["phishing 01-10 fail 40 xapi"]
    assert told(register(asked(text), somebody("01-05.."), *never)) == [
        "phishing onboarding failed",
        "phishing remediation overdue",
    ]
    other = ["smishing 01-10 fail 40 xapi"]
    assert told(register(asked(text), somebody("01-05.."), *other)) == [
        "phishing onboarding overdue"
    ]

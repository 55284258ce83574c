"""Tests of reconciliation: an LMS and a player that tell of one attempt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from cases import NOTHING, day, ruled, tries

from lrs.register.completions import Source
from lrs.register.reconcile import Evidence, Judged, evidence


def came(*lines: str) -> list[tuple[str, str, bool]]:
    """Of each piece of evidence its day, what its sides say, and whether it counts."""
    return [(f"{each.day:%m-%d}", each.sides, each.counts) for each in found(*lines)]


def found(*lines: str) -> list[Evidence]:
    return evidence(tries(*lines), NOTHING.decided)


@pytest.mark.parametrize(
    ("lines", "sides"),
    [
        (["phishing 01-10 pass 85 xapi", "phishing 01-10 pass 85 lms"], "agree"),
        (["phishing 01-10 pass 85 xapi", "phishing 01-11 pass 84.5 lms"], "agree"),
        (["phishing 01-10 pass 85 xapi", "phishing 01-10 pass - lms"], "agree"),
        (
            ["phishing 01-10 pass 85 xapi", "phishing 01-10 pass 95 lms"],
            "differ: 95 in the LMS, 85 in the statement",
        ),
        (
            ["phishing 01-10 fail 40 xapi", "phishing 01-10 pass 90 lms"],
            "differ: passed in the LMS, failed in the statement",
        ),
    ],
)
def test_one_attempt_told_twice(lines: list[str], sides: str) -> None:
    """It is one piece of evidence; where the two differ it doesn't count."""
    assert came(*lines) == [("01-10", sides, sides == "agree")]
    assert came(*reversed(lines)) == came(*lines)


def test_one_side_alone_counts() -> None:
    """And says which it is."""
    assert came("phishing 01-10 pass 85 xapi") == [("01-10", "statement only", True)]
    assert came("phishing 01-10 pass 85 lms") == [("01-10", "lms only", True)]
    assert came("phishing 01-10 pass - hand") == [("01-10", "by hand", True)]


def test_what_is_far_apart_is_two_attempts() -> None:
    """Two days apart, or another exercise, or a fail that the next day's pass put right."""
    assert len(found("phishing 01-10 pass 85 xapi", "phishing 01-12 pass 85 lms")) == 2
    assert len(found("phishing 01-10 pass 85 xapi", "smishing 01-10 pass 85 lms")) == 2
    assert len(found("phishing 01-10 fail 40 xapi", "phishing 01-11 pass 85 lms")) == 2


def test_an_lms_that_tells_the_best_of_a_day() -> None:
    """A fail and a pass on one day, of which the LMS tells the pass: nothing differs."""
    lines = ("phishing 01-10 fail 40 xapi", "phishing 01-10 pass 85 xapi")
    assert came(*lines, "phishing 01-10 pass 85 lms") == [
        ("01-10", "statement only", True),
        ("01-10", "agree", True),
    ]


def test_a_flaw_keeps_both_sides_from_counting() -> None:
    """What an LMS holds of a forged play came from the same play."""
    lines = ("phishing 01-10 pass 85 xapi other-result", "phishing 01-10 pass 85 lms")
    assert came(*lines) == [("01-10", "agree", False)]
    assert found(*lines)[0].against == "the path comes to another result than it says"


def test_a_ruling_decides() -> None:
    """Whichever side it names; one that rejects goes for both."""
    lines = ("phishing 01-10 pass 85 xapi", "phishing 01-10 pass 95 lms")
    row = evidence(tries(*lines), ruled(counts=["row 101.0|phishing"]).decided)[0]
    assert (row.counts, row.accepted, row.tells.attempt.score) == (True, True, 95)
    said = evidence(tries(*lines), ruled(counts=["statement statement-100"]).decided)[0]
    assert (said.counts, said.tells.attempt.score) == (True, 85)
    agreed = ("phishing 01-10 pass 85 xapi", "phishing 01-10 pass 85 lms")
    none = evidence(tries(*agreed), ruled(rejected=["row 101.0|phishing"]).decided)[0]
    assert (none.counts, none.against) == (False, "rejected by a ruling")


def exported(seq: int, at: str, came: str, **more: Any) -> Judged:
    """What a file of an LMS, record `seq`, says of a day, or of an instant of it (UTC)."""
    verdict, score = came.split()
    made = tries(f"phishing {at[:5]} {verdict} {score} lms")[0]
    told = made.attempt._replace(source=Source(seq), **{"lms": "https://lms.example", **more})
    if len(at) == 5:
        told = told._replace(at=f"2026-{at}", precision="day")
    else:
        when = datetime.fromisoformat(f"2026-{at}+00:00")
        precise = "minute" if len(at) == 11 else "second"
        told = told._replace(at=int(when.timestamp()) * 1_000_000, precision=precise)
    return made._replace(attempt=told)


NO_DATE = {"zone": ""}
ONCE = [
    [exported(1, "01-10 09:30:12", "pass 85"), exported(2, "01-10 09:30:12", "pass -")],
    [exported(1, "01-10 09:30:12", "pass -"), exported(2, "01-10 09:30", "pass 85")],
    [exported(1, "01-10", "pass 85"), exported(2, "01-10 09:30", "pass 85")],
    [exported(1, "01-10", "pass -", **NO_DATE), exported(2, "01-10", "pass 85", **NO_DATE)],
    [exported(1, "01-10", "fail 40", number=1), exported(2, "01-10", "fail 40")],
    [exported(n, "01-10", "pass 85") for n in (1, 2, 3)],
]
TWO = [
    [exported(1, "01-10 09:30", "fail 40"), exported(2, "01-10 09:31", "fail 40")],
    [exported(1, "01-10", "fail 40"), exported(2, "01-11", "fail 40")],
    [exported(1, "01-10", "fail 40"), exported(1, "01-10", "fail 40")],
    [exported(1, "01-10", "pass 80"), exported(2, "01-10", "pass 85")],
    [exported(1, "01-10", "fail -"), exported(2, "01-10", "pass -")],
    [exported(1, "01-10", "fail 40", number=1), exported(2, "01-10", "fail 40", number=2)],
    [exported(1, "01-10", "pass -", by="Noor"), exported(2, "01-10", "pass -")],
    [exported(1, "01-10", "pass 85"), exported(2, "01-10", "pass 85", lms="https://b.example")],
    [exported(1, "01-09", "pass -", **NO_DATE), exported(2, "01-10", "pass -")],
    [exported(1, "01-31", "pass 85", **NO_DATE), exported(2, "01-10", "pass -")],
    [exported(1, "01-31", "pass 85", **NO_DATE), exported(2, "01-10", "pass 80")],
    [exported(1, "01-31", "pass -", number=2, **NO_DATE), exported(2, "01-10", "pass -")],
    [exported(1, "01-31", "pass -", **NO_DATE), exported(2, "01-10", "fail -")],
    [exported(1, "01-31", "pass -", **NO_DATE), exported(1, "01-10", "pass -")],
    [exported(1, "01-31", "pass -", course="Q2", **NO_DATE), exported(2, "01-10", "pass -")],
    [exported(1, "01-31", "pass -", by="Noor", **NO_DATE), exported(2, "01-10", "pass -")],
    [exported(1, "01-31", "pass -", **NO_DATE), exported(2, "01-30", "pass -", **NO_DATE)],
    [
        exported(1, "01-10", "fail 40"),
        exported(2, "01-10 09:30", "fail 40"),
        exported(3, "01-10 09:50", "fail 40"),
    ],
]


@pytest.mark.parametrize("rows", ONCE)
def test_what_two_files_of_an_lms_tell_is_one_attempt(rows: list[Judged]) -> None:
    """Whichever says more of it decides, in whatever order they came."""
    one = evidence(rows, NOTHING.decided)
    assert [(each.sides, each.day) for each in one] == [("lms only", day("01-10"))]
    scores = {each.attempt.score for each in rows} - {None}
    assert {one[0].tells.attempt.score} == (scores or {None})
    assert evidence(rows[::-1], NOTHING.decided) == one
    rejected = ruled(rejected=["row 2.0|phishing"]).decided
    assert [each.counts for each in evidence(rows, rejected)] == [False]


@pytest.mark.parametrize("rows", TWO)
def test_what_files_tell_apart_is_two_attempts(rows: list[Judged]) -> None:
    """Another minute, day, score, result, number, hand or LMS; two rows of one file; one without a
    date that says more than what is dated, or is of an earlier day."""
    assert len(evidence(rows, NOTHING.decided)) == 2


UNDATED = exported(3, "03-31", "pass 85", **NO_DATE)


def test_a_row_without_a_date_adds_nothing_to_what_explains_it() -> None:
    """A row without a date adds nothing where another file of its LMS tells the same result of the
    same course with a date up to then. It goes with the last of them, and what was played then."""
    first, second = (exported(n, f"0{n}-10 09:30", "pass 85") for n in (1, 2))
    found = evidence([UNDATED, second, first], NOTHING.decided)
    assert [(each.day, each.others) for each in found] == [
        (day("01-10"), ()),
        (day("02-10"), (UNDATED,)),
    ]
    played = tries("phishing 02-10 pass 85 xapi")[0]
    both = evidence([UNDATED, second, played], NOTHING.decided)
    assert [(each.sides, each.tells, each.others) for each in both] == [
        ("agree", played, (second, UNDATED))
    ]
    less = exported(1, "02-10", "pass -")
    assert [len(each.others) for each in evidence([UNDATED, less, second], NOTHING.decided)] == [2]


def test_two_rows_without_a_date_in_one_file_are_explained_by_two() -> None:
    """One of them by each attempt; where there is one attempt alone, the other stands alone."""
    dated = [exported(n, f"0{n}-10", "pass 85") for n in (1, 2)]
    again = UNDATED._replace(attempt=UNDATED.attempt._replace(source=Source(3, 1)))
    found = evidence([UNDATED, again, *dated], NOTHING.decided)
    assert [len(each.others) for each in found] == [1, 1]
    alone = evidence([UNDATED, again, dated[0]], NOTHING.decided)
    assert [(each.day, len(each.others)) for each in alone] == [
        (day("01-10"), 1),
        (day("03-31"), 0),
    ]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_row_without_a_date_that_a_ruling_is_about_stands_alone(accepted: bool) -> None:
    """Whoever accepts or rejects it says nothing of the attempt that would explain it."""
    dated = exported(1, "01-10", "pass 85")
    row = ["row 3.0|phishing"]
    decided = (ruled(counts=row) if accepted else ruled(rejected=row)).decided
    found = evidence([UNDATED, dated], decided)
    assert [(each.day, each.counts) for each in found] == [
        (day("01-10"), True),
        (day("03-31"), accepted),
    ]


def test_what_was_played_is_one_attempt_with_all_files_that_tell_of_it() -> None:
    """They are its other sides."""
    played = tries("phishing 01-10 pass 85 xapi")
    rows = [exported(1, "01-10", "pass -"), exported(2, "01-10 09:30", "pass 85")]
    found = evidence([*played, *rows], NOTHING.decided)
    assert [(each.sides, len(each.others)) for each in found] == [("agree", 2)]

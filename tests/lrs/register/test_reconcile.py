"""Tests of reconciliation: an LMS and a player that tell of one attempt."""

from __future__ import annotations

import pytest
from cases import NOTHING, ruled, tries

from lrs.register.reconcile import Evidence, evidence


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

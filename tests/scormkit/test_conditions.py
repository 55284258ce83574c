"""Tests of conditions: what each form means, and what is told of what is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scormkit import conditions, play
from scormkit.conditions import ConditionError, Names
from scormkit.play import State

NAMES = Names(
    flags=frozenset({"clicked", "not-now"}),
    numbers={"trust": (0, 5), "debt": (-9, 9)},
    choices={"mood": ("calm", "angry")},
    pools={"pretext": ("parcel", "payroll")},
    acts=frozenset({"inbox/parcel.report", "call/hang-up"}),
    objectives=frozenset({"verify", "report-it"}),
)
BUNDLE = {"variants": {"pretext": {"options": [{"id": "parcel"}, {"id": "payroll"}]}}}
STATE = State(
    scene="call",
    seed=0,
    missed=frozenset({"verify"}),
    variables={"clicked": True, "not-now": False, "trust": 2, "debt": -3, "mood": "calm"},
    minutes=12,
    counts={"inbox/parcel.report": 1},
)
DRAWN = ("parcel", "payroll")[play.option(BUNDLE, "pretext", 0)]


def holds(text: str) -> bool:
    return play.holds(BUNDLE, STATE, conditions.parse(text, NAMES))


def refused(text: str) -> tuple[str, str, str]:
    with pytest.raises(ConditionError) as caught:
        conditions.parse(text, NAMES)
    return caught.value.code, str(caught.value), caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("clicked", True), ("not clicked", False), ("not-now", False), ("not not-now", True)),
        *(("trust >= 2", True), ("trust > 2", False), ("trust < 3", True), ("trust <= 1", False)),
        *(("trust = 2", True), ("trust is 2", True), ("trust is 1", False), ("trust>=2", True)),
        *(("debt = -3", True), ("debt >= -2", False), ("minutes > 11", True)),
        *(("minutes is 12", True), ("minutes < 12", False)),
        *(("mood is calm", True), ("mood is not calm", False), ("mood = angry", False)),
        *(("mood is not angry", True), ("not mood is calm", False)),
        *((f"pretext is {DRAWN}", True), (f"pretext is not {DRAWN}", False)),
        *(("took inbox/parcel.report", True), ("took call/hang-up", False)),
        *(("missed verify", True), ("missed report-it", False)),
        *(
            ("clicked or not-now and trust > 4", True),
            ("(clicked or not-now) and trust > 4", False),
        ),
        *(("not clicked or clicked", True), ("not (clicked or clicked)", False)),
        *(("not-now or clicked and missed verify", True), ("clicked and not not-now", True)),
        *(("not not clicked", True), ("((clicked))", True), ("  clicked\n and\tclicked ", True)),
    ],
)
def test_meaning(text: str, expected: bool) -> None:
    """Each form means what it says; `not` binds first, then `and`, then `or`."""
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("cliked", "unknown-variable", '"cliked" in the condition is neither', 'mean "clicked"'),
        ("weather", "unknown-variable", '"weather" in the condition', "known here: "),
        ("clicked is true", "bad-condition", '"clicked" is a flag', '"clicked" or "not clicked"'),
        ("trust", "bad-condition", '"trust" is a number: compare it', "trust >= 2"),
        ("trust >= much", "bad-condition", '"trust" is compared with "much"', ""),
        ("trust == 2", "bad-condition", '"trust" is compared with "="', "one = is enough"),
        ("trust != 2", "bad-condition", '"trust" is a number: compare it', "not trust = 2"),
        ("trust >= 6", "out-of-range", '"trust" is never 6', "between 0 and 5"),
        ("trust = -1", "out-of-range", '"trust" is never -1', "between 0 and 5"),
        ("minutes > 1000001", "bad-condition", "which is not a number", ""),
        ("mood is sad", "unknown-value", '"mood" is never "sad"', "calm or angry"),
        ("mood > calm", "bad-condition", 'after "mood" comes "is"', "mood is calm"),
        ("mood", "bad-condition", 'after "mood" comes "is"', "mood is calm"),
        ("pretext is parcl", "unknown-value", '"pretext" is never "parcl"', 'mean "parcel"'),
        ("took report", "unknown-act", '"report" in the condition is not an act', ""),
        ("took inbox/parcel.reprot", "unknown-act", "is not an act", "inbox/parcel.report"),
        ("missed verfy", "unknown-objective", "is not an objective", 'mean "verify"'),
        ("(clicked", "bad-condition", 'a ")" is missing', ""),
        ("clicked)", "bad-condition", '")" comes unexpectedly', ""),
        ("clicked clicked", "bad-condition", '"clicked" comes unexpectedly', '"and" or "or"'),
        ("clicked and", "bad-condition", "ends too early", ""),
        ("not", "bad-condition", "ends too early", ""),
        (" ", "bad-condition", "ends too early", ""),
        ("clicked & clicked", "bad-condition", '"&" comes unexpectedly', ""),
        ("Clicked", "unknown-variable", '"C"', ""),
    ],
)
def test_refusals(text: str, code: str, message: str, hint: str) -> None:
    """What is no condition is told with what was written, and a way out where there is one."""
    told = refused(text)
    assert told[0] == code
    assert message in told[1]
    assert hint in told[2]


WORDS = st.sampled_from(
    "clicked not-now trust debt mood pretext minutes calm parcel and or not is took missed ( ) "
    ">= <= < > = -3 2 99999999 inbox/parcel.report verify & ä . / é".split()
)


@given(st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=30)))
@settings(max_examples=600, deadline=None)
def test_any_text(text: str) -> None:
    """Any text is a condition that can be evaluated, or a ConditionError, and nothing else."""
    try:
        condition = conditions.parse(text, NAMES)
    except ConditionError as error:
        assert error.code
        assert str(error)
        return
    assert play.holds(BUNDLE, STATE, condition) in (True, False)
    for part in conditions.parts(condition):
        assert part[0] not in ("and", "or", "not")


@pytest.mark.parametrize("text", ["(" * 149 + "clicked" + ")" * 149, "not " * 73 + "clicked"])
def test_the_deepest_that_fits(text: str) -> None:
    """As deeply nested as the 300 characters of a condition allow, it is still read."""
    assert len(text) <= 306
    assert conditions.parse(text, NAMES)


LEAVES = {
    "clicked": True,
    "not-now": False,
    "trust >= 2": True,
    "trust is 3": False,
    "mood is calm": True,
    "mood is not calm": False,
    "missed verify": True,
    "took call/hang-up": False,
    "minutes < 12": False,
}
TREES = st.recursive(
    st.sampled_from(list(LEAVES)),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=8,
)


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_logic(tree: Any) -> None:
    """However it is put together, it means what logic says."""
    assert holds(_written(tree)) is _truth(tree)


def _written(tree: Any) -> str:
    if isinstance(tree, str):
        return tree
    if len(tree) == 2:
        return f"not ({_written(tree[1])})"
    return f"({_written(tree[0])}) {tree[1]} ({_written(tree[2])})"


def _truth(tree: Any) -> bool:
    if isinstance(tree, str):
        return LEAVES[tree]
    if len(tree) == 2:
        return not _truth(tree[1])
    left, word, right = tree
    return (_truth(left) and _truth(right)) if word == "and" else (_truth(left) or _truth(right))

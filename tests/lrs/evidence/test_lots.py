"""Tests of how people are drawn from the population: by a rule that anybody can follow."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.evidence.verifying.lots import draw, shared_out, strata_of

SOME = st.lists(
    st.tuples(st.integers(1, 30), st.sampled_from("abc"), st.sampled_from(("yes", "no"))),
    min_size=1,
    max_size=60,
)
BY = st.lists(st.sampled_from(["role", "kind", "joiner"]), unique=True)


def row(person: object, kind: str = "employee", joined: str = "no", role: str = "") -> Any:
    """A row of the population."""
    return {
        "person": str(person),
        "kind": kind,
        "joined": joined,
        "left": "no",
        "roles": role or None,
        "unit": None,
    }


@given(SOME, BY, st.integers(1, 40), st.text())
def test_a_sample_is_a_fair_share(
    some: list[tuple[int, str, str]], by: list[str], size: int, seed: str
) -> None:
    """As many as asked for, or everybody; nobody twice; each stratum its share, rounded up or down,
    and at least one if the size allows; the same again for the same seed, whatever the order."""
    rows = [row(n, kind, joined) for n, kind, joined in some]
    people = {each["person"] for each in rows}
    drawn, strata = draw(rows, seed, size, by)
    assert len(drawn) == len(set(drawn)) == min(size, len(people))
    assert set(drawn) <= people
    assert sum(each.people for each in strata) == len(people)
    assert sum(each.drawn for each in strata) == len(drawn)
    assert all(each.drawn <= each.people for each in strata)
    if size >= len(strata):
        assert all(each.drawn for each in strata)
    of = {p: name for name, members in strata_of(rows, by).items() for p in members}
    assert [of[each] for each in drawn] == sorted(of[each] for each in drawn)
    assert draw(rows, seed, size, by) == (drawn, strata)


def test_the_rule_by_hand() -> None:
    """Fourteen employees, five contractors, one intern; five of them: each gives one, and the other
    two are shared by 13, 4 and 0 of 17: 1.53, 0.47 and 0."""
    rows = [row(n, ("employee", "contractor", "intern")[(n > 14) + (n > 19)]) for n in range(1, 21)]
    drawn, strata = draw(rows, "7", 5, ["kind"])
    assert [tuple(each) for each in strata] == [
        ("kind=contractor", 5, 1),
        ("kind=employee", 14, 3),
        ("kind=intern", 1, 1),
    ]
    ranks = {n: sha256(f"7|kind=employee|{n}".encode()).hexdigest() for n in map(str, range(1, 15))}
    assert drawn[1:4] == sorted(ranks, key=lambda n: ranks[n])[:3]
    assert drawn[4] == "20"


def test_fewer_than_strata() -> None:
    """The largest give; of equal ones the first by name."""
    rows = [row(n, kind) for n, kind in enumerate("aabbccd")]
    _, strata = draw(rows, "7", 2, ["kind"])
    assert [(each.name, each.drawn) for each in strata] == [
        *(("kind=a", 1), ("kind=b", 1), ("kind=c", 0), ("kind=d", 0)),
    ]


def test_a_person_with_several_rows_is_one() -> None:
    """As in the last one; but who joined on any is a joiner."""
    rows = [row(1, "intern", "yes"), row(1, "employee", "no", "sales"), row(2)]
    assert strata_of(rows, ["kind", "role", "joiner"]) == {
        "kind=employee, role=, joiner=no": ["2"],
        "kind=employee, role=sales, joiner=yes": ["1"],
    }
    assert strata_of(rows, []) == {"everybody": ["1", "2"]}


@pytest.mark.parametrize(
    ("count", "weights", "expected"),
    [
        (0, [1, 2], [0, 0]),
        (3, [1, 1, 1], [1, 1, 1]),
        (1, [1, 1, 1], [1, 0, 0]),
        (5, [0, 0], [0, 0]),
        (10, [1, 2, 3, 4], [1, 2, 3, 4]),
        (7, [10, 10, 1], [4, 3, 0]),
    ],
)
def test_shares(count: int, weights: list[int], expected: list[int]) -> None:
    """Whole parts, and what is left by the largest remainder."""
    assert shared_out(count, weights, weights) == expected

"""No JSON makes a pure function of the store raise, however little it looks like a statement."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specimens import ANONYMOUS, GONE, SUB, VERSIONS, WHOLE, changed

from lrs import strict_json
from lrs.xapi import contents, forms
from lrs.xapi.actors import actor_problems
from lrs.xapi.comparison import same
from lrs.xapi.validation import problems

BASES = (
    WHOLE,
    changed(WHOLE, {"object": SUB, "context.revision": GONE, "context.platform": GONE}),
    changed(
        WHOLE,
        {
            "actor": ANONYMOUS,
            "context.contextAgents": [{"objectType": "contextAgent", "agent": WHOLE["actor"]}],
            "context.contextGroups": [{"objectType": "contextGroup", "group": ANONYMOUS}],
        },
    ),
)
WORDS = st.sampled_from(
    "id actor verb object objectType context member mbox account definition SubStatement Agent"
    " Group Activity StatementRef contextActivities parent contextAgents agent display en"
    " name".split()
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text()
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner)
)


def use(tree: Any) -> None:
    """Everything that the store does with what it received, and with what it judged well."""
    for version in VERSIONS:
        for one in problems(tree, version, "$[0]"):
            assert one.at.startswith("$[0]")
            assert one.message
            assert len(one.message) < 1000
            assert one.requirement
        actor_problems(tree, version)
    if not isinstance(tree, dict):
        return
    contents.identifier(tree)
    assert all(isinstance(term, str) for term in contents.found(tree).terms())
    definitions = contents.found(tree).definitions
    contents.merged([tree, *definitions.values(), tree])
    for form in (
        forms.as_exact(tree),
        forms.as_ids(tree),
        forms.as_canonical(tree, definitions.get, ["de", "*"]),
    ):
        json.dumps(form)
        assert not contents.found(form).lone
    assert same(tree, copy.deepcopy(tree))


@settings(deadline=None)
@given(TREES)
def test_any_tree_is_judged(tree: Any) -> None:
    """Any JSON value is judged, searched and shown without a failure."""
    use(tree)


def places(tree: Any, at: str = "$") -> Iterator[tuple[Any, Any, str]]:
    """Every holder in a tree with each of its keys and the path there."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        path = f"{at}.{key}" if isinstance(tree, dict) else f"{at}[{key}]"
        yield tree, key, path
        if isinstance(tree[key], dict | list):
            yield from places(tree[key], path)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(BASES), st.randoms(use_true_random=False), TREES, WORDS)
def test_any_part_may_be_anything(
    base: dict[str, Any], chance: random.Random, tree: Any, word: str
) -> None:
    """A statement with any part replaced, renamed or taken out is judged without a failure."""
    whole = json.loads(json.dumps(base))
    for _ in range(chance.randint(1, 3)):
        holder, key, _ = chance.choice(list(places(whole)))
        act = chance.randint(0, 2)
        if act == 0 or isinstance(holder, list):
            holder[key] = json.loads(json.dumps(tree))
        elif act == 1:
            del holder[key]
        else:
            holder[word] = holder.pop(key)
        if not whole:
            break
    use(whole)


@pytest.mark.parametrize("base", BASES)
def test_each_part_is_judged(base: dict[str, Any]) -> None:
    """Any one part outside extensions that becomes null is told, at its very place (XAPI-00001)."""
    for number, (_, _, at) in enumerate(list(places(base))):
        if ".extensions." in at:
            continue
        whole = json.loads(json.dumps(base))
        holder, key, _ = list(places(whole))[number]
        holder[key] = None
        told = [one for one in problems(whole, "2.0.0") if one.code == "null"]
        assert [one.at for one in told] == [at]


def test_the_whole_way_is_taken() -> None:
    """A body of statements is read, judged and found again by what stands in it."""
    body = json.dumps(list(BASES)).encode()
    for statement, text in strict_json.pieces(body):
        assert json.loads(text) == statement
        assert problems(statement, "2.0.0") == []
        assert contents.found(statement).terms()

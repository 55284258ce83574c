"""A statement sent again is known as the same one, and a changed one is not."""

from __future__ import annotations

from typing import Any

import pytest
from specimens import ACCOUNT, ACTIVITY, AGENT, ANONYMOUS, GONE, SUB, WHOLE, changed

from lrs.xapi.comparison import same


def turned(tree: Any) -> Any:
    """The same tree with its keys in the other order."""
    if isinstance(tree, dict):
        return {key: turned(tree[key]) for key in reversed(tree)}
    return [turned(one) for one in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"},
        {"authority": AGENT},
        {"authority": GONE},
        {"stored": "2026-03-31T09:00:00Z"},
        {"stored": GONE},
        {"version": GONE},
        {"version": "1.0.3"},
        {"attachments": GONE},
        {"timestamp": GONE},
        {"timestamp": "2026-03-31T06:15:00.123Z"},
        {"timestamp": "2026-03-31T06:15:00.1234Z"},
        {"object.definition": GONE},
        {"object.definition.name.en": "Another"},
        {"verb.display": {"fr": "a"}},
        {"context.registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7"},
        {"context.language": "DE-ch"},
        {"context.statement.id": "8F87CCDE-BB56-4C2E-AB83-44982EF22DF0"},
        {"context.contextActivities.grouping": [{"id": "https://training.example/course"}]},
        {"actor.mbox": "mailto:ana@CORP.example"},
        {"result.duration": "PT1M12.50999S"},
        {"result.score.raw": 3.0},
    ],
)
def test_what_a_store_may_change_does_not_count(changes: dict[str, Any]) -> None:
    """Differences that a store may have made are passed over (Data 2.3.1; 4.2.7, XAPI-00142)."""
    stored = changed(WHOLE, {"result.duration": "PT1M12.50S"})
    received = changed(WHOLE, {"result.duration": "PT1M12.50S", **changes})
    assert same(stored, received)
    assert same(received, stored)
    assert same(turned(stored), received)


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": ACCOUNT},
        {"actor.name": "Bo"},
        {"actor.name": GONE},
        {"actor.mbox": "mailto:Ana@corp.example"},
        {"verb.id": "http://adlnet.gov/expapi/verbs/passed"},
        {"object.id": "https://training.example/invoice/scene/2"},
        {"object": SUB},
        {"result": GONE},
        {"result.success": 1},
        {"result.success": False},
        {"result.score.raw": 2},
        {"result.duration": "PT1M12.51S"},
        {"result.duration": "PT72.5S"},
        {"result.extensions": {"https://training.example/x/taps": [True, {"a": None}]}},
        {"result.extensions": {"https://training.example/x/taps": [1, {}]}},
        {"context.registration": WHOLE["id"]},
        {"context.team.member": []},
        {"context.contextActivities.other": [{"id": "urn:x"}]},
        {"timestamp": "2026-03-31T06:15:00.124Z"},
        {"dummy": 1},
    ],
)
def test_what_was_said_counts(changes: dict[str, Any]) -> None:
    """Whoever, whatever and how it went are compared, durations as strings (Data 2.3.1,
    XAPI-00142)."""
    assert not same(WHOLE, changed(WHOLE, changes))
    assert not same(changed(WHOLE, changes), WHOLE)


def test_objects_of_each_kind_are_compared() -> None:
    """Agents and references as objects are compared by what identifies them, whatever its case
    (Data 2.3.1)."""
    about: dict[str, Any] = {"objectType": "Agent", "mbox": "mailto:bo@corp.example"}
    assert same({"object": about}, {"object": {**about, "mbox": "mailto:bo@CORP.example"}})
    assert not same({"object": about}, {"object": {**about, "mbox": "mailto:Bo@corp.example"}})
    about = {"objectType": "StatementRef", "id": WHOLE["id"]}
    assert same({"object": about}, {"object": {**about, "id": WHOLE["id"].upper()}})
    assert not same({"object": about}, {"object": {**about, "id": WHOLE["id"][::-1]}})


def test_members_have_no_order() -> None:
    """The members of a Group are the same in any order, but not other ones (Data 2.3.1)."""
    members: list[Any] = [AGENT, ACCOUNT, {"mbox": "mailto:bo@corp.example"}]
    one = {"actor": {**ANONYMOUS, "member": members}}
    assert same(one, {"actor": {**ANONYMOUS, "member": turned(members)[::-1]}})
    assert not same(one, {"actor": {**ANONYMOUS, "member": members[:2]}})
    assert not same(one, {"actor": {**ANONYMOUS, "member": [*members[:2], AGENT]}})


def test_a_substatement_is_compared_alike() -> None:
    """Inside a SubStatement the same differences count; its timestamp is its author's, so that it
    counts also when one lacks it (Data 2.3.1)."""
    whole = {**WHOLE, "object": SUB}
    inside = {"object.object.definition": GONE, "object.verb.display": GONE}
    assert same(whole, changed(whole, inside))
    assert same(whole, changed(whole, {"object.timestamp": "2026-03-31T06:15:00.123Z"}))
    assert not same(whole, changed(whole, {"object.timestamp": GONE}))
    assert not same(whole, changed(whole, {"object.actor": ACCOUNT}))
    assert not same(whole, changed(whole, {"object.object.id": "urn:x"}))


def test_groups_of_2_0_are_compared_alike() -> None:
    """contextAgents and contextGroups are compared with the rules for actors (Data 2.3.1)."""
    group = {"objectType": "contextGroup", "group": {**ANONYMOUS, "member": [AGENT, ACCOUNT]}}
    other = {"objectType": "contextGroup", "group": {**ANONYMOUS, "member": [ACCOUNT, AGENT]}}
    assert same({"context": {"contextGroups": [group]}}, {"context": {"contextGroups": [other]}})
    agent = {"objectType": "contextAgent", "agent": AGENT}
    assert not same({"context": {"contextAgents": [agent]}}, {"context": {"contextAgents": []}})
    assert same({"object": ACTIVITY}, {"object": changed(ACTIVITY, {"definition": {}})})

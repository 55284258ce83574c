"""Contexts are judged alike in statements and SubStatements; 2.0.0 knows two properties more."""

from __future__ import annotations

from typing import Any

import pytest
from specimens import (
    ACCOUNT,
    ACTIVITY,
    AGENT,
    ANONYMOUS,
    GONE,
    GROUP,
    SUB,
    VERSIONS,
    WHOLE,
    at_place,
    changed,
    found,
)

BOTH = pytest.mark.parametrize("version", VERSIONS)
INSIDE = changed(WHOLE, {"object": SUB, "context.revision": GONE, "context.platform": GONE})
LONE = {"id": "https://training.example/course"}


def codes(path: str, value: object, version: str) -> set[tuple[str, str]]:
    """What is wrong with a changed context, found alike in the statement and the SubStatement."""
    told = found(changed(WHOLE, {path: value}), version)
    inside = found(changed(INSIDE, {f"object.{path}": value}), version)
    assert inside == {(at.replace("$", "$.object", 1), code) for at, code in told}
    return {(at.removeprefix("$."), code) for at, code in told}


@BOTH
@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("context", "x", "not-an-object"),
        ("context.registration", {"key": "x"}, "not-a-UUID"),
        ("context.registration", "should fail", "bad-uuid"),
        ("context.instructor", {"key": "x"}, "no-identifier"),
        ("context.instructor", "x", "not-an-object"),
        ("context.contextActivities", "x", "not-an-object"),
        ("context.revision", 12345, "not-a-string"),
        ("context.revision", {"key": "x"}, "not-a-string"),
        ("context.platform", 12345, "not-a-string"),
        ("context.platform", {"key": "x"}, "not-a-string"),
        ("context.language", 12345, "not-a-language-tag"),
        ("context.language", {"en": "x"}, "not-a-language-tag"),
        ("context.language", "something", "bad-language"),
        ("context.language", "en_US", "bad-language"),
        ("context.statement", "x", "not-an-object"),
        ("context.extensions", [], "not-an-object"),
    ],
)
def test_a_context_has_its_types(version: str, path: str, value: object, code: str) -> None:
    """Each property of a context has its type (XAPI-00013, XAPI-00084, XAPI-00085, XAPI-00086,
    XAPI-00087, XAPI-00089, XAPI-00090, XAPI-00091)."""
    assert (path, code) in codes(path, value, version)


@BOTH
@pytest.mark.parametrize("tag", ["cmn", "fr-CA", "tlh", "en-GB", "x-invented"])
def test_a_context_tells_its_language(version: str, tag: str) -> None:
    """The language of a context is any well-formed tag (XAPI-00013)."""
    assert codes("context.language", tag, version) == set()


@BOTH
def test_an_instructor_may_be_a_group(version: str) -> None:
    """Agents teach, and so do Groups (XAPI-00014, XAPI-00087)."""
    for who in (AGENT, GROUP, ANONYMOUS):
        assert codes("context.instructor", who, version) == set()


@BOTH
def test_a_context_may_name_a_statement(version: str) -> None:
    """context.statement is a StatementRef in just these letters (XAPI-00092)."""
    path = "context.statement"
    told = codes(f"{path}.objectType", "statementref", version)
    assert told == {(f"{path}.objectType", "bad-object-type")}
    assert codes(f"{path}.objectType", GONE, version) == {(path, "missing")}
    assert codes(f"{path}.id", GONE, version) == {(path, "missing")}


@BOTH
@pytest.mark.parametrize("key", ["revision", "platform"])
@pytest.mark.parametrize(
    "about",
    [AGENT, GROUP, {"objectType": "StatementRef", "id": WHOLE["id"]}],
)
@pytest.mark.parametrize("place", ["object", "object.object"])
def test_revision_and_platform_go_with_activities(
    version: str, key: str, about: Any, place: str
) -> None:
    """revision and platform are refused beside an object that isn't an Activity, the statement's
    or the SubStatement's own (XAPI-00084, XAPI-00085)."""
    context = place.removesuffix("object") + "context"
    whole = changed(at_place(place, about), {f"{context}.{key}": "1"})
    assert found(whole, version) == {(f"$.{context}.{key}", "not-with-this-object")}


@BOTH
def test_revision_goes_with_no_substatement(version: str) -> None:
    """A statement about a SubStatement has no revision of its own (XAPI-00084, XAPI-00085)."""
    whole = changed(INSIDE, {"context.platform": "Invented LMS"})
    assert found(whole, version) == {("$.context.platform", "not-with-this-object")}


@BOTH
@pytest.mark.parametrize("key", ["parent", "grouping", "category", "other"])
def test_context_activities_are_activities(version: str, key: str) -> None:
    """Each relation holds Activities, one alone or an array of them (XAPI-00093, XAPI-00094)."""
    path = f"context.contextActivities.{key}"
    for value in (LONE, [LONE], [LONE, ACTIVITY], []):
        assert codes(path, value, version) == set()
    bad = {"key": "should fail"}
    expected = {(f"{path}[1].key", "unknown-key"), (f"{path}[1]", "missing")}
    assert codes(path, [LONE, bad], version) == expected
    assert codes(path, [bad, LONE], version) == {
        (at.replace("[1]", "[0]"), code) for at, code in expected
    }
    assert codes(path, "x", version) == {(path, "not-an-object-or-an-array")}


@BOTH
def test_context_activities_have_four_relations(version: str) -> None:
    """parent, grouping, category and other may all be there, or none, and nothing else
    (XAPI-00093)."""
    whole = {key: [LONE] for key in ("parent", "grouping", "category", "other")}
    assert codes("context.contextActivities", whole, version) == set()
    assert codes("context.contextActivities", {}, version) == set()
    told = codes("context.contextActivities", {"consequences": LONE}, version)
    assert told == {("context.contextActivities.consequences", "unknown-key")}


def entry(kind: str, who: object, **parts: Any) -> dict[str, Any]:
    return {"objectType": f"context{kind.title()}", kind: who, **parts}


@pytest.mark.parametrize(
    ("key", "kind", "who"),
    [
        ("contextAgents", "agent", AGENT),
        ("contextAgents", "agent", ACCOUNT),
        ("contextGroups", "group", GROUP),
        ("contextGroups", "group", ANONYMOUS),
    ],
)
def test_2_0_relates_agents_and_groups(key: str, kind: str, who: object) -> None:
    """contextAgents and contextGroups of 2.0.0 hold who was concerned, with what types
    (4.2.2.5)."""
    path = f"context.{key}"

    def wrong(value: object) -> set[tuple[str, str]]:
        return {(at.removeprefix(path), code) for at, code in codes(path, value, "2.0.0")}

    types = ["https://training.example/role/approver", "urn:x"]
    assert wrong([entry(kind, who, relevantTypes=types), entry(kind, who)]) == set()
    assert wrong(entry(kind, who)) == {("", "not-an-array")}
    assert wrong([5]) == {("[0]", "not-an-object")}
    told = wrong([{**entry(kind, who), "objectType": "Should fail"}])
    assert told == {("[0].objectType", "bad-object-type")}
    assert wrong([changed(entry(kind, who), {"objectType": GONE})]) == {("[0]", "missing")}
    assert wrong([{"objectType": f"context{kind.title()}"}]) == {("[0]", "missing")}
    assert wrong([entry(kind, who, member=[AGENT])]) == {("[0].member", "unknown-key")}
    assert wrong([entry(kind, who, relevantTypes=[])]) == {
        ("[0].relevantTypes", "empty-relevant-types")
    }
    assert wrong([entry(kind, who, relevantTypes=["urn:x", "abc"])]) == {
        ("[0].relevantTypes[1]", "bad-iri")
    }
    assert wrong([entry(kind, who, relevantTypes="urn:x")]) == {
        ("[0].relevantTypes", "not-an-array")
    }
    assert wrong([entry(kind, {"key": "Should fail"})]) != set()


def test_an_agent_is_no_group_and_a_group_no_agent() -> None:
    """contextAgents take Agents only, contextGroups Groups only (4.2.2.5)."""
    for key, kind, who in (("contextAgents", "agent", GROUP), ("contextGroups", "group", AGENT)):
        told = codes(f"context.{key}", [entry(kind, who)], "2.0.0")
        assert told == {(f"context.{key}[0].{kind}.objectType", "bad-object-type")}


@pytest.mark.parametrize("key", ["contextAgents", "contextGroups"])
def test_1_0_3_knows_neither(key: str) -> None:
    """What came with 2.0.0 is an unknown key to 1.0.3 (XAPI-00010)."""
    assert codes(f"context.{key}", [], "1.0.3") == {(f"context.{key}", "unknown-key")}

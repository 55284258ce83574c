"""Agents and groups are judged in every place where they may stand."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from specimens import (
    ACCOUNT,
    ACTOR_PLACES,
    AGENT,
    ANONYMOUS,
    GONE,
    GROUP,
    GROUP_PLACES,
    OAUTH,
    VERSIONS,
    at_place,
    changed,
    found,
    statement,
)

from lrs.xapi.actors import actor_problems

BOTH = pytest.mark.parametrize("version", VERSIONS)
IDENTIFIERS: dict[str, Any] = {
    "mbox": "mailto:ana@corp.example",
    "mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975",
    "openid": "https://ana.openid.example",
    "account": {"homePage": "https://hr.example", "name": "4711"},
}
AGENT_PLACES = (*ACTOR_PLACES, "authority")
EVERY_PLACE = (*GROUP_PLACES, "authority")


def agent(**parts: Any) -> dict[str, Any]:
    return {"objectType": "Agent", **parts}


def group(**parts: Any) -> dict[str, Any]:
    return {"objectType": "Group", **parts}


def codes(place: str, value: object, version: str) -> set[tuple[str, str]]:
    """What is wrong there, by the path below the place."""
    at = f"$.{place}"
    told = found(at_place(place, value), version)
    assert all(where.startswith(at) for where, _ in told)
    return {(where.removeprefix(at), code) for where, code in told}


@BOTH
@pytest.mark.parametrize("place", AGENT_PLACES)
def test_an_agent_has_exactly_one_identifier(version: str, place: str) -> None:
    """None is too few for an Agent, and any two are too many (XAPI-00034, XAPI-00041)."""
    for key, value in IDENTIFIERS.items():
        assert codes(place, agent(**{key: value}), version) == set()
    assert codes(place, agent(name="Ana"), version) == {("", "no-identifier")}
    for first, second in permutations(IDENTIFIERS, 2):
        both = agent(**{first: IDENTIFIERS[first], second: IDENTIFIERS[second]})
        assert codes(place, both, version) == {("", "several-identifiers")}


@BOTH
@pytest.mark.parametrize("place", GROUP_PLACES)
def test_an_identified_group_has_exactly_one_identifier(version: str, place: str) -> None:
    """Any two identifiers are too many for a Group; members beside one are fine (XAPI-00037)."""
    for key, value in IDENTIFIERS.items():
        assert codes(place, group(**{key: value}), version) == set()
        assert codes(place, group(**{key: value, "member": [AGENT]}), version) == set()
        assert codes(place, group(**{key: value, "member": []}), version) == set()
    for first, second in permutations(IDENTIFIERS, 2):
        both = group(**{first: IDENTIFIERS[first], second: IDENTIFIERS[second]})
        assert codes(place, both, version) == {("", "several-identifiers")}


@BOTH
@pytest.mark.parametrize("place", GROUP_PLACES)
def test_a_group_has_agents_for_members(version: str, place: str) -> None:
    """Members are an array of Agents, whether or not the Group is identified (XAPI-00035,
    XAPI-00036)."""
    assert codes(place, ANONYMOUS, version) == set()
    assert codes(place, group(name="Team"), version) == {("", "no-identifier")}
    assert codes(place, group(member=[]), version) == {(".member", "no-member")}
    for whole in (group(), group(mbox="mailto:team@corp.example")):
        for value in (AGENT, "x", 5):
            assert codes(place, {**whole, "member": value}, version) == {
                (".member", "not-an-array")
            }
        nested = {**whole, "member": [AGENT, GROUP]}
        assert codes(place, nested, version) == {(".member[1].objectType", "bad-object-type")}
        unknown = {**whole, "member": [{"name": "Ana"}]}
        assert codes(place, unknown, version) == {(".member[0]", "no-identifier")}


@BOTH
@pytest.mark.parametrize("place", AGENT_PLACES)
@pytest.mark.parametrize("kind", ["agent", "group", 123, {"key": "value"}, '"objectType": "Agent"'])
def test_an_actor_is_an_agent_or_a_group(version: str, place: str, kind: object) -> None:
    """objectType is Agent or Group in just these letters (XAPI-00014, XAPI-00031, XAPI-00032,
    XAPI-00046)."""
    told = found(at_place(place, {**AGENT, "objectType": kind}), version)
    assert {at for at, code in told if code in ("bad-object-type", "not-a-string")} == {
        f"$.{place}.objectType"
    }


@BOTH
@pytest.mark.parametrize("place", EVERY_PLACE)
@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("name", 123, "not-a-string"),
        ("name", {"key": "value"}, "not-a-string"),
        ("mbox", "http://should.fail.com", "mbox-not-mailto"),
        ("mbox", "mailto:should.fail.com", "bad-mbox"),
        ("mbox", "ana@corp.example", "mbox-not-mailto"),
        ("mbox", "", "mbox-not-mailto"),
        ("mbox", 5, "not-a-string"),
        ("mbox_sha1sum", {"key": "x"}, "not-a-string"),
        ("mbox_sha1sum", "cd9b00", "bad-sha1"),
        ("openid", "ab=c://should.fail.com", "bad-uri"),
        ("openid", "open.id.com/testUser", "bad-uri"),
        ("openid", "https://anä.example", "bad-uri"),
        ("openid", 5, "not-a-URI"),
        ("account", "4711", "not-an-object"),
        ("account.homePage", "ab=c://should.fail.com", "bad-iri"),
        ("account.homePage", "homePage.com/testUser", "bad-iri"),
        ("account.homePage", 5, "not-an-IRI"),
        ("account.name", {"key": "x"}, "not-a-string"),
        ("account.homepage", "https://hr.example", "unknown-key"),
    ],
)
def test_identifiers_have_their_forms(
    version: str, place: str, path: str, value: object, code: str
) -> None:
    """Names are strings, and each identifier has its form, for Agents and members of Groups
    (XAPI-00007, XAPI-00011, XAPI-00033, XAPI-00038, XAPI-00039, XAPI-00040, XAPI-00041, XAPI-00042,
    XAPI-00043)."""
    key = path.partition(".")[0]
    plain = agent(**{key: IDENTIFIERS[key]} if key != "name" else AGENT)
    bad = changed(plain, {path: value})
    if not place.endswith("team"):
        assert codes(place, bad, version) == {(f".{path}", code)}
    anonymous = group(member=[ACCOUNT, bad])
    assert codes(place, anonymous, version) == {(f".member[1].{path}", code)}


@BOTH
@pytest.mark.parametrize("place", EVERY_PLACE)
@pytest.mark.parametrize("key", ["homePage", "name"])
def test_an_account_has_a_home_page_and_a_name(version: str, place: str, key: str) -> None:
    """An account without homePage or name identifies nobody (XAPI-00042, XAPI-00043)."""
    account = {name: value for name, value in IDENTIFIERS["account"].items() if name != key}
    anonymous = group(member=[AGENT, {"account": account}])
    assert codes(place, anonymous, version) == {(".member[1].account", "missing")}


@BOTH
@pytest.mark.parametrize("place", ["context.team", "object.context.team"])
def test_a_team_is_a_group(version: str, place: str) -> None:
    """An Agent is no team, and neither is what doesn't say that it is a Group (XAPI-00088)."""
    assert codes(place, AGENT, version) == {(".objectType", "bad-object-type")}
    assert codes(place, {"key": "x"}, version) == {("", "missing")}
    assert codes(place, "x", version) == {("", "not-an-object")}


@BOTH
def test_an_agent_has_no_members(version: str) -> None:
    """member belongs to Groups, and who forgot to say so is told (XAPI-00035)."""
    whole = statement(actor=changed(ANONYMOUS, {"objectType": GONE}))
    assert found(whole, version) == {
        ("$.actor.member", "unknown-key"),
        ("$.actor", "no-identifier"),
    }


@BOTH
@pytest.mark.parametrize("actor", [AGENT, GROUP, ANONYMOUS])
@pytest.mark.parametrize("place", ["object", "object.object"])
def test_an_actor_as_object_says_so(version: str, actor: Any, place: str) -> None:
    """Without objectType an object is an Activity, so an Agent or Group must have one
    (XAPI-00065)."""
    assert codes(place, actor, version) == set()
    bare = changed(actor, {"objectType": GONE})
    told = found(at_place(place, bare), version)
    assert told == {(f"$.{place}", "missing")}


@BOTH
@pytest.mark.parametrize(
    ("authority", "wrong"),
    [
        (AGENT, set()),
        (OAUTH, set()),
        (ANONYMOUS, set()),
        *(
            ({**OAUTH, key: value}, {("$.authority", "identified-authority")})
            for key, value in IDENTIFIERS.items()
        ),
        (GROUP, {("$.authority", "identified-authority")}),
        (group(), {("$.authority", "no-identifier")}),
        (group(member=[]), {("$.authority.member", "no-member")}),
        (group(member=[AGENT]), {("$.authority.member", "authority-members")}),
        (group(member=[AGENT, ACCOUNT, AGENT]), {("$.authority.member", "authority-members")}),
    ],
)
def test_an_authority_is_an_agent_or_two(
    version: str, authority: object, wrong: set[tuple[str, str]]
) -> None:
    """An authority is one Agent, or an anonymous Group of just two (XAPI-00024, XAPI-00098,
    XAPI-00100)."""
    assert found(statement(authority=authority), version) >= wrong
    assert bool(found(statement(authority=authority), version)) == bool(wrong)


def test_an_actor_is_judged_alone() -> None:
    """The agent of a request's parameter is held to what statements are held to (XAPI-00012,
    XAPI-00249)."""
    assert actor_problems(AGENT, "1.0.3") == []
    assert [one.code for one in actor_problems({"name": "Ana"}, "2.0.0", "agent")] == [
        "no-identifier"
    ]
    assert [(one.at, one.code) for one in actor_problems(True, "1.0.3", "agent")] == [
        ("agent", "not-an-object")
    ]

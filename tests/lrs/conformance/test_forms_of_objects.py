"""Statements over HTTP, each wrong value in each place: objects, results, contexts, attachments."""

from __future__ import annotations

from typing import Any

import pytest
from live import NEW, Caller, fresh, statement
from wording import (
    ACTIVITY,
    AGENT,
    GROUP,
    IDENTIFIERS,
    TEAM,
    Json,
    attachment,
    both,
    full,
    inside,
    refuses,
    takes,
    with_value,
    without,
)

INTERACTIONS: dict[str, Json] = {
    "true-false": {"correctResponsesPattern": ["true"]},
    "choice": {"choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}]},
    "fill-in": {"correctResponsesPattern": ["Bob's your uncle"]},
    "long-fill-in": {"correctResponsesPattern": ["{case_matters=false}{lang=en}long"]},
    "matching": {"source": [{"id": "a"}], "target": [{"id": "1", "description": {"en": "one"}}]},
    "performance": {"steps": [{"id": "pong", "description": {"en": "score"}}]},
    "sequencing": {"choices": [{"id": "tim"}, {"id": "mike"}]},
    "likert": {"scale": [{"id": "l0", "description": {"sr-Latn-RS": "ne"}}]},
    "numeric": {"correctResponsesPattern": ["4[:]"]},
    "other": {"correctResponsesPattern": ["(35.937432,-86.868896)"]},
}
LISTS = ("choices", "scale", "source", "target", "steps")
KINDS = ("parent", "grouping", "category", "other")
EXTENSIONS = ("object.definition.extensions", "result.extensions", "context.extensions")
NAME = "https://brightwater.example/ext/name"


@pytest.fixture
def ask(lite: Caller) -> Caller:
    """Whether a statement is in order is asked of no database."""
    return lite


def defined(**definition: Any) -> list[Json]:
    """Statements about an activity of this definition, straight and in a SubStatement."""
    return both("object", {"id": ACTIVITY["id"], "definition": definition})


@pytest.mark.parametrize("kind", ["activity", "agent", "group", "statementref", "substatement"])
def test_kinds_of_objects(ask: Caller, kind: str) -> None:
    """An object is of a kind that the standard knows, in its case (XAPI-00046, XAPI-00073)."""
    objects: dict[str, Json] = {
        "agent": AGENT,
        "group": GROUP,
        "statementref": {"id": fresh()},
        "substatement": inside()["object"],
    }
    about = {**objects.get(kind, ACTIVITY), "objectType": kind}
    refuses(ask, statement(object=about))
    inner = {"objectType": "SubStatement", **statement(object=about)}
    refuses(ask, statement(object=inner))


def test_objects_say_what_they_are(ask: Caller) -> None:
    """Only an Activity may leave out its kind (XAPI-00065, XAPI-00073)."""
    takes(ask, *both("object", {"id": ACTIVITY["id"]}), *both("object", {**ACTIVITY}))
    for about in (AGENT, GROUP, TEAM, inside()["object"], {"objectType": "x", "id": fresh()}):
        lone = without(about, "objectType")
        refuses(ask, statement(object=lone))
        refuses(ask, statement(object={"objectType": "SubStatement", **statement(object=lone)}))


def test_activities(ask: Caller) -> None:
    """An Activity has an id, and perhaps a definition, which is an object (XAPI-00047,
    XAPI-00048)."""
    refuses(ask, *both("object", {"objectType": "Activity"}), *both("object", {}))
    wrong: tuple[object, ...] = ("x", 5, [], None)
    refuses(ask, *(one for bad in wrong for one in both("object.definition", bad)))
    takes(ask, *defined())
    for key in ("name", "description", "type", "moreInfo", "extensions"):
        takes(ask, *defined(**{key: ACTIVITY["definition"][key]}))


@pytest.mark.parametrize("kind", INTERACTIONS)
def test_interactions(ask: Caller, kind: str) -> None:
    """An interaction is of a kind that the standard knows; its parts need that kind to be said
    (XAPI-00009, XAPI-00049, XAPI-00064)."""
    rest = INTERACTIONS[kind]
    takes(ask, *defined(interactionType=kind, **rest))
    refuses(ask, *defined(**rest))
    refuses(ask, *defined(interactionType=kind[:-1] + kind[-1].upper(), **rest))
    refuses(ask, *defined(interactionType=kind.title() + "-", **rest))


def test_kinds_of_interactions(ask: Caller) -> None:
    """The kind of an interaction is one of ten words, in their case (XAPI-00009, XAPI-00049)."""
    wrong = (
        *("true-faLse", "choiCe", "fill-iN", "long-fiLl-in", "matchIng", "perfOrmance"),
        *("seqUencing", "liKert", "nUmeric", "Other", "ab=c://should.fail.com", "should error"),
        *(5, {"key": "x"}, ["choice"], None, ""),
    )
    refuses(ask, *(one for bad in wrong for one in defined(interactionType=bad)))


def test_correct_responses(ask: Caller) -> None:
    """Correct responses are an array of strings (XAPI-00050)."""
    wrong: tuple[object, ...] = ({}, "x", 5, [{}], [5], [None], None)
    for bad in wrong:
        refuses(ask, *defined(interactionType="other", correctResponsesPattern=bad))
    takes(ask, *defined(interactionType="other", correctResponsesPattern=[]))


@pytest.mark.parametrize("key", LISTS)
def test_interaction_components(ask: Caller, key: str) -> None:
    """Choices, scale, source, target and steps are arrays of components, each with an id of its own
    and perhaps a description (XAPI-00051 to XAPI-00055, XAPI-00058, XAPI-00062, XAPI-00063)."""
    kinds = {
        "choices": "choice",
        "scale": "likert",
        "source": "matching",
        "target": "matching",
        "steps": "performance",
    }

    def listed(components: object) -> list[Json]:
        return defined(interactionType=kinds[key], **{key: components})

    takes(ask, *listed([{"id": "a"}, {"id": "b", "description": {"en": "B"}}]), *listed([]))
    wrong: tuple[object, ...] = (
        *({}, {"id": "a"}, "a", 5, None, ["a"], [5], [[]], [{}]),
        *([{"description": {"en": "A"}}], [{"id": {}}], [{"id": 5}], [{"id": None}]),
        *([{"id": "a", "description": "A"}], [{"id": "a", "description": {"test": 5}}]),
        *([{"id": "a", "description": {"something": "A"}}], [{"id": "a", "description": 5}]),
        *([{"id": "a"}, {"id": "a"}], [{"id": "a", "dummy": "x"}]),
    )
    refuses(ask, *(one for bad in wrong for one in listed(bad)))


def test_references(ask: Caller) -> None:
    """A StatementRef has the id of a statement, which need not be there (XAPI-00072,
    XAPI-00073)."""
    takes(ask, statement(object={"objectType": "StatementRef", "id": fresh()}))
    wrong: tuple[Json, ...] = (
        {"objectType": "StatementRef"},
        {"objectType": "StatementRef", "id": "should fail"},
        {"objectType": "StatementRef", "id": fresh(), "definition": {}},
        {"objectType": "statementref", "id": fresh()},
    )
    for bad in wrong:
        inner = {"objectType": "SubStatement", **statement(object=bad)}
        refuses(ask, statement(object=bad), statement(object=inner))


def test_substatements(ask: Caller) -> None:
    """A SubStatement may have what a statement may, but nothing that makes it one of its own
    (XAPI-00066 to XAPI-00071)."""
    inner = {"objectType": "SubStatement", **statement()}
    abouts: tuple[Json, ...] = (AGENT, GROUP, TEAM, {"objectType": "StatementRef", "id": fresh()})
    takes(ask, inside(), *(statement(object={**inner, "object": about}) for about in abouts))
    own = {
        "id": fresh(),
        "stored": "2026-01-01T00:00:00.000Z",
        "version": "1.0.0",
        "authority": AGENT,
    }
    refuses(ask, *(statement(object={**inner, name: value}) for name, value in own.items()))
    refuses(ask, statement(object={**inner, "object": inner}))


@pytest.mark.parametrize("key", ["success", "completion"])
def test_truths(ask: Caller, key: str) -> None:
    """Success and completion are true or false (XAPI-00074, XAPI-00075)."""
    wrong: tuple[object, ...] = ("true", "false", 0, 1, {}, None)
    for bad in wrong:
        refuses(ask, *both(f"result.{key}", bad))
    takes(ask, *both(f"result.{key}", False))


def test_responses(ask: Caller) -> None:
    """A response is a string (XAPI-00076)."""
    wrong: tuple[object, ...] = (5, {}, [], True, None)
    refuses(ask, *(one for bad in wrong for one in both("result.response", bad)))
    takes(ask, *both("result.response", ""))


def test_durations(ask: Caller) -> None:
    """A duration is one of ISO 8601 by designators; weeks stand alone (XAPI-00077,
    XAPI-00124)."""
    good = (
        *("PT1H0M0.1S", "PT4H35M59.14S", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W"),
        *("P1DT12H36M0.12567S", "PT0S"),
    )
    wrong = ("should fail", 12345, {"key": "x"}, "PA1H0M0S", "P4W1D", "P", "PT", "1H", "", None)
    more = ("P0003-01-29T04:35:59", "PT-1S", "-PT1S")
    takes(ask, *(one for told in good for one in both("result.duration", told)))
    refuses(ask, *(one for told in (*wrong, *more) for one in both("result.duration", told)))


def test_scores(ask: Caller) -> None:
    """A score is an object; its numbers lie in their order, to the last digit (XAPI-00079,
    XAPI-00080, XAPI-00081, XAPI-00082, XAPI-00083)."""
    good: tuple[Json, ...] = (
        *({"scaled": 0.6767676}, {"scaled": 1.0}, {"scaled": -1.0}, {"raw": 0.6767676}, {}),
        *({"raw": 5, "min": 5, "max": 6}, {"raw": 6, "min": 5, "max": 6}, {"max": 100.6767676}),
        *({"min": 0.6767676}, {"min": -5, "max": -4.5}),
    )
    wrong: tuple[object, ...] = (
        *(5, "x", [], None, {"scaled": 1.01}, {"scaled": -1.00001}, {"scaled": "1"}),
        *({"raw": 6.0000321, "max": 6}, {"raw": 4.9999, "min": 5}, {"raw": "5"}, {"raw": True}),
        *({"min": 0.6767676, "max": 0.6767355}, {"min": 6, "max": 2}, {"min": "x"}, {"max": None}),
    )
    takes(ask, *(one for told in good for one in both("result.score", told)))
    refuses(ask, *(one for told in wrong for one in both("result.score", told)))


def test_contexts(ask: Caller) -> None:
    """Each part of a context is of its kind (XAPI-00085 to XAPI-00092)."""
    wrong: dict[str, tuple[object, ...]] = {
        "registration": ({"key": "x"}, "should fail"),
        "instructor": ({"key": "x"}, "x", {**AGENT, "key": "x"}),
        "team": (AGENT, {"key": "x"}, "x", {**AGENT, "objectType": "group"}),
        "contextActivities": ("x", 5, [], None),
        "revision": (5, {"key": "x"}),
        "platform": (5, {"key": "x"}),
        "language": (5, {"key": "x"}, {"a12345678": "x"}),
        "statement": (
            *({"objectType": "statementref", "id": fresh()}, {"id": fresh()}, "x"),
            {"objectType": "StatementRef", "id": "should fail"},
        ),
    }
    for key, values in wrong.items():
        refuses(ask, *(one for bad in values for one in both(f"context.{key}", bad)))
    takes(ask, *(one for who in (AGENT, GROUP, TEAM) for one in both("context.instructor", who)))
    takes(ask, *(one for who in (GROUP, TEAM) for one in both("context.team", who)))


@pytest.mark.parametrize("key", ["revision", "platform"])
def test_revision_and_platform_are_of_activities(ask: Caller, key: str) -> None:
    """Revision and platform go with an Activity as the object, and with nothing else; in a
    SubStatement its own object counts (XAPI-00084, XAPI-00085)."""
    context = {key: "7"}
    takes(ask, statement(context=context), statement(object={"id": "a:b"}, context=context))
    others: tuple[Json, ...] = (AGENT, GROUP, {"objectType": "StatementRef", "id": fresh()})
    inner: Json = {"objectType": "SubStatement", **statement()}
    refuses(ask, *(statement(object=about, context=context) for about in (*others, inner)))
    takes(ask, statement(object={**inner, "context": context}))
    for about in others:
        refuses(ask, statement(object={**inner, "object": about, "context": context}))


@pytest.mark.parametrize("kind", KINDS)
def test_context_activities(ask: Caller, kind: str) -> None:
    """Context activities stand under four names, alone or in an array, and are Activities
    (XAPI-00093, XAPI-00094)."""
    place = f"context.contextActivities.{kind}"
    takes(ask, *both(place, ACTIVITY), *both(place, [ACTIVITY]), *both(place, [ACTIVITY] * 3))
    no_activity = {"key": "should fail"}
    wrong: tuple[object, ...] = (
        *("x", 5, None, no_activity, ["x"], AGENT, [AGENT]),
        *([ACTIVITY, no_activity], [no_activity, ACTIVITY], {**ACTIVITY, "id": "should fail"}),
    )
    refuses(ask, *(one for bad in wrong for one in both(place, bad)))
    refuses(ask, *both(f"context.contextActivities.{kind.title()}", ACTIVITY))


def test_names_of_context_activities(ask: Caller) -> None:
    """There is no fifth kind of context activities; all four may be there (XAPI-00093)."""
    refuses(ask, *both("context.contextActivities", {"consequences": ACTIVITY}))
    takes(ask, *both("context.contextActivities", dict.fromkeys(KINDS, ACTIVITY)))
    takes(ask, *both("context.contextActivities", {}))


@pytest.mark.parametrize("place", EXTENSIONS)
def test_extensions(ask: Caller, place: str) -> None:
    """Extensions hold anything under IRIs, nothing as well, however they are sent (XAPI-00057,
    XAPI-00078, XAPI-00118, XAPI-00119, XAPI-00120)."""
    for value in (True, 12345, {"key": "valid"}, "valid", "", None, {}, [], [None]):
        for one in (*both(place, {NAME: value}), *both(place, {})):
            takes(ask, one)
            assert ask("PUT", f"/statements?statementId={fresh()}", one).status == 204
    wrong: tuple[object, ...] = ("x", 5, [], None, {"should fail": 1}, {"id": 1}, {"": 1})
    refuses(ask, *(one for bad in wrong for one in both(place, bad)))


def test_attachments(ask: Caller) -> None:
    """Attachments are an array; each has its parts, and these have their form (XAPI-00025,
    XAPI-00102, XAPI-00103, XAPI-00104, XAPI-00105, XAPI-00106, XAPI-00107)."""
    good = attachment(b"x", fileUrl="https://brightwater.example/x")
    takes(ask, *both("attachments", [good]), *both("attachments", [good, good]))
    refuses(ask, *both("attachments", good), *both("attachments", [5]), *both("attachments", ["x"]))
    wrong: dict[str, tuple[object, ...]] = {
        "usageType": ("should fail", 5, None),
        "contentType": (999, "should fail", "", None),
        "length": ("should fail", 1.5, -1, None),
        "sha2": (12345, "xyz", None),
        "fileUrl": ("should fail", 5, None),
        "display": (5, "x", None),
        "description": (5, "x", None),
    }
    for key, values in wrong.items():
        one = with_value(full(), "attachments.0", good)
        refuses(ask, *(with_value(one, f"attachments.0.{key}", bad) for bad in values))
        if key not in ("fileUrl", "description"):
            refuses(ask, without(one, f"attachments.0.{key}"))
    takes(ask, with_value(full(), "attachments.0.description", {"es-MX": "x"}))


def relevant(**parts: object) -> Json:
    """A context agent."""
    return {"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["a:b"], **parts}


def test_context_agents(ask: Caller) -> None:
    """In 2.0.0 a context may have agents, each an Agent with the types for which it is relevant; in
    1.0.3 it has none (2.0 context agents)."""
    place = "context.contextAgents"
    good = [relevant()], [relevant(), relevant(relevantTypes=["a:c", "a:d"])]
    if ask.version != NEW:
        refuses(ask, *(one for told in good for one in both(place, told)))
        return
    lone = without(relevant(), "relevantTypes")
    takes(ask, *(one for told in (*good, [lone]) for one in both(place, told)))
    wrong: tuple[object, ...] = (
        *(relevant(), "x", ["x"], [relevant(objectType="Should fail")], [relevant(dummy=1)]),
        *(
            [relevant(agent={"key": "Should fail"})],
            [relevant(agent=GROUP)],
            [relevant(agent=None)],
        ),
        *([relevant(relevantTypes=[])], [relevant(relevantTypes=["abc"])]),
        *([relevant(relevantTypes="a:b")], [without(relevant(), "agent")], None),
    )
    refuses(ask, *(one for bad in wrong for one in both(place, bad)))


def test_context_groups(ask: Caller) -> None:
    """In 2.0.0 a context may have groups in the same way; in 1.0.3 it has none (2.0 context
    groups)."""
    place = "context.contextGroups"

    def group(**parts: object) -> Json:
        one = {"objectType": "contextGroup", "group": {**GROUP, "member": [AGENT]}}
        return {**one, "relevantTypes": ["a:b"], **parts}

    good = [group()], [group(), group(group=TEAM)], [group(group=GROUP)]
    if ask.version != NEW:
        refuses(ask, *(one for told in good for one in both(place, told)))
        return
    takes(ask, *(one for told in good for one in both(place, told)))
    wrong: tuple[object, ...] = (
        *(group(), [group(objectType="Should fail", member=[AGENT])], [group(group=AGENT)]),
        *([group(group={"key": "Should fail"})], [group(relevantTypes=[])]),
        *([group(relevantTypes=["abc"])], [without(group(), "group")], [group(agent=AGENT)]),
        *([group(group={**GROUP, "openid": IDENTIFIERS["openid"]})], None),
    )
    refuses(ask, *(one for bad in wrong for one in both(place, bad)))

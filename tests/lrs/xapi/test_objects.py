"""Activities, interactions and references are judged alike in statements and SubStatements."""

from __future__ import annotations

from typing import Any

import pytest
from specimens import ACTIVITY, GONE, SUB, VERSIONS, WHOLE, at_place, changed, found

from lrs.xapi.objects import COMPONENT_LISTS, INTERACTIONS, definition_problems

BOTH = pytest.mark.parametrize("version", VERSIONS)
REFERENCE = {"objectType": "StatementRef", "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"}
INSIDE = changed(WHOLE, {"object": SUB, "context.revision": GONE, "context.platform": GONE})


def codes(path: str, value: object, version: str) -> set[tuple[str, str]]:
    """What is wrong with a changed Activity, found alike in the statement and the SubStatement."""
    told = found(changed(WHOLE, {f"object.{path}": value}), version)
    inside = found(changed(INSIDE, {f"object.object.{path}": value}), version)
    assert inside == {(at.replace("$.object", "$.object.object", 1), code) for at, code in told}
    return {(at.removeprefix("$.object"), code) for at, code in told}


@BOTH
def test_an_activity_has_an_iri(version: str) -> None:
    """An Activity without an id, or with one that is no IRI, is refused (XAPI-00047,
    XAPI-00011)."""
    assert codes("id", GONE, version) == {("", "missing")}
    for value in ("ab=c://should.fail.com", "example.com/a b", "", "/relative"):
        assert codes("id", value, version) == {(".id", "bad-iri")}
    assert codes("id", 5, version) == {(".id", "not-an-IRI")}
    assert codes("id", "http://example.com/path/../x", version) == set()


@BOTH
def test_an_activity_need_not_say_so(version: str) -> None:
    """An object without objectType is an Activity; revision and platform go with it (XAPI-00046,
    XAPI-00084, XAPI-00085)."""
    assert codes("objectType", GONE, version) == set()
    assert codes("definition", GONE, version) == set()
    assert found(changed(WHOLE, {"object": {"id": "urn:x"}}), version) == set()


@BOTH
@pytest.mark.parametrize("value", ["should error", 12345, [], True])
def test_a_definition_is_an_object(version: str, value: object) -> None:
    """A definition is an object of whose parts none is needed (XAPI-00048)."""
    assert codes("definition", value, version) == {(".definition", "not-an-object")}
    assert codes("definition", {}, version) == set()


@BOTH
@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("name", 12345, "not-a-language-map"),
        ("name", "should error", "not-a-language-map"),
        ("description", 12345, "not-a-language-map"),
        ("description", "should error", "not-a-language-map"),
        ("type", "should error", "bad-iri"),
        ("type", "adlnet.gov/expapi/activities/x", "bad-iri"),
        ("type", 5, "not-an-IRI"),
        ("moreInfo", "should error", "bad-iri"),
        ("moreInfo", "example.com/info", "bad-iri"),
        ("extensions", "should error", "not-an-object"),
    ],
)
def test_a_definition_has_its_types(version: str, key: str, value: object, code: str) -> None:
    """name and description are language maps, type and moreInfo IRIs, extensions an object
    (XAPI-00056, XAPI-00057, XAPI-00059, XAPI-00060, XAPI-00061)."""
    assert codes(f"definition.{key}", value, version) == {(f".definition.{key}", code)}


@BOTH
@pytest.mark.parametrize("key", ["name", "description", "type", "moreInfo", "extensions"])
def test_a_definition_may_have_one_part_alone(version: str, key: str) -> None:
    """Each part of a definition goes without the others (XAPI-00014, XAPI-00048)."""
    definition: Any = ACTIVITY["definition"]
    assert codes("definition", {key: definition[key]}, version) == set()


@BOTH
def test_an_interaction_is_of_one_of_ten_types(version: str) -> None:
    """The ten types are known in their case and no other (XAPI-00009, XAPI-00049)."""
    for kind in INTERACTIONS:
        assert codes("definition.interactionType", kind, version) == set()
    bad = "true-faLse choiCe fill-iN long-fiLl-in matchIng perfOrmance seqUencing liKert".split()
    for written in (*bad, "nUmeric", "Other", "should error", "ab=c://should.fail.com", ""):
        told = codes("definition.interactionType", written, version)
        assert told == {(".definition.interactionType", "bad-interaction-type")}
    for value in (12345, {"key": "x"}):
        told = codes("definition.interactionType", value, version)
        assert told == {(".definition.interactionType", "not-a-string")}


@BOTH
@pytest.mark.parametrize("key", ["correctResponsesPattern", *COMPONENT_LISTS])
def test_the_parts_of_an_interaction_need_its_type(version: str, key: str) -> None:
    """Whoever gives choices or right answers says what interaction it is (XAPI-00064)."""
    value = ["x"] if key == "correctResponsesPattern" else [{"id": "x"}]
    assert codes("definition", {key: value}, version) == {(".definition", "missing")}
    whole = {"interactionType": "other", key: value}
    assert codes("definition", whole, version) == set()


@BOTH
def test_right_answers_are_strings(version: str) -> None:
    """correctResponsesPattern is an array of strings, empty or of any form (XAPI-00050)."""
    path = "definition.correctResponsesPattern"
    for value in ({"key": "x"}, "x", 5):
        assert codes(path, value, version) == {(f".{path}", "not-an-array")}
    responses: tuple[object, ...] = (5, {"key": "x"}, [])
    for one in responses:
        assert codes(path, ["x", one], version) == {(f".{path}[1]", "not-a-string")}
    for written in ("4[:]", "golf[,]tetris", "{case_matters=false}{lang=en}words", ""):
        assert codes(path, [written], version) == set()
    assert codes(path, [], version) == set()


@BOTH
@pytest.mark.parametrize("key", COMPONENT_LISTS)
def test_components_have_distinct_ids(version: str, key: str) -> None:
    """Interaction components are objects with an id of their own and texts by language, whatever
    the type (XAPI-00051, XAPI-00052, XAPI-00053, XAPI-00054, XAPI-00055, XAPI-00058, XAPI-00062,
    XAPI-00063, XAPI-00013)."""
    path = f"definition.{key}"

    def wrong(value: object) -> set[tuple[str, str]]:
        return {(at.removeprefix(f".{path}"), code) for at, code in codes(path, value, version)}

    good = {"id": "a", "description": {"sr-Latn-RS": "x"}}
    assert wrong([good, {"id": "b"}]) == set()
    assert wrong([]) == set()
    assert wrong(good) == {("", "not-an-array")}
    assert wrong([good, "b"]) == {("[1]", "not-an-object")}
    assert wrong([good, {"description": {"en": "x"}}]) == {("[1]", "missing")}
    assert wrong([{"id": {"key": "x"}}]) == {("[0].id", "not-a-string")}
    assert wrong([{"id": 1}, {"id": 1}]) == {(f"[{n}].id", "not-a-string") for n in (0, 1)}
    assert wrong([good, {"id": "b"}, {"id": "a"}]) == {("[2].id", "duplicate-component")}
    assert wrong([{"id": "a", "description": "x"}]) == {("[0].description", "not-a-language-map")}
    told = wrong([{"id": "a", "description": {"something": "x"}}])
    assert told == {("[0].description.something", "bad-language")}


@BOTH
@pytest.mark.parametrize("place", ["object", "object.object"])
def test_a_reference_names_a_statement(version: str, place: str) -> None:
    """A StatementRef has a UUID for its id, of a statement known or not (XAPI-00066, XAPI-00072,
    XAPI-00073)."""
    assert found(at_place(place, REFERENCE), version) == set()
    whole = changed(REFERENCE, {"id": GONE})
    assert found(at_place(place, whole), version) == {(f"$.{place}", "missing")}
    whole = {**REFERENCE, "id": "should fail"}
    assert found(at_place(place, whole), version) == {(f"$.{place}.id", "bad-uuid")}


@BOTH
@pytest.mark.parametrize("place", ["object", "object.object"])
def test_a_statement_as_object_says_so(version: str, place: str) -> None:
    """A StatementRef or SubStatement without objectType is refused (XAPI-00073)."""
    whole = changed(REFERENCE, {"objectType": GONE})
    assert found(at_place(place, whole), version) == {(f"$.{place}.id", "bad-iri")}
    bare = changed(SUB, {"objectType": GONE})
    assert found(at_place(place, bare), version) == {(f"$.{place}", "missing")}


def test_a_definition_is_judged_alone() -> None:
    """A definition that comes by itself is held to the same rules."""
    assert definition_problems(ACTIVITY["definition"], "1.0.3") == []
    assert [one.at for one in definition_problems({"type": "x"}, "2.0.0", "definition")] == [
        "definition.type"
    ]

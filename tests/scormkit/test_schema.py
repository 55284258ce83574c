"""Tests of schemas: valid themselves, and never at odds with what the compiler says."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from short import STORY, compiled, said, story

from scormkit import document, schema
from scormkit.document import Document, Route

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted((ROOT / "schemas").glob("*.schema.json"))
SHIPPED = sorted(p for p in (ROOT / "scenarios").glob("*.yaml") if "." not in p.stem)
SCENARIOS = [p for p in SHIPPED if p.stem not in ("organisation", "programme")]
EVERYTHING = ROOT / "tests" / "scormkit" / "golden" / "everything.yaml"


def loaded(name: str) -> dict[str, Any]:
    rules: dict[str, Any] = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_bytes())
    return rules


@pytest.fixture(scope="module")
def independent() -> Any:
    """Another implementation of the same standard.

    It remembers what it said of a part of a tree: trees here share most of their parts, and none is
    changed once it was judged. The part is kept with the answer, so that no other gets its id.
    """
    known: dict[tuple[str, int, int], tuple[Any, list[jsonschema.ValidationError]]] = {}

    def remembered(word: str) -> Any:
        check = jsonschema.Draft7Validator.VALIDATORS[word]

        def checked(validator: Any, value: Any, part: Any, rules: Any) -> Iterator[Any]:
            key = (word, id(rules), id(part))
            if key not in known:
                known[key] = (part, list(islice(check(validator, value, part, rules), 1)))
            yield from known[key][1]

        return checked

    inner = ("$ref", "properties", "additionalProperties", "propertyNames", "items", "oneOf")
    extend: Any = jsonschema.validators.extend  # it has no types
    kind = extend(jsonschema.Draft7Validator, {word: remembered(word) for word in inner})
    return kind(loaded("scenario"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda p: p.stem)
def test_valid_by_the_meta_schema(path: Path) -> None:
    """Every schema is valid by draft-07's own meta-schema, which it names."""
    rules = json.loads(path.read_bytes())
    assert rules["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(rules)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda p: p.stem)
def test_no_keyword_is_misspelled(path: Path) -> None:
    """A schema has no keyword that draft-07 lacks: a misspelled one would silently do nothing."""
    known = set(jsonschema.Draft7Validator.META_SCHEMA["properties"])
    assert {key for node in _nodes(json.loads(path.read_bytes())) for key in node} <= known


@pytest.mark.parametrize("name", ["scenario", "organisation", "translation", "programme"])
def test_every_key_is_explained(name: str) -> None:
    """Editors show what each key of a mapping is for, and so do problems."""
    rules = loaded(name)
    for node in _nodes(rules):
        for key, each in node.get("properties", {}).items():
            places = (each, _followed(rules, each), _followed(rules, each.get("items", {})))
            a_range = key in ("start", "from", "to") and each == {"type": "integer"}
            spelled_out = any(n in each for n in ("properties",)) or key == "rows"
            assert a_range or spelled_out or any("description" in place for place in places), key


def test_mappings_are_closed() -> None:
    """Every mapping of the scenario's schema says what may stand in it."""
    for node in _nodes(loaded("scenario")):
        if node.get("type") == "object":
            assert "additionalProperties" in node, node


@pytest.mark.parametrize("path", [*SCENARIOS, EVERYTHING], ids=lambda p: p.stem)
def test_shipped_scenarios_fit(path: Path, independent: Any) -> None:
    """Both implementations find nothing wrong with what is shipped."""
    made = document.read(path)
    assert schema.violations(made, "scenario") == []
    assert independent.is_valid(made.data)


def test_every_key_dropped(independent: Any) -> None:
    """At each place of a scenario of every kind: without a key or an entry, both say the same."""
    data = document.read(EVERYTHING).data
    for route in _routes(data, ()):
        _same(independent, _without(data, route))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_keys_dropped(path: Path, independent: Any) -> None:
    """At some places of each shipped scenario: without a key or an entry, both say the same."""
    data = document.read(path).data
    routes = list(_routes(data, ()))
    for route in routes[:: len(routes) // 40]:
        _same(independent, _without(data, route))


VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 7, -1, 1.5, 2.0, 10**9, "", "x", "Hello there", "no", "12:30", "+1"),
    *([], [1], ["x"], ["x", "x"], [[]], [{}], {}, {"x": 1}, {"start": 1}, {"start": "a"}),
    *({"name": "x"}, {"to": "x"}, [{"to": "x"}], [{"when": "x"}], [{"you": "Hi."}], "a" * 1500),
    *({"start": 1, "from": 0, "to": 2}, {"start": "a", "one-of": ["a", "b"]}),
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_values_changed(independent: Any, data: st.DataObject) -> None:
    """With any values put at random places of a scenario, both implementations say the same."""
    made = data.draw(st.sampled_from(_trees()))
    for _ in range(data.draw(st.integers(1, 3))):
        routes = list(_routes(made, ()))
        if not routes:
            break
        route = data.draw(st.sampled_from(routes))
        made, holder = _opened(made, route)
        change = data.draw(st.sampled_from(["put", "add", "drop"]))
        value = copy.deepcopy(data.draw(st.sampled_from(VALUES)))
        if change == "put":
            holder[route[-1]] = value
        elif change == "drop":
            del holder[route[-1]]
        elif isinstance(holder, list):
            holder.append(value)
        else:
            names = ["x", "Not a slug", "", "when", "to", "chat", "inbox", "sms", "start", "ä"]
            holder[data.draw(st.sampled_from(names))] = value
    _same(independent, made)


KEYS = st.sampled_from(list(loaded("scenario")["properties"]))
TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 99), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=15,
)


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_any_tree(independent: Any, tree: Any) -> None:
    """Of any tree at all, both implementations say the same."""
    _same(independent, tree)


@pytest.mark.parametrize("name", ["scenario", "organisation", "translation"])
def test_every_kind_of_violation_has_words(name: str) -> None:
    """Each keyword of the schemas, violated, is a problem and no crash."""
    used = {key for node in _nodes(loaded(name)) for key in node}
    told = {
        *("type", "enum", "pattern", "required", "minimum", "maximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems", "oneOf"),
        *("additionalProperties", "propertyNames", "items", "properties", "definitions", "$ref"),
        *("description", "title", "$schema", "$id"),
    }
    assert used <= told
    kinds = {"".join(kind[:1].lower() + kind[1:]) for kind in schema._SAY}
    spoken = {"oneOfMultipleValid" if key == "oneOf" else key for key in used & told}
    plain = told - {*("additionalProperties", "propertyNames", "items", "properties")}
    plain -= {*("definitions", "$ref", "description", "title", "$schema", "$id", "oneOf")}
    assert {key for key in spoken if key in plain} <= kinds


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("minutes: 3", "minutes: soon", '6:10 [wrong-type] minutes: "soon" is a text; expected a'),
        ("minutes: 3", "minutes: [3]", '6:10 [wrong-type] minutes: "[3]" is a list; expected a'),
        ("minutes: 3", "minutes: 61", '6:10 [out-of-range] minutes: "61" is more than 60'),
        ("minutes: 3", "minutes:", "6:9 [empty-value] minutes: nothing is written here"),
        ("audience: [everyone]", "audience: []", "7:11 [out-of-range] audience: too few entries"),
        ("audience: [everyone]", "audience: [all]", '7:12 [unknown-value] audience: "all" is not'),
        ("title: A call at five", 'title: ""', "3:8 [out-of-range] title: "),
        ("    title: The phone rings\n", "", '24:3 [missing-key] call: "title" is missing'),
        (
            "hurried: false",
            "hurried: 0",
            '15:12 [wrong-type] hurried: "0" is a whole',
        ),
        ("{start: 1, from: 0, to: 3}", "{start: 1}", '16:10 [wrong-type] trust: "{"start": 1}" is'),
        ("{start: 1, from: 0, to: 3}", "{from: 0, to: 3}", '16:3 [missing-key] trust: "start" is'),
        ("[calm, angry]}", "[calm]}", "17:31 [out-of-range] one-of: too few entries"),
        ("then: desk}", "then: {to: desk}}", "then: "),
        ("then: desk}", "then: [{too: desk}]}", '"too" is not a key that is known in then'),
        ("- rosa: Did", "- Rosa: Did", '"Rosa" is not a name; names are lower-case letters'),
        ("  call:\n    title", "  Call:\n    title", '24:3 [bad-name] "Call" is not a name; names'),
        (
            "    phone:\n",
            "    fax:\n",
            '26:5 [unknown-key] "fax" is not a key that is known',
        ),
    ],
)
def test_words(old: str, new: str, expected: str) -> None:
    """A violation is told in the author's words, where it stands."""
    told = said(story((old, new)))
    assert any(expected in each for each in told), told


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("room: Help desk", "room: {company}", 'put it in quotes: "{company}"'),
        ("- rosa: Did", "-rosa: Did", 'begin each entry with "- ", a hyphen and a space'),
        ("hurried: false", "hurried: no", "write false"),
        ("trust: {start: 1, from: 0, to: 3}", "trust: 1", "a number {start: 2, from: 0, to: 5}"),
        ("path: [hang-up, ask]", "path: hang-up, ask", "has brackets: [one, two]"),
        ("      hang-up: {", "      feedback: So.\n      hang-up: {", 'if this "feedback" belongs'),
    ],
)
def test_ways_out(old: str, new: str, hint: str) -> None:
    """What was likely meant is said as it has to be written."""
    told = [problem.hint for problem in compiled(story((old, new))).problems]
    assert any(hint in each for each in told), told


@pytest.mark.parametrize("written", ["Rosa Lind", "Rosa Lindt", "rosa lind"])
@pytest.mark.parametrize(
    "old", ["caller: {name: Unknown, number: +1 202 555 0177}", "- rosa: There"]
)
def test_who_writes_the_name_that_learners_see_is_told_the_short_one(
    old: str, written: str
) -> None:
    """Though it is misspelt a little; a name that is made of it would be nobody's."""
    new = f"caller: {written}" if old.startswith("caller") else f"- {written}: There"
    hints = [problem.hint for problem in compiled(story((old, new))).problems]
    assert 'did you mean "rosa", who is Rosa Lind?' in hints
    stranger = compiled(story((old, new.replace(written, "Ulf Berg")))).problems
    assert 'for example "ulf-berg"' in [problem.hint for problem in stranger]


def test_an_address_is_no_name() -> None:
    """Nobody is advised to make a name of a web address."""
    assert schema.name_hint("https://x.example") == ""


def test_a_second_channel_is_told_once() -> None:
    """Two channels in one scene are one problem, not one for each way to be a scene."""
    text = story(("    chat:\n", "    sms: {sender: rosa, lines: [{rosa: Hi.}]}\n    chat:\n"))
    assert [line.split("] ")[1] for line in said(text)] == [
        "desk: two channels in one scene: sms or chat"
    ]


def _same(independent: Any, data: Any) -> None:
    made = Document("story.yaml", data, {}, {}, ())
    found = schema.violations(made, "scenario")
    assert bool(found) is not independent.is_valid(data), (data, found)


@cache
def _trees() -> list[Any]:
    made: list[Any] = [document.parse(STORY.encode(), "call.yaml").data]
    return [*made, document.read(EVERYTHING).data]


def _routes(data: Any, route: Route) -> Iterator[Route]:
    entries: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        entries = list(data.items())
    elif isinstance(data, list):
        entries = list(enumerate(data))
    for step, child in entries:
        yield (*route, step)
        yield from _routes(child, (*route, step))


def _without(data: Any, route: Route) -> Any:
    """A copy without what the route leads to."""
    whole, holder = _opened(data, route)
    del holder[route[-1]]
    return whole


def _opened(data: Any, route: Route) -> tuple[Any, Any]:
    """A copy, and in it what holds the end of the route; only what lies on the way is copied."""
    whole = copy.copy(data)
    at = whole
    for step in route[:-1]:
        at[step] = copy.copy(at[step])
        at = at[step]
    return whole, at


def _nodes(rules: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    yield rules
    for key in ("properties", "definitions"):
        for each in rules.get(key, {}).values():
            yield from _nodes(each)
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(rules.get(key), dict):
            yield from _nodes(rules[key])
    for each in rules.get("oneOf", []):
        yield from _nodes(each)


def _followed(rules: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").rsplit("/", 1)[-1]
    found: dict[str, Any] = rules.get("definitions", {}).get(name, node)
    return found

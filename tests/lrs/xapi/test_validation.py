"""Statements, their results, versions, instants and attachments are judged as the standard says."""

from __future__ import annotations

from typing import Any

import pytest
from specimens import (
    ACTIVITY,
    ATTACHMENT,
    GONE,
    SUB,
    VERSIONS,
    WHOLE,
    changed,
    found,
    statement,
)

from lrs.xapi.judging import MOST
from lrs.xapi.validation import problems

BOTH = pytest.mark.parametrize("version", VERSIONS)


def within(**changes: Any) -> dict[str, Any]:
    """A statement about a changed SubStatement."""
    inner = changed(SUB, {path.replace("__", "."): value for path, value in changes.items()})
    return statement(object=inner, context__revision=GONE, context__platform=GONE)


@BOTH
def test_a_whole_statement_is_fine(version: str) -> None:
    """A statement with every property, also inside a SubStatement, is taken (XAPI-00014,
    XAPI-00066)."""
    assert found(WHOLE, version) == set()
    assert found(within(), version) == set()
    bare = {key: WHOLE[key] for key in ("actor", "verb", "object")}
    assert found(bare, version) == set()


@BOTH
@pytest.mark.parametrize("key", ["actor", "verb", "object"])
def test_a_statement_needs_its_three_parts(version: str, key: str) -> None:
    """Without actor, verb or object there is no statement (XAPI-00003, XAPI-00004, XAPI-00005,
    XAPI-00066)."""
    assert found(statement(**{key: GONE}), version) >= {("$", "missing")}
    assert ("$.object", "missing") in found(within(**{key: GONE}), version)


@BOTH
@pytest.mark.parametrize("value", [None, 1, "x", [], True])
def test_a_statement_is_an_object(version: str, value: object) -> None:
    """What isn't an object isn't a statement (XAPI-00006)."""
    assert [one.at for one in problems(value, version, "$[2]")] == ["$[2]"]


@BOTH
@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("actor.name", "$.actor.name"),
        ("verb.display.en", "$.verb.display.en"),
        ("context.registration", "$.context.registration"),
        ("object.definition.moreInfo", "$.object.definition.moreInfo"),
        ("result", "$.result"),
        ("result.score", "$.result.score"),
        ("timestamp", "$.timestamp"),
        ("object", "$.object"),
        ("object.objectType", "$.object.objectType"),
        ("actor.objectType", "$.actor.objectType"),
        ("attachments", "$.attachments"),
        ("version", "$.version"),
    ],
)
def test_null_is_nowhere_but_in_extensions(version: str, path: str, at: str) -> None:
    """Null is refused wherever a property has a meaning; extensions hold what they like
    (XAPI-00001, XAPI-00119)."""
    assert found(changed(WHOLE, {path: None}), version) == {(at, "null")}


@BOTH
@pytest.mark.parametrize(
    "key",
    "iD Actor veRb oBject RESULT conText timeStamp STOred auTHORity Version attachmentS".split(),
)
def test_the_case_of_keys_counts(version: str, key: str) -> None:
    """A key in another case is an unknown one, and the right one is offered (XAPI-00008,
    XAPI-00010)."""
    (one,) = problems(statement(**{key: {}}), version)
    assert (one.at, one.code) == (f"$.{key}", "unknown-key")
    right = next(name for name in WHOLE if name.lower() == key.lower())
    assert f'did you mean "{right}"?' in one.message


@BOTH
def test_unknown_keys_are_refused_everywhere(version: str) -> None:
    """No object of a statement has keys of its own invention (XAPI-00010)."""
    places = (
        *("actor", "verb", "object", "object.definition", "object.definition.choices.0"),
        *("result", "result.score", "context", "context.contextActivities", "context.statement"),
        *("attachments.0", "context.team", "context.contextActivities.parent.0"),
        "context.instructor.account",
    )
    for place in places:
        whole = changed(WHOLE, {f"{place}.dummy": "dummy"})
        at = "$." + place.replace(".0", "[0]") + ".dummy"
        assert found(whole, version) == {(at, "unknown-key")}
    assert found(statement(dummy="dummy"), version) == {("$.dummy", "unknown-key")}


@BOTH
@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("score.max", "one hundred", "not-a-number"),
        ("score.max", "100", "not-a-number"),
        ("score.raw", True, "not-a-number"),
        ("score", 12345, "not-an-object"),
        ("score", "3", "not-an-object"),
        ("success", "We regret to say no", "not-a-boolean"),
        ("completion", "false", "not-a-boolean"),
        ("completion", 1, "not-a-boolean"),
        ("response", 12345, "not-a-string"),
        ("response", {"key": "x"}, "not-a-string"),
        ("duration", 12345, "not-a-duration"),
        ("duration", {"key": "x"}, "not-a-duration"),
        ("extensions", "x", "not-an-object"),
    ],
)
def test_a_result_has_its_types(version: str, path: str, value: object, code: str) -> None:
    """Numbers, booleans and strings aren't taken for each other (XAPI-00006, XAPI-00074,
    XAPI-00075, XAPI-00076, XAPI-00077, XAPI-00078, XAPI-00079)."""
    assert found(changed(WHOLE, {f"result.{path}": value}), version) == {(f"$.result.{path}", code)}
    whole = within(**{f"result.{path}": value})
    assert found(whole, version) == {(f"$.object.result.{path}", code)}


@BOTH
@pytest.mark.parametrize(
    ("score", "wrong"),
    [
        ({"scaled": 0.6767676}, set()),
        ({"scaled": 1.0}, set()),
        ({"scaled": -1}, set()),
        ({"scaled": 1.01}, {"scaled"}),
        ({"scaled": -1.00001}, {"scaled"}),
        ({"raw": -5}, set()),
        ({"raw": 0, "min": 0, "max": 4}, set()),
        ({"raw": 4, "min": 0, "max": 4}, set()),
        ({"raw": 0.6767676, "max": 0.6567676}, {"raw"}),
        ({"raw": 0.6767676, "min": 7.6767676}, {"raw"}),
        ({"min": 0.6767676}, set()),
        ({"max": 100.6767676}, set()),
        ({"min": 0.6767676, "max": 0.6767355}, {"min"}),
        ({"min": 4, "max": 4}, {"min"}),
        ({"raw": 5, "min": 6, "max": 4}, {"raw", "min"}),
        ({}, set()),
    ],
)
def test_a_score_lies_in_its_range(version: str, score: object, wrong: set[str]) -> None:
    """scaled lies within -1 and 1, raw within min and max, and min is less than max (XAPI-00080,
    XAPI-00081, XAPI-00082, XAPI-00083)."""
    expected = {(f"$.result.score.{key}", "score-out-of-range") for key in wrong}
    assert found(statement(result__score=score), version) == expected


@BOTH
@pytest.mark.parametrize(
    ("duration", "good"),
    [
        *((written, True) for written in "PT1H0M0.1S PT4H35M59.14S PT16559.14S P4W P3Y".split()),
        *((written, True) for written in "P3Y1M29DT4H35M59.14S P1DT12H36M0.12567S".split()),
        *((written, False) for written in ["should fail", "PA1H0M0S", "P4W1D", "", "P", "PT"]),
    ],
)
def test_a_duration_is_of_iso_8601(version: str, duration: str, good: bool) -> None:
    """Weeks stand alone, other units in order; any number of digits is taken (XAPI-00077,
    XAPI-00124)."""
    expected = set() if good else {("$.result.duration", "bad-duration")}
    assert found(statement(result__duration=duration), version) == expected


def test_a_duration_without_its_t_gets_a_hint() -> None:
    """P16559.14S is refused with the right form (XAPI-00124)."""
    (one,) = problems(statement(result__duration="P16559.14S"), "1.0.3")
    assert 'did you mean "PT16559.14S"?' in one.message


@BOTH
@pytest.mark.parametrize("place", ["$.timestamp", "$.stored", "$.object.timestamp"])
@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("2013-05-18T05:32:34.804Z", True),
        ("2008-09-15 15:53:00.601+00:00", True),
        ("2023-05-04T12:00:00-05:00", True),
        ("2093-05-04T12:00:00Z", True),
        ("should fail", False),
        ("01/011/2015", False),
        ("2013-02-30T05:32:34Z", False),
        ("2008-09-15T15:53:00.601-00", False),
        ("2008-09-15T15:53:00.601-0000", False),
        ("2008-09-15T15:53:00.601-00:00", False),
        ("", False),
    ],
)
def test_an_instant_is_written_as_such(version: str, place: str, written: str, good: bool) -> None:
    """Timestamps follow ISO 8601, without a zone of minus nothing; the future is open (XAPI-00022,
    XAPI-00023, XAPI-00123)."""
    inside = place.startswith("$.object.")
    whole = within(timestamp=written) if inside else statement(**{place[2:]: written})
    assert found(whole, version) == (set() if good else {(place, "bad-timestamp")})


@pytest.mark.parametrize("written", ["2015-11-18T12:17:00", "2015-11-18T12:17:00+0100"])
def test_2_0_wants_rfc_3339(written: str) -> None:
    """An instant without its zone in full was fine for 1.0.3, and is refused by 2.0.0
    (XAPI-00123)."""
    assert found(statement(timestamp=written), "1.0.3") == set()
    assert found(statement(timestamp=written), "2.0.0") == {("$.timestamp", "bad-timestamp")}


@pytest.mark.parametrize(
    ("said", "good_in"),
    [
        ("1.0", VERSIONS),
        ("1.0.0", VERSIONS),
        ("1.0.9", VERSIONS),
        ("2.0.0", ("2.0.0",)),
        ("2.0", ("2.0.0",)),
        ("1.1.0", ()),
        ("0.9.9", ()),
        ("1.00", ()),
        ("should fail", ()),
        ("", ()),
    ],
)
def test_a_statement_says_a_version_that_is_known(said: str, good_in: tuple[str, ...]) -> None:
    """1.0.3 knows 1.0.x; 2.0.0 knows 2.0.x besides (XAPI-00101)."""
    for version in VERSIONS:
        expected = set() if version in good_in else {("$.version", "bad-version")}
        assert found(statement(version=said), version) == expected
    assert found(statement(version=2), "2.0.0") == {("$.version", "not-a-string")}


@BOTH
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (12345, "not-a-UUID"),
        ({"key": "x"}, "not-a-UUID"),
        ("AA97B177-9383-4934-8543-0F91A7A028368", "bad-uuid"),
        ("MA97B177-9383-4934-8543-0F91A7A02836", "bad-uuid"),
        ("aa97b1779383493485430f91a7a02836", "bad-uuid"),
        ("{aa97b177-9383-4934-8543-0f91a7a02836}", "bad-uuid"),
        ("", "bad-uuid"),
    ],
)
def test_ids_are_uuids(version: str, value: object, code: str) -> None:
    """A UUID is a string of 36 characters in the standard form (XAPI-00007, XAPI-00027, XAPI-00028,
    XAPI-00029, XAPI-00030, XAPI-00084, XAPI-00092)."""
    reference = {"objectType": "StatementRef", "id": value}
    assert found(statement(id=value), version) == {("$.id", code)}
    whole = statement(object=reference, context__revision=GONE, context__platform=GONE)
    assert found(whole, version) == {("$.object.id", code)}
    for path in ("context.registration", "context.statement.id"):
        assert found(changed(WHOLE, {path: value}), version) == {(f"$.{path}", code)}
        assert found(within(**{path: value}), version) == {(f"$.object.{path}", code)}


@BOTH
@pytest.mark.parametrize(
    "written",
    ["AA97B177-9383-4934-8543-0F91A7A02836", "12345678-1234-5678-1234-567812345678"],
)
def test_a_uuid_is_of_any_case_and_variant(version: str, written: str) -> None:
    """Capitals count as digits, and the variant of RFC 4122 is only recommended (XAPI-00027)."""
    assert found(statement(id=written), version) == set()


@BOTH
@pytest.mark.parametrize("key", ["id", "stored", "version", "authority"])
def test_a_substatement_lacks_what_only_statements_have(version: str, key: str) -> None:
    """A SubStatement has no id, stored, version or authority (XAPI-00067, XAPI-00068, XAPI-00069,
    XAPI-00070)."""
    expected = {(f"$.object.{key}", "not-in-substatement")}
    assert found(within(**{key: WHOLE[key]}), version) == expected


@BOTH
def test_a_substatement_holds_no_other(version: str) -> None:
    """SubStatements don't nest (XAPI-00071)."""
    whole = within(object=SUB, context__revision=GONE, context__platform=GONE)
    assert found(whole, version) == {("$.object.object", "nested-substatement")}


@BOTH
@pytest.mark.parametrize("kind", ["activity", "agent", "group", "statementref", "substatement"])
def test_an_object_says_what_it_is(version: str, kind: str) -> None:
    """The names of object types count in their case (XAPI-00009, XAPI-00046, XAPI-00073)."""
    whole = statement(object__objectType=kind)
    assert found(whole, version) == {("$.object.objectType", "bad-object-type")} | {
        (f"$.context.{key}", "not-with-this-object") for key in ("revision", "platform")
    }
    assert ("$.object.object.objectType", "bad-object-type") in found(
        within(object__objectType=kind), version
    )


@BOTH
@pytest.mark.parametrize("value", [5, "x", [], [ACTIVITY], False])
def test_an_object_is_an_object(version: str, value: object) -> None:
    """What was acted on is a JSON object (XAPI-00006, XAPI-00046)."""
    assert found(statement(object=value), version) == {("$.object", "not-an-object")}
    assert found(statement(object__objectType=5), version) >= {
        ("$.object.objectType", "not-a-string")
    }


@BOTH
def test_voiding_names_a_statement(version: str) -> None:
    """Whoever voids says which statement, by a StatementRef, known or not (XAPI-00017, XAPI-00019,
    XAPI-00020)."""
    voided = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    reference = {"objectType": "StatementRef", "id": "e05aa883-acaf-40ad-bf54-02c8ce485fb0"}
    bare = {"actor": WHOLE["actor"], "verb": voided}
    assert found({**bare, "object": reference}, version) == set()
    assert found({**bare, "object": ACTIVITY}, version) == {("$.object", "voids-no-statement")}


@BOTH
@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, {}),
        ({"fileUrl": GONE, "description": GONE}, {}),
        *(({key: GONE}, {"": "missing"}) for key in ("usageType", "display", "contentType")),
        *(({key: GONE}, {"": "missing"}) for key in ("length", "sha2")),
        ({"usageType": "should fail"}, {".usageType": "bad-iri"}),
        ({"contentType": "should fail"}, {".contentType": "bad-media-type"}),
        ({"contentType": 999}, {".contentType": "not-a-media-type"}),
        ({"length": "should fail"}, {".length": "not-an-integer"}),
        ({"length": 27.5}, {".length": "not-an-integer"}),
        ({"length": True}, {".length": "not-an-integer"}),
        ({"length": -1}, {".length": "bad-length"}),
        ({"sha2": 12345}, {".sha2": "not-a-string"}),
        ({"sha2": "abc"}, {".sha2": "bad-sha2"}),
        ({"fileUrl": "should fail"}, {".fileUrl": "bad-iri"}),
        ({"display": 12345}, {".display": "not-a-language-map"}),
        ({"display": "x"}, {".display": "not-a-language-map"}),
        ({"description": 12345}, {".description": "not-a-language-map"}),
        ({"description": "x"}, {".description": "not-a-language-map"}),
        ({"description": {"a12345678": "x"}}, {".description.a12345678": "bad-language"}),
    ],
)
def test_an_attachment_is_described(version: str, changes: Any, wrong: dict[str, str]) -> None:
    """usageType, display, contentType, length and sha2 are needed, each in its form (XAPI-00102,
    XAPI-00103, XAPI-00104, XAPI-00105, XAPI-00106, XAPI-00107, XAPI-00011)."""
    whole = statement(attachments=[ATTACHMENT, changed(ATTACHMENT, changes)])
    expected = {(f"$.attachments[1]{key}", code) for key, code in wrong.items()}
    assert found(whole, version) == expected


@BOTH
def test_attachments_are_an_array_of_objects(version: str) -> None:
    """One attachment alone is refused, and so is what isn't one (XAPI-00025)."""
    assert found(statement(attachments=ATTACHMENT), version) == {("$.attachments", "not-an-array")}
    for value in (12345, "should fail"):
        whole = statement(attachments=[value])
        assert found(whole, version) == {("$.attachments[0]", "not-an-object")}


@BOTH
@pytest.mark.parametrize("place", ["object.definition", "result", "context"])
def test_extensions_are_free_under_iris(version: str, place: str) -> None:
    """Keys of extensions are IRIs, values are anything, and there may be none (XAPI-00118,
    XAPI-00119, XAPI-00120, XAPI-00057, XAPI-00011)."""
    path = f"{place}.extensions"
    values: tuple[object, ...] = (True, 12345, {"key": "valid"}, "valid", "", None, {}, [[]])
    for value in values:
        whole = changed(WHOLE, {path: {"https://training.example/x": value}})
        assert found(whole, version) == set()
        assert found(within(**{path: {"urn:x": value}}), version) == set()
    assert found(changed(WHOLE, {path: {}}), version) == set()
    bad = {"should fail": 1, "not.valid.com/extension": 1, "id": 1}
    expected = {(f'$.{path}["should fail"]', "bad-iri"), (f"$.{path}.id", "bad-iri")}
    expected |= {(f'$.{path}["not.valid.com/extension"]', "bad-iri")}
    assert found(changed(WHOLE, {path: bad}), version) == expected
    assert found(changed(WHOLE, {path: "x"}), version) == {(f"$.{path}", "not-an-object")}


@BOTH
@pytest.mark.parametrize(
    "path", ["verb.display", "object.definition.name", "object.definition.description"]
)
def test_language_maps_have_tags_and_texts(version: str, path: str) -> None:
    """A language map has texts under tags of RFC 5646, at least one (XAPI-00013, XAPI-00045,
    XAPI-00056, XAPI-00059, XAPI-00121)."""
    values: tuple[object, ...] = (12345, "should error", [], True)
    for value in values:
        expected = {(f"$.{path}", "not-a-language-map")}
        assert found(changed(WHOLE, {path: value}), version) == expected
    for tag in "de de-DE zh-Hant sr-Latn-RS sr-Cyrl zh-Hans-CN cmn ase es-MX tlh und".split():
        assert found(changed(WHOLE, {path: {tag: "x"}}), version) == set()
        assert found(within(**{path: {tag: ""}}), version) == set()
    for tag in ("something", "a12345678", "a12345", "zh-z-aaa-z-bbb-c-ccc"):
        assert {code for _, code in found(changed(WHOLE, {path: {tag: "x"}}), version)} == {
            "bad-language"
        }
    assert found(changed(WHOLE, {path: {"en": 1}}), version) == {(f"$.{path}.en", "not-a-string")}
    assert found(changed(WHOLE, {path: {}}), version) == {(f"$.{path}", "empty-language-map")}


@BOTH
@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        ({"id": "https://training.example/verbs/did"}, set()),
        ({"display": {"en": "did"}}, {("$.verb", "missing")}),
        ({"id": "ab=c://should.fail.com"}, {("$.verb.id", "bad-iri")}),
        ({"id": "adlnet.gov/expapi/verbs/did"}, {("$.verb.id", "bad-iri")}),
        ({"id": ""}, {("$.verb.id", "bad-iri")}),
        ({"id": 5}, {("$.verb.id", "not-an-IRI")}),
        ("did", {("$.verb", "not-an-object")}),
    ],
)
def test_a_verb_has_an_iri(version: str, verb: object, wrong: set[tuple[str, str]]) -> None:
    """A verb is an object with an IRI; its display may be left out (XAPI-00044, XAPI-00011)."""
    assert found(statement(verb=verb), version) == wrong
    inside = {(at.replace("$", "$.object"), code) for at, code in wrong}
    assert found(within(verb=verb), version) == inside


def test_every_problem_is_told_at_once_with_its_clause() -> None:
    """Problems come together, each with its place, the clause and a way out."""
    whole = statement(actor__mbox="ana@corp.example", verb__id="did")
    told = problems(whole, "1.0.3", "$[1]")
    assert [(one.at, one.requirement) for one in told] == [
        ("$[1].actor.mbox", "Data 2.4.2.3"),
        ("$[1].verb.id", "Data 4.3"),
    ]
    assert told[0].message == (
        '"ana@corp.example"; an mbox begins with mailto:; did you mean "mailto:ana@corp.example"?'
    )
    assert {one.requirement for one in problems(whole, "2.0.0")} == {"4.2.2.1", "4.2.7"}


def test_the_problems_have_an_end() -> None:
    """A statement with thousands of faults is answered with the first hundred."""
    assert len(problems(statement(attachments=[1] * 5000), "1.0.3")) == MOST
    many = {f"aktor{number}": 1 for number in range(50_000)}
    assert len(problems({**WHOLE, **many}, "1.0.3")) == MOST

"""Statements over HTTP, each wrong value in each place: properties, actors and verbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from live import NEW, Caller, fresh, statement
from wording import (
    ACCOUNT,
    AGENT_PLACES,
    CLIENT_AND_USER,
    GROUP,
    GROUP_PLACES,
    IDENTIFIERS,
    TEAM,
    Json,
    at,
    both,
    full,
    inside,
    refuses,
    takes,
    with_value,
    without,
)

NO_IRI = ("ab=c://should.fail.com", "should fail", "different value", "adlnet.gov/x", "", "//x/y")
NO_TEXT = (12345, {"key": "value"}, ["x"], True, None)
NO_UUID = (
    *("AA97B177-9383-4934-8543-0F91A7A028368", "MA97B177-9383-4934-8543-0F91A7A02836"),
    *(12345, {"key": "should fail"}, "", None, "AA97B177938349348543F91A7A02836"),
)
UUIDS = ("id", "object.id", "context.registration", "context.statement.id")
NO_TAG = ("something", "a12345678", "zh-z-aaa-z-bbb-c-ccc", "en_US", "", "-en", "en-")
TAGS = (
    *("de", "de-DE", "zh-Hant", "sr-Latn-RS", "sr-Cyrl", "zh-Hans-CN", "cmn", "ase", "es"),
    *("es-MX", "ja", "fr-CA", "tlh", "en-GB", "en-US", "x-ours", "de-CH-1996"),
)
MAPS = (
    *("verb.display", "object.definition.name", "object.definition.description"),
    *("attachments.0.display", "attachments.0.description"),
)


@pytest.fixture
def ask(lite: Caller) -> Caller:
    """Whether a statement is in order is asked of no database."""
    return lite


def test_statements_in_order(ask: Caller) -> None:
    """Statements with everything in them are taken, alone and in a list (XAPI-00014)."""
    takes(ask, full(), inside(), [full(), inside()], with_value(full(), "id", fresh().upper()))


@pytest.mark.parametrize("part", ["actor", "verb", "object"])
def test_what_every_statement_has(ask: Caller, part: str) -> None:
    """A statement has an actor, a verb and an object, and so has a SubStatement (XAPI-00003,
    XAPI-00004, XAPI-00005, XAPI-00066)."""
    refuses(ask, without(full(), part), without(inside(), f"object.{part}"))


def test_null_is_no_value(ask: Caller) -> None:
    """Null stands nowhere but in extensions (XAPI-00001)."""
    places = (
        *("actor.name", "verb.display.en-US", "context.registration", "object.definition.moreInfo"),
        *("actor", "verb", "result", "context", "result.score", "attachments", "timestamp"),
    )
    refuses(ask, *(wrong for place in places for wrong in both(place, None)))


def test_null_in_extensions(ask: Caller) -> None:
    """In extensions null is a value like others, and comes back (XAPI-00001, XAPI-00119)."""
    name = "https://brightwater.example/ext/nothing"
    for place in ("object.definition.extensions", "result.extensions", "context.extensions"):
        takes(ask, *both(place, {name: None}))
    one = statement(context={"extensions": {name: {"deep": [None]}}})
    kept = ask("POST", "/statements", one).json()[0]
    found = ask("GET", f"/statements?statementId={kept}").json()
    assert found["context"] == one["context"]


def test_values_of_another_type(ask: Caller) -> None:
    """A value of another type than the standard's is refused (XAPI-00006)."""
    wrong: tuple[tuple[str, object], ...] = (
        *(("result.score.max", "one hundred"), ("result.score.max", "100")),
        *(("result.success", "yes"), ("result.completion", "false"), ("result", [])),
        *(("context", "x"), ("attachments", {}), ("verb", "x"), ("actor", [])),
    )
    refuses(ask, *(one for place, value in wrong for one in both(place, value)))
    refuses(ask, "x", 5, True, [[statement()]], [1])


@pytest.mark.parametrize(
    "key",
    [
        *("iD", "Actor", "veRb", "oBject", "RESULT", "conText", "timeStamp", "STOred"),
        *("auTHORity", "Version", "attachmentS", "dummy"),
    ],
)
def test_keys_that_a_statement_has_not(ask: Caller, key: str) -> None:
    """A key that the standard doesn't name, or in another case, is refused (XAPI-00008,
    XAPI-00010, 2.0 unknown properties)."""
    right = next((name for name in full() if name.lower() == key.lower()), "timestamp")
    refuses(ask, *both(key, full()[right]))


@pytest.mark.parametrize(
    "holder",
    [
        *("actor", "verb", "object", "object.definition", "result", "result.score", "context"),
        *("context.contextActivities", "context.statement", "context.team", "attachments.0"),
        "context.instructor",
    ],
)
def test_keys_that_no_part_has(ask: Caller, holder: str) -> None:
    """Nor does any part of a statement have a key that isn't the standard's (XAPI-00010, 2.0
    unknown properties)."""
    refuses(ask, *both(f"{holder}.dummy", "dummy"))


def test_uuids(ask: Caller) -> None:
    """A UUID has its usual form wherever there is one, in digits of any case (XAPI-00007,
    XAPI-00027, XAPI-00028, XAPI-00029, XAPI-00030, XAPI-00072, XAPI-00087)."""
    reference = {"objectType": "StatementRef", "id": fresh()}
    for place in UUIDS:
        one = statement(object=reference) if place == "object.id" else full()
        takes(ask, with_value(one, place, fresh().upper()))
        refuses(ask, *(with_value(one, place, wrong) for wrong in NO_UUID))
        if place != "id":
            inner = with_value(inside(), "object.object", reference) if "object" in place else None
            inner = inner and without(
                without(inner, "object.context.revision"), "object.context.platform"
            )
            refuses(
                ask, *(with_value(inner or inside(), f"object.{place}", bad) for bad in NO_UUID)
            )


@pytest.mark.parametrize("place", MAPS)
def test_language_maps(ask: Caller, place: str) -> None:
    """A language map has texts under language tags (XAPI-00013, XAPI-00121, XAPI-00045, XAPI-00056,
    XAPI-00059, XAPI-00106)."""
    takes(ask, *(one for tag in TAGS for one in both(place, {tag: "text"})))
    refuses(ask, *(one for tag in NO_TAG for one in both(place, {tag: "text"})))
    wrong: tuple[object, ...] = (12345, "text", [], None)
    refuses(ask, *(one for value in wrong for one in both(place, value)))
    refuses(ask, *both(place, {"en": 5}), *both(place, {"en": None}), *both(place, {"en": {}}))


def test_the_language_of_a_context(ask: Caller) -> None:
    """A context's language is a language tag (XAPI-00013, XAPI-00091)."""
    takes(ask, *(one for tag in TAGS for one in both("context.language", tag)))
    bad = (*NO_TAG, *NO_TEXT)
    refuses(ask, *(one for value in bad for one in both("context.language", value)))


@pytest.mark.parametrize(
    "place",
    [
        *("verb.id", "object.id", "object.definition.type", "object.definition.moreInfo"),
        *(
            "attachments.0.usageType",
            "attachments.0.fileUrl",
            "context.contextActivities.parent.0.id",
        ),
    ],
)
def test_iris(ask: Caller, place: str) -> None:
    """An IRI has a scheme, wherever there is one (XAPI-00011, XAPI-00007, XAPI-00044, XAPI-00047,
    XAPI-00060, XAPI-00061, XAPI-00104, XAPI-00107)."""
    takes(ask, *both(place, "urn:x-ours:4711"), *both(place, "https://brightwater.example/ä?b#c"))
    refuses(ask, *(one for bad in (*NO_IRI, 5, None) for one in both(place, bad)))


def test_iris_of_a_put(ask: Caller) -> None:
    """A PUT is judged like a POST (XAPI-00011)."""
    wrong = {
        "verb.id": "adlnet.gov/expapi/verbs/attended",
        "actor": {"openid": "open.id.com/testUser"},
        "object.id": "brightwater.example/x",
        "context.extensions": {"example.com/extension/wrong": 1},
        "result.extensions": {"example.com/extension/wrong": 1},
        "object.definition.extensions": {"not.valid.com/extension": 1},
    }
    for place, value in wrong.items():
        name = fresh()
        one = with_value(full(), place, value)
        assert ask("PUT", f"/statements?statementId={name}", one).status == 400, place


@pytest.mark.parametrize("place", AGENT_PLACES)
def test_kinds_of_actors(ask: Caller, place: str) -> None:
    """An actor is an Agent or a Group, by these words; an Agent where it says nothing, unless it is
    an object (XAPI-00031, XAPI-00032, XAPI-00014, XAPI-00024, XAPI-00065)."""
    whose = {"mbox": IDENTIFIERS["mbox"]}
    kinds = ("agent", "group", 123, {"key": "value"}, '"objectType": "Agent"', "Person", "", None)
    refuses(ask, *(at(place, {**whose, "objectType": kind}) for kind in kinds))
    refuses(ask, at(place, "Ines"), at(place, [whose]), at(place, 5))
    takes(ask, at(place, {**whose, "objectType": "Agent"}))
    (refuses if place == "object" else takes)(ask, at(place, whose))


@pytest.mark.parametrize("place", GROUP_PLACES)
def test_names_of_actors(ask: Caller, place: str) -> None:
    """A name is a string (XAPI-00033)."""
    group = CLIENT_AND_USER if place == "authority" else GROUP
    refuses(ask, *(at(place, {**group, "name": name}) for name in NO_TEXT))
    takes(ask, at(place, {**group, "name": ""}))


@pytest.mark.parametrize("place", AGENT_PLACES)
def test_agents_have_one_identifier(ask: Caller, place: str) -> None:
    """An Agent has exactly one identifier (XAPI-00034, XAPI-00041)."""
    for name, value in IDENTIFIERS.items():
        takes(ask, at(place, {"objectType": "Agent", name: value}))
    refuses(
        ask, at(place, {"objectType": "Agent", "name": "Ines"}), at(place, {"objectType": "Agent"})
    )
    for one, other in permutations(IDENTIFIERS, 2):
        two = {one: IDENTIFIERS[one], other: IDENTIFIERS[other]}
        refuses(ask, at(place, {"objectType": "Agent", **two}))
    refuses(ask, at(place, {"objectType": "Agent", "mbox": IDENTIFIERS["mbox"], "member": []}))


@pytest.mark.parametrize("place", GROUP_PLACES)
def test_groups_have_an_identifier_or_members(ask: Caller, place: str) -> None:
    """A Group has exactly one identifier or, without one, members; who vouches is a Group of that
    kind alone (XAPI-00035, XAPI-00036, XAPI-00037, XAPI-00041, XAPI-00098)."""
    bare = {"objectType": "Group"}
    for name, value in IDENTIFIERS.items():
        answers = refuses if place == "authority" else takes
        answers(ask, at(place, {**bare, name: value}))
        answers(ask, at(place, {**bare, name: value, "member": TEAM["member"] * 2}))
    for one, other in permutations(IDENTIFIERS, 2):
        two = {one: IDENTIFIERS[one], other: IDENTIFIERS[other]}
        refuses(ask, at(place, {**bare, **two}))
    takes(ask, at(place, CLIENT_AND_USER))
    refuses(ask, at(place, bare), at(place, {**bare, "member": []}))
    for members in ({"mbox": IDENTIFIERS["mbox"]}, "x", [5], [{"name": "Ines"}], [TEAM], None):
        refuses(
            ask, at(place, {**bare, "member": members}), at(place, {**GROUP, "member": members})
        )


@pytest.mark.parametrize("place", GROUP_PLACES)
def test_identifiers(ask: Caller, place: str) -> None:
    """An mbox is mailto: and an address, a digest a SHA-1, an openid a URI, an account a home page
    and a name (XAPI-00007, XAPI-00038, XAPI-00039, XAPI-00040, XAPI-00042, XAPI-00043)."""
    no_account: tuple[object, ...] = ("x", [], {}, None, {**ACCOUNT, "mbox": "x"})
    no_openid: tuple[object, ...] = (*NO_IRI, 5, {})
    wrong: list[Json] = [
        *({"mbox": bad} for bad in ("http://should.fail.com", "mailto:should.fail.com", "", 5)),
        *(
            {"mbox": bad}
            for bad in ("mailto:", "ines@brightwater.example", "MAILTO ines@b.example")
        ),
        *({"mbox_sha1sum": bad} for bad in ({"key": "x"}, 5, "xyz", "")),
        *({"openid": bad} for bad in no_openid),
        *({"account": bad} for bad in no_account),
        *({"account": {"homePage": bad, "name": "x"}} for bad in (*NO_IRI, 5)),
        *({"account": {"homePage": ACCOUNT["homePage"], "name": bad}} for bad in NO_TEXT),
        *({"account": {key: ACCOUNT[key]}} for key in ACCOUNT),
    ]
    kinds = ["Group"] if "team" in place else ["Agent", "Group"]
    for each in wrong:
        refuses(ask, *(at(place, {"objectType": kind, **each}) for kind in kinds))
        if place in ("actor", "object.context.team"):
            members = [each, {"mbox": IDENTIFIERS["mbox"]}]
            refuses(ask, at(place, {"objectType": "Group", "member": members}))


def test_who_vouches(ask: Caller) -> None:
    """An authority is an Agent, or a Group of two Agents without an identifier (XAPI-00024,
    XAPI-00098, XAPI-00100)."""
    one = CLIENT_AND_USER["member"][1]
    takes(ask, statement(authority=one), statement(authority=CLIENT_AND_USER))
    for count in (0, 1, 3):
        refuses(ask, statement(authority={"objectType": "Group", "member": [one] * count}))
    for name, value in IDENTIFIERS.items():
        refuses(ask, statement(authority={**CLIENT_AND_USER, name: value}))
    refuses(ask, statement(authority={"objectType": "Group", "mbox": "mailto:a@b.example"}))


def test_verbs(ask: Caller) -> None:
    """A verb is an object with an id, which is an IRI; its display may be missing (XAPI-00044,
    XAPI-00045)."""
    good = "https://brightwater.example/reported"
    refuses(ask, *both("verb", {}), *both("verb", {"display": {"en": "x"}}), *both("verb", good))
    takes(ask, *both("verb", {"id": good}))


def test_timestamps(ask: Caller) -> None:
    """A timestamp is one of ISO 8601, in the past or in the future, and never of -00:00
    (XAPI-00022, XAPI-00123, 2.0 future timestamps, 2.0 zero offset)."""
    now = datetime.now(UTC)
    later = [(now + timedelta(minutes=5)).isoformat(), (now + timedelta(days=5 * 365)).isoformat()]
    good = ("2013-05-18T05:32:34.804Z", "2008-09-15T15:53:00.601+00:00", "2026-01-01T00:00:00Z")
    wrong = (
        *(
            "should fail",
            "01/011/2015",
            "2008-09-15T15:53:00.601-00",
            "2008-09-15T15:53:00.601-0000",
        ),
        *("2008-09-15T15:53:00.601-00:00", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "", 5),
        *("2026-01-01", None),
    )
    takes(ask, *(one for told in (*good, *later) for one in both("timestamp", told)))
    refuses(ask, *(one for told in wrong for one in both("timestamp", told)))
    refuses(ask, *(statement(stored=told) for told in wrong if told is not None))


def test_versions_of_statements(ask: Caller) -> None:
    """A statement's version is 1.0 or 1.0.x, and in 2.0.0 also that (XAPI-00101, 2.0 versions of
    statements)."""
    takes(ask, *(statement(version=told) for told in ("1.0", "1.0.0", "1.0.3", "1.0.9")))
    (takes if ask.version == NEW else refuses)(ask, statement(version="2.0.0"))
    wrong = ("should fail", "0.9.9", "1.1.0", "2.1.0", "1", "", 1.0)
    refuses(ask, *(statement(version=told) for told in wrong))

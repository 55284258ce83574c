"""Documents: state, agent profiles and activity profiles; what they share, and each its own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import pytest
from live import NEW, OLD, Answer, Caller, fresh
from wording import FORM, Json, agent, iri, query, written

NEW_ONE = {"If-None-Match": "*"}


@dataclass(frozen=True)
class Kind:
    """One resource: where, what its documents belong to, and the parameter that names one."""

    path: str
    owners: tuple[str, ...]
    named_by: str

    def params(self, **more: object) -> dict[str, object]:
        """Parameters of documents that nobody else has."""
        every: dict[str, object] = {"activityId": iri(), "agent": agent()}
        return {**{owner: every[owner] for owner in self.owners}, **more}

    def one(self, **more: object) -> dict[str, object]:
        """Parameters of one document."""
        return self.params(**{self.named_by: fresh(), **more})


STATE = Kind("/activities/state", ("activityId", "agent"), "stateId")
AGENTS = Kind("/agents/profile", ("agent",), "profileId")
ACTIVITIES = Kind("/activities/profile", ("activityId",), "profileId")
KINDS = {"state": STATE, "agent profile": AGENTS, "activity profile": ACTIVITIES}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each resource in turn."""
    return KINDS[request.param]


@pytest.fixture
def ask(lite: Caller) -> Iterator[Caller]:
    """Documents are found by keys alone, in the same way on each database; test_concurrency.py has
    both of them."""
    yield lite


def sample() -> Json:
    """A document as the suites send it."""
    return {"name": fresh(), "location": {"name": fresh()}, fresh(): fresh()}


def call(
    ask: Caller,
    method: str,
    kind: Kind,
    params: dict[str, object],
    body: Any = None,
    **headers: str | None,
) -> Answer:
    """A request for documents; of a body of bytes the content type is given."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if method == "PUT" and kind is not STATE:
        told = {**NEW_ONE, **told}
    return ask(method, kind.path + query(params), body, told)


def document(ask: Caller, kind: Kind, params: dict[str, object]) -> Any:
    """The document that is there."""
    answer = call(ask, "GET", kind, params)
    assert answer.status == 200
    return answer.json()


def test_documents_are_posted_and_read(ask: Caller, kind: Kind) -> None:
    """A POST of a new document stores it, a GET gives it back with its content type (XAPI-00188,
    XAPI-00189, XAPI-00192, XAPI-00217, XAPI-00230, XAPI-00231, XAPI-00233, XAPI-00259, XAPI-00269,
    XAPI-00272, XAPI-00274, XAPI-00280, XAPI-00282, XAPI-00283, XAPI-00286, XAPI-00288, XAPI-00290,
    XAPI-00292, XAPI-00310, XAPI-00311, XAPI-00312, XAPI-00140)."""
    params, told = kind.one(), sample()
    answer = call(ask, "POST", kind, params, told)
    assert (answer.status, answer.body) == (204, b"")
    answer = call(ask, "GET", kind, params)
    assert (answer.status, answer.json()) == (200, told)
    assert answer.headers["Content-Type"] == "application/json"


def test_documents_are_put(ask: Caller, kind: Kind) -> None:
    """A PUT stores a document (XAPI-00190, XAPI-00273, XAPI-00287, XAPI-00293)."""
    params, told = kind.one(), sample()
    assert call(ask, "PUT", kind, params, told).status == 204
    assert document(ask, kind, params) == told


def test_documents_are_deleted(ask: Caller, kind: Kind) -> None:
    """A DELETE removes a document, and is content if there was none (XAPI-00187, XAPI-00191,
    XAPI-00216, XAPI-00271, XAPI-00285, XAPI-00291)."""
    params = kind.one()
    other = {**params, kind.named_by: fresh()}
    for each in (params, other):
        call(ask, "POST", kind, each, sample())
    for _ in range(2):
        assert call(ask, "DELETE", kind, params).status == 204
    assert call(ask, "GET", kind, params).status == 404
    assert call(ask, "GET", kind, other).status == 200


@pytest.mark.parametrize("body", [b"abc", b"1", b"true", b"", bytes(range(256))])
def test_any_document_is_kept_to_the_byte(ask: Caller, kind: Kind, body: bytes) -> None:
    """A document is whatever was sent, with the content type that was said; a form is no request
    in another syntax (XAPI-00233, XAPI-00280, XAPI-00310)."""
    params = kind.one()
    assert call(ask, "POST", kind, params, body, **FORM).status == 204
    answer = call(ask, "GET", kind, params)
    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["Content-Type"] == FORM["Content-Type"]


def test_a_document_may_say_no_type(ask: Caller, kind: Kind) -> None:
    """A document without a content type is one of bytes."""
    params = kind.one()
    assert call(ask, "PUT", kind, params, b"{}", Content_Type=None).status == 204
    assert call(ask, "GET", kind, params).headers["Content-Type"] == "application/octet-stream"


def test_documents_are_merged(ask: Caller, kind: Kind) -> None:
    """A POST onto a JSON object adds its members to those that are there, and replaces those of the
    same name whole (XAPI-00183, XAPI-00184, XAPI-00185, XAPI-00186, XAPI-00234, XAPI-00279,
    XAPI-00308)."""
    params = kind.one()
    for told in ({"car": "MKX"}, {"type": "Civic"}, {"car": {"make": "Ford", "model": "Escape"}}):
        assert call(ask, "POST", kind, params, told).status == 204
    assert call(ask, "POST", kind, params, {"car": {"make": "Dodge"}, "é": None}).status == 204
    merged = {"car": {"make": "Dodge"}, "type": "Civic", "é": None}
    assert document(ask, kind, params) == merged


def test_a_merge_rounds_nothing(ask: Caller, kind: Kind) -> None:
    """What is merged keeps each value to the letter: a number may have more digits than a reader's
    kind of number holds."""
    params = kind.one()
    exact = b'{"pi":3.14159265358979323846264338327950288, "e": 1.10, "gone":{}}'
    assert call(ask, "POST", kind, params, exact, Content_Type=JSON).status == 204
    assert call(ask, "POST", kind, params, {"gone": 1}).status == 204
    body = call(ask, "GET", kind, params).body
    assert body == b'{"pi": 3.14159265358979323846264338327950288, "e": 1.10, "gone": 1}'


OCTETS, JSON = "application/octet-stream", "application/json"


@pytest.mark.parametrize(
    ("there", "of", "body", "said"),
    [
        (b'{"a": 1}', JSON, b"abcdefg", "not/json"),
        (b'{"a": 1}', JSON, b"abcdefg", OCTETS),
        (b'{"a": 1}', JSON, b"abc", FORM["Content-Type"]),
        (b'{"a": 1}', JSON, b'{"b": 2}', OCTETS),
        (b'{"a": 1}', JSON, b'{"b": 2}{', JSON),
        (b'{"a": 1}', JSON, b"[1]", JSON),
        (b'{"a": 1}', JSON, b'{"b": 1, "b": 2}', JSON),
        (b"[1]", JSON, b'{"b": 2}', JSON),
        (b'{"a": 1', JSON, b'{"b": 2}', JSON),
        (b'{"a": 1}', OCTETS, b'{"b": 2}', JSON),
        (b"/ asdf / undefined", OCTETS, b'{"b": 2}', JSON),
    ],
)
def test_only_json_objects_are_merged(
    ask: Caller, kind: Kind, there: bytes, of: str, body: bytes, said: str
) -> None:
    """A POST onto a document is refused unless both are JSON objects and say so, and the document
    stays as it was (XAPI-00182, XAPI-00229, XAPI-00232, XAPI-00278, XAPI-00281, XAPI-00309,
    XAPI-00313)."""
    params = kind.one()
    assert call(ask, "PUT", kind, params, there, Content_Type=of).status == 204
    assert call(ask, "POST", kind, params, body, Content_Type=said).status == 400
    answer = call(ask, "GET", kind, params)
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, there, of)


def test_what_says_json_is_json(ask: Caller, kind: Kind) -> None:
    """A POST of a document that says it is JSON and isn't is refused, of a new one as well
    (XAPI-00235, XAPI-00284, XAPI-00314)."""
    params = kind.one()
    body = json.dumps(sample()).encode() + b"["
    assert call(ask, "POST", kind, params, body, Content_Type="application/json").status == 400
    assert call(ask, "GET", kind, params).status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "GET", "DELETE"])
def test_documents_belong_to_somebody(ask: Caller, kind: Kind, method: str) -> None:
    """No document without the activity or the agent that it belongs to (XAPI-00207 to XAPI-00210,
    XAPI-00212 to XAPI-00215, XAPI-00261 to XAPI-00264, XAPI-00296 to XAPI-00299)."""
    for owner in kind.owners:
        params = kind.one()
        del params[owner]
        body = sample() if method in ("PUT", "POST") else None
        answer = call(ask, method, kind, params, body)
        assert answer.status == 400
        assert answer.json()["error"].startswith(f"parameter {owner}")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_documents_have_names(ask: Caller, method: str) -> None:
    """A document is put and posted under its name, and a profile is deleted by it; only of state a
    DELETE without a name takes all (XAPI-00206, XAPI-00211, XAPI-00265 to XAPI-00267, XAPI-00300 to
    XAPI-00302)."""
    body = sample() if method != "DELETE" else None
    for kind in (AGENTS, ACTIVITIES) if method == "DELETE" else KINDS.values():
        answer = call(ask, method, kind, kind.params(), body)
        assert answer.status == 400
        assert answer.json()["error"].startswith(f"parameter {kind.named_by}")


@pytest.mark.parametrize("method", ["PUT", "POST", "GET", "DELETE"])
@pytest.mark.parametrize(
    "whose",
    [
        *("true", "not%20JSON", "[]", "null", "", quote('{"mbox"}'), quote('{"name": "Ines"}')),
        quote('{"account"" {"homePage": "https://brightwater.example", "name": "x"}}'),
    ],
)
def test_agents_are_judged(ask: Caller, method: str, whose: str) -> None:
    """The agent that a document belongs to is an Agent in JSON (XAPI-00196 to XAPI-00199,
    XAPI-00235, XAPI-00255 to XAPI-00258, XAPI-00284, XAPI-00012)."""
    for kind in (STATE, AGENTS):
        body = sample() if method in ("PUT", "POST") else None
        answer = call(ask, method, kind, kind.one(agent=whose), body)
        assert answer.status == 400
        assert answer.json()["error"].startswith("parameter agent")


@pytest.mark.parametrize("method", ["PUT", "POST", "GET", "DELETE"])
@pytest.mark.parametrize("activity", ["1", "true", "undefined", quote("{}"), ""])
def test_activities_are_judged(ask: Caller, method: str, activity: str) -> None:
    """The activity that a document belongs to is named by an IRI (XAPI-00012)."""
    for kind in (STATE, ACTIVITIES):
        body = sample() if method in ("PUT", "POST") else None
        answer = call(ask, method, kind, kind.one(activityId=activity), body)
        assert answer.status == 400


@pytest.mark.parametrize("method", ["PUT", "POST", "GET", "DELETE"])
def test_a_registration_is_a_uuid(ask: Caller, method: str) -> None:
    """A registration that is no UUID is refused (XAPI-00200 to XAPI-00203)."""
    body = sample() if method in ("PUT", "POST") else None
    answer = call(ask, method, STATE, STATE.one(registration="true"), body)
    assert answer.status == 400
    assert answer.json()["error"].startswith("parameter registration")


def test_state_belongs_to_a_registration(ask: Caller) -> None:
    """State of the same name under another registration, or under none, is another document
    (XAPI-00218, XAPI-00219, XAPI-00220, XAPI-00227)."""
    params = STATE.one()
    several = [params, *({**params, "registration": fresh()} for _ in range(2))]
    for number, each in enumerate(several):
        method = "PUT" if number % 2 else "POST"
        assert call(ask, method, STATE, each, {"number": number}).status == 204
    for number, each in enumerate(several):
        assert document(ask, STATE, each) == {"number": number}
    assert call(ask, "DELETE", STATE, several[1]).status == 204
    assert [call(ask, "GET", STATE, each).status for each in several] == [200, 404, 200]
    upper = {**several[2], "registration": str(several[2]["registration"]).upper()}
    assert call(ask, "GET", STATE, upper).status == 200


def test_names_are_listed(ask: Caller, kind: Kind) -> None:
    """Without a name, a GET answers the names of all documents there, and an empty list if there is
    none (XAPI-00193, XAPI-00270, XAPI-00289)."""
    params = kind.params()
    assert call(ask, "GET", kind, params).json() == []
    for name in ("b", "a", "ä b/c"):
        call(ask, "POST", kind, {**params, kind.named_by: quote(name)}, sample())
    answer = call(ask, "GET", kind, params)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert sorted(answer.json()) == ["a", "b", "ä b/c"]


def test_names_since_an_instant(ask: Caller, kind: Kind) -> None:
    """With `since`, the names of those changed later are listed, and no others (XAPI-00195,
    XAPI-00221, XAPI-00222, XAPI-00268, XAPI-00275, XAPI-00294, XAPI-00303, XAPI-00141)."""
    params = kind.params()
    for name in ("first", "second"):
        call(ask, "POST", kind, {**params, kind.named_by: name}, sample())
    assert sorted(call(ask, "GET", kind, {**params, "since": written(60)}).json()) == [
        "first",
        "second",
    ]
    time.sleep(0.005)  # so that the next instant is a later one
    between = written()
    call(ask, "POST", kind, {**params, kind.named_by: "first"}, {"more": 1})
    assert call(ask, "GET", kind, {**params, "since": between}).json() == ["first"]
    assert call(ask, "GET", kind, {**params, "since": written(-60)}).json() == []


@pytest.mark.parametrize("since", ["not%20a%20timestamp", "true", "", "2026-02-30T00:00:00Z"])
def test_since_is_an_instant(ask: Caller, kind: Kind, since: str) -> None:
    """A `since` that is no timestamp is refused (XAPI-00204, XAPI-00260, XAPI-00295)."""
    assert call(ask, "GET", kind, kind.params(since=since)).status == 400


@pytest.mark.parametrize("since", ["not%20a%20timestamp", "2026-01-01T00:00:00Z"])
def test_nothing_is_deleted_since(ask: Caller, since: str) -> None:
    """A DELETE, PUT or POST knows no `since`: rather than delete what is older as well, it is
    refused (XAPI-00205)."""
    params = STATE.one()
    call(ask, "POST", STATE, params, sample())
    whole = {name: value for name, value in params.items() if name != "stateId"}
    for each in (params, whole):
        assert call(ask, "DELETE", STATE, {**each, "since": since}).status == 400
    assert call(ask, "PUT", STATE, {**params, "since": since}, sample()).status == 400
    assert call(ask, "GET", STATE, params).status == 200


def test_all_state_is_deleted(ask: Caller) -> None:
    """A DELETE without a name deletes all state of that activity, agent and registration, and of
    nothing else (XAPI-00194)."""
    params = STATE.params()
    registered = {**params, "registration": fresh()}
    others = [{**params, "activityId": iri()}, {**params, "agent": agent()}]
    for each in (params, registered, *others):
        for name in ("a", "b"):
            call(ask, "POST", STATE, {**each, "stateId": name}, sample())
    assert call(ask, "DELETE", STATE, registered).status == 204
    assert call(ask, "GET", STATE, registered).json() == []
    assert call(ask, "GET", STATE, {**params, "stateId": "a"}).status == 200
    assert call(ask, "DELETE", STATE, params).status == 204
    answer = call(ask, "GET", STATE, params)
    assert (answer.status, answer.json()) == (200, [])
    assert [call(ask, "GET", STATE, each).json() for each in others] == [["a", "b"]] * 2


@pytest.mark.parametrize("name", ["1", "true", "x" * 3000, quote("ü/ñ?&="), quote('{"a": 1}')])
def test_any_text_is_a_name(ask: Caller, kind: Kind, name: str) -> None:
    """Whatever a document is called is a string, for each method (XAPI-00224 to XAPI-00226,
    XAPI-00228, XAPI-00276, XAPI-00277, XAPI-00305 to XAPI-00307)."""
    params = kind.params(**{kind.named_by: name})
    assert call(ask, "PUT", kind, params, sample()).status == 204
    assert call(ask, "POST", kind, params, {"a": 1}).status == 204
    assert document(ask, kind, params)["a"] == 1
    assert call(ask, "DELETE", kind, params).status == 204


def test_last_modified_grows(light: Caller, kind: Kind) -> None:
    """A document is told with Last-Modified, which grows with its changes (2.0 Last-Modified of a
    document)."""
    params, ask = kind.one(), light.speaking(NEW)
    call(ask, "POST", kind, params, sample())
    first = parsedate_to_datetime(call(ask, "GET", kind, params).headers["Last-Modified"])
    time.sleep(1.01)  # Last-Modified tells whole seconds
    call(ask, "POST", kind, params, {"more": 1})
    second = parsedate_to_datetime(call(ask, "GET", kind, params).headers["Last-Modified"])
    assert second > first


def test_the_same_agent_written_otherwise(ask: Caller) -> None:
    """An agent is the same by their identifier, whatever else is said of them (XAPI-00192,
    XAPI-00269)."""
    whose = agent()
    for kind in (STATE, AGENTS):
        params = kind.one(agent=whose)
        call(ask, "POST", kind, params, {"a": 1})
        assert document(ask, kind, {**params, "agent": {"mbox": whose["mbox"]}}) == {"a": 1}


def test_unknown_parameters_are_refused(ask: Caller, kind: Kind) -> None:
    """A parameter that the resource doesn't know, or in another case, is refused (XAPI-00324,
    XAPI-00325)."""
    params = kind.one()
    call(ask, "POST", kind, params, sample())
    capital = kind.named_by[0].upper() + kind.named_by[1:]
    for name in ("foo", capital, "Agent", "activityID"):
        assert call(ask, "GET", kind, {**params, name: "x"}).status == 400
    assert ask.version == OLD or call(ask, "GET", kind, {**params, "method": "GET"}).status == 400

"""Versions, the headers of every answer, and refusals: which status, and for what first."""

from __future__ import annotations

import gzip
import http.client
from urllib.parse import urlsplit

import pytest
from live import NEW, OLD, Answer, Caller, fresh, statement
from wording import CONSISTENT, VERSION, agent, iri, query

RESOURCES = (
    *("/statements", "/activities", "/activities/profile"),
    *("/activities/state", "/agents", "/agents/profile"),
)


@pytest.fixture
def ask(lite: Caller) -> Caller:
    """Requests are judged before any database is asked."""
    return lite


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        *(("1.0", OLD), ("1.0.0", OLD), ("1.0.1", OLD), ("1.0.2", OLD), ("1.0.3", OLD)),
        *(("1.0.9", OLD), ("2.0", NEW), ("2.0.0", NEW), ("2.0.1", NEW)),
    ],
)
def test_versions_that_are_spoken(light: Caller, said: str, answered: str) -> None:
    """Any 1.0.x and 2.0.x is answered, with the version that the store speaks of it (XAPI-00333,
    2.0 version of answers)."""
    ask = light.speaking(said)
    answer = ask("POST", "/statements", statement())
    assert (answer.status, answer.headers[VERSION]) == (200, answered)
    answer = ask("GET", f"/statements?statementId={answer.json()[0]}")
    assert (answer.status, answer.headers[VERSION]) == (200, answered)


@pytest.mark.parametrize(
    "said", ["0.8", "0.9", "0.95", "1.1.0", "2.1.0", "1", "1.0.", "BAD", "", "٢.0"]
)
def test_versions_that_are_not(light: Caller, said: str) -> None:
    """Any other version is refused, with a version that is spoken (XAPI-00331)."""
    ask = light.speaking(said.encode().decode("latin-1"))
    for path in RESOURCES:
        answer = ask("GET", path)
        assert (answer.status, answer.headers[VERSION] in (OLD, NEW)) == (400, True)


@pytest.mark.parametrize("keyed", [True, False])
def test_a_version_is_needed(ask: Caller, keyed: bool) -> None:
    """Without a version nothing is answered but About; that is told before any lack of a key, with
    a version that the suites of both look for (XAPI-00331, XAPI-00321)."""
    mute = ask.speaking(None) if keyed else ask.speaking(None).with_key(None)
    name = fresh()
    for answer in (
        mute("GET", f"/statements?statementId={name}"),
        mute("POST", "/statements", statement()),
        mute("PUT", f"/statements?statementId={name}", statement()),
    ):
        assert (answer.status, answer.headers[VERSION]) == (400, NEW)
    for path in RESOURCES:
        answer = mute("GET", path)
        assert (answer.status, answer.headers[VERSION]) == (400, OLD)


def test_every_answer_has_its_version(ask: Caller) -> None:
    """Whatever is answered, and with whatever status, says the version (XAPI-00333, XAPI-00321)."""
    gone, profile = fresh(), "/activities/profile" + query({"activityId": iri(), "profileId": "a"})
    answers: dict[int, Answer] = {
        200: ask("GET", "/statements"),
        204: ask("POST", profile, {}),
        400: ask("GET", "/statements?foo=bar"),
        401: ask.with_key(None)("GET", "/statements"),
        404: ask("GET", f"/statements?statementId={gone}"),
        405: ask("DELETE", "/statements"),
        412: ask("PUT", profile, {}, {"If-None-Match": "*"}),
    }
    for status, answer in answers.items():
        assert (answer.status, answer.headers[VERSION]) == (status, ask.version)
    nowhere = ask("GET", "/nowhere")
    assert (nowhere.status, nowhere.headers[VERSION]) == (404, ask.version)
    assert ask("HEAD", "/statements").headers[VERSION] == ask.version


@pytest.mark.parametrize("path", RESOURCES)
def test_unknown_parameters(ask: Caller, path: str) -> None:
    """A parameter that the resource doesn't know is refused, and named (XAPI-00324)."""
    params = {"agent": agent(), "activityId": iri(), "foo": "bar"}
    known = {"/statements": (), "/activities": ("activityId",), "/agents": ("agent",)}
    wanted = (*known.get(path, ("activityId", "agent")), "foo")
    if path in ("/activities/profile", "/agents/profile"):
        wanted = ({"/activities/profile": "activityId"}.get(path, "agent"), "foo")
    answer = ask("GET", path + query({name: params[name] for name in wanted}))
    assert answer.status == 400
    assert answer.json()["error"].startswith("parameter foo")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("StatementId", fresh()), ("VoidedStatementId", fresh()), ("Verb", iri())),
        *(("Activity", iri()), ("Registration", fresh()), ("Related_Activities", "true")),
        *(("Related_Agents", "true"), ("Since", "2012-06-01T19:09:13.245Z"), ("Limit", "10")),
        *(("Until", "2012-06-01T19:09:13.245Z"), ("Format", "ids"), ("Attachments", "true")),
        *(("Ascending", "true"), ("LIMIT", "1"), ("Agent", agent())),
    ],
)
def test_parameters_in_another_case(lite: Caller, name: str, value: object) -> None:
    """A parameter in another case is another parameter (XAPI-00325)."""
    assert lite("GET", "/statements" + query({name: value})).status == 400


def test_the_id_of_a_put_in_another_case(ask: Caller) -> None:
    """The id of a PUT is `statementId`, in this case (XAPI-00325)."""
    assert ask("PUT", f"/statements?StatementId={fresh()}", statement()).status == 400


def test_a_parameter_twice_is_refused(ask: Caller) -> None:
    """A parameter that is there twice is refused: it would mean two things."""
    assert ask("GET", "/statements?limit=1&limit=2").status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("DELETE", f"/statements?statementId={fresh()}"), ("PATCH", "/statements")),
        *(
            ("DELETE", f"/activities?activityId={iri()}"),
            ("POST", f"/activities?activityId={iri()}"),
        ),
        *(("PUT", f"/activities?activityId={iri()}"), ("DELETE", "/agents"), ("PUT", "/agents")),
        *(("POST", "/agents" + query({"agent": agent()})), ("POST", "/about"), ("PUT", "/about")),
    ],
)
def test_methods_that_a_resource_has_not(ask: Caller, method: str, path: str) -> None:
    """A method that a resource doesn't have is answered with 405 before anything else is looked at,
    the key included, and with those that there are (XAPI-00323)."""
    for caller in (ask, ask.with_key(None)):
        answer = caller(method, path)
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]
        assert method not in answer.headers["Allow"].split(", ")
        assert answer.headers[VERSION] == ask.version


def test_errors_have_one_shape(ask: Caller) -> None:
    """Every refusal is JSON with a sentence and a list of problems (XAPI-00323)."""
    answers = [
        ask("GET", "/statements?foo=bar"),
        ask("POST", "/statements", b"{", {"Content-Type": "application/json"}),
        ask.with_key("foo:bar")("GET", "/statements"),
        ask("GET", f"/statements?statementId={fresh()}"),
        ask("DELETE", "/statements"),
        ask("GET", "/nowhere"),
    ]
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/json"
        told = answer.json()
        assert set(told) == {"error", "problems"}
        assert isinstance(told["error"], str) and told["error"]


AGENT = query({"agent": agent()})[1:]
REFUSED = [
    ("GET", "/statements?limit=x", "Communication 2.1.3", "4.1.6.1"),
    ("GET", "/statements/more/x?limit=1", "Communication 3.2", "4.1.5"),
    ("GET", "/statements?foo=bar", "Communication 3.2", "4.1.5"),
    ("GET", "/statements?format=%FF", "Communication 1.4", "4.1.2"),
    ("GET", "/agents", "Communication 2.4", "4.1.6.3"),
    ("GET", "/activities", "Communication 2.5", "4.1.6.4"),
    ("GET", "/activities/state", "Communication 2.3", "4.1.6.2"),
    ("GET", f"/activities/state?activityId=a&{AGENT}", "Communication 2.3", "4.1.6.2"),
    ("GET", "/agents/profile", "Communication 2.6", "4.1.6.5"),
    ("PUT", "/activities/profile?activityId=a:b", "Communication 2.7", "4.1.6.6"),
    ("GET", "/about?foo=bar", "Communication 3.2", "4.1.5"),
    ("PUT", "/statements", "Communication 2.1.1", "4.1.6.1"),
    ("PUT", f"/statements?statementId={fresh()}", "Communication 1.5", "4.1.3"),
    ("POST", "/statements", "Communication 1.5", "4.1.3"),
]


@pytest.mark.parametrize(("method", "path", "old", "new"), REFUSED)
def test_a_refusal_names_the_clause_of_its_version(
    ask: Caller, method: str, path: str, old: str, new: str
) -> None:
    """What is wrong with a request, and not within a statement, names the clause of the version
    that is spoken, and of the resource that was asked (XAPI-00323)."""
    sent = None if method == "GET" else b"x"
    answer = ask(method, path, sent, {"Content-Type": "text/plain"})
    assert answer.status == 400
    told = [each["requirement"] for each in answer.json()["problems"]]
    assert told == [old if ask.version == OLD else new]


def test_a_refusal_of_statements_names_the_clause_of_its_version(ask: Caller) -> None:
    """So does what the door refuses, what is judged in a request's lane, and a version that is
    missing (XAPI-00323)."""
    one = statement(id=fresh())
    assert ask("POST", "/statements", one).status == 200
    taken = ask("POST", "/statements", {**statement(), "id": one["id"]})
    twice = ask("POST", "/statements", [one, one])
    unsaid = ask.speaking(None)("GET", "/statements?limit=1")
    told = [each.json()["problems"][0]["requirement"] for each in (taken, twice, unsaid)]
    second = ask.version != OLD
    assert (taken.status, twice.status, unsaid.status) == (409, 400, 400)
    expected = ["4.1.6.1", "4.1.6.1"] if second else ["Communication 2.1.1", "Data 2.4.1"]
    assert told == [*expected, "4.1.7"]


def test_keys_are_needed(ask: Caller) -> None:
    """Nothing but About is answered without a key that is known here (XAPI-00334)."""
    name = fresh()
    for caller in (ask.with_key(None), ask.with_key("foo:bar"), ask.with_key("administrator:x")):
        for path in RESOURCES:
            answer = caller("GET", path)
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        put = caller("PUT", f"/statements?statementId={name}", statement(id=name))
        assert put.status == 401
    assert ask("GET", f"/statements?statementId={name}").status == 404


@pytest.mark.parametrize(
    "said", ["Basic:Zm9vOmJhcg==", "Basic", "Basic !", "Bearer x", "Basic Zm9v"]
)
def test_keys_are_well_formed(ask: Caller, said: str) -> None:
    """Credentials that can't be read are none (XAPI-00334)."""
    name = fresh()
    told = {"Authorization": said}
    answer = ask("PUT", f"/statements?statementId={name}", statement(), told)
    assert answer.status == 401
    bad = ask.speaking("BAD")("GET", "/statements", None, told)
    assert bad.status in (400, 401)


def test_a_key_by_basic_authentication(ask: Caller) -> None:
    """Whoever has a key tells it by HTTP Basic authentication (XAPI-00335)."""
    name = fresh()
    assert ask("PUT", f"/statements?statementId={name}", statement(id=name)).status == 204


def test_more_than_the_store_takes(ask: Caller) -> None:
    """A request larger than the store takes is refused with 413, also one that becomes so once it
    is unpacked (XAPI-00328)."""
    told = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    packed = ask("POST", "/statements", gzip.compress(b" " * 10_000_001), told)
    assert (packed.status, packed.codes()) == (413, ["body-too-large"])
    plain = http.client.HTTPConnection(urlsplit(ask.origin).netloc, timeout=30)
    plain.putrequest("POST", "/xapi/statements")
    plain.putheader("Content-Length", "10000001")
    plain.endheaders()
    assert plain.getresponse().status == 413
    plain.close()


def test_refusals_of_statements_are_as_fresh(ask: Caller) -> None:
    """Refusals of the statements resource say how fresh they are, too (XAPI-00153)."""
    for answer in (
        ask.with_key(None)("GET", "/statements"),
        ask.speaking(None)("GET", "/statements"),
        ask("GET", f"/statements?statementId={fresh()}"),
    ):
        assert answer.headers[CONSISTENT]

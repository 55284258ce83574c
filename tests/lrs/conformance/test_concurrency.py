"""Whoever changes a document says what they believe to be there; otherwise nothing changes."""

from __future__ import annotations

import re
import threading
from urllib.parse import quote

import pytest
from live import OLD, Answer, Caller, fresh
from wording import Json, agent, iri, query

PATHS = ("/activities/state", "/agents/profile", "/activities/profile")
WRONG = ('"1111111111111111111111111111111111111111"', '"1234"')


def place(path: str) -> str:
    """The address of a document that nobody has used."""
    owners: dict[str, Json] = {
        "/activities/state": {"activityId": iri(), "agent": agent(), "stateId": fresh()},
        "/agents/profile": {"agent": agent(), "profileId": fresh()},
        "/activities/profile": {"activityId": iri(), "profileId": fresh()},
    }
    return path + query(owners[path])


def there(ask: Caller, path: str) -> tuple[str, Json, str]:
    """The address of a document that is there, the document, and its ETag."""
    address, told = place(path), {"name": fresh(), "location": {"name": fresh()}}
    assert ask("POST", address, told).status == 204
    return address, told, tag(ask, address)


def tag(ask: Caller, address: str) -> str:
    answer = ask("GET", address)
    assert answer.status == 200
    return answer.headers["ETag"]


def untouched(ask: Caller, address: str, told: Json, answer: Answer, status: int) -> None:
    """That an answer was a refusal, with a reason, and that the document stayed as it was."""
    assert answer.status == status
    assert answer.json()["error"]
    found = ask("GET", address)
    assert (found.status, found.json()) == (200, told)


@pytest.mark.parametrize("path", PATHS)
def test_documents_have_etags(ask: Caller, path: str) -> None:
    """A document is told with an ETag: the SHA-1 of its content in quotes (XAPI-00322)."""
    address, _, told = there(ask, path)
    assert re.fullmatch('"[0-9a-f]{40}"', told)
    ask("POST", address, {"more": 1})
    assert tag(ask, address) != told
    assert ask("HEAD", address).headers["ETag"] == tag(ask, address)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_wrong_etag_changes_nothing(ask: Caller, path: str, wrong: str, method: str) -> None:
    """With If-Match and another ETag than the document's, PUT, POST and DELETE are refused with
    412, and the document stays (XAPI-00322, 2.0 conditions on POST and DELETE)."""
    address, told, _ = there(ask, path)
    body = {"name": "changed"} if method != "DELETE" else None
    untouched(ask, address, told, ask(method, address, body, {"If-Match": wrong}), 412)


@pytest.mark.parametrize("path", PATHS)
def test_the_right_etag_lets_changes_through(ask: Caller, path: str) -> None:
    """With If-Match and the document's ETag, PUT, POST and DELETE do as asked (XAPI-00322, 2.0
    conditions on POST and DELETE)."""
    address, _, told = there(ask, path)
    assert ask("PUT", address, {"a": 1}, {"If-Match": told}).status == 204
    told = tag(ask, address)
    assert ask("POST", address, {"b": 2}, {"If-Match": f'"other", W/{told}'}).status == 204
    assert ask("GET", address).json() == {"a": 1, "b": 2}
    assert ask("DELETE", address, None, {"If-Match": tag(ask, address)}).status == 204
    assert ask("GET", address).status == 404


@pytest.mark.parametrize("path", PATHS)
def test_nothing_matches_where_nothing_is(ask: Caller, path: str) -> None:
    """If-Match is refused where there is no document, whatever it says (XAPI-00322)."""
    for said in (*WRONG, "*"):
        assert ask("PUT", place(path), {"a": 1}, {"If-Match": said}).status == 412


@pytest.mark.parametrize("path", PATHS)
def test_only_a_new_one(ask: Caller, path: str) -> None:
    """With If-None-Match: *, a PUT stores a new document and replaces none (XAPI-00322)."""
    address, told, new = place(path), {"a": 1}, {"If-None-Match": "*"}
    assert ask("PUT", address, told, new).status == 204
    untouched(ask, address, told, ask("PUT", address, {"b": 2}, new), 412)


@pytest.mark.parametrize("path", PATHS)
def test_a_put_that_says_nothing(ask: Caller, path: str) -> None:
    """A PUT without a condition onto a document is refused with 409 and a reason, and one of a
    profile where there is none with 400; state is free of this in 1.0.3, and new profiles in 2.0.0
    (XAPI-00322, 2.0 conditions on state)."""
    address, told, _ = there(ask, path)
    free = ask.version == OLD and path == "/activities/state"
    if free:
        assert ask("PUT", address, {"a": 1}).status == 204
    else:
        untouched(ask, address, told, ask("PUT", address, {"a": 1}), 409)
    first = ask("PUT", place(path), {"a": 1})
    assert first.status == (400 if ask.version == OLD and not free else 204)


@pytest.mark.parametrize("path", PATHS)
def test_post_and_delete_may_say_nothing(ask: Caller, path: str) -> None:
    """POST and DELETE need no condition (XAPI-00322)."""
    address, _, _ = there(ask, path)
    assert ask("POST", address, {"a": 1}).status == 204
    assert ask("DELETE", address).status == 204


def test_of_many_at_once_one_wins(ask: Caller) -> None:
    """Of several who change the same document at the same moment with the same ETag, one succeeds,
    and the others are told (XAPI-00322)."""
    address, _, told = there(ask, "/agents/profile")
    answers: list[int] = []

    def change(number: int) -> None:
        caller = ask.speaking(ask.version)
        answers.append(caller("PUT", address, {"by": number}, {"If-Match": told}).status)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [204, *[412] * 5]


def test_many_merges_at_once_all_count(ask: Caller) -> None:
    """Of several who add to a document at the same moment, each one's addition is kept."""
    address, _, _ = there(ask, "/activities/state")

    def add(number: int) -> None:
        assert ask.speaking(ask.version)("POST", address, {f"by {number}": 1}).status == 204

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {f"by {number}" for number in range(6)} <= set(ask("GET", address).json())


@pytest.mark.parametrize("path", PATHS)
def test_documents_are_kept_on_each_database(ask: Caller, path: str) -> None:
    """Names and contents of every kind come back from each database as they were: long ones, and
    bytes that are no text (XAPI-00224 to XAPI-00226, XAPI-00228, XAPI-00276, XAPI-00277,
    XAPI-00305 to XAPI-00307)."""
    long = "".join(fresh() for _ in range(100))
    for name in ("ä/ß?", long):
        address = re.sub("(stateId|profileId)=.*", rf"\1={quote(name)}", place(path))
        body = bytes(range(256))
        said = {"Content-Type": "image/x-odd; a=b", "If-None-Match": "*"}
        assert ask("PUT", address, body, said).status == 204
        answer = ask("GET", address)
        assert (answer.body, answer.headers["Content-Type"]) == (body, "image/x-odd; a=b")
        assert ask("GET", re.sub("&?(stateId|profileId)=.*", "", address)).json() == [name]
    assert ask("PUT", address.replace(quote(long), "a%00b"), b"x", said).status == 400


@pytest.mark.parametrize("path", PATHS)
def test_refusals_say_by_which_rule(ask: Caller, path: str) -> None:
    """What is refused because of a condition, or because it can't be merged, names its place, a
    code and the clause (XAPI-00322)."""
    address, _, etag = there(ask, path)
    both = {"If-Match": etag, "If-None-Match": "*"}
    told = [
        ask("PUT", address, {"a": 1}, {"If-Match": '"1234"'}),
        ask("PUT", address, {"a": 1}, both),
        ask("POST", address, [1]),
    ]
    if ask.version != OLD:
        told.append(ask("PUT", address, {"a": 1}))
    elif path != "/activities/state":
        told.append(ask("PUT", place(path), {"a": 1}))
    problems = [each.json()["problems"][0] for each in told]
    assert [each["code"] for each in problems] == [
        *("condition-failed", "condition-failed", "not-mergeable", "condition-missing")
    ][: len(told)]
    merging = {"/activities/state": "4.1.6.2", "/agents/profile": "4.1.6.5"}.get(path, "4.1.6.6")
    old = ("Communication 3.1", "Communication 3.1", "Communication 2.2", "Communication 3.1")
    clauses = old if ask.version == OLD else ("4.1.4", "4.1.4", merging, "4.1.4")
    assert [each["requirement"] for each in problems] == list(clauses)[: len(told)]
    assert problems[0]["at"] == "header If-Match"

"""Tests of players' keys: anybody can read one in a package, and can do nothing else with it than
tell of plays."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from live import Caller, basic, fresh, statement

from lrs import keys, player_keys
from lrs.errors import Forbidden, LrsError
from lrs.player_keys import Player
from lrs.xapi.store import Store

ROOT = Path(__file__).parents[2]
ACTIVITY = "https://brightwater.example/training/phishing"
ADL = "http://adlnet.gov/expapi"
PLAYER = Player((ACTIVITY,), origins=("https://lms.example",))
STATEMENTS_JS = ROOT / "scormkit" / "player" / "record" / "statements.js"


def told(**parts: Any) -> dict[str, Any]:
    """A statement as a player tells it, with parts replaced."""
    made = {
        "id": fresh(),
        "actor": {"account": {"homePage": "https://lms.example/", "name": "4711"}},
        "object": {"id": f"{ACTIVITY}/interactions/inbox.parcel"},
        "verb": {"id": f"{ADL}/verbs/answered", "display": {"en-US": "answered"}},
        "result": {"response": "report", "success": True},
        "context": {
            "registration": fresh(),
            "contextActivities": {
                "parent": [{"id": ACTIVITY}],
                "category": [{"id": "https://scormkit.example/xapi"}],
            },
            "platform": "scormkit",
            "extensions": {"https://scormkit.example/xapi/extensions/seed": 3},
        },
        "timestamp": "2026-03-31T08:15:00.000Z",
    }
    return {name: part for name, part in {**made, **parts}.items() if part is not None}


@pytest.fixture
def player(ask: Caller, store: Store) -> Callable[..., Caller]:
    """Makes callers with players' keys of their own."""

    def made(bounds: Player = PLAYER) -> Caller:
        name = f"player-{fresh()}"
        return ask.with_key(f"{name}:{keys.create(store, name, [], None, bounds)}")

    return made


@pytest.fixture(scope="module")
def refused_player(served: tuple[Caller, Store]) -> Caller:
    """One player of a store for all that is refused: to make and to check a key takes a while."""
    caller, store = served
    name = f"player-{fresh()}"
    return caller.with_key(f"{name}:{keys.create(store, name, [], None, PLAYER)}")


def test_a_player_s_statements_are_stored(player: Callable[..., Caller], ask: Caller) -> None:
    """What a player tells is stored, under an authority that the store sets: the key."""
    one = told()
    caller = player()
    answer = caller("POST", "/statements", [one])
    assert answer.status == 200, answer.body
    found = ask("GET", "/statements", statementId=one["id"]).json()
    assert found["authority"]["account"]["name"] == (caller.key or "").partition(":")[0]
    assert found["actor"]["account"] == one["actor"]["account"]


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "another verb": (
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/mastered"}},
        "verb-not-allowed",
        "$.verb.id",
    ),
    "voiding": (
        {
            "verb": {"id": f"{ADL}/verbs/voided"},
            "object": {"objectType": "StatementRef", "id": fresh()},
            "context": None,
        },
        "verb-not-allowed",
        "$.verb.id",
    ),
    "another activity": (
        {"object": {"id": f"{ACTIVITY}-2"}},
        "activity-not-allowed",
        "$.object.id",
    ),
    "a person as object": (
        {"object": {"objectType": "Agent", "mbox": "mailto:ana@corp.example"}, "context": None},
        "activity-not-allowed",
        "$.object",
    ),
    "a statement within": (
        {"object": {**statement(), "objectType": "SubStatement"}, "context": None},
        "activity-not-allowed",
        "$.object",
    ),
    "another context activity": (
        {"context": {"contextActivities": {"parent": [{"id": "https://corp.example/other"}]}}},
        "activity-not-allowed",
        "$.context.contextActivities.parent[0].id",
    ),
    "a category in another place": (
        {
            "context": {
                "contextActivities": {"grouping": [{"id": "https://scormkit.example/xapi"}]},
            }
        },
        "activity-not-allowed",
        "$.context.contextActivities.grouping[0].id",
    ),
    "an address": (
        {"actor": {"mbox": "mailto:ana@corp.example"}},
        "actor-without-account",
        "$.actor",
    ),
    "a group": (
        {
            "actor": {
                "objectType": "Group",
                "account": {"homePage": "https://lms.example/", "name": "all"},
            }
        },
        "actor-without-account",
        "$.actor",
    ),
    "a name": (
        {
            "actor": {
                "name": "Ana",
                "account": {"homePage": "https://lms.example/", "name": "4711"},
            }
        },
        "member-not-allowed",
        "$.actor.name",
    ),
    "an instructor": (
        {"context": {"instructor": {"mbox": "mailto:ana@corp.example"}}},
        "member-not-allowed",
        "$.context.instructor",
    ),
    "an authority": (
        {"authority": {"objectType": "Agent", "mbox": "mailto:auditor@corp.example"}},
        "member-not-allowed",
        "$.authority",
    ),
    "an attachment": (
        {
            "attachments": [
                {
                    "usageType": "https://corp.example/usage",
                    "display": {"en": "x"},
                    "contentType": "text/plain",
                    "length": 1,
                    "sha2": "0" * 64,
                    "fileUrl": "https://corp.example/file",
                }
            ]
        },
        "member-not-allowed",
        "$.attachments",
    ),
}


@pytest.mark.parametrize(("changed", "code", "at"), BROKEN.values(), ids=BROKEN.keys())
def test_nothing_else_is_stored(
    refused_player: Caller, ask: Caller, changed: dict[str, Any], code: str, at: str
) -> None:
    """Whatever a player doesn't tell is refused: 403, with its place, and nothing is stored."""
    one = told(**changed)
    answer = refused_player.speaking(ask.version)("POST", "/statements", one)
    assert answer.status == 403, answer.body
    assert code in answer.codes()
    assert at in [problem["at"] for problem in answer.json()["problems"]]
    assert ask("GET", "/statements", statementId=one["id"]).status == 404


def test_one_that_is_refused_takes_the_others_with_it(
    player: Callable[..., Caller], ask: Caller
) -> None:
    """A request is stored whole or not at all; the place says which statement it was."""
    good = told()
    answer = player()("POST", "/statements", [good, told(verb={"id": "x:y"})])
    assert answer.status == 403
    assert answer.json()["problems"][0]["at"] == "$[1].verb.id"
    assert answer.json()["error"].startswith("statement 2 of 2: verb.id: ")
    assert ask("GET", "/statements", statementId=good["id"]).status == 404


def test_a_player_s_key_reads_nothing(player: Callable[..., Caller]) -> None:
    """No statement, not even its own, no document, nothing of an activity or a person."""
    caller = player()
    one = told()
    assert caller("POST", "/statements", one).status == 200
    agent = one["actor"]
    assert caller("GET", "/statements", statementId=one["id"]).status == 403
    assert caller("GET", "/statements").status == 403
    assert caller("GET", "/activities", activityId=ACTIVITY).status == 403
    assert caller("GET", "/agents", agent=agent).status == 403
    assert caller("GET", "/activities/profile", activityId=ACTIVITY).status == 403
    assert caller("GET", "/agents/profile", agent=agent).status == 403
    assert caller("GET", "/activities/state", activityId=ACTIVITY, agent=agent).status == 403


def test_a_player_s_key_writes_no_document(player: Callable[..., Caller]) -> None:
    """No state and no profile, whatever the method."""
    caller = player()
    place: dict[str, Any] = {"activityId": ACTIVITY, "profileId": "p"}
    for method in ("PUT", "POST", "DELETE"):
        body = None if method == "DELETE" else b"{}"
        assert caller(method, "/activities/profile", body, **place).status == 403


def test_a_player_s_key_renames_nothing(player: Callable[..., Caller], ask: Caller) -> None:
    """What it calls an activity is kept in its statement and changes nothing that others are told
    of the activity; so it is with every key without the scope define."""
    activity = f"{ACTIVITY}/{fresh()}"
    inner = {"id": activity, "definition": {"name": {"en": "Nonsense"}}}
    assert player()("POST", "/statements", told(object=inner)).status == 200
    assert "definition" not in ask("GET", "/activities", activityId=activity).json()
    assert ask("POST", "/statements", told(object=inner)).status == 200
    known = ask("GET", "/activities", activityId=activity).json()["definition"]
    assert known["name"] == {"en": "Nonsense"}


def test_a_blocked_account_is_refused(player: Callable[..., Caller], store: Store) -> None:
    """One learner's account can be shut out without a new package for the others."""
    caller = player(Player((ACTIVITY,), blocked=("4711",)))
    answer = caller("POST", "/statements", told())
    assert (answer.status, answer.codes()) == (403, ["actor-blocked"])
    other = {"account": {"homePage": "https://lms.example/", "name": "4712"}}
    assert caller("POST", "/statements", told(actor=other)).status == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://lms.example", 200),
        (None, 200),  # no browser
        ("https://lms.example.attacker.example", 403),
        ("http://lms.example", 403),
        ("https://lms.example:8443", 403),
        ("null", 403),
    ],
)
def test_pages_of_other_origins_are_refused(
    player: Callable[..., Caller], origin: str | None, status: int
) -> None:
    """A page may use the key only where packages are launched from; what is no page may."""
    headers = {"Origin": origin}
    assert player()("POST", "/statements", told(), headers=headers).status == status


def test_a_form_of_another_page_is_refused(player: Callable[..., Caller]) -> None:
    """The alternate syntax of 1.0.3 is a form that any page could send without being asked; its
    origin counts all the same."""
    caller = player()
    form = {
        "Authorization": basic(caller.key or ""),
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": "application/json",
        "content": json.dumps(told()),
    }
    for origin, status in (("https://elsewhere.example", 403), ("https://lms.example", 200)):
        answer = caller.with_key(None).speaking(None)(
            "POST",
            "/statements?method=POST",
            urlencode(form).encode(),
            headers={"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == status, answer.body


def test_more_than_its_size_is_refused(player: Callable[..., Caller]) -> None:
    """413 beyond the key's own size, counted after the body was unpacked."""
    caller = player(Player((ACTIVITY,), max_body=2_000))
    assert caller("POST", "/statements", told()).status == 200
    body = json.dumps([told() for _ in range(20)]).encode()
    assert caller("POST", "/statements", json.loads(body)).status == 413
    packed = gzip.compress(b" " * 10_000 + json.dumps(told()).encode())
    assert len(packed) < 2_000
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert caller("POST", "/statements", packed, headers=headers).status == 413


def test_more_often_than_its_rate_is_refused(player: Callable[..., Caller]) -> None:
    """429 with Retry-After beyond the key's requests a minute; other keys are not held up. What is
    refused counts, too."""
    caller, other = player(Player((ACTIVITY,), rate=3)), player()
    assert caller("POST", "/statements", told()).status == 200
    assert caller("POST", "/statements", [told(verb={"id": "x:y"})]).status == 403
    assert caller("GET", "/statements").status == 403
    answer = caller("POST", "/statements", told())
    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert answer.json()["error"]
    assert other("POST", "/statements", told()).status == 200


def test_large_requests_count_as_several(player: Callable[..., Caller]) -> None:
    """A request counts once for each 16 KiB that it begins."""
    caller = player(Player((ACTIVITY,), rate=4))
    large = told(result={"response": "x" * 40_000})  # three of four
    assert caller("POST", "/statements", large).status == 200
    assert caller("POST", "/statements", told()).status == 200
    assert caller("POST", "/statements", told()).status == 429


def test_a_player_s_key_can_be_revoked(player: Callable[..., Caller], store: Store) -> None:
    """Revoked, the key does nothing after two seconds; another key of other packages goes on."""
    caller, other = player(), player()
    assert caller("POST", "/statements", told()).status == 200
    keys.revoke(store, (caller.key or "").partition(":")[0])
    time.sleep(2.1)  # keys are read anew every two seconds
    assert caller("POST", "/statements", told()).status == 401
    assert other("POST", "/statements", told()).status == 200


def test_the_list_is_of_activities_and_what_is_below_them() -> None:
    """Another activity whose name only begins the same is another activity."""
    for inner, good in (
        (ACTIVITY, True),
        (f"{ACTIVITY}/course", True),
        (f"{ACTIVITY}#part", True),
        (f"{ACTIVITY}2", False),
        (ACTIVITY[:-1], False),
        (ACTIVITY.upper(), False),
    ):
        try:
            player_keys.check_statements(PLAYER, [told(object={"id": inner})], listed=True)
            assert good, inner
        except Forbidden:
            assert not good, inner


_SAY = """
import {statements} from "%s";
const settings = {activity: "%s", homePage: "https://lms.example/", name: {en: "Phishing"},
  version: "1.0.0", digest: "d", edition: "scorm12",
  interactions: {inbox: {type: "%s/activities/cmi.interaction"}}};
const says = statements(settings, {learner: "4711", began: 1, opened: 1000, language: "en"});
const play = {attempt: 1, seed: 0, missed: [], path: [1]};
const decision = {id: "inbox", act: "report", outcome: "right", points: 3, latency: 2, time: 2000};
const came = {passed: true, score: 90, completed: true, objectives: {}};
console.log(JSON.stringify([
  says.initialized(1000), says.resumed(1001), says.answered(decision, play),
  says.judged(came, play, 2000),
  says.judged({...came, passed: false}, {...play, attempt: 2}, 2000), says.completed(play, 2000),
  says.left(came, 3000), says.left(null, 3001),
]));
"""


def test_all_that_the_player_tells_is_taken(player: Callable[..., Caller]) -> None:
    """Each statement that the player's own module makes is one that its key may store, and its
    verbs are all that the key may say."""
    script = _SAY % (STATEMENTS_JS.as_uri(), ACTIVITY, ADL)
    said = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, check=True
    )
    statements = json.loads(said.stdout)
    assert {each["verb"]["id"] for each in statements} == set(player_keys.VERBS)
    try:
        player_keys.check_statements(PLAYER, statements, listed=True)
    except LrsError as error:
        pytest.fail(error.message)
    assert player()("POST", "/statements", statements).status == 200

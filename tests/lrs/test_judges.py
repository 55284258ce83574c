"""Tests of the processes that judge large posts beside the server."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import fresh, running, statement

from lrs.config import Settings
from lrs.player_keys import Player
from lrs.xapi import bodies
from lrs.xapi.arrivals import authority
from lrs.xapi.bodies import Rules
from lrs.xapi.judges import Judges

RULES = Rules("1.0.3", authority("administrator", "http://localhost:8080"), None, 1_000)
LARGE = 60  # statements


def batch(**parts: object) -> bytes:
    """A body of many statements."""
    return json.dumps([statement(id=fresh(), **parts) for _ in range(LARGE)]).encode()


@pytest.fixture
def judges() -> Iterator[Judges]:
    """One judge, who has begun."""
    made = Judges(1)
    assert made.arrival(batch(), RULES) is None, "whoever starts one goes without"
    yield made
    made.close()


def process(judges: Judges) -> int:
    """The number of the only judge's process."""
    (found,) = judges._running.values()
    assert found.pid
    return found.pid


def test_a_judge_makes_of_a_body_what_the_server_makes(judges: Judges) -> None:
    """A large body, with a key's defining or without, comes from a judge as from the server."""
    silent = RULES._replace(by=authority("reader", "http://localhost:8080", may_define=False))
    for rules in (RULES, silent, RULES._replace(version="2.0.0")):
        body = batch(context={"language": "en"})
        assert judges.arrival(body, rules) == bodies.arrival(bodies.read(body, rules), rules)


def test_what_is_small_or_wrong_is_left_to_the_server(judges: Judges) -> None:
    """A small body, one that is no JSON, one with a statement that isn't valid, one with too many,
    and what a player's key may not say: each is left to whoever answers, who says what is wrong."""
    player = Player(activities=("https://brightwater.example/none",), verbs=(), origins=())
    assert judges.arrival(json.dumps(statement()).encode(), RULES) is None
    for body, rules in (
        (batch()[:-1], RULES),
        (batch(verb={"id": "did"}), RULES),
        (batch(), RULES._replace(most=LARGE - 1)),
        (batch(), RULES._replace(player=player)),
    ):
        assert judges.arrival(body, rules) is None
    assert judges.arrival(batch(), RULES) is not None, "it goes on afterwards"


def test_a_judge_that_is_lost_is_replaced(judges: Judges) -> None:
    """Whoever meets a judge that was killed goes without; another takes its place."""
    first = process(judges)
    os.kill(first, signal.SIGKILL)
    assert judges.arrival(batch(), RULES) is None
    assert judges.arrival(batch(), RULES) is None, "this starts the other"
    assert judges.arrival(batch(), RULES) is not None
    assert process(judges) != first


def test_judges_end_with_what_they_work_for(judges: Judges) -> None:
    """After the end no process is left, and bodies are left to the server."""
    number = process(judges)
    judges.close()
    assert not Path(f"/proc/{number}").exists()
    assert judges.arrival(batch(), RULES) is None


def test_large_posts_are_stored_and_refused_like_small_ones(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large posts to a running store are in it as they were sent, also when their judge is killed
    between two; a wrong one is refused with its place, and nothing of it is stored."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)  # on a single processor there is no judge
    with running(Settings(database=address, durable=False)) as (ask, store):
        for turn in range(4):
            sent = json.loads(batch())
            answer = ask("POST", "/statements", sent)
            assert answer.json() == [each["id"] for each in sent]
            found = ask("GET", "/statements", statementId=sent[-1]["id"]).json()
            assert found["actor"] == sent[-1]["actor"]
            if turn == 1:
                os.kill(process(store.judges), signal.SIGKILL)
        sent[7]["verb"] = {"id": "did"}
        sent[8]["id"] = fresh()
        refused = ask("POST", "/statements", sent)
        assert (refused.status, refused.json()["problems"][0]["at"]) == (400, "$[7].verb.id")
        assert ask("GET", "/statements", statementId=sent[8]["id"]).status == 404

"""Statements in a real browser: played in an LMS, each arrives in a store once and in order, also
when the network drops, the tab closes or the learner returns; the LMS's record never waits."""

from __future__ import annotations

import importlib
import importlib.util
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import material
import pytest
from driver import BOTH, PACKAGES, Room, Sitting, eventually
from lms import Site, served
from playwright.sync_api import Browser
from statement_store import DROP, OURS, VERB, Statement, StatementStore, storing
from test_endings import holds
from test_resume import suspended

from scormkit import play
from scormkit.play import State

SMALL = material.small()
SEED = material.first_seed("learner-1", SMALL)
ACTIVITY = "https://training.invalid/training/small"
WHOLE = ["initialized", *["answered"] * 3, "passed", "completed", "terminated"]
SHELF = f"scormkit.xapi {ACTIVITY} learner-1"
EXTENSIONS = {"digest", "edition"}
PLAYED = {*EXTENSIONS, "attempt", "seed", "missed", "path"}
LATER = 30.0  # seconds: what hears is fetched once a scene stands, and a failure waits to be mended


@pytest.fixture
def store() -> Iterator[StatementStore]:
    """A store that is well."""
    with storing() as store:
        yield store
        assert store.wrong == []


@pytest.fixture
def lms(browser: Browser, store: StatementStore) -> Iterator[Room]:
    """An LMS's page on an origin of its own, whose packages may connect to the store."""
    with served() as site, page_of(browser, site) as room:
        site.allowed = store.origin
        yield room
        room.leave()


@contextmanager
def page_of(browser: Browser, site: Site) -> Iterator[Room]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{site.origin}/lms/lms.html")
    page.wait_for_function("window.lms !== undefined")
    room = Room(site, context, page, page.main_frame)
    room.listen()
    yield room
    context.close()


def begin(
    lms: Room, store: StatementStore, edition: str = "1.2", **options: Any
) -> tuple[Sitting, State]:
    """The first scene, once a statement has told that it was begun."""
    sitting = lms.open(SMALL, edition, store=store.known, **options)
    sitting.go("begin")
    return sitting, play.start(SMALL, SEED)


def come(store: StatementStore, *verbs: str) -> None:
    """Waits until these have come, and looks that they are all, in this order."""
    wanted = list(verbs)

    def there() -> bool:
        return len(store.verbs()) >= len(wanted)

    try:
        eventually(there, f"{wanted} have come", LATER)
    except AssertionError:
        assert store.verbs() == wanted  # says what is missing
        raise
    assert store.verbs() == wanted


def well_formed(statement: Statement) -> list[str]:
    """What is wrong with a statement by the rules of xAPI 1.0.3 that matter most here, and by the
    store's own validation where that is installed beside us."""
    problems = []
    if str(uuid.UUID(statement["id"])) != statement["id"]:
        problems.append("id")
    if statement["actor"] != {
        "objectType": "Agent",
        "account": {"homePage": "https://lms.example/", "name": "learner-1"},
    }:
        problems.append("actor")
    if statement["verb"]["display"] != {"en-US": statement["verb"]["id"].removeprefix(VERB)}:
        problems.append("verb")
    moment = datetime.fromisoformat(statement["timestamp"])
    if not statement["timestamp"].endswith("Z") or moment > datetime.now(UTC):
        problems.append("timestamp")
    if not re.fullmatch(
        rf"{re.escape(ACTIVITY)}(/interactions/[a-z.]+)?", statement["object"]["id"]
    ):
        problems.append("object")
    duration = statement.get("result", {}).get("duration", "PT0S")
    if not re.fullmatch(r"PT\d+(\.\d{1,2})?S", duration):
        problems.append("duration")
    response = statement.get("result", {}).get("response")
    choices = [choice["id"] for choice in statement["object"]["definition"].get("choices", ())]
    if choices and response not in choices:
        problems.append("response")
    uuid.UUID(statement["context"]["registration"])
    return problems + _by_the_store(statement)


def _by_the_store(statement: Statement) -> list[str]:
    """The one place where the store's own validation is asked."""
    try:
        if importlib.util.find_spec("lrs.xapi.validation") is None:
            return []
    except ModuleNotFoundError:
        return []
    validation = importlib.import_module("lrs.xapi.validation")
    return [str(problem) for problem in validation.problems(statement, "1.0.3")]


def told(statement: Statement) -> dict[str, Any]:
    """The extensions of a context and its result, without our prefix."""
    every = {
        **statement["context"]["extensions"],
        **statement.get("result", {}).get("extensions", {}),
    }
    return {name.removeprefix(OURS): value for name, value in every.items()}


def kept(sitting: Sitting) -> int:
    """How many statements the browser still keeps."""
    count: int = sitting.page.evaluate(
        "name => JSON.parse(localStorage.getItem(name) ?? '[]').length", SHELF
    )
    return count


@pytest.mark.parametrize("edition", PACKAGES)
def test_a_play_arrives_once_and_replays_to_its_score(
    lms: Room, store: StatementStore, edition: str
) -> None:
    """Played in scorm-again and a strict LMS, the statements of a play are in the store, each once
    and in order; by the rules, the path in the last result comes to the score that it claims and
    that the LMS has; the LMS has all that it has without a store."""
    sitting, start = begin(lms, store, edition, runtimes=BOTH)
    end = sitting.play(start, material.GOOD)
    come(store, *WHOLE[:-1])
    sitting.done()
    come(store, *WHOLE)
    sitting.ended()
    counter = sitting.elements()["cmi.suspend_data"].split(".")[2]
    holds(sitting, end, counter=int(counter, 36))
    assert lms.refused() == []
    eventually(lambda: kept(sitting) == 0, "nothing is left in the browser")
    assert [well_formed(each) for each in store.kept.values()] == [[]] * len(WHOLE)
    assert len({each["context"]["registration"] for each in store.kept.values()}) == 1
    assert store.of("initialized")[0]["context"]["revision"] == SMALL["version"]
    assert set(told(store.of("initialized")[0])) == EXTENSIONS
    (passed,) = store.of("passed")
    claims = told(passed)
    assert set(claims) == {*PLAYED, "objectives", "began"}
    assert claims["began"] <= passed["timestamp"]
    assert claims["digest"] == SMALL["digest"]
    assert claims["edition"] == PACKAGES[edition]
    replayed = play.replay(SMALL, claims["path"], claims["seed"], claims["missed"])
    result = play.result(SMALL, replayed)
    assert replayed.ending == "told"
    assert passed["result"]["score"] == {
        "scaled": result.score / 100, "raw": result.score, "min": 0, "max": 100,
    }  # fmt: skip
    assert passed["result"]["success"] is result.passed
    assert claims["objectives"] == [
        {"id": each.id, "percent": each.percent, "met": each.met} for each in result.objectives
    ]
    at = "cmi.core.score.raw" if edition == "1.2" else "cmi.score.raw"
    assert float(sitting.elements()[at]) == passed["result"]["score"]["raw"]
    assert [told(each)["path"] for each in store.of("answered")] == [[0], [0, 0], [0, 0, 0]]


def test_a_registration_can_be_worked_out_from_the_lms(lms: Room, store: StatementStore) -> None:
    """Whoever has what the LMS keeps can say under which registration the statements are."""
    sitting, start = begin(lms, store)
    sitting.play(start, [0])
    come(store, *WHOLE[:2])
    sitting.done()
    come(store, *WHOLE[:2], "suspended")
    sitting.ended()
    counter = int(sitting.elements()["cmi.suspend_data"].split(".")[2], 36)
    space = uuid.uuid5(uuid.NAMESPACE_URL, "https://scormkit.example/xapi")
    name = f'["https://lms.example/","{ACTIVITY}","learner-1",{counter // 36**4}]'
    (begun,) = store.of("initialized")
    assert begun["context"]["registration"] == str(uuid.uuid5(space, name))


def test_nothing_more_is_fetched_before_the_first_scene(lms: Room, store: StatementStore) -> None:
    """What hears and sends is asked for when the first scene has been painted, not before."""
    sitting = lms.open(SMALL, "2004", store=store.known)
    sitting.page.wait_for_timeout(3000)
    hearing = re.compile(r"/(lrs|xapi|outbox|statements|uuid)\.js")
    assert [url for url in lms.requests if hearing.search(url)] == []
    sitting.go("begin")
    come(store, "initialized")
    sitting.page.wait_for_timeout(100)  # until the browser has told us of its requests
    assert len([url for url in lms.requests if hearing.search(url)]) == 5


@pytest.mark.parametrize("fault", [DROP, 503, "offline"])
def test_the_network_drops_in_between(lms: Room, store: StatementStore, fault: Any) -> None:
    """Connections that break, a store that is down, a browser without a network: the play goes on
    to its end, the LMS has it, and once all is well the rest arrives, in order and once."""
    sitting, state = begin(lms, store)
    state = sitting.play(state, [0])
    come(store, *WHOLE[:2])
    if fault == "offline":
        lms.context.set_offline(True)
    else:
        store.fails(fault)
    sitting.play(state, [0, 0])
    assert store.verbs() == WHOLE[:2]
    eventually(lambda: kept(sitting) == 4, "the rest waits in the browser")
    if fault != "offline":
        eventually(lambda: sitting.elements().get("cmi.core.score.raw") == "100", "the LMS has it")
        assert sitting.notices() == []
        reason = "no answer" if fault == DROP else "[503]"
        eventually(lambda: reason in sitting.details(), "the help desk reads why")
        eventually(lambda: "Everything so far is saved" in sitting.details(), "so it says")
    lms.context.set_offline(False)
    store.fails(None)
    come(store, *WHOLE[:-1])
    sitting.done()
    come(store, *WHOLE)
    eventually(lambda: kept(sitting) == 0, "nothing is left in the browser")


def test_an_answer_that_is_lost_adds_nothing(lms: Room, store: StatementStore) -> None:
    """The store has it, the answer doesn't come through: the same ids are sent again."""
    sitting, state = begin(lms, store)
    come(store, "initialized")

    def kept_but_unanswered(batch: list[Statement]) -> int:
        store.kept.update((each["id"], each) for each in batch)
        return DROP

    store.fault = kept_but_unanswered
    sitting.play(state, [0])
    come(store, *WHOLE[:2])
    store.fails(None)
    eventually(lambda: kept(sitting) == 0, "it was sent again", LATER)
    assert store.verbs() == WHOLE[:2]
    twice = [each["id"] for batch in store.requests for each in batch]
    assert len(twice) > len(set(twice)) == 2


@pytest.mark.parametrize("frame", ["iframe", "popup"])
def test_a_tab_that_closes_sends_first(lms: Room, store: StatementStore, frame: str) -> None:
    """Closed in the moment after a press, by the LMS or with its window: what was decided and that
    it was left arrive without the page."""
    sitting, state = begin(lms, store, frame=frame)
    come(store, "initialized")
    sitting.play(state, [0, 0])
    lms.leave()
    come(store, *WHOLE[:3], "suspended")
    assert store.of("suspended")[0]["result"].keys() == {"duration"}


@pytest.mark.parametrize("how", ["by the button", "by the LMS alone"])
def test_a_learner_who_returns(lms: Room, store: StatementStore, how: str) -> None:
    """Left while the store was out of reach and opened again another time: what waited comes
    first, then that it was resumed, all in one registration."""
    sitting, state = begin(lms, store)
    come(store, "initialized")
    store.fails(DROP)
    state = sitting.play(state, [0])
    if how == "by the button":
        sitting.done()
    else:
        lms.leave()
    values = dict(sitting.ended())
    again = lms.open(SMALL, "1.2", store=store.known, kept=values)
    assert any("Welcome back" in line for line in again.notices())
    store.fails(None)
    end = again.play(state, [0, 0])
    before = [*WHOLE[:2], "suspended", "resumed"]
    come(store, *before, *WHOLE[2:-1])
    again.done()
    come(store, *before, *WHOLE[2:])
    assert len({each["context"]["registration"] for each in store.kept.values()}) == 1
    assert told(store.of("passed")[0])["path"] == list(end.path)


def test_a_refused_statement_holds_up_no_other(lms: Room, store: StatementStore) -> None:
    """One that the store finds wrong is set aside and told to the help desk, not to the learner;
    the others arrive; the next session offers it once more, and then it does."""
    second = [0, 0]

    def refuses(batch: list[Statement]) -> int | None:
        verbs = [each for each in batch if each["verb"]["id"] == f"{VERB}answered"]
        return 400 if any(told(each)["path"] == second for each in verbs) else None

    store.fault = refuses
    sitting, state = begin(lms, store)
    sitting.play(state, material.GOOD)
    others = ["initialized", "answered", "answered", "passed", "completed"]
    come(store, *others)
    eventually(lambda: kept(sitting) == 1, "all but the refused one are off the queue")
    eventually(lambda: "[400] set aside: " in sitting.details(), "the help desk is told")
    assert sitting.notices() == []
    eventually(lambda: "Everything so far is saved" in sitting.details(), "the LMS has it")
    sitting.done()
    come(store, *others, "terminated")
    store.fails(None)
    again = lms.open(SMALL, "1.2", store=store.known, kept=dict(sitting.ended()))
    come(store, *others, "terminated", "answered", "resumed")
    eventually(lambda: kept(again) == 0, "nothing is left in the browser")


def test_a_conflict_is_found_in_its_batch(lms: Room, store: StatementStore) -> None:
    """A moment that another tab has told already is no reason to hold back or to lose others."""
    sitting, state = begin(lms, store)
    come(store, "initialized")
    store.fails(503)
    sitting.play(state, material.GOOD)
    eventually(lambda: kept(sitting) == 5, "all that was told waits", LATER)
    waiting = sitting.page.evaluate("name => JSON.parse(localStorage.getItem(name))", SHELF)
    other = {**waiting[1]["statement"], "timestamp": "2026-01-02T03:04:05.678Z"}
    store.kept[other["id"]] = other
    store.fails(None)
    eventually(lambda: kept(sitting) == 0, "all have arrived", LATER)
    assert sorted(store.verbs()) == sorted(WHOLE[:-1])
    assert store.kept[other["id"]] == other


def test_an_lms_that_forbids_other_addresses(lms: Room, store: StatementStore) -> None:
    """Under `connect-src 'self'` nothing can be sent: the play is recorded in the LMS all the
    same, the learner notices nothing, and the help desk reads why."""
    lms.site.allowed = ""
    sitting, state = begin(lms, store, runtimes=BOTH)
    end = sitting.play(state, material.GOOD)
    eventually(lambda: "policy or the store forbids" in sitting.details(), "it is told", LATER)
    assert sitting.notices() == []
    sitting.done()
    assert "Your result is saved." in sitting.text()
    sitting.ended()
    counter = sitting.elements()["cmi.suspend_data"].split(".")[2]
    holds(sitting, end, counter=int(counter, 36))
    assert store.requests == []
    assert all("Content Security Policy" in said or "fetch" in said for said in lms.errors)


@pytest.mark.parametrize("name", ["record/xapi.js", "lrs.js"])
def test_a_filter_that_keeps_our_modules_away(lms: Room, store: StatementStore, name: str) -> None:
    """Blocked by a filter in the browser or the network, what sends statements is missed by
    nobody: the play goes to its end and is recorded."""
    lms.context.route(f"**/{name}*", lambda route: route.abort())
    sitting, state = begin(lms, store)
    end = sitting.play(state, material.GOOD)
    sitting.page.wait_for_timeout(2500)
    assert "100 of 100" in sitting.text()
    sitting.done()
    sitting.ended()
    holds_at_the_strict(sitting, end)
    assert store.requests == []


def holds_at_the_strict(sitting: Sitting, end: State) -> None:
    assert sitting.elements()["cmi.core.lesson_status"] == "passed"
    assert sitting.elements()["cmi.suspend_data"].endswith(f".{play.encode_path(end.path)}")


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_looking_back_and_previews_tell_nothing(
    lms: Room, store: StatementStore, mode: str
) -> None:
    """In review and browse mode no statement is made, kept or sent."""
    sitting = lms.open(SMALL, "1.2", mode=mode, store=store.known)
    sitting.go("begin")
    sitting.play(play.start(SMALL, SEED), material.GOOD)
    sitting.page.wait_for_timeout(3000)
    sitting.done()
    assert kept(sitting) == 0
    assert store.requests == []


def test_two_tabs_are_one_attempt(lms: Room, store: StatementStore) -> None:
    """The same attempt in two tabs: what both decide alike is one statement."""
    state = play.start(SMALL, SEED)
    stamped = f"1.{SMALL['rules']}.{_b36(36**4 * 1_760_000_000 + 1)}.{_b36(SEED)}.1.0.-."
    values: Mapping[str, Any] = suspended("1.2", stamped)
    second = lms.context.new_page()
    second.goto(f"{lms.site.origin}/lms/lms.html")
    second.wait_for_function("window.lms !== undefined")
    tabs = [lms, Room(lms.site, lms.context, second, second.main_frame)]
    sittings = [tab.open(SMALL, "1.2", store=store.known, kept=values) for tab in tabs]
    for sitting in sittings:
        sitting.page.bring_to_front()
        sitting.play(state, [0])
    eventually(lambda: len(store.of("resumed")) == 2, "both are there", LATER)
    eventually(lambda: kept(sittings[0]) == 0, "all has arrived", 2 * LATER)
    assert sorted(store.verbs()) == ["answered", "resumed", "resumed"]
    second.close()


def _b36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_b36(number // 36) if number >= 36 else "") + digits[number % 36]

"""LMSs that fail: calm words for the learner, nothing lost, and the code for the help desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import material
import pytest
from driver import PACKAGES, Room, Sitting, eventually, inner
from expected import committed, differences, state_string
from lms import Site
from playwright.sync_api import Browser, Frame, Page
from test_resume import suspended

from scormkit import play
from scormkit.play import State

SMALL = material.small()
SEED = material.first_seed("learner-1", SMALL)
CALM = "Could not be saved yet. Your answers are still here."
both_editions = pytest.mark.parametrize("edition", PACKAGES)


def begin(sitting: Sitting) -> State:
    """The first scene."""
    sitting.go("begin")
    return play.start(sitting.whole, SEED)


def stored_whole(sitting: Sitting, end: State, attempt: int = 1) -> list[str]:
    """What the LMS lacks of a play, whatever its state's counter and the spelling of numbers."""
    got = dict(sitting.elements())
    counter = int(got["cmi.suspend_data"].split(".")[2], 36)
    wanted = committed(sitting.whole, sitting.edition, end, counter=counter, attempt=attempt)
    got = {name: _plain(name, value) for name, value in got.items()}
    return differences(wanted, got, only_wanted=False)


def _plain(name: str, value: str) -> str:
    return value.removesuffix(".0") if ".score." in name else value


def is_unconnected(sitting: Sitting, end: State, *, code: str) -> None:
    """The play goes to its end; the learner knows that nothing is kept, the help desk knows why."""
    assert any("Not connected" in line for line in sitting.notices())
    assert code in sitting.details()
    sitting.play(begin(sitting), end.path)
    assert f"{play.result(SMALL, end).score} of 100" in sitting.text()
    assert "not sent to a learning system" in sitting.text()
    sitting.done()
    assert "Nothing was recorded" in sitting.text()
    assert sitting.stored() == {}


@both_editions
def test_an_lms_that_refuses_to_begin(room: Room, edition: str) -> None:
    """Initialize is false: the exercise can be played to its end, and says that nothing is kept."""
    sitting = room.open(SMALL, edition, strict={"faults": {"initialize": True}})
    end = play.replay(SMALL, material.GOOD, SEED)
    is_unconnected(sitting, end, code="101" if edition == "1.2" else "102")


@both_editions
def test_an_lms_that_is_not_there(room: Room, edition: str) -> None:
    """No API in any window: the same, and the details name what was looked for."""
    sitting = room.open(SMALL, edition, runtimes=())
    end = play.replay(SMALL, material.BAD, SEED)
    is_unconnected(sitting, end, code="no API" if edition == "1.2" else "no API_1484_11")


FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "commit": ({"commit": True}, {"commit": False}),
    "session lost": ({"lost": True}, {"lost": False}),
    "throws": ({"throws": True}, {"throws": False}),
    "set throws": ({"throws": ["SetValue", "LMSSetValue"]}, {"throws": False}),
}
CODES = {
    ("commit", "1.2"): "101",
    ("commit", "2004"): "391",
    ("session lost", "1.2"): "101",
    ("session lost", "2004"): "101",
}


@both_editions
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_in_the_middle_loses_nothing(room: Room, edition: str, fault: str) -> None:
    """While the LMS fails, the learner plays on under a calm line, with the LMS's code in the
    details; once it is well, one press stores everything."""
    broken, well = FAULTS[fault]
    sitting = room.open(SMALL, edition)
    state = sitting.play(begin(sitting), [0])
    eventually(lambda: "cmi.interactions.0.id" in sitting.elements(), "the first is stored")
    room.faults(**broken)
    state = sitting.play(state, [1])
    sitting.frame.wait_for_selector(f'.notice:visible >> text="{CALM}"')
    assert CODES.get((fault, edition), "thrown") in sitting.details()
    assert "cmi.interactions.1.id" not in sitting.elements()
    state = sitting.play(state, [0])
    assert sitting.notices() == [CALM]
    sitting.save_again(**well)
    eventually(lambda: sitting.notices() == [], "the calm line goes away")
    assert "Everything so far is saved" in sitting.details()
    sitting.done()
    assert "Your result is saved." in sitting.text()
    sitting.ended()
    assert stored_whole(sitting, state) == []


@both_editions
def test_a_short_failure_mends_itself(room: Room, edition: str) -> None:
    """Two commits that fail are tried again by the player alone, and the line goes away."""
    sitting = room.open(SMALL, edition)
    state = begin(sitting)
    eventually(lambda: sitting.stored(), "the beginning is stored")
    room.faults(commit=2)
    state = sitting.play(state, [0])
    sitting.frame.wait_for_selector(f'.notice:visible >> text="{CALM}"')
    eventually(lambda: sitting.notices() == [], "the calm line goes away")
    sitting.play(state, [0, 0])
    sitting.done()
    sitting.ended()
    assert stored_whole(sitting, play.replay(SMALL, material.GOOD, SEED)) == []


@both_editions
def test_a_runtime_that_forgot_the_session(room: Room, edition: str) -> None:
    """A session that was dropped on the LMS's side is begun again, and all of it is stored."""
    sitting = room.open(SMALL, edition)
    state = sitting.play(begin(sitting), [0])
    eventually(lambda: "cmi.interactions.0.id" in sitting.elements(), "the first is stored")
    room.lms.evaluate("lms.runtimes.strict.drop()")
    end = sitting.play(state, [0, 0])
    assert sitting.notices() == []
    sitting.done()
    sitting.ended()
    assert stored_whole(sitting, end) == []


@both_editions
def test_an_lms_that_fails_to_the_end(room: Room, edition: str) -> None:
    """Left unsaved, the page says so, tells whom to ask, and doesn't close the window by itself."""
    sitting = room.open(SMALL, edition, frame="popup")
    state = begin(sitting)
    room.faults(lost=True)
    sitting.play(state, material.GOOD)
    sitting.done()
    assert not sitting.page.is_closed()
    assert "could not be saved" in sitting.text()
    assert "help desk" in sitting.text()


@both_editions
def test_a_server_that_fails_behind_scorm_again(room: Room, edition: str) -> None:
    """A server's 500 behind scorm-again's Commit is told calmly, and mended when it is back."""
    sitting = room.open(SMALL, edition, runtimes=("again",))
    state = begin(sitting)
    eventually(lambda: sitting.stored(), "the beginning is stored")
    room.site.failing.add(sitting.attempt)
    state = sitting.play(state, [0, 1])
    sitting.frame.wait_for_selector(f'.notice:visible >> text="{CALM}"')
    room.site.failing.clear()
    end = sitting.play(state, [0])
    eventually(lambda: sitting.notices() == [], "the calm line goes away")
    sitting.done()
    sitting.ended()
    got = {name: _plain(name, value) for name, value in sitting.elements("again").items()}
    counter = int(got["cmi.suspend_data"].split(".")[2], 36)
    wanted = committed(SMALL, edition, end, counter=counter)
    assert differences(wanted, got, only_wanted=True) == []
    room.errors[:] = [said for said in room.errors if "status of 500" not in said]


# Tells the server, before each Commit, what is on the page, and whether that was painted.
_NOTING = """([name, commit, attempt]) => {
  const [api, page] = [window[name], document.querySelector("#course").contentWindow];
  const original = api[commit];
  let painted = false;
  page.addEventListener("click", () => {
    painted = false;
    page.requestAnimationFrame(() => page.setTimeout(() => { painted = true; }));
  }, {capture: true});
  api[commit] = (...args) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/attempts/${attempt}/noted`, false);
    request.send(JSON.stringify({shown: page.document.querySelector("h1").innerText, painted}));
    return original(...args);
  };
}"""


@both_editions
def test_slow_commits_hold_nobody_up(room: Room, edition: str) -> None:
    """A Commit of a second comes after the next scene is shown, and no press is lost or doubled."""
    sitting = room.open(SMALL, edition)
    state = begin(sitting)
    eventually(lambda: sitting.stored(), "the beginning is stored")
    room.faults(slow=1000)
    api = ["API", "LMSCommit"] if edition == "1.2" else ["API_1484_11", "Commit"]
    room.lms.evaluate(_NOTING, [*api, sitting.attempt])
    state = sitting.play(state, [0])
    noted = eventually(lambda: sitting.stored().get("noted"), "the commit begins")
    end = sitting.play(state, [0, 0])  # the page is blocked when this begins
    assert noted == {"shown": material.title(SMALL, state), "painted": True}
    sitting.done()
    sitting.ended()
    assert stored_whole(sitting, end) == []


@both_editions
@pytest.mark.parametrize("mode", ["review", "browse"])
def test_looking_back_and_previews_write_nothing(room: Room, edition: str, mode: str) -> None:
    """In review and browse mode a whole play changes nothing, even where the LMS would store it."""
    done = play.replay(SMALL, material.GOOD, SEED)
    kept = suspended(edition, state_string(SMALL, done, best=100))
    status = {"1.2": "cmi.core.lesson_status", "2004": "cmi.success_status"}[edition]
    kept["strict"]["values"][status] = "passed"
    sitting = room.open(SMALL, edition, mode=mode, kept=kept, strict={"moodle": True})
    words = {"review": "looking back at a finished", "browse": "This is a preview"}[mode]
    assert any(words in line for line in sitting.notices())
    assert sitting.title() == material.title(SMALL, done)
    sitting.debriefed()
    sitting.go("practice")
    again = play.start(SMALL, SEED + 1)
    sitting.play(again, material.BAD)
    sitting.done()
    assert "Nothing was recorded" in sitting.text()
    calls = {each["call"].removeprefix("LMS") for each in room.calls()}
    assert calls.isdisjoint({"SetValue", "Commit"})
    assert sitting.stored().get("strict", kept["strict"])["values"] == kept["strict"]["values"]


def test_a_first_preview_is_marked_as_browsed(room: Room) -> None:
    """1.2 turns an untouched status into completed at the end: a preview says browsed, no more."""
    sitting = room.open(SMALL, "1.2", mode="browse", strict={"moodle": True})
    sitting.play(begin(sitting), material.GOOD)
    sitting.done()
    sitting.ended()
    assert sitting.elements() == {"cmi.core.lesson_status": "browsed"}


@pytest.mark.parametrize(
    ("edition", "strict"),
    [
        ("1.2", {"mastery": ""}),
        ("1.2", {"lacks": ["cmi.core.lesson_mode", "cmi.student_data.mastery_score"]}),
        ("1.2", {"lacks": ["cmi.student_preference.language", "cmi.core.lesson_location"]}),
        ("2004", {"lacks": ["cmi.mode", "cmi.learner_preference.language"]}),
        ("2004", {"passing": "0.7", "objectives": ["speak-up"]}),
        ("1.2", {"moodle": True}),
        ("2004", {"moodle": True}),
    ],
)
def test_lmss_that_lack_something(room: Room, edition: str, strict: dict[str, Any]) -> None:
    """An empty mastery score, no mode, no preferences, objectives of the manifest: all is kept."""
    sitting = room.open(SMALL, edition, strict=strict)
    end = sitting.play(begin(sitting), material.GOOD)
    assert sitting.notices() == []
    sitting.done()
    sitting.ended()
    for element in strict.get("lacks", []):
        asked = any(element in each["args"] for each in room.calls())
        assert any(element in said for said in room.refused()) is asked
    wrong = stored_whole(sitting, end)
    assert [
        line for line in wrong if "cmi.objectives." not in line or "objectives" not in strict
    ] == []
    by_id = {v: n for n, v in sitting.elements().items() if n.startswith("cmi.objectives.")}
    for objective in ("ask-first", "speak-up"):
        at = by_id[objective].removesuffix(".id")
        assert sitting.elements()[f"{at}.score.raw"] == "100"


@both_editions
@pytest.mark.parametrize("frame", ["iframe", "nested", "popup", "popup with a frame"])
def test_going_away_without_a_word_loses_nothing(room: Room, edition: str, frame: str) -> None:
    """The frame is taken away, or the window closed, in the moment after a press: it is stored."""
    sitting = room.open(SMALL, edition, frame=frame, runtimes=("again", "strict"))
    state = sitting.play(begin(sitting), [0, 1])
    room.leave()
    sitting.ended()
    for runtime in ("again", "strict"):
        got = sitting.elements(runtime)
        assert got["cmi.suspend_data"].endswith(f".{play.encode_path(state.path)}")
        assert got["cmi.interactions.1.id"] == "second"
        assert got["cmi.core.exit" if edition == "1.2" else "cmi.exit"] == "suspend"
    assert room.refused(left_alone=True) == []


@both_editions
def test_a_reload_of_the_frame_alone_stores_first(room: Room, edition: str) -> None:
    """Reloaded inside the same page of the LMS, the session is ended and stored, and the page that
    comes back says that it isn't connected, as no LMS begins a session twice."""
    sitting = room.open(SMALL, edition)
    state = sitting.play(begin(sitting), [0])
    sitting.frame.evaluate("setTimeout(() => location.reload())")
    sitting.ended()
    sitting.frame.wait_for_selector('.notice:has-text("Not connected")')
    assert sitting.elements()["cmi.suspend_data"].endswith(f".{play.encode_path(state.path)}")


@both_editions
def test_the_last_try_can_fail_for_good(room: Room, edition: str) -> None:
    """When no try is left, a failed play is failed, and completed where the edition has both."""
    begun = play.start(SMALL, 5, ["speak-up"])
    kept = suspended(edition, state_string(SMALL, begun, attempt=2, best=40))
    sitting = room.open(SMALL, edition, kept=kept)
    end = sitting.play(begun, material.BAD)
    sitting.debriefed()
    assert sitting.frame.locator('[data-go="retry"]').count() == 0
    sitting.done()
    sitting.ended()
    wanted = committed(SMALL, edition, end, attempt=2)
    wanted["cmi.suspend_data"] = state_string(SMALL, end, attempt=2, best=40)
    assert differences(wanted, sitting.elements(), only_wanted=False) == []


@both_editions
def test_practice_stands_in_for_nothing(room: Room, edition: str) -> None:
    """A last try that could not be saved stays told while the learner practises; what is sent again
    then is that try, whatever the practice came to."""
    begun = play.start(SMALL, 5, ["speak-up"])
    kept = suspended(edition, state_string(SMALL, begun, attempt=2, best=40))
    sitting = room.open(SMALL, edition, kept=kept)
    room.faults(lost=True)
    end = sitting.play(begun, material.BAD)
    sitting.debriefed()
    sitting.go("practice")
    missed = [each.id for each in play.result(SMALL, end).objectives if not each.met]
    passed = sitting.play(play.start(SMALL, 6, missed), material.GOOD)
    assert play.result(SMALL, passed).passed
    assert CALM in sitting.notices()
    assert CALM in sitting.details()
    sitting.save_again(lost=False)
    eventually(lambda: CALM not in sitting.notices(), "the calm line goes away")
    assert "Nothing is recorded" in sitting.text()
    sitting.done()
    sitting.ended()
    got = {name: _plain(name, value) for name, value in sitting.elements().items()}
    counter = int(got["cmi.suspend_data"].split(".")[2], 36)
    wanted = committed(SMALL, edition, end, attempt=2, counter=counter)
    wanted["cmi.suspend_data"] = state_string(SMALL, end, attempt=2, best=40, counter=counter)
    assert differences(wanted, got, only_wanted=False) == []


@both_editions
def test_a_further_try_is_another_variant_and_keeps_the_best(room: Room, edition: str) -> None:
    """After a failed play comes another: its own seed, what was missed, the best score kept."""
    sitting = room.open(SMALL, edition)
    failed = sitting.play(begin(sitting), [1, 0, 1])
    result = play.result(SMALL, failed)
    sitting.debriefed()
    assert "Tries left: 1" in sitting.text()
    sitting.go("retry")
    missed = [each.id for each in result.objectives if not each.met]
    state = play.start(SMALL, SEED + 1, missed)
    assert sitting.title() == material.title(SMALL, state)
    eventually(lambda: sitting.stored(), "stored")
    end = sitting.play(state, material.GOOD)
    sitting.done()
    sitting.ended()
    got = sitting.elements()
    wanted = state_string(SMALL, end, counter=7, attempt=2, best=100)
    assert got["cmi.suspend_data"] == wanted
    assert got["cmi.interactions.5.id"] == "third"
    status = "cmi.core.lesson_status" if edition == "1.2" else "cmi.success_status"
    assert got[status] == "passed"
    assert room.refused() == []


@contextmanager
def elsewhere(browser: Browser, site: Site, inside: str) -> Iterator[tuple[Page, Frame]]:
    """A page of another origin, and the frame in it that shows `inside`."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.other_origin}/lms/portal.html?src={site.origin}{inside}")
    yield page, inner(page.main_frame)
    context.close()


def test_an_lms_inside_a_portal_of_another_origin(browser: Browser, site: Site) -> None:
    """The LMS's page is in a frame of somebody else's site: its API is found all the same."""
    with elsewhere(browser, site, "/lms/lms.html") as (page, lms):
        lms.wait_for_function("window.lms !== undefined")
        for edition in PACKAGES:
            sitting = Room(site, page.context, page, lms).open(SMALL, edition)
            end = sitting.play(begin(sitting), material.GOOD)
            sitting.done()
            sitting.ended()
            assert stored_whole(sitting, end) == []


def test_a_parent_of_another_origin_without_an_lms(browser: Browser, site: Site) -> None:
    """A site around the frame that can't be asked is no LMS: the play goes on, unrecorded."""
    path = site.put("small-scorm12", SMALL, "scorm12")
    with elsewhere(browser, site, path) as (page, frame):
        sitting = Sitting(Room(site, page.context, page, frame), SMALL, "1.2", page, frame, "")
        sitting.ready()
        assert any("Not connected" in line for line in sitting.notices())
        sitting.go("begin")
        sitting.take("first", 0)
        sitting.take("second", 0)

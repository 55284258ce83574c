"""What the browser sees of a package: no request elsewhere, no breach of policy, no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import material
import pytest
from driver import FRAMES, PACKAGES, Room, eventually
from expected import state_string
from lms import POLICY, Site
from playwright.sync_api import Browser, expect
from test_resume import suspended

from scormkit import play
from scormkit.editions import EDITIONS

SMALL = material.small()
SEED = material.first_seed("learner-1", SMALL)


@contextmanager
def another(browser: Browser, site: Site, **options: Any) -> Iterator[Room]:
    """An LMS's page in a context of its own, for what would disturb the others."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(f"{site.origin}/lms/lms.html")
    page.wait_for_function("window.lms !== undefined")
    room = Room(site, context, page, page.main_frame)
    room.listen()
    yield room
    assert room.errors == []
    context.close()


@pytest.mark.parametrize("frame", FRAMES)
def test_a_package_asks_for_nothing_but_its_own_files(
    browser: Browser, site: Site, frame: str
) -> None:
    """A whole play under a strict Content-Security-Policy loads files of the package alone, and
    leaves neither cookies nor anything in the browser's storage, which all packages share."""
    with another(browser, site, reduced_motion="reduce") as room:
        sitting = room.open(SMALL, "2004", frame=frame)
        sitting.go("begin")
        sitting.play(play.start(SMALL, SEED), material.GOOD)
        sitting.debriefed()
        asked = {url.split("?")[0].removeprefix(site.origin) for url in room.requests}
        ours = {path for path in asked if not path.startswith(("/attempts/", "/lms/", "/favicon"))}
        files = room.site.packages["small-scorm2004-4"]
        assert ours <= {f"/content/small-scorm2004-4/{name}" for name in files}
        assert len(ours) > 10
        assert room.context.cookies() == []
        assert sitting.frame.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_policy_holds_and_its_breaches_are_noticed(room: Room) -> None:
    """The other tests' silence means something: scripts and styles inside the page are refused,
    requests to elsewhere too, and the console says so."""
    sitting = room.open(SMALL, "1.2")
    got = sitting.frame.evaluate(
        """async (elsewhere) => {
          for (const [name, textContent] of [["script", "window.ran = 1"], ["style", "* {}"]]) {
            document.head.append(Object.assign(document.createElement(name), {textContent}));
          }
          const sent = await fetch(elsewhere).catch(() => "refused");
          return [window.ran ?? "refused", sent];
        }""",
        f"{room.site.other_origin}/lms/lms.html",
    )
    assert got == ["refused", "refused"]
    assert len([said for said in room.errors if "Content Security Policy" in said]) >= 3
    response = room.context.request.get(f"{room.site.origin}/content/small-scorm12/index.html")
    assert response.headers["content-security-policy"] == POLICY
    room.errors.clear()


def test_no_text_ends_the_script_that_holds_the_story(browser: Browser) -> None:
    """Whatever a text says, the browser's parser finds the bundle whole in its one element."""
    texts = ["</script><b>", "<!-- <script>", "<SCRIPT", "<!--<script></script>", "a < b, a <b> c"]
    page = browser.new_page()
    source = EDITIONS["scorm12"].files({**SMALL, "note": texts}, {})["index.html"].decode()
    page.set_content(source, wait_until="commit")
    kept = "JSON.parse(document.getElementById('bundle').textContent).note"
    assert page.evaluate(kept) == texts
    assert page.locator("#bundle ~ *").count() == 0
    page.close()


def test_a_file_that_does_not_come_is_told_calmly(browser: Browser, site: Site) -> None:
    """When the network fails in the middle of loading, the page says so and offers to try again,
    and then goes on where the learner was."""
    with another(browser, site, reduced_motion="reduce") as room:
        room.context.route("**/channels/chat.js", lambda route: route.abort())
        state = play.replay(SMALL, [0], SEED)
        kept = suspended("1.2", state_string(SMALL, state))
        sitting = room.open(SMALL, "1.2", kept=kept)
        assert "Check your connection" in sitting.text()
        room.errors.clear()
        room.context.unroute("**/channels/chat.js")
        sitting.go("reload")
        sitting.frame.wait_for_selector(".scene")
        assert sitting.title() == material.title(SMALL, state)
        assert not any("Not connected" in line for line in sitting.notices())


@pytest.mark.parametrize("edition", PACKAGES)
def test_at_its_own_pace_nobody_has_to_wait(browser: Browser, site: Site, edition: str) -> None:
    """With motion, answers are typed and captions come one by one; whoever acts at once may."""
    with another(browser, site, reduced_motion="no-preference") as room:
        sitting = room.open(SMALL, edition)
        sitting.go("begin")
        end = sitting.play(play.start(SMALL, SEED), material.GOOD)
        assert end.ending == "told"
        assert room.refused() == []


def test_a_timer_runs_out_or_is_switched_off(browser: Browser, site: Site) -> None:
    """A scene's timer can be given more time or be switched off for good; run out, it takes its
    act, which scores nothing (WCAG 2.2.1)."""
    slug = "mfa-fatigue-attack"
    whole = material.bundle(slug)
    timed = next(name for name, scene in whole["scenes"].items() if "timer" in scene)
    limit = whole["scenes"][timed]["timer"]
    state, _ = material.reaching(slug, timed)
    kept = suspended("2004", state_string(whole, state))
    with another(browser, site, reduced_motion="reduce") as room:
        room.context.clock.install()
        sitting = room.open(whole, "2004", kept=kept)
        sitting.frame.locator('[data-go="timer-more"]').click()
        room.context.clock.run_for((limit["seconds"] + 5) * 1000)
        assert sitting.title() == material.title(whole, state), "more time was given"
        room.context.clock.run_for(limit["seconds"] * 1000)
        after = play.take(whole, state, limit["act"])
        assert sitting.title() == material.title(whole, after)
        again = room.open(whole, "2004", kept=kept)
        again.go("timer-off")
        room.context.clock.run_for(3 * limit["seconds"] * 1000)
        assert again.title() == material.title(whole, state)
        third = room.open(whole, "2004", kept=kept)
        eventually(lambda: "Timers are off" in third.text(), "the wish is remembered")


def test_opened_as_a_file_it_says_where_it_plays(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """Somebody unpacked the zip and opened index.html, where no module loads: the title alone would
    be a riddle, so a sentence comes after a while. In an LMS nobody meets it."""
    for name, content in site.packages["small-scorm12"].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    told = page.locator(".late")
    expect(told).to_be_hidden()
    expect(told).to_contain_text("plays inside a learning system")
    expect(told).to_be_visible(timeout=15_000)
    context.close()
    with another(browser, site) as room:
        expect(room.open(SMALL, "1.2").frame.locator(".late")).to_have_count(0)

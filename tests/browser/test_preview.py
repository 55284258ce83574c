"""The author's bench in a real browser: it plays, follows edits, shows what an LMS sees."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from scormkit import preview, starter


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A scenario of the author's own."""
    return starter.write("parcel-scam", tmp_path)[-1]


@pytest.fixture
def address(source: Path) -> Iterator[str]:
    """A preview that runs and follows the source."""
    server, workshop = preview.serve(source)
    stopped = threading.Event()
    follower = threading.Thread(target=preview.follow, args=(workshop, stopped))
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    follower.start()
    serving.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    stopped.set()
    server.shutdown()
    follower.join()
    serving.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The bench, opened; no script error may come up while a test uses it."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_selector("iframe")
    yield page
    page.close()
    assert errors == []


def _player(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def _edit(source: Path, before: str, after: str) -> None:
    text = source.read_text(encoding="utf-8")
    assert before in text
    source.write_text(text.replace(before, after), encoding="utf-8")


def test_saving_shows_the_new_text_and_keeps_the_place(page: Page, source: Path) -> None:
    """After an edit the player shows the new text, and stands where the author was."""
    _player(page).locator("[data-go=begin]").click()
    page.click("#tab-story")
    page.click("[data-scene=afterwards]")
    expect(_player(page).get_by_text("You look worried")).to_be_visible()
    _edit(source, "You look worried", "You look pale")
    expect(_player(page).get_by_text("You look pale")).to_be_visible()


def test_whoever_has_just_begun_stays_in_the_first_scene(page: Page, source: Path) -> None:
    """Before the first act nothing is stored, and still nobody has to begin again after an edit."""
    _player(page).locator("[data-go=begin]").click()
    expect(_player(page).get_by_text("A message at lunch")).to_be_visible()
    _edit(source, "A message at lunch", "A message before lunch")
    expect(_player(page).get_by_text("A message before lunch")).to_be_visible()


def test_an_edit_of_the_rules_keeps_as_much_of_the_way_as_can_still_be_gone(
    page: Page, source: Path
) -> None:
    """When an act of the way is gone, the story stands where the way breaks off."""
    page.click("#tab-story")
    page.click("[data-scene=afterwards]")
    expect(_player(page).get_by_text("You look worried")).to_be_visible()
    _edit(source, "              then: portal\n", "              then: afterwards\n")
    _edit(source, "  portal:\n", "  unused:\n")
    page.click("#tab-problems")
    expect(page.locator("#problems")).to_contain_text("unreachable-scene")
    _edit(source, "  unused:\n", "  portal:\n")
    _edit(source, "              then: afterwards\n", "              then: portal\n")
    expect(page.locator("#problems")).to_contain_text("No problems")


def test_a_mistake_is_shown_at_its_place_and_the_last_good_build_stays(
    page: Page, source: Path
) -> None:
    """With an error the problem is listed with line and hint, and the player plays on."""
    _edit(source, "then: portal", "then: portl")
    expect(page.locator("#problems li")).to_have_count(1)
    expect(page.locator("#problems")).to_contain_text('did you mean "portal"?')
    _player(page).locator("[data-go=begin]").click()
    expect(_player(page).get_by_text("A message at lunch")).to_be_visible()


@pytest.mark.parametrize("edition", ["scorm12", "scorm2004-3", "scorm2004-4"])
def test_the_lms_panel_shows_calls_values_and_errors(page: Page, edition: str) -> None:
    """Every call, each value and whether it is stored can be read, in each edition."""
    page.select_option("#edition", edition)
    _player(page).locator("[data-go=begin]").click()
    page.click("#tab-calls")
    expect(page.locator("#calls")).to_contain_text("Initialize")
    page.click("#tab-data")
    expect(page.locator("#data")).to_contain_text("incomplete")
    page.click("#tab-faults")
    page.check("#fault-commit")
    _player(page).locator("[data-open=parcel]").click()
    _player(page).get_by_role("button", name="Report").first.click()
    page.click("#tab-calls")
    expect(page.locator("#calls tr.error").first).to_be_visible()
    page.click("#tab-data")
    expect(page.locator("#data tr.unsaved", has_text="cmi.suspend_data")).to_be_visible()


def test_sizes_seeds_and_modes_can_be_chosen(page: Page) -> None:
    """The frame takes the size of a phone or a desktop, and review mode is told to the player."""
    page.select_option("#size", "desktop")
    assert page.locator("iframe").evaluate("frame => frame.clientWidth") > 600
    page.select_option("#size", "phone")
    assert page.locator("iframe").evaluate("frame => frame.clientWidth") <= 390
    page.fill("#seed", "7")
    page.press("#seed", "Enter")
    page.click("#tab-faults")
    page.select_option("#mode", "review")
    page.click("#tab-calls")
    expect(page.locator("#calls")).to_contain_text("review")


def test_the_map_shows_the_way_just_played_and_leads_to_any_scene(page: Page) -> None:
    """What was played is highlighted, where the story stands is marked; a press on a scene goes
    there."""
    _player(page).locator("[data-go=begin]").click()
    _player(page).locator("[data-open=parcel]").click()
    _player(page).get_by_role("link", name="Release it now").click()
    page.click("#view-map")
    expect(page.locator("#map #graph-portal.visited.here")).to_be_visible()
    expect(page.locator("#map #graph-afterwards.visited")).to_have_count(0)
    expect(page.locator("#map .label.gone").first).to_be_attached()
    page.click("#fit")
    drawn, room = (page.locator(name).bounding_box() for name in ("#map svg", "#map"))
    assert drawn is not None and room is not None and drawn["height"] <= room["height"]
    page.click("#graph-afterwards")
    expect(page.locator("#map")).to_be_hidden()
    expect(_player(page).get_by_text("You look worried")).to_be_visible()


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_map_is_used_by_keys(page: Page, key: str) -> None:
    """Scenes on the map are buttons that say their title: reached with Tab, taken with Enter or
    Space. The focus is always where it is seen: first at the choice of views, then, once the player
    has come, in the scene."""
    page.click("#view-map")
    expect(page.locator("#map [data-jump]").first).to_be_visible()
    scenes = page.locator("#map").get_by_role("button")
    expect(page.locator("#map").get_by_role("button", name="A message at lunch")).to_have_count(1)
    wanted = page.locator("#graph-afterwards")
    page.locator("#view-map").focus()
    for _ in range(scenes.count() + 5):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    held: list[Route] = []
    page.route("**/index.html", lambda route: held.append(route))
    page.keyboard.press(key)
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator("#view-player")).to_be_focused()
    for route in held:
        route.continue_()
    page.unroute("**/index.html")
    expect(_player(page).get_by_text("You look worried")).to_be_visible()
    expect(_player(page).locator("h1")).to_be_focused()


def test_the_map_follows_edits_and_marks_problems_in_their_places(page: Page, source: Path) -> None:
    """A warning stands at its scene while the author writes; with a name that leads nowhere the
    map says what it waits for, and comes back."""
    page.click("#view-map")
    expect(page.locator("#graph-portal")).to_be_visible()
    _edit(source, "  portal:\n", "  unused:\n")
    expect(page.locator("#map")).to_contain_text("comes back")
    _edit(source, "  unused:\n", "  portal:\n")
    expect(page.locator("#graph-portal")).to_be_visible()
    _edit(source, "              then: portal\n", "              then: afterwards\n")
    expect(page.locator("#graph-portal .error, #graph-portal .warning").first).to_be_visible()


def test_a_map_of_what_is_no_path_is_refused(address: str) -> None:
    """What is asked for in the address has to be numbers; acts that can't be taken are left out."""
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{address}map.svg?path=one")
    assert refused.value.code == 400
    with urllib.request.urlopen(f"{address}map.svg?seed=2&path=99") as answered:
        assert b"graph-portal" in answered.read()


def test_only_this_machine_is_answered(address: str) -> None:
    """A page that reaches the server under another name gets nothing (DNS rebinding)."""
    foreign = urllib.request.Request(f"{address}told.json", headers={"Host": "evil.example"})
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(foreign)
    assert refused.value.code == 403
    for path in ("preview/../cli.py", "player/%2e%2e/cli.py", "package/scorm12/../x"):
        with pytest.raises(HTTPError) as missing:
            urllib.request.urlopen(address + path)
        assert missing.value.code == 404

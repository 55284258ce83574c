"""One browser for each worker, one server, and pages that are used again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from driver import Room
from lms import Site, served
from playwright.sync_api import Browser, sync_playwright

DESKTOP = (1000, 720)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; without one there is nothing to test."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("no chromium or google-chrome on PATH: run `make browser`, or install one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The origin of packages and LMS."""
    with served() as site:
        yield site


@pytest.fixture(scope="session")
def _room(browser: Browser, site: Site) -> Room:
    context = browser.new_context(
        reduced_motion="reduce",
        locale="en-US",
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    room = Room(site, context, page, page.main_frame)
    room.listen()
    page.goto(f"{site.origin}/lms/lms.html")
    page.wait_for_function("window.lms !== undefined")
    return room


@pytest.fixture
def room(_room: Room) -> Iterator[Room]:
    """The LMS's page. After each test: no error in the console, which tells of breaches of the
    Content-Security-Policy too, and no request beyond the LMS's origin."""
    _room.requests.clear()
    _room.errors.clear()
    yield _room
    _room.leave()
    size = _room.page.viewport_size
    if size is None or (size["width"], size["height"]) != DESKTOP:
        _room.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    away = [url for url in _room.requests if not url.startswith((_room.site.origin, "data:"))]
    assert away == [], "requests to other origins"
    assert _room.errors == [], "errors in the console"

"""One browser for each worker, one server, and pages that are used again, for a while."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from driver import Room
from lms import Site, served
from playwright.sync_api import Browser, expect, sync_playwright

DESKTOP = (1000, 720)
MOST_LAUNCHES = 40  # of packages in one browser context
# Each new window makes two hidden pages ready for what might be typed into its address: half of
# what a browser context costs. Of such lists the last counts, so Playwright's own is in it, too.
WITHOUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "AimEnabled"),
    *("TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying"),
    "PreconnectToSearch",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; without one there is nothing to test."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("no chromium or google-chrome on PATH: run `make browser`, or install one")
    expect.set_options(timeout=30_000)  # several workers share the machine
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", f"--disable-features={','.join(WITHOUT)}"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The origin of packages and LMS."""
    with served() as site:
        yield site


class _Rooms:
    """The LMS's page, shared by the tests of a worker; after some packages another browser context
    takes over, for everything that was ever asked for in one is kept in memory until it closes."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._room: Room | None = None

    def room(self) -> Room:
        """One that isn't worn out."""
        if self._room is not None and self._room.launches >= MOST_LAUNCHES:
            self._room.context.close()
            self._room = None
        if self._room is None:
            self._room = self._new()
        return self._room

    def _new(self) -> Room:
        context = self._browser.new_context(
            reduced_motion="reduce",
            locale="en-US",
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        room = Room(self._site, context, page, page.main_frame)
        room.listen()
        page.goto(f"{self._site.origin}/lms/lms.html")
        page.wait_for_function("window.lms !== undefined")
        return room


@pytest.fixture(scope="session")
def _rooms(browser: Browser, site: Site) -> _Rooms:
    return _Rooms(browser, site)


@pytest.fixture
def room(_rooms: _Rooms) -> Iterator[Room]:
    """The LMS's page. After each test: no error in the console, which tells of breaches of the
    Content-Security-Policy too, and no request beyond the LMS's origin."""
    room = _rooms.room()
    room.requests.clear()
    room.errors.clear()
    yield room
    room.leave()
    size = room.page.viewport_size
    if size is None or (size["width"], size["height"]) != DESKTOP:
        room.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    away = [url for url in room.requests if not url.startswith((room.site.origin, "data:"))]
    assert away == [], "requests to other origins"
    assert room.errors == [], "errors in the console"

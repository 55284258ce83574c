"""The page that tells LMS administrators what was built: on a desk, on a phone, for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import material
import pytest
from playwright.sync_api import Browser, Page
from test_accessibility import _RUN, _WIDER, AXE, TAGS

from scormkit import catalogue
from scormkit.editions import EDITIONS

_HEADED = """() => [...document.querySelectorAll("tbody td")].map((cell) =>
  getComputedStyle(cell, "::before").content.slice(1, -1))"""
_ROLES = """() => [...document.querySelectorAll("table, thead, tbody, tr, th, td")]
  .filter((one) => !one.hasAttribute("role")).length"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """The page of all shipped exercises, in each edition."""
    packages = [
        {"edition": name, "file": f"{name}.zip", "bytes": 112468, "sha256": "a" * 64}
        for name in EDITIONS
    ]
    entries = [
        catalogue.entry(material.bundle(slug), material.SCENARIOS / f"{slug}.yaml", "", packages)
        for slug in material.SHIPPED
    ]
    page = browser.new_page()
    page.set_content(catalogue.page(entries).decode())
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_nothing_scrolls_sideways(page: Page, scheme: str, width: int) -> None:
    """Neither the page nor a table in it is wider than its place, and axe-core finds nothing."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate(_WIDER) == []
    inside = "[...document.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth + 1"
    inside += " && e.clientWidth > 1 && getComputedStyle(e).overflowX !== 'visible').length"
    assert page.evaluate(inside) == 0
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    assert page.evaluate(_RUN, TAGS) == []


def test_rows_are_cards_on_a_phone(page: Page) -> None:
    """On a phone each cell says which column it is of, and the tables are still tables."""
    page.set_viewport_size({"width": 1280, "height": 844})
    assert set(page.evaluate(_HEADED)) == {"on"}, "content: none"
    page.set_viewport_size({"width": 390, "height": 844})
    assert set(page.evaluate(_HEADED)) == {"Take", "Why", "SCORM 1.2", "SCORM 2004"}
    assert page.evaluate(_ROLES) == 0, "a part whose role is gone with its display"
    assert page.get_by_role("row").count() == 8 + 9
    assert page.get_by_role("columnheader").count() == 3 + 3

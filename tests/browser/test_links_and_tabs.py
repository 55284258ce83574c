"""Links that no text leads to, and the cross of a browser's tab: both can be found and taken."""

from __future__ import annotations

import functools
from typing import Any

import material
import pytest
from driver import Room
from playwright.sync_api import Locator, expect
from test_accessibility import Keys, shown, violations

from scormkit.compiler import compile_text

STORY = """\
scenario: loose
version: 1.0.0
title: Links and tabs
summary: Three links that stand by themselves, and two tabs to close.
language: en
minutes: 3
audience: [everyone]
you: {name: Sam Okafor, role: Analyst, address: "sam.okafor@{domain}"}
people:
  dana: {name: Dana Reyes, role: Finance lead, address: "dana.reyes@{domain}", listed: true}
objectives:
  look: {title: Look before you act, criteria: [SOC2 CC1.4]}
  tell: {title: Tell somebody, criteria: [SOC2 CC7.3]}
pass: {score: 60}
start: mail
scenes:
  mail:
    title: A mail
    inbox:
      messages:
        note:
          from: {name: Parcels, address: parcels@swiftmule-depot.example}
          subject: Your parcel
          body: It waits.
          links: {release: {text: Release it, url: "https://swiftmule-depot.example/release"}}
          acts:
            report: {outcome: right, score: {look: 1}, feedback: Reported., then: chat}
            follow: {do: click, at: release, outcome: wrong, feedback: Not theirs., then: chat}
  chat:
    title: A chat
    chat:
      room: Direct message
      members: [dana, you]
      lines: [{dana: Is this yours?}]
      links: {sheet: {text: The sheet, url: "https://sheet.brightwater.example/7"}}
    acts:
      say-no: {say: It is not mine., outcome: right, score: {tell: 1}, feedback: Good., then: page}
      open: {do: click, at: sheet, outcome: partial, feedback: It was empty., then: page}
  page:
    title: A page
    browser:
      url: https://portal.brightwater.example/
      page:
        kind: portal
        heading: Your requests
        body: Nothing new.
        links: {older: {text: Older ones, url: "https://portal.brightwater.example/older"}}
    acts:
      leave: {outcome: right, score: {look: 1}, feedback: Closed., then: again}
      older: {do: click, at: older, outcome: wrong, feedback: Nothing there., then: again}
  again:
    title: Another page
    browser: {url: "https://gift.example/", page: {kind: login, heading: Sign in}}
    acts:
      out: {do: leave, label: Close it and tell Dana, outcome: right, score: {tell: 1}, \
feedback: Told., then: fine}
      stay: {do: ignore, label: Read on, outcome: wrong, feedback: It asked for more., then: gone}
endings:
  fine: {kind: safe, title: Fine, text: Nothing was lost.}
  gone: {kind: breached, title: Gone, text: The password is theirs.}
"""

PLACES = {  # a link's id, its words, where it leads, and the act that follows it
    "mail": ("release", "Release it", "swiftmule-depot.example/release", "note.follow"),
    "chat": ("sheet", "The sheet", "sheet.brightwater.example/7", "open"),
    "page": ("older", "Older ones", "portal.brightwater.example/older", "older"),
}
WAY: dict[str, tuple[str, ...]] = {
    "mail": (),
    "chat": ("note.report",),
    "page": ("note.report", "say-no"),
    "again": ("note.report", "say-no", "leave"),
}


@functools.cache
def story() -> dict[str, Any]:
    """The bundle of the story above."""
    compiled = compile_text(STORY, "loose", material.ORGANISATION)
    assert compiled.bundle is not None, [str(problem) for problem in compiled.problems]
    return compiled.bundle


@pytest.mark.parametrize("scene", PLACES)
def test_a_link_that_no_text_reaches_stands_by_itself(room: Room, scene: str) -> None:
    """A link that is listed and in no text is shown once, under its own words; it shows where it
    leads to whoever rests on it, and pressing it takes its act."""
    link, words, url, act = PLACES[scene]
    sitting = shown(room, story(), material.after(story(), *WAY[scene]), name="loose")
    if scene == "mail":
        sitting.press(sitting.frame.locator('[data-open="note"]'))
    found = sitting.frame.locator(f'[data-link="{link}"]')
    expect(found).to_have_count(1)
    expect(found).to_have_text(words)
    assert violations(sitting) == []
    found.hover()
    expect(sitting.frame.locator(".inspector")).to_contain_text(url)
    sitting.page.mouse.move(0, 0)
    sitting.press(found)
    assert sitting.title() == material.title(story(), material.after(story(), *WAY[scene], act))


def cross(room: Room, scene: str) -> tuple[Any, Locator]:
    """A page of the story, and what its tab is closed with."""
    sitting = shown(room, story(), material.after(story(), *WAY[scene]), name="loose")
    return sitting, sitting.frame.locator(".tab .tab-close button")


def test_the_cross_of_the_tab_leaves_the_page(room: Room) -> None:
    """Where a page can be left, its tab has a cross that does it: with a name for who can't see
    it, 44 px large, once on the page, by mouse and by keys."""
    sitting, closes = cross(room, "page")
    assert closes.get_attribute("data-act") == "0"
    name = story()["words"]["do.leave"]
    expect(sitting.frame.get_by_role("button", name=name, exact=True)).to_have_count(1)
    box = closes.bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 43.5
    assert sitting.frame.locator('[data-act="0"]').count() == 1, "and no second way below"
    keys = Keys(sitting)
    keys.to('.tab-close [data-act="0"]')
    assert keys.unseen == set()
    assert sitting.title() == "Another page"


def test_words_of_the_authors_own_stand_beside_the_cross(room: Room) -> None:
    """A leave with a label of its own shows it beside the cross, also on a phone; at the debrief
    the tab has none, as nothing can be left there."""
    sitting, closes = cross(room, "again")
    sitting.page.set_viewport_size({"width": 390, "height": 700})
    expect(closes).to_have_text("Close it and tell Dana")
    expect(closes.locator("svg")).to_be_visible()
    sitting.press(closes)
    assert sitting.title() == "Fine"
    sitting.go("debrief")
    sitting.frame.wait_for_selector(".exhibit")
    while sitting.frame.locator('[data-go="forward"]').count():
        sitting.go("forward")
    expect(sitting.frame.locator(".exhibit .tab")).to_be_visible()
    expect(closes).to_have_count(0)

"""In a language that nobody speaks: from right to left, and two fifths longer."""

from __future__ import annotations

import re

import material
import pytest
from driver import Room, Sitting
from test_accessibility import look, open_first, shown, violations, wider

from scormkit import play
from scormkit.play import Bundle, State

SLUG = "mfa-fatigue-attack"  # it plays on six of the seven channels
PHONE, NARROW, DESKTOP = (390, 844), (320, 640), (1280, 900)
_LEFT_ENDS = """(text) => {
  const walker = document.createTreeWalker(document.querySelector("#player"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = node.data.indexOf(text); at >= 0; at = node.data.indexOf(text, at + 1)) {
      const range = document.createRange();
      const edges = [at, at + text.length - 1].map((spot) => {
        range.setStart(node, spot);
        range.setEnd(node, spot + 1);
        return range.getBoundingClientRect();
      });
      if (edges[0].width && Math.abs(edges[0].top - edges[1].top) < 2) {
        found.push([edges[0].left, edges[1].left]);
      }
    }
  }
  return found;
}"""


def from_right(sitting: Sitting) -> None:
    """The page is written from right to left, and says in which language."""
    page = sitting.frame.locator("html")
    assert (page.get_attribute("dir"), page.get_attribute("lang")) == ("rtl", "ar-XB")


def sound(sitting: Sitting, what: str) -> None:
    """Nothing runs over on a phone, and axe-core has nothing to say."""
    sitting.frame.evaluate("scrollTo(0, 0)")
    assert wider(sitting) == [], what
    assert violations(sitting) == [], what


def test_a_scenario_is_played_from_right_to_left(room: Room) -> None:
    """From Begin to an ending, the debrief and what next: each scene on a phone of 390 px."""
    whole = material.pseudo(SLUG, "ar-XB")
    assert whole["dir"] == "rtl"
    end = max(
        (s for name in whole["endings"] for s in material.ends(SLUG, name)[:1]),
        key=lambda state: len(_scenes(whole, state)),
    )
    learner = material.learner_for(whole, end)
    sitting = shown(room, whole, None, learner=learner, name="from-right-to-left")
    look(sitting, "light", PHONE)
    from_right(sitting)
    sound(sitting, "the start")
    sitting.go("begin")
    state, before = play.start(whole, material.first_seed(learner, whole)), ""
    for index in end.path:
        if state.scene != before:
            assert sitting.title() == material.title(whole, state)
            sound(sitting, state.scene)
        before = state.scene
        state = sitting.run(state, [index])
    assert state.ending == end.ending
    from_right(sitting)
    sound(sitting, "the ending")
    sitting.go("debrief")
    while sitting.frame.locator('[data-go="forward"]:visible').count():
        sound(sitting, sitting.title())
        sitting.go("forward")
    sitting.go("next")
    sound(sitting, "what next")


def _scenes(whole: Bundle, end: State) -> set[str]:
    state, found = play.start(whole, end.seed, end.missed), set()
    for index in end.path:
        found.add(state.scene)
        state = play.take(whole, state, index)
    return found


def test_numbers_and_addresses_stay_as_they_are(room: Room) -> None:
    """In a text from right to left a phone number, a channel's name and an address still read from
    left to right, in a table as in a sentence and on the phone's display."""
    whole = material.pseudo(SLUG, "ar-XB")
    cases = {"dial": ("+1 202 555 0100", "#ask-security"), "it-call": ("+1 202 555 0100",)}
    cases |= {"activity-in": ("jules.novak@brightwater.example",)}
    for scene, texts in cases.items():
        sitting = shown(room, whole, material.reaching(SLUG, scene)[0], name="from-right-to-left")
        look(sitting, "light", DESKTOP)
        for text in texts:
            edges = sitting.frame.evaluate(_LEFT_ENDS, text)
            assert edges, f"{scene} shows {text} nowhere"
            assert all(first < last for first, last in edges), (scene, text, edges)


def test_no_text_is_left_behind(room: Room) -> None:
    """All that a learner reads can be translated: what stays in Latin letters is the organisation's
    own values, addresses and sizes."""
    whole = material.pseudo(SLUG, "ar-XB")
    values = [*whole["organisation"].values(), "jules.novak", "HD", "PDF", "KB", "MB"]
    for scene in ("client-call", "voicemail", "push-1", "team", "it-call"):
        sitting = shown(room, whole, material.reaching(SLUG, scene)[0], name="from-right-to-left")
        open_first(sitting)
        text = re.sub(r"\S+@\S+|\S+\.(?:example|[a-z0-9]{3,4})\S*", "", sitting.text())
        for value in values:
            text = text.replace(value, "")
        assert re.findall(r"[A-Za-z]{2,}", text) == [], scene


@pytest.mark.parametrize("slug", material.SHIPPED)
def test_longer_texts_run_over_nowhere(room: Room, slug: str) -> None:
    """With texts two fifths longer the fullest scene of each kind still fits 390 and 320 px, with a
    message open; in English each scene is looked at (test_accessibility)."""
    whole = material.pseudo(slug, "en-XA")
    fullest: dict[str, str] = {}
    for name, each in sorted(whole["scenes"].items(), key=lambda item: len(str(item[1]))):
        fullest[each["content"].get("page", {}).get("kind", each["channel"])] = name
    for scene in fullest.values():
        sitting = shown(room, whole, material.reaching(slug, scene)[0], name=f"longer-{slug}")
        for size in (PHONE, NARROW):
            look(sitting, "light", size)
            assert wider(sitting) == [], (scene, size)
        open_first(sitting)
        assert wider(sitting) == [], (scene, "open")

"""The exercises in another language: what the learner reads, hears and gets fetched for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import material
import pytest
from driver import Room, Sitting
from lms import Site
from playwright.sync_api import Browser
from test_accessibility import wider
from test_isolation import another

from scormkit import play
from scormkit.editions.markup import plain
from scormkit.play import Bundle, State

PHONES = (390, 360)
_SAID = """() => {
  const said = [document.title];
  for (const one of document.querySelectorAll("#player, #player *, dialog, dialog *")) {
    if (one.matches(".headers dt")) continue; // From, To, Subject: so the protocol calls them
    const names = ["aria-label", "aria-description", "title", "alt", "placeholder"];
    said.push(one.textContent, ...names.map((name) => one.getAttribute(name) ?? ""));
    for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
  }
  return [...new Set(said.map((text) => text.replace(/\\s+/g, " ").trim()))].filter(Boolean);
}"""
# Words that stand in nearly every English sentence and in no German one; not in addresses.
_ENGLISH = re.compile(
    r"(?<![\w.@/-])(the|and|you|your|of|is|it|to|with|from|this|that|are|have|for)(?![\w.@/-])"
)

GERMAN = material.in_language("de")


class Listener:
    """Hears what a page says, and finds in it what should be in the learner's language."""

    def __init__(self, first: Bundle, told: Bundle, seed: int) -> None:
        own = dict(_texts(told))
        pairs = [(text, own.get(path)) for path, text in _texts(first)]
        german = {_read(told, seed, text) for text in own.values()}
        left = {_read(first, seed, text) for text, other in pairs if text != other} - german
        self.plain = {text for text in left if "{" not in text}
        forms = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(t)) for t in left - self.plain]
        self.filled = re.compile("|".join(f"(?:{form})" for form in forms))
        # names that are the same in both, longest first: Tallow and Reed Catering
        same = {_read(first, seed, text) for text, other in pairs if text == other}
        self.names = sorted((text for text in same if " " in text), key=len, reverse=True)

    def english(self, sitting: Sitting) -> list[str]:
        """What the page says in the first language, at this moment."""
        said: list[str] = sitting.frame.evaluate(_SAID)
        return [each for each in said if self._is_left(each)]

    def _is_left(self, said: str) -> bool:
        if said in self.plain or self.filled.fullmatch(said):
            return True
        for name in self.names:
            said = said.replace(name, "")
        return _ENGLISH.search(said) is not None


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a bundle that learners read, with its place."""
    if isinstance(value, Mapping):
        parts: Any = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield from [(path, value)] if isinstance(value, str) else []
        return
    for key, child in parts:
        if key not in ("languages", "criteria", "audience"):
            yield from _texts(child, f"{path}.{key}")


def _read(whole: Bundle, seed: int, text: str) -> str:
    return plain(re.sub(r"(?=</?(?:p|li|br)\b)", " ", material.filled(whole, seed, text)))


def looked_at(sitting: Sitting, listener: Listener) -> None:
    """The screen as it stands: all in the learner's language, and inside of a phone's width. It
    stays at the last width, where the next look begins."""
    assert listener.english(sitting) == []
    size = sitting.page.viewport_size
    now = size["width"] if size else None
    for width in sorted(PHONES, key=lambda each: each != now):
        if width != now:
            sitting.page.set_viewport_size({"width": width, "height": 740})
        assert wider(sitting) == [], f"{sitting.title()}, {width} px"


def opened(room: Room, slug: str, state: State, edition: str) -> tuple[Sitting, Listener]:
    """The package of all languages, for a learner whose LMS says German."""
    first, told = material.bundle(slug), material.told(slug, "de")
    learner = material.learner_for(first, state)
    sitting = room.open(first, edition, learner=learner, strict={"language": "de-CH"})
    sitting.whole = told
    return sitting, Listener(first, told, material.first_seed(learner, first))


@pytest.mark.parametrize(
    ("slug", "edition"), [(s, ("1.2", "2004")[n % 2]) for n, s in enumerate(GERMAN)]
)
def test_a_whole_play_in_german(room: Room, slug: str, edition: str) -> None:
    """From the start to the end somebody who looks at everything reads no English: in no scene, no
    answer, no name of a control, no point of the debrief; and nothing runs over on a phone."""
    safe = [n for n, e in material.bundle(slug)["endings"].items() if e["kind"] == "safe"]
    wanted = material.ends(slug, safe[0])[-1]
    sitting, listener = opened(room, slug, wanted, edition)
    root = sitting.frame.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    assert root == ["de", "ltr"]
    looked_at(sitting, listener)
    sitting.go("begin")
    seed = material.first_seed(material.learner_for(sitting.whole, wanted), sitting.whole)
    state = play.start(sitting.whole, seed)
    for index in wanted.path:
        looked_at(sitting, listener)
        state = sitting.run(state, [index])
    assert state.ending == safe[0]
    looked_at(sitting, listener)
    sitting.go("status")
    looked_at(sitting, listener)
    sitting.go("close")
    sitting.go("debrief")
    looked_at(sitting, listener)
    while sitting.frame.locator('[data-go="forward"]:visible').count():
        sitting.go("forward")
        looked_at(sitting, listener)
    sitting.go("next")
    looked_at(sitting, listener)
    sitting.done()
    assert sitting.title() == "Sie können dieses Fenster schließen."
    looked_at(sitting, listener)
    assert room.refused() == []


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_looking_back_in_german(room: Room, mode: str) -> None:
    """Whoever looks back or previews is told so in German, and the bar's words fit on a phone."""
    first, told = material.bundle(GERMAN[0]), material.told(GERMAN[0], "de")
    sitting = room.open(first, "1.2", mode=mode, strict={"moodle": True, "language": "de"})
    sitting.whole = told
    listener = Listener(first, told, material.first_seed("learner-1", first))
    assert any("nichts aufgezeichnet" in line for line in sitting.notices())
    looked_at(sitting, listener)
    sitting.go("status")
    looked_at(sitting, listener)


def test_a_failing_lms_in_german(room: Room) -> None:
    """The calm line, the bar and the details for the help desk are German as well."""
    slug = GERMAN[0]
    wanted = material.ends(slug, next(iter(material.bundle(slug)["endings"])))[0]
    sitting, listener = opened(room, slug, wanted, "2004")
    sitting.go("begin")
    room.faults(commit=99)
    seed = material.first_seed(material.learner_for(sitting.whole, wanted), sitting.whole)
    sitting.play(play.start(sitting.whole, seed), wanted.path[:2])
    sitting.frame.wait_for_selector(".notice.bad:visible")
    looked_at(sitting, listener)
    sitting.go("status")
    assert "Für den Helpdesk" in sitting.text()
    looked_at(sitting, listener)
    room.faults(commit=0)


def test_the_listener_hears_english(room: Room) -> None:
    """The silence of the play in German means something: in an English one each screen is heard."""
    slug = GERMAN[0]
    first = material.bundle(slug)
    sitting = room.open(first, "1.2")
    seed = material.first_seed("learner-1", first)
    listener = Listener(first, material.told(slug, "de"), seed)
    begin, about = sitting.frame.locator("[data-go=begin]").inner_text(), first["minutes"]
    assert {begin, f"About {about} minutes"} <= set(listener.english(sitting))
    sitting.go("begin")
    assert material.title(first, play.start(first, seed)) in listener.english(sitting)


def test_only_the_language_that_is_read_is_fetched(browser: Browser, site: Site) -> None:
    """Whoever plays in the first language fetches no other; a browser that asks for German gets
    German where the LMS says nothing, and its texts once."""
    first = material.bundle(GERMAN[0])
    for locale, fetched, title in (("en-GB", [], ""), ("fr", [], ""), ("de-AT", ["de.js"], "de")):
        with another(browser, site, reduced_motion="reduce", locale=locale) as room:
            sitting = room.open(first, "2004")
            asked = [url.split("?")[0] for url in room.requests if "/languages/" in url]
            assert [url.rsplit("/", 1)[-1] for url in asked] == fetched
            told = material.told(first["scenario"], "de") if title else first
            assert sitting.title() == plain(told["title"])


def test_texts_that_do_not_come_are_told_in_the_learners_language(
    browser: Browser, site: Site
) -> None:
    """When the file of a language fails to load, the page says so in that language, and a second
    try brings it."""
    first = material.bundle(GERMAN[0])
    with another(browser, site, reduced_motion="reduce") as room:
        room.context.route("**/languages/de.js", lambda route: route.abort())
        sitting = room.open(first, "2004", strict={"language": "de"})
        assert "Prüfen Sie Ihre Verbindung" in sitting.text()
        assert sitting.frame.locator("[data-go=reload]").inner_text() == "Noch einmal versuchen"
        assert sitting.frame.evaluate("document.documentElement.lang") == "de"
        room.errors.clear()
        room.context.unroute("**/languages/de.js")
        sitting.go("reload")
        sitting.frame.wait_for_selector("[data-go=begin]")
        assert sitting.title() == plain(material.told(first["scenario"], "de")["title"])

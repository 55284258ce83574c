"""For everybody: axe-core finds nothing in any scene, nothing needs a mouse, nothing runs over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import material
import pytest
import yaml
from driver import EVERYTHING, PACKAGES, Room, Sitting, eventually
from expected import state_string
from lms import ROOT
from playwright.sync_api import Error
from test_resume import legs, suspended

from scormkit import play
from scormkit.compiler import compile_text
from scormkit.play import Bundle, State

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE, NARROW = (1280, 800), (390, 700), (320, 640)
Look = tuple[str, tuple[int, int]]
LOOKS: tuple[tuple[Look, Look], tuple[Look, Look]] = (
    (("light", DESKTOP), ("dark", PHONE)),
    (("dark", DESKTOP), ("light", PHONE)),
)
# Nothing is loaded beforehand: axe-core would wait for sounds and films, which no page of ours has.
_RUN = """async (tags) => {
  const options = {runOnly: tags, resultTypes: ["violations"], preload: false};
  const {violations} = await axe.run(document, options);
  return violations.flatMap(({id, nodes}) =>
    nodes.map(({target, failureSummary}) => `${id}: ${target.join(" ")}: ${failureSummary}`));
}"""
_ADOPT = """(rule) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rule);
  document.adoptedStyleSheets = [sheet];
}"""
_WIDER = """() => {
  const root = document.documentElement;
  const hidden = [root, document.body]
    .filter((one) => getComputedStyle(one).overflowX !== "visible");
  const wide = [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.tagName}.${one.className}`);
  const over = root.scrollWidth > root.clientWidth || hidden.length > 0;
  return over ? ["runs over", ...wide.slice(0, 5)] : [];
}"""
_SMALL = """() => [...document.querySelectorAll("button, input, summary")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 0)
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, {width, height}]) => Math.min(width, height) < 43.5)
  .map(([name]) => name)"""


def shown(
    room: Room, whole: Bundle, state: State | None, edition: str = "2004", **more: Any
) -> Sitting:
    """The exercise in a window of its own, where the whole page counts, at a state of it."""
    kept = None if state is None else suspended(edition, state_string(whole, state))
    return room.open(whole, edition, frame="popup", kept=kept, **more)


def look(sitting: Sitting, scheme: Any, size: tuple[int, int]) -> None:
    """A light or a dark system, and a screen of this size."""
    sitting.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sitting.page.set_viewport_size({"width": size[0], "height": size[1]})


def violations(sitting: Sitting) -> list[str]:
    """What axe-core finds wrong; injected by the browser itself, as no policy stops that."""
    if not sitting.frame.evaluate("'axe' in window"):
        sitting.frame.evaluate(AXE)
    found: list[str] = sitting.frame.evaluate(_RUN, TAGS)
    return found


def wider(sitting: Sitting) -> list[str]:
    """What makes the page wider than the window, if it is."""
    found: list[str] = sitting.frame.evaluate(_WIDER)
    return found


def open_first(sitting: Sitting) -> None:
    """Opens what can be opened without taking an act: a message, a profile seen before."""
    sitting.opens('[data-open]:not([data-open="list"])')


@pytest.mark.parametrize("edition", PACKAGES)
@pytest.mark.parametrize("slug", material.SHIPPED)
def test_each_scene_is_accessible(room: Room, slug: str, edition: str) -> None:
    """Light and dark, desktop and phone: axe-core finds nothing in any scene, as it opens and with
    a message open; every control is 44 px large; at 320 px nothing runs over the edge (WCAG 2.2 A
    and AA, 1.4.10). The scenes are looked at on the tours on which test_resume comes to each."""
    whole = material.bundle(slug)
    for end, scenes in legs(slug, edition):
        places = [each for each in material.passed(whole, end) if each.scene in scenes]
        state = places[0]
        sitting = shown(room, whole, state, edition)
        for place in places:
            state = sitting.run(state, place.path[len(state.path) :])
            assert sitting.title() == material.title(whole, place)
            turn = [*whole["scenes"]].index(place.scene) % 2
            assert faults(sitting, *LOOKS[turn]) == [], place.scene


def faults(sitting: Sitting, first: Look, second: Look) -> list[str]:
    """What is wrong with a scene as it opens, in one look, and with a message open, in another."""
    look(sitting, *first)
    found = violations(sitting)
    open_first(sitting)
    look(sitting, *second)
    found += violations(sitting)
    found += wider(sitting)
    found += [f"below 44 px: {control}" for control in sitting.frame.evaluate(_SMALL)]
    look(sitting, second[0], NARROW)
    found += wider(sitting)
    if sitting.frame.evaluate("document.getAnimations().length"):
        found.append("moves, though less motion was asked for")
    return found


@pytest.mark.parametrize("slug", material.SHIPPED)
def test_the_pages_around_the_story_are_accessible(room: Room, slug: str) -> None:
    """Start, result, each kind of point in the debrief, what next and the details. The texts alone
    are another scenario's: each has the looks of a light or of a dark desktop, by turns."""
    whole = material.bundle(slug)
    looks = (*LOOKS[0], *LOOKS[1]) if EVERYTHING else LOOKS[material.SHIPPED.index(slug) % 2]
    sitting = shown(room, whole, None)
    _all_looks(sitting, looks)
    kinds = {ending["kind"]: name for name, ending in whole["endings"].items()}
    for turn, name in enumerate(kinds.values()):
        sitting = shown(room, whole, material.ends(slug, name)[-1])
        scheme, size = LOOKS[turn % 2][turn // 2 % 2]
        look(sitting, scheme, size)
        assert violations(sitting) == []
        assert wider(sitting) == []
    sitting.go("debrief")
    step = 0
    while sitting.frame.locator('[data-go="forward"]:visible').count():
        if step % 4 == 0:
            look(sitting, *LOOKS[step // 4 % 2][step // 8 % 2])
            assert violations(sitting) == [], f"step {step + 1} of the debrief"
            look(sitting, "light", NARROW)
            assert wider(sitting) == [], f"step {step + 1} of the debrief"
        sitting.go("forward")
        step += 1
    sitting.frame.locator("details.points summary").click()
    _all_looks(sitting, looks)
    sitting.go("next")
    _all_looks(sitting, looks)
    sitting.go("status")
    _all_looks(sitting, looks)


def test_the_calm_line_and_the_end_are_accessible(room: Room) -> None:
    """The line of a failure, its details, and the page of a session that couldn't be saved."""
    sitting = shown(room, material.small(), None)
    sitting.go("begin")
    room.faults(commit=True)
    sitting.take("first", 0)
    sitting.frame.wait_for_selector(".notice.bad:visible")
    _all_looks(sitting)
    said = sitting.frame.locator('[role="status"][aria-live="polite"]')
    eventually(lambda: "Could not be saved yet" in said.inner_text(), "a screen reader is told")
    sitting.go("status")
    _all_looks(sitting)
    sitting.go("close")
    sitting.done()
    _all_looks(sitting)


def _all_looks(sitting: Sitting, looks: Sequence[Look] = (*LOOKS[0], *LOOKS[1])) -> None:
    for scheme, size in looks:
        look(sitting, scheme, size)
        assert violations(sitting) == []
        assert wider(sitting) == []
    look(sitting, "light", NARROW)
    assert wider(sitting) == []


@pytest.mark.parametrize("slug", material.SHIPPED)
def test_a_whole_exercise_is_played_by_keys(room: Room, slug: str) -> None:
    """From Begin to Done with Tab and Enter alone; each new scene's heading has the focus, which is
    always to be seen (WCAG 2.1.1, 2.4.3, 2.4.7)."""
    whole = material.bundle(slug)
    wanted = min((material.ends(slug, e)[0] for e in whole["endings"]), key=lambda s: len(s.path))
    learner = material.learner_for(whole, wanted)
    sitting = shown(room, whole, None, learner=learner)
    state = play.start(whole, material.first_seed(learner, whole))
    keys = Keys(sitting)
    keys.to('[data-go="begin"]')
    for index in wanted.path:
        before, act = state.scene, whole["scenes"][state.scene]["acts"][index]
        for part in ("list", act.get("on", ""), f"{act.get('on')}.{act['do']}"):
            if sitting.frame.locator(f'[data-act="{index}"]:visible').count():
                break
            if sitting.frame.locator(f'[data-open="{part}"]:visible').count():
                keys.to(f'[data-open="{part}"]')
        keys.to(f'[data-act="{index}"]')
        state = play.take(whole, state, index)
        assert sitting.title() == material.title(whole, state)
        focused = keys.focused()
        assert focused != "BODY", f"after {act['id']} the focus is lost"
        if state.ending is not None or state.scene != before:
            assert focused == "H1", f"after {act['id']} the focus is on {focused}"
    keys.to('[data-go="debrief"]')
    while sitting.frame.locator('[data-go="forward"]').count():
        keys.press("ArrowRight")
        assert keys.focused() == "H2"
    keys.to('[data-go="next"]')
    keys.to('[data-go="done"]')
    sitting.closes()
    assert keys.unseen == set()


class Keys:
    """A learner without a mouse; `unseen` are controls whose focus didn't show."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.unseen: set[str] = set()

    def press(self, key: str) -> None:
        """One key."""
        try:
            self.sitting.page.keyboard.press(key)
        except Error:  # the key has closed the window
            self.sitting.closes()

    def focused(self) -> str:
        """What has the focus."""
        name: str = self.sitting.frame.evaluate("document.activeElement.tagName")
        return name

    def to(self, selector: str) -> None:
        """Tab after Tab until something has the focus, then Enter."""
        for _ in range(150):
            self.press("Tab")
            there, seen, name = self.sitting.frame.evaluate(
                """(selector) => {
                  const one = document.activeElement;
                  const {outlineStyle, outlineWidth} = getComputedStyle(one);
                  const drawn = outlineStyle !== "none" && outlineWidth !== "0px";
                  const seen = one === document.body || drawn;
                  return [one.matches(selector), seen, `${one.tagName}.${one.className}`];
                }""",
                selector,
            )
            if not seen:
                self.unseen.add(name)
            if there:
                self.press("Enter")
                return
        raise AssertionError(f"no way to {selector} by Tab")


def right_to_left(slug: str) -> dict[str, Any]:
    """A shipped scenario as if it were in Arabic: its texts stay, the direction turns."""
    text = (material.SCENARIOS / f"{slug}.yaml").read_text(encoding="utf-8")
    organisation = yaml.safe_load((material.SCENARIOS / "organisation.yaml").read_text("utf-8"))
    compiled = compile_text(
        text.replace("\nlanguage: en\n", "\nlanguage: ar\n"), slug, organisation
    )
    assert compiled.bundle is not None, [str(problem) for problem in compiled.problems]
    return compiled.bundle


def test_right_to_left_runs_over_nowhere(room: Room) -> None:
    """In a language that is written from the right, a scene of each channel turns round whole:
    nothing runs over at 320 or 1280 px, and axe-core finds nothing."""
    whole = right_to_left("mfa-fatigue-attack")
    assert whole["dir"] == "rtl"
    channels = {scene["channel"]: name for name, scene in whole["scenes"].items()}
    assert len(channels) == 6
    for turn, scene in enumerate(channels.values()):
        state = material.reaching("mfa-fatigue-attack", scene)[0]
        sitting = shown(room, whole, state, name="right-to-left")
        assert sitting.frame.locator("html").get_attribute("dir") == "rtl"
        assert sitting.frame.locator("html").get_attribute("lang") == "ar"
        for scheme, size in (*LOOKS[turn % 2], ("light", NARROW)):
            look(sitting, scheme, size)
            assert wider(sitting) == []
        open_first(sitting)
        assert wider(sitting) == []
        assert violations(sitting) == []


# What other languages say there, while nothing can be saved.
_LONG_BAR = """() => {
  const [status, text] = [".status", ".status-text"].map((one) => document.querySelector(one));
  status.hidden = false;
  status.dataset.state = "problem";
  text.textContent = "Noch nicht gespeichert";
  document.querySelector('[data-go="leave"]').textContent = "Enregistrer et quitter";
}"""


@pytest.mark.parametrize(
    ("width", "rule"),
    [
        (640, "html { font-size: 200% }"),
        (390, "html { font-size: 200% }"),
        (390, "* { line-height: 1.5 !important; letter-spacing: .12em !important }"),
        (390, "* { word-spacing: .16em !important } p { margin-bottom: 2em !important }"),
    ],
)
def test_larger_and_wider_text_runs_over_nowhere(room: Room, width: int, rule: str) -> None:
    """Text of twice the size, or set wider by the reader, stays inside (WCAG 1.4.4, 1.4.12)."""
    for slug, scene in (("phishing", "first-inbox"), ("mfa-fatigue-attack", "it-call")):
        sitting = shown(room, material.bundle(slug), material.reaching(slug, scene)[0])
        look(sitting, "light", (width, 700))
        sitting.frame.evaluate(_ADOPT, rule)
        assert wider(sitting) == []
        sitting.frame.evaluate(_LONG_BAR)
        assert wider(sitting) == [], "with the longest words that the bar can hold"
        open_first(sitting)
        assert wider(sitting) == []


_PAINTED = """(selector) => {
  const style = getComputedStyle(document.querySelector(selector));
  return {ground: style.backgroundColor, ink: style.color, edge: style.borderInlineStartWidth,
    ring: style.outlineStyle};
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_backgrounds_tell_is_told_in_forced_colours(room: Room, scheme: Any) -> None:
    """Where the system chooses every colour (Windows' contrast themes), the button to press first,
    the open message, notices, badges and the signs of the debrief still stand out (WCAG 1.4.1)."""

    def painted(selector: str) -> dict[str, str]:
        found: dict[str, str] = sitting.frame.evaluate(_PAINTED, selector)
        return found

    def forced(at: State | None) -> Sitting:
        sitting = shown(room, material.bundle("phishing"), at)
        sitting.page.emulate_media(
            color_scheme=scheme, reduced_motion="reduce", forced_colors="active"
        )
        sitting.frame.wait_for_selector("#player[data-loaded]")  # later.css, too
        return sitting

    sitting = forced(None)
    begin, leave = painted('[data-go="begin"]'), painted('[data-go="leave"]')
    assert begin["ground"] == leave["ink"] != begin["ink"], "the other way round"
    sitting = forced(material.reaching("phishing", "first-inbox")[0])
    open_first(sitting)
    others = ".mail-row:not([aria-current])"
    assert painted(".mail-row[aria-current]")["edge"] != painted(others)["edge"]
    assert painted(".notice")["ring"] == painted(".badge")["ring"] == "solid"
    sitting = forced(material.ends("phishing", "quiet-monday")[0])
    sitting.go("debrief")
    while not sitting.frame.locator(".sign-mark").count():
        sitting.go("forward")
    assert painted(".sign-mark")["ring"] == "solid"
    sitting.press(sitting.frame.locator(".points summary"))
    others = ".points-item:not([aria-current])"
    assert painted(".points-item[aria-current]")["edge"] != painted(others)["edge"]


def test_presence_is_told_in_forced_colours(room: Room) -> None:
    """The dot that says who is there keeps its colour where the system chooses all others."""
    slug = "mfa-fatigue-attack"
    scenes = material.source(slug)["scenes"]
    chat = next(name for name, scene in scenes.items() if "chat" in scene)
    sitting = shown(room, material.bundle(slug), material.reaching(slug, chat)[0])
    dot = "getComputedStyle(document.querySelector('[data-presence]'), '::after').backgroundColor"
    before = sitting.frame.evaluate(dot)
    sitting.page.emulate_media(forced_colors="active")
    assert sitting.frame.evaluate(dot) == before


def test_axe_finds_what_is_wrong(room: Room) -> None:
    """The silence of axe-core means something: planted faults are found, the wide one too."""
    sitting = shown(room, material.small(), None)
    assert violations(sitting) == []
    sitting.frame.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend",
          '<img src="x.png"><button></button><p id="pale">Pale</p>')"""
    )
    sitting.frame.evaluate(_ADOPT, "#pale { color: #ccc; background: #fff; width: 2000px }")
    assert {said.split(":")[0] for said in violations(sitting)} >= {
        "image-alt",
        "button-name",
        "color-contrast",
    }
    assert wider(sitting) != []
    room.errors.clear()  # of the picture that isn't there

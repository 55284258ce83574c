"""A learner at the page: opens packages in frames, presses what a person would, and leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import expected
import material
from lms import Site
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Frame, Locator, Page

from scormkit import play
from scormkit.play import Bundle, State
from scormkit.store import Store

PACKAGES = {"1.2": "scorm12", "2004": "scorm2004-4"}
FRAMES = ("iframe", "nested", "popup")
BOTH = ("again", "strict")  # scorm-again answers the package, our own strict LMS listens too
PATIENCE = 8.0  # seconds for what happens by itself
T = TypeVar("T")
_PRESS = """async ([index, covers, decides, wanted]) => {
  const shown = (key, value) => [...document.querySelectorAll(`[data-${key}="${value}"]`)].find(
    (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0);
  for (const cover of covers) {
    if (shown("act", index)) break;
    shown("open", cover)?.click();
  }
  const control = shown("act", index);
  if (!control || control.disabled) return null;
  control.click();
  const until = performance.now() + 8000;
  const loaded = () => document.querySelector("#player[data-loaded], #player [data-go=reload]");
  const heading = () => document.querySelector("h1")?.innerText.replace(/\\s+/g, " ").trim();
  do {
    await new Promise((done) => setTimeout(done));
  } while ((heading() !== wanted || (decides && !loaded())) && performance.now() < until);
  return heading() ?? "";
}"""


def eventually(look: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """The first answer that isn't empty; an error that says what was awaited after a while."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"still not so after {seconds} s: {what}"
        time.sleep(0.01)  # what the server stores is no event of the page that one could await
    return found


@dataclass
class Room:
    """A browser's context with the LMS's page; it notes every request and every error."""

    site: Site
    context: BrowserContext
    page: Page
    lms: Frame  # where the LMS's page is: most often the whole of the page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Notes from now on what the pages ask for, and what goes wrong in them."""

        def heard(said: ConsoleMessage) -> None:
            if said.type == "error":
                self.errors.append(said.text)

        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", heard)

    def open(
        self,
        whole: Bundle,
        edition: str,
        *,
        name: str = "",
        frame: str = "iframe",
        runtimes: Sequence[str] = ("strict",),
        learner: str = "learner-1",
        kept: Mapping[str, Any] | None = None,
        mode: str | None = None,
        strict: Mapping[str, Any] | None = None,
        origin: str = "",
        store: Store | None = None,
    ) -> Sitting:
        """A package, launched by the LMS; `kept` is what was committed before."""
        package = f"{name or whole['scenario']}-{PACKAGES[edition]}"
        path = self.site.put(package, whole, PACKAGES[edition], material.media(whole), store)
        attempt = self.site.attempt()
        options: dict[str, Any] = {
            "edition": edition,
            "url": f"{origin}{path}?{attempt}",
            "frame": frame,
            "attempt": attempt,
            "runtimes": list(runtimes),
            "learner": {"id": learner, "name": "Okafor, Sam"},
            "kept": kept or {},
            "strict": strict or {},
        }
        if mode is not None:
            options["mode"] = mode
        self.leave()
        launch = "options => lms.launch(options)"
        if frame.startswith("popup"):
            with self.page.expect_popup() as opened:
                self.lms.evaluate(launch, options)
            page, inside = opened.value, opened.value.main_frame
        else:
            self.lms.evaluate(launch, options)
            page, inside = self.page, inner(self.lms)
        if frame in ("nested", "popup with a frame"):
            inside = inner(inside)
        sitting = Sitting(self, whole, edition, page, inside, attempt)
        sitting.ready()
        return sitting

    def leave(self) -> None:
        """The LMS takes away what is open."""
        self.lms.evaluate("lms.leave()")

    def faults(self, **faults: Any) -> None:
        """What goes wrong at the strict LMS from now on."""
        self.lms.evaluate("faults => Object.assign(lms.runtimes.strict.faults, faults)", faults)

    def calls(self) -> list[dict[str, Any]]:
        """Every call of the package, by each runtime that heard it."""
        calls: list[dict[str, Any]] = self.lms.evaluate("lms.calls")
        return calls

    def refused(self, *, left_alone: bool = False) -> list[str]:
        """Calls that a runtime refused, apart from 403 on reading what has no value yet.

        `left_alone`: the page went away by itself. Then Chromium lets no request block, so that
        scorm-again's Commit fails; its Terminate, by a beacon, brings everything.
        """
        calls = self.calls()
        if left_alone:
            last = [n for n, each in enumerate(calls) if each["call"].endswith("Commit")][-2:]
            calls = [
                each
                for n, each in enumerate(calls)
                if n < min(last) or not each["call"].endswith(("Commit", "Initialize"))
            ]
        return [
            f"{each['runtime']}: {each['call']}({', '.join(each['args'])}) [{each['code']}]"
            for each in calls
            if each["code"] != "0" and not (each["call"] == "GetValue" and each["code"] == "403")
        ]


def inner(frame: Frame) -> Frame:
    """The frame that a page of ours shows."""
    element = frame.wait_for_selector("#course")
    inside = element.content_frame() if element else None
    assert inside is not None
    return inside


@dataclass
class Sitting:
    """A learner with an open package."""

    room: Room
    whole: Bundle
    edition: str
    page: Page
    frame: Frame
    attempt: str

    def ready(self) -> None:
        """Waits until the player shows its first screen."""
        self.frame.wait_for_selector("#player .screen, #player .scene")

    def go(self, name: str) -> None:
        """Presses one of the player's own buttons."""
        self.press(self.frame.locator(f'[data-go="{name}"]:visible').first)

    def press(self, control: Locator) -> None:
        """A click; then the pointer goes away, for what comes to lie under it may be a link, and
        to rest on a link is to look into it."""
        control.click()
        try:
            self.page.mouse.move(0, 0)
        except Error:  # the click has closed the window
            self.closes()

    def title(self) -> str:
        """The heading of what is shown."""
        return " ".join(self.frame.locator("h1").first.inner_text().split())

    def text(self) -> str:
        """All that can be read on the page."""
        return " ".join(self.frame.locator("#player").inner_text().split())

    def notices(self) -> list[str]:
        """The lines at the top, without the marks of their buttons."""
        return self.frame.locator(".notices .notice:visible p").all_inner_texts()

    def control(self, scene: str, index: int) -> Locator:
        """What takes an act, opened up to where it can be seen."""
        act = self.whole["scenes"][scene]["acts"][index]
        wanted = self.frame.locator(f'[data-act="{index}"]:visible')
        for part in ("", *_covers(act)):
            if part:
                cover = self.frame.locator(f'[data-open="{part}"]:visible')
                if cover.count() == 0:
                    continue
                cover.first.click()
            if wanted.count():
                return wanted.first
        raise AssertionError(f"{scene}: nothing to press for act {index}, {act['id']}")

    def take(self, scene: str, index: int) -> None:
        """Takes an act by a click. The first decision fetches what comes later: the next scene, if
        it needs that, stands once it is there, or the page says that it could not be fetched."""
        self.press(self.control(scene, index))
        if self.whole["scenes"][scene]["acts"][index]["decision"] and not self.page.is_closed():
            self.frame.wait_for_selector(
                "#player[data-loaded], #player [data-go=reload]", state="attached"
            )

    def run(self, state: State, path: Iterable[int]) -> State:
        """Plays on as `play` does, in a tenth of the time: what takes an act is pressed by the page
        itself. For ways that are clicked in another test, as only a click notices what lies over a
        control."""
        for index in path:
            act = self.whole["scenes"][state.scene]["acts"][index]
            before, state = state, play.take(self.whole, state, index)
            wanted = material.title(self.whole, state)
            shown = self.frame.evaluate(_PRESS, [index, _covers(act), act["decision"], wanted])
            assert shown is not None, f"{before.scene}: nothing to press for {act['id']}"
            assert shown == wanted, f"after {before.path}: {shown!r} instead of {wanted!r}"
        return state

    def play(self, state: State, path: Iterable[int]) -> State:
        """Plays on from a state; each heading is the one that the rules lead to."""
        for index in path:
            self.take(state.scene, index)
            state = play.take(self.whole, state, index)
            shown, wanted = self.title(), material.title(self.whole, state)
            assert shown == wanted, f"after {state.path}: {shown!r} instead of {wanted!r}"
        return state

    def details(self) -> str:
        """What the panel for the help desk says."""
        self.go("status")
        told = " ".join(self.frame.locator("dialog").inner_text().split())
        log = self.frame.locator("dialog textarea")
        calls = log.input_value() if log.count() else ""
        self.go("close")
        return f"{told} {calls}"

    def debriefed(self) -> None:
        """Walks the debrief to its end, to the page that says what next."""
        self.go("debrief")
        while self.frame.locator('[data-go="forward"]:visible').count():
            self.go("forward")
        self.go("next")

    def done(self) -> None:
        """Leaves by the player's own button."""
        self.go("leave")

    def closes(self) -> None:
        """The window closes by itself."""
        if not self.page.is_closed():
            self.page.wait_for_event("close")

    def stored(self) -> dict[str, Any]:
        """What the server has of each runtime."""
        return self.room.site.commits[self.attempt]

    def ended(self) -> dict[str, Any]:
        """What the server has once every session of it is over."""
        runtimes = self.room.lms.evaluate("Object.keys(lms.runtimes)")

        def over() -> bool:
            return all(self.stored().get(name, {}).get("ended") for name in runtimes)

        eventually(over, "the session has ended and is stored")
        return self.stored()

    def elements(self, runtime: str = "strict") -> dict[str, str]:
        """The committed elements at a runtime."""
        stored = self.stored().get(runtime, {"cmi": {}, "values": {}})
        if runtime == "again":
            return expected.flat(stored["cmi"])
        values: dict[str, str] = stored["values"]
        return values


def _covers(act: Mapping[str, Any]) -> list[str]:
    """What can lie over an act, in the order in which it has to be opened."""
    on, verb = act.get("on"), act["do"]
    if on is None:
        return ["list"]
    return ["list", on, f"{on}.{verb}"]

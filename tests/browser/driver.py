"""A learner at the page: opens packages in frames, presses what a person would, and leaves."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import expected
import material
from in_page import AIM, HEADING, NOTICES, PRESS, SHOWS
from lms import Site
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    ElementHandle,
    Error,
    Frame,
    Locator,
    Page,
)

from scormkit import play
from scormkit.play import Bundle, State
from scormkit.store import Store

PACKAGES = {"1.2": "scorm12", "2004": "scorm2004-4"}
FRAMES = ("iframe", "nested", "popup")
DEEP = {"iframe": 1, "nested": 2, "popup": 0, "popup with a frame": 1}  # frames down to a package
BOTH = ("again", "strict")  # scorm-again answers the package, our own strict LMS listens too
# `make test-all`: what tests else take by turns, they do in every edition and frame.
EVERYTHING = os.environ.get("SCORMKIT_TEST_ALL") == "1"
PATIENCE = 20.0  # seconds for what happens by itself, on a busy machine
Target = str | ElementHandle
T = TypeVar("T")


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
    launches: int = 0

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
        self.launches += 1
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
        launch = "options => { lms.launch(options); }"
        if frame.startswith("popup"):
            self.leave()  # else the window that closes may be taken for the new one
            with self.page.expect_popup() as opened:
                self.lms.evaluate(launch, options)
            page, at = opened.value, opened.value.main_frame
        else:
            self.lms.evaluate(launch, options)
            page, at = self.page, self.lms
        shown = self.lms.evaluate("lms.shown()")
        for _ in range(DEEP[frame]):
            at = at.child_frames[-1] if shown else inner(at)
        sitting = Sitting(self, whole, edition, page, at, attempt)
        if not shown:
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
        calls: list[dict[str, Any]] = self.lms.evaluate(
            "lms.calls.filter(({call, code}) => code !== '0' || call.endsWith('Commit'))"
        )
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
        self._press(f'[data-go="{name}"]')

    def save_again(self, **faults: Any) -> None:
        """Presses "save again" at an LMS whose faults change with that press. A moment earlier, and
        the player might have sent by itself, so that the button is gone."""
        self.frame.evaluate(
            """faults => addEventListener("click", () => {
                Object.assign(parent.lms.runtimes.strict.faults, faults);
            }, {capture: true, once: true})""",
            faults,
        )
        self.go("retry-save")

    def press(self, control: Locator) -> None:
        """Presses anything else."""
        self._press(control.element_handle())

    def opens(self, cover: str) -> None:
        """Presses the first of what lies over something else, if any shows."""
        if self.frame.evaluate(SHOWS, cover):
            self._press(cover)

    def _press(self, *sought: Target) -> Target:
        """A click of the mouse on the first that shows; which one that was. What Locator.click asks
        the page in ten questions takes two here.

        Then the pointer goes away, for what comes to lie under it may be a link, and to rest on a
        link is to look into it.
        """
        met = False
        while not met:
            which, spot = self.frame.evaluate(AIM, [list(sought), True])
            target: Target = sought[int(which)]
            try:
                if spot is None:
                    self._elsewhere(target)
                else:
                    self.page.mouse.click(*spot)
                self.page.mouse.move(0, 0)
                met = spot is None or self.frame.evaluate("aimed()")
            except Error:  # the click has closed the window
                self.closes()
                met = True
        return target

    def _elsewhere(self, target: Target) -> None:
        """A click where a page of another origin is around: the browser knows where."""
        if isinstance(target, str):
            self.frame.click(f"{target}:visible")
        else:
            target.click()

    def title(self) -> str:
        """The heading of what is shown."""
        return self._heading(decided=False)

    def _heading(self, decided: bool) -> str:
        return " ".join(str(self.frame.evaluate(HEADING, decided)).split())

    def text(self) -> str:
        """All that can be read on the page."""
        text = self.frame.evaluate("document.querySelector('#player').innerText")
        return " ".join(str(text).split())

    def notices(self) -> list[str]:
        """The lines at the top, without the marks of their buttons."""
        lines: list[str] = self.frame.evaluate(NOTICES)
        return lines

    def reach(self, scene: str, index: int) -> None:
        """Opens what lies over an act, until a mouse hits it."""
        wanted, *covers = self._controls(scene, index)
        while (which := self.frame.evaluate(AIM, [[wanted, *covers], False])[0]) > 0:
            self._press(covers[which - 1])
            covers = covers[which:]

    def take(self, scene: str, index: int) -> str:
        """Takes an act by a click. The heading then: the first decision fetches what comes later,
        and the next scene, if it needs that, stands once it is there, or the page says that it
        could not be fetched."""
        wanted, *covers = self._controls(scene, index)
        while (pressed := str(self._press(wanted, *covers))) != wanted:
            covers = covers[covers.index(pressed) + 1 :]
        decision = self.whole["scenes"][scene]["acts"][index]["decision"]
        return "" if self.page.is_closed() else self._heading(decision)

    def _controls(self, scene: str, index: int) -> list[str]:
        """What takes an act, and what can lie over it."""
        covers = _covers(self.whole["scenes"][scene]["acts"][index])
        return [f'[data-act="{index}"]', *(f'[data-open="{part}"]' for part in covers)]

    def run(self, state: State, path: Iterable[int]) -> State:
        """Plays on as `play` does, in a tenth of the time: what takes an act is pressed by the page
        itself. For ways that are clicked in another test, as only a click notices what lies over a
        control."""
        for index in path:
            act = self.whole["scenes"][state.scene]["acts"][index]
            before, state = state, play.take(self.whole, state, index)
            wanted = material.title(self.whole, state)
            shown = self.frame.evaluate(PRESS, [index, _covers(act), act["decision"], wanted])
            assert shown is not None, f"{before.scene}: nothing to press for {act['id']}"
            assert shown == wanted, f"after {before.path}: {shown!r} instead of {wanted!r}"
        return state

    def play(self, state: State, path: Iterable[int]) -> State:
        """Plays on from a state; each heading is the one that the rules lead to."""
        for index in path:
            shown = self.take(state.scene, index)
            state = play.take(self.whole, state, index)
            wanted = material.title(self.whole, state)
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

        try:
            eventually(over, "the session has ended and is stored")
        except AssertionError as error:
            ends = {name: kept.get("ended") for name, kept in self.stored().items()}
            error.add_note(f"ended: {ends}; last calls: {self.room.calls()[-6:]}")
            raise
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

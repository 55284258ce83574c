"""Takes the pictures in docs/ through the preview, and notes what each shows: make screenshots

A picture is current as long as the texts and styles on the page are those that were noted with it
in docs/pictures.json; tests/browser/test_pictures.py looks again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Locator, Page, sync_playwright

from scormkit import preview, starter

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NOTED = DOCS / "pictures.json"
TUTORIAL = "parcel-scam"
PHONE, FRAME, LONG, DESKTOP = (390, 780), (650, 600), (650, 1000), (980, 800)
_PATIENCE = 120_000  # milliseconds; a machine may have more to do
_LARGEST = 350_000  # bytes; the READMEs are read on phones too
Deed = Callable[[Page, FrameLocator], None]


def _nothing(page: Page, player: FrameLocator) -> None:
    """The scene as it opens."""


def _pressed(*selectors: str) -> Deed:
    """One control of the player after the other is pressed."""

    def do(page: Page, player: FrameLocator) -> None:
        for selector in selectors:
            player.locator(selector).first.click()

    return do


def _inspected(message: str, link: str) -> Deed:
    """A mail is open, and where its link leads is shown."""

    def do(page: Page, player: FrameLocator) -> None:
        player.locator(f"[data-open={message}]").first.click()
        player.locator("body").evaluate("scrollTo(0, 0)")
        player.locator(f"[data-link={link}]").hover()
        player.locator("[role=tooltip]").wait_for()

    return do


def _tab(name: str) -> Deed:
    """A panel of the bench is open."""
    return lambda page, player: page.click(f"#tab-{name}")


def _map(page: Page, player: FrameLocator) -> None:
    """The story is drawn whole, as far as it fits."""
    page.click("#view-map")
    page.locator("#map svg").wait_for()
    page.click("#tab-story")


@dataclass(frozen=True)
class Picture:
    """What is to be seen: a scene or ending of a scenario (none: where it begins), in the player
    or, without a size, on the whole bench."""

    name: str
    source: str
    place: str = ""
    size: tuple[int, int] | None = None
    do: Deed = _nothing
    mistake: tuple[str, str] | None = None  # what an author changes in the source before


_SECOND_POINT = _pressed("[data-go=debrief]", "[data-go=forward]")
PICTURES = (
    Picture("preview", TUTORIAL, "inbox", do=_tab("story")),
    Picture("mistake", TUTORIAL, "inbox", mistake=("then: portal\n", "then: portl\n")),
    Picture("map", TUTORIAL, "afterwards", do=_map),
    Picture("player-desktop", "phishing", "first-inbox", DESKTOP, _inspected("lure", "go")),
    Picture("player-phone", "phishing", "quiet-monday", (360, 800), _SECOND_POINT),
    Picture("inbox", "phishing", "first-inbox", FRAME, _inspected("lure", "go")),
    Picture("phone", "mfa-fatigue-attack", "it-call", PHONE),
    Picture("sms", "smishing", "scare", PHONE),
    Picture("chat", "phishing", "priya-safe", PHONE),
    Picture("video", "deepfake-wire-fraud", "call-two", LONG),
    Picture("push", "mfa-fatigue-attack", "push-2", PHONE),
    Picture("browser", "phishing", "fake-portal", PHONE),
    Picture("code-review", "secrets-management", "old-commit", LONG),
    Picture("ticket", "helpdesk-vishing", "ring-round", LONG),
)


def main() -> None:
    """Take every picture, and note what it shows."""
    noted = {}
    with (
        tempfile.TemporaryDirectory(prefix="scormkit-pictures-") as folder,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        taken = {}
        for picture in PICTURES:
            with (
                bench(picture, Path(folder) / picture.name) as previewed,
                arranged(browser, picture, *previewed) as (page, subject),
            ):
                noted[picture.name] = shown(page, picture)
                taken[picture.name] = subject.screenshot(animations="disabled")
        desk, phone = (taken.pop(f"player-{device}") for device in ("desktop", "phone"))
        taken["player"] = _two_devices(browser, desk, phone)
        browser.close()
    DOCS.mkdir(exist_ok=True)
    for name, data in taken.items():
        (DOCS / f"{name}.png").write_bytes(data)
        print(f"docs/{name}.png, {len(data) / 1000:.0f} KB", file=sys.stderr)
    NOTED.write_text(json.dumps(noted, indent=2) + "\n", encoding="utf-8")
    raise SystemExit(any(len(data) > _LARGEST for data in taken.values()))


@contextmanager
def arranged(
    browser: Browser, picture: Picture, address: str, workshop: preview.Workshop
) -> Iterator[tuple[Page, Locator]]:
    """The bench as the picture wants it, and the part of it that is the picture."""
    page = browser.new_page(
        viewport={"width": 1280, "height": 860},
        reduced_motion="reduce",
        device_scale_factor=1.5,
    )
    page.set_default_timeout(_PATIENCE)
    page.goto(address)
    page.locator("iframe").wait_for()
    if picture.size:
        wide, high = picture.size
        page.set_viewport_size({"width": wide + 700, "height": high + 160})
        page.add_style_tag(content=_BARE.replace("WIDE", str(wide)).replace("HIGH", str(high)))
    player = page.frame_locator("iframe")
    if picture.place:
        page.click("#tab-story")
        page.click(f"[data-scene={picture.place}]:enabled")
        page.click("#tab-problems")
    player.locator("h1[tabindex]").first.wait_for()  # of a scene or an ending, not of the wait
    for passing in player.locator("[data-go=hide]").all():
        passing.click()
    if picture.mistake:
        _mistaken(workshop, *picture.mistake)
        page.locator("#problems li").first.wait_for()
    picture.do(page, player)
    page.wait_for_timeout(400)  # until nothing moves any more
    # its styles count, and how soon it fetches what is for later depends on the machine
    player.locator("#player[data-loaded]").wait_for(state="attached")
    player.locator(".status:not([data-state=saving])").wait_for(state="attached")
    for passing in player.locator("[data-go=hide]").all():
        passing.click()
    page.evaluate(_UP)
    yield page, page.locator("iframe" if picture.size else "body")
    page.close()


def shown(page: Page, picture: Picture) -> str:
    """A digest of the words on the page and of the styles that they are drawn in."""
    found = [frame.evaluate(_SHOWN) for frame in page.frames[1 if picture.size else 0 :]]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]


_BARE = """#stage { padding: 0 } #stage iframe { inline-size: WIDEpx; block-size: HIGHpx; border: 0;
max-inline-size: none !important; max-block-size: none !important; border-radius: 0 }"""
# What the player scrolls into sight may move the bench around it, too.
_UP = "for (const one of document.querySelectorAll('html, body, main, #stage')) one.scrollTo(0, 0)"
# "Build 1, shown in 80 ms" is another each time; how the bench's own style tag is written is ours.
_SHOWN = """() => {
  document.getElementById("built")?.replaceChildren();
  const sheets = [...document.styleSheets].filter(({href}) => href);
  const rules = sheets.map(({cssRules}) => [...cssRules].map(({cssText}) => cssText));
  return [document.body.innerText, rules];
}"""


def _source(picture: Picture, folder: Path) -> Path:
    """A shipped scenario where it is; the tutorial's, made anew."""
    if picture.source == TUTORIAL:
        return starter.write(TUTORIAL, folder)[-1]
    return ROOT / "scenarios" / f"{picture.source}.yaml"


@contextmanager
def bench(picture: Picture, folder: Path) -> Iterator[tuple[str, preview.Workshop]]:
    """A preview of the picture's scenario on a free port of this machine alone."""
    server, workshop = preview.serve(_source(picture, folder))
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", workshop
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _mistaken(workshop: preview.Workshop, before: str, after: str) -> None:
    text = workshop.source.read_text(encoding="utf-8")
    if before not in text:
        raise SystemExit(f"{workshop.source.name} has no {before!r} any more")
    workshop.source.write_text(text.replace(before, after, 1), encoding="utf-8")
    workshop.look()


def _two_devices(browser: Browser, desktop: bytes, phone: bytes) -> bytes:
    """Both pictures in their devices, side by side."""
    page = browser.new_page(viewport={"width": 1476, "height": 884})
    page.set_default_timeout(_PATIENCE)
    desk = _DESK
    for device, data in (("DESKTOP", desktop), ("PHONE", phone)):
        desk = desk.replace(device, base64.b64encode(data).decode())
    page.set_content(desk)
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    taken = page.screenshot()
    page.close()
    return taken


_DESK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Two devices</title>
<style>
  body { margin: 0; padding: 32px; display: flex; gap: 32px; background: #dfe6ee; }
  img { display: block; block-size: 800px; border: 10px solid #1d2733; border-radius: 14px; }
  .phone { border-radius: 38px; }
</style>
<img src="data:image/png;base64,DESKTOP"><img class="phone" src="data:image/png;base64,PHONE">
</html>"""


if __name__ == "__main__":
    main()

"""Takes the picture of the player in the README: .venv/bin/python scripts/screenshots.py

Two devices on one page, each with the exercise `phishing` in an LMS of a few lines: an inbox on a
desktop with the link of a false mail inspected, and the debrief of the same mail on a phone.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Page, sync_playwright

from scormkit import document, play
from scormkit.compiler import compile_file
from scormkit.editions import EDITIONS

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "player.png"
SCENARIO = ROOT / "scenarios" / "phishing.yaml"
LEARNER = "sam"
LARGEST = 250_000  # bytes; the README shows it on phones too

# What the player needs of an LMS, and no more: it says yes, and hands back a saved state.
_LMS = """<!doctype html><html lang="en"><meta charset="utf-8"><title>LMS</title>
<style>
  html, body, iframe { margin: 0; border: 0; inline-size: 100%; block-size: 100vh; display: block; }
</style>
<script>
  const state = new URLSearchParams(location.search).get("state");
  const said = {"cmi.core.student_id": "LEARNER", "cmi.suspend_data": state};
  const yes = () => "true";
  window.API = {
    LMSInitialize: yes, LMSFinish: yes, LMSCommit: yes, LMSSetValue: yes,
    LMSGetValue: (name) => said[name] ?? "",
    LMSGetLastError: () => "0", LMSGetErrorString: () => "", LMSGetDiagnostic: () => "",
  };
</script>
<iframe title="Exercise" src="package/index.html"></iframe></html>"""

_DESK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Two devices</title>
<style>
  body { margin: 0; padding: 32px; display: flex; gap: 32px; background: #dfe6ee; }
  iframe { display: block; border: 0; background: #fff; }
  div { border: 10px solid #1d2733; border-radius: 14px; overflow: hidden; }
  .screen iframe { inline-size: 980px; block-size: 800px; }
  .phone { border-radius: 38px; }
  .phone iframe { inline-size: 360px; block-size: 800px; }
</style>
<div class="screen"><iframe id="desktop" title="Desktop" src="lms.html?state="></iframe></div>
<div class="phone"><iframe id="phone" title="Phone" src="lms.html?state=STATE"></iframe></div>
</html>"""


def main() -> None:
    """Build the package, play to the two moments, take the picture."""
    with tempfile.TemporaryDirectory(prefix="scormkit-picture-") as folder:
        _site(Path(folder))
        with _served(Path(folder)) as address, sync_playwright() as playwright:
            chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1476, "height": 884})
            page.goto(f"{address}/desk.html")
            _debrief(_exercise(page, "#phone"))
            _inbox(_exercise(page, "#desktop"))
            page.wait_for_timeout(800)  # until nothing moves any more
            PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=PICTURE)
            browser.close()
    size = PICTURE.stat().st_size
    print(f"wrote {PICTURE.relative_to(ROOT)}, {size / 1000:.0f} KB", file=sys.stderr)
    raise SystemExit(size > LARGEST)


def _site(folder: Path) -> None:
    """The unpacked package, the LMS, and the page with both devices."""
    compiled = compile_file(SCENARIO)
    if compiled.bundle is None:
        raise SystemExit("\n".join(map(str, compiled.problems)))
    for name, data in EDITIONS["scorm12"].files(compiled.bundle, compiled.media).items():
        path = folder / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "lms.html").write_text(_LMS.replace("LEARNER", LEARNER), encoding="utf-8")
    desk = _DESK.replace("STATE", _ended(compiled.bundle))
    (folder / "desk.html").write_text(desk, encoding="utf-8")


def _ended(bundle: play.Bundle) -> str:
    """The state string of the learner after the author's careful test, with their own seed."""
    seed = 0
    state = play.start(bundle, seed)
    for step in document.read(SCENARIO).data["tests"]["careful"]["path"]:
        acts = bundle["scenes"][state.scene]["acts"]
        name = step.rpartition("/")[2]
        index = next(n for n in play.available(bundle, state) if acts[n]["id"] == name)
        state = play.take(bundle, state, index)
    return f"1.{bundle['rules']}.1.{_base36(seed)}.1.0.-.{play.encode_path(state.path)}"


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]


def _exercise(page: Page, device: str) -> FrameLocator:
    return page.frame_locator(device).frame_locator("iframe")


def _inbox(exercise: FrameLocator) -> None:
    """The false mail is open, and its link inspected."""
    exercise.locator("[data-go=begin]").click()
    exercise.locator("[data-open=lure]").first.click()
    exercise.locator("body").evaluate("scrollTo(0, 0)")
    exercise.locator("[data-link=go]").hover()
    exercise.locator("[role=tooltip]").wait_for()


def _debrief(exercise: FrameLocator) -> None:
    """The first thing to look back on is that mail."""
    exercise.locator("[data-go=debrief]").click()
    exercise.locator("#point-title").wait_for()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder on a free port of this machine alone."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the picture is what is wanted."""


if __name__ == "__main__":
    main()

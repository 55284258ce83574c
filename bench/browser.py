"""What a browser does with a package: time, memory, calls, in an independent LMS runtime."""

from __future__ import annotations

import functools
import http.server
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.run import ROOT

CHROMIUM = "/usr/bin/chromium"
THROTTLE = 4  # times slower than this machine
LOADS = 5
DECISIONS = 40
GOOD = '[data-act="0"]'  # the first act of a generated scene is its right answer

# A page as an LMS has it: the runtime is npm's scorm-again; every call through it is counted.
_LMS = """<!doctype html><html lang="en"><meta charset="utf-8"><title>LMS</title>
<script src="scorm2004.js"></script>
<script>
  const api = new window.Scorm2004API({autocommit: false, logLevel: 5});
  window.calls = {};
  window.API_1484_11 = {};
  for (const name of ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError",
    "GetErrorString", "GetDiagnostic"]) {
    window.API_1484_11[name] = (...given) => {
      window.calls[name] = (window.calls[name] ?? 0) + 1;
      return api[name](...given);
    };
  }
  window.kept = () => api.cmi.suspend_data;
</script>
<iframe id="course" title="Course" src="package/index.html" width="1000" height="800"></iframe>
</html>"""


def figures(package: Path) -> dict[str, Any]:
    """The browser's figures for an unpacked package of at least forty decisions."""
    site = package.parent
    (site / "lms.html").write_text(_LMS, encoding="utf-8")
    shutil.copy(ROOT / "node_modules/scorm-again/dist/scorm2004.js", site)
    with _served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            first = [_first_decision(browser, address) for _ in range(LOADS)]
            played = _played(browser, address)
        finally:
            browser.close()
    return {
        f"first screen at {THROTTLE}x throttle, ms (min, median)": _spread(t[0] for t in first),
        f"first decision at {THROTTLE}x throttle, ms (min, median)": _spread(t[1] for t in first),
        **played,
    }


def _spread(times: Iterator[float]) -> list[int]:
    found = list(times)
    return [round(min(found)), round(statistics.median(found))]


def _first_decision(browser: Browser, address: str) -> tuple[float, float]:
    """From the request to the first screen, and to the first decision in reach, without a cache."""
    page = browser.new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    page.goto(f"{address}/lms.html")
    frame = page.frame_locator("#course")
    frame.locator("[data-go=begin]").wait_for()
    shown = page.evaluate("performance.now()")
    frame.locator("[data-go=begin]").click()
    frame.locator(GOOD).wait_for()
    decided = page.evaluate("performance.now()")
    page.close()
    return shown, decided


def _played(browser: Browser, address: str) -> dict[str, Any]:
    """Forty decisions in a row: what was kept, what was called, what memory it took."""
    page = browser.new_page()
    page.goto(f"{address}/lms.html")
    frame = page.frame_locator("#course")
    frame.locator("[data-go=begin]").click()
    frame.locator(GOOD).wait_for()
    begun = dict(page.evaluate("window.calls"))
    heap_first = _heap(page)
    for _ in range(DECISIONS):
        before = page.evaluate("window.kept()")
        frame.locator(GOOD).click()
        page.wait_for_function("before => window.kept() !== before", arg=before)
    calls = dict(page.evaluate("window.calls"))
    made = {name: calls[name] - begun.get(name, 0) for name in calls}
    return {
        "heap after load, MB": heap_first,
        f"heap after {DECISIONS} decisions, MB": _heap(page),
        f"state after {DECISIONS} decisions, characters": len(page.evaluate("window.kept()")),
        "SetValue calls a decision": round(made.get("SetValue", 0) / DECISIONS, 1),
        "Commit calls a decision": round(made.get("Commit", 0) / DECISIONS, 1),
    }


def _heap(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    return round(float(used) / 1e6, 1)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder on a free port of this machine alone."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the figures are what is wanted."""

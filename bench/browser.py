"""What a browser does with a package: time, memory, calls, in an independent LMS runtime."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import statistics
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.run import ROOT

CHROMIUM = "/usr/bin/chromium"
THROTTLE = 4  # times slower than this machine
LOADS = 9
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
<iframe id="course" title="Course" width="1000" height="800"></iframe>
<script>document.getElementById("course").src = location.hash.slice(1);</script>
</html>"""

# The least that could be called a course, for what machine, browser and LMS take by themselves.
_LEAST = {
    "index.html": """<!doctype html><html lang="en"><meta charset="utf-8"><title>Least</title>
<body><main id="main"></main><script src="least.js"></script></body></html>""",
    "least.js": """const main = document.getElementById("main");
const words = `<h1>Now</h1><p>${"word ".repeat(55)}</p>`;
parent.API_1484_11.Initialize("");
main.innerHTML = `${words}<button data-go="begin">Begin</button>`;
main.querySelector("button").onclick = () => {
  main.innerHTML = `${words}<button data-act="0">One</button><button data-act="1">Other</button>`;
};""",
}

# A learner who begins at once: the time, in ms from the request of the course's page, at which
# its first decision was painted, told through the console.
_WATCH = """if (window.top !== window) {
  const watch = new MutationObserver(() => {
    const begin = document.querySelector("[data-go=begin]");
    if (begin && !begin.pressed) {
      begin.pressed = true;
      begin.click();
    }
    if (!document.querySelector('[data-act="0"]')) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      console.debug("decision", performance.now());
    }));
  });
  watch.observe(document, {childList: true, subtree: true});
}"""


def figures(short: Path, long: Path) -> dict[str, Any]:
    """The browser's figures for two unpacked packages in one folder; the long one has at least
    forty decisions."""
    site = short.parent
    (site / "lms.html").write_text(_LMS, encoding="utf-8")
    shutil.copy(ROOT / "node_modules/scorm-again/dist/scorm2004.js", site)
    least = site / "least"
    least.mkdir()
    for name, text in _LEAST.items():
        (least / name).write_text(text, encoding="utf-8")
    with _served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            # In turns, so that whatever else the machine does meets both alike.
            loads = [
                [
                    _first_decision(browser, f"{address}/lms.html#{course.name}/index.html")
                    for course in (short, least)
                ]
                for _ in range(LOADS)
            ]
            heap = {
                course.name: _loaded_heap(browser, f"{address}/lms.html#{course.name}/index.html")
                for course in (short, least)
            }
            played = _played(browser, f"{address}/lms.html#{long.name}/index.html")
        finally:
            browser.close()
    ours, floor = zip(*loads, strict=True)
    first = f"first decision at {THROTTLE}x throttle, ms (min, median)"
    return {
        first: _spread(ours),
        f"{first}, least course": _spread(floor),
        "heap after load, MB": heap[short.name],
        "heap after load, MB, least course": heap[least.name],
        **played,
    }


def _spread(times: Sequence[float]) -> list[int]:
    return [round(min(times)), round(statistics.median(times))]


def _first_decision(browser: Browser, address: str) -> float:
    """Milliseconds from the request of the course to its first decision, without a cache."""
    page = browser.new_page()
    page.add_init_script(_WATCH)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    time = _decided(page, address)
    page.close()
    return time


def _decided(page: Page, address: str) -> float:
    """Opens the course and waits for its first decision without asking it anything meanwhile: each
    question takes time of the thread that is measured."""
    decision = re.compile(r"decision ([\d.]+)")
    with page.expect_console_message(lambda said: decision.match(said.text) is not None) as told:
        page.goto(address)
    match = decision.match(told.value.text)
    assert match is not None
    return float(match[1])


def _loaded_heap(browser: Browser, address: str) -> float:
    """The heap of the LMS's page and the course in it, at the first decision."""
    page = browser.new_page()
    page.add_init_script(_WATCH)
    _decided(page, address)
    heap = _heap(page)
    page.close()
    return heap


def _played(browser: Browser, address: str) -> dict[str, Any]:
    """Forty decisions in a row: what was kept, what was called, what memory it took."""
    page = browser.new_page()
    page.goto(address)
    frame = page.frame_locator("#course")
    frame.locator("[data-go=begin]").click()
    frame.locator(GOOD).wait_for()
    begun = dict(page.evaluate("window.calls"))
    for _ in range(DECISIONS):
        before = page.evaluate("window.kept()")
        frame.locator(GOOD).click()
        page.wait_for_function("before => window.kept() !== before", arg=before)
    calls = dict(page.evaluate("window.calls"))
    made = {name: calls[name] - begun.get(name, 0) for name in calls}
    return {
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
    protocol_version = "HTTP/1.1"  # one connection for many files, as every LMS has it
    disable_nagle_algorithm = True  # else a body waits until the head before it is acknowledged
    wbufsize = -1  # head and body in one

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the figures are what is wanted."""

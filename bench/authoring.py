"""What an author waits for: a picture of the story, the page after saving."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.browser import CHROMIUM
from bench.generate import library
from bench.run import measured
from scormkit import preview

SCENES = 100
SAVES = 5


def figures(work: Path) -> dict[str, Any]:
    """Seconds for the graph and from saving to the new page, for a story of a hundred scenes."""
    [source] = library(work / "authoring", scenarios=1, scenes=SCENES)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "scormkit.cli",
        "graph",
        source,
        "--out",
        work / "story.svg",
    ]
    graph = measured(command, 3)
    saved = _saved(source)
    return {
        f"graph of {SCENES} scenes, seconds": round(graph.wall, 2),
        f"save to reload at {SCENES} scenes, seconds (min, median)": [
            round(min(saved), 2),
            round(statistics.median(saved), 2),
        ],
    }


def _saved(source: Path) -> list[float]:
    """Seconds from saving to the player showing the new text, where the author was."""
    server, workshop = preview.serve(source)
    stopped = threading.Event()
    for work in (lambda: preview.follow(workshop, stopped), server.serve_forever):
        threading.Thread(target=work, daemon=True).start()
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/")
        player = page.frame_locator("iframe")
        player.locator("[data-go=begin]").click()
        player.locator("h1", has_text="Moment 1").wait_for()
        text = source.read_text(encoding="utf-8")
        for number in range(SAVES):
            source.write_text(
                text.replace("title: Moment 1\n", f"title: Draft {number}\n"), "utf-8"
            )
            began = time.perf_counter()
            player.locator("h1", has_text=f"Draft {number}").wait_for()
            times.append(time.perf_counter() - began)
        browser.close()
    stopped.set()
    server.shutdown()
    server.server_close()
    return times

"""Our own store, running: what a package tells under a player's key arrives in it, once."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import material
import pytest
from driver import BOTH, eventually
from lms import served
from playwright.sync_api import Browser
from statement_store import VERB
from test_xapi import ACTIVITY, LATER, SEED, SMALL, WHOLE, kept, page_of, told

from scormkit import play
from scormkit.store import Store

pytest.importorskip("lrs.cli", reason="the store isn't part of this checkout yet")


@dataclass(frozen=True)
class Running:
    """A store that runs: where, with a player's key for packages, and one that reads."""

    origin: str
    player: str
    reader: str

    def statements(self) -> list[dict[str, Any]]:
        """All that it has, as it stored them."""
        headers = {
            "Authorization": f"Basic {base64.b64encode(self.reader.encode()).decode()}",
            "X-Experience-API-Version": "1.0.3",
        }
        url = f"{self.origin}/xapi/statements?ascending=true&limit=100"
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            found: list[dict[str, Any]] = json.load(answer)["statements"]
        return found

    def verbs(self) -> list[str]:
        """Their verbs."""
        return [each["verb"]["id"].removeprefix(VERB) for each in self.statements()]


@pytest.fixture
def lrs(tmp_path: Path) -> Iterator[Running]:
    """`lrs serve` on a port of this machine, with a database of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lrs.cli"]
    own = {
        "LRS_DATABASE": f"sqlite:///{tmp_path / 'lrs.db'}",
        "LRS_ORIGINS": "*",
        "LRS_PORT": str(port),
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **own}

    def key(*words: str) -> str:
        done = subprocess.run(
            [*command, "key", "create", *words],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    player = key("packages", "--player", "--activity", ACTIVITY)
    reader = key("reader", "--scope", "statements/read")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "serve"], env=environment, cwd=tmp_path, stdout=log, stderr=log
        )
        running = Running(f"http://127.0.0.1:{port}", player, reader)

        def answers() -> bool:
            try:
                return running.statements() == []
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                return False

        try:
            eventually(answers, "the store answers", 4 * LATER)
            yield running
        finally:
            server.terminate()
            server.wait(30)


def test_what_a_package_tells_is_in_the_running_store(browser: Browser, lrs: Running) -> None:
    """Played in scorm-again, with a network that goes away in between and a window that closes
    without a word, each statement is there once and in order; opened again, it goes on from there;
    what the store holds replays to the score that it holds."""
    with served() as site, page_of(browser, site) as lms:
        site.allowed = lrs.origin
        store = Store(f"{lrs.origin}/xapi/", lrs.player, "https://lms.example/")
        sitting = lms.open(SMALL, "1.2", store=store, runtimes=BOTH)
        sitting.go("begin")
        state = sitting.play(play.start(SMALL, SEED), [0])
        eventually(lambda: lrs.verbs() == WHOLE[:2], "the first decision is there", LATER)
        lms.context.set_offline(True)
        state = sitting.play(state, [0])
        sitting.page.wait_for_timeout(1500)
        lms.context.set_offline(False)
        end = sitting.play(state, [0])
        eventually(lambda: lrs.verbs() == WHOLE[:-1], "the rest is there", LATER)
        lms.leave()
        eventually(lambda: lrs.verbs() == WHOLE, "that it was closed is there", LATER)
        again = lms.open(SMALL, "1.2", store=store, runtimes=BOTH, kept=dict(sitting.ended()))
        eventually(lambda: lrs.verbs() == [*WHOLE, "resumed"], "it is open again", LATER)
        eventually(lambda: kept(again) == 0, "nothing is left in the browser", LATER)
        assert again.title() == material.title(SMALL, end)
    (passed,) = [each for each in lrs.statements() if each["verb"]["id"] == f"{VERB}passed"]
    claims = told(passed)
    result = play.result(
        SMALL, play.replay(SMALL, claims["path"], claims["seed"], claims["missed"])
    )
    assert claims["digest"] == SMALL["digest"]
    assert (result.score, result.passed) == (
        passed["result"]["score"]["raw"],
        passed["result"]["success"],
    )

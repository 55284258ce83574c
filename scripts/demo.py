"""The whole product in one go: make demo

A company of sixty people with a year behind it, in a fresh store; a dozen of them play in a real
browser through a stand-in LMS; what the LMS then holds is imported; the quarters are reviewed; the
pack is written, verified and sampled. Everything is left in build/demo to be looked at.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import click
import worked_year
from driver import BOTH, Room, Sitting, eventually
from lms import Site, served
from playwright.sync_api import Browser, sync_playwright
from worked_year import plays

from lrs import app
from lrs.config import Settings
from lrs.register import replay
from scormkit import catalogue, play
from scormkit.play import Bundle
from scormkit.store import Store

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "demo"
LMS = plays.LMS["learn"]
EXERCISE = "code-request"
FIRST = date(2026, 1, 1)  # of the company's first period
# Who plays today, and how: by a path that the exercise's own tests name.
PLAYERS = (
    ("ben.khan", "careful"),
    ("david.okoye", "polite"),
    ("farid.nasser", "careful"),
    ("georg.lang", "careful"),
    ("noor.haddad", "polite"),
    ("selma.wolf", "careful"),
    ("willem.bakker", "half"),
    ("berta.schulz", "careful"),
    ("jonas.weber", "polite"),
    ("uma.patel", "careless"),
    ("carla.mendes", "careful"),
    ("ana.ruiz", "careful"),
)
COMPANY, OWNER, CISO = "Brightwater", "Noor Haddad", "Dana Weiss"
PATIENCE = 60.0  # seconds, for what happens by itself
Row = tuple[str, str, str, str, str]  # login, course, state, when, score


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=OUT, help="Made anew.")
@click.option("--players", type=int, default=len(PLAYERS), help="How many of them play.")
@click.option("--reviews", type=int, default=4, help="Of how many quarters.")
def main(out: Path, players: int, reviews: int) -> None:
    """One step after the other; the first that fails ends it, with its own words."""
    began = time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    told("1. The shipped exercises are compiled to packages")
    run(out, "scormkit", "build", str(ROOT / "scenarios"), "--out", str(out / "packages"))
    told("2. A company's year comes into a fresh store: rosters, exports, programme, rulings")
    load(out)
    player = run(
        out, "lrs", "key", "create", "packages", "--player", "--activity", activity()
    ).strip()
    with serving(out) as address:
        told(f"3. The store answers at {address}; {players} people play in a browser")
        rows = played(Store(f"{address}/xapi/", player, LMS), PLAYERS[:players])
    told("4. What the LMS holds of it is imported, so that the two sides can be compared")
    export = out / "lms-export.csv"
    with export.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("login", "course", "state", "at", "score"))
        lines.writerows(rows)
    lms = ("--lms", LMS, "--zone", "UTC", "--by", "Noor Haddad")
    run(out, "lrs", "feeds", "import", str(export), "--profile", "plain", *lms)
    told("5. Management reviews the quarters that are over")
    review(out, reviews)
    told("6. The pack is written, verified by itself, and sampled")
    pack(out)
    took = time.monotonic() - began
    told(f"Done in {took:.0f} s. Look at:")
    for name, what in (
        ("pack/evidence.pdf", "the document"),
        ("pack/workbook.xlsx", "every sheet"),
        ("pack/README.txt", "where an auditor begins; verify.py beside it says how to verify"),
        ("sample/", "ten people drawn by lot, each with all that stands behind their rows"),
        ("packages/index.html", "the packages, for whoever runs an LMS"),
        ("lrs.db", f"the store: LRS_DATABASE=sqlite:///{out / 'lrs.db'} lrs register show ..."),
    ):
        print(f"   {out / name}: {what}")


def told(what: str) -> None:
    """A step, to whoever watches."""
    print(what, flush=True)


def environment(out: Path) -> dict[str, str]:
    """The settings of the demo's store."""
    own = {
        "LRS_DATABASE": f"sqlite:///{out / 'lrs.db'}",
        "LRS_SEAL_KEY": str(out / "lrs-seal.pem"),
        "LRS_ORIGINS": "*",
    }
    return {**os.environ, **own}


def run(out: Path, command: str, *words: str) -> str:
    """What a command of ours prints; what it says beside goes on to the terminal."""
    done = subprocess.run(
        [sys.executable, "-m", f"{command}.cli", *words],
        cwd=out,
        env=environment(out),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def load(out: Path) -> None:
    """The year as it came in, record by record at its instant, up to yesterday."""
    store = app.opened(Settings(database=environment(out)["LRS_DATABASE"], durable=False))
    try:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        worked_year.load(store, yesterday.isoformat())
    finally:
        store.close()


def activity() -> str:
    """What statements call the company's exercise."""
    entry = catalogue.entry(plays.bundle(EXERCISE), plays.source(EXERCISE), "0" * 64, ())
    return str(entry["activity"])


# Playing.


@contextmanager
def serving(out: Path) -> Iterator[str]:
    """The store's own server, on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (out / "lrs.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "lrs.cli", "serve", "--port", str(port)],
            cwd=out,
            env=environment(out),
            stdout=log,
            stderr=log,
        )

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/readyz") as answer:
                return bool(answer.status == 200)
        except OSError:
            assert server.poll() is None, (out / "lrs.log").read_text()
            return False

    try:
        eventually(answers, "the store answers", PATIENCE)
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE)


def played(store: Store, players: Sequence[tuple[str, str]]) -> list[Row]:
    """Everybody's play, all at once, and what the LMS's export would say of each: a row."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no chromium: make browser installs it"
    bundle = plays.bundle(EXERCISE)
    with sync_playwright() as playwright, served() as site:
        site.allowed = store.url.removesuffix("/xapi/")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        sittings = [sitting(browser, site, store, bundle, login) for login, _ in players]
        # Who decides before the texts can be read is flagged as nobody: so they are read.
        time.sleep(reading(bundle))  # as long as a reader takes: a faster play is flagged
        return [one(each, *who) for each, who in zip(sittings, players, strict=True)]


def sitting(browser: Browser, site: Site, store: Store, bundle: Bundle, login: str) -> Sitting:
    """Somebody at the first scene, in a window of their own."""
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(f"{site.origin}/lms/lms.html")
    page.wait_for_function("window.lms !== undefined")
    room = Room(site, page.context, page, page.main_frame)
    found = room.open(bundle, "2004", store=store, learner=login, runtimes=BOTH)
    found.go("begin")
    return found


def reading(bundle: Bundle) -> float:
    """Seconds in which everything in an exercise can be read, and more."""
    words = len(json.dumps(bundle["scenes"]).split())
    return 1 + words / replay.WORDS_A_SECOND


def one(sitting: Sitting, login: str, way: str) -> Row:
    """One person's decisions, the debrief, and what the LMS has at the end."""
    state = play.start(sitting.whole, 0)
    path = plays.paths(EXERCISE)[way]["path"]
    for act in path:
        acts = [each["id"] for each in sitting.whole["scenes"][state.scene]["acts"]]
        state = sitting.play(state, [acts.index(act)])
    sitting.debriefed()
    sitting.done()
    sitting.ended()
    held = sitting.elements()
    row = (login, EXERCISE, held["cmi.success_status"], f"{now():%Y-%m-%d %H:%M:%S}")
    print(f"   {login}: {row[2]}, {held['cmi.score.raw']} points", flush=True)
    return *row, held["cmi.score.raw"]


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day where the company's days begin and end: late in the evening it is UTC's next one."""
    return datetime.now(plays.ZONE).date()


# What follows from the records.


def review(out: Path, most: int) -> None:
    """Each quarter that is over: opened, a decision and an action, signed."""
    for quarter in islice(quarters(today()), most):
        run(out, "lrs", "review", "open", quarter, "--by", OWNER, "--attendees", f"{OWNER}, {CISO}")
        what = "What is overdue is followed up with each manager, by name"
        run(out, "lrs", "review", "decide", quarter, "--text", what, "--by", CISO)
        due = (today() + timedelta(days=30)).isoformat()
        words = ("--text", "Report what is still open", "--owner", OWNER, "--due", due)
        run(out, "lrs", "review", "act", quarter, *words, "--by", CISO)
        run(out, "lrs", "review", "sign", quarter, "--by", CISO, "--title", "CISO")


def quarters(today: date) -> Iterator[str]:
    """The quarters of the period that are over."""
    for n, (month, day) in enumerate(((3, 31), (6, 30), (9, 30), (12, 31)), 1):
        if date(FIRST.year, month, day) < today:
            yield f"{FIRST.year}-Q{n}"


def pack(out: Path) -> None:
    """The pack over all days up to today, verified with the public key, and a sample of it."""
    last = max(today(), FIRST)
    period = ("--type2", "--from", FIRST.isoformat(), "--to", last.isoformat())
    run(out, "lrs", "evidence", "write", *period, "--organisation", COMPANY, "--out", "pack.zip")
    (out / "public.pem").write_text(run(out, "lrs", "seal", "show", "--key"), "utf-8")
    print(indented(run(out, "lrs", "evidence", "verify", "pack.zip", "--key", "public.pem")))
    drawn = ("--seed", "20261231", "--size", "10", "--by", "role,kind,joiner")
    run(out, "lrs", "evidence", "sample", "pack.zip", *drawn, "--out", "sample.zip")
    sample = ("sample.zip", "--key", "public.pem", "--pack", "pack.zip")
    print(indented(run(out, "lrs", "evidence", "verify", *sample)))
    shutil.unpack_archive(out / "pack.zip", out / "pack")
    shutil.unpack_archive(out / "sample.zip", out / "sample")


def indented(text: str) -> str:
    """Lines of a command, below the step that ran it."""
    return "\n".join(f"   {line}" for line in text.splitlines())


if __name__ == "__main__":
    main()

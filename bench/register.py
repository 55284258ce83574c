"""What the register costs: everybody's, one manager's, and how soon a statement is in it."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench import load
from bench.run import ROOT, measured
from lrs import attempts, catalogue, keys, known, mapping, side_by_side
from lrs.config import Settings
from lrs.database import key, writing
from lrs.days import Interval
from lrs.people import hr_import
from lrs.people.hr_import import Source
from lrs.people.roster import FIELDS
from lrs.programme import publishing
from lrs.received import records
from lrs.register import completions
from lrs.xapi.arrivals import Arrival, authority, incoming
from lrs.xapi.store import Store

Figures = dict[str, Any]
SIZES = (1_000, 10_000, 100_000)
TRIES = 30  # attempts of a person in the year
TEAM = 12
LMS = "https://lms.brightwater.example"
END = date(2026, 12, 31)
YEAR = Interval(date(2026, 1, 1), END)
EXERCISES = ("phishing", "smishing")
_PROGRAMME = """\
programme: bench
title: Two exercises each month
zone: Europe/Berlin
owner: {name: Noor, mail: noor@brightwater.example}
buckets: {everyone: {title: Everybody, for: everyone}}
curriculum:
  everyone:
    cadences: {monthly: {every: month, exercises: [phishing, smishing], earlier: 5}}
remediation: {within: 14}
"""


def people(count: int) -> bytes:
    """A roster of so many, in teams of twelve."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["person", "name", "mails", "login", "lms", "kind", "manager", "hired"])
    for n in range(count):
        boss = f"{n // TEAM:06}" if n else ""
        name = f"{n:06}"
        mail = f"p{name}@brightwater.example"
        lines.writerow([name, f"Person {n}", mail, f"p{name}", LMS, "employee", boss, "2024-03-01"])
    return text.getvalue().encode()


def filled(store: Store, count: int) -> None:
    """A store with so many people and thirty attempts of each. The attempts go straight into their
    index: to replay three million would measure the replay."""
    built = _built(store)
    publishing.publish(store, _PROGRAMME.encode(), YEAR.first, YEAR.first, "bench")
    profile, problems = mapping.find("people", "plain", FIELDS)
    assert profile, problems
    source = Source("people.csv", people(count), profile, YEAR.first, "Europe/Berlin", "bench")
    with store.reading() as connection:
        judged = hr_import.judge(connection, source)
    assert judged.taking, judged.problems[:3]
    hr_import.take(store, judged)
    chance = random.Random(count)
    begin = 10_000_000  # of the numbers that the attempts would have in the log
    with writing(store.engine) as connection:
        for n in range(count):
            attempts._add(connection, _tries(chance, n, begin + n * TRIES, built))
        connection.execute(attempts.FOLLOWED.delete())
        attempts._followed(connection, [("attempts", records.newest(connection)[0])])


def _built(store: Store) -> list[catalogue.Built]:
    """The two exercises, from a build of the scenarios of this project."""
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "build"
        build = [sys.executable, "-m", "scormkit.cli", "build", "scenarios", "--out", str(out)]
        subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        built, problems = catalogue.read_build(out)
    assert not problems, problems
    store.writer.submit("catalogue", catalogue.Publication(built, "bench"))
    return [each for each in built if each.entry["slug"] in EXERCISES]


def _tries(
    chance: random.Random, n: int, seq: int, built: Sequence[catalogue.Built]
) -> list[tuple[Any, ...]]:
    """The attempts of one person, on days of the year: five of six passed."""
    name = f"account {LMS}|p{n:06}"
    who = key(name)
    lines = []
    for number in range(TRIES):
        entry = built[number % len(built)].entry
        when = int(_NEW_YEAR.timestamp()) + chance.randrange(364 * 86_400)
        passed = chance.random() < 5 / 6
        at = when * 1_000_000
        score = 90.0 if passed else 40.0
        line = (seq + number, at, who, name, entry["activity"], at, passed, score)
        statement = f"{chance.getrandbits(128):032x}"
        told = (statement, entry["digest"], "", "2026-03-31T08:15:00Z")
        lines.append((*line, *told, completions.JUDGED, True, "", "", ""))
    return lines


_NEW_YEAR = datetime(2026, 1, 1, 12, tzinfo=UTC)


def figures(work: Path, sizes: tuple[int, ...] = SIZES) -> Figures:
    """Every figure of the register, each size in a process of its own."""
    work.mkdir(exist_ok=True)
    found: Figures = {}
    for size in sizes:
        database = f"sqlite:///{work / f'{size}.db'}"
        with keys.opened(Settings(database=database, durable=False)) as store:
            filled(store, size)
        run = measured([sys.executable, "-m", "bench.register", "everybody", database])
        told = json.loads(run.output.splitlines()[-1])
        at = f"register of {size:,} people"
        found[f"{at}: rows"] = told["rows"]
        found[f"{at}: seconds, MB"] = [round(told["seconds"], 2), round(run.megabytes)]
        with keys.opened(Settings(database=database)) as store:
            found[f"{at}: a manager's {TEAM}, ms (min, median)"] = _team(store, size)
            found[f"{at}: a statement to the register, ms"] = _arrival(store)
    return found


def _team(store: Store, size: int) -> list[float]:
    chance, times = random.Random(1), []
    for _ in range(15):
        boss = f"{chance.randrange(1, size // TEAM):06}"
        began = time.perf_counter()
        attempts.follow(store.engine)
        with store.reading() as connection:
            found = known.register(connection, known.Asked(YEAR, END, manager=boss))
        times.append((time.perf_counter() - began) * 1_000)
        assert found.population == TEAM
    return [round(min(times), 1), round(statistics.median(times), 1)]


def _arrival(store: Store) -> float:
    """From a statement that is acknowledged to its person's rows."""
    by = authority("administrator", store.settings.url)
    statement = load.statement(random.Random(time.time()))
    statement["id"] = str(uuid.uuid4())
    arrival = Arrival([incoming(statement, json.dumps(statement), "1.0.3", by)])
    began = time.perf_counter()
    store.writer.submit("statements", arrival)
    newest = attempts.follow(store.engine)
    with store.reading() as connection:
        found = known.register(connection, known.Asked(YEAR, END, person="000013"))
        assert found.newest == newest
    return round((time.perf_counter() - began) * 1_000, 1)


def _everybody(database: str) -> None:
    with keys.opened(Settings(database=database)) as store:
        began = time.perf_counter()
        asked = known.Asked(YEAR, END, _AFTER)
        rows = sum(side_by_side.worked(store.engine, asked, lambda piece: len(piece.rows)))
        print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began}))


_AFTER = round(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)


def main() -> None:
    """The register's figures alone, for as many people as given."""
    if sys.argv[1:2] == ["everybody"]:
        _everybody(sys.argv[2])
        return
    sizes = tuple(int(re.sub(r"\D", "", word)) for word in sys.argv[1:]) or SIZES
    with tempfile.TemporaryDirectory(prefix="register-bench-") as work:
        for name, value in figures(Path(work), sizes).items():
            print(f"{name:60} {value}")


if __name__ == "__main__":
    main()

"""From a scenario to the evidence: `make demo` with two people, as anybody would run it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TESTS = ("tests/browser", "tests/lrs", "tests/lrs/register")


def test_what_is_played_stands_in_a_pack_that_verifies(tmp_path: Path) -> None:
    """Two people play in a browser, what the LMS holds of it is imported, and the pack has a row
    for each in which both sides agree; the pack and a sample of it verify."""
    out, began = tmp_path / "demo", datetime.now(UTC).isoformat()
    search = os.pathsep.join([str(ROOT), *(str(ROOT / each) for each in TESTS)])
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "scripts.demo",
            "--out",
            str(out),
            "--players",
            "2",
            "--reviews",
            "1",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "pack.zip: every check held" in done.stdout
    assert "sample.zip: every check held" in done.stdout
    with zipfile.ZipFile(out / "pack.zip") as pack:
        text = pack.read("sheets/register.csv").decode()
    played = [
        (row["name"], row["score"], row["provenance"], row["sides"])
        for row in csv.DictReader(text.splitlines())
        if row["attempt_at"] >= began
    ]
    assert set(played) == {
        ("Ben Khan", "100", "statement", "agree"),
        ("David Okoye", "100", "statement", "agree"),
    }

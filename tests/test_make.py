"""Tests of `make test` itself: what it prints last is how many tests passed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_count_is_the_last_line(tmp_path: Path) -> None:
    """The last that `make test` runs is pytest, and whoever reads only its last line reads how many
    tests passed: of two tests, run with the same options and settings in a process each, that there
    were two."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    clean = {name: value for name, value in clean.items() if not name.startswith("PYTEST_")}
    planned = subprocess.run(
        ["make", "--dry-run", "test"],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    _, *words = shlex.split(planned.stdout.strip().splitlines()[-1])
    assert words[:2] == ["-m", "pytest"]
    words[words.index("-n") + 1] = "2"  # a process each; others would only start
    tests = tmp_path / "test_two.py"
    tests.write_text("def test_one(): pass\n\n\ndef test_two(): pass\n", encoding="utf-8")
    settings = ["-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    told = subprocess.run(
        [sys.executable, *words, *settings, str(tests)],
        cwd=tmp_path,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert told.returncode == 0, told.stdout
    assert re.fullmatch(r"2 passed in [\d.]+s", told.stdout.splitlines()[-1]), told.stdout

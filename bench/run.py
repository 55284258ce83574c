"""One command, measured from outside: wall seconds, CPU seconds, the most memory at once."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """What a command took; CPU seconds count its child processes too."""

    wall: float
    cpu: float
    megabytes: float
    output: str


def measured(command: Sequence[str | Path], most: int = 1) -> Run:
    """The fastest of several runs of one command; it fails where the command does."""
    return min((_once(command) for _ in range(most)), key=lambda run: run.wall)


def _once(command: Sequence[str | Path]) -> Run:
    before = os.times()
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
    )
    peak: list[int] = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak))
    watcher.start()
    output, _ = process.communicate()
    wall = time.perf_counter() - began
    watcher.join()  # the process is gone, and so is its entry in /proc
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{output}")
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Run(wall, cpu, peak[0] / 1e6, output)


def _environment() -> dict[str, str]:
    """Ours, but Python keeps its bytecode, as it does wherever scormkit is installed; in a folder
    of the bench, so that nothing that lies about is measured."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": _bytecode().name}


@functools.cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    """Gone with the bench, like whatever else it wrote."""
    return tempfile.TemporaryDirectory(prefix="scormkit-bytecode-")


def _watch(pid: int, peak: list[int]) -> None:
    """The memory of a process and all below it, where /proc is; what they share counts once. It is
    looked at every 20 ms, or less often where it takes long to look."""
    while family := _family(pid):
        began = time.perf_counter()
        peak[0] = max(peak[0], sum(map(_bytes, family)))
        took = time.perf_counter() - began
        time.sleep(max(0.02, 20 * took))  # the distance between two looks, not a wait for something


def _family(pid: int) -> list[int]:
    """The process and all below it; none once it is gone."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _bytes(pid: int) -> int:
    """The memory that a process has in use, of what it shares its part; none if it has ended."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = _PSS.search(told)
    return int(found[1]) * 1024 if found else 0


_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)

"""Measures everything, prints a table beside the targets, and writes build/bench.json."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import authoring, browser, builds, evidence, register, seal, store
from bench.run import ROOT

# What we hold ourselves to; the figure of a run is its wall time on two quiet cores.
TARGETS = {
    "check of 500 scenes, cold": "2 s",
    "50 packages, cold": "3 s",
    "50 packages, one changed": "0.3 s",
    "300 x 40 scenes x 3 editions, cold": "20 s, 400 MB",
    "300 x 40 scenes x 3 editions, none changed": "1 s",
    "graph of 100 scenes, seconds": "1",
    "save to reload at 100 scenes, seconds (min, median)": "1",
    "zip bytes": "60000",
    "files in the zip": "25",
    "first load, bytes": "120000",
    "first load, bytes with gzip": "40000",
    "first decision at 4x throttle, ms (min, median)": "500",
    "heap after load, MB": "4",
    "state after 40 decisions, characters": "1000",
    "SetValue calls a decision": "2 beside the interaction's 9",
    "Commit calls a decision": "1",
    "pack of 10,000 people: seconds, MB": "60, 1500",
    "pack of 1,000 people: verified, seconds, MB": "10 for 10,000 rows",
    "register of 100,000 people: seconds, MB": "60, 2000",
    "register of 100,000 people: a manager's 12, ms (min, median)": "100",
    "register of 100,000 people: a statement to the register, ms": "1000",
    "inclusion proof among 3,000,000 leaves, ms (median, p95)": "5",
    "seal of 100,000 new records: seconds, of the processor": "5",
}


def main() -> None:
    """Run the whole bench; a quarter of an hour on a quiet machine, most of it for the store."""
    with tempfile.TemporaryDirectory(prefix="scormkit-bench-") as folder:
        work = Path(folder)
        found: dict[str, Any] = {
            "machine": {
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "load before": round(os.getloadavg()[0], 1),
            }
        }
        found |= builds.figures(work)
        found |= authoring.figures(work)
        found |= browser.figures(builds.unpacked(work, 12), builds.unpacked(work, 42))
        found |= store.figures(work / "store")
        found |= register.figures(work / "register")
        found |= evidence.figures(work / "evidence")
        found |= seal.figures(work / "seal")
    print(table(found))
    builds.dump(found, ROOT / "build" / "bench.json")
    print(f"\nwritten to {Path('build/bench.json')}", file=sys.stderr)


def table(found: dict[str, Any]) -> str:
    """The figures as text, one in each line, with its target where it has one."""
    width = max(map(len, found))
    lines = [f"{'':{width}}  {'measured':<34}  target"]
    for name, value in found.items():
        lines.append(f"{name:{width}}  {_shown(value):<34}  {TARGETS.get(name, '')}".rstrip())
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{number} {unit}" for unit, number in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


if __name__ == "__main__":
    main()

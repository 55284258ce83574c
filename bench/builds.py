"""How long builds take, what comes out of them, and what another packer takes for the same."""

from __future__ import annotations

import gzip
import json
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.generate import library
from bench.run import ROOT, Run, measured

SCORMKIT: tuple[str | Path, ...] = (Path(sys.executable).with_name("scormkit"),)  # as installed
CHANGES = 5
PEER = "simple-scorm-packager"
Figures = dict[str, Any]


def figures(work: Path) -> Figures:
    """Every figure that needs no browser."""
    found: Figures = {"scormkit --help": _short(measured([*SCORMKIT, "--help"], 5))}
    found |= _checked(work)
    found |= _fifty(work)
    found |= _three_hundred(work)
    return found


def _checked(work: Path) -> Figures:
    """A whole check of one very long story, the start of the command included."""
    sources = work / "checked"
    library(sources, scenarios=1, scenes=500)
    return {"check of 500 scenes, cold": _short(measured([*SCORMKIT, "check", sources]))}


def _fifty(work: Path) -> Figures:
    """Fifty packages of a twelve-scene story, ours and the peer's."""
    sources = work / "fifty"
    paths = library(sources, scenarios=50, scenes=12)
    out = work / "fifty-out"
    build = [*SCORMKIT, "build", sources, "--out", out, "--edition", "scorm12", "--quiet"]
    cold = measured(build)
    one = min((_changed(paths[7], build, n) for n in range(CHANGES)), key=lambda run: run.wall)
    idle = _idle(build)
    package = out / "bench-000-scorm12.zip"
    peer = _peer(work, out)
    return {
        "50 packages, cold": _short(cold),
        "50 packages, one changed": _short(one),
        "50 packages, none changed": _short(idle),
        f"50 packages, {PEER}": _short(peer),
        **_weights(package),
        f"zip bytes, {PEER}": next((work / "peer-out").rglob("*.zip")).stat().st_size,
    }


def _changed(path: Path, build: Sequence[str | Path], number: int) -> Run:
    """A build after one scenario of the fifty was changed once more."""
    said = re.sub("Moment 1( again)*", f"Moment 1{' again' * (number + 1)}", path.read_text())
    path.write_text(said, encoding="utf-8")
    run = measured(build)
    if "1 built, 49 unchanged" not in run.output:
        raise RuntimeError(f"it was not one that was built:\n{run.output}")
    return run


def _peer(work: Path, out: Path) -> Run:
    """The other packer on the same pages, without our manifests and schemas."""
    content = work / "peer-in"
    for package in sorted(out.glob("*.zip")):
        with zipfile.ZipFile(package) as opened:
            names = [n for n in opened.namelist() if not n.endswith((".xsd", "imsmanifest.xml"))]
            opened.extractall(content / package.stem, names)
    return measured(["node", ROOT / "bench/peer.mjs", content, work / "peer-out"])


def _three_hundred(work: Path) -> Figures:
    """Three hundred stories of forty scenes in three editions."""
    sources = work / "many"
    library(sources, scenarios=300, scenes=40)
    build = [*SCORMKIT, "build", sources, "--out", work / "many-out", "--quiet"]
    cold = measured(build)
    return {
        "300 x 40 scenes x 3 editions, cold": _short(cold),
        "300 x 40 scenes x 3 editions, none changed": _short(_idle(build)),
    }


def _idle(build: Sequence[str | Path]) -> Run:
    """A build with nothing to do; a figure of anything else would be no figure of this."""
    run = measured(build, 3)
    if "0 built" not in run.output:
        raise RuntimeError(f"something was built: did the code change meanwhile?\n{run.output}")
    return run


def _weights(package: Path) -> Figures:
    """What a learner's browser has to fetch before the first decision, and what lies in the zip."""
    with zipfile.ZipFile(package) as opened:
        names = opened.namelist()
        page = opened.read("index.html").decode()
        called = set(re.findall(r'(?:href|src)="([^"]+)"', page)) & set(names)
        loaded = sorted({"index.html", *called})
        raw = [opened.read(name) for name in loaded]
    return {
        "zip bytes": package.stat().st_size,
        "files in the zip": len(names),
        "first load, requests": len(loaded),
        "first load, bytes": sum(map(len, raw)),
        "first load, bytes with gzip": sum(len(gzip.compress(data, mtime=0)) for data in raw),
    }


def _short(run: Run) -> Figures:
    return {
        "seconds": round(run.wall, 2),
        "cpu seconds": round(run.cpu, 2),
        "peak MB": round(run.megabytes),
    }


def unpacked(work: Path, scenes: int) -> Path:
    """An unpacked SCORM 2004 package of so many scenes, for the browser."""
    sources = work / f"of-{scenes}"
    library(sources, scenarios=1, scenes=scenes)
    out = work / f"of-{scenes}-out"
    edition = "scorm2004-4"
    measured([*SCORMKIT, "build", sources, "--out", out, "--edition", edition, "--quiet"])
    folder = work / "site" / f"package-{scenes}"
    with zipfile.ZipFile(out / f"bench-000-{edition}.zip") as opened:
        opened.extractall(folder)
    return folder


def dump(found: Figures, path: Path) -> None:
    """The figures as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

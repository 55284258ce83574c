"""The golden files: what two scenarios become, and how the shipped ones' own tests play.

`make golden` writes them anew; the difference is read before it is committed.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from scormkit import play, starter
from scormkit.compiler import Compiled, compile_file
from scormkit.document import read
from scormkit.editions import EDITIONS

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
TRANSCRIPTS = HERE / "transcripts"
SCENARIOS = HERE.parents[1] / "scenarios"
EVERYTHING = GOLDEN / "everything.yaml"
_NO_SCENARIOS = ("organisation", "programme")


def shipped() -> list[Path]:
    """The scenarios that travel with the product."""
    found = SCENARIOS.glob("*.yaml")
    return sorted(p for p in found if p.stem not in _NO_SCENARIOS and "." not in p.stem)


def golden() -> Iterator[tuple[Path, bytes]]:
    """Every golden file with what it should hold."""
    with tempfile.TemporaryDirectory() as folder:
        source = starter.write("starter", Path(folder))[-1]
        for path in (source, EVERYTHING):
            yield from _files(path.stem, compiled(path))
    for path in shipped():
        yield TRANSCRIPTS / f"{path.stem}.json", _json(transcripts(path))


@cache
def compiled(path: Path) -> Compiled:
    """What the compiler makes of a file that no test changes; some take seconds, so each is made
    once for all tests."""
    return compile_file(path)


def transcripts(path: Path) -> list[dict[str, Any]]:
    """The scenario's own tests as paths of indexes, with all that the rules make of them."""
    bundle = compiled(path).bundle
    assert bundle is not None, path
    return [_played(bundle, name, test) for name, test in read(path).data["tests"].items()]


def _played(bundle: play.Bundle, name: str, test: dict[str, Any]) -> dict[str, Any]:
    seed, missed = test.get("seed", 0), test.get("missed", [])
    state = play.start(bundle, seed, missed)
    for written in test["path"]:
        ids = [act["id"] for act in bundle["scenes"][state.scene]["acts"]]
        state = play.take(bundle, state, ids.index(written.rpartition("/")[2]))
    told: dict[str, Any] = {"name": name, "seed": seed, "missed": missed}
    told |= {"path": play.encode_path(state.path), "minutes": state.minutes}
    if state.ending is None:
        return {**told, "scene": state.scene}
    result = play.result(bundle, state)
    objectives = {each.id: [each.percent, each.met] for each in result.objectives}
    return {
        **told,
        "ending": result.ending,
        "score": result.score,
        "passed": result.passed,
        "objectives": objectives,
    }


def _files(slug: str, made: Compiled) -> Iterator[tuple[Path, bytes]]:
    assert made.bundle is not None, made.problems
    yield GOLDEN / f"{slug}.bundle.json", _json(made.bundle)
    for name, edition in EDITIONS.items():
        files = edition.files(made.bundle, made.media)
        yield GOLDEN / f"{slug}.{name}.xml", files["imsmanifest.xml"]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> None:
    """Write what differs, and say which files those are."""
    made = dict(golden())
    stale = [*GOLDEN.glob("*.bundle.json"), *GOLDEN.glob("*.xml"), *TRANSCRIPTS.glob("*.json")]
    for path in stale:
        if path not in made:
            path.unlink()
            print(f"removed {path}")
    TRANSCRIPTS.mkdir(exist_ok=True)
    for path, content in made.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            print(f"wrote {path}")


if __name__ == "__main__":
    main()

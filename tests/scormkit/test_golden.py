"""Tests against golden files: what two scenarios become, byte for byte, and how the rest play."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import golden
import pytest

from scormkit import document, play
from scormkit.play import Bundle

ROOT = Path(__file__).parents[2]
FILES = [*golden.GOLDEN.glob("*.json"), *golden.GOLDEN.glob("*.xml"), *golden.TRANSCRIPTS.iterdir()]


@pytest.fixture(scope="module")
def made() -> dict[Path, bytes]:
    return dict(golden.golden())


@pytest.mark.parametrize("path", sorted(FILES), ids=lambda p: p.name)
def test_same_as_the_golden_file(path: Path, made: dict[Path, bytes]) -> None:
    """What is made now is what was made then; if it should differ, `make golden` writes it."""
    assert path.read_bytes().decode() == made[path].decode()


def test_no_golden_file_is_missing(made: dict[Path, bytes]) -> None:
    """There is a golden file or a transcript for all that is made."""
    assert made.keys() == set(FILES)


def test_everything_is_in_everything() -> None:
    """The golden scenario uses every key of the language, every channel and every kind of page."""
    rules = json.loads((ROOT / "schemas" / "scenario.schema.json").read_bytes())
    data = document.read(golden.EVERYTHING).data
    assert set(_keys(rules)) - set(_written(data)) == set()
    pages = {scene["browser"]["page"]["kind"] for scene in _scenes(data, "browser")}
    assert pages == set(rules["definitions"]["page"]["properties"]["kind"]["enum"])
    channels = {"inbox", "phone", "sms", "chat", "video", "push", "browser"}
    assert all(_scenes(data, channel) for channel in channels)


@pytest.mark.parametrize("path", golden.shipped(), ids=lambda p: p.stem)
def test_transcripts_by_the_rules(path: Path) -> None:
    """Each transcript, replayed by play.py, ends with the score that it had when it was taken."""
    for bundle in _bundles(path):
        for told in _transcripts(path):
            state = play.replay(
                bundle, play.decode_path(told["path"]), told["seed"], told["missed"]
            )
            assert state.minutes == told["minutes"]
            if "ending" not in told:
                assert (state.ending, state.scene) == (None, told["scene"])
                continue
            result = play.result(bundle, state)
            assert (result.ending, result.score, result.passed) == (
                told["ending"],
                told["score"],
                told["passed"],
            )
            objectives = {each.id: [each.percent, each.met] for each in result.objectives}
            assert objectives == told["objectives"]


@pytest.mark.parametrize("path", golden.shipped(), ids=lambda p: p.stem)
def test_transcripts_by_the_player(path: Path) -> None:
    """Each transcript, replayed by the player's engine.js, ends the same."""
    script = ROOT / "tests" / "player" / "agree.js"
    told = _transcripts(path)
    plays = [
        {"seed": t["seed"], "missed": t["missed"], "path": play.decode_path(t["path"])}
        for t in told
    ]
    asked = "".join(
        json.dumps({"bundle": bundle, "plays": plays, "seeds": [0]}) + "\n"
        for bundle in _bundles(path)
    )
    answered = subprocess.run(
        ["node", str(script)], input=asked, capture_output=True, text=True, check=True
    )
    for line in answered.stdout.splitlines():
        for transcript, (state, *_) in zip(told, json.loads(line)["answers"], strict=True):
            scene, ending, minutes, *_, result = state
            assert minutes == transcript["minutes"]
            assert scene == transcript.get("scene")
            assert ending == transcript.get("ending")
            if ending is not None:
                score = [transcript["score"], transcript["passed"]]
                assert result == [*score, list(transcript["objectives"].values())]


@pytest.mark.parametrize("path", golden.shipped(), ids=lambda p: p.stem)
def test_transcripts_tell_the_kinds_apart(path: Path) -> None:
    """Each shipped scenario's own tests show a pass and a failure."""
    assert {told["passed"] for told in _transcripts(path) if "passed" in told} == {True, False}


def _transcripts(path: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((golden.TRANSCRIPTS / f"{path.stem}.json").read_bytes())
    return told


def _bundles(path: Path) -> Iterator[Bundle]:
    """The bundle as built, and after a trip through JSON."""
    bundle = golden.compiled(path).bundle
    assert bundle is not None
    yield bundle
    yield json.loads(json.dumps(bundle))


def _scenes(data: Any, channel: str) -> list[Any]:
    return [scene for scene in data["scenes"].values() if channel in scene]


def _keys(rules: Any) -> Iterator[str]:
    """Every key that a schema has a property for."""
    if isinstance(rules, dict):
        for name, each in rules.items():
            if name == "properties":
                yield from each
            yield from _keys(each)
    elif isinstance(rules, list):
        for each in rules:
            yield from _keys(each)


def _written(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _written(value)
    elif isinstance(data, list):
        for each in data:
            yield from _written(each)

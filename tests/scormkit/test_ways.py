"""Tests of what a story can come to: its endings, their scores, and plays that lead there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from short import bundle, story
from test_agreement import bundles
from test_paths import tame

from scormkit import paths, play, starter, ways
from scormkit.cli import main
from scormkit.compiler import compile_file
from scormkit.ways import Reached, TooWideError


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", "--ways", *words])


@pytest.fixture
def parcel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return starter.write("parcel-scam", tmp_path)[-1]


def test_endings() -> None:
    """Each ending has the lowest and the highest score, and who ends there."""
    found = ways.reached(paths.explore(bundle()), {"good": {"ending": "kept"}})
    assert [(each.ending, each.lowest, each.highest, each.tests) for each in found] == [
        ("kept", 100, 100, ("good",)),
        ("lost", 0, 50, ()),
    ]
    assert [(way.of, way.path, way.score) for way in found[1].ways] == [
        (("shortest", "lowest"), ("give",), 0),
        (("highest",), ("hang-up", "shrug"), 50),
    ]


def test_they_are_tests(parcel: Path) -> None:
    """What is printed can be put into the scenario as it is, and every play comes out so."""
    told = run(parcel.name)
    assert told.exit_code == 0
    source = parcel.read_text(encoding="utf-8").split("tests:\n")[0]
    parcel.write_text(f"{source}{told.stdout}", encoding="utf-8")
    compiled = compile_file(parcel)
    assert [str(problem) for problem in compiled.problems] == []
    assert told.stdout.count("path: [") == 6


def test_retries_and_variants_in_the_plays() -> None:
    """A play that needs a missed objective or another variant says so."""
    text = story(
        ("start: call\n", "start: [{when: missed verify, to: desk}, {to: call}]\n"),
        ("feedback: Asked., then: kept", "feedback: Asked., then: WAYS"),
    ).replace("WAYS", "[{when: missed verify and pretext is outage, to: lost}, {to: kept}]")
    text = (
        text.split("tests:")[0]
        .replace("then: lost,\n", "then: kept,\n")
        .replace("        then: lost\n", "        then: kept\n")
    )
    made = bundle(text)
    (lost,) = (each for each in ways.reached(paths.explore(made), {}) if each.ending == "lost")
    assert lost.ways[0].missed == ("verify",)
    drawn = made["variants"]["pretext"]["options"][play.option(made, "pretext", lost.ways[0].seed)]
    assert drawn["id"] == "outage"
    assert "missed: [verify], path: [ask], ending: lost" in ways.as_tests(made, [lost])


def test_json(parcel: Path) -> None:
    """For programs the same is data."""
    rows = json.loads(run(parcel.name, "--format", "json").stdout)
    assert [row["ending"] for row in rows] == ["safe", "ignored", "recovered", "breached"]
    assert rows[0]["ways"][0]["of"] == ["shortest", "lowest", "highest"]
    both = [starter.write("other-scam", parcel.parent)[-1].name, parcel.name]
    rows = json.loads(run(*both, "--format", "json").stdout)
    assert [row["scenario"] for row in rows] == ["other-scam"] * 4 + ["parcel-scam"] * 4


def test_what_cannot_be_told(parcel: Path) -> None:
    """A scenario that leads nowhere, and a form that makes no sense, are refused."""
    assert run(parcel.name, "--format", "sarif").exit_code == 2
    assert run(parcel.name, "--sarif", "check.sarif").exit_code == 2
    broken = parcel.read_text(encoding="utf-8").replace("then: portal", "then: portl")
    parcel.write_text(broken, encoding="utf-8")
    told = run(parcel.name)
    assert told.exit_code == 1
    assert "unknown-scene" in told.stderr
    assert told.stdout == ""


def test_too_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a story that cannot be walked nothing is claimed."""
    made = bundle()
    monkeypatch.setattr(paths, "MOST_STATES", 1)
    with pytest.raises(TooWideError):
        ways.reached(paths.explore(made), {})


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_scores_are_bounds(data: st.DataObject) -> None:
    """No play of a random story ends with a score beyond those told, and examples reach them."""
    made: Any = tame(data.draw(bundles()))
    found = paths.explore(made)
    if not found.complete or any(node.cannot for node in found.nodes):
        return
    marks = [{**each, "full": found.full[each["id"]]} for each in made["objectives"]]
    whole = {**made, "objectives": marks}
    for ending in whole["endings"].values():
        ending.setdefault("title", "T")
    found = replace(found, bundle=whole)  # as the compiler does: no way hangs on full marks
    told = {each.ending: each for each in ways.reached(found, {})}
    for each in told.values():
        _reaches(each)
    state = play.start(whole, 0, ())
    for _ in range(40):
        now = play.available(whole, state)
        if state.ending is not None or not now:
            break
        state = play.take(whole, state, data.draw(st.sampled_from(now)))
    if state.ending is not None:
        score = play.result(whole, state).score
        assert told[state.ending].lowest <= score <= told[state.ending].highest


def _reaches(each: Reached) -> None:
    scores = {name: way.score for way in each.ways for name in way.of}
    assert scores["lowest"] == each.lowest <= scores["shortest"] <= each.highest
    assert scores["highest"] == each.highest

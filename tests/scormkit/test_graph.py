"""The picture of a story: whole, legible, the same each time, with its problems in place."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import golden
import pytest
import stories
from click.testing import CliRunner
from sample import SCENARIO, bundle

from scormkit import graph, paths, play
from scormkit.cli import main
from scormkit.conditions import written
from scormkit.draft import draft
from scormkit.drawing.letters import width
from scormkit.drawing.story import START, arrows, steps

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pictures() -> dict[str, str]:
    """The picture of each story; the scores of endings are tested apart."""
    return {name: graph.svg(stories.story(name), scores={}) for name in stories.NAMES}


@pytest.mark.parametrize("name", stories.NAMES)
def test_every_scene_and_ending_is_drawn(name: str, pictures: dict[str, str]) -> None:
    """Each scene, each ending and each act that leads somewhere is in the picture."""
    root = ElementTree.fromstring(pictures[name])
    ids = {element.get("id") for element in root.iter(f"{SVG}g")}
    story = stories.story(name)
    assert {f"graph-{each}" for each in (*story["scenes"], *story["endings"])} <= ids
    drawn = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    for scene in story["scenes"].values():
        assert scene["channel"] in drawn
        for act in scene["acts"]:
            if "then" in act and len(act["id"]) < 20:
                assert act["id"] in drawn


@pytest.mark.parametrize("name", stories.NAMES)
def test_everything_lies_inside_of_the_picture(name: str, pictures: dict[str, str]) -> None:
    """Frames, labels and lines keep inside of the view box."""
    root = ElementTree.fromstring(pictures[name])
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    for x, y, element in _placed(root):
        for part in element.iter(f"{SVG}rect"):
            if part.get("class") not in ("frame", "back"):
                continue
            left, top = x + float(part.get("x", 0)), y + float(part.get("y", 0))
            assert left >= 0 and left + float(part.attrib["width"]) <= wide
            assert top >= 0 and top + float(part.attrib["height"]) <= high


@pytest.mark.parametrize("name", stories.NAMES)
def test_no_text_runs_out_of_its_card(name: str, pictures: dict[str, str]) -> None:
    """Measured as wide as the widest font, each line of a card or label ends inside of it."""
    root = ElementTree.fromstring(pictures[name])
    for _, _, element in _placed(root):
        frames = [r for r in element.iter(f"{SVG}rect") if r.get("class") in ("frame", "back")]
        room = float(frames[0].attrib["width"]) + 2 if frames else 0
        for line in element.iter(f"{SVG}text"):
            bold = line.attrib["class"] in ("name", "thing")
            size = {"name": 14.5, "act": 12.5}.get(line.attrib["class"], 11.5)
            wide = width(line.text or "", size, bold)
            left = float(line.attrib["x"])
            assert left + (0 if line.get("text-anchor") else wide) <= room, line.text


def test_the_same_story_gives_the_same_bytes(pictures: dict[str, str]) -> None:
    """Drawn twice, a picture does not differ in a single byte."""
    for name in stories.NAMES:
        assert graph.svg(stories.story(name), scores={}) == pictures[name]


def test_a_hundred_scenes_take_less_than_a_second() -> None:
    """A story of 100 scenes is drawn in well under a second, scores of its endings included."""
    for name in ("straight-100", "tangled-100"):
        began = time.process_time()
        graph.svg(stories.story(name), scores=None if name.startswith("straight") else {})
        assert time.process_time() - began < 1


def test_a_picture_says_in_words_what_it_shows() -> None:
    """Title and description stand for the picture: a line for each scene and ending, with acts."""
    root = ElementTree.fromstring(graph.svg(bundle()))
    assert root.get("role") == "img"
    labelled = root.attrib["aria-labelledby"].split()
    texts = {element.get("id"): element.text for element in root if element.get("id")}
    assert texts[labelled[0]] == "Parcels & <urgent> post"
    told = texts[labelled[1]] or ""
    assert "Scene post, inbox, Before nine: label.report (right);" in told
    assert "label.click (wrong) → taken" in told
    assert "Ending taken, breached, Your password is theirs, score 0." in told


def test_colours_follow_the_reader() -> None:
    """Every colour is a custom property, with other values where the reader prefers dark."""
    picture = graph.svg(bundle())
    style = picture[picture.index("<style>") : picture.index("</style>")]
    light, dark = style.split("prefers-color-scheme:dark")
    used = set(re.findall(r"var\(--([a-z-]+)\)", style)) - {"tone"}
    assert all(f"--{name}:#" in light and f"--{name}:#" in dark for name in used)
    assert "style=" not in picture and "#" not in re.sub(
        r"<style>.*?</style>", "", picture, flags=re.S
    )


def test_outcomes_channels_and_endings_have_signs_and_words() -> None:
    """Nothing is told by colour alone: the legend names each sign, cards name channel and kind."""
    root = ElementTree.fromstring(graph.svg(bundle()))
    words = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert {"right", "partial", "wrong", "neutral", "inbox", "chat"} <= set(words)
    assert {"Ending: safe", "Ending: breached", "Start"} <= set(words)


def test_texts_are_escaped() -> None:
    """Signs of markup in a title stay text, in the picture and in Mermaid."""
    text = SCENARIO.replace("title: Before nine", "title: 'A <b> & \"c\"; #d | e`'")
    story = bundle(text)
    root = ElementTree.fromstring(graph.svg(story))
    titles = [e.text for e in root.iter(f"{SVG}text") if e.get("class") == "name"]
    assert 'A <b> & "c"; #d | e`' in titles
    assert "A #60;b#62; #38; #34;c#34;; #35;d #124; e#96;" in graph.mermaid(story)


def test_ways_to_one_place_share_an_arrow() -> None:
    """Several acts between the same two scenes are one arrow with a label that lists them."""
    found = {(a.start, a.end): [row.name for row in a.rows] for a in arrows(bundle())}
    assert found["desk", "safe-day"] == ["tell", "shrug"]
    assert found["post", "desk"] == ["next"]
    assert found[START, "post"] == [""]


def test_conditions_read_as_they_were_written() -> None:
    """A condition stands on the arrow in the words of the language."""
    told = "not calm and (trust >= 2 or took desk/tell)"
    variables = "variables: {calm: false, trust: {start: 1, from: 0, to: 5}}\n"
    text = SCENARIO.replace("start: post", f"{variables}start: post")
    text = text.replace("next: desk", f"next: [{{when: {told}, to: safe-day}}, {{to: desk}}]")
    rows = {(a.start, a.end): a.rows for a in arrows(bundle(text.split("tests:")[0]))}
    assert rows["post", "safe-day"][0].conditions == (f"if {told}",)
    assert rows["post", "desk"][0].conditions == ("otherwise",)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (["is", "mood", "calm"], "mood is calm"),
        (["not", ["variant", "lure", "pay"]], "lure is not pay"),
        (["and", [">=", "trust", 2], ["<=", "trust", 2]], "trust is 2"),
        (["not", ["and", ["flag", "a"], ["missed", "b"]]], "not (a and missed b)"),
        (["<", "minutes", 5], "minutes < 5"),
    ],
)
def test_each_form_of_condition_has_its_words(tree: list[Any], words: str) -> None:
    """Every form that conditions take is written back."""
    assert written(tree) == words


def test_a_long_arrow_names_its_target(pictures: dict[str, str]) -> None:
    """An arrow over many rows ends in the name of its target instead of a line through it all."""
    _, _, labels = stories.planned(stories.story("straight-40"))
    assert labels["s4", "breach"][3] > 0
    assert 'class="to breached"' in pictures["straight-40"]
    assert 'class="to ' not in pictures["straight-1"]
    plan, _, _ = stories.planned(stories.story("straight-40"))
    assert ("s4", "breach") not in plan.ways and ("s39", "breach") in plan.ways


def test_problems_stand_where_they_belong(tmp_path: Path) -> None:
    """An error of a scene is on its card, a warning of an act on its label and its card."""
    text = SCENARIO.split("tests:")[0].replace('feedback: "Good."', "minutes: 0")
    text = text.replace("endings:\n", _LOST + "endings:\n")
    found = draft(_written(tmp_path, text))
    placed = {(note.place, note.act, note.problem.code) for note in found.notes}
    assert ("lost", "", "unreachable-scene") in placed
    assert ("post", "label.report", "no-feedback") in placed
    assert found.bundle is not None
    root = ElementTree.fromstring(graph.svg(found.bundle, found.notes))
    card = next(e for e in root.iter(f"{SVG}g") if e.get("id") == "graph-lost")
    assert 'nothing leads to scene "lost"' in "".join(card.itertext())
    assert any(e.get("class") == "problem error" for e in card.iter())
    card = next(e for e in root.iter(f"{SVG}g") if e.get("id") == "graph-post")
    assert any(e.get("class") == "problem warning" for e in card.iter())


_LOST = """\
  lost:
    title: Nobody comes here
    chat: {room: R, members: [dana, you], lines: [{dana: Hello?}]}
    acts: {go: {do: continue, then: safe-day}}
"""


def test_a_problem_of_the_whole_is_in_the_heading(tmp_path: Path) -> None:
    """What no scene can answer for is told above the picture."""
    text = SCENARIO.replace("ending: safe-day, passed", "ending: taken, passed")
    found = draft(_written(tmp_path, text))
    assert [note.place for note in found.notes] == [""]
    assert found.bundle is not None
    assert "the test expects ending taken" in graph.svg(found.bundle, found.notes)


def test_a_draft_of_a_good_scenario_is_the_bundle_that_is_built() -> None:
    """Where nothing is wrong, what is drawn is what the compiler makes."""
    path = ROOT / "scenarios" / "mfa-fatigue-attack.yaml"
    compiled = golden.compiled(path)
    assert draft(path).bundle == compiled.bundle


def test_a_played_path_is_highlighted() -> None:
    """Scenes and arrows that a play led through are marked, its acts numbered, the rest dimmed."""
    story = bundle()
    picture = graph.svg(story, (), steps(story, _path(story, "label.report", "shrug")))
    root = ElementTree.fromstring(picture)
    marked = {
        e.get("id") for e in root.iter(f"{SVG}g") if "visited" in (e.get("class") or "").split()
    }
    assert marked == {"graph-start", "graph-post", "graph-desk", "graph-safe-day"}
    numbers = [e.text for e in root.iter(f"{SVG}text") if e.get("class") == "step"]
    assert numbers == ["2"]
    assert 'class="way gone"' in picture and "played" in root.attrib["class"]


def test_the_scores_of_an_ending_are_those_that_plays_can_have() -> None:
    """Each ending shows the lowest and the highest score of all plays that end there."""
    story = bundle()
    by_ending: dict[str, set[int]] = {}
    for node in paths.explore(story).nodes:
        if node.state.ending:
            by_ending.setdefault(node.state.ending, set())
    every = [(0, 0), (0, 1)]
    for first, second in every:
        result = play.result(story, play.replay(story, (first, second)))
        by_ending[result.ending].add(result.score)
    found = graph.ranges(story)
    assert (found["safe-day"].low, found["safe-day"].high) == (
        min(by_ending["safe-day"]),
        max(by_ending["safe-day"]),
    )
    assert str(found["taken"]) == "0" and not found["taken"].passes


def test_mermaid_has_every_scene_ending_and_arrow() -> None:
    """The Mermaid text is a flowchart with safe names: a line for each place and each arrow."""
    text = graph.mermaid(bundle())
    lines = text.splitlines()
    assert lines[0] == "flowchart TD"
    assert '  s0["<b>Before nine</b><br/>post, inbox<br/>✓ label.report"]' in lines
    assert '  e1(["<b>Your password is theirs</b><br/>taken, breached"]):::breached' in lines
    assert "  start --> s0" in lines
    assert '  s1 -->|"✓ tell<br/>◐ shrug"| e0' in lines
    assert graph.mermaid(bundle()) == text


def test_the_command_writes_the_picture(tmp_path: Path) -> None:
    """`scormkit graph` prints the picture, or writes it where --out says."""
    path = _written(tmp_path, SCENARIO)
    run = CliRunner().invoke(main, ["graph", str(path)])
    assert run.exit_code == 0 and run.stdout.startswith("<svg ") and run.stderr == ""
    out = tmp_path / "x.svg"
    run = CliRunner().invoke(main, ["graph", str(path), "--out", str(out)])
    assert run.exit_code == 0 and run.stdout == "" and f"wrote {out}" in run.stderr
    ElementTree.fromstring(out.read_text(encoding="utf-8"))
    run = CliRunner().invoke(main, ["graph", str(path), "--mermaid"])
    assert run.stdout.startswith("flowchart TD")


def test_the_command_refuses_what_leads_nowhere(tmp_path: Path) -> None:
    """A name that leads nowhere cannot be drawn: the problems are told, and nothing is written."""
    path = _written(tmp_path, SCENARIO.replace("next: desk", "next: dask"))
    out = tmp_path / "x.svg"
    run = CliRunner().invoke(main, ["graph", str(path), "--out", str(out)])
    assert run.exit_code == 1 and "unknown-scene" in run.stderr and not out.exists()


def test_the_command_draws_a_story_with_errors(tmp_path: Path) -> None:
    """A story whose names lead somewhere is drawn whatever else is wrong, and that is said."""
    path = _written(tmp_path, SCENARIO.replace("endings:\n", _LOST + "endings:\n", 1))
    run = CliRunner().invoke(main, ["graph", str(path)])
    assert run.exit_code == 0 and "unreachable-scene" in run.stderr
    assert 'id="graph-lost"' in run.stdout


def _written(folder: Path, text: str) -> Path:
    """The scenario in a file, with an organisation beside it."""
    organisation = "company: Brightwater\ndomain: brightwater.example\n"
    (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
    path = folder / "parcel.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _path(story: dict[str, Any], *acts: str) -> list[int]:
    state = play.start(story)
    for act in acts:
        ids = [each["id"] for each in story["scenes"][state.scene]["acts"]]
        state = play.take(story, state, ids.index(act))
    return list(state.path)


def _placed(root: ElementTree.Element) -> Iterator[tuple[float, float, ElementTree.Element]]:
    """Cards and labels with where they stand on the picture."""
    for outer in root.findall(f"{SVG}g"):
        base = _moved(outer)
        for inner in outer.findall(f"{SVG}g"):
            kind = (inner.get("class") or "").split()
            if kind and kind[0] in ("scene", "ending", "label", "start"):
                x, y = _moved(inner)
                yield base[0] + x, base[1] + y, inner


def _moved(element: ElementTree.Element) -> tuple[float, float]:
    found = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", element.get("transform") or "")
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)

"""The layout of the picture: nothing overlaps, lines run free, tall stories are folded."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from stories import NAMES, Box, planned, story

from scormkit.drawing import order
from scormkit.drawing.letters import fitted, width, wrapped
from scormkit.drawing.ranks import FARTHEST, ranks


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overlaps(name: str) -> None:
    """No card lies on another, and no label on a card or a label."""
    _, places, labels = planned(story(name))
    boxes = [*places.values(), *(box for box in labels.values() if box[3] > 0)]
    assert [pair for pair in combinations(boxes, 2) if _overlap(*pair)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_line_runs_over_a_card_or_a_label(name: str) -> None:
    """A line touches the card it leaves, its label and the card it reaches, and no other box."""
    plan, places, labels = planned(story(name))
    boxes = [*places.values(), *(box for box in labels.values() if box[3] > 0)]
    for points in [*plan.choices.values(), *plan.ways.values()]:
        for (ax, ay), (bx, by) in pairwise(points):
            assert ax == bx or ay == by
            line = (min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))
            assert not any(_overlap(line, box) for box in boxes)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_ends_on_its_card(name: str) -> None:
    """An arrow begins at the lower edge of its scene and ends at the upper edge of its target."""
    plan, places, _ = planned(story(name))
    for (start, _), points in plan.choices.items():
        x, y, wide, high = places[start]
        assert x <= points[0][0] <= x + wide and points[0][1] == pytest.approx(y + high, abs=1)
    for (_, end), points in plan.ways.items():
        x, y, wide, _ = places[end]
        assert x <= points[-1][0] <= x + wide and points[-1][1] == y


def test_arrows_back_are_found_in_the_order_of_the_file() -> None:
    """What closes a circle leads back; all else leads down by at least a row."""
    sizes = dict.fromkeys("abcd", (100.0, 50.0))
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "d")]
    found = ranks(sizes, pairs)
    assert found.back == {("c", "a"), ("d", "d")}
    assert [found.rows[name] for name in "abcd"] == [0, 1, 2, 3]


def test_a_tall_story_is_folded() -> None:
    """A ribbon of scenes stands in columns, and the picture is not taller than it is wide."""
    names = [f"s{n}" for n in range(60)]
    found = ranks(dict.fromkeys(names, (244.0, 120.0)), list(pairwise(names)))
    assert len(found.columns) > 4
    assert not found.named and FARTHEST > 3


def test_few_lines_cross() -> None:
    """Sweeps untangle what can be drawn without a crossing."""
    down = {"a": ["z"], "b": ["y"], "c": ["x"]}
    up = {"z": ["a"], "y": ["b"], "x": ["c"]}
    rows = order.ordered([["a", "b", "c"], ["x", "y", "z"]], down, up)
    assert order.crossings([["a", "b", "c"], ["x", "y", "z"]], down) == 3
    assert order.crossings(rows, down) == 0


def test_lines_of_text_are_wrapped_and_cut() -> None:
    """Text is wrapped between words, inside of one only where it must be, and cut with a sign."""
    assert wrapped("one two three", 60, 12) == ("one two", "three")
    assert "".join(wrapped("a" * 40, 60, 12)) == "a" * 40
    assert all(width(line, 12) <= 60 for line in wrapped("a" * 40 + " bb", 60, 12))
    assert wrapped("one two three four", 60, 12, 1)[0].endswith("…")
    assert fitted("short", 100, 12) == "short"
    assert width("漢字", 10) > 20 and width("e\u0301", 10) == width("e", 10)


def _overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge; a line is a box without height or width."""
    return (
        a[0] < b[0] + b[2] - 1
        and b[0] < a[0] + a[2] - (1 if a[2] else 0)
        and a[1] < b[1] + b[3] - 1
        and b[1] < a[1] + a[3] - (1 if a[3] else 0)
    ) and not (a[2] == 0 and a[3] == 0)

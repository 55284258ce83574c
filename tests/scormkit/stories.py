"""Stories for the tests of the picture: shipped, straight and tangled ones, and their layout."""

from __future__ import annotations

import functools
import random
from pathlib import Path
from typing import Any

import golden
from sample import ORGANISATION

from bench.generate import scenario as straight
from scormkit import bundle as bundles
from scormkit import document
from scormkit.drawing import cards
from scormkit.drawing.layout import Layout, layout
from scormkit.drawing.ranks import ranks
from scormkit.drawing.story import START, arrows
from scormkit.resolve import resolve

ROOT = Path(__file__).parents[2]
SHIPPED = ("phishing", "business-email-compromise", "mfa-fatigue-attack")
SIZES = {"straight": (1, 12, 40, 100), "tangled": (2, 12, 40, 100)}
NAMES = (*SHIPPED, *(f"{kind}-{n}" for kind, counts in SIZES.items() for n in counts))

Box = tuple[float, float, float, float]


@functools.cache
def story(name: str) -> dict[str, Any]:
    """The bundle of a story by its name."""
    kind, _, count = name.rpartition("-")
    if kind == "straight":
        return drawable(straight("x", int(count)))
    if kind == "tangled":
        return drawable(tangled(int(count), int(count)))
    found = golden.compiled(ROOT / "scenarios" / f"{name}.yaml").bundle
    assert found is not None
    return found


def tangled(scenes: int, salt: int = 1) -> str:
    """A story that leads forward, back and far ahead, with conditions and several starts."""
    chance = random.Random(salt)
    lines = [straight("x", 1).split("start: s0")[0], "variables: {seen: false}\n"]
    lines.append("start:\n  - {when: missed report-it, to: s1}\n  - {to: s0}\nscenes:\n")
    for n in range(scenes):
        lines.append(f"  s{n}:\n    title: A moment numbered {n}\n    chat: ")
        lines.append("{room: R, members: [dana, you], lines: [{dana: Well?}]}\n    acts:\n")
        for k in range(chance.randint(1, 5)):
            far = chance.choice([1, 1, 1, 2, 3, 9, -1, -4, 0])
            to = max(0, n + far)
            end = f"s{to}" if to < scenes else chance.choice(("safe-day", "breach"))
            outcome = chance.choice(("right", "partial", "wrong", "neutral"))
            when = chance.choice(("", "", "when: not seen, "))
            lines.append(
                f"      act-{k}: {{do: continue, {when}outcome: {outcome}, then: {end}}}\n"
            )
        lines.append(
            f"      on: {{do: continue, then: {f's{n + 1}' if n + 1 < scenes else 'safe-day'}}}\n"
        )
    ending = "endings:\n  safe-day: {kind: safe, title: A quiet day, text: Done.}\n"
    return "".join(lines) + ending + "  breach: {kind: breached, title: Lost, text: Lost.}\n"


def drawable(text: str) -> dict[str, Any]:
    """The bundle of a scenario's text, unchecked."""
    scenario, problems = resolve(document.parse(text.encode(), "x.yaml"))
    assert scenario is not None, [str(problem) for problem in problems]
    rendered, _, _ = bundles.render(scenario, ORGANISATION)
    return bundles.completed(rendered, {}, {}, {})


def planned(story: dict[str, Any]) -> tuple[Layout, dict[str, Box], dict[Any, Box]]:
    """The layout of a story, and the boxes of its places and labels."""
    found = arrows(story)
    sizes = {START: (92.0, 34.0)}
    for name in story["scenes"]:
        piece = cards.scene(story, name, ())
        sizes[name] = (piece.width, piece.height)
    for name in story["endings"]:
        piece = cards.ending(story, name, (), None)
        sizes[name] = (piece.width, piece.height)
    rows = ranks(sizes, [(arrow.start, arrow.end) for arrow in found])
    labels = {}
    for arrow in found:
        pair = (arrow.start, arrow.end)
        piece = cards.label(arrow, "Somewhere" if pair in rows.named else "", "safe", (), {})
        labels[pair] = (piece.width, piece.height)
    plan = layout(sizes, labels, rows)
    places: dict[str, Box] = {name: (*plan.boxes[name], *size) for name, size in sizes.items()}
    told: dict[Any, Box] = {pair: (*plan.labels[pair], *size) for pair, size in labels.items()}
    return plan, places, told

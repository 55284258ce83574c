"""The story of a bundle as a picture (SVG) or as Mermaid text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from scormkit import paths, play, prose
from scormkit.drawing import cards
from scormkit.drawing import mermaid as flowchart
from scormkit.drawing.cards import Piece, Range
from scormkit.drawing.layout import layout
from scormkit.drawing.notes import Note
from scormkit.drawing.ranks import Pair, ranks
from scormkit.drawing.sheet import Sheet, drawn
from scormkit.drawing.story import START, Arrow, Step, arrows, looks, staying
from scormkit.paths import Node, Paths
from scormkit.play import Bundle, State


def svg(
    bundle: Bundle,
    problems: Sequence[Note] = (),
    played: Sequence[Step] = (),
    scores: Mapping[str, Range] | None = None,
) -> str:
    """The picture of a story, the same to the byte each time.

    `problems` are marked in their place (`draft.draft` knows it); `played` is a path to highlight
    (`drawing.story.steps` makes it); `scores` saves finding the scores of the endings again.
    """
    scores = ranges(bundle) if scores is None else scores
    story = arrows(bundle)
    taken = _taken(played)
    places = _places(bundle, problems, scores, taken)
    sizes = {name: (piece.width, piece.height) for name, piece in places.items()}
    order = ranks(sizes, [(arrow.start, arrow.end) for arrow in story])
    labels = {}
    visited, gone = _gone(played)
    for arrow in story:
        pair = (arrow.start, arrow.end)
        target = _name(bundle, arrow.end) if pair in order.named else ""
        kind = bundle["endings"].get(arrow.end, {}).get("kind", "quiet")
        own = [note for note in problems if note.place == arrow.start]
        numbers = taken.get(arrow.start, {}) if pair in gone else {}
        labels[pair] = cards.label(arrow, target, kind, own, numbers)
    plan = layout(sizes, {pair: (p.width, p.height) for pair, p in labels.items()}, order)
    sheet = Sheet(bundle, plan, places, labels, story, problems, scores, visited, gone)
    return drawn(sheet, description(bundle, story, scores, problems))


def mermaid(bundle: Bundle) -> str:
    """The story as the text of a Mermaid flowchart."""
    return flowchart.mermaid(bundle)


def ranges(bundle: Bundle, ways: Paths | None = None) -> dict[str, Range]:
    """The scores possible at each ending; nothing where the ways are too many to be sure.

    `ways` saves exploring the story again.
    """
    ways = ways or paths.explore(bundle)
    if not ways.complete:
        return {}
    found = {}
    for name in bundle["endings"]:

        def ends(node: Node, name: str = name) -> bool:
            return node.state.ending == name

        results = [
            play.result(bundle, _ended(bundle, name, points))
            for best in (False, True)
            for points in ways.fronts(best, ends)
        ]
        if results:
            scores = [result.score for result in results]
            passes = any(result.passed for result in results)
            found[name] = Range(min(scores), max(scores), passes)
    return found


def description(
    bundle: Bundle,
    story: Iterable[Arrow],
    scores: Mapping[str, Range],
    problems: Sequence[Note] = (),
) -> str:
    """The same story in words, for whoever cannot see the picture: a line for each place."""
    ahead: dict[str, list[str]] = {}
    for arrow in story:
        for row in arrow.rows:
            said = ", ".join([row.name or "start", *row.conditions])
            sign = f" ({row.sign})" if row.act is not None else ""
            ahead.setdefault(arrow.start, []).append(f"{said}{sign} → {arrow.end}")
    noted: dict[str, list[str]] = {}
    for note in problems:
        problem = note.problem
        noted.setdefault(note.place, []).append(f"{problem.severity}: {problem.message}")
    lines = [prose.line(bundle["summary"]), f"Start: {'; '.join(ahead.get(START, []))}."]
    lines += [f"Problem, {said}." for said in noted.get("", [])]
    for name, scene in bundle["scenes"].items():
        stays = [scene["acts"][i] for acts in staying(scene).values() for i in acts]
        parts = [f"{act['id']} ({act['outcome']})" for act in stays]
        parts += [f"{looks(scene)} looks"] if looks(scene) else []
        parts += [*ahead.get(name, ()), *noted.get(name, ())]
        told = "; ".join(parts) or "nothing to do"
        lines.append(f"Scene {name}, {scene['channel']}, {_name(bundle, name)}: {told}.")
    for name, ending in bundle["endings"].items():
        score = f", score {scores[name]}" if name in scores else ""
        told = "".join(f"; {said}" for said in noted.get(name, ()))
        lines.append(f"Ending {name}, {ending['kind']}, {_name(bundle, name)}{score}{told}.")
    return "\n".join(lines)


def _name(bundle: Bundle, place: str) -> str:
    data = bundle["scenes"].get(place) or bundle["endings"][place]
    return prose.line(data["title"])


def _places(
    bundle: Bundle,
    problems: Sequence[Note],
    scores: Mapping[str, Range],
    taken: Mapping[str, Mapping[int, int]],
) -> dict[str, Piece]:
    noted: dict[str, list[Note]] = {}
    for note in problems:
        noted.setdefault(note.place, []).append(note)
    found = {START: cards.start(bundle)}
    for name in bundle["scenes"]:
        found[name] = cards.scene(bundle, name, noted.get(name, ()), taken.get(name))
    for name in bundle["endings"]:
        found[name] = cards.ending(bundle, name, noted.get(name, ()), scores.get(name))
    return found


def _taken(played: Sequence[Step]) -> dict[str, dict[int, int]]:
    """By scene and act, the number of the step at which it was last taken."""
    found: dict[str, dict[int, int]] = {}
    for number, step in enumerate(played):
        if step.act is not None:
            found.setdefault(step.scene, {})[step.act] = number
    return found


def _gone(played: Sequence[Step]) -> tuple[frozenset[str], frozenset[Pair]]:
    """The places that a play led through, and the arrows between them."""
    visited: set[str] = set()
    gone: set[Pair] = set()
    for step in played:
        way = [step.scene, *step.places]
        visited.update(way)
        gone.update(itertools.pairwise(way))
    return frozenset(visited), frozenset(gone)


def _ended(bundle: Bundle, ending: str, points: Sequence[int]) -> State:
    ids = [objective["id"] for objective in bundle["objectives"]]
    told = dict(zip(ids, points, strict=True))
    return State("", 0, frozenset(), {}, points=told, ending=ending)

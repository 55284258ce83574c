"""The whole picture: heading, legend, lines, cards, in colours for light and dark."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scormkit import prose
from scormkit.drawing import icons
from scormkit.drawing.cards import Piece, Range, text, title
from scormkit.drawing.colours import STYLE
from scormkit.drawing.layout import Layout, Point
from scormkit.drawing.letters import fitted, width, wrapped
from scormkit.drawing.notes import Note
from scormkit.drawing.ranks import Pair
from scormkit.drawing.story import SIGNS, START, Arrow
from scormkit.play import Bundle

_MARGIN = 36
_NARROWEST = 760
_CORNER = 9


@dataclass(frozen=True)
class Sheet:
    """What is drawn: the pieces by place and arrow, where they lie, and what was played."""

    bundle: Bundle
    layout: Layout
    places: Mapping[str, Piece]
    labels: Mapping[Pair, Piece]
    arrows: Sequence[Arrow]
    notes: Sequence[Note]
    ranges: Mapping[str, Range]
    visited: frozenset[str] = frozenset()
    gone: frozenset[Pair] = frozenset()


def drawn(sheet: Sheet, description: str) -> str:
    """The SVG, one element a line."""
    wide = max(sheet.layout.width, _NARROWEST) + 2 * _MARGIN
    head = _heading(sheet, wide - 2 * _MARGIN)
    left = round((wide - sheet.layout.width) / 2)
    top = round(_MARGIN + head.height + 28)
    high = top + sheet.layout.height + _MARGIN
    name = html.escape(prose.line(sheet.bundle["title"]), quote=False)
    played = " played" if sheet.visited else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scormkit-graph{played}" role="img" '
        f'aria-labelledby="graph-title graph-desc" lang="{html.escape(sheet.bundle["language"])}" '
        f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">',
        f'<title id="graph-title">{name}</title>',
        f'<desc id="graph-desc">{html.escape(description, quote=False)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{wide}" height="{high}"/>',
        _group("heading", _MARGIN, _MARGIN, head.parts),
        f'<g transform="translate({left} {top})">',
        *_lines(sheet),
        *_labels(sheet),
        *_places(sheet),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _group(kind: str, x: float, y: float, parts: Sequence[str], name: str = "") -> str:
    own = f' id="{name}"' if name else ""
    return f'<g{own} class="{kind}" transform="translate({x:g} {y:g})">{"".join(parts)}</g>'


def _places(sheet: Sheet) -> list[str]:
    found = []
    for name, piece in sheet.places.items():
        x, y = sheet.layout.boxes[name]
        if name == START:
            kind, own = "start", "graph-start"
        elif name in sheet.bundle["scenes"]:
            kind, own = f"scene {sheet.bundle['scenes'][name]['channel']}", f"graph-{name}"
        else:
            kind, own = f"ending {sheet.bundle['endings'][name]['kind']}", f"graph-{name}"
        kind += " visited" if name in sheet.visited else ""
        found.append(_group(kind, x, y, piece.parts, own))
    return found


def _labels(sheet: Sheet) -> list[str]:
    return [
        _group(
            "label gone" if pair in sheet.gone else "label",
            *sheet.layout.labels[pair],
            piece.parts,
        )
        for pair, piece in sheet.labels.items()
        if piece.parts
    ]


def _lines(sheet: Sheet) -> list[str]:
    """Lines by target, each group on a rim of the page's colour, so that crossings read as such;
    what was played lies on top."""
    found = []
    by_target = sorted(sheet.arrows, key=lambda arrow: (arrow.start, arrow.end) in sheet.gone)
    groups: dict[str, list[Arrow]] = {}
    for arrow in by_target:
        groups.setdefault(arrow.end, []).append(arrow)
    for group in groups.values():
        ways, rims = [], []
        heads: dict[Point, str] = {}
        for arrow in group:
            pair = (arrow.start, arrow.end)
            gone = " gone" if pair in sheet.gone else ""
            choice = path(sheet.layout.choices[pair])
            signs = {row.sign for row in arrow.rows}
            sign = signs.pop() if len(signs) == 1 else "mixed"
            rims.append(choice)
            ways.append(f'<path class="choice {sign}{gone}" d="{choice}"/>')
            if pair in sheet.layout.ways:
                points = sheet.layout.ways[pair]
                rims.append(path(points))
                ways.append(f'<path class="way{gone}" d="{path(points)}"/>')
                heads[points[-1]] = heads.get(points[-1], "") or gone
        ways += [
            f'<path class="head{gone}" d="M{x} {y}l-5-9h10z"/>' for (x, y), gone in heads.items()
        ]
        rim = " ".join(dict.fromkeys(rims))
        found.append(f'<g class="lines"><path class="rim" d="{rim}"/>{"".join(ways)}</g>')
    return found


def path(points: Sequence[Point]) -> str:
    """A line through right-angled points with round corners."""
    said = [f"M{points[0][0]} {points[0][1]}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(
            _CORNER,
            *(max(abs(a[0] - b[0]), abs(a[1] - b[1])) / 2 for a, b in ((before, at), (at, after))),
        )
        a, b = _towards(at, before, radius), _towards(at, after, radius)
        said.append(f"L{a[0]:g} {a[1]:g}Q{at[0]} {at[1]} {b[0]:g} {b[1]:g}")
    said.append(f"L{points[-1][0]} {points[-1][1]}")
    return "".join(said)


def _towards(at: Point, other: Point, radius: float) -> tuple[float, float]:
    def step(a: int, b: int) -> float:
        return a + (radius if b > a else -radius if b < a else 0)

    return step(at[0], other[0]), step(at[1], other[1])


# --- Heading and legend ---


def _heading(sheet: Sheet, wide: float) -> Piece:
    bundle = sheet.bundle
    head = Piece(wide)
    head.text(wrapped(prose.line(bundle["title"]), wide, 24, 2, bold=True), "title", 24, 31, 0)
    [act for scene in bundle["scenes"].values() for act in scene["acts"]]
    facts = ", ".join(
        (
            _count(len(bundle["scenes"]), "scene"),
            _count(
                sum(a["decision"] for s in bundle["scenes"].values() for a in s["acts"]), "decision"
            ),
            _count(len(bundle["endings"]), "ending"),
        )
    )
    head.text([f"{bundle['scenario']} {bundle['version']}: {facts}"], "quiet", 13, 20, 0)
    head.text(wrapped(_pass(sheet), wide, 13), "quiet", 13, 20, 0)
    head.height += 12
    used = dict.fromkeys(scene["channel"] for scene in bundle["scenes"].values())
    channels = [
        (icons.icon(icons.CHANNELS[c], f"channel {c}", 0, 0), c)
        for c in icons.CHANNELS
        if c in used
    ]
    _legend(head, "Scenes by channel", channels)
    signs = [(icons.icon(icons.SIGNS[s], s, 0, 0), s) for s in SIGNS]
    signs.append((icons.icon(icons.SIGNS["next"], "next", 0, 0), "next: nothing is left to decide"))
    _legend(head, "Acts by outcome", signs)
    ends = [
        (
            icons.icon(icons.ENDINGS[end["kind"]], f"kind {end['kind']}", 0, 0),
            _ending(prose.line(end["title"]), end["kind"], sheet.ranges.get(name)),
        )
        for name, end in bundle["endings"].items()
    ]
    _legend(head, "Endings", ends)
    _elsewhere(head, sheet.notes)
    head.parts = [part for part in head.parts if part]
    return head


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _pass(sheet: Sheet) -> str:
    rule = sheet.bundle["pass"]
    kinds = " or ".join(rule["endings"])
    said = f"To pass: a score of {rule['score']} or more, at an ending that is {kinds}."
    musts = [prose.line(o["title"]) for o in sheet.bundle["objectives"] if o["must"]]
    said += f" Must be met: {'; '.join(musts)}." if musts else ""
    if not sheet.ranges:
        return said
    low = min(each.low for each in sheet.ranges.values())
    high = max(each.high for each in sheet.ranges.values())
    return f"Scores go from {low} to {high}. {said}"


def _ending(name: str, kind: str, scores: Range | None) -> str:
    return f"{name} ({kind}, {scores})" if scores else f"{name} ({kind})"


def _legend(head: Piece, name: str, entries: Sequence[tuple[str, str]]) -> None:
    """One line of the legend, or as many as it needs."""
    if not entries:
        return
    left = 132
    head.parts.append(text(name, "legend-name", 0, head.height + 15))
    x: float = left
    for shape, words in entries:
        words = fitted(words, head.width - left - 24, 12.5)
        wide = 22 + width(words, 12.5)
        if x > left and x + wide > head.width:
            x = left
            head.height += 22
        head.parts.append(
            f'<g transform="translate({x:.5g} {head.height + 2.5:g})">{shape}'
            f"{text(words, 'legend', 22, 12.5)}</g>"
        )
        x += wide + 18
    head.height += 25


def _elsewhere(head: Piece, notes: Sequence[Note]) -> None:
    """Problems of the scenario as a whole, which no card can show."""
    for note in notes:
        if note.place:
            continue
        problem = note.problem
        lines = wrapped(problem.message, head.width - 24, 12.5, 3)
        more = f"{problem.message} [{problem.code}] {problem.hint}"
        shape = icons.icon(icons.SIGNS[problem.severity], problem.severity, 0, head.height + 2.5)
        head.parts.append(f'<g class="problem {problem.severity}">{title(more.strip())}{shape}')
        head.text(lines, "legend", 12.5, 19, 24)
        head.parts.append("</g>")
        head.height += 4

"""Scenes, endings and labels as pieces of SVG, each drawn from its own upper left corner."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scormkit import prose
from scormkit.drawing import icons
from scormkit.drawing.letters import fitted, width, wrapped
from scormkit.drawing.notes import Note
from scormkit.drawing.story import Arrow, Row, looks, row, staying
from scormkit.play import Bundle
from scormkit.problems import Problem

CARD, WIDE_CARD, ENDING, LABEL = 244, 332, 236, 196
_MANY = 6  # decisions that stay in a scene, from which its card is wide
_PAD = 14


@dataclass
class Piece:
    """A drawing that grows downward; `parts` come in the order in which they are painted."""

    width: float
    height: float = 0
    parts: list[str] = field(default_factory=list)

    def text(
        self,
        lines: Iterable[str],
        kind: str,
        size: float,
        leading: float,
        x: float = _PAD,
    ) -> None:
        """Lines of text, one below the other."""
        for line in lines:
            baseline = self.height + leading * 0.5 + size * 0.36
            self.parts.append(text(line, kind, x, baseline))
            self.height += leading


@dataclass(frozen=True)
class Range:
    """The scores that plays to one ending can have, and whether some of them pass."""

    low: int
    high: int
    passes: bool

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def text(line: str, kind: str, x: float, y: float, end: bool = False) -> str:
    """One line of text with its baseline at y."""
    anchor = ' text-anchor="end"' if end else ""
    return f'<text class="{kind}" x="{x:g}" y="{y:.4g}"{anchor}>{html.escape(line)}</text>'


def title(words: str) -> str:
    """What is shown when the pointer rests on a piece."""
    return f"<title>{html.escape(words, quote=False)}</title>"


def scene(
    bundle: Bundle, name: str, notes: Sequence[Note], taken: Mapping[int, int] | None = None
) -> Piece:
    """A scene's card; `taken` are the acts of a play, each with the number of its step."""
    data = bundle["scenes"][name]
    stays = staying(data)
    many = sum(map(len, stays.values())) >= _MANY
    card = Piece(WIDE_CARD if many else CARD)
    inner = card.width - 2 * _PAD
    channel = data["channel"]
    card.parts.append(icons.icon(icons.CHANNELS[channel], "channel", _PAD, 8.5))
    card.parts.append(text(channel, "channel-name", _PAD + 23, 20.8))
    if "time" in data:
        card.parts.append(
            text(prose.line(data["time"]), "clock", card.width - _PAD, 20.5, end=True)
        )
    card.height = 38
    card.text(wrapped(prose.line(data["title"]), inner, 14.5, 3, bold=True), "name", 14.5, 19)
    card.text([fitted(name, inner, 11.5)], "id", 11.5, 16)
    if stays or looks(data):
        card.height += 7
        card.parts.append(f'<path class="rule" d="M{_PAD} {card.height:g}h{inner:g}"/>')
        card.height += 6
    marked = {note.act: note.problem for note in notes if note.act}
    for thing, acts in stays.items():
        _chips(card, thing, [row(bundle, name, index) for index in acts], marked, taken or {})
    if looks(data):
        count = looks(data)
        shown = sum(not data["acts"][index]["decision"] for index in taken or {})
        words = f"{count} look{'' if count == 1 else 's'}"
        words += f", {shown} taken" if shown else ""
        card.parts.append(icons.icon(icons.SIGNS["look"], "quiet", _PAD, card.height + 3, 13))
        card.text([words], "quiet", 11.5, 19, _PAD + 20)
    card.height += 8
    _problems(card, notes)
    frame = _frame(card, 10)
    strip = (
        f'<path class="strip" d="M.75 {32:g}V10.75a10 10 0 0 1 10-10h{card.width - 21.5:g}'
        f'a10 10 0 0 1 10 10V{32:g}z"/>'
    )
    card.parts[:0] = [title(_told(data)), frame, strip]
    return card


def ending(bundle: Bundle, name: str, notes: Sequence[Note], scores: Range | None) -> Piece:
    """An ending's card, with the scores that it can have."""
    data = bundle["endings"][name]
    card = Piece(ENDING)
    inner = card.width - 2 * _PAD - 8
    x = _PAD + 4
    card.parts.append(icons.icon(icons.ENDINGS[data["kind"]], "kind", x, 11, 18))
    card.parts.append(text(f"Ending: {data['kind']}", "kind-name", x + 26, 24.5))
    card.height = 37
    card.text(wrapped(prose.line(data["title"]), inner, 14.5, 3, bold=True), "name", 14.5, 19, x)
    card.text([fitted(name, inner, 11.5)], "id", 11.5, 16, x)
    if scores:
        verdict = "can pass" if scores.passes else "does not pass"
        card.height += 2
        card.text([f"Score {scores}, {verdict}"], "quiet", 11.5, 18, x)
    card.height += 11
    _problems(card, notes)
    card.parts[:0] = [title(prose.line(data["text"])), _frame(card, 22)]
    return card


def label(
    arrow: Arrow, target: str, kind: str, notes: Sequence[Note], taken: Mapping[int, int]
) -> Piece:
    """The label of an arrow; with a `target` the arrow ends here, and names where it leads."""
    if not any(row.name or row.conditions for row in arrow.rows) and not target:
        return Piece(8)
    piece = Piece(0)
    marked = {note.act: note.problem for note in notes if note.act}
    wide = 0.0
    piece.height = 6
    for told, rows in _together(arrow.rows):
        if piece.height > 6:
            piece.parts.append(f'<path class="rule" d="M9 {piece.height + 3:g}h24"/>')
            piece.height += 6
        for condition in told:
            lines = wrapped(condition, LABEL - 20, 11.5, 9)
            wide = max(wide, *(width(line, 11.5) + 20 for line in lines))
            piece.text(lines, "when", 11.5, 15, 10)
        piece.height += 2 if told else 0
        for each in rows:
            wide = max(wide, _row(each, piece, marked, taken))
    if target:
        piece.height += 3
        shown = fitted(target, LABEL - 34, 11.5)
        used = width(shown, 11.5) + 34
        piece.parts.append(
            f'<g class="to {kind}">{title("Leads to: " + target)}'
            f'<rect class="pill" x="8" y="{piece.height:g}" width="{used:g}" height="20" rx="10"/>'
            f'<path class="line" d="M16 {piece.height + 10:g}h8m-3.5-3.5l3.5 3.5-3.5 3.5"/>'
            f"{text(shown, 'small', 30, piece.height + 14)}</g>"
        )
        piece.height += 22
        wide = max(wide, used + 16)
    piece.height += 6
    piece.width = round(wide + 1)
    back = f'<rect class="back" width="{piece.width}" height="{piece.height:g}" rx="8"/>'
    piece.parts.insert(0, back)
    return piece


def start(bundle: Bundle) -> Piece:
    """The place before the first scene."""
    piece = Piece(92, 34)
    piece.parts = [
        '<rect class="frame" width="92" height="34" rx="17"/>',
        icons.icon(icons.SIGNS["start"], "start", 15, 9),
        text("Start", "start-name", 38, 22),
    ]
    return piece


def _frame(card: Piece, radius: float) -> str:
    size = f'width="{card.width - 1.5:g}" height="{card.height - 1.5:g}"'
    return f'<rect class="frame" x=".75" y=".75" {size} rx="{radius:g}"/>'


def _chips(
    card: Piece,
    thing: str,
    rows: Sequence[Row],
    marked: Mapping[str, Problem],
    taken: Mapping[int, int],
) -> None:
    """The decisions on one thing, side by side, each with the sign of its outcome."""
    x: float = _PAD
    if thing:
        card.text([fitted(thing, card.width - 2 * _PAD, 11.5)], "thing", 11.5, 17)
    for each in rows:
        name = each.name.removeprefix(f"{thing}.")
        name = fitted(name, card.width - 2 * _PAD - 36, 11.5)
        wide = 17 + width(name, 11.5) + (15 if each.name in marked else 0)
        if x > _PAD and x + wide > card.width - _PAD:
            x = _PAD
            card.height += 19
        parts = [icons.icon(icons.SIGNS[each.sign], each.sign, x, card.height + 3, 12)]
        parts.append(text(name, "small", x + 17, card.height + 13.5))
        if each.name in marked:
            parts.append(
                icons.icon(icons.SIGNS["error"], "error", x + wide - 12, card.height + 3, 12)
            )
        if each.act in taken:
            parts.insert(
                0,
                f'<rect class="taken" x="{x - 4:g}" y="{card.height:g}" width="{wide + 9:.5g}" '
                'height="18" rx="9"/>',
            )
        words = "; ".join([each.says, *each.conditions])
        card.parts.append(f"<g>{title(words)}{''.join(parts)}</g>")
        x += wide + 12
    card.height += 21


def _together(rows: Sequence[Row]) -> list[tuple[tuple[str, ...], list[Row]]]:
    """The rows by their conditions, those without any first."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for each in rows:
        found.setdefault(each.conditions, []).append(each)
    return sorted(found.items(), key=lambda group: bool(group[0]))


def _row(each: Row, piece: Piece, marked: Mapping[str, Problem], taken: Mapping[int, int]) -> float:
    """One act with the sign of its outcome, added to a label; and the width that it takes."""
    if each.sign == "start":
        return 0
    top, first = piece.height, len(piece.parts)
    problem = marked.get(each.name)
    lines = wrapped(each.name, LABEL - 38 - (18 if problem else 0), 12.5, 2)
    used = 28 + max(width(line, 12.5) for line in lines)
    piece.parts.append(icons.icon(icons.SIGNS[each.sign], each.sign, 9, top + 2.5, 13))
    piece.text(lines, "act", 12.5, 17, 28)
    if problem:
        kind = problem.severity
        piece.parts.append(icons.icon(icons.SIGNS[kind], kind, used + 5, top + 2.5, 13))
        used += 18
    if each.timer:
        piece.text([f"by itself after {each.timer} s"], "when", 11.5, 15, 28)
        used = max(used, 28 + width(f"by itself after {each.timer} s", 11.5))
    piece.height += 1
    used += 10
    if each.act is not None and each.act in taken:
        piece.parts.insert(first, _step(taken[each.act], top, piece.height, used))
        used += 22
    if each.says:
        piece.parts[first:] = ["<g>", title(each.says), *piece.parts[first:], "</g>"]
    return used


def _step(number: int, top: float, bottom: float, used: float) -> str:
    """The mark of an act that was taken, with the number of its step."""
    return (
        f'<rect class="taken" x="3" y="{top - 1:g}" width="{used + 16:.5g}" '
        f'height="{bottom - top:g}" rx="8"/>'
        + text(str(number), "step", used + 12, top + 13.5, end=True)
    )


def _problems(card: Piece, notes: Sequence[Note]) -> None:
    """What `check` says of a place, in full, on its card."""
    for note in notes:
        problem = note.problem
        inner = card.width - 2 * _PAD - 20
        words = f"{note.act}: {problem.message}" if note.act else problem.message
        lines = wrapped(words, inner, 11.5, 6)
        tall = len(lines) * 15 + 10
        more = " ".join(part for part in (words, f"[{problem.code}]", problem.hint) if part)
        card.parts.append(
            f'<g class="problem {problem.severity}">{title(more)}<rect class="tint" x="6" '
            f'y="{card.height:g}" width="{card.width - 12:g}" height="{tall:g}" rx="6"/>'
            + icons.icon(
                icons.SIGNS[problem.severity], problem.severity, _PAD, card.height + 5.5, 13
            )
        )
        card.height += 5
        card.text(lines, "small", 11.5, 15, _PAD + 20)
        card.parts.append("</g>")
        card.height += 5 + 4
    card.height += 3 if notes else 0


def _told(data: Mapping[str, Any]) -> str:
    return prose.line(data.get("intro", data["title"]))

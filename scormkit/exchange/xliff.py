"""Texts to an XLIFF 2.1 file (OASIS Standard, 13 February 2018): marks are locked inline codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scormkit import vocabulary
from scormkit.exchange.marks import CUE, PICTURE, Mark, Piece, Span, parse
from scormkit.exchange.units import DONE, MISSING, Sheet, Unit, grouped

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"  # also of 2.1 (2.1, 1.2)
PREFIX = "scormkit"  # of our own values of subState and subType
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]")
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(sheet: Sheet) -> str:
    """The whole file; the same sheet gives the same file."""
    return "\n".join([*_lines(sheet), ""])


def identifier(path: str) -> str:
    """A dotted place as an NMTOKEN (4.3.1.12); what may not stand in one is written `:hex:`."""
    return _NOT_IN_A_NAME.sub(lambda found: f":{ord(found[0]):x}:", path)


def place(identifier: str) -> str:
    """The dotted place of an identifier."""

    def letter(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        return chr(code) if code <= 0x10FFFF else found[0]

    return re.sub(r":([0-9a-f]{1,6}):", letter, identifier)


def _lines(sheet: Sheet) -> Iterator[str]:
    languages = f'srcLang="{sheet.source_language}" trgLang="{sheet.language}"'
    sides = (vocabulary.direction(name) for name in (sheet.source_language, sheet.language))
    source, target = sides
    about = f"{sheet.title} {sheet.version}".strip()
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<xliff xmlns="{NAMESPACE}" version="2.1" {languages} xml:space="preserve">'
    yield (
        f' <file id="{identifier(sheet.name)}" original="{escaped(sheet.original)}"'
        f' srcDir="{source}" trgDir="{target}">'
    )
    yield f'  <notes><note id="about" category="about">{escaped(about)}</note></notes>'
    for group, units in grouped(sheet.units):
        yield f'  <group id="{identifier(group)}" name="{escaped(group)}">'
        for unit in units:
            yield from _unit(unit)
        yield "  </group>"
    yield " </file>"
    yield "</xliff>"


def _unit(unit: Unit) -> Iterator[str]:
    codes = _Codes()
    source = codes.inline(parse(unit.source))
    target = codes.inline(parse(unit.target), target=True) if unit.target else ""
    yield f'   <unit id="{identifier(unit.path)}" name="{escaped(unit.path)}">'
    if unit.notes:
        yield "    <notes>"
        for number, (category, text) in enumerate(unit.notes, 1):
            said = escaped(text)
            yield f'     <note id="n{number}" category="{category}">{said}</note>'
        yield "    </notes>"
    if codes.data:
        yield "    <originalData>"
        for raw, name in codes.data.items():
            yield f'     <data id="{name}">{escaped(raw)}</data>'
        yield "    </originalData>"
    yield f"    <segment {_state(unit.state)}>"
    yield f"     <source>{source}</source>"
    if target:
        yield f"     <target>{target}</target>"
    yield "    </segment>"
    yield "   </unit>"


def _state(state: str) -> str:
    """A segment's state (4.3.1.26); what is stale, or of unknown age, begins anew."""
    if state == DONE:
        return 'state="translated"'
    more = "" if state == MISSING else f' subState="{PREFIX}:{state}"'
    return f'state="initial"{more}'


@dataclass
class _Codes:
    """The inline codes of one unit; the target takes the ids of the source's (4.7.4)."""

    data: dict[str, str] = field(default_factory=dict)  # what is written: its id
    ids: dict[tuple[str, str, int], int] = field(default_factory=dict)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    of_source: int = 0

    def inline(self, pieces: tuple[Piece, ...], target: bool = False) -> str:
        """Source or target as XML; each is counted by itself."""
        self.seen = Counter()
        self.of_source = len(self.ids)  # how many the source has, once the target's turn comes
        return "".join(self.piece(piece, target) for piece in pieces)

    def piece(self, piece: Piece, target: bool) -> str:
        if isinstance(piece, str):
            return content(piece)
        number = self.number(piece.kind, piece.name)
        # a code that only the target has was put there by somebody: it may go again
        fixed = "" if target and number > self.of_source else ' canDelete="no"'
        if isinstance(piece, Mark):
            told = f'equiv="{escaped(piece.raw)}" disp="{escaped(piece.raw)}"'
            return (
                f'<ph id="{number}" dataRef="{self.ref(piece.raw)}" {told}{_kind(piece)}{fixed}/>'
            )
        inner = "".join(self.piece(each, target) for each in piece.inner)
        refs = f'dataRefStart="{self.ref(piece.opening)}" dataRefEnd="{self.ref(piece.closing)}"'
        shown = f'dispStart="{escaped(piece.opening)}" dispEnd="{escaped(piece.closing)}"'
        return f'<pc id="{number}" {refs} {shown}{_kind(piece)}{fixed}>{inner}</pc>'

    def number(self, kind: str, name: str) -> int:
        """The id of a mark: the n-th of its kind and name has one id in source and target."""
        key = (kind, name)
        self.seen[key] += 1
        return self.ids.setdefault((*key, self.seen[key]), len(self.ids) + 1)

    def ref(self, raw: str) -> str:
        return self.data.setdefault(raw, f"d{len(self.data) + 1}")


def _kind(piece: Mark | Span) -> str:
    """Type and subtype of a code (4.3.1.37): links and pictures are XLIFF's own, others ours."""
    if piece.kind == PICTURE:
        return ' type="image"'
    if piece.kind == CUE:
        return f' type="other" subType="{PREFIX}:cue"'
    return ' type="link"' if isinstance(piece, Span) else f' type="other" subType="{PREFIX}:value"'


def content(text: str) -> str:
    """A text as XML content; what XML cannot hold stands as <cp> (4.2.3.1)."""
    parts = re.split(f"({_INVALID.pattern})", text)
    return "".join(
        f'<cp hex="{ord(part):04X}"/>' if n % 2 else escaped(part) for n, part in enumerate(parts)
    )


def escaped(text: str) -> str:
    """A text for an attribute, a note or original data; what XML cannot hold is left out."""
    text = _INVALID.sub("", text)
    for letter, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(letter, reference)
    return text.replace("\r", "&#13;")

"""A scenario in a language that nobody speaks: untranslated texts and clipped layouts show.

`en-XA` is longer by two fifths, accented and in brackets; `ar-XB` is written in Arabic letters,
which run from right to left as no Latin text made to do so would.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from scormkit import bundle as bundles
from scormkit import organisation as organisations
from scormkit import vocabulary
from scormkit.compiler import Compiled, compile_file
from scormkit.document import Document
from scormkit.exchange import library
from scormkit.exchange.marks import Mark, Piece, parse
from scormkit.translation import Translation, texts, translated

LONGER = 0.4  # a translation from English is often a third longer, a short one more
_ACCENTED = str.maketrans("aceginorsuyACEGINORSUYzZwWdDlL", "áçéğíñóŕšúýÁÇÉĞÍÑÓŔŠÚÝžŽŵŴďĎĺĹ")
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "ابثدهفجحيكقلمنوصضرستعغشخطز"
)  # fmt: skip
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
# Marks stand as letters of the private use area while the words around them change.
_FIRST_VALUE, _FIRST_EDGE = 0xE100, 0xF000
_W = "[\\w\ue100-\uefff-]"
# Words that are the same in any language: code, escapes, addresses, hosts, names of files.
_SAME = re.compile(
    rf"`[^`]*`|\\.|\S+@\S*|\w+://\S*"
    rf"|(?<![\w.-]){_W}+(?:\.{_W}+)*\.(?:[a-z][a-z0-9]{{1,9}}|[\ue100-\uefff])(?!{_W})"
)
_BEFORE = re.compile(r"\s*(?:>\s?|[-+*]\s+|\d{1,9}[.)]\s+)*")
_FENCE = re.compile(r"^\s*(?:```|~~~)")


def _longer(words: str) -> str:
    """The words with vowels twice, until they are long enough."""
    room = round(len(words) * LONGER)
    return _VOWEL.sub(lambda found: found[0] * 2, words, count=room) if room else words


LANGUAGES: dict[str, Callable[[str], str]] = {
    "en-XA": lambda words: _longer(words).translate(_ACCENTED),
    "ar-XB": lambda words: _longer(words).lower().translate(_ARABIC),
}


def compiled(path: Path, language: str, organisation: Path | None = None) -> Compiled:
    """The scenario in a file as if it were written in a pseudo-language, alone in its bundle."""
    return told(compile_file(path, organisation), path, language, organisation)


def told(real: Compiled, path: Path, language: str, organisation: Path | None = None) -> Compiled:
    """The same of a scenario that is compiled already."""
    if real.bundle is None:
        return real
    shelf = library.scenario(path, language)
    assert shelf.scenario is not None  # it has just been compiled
    sheet = library.sheet_of(replace(shelf, texts={}, sources={}, read=None))
    wanted = {unit.path for unit in sheet.units}
    pieces = {
        key: written(each.text, language)
        for key, each in texts(shelf.scenario).items()
        if key in wanted
    }
    document = Document(str(path), {}, {}, {}, ())
    spoken = translated(shelf.scenario, Translation(path, language, document, pieces))
    own = organisations.read(organisation or organisations.beside(path))
    rendered, _, problems = bundles.render(spoken, own.values)
    own_words = player_words(language).items()
    words = {name: html.escape(word, quote=False) for name, word in own_words}
    rendered["words"] = {key: words[key] for key in rendered["words"]}
    full = {each["id"]: each["full"] for each in real.bundle["objectives"]}
    left = {name: scene["left"] for name, scene in real.bundle["scenes"].items()}
    whole = bundles.completed(rendered, full, left, {})
    return replace(real, bundle=whole, problems=tuple(sorted({*real.problems, *problems})))


def player_words(language: str) -> dict[str, str]:
    """The player's own words in a pseudo-language."""
    return {key: written(word, language) for key, word in vocabulary.words("en").items()}


def written(text: str, language: str) -> str:
    """A text in a pseudo-language: placeholders, links, cues, pictures and Markdown stay."""
    raws: dict[str, str] = {}
    flat = "".join(_flat(parse(text), raws))  # whole, as a link's words may go over lines
    lines, fenced = [], False
    for line in flat.split("\n"):
        fence = _FENCE.match(line) is not None
        fenced = fenced != fence
        lines.append(line if fence or fenced else _line(line, LANGUAGES[language]))
    return "".join(raws.get(letter, letter) for letter in "\n".join(lines))


def _line(line: str, told: Callable[[str], str]) -> str:
    """One line; its brackets stand behind the sign of a list or a quotation."""
    found = _BEFORE.match(line)
    before = found[0] if found else ""
    rest = line[len(before) :]
    made = _inline(rest, told)
    return f"{before}⟦{made}⟧" if made != rest else line


def _inline(text: str, told: Callable[[str], str]) -> str:
    made, at = [], 0
    for found in _SAME.finditer(text):
        made += [told(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*made, told(text[at:])])


def _flat(pieces: tuple[Piece, ...], raws: dict[str, str]) -> Iterator[str]:
    """The pieces with a letter for each mark; `raws` has what is written for it."""

    def letter(raw: str, first: int) -> str:
        name = chr(first + len(raws))
        raws[name] = raw
        return name

    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, Mark):
            yield letter(piece.raw, _FIRST_VALUE)
        else:
            yield letter(piece.opening, _FIRST_EDGE)
            yield from _flat(piece.inner, raws)
            yield letter(piece.closing, _FIRST_EDGE)

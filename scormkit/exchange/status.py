"""How complete and how fresh a translation is: every text that is missing, stale or orphaned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scormkit.exchange import library, sibling
from scormkit.exchange.library import Shelf
from scormkit.exchange.units import DONE, MISSING, STALE, UNKNOWN_AGE
from scormkit.problems import Mark
from scormkit.translation import digest

ORPHANED = "orphaned"
_SHOWN = 20  # of a kind; all of them are in --json
_WORDS = {UNKNOWN_AGE: "of unknown age"}


@dataclass(frozen=True)
class Line:
    """One text that is not simply translated, at its place: in the scenario where it is missing,
    else in the translation."""

    state: str
    path: str
    mark: Mark


@dataclass(frozen=True)
class Status:
    """One scenario, or the player's words, in one language."""

    name: str
    language: str
    file: str
    texts: int  # that there are to translate; names that stay as they are do not count
    translated: int
    lines: tuple[Line, ...]

    def count(self, state: str) -> int:
        """How many texts are in this state."""
        return sum(line.state == state for line in self.lines)

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing and nothing stale."""
        return not self.count(MISSING) and not self.count(STALE)


def status(shelf: Shelf) -> Status:
    """How a language stands to its source."""
    sheet = library.sheet_of(shelf)
    wanted = [unit for unit in sheet.units if unit.target or not unit.optional]
    lines = [
        Line(
            unit.state, unit.path, unit.mark if unit.state == MISSING else _place(shelf, unit.path)
        )
        for unit in wanted
        if unit.state != DONE
    ]
    gone = [path for path in shelf.texts if path not in shelf.known]
    lines += [Line(ORPHANED, path, _place(shelf, path)) for path in gone]
    translated = sum(unit.state == DONE for unit in wanted)
    return Status(
        sheet.name, shelf.language, str(shelf.path), len(wanted), translated, tuple(lines)
    )


def accept(shelf: Shelf, stale: bool = False) -> int:
    """Notes for every text of unknown age (and the stale ones, if they are read again) that it
    fits its source as that stands now; how many there were."""
    found = [
        line.path
        for line in status(shelf).lines
        if line.state == UNKNOWN_AGE or (stale and line.state == STALE)
    ]
    if not found or shelf.read is None:
        return 0
    sources = dict(shelf.sources)
    sources |= {path: digest(shelf.known[path].text) for path in found}
    sources = {
        key: sources[key] for key in sibling.ordered(shelf.texts, shelf.known) if key in sources
    }
    text = shelf.path.read_bytes().decode("utf-8-sig")
    kept = sibling.with_sources(text, shelf.read, sources)
    sibling.write(shelf.path, kept or library.file_of(shelf, shelf.texts, sources))
    return len(found)


def _place(shelf: Shelf, path: str) -> Mark:
    if shelf.read is None:
        return Mark(str(shelf.path))
    return shelf.read.key((path,) if shelf.scenario is None else ("texts", path))


def as_text(found: Iterable[Status]) -> str:
    """A heading for each language of each scenario, and below it what is to be done."""
    return "\n".join(line for each in found for line in _told(each))


def _told(each: Status) -> list[str]:
    counts = [f"{each.translated} of {each.texts} translated"]
    for state in (MISSING, STALE, UNKNOWN_AGE, ORPHANED):
        if count := each.count(state):
            counts.append(f"{count} {_WORDS.get(state, state)}")
    lines = [f"{each.name} {each.language}: {', '.join(counts)}"]
    for state in (STALE, ORPHANED, MISSING):
        alike = [line for line in each.lines if line.state == state]
        lines += [f"  {line.mark}: {state}: {line.path}" for line in alike[:_SHOWN]]
        if more := len(alike[_SHOWN:]):
            lines.append(f"  and {more} more that {'is' if more == 1 else 'are'} {state}")
    return lines


def as_json(found: Sequence[Status]) -> str:
    """The same for programs, every text with its place."""
    rows = [
        {
            "name": each.name,
            "language": each.language,
            "file": each.file,
            "texts": each.texts,
            "translated": each.translated,
            **{
                state: [
                    {"path": line.path, "file": line.mark.file, "line": line.mark.line}
                    for line in each.lines
                    if line.state == state
                ]
                for state in (MISSING, STALE, UNKNOWN_AGE, ORPHANED)
            },
        }
        for each in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)

"""What an export adds to what its LMS has said before: nothing twice, and changes as new facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lrs.feeds.facts import CompletionFact, line, said


class Stated(NamedTuple):
    """A fact that was stored: of which day its export is, at which number, and what it says.
    Without a date it says how things stood on that day; with one, that something happened."""

    as_of: date
    seq: int
    said: str
    state: str
    dated: bool


def new(
    lms: str, as_of: date, facts: Iterable[CompletionFact], stored: Mapping[str, Sequence[Stated]]
) -> list[CompletionFact]:
    """The facts of an export that add something. `stored` has those known of each line.

    A fact adds nothing if the same was said before; unless its LMS has said something else of the
    line in between, and the line has this one fact in the export. Then it is a change back: an
    LMS that says not-started after it said completed has lost or taken back the completion."""
    lines: dict[str, dict[str, CompletionFact]] = {}
    for fact in facts:
        lines.setdefault(line(lms, fact), {}).setdefault(said(fact), fact)
    found = []
    for name, told in lines.items():
        before = sorted(each for each in stored.get(name, ()) if each.as_of <= as_of)
        found += [
            fact for what, fact in told.items() if not _stands(what, fact, before, len(told) == 1)
        ]
    return sorted(found, key=lambda fact: fact.row)


def _stands(
    what: str, fact: CompletionFact, before: Sequence[Stated], alone: bool
) -> bool:
    """Whether that was said already, and is what was said last."""
    last = max((n for n, each in enumerate(before) if each.said == what), default=None)
    if last is None or not alone:
        return last is not None
    changed = (each for each in before[last + 1 :] if each.state != fact.state)
    return not any(fact.when is None or not each.dated for each in changed)


def repeated(lms: str, facts: Iterable[CompletionFact]) -> int:
    """How many facts of one export say what an earlier row of it says."""
    counts = Counter((line(lms, fact), said(fact)) for fact in facts)
    return sum(count - 1 for count in counts.values())

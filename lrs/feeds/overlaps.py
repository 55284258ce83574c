"""What an export adds to what its LMS has said before: nothing twice, and changes as new facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lrs.feeds.facts import CompletionFact, line, said, saying


class Stated(NamedTuple):
    """A fact that was stored: of which day its export is, at which number, and what it says."""

    as_of: date
    seq: int
    said: str


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


def _stands(what: str, fact: CompletionFact, before: Sequence[Stated], alone: bool) -> bool:
    """Whether that was said already, and nothing since that it changes back. What has no date says
    how things stood, and anything else in between changes it. What has one happened, whatever
    came later; only a state without a date can have taken it back."""
    last = max((n for n, each in enumerate(before) if each.said == what), default=None)
    if last is None or not alone:
        return last is not None
    since = (saying(each.said) for each in before[last + 1 :])
    return not any(
        state != fact.state and (fact.when is None or not dated) for state, dated in since
    )

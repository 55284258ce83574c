"""What a review freezes when it is opened: the register's figures, and earlier actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from lrs import timestamps
from lrs.days import Interval
from lrs.register.counting import Figures

FORMAT = 1


class InForce(NamedTuple):
    """A version of the programme that was in force on a day of the quarter."""

    number: int
    starts: date
    sha256: str


class Carried(NamedTuple):
    """An action of an earlier review, as it stood when this one was opened."""

    number: int
    quarter: str
    text: str
    owner: str
    due: date
    ended: date | None  # closed, or withdrawn
    withdrawn: bool
    why: str  # what was done, or why it was withdrawn


@dataclass(frozen=True)
class Frozen:
    """What was found when a review was opened: read from its record, never counted anew."""

    programme: str
    zone: str
    period: Interval
    as_of: date  # of the verdicts
    known: int  # the instant up to which things were known, in microseconds
    newest: int  # the number of the newest record then
    query: str  # the command that shows the rows again
    digest: str  # of these rows
    programmes: tuple[InForce, ...]
    figures: Figures
    carried: tuple[Carried, ...] = ()
    attendees: tuple[str, ...] = ()
    why: str = ""  # another edition was opened
    version: str = ""  # of the program that counted


def written(frozen: Frozen) -> dict[str, Any]:
    """As JSON."""
    assert frozen.period.last is not None
    return {
        "format": FORMAT,
        "why": frozen.why,
        "attendees": list(frozen.attendees),
        "programme": frozen.programme,
        "zone": frozen.zone,
        "from": frozen.period.first.isoformat(),
        "to": frozen.period.last.isoformat(),
        "as_of": frozen.as_of.isoformat(),
        "known_at": timestamps.written(frozen.known),
        "newest_record": frozen.newest,
        "query": frozen.query,
        "digest": frozen.digest,
        "programme_versions": [
            {"version": each.number, "from": each.starts.isoformat(), "sha256": each.sha256}
            for each in frozen.programmes
        ],
        "figures": dict(frozen.figures.single),
        "counts": {
            by: {of: dict(counts) for of, counts in some.items()}
            for by, some in frozen.figures.tables.items()
        },
        "carried": [carried_written(each) for each in frozen.carried],
        "written_by": frozen.version,
    }


def carried_written(each: Carried) -> dict[str, Any]:
    """An action of an earlier review as JSON."""
    return {
        "action": each.number,
        "review": each.quarter,
        "text": each.text,
        "owner": each.owner,
        "due": each.due.isoformat(),
        "ended": each.ended.isoformat() if each.ended else None,
        "withdrawn": each.withdrawn,
        "why": each.why,
    }


def thawed(state: Mapping[str, Any]) -> Frozen:
    """What a record holds."""
    known = timestamps.read(state["known_at"])
    assert known is not None
    return Frozen(
        state["programme"],
        state["zone"],
        Interval(_day(state["from"]), _day(state["to"])),
        _day(state["as_of"]),
        known,
        state["newest_record"],
        state["query"],
        state["digest"],
        tuple(
            InForce(each["version"], _day(each["from"]), each["sha256"])
            for each in state["programme_versions"]
        ),
        Figures(state["figures"], state["counts"]),
        tuple(_carried(state["carried"])),
        tuple(state["attendees"]),
        state["why"],
        state["written_by"],
    )


def _carried(told: Iterable[Mapping[str, Any]]) -> Iterator[Carried]:
    for each in told:
        ended = _day(each["ended"]) if each["ended"] else None
        at = (each["action"], each["review"], each["text"], each["owner"], _day(each["due"]))
        yield Carried(*at, ended, each["withdrawn"], each["why"])


_day = date.fromisoformat

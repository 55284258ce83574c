"""Sittings: when somebody was at an exercise and for how long, whatever came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from lrs import timestamps
from lrs.register import cmi5
from lrs.xapi import contents

What = Literal["launched", "begun", "suspended", "terminated", "abandoned"]
BEGINS: frozenset[What] = frozenset(("launched", "begun"))
VERBS: Mapping[str, What] = {
    cmi5.LAUNCHED: "launched",  # by an LMS
    f"{cmi5.ADL}/initialized": "begun",
    f"{cmi5.ADL}/resumed": "begun",
    f"{cmi5.ADL}/suspended": "suspended",
    f"{cmi5.ADL}/terminated": "terminated",
    cmi5.ABANDONED: "abandoned",  # by an LMS, where the AU has said nothing of its end
}


class Moment(NamedTuple):
    """What one statement tells of a sitting."""

    seq: int
    name: str  # of whom, as identities write it
    activity: str
    published: tuple[str, ...]  # other activities of which one may be the exercise's
    at: int  # microseconds
    what: What
    sitting: str  # registration and session
    seconds: float | None  # that it took, of an end
    normal: bool  # not launched to be looked at only


class Sitting(NamedTuple):
    """The same of one person and exercise, put together. In cmi5 it is a session; without one, all
    of a registration, however often it was suspended."""

    exercise: str
    day: date  # of its first moment, in the programme's zone
    sitting: str
    began: int | None  # microseconds; None where only an end is known
    ended: int | None
    end: What | None
    seconds: float | None
    seqs: tuple[int, ...]


def of_statement(seq: int, at: int, statement: Mapping[str, Any]) -> Moment | None:
    """What a statement, received at an instant, tells of a sitting; None if it tells nothing."""
    what = VERBS.get(statement["verb"]["id"])
    about, context = statement["object"], statement.get("context", {})
    if what is None or about.get("objectType", "Activity") != "Activity":
        return None
    told = statement.get("timestamp", "")
    return Moment(
        seq,
        contents.identifier(statement["actor"]) or "",
        about["id"],
        cmi5.published(context),
        (timestamps.read(told) if told else None) or at,
        what,
        cmi5.sitting(context),
        None if what in BEGINS else cmi5.seconds(statement.get("result", {})),
        cmi5.mode(context) == cmi5.NORMAL,
    )


class Placed(NamedTuple):
    """A moment with its exercise, and the day in the programme's zone."""

    moment: Moment
    exercise: str
    day: date


def sittings(placed: Iterable[Placed]) -> list[Sitting]:
    """The sittings of one person, in order of day. One that was only to be looked at is none."""
    groups: dict[tuple[str, ...], list[Placed]] = {}
    for each in sorted(placed, key=lambda each: (each.moment.at, each.moment.seq)):
        moment = each.moment
        alone = () if moment.sitting else (str(moment.seq),)
        groups.setdefault((each.exercise, moment.name, moment.sitting, *alone), []).append(each)
    found = [_put_together(some) for some in groups.values() if all(e.moment.normal for e in some)]
    return sorted(found, key=lambda each: (each.day, each.seqs))


def _put_together(some: list[Placed]) -> Sitting:
    """What is told of one sitting, in order. An LMS that calls it abandoned is not heard where the
    exercise itself tells of its end."""
    moments = [each.moment for each in some]
    ends = [each for each in moments if each.what in ("suspended", "terminated")]
    ends = ends or [each for each in moments if each.what == "abandoned"][-1:]
    took = [each.seconds for each in ends if each.seconds is not None]
    return Sitting(
        some[0].exercise,
        some[0].day,
        moments[0].sitting,
        next((each.at for each in moments if each.what in BEGINS), None),
        ends[-1].at if ends else None,
        ends[-1].what if ends else None,
        sum(took) if took else None,
        tuple(sorted(each.seq for each in moments)),
    )

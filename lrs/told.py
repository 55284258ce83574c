"""What players' statements and LMSs' exports tell of attempts, each with its exercise and day, and
whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import attempts as played_attempts
from lrs import catalogue, days
from lrs.feeds import door as feeds
from lrs.people.identities import Identities
from lrs.register import completions, replay
from lrs.register.completions import Source
from lrs.register.reconcile import Judged


class Built(NamedTuple):
    """What the catalogue says, as known: the exercise of an activity, the scenario's version of a
    digest, and the versions of each exercise by the day on which they were published."""

    zone: ZoneInfo
    exercises: Mapping[str, str]
    versions: Mapping[str, str]
    newest: Mapping[str, Sequence[tuple[date, str]]]

    def exercise(self, activity: str, others: Iterable[str]) -> str | None:
        """Whose activity it is; in cmi5, where an LMS calls it by a name of its own, one of the
        others is."""
        found = self.exercises.get(activity)
        for other in others:
            found = found or self.exercises.get(other)
        return found


def built(listed: Iterable[catalogue.Listed], zone: ZoneInfo) -> Built:
    """The same of what is listed there."""
    exercises: dict[str, str] = {}
    digests: dict[str, str] = {}
    newest: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for each in listed:
        entry = each.entry
        exercises[entry["activity"]] = entry["slug"]
        digests[entry["digest"]] = entry["version"]
        newest[entry["slug"]].append((days.of(each.at, zone), entry["version"]))
    return Built(zone, exercises, digests, newest)


def attempts(
    connection: Connection,
    built: Built,
    played: Collection[bytes],
    exported: Collection[bytes],
    known: int | None,
) -> Iterator[Judged]:
    """What players' statements and LMSs' exports tell of those who are called so in them."""
    for attempt, flaw in played_attempts.known(connection, played, known):
        exercise = built.exercise(attempt.activity, attempt.published)
        if exercise is None:
            continue
        assert isinstance(attempt.at, int)
        version = ""
        if attempt.played:
            version = built.versions.get(attempt.played.digest, "")
            flaw = flaw if version else replay.UNKNOWN
        yield Judged(attempt, exercise, days.of(attempt.at, built.zone), version, flaw)
    for each in feeds.known(connection, exported, known):
        told = completions.of_fact(Source(each.seq, each.n), each.lms, each.as_of, each.fact)
        if told is None:
            continue
        at = told.at
        day = days.of(at, built.zone) if isinstance(at, int) else date.fromisoformat(at)
        yield Judged(told, each.fact.course, day, "", replay.GOOD)


def whose(
    people: Identities, names: Sequence[str], day: date, always: dict[str, str]
) -> str | None:
    """The person whom the names of an attempt mean on its day; nobody if they mean several. Most
    names have only ever meant one: `always` remembers those."""
    if len(names) == 1 and (person := always.get(names[0])) is not None:
        return person
    whose = {people.resolve(name, day) for name in names} - {None}
    person = whose.pop() if len(whose) == 1 else None
    if person and len(names) == 1 and people.means_only(names[0], person):
        always[names[0]] = person
    return person

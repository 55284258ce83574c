"""The programme as it is meant: what each bucket must complete and when, and what then follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

KINDS = ("employee", "contractor", "intern", "vendor")
RECIPIENTS = ("person", "manager", "owner")
AGAIN = "again"


@dataclass(frozen=True)
class Exercise:
    """A scenario, or a micro-exercise: the scenario in one of its variants."""

    slug: str
    variant: tuple[tuple[str, str], ...] = ()  # pool and option, by pool

    @property
    def name(self) -> str:
        """How obligations call it: "phishing", or "phishing/lure=parcel"."""
        told = ",".join(f"{pool}={option}" for pool, option in self.variant)
        return f"{self.slug}/{told}" if told else self.slug


@dataclass(frozen=True)
class Rule:
    """What is asked within so many days of the day it is anchored to; `path` leads to the rule in
    the programme's text, for example curriculum/everyone/onboarding."""

    path: str
    exercises: tuple[Exercise, ...]
    within: int | None  # None: to the end of the month, quarter or year
    earlier: int = 0  # days before the anchor from which a completion counts
    grace: int = 0  # days behind the day that is told, on which it is still on time


class YearDay(NamedTuple):
    """A day of each year, or of one."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True)
class Cadence(Rule):
    """A rule that comes again: each month, quarter or year, or on days that are named."""

    every: int = 0  # months; 0 where days are named
    on: tuple[YearDay, ...] = ()
    from_access: bool = False  # counted from the day access began instead of by the calendar
    in_turn: bool = False  # one of the exercises each time, from the first again each year


@dataclass(frozen=True)
class Bucket:
    """A group with its own curriculum: whoever is of one of the kinds and has one of the roles;
    None asks for nothing."""

    name: str
    title: str
    kinds: frozenset[str] | None = None
    roles: frozenset[str] | None = None


@dataclass(frozen=True)
class Curriculum:
    """What a bucket must complete."""

    bucket: Bucket
    onboarding: Rule | None = None
    role_change: Rule | None = None
    cadences: tuple[Cadence, ...] = ()


@dataclass(frozen=True)
class Policy:
    """When a completion of an exercise counts."""

    least: str | None = None  # the lowest version of the scenario
    newest: bool = False  # only the newest version that there was on the day of completion
    score: int | None = None  # None: the scenario's own rule
    stands_for: tuple[str, ...] = ()  # exercises that are met with this one
    completion: bool = False  # to have gone through it is enough, whatever came of it
    waivers: bool = False  # what an LMS waives is met; else somebody has to rule on it

    @property
    def asks_for_version(self) -> bool:
        """Whether there are versions that don't count."""
        return self.newest or self.least is not None

    def takes(self, version: str, newest: str) -> bool:
        """Whether a version counts, on a day on which `newest` is the newest."""
        if self.newest:
            return version == newest
        return self.least is None or _numbers(version) >= _numbers(self.least)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


@dataclass(frozen=True)
class Remediation:
    """What must be done after a fail, and within how many days; the same exercise again, unless
    others are named instead."""

    within: int
    grace: int = 0
    instead: Mapping[str, tuple[Exercise, ...]] = field(default_factory=dict)

    def after(self, exercise: str) -> tuple[str, ...]:
        """The names of what must be done after a fail in an exercise; what is said of a scenario
        holds for its micro-exercises, too."""
        said = self.instead.get(exercise) or self.instead.get(exercise.split("/")[0])
        return tuple(each.name for each in said) if said else (exercise,)


@dataclass(frozen=True)
class Step:
    """A notice that goes out so many days after the due day, or before it (negative)."""

    days: int
    to: tuple[str, ...]
    notice: str


@dataclass(frozen=True)
class Notice:
    """A text to send; {person}, {exercise}, {due} and so on are filled in."""

    subject: str
    text: str


@dataclass(frozen=True)
class Programme:
    """One version's whole text, understood."""

    name: str
    title: str
    zone: str
    owner: str
    owner_mail: str
    description: str
    curricula: tuple[Curriculum, ...]
    policies: Mapping[str, Policy]
    policy: Policy  # of exercises that have none of their own
    remediation: Remediation | None
    assigned: str | None  # the notice that tells of an obligation
    escalation: tuple[Step, ...]
    notices: Mapping[str, Notice]

    @property
    def roles(self) -> frozenset[str]:
        """Every role that puts somebody into a bucket of which something is asked."""
        return frozenset().union(*(each.bucket.roles or () for each in self.curricula))

    def policy_of(self, exercise: str) -> Policy:
        """When a completion of an exercise counts, by its name in obligations."""
        return self.policies.get(exercise) or self.policies.get(exercise.split("/")[0], self.policy)

    def met_by(self, exercise: str) -> tuple[str, ...]:
        """The exercises of which a completion meets an obligation: itself, the whole scenario
        where a micro-exercise is asked for, and what stands for either."""
        own = tuple(dict.fromkeys((exercise, exercise.split("/")[0])))
        others = (n for n, each in sorted(self.policies.items()) if set(own) & set(each.stands_for))
        return tuple(dict.fromkeys((*own, *others)))


class Version(NamedTuple):
    """The programme from a day on, until another version takes its place."""

    number: int
    starts: date
    programme: Programme


class Dated(Protocol):
    """What has a number and a first day: a version, with its text or without."""

    @property
    def number(self) -> int:
        """1, 2, 3 in the order of publication."""

    @property
    def starts(self) -> date:
        """The first day on which it can be in force."""


AnyVersion = TypeVar("AnyVersion", bound=Dated)


def in_force(versions: Iterable[AnyVersion], day: date) -> AnyVersion | None:
    """The version in force on a day: the one that took effect last; of two from the same day, the
    one published last."""
    before = [each for each in versions if each.starts <= day]
    return max(before, key=lambda each: (each.starts, each.number), default=None)

"""What a pack is made of besides the register's rows: what was known at an instant, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from lrs.days import Interval
from lrs.programme.programme import Programme, in_force
from lrs.register.sheet import Exercise, SourceFile
from lrs.reviews import Review
from lrs.rulings import Given

TYPE_1, TYPE_2 = "Type I", "Type II"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Request:
    """What is asked of a pack. Of Type I the period is one day, on which the design is looked at.
    `known` is an instant in microseconds: nothing that came later plays a part."""

    type: str  # TYPE_1 or TYPE_2
    period: Interval  # with an end
    as_of: date  # of the verdicts
    known: int
    organisation: str = ""  # as the cover has it; the programme's title where it isn't told

    @property
    def operating(self) -> bool:
        """Whether it is asked what came of the design, and not only what the design is."""
        return self.type == TYPE_2

    @property
    def last(self) -> date:
        """The last day of the period."""
        assert self.period.last is not None
        return self.period.last

    @property
    def upto(self) -> date:
        """The last day of the period of which anything can be said."""
        return min(self.last, self.as_of)

    @property
    def days(self) -> Interval | None:
        """The days of the period up to that one, if there are any."""
        first = self.period.first
        return Interval(first, self.upto) if first <= self.upto else None


def type_1(day: date, known: int, organisation: str = "") -> Request:
    """The design on a day."""
    return Request(TYPE_1, Interval(day, day), day, known, organisation)


def type_2(
    first: date, last: date, known: int, as_of: date | None = None, organisation: str = ""
) -> Request:
    """A period, both ends in; the verdicts are as of its last day unless another is told."""
    return Request(TYPE_2, Interval(first, last), as_of or last, known, organisation)


@dataclass(frozen=True)
class ProgrammeVersion:
    """A version of the programme as it was published: `text` is what is kept, to the byte, `data`
    what it says as YAML, `programme` what that means."""

    number: int
    seq: int  # the record's
    at: int  # microseconds
    starts: date
    by: str
    sha256: str
    text: bytes
    data: Any
    programme: Programme

    @property
    def file(self) -> str:
        """Its name in the pack."""
        return f"programme/version-{self.number}.yaml"


class Listed(NamedTuple):
    """A version of an exercise in the catalogue, with the record that made it known."""

    seq: int
    at: int
    entry: Mapping[str, Any]


class LeftOut(NamedTuple):
    """Rows of a file that were not taken, and why; `row` is the first of them."""

    row: int
    code: str
    why: str
    rows: int = 1


@dataclass(frozen=True)
class SourceImport:
    """A file that was imported: a roster of HR, or an export of an LMS. Of a roster `lms` is empty;
    `known` are rows that said again what was known, `absent` people whom a snapshot left out."""

    seq: int
    at: int
    by: str
    source: str  # the file's name
    sha256: str
    profile: str
    profile_sha256: str
    as_of: date
    zone: str
    read: int
    taken: int
    left_out: tuple[LeftOut, ...]
    lms: str = ""
    known: int = 0
    absent: int = 0
    snapshot: bool = False
    corrects: int | None = None  # the import whose place it takes
    corrected: int | None = None  # the one that takes its place

    @property
    def rows_left_out(self) -> int:
        """How many rows were not taken."""
        return sum(each.rows for each in self.left_out)


class Ruling(NamedTuple):
    """A ruling, and the number of the one that withdraws it."""

    given: Given
    withdrawn: int | None


@dataclass(frozen=True)
class Material:
    """All of it. Everything is as known at the request's instant."""

    asked: Request
    versions: tuple[ProgrammeVersion, ...]  # in order of number
    catalogue: tuple[Listed, ...]  # every version of every exercise, in order
    exercises: Mapping[str, Exercise]  # by slug, as the register's sheet needs them
    files: Mapping[int, SourceFile]  # of LMSs' exports, by record
    imports: tuple[SourceImport, ...]  # rosters and exports, in order
    rulings: tuple[Ruling, ...]
    reviews: Sequence[Review]  # in order of quarter and edition
    voided: int  # statements that other statements made void
    newest: int  # number of the newest record that was looked at
    software: str  # the version of scormkit that made it
    redacted: int = 0  # records of which personal data was erased

    @property
    def rosters(self) -> tuple[SourceImport, ...]:
        """The imports of HR's rosters."""
        return tuple(each for each in self.imports if not each.lms)

    @property
    def exports(self) -> tuple[SourceImport, ...]:
        """The imports of LMSs' exports."""
        return tuple(each for each in self.imports if each.lms)

    @cached_property
    def spans(self) -> tuple[tuple[ProgrammeVersion, Interval], ...]:
        """The versions in force on days of the period, each with these days, in order of them."""
        found = []
        asked = self.asked
        starts = sorted({each.starts for each in self.versions})
        firsts = [max(day, asked.period.first) for day in starts if day <= asked.last]
        for first in sorted(set(firsts)):
            version = in_force(self.versions, first)
            after = min((day for day in starts if day > first), default=None)
            if version is not None:
                last = min(after - _DAY, asked.last) if after else asked.last
                found.append((version, Interval(first, last)))
        return tuple(found)

    @property
    def effective(self) -> tuple[ProgrammeVersion, ...]:
        """The versions in force on days of the period, each once."""
        return tuple({each.number: each for each, _ in self.spans}.values())

    @property
    def current(self) -> ProgrammeVersion | None:
        """The version in force on the last day of the period."""
        return in_force(self.versions, self.asked.last)

    @property
    def zone(self) -> str:
        """The zone in which days begin and end: that of the version published last."""
        return self.versions[-1].programme.zone if self.versions else "UTC"

    @property
    def organisation(self) -> str:
        """What the cover calls whoever the pack is about."""
        if self.asked.organisation:
            return self.asked.organisation
        return self.versions[-1].programme.title if self.versions else "no programme published"

    @cached_property
    def newest_entries(self) -> Mapping[str, Listed]:
        """The version published last of each exercise, by slug."""
        return {each.entry["slug"]: each for each in self.catalogue}

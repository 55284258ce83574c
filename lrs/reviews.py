"""Management reviews as they stand: frozen figures, what was decided on them, who has signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import days, freezing, openings, quarters, rulings
from lrs.freezing import Frozen
from lrs.openings import Opened
from lrs.quarters import Quarter
from lrs.received.records import compact
from lrs.rulings import Given, Ruling

WHOLE = ("meet", "decide", "act")  # the kinds of rulings that are signed
UNSIGNED, SIGNED, ADDED, SUPERSEDED = STATES = (
    *("not signed", "signed", "changed since it was signed", "superseded"),
)


class Decision(NamedTuple):
    """Something that was decided. `edition` is the one that was open then; `signed` says whether
    somebody has signed a whole of this edition in which it stood."""

    number: int  # of its ruling
    day: date
    by: str
    text: str
    edition: int
    signed: bool


class Meeting(NamedTuple):
    """A meeting that held the review: its day, who took part, and what else is said of it."""

    number: int
    day: date
    by: str
    text: str
    edition: int
    signed: bool
    attendees: str


class Closed(NamedTuple):
    """The end of an action: the day it was done, who says so, and what was done."""

    number: int
    day: date
    by: str
    why: str


class Action(NamedTuple):
    """Something that somebody is to do until a day."""

    number: int
    day: date
    by: str
    text: str
    owner: str
    due: date
    edition: int
    signed: bool
    closed: Closed | None


class SignOff(NamedTuple):
    """A signature. `digest` is of the whole that was signed; `covers` says whether that is all
    there is now, `sound` whether it is what there was then."""

    number: int
    day: date
    by: str
    title: str
    why: str
    edition: int
    digest: str
    upto: int  # the newest record that was looked at
    sound: bool
    covers: bool


class Withdrawn(NamedTuple):
    """What was taken back, of whichever kind of ruling, and why."""

    number: int  # of the ruling that was
    kind: str
    text: str
    told: Mapping[str, str]  # what else it told
    day: date  # of the withdrawal, as are the next two
    by: str
    why: str


@dataclass(frozen=True)
class Review:
    """One edition of a quarter's review; a later one has what was decided in those before, too."""

    number: int  # of its record
    quarter: Quarter
    edition: int
    at: int  # microseconds
    day: date
    by: str
    frozen: Frozen
    meetings: tuple[Meeting, ...]
    decisions: tuple[Decision, ...]
    actions: tuple[Action, ...]
    sign_offs: tuple[SignOff, ...]
    withdrawn: tuple[Withdrawn, ...]
    digest: str  # of the whole: what a sign-off of now would name
    superseded: bool

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.superseded:
            return SUPERSEDED
        if any(each.covers for each in self.sign_offs):
            return SIGNED
        return ADDED if self.sign_offs else UNSIGNED


def read(connection: Connection, known: int | None = None) -> list[Review]:
    """Every edition of every review as known at an instant (None: now), by quarter and edition."""
    return stand(openings.read(connection, known), rulings.every(connection, known))


def current(reviews: Iterable[Review]) -> list[Review]:
    """Of each quarter the edition opened last."""
    return [each for each in reviews if not each.superseded]


def before(there: Iterable[Review], review: Review) -> Review | None:
    """The review of the quarter before: the newest edition when this one was opened."""
    own = (review.quarter, review.number)
    found = [each for each in there if each.quarter.following() == own[0] and each.number < own[1]]
    return found[-1] if found else None


def missing(reviews: Iterable[Review], first: date, today: date) -> list[Quarter]:
    """The quarters that are over on a day, from that of a first day on, without a review."""
    there = {each.quarter for each in reviews}
    return [each for each in quarters.between(first, today) if each not in there]


def stand(opened: Sequence[Opened], given: Sequence[Given]) -> list[Review]:
    """The reviews that openings and rulings, each in order and the withdrawn ones too, come to."""
    found = [_review(each, opened, given) for each in opened]
    return sorted(found, key=lambda each: (each.quarter, each.edition))


def _review(own: Opened, opened: Sequence[Opened], given: Sequence[Given]) -> Review:
    editions = [each for each in opened if each.quarter == own.quarter]
    later = next((each.seq for each in editions if each.edition == own.edition + 1), None)
    upto = later - 1 if later else max((*(each.seq for each in given), own.seq))
    found = freezing.thawed(own.state)
    view = _View(own, ZoneInfo(found.zone), editions, given)
    there = view.standing(upto)
    digest = view.digest(upto)
    sign_offs = tuple(
        view.sign_off(each, digest) for each in there if each.ruling.kind == "sign-off"
    )
    signed = [each for each in sign_offs if each.sound and each.edition == own.edition]
    last = max((each.upto for each in signed), default=0)
    return Review(
        own.seq,
        quarters.read(own.quarter),
        own.edition,
        own.at,
        days.of(own.at, view.zone),
        own.by,
        found,
        tuple(view.meeting(each, last) for each in there if each.ruling.kind == "meet"),
        tuple(view.decision(each, last) for each in there if each.ruling.kind == "decide"),
        tuple(view.action(each, last, upto) for each in there if each.ruling.kind == "act"),
        sign_offs,
        tuple(view.withdrawn(upto)),
        digest,
        later is not None,
    )


class _View(NamedTuple):
    """One edition's sight of the rulings."""

    own: Opened
    zone: ZoneInfo
    editions: Sequence[Opened]
    given: Sequence[Given]

    def standing(self, upto: int) -> list[Given]:
        """The rulings about this quarter that stood when a record was the newest."""
        there = rulings.standing(each for each in self.given if each.seq <= upto)
        return [each for each in there if each.ruling.subject == f"review {self.own.quarter}"]

    def digest(self, upto: int) -> str:
        """That of the whole when a record was the newest."""
        return whole(self.own, self.standing(upto))

    def day(self, given: Given) -> date:
        """The day of a ruling; the one that it tells, if it does."""
        told = given.ruling.told.get("day")
        return date.fromisoformat(told) if told else days.of(given.at, self.zone)

    def edition(self, seq: int) -> int:
        """The edition that was the newest when a record came; 0: none was open yet."""
        return max((each.edition for each in self.editions if each.seq < seq), default=0)

    def decision(self, given: Given, signed: int) -> Decision:
        """A ruling as a decision; what came up to `signed` has been signed."""
        seq, _, ruling = given
        at = (seq, self.day(given), ruling.by, ruling.why)
        return Decision(*at, self.edition(seq), seq <= signed)

    def meeting(self, given: Given, signed: int) -> Meeting:
        """A ruling as a meeting."""
        return Meeting(*self.decision(given, signed), given.ruling.told["attendees"])

    def action(self, given: Given, signed: int, upto: int) -> Action:
        """A ruling as an action, with its end as of a record."""
        return Action(
            *self.decision(given, signed)[:4],
            given.ruling.told["owner"],
            date.fromisoformat(given.ruling.told["due"]),
            *self.decision(given, signed)[4:],
            self.closed(given.seq, upto),
        )

    def closed(self, action: int, upto: int) -> Closed | None:
        """The first closing of an action that stands."""
        there = rulings.standing(each for each in self.given if each.seq <= upto)
        for each in there:
            if (each.ruling.kind, each.ruling.subject) == ("close", f"action {action}"):
                return Closed(each.seq, self.day(each), each.ruling.by, each.ruling.why)
        return None

    def withdrawn(self, upto: int) -> Iterator[Withdrawn]:
        """What was taken back, as of a record."""
        there = {each.seq: each for each in self.given if each.seq <= upto}
        for each in there.values():
            number = each.ruling.subject.removeprefix("ruling ")
            if each.ruling.kind != rulings.WITHDRAW:
                continue
            was = there[int(number)].ruling
            if was.subject == f"review {self.own.quarter}":
                told = (self.day(each), each.ruling.by, each.ruling.why)
                yield Withdrawn(int(number), was.kind, was.why, was.told, *told)

    def sign_off(self, given: Given, digest: str) -> SignOff:
        """A ruling as a signature, while the whole has a digest."""
        told = given.ruling.told
        upto = int(told["upto"]) if told.get("upto", "").isdecimal() else given.seq
        return SignOff(
            given.seq,
            self.day(given),
            given.ruling.by,
            told.get("title", ""),
            given.ruling.why,
            self.edition(upto + 1),
            told.get("digest", ""),
            upto,
            upto < given.seq and told.get("digest", "") == self._signed(upto),
            told.get("digest", "") == digest,
        )

    def _signed(self, upto: int) -> str:
        """The digest that there was to sign when a record was the newest."""
        edition = self.edition(upto + 1)
        own = next((each for each in self.editions if each.edition == edition), self.own)
        return self._replace(own=own).digest(upto)


def whole(opened: Opened, standing: Iterable[Given]) -> str:
    """What a sign-off names: SHA-256 of a line for the opening, then one for each meeting, decision
    and action that stands, in order: kind, record, SHA-256 of the record's body. That an action
    was closed later changes nothing in what was signed."""
    lines = [f"review {opened.seq} {opened.sha256}"]
    for seq, _, ruling in standing:
        if ruling.kind in WHOLE:
            lines.append(f"{ruling.kind} {seq} {_body(ruling)}")
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _body(ruling: Ruling) -> str:
    return sha256(compact(asdict(ruling)).encode()).hexdigest()

"""What a programme's owner does with reviews: open, decide, act, close, sign, and count again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import attempts, days, freezing, known, reviews, rulings, sources, timestamps
from lrs.days import Interval
from lrs.errors import BadRequest, Conflict, NotFound
from lrs.freezing import Carried, Frozen, InForce
from lrs.known import Asked, Register
from lrs.openings import Opening
from lrs.programme import versions
from lrs.programme.programme import in_force
from lrs.quarters import Quarter
from lrs.received import records
from lrs.register import about, counting
from lrs.register import sheet as sheets
from lrs.register.columns import Cell
from lrs.register.counting import Counting, Turn
from lrs.register.sheet import Sheet
from lrs.reviews import Action, Review
from lrs.rulings import Ruling
from lrs.xapi.store import Store
from scormkit import __version__

MET = "Met to hold the review"
SAYS = "I have looked at these figures, decisions and actions"


class Wanted(NamedTuple):
    """A review to open. `as_of` is the day of the verdicts, the quarter's last if it is None; `why`
    another edition is opened of a quarter that has one."""

    quarter: Quarter
    by: str
    attendees: tuple[str, ...] = ()
    as_of: date | None = None
    why: str = ""


def today(connection: Connection) -> date:
    """Today, in the programme's zone. Raises NotFound where no programme is published."""
    return days.of(timestamps.now(), ZoneInfo(versions.zone(connection)))


def open_(store: Store, wanted: Wanted) -> Review:
    """Open a review: freeze the figures of its quarter as they are known now."""
    quarter, period = wanted.quarter, wanted.quarter.days
    assert period.last is not None
    attempts.follow(store.engine)
    with store.reading() as connection:
        now = today(connection)
        _over(quarter, now)
        as_of = wanted.as_of or period.last
        if not period.last <= as_of <= now:
            raise BadRequest(
                f"verdicts of {quarter} can be as of {period.last} at the earliest, and of today, "
                f"{now}, at the latest; not as of {as_of}"
            )
        there = reviews.read(connection)
        edition = _edition(there, wanted)
        frozen = frozen_now(connection, period, as_of)
        if not frozen.programmes:
            starts = min(each.starts for each in versions.read(connection))
            raise NotFound(f"no programme was in force in {quarter}; the first is from {starts}")
        carried = tuple(_carried(there, quarter))
    frozen = replace(frozen, carried=carried, attendees=wanted.attendees, why=wanted.why)
    state = freezing.written(frozen)
    store.writer.submit("reviews", Opening(str(quarter), edition, wanted.by, state))
    return of(store, quarter)


def _over(quarter: Quarter, now: date) -> None:
    last = quarter.days.last
    assert last is not None
    if last >= now:
        raise BadRequest(
            f"{quarter} isn't over: it can be reviewed from {last + timedelta(1)} on, as no "
            "figure of it would stay as it is"
        )


def _edition(there: Sequence[Review], wanted: Wanted) -> int:
    own = [each for each in there if each.quarter == wanted.quarter]
    if own and not wanted.why:
        raise Conflict(
            f"{wanted.quarter} was opened on {own[-1].day} by {own[-1].by}; lrs review show "
            f"{wanted.quarter} has it, --again --why opens another edition"
        )
    if wanted.why and not own:
        raise BadRequest(f"{wanted.quarter} has no review yet; open it without --again and --why")
    return len(own) + 1


def _carried(there: Sequence[Review], quarter: Quarter) -> Iterator[Carried]:
    """The actions of other quarters' reviews that are open, or were when the last one began."""
    others = [each for each in reviews.current(there) if each.quarter != quarter]
    last = max(others, key=lambda each: each.number, default=None)
    ended = {each.number for each in last.frozen.carried if each.ended} if last else set()
    for review in others:
        for each in review.actions:
            if each.number not in ended:
                at = (each.number, str(review.quarter), each.text, each.owner, each.due)
                end = (each.closed.day, each.closed.why) if each.closed else (None, "")
                yield Carried(*at, end[0], False, end[1])
        for gone in review.withdrawn:
            if gone.kind == "act" and gone.number not in ended:
                due = date.fromisoformat(gone.told["due"])
                at = (gone.number, str(review.quarter), gone.text, gone.told["owner"], due)
                yield Carried(*at, gone.day, True, gone.why)


def frozen_now(connection: Connection, period: Interval, as_of: date) -> Frozen:
    """The figures of a period as they are known now, in one pass over the register."""
    newest, instant = sources.newest(connection)
    counts, seen = Counting(), _Seen()
    digest = sheets.digested(_cells(connection, Asked(period, as_of, instant), counts, seen))
    assert seen.last is not None  # there is always a piece
    question = seen.last.question
    programme = question.versions[-1].programme
    return Frozen(
        programme.title,
        programme.zone,
        period,
        as_of,
        instant,
        newest,
        about.query(period, as_of, instant),
        digest,
        tuple(_in_force(connection, period, instant)),
        counts.figures([each.attempts for each in seen.last.waiting]),
        version=__version__,
    )


@dataclass
class _Seen:
    last: Register | None = None


def _cells(
    connection: Connection, asked: Asked, counts: Counting, seen: _Seen
) -> Iterator[tuple[Cell, ...]]:
    """The cells of every row, which is counted on its way."""
    exercises = sources.exercises(connection, asked.known)
    for piece in known.pieces(connection, asked):
        seen.last = piece
        counts.add(piece.question, piece.rows)
        decided = [row.verdict.evidence for row in piece.rows if row.verdict]
        files = sources.files(connection, [each.tells for each in decided if each])
        yield from Sheet(piece, piece.rows, exercises, files).cells()


def _in_force(connection: Connection, period: Interval, instant: int) -> Iterator[InForce]:
    """The versions that were in force on a day of a period."""
    published = versions.read(connection, instant)
    assert period.last is not None
    starts = {max(each.starts, period.first) for each in published if each.starts <= period.last}
    found = {in_force(published, day) for day in starts}
    for each in sorted(filter(None, found), key=lambda each: (each.starts, each.number)):
        yield InForce(each.number, each.starts, each.sha256)


def compared(store: Store, review: Review) -> tuple[Frozen, list[Turn]]:
    """The figures of a review as they are known now, and which of them are others than the frozen
    ones; a digest that is another says that rows are, even where the figures are the same."""
    attempts.follow(store.engine)
    with store.reading() as connection:
        now = frozen_now(connection, review.frozen.period, review.frozen.as_of)
    return now, counting.turns(review.frozen.figures, now.figures)


def of(store: Store, quarter: Quarter, edition: int | None = None) -> Review:
    """A quarter's review: the edition opened last, or that of a number. Raises NotFound."""
    with store.reading() as connection:
        return _of(reviews.read(connection), quarter, edition)


def _of(there: Sequence[Review], quarter: Quarter, edition: int | None = None) -> Review:
    own = [each for each in there if each.quarter == quarter]
    if not own:
        others = ", ".join(str(each.quarter) for each in reviews.current(there))
        told = f"there are those of {others}" if others else "there is none at all"
        raise NotFound(f"{quarter} has no review yet, {told}; lrs review open {quarter} opens it")
    if edition is None:
        return own[-1]
    if not 0 < edition <= len(own):
        raise NotFound(f"{quarter} has no edition {edition}; the last is {len(own)}")
    return own[edition - 1]


def meet(store: Store, quarter: Quarter, attendees: str, day: date, text: str, by: str) -> int:
    """Put on record that people met on a day to hold a review; the number of the ruling."""
    review = of(store, quarter)
    with store.reading() as connection:
        now = today(connection)
    first = review.frozen.period.first
    if not first <= day <= now:
        raise BadRequest(f"a meeting about {quarter} is from {first} to today, {now}; not on {day}")
    told = {"day": day.isoformat(), "attendees": attendees}
    return rulings.add(store, Ruling("meet", f"review {quarter}", text, by, told))


def decide(store: Store, quarter: Quarter, text: str, by: str) -> int:
    """Put a decision on record; its number."""
    of(store, quarter)
    return rulings.add(store, Ruling("decide", f"review {quarter}", text, by))


def act(store: Store, quarter: Quarter, text: str, owner: str, due: date, by: str) -> int:
    """Put on record what somebody is to do until a day; the number of that action."""
    of(store, quarter)
    with store.reading() as connection:
        now = today(connection)
    if due < now:
        raise BadRequest(f"the action would be due on {due}, which has gone by: today is {now}")
    told = {"owner": owner, "due": due.isoformat()}
    return rulings.add(store, Ruling("act", f"review {quarter}", text, by, told))


def close(
    store: Store, quarter: Quarter, number: int, why: str, by: str, day: date | None = None
) -> int:
    """Put on record that an action is done, on a day or today, and what was done."""
    review = of(store, quarter)
    found = _action(review, number)
    with store.reading() as connection:
        now = today(connection)
    if found.closed:
        raise Conflict(
            f"action {number} was closed on {found.closed.day} by {found.closed.by}; lrs ruling "
            f"withdraw {found.closed.number} opens it again"
        )
    if day is not None and not found.day <= day <= now:
        raise BadRequest(
            f"action {number} is from {found.day} and today is {now}; it can't be done on {day}"
        )
    told = {"day": day.isoformat()} if day else {}
    return rulings.add(store, Ruling("close", f"action {number}", why, by, told))


def _action(review: Review, number: int) -> Action:
    for each in review.actions:
        if each.number == number:
            return each
    open_ones = ", ".join(str(each.number) for each in review.actions if not each.closed)
    there = f"open are {open_ones}" if open_ones else "none is open"
    raise NotFound(f"{review.quarter} has no action {number}; {there}")


def sign(store: Store, quarter: Quarter, title: str, by: str, why: str = SAYS) -> Review:
    """Sign all that a review has by now; the review with the signature."""
    with store.reading() as connection:
        newest = records.newest(connection)[0]
        review = _of(reviews.read(connection), quarter)
    for each in review.sign_offs:
        if each.by == by and each.covers:
            raise Conflict(f"{by} has signed all of it on {each.day}; nothing was added since")
    told = {"title": title, "digest": review.digest, "upto": str(newest)}
    rulings.add(store, Ruling("sign-off", f"review {quarter}", why, by, told))
    return of(store, quarter)

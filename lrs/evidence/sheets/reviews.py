"""Sheets of the management's reviews: what was found, decided, asked for and signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lrs.evidence.material import Material
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Whole,
    day,
    days_of,
    instant,
    listed,
    log,
    number,
    text,
    yes,
)
from lrs.evidence.tally import Tally
from lrs.register import counting
from lrs.reviews import Action, Review

_QUARTER = text("quarter", "Quarter", 9, "Such as 2026-Q1.")
_EDITION = number("edition", "Edition", "A later one takes the place of those before.")
NO_REVIEW = "no review on record"
_CRITERIA = ("CC1.1", "CC1.5", "CC4.2", "CC5.3")


def quarters(material: Material) -> list[tuple[str, date, bool]]:
    """The quarters that the period touches: name, last day, whether it is over with the period."""
    asked, found = material.asked, []
    on = asked.period.first
    while on <= asked.last:
        first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        after = (first + timedelta(95)).replace(day=1)
        end = after - timedelta(1)
        found.append((f"{first.year}-Q{(first.month + 2) // 3}", end, end <= asked.upto))
        on = after
    return found


def reviewed(material: Material) -> dict[str, list[Review]]:
    """The editions of the review of each quarter of the period, in order."""
    names = [name for name, _, _ in quarters(material)]
    return {name: [e for e in material.reviews if str(e.quarter) == name] for name in names}


def _reviews(material: Material, tally: Tally) -> Iterator[Cells]:
    for name, some in reviewed(material).items():
        if not some:
            yield name, None, NO_REVIEW, *[None] * (len(_REVIEWS) - 3)
        for each in some:
            yield name, each.edition, each.state, *_review(each)


def _review(told: Review) -> Cells:
    frozen = told.frozen
    signed = [f"{e.by}, {e.title}" if e.title else e.by for e in told.sign_offs if e.covers]
    return (
        told.at,
        told.by,
        listed(attendees(told)),
        max((each.day for each in told.meetings), default=None),
        frozen.as_of,
        frozen.known,
        frozen.newest,
        frozen.digest,
        len(told.decisions),
        len(told.actions),
        sum(each.closed is None for each in told.actions),
        listed(signed),
        max((each.day for each in told.sign_offs if each.covers), default=None),
        told.digest,
        told.number,
    )


def attendees(told: Review) -> Iterator[str]:
    """Whom the opening or a meeting names."""
    yield from told.frozen.attendees
    for each in told.meetings:
        yield from (name.strip() for name in each.attendees.split(","))


def _searched(material: Material) -> str:
    return f"Every review in {log(material)}, of each quarter of {days_of(material)}."


_REVIEWS = (
    _QUARTER,
    _EDITION,
    text("state", "State", 14, "Signed or not; or that there is none."),
    instant("opened", "Opened (UTC)", "When its figures were frozen."),
    text("by", "By", 14, "Who opened it."),
    text("attendees", "Attendees", 28, "Who took part, as far as it was told."),
    day("met", "Met", "The day of the last meeting that is on record."),
    day("as_of", "As of", "The day of the verdicts in its figures."),
    instant("known", "Known (UTC)", "The instant up to which its figures know."),
    number("newest", "Newest record", "The number of the newest record then."),
    text("rows_sha256", "SHA-256 of rows", 16, "Of the register's rows that were counted."),
    number("decisions", "Decisions", "How many."),
    number("actions", "Actions", "How many."),
    number("open_actions", "Open actions", "Not closed as known now."),
    text("signed_by", "Signed by", 28, "Whose signature covers all that there is now."),
    day("signed", "Signed", "The last of these signatures."),
    text("sha256", "SHA-256", 16, "Of the whole, as a signature names it."),
    number("record", "Record", "Of its opening, in the log."),
)
REVIEWS = Whole(
    Form(
        "reviews",
        "Management reviews",
        _REVIEWS,
        _searched,
        "One row for each edition of each quarter's review; a quarter without one has a row that "
        "says so. Figures were frozen when it was opened and are not counted again.",
        _CRITERIA,
    ),
    _reviews,
)


def _figures(material: Material, tally: Tally) -> Iterator[Cells]:
    for name, some in reviewed(material).items():
        for each in some:
            figures = each.frozen.figures
            for what, value in figures.single.items():
                yield name, each.edition, None, None, counting.title(what), value
            for by, table in figures.tables.items():
                for of, counts in table.items():
                    for what, value in counts.items():
                        yield name, each.edition, by, of, what, value


FIGURES = Whole(
    Form(
        "review-figures",
        "Figures of the management reviews, as they were frozen",
        (
            _QUARTER,
            _EDITION,
            text("by", "By", 12, "By what it is counted: bucket, kind, reason; empty of a total."),
            text("of", "Of", 22, "Of which of these."),
            text("figure", "Figure", 26, "What is counted."),
            number("value", "Value", "As it was when the review was opened."),
        ),
        _searched,
        "Copied from the record of the review's opening. They may differ from what this pack says "
        "of the same days: what became known later is not in them.",
        _CRITERIA,
    ),
    _figures,
)


def _decisions(material: Material, tally: Tally) -> Iterator[Cells]:
    for name, some in reviewed(material).items():
        for each in some:
            for told in each.decisions if not each.superseded else ():
                yield (
                    name,
                    told.edition,
                    told.day,
                    told.by,
                    told.text,
                    yes(told.signed),
                    told.number,
                )


DECISIONS = Whole(
    Form(
        "review-decisions",
        "Decisions of the management reviews",
        (
            _QUARTER,
            _EDITION,
            day("day", "Day", "On which it was decided."),
            text("by", "By", 14, "Who put it down."),
            text("decision", "Decision", 60, "In their words."),
            text("signed", "Signed", 8, "Whether somebody has signed a whole in which it stood."),
            number("ruling", "Ruling", "Its number in the log."),
        ),
        _searched,
        "Decisions are rulings; those of earlier editions of a review are in the last one, too, "
        "and are listed once.",
        _CRITERIA,
    ),
    _decisions,
)


def actions(material: Material) -> Iterator[tuple[str, Action]]:
    """Each action, with its quarter."""
    for name, some in reviewed(material).items():
        for each in some:
            if not each.superseded:
                yield from ((name, told) for told in each.actions)


def overdue(material: Material, action: Action) -> bool:
    """Whether an action was not done by its day, as of the day asked about."""
    return action.due < (action.closed.day if action.closed else material.asked.as_of)


def _actions(material: Material, tally: Tally) -> Iterator[Cells]:
    for name, told in actions(material):
        closed = told.closed
        ended = (closed.day, closed.by, closed.why) if closed else (None, None, None)
        late = yes(overdue(material, told))
        yield (
            *(name, told.edition, told.day, told.by, told.text, told.owner, told.due),
            *(*ended, late, told.number),
        )


ACTIONS = Whole(
    Form(
        "review-actions",
        "Actions of the management reviews",
        (
            _QUARTER,
            _EDITION,
            day("day", "Day", "On which it was given."),
            text("by", "By", 14, "Who put it down."),
            text("action", "Action", 50, "In their words."),
            text("owner", "Owner", 16, "Who is to do it."),
            day("due", "Due", "By when."),
            day("closed", "Closed", "The day on which it was done; empty while it is open."),
            text("closed_by", "Closed by", 14, "Who says so."),
            text("outcome", "Outcome", 40, "What was done."),
            text("late", "Late", 6, "Whether it was not done by its day."),
            number("ruling", "Ruling", "Its number in the log."),
        ),
        _searched,
        "Actions are rulings, and so is their end. One that is open is late after its day, as of "
        "the day asked about.",
        _CRITERIA,
    ),
    _actions,
)

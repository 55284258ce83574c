"""A management review, as far as the sheets need it; lrs/reviews.py tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from lrs.days import Interval


class Quarter(Protocol):
    """Three months; as a text, such as 2026-Q1."""

    @property
    def days(self) -> Interval:
        """From its first day to its last."""


class Figures(Protocol):
    """What was counted when a review was opened."""

    @property
    def single(self) -> Mapping[str, int | float | None]:
        """Figures by name."""

    @property
    def tables(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """Counts: by what, of which, of what."""


class Frozen(Protocol):
    """What was found when a review was opened, never counted anew."""

    @property
    def as_of(self) -> date:
        """The day of the verdicts."""

    @property
    def known(self) -> int:
        """The instant up to which things were known."""

    @property
    def newest(self) -> int:
        """The number of the newest record then."""

    @property
    def query(self) -> str:
        """The command that shows the rows again."""

    @property
    def digest(self) -> str:
        """Of these rows."""

    @property
    def figures(self) -> Figures:
        """The figures."""

    @property
    def attendees(self) -> Sequence[str]:
        """Who was to take part, as far as that was known."""


class Decision(Protocol):
    """Something that was decided."""

    @property
    def number(self) -> int:
        """Of its ruling."""

    @property
    def day(self) -> date:
        """On which."""

    @property
    def by(self) -> str:
        """Who put it down."""

    @property
    def text(self) -> str:
        """What."""

    @property
    def edition(self) -> int:
        """Of the review, that was open then."""

    @property
    def signed(self) -> bool:
        """Whether somebody has signed a whole in which it stood."""


class Meeting(Protocol):
    """A meeting that held the review."""

    @property
    def number(self) -> int:
        """Of its ruling."""

    @property
    def day(self) -> date:
        """On which."""

    @property
    def attendees(self) -> str:
        """Who took part, with commas between."""


class Closed(Protocol):
    """The end of an action."""

    @property
    def number(self) -> int:
        """Of its ruling."""

    @property
    def day(self) -> date:
        """The day it was done."""

    @property
    def by(self) -> str:
        """Who says so."""

    @property
    def why(self) -> str:
        """What was done."""


class Action(Protocol):
    """Something that somebody is to do until a day."""

    @property
    def number(self) -> int:
        """Of its ruling."""

    @property
    def day(self) -> date:
        """On which it was given."""

    @property
    def by(self) -> str:
        """Who put it down."""

    @property
    def text(self) -> str:
        """What."""

    @property
    def owner(self) -> str:
        """Who is to do it."""

    @property
    def due(self) -> date:
        """By when."""

    @property
    def edition(self) -> int:
        """Of the review, that was open then."""

    @property
    def signed(self) -> bool:
        """Whether somebody has signed a whole in which it stood."""

    @property
    def closed(self) -> Closed | None:
        """Its end; None while it is open."""


class SignOff(Protocol):
    """A signature."""

    @property
    def number(self) -> int:
        """Of its ruling."""

    @property
    def day(self) -> date:
        """On which."""

    @property
    def by(self) -> str:
        """Who."""

    @property
    def title(self) -> str:
        """Their title."""

    @property
    def why(self) -> str:
        """What they say."""

    @property
    def digest(self) -> str:
        """Of the whole that was signed."""

    @property
    def sound(self) -> bool:
        """Whether that is what there was then."""

    @property
    def covers(self) -> bool:
        """Whether it is all that there is now."""


class Review(Protocol):
    """One edition of a quarter's review."""

    @property
    def number(self) -> int:
        """Of its record."""

    @property
    def quarter(self) -> Quarter:
        """Of what it is."""

    @property
    def edition(self) -> int:
        """1, 2, 3; a later one takes the place of those before."""

    @property
    def at(self) -> int:
        """The instant at which it was opened."""

    @property
    def day(self) -> date:
        """The day on which it was."""

    @property
    def by(self) -> str:
        """Who opened it."""

    @property
    def frozen(self) -> Frozen:
        """What was found then."""

    @property
    def meetings(self) -> Sequence[Meeting]:
        """In order."""

    @property
    def decisions(self) -> Sequence[Decision]:
        """In order."""

    @property
    def actions(self) -> Sequence[Action]:
        """In order."""

    @property
    def sign_offs(self) -> Sequence[SignOff]:
        """In order."""

    @property
    def digest(self) -> str:
        """Of the whole as it is now."""

    @property
    def superseded(self) -> bool:
        """Whether a later edition took its place."""

    @property
    def state(self) -> str:
        """Such as signed, or not signed."""

"""Who is in scope: everybody with access on any day of a period, however short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lrs.people.timeline import Person
from lrs.programme.subject import Interval


def population(people: Iterable[Person], period: Interval) -> Iterator[Person]:
    """Those of whom an access window touches the period."""
    return (person for person in people if in_scope(person, period))


def in_scope(person: Person, period: Interval) -> bool:
    """Whether somebody held access on a day of the period."""
    return any(window.meets(period) for window in person.windows)

"""What expected.yaml says must come of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from worked_year.plays import instant, read


class Expected(NamedTuple):
    """One obligation's verdict and the reason, with what else must hold of it: due, passed, told,
    weak, exception, uncovered."""

    obligation: str  # its id, with the person
    verdict: str
    because: str
    more: Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """What must be found as of a day and as known at an instant. A whole one has every row there
    is; `people` are all who have one, also those who owe nothing. In one that isn't whole there
    are `rows`, and `gone` are obligations that aren't there."""

    day: date
    known: int
    rows: tuple[Expected, ...]
    people: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it has every row."""
        return bool(self.people)


def views() -> Iterator[View]:
    """The whole year at its end first, then the other days and instants."""
    told = read("expected.yaml")
    rows = [
        _expected(f"{person}|{row['owes']}", row)
        for person, some in told["people"].items()
        for row in some
    ]
    yield _view(told, rows, tuple(told["people"]))
    for each in told["views"]:
        yield _view(each, [_expected(row["owes"], row) for row in each["rows"]])


def _view(told: Mapping[str, Any], rows: list[Expected], people: tuple[str, ...] = ()) -> View:
    gone, unresolved = tuple(told.get("gone", ())), tuple(told.get("unresolved", ()))
    return View(told["day"], instant(told["known"]), tuple(rows), people, gone, unresolved)


def _expected(obligation: str, row: Mapping[str, Any]) -> Expected:
    more = {k: v for k, v in row.items() if k not in ("owes", "verdict", "because")}
    return Expected(obligation, row["verdict"], row["because"], more)

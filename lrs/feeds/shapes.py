"""Exports in which a row is a person and each course has columns, made into a row for each course;
and states that somebody set by hand, taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from lrs import mapped
from lrs.instants import local
from lrs.mapping import Pairs, Profile
from lrs.tabular import Grid, Row
from scormkit.problems import Mark, Problem, one_of

# What the columns are called that are made here.
TITLE, STATE, AT, BY = "title of the course", "state", "date of the state", "set by hand by"
NEXT = "next"  # the date of a state is in the column to its right


class Shaped(NamedTuple):
    """Rows with one course each, and the profile that reads them."""

    grid: Grid
    profile: Profile
    problems: tuple[Problem, ...] = ()


class _Pair(NamedTuple):
    """A course's columns; -1 for one that it doesn't have."""

    title: str
    state: int
    at: int


def one_course_each(grid: Grid, profile: Profile) -> Shaped:
    """A grid whose rows are of one person and one course each, whatever they were."""
    if profile.pairs is None:
        return Shaped(grid, profile)
    at = mapped.detect(grid, profile)
    if at is None:
        return Shaped(grid, profile)  # whoever reads it will say so
    header = grid.rows[at].cells
    width = max(len(row.cells) for row in grid.rows[at:])
    header = (*header, *[""] * (width - len(header)))
    person, others = _columns(header, profile)
    mark = Mark(grid.name, grid.rows[at].number)
    pairs, problems = _pairs(header, others, profile, mark)
    if not pairs and not problems:
        hint = "does the report have activities, and is this the profile for it?"
        problems = [Problem(mark, "no column says anything of a course", "no-courses", hint)]
    columns = {**profile.columns, "title": (TITLE,), "state": (STATE,), "at": (AT,)}
    rows = _rows(grid.rows[at + 1 :], person, pairs, profile.pairs)
    long = (Row(mark.line, (*(header[n] for n in person), TITLE, STATE, AT)), *rows)
    shaped = replace(profile, columns=columns, detects=(TITLE, STATE, AT))
    return Shaped(replace(grid, rows=long), shaped, tuple(problems))


def _columns(header: Sequence[str], profile: Profile) -> tuple[list[int], list[int]]:
    """The columns that tell who somebody is, and those that may tell of courses. One without a
    header at the beginning is the name, which tells nothing that could be relied on."""
    who = {mapped.same(each) for some in profile.columns.values() for each in some}
    known = who | {mapped.same(each) for each in (*profile.ignore, *profile.detects)}
    names = [mapped.same(each) for each in header]
    person = [n for n, name in enumerate(names) if name in who]
    return person, [n for n, name in enumerate(names) if name not in known and (name or n)]


def _pairs(
    header: Sequence[str], rest: Sequence[int], profile: Profile, mark: Mark
) -> tuple[list[_Pair], list[Problem]]:
    assert profile.pairs is not None
    if profile.pairs.date == NEXT:
        return _side_by_side(header, rest, profile.instants, mark)
    found = _by_name(header, rest, profile.pairs)
    if found and all(each.at < 0 for each in found):
        message = f'no column is called as a course and its date are here: "{profile.pairs.date}"'
        hint = "is this the profile for this report? lrs feeds profiles lists them"
        return [], [Problem(mark, message, "no-pair", hint)]
    return found, []


def _side_by_side(
    header: Sequence[str], rest: Sequence[int], forms: Sequence[str], mark: Mark
) -> tuple[list[_Pair], list[Problem]]:
    """A state and to its right its date, whose header is empty or the day on which it is due, as
    the site's language writes days."""
    found: list[_Pair] = []
    for state, at in zip(rest[::2], [*rest[1::2], -1], strict=False):
        due = header[at] if at >= 0 else ""
        if at != state + 1 or not header[state] or not (local(due, forms) or _is_day(due)):
            return [], [_no_pair(header, state, due, mark)]
        found.append(_Pair(header[state], state, at))
    return found, []


def _is_day(due: str) -> bool:
    """Whether a header is empty or may be a day in words: 30 June 2026, 30 de junio de 2026."""
    numbers, words = re.findall(r"\d+", due), re.findall(r"[^\W\d]+", due)
    years = [each for each in numbers if len(each) == 4]
    others = [each for each in numbers if len(each) < 3 and 1 <= int(each) <= 31]
    day = len(years) == 1 and 1 <= len(others) == len(numbers) - 1 <= 2 and len(words) <= 3
    return not due or day


def _no_pair(header: Sequence[str], state: int, due: str, mark: Mark) -> Problem:
    names = one_of(f'"{each}"' for each in (header[state], due) if each)
    message = f"the columns of courses don't come in pairs of state and date: {names}"
    if not names:
        message = f"column {state + 1} has no header, and is no date beside a state"
    hint = "a column that tells of the person is unknown: write it into the profile under ignore"
    return Problem(mark, message, "no-pair", hint)


def _by_name(header: Sequence[str], rest: Sequence[int], told: Pairs) -> list[_Pair]:
    """A state, and elsewhere a column called after it with its date; or a date alone."""
    places = {mapped.same(header[n]): n for n in rest}
    dates = {n: places.get(mapped.same(told.date.replace("{title}", header[n])), -1) for n in rest}
    alone = {mapped.same(each) for each in told.dates}
    taken = set(dates.values())
    return [
        _Pair(header[n], -1, n)
        if mapped.same(header[n]) in alone
        else _Pair(header[n], n, dates[n])
        for n in rest
        if header[n] and n not in taken
    ]


def _rows(
    rows: Sequence[Row], person: Sequence[int], pairs: Sequence[_Pair], told: Pairs
) -> Iterator[Row]:
    for number, cells in rows:
        full = (*cells, *[""] * (max(person[-1:] or [0]) + 1))
        who = tuple(full[n] for n in person)
        size = len(cells)
        for title, state, at in pairs:
            day = cells[at] if 0 <= at < size else ""
            said = cells[state] if 0 <= state < size else ""
            if state < 0:
                said = told.done if day else told.open
            yield Row(number, (*who, title, said, day))


def by_hand(shaped: Shaped) -> Shaped:
    """States that tell who set them, such as "Completed (set by Ana Ruiz)", in two columns."""
    grid, profile, problems = shaped
    at = mapped.detect(grid, profile) if profile.manual else None
    if at is None or "state" not in profile.columns:
        return shaped
    header = grid.rows[at].cells
    spellings = {mapped.same(each) for each in profile.columns["state"]}
    column = next((n for n, each in enumerate(header) if mapped.same(each) in spellings), None)
    if column is None:
        return shaped
    patterns = [_pattern(each) for each in profile.manual]
    width = max(len(row.cells) for row in grid.rows[at:])
    apart: dict[str, tuple[str, str]] = {}
    rows = [
        Row(number, _apart(cells, column, width, patterns, apart))
        for number, cells in grid.rows[at + 1 :]
    ]
    wide = (*header, *[""] * (width - len(header)), BY)
    columns: Mapping[str, tuple[str, ...]] = {**profile.columns, "by": (BY,)}
    whole = (*grid.rows[:at], Row(grid.rows[at].number, wide), *rows)
    return Shaped(replace(grid, rows=whole), replace(profile, columns=columns), problems)


def _pattern(written: str) -> re.Pattern[str]:
    made = re.escape(written).replace(r"\{state\}", "(?P<state>.+?)")
    return re.compile(made.replace(r"\{by\}", "(?P<by>.+)"), re.I | re.S)


def _apart(
    cells: tuple[str, ...],
    column: int,
    width: int,
    patterns: Sequence[re.Pattern[str]],
    apart: dict[str, tuple[str, str]],
) -> tuple[str, ...]:
    full = (*cells, *[""] * (width - len(cells)))
    text = full[column]
    if text not in apart:
        found = next(filter(None, (each.fullmatch(text) for each in patterns)), None)
        apart[text] = (found["state"], found["by"]) if found else (text, "")
    state, by = apart[text]
    return (*full[:column], state, *full[column + 1 :], by)

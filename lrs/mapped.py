"""The rows of a file as a mapping profile reads them, with every problem at its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from lrs import days, instants, tabular
from lrs.instants import Local
from lrs.mapping import Field, Profile
from lrs.tabular import Grid, Row, Sheet
from scormkit.problems import WARNING, Mark, Problem, did_you_mean, has_errors, one_of

_PREAMBLE = 50  # rows among which the header is sought
_SPLIT = ";"

Value = str | tuple[str, ...] | date | Local


@dataclass(frozen=True)
class Told:
    """What a row says, by field: only what is said; and how that is written in the file."""

    number: int
    values: Mapping[str, Value]
    written: Mapping[str, str]


@dataclass(frozen=True)
class Mapped:
    """The rows of a file as a profile reads them; a row with an error is not among them."""

    rows: tuple[Told, ...]
    problems: tuple[Problem, ...]
    count: int  # of rows in the file, below the header
    fields: frozenset[str] = frozenset()  # those that the file has a column for, or a constant
    sheet: Sheet | None = None


def detect(grid: Grid, profile: Profile) -> int | None:
    """The place of the header among the rows, counted from 0: the first row in which each header
    that the profile detects a file by stands; where it tells none, each column that must be."""
    for at, row in enumerate(grid.rows[:_PREAMBLE]):
        if not _lacks(row, profile):
            return at
    return None


def _lacks(row: Row, profile: Profile) -> list[str]:
    """What a row would need to be the header."""
    sure = (profile.columns[each] for each in profile.columns if each not in profile.optional)
    signs: list[tuple[str, ...]] = [(each,) for each in profile.detects] or list(sure)
    there = {same(cell) for cell in row.cells}
    return [spelt[0] for spelt in signs if not there & {same(each) for each in spelt}]


def same(header: str) -> str:
    """Headers are the same whatever their case and blanks."""
    return " ".join(header.split()).casefold()


def rows(grid: Grid, profile: Profile, fields: Sequence[Field]) -> Mapped:
    """The rows of a file with every problem at its place."""
    at = detect(grid, profile)
    if at is None:
        return Mapped((), (_no_header(grid, profile),), max(0, len(grid.rows) - 1))
    sheet = tabular.headed(grid, at)
    mark = Mark(grid.name, grid.rows[at].number)
    places, problems = _places(sheet, profile, mark, fields)
    told: tuple[Told, ...] = ()
    if not has_errors(problems):
        profile, found = _with_days(sheet, profile, places, fields)
        problems += found
    if not has_errors(problems):
        readers = [
            _reader(sheet, profile, each, places.get(each.name, ()))
            for each in fields
            if each.name in places or each.name in profile.constants
        ]
        told = tuple(_read(sheet, readers, ("", *profile.empty), problems))
    fields_told = frozenset({*places, *profile.constants})
    return Mapped(told, tuple(problems), len(sheet.rows), fields_told, sheet)


def _no_header(grid: Grid, profile: Profile) -> Problem:
    nearest = min(grid.rows[:_PREAMBLE], key=lambda row: len(_lacks(row, profile)))
    missing = _lacks(nearest, profile)
    quoted = one_of(f'"{each}"' for each in missing)
    known = [cell for cell in nearest.cells if cell]
    hint = did_you_mean(missing[0], known, f"is it a file for the profile {profile.name}?")
    message = f"no header that {profile.name} knows: this row, the nearest, lacks {quoted}"
    return Problem(Mark(grid.name, nearest.number), message, "no-header", hint)


Places = dict[str, tuple[int, ...]]


def _places(
    sheet: Sheet, profile: Profile, mark: Mark, fields: Sequence[Field]
) -> tuple[Places, list[Problem]]:
    """Where each field stands: a list may have several columns, everything else has one."""
    lists = {each.name for each in fields if each.type == "list"}
    headers: dict[str, list[int]] = {}
    for n, header in enumerate(sheet.header):
        headers.setdefault(same(header), []).append(n)
    places: Places = {}
    problems: list[Problem] = []
    for name, spellings in profile.columns.items():
        there = {n: each for each in spellings for n in headers.get(same(each), ())}
        if not there and name not in profile.optional:
            problems.append(_no_column(sheet, profile, mark, name, spellings))
        elif len(there) > 1 and name not in lists:
            quoted = " and ".join(f'"{each}"' for each in there.values())
            hint = "take one of them out of the file, or make a profile that knows one"
            what = f"two columns say {name}: {quoted}"
            problems.append(Problem(mark, what, "duplicate-column", hint))
        elif there:
            places[name] = tuple(there)
    if not has_errors(problems):
        taken = {n for some in places.values() for n in some}
        problems += _not_used(sheet, profile, mark, taken)
    return places, problems


def _not_used(
    sheet: Sheet, profile: Profile, mark: Mark, taken: Collection[int]
) -> Iterator[Problem]:
    known = {same(each) for each in (*profile.ignore, *profile.detects)}
    there = {same(header) for header in sheet.header}
    spellings = [some for some in profile.columns.values() if not there & set(map(same, some))]
    missing = [each for some in spellings for each in some]
    for n, header in enumerate(sheet.header):
        if n in taken or same(header) in known:
            continue
        if header or any(row.cells[n] for row in sheet.rows):
            what = f'column "{header}"' if header else f"column {n + 1}, which has no header,"
            ways = "write it into the profile, under columns or under ignore"
            hint = did_you_mean(header, missing, ways)
            yield Problem(mark, f"{what} is not used", "unknown-column", hint, WARNING)


def _no_column(
    sheet: Sheet, profile: Profile, mark: Mark, name: str, spellings: Sequence[str]
) -> Problem:
    written = one_of(f'"{each}"' for each in spellings)
    free = [each for each in sheet.header if each]
    hint = did_you_mean(spellings[0], free, f'or write "optional: [{name}]" into the profile')
    message = f"no column {written}, which {profile.name} takes for {name}"
    return Problem(mark, message, "missing-column", hint)


def _with_days(
    sheet: Sheet, profile: Profile, places: Places, fields: Sequence[Field]
) -> tuple[Profile, list[Problem]]:
    """The profile with the forms of days that the file itself makes plain, where it says none."""
    columns = [n for each in fields if each.type == "day" for n in places.get(each.name, ())]
    if profile.days or not columns:
        return profile, []
    first = {row.cells[n]: (row.number, n) for row in reversed(sheet.rows) for n in columns}
    order = days.order(sorted(first, key=lambda text: first[text]))
    if not order.unsure:
        return replace(profile, days=order.forms), []
    number, n = first[order.unsure[0]]
    what = f'{sheet.header[n]} is "{order.unsure[0]}": nothing tells if the day or the month'
    message = f"{what} stands first"
    if len(order.unsure) == 2:
        other = first[order.unsure[1]][0]
        message = f'{what} stands first; "{order.unsure[1]}" in row {other} has it the other way'
    hint = 'write days: ["%d/%m/%Y"] or ["%m/%d/%Y"] into a profile of your own (extends: ...)'
    return profile, [Problem(Mark(sheet.name, number), message, "ambiguous-days", hint)]


# The cells of a row.


class _Reader(NamedTuple):
    """How a field is read: from which columns, called what; what stands in for an empty cell."""

    name: str
    header: str
    places: tuple[int, ...]
    instead: str | None
    value: Callable[[str], Any]


class _Unfit(Exception):
    """What a cell says can't be taken."""

    def __init__(self, message: str, code: str, hint: str) -> None:
        super().__init__(message)
        self.said = (message, code, hint)


def _reader(sheet: Sheet, profile: Profile, wanted: Field, places: tuple[int, ...]) -> _Reader:
    meanings = {same(k): v for k, v in profile.values.get(wanted.name, {}).items()}
    meaning = partial(_meaning, meanings, wanted.options, wanted.name)
    width = profile.pad.get(wanted.name, 0)
    kinds: dict[str, Callable[[str], Any]] = {
        "text": partial(_padded, width) if width else meaning,
        "list": partial(_several, profile.split.get(wanted.name, _SPLIT), meaning),
        "day": partial(_day, profile.days),
        "moment": partial(_moment, profile.instants, profile.values.get("zone", {})),
    }
    instead = "" if "" in meanings else profile.constants.get(wanted.name)
    header = sheet.header[places[0]] if places else wanted.name
    return _Reader(wanted.name, header, places, instead, kinds[wanted.type])


def _read(
    sheet: Sheet, readers: Sequence[_Reader], nothing: Collection[str], problems: list[Problem]
) -> Iterator[Told]:
    width = len(sheet.header)
    for number, cells in sheet.rows:
        found = [] if len(cells) <= width else [_too_wide(sheet, number, len(cells))]
        values: dict[str, Any] = {}
        written: dict[str, str] = {}
        for name, header, places, instead, value in readers:
            texts = [cells[n] for n in places if cells[n] not in nothing]
            for text in texts or ([] if instead is None else [instead]):
                try:
                    read = value(text)
                except _Unfit as unfit:
                    message, code, hint = unfit.said
                    what = f'{header} is "{text}", {message}'
                    found.append(Problem(Mark(sheet.name, number), what, code, hint))
                    continue
                if read:
                    values[name] = (*values[name], *read) if name in values else read
                    written[name] = text
        problems += found
        if not found:
            yield Told(number, values, written)


def _too_wide(sheet: Sheet, number: int, count: int) -> Problem:
    what = f"this row has {count} cells, the header {len(sheet.header)}"
    mark = "tab" if sheet.delimiter == "\t" else sheet.delimiter
    hint = f'is there a "{mark}" inside of a cell that has no quotes?' if mark else ""
    return Problem(Mark(sheet.name, number), what, "extra-cells", hint)


def _meaning(meanings: Mapping[str, str], options: Sequence[str], name: str, text: str) -> str:
    found = meanings.get(same(text)) if meanings else None
    if found is None:
        found = text.casefold() if options and text.casefold() in options else text
        if (meanings or options) and found not in options:
            names = [*meanings, *options]
            hint = did_you_mean(text, names) or f"write {name}: {{{text}: ...}} under values"
            raise _Unfit("which has no meaning in the profile", "unknown-value", hint)
    return found


def _padded(width: int, text: str) -> str:
    """A number with the zeros that a workbook took away before it."""
    return text.zfill(width) if text.isascii() and text.isdecimal() else text


def _several(separator: str, meaning: Callable[[str], str], text: str) -> tuple[str, ...]:
    entries = [each.strip() for each in text.split(separator)] if text else [text]
    meant = (meaning(each) for each in entries if each or not text)
    return tuple(dict.fromkeys(each for each in meant if each))


def _day(forms: tuple[str, ...], text: str) -> date:
    found = days.day(text, forms)
    if found is None:
        raise _Unfit("which is not a day", "bad-day", _advice(text, forms, "2026-02-28"))
    return found


def _moment(forms: tuple[str, ...], zones: Mapping[str, str], text: str) -> Local:
    found = instants.local(text, forms, zones)
    if found is None:
        advice = _advice(text, forms, "2026-02-28 08:15:00")
        raise _Unfit("which is not a day with a time", "bad-instant", advice)
    return found


def _advice(text: str, forms: Sequence[str], example: str) -> str:
    if text.isdigit() and len(text) == 5:
        return "it may be a day that lost its format: format the column as a date in Excel"
    told = "".join(f", or in the form {each}" for each in forms)
    if not forms:
        key, form = ("instants", "%d/%m/%Y %H:%M") if ":" in example else ("days", "%d/%m/%Y")
        told = f'; or say in a profile of your own how it is written, {key}: ["{form}"]'
    return f"write it like {example}{told}"

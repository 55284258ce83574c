"""What the columns of a file of rows mean: profiles, as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from lrs import days, instants
from scormkit import document, schema
from scormkit.document import Document, DocumentError
from scormkit.problems import Mark, Problem, did_you_mean, has_errors, one_of

PROFILES = Path(__file__).parent / "profiles"
FOLDERS = {"people": "people", "completions": "feeds"}


@dataclass(frozen=True)
class Field:
    """Something that a row can tell; `options` are the only values it may have in the end."""

    name: str
    about: str
    type: Literal["text", "list", "day", "moment"] = "text"
    needed: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """Of a file whose rows are people and whose columns are courses: where the date of a state is
    (next to it, or in a column called after it), and which columns are nothing but dates."""

    date: str
    dates: tuple[str, ...] = ()
    done: str = ""  # the state that a date stands for
    open: str = ""  # and no date


@dataclass(frozen=True)
class Refusal:
    """Why a kind of file is never taken, and what to export instead."""

    why: str
    instead: str


@dataclass(frozen=True)
class Profile:
    """What one kind of file means, as the schema mapping.schema.json explains it."""

    name: str
    rows: str
    title: str = ""
    detects: tuple[str, ...] = ()
    sheet: str | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    days: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()
    zone: str = ""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)
    pad: Mapping[str, int] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    pairs: Pairs | None = None
    manual: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    refuse: Refusal | None = None

    def digest(self) -> str:
        """SHA-256 of all that it says, whatever the order in which it says it."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return sha256(told.encode()).hexdigest()


def find(
    rows: str, name: str, fields: Sequence[Field]
) -> tuple[Profile | None, tuple[Problem, ...]]:
    """A profile by its name among those shipped for such rows, or by its file NAME.yaml."""
    if name.endswith((".yaml", ".yml")):
        return read(Path(name), rows, fields)
    if name in shipped(rows):
        return read(PROFILES / FOLDERS[rows] / f"{name}.yaml", rows, fields)
    hint = did_you_mean(name, shipped(rows), f"shipped: {one_of(shipped(rows))}; or FILE.yaml")
    return None, (Problem(Mark("--profile"), f'no profile "{name}"', "unknown-profile", hint),)


@cache
def shipped(rows: str) -> tuple[str, ...]:
    """The names of the profiles that come along for such rows."""
    return tuple(sorted(path.stem for path in (PROFILES / FOLDERS[rows]).glob("*.yaml")))


def read(
    path: Path, rows: str, fields: Sequence[Field]
) -> tuple[Profile | None, tuple[Problem, ...]]:
    """The profile in a file, and all that is wrong with it; None if that is an error."""
    try:
        source = document.read(path)
    except DocumentError as error:
        return None, (error.problem,)
    return of(source, rows, fields)


def of(
    source: Document, rows: str, fields: Sequence[Field]
) -> tuple[Profile | None, tuple[Problem, ...]]:
    """The profile that a document tells."""
    problems = [*source.problems, *schema.violations(source, "mapping")]
    if has_errors(problems):
        return None, tuple(problems)
    base, told = None, source.data
    if told["rows"] != rows:
        what = f"this profile is for {told['rows']}; {rows} are asked for"
        return None, (Problem(source.mark(("rows",)), what, "wrong-profile"),)
    if "extends" in told:
        base, found = find(rows, told["extends"], fields)
        problems += [replace(each, mark=source.mark(("extends",))) for each in found]
        if base is None:
            return None, tuple(problems)
    profile = _profile(told, base)
    problems += _slips(source, profile, {each.name: each for each in fields})
    return (None if has_errors(problems) else profile), tuple(problems)


def _profile(told: Mapping[str, Any], base: Profile | None) -> Profile:
    """What is written, on top of what the profile it extends says: key by key in mappings, and
    whole in lists."""
    had = base or Profile(told["profile"], told["rows"])
    columns = {
        name: (said,) if isinstance(said, str) else tuple(said)
        for name, said in told.get("columns", {}).items()
    }
    constants = {**had.constants, **told.get("constants", {})}
    listed = ("detects", "optional", "days", "instants", "ignore", "manual", "empty")
    own: dict[str, Any] = {name: tuple(told[name]) for name in listed if name in told}
    own |= {name: told[name] for name in ("title", "sheet", "zone") if name in told}
    if "refuse" in told:
        own["refuse"] = Refusal(**told["refuse"])
    if "pairs" in told:
        pairs = told["pairs"]
        own["pairs"] = Pairs(**{**pairs, "dates": tuple(pairs.get("dates", ()))})
    return replace(
        had,
        name=told["profile"],
        columns={k: v for k, v in {**had.columns, **columns}.items() if k not in constants},
        constants={k: v for k, v in constants.items() if k not in columns},
        values={**had.values, **_added(had.values, told.get("values", {}))},
        split={**had.split, **told.get("split", {})},
        pad={**had.pad, **told.get("pad", {})},
        **own,
    )


def _added(
    had: Mapping[str, Mapping[str, str]], told: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """What values mean, added to what they meant before."""
    return {name: {**had.get(name, {}), **meanings} for name, meanings in told.items()}


def _slips(source: Document, profile: Profile, fields: Mapping[str, Field]) -> Iterator[Problem]:
    """What the schema can't see: fields that nobody knows or that are missing, forms of days that
    can't be told apart, zones that aren't there."""
    for key in ("columns", "constants", "values", "split", "pad"):
        for name in source.data.get(key, {}):
            if name not in fields:
                yield _unknown_field(source.key((key, name)), name, fields)
    for n, name in enumerate(source.data.get("optional", ())):
        if name not in fields:
            yield _unknown_field(source.mark(("optional", n)), name, fields)
    for name in source.data.get("columns", {}):
        if name in source.data.get("constants", {}):
            what = f"{name} has a column and a constant"
            yield Problem(source.key(("constants", name)), what, "duplicate-field", "keep one")
    told = {*profile.columns, *profile.constants, *source.data.get("columns", {})}
    if profile.pairs:
        told |= {"title", "state", "at"}
    for name, each in fields.items():
        if each.needed and name not in told and not profile.refuse:
            mark = source.key(("columns",)) if "columns" in source.data else Mark(source.file, 1, 1)
            what = f"no column and no constant says {name}: {each.about}"
            yield Problem(mark, what, "missing-field", f"write {name}: HEADER under columns")
    for name, meanings in source.data.get("values", {}).items():
        options = fields[name].options if name in fields else ()
        for written, ours in meanings.items():
            if options and ours and ours not in options:
                yield _no_option(source.mark(("values", name, written)), name, ours, options)
    for key in ("done", "open"):
        ours = source.data.get("pairs", {}).get(key, "")
        options = fields["state"].options if "state" in fields else ()
        if ours and ours not in options:
            yield _no_option(source.mark(("pairs", key)), "state", ours, options)
    for key in ("days", "instants"):
        yield from _odd_forms(source, key)
    if profile.zone and profile.zone not in days.zones():
        yield no_zone(source.mark(("zone",)), profile.zone)


def _unknown_field(mark: Mark, name: str, fields: Mapping[str, Field]) -> Problem:
    hint = did_you_mean(name, fields, f"known: {one_of(fields, 30)}")
    return Problem(mark, f'"{name}" is no field of such a row', "unknown-field", hint)


def _no_option(mark: Mark, name: str, ours: str, options: Sequence[str]) -> Problem:
    hint = did_you_mean(ours, options, f"one of {one_of(options)}")
    return Problem(mark, f'{name} can\'t be "{ours}"', "unknown-value", hint)


def no_zone(mark: Mark, name: str) -> Problem:
    """The problem of a zone that isn't one."""
    hint = did_you_mean(name, days.zones(), "write one such as Europe/Berlin")
    return Problem(mark, f'"{name}" is no time zone', "unknown-zone", hint)


def _odd_forms(source: Document, key: str) -> Iterator[Problem]:
    forms = source.data.get(key, ())
    for n, form in enumerate(forms):
        if not (days if key == "days" else instants).is_form(form):
            what = f'"{form}" is not a form that tells day, month and year'
            yield Problem(source.mark((key, n)), what, "bad-form", 'write it like "%d/%m/%Y"')
    twice = days.confused(forms)
    if twice:
        what = f'"{twice}" and a form before it read 03/04 in two ways'
        hint = "keep the one in which the file is written; make two profiles for two files"
        yield Problem(source.mark((key, forms.index(twice))), what, "ambiguous-days", hint)

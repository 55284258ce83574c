"""Commands of the register: show it, write it to a file, ask what is behind a row, compare."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lrs import cli_ground
from lrs.cli_ground import Day, Zoned

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lrs.days import Interval
    from lrs.known import Register
    from lrs.people.identities import Identities
    from lrs.register.about import About
    from lrs.register.difference import Change
    from lrs.register.rows import Row
    from lrs.register.sheet import Sheet
    from lrs.xapi.store import Store

_FIRST = date(1900, 1, 1)  # before whatever anybody can owe
_MOST_NEAR = 12  # rows that are told instead of one that isn't there
_NARROW = 40  # places; on what says less, lines are longer than it is wide


@click.group()
def register() -> None:
    """What was owed, what came of it, and on what evidence: the rows that an auditor asks for."""


class _Named(click.ParamType[str]):
    """One of a few words; for another one, the nearest of them is proposed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The word, or a usage error."""
        from lrs.register import selection

        wrong = selection.unknown_word(self.name, value)
        if wrong:
            self.fail(wrong, param, ctx)
        return str(value)


_SINCE = click.option("--from", "first", type=Day(), required=True, help="First day of the period.")
_UNTIL = click.option("--to", "last", type=Day(), required=True, help="Its last day.")
_AS_OF = click.option("--as-of", type=Day(), help="Verdicts as of this day; today.")
_KNOWN = click.option(
    "--known-at", type=Zoned(), help="As it was known at an instant: 2026-03-31T08:15:00Z; now."
)
_CHOICE = (
    _SINCE,
    _UNTIL,
    _AS_OF,
    _KNOWN,
    click.option("--manager", help="Only those who report to this HR id on the day asked about."),
    click.option("--person", help="Only this one, by HR id, mail or other name."),
    click.option("--role", help="Only with this role, on the day of assignment."),
    click.option("--kind", type=_Named("kind"), help="Only of this kind: contractor."),
    click.option("--criterion", help="Only exercises that serve a criterion: CC1.4."),
    click.option(
        "--verdict",
        "verdicts",
        type=_Named("verdict"),
        multiple=True,
        help="Only with this verdict; may be given again.",
    ),
)


def _choice(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which rows."""
    for option in reversed(_CHOICE):
        command = option(command)
    return command


@register.command("show")
@_choice
def show(**asked: Any) -> None:
    """The rows as a table that is as wide as the terminal; what they count, on stderr.

    Where the output is no terminal, nothing is cut. `lrs register export` has all columns.

    Example: lrs register show --from 2026-01-01 --to 2026-03-31 --verdict overdue
    """
    from lrs.register import about
    from lrs.register.writing import table

    with cli_ground.opened() as store:
        sheet, said = _sheet(store, _Asked(**asked))
    if sheet.rows:
        for line in table.table(sheet, _places(), _style()):
            click.echo(line)
    for line in about.words(said):
        click.echo(line, err=True)


@register.command("export")
@_choice
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file, which ends in .csv, .json or .xlsx.",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a mark by which Excel sees its letters.")
@click.option("--bare", is_flag=True, help="CSV without the lines that say what it is.")
def export(out: Path, bom: bool, bare: bool, **asked: Any) -> None:
    """Write the rows with all columns to a file, which is there whole or not at all.

    The file says what was asked, what it counts, and the digest of its rows. The same question to
    the same log makes the same file, to the byte. Prints the file, its rows and their digest.

    Example: lrs register export --from 2026-01-01 --to 2026-03-31 --out register.xlsx
    """
    from lrs.register import about
    from lrs.register.writing import files

    kind = out.suffix.lower()
    if kind not in files.ENDINGS:
        raise click.UsageError(f"{out.name} ends in none of {', '.join(files.ENDINGS)}")
    if (bom or bare) and kind != ".csv":
        raise click.UsageError("--bom and --bare are for .csv")
    if not out.parent.is_dir():
        raise click.UsageError(f"there is no folder {out.parent}")
    with cli_ground.opened() as store:
        sheet, said = _sheet(store, _Asked(**asked))
    try:
        files.write(out, sheet, said, bom=bom, bare=bare)
    except OSError as error:
        _fail(f"{out} can't be written: {error.strerror}")
    click.echo(f"{out}\t{said.rows}\t{said.digest}")
    for line in about.words(said):
        click.echo(line, err=True)


@register.command("trace")
@click.argument("row")
@_AS_OF
@_KNOWN
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def trace(row: str, as_of: date | None, known_at: int | None, as_json: bool) -> None:
    """Everything that is behind a row: the person and who told of them, the rule, how each day
    came about, every attempt with its source and its replay, and what was ruled.

    ROW is what the register calls it. Where there is no such row, those near it are told.

    Example: lrs register trace "00042|phishing|onboarding|2026-01-05"
    """
    import json

    from lrs import sources
    from lrs.days import Interval
    from lrs.register import trace as tracing
    from lrs.register import trace_words
    from lrs.register.sheet import Sheet

    with cli_ground.opened() as store:
        day = as_of or _today(store)
        known = _known(store, known_at)
        with store.reading() as connection:
            answer = _answer(connection, Interval(_FIRST, day), day, known)
            found = _row(answer, row)
            judged = answer.judged.get(found.person.id, ())
            exercises = sources.exercises(connection, known)
            sheet = Sheet(answer, (found,), exercises, sources.files(connection, judged))
            behind = sources.behind(connection, answer, found.person, known)
    told = tracing.trace(sheet, found, behind, known)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in trace_words.words(told, max(_places() or 100, _NARROW)):
        click.echo(line)


@register.command("diff")
@_SINCE
@_UNTIL
@_AS_OF
@click.option(
    "--known-at", "known", type=Zoned(), multiple=True, help="An instant; give two of them."
)
def diff(first: date, last: date, as_of: date | None, known: tuple[int, ...]) -> None:
    """What changed in what is known, between two instants, of the same days: rows that are new,
    gone or have another verdict, due day or evidence, and the records because of which.

    Exits with 1 where a row changed.

    Example: lrs register diff --known-at 2026-03-31T00:00:00Z --known-at 2026-04-30T00:00:00Z
    --from 2026-01-01 --to 2026-03-31
    """
    from lrs import sources
    from lrs.register import about, difference

    if len(known) != 2:
        raise click.UsageError("give --known-at twice: before and after")
    earlier, later = sorted(known)
    period = _period(first, last)
    with cli_ground.opened() as store:
        day = _day(store, as_of, period)
        _known(store, later)
        with store.reading() as connection:
            before = _answer(connection, period, day, earlier)
            after = _answer(connection, period, day, later)
            ends = [sources.newest(connection, each)[0] for each in (earlier, later)]
            ids, names = difference.changed(before, after)
            between = sources.between(connection, ends[0], ends[1], ids, names)
    found = list(difference.changes(before, after, between))
    for change in found:
        _tell(change)
    counts = [f"{sum(each.what == what for each in found)} {what}" for what in ("new", "gone")]
    changed = sum(each.what == "changed" for each in found)
    click.echo(f"{changed} rows changed, {', '.join(counts)}", err=True)
    for words, answer in (("before", before), ("after", after)):
        waiting = [each.attempts for each in answer.waiting]
        click.echo(f"{words}: {about.unresolved(len(waiting), sum(waiting))}", err=True)
    raise SystemExit(1 if found else 0)


def _tell(change: Change) -> None:
    from lrs.register.writing.plain_text import harmless

    click.echo(f"{change.what} {harmless(change.row)}")
    for name, before, after in change.turns:
        click.echo(harmless(f"  {name:<10}{before or 'none'} -> {after or 'none'}"))
    for record, words in change.causes:
        click.echo(harmless(f"  {'record':<10}{record}: {words}"))
    if not change.causes:
        click.echo(f"  {'record':<10}none that touches the person")


# From options to an answer.


@dataclass(frozen=True)
class _Asked:
    """What the options say."""

    first: date
    last: date
    as_of: date | None
    known_at: int | None
    manager: str | None
    person: str | None
    role: str | None
    kind: str | None
    criterion: str | None
    verdicts: tuple[str, ...]


def _sheet(store: Store, asked: _Asked) -> tuple[Sheet, About]:
    """The rows that were asked for, and what there is to say of them."""
    from lrs import sources
    from lrs.register import about, selection
    from lrs.register.selection import Selection
    from lrs.register.sheet import Sheet
    from scormkit import __version__

    wanted = Selection(asked.role, asked.kind, asked.criterion, asked.verdicts)
    period = _period(asked.first, asked.last)
    day = _day(store, asked.as_of, period)
    known = _known(store, asked.known_at)
    with store.reading() as connection:
        answer = _answer(connection, period, day, known)
        exercises = sources.exercises(connection, known)
        if wrong := selection.unknown(answer, wanted, exercises):
            raise click.UsageError(wrong)
        told, people = _people(answer, asked)
        rows = selection.chosen(answer, wanted, exercises, people)
        decided = [each.verdict.evidence for each in rows if each.verdict]
        judged = [each.tells for each in decided if each]
        sheet = Sheet(answer, rows, exercises, sources.files(connection, judged))
        newest = sources.newest(connection, known)[0]
    return sheet, about.about(sheet, told, wanted, known, newest, __version__)


def _period(first: date, last: date) -> Interval:
    from lrs.days import Interval

    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    return Interval(first, last)


def _today(store: Store) -> date:
    """Today, where the programme's days begin and end."""
    from zoneinfo import ZoneInfo

    from lrs import days, timestamps
    from lrs.programme import versions

    with store.reading() as connection:
        return days.of(timestamps.now(), ZoneInfo(versions.zone(connection)))


def _day(store: Store, asked: date | None, period: Interval) -> date:
    """The day of the verdicts, which is no day before the period. Of one to come it is warned."""
    today = _today(store)
    day = asked or today
    if day < period.first:
        raise click.UsageError(f"as of {day} nothing of the period has been: it is before --from")
    if day > today:
        click.echo(f"{day} is to come: verdicts are as if nothing happened until then", err=True)
    return day


def _known(store: Store, asked: int | None) -> int:
    """The instant asked for; else that of the newest record. The index of attempts knows it all."""
    from lrs import attempts, sources

    seq = attempts.follow(store.engine)
    if asked is not None:
        return asked
    with store.reading() as connection:
        return sources.instant(connection, seq)


def _answer(connection: Connection, period: Interval, as_of: date, known: int) -> Register:
    from lrs import known as what_was

    return what_was.register(connection, what_was.Asked(period, as_of, known))


def _people(answer: Register, asked: _Asked) -> tuple[list[tuple[str, str]], frozenset[str] | None]:
    """The options that choose people, and whom they choose; None for everybody."""
    from lrs.people import directory

    if asked.person is not None and asked.manager is not None:
        raise click.UsageError("--person and --manager exclude each other")
    if asked.person is not None:
        person = _one(answer.people, asked.person)
        return [("--person", person)], frozenset([person])
    if asked.manager is not None:
        boss = _one(answer.people, asked.manager)
        managed = directory.managed(answer.people, boss, answer.asked.as_of)
        return [("--manager", boss)], frozenset(managed)
    return [], None


def _one(people: Identities, written: str) -> str:
    """The one person who is called so; ends the command for nobody, and for several."""
    from lrs.people import telling

    name = telling.name(written)
    found = people.claimed(name)
    if len(found) > 1:
        _fail(f"{written} is what several are called: {', '.join(found)}; say which by HR id")
    if not found:
        may = "".join(f"\n  it may be {id}: {why}" for id, why in people.proposals(name)[:10])
        _fail(f"nobody is known as {written}; lrs people list shows who there is{may}")
    return found[0]


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    raise SystemExit(1)


# A trace.


def _row(answer: Register, id: str) -> Row:
    """The row of that name; ends the command where there is none, with those near it."""
    from difflib import get_close_matches

    from scormkit.problems import did_you_mean

    found = next((each for each in answer.rows if each.id == id), None)
    if found is not None:
        return found
    person = id.rsplit("|", 3)[0]
    theirs = [each.id for each in answer.rows if each.person.id in (person, *_same(answer, person))]
    as_of = answer.asked.as_of
    if theirs:
        near_it = get_close_matches(id, theirs, _MOST_NEAR, cutoff=0)
        listed = "".join(f"\n  {each}" for each in theirs if each in near_it)
        more = len(theirs) - len(near_it)
        rest = f"\n  and {more} more" if more else ""
        _fail(f"there is no row {id} as of {as_of}; of {person} there are{listed}{rest}")
    near = did_you_mean(person, answer.people.people, "lrs people list shows who there is")
    _fail(f"there is no row {id} as of {as_of}, and nobody is known as {person}; {near}")


def _same(answer: Register, person: str) -> tuple[str, ...]:
    """Under which id somebody goes on who was merged."""
    return answer.people.claimed(f"hr {person}")


# The terminal.


def _places() -> int | None:
    """How wide the terminal is; None where the output is none and COLUMNS says nothing."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS", "").isdecimal():
        return None
    return max(shutil.get_terminal_size().columns, _NARROW)


def _style() -> Callable[[str, str], str]:
    """What has to be looked at has a colour, on a terminal and unless NO_COLOR is set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return lambda _, text: text
    colours = {"overdue": "red", "failed": "red", "late": "yellow", "unverified": "yellow"}

    def style(column: str, text: str) -> str:
        colour = colours.get(text.strip()) if column == "verdict" else None
        return click.style(text, fg=colour) if colour else text

    return style

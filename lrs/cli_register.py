"""Commands of the register: show it, write it to a file, ask what is behind a row, compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lrs import cli_asking, cli_ground, cli_trace
from lrs.cli_asking import AS_OF, KNOWN, SINCE, UNTIL

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lrs.days import Interval
    from lrs.known import Register
    from lrs.register.about import About
    from lrs.register.sheet import Sheet
    from lrs.xapi.store import Store


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


_CHOICE = (
    SINCE,
    UNTIL,
    AS_OF,
    KNOWN,
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
        for line in table.table(sheet, cli_asking.places(), _style()):
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
        raise cli_asking.refused(f"{out} can't be written: {error.strerror}") from error
    click.echo(f"{out}\t{said.rows}\t{said.digest}")
    for line in about.words(said):
        click.echo(line, err=True)


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
    period = cli_asking.period(asked.first, asked.last)
    day = cli_asking.day_asked(store, asked.as_of, period)
    known = cli_asking.known_at(store, asked.known_at)
    with store.reading() as connection:
        answer, told = _chosen(connection, asked, period, day, known)
        exercises = sources.exercises(connection, known)
        roles = _roles(connection, answer, asked.role, known)
        if wrong := selection.unknown(roles, wanted, exercises):
            raise click.UsageError(wrong)
        rows = selection.chosen(answer, wanted, exercises)
        decided = [each.verdict.evidence for each in rows if each.verdict]
        judged = [each.tells for each in decided if each]
        sheet = Sheet(answer, rows, exercises, sources.files(connection, judged))
        newest = sources.newest(connection, known)[0]
    return sheet, about.about(sheet, told, wanted, known, newest, __version__)


def _chosen(
    connection: Connection, asked: _Asked, period: Interval, as_of: date, known: int
) -> tuple[Register, list[tuple[str, str]]]:
    """The register of those who are asked about, and the options that choose them. Who is in scope
    and which names mean nobody is counted for everybody, whoever is asked about."""
    from dataclasses import replace

    from lrs import known as what_was

    if asked.person is not None and asked.manager is not None:
        raise click.UsageError("--person and --manager exclude each other")
    if asked.person is None and asked.manager is None:
        return cli_asking.answered(connection, period, as_of, known), []
    manager, person = (
        None if written is None else _one(connection, written, known)
        for written in (asked.manager, asked.person)
    )
    question = what_was.Asked(period, as_of, known, manager, person, counting=True)
    answer = what_was.register(connection, question)
    population = what_was.in_scope(connection, answer.question, known)
    told = [(name, who) for name, who in (("--manager", manager), ("--person", person)) if who]
    return replace(answer, population=population), told


def _one(connection: Connection, written: str, known: int) -> str:
    """The one person who is called so; ends the command for nobody, and for several."""
    from lrs import known as what_was
    from lrs.people import telling

    name = telling.name(written)
    found = what_was.called(connection, name, known)
    if len(found) > 1:
        raise cli_asking.refused(
            f"{written} is what several are called: {', '.join(found)}; say which by HR id"
        )
    if not found:
        near = what_was.everybody(connection, known).proposals(name)
        may = "".join(f"\n  it may be {id}: {why}" for id, why in near[:10])
        raise cli_asking.refused(
            f"nobody is known as {written}; lrs people list shows who there is{may}"
        )
    return found[0]


def _roles(
    connection: Connection, answer: Register, wanted: str | None, known: int
) -> frozenset[str]:
    """The roles that there are; of everybody, if those who are asked about don't have the one that
    is wanted."""
    from lrs import known as what_was
    from lrs.register import selection

    there = selection.roles(answer.people)
    if wanted is None or wanted in there:
        return there
    return selection.roles(what_was.everybody(connection, known))


# The terminal.


def _style() -> Callable[[str, str], str]:
    """What has to be looked at has a colour, on a terminal and unless NO_COLOR is set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return lambda _, text: text
    colours = {"overdue": "red", "failed": "red", "late": "yellow", "unverified": "yellow"}

    def style(column: str, text: str) -> str:
        colour = colours.get(text.strip()) if column == "verdict" else None
        return click.style(text, fg=colour) if colour else text

    return style


register.add_command(cli_trace.trace)
register.add_command(cli_trace.diff)

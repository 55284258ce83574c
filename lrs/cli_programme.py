"""Commands of the programme, of what was built for it, and of rulings."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from lrs import config
from lrs.config import SettingError

if TYPE_CHECKING:
    from lrs.xapi.store import Store


@contextmanager
def _store() -> Iterator[Store]:
    """The store of the settings, for as long as a command runs."""
    from lrs import keys

    try:
        settings = config.read(os.environ)
    except SettingError as error:
        raise click.UsageError(str(error)) from error
    with keys.opened(settings) as store:
        yield store


def _by(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says who."""
    told = "Who does this; your login name."
    return click.option("--by", default=_login, help=told)(command)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a process whose account has no name
        raise click.UsageError("nobody knows your login name here; say who with --by") from None


@click.group()
def ruling() -> None:
    """Decisions that a person has made and answers for: each is a record with a reason."""


@ruling.command("add")
@click.argument("kind", type=click.Choice(["excuse", "accept", "reject", "sign-off"]))
@click.argument("subject")
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@click.option("--day", metavar="DAY", help="The first day it is about.")
@click.option("--until", metavar="DAY", help="The last day it holds: excused until 2026-05-31.")
@_by
def add(kind: str, subject: str, why: str, day: str | None, until: str | None, by: str) -> None:
    """Put a decision on record; prints its number.

    SUBJECT says with its first word what it is: "obligation ID", "statement ID", "row RECORD.ROW"
    of an import, "review 2026-Q1". People are linked by lrs people link.

    Example: lrs ruling add excuse "obligation 00042|phishing|onboarding|2026-01-05" --why "Surgery"
    """
    from lrs import rulings
    from lrs.rulings import Ruling

    told = {name: value for name, value in (("day", day), ("until", until)) if value}
    with _store() as store:
        click.echo(rulings.add(store, Ruling(kind, subject, why, by, told)))


@ruling.command("withdraw")
@click.argument("number", type=click.IntRange(1))
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@_by
def withdraw(number: int, why: str, by: str) -> None:
    """Take a ruling back from now on; what was known before stays as it was known.

    Example: lrs ruling withdraw 21 --why "The wrong Ana"
    """
    from lrs import rulings
    from lrs.rulings import WITHDRAW, Ruling

    with _store() as store:
        click.echo(rulings.add(store, Ruling(WITHDRAW, f"ruling {number}", why, by)))


@ruling.command("list")
@click.option("--kind", "kinds", multiple=True, help="Only this kind; may be given again.")
@click.option("--all", "everything", is_flag=True, help="Withdrawn ones and withdrawals, too.")
def listed(kinds: Sequence[str], everything: bool) -> None:
    """The rulings that stand: number, instant, kind, subject, by whom, why, and what was told.

    Example: lrs ruling list --kind excuse
    """
    from lrs import rulings, timestamps

    with _store() as store, store.reading() as connection:
        found = rulings.every(connection) if everything else rulings.read(connection)
    for seq, at, each in found:
        if not kinds or each.kind in kinds:
            told = [f"{name} {value}" for name, value in each.told.items()]
            words = [str(seq), timestamps.written(at), each.kind, each.subject, each.by, each.why]
            click.echo("\t".join((*words, *told)))

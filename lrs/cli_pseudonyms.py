"""Commands of pseudonyms: the key of an engagement, and whom a pseudonym stands for."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lrs import cli_ground

if TYPE_CHECKING:
    from sqlalchemy import Connection


_FILE = click.Path(path_type=Path, dir_okay=False)
_KEYFILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("key")
@click.argument("file", type=_FILE)
def key(file: Path) -> None:
    """Make the key of an engagement's pseudonyms, in a file that its owner alone can read.

    One for each engagement: packs of one key call a person the same, packs of two can't be joined.
    Who has it can tell who everybody is; without it nobody can, you neither.

    Example: lrs evidence key soc2-2026.key
    """
    from lrs.evidence import pseudonyms

    try:
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{file} is there; a key is never written over") from None
    except OSError as error:
        raise click.UsageError(f"{file} can't be written: {error.strerror}") from None
    with os.fdopen(made, "w", encoding="utf-8") as opened:
        opened.write(pseudonyms.new_key())
        opened.flush()
        os.fsync(opened.fileno())
    click.echo(f"{file}: keep it where no auditor and no pack is", err=True)


@click.command("reidentify")
@click.argument("pseudonym", nargs=-1)
@click.option("--key", "file", type=_KEYFILE, required=True, help="The engagement's key.")
@click.option("--all", "every", is_flag=True, help="The whole table of names, as CSV.")
def reidentify(pseudonym: tuple[str, ...], file: Path, every: bool) -> None:
    """Say whom pseudonyms of a pack stand for; for who has the key and the store.

    Prints pseudonym, what it stands for, HR id of the person, what that is to them.

    Example: lrs evidence reidentify P-7K3M2-Q2XDA --key soc2-2026.key
    """
    from lrs import known
    from lrs.evidence import pseudonyms
    from lrs.evidence.pseudonyms import TABLE

    if bool(pseudonym) == every:
        raise click.UsageError("name a pseudonym, or say --all for the table of names")
    secret = pseudonyms.key(file.read_text(encoding="utf-8", errors="replace"))
    with cli_ground.opened() as store, store.reading() as connection:
        people = known.everybody(connection)
        others = _others(connection)
    made = pseudonyms.pseudonyms(secret, people)
    if every:
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerows((TABLE, *pseudonyms.table(made, people)))
        return
    for each in pseudonym:
        found = pseudonyms.stands_for(made, people, each, others)
        if not found:
            click.echo(
                f"error: {each} stands for nobody here; is it the key of that pack?", err=True
            )
            raise SystemExit(1)
        for row in found:
            click.echo("\t".join(row))


def _others(connection: Connection) -> set[str]:
    """Names that stand in packs and are in no roster: who waits, rules, sets by hand, manages."""
    from lrs import attempts, rulings
    from lrs.feeds import door as feeds
    from lrs.feeds import facts
    from lrs.people import tables

    played = attempts.known(connection, attempts.called(connection))
    found = {name for each in played for name in each.attempt.names}
    for each in feeds.known(connection, [whose for whose, _ in feeds.names(connection)]):
        found |= {*facts.names(each.lms, each.fact), each.fact.by}
    found |= {given.ruling.by for given in rulings.every(connection)}
    for _, known in tables.everybody(connection):
        found |= {one.fact.manager or "" for one in known}
    return found - {""}

"""Commands of rulings: put a decision on record, take it back, look at those that stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lrs.cli_ground import by as by_option
from lrs.cli_ground import opened

if TYPE_CHECKING:
    from lrs.xapi.store import Store


@click.group()
def ruling() -> None:
    """Decisions that a person has made and answers for: each is a record with a reason."""


@ruling.command("add")
@click.argument("kind", type=click.Choice(["excuse", "accept", "reject"]))
@click.argument("subject")
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@by_option
def add(kind: str, subject: str, why: str, by: str) -> None:
    """Put a decision on record; prints its number. It holds until it is withdrawn.

    SUBJECT says with its first word what it is: "obligation ID", "statement ID", "row
    RECORD.ROW|EXERCISE" of an import. People are linked by lrs people link, reviews signed by lrs
    review sign.

    Example: lrs ruling add excuse "obligation 00042|phishing|onboarding|2026-01-05" --why "Surgery"
    """
    from lrs import rulings
    from lrs.rulings import Ruling

    with opened() as store:
        seq = rulings.add(store, Ruling(kind, subject, why, by))
        click.echo(seq)
        if doubt := _doubt(store, subject):
            click.echo(f"warning: {doubt}", err=True)
            click.echo(
                f"  it is kept all the same; lrs ruling withdraw {seq} takes it back", err=True
            )


def _doubt(store: Store, subject: str) -> str:
    """What speaks against there being an obligation that is ruled about, and the nearest one."""
    from lrs import cli_asking, known
    from lrs.days import Interval
    from lrs.errors import NotFound
    from scormkit.problems import did_you_mean

    word, _, id = subject.partition(" ")
    if word != "obligation":
        return ""
    try:
        today, instant = cli_asking.today(store), cli_asking.known_at(store, None)
        period, person = Interval(date(1900, 1, 1), today), id.rsplit("|", 3)[0]
        asked = known.Asked(period, today, instant, person=person)
        with store.reading() as connection:
            theirs = [row.id for row in known.register(connection, asked).rows]
    except NotFound as error:
        return f"there is no {subject} today: {error}"
    near = did_you_mean(id, theirs)
    return "" if id in theirs else f"there is no {subject} today{near and f'; {near}'}"


@ruling.command("withdraw")
@click.argument("number", type=click.IntRange(1))
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@by_option
def withdraw(number: int, why: str, by: str) -> None:
    """Take a ruling back from now on; what was known before stays as it was known.

    Example: lrs ruling withdraw 21 --why "The wrong Ana"
    """
    from lrs import rulings
    from lrs.rulings import WITHDRAW, Ruling

    with opened() as store:
        click.echo(rulings.add(store, Ruling(WITHDRAW, f"ruling {number}", why, by)))


class _Kind(click.ParamType[str]):
    """A kind of ruling; for another word, the nearest of them is proposed."""

    name = "kind"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The kind, or a usage error."""
        from lrs.rulings import KINDS
        from scormkit.problems import did_you_mean, one_of

        if value not in KINDS:
            near = did_you_mean(value, KINDS) or f"there are {one_of(list(KINDS))}"
            self.fail(f'"{value}" is no kind of ruling; {near}', param, ctx)
        return str(value)


@ruling.command("list")
@click.option(
    "--kind", "kinds", type=_Kind(), multiple=True, help="Only this kind; may be given again."
)
@click.option("--all", "everything", is_flag=True, help="Withdrawn ones and withdrawals, too.")
def listed(kinds: Sequence[str], everything: bool) -> None:
    """The rulings that stand: number, instant, kind, subject, by whom, why, and what was told.

    Example: lrs ruling list --kind excuse
    """
    from lrs import rulings, timestamps
    from lrs.register.writing.plain_text import harmless

    with opened() as store, store.reading() as connection:
        found = rulings.every(connection) if everything else rulings.read(connection)
    for seq, at, each in found:
        if not kinds or each.kind in kinds:
            told = [f"{name} {value}" for name, value in each.told.items()]
            words = [str(seq), timestamps.written(at), each.kind, each.subject, each.by, each.why]
            click.echo("\t".join(map(harmless, (*words, *told))))

"""Commands of the quarterly management review: open, decide, act, close, sign, show, list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lrs import cli_ground
from lrs.cli_ground import Day
from lrs.cli_ground import by as by_option

if TYPE_CHECKING:
    from lrs.quarters import Quarter
    from lrs.reviews import Review
    from lrs.xapi.store import Store


class _Quarter(click.ParamType["Quarter"]):
    """A quarter such as 2026-Q1."""

    name = "quarter"

    def convert(self, value: Any, param: Any, ctx: Any) -> Quarter:
        """The quarter, or a usage error."""
        from lrs import quarters
        from lrs.errors import BadRequest

        try:
            return quarters.read(value) if isinstance(value, str) else value
        except BadRequest as error:
            self.fail(error.message, param, ctx)


class _Words(click.ParamType[str]):
    """What somebody has to say, which is not nothing."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The words, or a usage error."""
        if not value.strip():
            self.fail("it says nothing", param, ctx)
        return str(value).strip()


_QUARTER = click.argument("quarter", type=_Quarter())
_JSON = click.option("--json", "as_json", is_flag=True, help="The same for programs.")


@click.group()
def review() -> None:
    """One management review a quarter: frozen figures, decisions, actions, signatures."""


@review.command("open")
@_QUARTER
@click.option("--attendees", multiple=True, type=_Words(), help="Who takes part; may be repeated.")
@click.option("--as-of", type=Day(), help="Verdicts as of this day; the quarter's last.")
@click.option("--again", is_flag=True, help="Another edition of a review that was opened.")
@click.option("--why", type=_Words(), help="Why there is another edition.")
@by_option
def open_(
    quarter: Quarter,
    attendees: Sequence[str],
    as_of: date | None,
    again: bool,
    why: str | None,
    by: str,
) -> None:
    """Freeze the figures of a quarter that is over as they are known now; prints the record's
    number.

    It begins with how the actions of earlier reviews stand. --attendees takes several names with
    commas between.

    Example: lrs review open 2026-Q1 --attendees "Noor Haddad, Dana Weiss"
    """
    from lrs import reviewing
    from lrs.reviewing import Wanted

    if again != bool(why):
        raise click.UsageError("--again and --why go together: say why there is another edition")
    names = tuple(name.strip() for each in attendees for name in each.split(",") if name.strip())
    with cli_ground.opened() as store:
        made = reviewing.open_(store, Wanted(quarter, by, names, as_of, why or ""))
    click.echo(made.number)
    single = made.frozen.figures.single
    counts = ", ".join(f"{single[each]:,} {each}" for each in _TOLD if single[each])
    what = f"{single['obligations']:,} obligations of {single['population']:,} people"
    click.echo(f"{quarter}, edition {made.edition}: {what}: {counts or 'none'}", err=True)
    open_ones = sum(each.ended is None for each in made.frozen.carried)
    click.echo(f"{_count(open_ones, 'action')} of earlier reviews open", err=True)


_TOLD = ("met", "late", "overdue", "failed", "excused", "pending", "unverified")


@review.command("meet")
@_QUARTER
@click.option("--attendees", required=True, type=_Words(), help="Who took part.")
@click.option("--day", required=True, type=Day(), help="The day of the meeting.")
@click.option("--text", type=_Words(), help="What else is to be said of it.")
@by_option
def meet(quarter: Quarter, attendees: str, day: date, text: str | None, by: str) -> None:
    """Put on record who met when to hold a review, if that isn't told at its opening; prints the
    number of the ruling.

    Example: lrs review meet 2026-Q1 --day 2026-04-09 --attendees "Noor Haddad, Dana Weiss"
    """
    from lrs import reviewing

    with cli_ground.opened() as store:
        click.echo(reviewing.meet(store, quarter, attendees, day, text or reviewing.MET, by))
        _signed_before(store, quarter)


@review.command("decide")
@_QUARTER
@click.option("--text", required=True, type=_Words(), help="The decision, as it was taken.")
@by_option
def decide(quarter: Quarter, text: str, by: str) -> None:
    """Put a decision on record; prints the number of its ruling.

    Example: lrs review decide 2026-Q1 --text "Finance is reminded a week earlier"
    """
    from lrs import reviewing

    with cli_ground.opened() as store:
        click.echo(reviewing.decide(store, quarter, text, by))
        _signed_before(store, quarter)


@review.command("act")
@_QUARTER
@click.option("--text", required=True, type=_Words(), help="What is to be done.")
@click.option("--owner", required=True, type=_Words(), help="Who does it.")
@click.option("--due", required=True, type=Day(), help="Until which day.")
@by_option
def act(quarter: Quarter, text: str, owner: str, due: date, by: str) -> None:
    """Put on record what somebody is to do until a day; prints the action's number.

    Example: lrs review act 2026-Q1 --text "Talk to Eve's manager" --owner "Bo Lee" --due 2026-05-15
    """
    from lrs import reviewing

    with cli_ground.opened() as store:
        click.echo(reviewing.act(store, quarter, text, owner, due, by))
        _signed_before(store, quarter)


@review.command("close")
@_QUARTER
@click.argument("action", type=click.IntRange(1))
@click.option("--why", required=True, type=_Words(), help="What was done.")
@click.option("--day", type=Day(), help="The day it was done; today.")
@by_option
def close(quarter: Quarter, action: int, why: str, day: date | None, by: str) -> None:
    """Put on record that an action is done; prints the number of that ruling.

    Example: lrs review close 2026-Q1 23 --why "Eve plays it on Mondays now"
    """
    from lrs import reviewing

    with cli_ground.opened() as store:
        click.echo(reviewing.close(store, quarter, action, why, by, day))


@review.command("sign")
@_QUARTER
@click.option("--title", required=True, type=_Words(), help="As what they sign: CISO.")
@click.option("--why", type=_Words(), help="What they say by it, in their own words.")
@by_option
def sign(quarter: Quarter, title: str, why: str | None, by: str) -> None:
    """Sign what a review has by now: frozen figures, decisions and actions; prints their digest.

    What is added later is told apart, and asks for another sign-off. To close an action doesn't.

    Example: lrs review sign 2026-Q1 --by "Dana Weiss" --title CISO
    """
    from lrs import reviewing

    with cli_ground.opened() as store:
        made = reviewing.sign(store, quarter, title, by, why or reviewing.SAYS)
    last = made.sign_offs[-1]
    click.echo(last.digest)
    what = f"edition {made.edition}, {_count(len(made.decisions), 'decision')}"
    actions = _count(len(made.actions), "action")
    click.echo(f"{by} signed {quarter}, {what}, {actions}; ruling {last.number}", err=True)


@review.command("show")
@_QUARTER
@click.option("--edition", type=click.IntRange(1), help="An earlier edition.")
@click.option("--frozen", is_flag=True, help="Don't count anew to tell what is known since.")
@_JSON
def show(quarter: Quarter, edition: int | None, frozen: bool, as_json: bool) -> None:
    """The minutes of a review, in Markdown: the figures as they were frozen, and how those of
    today differ.

    Example: lrs review show 2026-Q1 > minutes-2026-Q1.md
    """
    from lrs import minutes, reviewing, reviews
    from lrs.minutes import Since

    with cli_ground.opened() as store:
        found = reviewing.of(store, quarter, edition)
        since = None if frozen else Since(*reviewing.compared(store, found))
        with store.reading() as connection:
            today = reviewing.today(connection)
            before = reviews.before(reviews.read(connection), found)
    if as_json:
        click.echo(json.dumps(minutes.told(found, since), ensure_ascii=False, indent=2))
        return
    for line in minutes.minutes(found, today, before, since):
        click.echo(line)


@review.command("list")
@click.option("--all", "everything", is_flag=True, help="Superseded editions, too.")
@_JSON
def listed(everything: bool, as_json: bool) -> None:
    """Every review: quarter, edition, day, by whom, state, decisions, actions, last sign-off.

    On stderr the quarters that are over and have none.

    Example: lrs review list
    """
    from lrs import minutes, reviewing, reviews
    from lrs.programme import versions

    with cli_ground.opened() as store, store.reading() as connection:
        found = reviews.read(connection)
        today = reviewing.today(connection)
        first = min(each.starts for each in versions.read(connection))
    shown = found if everything else reviews.current(found)
    lacking = [str(each) for each in reviews.missing(found, first, today)]
    if as_json:
        told = {"reviews": [minutes.told(each) for each in shown], "without_review": lacking}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each in shown:
        click.echo(minutes.line(each, today))
    if lacking:
        click.echo(f"without a review: {', '.join(lacking)}", err=True)


def _signed_before(store: Store, quarter: Quarter) -> None:
    from lrs import reviewing
    from lrs.reviews import ADDED

    found: Review = reviewing.of(store, quarter)
    if found.state == ADDED:
        names = ", ".join(dict.fromkeys(each.by for each in found.sign_offs))
        told = f"lrs review sign {quarter} signs this as well"
        click.echo(f"{names} signed before this was added; {told}", err=True)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"

"""From the options of the register's commands to an answer, and the terminal that it goes to."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from lrs.cli_ground import Day, Instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lrs.days import Interval
    from lrs.known import Register
    from lrs.xapi.store import Store

NARROW = 40  # places; on what says less, lines are longer than it is wide

SINCE = click.option("--from", "first", type=Day(), required=True, help="First day of the period.")
UNTIL = click.option("--to", "last", type=Day(), required=True, help="Its last day.")
AS_OF = click.option("--as-of", type=Day(), help="Verdicts as of this day; today.")
KNOWN = click.option(
    "--known-at", type=Instant(), help="As it was known at an instant: 2026-03-31T08:15:00Z; now."
)


def period(first: date, last: date) -> Interval:
    """From a day to another, which isn't before it."""
    from lrs.days import Interval

    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    return Interval(first, last)


def today(store: Store) -> date:
    """Today, where the programme's days begin and end."""
    from zoneinfo import ZoneInfo

    from lrs import days, timestamps
    from lrs.programme import versions

    with store.reading() as connection:
        return days.of(timestamps.now(), ZoneInfo(versions.zone(connection)))


def day_asked(store: Store, asked: date | None, period: Interval) -> date:
    """The day of the verdicts, which is no day before the period. Of one to come it is warned."""
    now = today(store)
    day = asked or now
    if day < period.first:
        raise click.UsageError(f"as of {day} nothing of the period has been: it is before --from")
    if day > now:
        click.echo(f"{day} is to come: verdicts are as if nothing happened until then", err=True)
    return day


def known_at(store: Store, asked: int | None) -> int:
    """The instant asked for; else that of the newest record. The index of attempts knows it all."""
    from lrs import attempts, sources

    seq = attempts.follow(store.engine)
    if asked is not None:
        return asked
    with store.reading() as connection:
        return sources.instant(connection, seq)


def answered(connection: Connection, period: Interval, as_of: date, known: int) -> Register:
    """The register of everybody, as known at an instant."""
    from lrs import known as what_was

    return what_was.register(connection, what_was.Asked(period, as_of, known))


def refused(message: str) -> SystemExit:
    """What ends a command: it is told why."""
    click.echo(f"error: {message}", err=True)
    return SystemExit(1)


def places() -> int | None:
    """How wide the terminal is; None where the output is none and COLUMNS says nothing."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS", "").isdecimal():
        return None
    return max(shutil.get_terminal_size().columns, NARROW)

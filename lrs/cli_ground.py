"""What the commands of the store share: the store itself, who does it, and days and instants."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lrs import config, timestamps
from lrs.config import SettingError

if TYPE_CHECKING:
    from lrs.xapi.store import Store

_ZONE = re.compile(r"([Zz]|[+-]\d\d(:?\d\d)?)$")  # behind an instant


@contextmanager
def opened() -> Iterator[Store]:
    """The store of the settings, for as long as a command runs."""
    from lrs import keys

    try:
        settings = config.read(os.environ)
    except SettingError as error:
        raise click.UsageError(str(error)) from error
    with keys.opened(settings) as store:
        yield store


def by(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says who does it."""
    return click.option("--by", default=_login, help="Who does this; your login name.")(command)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a process whose account has no name
        raise click.UsageError("nobody knows your login name here; say who with --by") from None


class Day(click.ParamType[date]):
    """A day such as 2026-03-31."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The day, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.isoformat() != value:  # 20260331 and 2026-W14-2 are ISO 8601, too
            self.fail(f"{value!r} is no day; write it like 2026-03-31", param, ctx)
        return found


class Instant(click.ParamType[int]):
    """An instant such as 2026-03-31T08:15:00Z, in microseconds, that says its zone and has been.
    One without a zone could be meant in the organisation's or in UTC: nobody should have to know
    which of the two it is taken for."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """The instant, or a usage error."""
        found = value if isinstance(value, int) else timestamps.read(value)
        if found is None:
            self.fail(f"{value!r} is no instant; write it like 2026-03-31T08:15:00Z", param, ctx)
        if isinstance(value, str) and not _ZONE.search(value):
            self.fail(f"{value!r} says no zone; write it like 2026-03-31T08:15:00Z", param, ctx)
        if found > timestamps.now():
            self.fail(f"{value!r} is to come: nobody knows what will be known then", param, ctx)
        return found

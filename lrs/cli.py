"""The lrs command."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from lrs import (
    cli_evidence,
    cli_feeds,
    cli_people,
    cli_programme,
    cli_register,
    cli_review,
    cli_rulings,
    cli_seal,
    config,
    timestamps,
)
from lrs.config import SettingError, Settings
from lrs.errors import LrsError


def settings() -> Settings:
    """The settings of the environment; a usage error for one that can't be."""
    try:
        return config.read(os.environ)
    except SettingError as error:
        raise click.UsageError(str(error)) from error


class Commands(click.Group):
    """Commands whose refusals are one line and exit status 1, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            from sqlalchemy.exc import ArgumentError, DBAPIError
        except ModuleNotFoundError:
            _fail("the store needs more than the compiler: pip install 'scormkit[lrs]'")
        try:
            return super().invoke(ctx)
        except LrsError as error:
            _fail(error.message)
        except ArgumentError:
            _fail("LRS_DATABASE is no address; write sqlite:///FILE or postgresql://USER@HOST/NAME")
        except DBAPIError as error:
            _fail(f"the database can't be opened: {str(error.orig).strip()}")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scormkit", prog_name="lrs")
def main() -> None:
    """A Learning Record Store that keeps the audit register of security-awareness training.

    Begin with: lrs serve
    """


@main.command()
@click.option("--host", help="The address to listen on; LRS_HOST, else this machine alone.")
@click.option(
    "--port",
    type=click.IntRange(0, config.LAST_PORT),
    help="The port to listen on; LRS_PORT, else 8080.",
)
@click.option("--database", help="Where everything is kept; LRS_DATABASE, else sqlite:///lrs.db.")
def serve(host: str | None, port: int | None, database: str | None) -> None:
    """Answer xAPI requests, on SQLite or PostgreSQL.

    The first start makes the tables and an administrator's key, which is printed once.

    Example: lrs serve --port 8080
    """
    from lrs import app, keys, logs, serving

    read = settings()
    wanted = replace(
        read,
        host=host or read.host,
        port=read.port if port is None else port,
        database=database or read.database,
    )
    logs.begin()
    signal.signal(signal.SIGTERM, _stop)
    with serving.only_one(wanted):
        store = app.opened(wanted)
        first = keys.first(store)
        if first:
            click.echo(_told(*first), err=True)
        serving.serve(store)


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)


def _told(name: str, secret: str) -> str:
    return f"The first administrator's key, shown this once: {name}:{secret}"


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    raise SystemExit(1)


@main.command()
def rebuild() -> None:
    """Drop every index and make it again from the log of what was received.

    Example: lrs rebuild
    """
    from lrs import database
    from lrs import rebuild as rebuilding

    read = settings()
    engine = database.engine(read.database, read.durable)
    database.migrate(engine)
    with database.writing(engine) as connection:
        count = rebuilding.rebuild(connection)
    click.echo(f"{count} records; every index is made anew", err=True)


@main.command()
@click.option("--after", type=click.IntRange(0), default=0, help="Only behind this number; 0: all.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def export(after: int, out: Path) -> None:
    """Write the log to a file, a record a line (NDJSON), beside a server if one runs.

    Prints the number to export after next time.

    Example: lrs export --after 0 --out records.ndjson
    """
    from lrs import feed, keys

    with keys.opened(settings()) as store:
        count, following = feed.export(store, after, out)
    click.echo(following)
    click.echo(f"{count} records in {out}; next time: --after {following}", err=True)


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of all endpoints; a server has it at /openapi.json.

    Example: lrs openapi > lrs-openapi.json
    """
    from lrs import operations

    click.echo(json.dumps(operations.document(settings().url), indent=2))


@main.group()
def key() -> None:
    """Make, list, change and revoke keys: who may store and read what."""


_SCOPES = (
    *("statements/write", "statements/read/mine", "statements/read"),
    *("state", "define", "profile", "all/read", "all"),
)


@key.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(_SCOPES), help="What it may.")
@click.option("--expires", metavar="DAY", help="The last day on which it works: 2027-03-31.")
@click.option("--player", is_flag=True, help="A key for packages, which everybody can read there.")
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The build's catalogue.json: the player's key may tell of its activities alone.",
)
@click.option("--activity", "activities", multiple=True, help="One more activity, by its IRI.")
@click.option("--origin", "origins", multiple=True, help="Where packages are launched from.")
@click.option("--rate", type=click.IntRange(1), help="Requests a minute; 600.")
@click.option("--max-body", type=click.IntRange(1), help="Bytes of a request; 200,000.")
def create(
    name: str,
    scopes: Sequence[str],
    expires: str | None,
    player: bool,
    catalogue: Path | None,
    activities: Sequence[str],
    origins: Sequence[str],
    rate: int | None,
    max_body: int | None,
) -> None:
    """Make a key; its secret is printed, this once.

    Example: lrs key create packages --player --catalogue build/catalogue.json
    """
    from lrs import keys
    from lrs.player_keys import Player

    bounds, ends = None, _day(expires)
    if ends is not None and ends < timestamps.now():
        raise click.UsageError(f"{expires} has gone by; a key that expired then is none")
    if player:
        told = (*activities, *(keys.activities(catalogue) if catalogue else ()))
        if not told:
            raise click.UsageError("a player's key needs --catalogue or --activity")
        if scopes:
            raise click.UsageError("a player's key may store statements alone; leave out --scope")
        bounds = Player(tuple(told), **_given(origins=tuple(origins), rate=rate, max_body=max_body))
    elif catalogue or activities or origins or rate or max_body:
        raise click.UsageError("only --scope and --expires go without --player")
    with keys.opened(settings()) as store:
        secret = keys.create(store, name, scopes, ends, bounds)
    click.echo(f"{name}:{secret}")
    click.echo(
        "shown this once; it can't be read again, but lrs key rotate makes another", err=True
    )
    if bounds and not (bounds.origins or settings().origins):
        told_where = f"lrs key limit {name} --origin https://..., or LRS_ORIGINS, lets it"
        click.echo(f"no browser will use this key yet: {told_where}", err=True)


@key.command("list")
def listed() -> None:
    """Every key, what it may do, and until when.

    Example: lrs key list
    """
    from lrs import keys

    with keys.opened(settings()) as store:
        for line in keys.lines(store):
            click.echo(line)


@key.command("rotate")
@click.argument("name")
@click.option("--grace", type=click.IntRange(0), default=0, help="Days the old secret lives on.")
def rotate(name: str, grace: int) -> None:
    """Give a key another secret, printed this once.

    Example: lrs key rotate lms --grace 7
    """
    from lrs import keys

    with keys.opened(settings()) as store:
        secret = keys.rotate(store, name, grace)
    click.echo(f"{name}:{secret}")


@key.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Let a key do nothing any more; it takes two seconds.

    Example: lrs key revoke lms
    """
    from lrs import keys

    with keys.opened(settings()) as store:
        keys.revoke(store, name)
    click.echo(f"{name} is revoked", err=True)


@key.command("limit")
@click.argument("name")
@click.option("--expires", metavar="DAY", help="The last day on which it works: 2027-03-31.")
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its activities from now on, of a build's catalogue.json.",
)
@click.option("--activity", "activities", multiple=True, help="One of these, by its IRI.")
@click.option("--origin", "origins", multiple=True, help="Its origins from now on.")
@click.option("--rate", type=click.IntRange(1), help="Requests a minute from now on.")
@click.option("--max-body", type=click.IntRange(1), help="Bytes of a request from now on.")
@click.option("--block", multiple=True, help="One more account, by name, it can't speak for.")
@click.option("--unblock", multiple=True, help="An account that it may speak for again.")
def limit(
    name: str,
    expires: str | None,
    catalogue: Path | None,
    activities: Sequence[str],
    origins: Sequence[str],
    rate: int | None,
    max_body: int | None,
    block: Sequence[str],
    unblock: Sequence[str],
) -> None:
    """Change what a key may do, without a new secret: packages that carry it go on.

    Example: lrs key limit packages --block 4711
    """
    from lrs import keys

    told = _given(
        activities=(*activities, *(keys.activities(catalogue) if catalogue else ())),
        origins=tuple(origins),
        rate=rate,
        max_body=max_body,
    )
    if not (expires or told or block or unblock):
        raise click.UsageError("say what is to change, such as --expires or --block")
    with keys.opened(settings()) as store:
        keys.limit(store, name, _day(expires), told, block, unblock)
    click.echo(f"{name} is changed", err=True)


def _given(**told: Any) -> dict[str, Any]:
    """What was given of options that may be left out."""
    return {name: value for name, value in told.items() if value}


def _day(text: str | None) -> int | None:
    """The end of a day in UTC, in microseconds."""
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise click.UsageError(f"{text!r} is no day; write it like 2027-03-31") from None
    return (int(day.timestamp()) + 86_400) * 1_000_000 - 1


for group in (
    cli_people.people,
    cli_feeds.feeds,
    cli_programme.programme,
    cli_programme.catalogues,
    cli_rulings.ruling,
    cli_register.register,
    cli_evidence.evidence,
    cli_review.review,
    cli_seal.seal,
):
    main.add_command(group)


if __name__ == "__main__":
    sys.exit(main())

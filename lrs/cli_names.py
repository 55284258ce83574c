"""Commands of names: which wait for somebody, and rulings on who is whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from lrs import cli_ground
from lrs.cli_ground import Day, Instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lrs.people.directory import Said
    from lrs.unresolved import Name, Role

_SHOWN = 12  # records, and people, in a line; of more, the count is told


@click.command()
@click.option("--on", "day", type=Day(), help="The day of the roles; today.")
@click.option("--known-at", type=Instant(), help="As it was known then: 2026-03-31T08:15:00Z; now.")
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def unresolved(day: date | None, known_at: int | None, as_json: bool) -> None:
    """What waits for somebody: names that mean nobody, and roles that the programme doesn't have.

    Of each name, how often and from when to when it was used, in which records, and who may be
    meant, with the command that links it. Of each role, who holds it on the day.

    Example: lrs people unresolved --json
    """
    import json

    from lrs import attempts, days, known, timestamps
    from lrs import unresolved as waiting

    with cli_ground.opened() as store:
        attempts.follow(store.engine)
        with store.reading() as connection:
            zone = waiting.zone(connection)
            on = day or days.of(timestamps.now(), zone)
            people = known.everybody(connection, known_at)
            names = waiting.names(connection, people, zone, known_at)
            version = waiting.programme_on(connection, on, known_at)
    there = version.programme.roles if version else None
    roles = [] if there is None else waiting.roles(people.people.values(), there, on)
    if as_json:
        told = {
            "on": on.isoformat(),
            "known_at": None if known_at is None else timestamps.written(known_at),
            "programme": version.number if version else None,
            "names": [each.data() for each in names],
            "roles": [each.data() for each in roles],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    between = [""] if names and roles else []
    for line in (*_names(names), *between, *_roles(roles)):
        click.echo(line)
    for line in _counted(names, roles, on, version.number if version else None):
        click.echo(line, err=True)


def _names(names: Sequence[Name]) -> Iterator[str]:
    """The names as a table, under each who may be meant and what to do."""
    from lrs.register.writing.plain_text import harmless

    rows = [
        (
            harmless(each.name) or "(no name at all)",
            f"{each.attempts:,}",
            each.first.isoformat(),
            each.last.isoformat(),
            _some([str(record) for record in each.records]),
            harmless(_some(each.seen_in)),
        )
        for each in names
    ]
    lines = _table(("Name", "Attempts", "First", "Last", "Records", "Seen in"), rows)
    yield from (line for line in (next(lines, None), next(lines, None)) if line is not None)
    for each, line in zip(names, lines, strict=True):
        yield line
        yield from (f"  it may be {who}: {harmless(why)}" for who, why in each.proposals)
        yield from (f"  {harmless(command)}" for command in each.commands())


def _roles(roles: Sequence[Role]) -> Iterator[str]:
    from lrs.register.writing.plain_text import harmless

    rows = [
        (harmless(each.role), f"{len(each.people):,}", _some(each.people), each.hint)
        for each in roles
    ]
    yield from _table(("Role", "People", "Who", ""), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as what is in them; nothing where there is no row."""
    from lrs.register.writing.plain_text import padded, width

    if not rows:
        return
    places = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["─" * each for each in places], *rows):
        yield "  ".join(map(padded, row, places)).rstrip()


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _counted(
    names: Sequence[Name], roles: Sequence[Role], on: date, version: int | None
) -> Iterator[str]:
    from lrs.register import about

    yield about.unresolved(len(names), sum(each.attempts for each in names))
    if version is None:
        yield f"no programme is in force on {on}, so nobody can say which roles it has"
    elif roles:
        what = "1 role is" if len(roles) == 1 else f"{len(roles):,} roles are"
        yield f"{what} held on {on} of which version {version} of the programme asks nothing"
    else:
        yield f"version {version} of the programme asks something of every role held on {on}"


def said(connection: Connection, known: int | None = None) -> Said:
    """What rulings say of names, as known at an instant (None: now)."""
    from lrs import rulings
    from lrs.people import identities

    given = rulings.read(connection, known, ("link", "unlink", "merge"))
    return identities.of_rulings((r.kind, r.subject, r.told) for _, _, r in given)


@click.command()
@click.argument("name")
@click.argument("person")
@click.option("--from", "first", type=Day(), help="The first day on which it holds.")
@click.option("--to", "last", type=Day(), help="The last day on which it holds.")
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@cli_ground.by
def link(name: str, person: str, first: date | None, last: date | None, why: str, by: str) -> None:
    """Rule that a name means a person; prints the number of the ruling.

    NAME is a mail address, or what statements call somebody: "mbox mailto:...", "mbox_sha1sum ...",
    "openid ...", "account HOMEPAGE|LOGIN". PERSON is an HR id.

    Example: lrs people link "account https://lms.example|aruiz" 00042 --why "Asked Ana"
    """
    _rule_on_name("link", name, person, first, last, why, by)


@click.command()
@click.argument("name")
@click.argument("person")
@click.option("--from", "first", type=Day(), help="The first day on which it doesn't mean them.")
@click.option("--to", "last", type=Day(), help="The last day on which it doesn't.")
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@cli_ground.by
def unlink(
    name: str, person: str, first: date | None, last: date | None, why: str, by: str
) -> None:
    """Rule that a name doesn't mean a person, whatever a roster or an earlier ruling says.

    To take merged HR ids apart, NAME is "hr" and the id that was merged.

    Example: lrs people unlink ana@lms.example 00042 --from 2026-04-01 --why "It is another Ana's"
    """
    _rule_on_name("unlink", name, person, first, last, why, by)


def _rule_on_name(
    kind: str, name: str, person: str, first: date | None, last: date | None, why: str, by: str
) -> None:
    from lrs import rulings
    from lrs.people import directory, telling
    from lrs.rulings import Ruling

    called = telling.name(name)
    if called.startswith("hr ") and (kind == "link" or not name.startswith("hr ")):
        raise click.UsageError(f"{name!r} is no name; HR ids are joined by lrs people merge")
    if first and last and last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    told = {"from": first and first.isoformat(), "to": last and last.isoformat()}
    days = {key: value for key, value in told.items() if value}
    with cli_ground.opened() as store:
        with store.reading() as connection:
            telling.must_be_known(directory.some(connection, [person], said(connection)), person)
        click.echo(rulings.add(store, Ruling(kind, called, why, by, {"person": person, **days})))


@click.command()
@click.argument("person")
@click.argument("into")
@click.option("--why", required=True, help="The reason, in words that an auditor will read.")
@cli_ground.by
def merge(person: str, into: str, why: str, by: str) -> None:
    """Rule that two HR ids are one person, who goes on under the second; prints the number.

    Example: lrs people merge 00099 00013 --why "Jo Roe came back and got a new number"
    """
    from lrs import rulings
    from lrs.people import directory, telling
    from lrs.rulings import Ruling

    with cli_ground.opened() as store:
        with store.reading() as connection:
            found = directory.some(connection, [person, into], said(connection))
        telling.must_be_two(found, person, into)
        ruling = Ruling("merge", f"hr {person}", why, by, {"into": into})
        click.echo(rulings.add(store, ruling))

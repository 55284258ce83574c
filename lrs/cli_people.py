"""Commands of people: rosters in, who is in scope and by which names, and who is whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lrs import cli_ground, cli_names
from lrs.cli_ground import Day, Instant

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from lrs.erasure import Found
    from lrs.people.hr_import import Judged
    from lrs.people.identities import Identities
    from lrs.people.judging import Roles
    from scormkit.problems import Problem

_KINDS = ("employee", "contractor", "intern", "vendor")  # as facts.KINDS, which takes time to load
_SHOWN = 200  # problems, and people in a difference; of more, the count is told


@click.group()
def people() -> None:
    """Who had access, when, in what role; from the rosters of HR."""


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--profile", required=True, help="What its columns mean: a name, or FILE.yaml.")
@click.option("--as-of", type=Day(), help="The day that the file is of; today.")
@click.option("--zone", help="The organisation's time zone; the profile's, else UTC.")
@click.option("--snapshot", is_flag=True, help="End the access of who was in the last, not here.")
@click.option("--leave-out", is_flag=True, help="Take the other rows, where some have errors.")
@click.option("--dry-run", is_flag=True, help="Store nothing; print what would change.")
@cli_ground.by
def take_in(
    file: Path,
    profile: str,
    as_of: date | None,
    zone: str | None,
    snapshot: bool,
    leave_out: bool,
    dry_run: bool,
    by: str,
) -> None:
    """Take in a roster: CSV, a workbook or JSON. Prints the number of its record.

    With an error nothing is stored. The same file again, with the same profile and options, adds
    nothing. Shipped profiles: plain, bamboohr, workday.

    Example: lrs people import people.csv --profile bamboohr --dry-run
    """
    from zoneinfo import ZoneInfo

    from lrs import days, mapping, timestamps
    from lrs.people import hr_import
    from lrs.people.hr_import import Source
    from lrs.people.roster import FIELDS

    if snapshot and leave_out:
        raise click.UsageError(
            "--leave-out with --snapshot would end the access of who is left out"
        )
    found, problems = mapping.find("people", profile, FIELDS)
    if found is None:
        _refuse(problems)
    in_zone = zone or found.zone or "UTC"
    if in_zone not in days.zones():
        raise click.UsageError(f"{in_zone!r} is no time zone; write one such as Europe/Berlin")
    day = as_of or days.of(timestamps.now(), ZoneInfo(in_zone))
    content = file.read_bytes()
    source = Source(
        file.name, content, found, day, in_zone, by, snapshot, leave_out, any_day=as_of is None
    )
    with cli_ground.opened() as store:
        with store.reading() as connection:
            source = replace(source, roles=_roles(connection, day))
            judged = hr_import.judge(connection, source)
        if judged.there:
            seq, of, _ = judged.there
            said = f"record {seq} has this file already, as of {of}; nothing is added"
            click.echo(said if as_of else f"{said}; --as-of takes it in for another day", err=True)
            return
        if judged.taking is None:
            _refuse(judged.problems)
        _tell(judged.problems)
        _tell_repeated(file.name, judged)
        if dry_run:
            _print_differences(judged)
            click.echo(f"{_counted(judged)}; nothing is stored: a dry run", err=True)
            return
        taken = hr_import.take(store, judged)
    click.echo(taken.seq)
    click.echo(_counted(judged), err=True)


def _roles(connection: Connection, day: date) -> Roles | None:
    from lrs import unresolved
    from lrs.people.judging import Roles

    found = unresolved.programme_on(connection, day)
    if found is None:
        return None
    return Roles(found.programme.roles, f"version {found.number} of the programme")


def _refuse(problems: Sequence[Problem]) -> NoReturn:
    _tell(problems, "nothing is stored")
    raise SystemExit(1)


def _tell(problems: Sequence[Problem], outcome: str = "") -> None:
    from scormkit.problems import report

    if problems:
        shown = sorted(problems, key=lambda each: (each.severity, each))[:_SHOWN]
        click.echo(report(shown, outcome), err=True)
        if len(problems) > len(shown):
            click.echo(f"and {len(problems) - len(shown)} more problems", err=True)


def _tell_repeated(file: str, judged: Judged) -> None:
    """Rows that say what another one says: no problem, and nothing that goes without a word."""
    again = [each for each in judged.left_out if each.code == "same-row"]
    for each in again[:_SHOWN]:
        click.echo(f"{file}:{each.row}: {each.message}; it is left out [same-row]", err=True)
    if len(again) > _SHOWN:
        click.echo(f"and {len(again) - _SHOWN:,} more rows that repeat another", err=True)


def _print_differences(judged: Judged) -> None:
    for each in judged.differences[:_SHOWN]:
        click.echo(each)
    if len(judged.differences) > _SHOWN:
        click.echo(f"and {len(judged.differences) - _SHOWN:,} more")


def _counted(judged: Judged) -> str:
    assert judged.taking
    counts = judged.taking.told["counts"]
    kinds = [each.kind for each in judged.differences]
    left_out = f"{counts['left_out']:,} left out"
    return (
        f"{counts['read']:,} rows read, {counts['taken']:,} taken, {left_out}; "
        f"{kinds.count('new'):,} people new, {kinds.count('changed'):,} changed, "
        f"{kinds.count('absent'):,} absent"
    )


@people.command("map")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def draft(file: Path) -> None:
    """Write the draft of a mapping profile for such files, with what is guessed and what is open.

    Example: lrs people map people.csv > ours.yaml
    """
    from lrs import tabular
    from lrs.people import drafting
    from lrs.tabular import TableError

    try:
        grid = tabular.read(file.name, file.read_bytes())
    except TableError as error:
        _refuse([error.problem])
    click.echo(drafting.draft(grid), nl=False)


@people.command()
@click.argument("person")
@click.option("--known-at", type=Instant(), help="As it was known then: 2026-03-31T08:15:00Z.")
def show(person: str, known_at: int | None) -> None:
    """All that is known of somebody: access, and what held from when to when.

    PERSON is an HR id, a mail address, or a name such as "account https://lms.example|aruiz".

    Example: lrs people show 00042 --known-at 2026-03-31T00:00:00Z
    """
    from lrs.people import directory, tables, telling

    with cli_ground.opened() as store, store.reading() as connection:
        said = cli_names.said(connection, known_at)
        name = telling.name(person)
        found = directory.by_names(connection, {name}, said, known_at)
        ids = found.claimed(name)
        if not ids:
            _nobody(person, name, directory.everybody(connection, said, known_at))
        imports = {each.seq: each for each in tables.imports(connection, known_at)}
    for line in telling.all_of(found, ids, imports):
        click.echo(line)


def _nobody(person: str, name: str, everybody: Identities) -> NoReturn:
    click.echo(
        f"error: nobody is known as {person}, by HR id, mail or login; lrs people list shows who "
        "there is",
        err=True,
    )
    for id, why in everybody.proposals(name)[:10]:
        click.echo(f"  it may be {id}: {why}", err=True)
    raise SystemExit(1)


@people.command("list")
@click.option("--on", "day", type=Day(), help="The day; today in the zone of the last import.")
@click.option("--manager", help="Only those who report to this HR id on the day.")
@click.option("--role", help="Only those who have this role on the day.")
@click.option("--kind", type=click.Choice(_KINDS), help="Only those who are of this kind.")
def listed(day: date | None, manager: str | None, role: str | None, kind: str | None) -> None:
    """Everybody who has access on a day: id, name, kind, roles, manager, unit, access.

    Example: lrs people list --on 2026-03-31 --role engineering
    """
    from zoneinfo import ZoneInfo

    from lrs import days, timestamps
    from lrs.people import directory, tables, telling
    from scormkit.problems import did_you_mean

    with cli_ground.opened() as store, store.reading() as connection:
        imports = tables.imports(connection)
        zone = ZoneInfo(imports[-1].zone if imports else "UTC")
        on = day or days.of(timestamps.now(), zone)
        said = cli_names.said(connection)
        if manager:
            found, ids = directory.of_manager(connection, manager, on, said)
        else:
            found = directory.everybody(connection, said)
            ids = tuple(found.people)
    shown = [found.people[id] for id in ids if telling.fits(found.people[id], on, role, kind)]
    for each in shown:
        click.echo(telling.line(each, on))
    click.echo(f"{len(shown):,} with access on {on}", err=True)
    held = {name for each in found.people.values() for name, _ in each.roles}
    if not manager and role is not None and role not in held:
        near = did_you_mean(role, held, "nobody ever had it")
        click.echo(f'"{role}" is no role of anybody; {near}', err=True)
    if manager and found.resolve(f"hr {manager}", on) is None:
        click.echo(f"no roster has told of {manager}; --manager takes an HR id", err=True)


@people.command()
@click.argument("person")
@click.option("--why", required=True, help="The reason, which is kept for ever; name nobody in it.")
@click.option("--even-so", is_flag=True, help="Though they have access today.")
@click.option(
    "--dry-run", is_flag=True, help="Change nothing; print what would be replaced, where."
)
@cli_ground.by
def erase(person: str, why: str, even_so: bool, dry_run: bool, by: str) -> None:
    """Take all by which somebody can be told out of the log; prints what they are called since.

    PERSON is an HR id. Rows and verdicts stay, under that token; it can't be undone.

    Example: lrs people erase 00042 --why "Asked for it on 3 May; left in 2024" --dry-run
    """
    from lrs import erasure
    from lrs.erasure import Wanted

    wanted = Wanted(person, why, by, even_so)
    with cli_ground.opened() as store:
        if dry_run:
            with store.reading() as connection:
                found = erasure.dry(connection, wanted)
            _print_erasure(found)
            click.echo("nothing is changed: a dry run; the token will be another", err=True)
            return
        seq, found = erasure.erase(store.engine, wanted)
        _print_left(found)
        click.echo(found.instead.token)
        click.echo(f"record {seq}: {_redacted(found)}", err=True)
        _sweep(store.engine)


def _print_erasure(found: Found) -> None:
    instead = found.instead
    names = {f"hr {id}": f"hr {token}" for id, token in instead.ids.items()} | instead.names
    for name, token in (names | instead.people).items():
        click.echo(f"{name}\t{token}")
    for each in found.records:
        click.echo(f"record {each.seq}")
    for sha2, content in found.files.items():
        click.echo(f"file {sha2}\t{'goes' if content is None else 'loses their rows'}")
    _print_left(found)
    click.echo(_redacted(found), err=True)


def _print_left(found: Found) -> None:
    for where, text in sorted(set(found.left))[:_SHOWN]:
        click.echo(f"stays\t{text}\tin {where}", err=True)
    if found.left:
        click.echo("what stays is also somebody else's, or no record of the person", err=True)


def _redacted(found: Found) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found.counts.items()))
    return f"{len(found.records):,} records redacted ({kinds}), {len(found.files):,} files"


def _sweep(engine: Engine) -> None:
    from lrs import sweeping

    if not sweeping.sweep(engine):
        what = "old pages are still in the database's files: somebody uses it, or the disk is full"
        click.echo(f"{what}; once that is over: lrs people sweep", err=True)
        raise SystemExit(1)


@people.command()
def sweep() -> None:
    """Write the database's files anew, so that nothing erased is left in free pages.

    `lrs people erase` does it, too. On PostgreSQL nobody can read or write meanwhile.

    Example: lrs people sweep
    """
    with cli_ground.opened() as store:
        _sweep(store.engine)


for command in (cli_names.unresolved, cli_names.link, cli_names.unlink, cli_names.merge):
    people.add_command(command)

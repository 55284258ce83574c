"""Commands of the programme, and of what was built for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lrs.cli_ground import Day, opened
from lrs.cli_ground import by as by_option

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lrs.catalogue import Listed
    from lrs.programme.programme import Programme
    from lrs.programme.versions import Outcome, Published


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def programme() -> None:
    """Who must complete what, by when: check it, put it in force from a day on, look at it."""


@programme.command("check")
@click.argument("file", type=_FILE)
@click.option("--strict", is_flag=True, help="Exit with 1 where there is a warning, too.")
@click.option("--json", "as_json", is_flag=True, help="The same list for programs.")
def check(file: Path, strict: bool, as_json: bool) -> None:
    """Say everything that is wrong with a programme, each at its place.

    The exercises that it may ask for are the scenarios in its folder.

    Example: lrs programme check scenarios/programme.yaml
    """
    from lrs.programme import publishing
    from scormkit import problems

    found = publishing.judged(file).problems
    if as_json:
        click.echo(problems.as_json(found))
    else:
        click.echo(problems.report(found), err=bool(found))
    raise SystemExit(1 if problems.has_errors(found) or (strict and found) else 0)


@programme.command("publish")
@click.argument("file", type=_FILE)
@click.option(
    "--from",
    "starts",
    required=True,
    type=Day(),
    help="The first day it is in force.",
)
@click.option("--backdated", is_flag=True, help="Let it change what was in force before today.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and store nothing.")
@click.option("--as-of", type=Day(), help="Another day than today.")
@by_option
def publish(
    file: Path, starts: date, backdated: bool, dry_run: bool, as_of: date | None, by: str
) -> None:
    """Put a programme in force from a day on; prints the version's number.

    Obligations from before that day keep the version that was in force. It may ask for the
    exercises of the store's catalogue. The same text from the same day on is published once.

    Example: lrs programme publish scenarios/programme.yaml --from 2027-01-01
    """
    from lrs.programme import publishing, versions
    from scormkit import problems

    with opened() as store:
        judged = publishing.judged(file, publishing.built(store))
        if judged.programme is None:
            click.echo(problems.report(judged.problems, "nothing was published"), err=True)
            raise SystemExit(1)
        today = as_of or _today(judged.programme.zone)
        outcome = publishing.publish(store, judged.text, starts, today, by, backdated, dry_run)
        with store.reading() as connection:
            following = versions.following(versions.read(connection), starts)
            day = max(starts, today)
            left_out = _left_out(connection, judged.programme, day, outcome) if outcome.new else ()
    if judged.problems:
        click.echo(problems.report(judged.problems), err=True)
    click.echo(outcome.number)
    if not outcome.new:
        click.echo(f"version {outcome.number} has this text from that day on already", err=True)
        return
    would = "would be" if dry_run else "is"
    click.echo(f"version {outcome.number} {would} in force from {starts}", err=True)
    if following:
        told = f"only until version {following.number} takes its place on {following.starts}"
        click.echo(told, err=True)
    for line in left_out:
        click.echo(line, err=True)
    for path, day in publishing.first_days(judged.programme, starts):
        click.echo(f"{path} comes first on {day}", err=True)


def _left_out(
    connection: Connection, programme: Programme, day: date, outcome: Outcome
) -> Sequence[str]:
    """Of each role that people hold on a day and of which this version asks nothing: how many, and
    whether the version asked something of it whose place this one takes."""
    from lrs import known, unresolved

    before = unresolved.before(connection, outcome.number, day)
    people = known.everybody(connection).people.values()
    found = []
    for each in unresolved.roles(people, programme.roles, day):
        any_more = " any more" if before and each.role in before.programme.roles else ""
        count = "1 person has" if len(each.people) == 1 else f"{len(each.people):,} people have"
        hint = f"; {each.hint}" if each.hint else ""
        what = f'{count} the role "{each.role}" on {day}'
        found.append(f"warning: {what}, of which nothing is asked{any_more}{hint}")
    return found


@programme.command("show")
@click.option(
    "--on",
    "day",
    type=Day(),
    help="The version in force on a day; today if left out.",
)
@click.option("--version", "number", type=click.IntRange(1), help="The version of this number.")
def show(day: date | None, number: int | None) -> None:
    """A published programme, as it was written.

    Example: lrs programme show --on 2026-03-31
    """
    from lrs.programme import versions

    if day and number:
        raise click.UsageError("--on and --version exclude each other")
    with opened() as store, store.reading() as connection:
        if number:
            found = versions.numbered(connection, number)
        else:
            found = versions.on(connection, day or _today(versions.zone(connection)))
        text = versions.text(connection, found)
    click.echo(text.decode().rstrip("\n"))
    click.echo(_told(found), err=True)


@programme.command("list")
def versions_list() -> None:
    """Every version: number, first day, when it was published, by whom, digest of its text.

    Example: lrs programme list
    """
    from lrs import timestamps
    from lrs.programme import versions
    from lrs.register.writing.plain_text import harmless

    with opened() as store, store.reading() as connection:
        found = versions.read(connection)
    for each in found:
        at, by = timestamps.written(each.at), harmless(each.by)
        words = (str(each.number), each.starts.isoformat(), at, by)
        click.echo("\t".join((*words, each.sha256)))
    if not found:
        click.echo("no programme is published yet; lrs programme publish does it", err=True)


@programme.command("diff")
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """What changed from one programme to another: files, or published versions by their numbers.

    Exits with 1 where they differ in what they ask for.

    Example: lrs programme diff 1 scenarios/programme.yaml
    """
    from lrs.programme import difference

    lines = list(difference.differences(_document(before), _document(after)))
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("no difference but in remarks, order of keys and spaces", err=True)
    raise SystemExit(1 if lines else 0)


def _document(named: str) -> Any:
    """The data of a file, or of a version by its number."""
    from lrs.programme import versions
    from scormkit import document
    from scormkit.document import DocumentError

    if named.isascii() and named.isdecimal():
        with opened() as store, store.reading() as connection:
            text = versions.text(connection, versions.numbered(connection, int(named)))
    elif Path(named).is_file():
        text = Path(named).read_bytes()
    else:
        raise click.UsageError(f'there is no file "{named}", and it is no number of a version')
    try:
        return document.whole(document.parse(text, named)).data
    except DocumentError as error:
        click.echo(str(error.problem), err=True)
        raise SystemExit(1) from error


def _told(version: Published) -> str:
    from lrs import timestamps

    at = timestamps.written(version.at)
    return f"version {version.number}, in force from {version.starts}; by {version.by}, {at}"


def _today(zone: str) -> date:
    from zoneinfo import ZoneInfo

    from lrs import days, timestamps

    return days.of(timestamps.now(), ZoneInfo(zone))


@click.group("catalogue")
def catalogues() -> None:
    """The exercises that were built, so that a completion can be told apart, and replayed."""


@catalogues.command("publish")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@by_option
def publish_build(folder: Path, by: str) -> None:
    """Make known what scormkit build made: each version with its bundle, verified.

    What is known already is not stored again.

    Example: lrs catalogue publish build
    """
    from lrs import catalogue
    from lrs.catalogue import Publication
    from scormkit import problems

    built, found = catalogue.read_build(folder)
    if found:
        outcome = "nothing was published" if problems.has_errors(found) else ""
        click.echo(problems.report(found, outcome), err=True)
    if problems.has_errors(found):
        raise SystemExit(1)
    with opened() as store:
        added = store.writer.submit("catalogue", Publication(built, by))
    for each in added:
        click.echo(_exercise(each))
    click.echo(f"{len(added)} published, {len(built) - len(added)} known already", err=True)


@catalogues.command("list")
def list_catalogue() -> None:
    """Each version: record, slug, version, digest, activity, criteria.

    Example: lrs catalogue list
    """
    from lrs import catalogue

    with opened() as store, store.reading() as connection:
        found = catalogue.read(connection)
    for each in found:
        click.echo(_exercise(each))
    if not found:
        click.echo("no exercise is published yet; lrs catalogue publish does it", err=True)


def _exercise(listed: Listed) -> str:
    from lrs import catalogue

    entry = listed.entry
    words = (str(listed.seq), entry["slug"], entry["version"], entry["digest"], entry["activity"])
    return "\t".join((*words, ", ".join(catalogue.criteria(entry))))

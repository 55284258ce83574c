"""Commands for what LMSs export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lrs import cli_ground
from lrs.cli_ground import Day

if TYPE_CHECKING:
    from lrs.catalogue import Listed
    from lrs.feeds.door import Import, Taken
    from lrs.xapi.store import Store
    from scormkit.problems import Problem


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def feeds() -> None:
    """What LMSs tell of completions, by the files that they export."""


@feeds.command("import")
@click.argument("file", type=_FILE)
@click.option("--profile", required=True, help="What its columns mean: a name, or FILE.yaml.")
@click.option("--lms", required=True, metavar="URL", help="The home page of the LMS.")
@click.option("--zone", help="In which its dates are: Europe/Berlin; else the profile's.")
@click.option("--course-map", type=_FILE, help="Which exercise each course is (YAML).")
@click.option("--as-of", type=Day(), help="The day of the export; else today.")
@click.option("--corrects", type=int, metavar="N", help="The import whose place this one takes.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be new.")
@cli_ground.by
def take(
    file: Path,
    profile: str,
    lms: str,
    zone: str | None,
    course_map: Path | None,
    as_of: date | None,
    corrects: int | None,
    dry_run: bool,
    by: str,
) -> None:
    """Take what an LMS exported into the store: all of it, or with an error nothing.

    Prints how many facts are new of each exercise and state. What was said before adds nothing.

    Example: lrs feeds import report.csv --profile plain --lms https://lms.example --zone UTC
    """
    from lrs import catalogue, timestamps
    from lrs.feeds import door, lms_import

    with cli_ground.opened() as store:
        with store.reading() as connection:
            known = door.addresses(connection, without=corrects)
            titles = _titles(catalogue.read(connection))
        wanted = lms_import.Wanted(
            file.name,
            file.read_bytes(),
            profile,
            lms,
            by,
            zone,
            course_map,
            titles,
            as_of,
            corrects,
            known,
        )
        job, found = lms_import.prepared(wanted, timestamps.now())
        _report(job, found)
        if job is None:
            raise SystemExit(1)
        _tell(job, _taken(store, job, dry_run), dry_run)


def _titles(listed: Sequence[Listed]) -> dict[str, set[str]]:
    """What an LMS may call each exercise by itself: titles of all versions, and the activity."""
    found: dict[str, set[str]] = {}
    for _, _, entry in listed:
        found.setdefault(entry["slug"], set()).update((entry["title"], entry["activity"]))
    return found


def _report(job: Import | None, problems: tuple[Problem, ...]) -> None:
    from scormkit.problems import report

    if problems:
        click.echo(report(problems, "" if job else "nothing was imported"), err=True)


def _taken(store: Store, job: Import, dry_run: bool) -> Taken:
    from lrs.feeds import door

    if dry_run:
        with store.reading() as connection:
            return door.weighed(connection, job)
    taken: Taken = store.writer.submit("feeds", job)
    return taken


def _tell(job: Import, taken: Taken, dry_run: bool) -> None:
    for (course, state), count in sorted(
        Counter((fact.course, fact.state) for fact in taken.added).items()
    ):
        click.echo(f"{course}\t{state}\t{count}")
    for out in job.told["left_out"]:
        rows = f"{out['rows']:,} left out, the first in row {out['row']}"
        click.echo(f"{rows}: {out['message']} [{out['code']}]", err=True)
    if taken.repeats:
        click.echo(f"this file is import {taken.seq} already; nothing is added", err=True)
        return
    counts = taken.counts
    told = (
        f"{counts['read']:,} read: {counts['taken']:,} new, {counts['known']:,} known already, "
        f"{counts['left_out']:,} left out"
    )
    click.echo(f"{told}; nothing is stored" if dry_run else f"import {taken.seq}: {told}", err=True)
    for seq in taken.leaning:
        leans = f"import {seq} may have found known what import {job.corrects} had said"
        click.echo(f"{leans}; import its file again", err=True)


@feeds.command("list")
def listed() -> None:
    """Every import: number, when it came, day of the export, LMS, file, profile, zone, by whom,
    how many facts were new, and by which import it was corrected.

    Example: lrs feeds list
    """
    from lrs.feeds import door
    from lrs.timestamps import written

    with cli_ground.opened() as store, store.reading() as connection:
        there = door.imports(connection)
        if not there:
            click.echo("nothing is imported yet; lrs feeds import does it", err=True)
        for seq, at, told, corrected in there:
            named = [told[name] for name in ("as_of", "lms", "source")]
            how = [told["profile"]["name"], told["zone"], told["by"]]
            counts = f"{told['counts']['taken']} of {told['counts']['read']} new"
            end = [f"corrected by {corrected}"] if corrected else []
            click.echo("\t".join([str(seq), written(at), *named, *how, counts, *end]))


@feeds.command("profiles")
def profiles() -> None:
    """The profiles that come along, and what each is for.

    Example: lrs feeds profiles
    """
    from lrs import mapping
    from lrs.feeds.exports import FIELDS
    from lrs.feeds.lms_import import ROWS

    for name in mapping.shipped(ROWS):
        profile, _ = mapping.find(ROWS, name, FIELDS)
        assert profile is not None, name
        refused = f" (never taken: {profile.refuse.why})" if profile.refuse else ""
        click.echo(f"{name}\t{profile.title}{refused}")

"""Commands that say what is behind the register's rows, and what changed in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from lrs import cli_asking, cli_ground
from lrs.cli_asking import AS_OF, KNOWN, NARROW, SINCE, UNTIL
from lrs.cli_ground import Instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lrs.known import Register
    from lrs.register.difference import Change
    from lrs.register.rows import Row

_FIRST = date(1900, 1, 1)  # before whatever anybody can owe
_MOST_NEAR = 12  # rows that are told instead of one that isn't there


@click.command("trace")
@click.argument("row")
@AS_OF
@KNOWN
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def trace(row: str, as_of: date | None, known_at: int | None, as_json: bool) -> None:
    """Everything that is behind a row: the person and who told of them, the rule, how each day
    came about, every attempt with its source and its replay, and what was ruled.

    ROW is what the register calls it. Where there is no such row, those near it are told.

    Example: lrs register trace "00042|phishing|onboarding|2026-01-05"
    """
    import json

    from lrs import sources
    from lrs.register import trace as tracing
    from lrs.register import trace_words
    from lrs.register.sheet import Sheet

    with cli_ground.opened() as store:
        day = as_of or cli_asking.today(store)
        known = cli_asking.known_at(store, known_at)
        with store.reading() as connection:
            answer = _alone(connection, row, day, known)
            found = _row(answer, row)
            judged = answer.judged.get(found.person.id, ())
            exercises = sources.exercises(connection, known)
            sheet = Sheet(answer, (found,), exercises, sources.files(connection, judged))
            behind = sources.behind(connection, answer, found.person, known)
    told = tracing.trace(sheet, found, behind, known)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in trace_words.words(told, max(cli_asking.places() or 100, NARROW)):
        click.echo(line)


@click.command("diff")
@SINCE
@UNTIL
@AS_OF
@click.option(
    "--known-at", "known", type=Instant(), multiple=True, help="An instant; give two of them."
)
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def diff(
    first: date, last: date, as_of: date | None, known: tuple[int, ...], as_json: bool
) -> None:
    """What changed in what is known, between two instants, of the same days: rows that are new,
    gone or have another verdict, due day or evidence, and the records because of which.

    Exits with 1 where a row changed.

    Example: lrs register diff --known-at 2026-03-31T00:00:00Z --known-at 2026-04-30T00:00:00Z
    --from 2026-01-01 --to 2026-03-31
    """
    from lrs import sources
    from lrs.register import about, difference

    if len(known) != 2:
        raise click.UsageError("give --known-at twice: before and after")
    earlier, later = sorted(known)
    period = cli_asking.period(first, last)
    with cli_ground.opened() as store:
        day = cli_asking.day_asked(store, as_of, period)
        cli_asking.known_at(store, later)
        with store.reading() as connection:
            before = cli_asking.answered(connection, period, day, earlier)
            after = cli_asking.answered(connection, period, day, later)
            ends = [sources.newest(connection, each)[0] for each in (earlier, later)]
            ids, names = difference.changed(before, after)
            between = sources.between(connection, ends[0], ends[1], ids, names)
    found = list(difference.changes(before, after, between))
    if as_json:
        _tell_programs(found, (before, after), (earlier, later), ends)
    for change in () if as_json else found:
        _tell(change)
    counts = [f"{sum(each.what == what for each in found)} {what}" for what in ("new", "gone")]
    changed = sum(each.what == "changed" for each in found)
    click.echo(f"{changed} rows changed, {', '.join(counts)}", err=True)
    for words, answer in (("before", before), ("after", after)):
        waiting = [each.attempts for each in answer.waiting]
        click.echo(f"{words}: {about.unresolved(len(waiting), sum(waiting))}", err=True)
    raise SystemExit(1 if found else 0)


def _tell_programs(
    found: Sequence[Change],
    answers: Sequence[Register],
    instants: Sequence[int],
    records: Sequence[int],
) -> None:
    import json

    from lrs import timestamps

    asked = answers[0].asked
    known = [
        {
            "known_at": timestamps.written(instant),
            "record": record,
            "unresolved_names": len(answer.waiting),
            "unresolved_attempts": sum(each.attempts for each in answer.waiting),
        }
        for answer, instant, record in zip(answers, instants, records, strict=True)
    ]
    told = {
        "from": asked.period.first.isoformat(),
        "to": asked.period.last and asked.period.last.isoformat(),
        "as_of": asked.as_of.isoformat(),
        "before": known[0],
        "after": known[1],
        "changes": [
            {
                "what": each.what,
                "row": each.row,
                "person": each.person,
                "turns": [turn._asdict() for turn in each.turns],
                "causes": [cause._asdict() for cause in each.causes],
            }
            for each in found
        ],
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _tell(change: Change) -> None:
    from lrs.register.writing.plain_text import harmless

    click.echo(f"{change.what} {harmless(change.row)}")
    for name, before, after in change.turns:
        click.echo(harmless(f"  {name:<10}{before or 'none'} -> {after or 'none'}"))
    for record, words in change.causes:
        click.echo(harmless(f"  {'record':<10}{record}: {words}"))
    if not change.causes:
        click.echo(f"  {'record':<10}none that touches the person")


def _alone(connection: Connection, row: str, as_of: date, known: int) -> Register:
    """The register of the person of a row, up to a day; ends the command for nobody."""
    from lrs import known as what_was
    from lrs.days import Interval
    from lrs.errors import NotFound
    from lrs.programme import versions
    from scormkit.problems import did_you_mean

    person, period = _person(row), Interval(_FIRST, as_of)
    asked = what_was.Asked(period, as_of, known, person=person, counting=True)
    try:
        return what_was.register(connection, asked)
    except NotFound:
        if not versions.read(connection, known):
            raise
    everybody = what_was.everybody(connection, known).people
    near = did_you_mean(person, everybody, "lrs people list shows who there is")
    what = f"there is no row {row} as of {as_of}, and nobody is known as {person}"
    raise cli_asking.refused(f"{what}; {near}")


def _person(row: str) -> str:
    """The HR id with which a row's name begins."""
    return row.rsplit("|", 3)[0]


def _row(answer: Register, id: str) -> Row:
    """The row of that name; ends the command where there is none, with those near it."""
    from difflib import get_close_matches

    found = next((each for each in answer.rows if each.id == id), None)
    if found is not None:
        return found
    theirs, person = [each.id for each in answer.rows], _person(id)
    none = f"there is no row {id} as of {answer.asked.as_of}"
    if theirs:
        near_it = get_close_matches(id, theirs, _MOST_NEAR, cutoff=0)
        listed = "".join(f"\n  {each}" for each in theirs if each in near_it)
        more = len(theirs) - len(near_it)
        rest = f"\n  and {more} more" if more else ""
        raise cli_asking.refused(f"{none}; of {person} there are{listed}{rest}")
    raise cli_asking.refused(f"{none}; {person} had no access up to then")

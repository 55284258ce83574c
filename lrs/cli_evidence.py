"""Commands of the evidence pack: write it, verify it, draw a sample from it."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lrs import cli_ground, cli_pseudonyms
from lrs.cli_ground import Day, Instant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lrs.evidence.material import Request

_EVERY = 2.0  # seconds between two words on how far it is
_FILE = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, exists=True)


@click.group()
def evidence() -> None:
    """What an auditor takes home: the pack, verified by anybody, and samples drawn from it."""


for command in (cli_pseudonyms.key, cli_pseudonyms.reidentify):
    evidence.add_command(command)


@evidence.command("write")
@click.option("--type2", "operating", is_flag=True, help="A period: design and operation.")
@click.option("--type1", "design", is_flag=True, help="A day: the design alone.")
@click.option("--from", "first", type=Day(), help="First day of the period of --type2.")
@click.option("--to", "last", type=Day(), help="Its last day.")
@click.option("--on", "on", type=Day(), help="The day of --type1.")
@click.option("--as-of", type=Day(), help="Verdicts as of this day; the last of the period.")
@click.option("--known-at", type=Instant(), help="As it was known at an instant; now.")
@click.option("--organisation", default="", help="What the cover says; the programme's title.")
@click.option("--pseudonymise", "key", type=_THERE, help="With a key of lrs evidence key.")
@click.option("--keep-texts", is_flag=True, help="Then keep what people wrote, but for names.")
@click.option("--previous", type=_THERE, help="The pack before, from which the log must go on.")
@click.option("--out", type=_FILE, required=True, help="The pack: a file that ends in .zip.")
def write(
    operating: bool,
    design: bool,
    first: date | None,
    last: date | None,
    on: date | None,
    as_of: date | None,
    known_at: int | None,
    organisation: str,
    key: Path | None,
    keep_texts: bool,
    previous: Path | None,
    out: Path,
) -> None:
    """Write a pack, which is there whole or not at all.

    The log is sealed before. The same question to the same log makes the same pack, to the byte.
    Prints the file, its SHA-256 and the id of the key that signed it; on stderr what is in it.

    Example: lrs evidence write --type2 --from 2026-01-01 --to 2026-12-31 --out pack.zip
    """
    asked = _asked(operating, design, (first, last, on, as_of), known_at, organisation)
    if keep_texts and key is None:
        raise click.UsageError("--keep-texts goes with --pseudonymise")
    _place(out)
    from lrs.evidence import pack

    with _careful(out), cli_ground.opened() as store:
        made = pack.write(store, asked, out, previous, _secret(key), keep_texts, _Progress().tell)
    click.echo(f"{out}\t{made.bound.sha256}\t{made.bound.key}")
    rows = {each.sheet.name: each.rows for each in made.sheets}
    shown = [name for name in ("population", "register", "exceptions") if name in rows]
    counts = ", ".join(f"{rows[name]:,} in {name}" for name in shown)
    click.echo(f"{len(made.sheets)} sheets, rows: {counts}; {made.bound.size:,} bytes", err=True)
    if not rows["population"]:
        click.echo("nobody had access then: lrs people import takes in rosters", err=True)
    click.echo(f"sealed log of {made.head.size:,} records; lrs seal show has the key", err=True)


def _asked(
    operating: bool,
    design: bool,
    told: tuple[date | None, date | None, date | None, date | None],
    known: int | None,
    organisation: str,
) -> Callable[[int, ZoneInfo], Request]:
    """The request, once the instant of the newest record that is sealed is known, and the zone."""
    first, last, on, as_of = told
    if operating == design:
        raise click.UsageError("say either --type2 with --from and --to, or --type1 with --on")
    if operating and (first is None or last is None or on is not None):
        raise click.UsageError("--type2 asks for a period: --from its first day, --to its last")
    if design and (on is None or first or last or as_of):
        raise click.UsageError("--type1 asks for a day: --on, and nothing else of days")
    if first and last and last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    if first and as_of and as_of < first:
        raise click.UsageError(f"as of {as_of} nothing of the period has been: it is before --from")

    def asked(newest: int, zone: ZoneInfo) -> Request:
        from lrs import days, timestamps
        from lrs.evidence import material

        at = newest if known is None else known
        today = days.of(timestamps.now() if known is None else known, zone)
        begins = on or first
        assert begins is not None
        if begins > today:
            raise click.UsageError(f"{begins} is to come: by {today} nothing of it has been")
        if on is not None:
            return material.type_1(on, at, organisation)
        assert first is not None and last is not None
        return material.type_2(first, last, at, as_of or min(last, today), organisation)

    return asked


def _place(out: Path) -> None:
    if out.suffix.lower() != ".zip":
        raise click.UsageError(f"{out.name} does not end in .zip")
    if not out.parent.is_dir():
        raise click.UsageError(f"there is no folder {out.parent}")


@evidence.command("verify")
@click.argument("pack", type=_THERE)
@click.option("--key", type=_FILE, help="The organisation's public key, by another way.")
@click.option("--previous", type=_THERE, help="The pack before, if this one names one.")
@click.option("--pack", "whole", type=_THERE, help="Of a sample: the pack it was drawn from.")
def verify(pack: Path, key: Path | None, previous: Path | None, whole: Path | None) -> None:
    """Say of a pack or a sample, zip or folder, whether it is what was written and sealed.

    It needs no store; verify.py in each pack does the same without this program. Each check is a
    line. Exits with 1 where one did not hold, and with 2 where there is nothing to check.

    Example: lrs evidence verify pack.zip --key key.pub
    """
    from lrs.evidence.verifying import command

    raise SystemExit(command.report_on(pack, key, click.echo, previous, whole))


@evidence.command("sample")
@click.argument("pack", type=_THERE)
@click.option("--seed", help="What the lot is drawn with: any text, which is put on record.")
@click.option("--size", type=click.IntRange(1, 1_000), help="How many people; 25.")
@click.option("--by", "by", help="What strata differ in: role, kind, joiner, leaver, unit.")
@click.option("--ids", type=_FILE, help="Instead: a file of ids, one a line.")
@click.option("--pseudonymise", "key", type=_THERE, help="The key of a pack with pseudonyms.")
@click.option("--out", type=_FILE, required=True, help="The sample: a file that ends in .zip.")
def sample(
    pack: Path,
    seed: str | None,
    size: int | None,
    by: str | None,
    ids: Path | None,
    key: Path | None,
    out: Path,
) -> None:
    """Draw people from a pack, and write all that is behind their rows, with source records and
    the proof of each that it is in the sealed log.

    Who has the pack draws the same people from it: README.txt says how. Prints the file, its
    SHA-256 and the id of the key that signed it, and on stderr the strata.

    Example: lrs evidence sample pack.zip --seed 20261231 --size 25 --by role,kind,joiner
    --out sample.zip
    """
    wanted = _wanted(seed, size, by, ids)
    _place(out)
    from lrs.evidence import sample as sampling

    with _careful(out), cli_ground.opened() as store:
        secret = _secret(key)
        made = sampling.write(store, pack, sampling.Wanted(*wanted), out, secret, _Progress().tell)
    click.echo(f"{out}\t{made.bound.sha256}\t{made.bound.key}")
    for each in made.strata:
        click.echo(f"{each.drawn:>6} of {each.people:,} {each.name}", err=True)
    click.echo(f"{len(made.people)} people, {made.records:,} records with proofs", err=True)
    if key is not None:
        click.echo("the records name people: this sample has no pseudonyms", err=True)


def _wanted(
    seed: str | None, size: int | None, by: str | None, ids: Path | None
) -> tuple[str, int, tuple[str, ...], tuple[str, ...]]:
    from lrs.evidence.verifying.lots import STRATA
    from scormkit.problems import did_you_mean

    strata = tuple(dict.fromkeys(word.strip() for word in (by or "").split(",") if word.strip()))
    for word in strata:
        if word not in STRATA:
            near = did_you_mean(word, STRATA, f"there are {', '.join(STRATA)}")
            raise click.UsageError(f"--by {word} is nothing to stratify by; {near}")
    if ids is not None:
        if seed is not None or size is not None:
            raise click.UsageError("--ids says who it is: without --seed and --size")
        return "", 0, strata, _listed(ids)
    if not seed:
        raise click.UsageError("give --seed, with which others draw the same; or --ids")
    return seed, size or 25, strata, ()


def _listed(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path} can't be read as a list of ids: {error}") from error
    found = tuple(line.strip() for line in lines if line.strip())
    if not found:
        raise click.UsageError(f"{path} has no id in it; write one a line")
    return found


def _secret(path: Path | None) -> bytes | None:
    if path is None:
        return None
    from lrs.evidence import pseudonyms

    try:
        return pseudonyms.key(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path} can't be read as a key of pseudonyms: {error}") from error


class _Progress:
    """What is being done, on stderr; not more often than every few seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def tell(self, what: str) -> None:
        """It is here now."""
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            click.echo(f"{what} ...", err=True)


@contextmanager
def _careful(out: Path) -> Iterator[None]:
    """Clean up behind what is asked to end; one line for what can't be written."""

    def ended(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, ended)
    try:
        yield
    except OSError as error:
        _fail(f"{out} can't be written: {error.strerror or error}; nothing was changed")
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    raise SystemExit(1)

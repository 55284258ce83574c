"""The commands of `scormkit text`: texts to translators and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scormkit.sources import ANY_PATH, scenarios

if TYPE_CHECKING:
    from scormkit.exchange.library import Shelf

FORMAT_NAMES = ("xliff", "po")


@click.group("text")
def texts() -> None:
    """Texts to translators and back: export, import, status.

    Example: scormkit text status scenarios
    """


@texts.command("export")
@click.argument(
    "source", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@click.option("--language", required=True, help="Into which language: de, pt-BR ...")
@click.option("--format", "form", type=click.Choice(FORMAT_NAMES), default="xliff")
@click.option(
    "--out", type=ANY_PATH, help="The file; SLUG.LANGUAGE.xlf or .po by default, - to pipe."
)
@click.option("--player", is_flag=True, help="The player's own words instead of a scenario.")
def export_texts(
    source: Path | None, language: str, form: str, out: Path | None, player: bool
) -> None:
    """Write the texts of a scenario to a file for a translator.

    What is translated already goes along; what is not, or no longer fits, is marked as to be done.

    Example: scormkit text export scenarios/phishing.yaml --language de
    """
    from scormkit.exchange import exporting

    shelf = _shelf(source, language, player)
    out = out or exporting.file_name(shelf, form)
    told = exporting.export(shelf, form).encode()
    if str(out) == "-":
        click.echo(told, nl=False)
        return
    try:
        out.write_bytes(told)
    except OSError as error:
        raise click.ClickException(f"{error.filename or out}: {error.strerror}") from error
    click.echo(f"wrote {out}", err=True)


@texts.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", type=ANY_PATH, help="Where the scenario lies; scenarios/ by default.")
@click.option("--good-only", is_flag=True, help="Take the good texts where others are wrong.")
def import_texts(file: Path, into: Path | None, good_only: bool) -> None:
    """Take a translator's file into SLUG.LANGUAGE.yaml beside the scenario.

    Each text is looked at; with anything wrong nothing is written. What is not translated yet
    stays out.

    Example: scormkit text import phishing.de.xlf
    """
    from scormkit import problems
    from scormkit.exchange import importing

    try:
        found = importing.bring(file, into, good_only)
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror}") from error
    click.echo(problems.report(found.problems, importing.told(found)), err=True)
    raise SystemExit(1 if found.problems else 0)


@texts.command("status")
@click.argument("sources", nargs=-1, type=ANY_PATH)
@click.option("--language", "languages", multiple=True, help="Only this language; repeatable.")
@click.option("--player", is_flag=True, help="The player's own words, beside SOURCES if any.")
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON, every text.")
@click.option("--strict", is_flag=True, help="Exit 1 where something is missing or stale.")
@click.option("--accept", is_flag=True, help="Texts of unknown age fit: note that first.")
@click.option("--accept-stale", is_flag=True, help="Stale ones too: somebody has read them again.")
def text_status(
    sources: Sequence[Path],
    languages: Sequence[str],
    player: bool,
    as_json: bool,
    strict: bool,
    accept: bool,
    accept_stale: bool,
) -> None:
    """Say what is translated, missing, stale (its source has changed) or orphaned (it is gone).

    SOURCES are scenario files or folders of them; scenarios/ if left out.

    Example: scormkit text status scenarios/phishing.yaml --language de
    """
    from scormkit.exchange import library, status

    wanted: list[tuple[Path | None, str]] = [
        (source, language)
        for source in ([] if player and not sources else scenarios(sources))
        for language in languages or library.languages(source)
    ]
    if player:
        wanted += [(None, name) for name in languages or library.player_languages()]
    shelves = [_shelf(source, language, source is None) for source, language in wanted]
    if accept or accept_stale:
        noted = sum(status.accept(shelf, accept_stale) for shelf in shelves)
        click.echo(f"{noted} noted as fitting", err=True)
        shelves = [_shelf(source, language, source is None) for source, language in wanted]
    found = [status.status(shelf) for shelf in shelves]
    click.echo(status.as_json(found) if as_json else status.as_text(found) or "no translations")
    raise SystemExit(1 if strict and not all(each.is_done for each in found) else 0)


def _shelf(source: Path | None, language: str, player: bool) -> Shelf:
    """The texts that are asked for; ends the command where they cannot be read."""
    from scormkit import problems
    from scormkit.exchange import importing, library

    if not importing.LANGUAGE.fullmatch(language):
        raise click.UsageError(f'"{language}" is no language tag; write it like de or pt-BR')
    if player is (source is not None):
        raise click.UsageError("name one scenario, or say --player")
    shelf = library.player(language) if source is None else library.scenario(source, language)
    if shelf.problems:
        click.echo(problems.report(shelf.problems), err=True)
        raise SystemExit(1)
    if language == shelf.own_language:
        raise click.UsageError(f'the texts are in "{language}" already')
    return shelf

"""The scormkit command."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from scormkit import __version__
from scormkit.sources import ANY_PATH, Source, scenarios
from scormkit.text_commands import texts

if TYPE_CHECKING:
    from scormkit.builder import Report
    from scormkit.draft import Draft
    from scormkit.problems import Problem
    from scormkit.reporting.checked import Checked
    from scormkit.store import Given

FORMATS = ("text", "json", "sarif", "junit")
EDITION_NAMES = ("scorm12", "scorm2004-3", "scorm2004-4")
LMS_NAMES = ("moodle", "cornerstone", "docebo", "successfactors", "workday", "knowbe4")
PSEUDO_LANGUAGES = ("en-XA", "ar-XB")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scormkit")
def main() -> None:
    """Security-awareness scenarios in YAML to packages for any conforming LMS.

    Begin with: scormkit new my-first-scenario
    """


main.add_command(texts)


@main.command()
@click.argument("sources", nargs=-1, type=ANY_PATH)
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="What to print; text by default.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--sarif", "sarif_file", type=ANY_PATH, help="Write a SARIF file as well.")
@click.option("--junit", "junit_file", type=ANY_PATH, help="Write a JUnit file as well.")
@click.option("--ways", is_flag=True, help="Print each ending's scores, and plays as tests.")
@click.option("--explain", metavar="CODE", help="Say what a problem code means, and stop.")
def check(
    sources: Sequence[Path],
    strict: bool,
    form: str,
    as_json: bool,
    sarif_file: Path | None,
    junit_file: Path | None,
    ways: bool,
    explain: str | None,
) -> None:
    """Say everything that is wrong with scenarios, each at its place.

    SOURCES are scenario files or folders of them; scenarios/ if left out.

    Example: scormkit check scenarios/phishing.yaml
    """
    if explain is not None:
        _explain(explain)
    form = "json" if as_json else form
    if ways:
        if form not in ("text", "json") or sarif_file or junit_file:
            raise click.UsageError("--ways goes with --format text or json, and writes no report")
        _show_ways(scenarios(sources), as_json=form == "json")
    from scormkit import problems
    from scormkit.reporting import checked

    every = [checked.check(source) for source in scenarios(sources)]
    found = [problem for each in every for problem in each.problems]
    for name, file in (("sarif", sarif_file), ("junit", junit_file)):
        if file is not None:
            _write(file, _reported(name, every, found, strict))
    if form == "text":
        click.echo(problems.report(found), err=bool(found))
    else:
        click.echo(_reported(form, every, found, strict).rstrip())
    raise SystemExit(1 if problems.has_errors(found) or (strict and found) else 0)


def _explain(code: str) -> NoReturn:
    from scormkit import codes

    try:
        click.echo(codes.explained(code))
    except codes.UnknownCodeError as error:
        raise click.UsageError(str(error)) from error
    raise SystemExit(0)


def _show_ways(sources: Sequence[Path], as_json: bool) -> NoReturn:
    """What each story can come to; ends the command."""
    from scormkit import ways

    told = {}
    for source in sources:
        bundle, found = _drafted(source, "no ways can be told yet")
        assert found.ways is not None  # as there is a bundle
        try:
            endings = told[source.stem] = ways.reached(found.ways, found.tests)
        except ways.TooWideError as error:
            raise click.ClickException(f"{source}: {error}") from error
        if not as_json:
            click.echo(ways.as_tests(bundle, endings))
    if as_json:
        click.echo(ways.as_json(told))
    raise SystemExit(0)


def _reported(form: str, every: Sequence[Checked], found: Sequence[Problem], strict: bool) -> str:
    """The problems in a form for programs."""
    if form == "sarif":
        from scormkit.reporting.sarif import sarif

        return sarif(found, Path())
    if form == "junit":
        from scormkit.reporting.junit import junit

        return junit(every, strict)
    from scormkit import problems

    return problems.as_json(found)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


@main.command()
@click.argument("sources", nargs=-1, type=ANY_PATH)
@click.option("--out", type=ANY_PATH, default=Path("build"), help="Where to; build/ by default.")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    type=click.Choice(EDITION_NAMES),
    help="Only this edition; may be repeated. All by default.",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes at once; one a core by default.")
@click.option("--strict", is_flag=True, help="Build nothing where there is a warning.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--lrs", metavar="URL", default="", help="Send xAPI statements to this store.")
@click.option(
    "--key",
    metavar="KEY:SECRET",
    default="",
    help="The player's key for that store; or set SCORMKIT_LRS_KEY.",
)
@click.option("--lms-home-page", metavar="URL", default="", help="What the store calls your LMS.")
def build(
    sources: Sequence[Path],
    out: Path,
    editions: Sequence[str],
    jobs: int | None,
    strict: bool,
    quiet: bool,
    lrs: str,
    key: str,
    lms_home_page: str,
) -> None:
    """Compile scenarios to packages; only what changed is built again.

    SOURCES are scenario files or folders of them; scenarios/ if left out. With any error nothing
    is built, and the packages of the last good build stay.

    Example: scormkit build scenarios --out build --edition scorm12
    """
    # What a build makes stays: to look for garbage after every 700 objects takes a tenth of it.
    gc.set_threshold(50_000)
    from scormkit import builder, problems

    given = _given_store(lrs, key, lms_home_page)
    wanted = [name for name in EDITION_NAMES if name in editions] or list(EDITION_NAMES)
    progress = None if quiet or not sys.stderr.isatty() else _progress
    try:
        report = builder.build(scenarios(sources), out, wanted, jobs, progress, strict, given)
    except OSError as error:
        raise click.ClickException(f"{error.filename or out}: {error.strerror}") from error
    outcome = "nothing was built" if report.refused else _outcome(report, out)
    if report.problems:
        click.echo(problems.report(report.problems, outcome), err=True)
    else:
        click.echo(outcome, err=True)
    raise SystemExit(1 if report.refused else 0)


def _given_store(url: str, key: str, home_page: str) -> Given:
    """What the command was told of a store; a value that can't be one ends it."""
    from scormkit import store

    kept = os.environ.get(store.ENVIRONMENT, "")
    told = (
        ("--lrs", "url", url),
        ("--key", "key", key),
        (store.ENVIRONMENT, "key", kept),
        ("--lms-home-page", "lms_home_page", home_page),
    )
    for option, name, value in told:
        if value and (wrong := store.complaint(name, value)):
            shown = "" if name == "key" else f'"{value}" does not fit; '
            raise click.UsageError(f"{option}: {shown}{wrong}")
    return store.Given(url, key, home_page, kept)


@main.command()
@click.argument("source", type=Source())
@click.option("--port", type=click.IntRange(0, 65535), default=8500, help="8500 by default.")
@click.option("--open/--no-open", "show", default=True, help="Open the browser, or do not.")
@click.option(
    "--pseudo",
    type=click.Choice(PSEUDO_LANGUAGES),
    help="In a language that nobody speaks: en-XA is longer, ar-XB runs from right to left.",
)
def preview(source: Path, port: int, show: bool, pseudo: str | None) -> None:
    """Play a scenario in the browser beside a small strict LMS; follows your edits.

    Example: scormkit preview scenarios/phishing.yaml
    """
    import threading
    import webbrowser

    from scormkit import preview as bench
    from scormkit import problems

    try:
        server, workshop = bench.serve(source, port, pseudo or "")
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror}; try --port 0") from error
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    ready = f"preview at {address}, Ctrl+C ends it"
    stopped = threading.Event()
    try:
        threading.Thread(target=bench.follow, args=(workshop, stopped), daemon=True).start()
        click.echo(problems.report(workshop.found, ready), err=True)
        if show:
            webbrowser.open(address)
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("", err=True)
    finally:
        stopped.set()
        server.server_close()


@main.command()
@click.argument("slug")
@click.option(
    "--into", type=ANY_PATH, default=Path("scenarios"), help="The folder; scenarios/ by default."
)
def new(slug: str, into: Path) -> None:
    """Write a small working scenario to begin from.

    Example: scormkit new parcel-scam
    """
    from scormkit import starter

    try:
        written = starter.write(slug, into)
    except starter.StarterError as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        click.echo(f"wrote {path}", err=True)
    click.echo(f"next: scormkit check {written[-1]}", err=True)


@main.command("inspect")
@click.argument("package", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--lms", type=click.Choice(LMS_NAMES), help="Only this LMS, as it takes the package.")
def inspect_zip(package: Path, as_json: bool, lms: str | None) -> None:
    """Say what a package is and what is wrong with it: SCORM, cmi5 or xAPI, of any maker.

    PACKAGE is a zip. It is read where it is, nothing is unpacked, and a hostile one is refused.

    Example: scormkit inspect build/phishing-scorm12.zip --lms moodle
    """
    from scormkit import problems
    from scormkit.inspection import report
    from scormkit.inspection.inspector import inspect_package

    try:
        found = inspect_package(package, lms or "")
    except OSError as error:
        raise click.ClickException(f"{package}: {error.strerror}") from error
    click.echo(report.as_json(found) if as_json else report.as_text(found))
    raise SystemExit(1 if problems.has_errors(found.problems) else 0)


@main.command()
@click.argument("source", type=Source())
@click.option("--mermaid", is_flag=True, help="Mermaid text instead of a picture.")
@click.option("--out", type=ANY_PATH, help="The file to write; standard output by default.")
def graph(source: Path, mermaid: bool, out: Path | None) -> None:
    """Draw a scenario: scenes, acts and endings as an SVG, with its problems in their places.

    Example: scormkit graph scenarios/phishing.yaml --out phishing.svg
    """
    from scormkit import graph, problems

    bundle, found = _drafted(source, "nothing was drawn")
    if mermaid:
        text = graph.mermaid(bundle)
    else:
        text = graph.svg(bundle, found.notes, scores=graph.ranges(bundle, found.ways))
    if out is None:
        click.echo(text, nl=False)
    else:
        _write(out, text)
    if found.problems or out:
        outcome = f"wrote {out}" if out else "drawn"
        click.echo(problems.report(found.problems, outcome), err=True)


@main.command()
@click.argument("source", type=Source())
@click.option("--seed", type=click.IntRange(0), default=0, help="Which variants; 0 by default.")
@click.option("--missed", multiple=True, help="An objective missed in the try before; repeatable.")
@click.option("--script", type=click.File(encoding="utf-8"), help="The act ids; - to pipe them.")
@click.option("--json", "as_json", is_flag=True, help="Print the transcript as JSON.")
def play(
    source: Path, seed: int, missed: Sequence[str], script: TextIO | None, as_json: bool
) -> None:
    """Play a scenario in the terminal, by hand or from a script of act ids, one a line.

    Example: scormkit play scenarios/phishing.yaml --seed 3
    """
    from scormkit import problems, terminal, transcript
    from scormkit.paper import paper
    from scormkit.play import PlayError

    bundle, found = _drafted(source, "it cannot be played yet")
    if problems.has_errors(found.problems):
        click.echo(problems.report(found.problems, "played all the same"), err=True)
    # With --json the story goes to the other stream, so that the data stands alone.
    sheet = paper(sys.stderr if as_json else sys.stdout)
    try:
        terminal.refuse_unknown(bundle, missed)
        if script is not None:
            acts = terminal.acts_of(script.read())
            states = terminal.scripted(bundle, acts, seed, missed)
            words = "\n\n".join(block for block in terminal.told(bundle, states, sheet) if block)
        else:
            states = terminal.by_hand(bundle, sys.stdin, sheet, seed, missed)
            words = transcript.as_test(bundle, states)
    except (terminal.ScriptError, PlayError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(transcript.as_json(bundle, states) if as_json else words)


def _drafted(source: Path, refusal: str) -> tuple[dict[str, Any], Draft]:
    """The bundle, and what is wrong with it; ends the command where there is none."""
    from scormkit import problems
    from scormkit.draft import draft

    found = draft(source)
    if found.bundle is None:
        click.echo(problems.report(found.problems, refusal), err=True)
        raise SystemExit(1)
    return found.bundle, found


def _progress(done: int, of: int, name: str) -> None:
    end = "\n" if done == of else ""
    click.echo(f"\r\033[K{done} of {of}: {name}{end}", nl=False, err=True)


def _outcome(report: Report, out: Path) -> str:
    parts = [f"{len(report.built)} built", f"{len(report.unchanged)} unchanged"]
    parts += [f"{len(report.removed)} removed"] if report.removed else []
    return f"{', '.join(parts)}; see {out / 'index.html'}"


if __name__ == "__main__":
    main()

"""The scormkit command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from scormkit import __version__

EDITION_NAMES = ("scorm12", "scorm2004-3", "scorm2004-4")
_NOT_SCENARIOS = ("organisation.yaml", "programme.yaml")
_SOURCES = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scormkit")
def main() -> None:
    """Security-awareness scenarios in YAML to packages for any conforming LMS.

    Begin with: scormkit new my-first-scenario
    """


@main.command()
@click.argument("sources", nargs=-1, type=_SOURCES)
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
def check(sources: Sequence[Path], as_json: bool, strict: bool) -> None:
    """Say everything that is wrong with scenarios, each at its place.

    SOURCES are scenario files or folders of them; scenarios/ if left out.

    Example: scormkit check scenarios/phishing.yaml
    """
    from scormkit import problems
    from scormkit.compiler import compile_file

    found = [p for source in _scenarios(sources) for p in compile_file(source).problems]
    if as_json:
        click.echo(problems.as_json(found))
    else:
        click.echo(problems.report(found), err=bool(found))
    raise SystemExit(1 if problems.has_errors(found) or (strict and found) else 0)


@main.command()
@click.argument("sources", nargs=-1, type=_SOURCES)
@click.option("--out", type=_SOURCES, default=Path("build"), help="Where to; build/ by default.")
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
def build(
    sources: Sequence[Path],
    out: Path,
    editions: Sequence[str],
    jobs: int | None,
    strict: bool,
    quiet: bool,
) -> None:
    """Compile scenarios to packages; only what changed is built again.

    SOURCES are scenario files or folders of them; scenarios/ if left out. With any error nothing
    is built, and the packages of the last good build stay.

    Example: scormkit build scenarios --out build --edition scorm12
    """
    from scormkit import builder, problems

    wanted = [name for name in EDITION_NAMES if name in editions] or list(EDITION_NAMES)
    progress = None if quiet or not sys.stderr.isatty() else _progress
    try:
        report = builder.build(_scenarios(sources), out, wanted, jobs, progress, strict)
    except OSError as error:
        raise click.ClickException(f"{error.filename or out}: {error.strerror}") from error
    outcome = "nothing was built" if report.refused else _outcome(report, out)
    if report.problems:
        click.echo(problems.report(report.problems, outcome), err=True)
    else:
        click.echo(outcome, err=True)
    raise SystemExit(1 if report.refused else 0)


@main.command()
@click.argument("slug")
@click.option(
    "--into", type=_SOURCES, default=Path("scenarios"), help="The folder; scenarios/ by default."
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


def _scenarios(sources: Sequence[Path]) -> list[Path]:
    """The scenario files that are named, or lie in the folders that are named."""
    found: list[Path] = []
    for source in sources or (Path("scenarios"),):
        if source.is_dir():
            files = sorted(source.glob("*.yaml"))
            found += [f for f in files if f.name not in _NOT_SCENARIOS and "." not in f.stem]
        elif source.is_file():
            found.append(source)
        else:
            raise click.UsageError(f'there is no file or folder "{source}"')
    if not found:
        raise click.UsageError("there is no scenario here; begin with: scormkit new my-slug")
    return list(dict.fromkeys(found))


def _progress(done: int, of: int, name: str) -> None:
    end = "\n" if done == of else ""
    click.echo(f"\r\033[K{done} of {of}: {name}{end}", nl=False, err=True)


def _outcome(report: object, out: Path) -> str:
    built = len(getattr(report, "built", ()))
    unchanged = len(getattr(report, "unchanged", ()))
    removed = len(getattr(report, "removed", ()))
    parts = [f"{built} built", f"{unchanged} unchanged"]
    parts += [f"{removed} removed"] if removed else []
    return f"{', '.join(parts)}; see {out / 'index.html'}"


if __name__ == "__main__":
    main()

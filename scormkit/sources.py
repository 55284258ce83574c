"""Which scenario files a command is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

ANY_PATH = click.Path(path_type=Path)
_NOT_SCENARIOS = ("organisation.yaml", "programme.yaml")


def scenarios(sources: Sequence[Path]) -> list[Path]:
    """The scenario files that are named, or lie in the folders that are named; by default in
    scenarios/. Raises click.UsageError where there is none."""
    found: list[Path] = []
    for source in sources or (Path("scenarios"),):
        if source.is_dir():
            _refuse_yml(source)
            found += [file for file in sorted(source.glob("*.yaml")) if _is_scenario(file)]
        elif source.is_file():
            found.append(_named(source))
        else:
            raise click.UsageError(f'there is no file or folder "{source}"{_meant(source)}')
    if not found:
        raise click.UsageError("there is no scenario here; begin with: scormkit new my-slug")
    return list(dict.fromkeys(found))


def _is_scenario(file: Path) -> bool:
    return file.name not in _NOT_SCENARIOS and "." not in file.stem


def _named(file: Path) -> Path:
    """A file that is named, unless it is only read along with a scenario."""
    own = file.with_name(f"{file.name.split('.')[0]}.yaml")
    if own.name in _NOT_SCENARIOS:
        hint = "it is read with each scenario beside it; name those, or their folder"
        raise click.UsageError(f'"{file}" is no scenario; {hint}')
    if own != file and own.is_file():
        raise click.UsageError(f'"{file}" holds a scenario in another language: name {own}')
    return file


def _refuse_yml(folder: Path) -> None:
    """A scenario that no build would notice is not passed over in silence."""
    for file in sorted(folder.glob("*.yml")):
        raise click.UsageError(f"{file} would not be seen; rename it to {file.stem}.yaml")


def _meant(source: Path) -> str:
    """What to do about a path that leads nowhere."""
    if source == Path("scenarios"):
        inside = "; you are inside it: cd .." if Path.cwd().name == "scenarios" else ""
        return inside or "; name one, or begin with: scormkit new my-slug"
    slugs = {source.stem, source.name}
    near = next((p for slug in slugs if (p := Path("scenarios") / f"{slug}.yaml").is_file()), None)
    return f'; did you mean "{near}"?' if near else ""


class Source(click.Path):
    """The path of one scenario file; where there is none, the message says what was meant."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, exists=True, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        if not path.exists():
            self.fail(f'there is no file "{path}"{_meant(path)}', param, ctx)
        return super().convert(value, param, ctx)

"""Which scenario files a command is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

ANY_PATH = click.Path(path_type=Path)
_NOT_SCENARIOS = ("organisation.yaml", "programme.yaml")


def scenarios(sources: Sequence[Path]) -> list[Path]:
    """The scenario files that are named, or lie in the folders that are named; by default in
    scenarios/. Raises click.UsageError where there is none."""
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

"""A small working scenario to begin from."""

from __future__ import annotations

import re
from pathlib import Path

from scormkit import resources
from scormkit.schema import name_hint

_SCHEMAS = ("scenario", "organisation", "translation")  # what an editor completes
_OURS = "../schemas"  # beside the scenarios of a checkout
_COPIED = ".schemas"
_TAKEN = ("organisation", "programme")  # files that lie beside the scenarios


class StarterError(Exception):
    """Nothing was written; the message says why and what to do."""


def write(slug: str, folder: Path) -> list[Path]:
    """The files written: organisation.yaml where there is none, and the scenario last; before
    them the schemas' folder, where there was none for an editor to find."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", slug):
        example = name_hint(slug) or 'for example "parcel-scam"'
        raise StarterError(
            f'"{slug}" cannot be a slug; use lower-case letters (a to z), digits and hyphens, '
            f"a letter first, at most 40, {example}"
        )
    if slug in _TAKEN:
        raise StarterError(f"{slug}.yaml has a meaning of its own; choose another slug")
    if folder == Path("scenarios") and not folder.exists() and _among_scenarios(Path.cwd()):
        raise StarterError("you are inside the folder scenarios; cd .., or say --into .")
    path = folder / f"{slug}.yaml"
    if path.exists():
        raise StarterError(f"{path} is there already; choose another slug")
    folder.mkdir(parents=True, exist_ok=True)
    schemas, written = _schemas(folder)
    organisation = folder / "organisation.yaml"
    if not organisation.exists():
        _copy("organisation", schemas, organisation)
        written.append(organisation)
    _copy("scenario", schemas, path, slug)
    return [*written, path]


def _among_scenarios(here: Path) -> bool:
    """Whether another folder in this one would be a folder of scenarios inside a folder of them."""
    return here.name == "scenarios" and (here / "organisation.yaml").is_file()


def _schemas(folder: Path) -> tuple[str, list[Path]]:
    """Where an editor finds the schemas, as seen from the folder, and what was written for that:
    a copy, brought up to date each time, unless ours lie beside the folder."""
    if (folder / _OURS / "scenario.schema.json").is_file():
        return _OURS, []
    copies = folder / _COPIED
    new = not copies.exists()
    copies.mkdir(exist_ok=True)
    for name in _SCHEMAS:
        file = f"{name}.schema.json"
        (copies / file).write_bytes(resources.schema(file))
    return _COPIED, [copies] if new else []


def _copy(name: str, schemas: str, path: Path, slug: str = "") -> None:
    text = resources.text(f"starter_files/{name}.yaml").replace("my-scenario", slug)
    line = f"# yaml-language-server: $schema={schemas}/{name}.schema.json\n"
    path.write_text(line + text, encoding="utf-8")

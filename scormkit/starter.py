"""A small working scenario to begin from."""

from __future__ import annotations

import re
from pathlib import Path

from scormkit import resources
from scormkit.schema import name_hint

_TAKEN = ("organisation", "programme")  # files that lie beside the scenarios


class StarterError(Exception):
    """Nothing was written; the message says why and what to do."""


def write(slug: str, folder: Path) -> list[Path]:
    """The files written: organisation.yaml where there is none, and the scenario last."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", slug):
        example = name_hint(slug) or 'for example "parcel-scam"'
        raise StarterError(
            f'"{slug}" cannot be a slug; use lower-case letters (a to z), digits and hyphens, '
            f"a letter first, at most 40, {example}"
        )
    if slug in _TAKEN:
        raise StarterError(f"{slug}.yaml has a meaning of its own; choose another slug")
    path = folder / f"{slug}.yaml"
    if path.exists():
        raise StarterError(f"{path} is there already; choose another slug")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    organisation = folder / "organisation.yaml"
    if not organisation.exists():
        organisation.write_text(resources.text("starter_files/organisation.yaml"), encoding="utf-8")
        written.append(organisation)
    text = resources.text("starter_files/scenario.yaml").replace("my-scenario", slug)
    path.write_text(text, encoding="utf-8")
    return [*written, path]

"""Which exercises there are to ask for: those in a folder of scenarios, or in a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scormkit import document
from scormkit.document import DocumentError

BESIDE = ("organisation", "programme")  # files in that folder that are no scenarios


@dataclass(frozen=True)
class Known:
    """A scenario that there is: its version, and the options of its pools of variants. An empty
    version and None: its file can't be read now, which the compiler will say better."""

    version: str = ""
    variants: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)


def in_folder(folder: Path) -> dict[str, Known]:
    """The scenarios in a folder, by slug."""
    files = sorted(folder.glob("*.yaml"))
    return {p.stem: _known(p) for p in files if "." not in p.stem and p.stem not in BESIDE}


def _known(path: Path) -> Known:
    try:
        data = document.read(path).data
    except DocumentError:
        return Known(variants=None)
    if not isinstance(data, dict):
        return Known(variants=None)
    pools = data.get("variants", {})
    return Known(str(data.get("version", "")), _options(pools) if isinstance(pools, dict) else None)


def _options(pools: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {pool: tuple(options) for pool, options in pools.items() if isinstance(options, dict)}


def in_bundle(bundle: Mapping[str, Any]) -> Known:
    """The scenario of a bundle."""
    pools = {
        pool: tuple(option["id"] for option in told["options"])
        for pool, told in bundle.get("variants", {}).items()
    }
    return Known(bundle["version"], pools)

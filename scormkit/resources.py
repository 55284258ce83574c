"""What travels with the code, from a checkout or from a wheel: the player, the schemas."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

_CODE = Path(__file__).parent  # importlib.resources would bring zipfile and tempfile along


@functools.cache
def schemas() -> Path:
    """The folder of the schemas: inside the package in a wheel, beside it in a checkout."""
    packed = _CODE / "schemas"
    return packed if packed.is_dir() else _CODE.parent / "schemas"


@functools.cache
def schema(name: str) -> bytes:
    """One schema by its path, such as "catalogue.schema.json"."""
    return (schemas() / name).read_bytes()


@functools.cache
def schema_names(folder: str) -> tuple[str, ...]:
    """The names of the XSDs of one edition, sorted."""
    entries = (schemas() / folder).iterdir()
    return tuple(sorted(entry.name for entry in entries if entry.name.endswith(".xsd")))


@functools.cache
def player(name: str) -> bytes:
    """One file of the player by its path, such as "channels/inbox.js"."""
    return (_CODE / "player" / name).read_bytes()


@functools.cache
def has_player(name: str) -> bool:
    """Whether the player has this file."""
    return (_CODE / "player" / name).is_file()


def has(name: str) -> bool:
    """Whether the package has this file, for example the player's words in a language."""
    return (_CODE / name).is_file()


def text(name: str) -> str:
    """A text file of the package itself, such as the template of the catalogue's page."""
    return (_CODE / name).read_text(encoding="utf-8")


def folder(name: str) -> Path:
    """A folder of the package itself on disk, such as that of the player's words."""
    return _CODE / name


def shipped() -> Iterator[tuple[str, bytes]]:
    """Every file that decides what a build makes, with its path: code, player, words, schemas."""
    kinds = (".py", ".js", ".css", ".html", ".yaml", ".json", ".xsd")
    yield from _walk(_CODE, "scormkit", kinds)
    if not (_CODE / "schemas").is_dir():
        yield from _walk(schemas(), "scormkit/schemas", kinds)


def _walk(folder: Path, path: str, kinds: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.name.endswith(kinds):
            yield name, entry.read_bytes()
        elif entry.name != "__pycache__" and entry.is_dir():
            yield from _walk(entry, name, kinds)

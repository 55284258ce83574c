"""The file beside a scenario that holds its texts in a language, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from scormkit import archive, document
from scormkit.document import Document

SOURCES = "sources"


def beside(source: Path, language: str) -> Path:
    """Where the translation of a scenario lies."""
    return source.with_name(f"{source.stem}.{language}.yaml")


def ordered(values: Mapping[str, str], order: Iterable[str]) -> dict[str, str]:
    """The values in an order; those that it does not name come last, as they stood."""
    first = [key for key in order if key in values]
    return {key: values[key] for key in dict.fromkeys([*first, *values])}


def whole(head: Mapping[str, str], texts: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """The file of a scenario's texts."""
    noted = {key: _Digest(sources[key]) for key in texts if key in sources}
    return _checked({**head, "texts": dict(texts), **({SOURCES: noted} if noted else {})})


def words(texts: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """The file of the player's words, which stand in it without a heading."""
    noted = {key: _Digest(sources[key]) for key in texts if key in sources}
    return _checked({**texts, **({SOURCES: noted} if noted else {})})


def with_sources(text: str, read: Document, sources: Mapping[str, str]) -> str | None:
    """A file's text with other digests and all else untouched, remarks too (but those among the
    digests); None where its form does not allow it (a mapping in braces over several lines)."""
    lines = text.splitlines(keepends=True)
    tops = sorted((mark.line, key[0]) for key, mark in read.keys.items() if len(key) == 1)
    block = _dumped({SOURCES: {key: _Digest(value) for key, value in sources.items()}})
    at = next((line for line, key in tops if key == SOURCES), len(lines) + 1)
    inside = (mark.line for key, mark in read.keys.items() if key[0] == SOURCES)
    after = max(inside, default=len(lines)) + 1
    before = "".join(lines[: at - 1])
    made = before + ("" if before.endswith("\n") else "\n") + block + "".join(lines[after - 1 :])
    wanted = {**read.data, SOURCES: dict(sources)}
    try:
        fits = document.parse(made.encode(), read.file).data == wanted
    except document.DocumentError:
        return None
    return made if fits else None


def write(path: Path, text: str) -> None:
    """Puts the text into the file, whole or not at all."""
    archive.write_file(path, text.encode())


class _Digest(str):
    """Always in quotes: 12345678 and 1e234567 would be numbers."""


class _Dumper(yaml.SafeDumper):
    """Block style, long lines left long, and quotes wherever our reader would see no text."""


def _represented(dumper: _Dumper, text: str) -> Any:
    style = None
    if isinstance(text, _Digest):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif document.plain(text) != text:
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style)


_Dumper.add_representer(str, _represented)
_Dumper.add_representer(_Digest, _represented)


def _dumped(data: Mapping[str, Any]) -> str:
    return yaml.dump(
        dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")
    )


def _checked(data: Mapping[str, Any]) -> str:
    text = _dumped(data)
    if document.parse(text.encode(), "written").data != data:
        raise AssertionError("what is written is read back as something else")
    return text

"""What of a bundle reads differently in another language, text by text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def overlay(bundle: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What of a bundle reads differently in another language, by dotted path."""
    texts = {
        path: value
        for path, value in _leaves(other, "")
        if isinstance(value, str) and _at(bundle, path) != value
    }
    for key in ("digest", "rules", "language", "dir", "version"):
        texts.pop(key, None)
    return {"dir": other["dir"], "texts": texts}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for n, child in enumerate(value):
            yield from _leaves(child, f"{path}.{n}")
    else:
        yield path, value


def _at(value: Any, path: str) -> Any:
    """The leaf at a dotted path; at each level the longest key that fits: some hold dots."""
    steps = path.split(".")
    while steps:
        size = 1
        if isinstance(value, list):
            value = value[int(steps[0])]
        elif isinstance(value, Mapping):
            fitting = (n for n in range(len(steps), 0, -1) if ".".join(steps[:n]) in value)
            size = next(fitting, 0)
            if not size:
                return None
            value = value[".".join(steps[:size])]
        else:
            return None
        steps = steps[size:]
    return value

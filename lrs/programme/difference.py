"""What changed from one programme to another, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scormkit.document import Route


def differences(before: Any, after: Any, route: Route = ()) -> Iterator[str]:
    """A line for each place in which two documents' data differ, by path: `+` what came, `-` what
    went, `~` what is another now. The order of keys tells nothing, that of a list does."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            if key not in after:
                yield _line("-", (*route, key), before[key])
            elif key not in before:
                yield _line("+", (*route, key), after[key])
            else:
                yield from differences(before[key], after[key], (*route, key))
    elif isinstance(before, list) and isinstance(after, list) and before != after:
        gone = [each for each in before if each not in after]
        came = [each for each in after if each not in before]
        yield from (_line("-", route, each) for each in gone)
        yield from (_line("+", route, each) for each in came)
        if not gone and not came:
            yield f"~ {_path(route)}: {_said(before)} -> {_said(after)}"
    elif before != after:
        yield f"~ {_path(route)}: {_said(before)} -> {_said(after)}"


def _line(sign: str, route: Route, value: Any) -> str:
    return f"{sign} {_path(route)}: {_said(value)}"


def _path(route: Route) -> str:
    return "/".join(str(step) for step in route)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_said(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_said(each) for each in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return " ".join(str(value).split())

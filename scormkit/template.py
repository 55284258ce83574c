"""HTML with gaps, and what goes into them: text is escaped, and only what says it is HTML isn't."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_GAP = re.compile(r"^\{\{ (\w+) \}\}\n|\{\{ (\w+) \}\}", re.M)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def filled(template: str, **values: object) -> Html:
    """The template with a value in each `{{ name }}`; one that has a line to itself is for whole
    lines, or for none. A name without a value is a KeyError."""
    return Html(_GAP.sub(lambda gap: _safe(values[gap[1] or gap[2]]), template))


def joined(parts: Iterable[object], between: str = "") -> Html:
    """The parts one after another."""
    return Html(between.join(map(_safe, parts)))


def _safe(value: object) -> str:
    return value if isinstance(value, Html) else html.escape(str(value))

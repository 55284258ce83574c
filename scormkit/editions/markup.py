"""XML elements as text: the manifests are written with these few functions."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

Lines = tuple[str, ...]

_TAG = re.compile(r"<[^>]*>")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2


def document(root: Lines) -> bytes:
    """A whole file: UTF-8, one element in each line."""
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', *root, "")).encode()


def branch(name: str, attributes: Mapping[str, str], children: Iterable[Lines]) -> Lines:
    """An element that holds elements, or one closed at once where it holds none."""
    inner = [f"  {line}" for child in children for line in child]
    if not inner:
        return (f"<{name}{_written(attributes)}/>",)
    return (f"<{name}{_written(attributes)}>", *inner, f"</{name}>")


def group(name: str, *children: Lines) -> Lines:
    """An element without attributes that holds elements."""
    return branch(name, {}, children)


def leaf(name: str, text: str, attributes: Mapping[str, str] | None = None) -> Lines:
    """An element that holds text.

    Only &, < and > are escaped: some LMSs "repair" other references into visible text.
    """
    return (f"<{name}{_written(attributes or {})}>{_escaped(text)}</{name}>",)


def plain(safe: str, most: int = 0) -> str:
    """The plain text of a bundle's safe HTML on one line, cut to `most` characters."""
    text = " ".join(html.unescape(_TAG.sub("", safe)).split())
    return text[: most - 1].rstrip() + "…" if 0 < most < len(text) else text


def _written(attributes: Mapping[str, str]) -> str:
    pairs = [(name, _escaped(value).replace('"', "&quot;")) for name, value in attributes.items()]
    return "".join(f' {name}="{value}"' for name, value in pairs)


def _escaped(text: str) -> str:
    return html.escape(_NOT_XML.sub("", text), quote=False)

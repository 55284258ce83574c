"""YAML text to a tree whose every value knows its line and column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from scormkit import slips
from scormkit.problems import Mark, Problem

LARGEST = 2_000_000  # bytes; a scenario of 500 scenes stays under half of it
DEEPEST = 40  # levels; the language needs ten
MOST_VALUES = 200_000  # after aliases are followed, so that a small bomb cannot grow

Route = tuple[str | int, ...]

# YAML 1.2 core schema (10.3.2): `no`, `12:30` and dates are texts.
_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_LONGEST_NUMBER = 40  # characters; what is longer, or too large to reckon with, stays a text
_PLAIN_TAGS = (None, "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!")


class DocumentError(Exception):
    """The text is not a document at all; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Document:
    """The values of one file, with the place of every key and value."""

    file: str
    data: Any
    values: dict[Route, Mark]
    keys: dict[Route, Mark]
    problems: tuple[Problem, ...]
    signed: frozenset[Route] = frozenset()  # numbers with a + before them, which no value keeps

    def mark(self, route: Route) -> Mark:
        """Where the value at the route begins, or the nearest thing around it that is there."""
        while route and route not in self.values:
            route = route[:-1]
        return self.values.get(route, Mark(self.file, 1, 1))

    def key(self, route: Route) -> Mark:
        """Where the key that leads to the route stands; for an entry of a list, the entry."""
        return self.keys.get(route) or self.mark(route)


def read(path: Path, shown: str | None = None) -> Document:
    """The document in a file; raises DocumentError when it cannot be read as YAML."""
    file = shown or str(path)
    try:
        _refuse_size(path.stat().st_size, file)
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal(file, f"cannot be read: {reason}", "unreadable") from error
    return parse(content, file)


def parse(content: bytes, file: str) -> Document:
    """The document in the bytes; raises DocumentError with one problem at its place."""
    text = _text(content, file)
    try:
        _refuse_depth(text, file)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise DocumentError(slips.told(error, text, file)) from error
    if node is None:
        raise _refusal(file, "is empty", "empty", 'begin with "scenario: my-slug"')
    builder = _Builder(file)
    data = builder.value(node, ())
    told, signed = tuple(builder.problems), frozenset(builder.signed)
    return Document(file, data, builder.values, builder.keys, told, signed)


def whole(document: Document) -> Document:
    """The document with 5.0 as 5: to a schema they are one integer (draft-07 validation 6.1.1)."""
    return replace(document, data=_whole(document.data))


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


# the C parser where PyYAML was built with it: mypy cannot follow a base chosen at run time
class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Composes nodes and decides nothing: the scalars are resolved below, as YAML 1.2 has it."""


class _Builder:
    """Walks the nodes once, gathering values, marks and problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Route, Mark] = {}
        self.keys: dict[Route, Mark] = {}
        self.problems: list[Problem] = []
        self.signed: set[Route] = set()
        self.open: set[int] = set()

    def value(self, node: Any, route: Route) -> Any:
        mark = self.mark(node)
        self.values[route] = mark
        if len(self.values) > MOST_VALUES:
            raise DocumentError(
                Problem(
                    mark,
                    f"more than {MOST_VALUES:,} values once the aliases are followed",
                    "too-many-values",
                    "write fewer aliases (*name), or split the file",
                )
            )
        if isinstance(node, yaml.ScalarNode):
            if node.value[:1] == "+" and not node.style:
                self.signed.add(route)
            return self.scalar(node, mark)
        if id(node) in self.open or len(route) > DEEPEST:
            raise _too_deep(self.file, mark.line, mark.column)
        self.refuse_tag(node, mark)
        self.open.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            built: Any = [self.value(child, (*route, n)) for n, child in enumerate(node.value)]
        else:
            built = dict(self.entries(node, route))
        self.open.discard(id(node))
        return built

    def entries(self, node: yaml.MappingNode, route: Route) -> Iterator[tuple[str, Any]]:
        seen: dict[str, Mark] = {}
        for key_node, value_node in node.value:
            mark = self.mark(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                message = "a key must be a word, not a list or a mapping"
                hint = "put it in quotes if it is a text that begins with [ or {"
                self.add(mark, message, "bad-key", hint)
                continue
            key = key_node.value
            if "\xa0" in key:
                self.add(mark, slips.NO_BREAK, "syntax", slips.TYPED)
                key = key.strip("\xa0 ")
            if key in seen:
                hint = f"it stands in line {seen[key].line} already; keep one of the two"
                self.add(mark, f'"{key}" is written twice in the same place', "duplicate-key", hint)
                continue
            seen[key] = mark
            self.keys[(*route, key)] = mark
            yield key, self.value(value_node, (*route, key))

    def scalar(self, node: yaml.ScalarNode, mark: Mark) -> Any:
        self.refuse_tag(node, mark)
        return node.value if node.style else plain(node.value)

    def refuse_tag(self, node: Any, mark: Mark) -> None:
        if node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            negated = re.fullmatch(r"!([a-z][a-z0-9-]*)", tag)  # as programs say it
            hint = f'leave it out; a condition says "not {negated[1]}"' if negated else ""
            message = f'the tag "{tag}" means nothing here'
            self.add(mark, message, "tag", hint or "leave it out")

    def add(self, mark: Mark, message: str, code: str, hint: str = "") -> None:
        self.problems.append(Problem(mark, message, code, hint))

    def mark(self, node: Any) -> Mark:
        start = node.start_mark
        return Mark(self.file, start.line + 1, start.column + 1)


def plain(text: str) -> Any:
    """The value of a scalar without quotes, by the core schema of YAML 1.2."""
    first = text[:1]
    if first.isalpha() and first not in "nNtTfF":
        return text
    if _NULL.match(text):
        return None
    if _TRUE.match(text):
        return True
    if _FALSE.match(text):
        return False
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.match(text) and len(text) < 19:
        return int(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEX.match(text):
        return int(text, 16)
    number = float(text) if _FLOAT.match(text) else math.inf
    return number if math.isfinite(number) else text


def _refuse_size(size: int, file: str) -> None:
    if size > LARGEST:
        said = f"is {size / 1e6:.1f} MB; a scenario may have {LARGEST / 1e6:.0f} MB"
        raise _refusal(file, said, "too-large", "split it, or move pictures to media files")


def _text(content: bytes, file: str) -> str:
    _refuse_size(len(content), file)
    if wide := _WIDE.match(content):
        name = str(wide.lastgroup).replace("_", "-")
        raise _refusal(file, f"is {name}", "encoding", "save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        mark = Mark(file, line, column)
        raise DocumentError(Problem(mark, message, "encoding", "save it as UTF-8")) from error
    return _LONE_RETURN.sub("\n", text).translate(_NO_BREAKS)


# By its mark, or by the zeros around its first sign (YAML 1.2, 5.2).
_WIDE = re.compile(
    rb"(?P<UTF_32>\xff\xfe\0\0|\0\0\xfe\xff|[^\0]\0\0\0|\0\0\0[^\0])"
    rb"|(?P<UTF_16>\xff\xfe|\xfe\xff|[^\0]\0[^\0]|\0[^\0])"
)
# Breaks to the parser (YAML 1.1), but not to YAML 1.2 (5.4) or to editors: marks would be off.
_NO_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
_LONE_RETURN = re.compile(r"\r(?!\n)")


_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def _refuse_depth(text: str, file: str) -> None:
    """Composing follows nesting by recursion, which can end the process; events do not."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, _OPENING):
            depth += 1
            if depth > DEEPEST:
                mark: Any = event.start_mark
                raise _too_deep(file, mark.line + 1, mark.column + 1)
        elif isinstance(event, _CLOSING):
            depth -= 1


def _too_deep(file: str, line: int, column: int) -> DocumentError:
    message = f"nested more than {DEEPEST} levels deep, or an alias inside itself"
    return DocumentError(
        Problem(Mark(file, line, column), message, "too-deep", "the language needs ten levels")
    )


def _refusal(file: str, message: str, code: str, hint: str = "") -> DocumentError:
    return DocumentError(Problem(Mark(file), f"this file {message}", code, hint))

"""XML to a tree whose every element knows its line and column, safely.

Expat, fed in pieces: it has no network and opens no file, and what could make it grow (entities,
attribute defaults, depth, endless tags) is refused at its first sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from scormkit.inspection.findings import Refused, error, quoted, warning
from scormkit.problems import Mark, Problem

LARGEST = 4 << 20
DEEPEST = 100
MOST_ELEMENTS = 20_000
_LONGEST_PIECE = 1 << 18  # a tag or a comment that is not closed by then
_CHUNK = 1 << 15
_SEPARATOR = "\x1f"  # can't stand in XML, so it parts a name from its namespace without doubt


@dataclass(frozen=True)
class Attribute:
    """One attribute; uri and prefix are empty where it is in no namespace."""

    name: str
    value: str
    uri: str = ""
    prefix: str = ""


@dataclass(frozen=True, eq=False)
class Element:
    """One element with its place."""

    mark: Mark
    name: str
    uri: str
    prefix: str
    attributes: tuple[Attribute, ...]
    children: tuple[Element, ...]
    text: str  # its own, stripped

    def get(self, name: str) -> str | None:
        """The value of an attribute that is in no namespace."""
        return next((a.value for a in self.attributes if a.name == name and not a.uri), None)

    def attribute(self, uri: str, name: str) -> Attribute | None:
        """An attribute of a namespace."""
        return next((a for a in self.attributes if a.name == name and a.uri == uri), None)

    def all(self, name: str) -> list[Element]:
        """The children of this name, in whatever namespace."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """The first child of this name, in whatever namespace."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Markup:
    """A document that could be read, and what is odd about how it is written."""

    root: Element
    problems: tuple[Problem, ...]


@dataclass
class _Open:
    """An element whose end has not come yet."""

    mark: Mark
    name: tuple[str, str, str]
    attributes: tuple[Attribute, ...]
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def read_markup(data: bytes, file: str) -> Markup:
    """The document's tree; raises Refused with the place where it can't be read."""
    if len(data) > LARGEST:
        raise Refused(too_large(file, len(data)))
    return _Reader(file).read(data)


def too_large(file: str, size: int) -> Problem:
    """That an XML file is too large to be one that somebody wrote."""
    message = f"it has {size} bytes; at most {LARGEST} are read"
    return error(Mark(file), message, "xml-too-large")


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.count = 0
        self.root: Element | None = None
        self.parser = parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.entity
        parser.AttlistDeclHandler = self.defaults
        parser.SkippedEntityHandler = self.skipped

    def read(self, data: bytes) -> Markup:
        try:
            for at in range(0, len(data), _CHUNK):
                self.parser.Parse(data[at : at + _CHUNK], False)
                if at + _CHUNK - self.parser.CurrentByteIndex > _LONGEST_PIECE:
                    message = f"a tag or comment goes on for more than {_LONGEST_PIECE} bytes"
                    raise Refused(error(self.mark(), message, "xml-too-large"))
            self.parser.Parse(b"", True)
        except expat.ExpatError as wrong:
            raise Refused(self.malformed(wrong, data)) from wrong
        except UnicodeDecodeError as wrong:
            message = "its text is not in the character set that it declares"
            raise Refused(error(self.mark(), message, "xml-encoding")) from wrong
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.problems.append(_not_utf8(Mark(self.file), "UTF-16"))
        assert self.root is not None  # expat has refused a document without an element
        return Markup(self.root, tuple(dict.fromkeys(self.problems)))

    def mark(self) -> Mark:
        parser = self.parser
        return Mark(self.file, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(self, name: str, flat: list[str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            limit = f"more than {DEEPEST} deep" if len(self.open) >= DEEPEST else "without end"
            message = f"elements stand in elements {limit}"
            if self.count > MOST_ELEMENTS:
                message = f"it has more than {MOST_ELEMENTS} elements"
            raise Refused(error(self.mark(), message, "xml-too-large"))
        attributes = tuple(
            Attribute(local, value, uri, prefix)
            for (uri, local, prefix), value in zip(map(_parts, flat[::2]), flat[1::2], strict=True)
        )
        self.open.append(_Open(self.mark(), _parts(name), attributes))

    def end(self, name: str) -> None:
        done = self.open.pop()
        uri, local, prefix = done.name
        text = "".join(done.text).strip()
        element = Element(
            done.mark, local, uri, prefix, done.attributes, tuple(done.children), text
        )
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element

    def text(self, text: str) -> None:
        if self.open and (self.open[-1].text or not text.isspace()):
            self.open[-1].text.append(text)

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            self.problems.append(_not_utf8(self.mark(), encoding or ""))

    def doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        hint = "leave it out: nobody needs it, and some LMSs refuse it or fetch what it names"
        self.problems.append(warning(self.mark(), "it has a DOCTYPE", "xml-doctype", hint))

    def entity(
        self,
        name: str,
        parameter: int,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        notation: str | None,
    ) -> None:
        what = "brings in another file" if system else "stands for another text"
        message = f"it declares the entity {quoted(name)}, which {what}; entities are not read"
        hint = "entities can grow without end or read the server's files; write the text itself"
        raise Refused(error(self.mark(), message, "xml-entity", hint))

    def defaults(
        self, element: str, attribute: str, kind: str, default: str | None, required: int
    ) -> None:
        message = f"its DOCTYPE declares the attribute {quoted(attribute)}; declarations stay out"
        raise Refused(error(self.mark(), message, "xml-entity", "leave the DOCTYPE out"))

    def skipped(self, name: str, parameter: int) -> None:
        message = f"the entity {quoted(name)} is declared nowhere in this file"
        hint = "write the character itself, in UTF-8"
        raise Refused(error(self.mark(), message, "xml-entity", hint))

    def malformed(self, wrong: expat.ExpatError, data: bytes) -> Problem:
        mark = Mark(self.file, wrong.lineno, wrong.offset + 1)
        reason = expat.ErrorString(wrong.code) or "syntax error"
        if reason == "not well-formed (invalid token)" and not _declares(data):
            try:
                data.decode("utf-8")
            except UnicodeDecodeError as bad:
                message = f"the byte 0x{data[bad.start]:02x} is not UTF-8"
                return error(mark, message, "xml-encoding", "save the file as UTF-8")
        hint = "an & in a text is written &amp; and a < is &lt;" if "token" in reason else ""
        return error(mark, f"it is not well-formed XML: {reason}", "xml-malformed", hint)


def _parts(name: str) -> tuple[str, str, str]:
    """Namespace, name and prefix, from how expat joins them."""
    parts = name.split(_SEPARATOR)
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _declares(data: bytes) -> bool:
    """Whether the document says that it is in another character set than UTF-8."""
    found = re.match(rb"""<\?xml[^>]*encoding=["']([\w-]+)""", data[:200])
    return found is not None and found[1].lower() not in (b"utf-8", b"utf8")


def _not_utf8(mark: Mark, encoding: str) -> Problem:
    message = f"it is written in {quoted(encoding)}, not in UTF-8"
    return warning(mark, message, "xml-encoding", "save it as UTF-8; some LMSs know nothing else")

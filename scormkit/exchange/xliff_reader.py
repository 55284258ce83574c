"""An XLIFF 2 file that came back, read with distrust: no entities, no network, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from scormkit.exchange.returned import LARGEST, Answer, Refused, Returned
from scormkit.exchange.xliff import NAMESPACE, place
from scormkit.inspection.findings import quoted
from scormkit.problems import Mark, Problem, did_you_mean

DEEPEST = 60  # groups and spans, nested
_NEUTRAL = ("mrk", "sm", "em")  # annotations: their words count, they themselves do not


@dataclass
class Node:
    """One element; `pieces` are its texts and children in order."""

    name: str  # of XLIFF's namespace, else with its own in braces
    attributes: dict[str, str]
    mark: Mark
    pieces: list[str | Node] = field(default_factory=list)

    def children(self, *names: str) -> list[Node]:
        """The children of these names."""
        return [p for p in self.pieces if isinstance(p, Node) and p.name in names]

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in order."""
        yield self
        for piece in self.pieces:
            if isinstance(piece, Node):
                yield from piece.walk()

    def text(self) -> str:
        """The texts below it, put together."""
        return "".join(p if isinstance(p, str) else p.text() for p in self.pieces)


def read(data: bytes, file: str) -> Returned:
    """The answers in a file; raises Refused with one problem where it cannot be read."""
    root = _tree(data, file)
    if root.name != "xliff" or not root.attributes.get("version", "").startswith("2."):
        hint = "XLIFF 1.2 is another format: let the tool save as XLIFF 2, or take PO"
        raise Refused(Problem(root.mark, "this is no XLIFF 2 file", "xliff-form", hint))
    files = root.children("file")
    if len(files) != 1:
        message = f"it has {len(files)} <file> elements, and one is expected"
        raise Refused(Problem(root.mark, message, "xliff-form", "import the files one by one"))
    language = root.attributes.get("trgLang", "")
    problems: list[Problem] = []
    units = (node for node in files[0].walk() if node.name == "unit")
    answers = tuple(answer for unit in units for answer in _answer(unit, problems))
    name = place(files[0].attributes.get("id", ""))
    return Returned(file, name, language, root.mark, answers, tuple(problems))


def _answer(unit: Node, problems: list[Problem]) -> Iterator[Answer]:
    """The answer of a unit: its segments in order, joined (a tool may have cut it into some)."""
    codes = {
        data.attributes.get("id", ""): data.text()
        for holder in unit.children("originalData")
        for data in holder.children("data")
    }
    parts = unit.children("segment", "ignorable")
    sources: list[str] = []
    targets: dict[int, str] = {}  # by place
    states: list[tuple[bool, str]] = []  # of segments: whether there is a target, and its state
    target_mark = unit.mark
    try:
        for number, part in enumerate(parts, 1):
            source = "".join(_said(node, codes) for node in part.children("source"))
            sources.append(source)
            told = part.children("target")
            if told:
                target_mark = told[0].mark if not targets else target_mark
                targets[_order(told[0], number)] = _said(told[0], codes)
            elif part.name == "ignorable":
                targets[number] = source
            if part.name == "segment":
                # tools leave out what is the default (4.3.1.26)
                states.append((bool(told), part.attributes.get("state", "initial")))
    except _Odd as wrong:
        problems.append(wrong.problem)
        return
    whole = bool(states) and all(has for has, _ in states)
    joined = "".join(text for _, text in sorted(targets.items())) if whole else None
    left = not whole or any(state == "initial" for _, state in states)
    path = place(unit.attributes.get("id", ""))
    yield Answer(path, "".join(sources), joined, left, unit.mark, target_mark)


class _Odd(Exception):
    """A unit that cannot be understood; the others still can."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _order(target: Node, number: int) -> int:
    """The place of a target among those of its unit (4.3.1.21); by default its segment's."""
    written = target.attributes.get("order", str(number))
    if not written.isdecimal() or len(written) > 9:
        message = f"order={quoted(written)} is no place among the segments"
        raise _Odd(Problem(target.mark, message, "xliff-form", "export again"))
    return int(written)


def _said(node: Node, codes: Mapping[str, str]) -> str:
    """What a source or target says, every inline code as it is written in the scenario."""
    return "".join(
        piece if isinstance(piece, str) else _code(piece, codes) for piece in node.pieces
    )


def _code(node: Node, codes: Mapping[str, str]) -> str:
    if node.name == "cp":
        try:
            return chr(int(node.attributes.get("hex", ""), 16))
        except (ValueError, OverflowError) as wrong:
            message = "<cp> names no character"
            raise _Odd(Problem(node.mark, message, "xliff-form", "export again")) from wrong
    if node.name in _NEUTRAL:
        return _said(node, codes)
    if node.name == "pc":
        opening = _original(node, "dataRefStart", codes)
        return f"{opening}{_said(node, codes)}{_original(node, 'dataRefEnd', codes)}"
    return _original(node, "dataRef", codes)


def _original(node: Node, attribute: str, codes: Mapping[str, str]) -> str:
    """What stands in the scenario for a code; an `ec` may name it in its own way."""
    name = node.attributes.get(attribute, "")
    if node.name in ("ph", "pc", "sc", "ec") and name in codes:
        return codes[name]
    if node.name not in ("ph", "pc", "sc", "ec"):
        message, hint = f"<{node.name}> cannot stand in a text here", "export again"
    else:
        message = f"the code {attribute}={quoted(name)} is not in the unit's original data"
        hint = did_you_mean(name, codes, "copy the code from the source; do not make one by hand")
    raise _Odd(Problem(node.mark, message, "unknown-code", hint))


def _tree(data: bytes, file: str) -> Node:
    if len(data) > LARGEST:
        message = f"it has {len(data)} bytes; at most {LARGEST} are read"
        raise Refused(Problem(Mark(file), message, "xml-too-large"))
    return _Reader(file).read(data)


class _Reader:
    """Expat, without a DOCTYPE: so there are no entities, and nothing can grow or be fetched."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[Node] = []
        self.root: Node | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def read(self, data: bytes) -> Node:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as wrong:
            mark = Mark(self.file, wrong.lineno, wrong.offset + 1)
            reason = expat.ErrorString(wrong.code) or "syntax error"
            message = f"it is not well-formed XML: {reason}"
            hint = "let the tool save it again; do not edit it by hand"
            raise Refused(Problem(mark, message, "xml-malformed", hint)) from wrong
        except (UnicodeDecodeError, LookupError) as wrong:
            message = "its text is not in the character set that it declares"
            hint = "save it as UTF-8"
            raise Refused(Problem(self.mark(), message, "xml-encoding", hint)) from wrong
        assert self.root is not None  # expat has refused a document without an element
        return self.root

    def mark(self) -> Mark:
        parser = self.parser
        return Mark(self.file, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            message = f"elements stand in elements more than {DEEPEST} deep"
            raise Refused(Problem(self.mark(), message, "xml-too-large"))
        space, _, local = name.rpartition(" ")
        node = Node(local if space == NAMESPACE else f"{{{space}}}{local}", attributes, self.mark())
        if self.open:
            self.open[-1].pieces.append(node)
        self.open.append(node)

    def end(self, name: str) -> None:
        node = self.open.pop()
        if not self.open:
            self.root = node

    def text(self, text: str) -> None:
        self.open[-1].pieces.append(text)

    def doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        hint = "no XLIFF file needs one, and it can bring in other files; leave it out"
        raise Refused(Problem(self.mark(), "it has a DOCTYPE", "xml-doctype", hint))

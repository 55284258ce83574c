"""Texts to a gettext PO file and back: the place is the context, marks stay as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scormkit.exchange.returned import LARGEST, Answer, Refused, Returned
from scormkit.exchange.units import DONE, MISSING, Sheet, Unit
from scormkit.inspection.findings import quoted
from scormkit.problems import Mark, Problem

_OURS = "X-Scormkit-Texts"  # the header that says whose texts these are
_PART = re.compile(r'(?:(msgctxt|msgid|msgstr)\s*)?"((?:[^"\\]|\\.)*)"\s*')
_ESCAPED = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def write(sheet: Sheet) -> str:
    """The whole file; the same sheet gives the same file, so there are no dates in it."""
    name = f"{sheet.name} {sheet.version}".strip()
    headers = (
        f"Project-Id-Version: {name}",
        f"Language: {sheet.language.replace('-', '_')}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"{_OURS}: {sheet.name} {sheet.source_language} {sheet.language}",
    )
    header = "".join(f"{line}\n" for line in headers)
    lines = [f"# {' '.join(sheet.title.split())}", 'msgid ""', *_string("msgstr", header), ""]
    for unit in sheet.units:
        lines += [*_entry(unit, sheet.original), ""]
    return "\n".join(lines)


def _entry(unit: Unit, original: str) -> Iterator[str]:
    for category, text in unit.notes:
        said = " ".join(text.split())
        yield f"#. {category}: {said}"
    if unit.state not in (DONE, MISSING):
        yield f"#. state: {unit.state}"
    yield f"#: {original}:{unit.mark.line}"
    if unit.target and unit.state != DONE:
        yield "#, fuzzy"
    yield from _string("msgctxt", unit.path)
    yield from _string("msgid", unit.source)
    yield from _string("msgstr", unit.target)


def _string(keyword: str, text: str) -> list[str]:
    """A string, cut after each line break as gettext's own tools do it."""
    parts = re.findall(r"[^\n]*\n|[^\n]+", text)
    if len(parts) < 2 and "\n" not in text:
        return [f'{keyword} "{_escape(text)}"']
    return [f'{keyword} ""', *(f'"{_escape(part)}"' for part in parts)]


def _escape(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    for name, letter in _LETTERS.items():
        text = text.replace(letter, f"\\{name}")
    return text


def _unescape(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        return chr(int(code, 8)) if code[0] in "01234567" else _LETTERS.get(code, code)

    return _ESCAPED.sub(letter, text)


@dataclass
class _Entry:
    """One entry while it is read."""

    line: int
    fuzzy: bool = False
    lines: dict[str, int] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)


def read(data: bytes, file: str) -> Returned:
    """The answers in a file; raises Refused with one problem where it cannot be read."""
    entries = list(_entries(_decoded(data, file), file))
    heads = [e for e in entries if e.strings.get("msgid") == "" and "msgctxt" not in e.strings]
    header = heads[0].strings.get("msgstr", "") if heads else ""
    found = re.search(rf"^{_OURS}: (\S+) (\S+) (\S+)$", header, re.M)
    if not found:
        message = f'its header has no line "{_OURS}"'
        hint = "import a file that scormkit text export wrote, with its first entry as it was"
        raise Refused(Problem(Mark(file, 1), message, "po-form", hint))
    answers = [
        Answer(
            path=entry.strings.get("msgctxt", ""),
            source=entry.strings.get("msgid", ""),
            target=None if entry.fuzzy else entry.strings.get("msgstr") or None,
            open=False,
            mark=Mark(file, entry.lines.get("msgctxt", entry.line)),
            target_mark=Mark(file, entry.lines.get("msgstr", entry.line)),
        )
        for entry in entries
        if entry is not heads[0]
    ]
    return Returned(file, found[1], found[3], Mark(file, heads[0].line), tuple(answers))


def _decoded(data: bytes, file: str) -> str:
    if len(data) > LARGEST:
        message = f"it has {len(data)} bytes; at most {LARGEST} are read"
        raise Refused(Problem(Mark(file), message, "too-large"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        message = f"byte 0x{data[wrong.start]:02x} is not UTF-8"
        raise Refused(Problem(Mark(file, line), message, "encoding", "save it as UTF-8")) from wrong


def _entries(text: str, file: str) -> Iterator[_Entry]:
    """The entries in order; those that a tool has set aside (#~) are left out."""
    entry, last = None, ""
    for number, raw in enumerate(re.split(r"\r?\n|\r", text), 1):
        line = raw.strip(" \t")
        if line.startswith("#") or not line:
            if entry and "msgstr" in entry.strings:
                yield entry
                entry, last = None, ""
            if line.startswith("#,"):
                entry = entry or _Entry(number)
                entry.fuzzy |= "fuzzy" in re.split(r"[,\s]+", line[2:])
            elif line.startswith("#~") and entry and not entry.strings:
                entry = None  # its flags were those of what is set aside
            continue
        found = _PART.fullmatch(line)
        keyword = found[1] if found else None
        if keyword and entry and "msgstr" in entry.strings:
            yield entry
            entry = None
        entry = entry or _Entry(number)
        if not found or (not keyword and not last) or (keyword or "") in entry.strings:
            raise Refused(_odd(line, Mark(file, number)))
        if keyword:
            last = keyword
            entry.lines[last], entry.strings[last] = number, ""
        entry.strings[last] += _unescape(found[2])
    if entry and entry.strings:
        yield entry


def _odd(line: str, mark: Mark) -> Problem:
    if line.startswith(("msgid_plural", "msgstr[")):
        message, hint = "it has plural forms, and no text here has them", "export again"
    else:
        message = f"this is not PO: {quoted(line[:40])}"
        hint = "let the tool save it again, or look at the quotes of this line"
    return Problem(mark, message, "po-form", hint)

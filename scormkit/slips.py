"""What YAML's parser says, in an author's words, at the place where the slip was made."""

from __future__ import annotations

import re

import yaml

from scormkit.problems import Mark, Problem

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def told(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What the parser says, in an author's words."""
    said = str(getattr(error, "problem", "") or getattr(error, "reason", "") or error)
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    if "unexpected end of stream" in said or "could not find expected ':'" in said:
        marks.reverse()  # where the quote opens or the key stands, not where the parser gave up
    mark = marks[0] or marks[1]
    place = Mark(file, mark.line + 1, mark.column + 1) if mark else _control(text, file)
    lines = text.split("\n")
    if mark and mark.line >= len(lines):  # past the last line: the file ends too early
        place = Mark(file, len(lines), len(lines[-1]) + 1)
    elif mark and lines[mark.line][mark.column : mark.column + 1] == "\t":
        return Problem(place, "a tab stands here", "syntax", "indent with spaces")
    slip = _never_closed(error, lines, place) or _slip(said, text, place)
    if slip:
        return slip
    for part, message, hint in _SYNTAX:
        if part in said:
            return Problem(place, message, "syntax", hint)
    return Problem(
        place, f"this is not YAML: {said}", "syntax", "look at this line and the one above"
    )


def _never_closed(error: yaml.YAMLError, lines: list[str], place: Mark) -> Problem | None:
    """A bracket that is still open where, by its indentation, the next key begins."""
    opened = getattr(error, "context_mark", None)
    if "while parsing a flow" not in str(getattr(error, "context", "")) or not opened:
        return None
    here = lines[place.line - 1]
    begun = _KEY.fullmatch(here[: place.column - 1])
    if opened.line + 1 >= place.line or not begun or _column(here) > _column(lines[opened.line]):
        return None
    sign = lines[opened.line][opened.column]
    at = Mark(place.file, opened.line + 1, opened.column + 1)
    message = f"a {sign} that is opened here does not close before the next key"
    return Problem(at, message, "syntax", f"write {_CLOSED_BY.get(sign, sign)} where it ends")


def _slip(said: str, text: str, place: Mark) -> Problem | None:
    """A slip of the pen that the parser notices only later, at the place where it was made."""
    lines = text.split("\n")
    above = next((n for n in range(place.line - 1, 0, -1) if _LIVE.match(lines[n - 1])), 0)
    if slip := _no_break(lines, above, place) or _unquoted(said, lines[place.line - 1], place):
        return slip
    glued = _GLUED.match(lines[above - 1]) if above else None
    if glued and "mapping values are not allowed" in said:
        at = Mark(place.file, above, glued.end(1) + 1)
        message = "a space is missing after the colon"
        return Problem(at, message, "syntax", f'write "{glued[1]} {glued[2]}"')
    if above and _LONE_KEY.match(lines[above - 1]) and "mapping values are not allowed" in said:
        at = Mark(place.file, above, _column(lines[above - 1]))
        hint = f'write "{lines[above - 1].strip()}:"'
        return Problem(at, "a key without a colon", "syntax", hint)
    if above and _KEY.fullmatch(lines[place.line - 1][: place.column - 1]):
        valued = _VALUED.match(lines[above - 1])
        if valued and "mapping values are not allowed" in said:
            column = _column(lines[place.line - 1])
            if column > valued.end(1) + 1:
                return _misplaced(Mark(place.file, place.line, column), above, valued.end(1) + 1)
    if "did not find expected key" not in said:
        return None
    quote = _quote_before(text, place)
    if quote and quote.line < place.line:
        message = "a quote that is opened here does not close in this line"
        return Problem(quote, message, "syntax", "close it at the end of the text")
    if quote:
        hint = 'inside "double quotes" write \\" for a quote; an apostrophe needs nothing there'
        return Problem(place, "the quoted text has ended before this", "syntax", hint)
    if above and not lines[place.line - 1][: place.column - 1].strip():
        line = _kin(lines[: place.line - 1], place.column) or above
        return _misplaced(place, line, _column(lines[line - 1]))
    return None


def _misplaced(place: Mark, line: int, column: int) -> Problem:
    message = f"this begins in column {place.column}, which does not fit the lines above"
    hint = f"line {line} begins in column {column}; what belongs together begins in one column"
    return Problem(place, message, "syntax", hint)


def _no_break(lines: list[str], above: int, place: Mark) -> Problem | None:
    """A space that is none to YAML and looks like one: in the line that goes wrong, or above it."""
    found = None
    for number in (place.line, above):
        while number and (match := _NO_BREAK_SPACE.match(lines[number - 1])):
            found = Mark(place.file, number, match.end())
            number -= 1
    if not found:
        return None
    return Problem(found, NO_BREAK, "syntax", TYPED)


def _unquoted(said: str, line: str, place: Mark) -> Problem | None:
    """A text that its author took for quoted, or for one that needs no quotes."""
    before = line[: place.column - 1]
    if "mapping values are not allowed" in said and _CURLED.search(before):
        hint = 'such quotes are part of the text; use straight ones: title: "Act now: read this"'
        return Problem(place, "a colon stands where none can", "syntax", hint)
    braced = _BRACED.search(before)
    if braced and "did not find expected key" in said:
        at = Mark(place.file, place.line, braced.start(1) + 1)
        message = "a text that begins with a brace needs quotes"
        return Problem(
            at, message, "syntax", f'write "{line[braced.start(1) :].strip()}", in quotes'
        )
    return None


def _kin(above: list[str], column: int) -> int:
    """The line above to which one in that column was likely meant to belong; 0 if none is near."""
    live = [(n, _column(line)) for n, line in enumerate(above, 1) if _LIVE.match(line)]
    near = [(n, at) for n, at in live if abs(at - column) <= 3]
    if near and near[-1] == live[-1]:
        return near[-1][0]
    return max(near, key=lambda each: (-abs(each[1] - column), each[1], each[0]), default=(0,))[0]


def _column(line: str) -> int:
    return len(line) - len(line.lstrip()) + 1


def _quote_before(text: str, place: Mark) -> Mark | None:
    """Where the quoted text opens that ends right before the place, if one does."""
    last = None
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if (token.start_mark.line + 1, token.start_mark.column + 1) >= place[1:]:
                break
            last = token
    except yaml.YAMLError:
        return None
    if not isinstance(last, yaml.ScalarToken) or last.style not in ("'", '"'):
        return None
    start, end = last.start_mark, last.end_mark
    between = text.split("\n")[end.line][end.column : place.column - 1]
    if end.line + 1 != place.line or between.strip():
        return None
    return Mark(place.file, start.line + 1, start.column + 1)


def _control(text: str, file: str) -> Mark:
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if not found:
        return Mark(file)
    start = text.rfind("\n", 0, found.start())
    return Mark(file, text.count("\n", 0, found.start()) + 1, found.start() - start)


_LIVE = re.compile(r"\s*[^\s#]")  # a line that is neither empty nor a remark
_LONE_KEY = re.compile(r"\s*[a-z][a-z0-9-]*\s*\Z")
_GLUED = re.compile(r"\s*(?:- )?((?<![^\s])[a-z][a-z0-9-]*:)([^\s/:].*)\Z")
NO_BREAK = "a no-break space stands here"
TYPED = "delete it and type a space; texts copied from web pages and Word bring such spaces along"
_KEY = re.compile(r"\s*[a-z][a-z0-9-]*")
_VALUED = re.compile(r"(\s*(?:- )?)[a-z][a-z0-9-]*:\s+[^\s|>{\['\"#&]")  # its value is a bare text
_NO_BREAK_SPACE = re.compile(r"[ -]*\xa0|[^#'\"]*?:\xa0")
_CLOSED_BY = {"{": "}", "[": "]"}
_CURLED = re.compile("[\u201c\u201d\u201e]")
_BRACED = re.compile(r":\s+(\{[a-z][a-z0-9_.-]*\})\s*\Z")

_SYNTAX = (
    (
        "mapping values are not allowed",
        "a colon stands where none can",
        'put the text in quotes: title: "Act now: read this", or look at the indentation',
    ),
    (
        "did not find expected key",
        "the indentation or a quote is off here",
        "compare with the lines above: entries of one list or mapping begin in one column",
    ),
    (
        "could not find expected ':'",
        "a key without a colon",
        'write "key: value"; a text of several lines begins with | and goes on indented',
    ),
    (
        "did not find expected '-' indicator",
        "the list ends here, but the indentation says it goes on",
        'begin each entry with "- " in the same column',
    ),
    (
        "found undefined alias",
        "this alias names nothing",
        "put a text that begins with * in quotes",
    ),
    (
        "found character that cannot start any token",
        "a text may not begin with this sign",
        "put the text in quotes",
    ),
    (
        "found unexpected ':'",
        "this colon has nothing behind it",
        'write "key: value", with a space after the colon',
    ),
    ("found unexpected end of stream", "a quote that is opened here never closes", "close it"),
    (
        "did not find expected ',' or '}'",
        "a comma or the closing } is missing before this",
        'put a text with a brace, bracket, comma or colon in quotes: {why: "Ask {company}, now"}',
    ),
    (
        "did not find expected ',' or ']'",
        "a comma or the closing ] is missing before this",
        'put a text with a brace, bracket, comma or colon in quotes: {why: "Ask {company}, now"}',
    ),
    (
        "found unknown escape character",
        'a \\ inside "quotes" begins a sign that does not exist',
        "write \\\\, or put the text in 'single quotes'",
    ),
    ("control characters are not allowed", "a control character stands here", "delete it"),
    ("special characters are not allowed", "a control character stands here", "delete it"),
    (
        "expected a single document",
        "a second document begins here (---)",
        "one scenario, one file",
    ),
    (
        "but found another document",
        "a second document begins here (---)",
        "one scenario, one file",
    ),
)

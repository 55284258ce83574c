"""Tests of documents: YAML 1.2 values with marks, and a problem instead of any crash."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scormkit import document
from scormkit.document import DEEPEST, Document, DocumentError, Route
from scormkit.problems import Mark


def read(text: str) -> Any:
    return document.parse(text.encode(), "story.yaml").data


def refused(content: str | bytes) -> tuple[str, str]:
    """Place and code of the problem that refuses the text."""
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(DocumentError) as caught:
        document.parse(raw, "story.yaml")
    problem = caught.value.problem
    return str(problem.mark).removeprefix("story.yaml").lstrip(":"), problem.code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("no", "no"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("n", "n")),
        *(("12:30", "12:30"), ("190:20:30", "190:20:30"), ("2026-02-28", "2026-02-28")),
        *(("0x1F", 31), ("0o17", 15), ("010", 10), ("-7", -7), ("+7", 7), ("0b1", "0b1")),
        *(("1_000", "1_000"), ("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("1.0.0", "1.0.0")),
        *(("null", None), ("~", None), ("", None), ("Null", None), ("nul", "nul")),
        *(("true", True), ("False", False), ("TRUE", True), ("tRue", "tRue")),
        *(('"true"', "true"), ("'12'", "12"), ("|\n  12\n", "12\n"), (">-\n  1\n  2\n", "1 2")),
        *((".inf", ".inf"), (".nan", ".nan"), ("=", "="), ("<<", "<<"), ("1 ", 1)),
        ("123456789012345678", 123456789012345678),
        *(("1e999", "1e999"), ("-1e999", "-1e999"), ("1" * 400, "1" * 400)),
        *(("0x" + "f" * 400, "0x" + "f" * 400), ("0o" + "7" * 400, "0o" + "7" * 400)),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    """YAML 1.2.2, 10.3.2: only null, booleans, integers and floats are no texts; times are, and so
    is a number that nobody can reckon with."""
    found = read(f"key: {text}")["key"]
    assert (type(found), found) == (type(value), value)


def test_collections() -> None:
    """Lists and mappings keep their order; an alias stands for what it names."""
    assert read("a: &x [1, {b: c}]\nd: *x\ne:\n- f\n-\n") == {
        "a": [1, {"b": "c"}],
        "d": [1, {"b": "c"}],
        "e": ["f", None],
    }


def test_no_merge_keys() -> None:
    """`<<` is a key like any other: YAML 1.2 has no merging."""
    assert read("a: &x {b: 1}\nc: {<<: *x}") == {"a": {"b": 1}, "c": {"<<": {"b": 1}}}


def test_keys_are_texts() -> None:
    """A key is always the text that stands there."""
    assert read("1: a\ntrue: b\n~: c\n1.0: d") == {"1": "a", "true": "b", "~": "c", "1.0": "d"}


def test_duplicate_keys() -> None:
    """A key that stands twice is a problem at its second place; the first counts."""
    made = document.parse(b"a: 1\nb:\n  c: 1\n  c: 2\na: 2\n", "story.yaml")
    assert made.data == {"a": 1, "b": {"c": 1}}
    assert [(p.mark.line, p.mark.column, p.code) for p in made.problems] == [
        (4, 3, "duplicate-key"),
        (5, 1, "duplicate-key"),
    ]
    assert made.problems[0].hint == "it stands in line 3 already; keep one of the two"


@pytest.mark.parametrize("text", ["a: !!int 3", "a: !mine [1]", "a: !!python/object:x {}"])
def test_tags(text: str) -> None:
    """A tag means nothing, and is never followed."""
    made = document.parse(text.encode(), "story.yaml")
    assert [problem.code for problem in made.problems] == ["tag"]
    assert type(made.data["a"]) in (int, list, dict)


def test_keys_behind_a_space_that_is_none() -> None:
    """A no-break space before a key, where the file can be read with it, is told, and forgiven."""
    made = document.parse("\xa0\xa0a: 1\n\xa0\xa0b: 2\n".encode(), "story.yaml")
    assert made.data == {"a": 1, "b": 2}
    assert [(str(p.mark), p.message) for p in made.problems] == [
        ("story.yaml:1:1", "a no-break space stands here"),
        ("story.yaml:2:1", "a no-break space stands here"),
    ]


def test_the_tag_of_programmers() -> None:
    """`!clicked`, as programs say "not", is told with what to write instead."""
    problem = document.parse(b"when: !clicked", "story.yaml").problems[0]
    assert problem.hint == 'leave it out; a condition says "not clicked"'


def test_quotes_with_an_empty_tag() -> None:
    """The tag ! and that of plain texts say nothing new."""
    assert document.parse(b"a: ! x\nb: !!str y\n", "story.yaml").problems == ()


@pytest.mark.parametrize(
    ("content", "place", "code"),
    [
        ("", "", "empty"),
        ("# only a remark\n", "", "empty"),
        ("a: b\n\tc: d\n", "2:1", "syntax"),
        ("a: b: c\n", "1:5", "syntax"),
        ('a: "b\nc: d\n', "1:4", "syntax"),
        ("a: [b, c", "1:9", "syntax"),
        ("a: [b, c\nd: e\n", "1:4", "syntax"),
        ("a:\n - b\n c", "3:2", "syntax"),
        ("a: *b\n", "1:4", "syntax"),
        ("a: @b\n", "1:4", "syntax"),
        ('a: "\\q"\n', "1:5", "syntax"),
        ("a: b\n---\nc: d\n", "2:1", "syntax"),
        ("a: b\x01c\n", "1:5", "syntax"),
        ("title: x\nnote: \x7f\n", "2:7", "syntax"),
        ("a: b\r\rc: [\r", "4:1", "syntax"),
        ("a: b\u2028c: d: e", "1:7", "syntax"),
        (b"a: caf\xe9\n", "1:7", "encoding"),
        (b"a: b\nc: \xc3\xa9\xff\n", "2:6", "encoding"),
        ("a: b\n".encode("utf-16"), "", "encoding"),
        (b"a: " + b"x" * 2_000_000, "", "too-large"),
        (b"x" * 10_000_000, "", "too-large"),
    ],
)
def test_refusals(content: str | bytes, place: str, code: str) -> None:
    """What is no YAML at all is one problem, at the place where it goes wrong."""
    assert refused(content) == (place, code)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """A file that is far too large is refused by its size, before its bytes take memory."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError, match=r"100\.0 MB"):
            document.read(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("name", ["UTF-16", "UTF-32"])
@pytest.mark.parametrize("order", ["LE", "BE"])
def test_wide_encodings(name: str, order: str, mark: bool) -> None:
    """A file in another encoding is told by its name, with a byte order mark and without."""
    text = ("\ufeff" if mark else "") + "scenario: wide\n"
    with pytest.raises(DocumentError) as caught:
        document.parse(text.encode(f"{name}-{order}"), "wide.yaml")
    assert (caught.value.problem.code, caught.value.problem.message) == (
        "encoding",
        f"this file is {name}",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("do:ask\nlabel: b\n", '1:4: error: a space is missing after the colon\n  write "do: ask"'),
        ("x: y\nsubject Hello\nfrom: b\n", "2:1: error: a key without a colon"),
        ("acts:\n  report\n    do: b\n", "2:3: error: a key without a colon"),
        ('a: "b\nc: "d"\n', "1:4: error: a quote that is opened here does not close in this line"),
        ("a: 'Ana's desk'\n", "1:9: error: the quoted text has ended before this"),
        ('a: "Go" now\n', "1:9: error: the quoted text has ended before this"),
        (
            "a:\n  b: c\n     d: e\n",
            "3:6: error: this begins in column 6, which does not fit the lines above\n"
            "  line 2 begins in column 3; what",
        ),
        ("a:\n  - b: c\n      d: e\n", "3:7: error: this begins in column 7, which does not fit"),
        ("a:\n  b: long\n    and on: it goes\n", "3:11: error: a colon stands where none can"),
        (
            "title:A call at nine\ntime: b\n",
            '1:7: error: a space is missing after the colon\n  write "title: A call at nine"',
        ),
        ("a:\n  b: c\n  \xa0d e\nf: g\n", "3:3: error: a no-break space stands here\n  delete it"),
        ("a: c\nb:\xa0d\ne: f\n", "2:3: error: a no-break space stands here\n  delete it"),
        (
            "a: “Payroll: act now”\n",
            "1:12: error: a colon stands where none can\n  such quotes are part of the text",
        ),
        (
            "a:\n  say: {button} at once\n",
            '2:8: error: a text that begins with a brace needs quotes\n  write "{button} at once"',
        ),
        (
            "a:\n  b: {c: d\n  e: f\n",
            "2:6: error: a { that is opened here does not close before the next key\n  write }",
        ),
        (
            "a:\n  b: [c, d\ne: f\n",
            "2:6: error: a [ that is opened here does not close before the next key\n  write ]",
        ),
        (
            "a: {b: c,\n  d: e\n  f: g}\n",
            "3:4: error: a comma or the closing } is missing before this",
        ),
        ("a: {alt:}\n", "1:8: error: this colon has nothing behind it"),
        (
            "a:\n  b: {c: d}\n    # aside\n    e: f\n",
            "4:5: error: this begins in column 5, which does not fit the lines above\n"
            "  line 2 begins in column 3; what",
        ),
        (
            "a:\n  b:\n    c:\n      d: e\n f: g\n",
            "5:2: error: this begins in column 2, which does not fit the lines above\n"
            "  line 2 begins in column 3; what",
        ),
    ],
)
def test_slips(content: str, told: str) -> None:
    """A slip that the parser notices only later is told where it was made, with its remedy."""
    with pytest.raises(DocumentError) as caught:
        document.parse(content.encode(), "x.yaml")
    assert str(caught.value.problem).replace(" [syntax]", "").startswith(f"x.yaml:{told}")


def test_the_largest_document() -> None:
    """Two million bytes are read."""
    assert len(read("a: " + "x" * 1_999_997)["a"]) == 1_999_997


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '["]",' * 100_000,
        "{a: " * 50_000,
        "- " * 100_000 + "x",
        " -   - " * 100_000 + "x",
        "-   ? " * 20_000 + "x",
        "? " * 100_000 + "x",
        "".join(f"{' ' * n}a:\n" for n in range(900)),
        "a: &a [*a]",
        "a: &a {b: {c: *a}}",
    ],
    ids=str.split,
)
def test_depth(text: str) -> None:
    """However something is nested too deeply, or in itself, it is refused, and nothing crashes."""
    assert refused(text)[1] in ("too-deep", "syntax")


def test_deepest() -> None:
    """Forty levels are read, one more is not; the place is that of the level too many."""
    assert read("[" * DEEPEST + "]" * DEEPEST) is not None
    assert refused("\n" + " [" * (DEEPEST + 1) + "]" * (DEEPEST + 1)) == ("2:82", "too-deep")


def test_bomb() -> None:
    """Aliases that grow without end are counted as they are followed, and refused."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert refused("\n".join(lines))[1] == "too-many-values"


def test_marks() -> None:
    """Each value and each key knows its line and column, counted in characters from 1."""
    made = document.parse(
        "# \u202e\n🦊: مرحبا\ntitle: 'a 🦊 b'\nlist: [😀, {k: v}]\n".encode(), "story.yaml"
    )
    assert made.mark(("🦊",)) == Mark("story.yaml", 2, 4)
    assert made.key(("title",)) == Mark("story.yaml", 3, 1)
    assert made.mark(("list", 1, "k")) == Mark("story.yaml", 4, 15)
    assert made.key(("list", 1, "k")) == Mark("story.yaml", 4, 12)
    assert made.key(("list", 1)) == Mark("story.yaml", 4, 11)


def test_marks_of_what_is_not_there() -> None:
    """What is missing is looked for at the nearest thing around it."""
    made = document.parse(b"a:\n  b: {c: d}\n", "story.yaml")
    assert made.mark(("a", "b", "x", "y")) == Mark("story.yaml", 2, 6)
    assert made.key(("x",)) == Mark("story.yaml", 1, 1)


@pytest.mark.parametrize("start", ["", "\ufeff", "\r\n", "# x\u2028y\n", "# x\x85y\u2029z\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(start: str, end: str) -> None:
    """YAML 1.2.2, 5.4: a line ends with LF, CR LF or CR; byte order marks take no column."""
    text = start + f"a: 1{end}b: 2{end}"
    made = document.parse(text.encode(), "story.yaml")
    assert made.data == {"a": 1, "b": 2}
    line = 2 if start.endswith("\n") else 1
    assert made.mark(("a",)) == Mark("story.yaml", line, 4)
    assert made.mark(("b",)) == Mark("story.yaml", line + 1, 4)


def test_whole_numbers() -> None:
    """5.0 is the integer 5 to a schema, so it becomes one; what is no integer stays."""
    made = document.whole(document.parse(b"a: [5.0, 1e3, 1.5]\nb: {c: -0.0}\n", "story.yaml"))
    assert repr(made.data) == "{'a': [5, 1000, 1.5], 'b': {'c': 0}}"
    assert made.mark(("a", 1)) == Mark("story.yaml", 1, 10)


NASTY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("-?:,[]{}#&*!|>'\"%@` \n\r\t\\~<=\x85\u2028\ufeff0aé🦊"),
    ),
    max_size=60,
)


@given(NASTY)
@settings(max_examples=1500, deadline=None)
def test_any_text(text: str) -> None:
    """Any text is a document or a DocumentError that points inside of it, and nothing else."""
    try:
        made = document.parse(text.encode(), "story.yaml")
    except DocumentError as error:
        _inside(error.problem.mark, text)
        return
    for mark in [*made.values.values(), *made.keys.values(), *(p.mark for p in made.problems)]:
        _inside(mark, text)


@given(st.binary(max_size=80))
@settings(max_examples=500, deadline=None)
def test_any_bytes(content: bytes) -> None:
    """Any bytes are a document or a DocumentError."""
    try:
        document.parse(content, "story.yaml")
    except DocumentError as error:
        assert error.problem.code in ("syntax", "encoding", "empty", "too-deep", "too-many-values")


def _inside(mark: Mark, text: str) -> None:
    if mark.line == 0:
        return
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines.append("")  # what is left out at the end of a file stands behind it
    assert mark.line <= len(lines)
    assert mark.column <= len(lines[mark.line - 1]) + 2


PRINTABLE = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
TREES = st.recursive(
    st.one_of(PRINTABLE, st.integers(-999, 999), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(PRINTABLE, inner, min_size=1, max_size=3),
    ),
    max_leaves=12,
)


@given(TREES, st.booleans())
@settings(max_examples=400, deadline=None)
def test_values_and_their_marks(tree: Any, flow: bool) -> None:
    """Whatever is written comes back, and each scalar's mark is where its text begins."""
    text = _flow(tree) if flow else _block(tree, "").removeprefix("\n")
    made = document.parse(text.encode(), "story.yaml")
    assert made.data == tree
    lines = text.split("\n")
    for route, value in _scalars(tree, ()):
        mark = made.mark(route)
        assert lines[mark.line - 1][mark.column - 1 :].startswith(_scalar(value))
    for route, mark in made.keys.items():
        assert lines[mark.line - 1][mark.column - 1 :].startswith(_scalar(str(route[-1])))
    assert _routes(made) == {route for route, _ in _scalars(tree, ())}


def _routes(made: Document) -> set[Route]:
    """The routes with a mark and nothing below them."""
    holders = {route[:n] for route in made.values for n in range(len(route))}
    return made.values.keys() - holders


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


def _flow(tree: Any) -> str:
    if isinstance(tree, list):
        return "[" + ", ".join(_flow(each) for each in tree) + "]"
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in tree.items()) + "}"
    return _scalar(tree)


def _block(tree: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(tree, list):
        return "".join(f"\n{indent}-{_block(each, inner)}" for each in tree)
    if isinstance(tree, dict):
        return "".join(f"\n{indent}{_scalar(k)}:{_block(v, inner)}" for k, v in tree.items())
    return f" {_scalar(tree)}"


def _scalars(tree: Any, route: Route) -> list[tuple[Route, Any]]:
    if isinstance(tree, list):
        return [s for n, each in enumerate(tree) for s in _scalars(each, (*route, n))]
    if isinstance(tree, dict):
        return [s for key, each in tree.items() for s in _scalars(each, (*route, key))]
    return [(route, tree)]

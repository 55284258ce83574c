"""Tests of what authors are told: one broken scenario for every problem, and its report."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from short import STORY, compiled, story

from scormkit.compiler import compile_file
from scormkit.problems import as_json, report

ROOT = Path(__file__).parents[2]
BROKEN = Path("tests/scormkit/broken")
SOURCES = sorted(p for p in (ROOT / BROKEN).glob("*.yaml") if "." not in p.stem)
CODE = re.compile(r"\[([a-z]+(?:-[a-z]+)*)\]$", re.MULTILINE)


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_report(source: Path) -> None:
    """A scenario with one fault is reported in exactly the words that stand beside it; with an
    error there is neither bundle nor media, with warnings only there is a bundle."""
    found = compile_file(source.relative_to(ROOT))
    told = source.with_suffix(".txt").read_text(encoding="utf-8")
    assert report(found.problems) + "\n" == told
    wrong = any(problem.severity == "error" for problem in found.problems)
    assert (found.bundle is None) is wrong
    assert not (wrong and found.media)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_one_code_a_file(source: Path) -> None:
    """A broken scenario has one kind of problem, and its file is named after it."""
    codes = set(CODE.findall(source.with_suffix(".txt").read_text(encoding="utf-8")))
    assert len(codes) == 1
    assert source.stem.startswith(codes.pop())


def test_nothing_lies_about() -> None:
    """Every report has its scenario."""
    reports = {p.stem for p in (ROOT / BROKEN).glob("*.txt")}
    assert reports == {source.stem for source in SOURCES}


def test_every_code_is_tested() -> None:
    """Every code that a problem can have has a broken scenario, or a test that names it."""
    shown = {code for p in (ROOT / BROKEN).glob("*.txt") for code in CODE.findall(p.read_text())}
    named = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py"))
    untested = {c for c in codes() - shown if f'"{c}"' not in named and f"[{c}]" not in named}
    assert untested == set()
    assert shown <= codes()


def test_codes_are_found() -> None:
    """The collection of codes sees those that are passed on by each of the ways there are."""
    assert {
        *("unreadable", "too-large", "duplicate-key", "missing-key", "two-channels", "unknown-act"),
        *("bad-condition", "unknown-objective", "unknown-cue", "test-path", "duplicate-scenario"),
        *("unreachable-act", "bad-name", "out-of-range", "tag", "unknown-text", "bad-start"),
    } <= codes()


def test_a_file_that_is_not_there() -> None:
    """A file that cannot be read is a problem, not a crash."""
    told = report(compile_file(BROKEN / "nowhere.yaml").problems)
    assert told == (
        "tests/scormkit/broken/nowhere.yaml: error: this file cannot be read: "
        "No such file or directory [unreadable]\n1 error"
    )


def test_a_medium_that_is_too_large(tmp_path: Path) -> None:
    """A medium of more than 2 MB is an error that says how large it is."""
    (tmp_path / "big.svg").write_bytes(b" " * 2_000_001)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    (tmp_path / "fits.svg").write_bytes(drawing.ljust(2_000_000))
    media = "media: {big: {file: big.svg, alt: Much}, fits: {file: fits.svg, alt: Less}}\n"
    source = tmp_path / "call.yaml"
    source.write_text(story(("variables:\n", f"{media}variables:\n")), encoding="utf-8")
    told = [str(problem) for problem in compile_file(source).problems]
    assert told == [
        f'{source}:14:15: error: "big.svg" is 2.0 MB; a medium may have 2 MB [too-large]\n'
        "  make it smaller"
    ]


def test_every_problem_at_once() -> None:
    """Problems of one stage come together, sorted by place, and are counted."""
    text = story(("minutes: 3", "minutes: 0"), ("language: en", "langage: en"))
    assert report(compiled(text).problems, "nothing was built").splitlines() == [
        'call.yaml:1:1: error: "language" is missing [missing-key]',
        "  Language of the texts (BCP 47), for example en.",
        'call.yaml:5:1: error: "langage" is not a key that is known [unknown-key]',
        '  did you mean "language"?',
        'call.yaml:6:10: error: minutes: "0" is less than 1 [out-of-range]',
        "  How long a learner usually needs; 6 to 10 is good.",
        "3 errors; nothing was built",
    ]


def test_json_says_the_same() -> None:
    """The list for programs has file, line, column, code, message, hint and severity of each."""
    assert as_json(compiled(story(("start: call", "start: cal"))).problems) == (
        '[\n  {\n    "file": "call.yaml",\n    "line": 22,\n    "column": 8,\n'
        '    "message": "the way on leads to \\"cal\\", which does not exist",\n'
        '    "code": "unknown-scene",\n    "hint": "did you mean \\"call\\"?",\n'
        '    "severity": "error"\n  }\n]'
    )


def test_the_story_itself_is_whole() -> None:
    """The story that these tests break has no problem of its own."""
    assert report(compiled(STORY).problems) == "no problems"


def codes() -> set[str]:
    """Every code in the source: what is passed as a parameter called code, or said of a schema."""
    trees = [ast.parse(p.read_text(encoding="utf-8")) for p in (ROOT / "scormkit").rglob("*.py")]
    at = {name: index for tree in trees for name, index in _takes_code(tree)}
    return {code for tree in trees for code in _given(tree, at)}


def _takes_code(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions, methods and dataclasses with a code, and at which place it stands in a call."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in node.args.args if a.arg != "self"]
        elif isinstance(node, ast.ClassDef):
            fields = (n for n in node.body if isinstance(n, ast.AnnAssign))
            names = [n.target.id for n in fields if isinstance(n.target, ast.Name)]
            for init in node.body:
                if isinstance(init, ast.FunctionDef) and init.name == "__init__":
                    names = [a.arg for a in init.args.args if a.arg != "self"]
        if "code" in names and getattr(node, "name", "__init__") != "__init__":
            # only classes and functions come this far, and both have a name
            yield node.name, names.index("code")  # type: ignore[attr-defined]


def _given(tree: ast.Module, at: dict[str, int]) -> Iterator[str]:
    for node in ast.walk(tree):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in at:
                found = [k.value for k in node.keywords if k.arg == "code"]
                found += node.args[at[name] : at[name] + 1]
        elif isinstance(node, ast.FunctionDef):
            found = [d for a, d in _defaults(node) if a == "code"]
            if isinstance(node.returns, ast.Name) and node.returns.id == "Said":
                returns = (n.value for n in ast.walk(node) if isinstance(n, ast.Return))
                found += [value.elts[1] for value in returns if isinstance(value, ast.Tuple)]
        yield from (str(f.value) for f in found if isinstance(f, ast.Constant))


def _defaults(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    names = [a.arg for a in node.args.args]
    yield from zip(names[len(names) - len(node.args.defaults) :], node.args.defaults, strict=True)

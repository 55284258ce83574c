"""Tests of the explanations of problem codes, and of the command that prints them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_broken import BROKEN, CODE, codes

from scormkit import codes as explanations
from scormkit.cli import main

ROOT = Path(__file__).parents[2]
ALL = explanations.codes()


def explain(code: str) -> Result:
    return CliRunner().invoke(main, ["check", "--explain", code])


def test_every_code_is_explained() -> None:
    """The file explains each code of the source; that none is left of a code that is gone is held
    by the tables, which test_documented compares with the source."""
    assert sorted(codes() - set(ALL)) == []


@pytest.mark.parametrize("name", ALL)
def test_explanations(name: str) -> None:
    """An explanation says what, why and the way out, with an example that changes when mended."""
    code = ALL[name]
    for text in (code.what, code.out, code.why, code.wrong, code.mended):
        assert isinstance(text, str)
        assert text.strip() == text != ""
    assert code.wrong != code.mended
    assert not code.what.endswith(".")
    assert code.why.endswith((".", "!"))
    told = explain(name)
    assert told.exit_code == 0
    assert code.why.split()[0] in told.output
    assert max(map(len, told.stdout.splitlines())) <= 120


def test_severities() -> None:
    """A code is called a warning where it is one in every report, and an error otherwise."""
    seen = defaultdict(set)
    for report in (ROOT / BROKEN).glob("*.txt"):
        text = report.read_text(encoding="utf-8")
        for severity, code in re.findall(r": (error|warning): .*\[([a-z-]+)\]$", text, re.M):
            seen[code].add(severity)
        assert CODE.search(text)
    assert {code: {ALL[code].severity} for code in seen} == seen


def test_the_readme_has_the_tables() -> None:
    """The compiler's README has the tables that the file makes, word for word."""
    readme = (ROOT / "scormkit" / "README.md").read_text(encoding="utf-8")
    for group in explanations.GROUPS:
        assert explanations.table(group) in readme


def test_what_is_printed() -> None:
    """An explanation for reading: what it means, why it matters, wrong, mended, the way out."""
    assert explain("[no-label]").stdout == (
        "no-label: error\n\n"
        "The verb alone does not say what the learner does.\n\n"
        'A button that says "ask" does not say whom or what.\n\n'
        "Wrong:\n    ask: {answer: Nothing came.}\n\n"
        "Mended:\n    ask: {label: Ask reception, answer: Nothing came.}\n\n"
        "Way out: add `label`.\n"
    )


def test_an_unknown_code() -> None:
    """A code that nobody knows is wrong use, with the nearest as a suggestion."""
    told = explain("dead-ned")
    assert told.exit_code == 2
    assert 'no problem has the code "dead-ned"; did you mean "dead-end"?' in told.stderr
    assert "README lists them all" in explain("qqqq").stderr

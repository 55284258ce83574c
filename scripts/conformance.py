"""Writes lrs/CONFORMANCE.md, what is met of xAPI by which test: python scripts/conformance.py"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests" / "lrs"
PAGE = ROOT / "lrs" / "CONFORMANCE.md"
VERSIONS = ("1.0.3", "2.0.0")
# Fixtures by which a test has a caller of one version alone.
ONE_VERSION = {"old": "1.0.3", "new": "2.0.0"}
_RANGE = re.compile(r"XAPI-(\d{5}) to XAPI-(\d{5})")
_NUMBER = re.compile(r"XAPI-\d{5}")


@dataclass(frozen=True)
class Requirements:
    """What is asked for: lines by name in groups, the version that alone asks for some, and why
    some have no test."""

    groups: Mapping[str, Mapping[str, str]]
    only: Mapping[str, str]
    untested: Mapping[str, str]

    def names(self) -> list[str]:
        """All names, in order."""
        return [name for group in self.groups.values() for name in group]

    def asked_in(self, name: str) -> tuple[str, ...]:
        """The versions that ask for a requirement."""
        if name.startswith("2.0 "):
            return ("2.0.0",)
        return (self.only[name],) if name in self.only else VERSIONS


@dataclass(frozen=True)
class Test:
    """A test, the versions in which it speaks, and what it quotes."""

    file: str
    name: str
    versions: tuple[str, ...]
    quotes: tuple[str, ...]


@cache
def requirements() -> Requirements:
    """The requirements as they are written down beside the tests."""
    told = yaml.safe_load((TESTS / "conformance" / "requirements.yaml").read_text("utf-8"))
    return Requirements(told["requirements"], told["only"], told["untested"])


@cache
def quoting() -> list[Test]:
    """Every test whose docstring quotes a requirement."""
    return list(_quoting(requirements()))


def _quoting(known: Requirements) -> Iterator[Test]:
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                quotes = quoted(ast.get_docstring(node) or "", known)
                given = {argument.arg for argument in node.args.args}
                spoken = tuple(ONE_VERSION[name] for name in given if name in ONE_VERSION)
                if quotes:
                    file = path.relative_to(TESTS).as_posix()
                    yield Test(file, node.name, spoken or VERSIONS, quotes)


def quoted(docstring: str, known: Requirements) -> tuple[str, ...]:
    """The names of the requirements that a docstring quotes. A range stands for all in it; a
    number that no requirement has is quoted, too, for test_conformance_list.py to find."""
    text = " ".join(docstring.split())
    found = set(_NUMBER.findall(text))
    for first, last in _RANGE.findall(text):
        found |= {f"XAPI-{number:05}" for number in range(int(first), int(last) + 1)}
    found |= {name for name in known.names() if name.startswith("2.0 ") and name in text}
    return tuple(sorted(found))


def page() -> str:
    """The whole page."""
    known = requirements()
    met: dict[str, list[Test]] = defaultdict(list)
    for test in quoting():
        for name in test.quotes:
            met[name].append(test)
    lines = [_head(known, met)]
    for title, group in known.groups.items():
        lines += [f"## {title}\n", "| requirement | asks that | tests |", "|---|---|---|"]
        lines += [f"| {name} | {told} | {_cell(met[name])} |" for name, told in group.items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _cell(found: list[Test]) -> str:
    shown = [f"`{test.name.removeprefix('test_')}`" for test in found[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return ", ".join(shown) + more if found else "none"


def _head(known: Requirements, met: Mapping[str, list[Test]]) -> str:
    rows, lines = [], []
    for version in VERSIONS:
        asked = [name for name in known.names() if version in known.asked_in(name)]
        tested = [n for n in asked if any(version in test.versions for test in met[n])]
        rows.append(f"| {version} | {len(asked)} | {len(tested)} | {len(asked) - len(tested)} |")
    for name in known.names():
        if not met[name]:
            lines.append(f"- {name}: {known.untested.get(name, 'not tested yet')}.")
    return f"""# What is met of xAPI

Made by `scripts/conformance.py` from the docstrings of the tests under `tests/lrs`, and held
current by `tests/lrs/test_conformance_list.py`.

**ADL's LRS conformance suite was not run against this store.** It is a service and a Node program
that could not be installed where the store was written. The tests were written from what the suite
asserts, case by case, read in its published files of both versions (several in an older revision
only, some in a port of it), from the requirements that ADL numbers, and from the standards. They
send what the suite sends, in the way it sends it, to a real server over HTTP. Where revisions of
the suite contradict each other, the store does what satisfies the most of them; whoever runs the
suite and finds a difference has found a bug here.

The numbers are those of ADL's list for 1.0.3, which 2.0.0's suite goes on using; what 2.0.0 asks
for besides has names of ours. A requirement counts as tested in a version if a test quotes it that
runs in that version and passes, as all tests must. The words are ours, and short; what counts is
what the tests do.

| version | asked for | tested and met | without a test |
|---|---|---|---|
{chr(10).join(rows)}

Without a test:

{chr(10).join(lines)}
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

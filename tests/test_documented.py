"""What can be met is explained: commands, options, problem codes and make targets."""

from __future__ import annotations

import ast
import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lrs.cli import main as lrs
from lrs.config import PREFIX, Settings
from scormkit.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPILER = (ROOT / "scormkit" / "README.md").read_text(encoding="utf-8")
STORE = (ROOT / "lrs" / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("*/README.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
# Where the code stands among the arguments of the calls that tell of a problem.
CALLS = {
    "Problem": 2,
    "Complaint": 1,
    "ConditionError": 1,
    "_refusal": 2,
    "error": 2,
    "warning": 2,
    "severe": 2,  # one of the two before
    "add": 2,
    "known": 4,
    "named": 2,
}


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its words, those of groups too."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


@pytest.mark.parametrize(("name", "command"), list(_commands(main)))
def test_every_command_and_option_is_in_the_readme(name: str, command: click.Command) -> None:
    """The README's command reference names every command with all its options."""
    assert f"scormkit {name}" in README
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert f"`{parameter.opts[0]}" in README, parameter.opts[0]


@pytest.mark.parametrize(("name", "command"), list(_commands(lrs)))
def test_every_command_and_option_of_the_store_is_in_its_readme(
    name: str, command: click.Command
) -> None:
    """A row of the store's README names the command, and all its options."""
    found = re.findall(rf"^\| `lrs {name}[` ].*$", STORE, re.M)
    assert len(found) == 1, name
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert f"`{parameter.opts[0]}`" in found[0], parameter.opts[0]
    assert "Example: lrs " in (command.help or "")


def test_the_store_s_settings_are_in_its_readme() -> None:
    """The table has each setting with its default and its line of help, in order, and no other."""
    rows = re.findall(r"^\| `(LRS_\w+)` \| (?:(.*?) )?\| (.+) \|$", STORE, re.M)
    assert rows == [
        (PREFIX + each.name.upper(), _default(each.default), each.metadata["told"])
        for each in dataclasses.fields(Settings)
    ]


def _default(value: object) -> str:
    text = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    return f"`{text}`" if text else ""


def test_the_store_s_scopes_metrics_and_endpoints_are_in_its_readme() -> None:
    """Each scope, each metric and each address beside xAPI's has its row."""
    from lrs.credentials import SCOPES
    from lrs.metrics import Metrics
    from lrs.operations import OPERATIONS

    metrics = {metric.name for metric in Metrics().registry.collect()}
    rows = set(re.findall(r"`([a-z_/.]+)[`?]", STORE))
    assert set(SCOPES) <= rows
    assert {each.path for each in OPERATIONS} <= rows
    assert {name for name in metrics if not {name, f"{name}_total"} & rows} == set()


def test_every_dependency_of_the_store_is_explained() -> None:
    """The README says of each what it is for."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = told["project"]["optional-dependencies"]["lrs"]
    for name in (re.match(r"[a-z0-9-]+", each) for each in names):
        assert name and re.search(rf"^- \*\*{name[0]}\*\*: ", STORE, re.M | re.I), name


def test_every_make_target_is_in_the_readme() -> None:
    """Whatever `make` lists is explained."""
    targets = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.M)
    assert targets
    assert [name for name in targets if f"make {name}" not in README] == []


def test_every_problem_code_is_in_the_table() -> None:
    """The compiler's README has one row for each problem code, and none for a code that is gone."""
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| .+ \|$", COMPILER, re.M)
    assert sorted(set(_codes()) - set(rows)) == [], "without a row"
    assert sorted(set(rows) - set(_codes())) == [], "not in the source any more"
    assert len(rows) == len(set(rows))


def test_every_problem_code_that_authors_see_is_found_here() -> None:
    """The search below misses no code of the broken scenarios' expected reports."""
    broken = ROOT / "tests" / "scormkit" / "broken"
    told = {
        code
        for report in broken.glob("*.txt")
        for code in re.findall(r"\[([a-z-]+)\]$", report.read_text(encoding="utf-8"), re.M)
    }
    assert told <= _codes()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    """A link to a file of ours finds it, and one to a heading finds that heading."""
    text = re.sub(
        r"^```.*?^```$|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.M | re.S
    )
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, heading = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), target
        assert not heading or heading in _headings(found), target


def _headings(path: Path) -> set[str]:
    """The anchors of a document's headings, as the usual viewers make them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _codes() -> set[str]:
    """Every problem code in the compiler's source."""
    return {
        code
        for path in sorted((ROOT / "scormkit").rglob("*.py"))
        for code in _codes_in(ast.parse(path.read_text(encoding="utf-8")), path.stem)
    }


def _codes_in(tree: ast.AST, module: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = CALLS.get(name)
            if place is not None and len(node.args) > place:
                yield from _slugs(node.args[place])
        elif isinstance(node, ast.arguments):
            named = zip(reversed(node.args), reversed(node.defaults), strict=False)
            yield from (code for arg, value in named if arg.arg == "code" for code in _slugs(value))
        elif module == "schema" and isinstance(node, ast.Tuple) and len(node.elts) == 3:
            message, code, _ = node.elts
            yield from () if list(_slugs(message)) else _slugs(code)


def _slugs(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and CODE.fullmatch(str(part.value)):
            yield str(part.value)

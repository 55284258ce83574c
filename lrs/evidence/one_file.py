"""verify.py: the parts of verifying/ put into one file, which stands alone in a pack."""

from __future__ import annotations

import ast
import builtins
import symtable
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lrs.evidence import verifying

PARTS = (  # as they are needed: each uses only what stands before it
    *("names", "report", "zips", "files", "signed", "log", "manifest", "seal", "outside"),
    *("sheet_file", "workbook", "sheets", "lots", "samples", "command"),
)
_FOLDER = verifying.__name__
_OURS = ("", "lrs", "scormkit")


class Unjoinable(Exception):
    """In one file a part would not mean what it means alone; says where, and why."""


class _Import(NamedTuple):
    """A name that is imported from a module; without one it is the module itself."""

    module: str
    name: str
    renamed: bool
    outermost: bool
    line: int

    def __str__(self) -> str:
        return f"{self.module} {self.name}".rstrip()

    @property
    def root(self) -> str:
        """The package: empty where the import is relative."""
        return self.module.split(".")[0]


def verify_py() -> str:
    """The program. It begins as the folder of its parts does: with what an auditor has to know."""
    folder = Path(verifying.__file__).parent
    head, *texts = ((folder / f"{each}.py").read_text("utf-8") for each in ("__init__", *PARTS))
    return joined(head, dict(zip(PARTS, texts, strict=True)))


def joined(head: str, parts: Mapping[str, str]) -> str:
    """The head, what the parts import of the standard library, then part after part, each under
    its docstring. Raises Unjoinable."""
    came = dict.fromkeys(dir(builtins), "Python")  # of each name that means something, from where
    imports: set[tuple[str, str]] = set()
    texts = []
    for part, text in parts.items():
        tree = ast.parse(text, f"{part}.py")
        bound = {}
        for each in _imports(tree):
            why = _why_not(each, came)
            if why:
                raise Unjoinable(f"{part}.py, line {each.line}: {each} {why}")
            if each.outermost and each.root not in _OURS:
                imports.add((each.module, each.name))
                bound[each.name or each.module] = f"import of {each}"
        bound |= dict.fromkeys(_defined(text), f"{_FOLDER}.{part}")
        for name, source in bound.items():
            if came.setdefault(name, source) != source:
                raise Unjoinable(f"{part}.py: {name} is there already, from {came[name]}")
        texts.append(f"{_heading(part, tree)}\n\n\n{_own(text, tree)}")
    return f"{head}\n{_written(imports)}\n\n" + "\n\n\n".join(texts) + "\n"


def _imports(tree: ast.Module) -> Iterator[_Import]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for each in node.names:
            of = each.name, ""
            if isinstance(node, ast.ImportFrom):
                of = "." * node.level + (node.module or ""), each.name
            yield _Import(*of, bool(each.asname), node in tree.body, node.lineno)


def _why_not(own: _Import, came: Mapping[str, str]) -> str | None:
    """Why an import can't be dropped (ours), put on top (the standard library's), or left where
    it is (others', inside of functions)."""
    if not own.outermost:
        return "is imported inside of something" if own.root in _OURS else None
    if own.renamed:
        return "gets another name"
    if own.root in _OURS:
        if own.name.startswith("_"):
            return "is private"
        return None if came.get(own.name) == own.module else "is in no part before"
    known = own.root in sys.stdlib_module_names and (own.name or own.root == own.module)
    return None if known else "is not imported as one of the standard library can be"


def _defined(text: str) -> Iterator[str]:
    """The names on the outermost level, but for imports."""
    for each in symtable.symtable(text, "part", "exec").get_symbols():
        if each.is_assigned():
            yield each.get_name()


def _heading(part: str, tree: ast.Module) -> str:
    told = ast.get_docstring(tree)
    if told is None:
        raise Unjoinable(f"{part}.py says nothing of itself")
    return "\n".join(f"# {line}".rstrip() for line in told.split("\n"))


def _own(text: str, tree: ast.Module) -> str:
    """A part without docstring and imports."""
    gone: set[int] = set()
    for node in tree.body:
        if node is tree.body[0] or isinstance(node, ast.Import | ast.ImportFrom):
            gone |= {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = enumerate(text.split("\n"), 1)
    return "\n".join(line for number, line in lines if number not in gone).strip("\n")


def _written(imports: Iterable[tuple[str, str]]) -> str:
    """The imports in the order that is usual: of the future, modules, names of modules."""
    names: dict[str, list[str]] = {}
    for module, name in sorted(imports, key=lambda each: _rank(each[1])):
        if name:
            names.setdefault(module, []).append(name)
    future = names.pop("__future__", [])
    lines = [f"from __future__ import {', '.join(future)}\n"] if future else []
    lines += [f"import {module}" for module, name in sorted(imports) if not name]
    lines += [f"from {module} import {', '.join(names[module])}" for module in sorted(names)]
    return "\n".join(lines)


def _rank(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then functions."""
    return not name.isupper(), not name[:1].isupper(), name

"""Who may import whom: a module imports only what the design lists above it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = (  # as design and README list them, ground first; a name stands for its folder too
    *(
        "problems",
        "resources",
        "document",
        "codes",
        "vocabulary",
        "schema",
        "conditions",
        "scenario",
    ),
    *(
        "diff",
        "reading",
        "cast",
        "acts",
        "resolve",
        "translation",
        "store",
        "organisation",
        "text",
        "bundle",
        "overlay",
        "play",
        "outlook",
        "paths",
        "checks",
        "profiles",
    ),
    *(
        "archive",
        "editions",
        "catalogue",
        "compiler",
        "reporting",
        "build_state",
        "packing",
        "builder",
    ),
    *("inspection", "prose", "drawing", "graph", "draft", "telling", "terminal", "ways"),
    *("exchange", "pseudo"),
    *("starter", "preview", "sources", "text_commands", "cli"),
)


def _modules() -> list[Path]:
    return sorted((ROOT / "scormkit").rglob("*.py"))


def _layer(name: str) -> int:
    return ORDER.index(name.split(".")[0])


def _imports(path: Path) -> set[str]:
    """The parts of scormkit that a module names in an import, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "scormkit":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scormkit."):
            found.add((node.module or "").removeprefix("scormkit."))
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("scormkit.") for a in node.names if "scormkit." in a.name}
    return found - {"__version__"}


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_above_it(path: Path) -> None:
    """No module imports upwards, none imports lrs, and a part's own files may import each other."""
    own = path.relative_to(ROOT / "scormkit").with_suffix("").parts[0]
    if own == "__init__":
        assert not _imports(path)
        return
    for name in _imports(path):
        other = name.split(".")[0]
        assert other == own or _layer(other) < _layer(own), f"{own} imports {other}"


def test_the_compiler_knows_nothing_of_the_store() -> None:
    """scormkit never imports lrs."""
    for path in _modules():
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names = [
            name
            for node in tree
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None) or "", *(a.name for a in node.names)]
        ]
        assert not any(name.split(".")[0] == "lrs" for name in names), path

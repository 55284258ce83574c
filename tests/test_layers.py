"""Who may import whom: a module imports only what the design lists above it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = (  # as design and README list them, ground first; a name stands for its folder too
    *(
        "problems",
        "resources",
        "slips",
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
        "template",
        "editions",
        "catalogue",
        "compiler",
        "reporting",
        "build_state",
        "packing",
        "builder",
    ),
    *("inspection", "prose", "drawing", "graph", "draft", "telling", "paper", "terminal", "ways"),
    *("transcript", "exchange", "pseudo"),
    *("starter", "preview", "sources", "text_commands", "cli"),
)

# The store's, in the same way; of its doors each line is one, and they don't know each other.
STORE_ORDER = (
    *("timestamps", "errors", "config", "logs", "trail", "passwords", "limits", "encodings"),
    *("lettering", "substitution"),
    *("strict_json", "database", "received", "player_keys", "credentials", "keyring"),
    *("openapi", "cors", "xapi"),
    *("days", "intervals", "quarters", "instants", "tabular", "mapping", "mapped", "kept_files"),
    *("people", "feeds", "rulings", "openings", "catalogue", "programme"),
    *(
        "register",
        "sittings",
        "attempts",
        "told",
        "waiting",
        "known",
        "unresolved",
        "sources",
        "side_by_side",
    ),
    *("freezing", "reviews", "reviewing", "minutes"),
    *("redactions", "sealing", "evidence"),
    *("rebuild", "whom", "erasure", "sweeping", "metrics", "health", "request_log", "edge", "feed"),
    *("operations", "app", "keys", "strict_http", "lane", "serving"),
    *(
        "cli_ground",
        "cli_names",
        "cli_people",
        "cli_feeds",
        "cli_asking",
        "cli_programme",
        "cli_rulings",
        "cli_trace",
        "cli_register",
    ),
    *("cli_review", "cli_seal", "cli_pseudonyms", "cli_evidence", "cli"),
)
DOORS = (
    "xapi.statements",
    "xapi.documents",
    "credentials",
    "people.door",
    "feeds.door",
    "rulings",
    "openings",
    "catalogue",
    "programme.versions",
    "received.seal_keys",
)


def _modules(package: str = "scormkit") -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def _layer(name: str) -> int:
    return ORDER.index(name.split(".")[0])


def _imports(path: Path, package: str = "scormkit") -> set[str]:
    """The parts of a package that a module names in an import, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        inside = f"{package}."
        if isinstance(node, ast.ImportFrom) and node.module == package:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(inside):
            named = (node.module or "").removeprefix(inside)
            own = ROOT.joinpath(package, *named.split("."))
            found |= {f"{named}.{a.name}" for a in node.names} if own.is_dir() else {named}
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix(inside) for a in node.names if inside in a.name}
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


@pytest.mark.parametrize("path", _modules("lrs"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_of_the_store_imports_only_what_stands_above_it(path: Path) -> None:
    """The ground, then the log, the keys, xAPI, what is done with it, and the command."""
    own = path.relative_to(ROOT / "lrs").with_suffix("").parts[0]
    if own in ("__init__", "migrations"):
        assert _imports(path, "lrs") <= {"database", "received.tables", "xapi.tables"}
        return
    for name in _imports(path, "lrs"):
        other = name.split(".")[0]
        above = STORE_ORDER.index(other) < STORE_ORDER.index(own)
        assert other == own or above, f"{own} imports {other}"


def test_every_module_of_the_store_has_its_place() -> None:
    """The order names all there are, and none that is gone."""
    there = {path.relative_to(ROOT / "lrs").with_suffix("").parts[0] for path in _modules("lrs")}
    assert there - {"__init__", "migrations"} == set(STORE_ORDER)


def test_doors_don_t_know_each_other() -> None:
    """What each brings into the log is its own affair."""
    for door in DOORS:
        path = ROOT.joinpath("lrs", *door.split(".")).with_suffix(".py")
        assert not _imports(path, "lrs") & (set(DOORS) - {door}), door


def test_the_log_knows_nothing_of_xapi() -> None:
    """What is received is bytes to it."""
    for path in sorted((ROOT / "lrs" / "received").glob("*.py")):
        assert not any(name.startswith(("xapi", "credentials")) for name in _imports(path, "lrs"))


def test_only_one_module_knows_how_type_is_set() -> None:
    """typst is imported by lrs/evidence/pdf.py and by nothing else that we ship or run."""
    knowing = {
        path.relative_to(ROOT).as_posix()
        for package in ("scormkit", "lrs", "bench", "scripts")
        for path in _modules(package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(each.name == "typst" for each in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "typst")
    }
    assert knowing == {"lrs/evidence/pdf.py"}

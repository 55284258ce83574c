"""Tests of the wheel: installed elsewhere, it makes the same packages as the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, at: Path) -> subprocess.CompletedProcess[str]:
    """What a command says; it knows nothing of the checkout but what is installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in command], cwd=at, env=kept, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    run(sys.executable, *build, at=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment of its own that has our dependencies, and us by the wheel."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    here = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=here))
    install = ("-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet")
    run(sys.executable, *install, "--no-deps", "--no-index", wheel, at=folder)
    # Their folder alone, without what a .pth in it adds: that would be the checkout.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "scormkit"


def test_what_is_inside(wheel: Path) -> None:
    """The wheel holds code, player, words, schemas and starter, and nothing that only we need."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "scormkit/compiler.py",
        "scormkit/player/engine.js",
        "scormkit/player/index.html",
        "scormkit/player/style/base.css",
        "scormkit/words/en.yaml",
        "scormkit/starter_files/scenario.yaml",
        "scormkit/schemas/scenario.schema.json",
        "scormkit/schemas/scorm12/imscp_rootv1p1p2.xsd",
        "scormkit/catalogue_page/page.html",
    } <= names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"lrs", "scormkit"}


def test_every_file_is_inside(wheel: Path) -> None:
    """No file of the package is left behind."""
    names = set(zipfile.ZipFile(wheel).namelist())
    found = [
        path for folder in ("scormkit", "lrs", "schemas") for path in (ROOT / folder).rglob("*")
    ]
    files = (p.relative_to(ROOT) for p in found if p.is_file() and "__pycache__" not in p.parts)
    inside = {
        f"scormkit/{p.as_posix()}" if p.parts[0] == "schemas" else p.as_posix() for p in files
    }
    assert inside <= names


def test_it_works_elsewhere(installed: Path, tmp_path: Path) -> None:
    """Outside of the checkout `new`, `check` and `build` work, and the packages have the same
    bytes as those that the checkout builds."""
    run(installed, "new", "parcel-scam", at=tmp_path)
    assert run(installed, "check", at=tmp_path).stdout == "no problems\n"
    run(installed, "build", "--out", "there", at=tmp_path)
    run(sys.executable, "-m", "scormkit.cli", "build", "--out", "here", at=tmp_path)
    there, here = (
        {path.name: path.read_bytes() for path in (tmp_path / out).glob("*.zip")}
        for out in ("there", "here")
    )
    assert len(there) == 3
    assert there == here


def test_the_store_works_elsewhere(installed: Path, tmp_path: Path) -> None:
    """Outside of the checkout the store makes its tables, and its first key."""
    told = run(installed.parent / "lrs", "key", "create", "lms", "--scope", "all", at=tmp_path)
    assert told.stdout.startswith("lms:")
    assert (tmp_path / "lrs.db").exists()


def test_it_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    """The code that ran is the wheel's, not the checkout's."""
    told = run(
        installed.parent / "python", "-c", "import scormkit; print(scormkit.__file__)", at=tmp_path
    )
    assert Path(told.stdout.strip()).is_relative_to(installed.parents[1])

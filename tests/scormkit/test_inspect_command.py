"""Tests of the command: what is printed, and what it exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from foreign import Contents, scorm12, scorm2004, zipped

from scormkit.cli import LMS_NAMES, main
from scormkit.profiles import PROFILES


def run(folder: Path, package: Contents | bytes, *options: str) -> Result:
    path = folder / "course.zip"
    path.write_bytes(package if isinstance(package, bytes) else zipped(package))
    return CliRunner().invoke(main, ["inspect", str(path), *options])


def test_a_sound_package(tmp_path: Path) -> None:
    """It prints what the package is, and exits with 0."""
    result = run(tmp_path, scorm12())
    assert result.exit_code == 0
    assert result.stdout.startswith("course.zip: SCORM 1.2\n")
    for words in ("Harbour safety", "harbour-course", "index.html", "80", "no problems", "Moodle"):
        assert words in result.stdout


def test_an_error(tmp_path: Path) -> None:
    """With an error it exits with 1, and the error stands at its place."""
    result = run(tmp_path, scorm12(manifest=('"harbour-item"', '"harbour item"')))
    assert result.exit_code == 1
    assert "imsmanifest.xml:12:7: error:" in result.stdout
    assert "1 error" in result.stdout


def test_warnings_alone(tmp_path: Path) -> None:
    """Warnings are printed, and it exits with 0."""
    result = run(tmp_path, scorm2004(manifest=('flow="true"', "")))
    assert result.exit_code == 0
    assert "[flow]" in result.stdout


def test_json(tmp_path: Path) -> None:
    """As JSON the same stands in fields, problems as rows."""
    result = run(tmp_path, scorm12(page=("</body>", "<img src=img/quay.svg></body>")), "--json")
    told = json.loads(result.stdout)
    assert told["courses"][0]["standard"] == "scorm12"
    assert told["courses"][0]["launch"] == ["index.html"]
    (row,) = told["problems"]
    assert (row["file"], row["line"], row["code"]) == ("index.html", 9, "image-alternative")
    assert set(told["lms"]) == set(PROFILES)


def test_one_lms(tmp_path: Path) -> None:
    """For one LMS, only that one is shown and its word counts."""
    result = run(tmp_path, {**scorm12(), "save.php": "<?php"}, "--lms", "docebo")
    assert result.exit_code == 1
    assert "Moodle" not in result.stdout
    assert "Docebo: it refuses the whole zip" in result.stdout


def test_a_refused_zip(tmp_path: Path) -> None:
    """A zip that can't be read is told in one line, without a trace of Python."""
    result = run(tmp_path, b"no zip")
    assert result.exit_code == 1
    assert "this is not a zip [not-a-zip]" in result.stdout
    assert "not read" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["lost.zip"], [".", "--lms", "moodle"]])
def test_wrong_use(arguments: list[str]) -> None:
    """No zip, one that isn't there or a folder is wrong use: 2."""
    assert CliRunner().invoke(main, ["inspect", *arguments]).exit_code == 2


def test_an_unknown_lms(tmp_path: Path) -> None:
    """An LMS that is not known is wrong use, and the known ones are named."""
    result = run(tmp_path, scorm12(), "--lms", "other")
    assert result.exit_code == 2
    assert "moodle" in result.stderr


def test_the_names_of_lmss() -> None:
    """The command knows the LMSs that have a profile."""
    assert set(LMS_NAMES) == set(PROFILES)

"""Tests of `lrs feeds`: data to stdout, words to stderr, and nothing stored by half."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import LMS, MAP, TITLES

from lrs.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `lrs feeds`, and expects an exit status."""
    env = {"LRS_DATABASE": f"sqlite:///{tmp_path / 'lrs.db'}", "LRS_DURABLE": "no"}

    def ran(*words: str, exits: int = 0) -> Result:
        result = CliRunner().invoke(main, ["feeds", *words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The words of an import that works."""
    told = [
        {"slug": slug, "title": title, "activity": iri} for slug, (title, iri) in TITLES.items()
    ]
    files = {
        "march.csv": "login,course,state,at\naruiz,SEC-101,passed,2026-03-31\nx,Fire safety,,\n",
        "map.yaml": MAP,
        "catalogue.json": json.dumps({"scenarios": told}),
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    options = {
        "--profile": "plain",
        "--lms": LMS,
        "--zone": "Europe/Berlin",
        "--course-map": str(tmp_path / "map.yaml"),
        "--catalogue": str(tmp_path / "catalogue.json"),
        "--as-of": "2026-06-30",
        "--by": "dana",
    }
    file = str(tmp_path / "march.csv")
    return ["import", file, *(word for option in options.items() for word in option)]


def test_an_import_tells_what_is_new(run: Run, words: list[str]) -> None:
    """First what would be, then what is, then that it is there already; and it is listed."""
    trial = run(*words, "--dry-run")
    assert trial.stdout == "phishing\tpassed\t1\n"
    assert trial.stderr == (
        '1 left out, the first in row 3: "Fire safety" is no exercise [other-course]\n'
        "2 read: 1 new, 0 known already, 1 left out; nothing is stored\n"
    )
    assert run("list").stdout == ""
    assert run(*words).stderr.splitlines()[-1] == (
        "import 1: 2 read: 1 new, 0 known already, 1 left out"
    )
    again = run(*words)
    assert again.stdout == ""
    assert again.stderr.endswith("this file is import 1 already; nothing is added\n")
    run(*words, "--zone", "UTC", "--corrects", "1")
    first, second = (line.split("\t") for line in run("list").stdout.splitlines())
    assert [first[0], *first[2:]] == [
        *("1", "2026-06-30", LMS, "march.csv", "plain", "Europe/Berlin", "dana", "1 of 2 new"),
        "corrected by 2",
    ]
    assert second[-3:] == ["UTC", "dana", "1 of 2 new"]


def test_with_an_error_nothing_is_imported(run: Run, words: list[str], tmp_path: Path) -> None:
    """The problems are printed by their rows, and the exit status is 1."""
    (tmp_path / "march.csv").write_text("login,course,state\naruiz,SEC-101,x\nb,Tea,passed\n")
    told = run(*words, exits=1)
    assert told.stdout == ""
    assert told.stderr.splitlines()[0].startswith('march.csv:2: error: state is "x"')
    assert told.stderr.splitlines()[-1] == "2 errors; nothing was imported"
    assert run("list").stdout == ""


def test_what_is_no_catalogue_is_told(run: Run, words: list[str], tmp_path: Path) -> None:
    """Rather than to know no exercise."""
    (tmp_path / "catalogue.json").write_text("[]")
    assert (
        "this file is no catalogue of scormkit build [bad-catalogue]" in run(*words, exits=1).stderr
    )
    assert run(*words, "--corrects", "7", exits=1)


def test_profiles_are_listed_with_what_they_are_for(run: Run) -> None:
    """And those that know a file in order to refuse it."""
    told = dict(line.split("\t") for line in run("profiles").stdout.splitlines())
    assert told["plain"] == "a sheet of your own, CSV or XLSX"
    assert "(never taken: this report can't prove a completion" in told["moodle-scorm-basic"]


def test_no_code_names_an_lms() -> None:
    """What one LMS writes stands in its profile, so that the next one needs a profile alone."""
    code = Path(__file__).parents[3] / "lrs"
    names = ("moodle", "docebo", "cornerstone", "workday", "successfactors")
    for path in (*code.glob("feeds/*.py"), code / "mapping.py", code / "cli_feeds.py"):
        said = path.read_text(encoding="utf-8").casefold()
        assert not [name for name in names if name in said], path

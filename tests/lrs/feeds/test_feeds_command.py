"""Tests of `lrs feeds`: data to stdout, words to stderr, and nothing stored by half."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from durable import opened
from samples import LMS, MAP, TITLES

from lrs.catalogue import Built, Publication
from lrs.cli import main

Run = Callable[..., Result]


@pytest.fixture
def address(tmp_path: Path) -> str:
    """The address of a database that isn't there yet."""
    return f"sqlite:///{tmp_path / 'lrs.db'}"


@pytest.fixture
def run(address: str) -> Run:
    """Runs `lrs feeds`, and expects an exit status."""

    def ran(*words: str, exits: int = 0) -> Result:
        env = {"LRS_DATABASE": address, "LRS_DURABLE": "no"}
        result = CliRunner().invoke(main, ["feeds", *words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


@pytest.fixture
def published(address: str) -> None:
    """The exercises are on record."""
    built = [
        Built({"slug": slug, "title": title, "activity": iri, "digest": slug}, {})
        for slug, (title, iri) in TITLES.items()
    ]
    with opened(address) as store:
        store.writer.submit("catalogue", Publication(tuple(built), "dana"))


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The words of an import that works."""
    rows = "aruiz,SEC-101,passed,2026-03-31\nx,Fire safety,,\n"
    (tmp_path / "march.csv").write_text(f"login,course,state,at\n{rows}", encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    options = {
        "--profile": "plain",
        "--lms": LMS,
        "--zone": "Europe/Berlin",
        "--course-map": str(tmp_path / "map.yaml"),
        "--as-of": "2026-06-30",
        "--by": "dana",
    }
    file = str(tmp_path / "march.csv")
    return ["import", file, *(word for option in options.items() for word in option)]


@pytest.mark.usefixtures("published")
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
        "import 3: 2 read: 1 new, 0 known already, 1 left out"
    )
    again = run(*words)
    assert again.stdout == ""
    assert again.stderr.endswith("this file is import 3 already; nothing is added\n")
    run(*words, "--zone", "UTC", "--corrects", "3")
    first, second = (line.split("\t") for line in run("list").stdout.splitlines())
    assert [first[0], *first[2:]] == [
        *("3", "2026-06-30", LMS, "march.csv", "plain", "Europe/Berlin", "dana", "1 of 2 new"),
        "corrected by 4",
    ]
    assert second[-3:] == ["UTC", "dana", "1 of 2 new"]


@pytest.mark.usefixtures("published")
def test_with_an_error_nothing_is_imported(run: Run, words: list[str], tmp_path: Path) -> None:
    """The problems are printed by their rows, and the exit status is 1."""
    rows = "aruiz,SEC-101,x\nb,The mnday inbox,passed\nc,the Monday Inbox,passed\n"
    (tmp_path / "march.csv").write_text(f"login,course,state\n{rows}", encoding="utf-8")
    told = run(*words, exits=1)
    assert told.stdout == ""
    assert told.stderr.splitlines()[0].startswith('march.csv:2: error: state is "x"')
    assert '  did you mean "The Monday inbox"?' in told.stderr.splitlines()
    assert told.stderr.splitlines()[-1] == "2 errors, 1 warning; nothing was imported"
    assert run("list").stdout == ""


def test_without_exercises_on_record_a_map_can_t_be_checked(run: Run, words: list[str]) -> None:
    """Which is said; an import that isn't there can't be corrected."""
    told = run(*words)
    assert told.stderr.startswith("--course-map: warning: no exercise was published yet")
    refused = run(*words, "--corrects", "7", "--zone", "UTC", exits=1)
    assert refused.stderr.endswith("there is no import 7; lrs feeds list shows those there are\n")


def test_an_lms_that_was_written_wrong_is_corrected(run: Run, words: list[str]) -> None:
    """Its other spelling is no obstacle to the right one, which then is the one that is known."""
    run(*words, "--lms", f"{LMS}/")
    assert "[other-lms]" in run(*words, exits=1).stderr
    assert run(*words, "--corrects", "1").stdout == "phishing\tpassed\t1\n"
    assert "[other-lms]" in run(*words, "--lms", f"{LMS}/", exits=1).stderr


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

"""Tests of the command: exit codes, what goes where, and what is left alone."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from short import story

from scormkit import __version__
from scormkit.cli import main

WARNED = (", feedback: Asked.", "")
BROKEN = ("start: call", "start: cal")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An author's folder, where the command is run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    write(tmp_path, "organisation", "company: Brightwater\ndomain: brightwater.example\n")
    write(tmp_path, "call", story())
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "scenarios" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_check_finds_nothing(folder: Path) -> None:
    """What is whole is exit 0."""
    result = run("check")
    assert (result.exit_code, result.output) == (0, "no problems\n")


def test_check_finds_an_error(folder: Path) -> None:
    """An error is exit 1; the report is words, so it goes to stderr."""
    write(folder, "call", story(BROKEN))
    result = run("check", "scenarios/call.yaml")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        'scenarios/call.yaml:22:8: error: the way on leads to "cal", which does not exist '
        '[unknown-scene]\n  did you mean "call"?\n1 error\n'
    )


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (("version: 1.0.0", "version: 1.0"), "Three numbers, such as 1.0.0"),
        (("title: A call at five", "title: 0800"), "put it in quotes, just as it stands here"),
        (("audience: [everyone]", "audience: all"), "write a list, in brackets: [all]"),
        (("  call:\n", "  Rückruf:\n"), 'for example "rueckruf"'),
        (("start: call", "start: Call"), 'for example "call"'),
        (("kind: safe, ", "kind: safe, text: One, two or three, "), "with a comma, put that whole"),
    ],
)
def test_check_tells_the_remedy(folder: Path, change: tuple[str, str], hint: str) -> None:
    """What a beginner writes otherwise is answered with how to write it."""
    write(folder, "call", story(change))
    assert hint in run("check").stderr


@pytest.mark.parametrize("command", ["check", "build", "preview", "play", "graph"])
def test_a_slug_is_not_a_path(folder: Path, command: str) -> None:
    """Whoever names the slug instead of the file is told the file."""
    result = run(command, "call")
    assert result.exit_code == 2
    assert f'did you mean "{Path("scenarios/call.yaml")}"?' in result.stderr


def test_check_from_within(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the folder of scenarios the way out is told; there is no other to look for."""
    monkeypatch.chdir(folder / "scenarios")
    assert "you are inside it: cd .." in run("check").stderr


def test_yml_is_not_passed_over(folder: Path) -> None:
    """A scenario whose name ends in .yml is refused by name instead of being left out."""
    write(folder, "other", story()).rename(folder / "scenarios" / "other.yml")
    result = run("check")
    assert result.exit_code == 2
    assert "rename it to other.yaml" in result.stderr


def test_warnings(folder: Path) -> None:
    """A warning is told, and is exit 1 only when it should count."""
    write(folder, "call", story(WARNED))
    assert run("check").exit_code == 0
    assert "[no-feedback]" in run("check").stderr
    assert run("check", "--strict").exit_code == 1


def test_json(folder: Path) -> None:
    """With --json the problems are data on stdout, and nothing else is there."""
    write(folder, "call", story(BROKEN))
    result = run("check", "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert [(row["file"], row["line"], row["code"]) for row in json.loads(result.stdout)] == [
        ("scenarios/call.yaml", 22, "unknown-scene")
    ]
    write(folder, "call", story())
    assert json.loads(run("check", "--json").stdout) == []


def test_all_scenarios_of_a_folder(folder: Path) -> None:
    """A folder means its scenarios, and neither values nor translations."""
    write(folder, "other", story(BROKEN).replace("scenario: call", "scenario: other"))
    write(folder, "call.de", "scenario: call\nlanguage: de\ntexts: {title: Ein Anruf}\n")
    result = run("check", "scenarios")
    assert result.stderr.count("unknown-scene") == 1
    assert "call.de" not in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "nowhere"), 'there is no file or folder "nowhere"'),
        (("check", "scenarios/call.de.yaml"), "in another language: name scenarios/call.yaml"),
        (("check", "scenarios/organisation.yaml"), "it is read with each scenario beside it"),
        (("build", "nowhere.yaml"), 'there is no file or folder "nowhere.yaml"'),
        (("check", "empty"), "there is no scenario here; begin with: scormkit new my-slug"),
        (("check", "--jsn"), "No such option"),
        (("chek",), "No such command 'chek'"),
        (("build", "--edition", "scorm13"), "'scorm13' is not one of"),
        (("build", "--jobs", "0"), "0 is not in the range x>=1"),
        (("new",), "Missing argument 'SLUG'"),
    ],
)
def test_wrong_use(folder: Path, words: tuple[str, ...], told: str) -> None:
    """Wrong use is exit 2, and says on stderr what is wrong with it."""
    (folder / "empty").mkdir()
    write(folder, "call.de", "language: de\n")
    result = run(*words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_build(folder: Path) -> None:
    """A build says on stderr what it made; a second one makes nothing again."""
    result = run("build", "--edition", "scorm12", "--quiet")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 built, 0 unchanged; see build/index.html\n"
    assert [path.name for path in Path("build").glob("*.zip")] == ["call-scorm12.zip"]


def test_build_refuses(folder: Path) -> None:
    """With an error nothing is built, exit 1, and the last good packages stay."""
    run("build", "--edition", "scorm12")
    before = Path("build/call-scorm12.zip").read_bytes()
    write(folder, "call", story(BROKEN))
    result = run("build", "--edition", "scorm12")
    assert result.exit_code == 1
    assert result.stderr.endswith("1 error; nothing was built\n")
    assert Path("build/call-scorm12.zip").read_bytes() == before
    write(folder, "call", story(WARNED))
    assert run("build", "--edition", "scorm12", "--strict").exit_code == 1
    assert Path("build/call-scorm12.zip").read_bytes() == before


def test_build_into_a_file(folder: Path) -> None:
    """Where no folder can be, the command says so, without a traceback."""
    Path("taken").write_text("x", encoding="utf-8")
    result = run("build", "--out", "taken")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: taken: ")


def test_new(folder: Path) -> None:
    """`new` says which files it wrote and what comes next."""
    result = run("new", "parcel-scam")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        "wrote scenarios/.schemas\nwrote scenarios/parcel-scam.yaml\n"
        "next: scormkit check scenarios/parcel-scam.yaml\n"
    )
    assert run("check").exit_code == 0


@pytest.mark.parametrize("slug", ["call", "organisation", "programme", "Call", "a b", "../x", "9"])
def test_new_refuses(folder: Path, slug: str) -> None:
    """What is there already, or cannot be a slug, is left alone."""
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    result = run("new", slug)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


@pytest.mark.parametrize("words", [(), ("check",), ("build",), ("new",)])
def test_help(words: tuple[str, ...]) -> None:
    """Each command explains itself, with an example."""
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "scormkit new" in result.output or "Example: scormkit" in result.output


def test_as_a_process(folder: Path) -> None:
    """The installed command does the same: exit code, words on stderr, data on stdout."""
    write(folder, "call", story(BROKEN))
    command = [sys.executable, "-m", "scormkit.cli"]
    done = subprocess.run([*command, "check", "--json"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)[0]["code"] == "unknown-scene"
    done = subprocess.run([*command, "build"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("1 error; nothing was built\n")
    done = subprocess.run([*command, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"scormkit, version {__version__}\n")


def test_preview_as_a_process(folder: Path) -> None:
    """With nothing but the scenario named, the preview starts and says where it is."""
    command = [sys.executable, "-m", "scormkit.cli", "preview", "scenarios/call.yaml"]
    started = subprocess.Popen(
        [*command, "--no-open", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background has Ctrl+C ignored, and all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert started.stderr is not None
        said = started.stderr.readline()
    finally:
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 0
    address = r"no problems; preview at http://127\.0\.0\.1:\d+/, Ctrl\+C ends it\n"
    assert re.fullmatch(address, said), said

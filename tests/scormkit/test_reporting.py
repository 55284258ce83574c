"""Tests of the reports for pipelines, against what their standards ask for."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from short import story

from scormkit.cli import main
from scormkit.problems import Mark, Problem
from scormkit.reporting import checked, junit, sarif

WARNED = (", feedback: Asked.", "")
FAILING = ("score: 100", "score: 90")
BROKEN = ("start: call", "start: cal")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An author's folder, where the command is run, with a name that a URI has to escape."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my scenarios").mkdir()
    return tmp_path


def write(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    text = story(*changes).replace("scenario: call", f"scenario: {name}", 1)
    (folder / "my scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", "my scenarios", *words])


# --- SARIF 2.1.0 ---


def sound(log: Any) -> list[dict[str, Any]]:
    """The results of a log that keeps to the rules of SARIF 2.1.0 and of code-scanning services."""
    assert log["version"] == "2.1.0"  # 3.13.2
    assert log["$schema"].endswith("sarif-2.1.0.json")  # 3.13.3
    (run_,) = log["runs"]
    driver = run_["tool"]["driver"]  # 3.14.6, 3.18.2
    assert driver["name"] == "scormkit"  # 3.19.8
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])  # 3.19.12
    assert run_["columnKind"] == "unicodeCodePoints"  # 3.14.17
    assert all(each["executionSuccessful"] is True for each in run_["invocations"])  # 3.20.14
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:  # 3.49
        for key in ("shortDescription", "fullDescription", "help"):
            assert rule[key]["text"].strip()
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert rule["help"]["markdown"].strip()
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note", "none")
        assert all(isinstance(tag, str) for tag in rule["properties"]["tags"])
    prints = []
    for result in run_["results"]:  # 3.27
        assert ids[result["ruleIndex"]] == result["ruleId"]  # 3.27.5, 3.27.6
        assert result["level"] in ("error", "warning", "note", "none")  # 3.27.10
        assert result["message"]["text"].strip()  # 3.27.11
        (location,) = result["locations"]
        place = location["physicalLocation"]["artifactLocation"]
        assert re.fullmatch(r"[!-~]+", place["uri"])  # RFC 3986: no spaces, ASCII alone
        assert "\\" not in place["uri"]
        if "uriBaseId" in place:  # 3.4.3: a relative reference
            assert not place["uri"].startswith(("/", ".."))
            assert ":" not in place["uri"]
        else:
            assert place["uri"].startswith("file:///")
        region = location["physicalLocation"]["region"]  # 3.30.5, 3.30.6: both count from 1
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        for name, value in result["partialFingerprints"].items():  # 3.27.17
            assert isinstance(name, str)
            assert isinstance(value, str)
            prints.append(value)
    assert len(prints) == len(set(prints))
    results: list[dict[str, Any]] = run_["results"]
    return results


def test_sarif(folder: Path) -> None:
    """An error and a warning are results of their rules, at their places, in files relative to
    where the command ran."""
    write(folder, "call", BROKEN)
    write(folder, "warned", WARNED)
    told = run("--format", "sarif")
    assert told.exit_code == 1
    assert told.stderr == ""
    results = sound(json.loads(told.stdout))
    places = [each["locations"][0]["physicalLocation"] for each in results]
    assert [(r["ruleId"], r["level"]) for r in results] == [
        ("unknown-scene", "error"),
        ("no-feedback", "warning"),
    ]
    assert places[0]["artifactLocation"]["uri"] == "my%20scenarios/call.yaml"
    assert places[0]["region"] == {"startLine": 22, "startColumn": 8}
    assert results[0]["message"]["text"].endswith('did you mean "call"?')


def test_sarif_of_nothing(folder: Path) -> None:
    """Without a problem the log is there, with no result and no rule: that closes old alerts."""
    write(folder, "call")
    told = run("--format", "sarif")
    assert told.exit_code == 0
    assert sound(json.loads(told.stdout)) == []


def test_sarif_fingerprints(tmp_path: Path) -> None:
    """A fingerprint stays when lines are put in above, and two equal problems have two."""
    one, moved, twin = (
        Problem(Mark("a.yaml", line, 3), "it is so", "no-label") for line in (5, 50, 60)
    )

    def prints(*problems: Problem) -> list[str]:
        results = sound(json.loads(sarif.sarif(problems, tmp_path)))
        return [each["partialFingerprints"]["problem/v1"] for each in results]

    assert prints(one) == prints(moved)
    assert len(set(prints(one, twin))) == 2


def test_sarif_elsewhere(tmp_path: Path) -> None:
    """A file outside of the folder, and a problem without a line, keep to the rules as well."""
    problem = Problem(Mark("/somewhere/ä b.yaml"), "it is so", "unreadable")
    (result,) = sound(json.loads(sarif.sarif([problem], tmp_path)))
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///somewhere/%C3%A4%20b.yaml"}
    assert place["region"]["startLine"] == 1


# --- JUnit ---


def read(text: str) -> ElementTree.Element:
    """The report, with totals that are the sums of its parts."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
        for case in cases:
            assert case.attrib["name"]
            assert case.attrib["classname"]
            assert float(case.attrib["time"]) >= 0
            assert int(case.attrib["line"]) >= 1
    for name in ("tests", "failures", "errors", "skipped"):
        assert int(root.attrib[name]) == sum(int(suite.attrib[name]) for suite in root)
    return root


def cases(text: str) -> dict[str, list[str]]:
    """What stands in each case, by its name."""
    found = read(text).iter("testcase")
    return {f"{c.attrib['classname']}/{c.attrib['name']}": [e.tag for e in c] for c in found}


def test_junit(folder: Path) -> None:
    """A case for each scenario and each test; a test that came out otherwise fails alone."""
    write(folder, "call", FAILING)
    write(folder, "fine")
    told = run("--format", "junit")
    assert told.exit_code == 1
    assert cases(told.stdout) == {
        "call/check": [],
        "call.tests/good": ["failure"],
        "fine/check": [],
        "fine.tests/good": [],
    }
    (failure,) = read(told.stdout).iter("failure")
    assert failure.attrib["type"] == "test-failed"
    assert failure.attrib["message"] == "the test expects score 90, but the play gives 100"
    assert "my scenarios/call.yaml:5" in (failure.text or "")


def test_junit_of_a_broken_scenario(folder: Path) -> None:
    """What cannot be played is skipped, not passed."""
    write(folder, "call", BROKEN)
    assert cases(run("--format", "junit").stdout) == {
        "call/check": ["failure"],
        "call.tests/good": ["skipped"],
    }


def test_junit_of_no_document(folder: Path) -> None:
    """A file that is no YAML is one failed case."""
    (folder / "my scenarios" / "call.yaml").write_text("a: b: c", encoding="utf-8")
    assert cases(run("--format", "junit").stdout) == {"call/check": ["failure"]}


def test_junit_warnings(folder: Path) -> None:
    """Warnings are output; with --strict they fail."""
    write(folder, "call", WARNED)
    relaxed, strict = run("--format", "junit"), run("--format", "junit", "--strict")
    assert (relaxed.exit_code, strict.exit_code) == (0, 1)
    assert cases(relaxed.stdout)["call/check"] == ["system-out"]
    assert cases(strict.stdout)["call/check"] == ["failure"]


def test_junit_of_odd_signs(tmp_path: Path) -> None:
    """A sign that XML has no room for does not break the report."""
    problem = Problem(Mark("a.yaml", 1, 1), "it says \x00 and \x1b <&", "syntax")
    odd = checked.Checked(tmp_path / "a.yaml", (problem,), False, 0.1)
    (failure,) = read(junit.junit([odd], False)).iter("failure")
    assert failure.attrib["message"] == "it says � and � <&"


# --- Beside the text ---


def test_files_beside_the_text(folder: Path) -> None:
    """--sarif and --junit write files, and the text goes to stderr as ever."""
    write(folder, "call", WARNED)
    told = run("--sarif", "check.sarif", "--junit", "check.xml")
    assert told.stdout == ""
    assert told.stderr.endswith("1 warning\n")
    assert len(sound(json.loads(Path("check.sarif").read_text(encoding="utf-8")))) == 1
    assert "call.tests/good" in cases(Path("check.xml").read_text(encoding="utf-8"))


def test_a_file_that_cannot_be_written(folder: Path) -> None:
    """A report that cannot be written is said, and is exit 1."""
    write(folder, "call")
    told = run("--sarif", "nowhere/check.sarif")
    assert told.exit_code == 1
    assert "nowhere/check.sarif: No such file or directory" in told.stderr


def test_json_is_a_format(folder: Path) -> None:
    """--json and --format json are the same."""
    write(folder, "call", WARNED)
    assert run("--json").stdout == run("--format", "json").stdout != ""

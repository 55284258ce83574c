"""What `check` found as JUnit XML: a suite for each scenario, a case for it and for each test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from scormkit.problems import Mark, Problem, has_errors
from scormkit.reporting.checked import OF_TESTS, Checked, by_test

# What XML 1.0 has no room for (2.2), even as a reference.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(every: Iterable[Checked], strict: bool) -> str:
    """The report; with `strict` warnings are failures, else they stand in the case's output."""
    root = Element("testsuites", name="scormkit check")
    for checked in every:
        root.append(_suite(checked, strict))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(checked: Checked, strict: bool) -> Element:
    file = str(checked.path)
    suite = Element("testsuite", name=_clean(file), time=f"{checked.seconds:.3f}")
    own = [problem for problem in checked.problems if problem.code not in OF_TESTS]
    case = _case(suite, checked.path.stem, "check", Mark(file, 1), checked.seconds)
    _told(case, own, strict)
    tests = by_test(checked)
    for name, (mark, problems) in tests.items():
        case = _case(suite, f"{checked.path.stem}.tests", name, mark)
        if checked.played:
            _told(case, problems, strict)
        else:
            SubElement(case, "skipped", message="not played: the scenario has errors")
    suite.set("tests", str(1 + len(tests)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    return suite


def _case(suite: Element, group: str, name: str, mark: Mark, seconds: float = 0.0) -> Element:
    line = str(max(1, mark.line))
    attributes = {"classname": _clean(group), "name": _clean(name), "file": _clean(mark.file)}
    return SubElement(suite, "testcase", {**attributes, "line": line, "time": f"{seconds:.3f}"})


def _told(case: Element, problems: Sequence[Problem], strict: bool) -> None:
    failing = [problem for problem in problems if strict or has_errors([problem])]
    if failing:
        first = failing[0]
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        failure = SubElement(case, "failure", message=_clean(first.message + more), type=first.code)
        failure.text = _clean("\n".join(map(str, failing)))
    rest = [problem for problem in problems if problem not in failing]
    if rest:
        SubElement(case, "system-out").text = _clean("\n".join(map(str, rest)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)

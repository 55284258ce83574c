"""Tests of what programme owners are told: each fault at its place, with a way out."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from lrs.programme import checks, exercises, publishing, reading
from lrs.programme.exercises import Known
from lrs.programme.programme import Exercise, Policy, Rule, Step, YearDay
from scormkit import document
from scormkit.problems import report

ROOT = Path(__file__).parents[3]
KNOWN = {
    "phishing": Known("1.2.0", {"lure": ("parcel", "payroll")}),
    "smishing": Known("1.0.0"),
    "vishing": Known(variants=None),
}
TEXT = """\
programme: example
title: An example
zone: Europe/Berlin
owner: {name: Noor, mail: noor@brightwater.example}
buckets:
  everyone: {title: Everybody, for: everyone}
exercises:
  phishing: {versions: any}
curriculum:
  everyone:
    onboarding: {within: 14, exercises: [phishing]}
    cadences:
      yearly: {every: year, within: 90, exercises: [phishing], earlier: 90}
assignment: told
escalation: []
notices:
  told: {subject: "{exercise}", text: "Dear {person}"}
"""


def said(text: str) -> str:
    """The report on a programme's text."""
    made, place, problems = reading.parsed(text.encode(), "programme.yaml", KNOWN)
    if made and place:
        problems += checks.warnings(made, place)
    return report(problems)


def test_nothing_wrong() -> None:
    """A programme without a fault is not complained of."""
    assert said(TEXT) == "no problems"


CASES = [
    (
        ("Berlin", "Berln"),
        '3:7: error: "Europe/Berln" is not a time zone [unknown-zone]\n'
        '  did you mean "Europe/Berlin"?',
    ),
    (
        ("yearly: {", "yearly: {form: access, "),
        '13:16: error: "form" is not a key that is known in yearly [unknown-key]\n'
        '  did you mean "from"?',
    ),
    (
        ("within: 14", "within: 14 days"),
        '11:26: error: within: "14 days" is a text; expected a whole number [wrong-type]\n'
        "  In how many days it is due: 14 from the 1st is the 15th.",
    ),
    (
        ("14, exercises: [phishing]", "14, exercises: [phising]"),
        '11:42: error: "phising" is not an exercise [unknown-exercise]\n  did you mean "phishing"?',
    ),
    (
        ("  phishing: {versions: any}", "  phish: {versions: any}"),
        '8:3: error: "phish" is not an exercise [unknown-exercise]\n  did you mean "phishing"?',
    ),
    (
        ("14, exercises: [phishing]", "14, exercises: [{scenario: phishing, variant: {luer: a}}]"),
        '11:73: error: "luer" is not a pool of variants of "phishing" [unknown-variant]\n'
        '  did you mean "lure"?',
    ),
    (
        ("14, exercises: [phishing]", "14, exercises: [{scenario: phishing, variant: {lure: a}}]"),
        '11:79: error: "a" is not an option of "lure" [unknown-variant]\n'
        "  known here: parcel or payroll",
    ),
    (
        ("  everyone:\n    onb", "  all:\n    onb"),
        '10:3: error: "all" is not a bucket of this file [unknown-bucket]\n  known here: everyone',
    ),
    (
        ("assignment: told", "assignment: tolds"),
        '14:13: error: "tolds" is not a notice of this file [unknown-notice]\n'
        '  did you mean "told"?',
    ),
    (
        ("escalation: []", "escalation: [{after: 1, to: [manager], notice: late}]"),
        '15:48: error: "late" is not a notice of this file [unknown-notice]\n  known here: told',
    ),
    (
        ("escalation: []", "escalation: [{to: [manager], notice: told}]"),
        '15:14: error: neither "before" nor "after" is there [no-way]\n'
        '  write one of the two: "before" or "after"',
    ),
    (
        ("every: year, within", "within"),
        '13:7: error: neither "every" nor "on" is there [no-way]\n'
        '  write one of the two: "every" or "on"',
    ),
    (
        ("every: year", "every: year, on: [03-15]"),
        '13:29: error: "every" and "on" exclude each other [two-ways]\n  keep one of the two',
    ),
    (
        ("every: year, within: 90", "every: year, from: access"),
        '13:7: error: with "from: access" it must be said within how many days it is due '
        "[no-within]\n  add within: 30",
    ),
    (
        ("every: year", "on: [02-29]"),
        '13:21: error: "02-29" is not in every year [bad-day]\n  write 02-28, which every year has',
    ),
    (
        ("every: year", "on: [2027-02-29]"),
        '13:21: error: "2027-02-29" is not a day [bad-day]\n  write it like 03-15',
    ),
    (
        ("every: year", "on: [03-15], from: access"),
        "13:29: error: days that are named have no beginning [odd-key]\n"
        '  leave it out, or write "every"',
    ),
    (
        (
            "every: year, within: 90, exercises: [phishing]",
            "every: year, turns: [phishing, vishing]",
        ),
        "13:47: error: this turn never comes: a year has only 1, and begins with "
        "the first [turn-never-comes]\n  take it out",
    ),
    (
        ("versions: any", "versions: at-least 1.10.0"),
        '8:24: error: "phishing" is at version 1.2.0: no completion would count '
        "[no-such-version]\n  write at-least 1.2.0, or lower",
    ),
    (
        ("versions: any", "stands-for: [phishing]"),
        "8:27: error: an exercise stands for itself anyway [stands-for-itself]\n"
        "  name another one, or leave it out",
    ),
    (
        ("{exercise}", "{excercise}"),
        '17:19: error: "excercise" is not a field of notices [unknown-field]\n'
        '  did you mean "exercise"?',
    ),
    (
        ("Dear {person}", "Dear {person}}"),
        "17:39: error: a brace that opens or closes nothing [lone-brace]\n"
        "  write a field like {person}",
    ),
    (
        ("for: everyone}", "for: {kinds: [employee, intern]}}"),
        "9:1: warning: contractors and vendors who get access owe nothing for it [left-out]\n"
        '  give a bucket that is "for" them an onboarding; one for roles alone leaves some out',
    ),
    (
        ("for: everyone}", "for: {roles: [engineering]}}"),
        "9:1: warning: employees, contractors, interns and vendors who get access owe nothing for "
        'it [left-out]\n  give a bucket that is "for" them an onboarding; one for roles alone '
        "leaves some out",
    ),
    (
        ("  everyone: {title: E", "  it: {title: IT, for: {roles: [it]}}\n  everyone: {title: E"),
        '6:3: warning: nothing is asked of the bucket "it" [unused]\n'
        '  name it under "curriculum", or take it out',
    ),
    (
        ("assignment: told\n", ""),
        '16:3: warning: the notice "told" is never sent [unused]\n'
        '  name it under "escalation" or "assignment", or take it out',
    ),
    (
        ("  phishing: {versions: any}", "  smishing: {pass: 80}"),
        '8:3: warning: no rule asks for "smishing" [unused]\n'
        '  name it under "curriculum", or take it out',
    ),
    (
        ("earlier: 90", "earlier: 300"),
        '13:7: warning: one completion of "phishing" can be on time for two times in a row '
        '[counts-twice]\n  make "earlier" or "within" smaller',
    ),
]


@pytest.mark.parametrize(("change", "expected"), CASES, ids=[f"{c[0][1][:25]}" for c in CASES])
def test_report(change: tuple[str, str], expected: str) -> None:
    """A programme with one fault is reported in these words, at the fault's place."""
    assert TEXT.count(change[0]) == 1
    lines = said(TEXT.replace(*change)).splitlines()
    assert "\n".join(lines[:-1]) == f"programme.yaml:{expected}"


def codes() -> set[str]:
    """The codes in the source: where they stand among what is told of a problem."""
    folder, place = ROOT / "lrs" / "programme", {"add": 2, "known": 4}
    read, checked = (
        list(ast.walk(ast.parse((folder / name).read_text(encoding="utf-8"))))
        for name in ("reading.py", "checks.py")
    )
    parts = [
        part
        for node in read
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for part in node.args[place.get(node.func.attr, 9) :][:1]
    ]
    yielded = [node.value for node in checked if isinstance(node, ast.Yield)]
    parts += [node.elts[2] for node in yielded if isinstance(node, ast.Tuple)]
    words = {str(part.value) for part in parts if isinstance(part, ast.Constant)}
    return words | {"unknown-bucket"}  # it stands in a tuple of its own


def test_every_code_is_explained() -> None:
    """Each code of the programme has a case above and a row in the store's README."""
    told = {code for _, text in CASES for code in re.findall(r"\[([a-z-]+)\]\n", text)}
    page = (ROOT / "lrs" / "README.md").read_text(encoding="utf-8")
    rows = page.partition("### Problem codes of programmes")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| `([a-z-]+)` \| .+ \| .+ \|$", rows, re.M))
    assert codes() >= {"unknown-zone", "no-within", "left-out", "unknown-variant"}
    assert codes() == told - {"unknown-key", "wrong-type"}  # the compiler's README has these
    assert codes() == explained


EXAMPLES = re.findall(
    r"^```yaml\n(# programme\.yaml\n.*?)^```$",
    (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8"),
    re.M | re.S,
)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_manual_s_examples(number: int) -> None:
    """An example of a programme in the manual has no problem; a part of one is put into the
    first, which is whole, key by key."""
    whole, part = (document.parse(EXAMPLES[n].encode(), "x").data for n in (0, number))
    text = json.dumps({**whole, **part}).encode()
    known = {"parcel-scam": Known("1.0.0", {"pretext": ("parcel",)}), "lost-laptop": Known("1.0.0")}
    made, place, problems = reading.parsed(text, "programme.yaml", known)
    assert made and place, report(problems)
    assert report([*problems, *checks.warnings(made, place)]) == "no problems"
    assert len(EXAMPLES) > 3


def test_all_at_once() -> None:
    """Every fault is told in one go, in the order of the file."""
    broken = (
        TEXT.replace("Berlin", "Berln")
        .replace("told: {", "tell: {")
        .replace("14, exercises: [phishing]", "14, exercises: [phising]")
    )
    assert re.findall(r":(\d+):\d+: error", said(broken)) == ["3", "11", "14"]


def test_empty() -> None:
    """An empty file says how a programme begins, and one that is no YAML where it breaks."""
    assert 'begin with "programme: my-programme"' in said("")
    assert "programme.yaml:1:" in said("programme: [")


def test_understood() -> None:
    """What is written is what is meant: defaults of the file, policies, days, steps."""
    text = TEXT.replace("zone:", "grace: 2\nearlier: 5\npass: 80\nversions: newest\nzone:")
    text = text.replace("  phishing: {versions: any}", "  smishing: {stands-for: [phishing]}")
    text = text.replace("every: year", "on: [06-01, 2027-02-28]").replace("earlier: 90", "grace: 0")
    steps = "{before: 7, to: [person], notice: told}, {after: 1, to: [owner], notice: told}"
    text = text.replace("escalation: []", f"escalation: [{steps}]")
    made, _, problems = reading.parsed(text.encode(), "programme.yaml", KNOWN)
    assert made, report(problems)
    (curriculum,) = made.curricula
    path = "curriculum/everyone/onboarding"
    assert curriculum.onboarding == Rule(path, (Exercise("phishing"),), 14, 5, 2)
    (cadence,) = curriculum.cadences
    assert (cadence.on, cadence.earlier, cadence.grace) == (
        *((YearDay(6, 1), YearDay(2, 28, 2027)), 5, 0),
    )
    assert made.policy_of("smishing") == Policy(None, True, 80, ("phishing",))
    assert made.policy_of("phishing/lure=parcel") == Policy(None, True, 80)
    through = text.replace("pass: 80", "pass: completion\nwaivers: count")
    through = through.replace("smishing: {", "smishing: {waivers: by-ruling, ")
    made_so, _, problems = reading.parsed(through.encode(), "programme.yaml", KNOWN)
    assert made_so, report(problems)
    assert made_so.policy == Policy(newest=True, completion=True, waivers=True)
    assert made_so.policy_of("smishing") == Policy(None, True, None, ("phishing",), True, False)
    assert made.met_by("phishing/lure=parcel") == ("phishing/lure=parcel", "phishing", "smishing")
    assert made.escalation == (Step(-7, ("person",), "told"), Step(1, ("owner",), "told"))


@pytest.mark.parametrize(
    ("policy", "version", "takes"),
    [
        (Policy(), "0.0.1", True),
        (Policy("1.2.0"), "1.10.0", True),
        (Policy("1.2.0"), "1.1.9", False),
        (Policy(newest=True), "1.1.9", False),
        (Policy(newest=True), "2.0.0", True),
    ],
)
def test_versions_that_count(policy: Policy, version: str, takes: bool) -> None:
    """Any version counts, or those from one on (by numbers, not by letters), or the newest."""
    assert policy.takes(version, "2.0.0") is takes


def test_exercises_in_a_folder(tmp_path: Path) -> None:
    """The scenarios beside a programme are known with version and variants; translations, the
    organisation and the programme are none; one that can't be read is known by its name alone."""
    for name in ("programme", "organisation", "phishing.de"):
        (tmp_path / f"{name}.yaml").write_text("title: x\n")
    scenario = "scenario: phishing\nversion: 1.2.0\nvariants: {lure: {parcel: {}, payroll: {}}}\n"
    (tmp_path / "phishing.yaml").write_text(scenario)
    (tmp_path / "smishing.yaml").write_text("scenario: [")
    (tmp_path / "vishing.yaml").write_text("- 1\n")
    assert exercises.in_folder(tmp_path) == {
        "phishing": KNOWN["phishing"],
        "smishing": Known(variants=None),
        "vishing": Known(variants=None),
    }


def test_shipped_programme() -> None:
    """What is shipped has no problem, not even a warning; every exercise that is shipped is asked
    of somebody; and the language server is pointed to the schema, as in scenarios."""
    path = ROOT / "scenarios" / "programme.yaml"
    there = exercises.in_folder(path.parent)
    judged = publishing.judged(path, there)
    assert report(judged.problems) == "no problems"
    assert judged.programme
    rules = [
        rule
        for each in judged.programme.curricula
        for rule in (each.onboarding, each.role_change, *each.cadences)
        if rule
    ]
    asked = {each.slug for rule in rules for each in rule.exercises}
    assert asked == set(there)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/programme.schema.json"


def test_unreadable(tmp_path: Path) -> None:
    """A file that isn't there is a problem, not a traceback."""
    (problem,) = publishing.judged(tmp_path / "programme.yaml").problems
    assert "cannot be read" in str(problem)

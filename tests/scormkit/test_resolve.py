"""Tests of resolving: every name leads somewhere, and looks come free with what is on the scene."""

from __future__ import annotations

import pytest
from short import bundle, compiled, said, story

from scormkit import document
from scormkit.resolve import resolve

HANG_UP = "      hang-up: {outcome: right, score: {verify: 1}, feedback: Good., then: desk}\n"


def acts(text: str, scene: str) -> dict[str, dict[str, object]]:
    return {act["id"]: act for act in bundle(text)["scenes"][scene]["acts"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("start: call", "start: [{when: hurried, to: call}]", "[no-otherwise]"),
        ("start: call", "start: [{to: call}, {to: desk}]", "[unreachable-route]"),
        ("start: call", "start: kal", "[unknown-scene] the way on leads to"),
        ("then: desk}", "then: [{when: hurryed, to: lost}, {to: desk}]}", "[unknown-variable]"),
        ("- rosa: There", "- rosie: There", '29:11 [unknown-person] "rosie" speaks, but is not'),
        ("caller: {name: Unknown, number: +1 202 555 0177}", "caller: roza", "[unknown-person]"),
        ("room: Help desk\n", "room: R\n      members: [roza]\n", '[unknown-person] "roza" is not'),
        ("kind: urgency,", "kind: urgency, on: colour,", "[unknown-part]"),
        ("feedback: Asked.", "cues: [rush], feedback: Asked.", '[unknown-cue] "rush" is not a cue'),
        ("feedback: Asked.", "at: rosa, feedback: Asked.", ""),
        ("feedback: Asked.", "at: door, feedback: Asked.", '[unknown-part] "door" is not a link'),
        ("feedback: Asked.", "answer: [{ros: Yes.}], feedback: Asked.", "[unknown-person]"),
        ("set: {hurried: true}", "set: {hurried: 1}", '[wrong-type] "hurried" is a flag'),
        ("set: {hurried: true}", "set: {trust: high}", '[wrong-type] "trust" is a number'),
        ("set: {hurried: true}", "set: {trust: true}", '[wrong-type] "trust" is a number'),
        ("set: {hurried: true}", "set: {trust: 4}", '[out-of-range] "trust" stays between 0 and 3'),
        ("set: {hurried: true}", "set: {mood: sad}", '[unknown-value] "sad" is not a value'),
        ("set: {hurried: true}", "set: {mood: 1}", '[unknown-value] "1" is not a value'),
        ("set: {hurried: true}", "set: {hurry: true}", '38:15 [unknown-variable] "hurry" is not'),
        ("{start: calm,", "{start: clam,", '[bad-start] "clam" is not a value'),
        ("trust: {start: 1", "trust: {start: -1", "[bad-start] it starts at -1, outside 0..3"),
        ("  pretext:\n", "  mood:\n    x: {what: y}\n  pretext:\n", "19:3 [duplicate-name]"),
        ("outage: {what: ", "outage: {was: ", "[uneven-variants]"),
        ("  rosa: {name", "  narrator: {name: X}\n  rosa: {name", "[reserved-name]"),
        (
            "  kept: {kind",
            "  desk: {kind: safe, title: K, text: K}\n  kept: {kind",
            "[duplicate-name]",
        ),
        ("say: The code", "label: The code", '34:7 [no-verb] "give" is not a verb'),
        ("ask: {label: No., ", "ask: {", '[no-label] "ask" alone'),
        ("scenario: call", "scenario: calls", ""),
    ],
)
def test_names(old: str, new: str, expected: str) -> None:
    """A name that leads nowhere is told at its place; one that leads somewhere is not."""
    told = said(story((old, new)))
    if expected:
        assert any(expected in each for each in told), told
    else:
        assert told == []


def test_every_name_at_once() -> None:
    """Names are looked at together: one that is wrong hides no other."""
    told = said(
        story(
            ("then: desk}", "then: dekc}"),
            ("score: {verify: 1}, feedback: Asked.", "score: {verfy: 1}, feedback: Asked."),
        )
    )
    assert [each.split("]")[0] for each in told] == [
        "33:76 [unknown-scene",
        "47:49 [unknown-objective",
    ]


def test_slug_and_file() -> None:
    """A scenario has the name of its file."""
    source = document.parse(story().encode(), "scenarios/calls.yaml")
    scenario, problems = resolve(source)
    assert scenario is None
    assert [problem.code for problem in problems] == ["slug-and-file"]
    assert problems[0].hint == 'write "scenario: calls", or rename the file to call.yaml'


def test_decisions_and_looks() -> None:
    """What has an outcome or a way on is a decision; the rest are looks and cost a minute."""
    text = story(
        (HANG_UP, HANG_UP + "      wait: {}\n      open: {minutes: 4}\n      leave: {then: lost}\n")
    )
    made = acts(text, "call")
    assert (made["wait"]["decision"], made["wait"]["minutes"]) == (False, 1)
    assert made["open"]["minutes"] == 4
    assert (made["leave"]["decision"], made["leave"]["outcome"]) == (True, "neutral")
    assert "minutes" not in made["leave"]
    assert "outcome" not in made["wait"]


MORE = """\
      deny: {outcome: wrong, feedback: F.}
      block: {outcome: wrong, feedback: F., closes: false}
      leave: {then: lost, closes: true}
"""


def test_closes() -> None:
    """A decision closes its thing unless it leads on, or says otherwise."""
    made = acts(story((HANG_UP, HANG_UP + MORE)), "call")
    closes = {name: act.get("closes", False) for name, act in made.items() if act["decision"]}
    assert closes == {"hang-up": False, "give": False, "deny": True, "block": False, "leave": True}


def test_saying() -> None:
    """`say: words` is the verb say with these words; an act's id can be its verb."""
    made = acts(story(), "call")
    assert (made["give"]["do"], made["give"]["label"]) == ("say", "The code is 48.")
    assert (made["hang-up"]["do"], "label" in made["hang-up"]) == ("hang-up", False)


INBOX = """\
  box:
    title: Mail
    inbox:
      messages:
        bill:
          from: {name: N, address: n@x.example}
          subject: S
          body: "[see](pay) [now]{soon}"
          links: {pay: {url: "https://x.example/"}}
          attachments: {doc: {name: d.pdf}}
          cues:
            soon: {kind: urgency, why: W.}
            odd: {kind: sender-address, on: from, why: W.}
            far: {kind: url-hyperlink, on: pay, why: W.}
            pair: {kind: attachment-type, on: doc, why: W.}
            head: {kind: sender-address, on: headers, why: W.}
          acts:
            report: {outcome: right, score: {verify: 1}, feedback: F., then: call}
            click: {at: pay, outcome: wrong, feedback: F., then: lost}
"""
BOXED = (
    ("start: call\nscenes:\n", f"start: box\nscenes:\n{INBOX}"),
    ("[hang-up, ask]", "[bill.report, hang-up, ask]"),
)


def test_free_looks_of_a_message() -> None:
    """A message gives its headers, its sender, each link and attachment, with what they reveal."""
    made = acts(story(*BOXED), "box")
    looks = {
        name: (act["do"], act.get("on"), act.get("at"), act.get("cues"))
        for name, act in made.items()
        if not act["decision"]
    }
    assert looks == {
        "bill.headers": ("headers", "bill", None, ["head"]),
        "bill.sender": ("sender", "bill", None, ["odd"]),
        "bill.pay.inspect": ("inspect", "bill", "pay", ["far"]),
        "bill.doc.preview": ("preview", "bill", "doc", ["pair"]),
        "directory": ("directory", None, None, None),
    }


def test_an_authored_look_takes_the_place_of_a_free_one() -> None:
    """Where the author wrote the same look, there is no second."""
    mine = (
        "          acts:\n            report",
        "          acts:\n            headers: {minutes: 3}\n            report",
    )
    made = acts(story(*BOXED, mine), "box")
    assert made["bill.headers"]["minutes"] == 3
    assert next(iter(made)) == "bill.headers"
    assert len([act for act in made.values() if act["do"] == "headers"]) == 1


def test_free_looks_elsewhere() -> None:
    """Conversations give the card of everybody but the learner; a phone gives the directory."""
    made = acts(story(("room: Help desk\n", "room: R\n      members: [rosa, you]\n")), "desk")
    assert [name for name, act in made.items() if not act["decision"]] == [
        "rosa.profile",
        "directory",
    ]
    assert "directory" in acts(story(), "call")
    assert "directory" not in acts(story((", listed: true", "")), "call")


@pytest.mark.parametrize(
    ("timer", "told"),
    [
        ("timer: {seconds: 60, act: wait}", []),
        ("timer: {seconds: 60, act: hang-up}", ["timer-scores"]),
        ("timer: {seconds: 60, act: give}", ["timer-scores"]),
        ("timer: {seconds: 60, act: weit}", ["unknown-act"]),
        ("timer: {seconds: 5, act: wait}", ["out-of-range"]),
    ],
)
def test_timer(timer: str, told: list[str]) -> None:
    """Time never costs points (WCAG 2.2.1): what a timer takes is neutral and scores nothing."""
    text = story(
        (HANG_UP, f"{HANG_UP}      wait: {{then: desk}}\n"),
        ("  desk:\n", f"    {timer}\n  desk:\n"),
    )
    assert [problem.code for problem in compiled(text).problems] == told


def test_conditions_reach_the_bundle() -> None:
    """What is written as a condition is a tree in the bundle."""
    text = story(("then: desk}", "then: [{when: trust >= 2 or hurried, to: lost}, {to: desk}]}"))
    assert acts(text, "call")["hang-up"]["then"] == [
        {"when": ["or", [">=", "trust", 2], ["flag", "hurried"]], "to": "lost"},
        {"to": "desk"},
    ]


def test_whole_numbers() -> None:
    """A number written 3.0 is 3 everywhere."""
    text = story(
        ("minutes: 3", "minutes: 3.0"),
        ("score: {verify: 1}, feedback: Good.", "score: {verify: 1.0}, feedback: Good."),
    )
    assert repr(bundle(text)["minutes"]) == "3"
    assert bundle(text) == bundle(story())

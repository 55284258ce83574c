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


@pytest.mark.parametrize(
    ("change", "told", "hint"),
    [
        ("{trust: +1}", '"trust" would become 1', 'to add 1, write "+1", in quotes'),
        ("{trust: -1}", '"trust" stays between 0 and 3', 'write "-1", in quotes'),
        ("{hurried: yes}", '"hurried" is a flag', "write true"),
    ],
)
def test_changes_of_variables(change: str, told: str, hint: str) -> None:
    """A change that would not do what it looks like is told with the way to write it."""
    (problem,) = compiled(story(("set: {hurried: true}", f"set: {change}"))).problems
    assert told in problem.message
    assert hint in problem.hint


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


PLACES = """\
  text:
    title: A text
    sms:
      sender: rosa
      lines: [{rosa: Hi.}]
      cues:
        named: {kind: caller-id, on: sender, why: W.}
        dialled: {kind: caller-id, on: number, why: W.}
        old: {kind: caller-id, on: earlier, why: W.}
    acts:
      block: {outcome: neutral, then: meet}
  meet:
    title: A meeting
    video:
      title: M
      participants: [rosa, you]
      tiles:
        rosa: {picture: "Her [lips]{lips} are [late, or the [line]{line} is", joined: By the link}
      lines: [{rosa: "[Hush]{hush}."}]
      request: {from: rosa, wants: screen}
      cues:
        lips: {kind: inconsistency, why: W.}
        line: {kind: inconsistency, why: W.}
        hush: {kind: secrecy, why: W.}
        guests: {kind: guest-account, on: participants, why: W.}
        asked: {kind: sensitive-request, on: request, why: W.}
    acts:
      deny: {outcome: neutral, then: change}
  change:
    title: A change
    browser:
      url: https://x.example
      page:
        kind: code-review
        heading: H
        author: rosa
        files:
          src/a.py:
            diff: "@@ -1 +1 @@\\n-a = {b}\\n+a = c\\n+a = cc\\n"
            remarks: [{line: a = cc, comments: [{rosa: So.}]}]
      cues:
        known: {kind: inconsistency, on: author, why: W.}
        whole: {kind: inconsistency, on: src/a.py, why: W.}
        gone: {kind: inconsistency, on: src/a.py, line: "a = {b", why: W.}
    acts:
      approve: {outcome: neutral, then: ticket}
  ticket:
    title: A ticket
    browser:
      url: https://x.example
      page: {kind: ticket, heading: H, requester: {name: N}, history: [{rosa: Hi.}]}
      cues: {who: {kind: sender-address, on: requester, why: W.}}
    acts:
      deny: {outcome: neutral, then: call}
"""
PLACED = (
    ("start: call\nscenes:\n", f"start: text\nscenes:\n{PLACES}"),
    ("[hang-up, ask]", "[block, deny, approve, deny, hang-up, ask]"),
)


def looks(scene: str, *changes: tuple[str, str]) -> dict[str, object]:
    """The looks of one of these places, each with the cues that it checks."""
    made = acts(story(*changes, text=story(*PLACED)), scene)
    return {name: act.get("cues") for name, act in made.items() if not act["decision"]}


def test_a_sender_has_one_card() -> None:
    """In a text the sender's card is their profile, or where the sender speaks under a bare name
    a look of its own; both check what the display says."""
    assert looks("text") == {"rosa.profile": ["named", "dialled"], "directory": None}
    bare = looks("text", ("sender: rosa", "sender: {name: Rosa, number: +1 202 555 0144}"))
    assert bare == {"rosa.profile": None, "sender": ["named", "dialled"], "directory": None}


def test_to_watch_somebody_checks_what_their_picture_marks() -> None:
    """The look `watch` checks the cues that the text of the picture marks, `roster` who is there;
    what nobody describes gives neither."""
    expected = {
        "rosa.profile": None,
        "rosa.watch": ["lips", "line"],
        "roster": ["guests"],
        "directory": None,
    }
    assert looks("meet") == expected
    plain = looks(
        "meet",
        ('picture: "Her [lips]{lips} are [late, or the [line]{line} is", joined: By the link', ""),
        ('rosa: "[Hush]{hush}."', 'rosa: "[Hush]{hush}, [my]{lips} [dear]{line}."'),
    )
    assert list(plain) == ["rosa.profile", "directory"]


def test_authors_and_requesters_have_a_card() -> None:
    """A change's author and a ticket's requester can be looked at, and an author may say what
    that costs."""
    assert looks("change") == {"author.profile": ["known"], "directory": None}
    assert looks("ticket") == {"requester.profile": ["who"], "directory": None}
    mine = looks(
        "ticket",
        (
            "      deny: {outcome: neutral, then: call}",
            "      card: {do: profile, at: requester}\n      deny: {outcome: neutral, then: call}",
        ),
    )
    assert list(mine) == ["card", "directory"]


def test_a_line_of_a_change_is_found_by_its_words() -> None:
    """A cue or a remark is about the line that reads so, else about the first that holds the
    words; signs need not be written."""
    scene = bundle(story(*PLACED))["scenes"]["change"]
    assert scene["cues"]["gone"]["line"] == 1
    assert "line" not in scene["cues"]["whole"]
    assert scene["content"]["page"]["files"]["src/a.py"]["remarks"][0]["line"] == 3
    for words, line in (("a = c", 2), ("+a = c", 2), ("a =", 1), ("= cc", 3), ("@@", 0)):
        changed = story(("line: a = cc", f'line: "{words}"'), text=story(*PLACED))
        page = bundle(changed)["scenes"]["change"]["content"]["page"]
        assert page["files"]["src/a.py"]["remarks"][0]["line"] == line, words


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("        rosa: {picture", "        rose: {picture", '[unknown-person] "rose" is not a p'),
        ("request: {from: rosa", "request: {from: rose", '[unknown-person] "rose" is not a p'),
        ("line: a = cc", "line: a = d", '[unknown-part] no line of the diff holds "a = d"'),
        ('line: "a = {b"', "line: b = a", '[unknown-part] no line of the diff holds "b = a"'),
        ("on: src/a.py, line", "on: author, line", '[unknown-part] "line" is a line of a chan'),
        ("on: src/a.py, line", "on: src/b.py, line", '[unknown-part] "src/b.py" is not a part'),
        (
            "      deny: {outcome: neutral, then: call",
            "      deny: {at: author, then: call",
            "-part]",
        ),
    ],
)
def test_places_that_are_not_there(old: str, new: str, expected: str) -> None:
    """A tile of nobody who takes part, a line that no diff has: each is told."""
    told = said(story((old, new), text=story(*PLACED)))
    assert any(expected in each for each in told), told


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

"""A scenario of one screen, for tests that change a line of it, and what the compiler says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scormkit.compiler import Compiled, compile_text

ORGANISATION = {"company": "Brightwater", "domain": "brightwater.example"}

STORY = """\
scenario: call
version: 1.0.0
title: A call at five
summary: Somebody calls and wants a code.
language: en
minutes: 3
audience: [everyone]
you: {name: Sam Okafor}
people:
  rosa: {name: Rosa Lind, listed: true}
objectives:
  verify: {title: Call back on a known number, criteria: [SOC2 CC1.4], must: true}
pass: {score: 60}
variables:
  hurried: false
  trust: {start: 1, from: 0, to: 3}
  mood: {start: calm, one-of: [calm, angry]}
variants:
  pretext:
    update: {what: an update}
    outage: {what: "an **outage**"}
start: call
scenes:
  call:
    title: The phone rings
    phone:
      caller: {name: Unknown, number: +1 202 555 0177}
      lines:
        - rosa: There is {pretext.what}, and [it cannot wait]{rush}.
      cues:
        rush: {kind: urgency, why: Haste keeps you from asking.}
    acts:
      hang-up: {outcome: right, score: {verify: 1}, feedback: Good., then: desk}
      give:
        say: The code is 48.
        outcome: wrong
        feedback: The code opens your account.
        set: {hurried: true}
        then: lost
  desk:
    title: The help desk
    chat:
      room: Help desk
      lines:
        - rosa: Did you just call me?
    acts:
      ask: {label: No., outcome: right, score: {verify: 1}, feedback: Asked., then: kept}
      shrug: {do: ignore, outcome: wrong, feedback: She worries., then: lost,
        when: not hurried or trust > 0 or mood is calm, set: {trust: "-1", mood: angry}}
endings:
  kept: {kind: safe, title: Kept, text: The code stayed with you.}
  lost: {kind: breached, title: Lost, text: The code is gone.}
tests:
  good: {path: [hang-up, ask], ending: kept, score: 100, passed: true}
"""


def story(*changes: tuple[str, str], text: str = STORY) -> str:
    """The story with some of its words replaced; each must stand in it exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands in the story {text.count(old)} times"
        text = text.replace(old, new)
    return text


def compiled(text: str, organisation: Mapping[str, str] = ORGANISATION) -> Compiled:
    """What the compiler makes of a text, under the name that the text gives itself."""
    slug = text.splitlines()[0].removeprefix("scenario: ")
    return compile_text(text, slug, organisation)


def bundle(text: str = STORY, organisation: Mapping[str, str] = ORGANISATION) -> dict[str, Any]:
    """The bundle of a text without errors."""
    made = compiled(text, organisation)
    assert made.bundle is not None, [str(problem) for problem in made.problems]
    return made.bundle


def said(text: str) -> list[str]:
    """Every problem with a text as place, code and message."""
    return [
        f"{problem.mark.line}:{problem.mark.column} [{problem.code}] {problem.message}"
        for problem in compiled(text).problems
    ]

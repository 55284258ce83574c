"""Scenarios of any size for measuring: plain branching stories that every tool could tell."""

from __future__ import annotations

from pathlib import Path

ORGANISATION = "company: Brightwater\ndomain: brightwater.example\n"
PROSE = (
    "The message came before nine and asked for an answer by noon. Its sender wrote like someone "
    "in a hurry, named a project that you know, and left out the one thing that would let you "
    "check it. The number at the foot is not the one on your badge. You have a few minutes, a "
    "colleague two desks away, and a button that reports what looks wrong."
)
WORDS = PROSE.split()


def library(folder: Path, scenarios: int, scenes: int) -> list[Path]:
    """Write so many scenarios of so many scenes, with the organisation that they play in."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    paths = []
    for number in range(scenarios):
        slug = f"bench-{number:03}"
        path = folder / f"{slug}.yaml"
        path.write_text(scenario(slug, scenes, number), encoding="utf-8")
        paths.append(path)
    return paths


def scenario(slug: str, scenes: int, salt: int = 0) -> str:
    """One story: scene after scene, in each a right, a poor and a wrong answer."""
    head = f"""\
scenario: {slug}
version: 1.0.0
title: Exercise {slug}
summary: A story made for measuring, {scenes} scenes long.
language: en
minutes: {min(60, max(8, scenes * 2 // 3))}
audience: [everyone]
you: {{name: Sam Okafor, role: Analyst}}
people:
  dana: {{name: Dana Reyes, role: Finance lead, address: "dana.reyes@{{domain}}"}}
objectives:
  report-it: {{title: Report what looks wrong, criteria: [SOC2 CC1.4, ISO27001 A.6.3]}}
  check-first: {{title: Check before you act, criteria: [SOC2 CC1.4]}}
pass: {{score: 70}}
start: s0
scenes:
"""
    body = "".join(_scene(number, scenes, salt) for number in range(scenes))
    return head + body + ENDINGS


ENDINGS = """\
endings:
  safe-day: {kind: safe, title: A quiet day, text: Nothing was lost.}
  breach: {kind: breached, title: Somebody else has your password, text: Report it at once.}
"""


def _scene(number: int, scenes: int, salt: int) -> str:
    last = number == scenes - 1
    onward = "safe-day" if last else f"s{number + 1}"
    objective = ("report-it", "check-first")[number % 2]
    wrong = "breach" if number % 5 == 4 else onward
    return f"""\
  s{number}:
    title: Moment {number + 1}
    intro: {_text(number + salt, 55, f"{number} a")}
    chat:
      room: Direct message
      members: [dana, you]
      lines:
        - dana: {_text(number * 3 + salt, 12, f"{number} b")}
    acts:
      good-{number}: {{say: "{_text(number * 5 + salt, 6, f"{number} c")}", outcome: right, \
score: {{{objective}: 2}}, feedback: "{_text(number, 14, f"{number} f")}", then: {onward}}}
      poor-{number}: {{say: "{_text(number * 7 + salt, 6, f"{number} d")}", outcome: partial, \
score: {{{objective}: 1}}, feedback: "{_text(number + 9, 14, f"{number} g")}", then: {onward}}}
      wrong-{number}: {{say: "{_text(number * 11 + salt, 6, f"{number} e")}", outcome: wrong, \
feedback: "{_text(number + 4, 14, f"{number} h")}", then: {wrong}}}
"""


def _text(start: int, count: int, mark: str) -> str:
    """Words of the prose; the mark in each sentence keeps any two of them apart."""
    words = [WORDS[(start * 13 + k) % len(WORDS)] for k in range(count)]
    text = " ".join(words).replace(",", "").rstrip(".")
    return text.replace(".", f" {mark}.").capitalize() + f" {mark}"

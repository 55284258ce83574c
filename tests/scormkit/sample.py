"""A small scenario for the tests of what is made from scenarios, and its bundle."""

from __future__ import annotations

from typing import Any

from scormkit.compiler import compile_text

ORGANISATION = {"company": "Brightwater", "domain": "brightwater.example"}

SCENARIO = """\
scenario: parcel
version: 1.2.0
title: Parcels & <urgent> post
summary: Two messages before nine & one of them isn't what it says.
language: en
minutes: 3
audience: [everyone, ap]
keywords: [phishing, reporting]
difficulty: moderate
you: {name: Sam Okafor, role: Analyst, address: "sam.okafor@{domain}"}
people:
  dana: {name: Dana Reyes, role: Finance lead, address: "dana.reyes@{domain}", listed: true}
objectives:
  report-it:
    title: Report what looks wrong
    must: true
    criteria: [SOC2 CC1.4, ISO27001 A.6.3]
  read-sender:
    title: Read who sent it
    weight: 2
    criteria: [SOC2 CC1.4]
pass: {score: 70}
start: post
scenes:
  post:
    title: Before nine
    inbox:
      messages:
        label:
          from: {name: Parcel desk, address: desk@parcels.example}
          subject: Your parcel is held
          body: |
            Your parcel is [held until ten]{deadline}. [Release it](release)
          links: {release: {url: "https://parcels.example/release"}}
          cues:
            deadline: {kind: urgency, why: A deadline hurries you past the sender.}
          acts:
            report: {outcome: right, score: {report-it: 2, read-sender: 1}, feedback: "Good."}
            click: {at: release, outcome: wrong, feedback: "A copy of a login page.", then: taken}
    next: desk
  desk:
    title: At the desk
    chat: {room: Direct message, members: [dana, you], lines: [{dana: Did you get it too?}]}
    acts:
      tell:
        say: "Yes, I reported it."
        outcome: right
        score: {report-it: 1, read-sender: 1}
        feedback: She knows now.
        then: safe-day
      shrug:
        say: "No idea."
        outcome: partial
        score: {read-sender: 1}
        feedback: She may click.
        then: safe-day
endings:
  safe-day: {kind: safe, title: A quiet day, text: Nothing was lost.}
  taken: {kind: breached, title: Your password is theirs, text: Report it at once.}
tests:
  careful: {path: [label.report, tell], ending: safe-day, passed: true, score: 100}
"""


def scenario(slug: str = "parcel", title: str = "Parcels", version: str = "1.2.0") -> str:
    """The text of a scenario like the sample, of another name."""
    lines = SCENARIO.replace("scenario: parcel", f"scenario: {slug}")
    lines = lines.replace("title: Parcels & <urgent> post", f"title: {title}")
    return lines.replace("version: 1.2.0", f"version: {version}")


def bundle(text: str = SCENARIO, slug: str = "parcel") -> dict[str, Any]:
    """The bundle of a scenario's text."""
    compiled = compile_text(text, slug, ORGANISATION)
    assert compiled.bundle is not None, [str(problem) for problem in compiled.problems]
    return compiled.bundle

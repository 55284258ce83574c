"""People and programmes in few words, for tests of what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lrs.programme import obligations, reading
from lrs.programme.obligations import Obligation
from lrs.programme.programme import Programme, Version
from lrs.programme.subject import Interval
from scormkit.problems import report

HEAD = """\
programme: example
title: An example
zone: Europe/Berlin
owner: {name: Noor, mail: noor@brightwater.example}
buckets:
  everyone: {title: Everybody, for: everyone}
  staff: {title: Staff, for: {kinds: [employee]}}
  engineering: {title: Engineering, for: {roles: [engineering]}}
  finance: {title: Finance, for: {roles: [finance, ap]}}
"""
BASELINE = "everyone: {onboarding: {within: 14, exercises: [phishing]}}"
QUARTERLY = "everyone: {cadences: {q: {every: quarter, exercises: [phishing]}}}"
ROLES = """\
everyone: {onboarding: {within: 14, exercises: [phishing]}}
engineering:
  onboarding: {within: 14, exercises: [secrets]}
  role-change: {within: 30, exercises: [secrets]}
finance: {role-change: {within: 30, exercises: [invoices]}}
"""


@dataclass(frozen=True)
class Somebody:
    """A person, as obligations see one."""

    id: str
    windows: tuple[Interval, ...]
    roles: tuple[tuple[str, Interval], ...] = ()
    kinds: tuple[tuple[str, Interval], ...] = ()
    leave: tuple[Interval, ...] = ()


def day(text: str) -> date:
    """A day as it is written."""
    return date.fromisoformat(text)


def span(text: str) -> Interval:
    """Days such as 2026-01-05..2026-03-31, or 2026-01-05.. without an end."""
    first, last = text.split("..")
    return Interval(day(first), day(last) if last else None)


def ana(
    *access: str,
    roles: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    leave: Iterable[str] = (),
) -> Somebody:
    """Somebody with access on some days; roles and kinds by their days."""
    return Somebody(
        "00042",
        tuple(span(each) for each in access),
        tuple((name, span(days)) for days, name in (roles or {}).items()),
        tuple((name, span(days)) for days, name in (kinds or {}).items()),
        tuple(span(each) for each in leave),
    )


def programme(curriculum: str, more: str = "") -> Programme:
    """The programme with that curriculum."""
    indented = "".join(f"  {line}\n" for line in curriculum.splitlines())
    text = f"{HEAD}curriculum:\n{indented}{more}"
    made, _, problems = reading.parsed(text.encode(), "programme.yaml", None)
    assert made, report(problems)
    return made


def versions(*texts: str, starts: Iterable[str] = ("2026-01-01",)) -> tuple[Version, ...]:
    """The versions with those curricula, each from a day on."""
    numbered = enumerate(zip(texts, starts, strict=True), 1)
    return tuple(Version(n, day(first), programme(text)) for n, (text, first) in numbered)


def owed(
    person: Somebody, *texts: str, starts: Iterable[str] = ("2026-01-01",), upto: str = "2026-12-31"
) -> list[Obligation]:
    """What somebody owes in a year."""
    return obligations.obligations(person, versions(*texts, starts=starts), day(upto))


def told(found: Iterable[Obligation]) -> list[str]:
    """Each in a line: exercise, reasons, anchor, due day."""
    return [
        f"{each.exercise} {'+'.join(reason.name for reason in each.reasons)} "
        f"{each.anchor} {each.due}"
        for each in found
    ]

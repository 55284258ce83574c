"""People, programmes and attempts in few words, for tests of the register's pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from lrs.days import Interval
from lrs.people.timeline import Person
from lrs.programme import reading
from lrs.programme.programme import Programme, Version
from lrs.register import rows
from lrs.register.completions import (
    EXPORT,
    JUDGED,
    MANUAL,
    WAIVED,
    WAIVER,
    XAPI,
    Attempt,
    Source,
)
from lrs.register.reconcile import Decided, Judged
from lrs.register.rows import Question, Row, Rulings
from lrs.register.verdicts import Ruled
from scormkit.problems import report

HEAD = """\
programme: example
title: An example
zone: Europe/Berlin
owner: {name: Noor, mail: noor@brightwater.example}
buckets:
  everyone: {title: Everybody, for: everyone}
"""
BASELINE = "everyone: {onboarding: {within: 14, exercises: [phishing]}}"
NOTHING = Rulings({}, {}, Decided(frozenset(), frozenset()))
YEAR = "2026-01-01..2026-12-31"


def day(text: str) -> date:
    """05-31 is in 2026."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def span(text: str) -> Interval:
    """Days such as 01-05..03-31, or 01-05.. without an end."""
    first, last = text.split("..")
    return Interval(day(first), day(last) if last else None)


def somebody(*access: str, leave: Iterable[str] = (), id: str = "00042") -> Person:
    """Somebody with access on some days."""
    windows = tuple(span(each) for each in access)
    since = Interval(windows[0].first)
    return Person(
        id,
        (id,),
        windows,
        tuple(span(each) for each in leave),
        names=(("Ana Ruiz", since),),
        kinds=(("employee", since),),
        roles=(),
        managers=(("00007", since),),
        units=(),
        zones=(),
        aliases=(),
        sources=(1,),
    )


def programme(curriculum: str, more: str = "") -> Programme:
    """The programme with that curriculum."""
    indented = "".join(f"  {line}\n" for line in curriculum.splitlines())
    text = f"{HEAD}curriculum:\n{indented}{more}"
    made, _, problems = reading.parsed(text.encode(), "programme.yaml", None)
    assert made, report(problems)
    return made


def tries(*lines: str) -> list[Judged]:
    """Attempts such as "phishing 01-10 pass 85 xapi", "phishing 01-10 fail 40 lms" (or hand, or
    "pass - waived"), and behind
    that a flaw, or "v1.2" for a version. Their numbers in the log are 100, 101 ..."""
    return [_try(100 + n, line.split()) for n, line in enumerate(lines)]


def _try(seq: int, words: Sequence[str]) -> Judged:
    exercise, when, came, score, side, *rest = words
    provenance = {"xapi": XAPI, "lms": EXPORT, "hand": MANUAL, "waived": WAIVED}[side]
    on = day(when)
    attempt = Attempt(
        Source(seq),
        ("mbox mailto:ana@brightwater.example",),
        exercise,
        int(datetime.combine(on, time(12), UTC).timestamp()) * 1_000_000,
        "second",
        came == "pass",
        None if score == "-" else float(score),
        provenance,
        statement=f"statement-{seq}" if side in ("xapi", "waived") else "",
        by="Noor" if side == "hand" else "",
        kind=WAIVER if side == "waived" else JUDGED,
        reason="Tested Out" if side == "waived" else "",
    )
    version = next((word[1:] for word in rest if word[0] == "v" and word[1:2].isdigit()), "")
    flaw = next((word for word in rest if word != f"v{version}"), "")
    return Judged(attempt, exercise, on, version, flaw)


def asked(
    text: Programme | str = BASELINE,
    period: str = YEAR,
    as_of: str = "12-31",
    newest: Mapping[str, Sequence[tuple[date, str]]] | None = None,
) -> Question:
    """The question to one programme that has been in force since the year began."""
    made = programme(text) if isinstance(text, str) else text
    version = Version(1, day("01-01"), made)
    return rows.question(span(period), day(as_of), [version], newest or {})


def ruled(
    excused: Iterable[str] = (),
    accepted: Iterable[str] = (),
    counts: Iterable[str] = (),
    rejected: Iterable[str] = (),
    on: str = "01-15",
) -> Rulings:
    """Rulings by Noor on a day, about obligations and about attempts."""
    said = Ruled("Noor", "she was ill", day(on), 900)
    decided = Decided(frozenset(counts), frozenset(rejected))
    return Rulings(dict.fromkeys(excused, said), dict.fromkeys(accepted, said), decided)


def register(
    question: Question, person: Person, *lines: str, rulings: Rulings = NOTHING
) -> list[Row]:
    """The rows of one person with these attempts."""
    return rows.rows(question, person, tries(*lines), rulings)


def told(found: Iterable[Row]) -> list[str]:
    """Each row in a line: exercise, reason, verdict, the day it was closed, the note."""
    return [_told(row) for row in found]


def _told(row: Row) -> str:
    if row.obligation is None or row.verdict is None:
        return rows.NOTHING_OWED
    words = [row.obligation.exercise, row.obligation.reason, row.verdict.name]
    if row.verdict.closed:
        words.append(f"{row.verdict.closed:%m-%d}")
    return " ".join(words) + (f" ({row.verdict.note})" if row.verdict.note else "")

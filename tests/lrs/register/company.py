"""A company of a few people with a store of its own, for tests of the register's commands: who had
access, what they owed, what was told of them and by whom, and what goes wrong in life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from durable import opened, post

from lrs import mapping, rulings, sources, timestamps
from lrs.catalogue import Built, Publication
from lrs.feeds import lms_import
from lrs.people import hr_import
from lrs.people.hr_import import Source
from lrs.people.roster import FIELDS
from lrs.programme import publishing
from lrs.rulings import Ruling
from lrs.xapi.store import Store
from scormkit import catalogue as building
from scormkit import play, starter
from scormkit.compiler import compile_file

LMS = "https://lms.brightwater.example"
OURS = "https://scormkit.example/xapi/extensions"
PROGRAMME = """\
programme: awareness
title: Security awareness
zone: Europe/Berlin
grace: 3
owner: {name: Noor Haddad, mail: noor@brightwater.example}
buckets:
  everyone: {title: Everybody, for: everyone}
  finance: {title: Finance, for: {roles: [finance]}}
curriculum:
  everyone: {onboarding: {within: 14, exercises: [parcel-scam], earlier: 30}}
  finance: {onboarding: {within: 14, exercises: [invoice-check]}}
remediation: {within: 10}
"""
HEAD = "person,name,mails,kind,roles,manager,hired,left\n"
BO = "00007,Bo Lee,bo@brightwater.example,employee,managers,,2020-03-01,\n"
JO = "00013,Jo Roe,jo@brightwater.example,contractor,,00007,2026-02-01,2026-02-14\n"
ANA = "00042,Ana Ruiz,ana@brightwater.example,employee,finance,00007,2026-01-05,\n"
EVE = "00051,Eve Stone,eve@brightwater.example,employee,,00007,2026-01-12,\n"
ZAK = "00064,Łucja Żak,lucja@brightwater.example,intern,finance,00007,2026-03-20,\n"
WANG = "00077,王小明,wang@brightwater.example,employee,,00042,2026-02-02,\n"
ROSTER = HEAD + BO + JO + ANA + EVE + ZAK + WANG
EXPORT = """\
mail,course,state,at,score,by
ana@brightwater.example,parcel-scam,passed,2026-01-12 10:31:00,100,
wang@brightwater.example,parcel-scam,completed,2026-02-10,,Noor Haddad
who@elsewhere.example,parcel-scam,passed,2026-02-11 08:15:00,90,
"""
GOOD, FAIR, POOR = (0, 1), (5, 3, 3, 1, 3, 0), (2,)  # paths to 100, 75 and 25 points
ONBOARDING = "00042|parcel-scam|onboarding|2026-01-05"


def day(text: str) -> date:
    """01-31 is in 2026."""
    return date.fromisoformat(f"2026-{text}")


@contextmanager
def company(address: str) -> Iterator[Store]:
    """The store, with everything in it that came up to the end of March."""
    with opened(address) as store:
        exercises(store)
        text = PROGRAMME.encode()
        publishing.publish(store, text, day("01-01"), day("01-01"), "noor", backdated=True)
        roster(store, ROSTER)
        say(store, "ana", "parcel-scam", "2026-01-12T09:30:00Z", GOOD)
        say(store, "ana", "invoice-check", "2026-01-30T09:30:00Z", FAIR)
        say(store, "jo", "parcel-scam", "2026-02-03T16:20:00+01:00", POOR)
        say(store, "eve", "parcel-scam", "2026-01-20T12:00:00Z", FAIR, score=100)
        say(store, "nobody", "parcel-scam", "2026-03-01T12:00:00Z", GOOD)
        export(store, EXPORT)
        yield store


def instant(store: Store) -> str:
    """That of the newest record, as the commands take it."""
    with store.reading() as connection:
        return timestamps.written(sources.newest(connection)[1])


@lru_cache(1)
def built() -> tuple[Built, ...]:
    """Two exercises, each with its bundle."""
    found = []
    with TemporaryDirectory() as folder:
        for slug in ("parcel-scam", "invoice-check"):
            source = starter.write(slug, Path(folder) / slug)[-1]
            bundle = compile_file(source).bundle
            assert bundle
            packages = [
                {"edition": "scorm12", "file": f"{slug}.zip", "bytes": 9, "sha256": "a" * 64}
            ]
            found.append(Built(building.entry(bundle, source, "c" * 64, packages), bundle))
    return tuple(found)


def exercises(store: Store) -> None:
    """Publish them."""
    store.writer.submit("catalogue", Publication(built(), "noor"))


def roster(store: Store, text: str, as_of: str = "03-31") -> None:
    """Take in a roster."""
    profile, _ = mapping.find("people", "plain", FIELDS)
    assert profile
    source = Source("people.csv", text.encode(), profile, day(as_of), "Europe/Berlin", "noor")
    with store.reading() as connection:
        judged = hr_import.judge(connection, source)
    assert judged.taking, judged.problems
    hr_import.take(store, judged)


def export(store: Store, text: str) -> None:
    """Take in what the LMS exported."""
    titles: Mapping[str, set[str]] = {each.entry["slug"]: set() for each in built()}
    wanted = lms_import.Wanted(
        "march.csv", text.encode(), "plain", LMS, "noor", "Europe/Berlin", titles=titles
    )
    job, problems = lms_import.prepared(wanted, timestamps.now())
    assert job, problems
    store.writer.submit("feeds", job)


def rule(store: Store, kind: str, subject: str, why: str = "She was ill", **told: str) -> None:
    """Put a ruling on record."""
    rulings.add(store, Ruling(kind, subject, why, "dana", told))


def say(store: Store, who: str, slug: str, when: str, path: Sequence[int], **claims: Any) -> str:
    """Send our player's statement of a play; its id. `claims` are other than what it came to."""
    statement = told(who, slug, when, path, **claims)
    post(store, statement)
    return str(statement["id"])


def told(who: str, slug: str, when: str, path: Sequence[int], **claims: Any) -> dict[str, Any]:
    """The statement."""
    made = next(each for each in built() if each.entry["slug"] == slug)
    result = play.result(made.bundle, play.replay(made.bundle, path))
    score, passed = claims.get("score", result.score), claims.get("passed", result.passed)
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{who} {slug} {when}")),
        "actor": {"mbox": f"mailto:{who}@brightwater.example"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{'passed' if passed else 'failed'}"},
        "object": {"id": made.entry["activity"]},
        "result": {"score": {"scaled": score / 100}, "success": passed},
        "context": {
            "registration": str(uuid5(NAMESPACE_URL, f"{who} {slug}")),
            "extensions": {
                f"{OURS}/digest": made.entry["digest"],
                f"{OURS}/path": list(path),
                f"{OURS}/seed": 0,
                f"{OURS}/missed": [],
            },
        },
        "timestamp": when,
    }


def void(store: Store, statement: str) -> None:
    """Send a statement that voids another."""
    post(
        store,
        {
            "actor": {"mbox": "mailto:noor@brightwater.example"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
            "object": {"objectType": "StatementRef", "id": statement},
        },
    )

"""Tests of what cmi5 sessions come to in the register: statements over HTTP, then the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import live
import pytest
from click.testing import CliRunner
from cmi5_session import said
from company import GOOD, POOR, PROGRAMME, ROSTER, day, exercises, export, roster, rule, void
from live import Caller

from lrs import keys
from lrs.cli import main
from lrs.config import Settings
from lrs.player_keys import Player
from lrs.programme import publishing
from lrs.register.cmi5 import CMI5
from lrs.xapi.store import Store

ONBOARDING = "00042|parcel-scam|onboarding|2026-01-05"
COMPLETION = PROGRAMME + "pass: completion\n"
WAIVERS = PROGRAMME + "waivers: count\n"
EXPORT = "mail,course,state,at,score,by\nana@brightwater.example,parcel-scam,completed,{},,\n"


class Office:
    """A store behind a server, with people, exercises and a programme."""

    def __init__(self, caller: Caller, store: Store, address: str, folder: Path) -> None:
        self.caller, self.store, self.address, self.folder = caller, store, address, folder

    def hears(self, *statements: Mapping[str, Any]) -> None:
        """Posts statements."""
        assert self.caller("POST", "/statements", list(statements)).status == 200

    def run(self, *words: str) -> str:
        """What a command of the register prints."""
        env = {"LRS_DATABASE": self.address, "LRS_DURABLE": "no"}
        ran = CliRunner().invoke(main, ["register", *words], env=env)
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    def row(self, *words: str) -> dict[str, Any]:
        """Ana's row for the exercise, as of the end of March."""
        out = self.folder / "register.json"
        period = ("--from", "2026-01-01", "--to", "2026-03-31", "--as-of", "2026-03-31")
        self.run("export", *period, *words, "--out", str(out))
        rows: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))["rows"]
        return next(each for each in rows if each["row"] == ONBOARDING)

    def trace(self) -> dict[str, Any]:
        """What is behind it."""
        told = self.run("trace", ONBOARDING, "--as-of", "2026-03-31", "--json")
        found: dict[str, Any] = json.loads(told)
        return found

    def words(self) -> str:
        """The same in words, all on one line."""
        return " ".join(self.run("trace", ONBOARDING, "--as-of", "2026-03-31").split())


Opens = Callable[..., Office]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Opens]:
    """Opens an office whose programme is as told."""
    with ExitStack() as stack:

        def opens(programme: str = PROGRAMME) -> Office:
            address = f"sqlite:///{tmp_path / 'lrs.db'}"
            settings = Settings(database=address, durable=False)
            caller, store = stack.enter_context(live.running(settings))
            exercises(store)
            first = day("01-01")
            publishing.publish(store, programme.encode(), first, first, "noor", backdated=True)
            roster(store, ROSTER)
            return Office(caller, store, address, tmp_path)

        yield opens


def test_a_whole_session(office: Opens) -> None:
    """An exercise that an LMS calls by a name of its own is known by its publisher's id; what is
    completed and passed in one session is one attempt, and the session has its duration."""
    there = office()
    there.hears(
        said("launched", "2026-01-12T09:00:00Z", mode="Normal"),
        said("initialized", "2026-01-12T09:00:10Z"),
        said("completed", "2026-01-12T09:10:00Z", path=GOOD, result={"duration": "PT9M50S"}),
        said("passed", "2026-01-12T09:10:01Z", path=GOOD, result={"duration": "PT9M51S"}),
        said("terminated", "2026-01-12T09:10:05Z", result={"duration": "PT9M55.5S"}),
        said("satisfied", "2026-01-12T09:10:06Z"),
    )
    row = there.row()
    assert (row["verdict"], row["completed"], row["attempts"]) == ("met", "2026-01-12", 1)
    assert (row["provenance"], row["first_launched"]) == ("statement", "2026-01-12")
    (sitting,) = there.trace()["sittings"]
    assert (sitting["began"], sitting["ended"]) == (
        "2026-01-12T09:00:00.000000Z",
        "2026-01-12T09:10:05.000000Z",
    )
    assert (sitting["end"], sitting["seconds"]) == ("terminated", 595.5)
    records = [each["record"] for each in sitting["records"]]
    (attempt,) = there.trace()["attempts"]
    assert len(records) == 3 and all(each["leaf"] for each in sitting["records"])
    assert attempt["completed_by"]["record"] == records[1] + 1
    words = there.words()
    assert f"completed said in record {records[1] + 1}" in words
    assert "terminated 2026-01-12T09:10:05.000000Z, 595.5 seconds; records" in words


def test_what_is_abandoned(office: Opens) -> None:
    """An abandoned session ends with the duration that the LMS tells and is no attempt; where the
    exercise tells of its end itself, that is the end."""
    there = office()
    there.hears(
        said("launched", "2026-01-12T23:30:00Z"),  # the 13th in Berlin
        said("initialized", "2026-01-12T23:30:10Z"),
        said("abandoned", "2026-01-13T01:00:00Z", result={"duration": "PT1H30M"}),
        said("initialized", "2026-01-14T09:00:00Z", session="s2"),
        said("terminated", "2026-01-14T09:05:00Z", session="s2", result={"duration": "PT5M"}),
        said("abandoned", "2026-01-14T12:00:00Z", session="s2", result={"duration": "PT3H"}),
    )
    row = there.row()
    assert (row["verdict"], row["attempts"], row["first_launched"]) == ("overdue", 0, "2026-01-13")
    ends = [(each["end"], each["seconds"]) for each in there.trace()["sittings"]]
    assert ends == [("abandoned", 5400), ("terminated", 300)]


def test_what_is_only_looked_at(office: Opens) -> None:
    """A session that was launched to browse is no launch."""
    there = office()
    there.hears(
        said("launched", "2026-01-12T09:00:00Z", mode="Browse"),
        said("initialized", "2026-01-12T09:00:10Z"),
        said("terminated", "2026-01-12T09:05:00Z", result={"duration": "PT5M"}),
    )
    assert there.row()["first_launched"] is None
    assert there.trace()["sittings"] == []


def test_completed_where_a_pass_is_asked_for(office: Opens) -> None:
    """Completed without a result is no attempt where the programme asks for a pass: it is kept,
    shown behind the row, and asks for no remediation."""
    there = office()
    there.hears(said("completed", "2026-01-12T09:10:00Z", path=GOOD))
    row = there.row()
    assert (row["verdict"], row["attempts"], row["first_attempt"]) == ("overdue", 0, None)
    (attempt,) = there.trace()["attempts"]
    assert (attempt["told"], attempt["result"]) == ("completed", "unproven")
    words = there.words()
    assert "parcel-scam completed on 2026-01-12" in words
    assert "it doesn't tell whether it was passed, and that is asked for" in words


def test_completed_where_that_is_enough(office: Opens) -> None:
    """Where the programme's rule is completion, whoever comes to an ending meets it, passed or not;
    without a path that leads there it proves nothing."""
    there = office(COMPLETION)
    there.hears(said("completed", "2026-01-12T09:10:00Z"))
    row = there.row()
    assert (row["verdict"], row["note"]) == (
        "unverified",
        "it carries no path that could be played again",
    )
    there.hears(said("completed", "2026-01-13T09:10:00Z", session="s2", path=GOOD[:1]))
    assert there.row()["verdict"] == "unverified"
    there.hears(
        said("completed", "2026-01-14T09:10:00Z", session="s3", path=POOR),
        said("failed", "2026-01-14T09:10:00Z", session="s3", path=POOR),
    )
    row = there.row()
    assert (row["verdict"], row["completed"], row["attempts"]) == ("met", "2026-01-14", 3)


def test_failed_where_completion_is_enough(office: Opens) -> None:
    """A fail that says nothing of completion is a fail under that rule, too."""
    there = office(COMPLETION)
    there.hears(said("failed", "2026-01-14T09:10:00Z", path=POOR))
    assert there.row()["verdict"] == "failed"


def test_what_is_waived(office: Opens) -> None:
    """What an LMS waives is weak evidence, with its reason, and meets nothing until somebody rules
    that it does."""
    there = office()
    waived = said("waived", "2026-01-12T09:00:00Z", session="w1", reason="Equivalent AU")
    there.hears(waived)
    row = there.row()
    assert (row["verdict"], row["provenance"]) == ("unverified", "waived, weak")
    why = "waived in the LMS (Equivalent AU): the programme takes no waiver without a ruling"
    assert row["note"] == why
    words = there.words()
    assert "parcel-scam waived (Equivalent AU) on 2026-01-12" in words
    assert "it was waived: nothing was played" in words
    known = there.trace()["known_at"]
    rule(there.store, "accept", f"statement {waived['id']}", "She took the long course")
    row = there.row()
    assert (row["verdict"], row["note"]) == ("met", "waived in the LMS (Equivalent AU)")
    assert there.row("--known-at", known)["verdict"] == "unverified"


def test_what_is_waived_where_that_counts(office: Opens) -> None:
    """Where the programme lets waivers count, one meets it and is marked weak; one that is voided
    is none any more."""
    there = office(WAIVERS)
    waived = said("waived", "2026-01-12T09:00:00Z", reason="Administrative")
    there.hears(waived)
    row = there.row()
    assert (row["verdict"], row["provenance"]) == ("met", "waived, weak")
    assert row["note"] == "weak: waived in the LMS (Administrative)"
    void(there.store, waived["id"])
    assert there.row()["verdict"] == "overdue"
    (voided,) = there.trace()["voided"]
    assert voided["called"] == f"statement {waived['id']}"


def test_a_waiver_told_twice(office: Opens) -> None:
    """What an LMS exports of an exercise that it waived is that waiver, not a pass beside it."""
    there = office()
    there.hears(said("waived", "2026-01-12T09:00:00Z", reason="Tested Out"))
    export(there.store, EXPORT.format("2026-01-12 10:01:00"))
    row = there.row()
    assert (row["verdict"], row["sides"], row["attempts"]) == ("unverified", "agree", 1)


def test_a_pass_on_the_day_of_a_waiver(office: Opens) -> None:
    """An LMS's row goes with what was played rather than with a waiver of the same day."""
    there = office()
    there.hears(
        said("waived", "2026-01-12T08:00:00Z", session="w1", reason="Tested Out"),
        said("passed", "2026-01-12T09:10:01Z", path=GOOD),
    )
    export(there.store, EXPORT.format("2026-01-12 10:11:00"))
    row = there.row()
    assert (row["verdict"], row["provenance"], row["sides"]) == ("met", "statement", "agree")


def test_a_waiver_that_is_none(office: Opens) -> None:
    """Waived without the categories of cmi5 proves nothing, nor does satisfied, which an LMS
    derives from the rest."""
    there = office(WAIVERS)
    there.hears(
        said("waived", "2026-01-12T09:00:00Z", categories=(CMI5,)),
        said("satisfied", "2026-01-12T09:00:00Z", result={"completion": True}),
    )
    assert there.row()["verdict"] == "overdue"


def test_a_package_waives_nothing(office: Opens) -> None:
    """The key that everybody can read in a package can't say what only an LMS may say."""
    there = office(WAIVERS)
    bounds = Player(("https://scormkit.example",))
    secret = keys.create(there.store, "package", (), None, bounds)
    learner = there.caller.with_key(f"package:{secret}")
    for verb in ("waived", "launched", "abandoned"):
        told = said(verb, "2026-01-12T09:00:00Z")
        answer = learner("POST", "/statements", told)
        assert answer.status == 403
        assert "verb-not-allowed" in answer.codes()
    assert there.row()["verdict"] == "overdue"

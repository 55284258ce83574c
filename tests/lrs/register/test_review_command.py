"""Tests of lrs review: what is frozen and stays so, what is refused, what the minutes say."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
import worked_year
from click.testing import CliRunner, Result
from company import FAIR, company, rule, say, told
from durable import assert_indexes_are_what_a_rebuild_makes, opened

from lrs import freezing, openings, reviewing, reviews, rulings, timestamps
from lrs.cli import main
from lrs.errors import Conflict, LrsError
from lrs.openings import Opening
from lrs.quarters import Quarter
from lrs.received import records
from lrs.reviewing import Wanted
from lrs.rulings import Ruling
from lrs.xapi.store import Store

Run = Callable[..., Result]
Q1 = Quarter(2026, 1)
NOORS = ("--by", "Noor Haddad")
EVE = "statement " + told("eve", "parcel-scam", "2026-01-20T12:00:00Z", FAIR)["id"]


@contextmanager
def on(day: str) -> Iterator[None]:
    """On a day at nine in the morning, UTC: SQLite's records have that instant."""
    at = timestamps.read(f"{day}T09:00:00Z")
    assert at is not None
    with worked_year.clock() as clock:
        clock.at = at
        yield


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's database, as of the beginning of April."""
    path = tmp_path_factory.mktemp("company") / "lrs.db"
    with on("2026-04-02"), company(f"sqlite:///{path}"):
        pass
    return path


@pytest.fixture
def database(lived: Path, tmp_path: Path) -> str:
    """The address of a copy, to go on from."""
    return f"sqlite:///{shutil.copy(lived, tmp_path / 'company.db')}"


def running(address: str) -> Run:
    """Runs `lrs review` on a database, on a day, and expects an exit status."""

    def ran(day: str, *words: str | int, group: str = "review", exits: int = 0) -> Result:
        env = {"LRS_DATABASE": address, "LRS_DURABLE": "no"}
        with on(day):
            result = CliRunner().invoke(main, [group, *map(str, words)], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


@pytest.fixture
def run(database: str) -> Run:
    """Runs it there."""
    return running(database)


@contextmanager
def going_on(address: str, day: str) -> Iterator[Store]:
    """The store, for what comes on a later day."""
    with on(day), opened(address) as store:
        yield store


def number(result: Result) -> int:
    """The number that a command prints."""
    return int(result.stdout)


def shown(run: Run, day: str, quarter: str = "2026-Q1", *words: str) -> str:
    """The minutes on a day."""
    return run(day, "show", quarter, *words).stdout


def figure(minutes: str, name: str) -> list[str]:
    """The cells of a figure's line."""
    found = re.search(rf"^\| {re.escape(name)} *\|(.*)\|$", minutes, re.M)
    assert found, name
    return [cell.strip() for cell in found[1].split("|")]


def test_a_review_is_opened_with_the_figures_of_its_quarter(address: str) -> None:
    """On both databases: verdicts, people, what is late and unverified and since when, names that
    mean nobody, evidence set by hand, the programme, and the query that gives the same digest."""
    with on("2026-04-02"), company(address):
        pass
    run = running(address)
    run("2026-04-07", "open", "2026-Q1", *NOORS, "--attendees", "Noor Haddad, Dana Weiss")
    found = json.loads(shown(run, "2026-04-07", "2026-Q1", "--json"))
    frozen = found["frozen"]
    assert {name: count for name, count in frozen["figures"].items() if count} == {
        "population": 6,
        "joiners": 5,
        "leavers": 1,
        "nothing_owed": 1,
        "obligations": 8,
        "met": 2,
        "late": 1,
        "excused": 2,
        "pending": 2,
        "unverified": 1,
        "late_days_median": 8,
        "late_days_most": 8,
        "open_days_most": 61,
        "remediations": 1,
        "exceptions_open": 1,
        "exceptions_remediated": 1,
        "uncovered_days": 68,
        "uncovered_people": 2,
        "weak": 1,
        "unresolved_names": 2,
        "unresolved_attempts": 2,
    }
    assert frozen["counts"]["bucket"]["finance"] == {
        **dict.fromkeys(("met", "overdue", "failed", "excused", "unverified"), 0),
        "late": 1,
        "pending": 1,
    }
    assert frozen["counts"]["age"]["unverified"]["31 to 90 days"] == 1
    assert [each["version"] for each in frozen["programme_versions"]] == [1]
    assert frozen["attendees"] == ["Noor Haddad", "Dana Weiss"]
    assert found["known_since"]["same_rows"] and not found["known_since"]["differences"]
    _, group, *words = frozen["query"].split()
    again = run("2027-01-01", *words, group=group)
    assert again.stderr.splitlines()[-1] == f"SHA-256 of the rows: {frozen['digest']}"
    with opened(address) as store:
        with store.reading() as connection:
            record = list(records.read(connection))[-1]
        assert (record.seq, record.kind) == (found["record"], "review")
        assert (record.head["by"], record.head["quarter"]) == ("Noor Haddad", "2026-Q1")
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_what_comes_later_changes_nothing_that_is_frozen(run: Run, database: str) -> None:
    """The figures stay as they were; the minutes say which are others by now, and the command that
    they name says which rows, and why."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    before = shown(run, "2026-04-07")
    assert "Nothing that changes these figures" in before
    with going_on(database, "2026-04-09") as store:
        rule(store, "accept", EVE)
        say(store, "who", "invoice-check", "2026-02-04T09:00:00Z", FAIR)
    after = shown(run, "2026-04-10")
    assert figure(after, "Obligations: unverified") == ["1"]
    part = after[after.index("## What is known since") :]
    assert figure(part, "Obligations: unverified") == ["1", "0"]
    assert figure(part, "Obligations: met") == ["2", "3"]
    assert figure(part, "Names that mean nobody") == ["2", "3"]
    (command,) = re.findall(r"^    (lrs register diff .*)$", part, re.M)
    changed = run("2026-04-10", *command.split()[2:], group="register", exits=1)
    assert "00051|parcel-scam|onboarding|2026-01-12" in changed.stdout
    without = shown(run, "2026-04-10", "2026-Q1", "--frozen")
    assert "What is known since" not in without
    head, tail = before.index("## What is known since"), before.index("## Decisions")
    assert without == before[:head] + before[tail:]


@pytest.mark.parametrize(
    ("words", "exits", "says"),
    [
        (("open", "2026-Q2"), 1, "2026-Q2 isn't over: it can be reviewed from 2026-07-01 on"),
        (("open", "2026-Q5"), 2, "write it like 2026-Q1"),
        (("open", "2025-Q4"), 1, "no programme was in force in 2025-Q4; the first is from 2026-01"),
        (("open", "2026-Q1"), 1, "was opened on 2026-04-07 by Noor Haddad"),
        (("open", "2026-Q1", "--again"), 2, "--again and --why go together"),
        (("open", "2026-Q1", "--why", "x"), 2, "--again and --why go together"),
        (("open", "2025-Q3", "--again", "--why", "x"), 1, "no review yet; open it without --again"),
        (("open", "2025-Q4", "--as-of", "2025-12-30"), 1, "as of 2025-12-31 at the earliest"),
        (("open", "2025-Q4", "--as-of", "2026-04-09"), 1, "of today, 2026-04-08, at the latest"),
        (("decide", "2025-Q4", "--text", "x"), 1, "no review yet, there are those of 2026-Q1"),
        (("decide", "2026-Q1", "--text", " "), 2, "it says nothing"),
        (("sign", "2025-Q4", "--title", "CISO"), 1, "lrs review open 2025-Q4 opens it"),
        (("show", "2026-Q1", "--edition", "2"), 1, "no edition 2; the last is 1"),
        (
            ("act", "2026-Q1", "--text", "x", "--owner", "Bo", "--due", "2026-04-07"),
            *(1, "due on 2026-04-07, which has gone by"),
        ),
        (("close", "2026-Q1", "7", "--why", "x"), 1, "no action 7; none is open"),
    ],
)
def test_what_can_t_be_done_is_refused(
    run: Run, words: tuple[str, ...], exits: int, says: str
) -> None:
    """It says why, and what to do instead; nothing is stored."""
    opened_at = number(run("2026-04-07", "open", "2026-Q1", *NOORS))
    assert says in run("2026-04-08", *words, exits=exits).output
    assert number(run("2026-04-08", "decide", "2026-Q1", "--text", "x")) == opened_at + 1


def test_a_quarter_is_over_on_the_day_behind_its_last(run: Run) -> None:
    """Not on its last day, of which more may come."""
    assert "isn't over" in run("2026-03-31", "open", "2026-Q1", exits=1).stderr
    run("2026-04-01", "open", "2026-Q1", *NOORS)


def test_a_store_without_a_programme_has_nothing_to_review(tmp_path: Path) -> None:
    """It says what is missing."""
    run = running(f"sqlite:///{tmp_path / 'lrs.db'}")
    for words in (("open", "2026-Q1"), ("list",)):
        assert "lrs programme publish" in run("2026-04-07", *words, exits=1).output


def test_a_quarter_is_opened_again_with_a_reason(run: Run, database: str) -> None:
    """The second edition has figures of its own and says why it is there; the first is shown as it
    was, and what was decided on it stands in both."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    run("2026-04-07", "decide", "2026-Q1", "--text", "Remind earlier", *NOORS)
    run("2026-04-07", "sign", "2026-Q1", "--title", "CISO", "--by", "Dana Weiss")
    first = shown(run, "2026-04-08", "2026-Q1", "--frozen")
    with going_on(database, "2026-04-09") as store:
        rule(store, "accept", EVE)
    run("2026-04-10", "open", "2026-Q1", "--again", "--why", "Eve's result was accepted", *NOORS)
    second = shown(run, "2026-04-10")
    assert figure(second, "Obligations: unverified") == ["0"]
    assert second.startswith("# Management review 2026-Q1, edition 2\n")
    assert "- In place of edition 1, because: Eve's result was accepted\n" in second
    assert "- Remind earlier (2026-04-07, Noor Haddad, ruling 12; in edition 1)\n" in second
    assert "  Covers edition 1 as it stood then.\n" in second
    assert "it asks for another sign-off" in second
    old = shown(run, "2026-04-10", "2026-Q1", "--frozen", "--edition", "1")
    state = "- State: another edition was opened since, which has everything decided here too"
    assert old == first.replace("- State: signed by Dana Weiss", state)
    assert len(run("2026-04-10", "list").stdout.splitlines()) == 1
    assert len(run("2026-04-10", "list", "--all").stdout.splitlines()) == 2


def test_who_opens_at_the_same_moment_comes_too_late(database: str) -> None:
    """Of two openings that know of the same editions one is refused."""
    with going_on(database, "2026-04-07") as store:
        made = reviewing.open_(store, Wanted(Q1, "noor"))
        again = Opening("2026-Q1", 1, "dana", freezing.written(made.frozen))
        with pytest.raises(Conflict, match="somebody else has just opened edition 1"):
            store.writer.submit("reviews", again)


def test_the_next_review_begins_with_the_actions_of_the_last(run: Run) -> None:
    """Those that are open and those that were closed meanwhile, with their owners and days; what
    the last review has told the end of isn't told again."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    acts = [
        number(
            run(
                *("2026-04-07", "act", "2026-Q1", "--text", text, "--owner", "Bo Lee"),
                *("--due", "2026-05-15", *NOORS),
            )
        )
        for text in ("Talk to Eve", "Mend the link", "Ask the LMS", "Sing")
    ]
    run(
        "2026-05-20",
        "close",
        "2026-Q1",
        acts[0],
        "--why",
        "She plays on Mondays",
        "--day",
        "2026-05-12",
    )
    begun = run("2026-07-02", "open", "2026-Q2", *NOORS)
    assert begun.stderr.endswith("3 actions of earlier reviews open\n")
    minutes = shown(run, "2026-07-02", "2026-Q2", "--frozen")
    assert figure(minutes, str(acts[0]))[-1] == "closed on 2026-05-12: She plays on Mondays"
    assert figure(minutes, str(acts[1]))[-1] == "open, 48 days overdue"
    run("2026-07-03", "close", "2026-Q1", acts[1], "--why", "Mended")
    run("2026-07-04", "withdraw", acts[3], "--why", "Nobody can", group="ruling")
    run("2026-10-02", "open", "2026-Q3", *NOORS)
    third = shown(run, "2026-10-02", "2026-Q3")
    assert f"| {acts[0]} " not in third
    assert figure(third, str(acts[1]))[-1] == "closed on 2026-07-03: Mended"
    assert figure(third, str(acts[2]))[-1] == "open, 140 days overdue"
    assert figure(third, str(acts[3]))[-1] == "withdrawn on 2026-07-04: Nobody can"
    again = shown(run, "2026-10-02", "2026-Q2", "--frozen")
    assert again == minutes
    assert figure(third, "People with access")[1:] == figure(minutes, "People with access")[:1]


def test_a_review_that_is_opened_late_knows_all_actions(run: Run) -> None:
    """Whichever quarter is reviewed first, its open actions are told when the next one begins."""
    run("2026-07-02", "open", "2026-Q2", *NOORS)
    act = number(
        run(
            *("2026-07-02", "act", "2026-Q2", "--text", "x", "--owner", "Bo"),
            *("--due", "2026-07-10"),
        )
    )
    run("2026-07-03", "open", "2026-Q1", *NOORS)
    assert figure(shown(run, "2026-07-03", "2026-Q1"), str(act))[-1] == "open"


def test_who_met_may_be_told_after_the_figures_were_frozen(run: Run) -> None:
    """A meeting has a day from the quarter on to today, and who took part; it is signed, too."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    assert "- Attendees: not told\n" in shown(run, "2026-04-08")
    met = ("meet", "2026-Q1", "--attendees", "Noor Haddad, Dana Weiss", *NOORS, "--day")
    for day in ("2025-12-31", "2026-04-10"):
        assert f"not on {day}" in run("2026-04-09", *met, day, exits=1).stderr
    which = number(run("2026-04-09", *met, "2026-04-08"))
    run("2026-04-09", "sign", "2026-Q1", "--title", "CISO", "--by", "Dana Weiss")
    line = (
        f"- Meeting: 2026-04-08, Noor Haddad, Dana Weiss (Met to hold the review; ruling {which})"
    )
    minutes = shown(run, "2026-04-09")
    assert line in minutes.splitlines() and "- Attendees" not in minutes
    later = run("2026-04-10", *met, "2026-04-10", "--text", "Again, about | Eve")
    assert later.stderr.startswith("Dana Weiss signed before this was added")
    again = rf"(Again, about \| Eve; ruling {number(later)}; after the sign-off)"
    assert again in shown(run, "2026-04-10")


def test_an_action_is_closed_once(run: Run) -> None:
    """On a day from its own to today; whoever closes it again is told how to open it."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    act = number(
        run(
            *("2026-04-07", "act", "2026-Q1", "--text", "x", "--owner", "Bo"),
            *("--due", "2026-05-15"),
        )
    )
    for day in ("2026-04-06", "2026-04-09"):
        wrong = ("close", "2026-Q1", act, "--why", "x", "--day", day)
        assert f"can't be done on {day}" in run("2026-04-08", *wrong, exits=1).stderr
    closing = number(run("2026-05-20", "close", "2026-Q1", act, "--why", "Done", "--by", "bo"))
    again = run("2026-05-21", "close", "2026-Q1", act, "--why", "Done", exits=1)
    assert f"lrs ruling withdraw {closing} opens it again" in again.stderr
    assert "closed on 2026-05-20, 5 days late: Done (bo)" in shown(run, "2026-05-21")
    run("2026-05-21", "withdraw", closing, "--why", "Not yet", group="ruling")
    assert figure(shown(run, "2026-05-21"), str(act))[-1] == "open, 6 days overdue"


def test_a_review_is_signed_with_all_that_it_has(run: Run) -> None:
    """The digest of the whole is printed and on record; what is decided or withdrawn later asks for
    another sign-off, and who has signed all of it needn't again."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    first = number(run("2026-04-07", "decide", "2026-Q1", "--text", "Remind earlier", *NOORS))
    signing = ("sign", "2026-Q1", "--title", "CISO", "--by", "Dana Weiss")
    digest = run("2026-04-08", *signing).stdout.strip()
    minutes = shown(run, "2026-04-08")
    assert "- State: signed by Dana Weiss\n" in minutes
    assert f"SHA-256 of what was signed: {digest}\n" in minutes
    assert "nothing was added since" in run("2026-04-08", *signing, exits=1).stderr
    later = run("2026-04-09", "decide", "2026-Q1", "--text", "Pay for it", *NOORS)
    assert later.stderr.startswith("Dana Weiss signed before this was added")
    minutes = shown(run, "2026-04-09")
    assert "- State: changed since it was signed; it asks for another sign-off\n" in minutes
    assert f"ruling {number(later)}; after the sign-off)" in minutes
    assert f"ruling {first})" in minutes
    assert run("2026-04-10", *signing).stdout.strip() != digest
    assert "- State: signed by Dana Weiss\n" in shown(run, "2026-04-10")
    run("2026-04-11", "withdraw", first, "--why", "Too dear", *NOORS, group="ruling")
    minutes = shown(run, "2026-04-11")
    assert "asks for another sign-off" in minutes
    assert (
        f"- The decision {first}, Remind earlier: on 2026-04-11 by Noor Haddad, because: Too dear"
        in minutes
    )


def test_what_was_signed_follows_from_the_log_alone(run: Run, database: str) -> None:
    """Whoever has the log makes the digest again: a line for the opening, then for each meeting,
    decision and action that stands, with the number and the SHA-256 of its record's body."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    gone = number(run("2026-04-07", "decide", "2026-Q1", "--text", "Remind earlier", *NOORS))
    run("2026-04-07", "act", "2026-Q1", "--text", "x", "--owner", "Bo", "--due", "2026-05-15")
    run("2026-04-07", "decide", "2026-Q1", "--text", "Zahlt für Żak", *NOORS)
    run("2026-04-07", "withdraw", gone, "--why", "Too dear", group="ruling")
    signed = run("2026-04-08", "sign", "2026-Q1", "--title", "CISO").stdout.strip()
    lines = []
    with opened(database) as store, store.reading() as connection:
        for record in records.read(connection):
            kind = record.head.get("ruling", record.kind)
            if kind in ("review", "decide", "act") and record.seq != gone:
                lines.append(f"{kind} {record.seq} {sha256(record.body).hexdigest()}\n")
    assert len(lines) == 3
    assert sha256("".join(lines).encode()).hexdigest() == signed


def test_reviews_are_read_as_they_were_known(run: Run, database: str) -> None:
    """At an instant there are the decisions, closings and signatures that had come by then."""
    run("2026-04-07", "open", "2026-Q1", *NOORS)
    run("2026-04-08", "decide", "2026-Q1", "--text", "Remind earlier", *NOORS)
    run("2026-04-09", "sign", "2026-Q1", "--title", "CISO", "--by", "Dana Weiss")
    run("2026-04-10", "decide", "2026-Q1", "--text", "Pay for it", *NOORS)
    states = []
    with opened(database) as store, store.reading() as connection:
        for day in ("06", "07", "08", "09", "10"):
            known = timestamps.read(f"2026-04-{day}T23:00:00Z")
            found = reviews.read(connection, known)
            states.append([(each.state, len(each.decisions)) for each in found])
        assert [each.quarter for each in openings.read(connection)] == ["2026-Q1"]
    assert states == [
        [],
        [(reviews.UNSIGNED, 0)],
        [(reviews.UNSIGNED, 1)],
        [(reviews.SIGNED, 1)],
        [(reviews.ADDED, 2)],
    ]


def test_the_list_tells_each_review_and_the_quarters_without_one(run: Run) -> None:
    """A line for each, and on stderr what is over and has none; the same for programs."""
    run("2026-07-07", "open", "2026-Q1", *NOORS)
    run(
        *("2026-07-07", "act", "2026-Q1", "--text", "x", "--owner", "Bo"),
        *("--due", "2026-07-07"),
    )
    listed = run("2026-10-01", "list")
    assert listed.stdout.split("\t") == [
        *("2026-Q1", "edition 1", "2026-07-07", "Noor Haddad", "not signed", "0 decisions"),
        "1 of 1 action open, 1 overdue\n",
    ]
    assert listed.stderr == "without a review: 2026-Q2, 2026-Q3\n"
    found = json.loads(run("2026-10-01", "list", "--json").stdout)
    assert found["without_review"] == ["2026-Q2", "2026-Q3"]
    assert [each["review"] for each in found["reviews"]] == ["2026-Q1"]


def test_minutes_hold_whatever_somebody_writes(run: Run) -> None:
    """A text with lines, bars, markup and escapes stays one line of a list or one cell of a table,
    and nothing in it is markup."""
    text = "Ask | <b>Bo</b>\n# and `Eve`\x1b[31m"
    run("2026-04-07", "open", "2026-Q1", *NOORS, "--attendees", "Noor, *Dana*")
    run("2026-04-07", "decide", "2026-Q1", "--text", text)
    run(
        *("2026-04-07", "act", "2026-Q1", "--text", text, "--owner", "B|o"),
        *("--due", "2026-05-15"),
    )
    minutes = shown(run, "2026-04-07")
    safe = r"Ask \| \<b>Bo\</b> # and \`Eve\`" + "�" + r"\[31m"
    assert f"- {safe} (" in minutes
    assert re.search(rf"^\| \d+ +\| {re.escape(safe)} \| B\\\|o ", minutes, re.M)
    assert r"- Attendees: Noor, \*Dana\*" in minutes
    assert "\x1b" not in minutes


@pytest.mark.parametrize(
    ("ruling", "says"),
    [
        (Ruling("act", "review 2026-Q1", "x", "noor", {"due": "2026-05-15"}), "needs its owner"),
        (Ruling("act", "review 2026-Q1", "x", "noor", {"owner": "Bo"}), "needs its due"),
        (
            Ruling("act", "review 2026-Q1", "x", "noor", {"owner": "Bo", "due": "soon"}),
            "which is not a day",
        ),
        (
            Ruling("meet", "review 2026-Q1", "x", "noor", {"day": "2026-04-09"}),
            "needs its attendees",
        ),
        (Ruling("close", "23", "x", "noor"), "action 23"),
        (Ruling("sign-off", "review 2026-Q1", "x", "noor"), "needs its digest"),
    ],
)
def test_a_ruling_of_a_review_says_all_that_it_must(
    database: str, ruling: Ruling, says: str
) -> None:
    """An action has an owner and a day, a closing its action, a signature what was signed."""
    with opened(database) as store, pytest.raises(LrsError, match=says):
        rulings.add(store, ruling)

"""Tests of the sheets over the worked year: their numbers, against what was argued of the year."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

import pytest
import worked_year
from packed import Pack, asked_of
from worked_year.expectations import Expected, views
from worked_year.plays import FOLDER

from lrs import app, attempts, timestamps
from lrs.config import Settings
from lrs.evidence.material import type_2
from lrs.evidence.sheets import tables
from lrs.xapi.store import Store

WHOLE = next(views())
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the year."""
    address = f"sqlite:///{tmp_path_factory.mktemp('packed') / 'lrs.db'}"
    opened = app.opened(Settings(database=address, durable=False))
    worked_year.load(opened)
    attempts.follow(opened.engine)
    yield opened
    opened.writer.close()


@pytest.fixture(scope="module")
def year(store: Store) -> Pack:
    """The pack of the year."""
    return asked_of(store, type_2(FIRST, LAST, WHOLE.known))


# What was argued, counted here anew.


def owed(each: Expected) -> tuple[str, str, str, date]:
    """Person, exercise, reason, anchor."""
    person, exercise, reason, anchor = each.obligation.split("|")
    return person, exercise, reason, date.fromisoformat(anchor)


def argued(exception: str) -> list[Expected]:
    """The rows of which an exception is in that state."""
    return [each for each in WHOLE.rows if each.more.get("exception") == exception]


def days_late(each: Expected) -> int:
    """From the due day to the pass."""
    return int((each.more["passed"] - each.more["due"]).days)


def uncovered() -> dict[str, set[date]]:
    """The days that were argued not to be covered, by person."""
    found: dict[str, set[date]] = {}
    for each in WHOLE.rows:
        if each.more.get("uncovered"):
            first, last = each.more["uncovered"]
            days = {first + DAY * n for n in range((last - first).days + 1)}
            found.setdefault(owed(each)[0], set()).update(days)
    return found


VERDICTS = Counter(each.verdict for each in WHOLE.rows)


def test_verdicts_are_those_that_were_argued(year: Pack) -> None:
    """In the figures, in the results by exercise and reason, and in the register."""
    figures = year.figures()
    assert figures["obligations"] == len(WHOLE.rows)
    assert {n: figures[f"verdict-{n}"] for n in VERDICTS} == VERDICTS
    by_both = Counter((*owed(each)[1:3], each.verdict) for each in WHOLE.rows)
    for row in year.rows("results"):
        for name in VERDICTS:
            key = (str(row["exercise"]), str(row["reason"]), name)
            assert row[name] == by_both.pop(key, 0)
    assert not by_both
    told = Counter(year.column("register", "verdict"))
    idle = len(WHOLE.people) - len({owed(each)[0] for each in WHOLE.rows})
    assert told.pop(None) == idle
    assert told == VERDICTS


def test_the_share_in_time_leaves_out_what_is_excused_or_pending(year: Pack) -> None:
    """And is rounded down."""
    judged = len(WHOLE.rows) - VERDICTS["excused"] - VERDICTS["pending"]
    figures = year.figures()
    assert figures["judged"] == judged
    assert figures["in-time"] == VERDICTS["met"] * 1000 // judged / 10
    assert figures["in-the-end"] == (VERDICTS["met"] + VERDICTS["late"]) * 1000 // judged / 10


def test_exceptions_are_those_that_were_argued(year: Pack) -> None:
    """With their state, and the days that it took to remediate them."""
    rows = {str(row["row"]): row for row in year.rows("exceptions")}
    for state in ("open", "remediated", "accepted"):
        wanted = {each.obligation for each in argued(state)}
        assert {id for id, row in rows.items() if row["exception"] == state} == wanted
        assert year.figures()[f"exceptions-{state}"] == len(wanted)
    late = {each.obligation: days_late(each) for each in argued("remediated")}
    assert {id: rows[id]["days_late"] for id in late} == late
    assert year.figures()["median-days"] == median(late.values())
    assert year.figures()["longest-days"] == max(late.values())


def test_times_to_remediation_are_told_by_exercise(year: Pack) -> None:
    """With the median, the longest, and how old those are that are open."""
    for row in year.rows("remediation"):
        own = [each for each in WHOLE.rows if owed(each)[1] == row["exercise"]]
        late = [days_late(e) for e in own if e.more.get("exception") == "remediated"]
        still = [e for e in own if e.more.get("exception") == "open"]
        assert (row["remediated"], row["open"]) == (len(late), len(still))
        assert (row["median_days"], row["longest_days"]) == (median(late), max(late))
        ages = [(LAST - each.more["due"]).days for each in still]
        assert row["open_91"] == sum(age > 90 for age in ages)
        assert row["open_31_90"] == sum(30 < age <= 90 for age in ages)
        assert row["open_8_30"] == row["open_1_7"] == 0


def test_a_day_is_uncovered_for_whom_it_was_argued(year: Pack) -> None:
    """Day by day, and month by month; and nobody is counted twice on a day."""
    wanted = Counter(on for days in uncovered().values() for on in days)
    rows = year.rows("coverage")
    assert [row["day"] for row in rows] == [FIRST + DAY * n for n in range(365)]
    assert {row["day"]: row["uncovered"] for row in rows if row["uncovered"]} == wanted
    by_month = Counter(f"{on:%Y-%m}" for on in wanted.elements())
    assert {r["month"]: r["uncovered_days"] for r in year.rows("months")} == {
        f"2026-{n:02}": by_month[f"2026-{n:02}"] for n in range(1, 13)
    }
    assert year.figures()["uncovered-people"] == len(uncovered())
    assert year.figures()["uncovered-days"] == wanted.total()


def test_everybody_is_in_the_population(year: Pack) -> None:
    """All people of the year, who came on day 364 and who stayed two weeks too; who is back after
    an end has two windows, under one id."""
    rows = year.rows("population")
    assert {row["person"] for row in rows} == set(WHOLE.people)
    by_person = Counter(row["person"] for row in rows)
    assert {id for id, n in by_person.items() if n > 1} == {"00016"}
    last = next(row for row in rows if row["person"] == "00015")
    assert (last["from"], last["days"], last["joined"]) == (date(2026, 12, 30), 2, "yes")
    short = next(row for row in rows if row["person"] == "00013")
    assert (short["from"], short["to"], short["days"]) == (date(2026, 3, 2), date(2026, 3, 13), 12)
    assert {row["other_ids"] for row in rows if row["person"] == "00016"} == {"00061"}
    assert sum(map(int, map(str, year.column("population", "days")))) == sum(
        int(str(n)) for n in year.column("coverage", "access")
    )


def test_who_joined_has_a_result(year: Pack) -> None:
    """Everybody with an onboarding, who joined and owed none, and the joiner of day 364, whose is
    pending; with the verdict that was argued."""
    wanted = {(owed(e)[0], owed(e)[3]): "met" for e in WHOLE.rows if owed(e)[2] == "onboarding"}
    wanted["00015", date(2026, 12, 30)] = "pending"
    for intern in (("00035", date(2026, 2, 2)), ("00036", date(2026, 4, 1))):
        wanted[intern] = "nothing owed"  # before there was a bucket for them
    found = {(r["person"], r["access_from"]): r["result"] for r in year.rows("joiners")}
    assert found == wanted
    assert year.figures()["joiners"] == len(wanted)
    assert sum(year.tally.joiners.values()) == len(wanted)


def test_who_is_from_outside_is_listed_once_more(year: Pack) -> None:
    """The contractor who became an employee too, with the days before."""
    rows = {row["person"]: row for row in year.rows("external-parties")}
    assert {id: row["kind"] for id, row in rows.items()} == {
        "00012": "contractor",
        "00013": "contractor",
        "00014": "vendor",
    }
    assert all(row["baseline"] == "met" for row in rows.values())


def test_completeness_names_every_file(year: Pack) -> None:
    """With the digest of the file as it lies there, its rows in, and the one that corrects it."""
    told = {str(row["file"]): row for row in year.rows("completeness")}
    files = [*(FOLDER / "rosters").glob("*.csv"), *(FOLDER / "exports").glob("*.csv")]
    assert set(told) == {file.name for file in files}
    for file in (FOLDER / "rosters").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            assert told[file.name]["read"] == sum(1 for _ in csv.DictReader(lines))
    corrected = [r for r in year.rows("completeness") if r["corrected_by"]]
    assert [r["zone"] for r in corrected] == ["UTC"]
    assert set(year.column("completeness", "adds_up")) == {"yes"}


def test_refresh_has_every_month(year: Pack) -> None:
    """Counted by the month of the due day; a month in which nothing was due says 0."""
    wanted: Counter[tuple[str, str]] = Counter()
    for each in WHOLE.rows:
        if owed(each)[2] == "cadence" and "due" in each.more:
            wanted[f"{each.more['due']:%Y-%m}", owed(each)[1]] += 1
    found = {(r["month"], r["exercise"]): r["owed"] for r in year.rows("refresh") if r["month"]}
    assert {key: n for key, n in found.items() if n} == wanted
    assert {month for month, _ in found} == {f"2026-{n:02}" for n in range(1, 13)}


def test_months_add_up_to_the_year(year: Pack) -> None:
    """Joiners, leavers, what was opened and remediated; what is open at the end is what is left."""
    rows = year.rows("months")

    def total(name: str) -> int:
        return sum(int(str(row[name])) for row in rows)

    assert total("joined") == year.figures()["joiners"]
    assert total("left") == year.figures()["leavers"]
    assert total("opened") == sum(len(argued(s)) for s in ("open", "remediated", "accepted"))
    assert total("remediated") == len(argued("remediated"))
    assert rows[-1]["open_at_end"] == len(argued("open")) + len(argued("accepted"))
    assert total("access_days") == year.figures()["access-days"]


def test_a_role_s_own_exercises_are_seen(year: Pack) -> None:
    """Finance alone gets the new bank account; what is asked of two buckets is not only here."""
    rows = {(row["bucket"], row["exercise"]): row for row in year.rows("role-depth")}
    finance = rows["finance", "invoice-change"]
    wanted = [e for e in WHOLE.rows if owed(e)[1] == "invoice-change"]
    wanted = [e for e in wanted if owed(e)[2] != "remediation"]
    assert (finance["only_here"], finance["owed"]) == ("yes", len(wanted))
    assert finance["people"] == len({owed(each)[0] for each in wanted})
    assert rows["staff", "parcel-text"]["also"] == "outside"


def test_evidence_is_weak_or_differs_where_it_was_argued(year: Pack) -> None:
    """One that was set by hand; two that count although the sides differ, because of rulings."""
    rows = year.rows("evidence")
    weak = [each for each in WHOLE.rows if each.more.get("weak")]
    assert sum(int(str(r["rows"])) for r in rows if r["sides"] == "by hand") == len(weak) == 1
    differ = [e for e in WHOLE.rows if e.more.get("told") == "differ"]
    told = [r for r in rows if r["sides"] == "differ"]
    assert sum(int(str(row["rows"])) for row in told) == len(differ)
    met = [row for row in told if row["meets"] == "yes"]
    assert sum(int(str(row["rows"])) for row in met) == 2
    assert {row["accepted"] for row in met} == {"yes"}


def test_replays_name_every_flaw_of_the_year(year: Pack) -> None:
    """Two forged results, and one each of what else can be wrong."""
    rows = {row["finding"]: row["attempts"] for row in year.rows("replays") if row["finding"]}
    assert rows == {
        "no-path": 1,
        "other-result": 2,
        "too-fast": 1,
        "truncated": 1,
        "unknown-version": 1,
        "unplayable": 1,
    }


def test_names_that_mean_nobody_are_listed(year: Pack) -> None:
    """And counted beside the people, in the reconciliation."""
    assert sorted(str(each) for each in year.column("unresolved", "identity")) == sorted(
        WHOLE.unresolved
    )
    names = [row["count"] for row in year.rows("reconciliation") if row["what"] == "names"]
    assert names == [len(WHOLE.unresolved)]


def test_reconciliation_adds_up_to_everybody(year: Pack) -> None:
    """Each person is in one of four places; the directory says that none was received."""
    people = [row for row in year.rows("reconciliation") if row["what"] == "people"]
    assert sum(int(str(row["count"])) for row in people) == len(WHOLE.people)
    each = Counter((r["lms"], r["lrs"]) for r in year.rows("reconciliation-people"))
    assert {(r["lms"], r["lrs"]): r["count"] for r in people} == each
    assert set(year.column("reconciliation-people", "directory")) == {"none received"}
    attempts = {r["means"]: r["count"] for r in year.rows("reconciliation") if r["counting"]}
    sides = ("agree", "differ", "lms_only", "statement_only", "by_hand")
    by_person = year.rows("reconciliation-people")
    assert list(attempts.values()) == [
        sum(int(str(row[name])) for row in by_person) for name in sides
    ]
    ben = next(row for row in by_person if row["person"] == "00003")
    assert (ben["hr"], ben["lms"], ben["lrs"]) == ("yes", "no", "no")


def test_the_weaknesses_of_the_year_are_counted(year: Pack) -> None:
    """Each from what was argued, and none is typed."""
    found = year.weaknesses()
    assert {name: found[name] for name in ("late", "overdue", "failed", "unverified")} == {
        name: VERDICTS[name] for name in ("late", "overdue", "failed", "unverified")
    }
    assert found["excused-by-ruling"] == 3  # Adam, Erik, Olga
    assert found["excused-on-leave"] == 3  # Henrik's
    assert found["left-before-due"] == 3  # Olga, Pavel, Quinn
    assert found["excused-after-due"] == 0
    assert found["manual"] == 1  # Yara's
    assert found["not-replayed"] == 7
    assert found["ruled-in"] == 3  # Ana's, Viktor's, Ulla's
    assert found["differing"] == 3  # Ana's, Theo's, Ulla's
    assert found["voided"] == found["corrected"] == found["withdrawn"] == 1
    assert found["no-review"] == 4
    assert found["no-snapshot"] == 3  # the only one is that of October
    assert found["unresolved-names"] == len(WHOLE.unresolved)
    assert found["no-manager"] == 1  # Noor's
    assert found["no-directory"] == len(WHOLE.people)
    assert found["no-notices"] == len(WHOLE.rows)
    assert found["kinds-left-out"] == 1  # interns, up to July
    assert found["no-bucket"] == 1  # Gina, an intern up to May
    assert found["roster-gaps"] == 3
    assert found["joiners-not-in-time"] == 0
    assert found["joiners-not-asked"] == 2  # the interns


def test_every_weakness_leads_to_a_sheet(year: Pack) -> None:
    """Of this pack; and every figure does."""
    for name in ("weaknesses", "figures"):
        assert set(year.column(name, "sheet")) <= set(year.sheets)


def test_halves_are_the_whole(store: Store, year: Pack) -> None:
    """The population's days, joiners, leavers and uncovered days of two halves are those of the
    year; and so is each day's coverage."""
    halves = [
        asked_of(store, type_2(FIRST, date(2026, 6, 30), WHOLE.known, LAST)),
        asked_of(store, type_2(date(2026, 7, 1), LAST, WHOLE.known, LAST)),
    ]
    for name in ("joiners", "leavers", "access-days", "uncovered-days"):
        assert sum(int(str(half.figures()[name])) for half in halves) == year.figures()[name]
    days = [row for half in halves for row in half.rows("coverage")]
    assert days == year.rows("coverage")
    joined = [row for half in halves for row in half.rows("joiners")]
    assert sorted(joined, key=str) == sorted(year.rows("joiners"), key=str)


def test_what_came_later_plays_no_part(store: Store) -> None:
    """As known in May there was one version of the programme, one link fewer, no ruling of June."""
    at = timestamps.read("2026-05-31T21:59:59Z")
    assert at is not None
    then = asked_of(store, type_2(FIRST, date(2026, 5, 31), at))
    assert then.column("programme-versions", "version") == [1]
    assert then.column("rulings", "kind") == ["accept"]
    assert all(int(str(each)) <= at for each in then.column("completeness", "received"))
    assert then.figures()["records"] == max(
        int(str(each)) for each in (*then.column("completeness", "record"), then.material.newest)
    )
    assert then.weaknesses()["voided"] == 0
    assert then.weaknesses()["corrected"] == 1
    before = timestamps.read("2026-04-02T12:00:00Z")
    assert before is not None
    early = asked_of(store, type_2(FIRST, date(2026, 3, 31), before))
    assert early.weaknesses()["corrected"] == 0
    assert set(early.column("completeness", "corrected_by")) == {None}


def test_streamed_sheets_have_as_many_rows_as_the_tally_says(year: Pack) -> None:
    """So that a pack can be held against it, and the document can say what isn't printed."""
    counts = tables.counts(year.tally)
    assert set(counts) == {each.form.name for each in tables.STREAMED}
    assert {name: len(year.rows(name)) for name in counts} == counts

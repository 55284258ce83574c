"""Tests of sheets where there is little or nothing, where all is well, and of a design alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from answers import EXERCISES, Made, Waits, answer
from cases import BASELINE, asked, day, programme, ruled, somebody, span
from packed import Pack, action, asked_of, built, by_hand, review, roster

from lrs import app
from lrs.config import Settings
from lrs.errors import NotFound
from lrs.evidence import gathering
from lrs.evidence.material import LeftOut, Material, type_1, type_2
from lrs.evidence.sheets import tables, weaknesses, wording
from lrs.evidence.sheets.results import share
from lrs.evidence.sheets.weakness import OPERATION
from lrs.evidence.tally import Tally
from lrs.people.timeline import Person
from lrs.programme.programme import Bucket
from lrs.reviews import Review
from lrs.xapi.store import Store

FULL = programme(
    "everyone:\n  onboarding: {within: 14, exercises: [phishing]}\n"
    "  role-change: {within: 14, exercises: [phishing], earlier: 90}\n"
    "  cadences: {summer: {on: [06-01], within: 29, exercises: [smishing]}}",
    "remediation: {within: 10}\nassignment: first\n"
    "escalation: [{after: 1, to: [person, manager], notice: late}]\n"
    'notices:\n  first: {subject: "{exercise}", text: "{due}"}\n'
    '  late: {subject: "{exercise} is late", text: "{due}"}\n'
    '  never: {subject: "Unused", text: "Unused"}\n',
)
MONTHS = [f"{n:02}-01" for n in range(1, 13)]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A store into which nothing came."""
    opened = app.opened(Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}", durable=False))
    yield opened
    opened.writer.close()


def nothing(material: Material) -> dict[str, int]:
    """The rows of each sheet of a pack without a piece."""
    return {each.name: len(tuple(each.rows)) for each in tables.whole(material, Tally())}


def test_an_empty_store_makes_sheets_that_say_what_was_searched(empty: Store) -> None:
    """There is no register, and every sheet says that it looked through an empty log; the days
    without a programme are a weakness."""
    with empty.reading() as connection:
        what = gathering.material(connection, type_2(day("01-01"), day("12-31"), 1))
    rows = nothing(what)
    assert rows["completeness"] == rows["rulings"] == rows["curriculum"] == rows["results"] == 0
    for each in tables.whole(what, Tally()):
        assert each.searched.endswith(".") and each.made.endswith("."), each.name
    told = {each.name: each.searched for each in tables.whole(what, Tally())}
    assert "an empty log" in told["completeness"] and "An empty log" in told["communications"]
    sheet = {each.name: each for each in tables.whole(what, Tally())}["weaknesses"]
    counts = {row[0]: row[3] for row in sheet.rows}
    assert (counts["no-programme"], counts["no-review"]) == (365, 4)
    with pytest.raises(NotFound, match="no programme"):
        asked_of(empty, type_2(day("01-01"), day("12-31"), 1))


def test_nobody_in_scope_is_a_pack_too() -> None:
    """With all sheets, and no rows where people would be."""
    pack = by_hand(answer(asked(FULL), []))
    assert set(pack.sheets) == {each.name for each in tables.FORMS}
    assert pack.rows("population") == pack.rows("register") == pack.rows("joiners") == []
    assert {row["note"] for row in pack.rows("coverage")} == {"nobody had access"}
    assert pack.figures()["in-time"] is None and pack.figures()["covered"] is None
    assert pack.document().chapters


def perfect() -> Pack:
    """A company in which all is well: one employee, who does all in time, told by both sides."""
    ana = replace(somebody("01-05..", id="00042"), managers=(("00007", span("01-05..")),))
    tries = ["phishing 01-10 pass 90", "smishing 06-10 pass 90"]
    attempts = {"00042": [f"{each} {side}" for each in tries for side in ("xapi v1.0.0", "lms")]}
    return by_hand(
        answer(asked(FULL), [ana], attempts),
        catalogue=(built("phishing", "SOC2 CC1.4"), built("smishing", "SOC2 CC2.2")),
        imports=(
            *(roster(each, n, snapshot=True) for n, each in enumerate(MONTHS, 3)),
            roster("12-31", 20),
        ),
        reviews=tuple(review(n) for n in range(1, 5)),
    )


def test_where_all_is_well_only_what_nobody_can_show_is_left() -> None:
    """No directory was received and no notice is on record: that stays, and nothing else does."""
    found = {name: count for name, count in perfect().weaknesses().items() if count}
    assert found == {"no-directory": 1, "no-notices": 2}
    figures = perfect().figures()
    assert (figures["in-time"], figures["covered"], figures["exceptions"]) == (100.0, 100.0, 0)
    assert (figures["weaknesses"], figures["median-days"]) == (2, None)


def nobodys(told: Review) -> Review:
    """A review of which nobody says who took part."""
    return replace(told, meetings=(), frozen=replace(told.frozen, attendees=()))


def test_every_weakness_can_be_found() -> None:
    """None is there that can't be other than 0."""
    left: list[Person] = [
        replace(
            somebody("01-05..", id="00001"),
            kinds=(("contractor", span("01-05..")),),
            managers=(),
            names=(),
            roles=(("sales", span("01-05..")),),
        ),
        replace(somebody("2019-01-01..", id="00002"), kinds=()),
        somebody("01-05..01-07", id="00003"),
        somebody("01-05..", id="00004", leave=["01-06.."]),
        *(somebody("01-05..", id=f"000{n}") for n in range(10, 18)),
    ]
    attempts = {
        "00010": ["phishing 01-25 pass 85 lms"],
        "00011": ["phishing 01-10 fail 20 lms"],
        "00012": ["phishing 01-10 pass 85 xapi truncated"],
        "00013": ["phishing 01-10 pass 85 hand"],
        "00014": ["phishing 01-04 fail 20 lms", "phishing 01-10 pass 85 xapi truncated"],
        "00015": ["phishing 01-10 pass 85 xapi", "phishing 01-10 fail 20 lms"],
        "00003": ["phishing 01-09 pass 85 lms"],
    }
    id = "|phishing|onboarding|2026-01-05"
    rulings = ruled([f"00016{id}", f"00004{id}"], [f"00017{id}"], ["statement statement-101"])
    rulings = rulings._replace(
        excused={name: each._replace(day=day("02-01")) for name, each in rulings.excused.items()}
    )
    waiting = [Waits("mbox mailto:who@x.example", day("02-01"), 3)]
    question = asked(
        programme(
            "everyone: {onboarding: {within: 14, exercises: [phishing, gone]}}",
            "",
        ),
        as_of="11-30",
    )
    made = answer(question, left, attempts, rulings, waiting)
    pack = by_hand(
        made,
        catalogue=(),
        imports=(
            roster("01-01", left_out=(LeftOut(3, "bad-day", "31/02/2026 is no day"),)),
            roster("03-01", 4, lms="https://lms.example", left_out=(LeftOut(2, "x", "y"),)),
            roster("03-01", 5, lms="https://lms.example", corrected=6),
        ),
        reviews=(nobodys(review(1, action("02-01"), signed=False)),),
        voided=1,
        redacted=1,
    )
    found = pack.weaknesses()
    zero = {name for name, count in found.items() if not count}
    assert zero == {
        # what this company has, or can't have with the rest of it; each has its own test
        *("no-programme", "published-late", "no-criterion", "no-onboarding", "kinds-left-out"),
        *("no-bucket", "nobody-covered", "withdrawn", "unsound-signature", "joiners-not-asked"),
        "waived",
    }


def test_what_an_lms_waives_is_a_weakness_where_it_counts() -> None:
    """Nothing was played; and where the programme takes no waiver, nothing is met by it."""
    attempts = {"00042": ["phishing 01-10 pass - waived"]}
    takes = programme(BASELINE, "waivers: count\n")
    pack = by_hand(answer(asked(takes), [somebody("01-05..")], attempts))
    assert pack.weaknesses()["waived"] == 1
    (row,) = pack.rows("evidence")
    assert (row["provenance"], row["verdict"], row["meets"]) == ("waived, weak", "met", "yes")
    found = by_hand(answer(asked(), [somebody("01-05..")], attempts)).weaknesses()
    assert (found["waived"], found["unverified"]) == (0, 1)


def test_a_programme_that_comes_late_leaves_days_without_one() -> None:
    """And a version that is published after its first day says so, with how many days."""
    made = answer(asked(FULL), [somebody("01-05..")])
    versions = by_hand(made).material.versions
    late = replace(versions[0], starts=day("03-01"), at=1_773_000_000_000_000)  # 8 March
    pack = by_hand(made, versions=(late,))
    found = pack.weaknesses()
    assert (found["no-programme"], found["published-late"]) == (31 + 28, 1)
    assert pack.column("programme-versions", "days_after") == [7]
    notes = [row["note"] for row in pack.rows("coverage")]
    assert notes.count("no programme in force") == 59
    assert pack.rows("coverage")[0]["covered"] is None


def test_a_day_on_which_nobody_was_covered_is_told() -> None:
    """From the day after due on, where the only one there is did nothing."""
    pack = by_hand(answer(asked(as_of="01-31"), [somebody("01-05..")]))
    told = [row["day"] for row in pack.rows("coverage") if row["note"] == "nobody was covered"]
    assert told == [date(2026, 1, n) for n in range(20, 32)]
    assert pack.weaknesses()["nobody-covered"] == 12
    assert pack.weaknesses()["days-to-come"] == 334
    assert pack.rows("months")[1]["due"] is None  # February isn't asked about


def test_who_joined_on_day_364_is_in_every_population() -> None:
    """In that of everybody, in that of joiners, pending, and two days of access are theirs."""
    pack = by_hand(answer(asked(), [somebody("12-30..")]))
    assert pack.rows("population")[0]["days"] == 2
    assert [row["result"] for row in pack.rows("joiners")] == ["pending"]
    assert pack.figures()["access-days"] == 2
    assert pack.rows("months")[-1]["joined"] == 1


def test_a_joiner_s_result_is_the_worst(tmp_path: Path) -> None:
    """One exercise met and one late is late; the days are those of the one that is late."""
    text = "everyone: {onboarding: {within: 14, exercises: [phishing, smishing]}}"
    tries = {"00042": ["phishing 01-10 pass 85 lms", "smishing 01-22 pass 85 lms"]}
    row = by_hand(answer(asked(programme(text)), [somebody("01-05..")], tries)).rows("joiners")[0]
    told = (row["owed"], row["result"], row["due"], row["completed"], row["days_late"])
    assert told == (2, "late", day("01-19"), day("01-22"), 3)


def test_a_joiner_of_whom_nothing_is_asked_is_a_weakness() -> None:
    """They have a row, and it says so."""
    text = "everyone: {cadences: {q: {every: quarter, exercises: [phishing]}}}"
    pack = by_hand(answer(asked(programme(text)), [somebody("02-05..")]))
    assert pack.column("joiners", "result") == ["nothing owed"]
    assert pack.weaknesses()["joiners-not-asked"] == 1
    assert pack.weaknesses()["no-onboarding"] == 1


def test_a_contractor_of_last_year_has_a_baseline_before_the_period() -> None:
    """What was closed before it is in no row of the register, and is not called missing."""
    who = replace(somebody("01-05..", id="1"), kinds=(("contractor", span("01-05..")),))
    question = asked(FULL, period="07-01..12-31")
    tries = ["phishing 01-10 pass 85 lms", "smishing 06-10 pass 85 lms"]
    pack = by_hand(answer(question, [who], {"1": tries}))
    (row,) = pack.rows("external-parties")
    assert (row["baseline"], row["result"]) == ("before the period", "nothing owed")


def test_gaps_between_rosters_are_found() -> None:
    """Also from the beginning to the first, and from the last to the end; 31 days are none."""
    made = answer(asked(), [somebody("01-05..")])

    def gaps(*days: str) -> object:
        return by_hand(made, imports=tuple(map(roster, days))).weaknesses()["roster-gaps"]

    assert gaps() == 1
    assert gaps("2025-12-15", *MONTHS, "12-31") == 0
    assert gaps("2025-12-15", *MONTHS[:6], "12-31") == 1
    assert gaps("03-01", *MONTHS[3:], "12-31") == 1


def test_counts_that_don_t_add_up_are_found() -> None:
    """Rows that were read and are neither taken, known nor left out."""
    made = answer(asked(), [somebody("01-05..")])
    pack = by_hand(made, imports=(roster("01-01", read=4), roster("02-01")))
    assert pack.column("completeness", "adds_up") == ["no", "yes"]
    assert pack.weaknesses()["counts-differ"] == 1


def test_a_quarter_without_a_review_says_so() -> None:
    """Its row is there; a review that nobody signed, or whose actions are late, is a weakness."""
    made = answer(asked(as_of="10-15"), [somebody("01-05..")])
    done, late, open_ = action("02-01", "01-20"), action("02-01", "02-02"), action("03-01")
    reviews = (review(1, done, late, open_), review(2, signed=False))
    pack = by_hand(made, reviews=reviews)
    assert [row["state"] for row in pack.rows("reviews")] == [
        *("signed", "not signed", "no review on record", "no review on record")
    ]
    assert pack.rows("reviews")[0]["attendees"] == "Dana, Noor, Dana Weiss, Ana Ruiz"
    assert pack.rows("reviews")[0]["met"] == day("03-31")
    found = pack.weaknesses()
    assert (found["no-review"], found["not-signed"], found["late-actions"]) == (1, 1, 2)
    assert pack.column("review-actions", "late") == ["no", "yes", "yes"]
    assert pack.rows("review-decisions")[0]["decision"] == "Reminders go out twice."
    frozen = {(r["by"], r["of"], r["figure"]): r["value"] for r in pack.rows("review-figures")}
    assert frozen[None, None, "People with access"] == 3
    assert frozen["bucket", "everyone", "late"] == 1


def test_a_signature_under_something_else_is_found() -> None:
    """It doesn't name what there was to sign."""
    told = review(1)
    wrong = replace(told, sign_offs=(told.sign_offs[0]._replace(sound=False),))
    pack = by_hand(answer(asked(), []), reviews=(wrong,))
    assert pack.weaknesses()["unsound-signature"] == 1


def test_an_exercise_that_serves_no_criterion_is_found() -> None:
    """Of those that the programme asks for."""
    bare = {"phishing": EXERCISES["phishing"]._replace(criteria=())}
    assert by_hand(answer(asked(), []), exercises=bare).weaknesses()["no-criterion"] == 1
    assert by_hand(answer(asked(), [])).weaknesses()["no-criterion"] == 0


def test_an_edition_that_was_superseded_is_listed_and_its_decisions_are_not_twice() -> None:
    """They stand in the later one, too."""
    first = review(1, superseded=True)
    pack = by_hand(answer(asked(), []), reviews=(first, review(1, edition=2)))
    assert pack.column("reviews", "edition")[:2] == [1, 2]
    assert len(pack.rows("review-decisions")) == 1
    assert len(pack.rows("review-figures")) == 6


def test_notices_are_listed_once_for_each_use() -> None:
    """And one that is never used says so."""
    pack = by_hand(answer(asked(FULL), []))
    assert [(row["notice"], row["occasion"], row["to"]) for row in pack.rows("templates")] == [
        ("first", "when it is assigned", "the person"),
        ("late", "1 day after the due day", "the person and their manager"),
        ("never", "never", None),
    ]


def design() -> Pack:
    """A design: its people have done everything, and badly."""
    attempts = {"00042": ["phishing 01-30 pass 85 hand"]}
    made = answer(
        asked(FULL, period="03-01..03-01", as_of="03-01"), [somebody("01-05..")], attempts
    )
    return by_hand(made, design=True, catalogue=(built("phishing", "SOC2 CC1.4"),))


def test_a_design_claims_nothing_of_operation() -> None:
    """It has the sheets of the design alone, and in them no verdict, attempt or exception; its
    weaknesses are those of the design and of its sources."""
    pack = design()
    assert set(pack.sheets) == {each.name for each in tables.FORMS if each.design}
    assert not {"register", "results", "joiners", "exceptions", "months"} & set(pack.sheets)
    assert {row["code"] for row in pack.rows("weaknesses")} == {
        each.code for each in weaknesses.WEAKNESSES if each.part != OPERATION
    }
    assert not any(name.startswith(("verdict", "exception")) for name in pack.figures())
    assert pack.column("population", "person") == ["00042"]
    named = {name for row in pack.rows("criteria") for name in str(row["sheets"]).split(", ")}
    assert named - {"None"} <= set(pack.sheets)


def test_a_design_is_of_one_day() -> None:
    """Its period is that day, and the verdicts' day as well."""
    asked_for = type_1(day("03-01"), 1)
    assert (asked_for.period, asked_for.as_of, asked_for.operating) == (
        span("03-01..03-01"),
        day("03-01"),
        False,
    )


def test_exercises_that_nobody_built_are_seen_in_the_curriculum() -> None:
    """They have a row without a title, and are a weakness."""
    pack = design()
    rows = {row["exercise"]: row["title"] for row in pack.rows("curriculum")}
    assert rows == {"phishing": "The Monday inbox", "smishing": None}
    found = by_hand(answer(asked(FULL), []), exercises={}).weaknesses()
    assert found["not-in-catalogue"] == 2


def made_of(text: str, *people: Person) -> Made:
    """A register of a programme with this curriculum."""
    return answer(asked(programme(text)), people)


def test_roles_and_kinds_that_no_bucket_takes_are_found() -> None:
    """A role that nobody asks for, and somebody in no bucket."""
    who = replace(somebody("01-05.."), roles=(("sales", span("01-05..")),))
    pack = by_hand(made_of("everyone: {onboarding: {within: 14, exercises: [phishing]}}", who))
    assert pack.weaknesses()["unknown-roles"] == 1
    assert pack.weaknesses()["no-bucket"] == 0


def test_the_programme_is_told_in_words() -> None:
    """Who, when, what, by when, with grace and turns; and what follows a fail."""
    text = programme(
        "everyone:\n  onboarding: {within: 14, exercises: [phishing], grace: 3}\n"
        "  role-change: {within: 0, exercises: [phishing], earlier: 90}\n"
        "  cadences:\n    q: {every: quarter, turns: [phishing, smishing]}\n"
        "    y: {every: year, from: access, within: 30, exercises: [smishing]}\n"
        "    d: {on: [06-01, 2026-09-15], within: 1, exercises: [smishing]}",
        "exercises:\n  phishing: {pass: 80, versions: newest, stands-for: [smishing]}\n"
        "  smishing: {pass: completion, waivers: count}\n"
        "remediation: {within: 10, instead: {phishing: [smishing]}}\n",
    )
    rows = by_hand(answer(asked(text), [])).rows("programme")
    said = {str(row["path"]): row["says"] for row in rows}
    path, phishing, smishing = "curriculum/everyone", *(f"{t} ({s})" for t, s in TITLES)
    assert said[f"{path}/onboarding"] == (
        f"Everybody, when access begins: {phishing}, within 14 days. With 3 days of grace that "
        "people are not told."
    )
    assert said[f"{path}/role-change"] == (
        f"Everybody, when somebody comes into the group later: {phishing}, on the same day. A "
        "completion up to 90 days before counts."
    )
    assert said[f"{path}/cadences/q"] == (
        f"Everybody, each quarter, on its first day: one of {phishing} and {smishing}, in turn, "
        "the first again with each year, by the last day of that quarter."
    )
    assert said[f"{path}/cadences/y"] == (
        f"Everybody, each year, counted from the day access began: {smishing}, within 30 days."
    )
    assert said[f"{path}/cadences/d"] == (
        f"Everybody, on 1 June of each year and 15 September 2026: {smishing}, within 1 day."
    )
    assert said["exercises/phishing"] == (
        f"{phishing}: It counts if it is passed with at least 80 points of 100; only the newest "
        f"version on the day of completion is taken; it also meets what is owed of {smishing}."
    )
    assert said["exercises/smishing"] == (
        f"{smishing}: It counts if it was gone through to an end, passed or not; every version is "
        "taken; what an LMS waives is met."
    )
    assert "within 10 days of the fail" in str(said["remediation"])
    assert said["remediation/instead/phishing"] == (
        f"After a fail in {phishing}, {smishing} is asked for instead."
    )
    assert said["assignment"] == "The programme asks for no notice when something is assigned."


TITLES = (("The Monday inbox", "phishing"), ("By text", "smishing"))


def test_who_is_in_a_bucket_is_told_in_words() -> None:
    """Kinds, roles, both or neither."""
    told = {
        bucket: wording.audience(Bucket("x", "X", kinds, roles))
        for bucket, kinds, roles in (
            ("all", None, None),
            ("kinds", frozenset(["vendor", "employee", "intern"]), None),
            ("roles", None, frozenset(["it", "ap"])),
            ("both", frozenset(["contractor"]), frozenset(["it"])),
        )
    }
    assert told == {
        "all": "everybody with access",
        "kinds": "all employees, interns and vendors' staff",
        "roles": "whoever has the roles ap or it",
        "both": "contractors with the role it",
    }


def test_a_share_is_rounded_down() -> None:
    """What is not whole is never called 100."""
    assert [share(2, 3), share(999_999, 1_000_000), share(1, 1), share(0, 5)] == [
        66.6,
        99.9,
        100,
        0,
    ]
    assert share(0, 0) is None


def test_days_between_two_windows_are_nobody_s() -> None:
    """Who left with something open and came back was not uncovered while they were gone."""
    pack = by_hand(answer(asked(), [somebody("01-05..02-10", "06-01..")]))
    rows = {row["day"]: row for row in pack.rows("coverage")}
    told = [
        (rows[day(d)]["access"], rows[day(d)]["uncovered"]) for d in ("02-10", "05-01", "06-16")
    ]
    assert told == [(1, 1), (0, 0), (1, 1)]
    assert pack.figures()["uncovered-days"] == sum(
        int(str(row["uncovered"])) for row in rows.values()
    )


def test_attempts_of_other_days_are_not_counted() -> None:
    """Neither in the replays nor in the reconciliation; those meet what they meet all the same."""
    question = asked(FULL, period="03-01..12-31")
    tries = {"00042": ["phishing 01-10 pass 85 lms", "smishing 06-10 pass 85 xapi"]}
    pack = by_hand(answer(question, [somebody("01-05..")], tries))
    assert pack.figures()["attempts"] == 1
    (row,) = pack.rows("reconciliation-people")
    assert (row["lms"], row["lms_attempts"], row["lms_only"]) == ("no", 0, 0)
    assert (row["lrs"], row["lrs_attempts"], row["statement_only"]) == ("yes", 1, 1)

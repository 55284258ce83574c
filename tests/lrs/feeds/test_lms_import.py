"""Tests of a file's way into the store: provenance, corrections, what was known when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from durable import assert_indexes_are_what_a_rebuild_makes, opened
from samples import ACTIVITY, LMS, MAP, SCORM_BASIC, TITLES, text, utf16
from sqlalchemy import select

from lrs import timestamps
from lrs.database import key
from lrs.errors import Conflict, NotFound
from lrs.feeds import door, lms_import
from lrs.feeds.door import Known, Taken
from lrs.feeds.lms_import import Wanted
from lrs.received import records
from lrs.received.tables import CONTENTS
from lrs.xapi.store import Store

NOW = timestamps.read("2026-06-30T22:30:00Z")
HEAD = "login,mail,course,state,at\n"
ROWS = "aruiz,ana@brightwater.example,SEC-101,completed,2026-03-31 08:15:00\n"
ROWS += "bkhan,,SEC-102,not started,\n"


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        yield store


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    """A plain sheet that can be imported."""
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return Wanted(
        "march.csv",
        (HEAD + ROWS).encode(),
        "plain",
        LMS,
        "dana",
        "Europe/Berlin",
        tmp_path / "map.yaml",
        TITLES,
    )


def taken(store: Store, wanted: Wanted) -> Taken:
    """What comes of an import."""
    assert NOW
    job, problems = lms_import.prepared(wanted, NOW)
    assert job, problems
    found: Taken = store.writer.submit("feeds", job)
    return found


def refused(wanted: Wanted) -> list[str]:
    """Why a file can't be imported."""
    assert NOW
    job, problems = lms_import.prepared(wanted, NOW)
    assert job is None
    return [str(problem) for problem in problems]


def known(store: Store, *names: str, instant: int | None = None) -> list[Known]:
    """What is known."""
    with store.reading() as connection:
        if names:
            whose = door.called(connection, {key(name) for name in names})
        else:
            whose = {who for who, _ in door.names(connection)}
        return door.known(connection, whose, instant)


def test_an_import_is_a_record_with_all_that_it_came_from(address: str, wanted: Wanted) -> None:
    """By whom, which file to the byte, how it was read, how many rows and why not all; its facts
    with row, text, zone and precision. The same file again adds nothing, on either database, and
    what was indexed is what a rebuild makes."""
    with opened(address) as store:
        first = taken(store, replace(wanted, content=wanted.content + b",,,,\nx,,Fire safety,p,\n"))
        assert first.counts == {"read": 3, "taken": 2, "known": 0, "left_out": 1}
        again = taken(store, replace(wanted, content=wanted.content + b",,,,\nx,,Fire safety,p,\n"))
        assert again.repeats and again.seq == first.seq and not again.added
        more = taken(store, wanted)
        assert more.counts == {"read": 2, "taken": 0, "known": 2, "left_out": 0}
        with store.reading() as connection:
            one, two = records.read(connection)
            contents = dict(connection.execute(select(CONTENTS.c.sha2, CONTENTS.c.content)).all())
        digest = sha256(wanted.content + b",,,,\nx,,Fire safety,p,\n").hexdigest()
        assert bytes(contents[digest]) == wanted.content + b",,,,\nx,,Fire safety,p,\n"
        told = one.head
        assert (one.kind, told["sha256"]) == ("lms-export", digest)
        assert [told[each] for each in ("by", "lms", "source", "as_of", "zone")] == [
            *("dana", LMS, "march.csv", "2026-07-01", "Europe/Berlin")
        ]
        assert told["profile"]["name"] == "plain" and len(told["profile"]["sha256"]) == 64
        assert told["left_out"] == [
            {
                "row": 5,
                "code": "other-course",
                "message": '"Fire safety" is no exercise',
                "rows": 1,
            }
        ]
        assert json.loads(one.body)["rows"] == [
            {
                "row": 2,
                "login": "aruiz",
                "mail": "ana@brightwater.example",
                "course": "phishing",
                "course_title": "SEC-101",
                "state": "completed",
                "at": timestamps.read("2026-03-31T06:15:00Z"),
                "precision": "second",
                "original": "2026-03-31 08:15:00",
                "zone": "Europe/Berlin",
            },
            {
                "row": 3,
                "login": "bkhan",
                "course": "smishing",
                "course_title": "SEC-102",
                "state": "not-started",
            },
        ]
        assert json.loads(two.body) == {"rows": []}
        assert [each.fact.login for each in known(store)] == ["aruiz", "bkhan"]
        by_mail = known(store, "mbox mailto:ana@brightwater.example", f"account {LMS}|aruiz")
        assert [(each.seq, each.n, each.fact.login) for each in by_mail] == [(1, 0, "aruiz")]
        assert known(store, "hr aruiz") == []
        taken(store, replace(wanted, zone="UTC", corrects=first.seq))
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_an_import_that_was_wrong_is_corrected_by_another(on_sqlite: Store, wanted: Wanted) -> None:
    """With the right zone: its facts take the place of the others, which are known still to
    whoever asks what was known before. It can be corrected once, by one that is another."""
    first = taken(on_sqlite, wanted)
    (before, _) = known(on_sqlite)
    second = taken(on_sqlite, replace(wanted, zone="UTC", corrects=first.seq))
    assert second.counts["taken"] == 2
    assert {each.seq for each in known(on_sqlite)} == {second.seq}
    assert known(on_sqlite, instant=before.at)[0] == before
    assert known(on_sqlite, instant=before.at - 1) == []
    with pytest.raises(Conflict, match="import 1 is corrected already, by 2"):
        taken(on_sqlite, replace(wanted, zone="Asia/Kolkata", corrects=first.seq))
    with pytest.raises(NotFound, match="there is no import 9"):
        taken(on_sqlite, replace(wanted, zone="Asia/Kolkata", corrects=9))
    assert taken(on_sqlite, wanted).seq == 3, "what was corrected doesn't make the file known"


def test_what_was_said_again_is_not_lost_with_an_import_that_was_wrong(
    on_sqlite: Store, wanted: Wanted
) -> None:
    """A later file found it known; after the correction that file can be imported again."""
    first = taken(on_sqlite, wanted)
    longer = replace(wanted, content=wanted.content + b"ckim,,SEC-102,passed,2026-04-01\n")
    second = taken(on_sqlite, longer)
    assert second.counts["known"] == 2
    other = replace(wanted, content=f"{HEAD}dlee,,SEC-101,passed,2026-01-01\n".encode())
    third = taken(on_sqlite, replace(other, corrects=first.seq))
    assert third.leaning == [second.seq]
    assert [each.fact.login for each in known(on_sqlite)] == ["ckim", "dlee"]
    assert taken(on_sqlite, longer).counts["taken"] == 2
    assert taken(on_sqlite, longer).repeats
    logins = {each.fact.login for each in known(on_sqlite)}
    assert logins == {"aruiz", "bkhan", "ckim", "dlee"}


def test_the_same_file_of_another_day_is_another_import(on_sqlite: Store, wanted: Wanted) -> None:
    """If that is said: then a state that was changed in between is told again."""
    start = replace(wanted, content=f"{HEAD}bkhan,,SEC-102,not started,\n".encode())
    done = replace(wanted, content=f"{HEAD}bkhan,,SEC-102,passed,2026-02-02\n".encode())
    taken(on_sqlite, replace(start, as_of=date(2026, 2, 1)))
    taken(on_sqlite, replace(done, as_of=date(2026, 2, 8)))
    assert taken(on_sqlite, start).repeats
    assert taken(on_sqlite, replace(start, as_of=date(2026, 2, 15))).counts["taken"] == 1
    assert [each.fact.state for each in known(on_sqlite)] == [
        *("not-started", "passed", "not-started")
    ]


def test_other_spellings_of_an_lms_are_told_of(wanted: Wanted) -> None:
    """They would make other people of its learners."""
    (found,) = refused(replace(wanted, lms=f"{LMS}/", known=[LMS]))
    assert found.startswith(f'--lms: error: "{LMS}/" was "{LMS}" in earlier imports')
    assert found.endswith(f"[other-lms]\n  write --lms {LMS}")
    assert "[bad-lms]" in refused(replace(wanted, lms="lms.example"))[0]


def test_a_zone_must_be_told_and_be_one(wanted: Wanted) -> None:
    """A profile may tell it; nothing supposes it."""
    assert "in which time zone its dates are [no-zone]" in refused(replace(wanted, zone=None))[0]
    (found,) = refused(replace(wanted, zone="Europe/Berln"))
    assert found == (
        '--zone: error: "Europe/Berln" is no time zone [unknown-zone]\n'
        '  did you mean "Europe/Berlin"?'
    )


@pytest.mark.parametrize("profile", ["plain", "moodle-activity", "moodle-scorm-basic"])
def test_a_report_that_can_t_prove_a_completion_is_refused(wanted: Wanted, profile: str) -> None:
    """By its header, whatever profile was asked for, with the reason and the way out."""
    found = refused(replace(wanted, content=text(SCORM_BASIC, "\t").encode(), profile=profile))
    (refusal,) = (each for each in found if "[refused]" in each)
    assert refusal == (
        "march.csv:1: error: Moodle, SCORM report (basic): this report can't prove a completion; "
        'it has scores, but neither passed nor completed, and 0 is "no score" too [refused]\n'
        "  export Reports > Activity completion, and import it with --profile moodle-activity"
    )


def test_a_profile_that_refuses_takes_no_other_file_either(wanted: Wanted) -> None:
    """Whatever is in it."""
    assert "[refused]" in refused(replace(wanted, profile="moodle-scorm-basic"))[0]


def test_a_file_of_another_profile(wanted: Wanted) -> None:
    """The one that fits is named."""
    found = refused(replace(wanted, profile="docebo-users-courses"))
    assert [each.splitlines()[-1] for each in found] == ["  did you mean --profile plain?"]
    (unknown, *_) = refused(replace(wanted, profile="moodle-activty"))
    assert 'did you mean "moodle-activity"?' in unknown


def test_a_course_map_s_own_faults_have_places(wanted: Wanted, tmp_path: Path) -> None:
    """An exercise that isn't there, a course that is two things, a key that is none."""
    path = tmp_path / "map.yaml"
    path.write_text(
        'courses:\n  A: phising\n  B: smishing\n  "b ": phishing\nleave-out: [a]\n', "utf-8"
    )
    assert refused(wanted) == [
        f'{path}:2:6: error: "phising" is no exercise that is known [unknown-exercise]\n'
        '  did you mean "phishing"?',
        f'{path}:4:3: error: "b " is the same course as "B", which is "smishing" [course-twice]\n'
        "  keep one of the two",
        f'{path}:5:13: error: "a" is the same course as "A", which is "phising" [course-twice]\n'
        "  keep one of the two",
    ]
    path.write_text("course: {}\n", "utf-8")
    assert any("[unknown-key]" in each for each in refused(wanted))
    assert "cannot be read" in refused(replace(wanted, course_map=tmp_path / "none.yaml"))[0]


def test_both_encodings_are_one_export(on_sqlite: Store, wanted: Wanted) -> None:
    """The second download of the same report adds nothing."""
    report = replace(wanted, profile="moodle-activity", content=text(ACTIVITY).encode())
    assert taken(on_sqlite, report).counts["taken"] == 4
    other = taken(on_sqlite, replace(report, content=utf16(ACTIVITY)))
    assert not other.repeats
    assert other.counts == {"read": 6, "taken": 0, "known": 4, "left_out": 2}
    assert [each.fact.manual for each in known(on_sqlite)] == [False, False, True, False]


def test_an_export_of_a_day_to_come_is_refused(wanted: Wanted) -> None:
    """No LMS has made it yet; what has no date would be said of that day."""
    assert NOW
    job, problems = lms_import.prepared(replace(wanted, as_of=date(2099, 1, 1)), NOW)
    assert job is None
    assert [each.code for each in problems][-1:] == ["to-come"]


def test_an_empty_course_map_says_how_one_begins(wanted: Wanted) -> None:
    """Not as a scenario does."""
    assert NOW and wanted.course_map
    wanted.course_map.write_text("", encoding="utf-8")
    hints = [each.hint for each in lms_import.prepared(wanted, NOW).problems]
    assert "begin with courses: {ID-OR-TITLE: EXERCISE}" in hints

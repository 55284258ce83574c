"""Tests of imports: one record each, judged against what is known, and the same file once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from durable import assert_indexes_are_what_a_rebuild_makes, opened
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lrs.days import Interval
from lrs.errors import Conflict
from lrs.mapping import Profile, find
from lrs.people import differences, directory, facts, hr_import, tables, timeline
from lrs.people.facts import Fact, Known
from lrs.people.hr_import import Judged, Source
from lrs.people.identities import Link, Merge
from lrs.people.roster import FIELDS
from lrs.received import records
from lrs.received.tables import CONTENTS
from lrs.xapi.store import Store

HEAD = "person,name,mails,kind,roles,manager,hired,left\n"
ANA = "00042,Ana Ruiz,ana@x.example,employee,it,00007,2026-01-05,\n"
BO = "00007,Bo Lee,bo@x.example,employee,managers,,2020-03-01,\n"
JO = "00013,Jo Roe,jo@x.example,contractor,,00007,2026-02-01,2026-02-14\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite."""
    with opened(f"sqlite:///{tmp_path}/lrs.db") as made:
        yield made


def plain() -> Profile:
    found, _ = find("people", "plain", FIELDS)
    assert found
    return found


def source(text: str, as_of: str = "2026-03-01", profile: str = "plain", **options: Any) -> Source:
    day, by = date.fromisoformat(as_of), replace(plain(), name=profile)
    return Source("people.csv", text.encode(), by, day, "Europe/Berlin", "noor", **options)


def judge(
    store: Store, text: str, as_of: str = "2026-03-01", profile: str = "plain", **options: Any
) -> Judged:
    with store.reading() as connection:
        return hr_import.judge(connection, source(text, as_of, profile, **options))


def take(
    store: Store, text: str, as_of: str = "2026-03-01", profile: str = "plain", **options: Any
) -> int:
    """Take in a file with which nothing is wrong; the number of its record."""
    judged = judge(store, text, as_of, profile, **options)
    assert judged.taking, judged.problems
    return hr_import.take(store, judged).seq


def windows(store: Store, id: str, known: int | None = None) -> tuple[Interval, ...]:
    with store.reading() as connection:
        return directory.some(connection, [id], (), known).people[id].windows


def test_an_import_is_one_record_with_the_file(address: str) -> None:
    """Its head tells by whom, of which file, by which profile, of which day, and how many; the
    file is kept to the byte; and the indexes are those that a rebuild makes."""
    text = HEAD + ANA + BO + JO + JO
    with opened(address) as store:
        seq = take(store, text)
        with store.reading() as connection:
            (record,) = records.read(connection)
            content = connection.execute(select(CONTENTS.c.content)).scalar_one()
        assert (record.seq, record.kind) == (seq, "roster")
        head = record.head
        assert bytes(content) == text.encode()
        assert (head["by"], head["source"], head["as_of"]) == ("noor", "people.csv", "2026-03-01")
        assert head["profile"]["name"] == "plain" and len(head["profile"]["sha256"]) == 64
        assert head["counts"] == {"read": 4, "taken": 3, "left_out": 1, "absent": 0}
        assert head["left_out"] == [
            {"row": 5, "code": "same-row", "message": "says what row 4 says"}
        ]
        assert [row["person"] for row in json.loads(record.body)["rows"]] == [
            "00042",
            "00007",
            "00013",
        ]
        take(store, HEAD + ANA.replace("Ruiz", "Bell"), "2026-04-01")
        assert_indexes_are_what_a_rebuild_makes(store.engine)
        with store.reading() as connection:
            everybody = directory.everybody(connection).people
            assert set(everybody) == {"00042", "00007", "00013"}
            assert [name for name, _ in everybody["00042"].names] == ["Ana Ruiz", "Ana Bell"]
            found, ids = directory.of_manager(connection, "00007", date(2026, 2, 10))
        assert ids == ("00013", "00042")
        assert found.people["00042"] == everybody["00042"]


def test_the_same_file_again_adds_nothing(store: Store) -> None:
    """With the same profile and options; without a day, whatever the day is now."""
    first = take(store, HEAD + ANA + BO)
    there = judge(store, HEAD + ANA + BO).there
    assert there and there.seq == first and not there.new
    assert judge(store, HEAD + ANA + BO, "2026-05-01").there is None
    assert judge(store, HEAD + ANA + BO, "2026-05-01", any_day=True).there
    assert judge(store, HEAD + ANA + BO, snapshot=True).there is None
    with store.reading() as connection:
        assert records.newest(connection)[0] == first


def test_two_who_import_the_same_at_once_add_it_once(store: Store) -> None:
    """The second finds the record of the first; one who judged before another's import is asked
    to do it again."""
    same = [judge(store, HEAD + BO), judge(store, HEAD + BO)]
    other = judge(store, HEAD + BO + JO)
    first, second = (hr_import.take(store, each) for each in same)
    assert (first.new, second.new, second.seq) == (True, False, first.seq)
    with pytest.raises(Conflict, match="somebody else has imported people meanwhile"):
        hr_import.take(store, other)


def test_with_an_error_nothing_is_stored(store: Store) -> None:
    """All of the problems are told."""
    text = HEAD + ANA.replace("00042", "") + BO.replace("2020-03-01", "2020-02-30") + JO
    judged = judge(store, text)
    assert judged.taking is None
    assert [(each.mark.line, each.code) for each in sorted(judged.problems)] == [
        (2, "no-person"),
        (3, "bad-day"),
        (4, "unknown-manager"),
    ]


def test_rows_with_errors_are_left_out_only_when_it_is_asked_for(store: Store) -> None:
    """Each is in the record with its reason; what is wrong with the file stays an error."""
    text = HEAD + ANA.replace("00042", "") + BO + JO
    judged = judge(store, text, leave_out=True)
    assert judged.taking
    assert [(each.row, each.code) for each in judged.left_out] == [(2, "no-person")]
    assert [person for person, *_ in judged.taking.ready.facts] == ["00007", "00013"]
    assert judged.taking.told["counts"]["left_out"] == 1
    assert [each.severity for each in judged.problems] == ["warning"]
    assert judge(store, "who,hired\n7,2026-01-05\n", leave_out=True).taking is None


def test_managers_in_a_circle_are_left_out_one_after_the_other(store: Store) -> None:
    """Until there is none: with the store's, too."""
    take(store, HEAD + ANA + BO)
    text = HEAD + ANA.replace("Ruiz", "Bell") + BO.replace("managers,", "managers,00042")
    judged = judge(store, text, "2026-04-01")
    assert [each.code for each in judged.problems] == ["manager-circle"]
    judged = judge(store, text, "2026-04-01", leave_out=True)
    assert judged.taking and judged.taking.ready.facts == []


def test_a_snapshot_ends_the_access_of_who_is_not_in_it(store: Store) -> None:
    """On the day before, only if it is one, and told in the difference; who left before or was in
    another profile's roster is not touched; and who comes back never left."""
    take(store, HEAD + ANA + BO + JO)
    assert judge(store, HEAD + BO, "2026-04-01").differences == ()
    judged = judge(store, HEAD + BO, "2026-04-01", snapshot=True)
    (gone,) = judged.differences
    assert str(gone) == (
        "- 00042 Ana Ruiz: access: from 2026-01-05 -> from 2026-01-05 to 2026-03-31"
    )
    assert [each.code for each in judged.problems] == ["many-absent"]
    seq = hr_import.take(store, judged).seq
    assert windows(store, "00042") == (Interval(date(2026, 1, 5), date(2026, 3, 31)),)
    assert windows(store, "00013") == (Interval(date(2026, 2, 1), date(2026, 2, 14)),)
    with store.reading() as connection:
        known = tables.known(connection, ["00042"])["00042"]
    assert (known[-1].seq, known[-1].fact.row, known[-1].fact.code) == (seq, 0, "absent")
    take(store, HEAD + BO + ANA, "2026-05-01", snapshot=True)
    assert windows(store, "00042") == (Interval(date(2026, 1, 5)),)


def test_a_snapshot_is_compared_with_all_since_the_last(store: Store) -> None:
    """A correction of one person between two snapshots hides nobody."""
    take(store, HEAD + ANA + BO + JO, snapshot=True)
    take(store, HEAD + BO.replace("Lee", "Moss"), "2026-03-02")
    judged = judge(store, HEAD + BO, "2026-04-01", snapshot=True)
    assert [each.person for each in judged.differences if each.kind == "absent"] == ["00042"]


def test_a_snapshot_leaves_alone_who_is_in_another_profile_s_roster_by_now(store: Store) -> None:
    """An employee who goes on as a contractor; it is told, and stays so in the next snapshot."""
    take(store, HEAD + ANA + BO + JO, snapshot=True)
    text = HEAD + ANA.replace("employee", "contractor").replace("2026-01-05", "2026-03-15")
    take(store, HEAD + BO, "2026-03-10", snapshot=True)
    take(store, text, "2026-03-15", "agency")
    assert len(windows(store, "00042")) == 2
    judged = judge(store, HEAD + BO, "2026-04-01", snapshot=True)
    assert judged.taking and not judged.differences and not judged.problems
    take(store, HEAD + BO + ANA, "2026-04-02", snapshot=True)
    take(store, text.replace("Ruiz", "Bell"), "2026-04-03", "agency")
    judged = judge(store, HEAD + BO, "2026-04-04", snapshot=True)
    (told,) = judged.problems
    assert not judged.differences and told.code == "elsewhere"
    assert "00042 is not in this file any more, but a roster of agency had them" in told.message


def test_a_correction_never_changes_what_was_known(store: Store) -> None:
    """Before it, the store knew what it knew then."""
    take(store, HEAD + BO + JO)
    with store.reading() as connection:
        then = records.newest(connection)[1]
    take(store, HEAD + JO.replace("02-14", "02-28"), "2026-03-02")
    assert windows(store, "00013") == (Interval(date(2026, 2, 1), date(2026, 2, 28)),)
    assert windows(store, "00013", then) == (Interval(date(2026, 2, 1), date(2026, 2, 14)),)


def test_a_first_day_that_moves_is_doubted(store: Store) -> None:
    """A rehire that hides the first time takes days out of the population."""
    take(store, HEAD + BO + ANA)
    judged = judge(store, HEAD + ANA.replace("2026-01-05", "2026-02-16"), "2026-04-01")
    (found,) = judged.problems
    assert (found.mark.line, found.code) == (2, "later-start")
    assert "began on 2026-01-05, now on 2026-02-16" in found.message


def test_a_rehire_with_a_new_id_is_proposed(store: Store) -> None:
    """By the mail that the store knows."""
    take(store, HEAD + BO + JO)
    text = HEAD + JO.replace("00013", "00099").replace("2026-02-14", "").replace("02-01", "03-01")
    (found,) = judge(store, text).problems
    assert found.code == "alike-person" and "lrs people merge 00099 00013" in found.hint


def test_a_difference_says_what_was_and_what_is(store: Store) -> None:
    """New people with all that is said of them; nothing of those of whom nothing changes."""
    take(store, HEAD + BO + ANA)
    text = HEAD + BO + ANA.replace("Ruiz", "Bell").replace(",it,", ",it;finance,") + JO
    assert [str(each) for each in judge(store, text, "2026-04-01").differences] == [
        "+ 00013 Jo Roe: access from 2026-02-01 to 2026-02-14; kind contractor; manager 00007; "
        "mbox mailto:jo@x.example",
        "~ 00042 Ana Bell: name: Ana Ruiz from 2026-01-05 -> Ana Ruiz from 2026-01-05 to "
        "2026-03-31, Ana Bell from 2026-04-01; role: none -> finance from 2026-04-01",
    ]


def test_people_are_found_by_what_they_were_ever_called(store: Store) -> None:
    """With all whom it takes to tell whom a name means: those who share it, and those merged."""
    take(store, HEAD + BO + ANA + JO)
    take(store, HEAD + JO.replace("00013", "00014").replace("jo@", "ana@"))
    name = "mbox mailto:ana@x.example"
    with store.reading() as connection:
        assert set(directory.by_names(connection, {name}).people) == {"00042", "00014"}
        assert directory.some(connection, ["00042"]).claimed(name) == ("00014", "00042")
        said: list[Link | Merge] = [Merge("00014", "00013")]
        said.append(Link("openid https://jo.example", "00014"))
        found = directory.some(connection, ["00013"], said)
        assert found.people["00013"].ids == ("00013", "00014")
        found = directory.by_names(connection, {"openid https://jo.example"}, said)
        assert found.claimed("openid https://jo.example") == ("00013",)
        _, ids = directory.of_manager(connection, "00007", date(2026, 2, 10), said)
        assert ids == ("00013", "00042")


def test_what_each_roster_repeats_is_read_once(store: Store) -> None:
    """A late one of a day between ends with the next that repeats, and its dry run says so."""
    take(store, HEAD + BO + ANA)
    take(store, HEAD + BO + ANA, "2026-05-01")
    with store.reading() as connection:
        assert len(tables.known(connection, ["00042"])["00042"]) == 1
        assert len(tables.known(connection, ["00042"], repeated=True)["00042"]) == 2
    late = HEAD + BO + ANA.replace(",it,", ",finance,")
    judged = judge(store, late, "2026-04-01")
    (difference,) = judged.differences
    assert difference.changes == (
        "role: it from 2026-01-05 -> it from 2026-01-05 to 2026-03-31, "
        "finance from 2026-04-01 to 2026-04-30, it from 2026-05-01",
    )
    hr_import.take(store, judged)
    with store.reading() as connection:
        roles = directory.some(connection, ["00042"]).people["00042"].roles
    assert [str(each.last) for _, each in roles] == ["2026-03-31", "2026-04-30", "None"]


# Properties.

ROWS = st.lists(
    st.builds(
        lambda id, day, unit: facts.made(2, id, {"hired": day, "left": None, "unit": unit}),
        st.sampled_from("12"),
        st.dates(date(2026, 1, 1), date(2026, 2, 1)),
        st.sampled_from("AB"),
    ),
    max_size=3,
    unique_by=lambda fact: fact.person,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=3), ROWS)
def test_a_roster_that_is_told_again_makes_no_difference(
    before: list[list[Fact]], told: list[Fact]
) -> None:
    """Once it is known, whatever was known before."""
    day = date(2026, 3, 1)
    known: dict[str, list[Known]] = {}
    for n, some in enumerate([*before, told]):
        for fact in some:
            known.setdefault(fact.person, []).append(Known(n, n, day, fact))
    assert list(differences.differences(told, known, day)) == []


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8))
def test_repeats_that_are_left_out_change_nobody(some: list[tuple[int, int]]) -> None:
    """Whatever is said in whichever order of days."""
    told: list[dict[str, object]] = [
        {"hired": date(2026, 1, 5), "left": None, "unit": "A"},
        {"hired": date(2026, 1, 5), "left": date(2026, 1, 31), "unit": "B"},
        {"unit": "A"},
        {"hired": date(2026, 3, 1), "unit": "B", "roles": ("x",)},
        {"leave": ()},
        {"leave": (Interval(date(2026, 2, 4)),)},
    ]
    lines = []
    for n, (what, days) in enumerate(some):
        fact = facts.as_json(facts.made(n, "7", told[what]))
        lines.append((n, n, date(2026, 2, 1 + days), json.dumps(fact, separators=(",", ":"))))

    def made(kept: list[tuple[int, int, date, str]]) -> object:
        read = [Known(n, at, day, facts.read(json.loads(text))) for n, at, day, text in kept]
        return replace(timeline.person("7", read), sources=())

    assert made(tables.without_repeats(lines)) == made(lines)

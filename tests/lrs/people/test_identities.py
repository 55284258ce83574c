"""Tests of identities: whom a name means on a day, and who may be meant by one that nobody has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha1
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.days import Interval
from lrs.people import directory, facts, identities
from lrs.people.facts import Account, Known
from lrs.people.identities import Identities, Link, Merge

LMS = "https://lms.brightwater.example"
ANA = "mbox mailto:ana@brightwater.example"


def known(person: str, *told: dict[str, Any], as_of: str = "2026-02-01") -> tuple[str, list[Known]]:
    """What was told of a person, on one day or on days that it says itself."""
    found = []
    for n, each in enumerate(told, 1):
        day = each.pop("as_of", as_of)
        for name in ("hired", "left"):
            if each.get(name):
                each[name] = date.fromisoformat(each[name])
        found.append(Known(n, n, date.fromisoformat(day), facts.made(2, person, each)))
    return person, found


def people(*some: tuple[str, list[Known]], said: Sequence[Link | Merge] = ()) -> Identities:
    return directory.identities(some, said)


def ana(id: str = "00042", hired: str = "2026-01-05", **told: Any) -> tuple[str, list[Known]]:
    mails = ("ana@brightwater.example",)
    return known(id, {"hired": hired, "left": None, "mails": mails, **told})


def on(found: Identities, name: str, day: str) -> str | None:
    return found.resolve(name, date.fromisoformat(day))


def test_a_name_that_a_roster_tells_is_resolved() -> None:
    """HR id, mail and login; the case of a mail's domain doesn't count."""
    mails, accounts = ("Ana@Brightwater.EXAMPLE",), (Account(LMS, "aruiz"),)
    found = people(known("7", {"hired": "2026-01-05", "mails": mails, "accounts": accounts}))
    assert on(found, "hr 7", "2026-03-01") == "7"
    assert on(found, "mbox mailto:Ana@brightwater.example", "2026-03-01") == "7"
    assert on(found, f"account {LMS}|aruiz", "2026-03-01") == "7"
    assert on(found, "account https://other.example|aruiz", "2026-03-01") is None
    assert on(found, "hr 8", "2026-03-01") is None
    assert set(found.names("7")) == {
        "hr 7",
        "mbox mailto:Ana@brightwater.example",
        f"account {LMS}|aruiz",
    }


def test_an_old_mail_means_the_same_person_after_a_change_of_name() -> None:
    """Until somebody else has it."""
    told = known(
        "7",
        {"hired": "2026-01-05", "mails": ("ana@brightwater.example",)},
        {"mails": ("bell@brightwater.example",), "as_of": "2026-04-01"},
    )
    assert on(people(told), ANA, "2026-06-01") == "7"
    both = people(told, ana("8", "2026-05-01"))
    assert on(both, ANA, "2026-03-01") == "7"
    assert on(both, ANA, "2026-06-01") == "8"


def test_a_mail_that_is_given_to_somebody_new_means_who_had_it_then() -> None:
    """Between the two it still means the one who left; before both, nobody can say."""
    old = ana("1", "2020-01-01", left="2024-06-30")
    both = people(old, ana("2", "2026-01-05"))
    assert on(both, ANA, "2024-05-01") == "1"
    assert on(both, ANA, "2025-01-01") == "1"
    assert on(both, ANA, "2026-01-05") == "2"
    assert on(both, ANA, "2019-01-01") is None


def test_what_is_done_before_the_first_day_is_theirs() -> None:
    """If nobody else was ever called so."""
    assert on(people(ana()), ANA, "2025-12-20") == "00042"


def test_a_mail_that_two_have_at_one_time_means_nobody() -> None:
    """It waits for a ruling, which decides."""
    both = (ana("1"), ana("2"))
    assert on(people(*both), ANA, "2026-03-01") is None
    assert people(*both).claimed(ANA) == ("1", "2")
    assert on(people(*both, said=[Link(ANA, "2")]), ANA, "2026-03-01") == "2"
    assert on(people(*both, said=[Link(ANA, "2", holds=False)]), ANA, "2026-03-01") == "1"


def test_a_name_of_people_is_never_a_name() -> None:
    """Two of one name are two, and one of that name isn't found by it."""
    found = people(
        ana("1", name="Ana Ruiz"), known("2", {"hired": "2026-01-05", "name": "Ana Ruiz"})
    )
    assert set(found.people) == {"1", "2"}
    assert on(found, "Ana Ruiz", "2026-03-01") is None
    assert found.proposals("account https://x.example|Ana Ruiz") == []


# Rulings.


def test_a_link_holds_on_its_days_and_the_newest_decides() -> None:
    """Whatever a roster says."""
    name = "mbox mailto:shared@brightwater.example"
    spring = Interval(date(2026, 3, 1), date(2026, 5, 31))
    said = [Link(name, "1"), Link(name, "2", spring)]
    found = people(ana("1"), known("2", {"hired": "2026-01-05"}), said=said)
    assert [on(found, name, f"2026-{month}-15") for month in ("02", "04", "06")] == ["1", "2", "1"]


def test_an_unlink_ends_a_link_and_what_a_roster_says() -> None:
    """From its day on; a later link of the same person holds again."""
    since = Interval(date(2026, 4, 1))
    said = [Link(ANA, "00042", since, holds=False)]
    assert on(people(ana(), said=said), ANA, "2026-03-31") == "00042"
    assert on(people(ana(), said=said), ANA, "2026-04-01") is None
    again = [*said, Link(ANA, "00042", Interval(date(2026, 5, 1)))]
    assert on(people(ana(), said=again), ANA, "2026-05-01") == "00042"


def test_rulings_are_read_from_what_they_tell() -> None:
    """As they stand in the log."""
    told = {"person": "7", "from": "2026-01-05", "to": "2026-03-31"}
    assert identities.of_rulings(
        [
            ("link", ANA, told),
            ("unlink", ANA, {"person": "7"}),
            ("merge", "hr 9", {"into": "7"}),
            ("excuse", "obligation x", {}),
        ]
    ) == (
        Link(ANA, "7", Interval(date(2026, 1, 5), date(2026, 3, 31))),
        Link(ANA, "7", Interval(date.min), holds=False),
        Merge("9", "7"),
    )


def test_a_rehire_with_a_new_id_is_one_person_when_hr_says_so() -> None:
    """Or when a ruling does; the id that survives is the one that is said."""
    old = known("13", {"hired": "2024-01-01", "left": "2024-06-30", "mails": ("jo@x.example",)})
    new = known("99", {"hired": "2026-01-05", "same_as": "13"})
    for found in (
        people(old, new),
        people(old, known("99", {"hired": "2026-01-05"}), said=[Merge("99", "13")]),
    ):
        assert list(found.people) == ["13"]
        assert found.people["13"].ids == ("13", "99")
        assert len(found.people["13"].windows) == 2
        assert on(found, "hr 99", "2026-03-01") == "13"
        assert on(found, "mbox mailto:jo@x.example", "2026-03-01") == "13"


def test_merges_lead_to_the_end_of_the_way_and_never_in_a_circle() -> None:
    """The one that would close it is none."""
    assert identities.survivors([Merge("1", "2"), Merge("2", "3")]) == {"1": "3", "2": "3"}
    assert identities.survivors([Merge("1", "2"), Merge("2", "1")]) == {"1": "2"}
    assert identities.survivors([Merge("1", "2"), Merge("1", "3")]) == {"1": "3"}
    assert identities.survivors([Merge("1", "1")]) == {}


def test_what_hr_joined_can_be_taken_apart() -> None:
    """By an unlink of the id that was merged."""
    new = known("99", {"hired": "2026-01-05", "same_as": "13"})
    old = known("13", {"hired": "2024-01-01", "left": "2024-06-30"})
    found = people(old, new, said=[Link("hr 99", "13", holds=False)])
    assert set(found.people) == {"13", "99"}


# Proposals.


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mbox mailto:ANA@brightwater.example", "the mail ana@brightwater.example is written"),
        (f"account {LMS}|42", "the HR id 00042 is written alike"),
        (f"account {LMS}|\u00a000042", "the HR id 00042 is written alike"),
        (f"account {LMS}|4.2E+01", "the HR id 00042 looks so when it is shown as a number"),
        (f"account {LMS}|ARUIZ", f"the login aruiz of {LMS} is written alike"),
        ("account https://old.example|aruiz", f"the login aruiz of {LMS} is written alike"),
        (f"account {LMS}|ana@brightwater.example", "the mail ana@brightwater.example is written"),
        (f"account {LMS}|ana", "the mail ana@brightwater.example begins so"),
        (
            "mbox_sha1sum " + sha1(b"mailto:ana@brightwater.example").hexdigest(),
            "it is the SHA-1 of the mail ana@brightwater.example",
        ),
    ],
)
def test_what_looks_alike_is_proposed_and_never_joined(name: str, why: str) -> None:
    """Case, blanks, lost zeros, shortened numbers, digests: with the reason."""
    found = people(ana(accounts=(Account(LMS, "aruiz"),)), known("7", {"hired": "2026-01-05"}))
    assert on(found, name, "2026-03-01") is None
    assert why in dict(found.proposals(name))["00042"]
    assert {person for person, _ in found.proposals(name)} == {"00042"}


def test_what_can_t_be_resolved_waits_in_a_queue() -> None:
    """Each name once, with the first day on which it was used."""
    used = [("hr 8", date(2026, 3, 2)), (ANA, date(2026, 3, 1)), ("hr 8", date(2026, 3, 1))]
    assert people(ana()).unresolved(used) == [("hr 8", date(2026, 3, 1))]


# Properties.

IDS = st.sampled_from("123")
ROWS = st.lists(
    st.tuples(IDS, st.dates(date(2026, 1, 1), date(2026, 6, 1)), st.sampled_from(["a@x", "b@x"])),
    max_size=5,
)
SAID = st.lists(
    st.builds(
        Link,
        st.just("mbox mailto:a@x"),
        IDS,
        st.builds(Interval, st.dates(date(2026, 1, 1), date(2026, 6, 1))),
        st.booleans(),
    )
    | st.builds(Merge, IDS, IDS),
    max_size=4,
)


def _made(rows: list[tuple[str, date, str]], said: list[Any]) -> Identities:
    told: dict[str, list[Known]] = {}
    for n, (id, day, mail) in enumerate(rows):
        fact = facts.made(n, id, {"hired": day, "mails": (mail,)})
        told.setdefault(id, []).append(Known(n, n, day, fact))
    return directory.identities(told.items(), said)


@settings(max_examples=80, deadline=None)
@given(ROWS, SAID, st.dates(date(2025, 12, 1), date(2026, 7, 1)))
def test_a_name_means_one_person_who_survives_or_nobody(
    rows: list[tuple[str, date, str]], said: list[Any], day: date
) -> None:
    """Never an id that was merged into another; and everybody told is found under their id."""
    found = _made(rows, said)
    assert found.resolve("mbox mailto:a@x", day) in {None, *found.people}
    for id, _, _ in rows:
        survivor = found.resolve(f"hr {id}", day)
        assert survivor is not None and id in found.people[survivor].ids


@settings(max_examples=60, deadline=None)
@given(ROWS, st.dates(date(2025, 12, 1), date(2026, 7, 1)))
def test_a_person_with_other_names_changes_nobody_s(
    rows: list[tuple[str, date, str]], day: date
) -> None:
    """One more in the store is not one more meaning of a name."""
    one = _made(rows, [])
    more = _made([*rows, ("4", date(2026, 1, 1), "c@x")], [])
    for name in ("mbox mailto:a@x", "mbox mailto:b@x"):
        assert one.resolve(name, day) == more.resolve(name, day)
    assert one.people == {id: each for id, each in more.people.items() if id != "4"}

"""Tests of what reviews come to: which decisions stand, who does what, and what is signed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lrs import freezing, reviews, timestamps
from lrs.days import Interval
from lrs.freezing import Carried, Frozen, InForce
from lrs.openings import Opened
from lrs.quarters import Quarter
from lrs.received.records import compact
from lrs.register.counting import Figures
from lrs.reviews import ADDED, SIGNED, SUPERSEDED, UNSIGNED, Review
from lrs.rulings import Given, Ruling

DAY = 86_400_000_000
MORNING = timestamps.read("2026-04-07T09:00:00Z") or 0
SUBJECT = "review 2026-Q1"


def frozen(**more: Any) -> Frozen:
    """Figures of a first quarter."""
    told: dict[str, Any] = {
        "programme": "Security awareness",
        "zone": "Europe/Berlin",
        "period": Interval(date(2026, 1, 1), date(2026, 3, 31)),
        "as_of": date(2026, 3, 31),
        "known": MORNING - 1,
        "newest": 9,
        "query": "lrs register show",
        "digest": "d" * 64,
        "programmes": (InForce(1, date(2026, 1, 1), "e" * 64),),
        "figures": Figures({"met": 3, "late_days_median": 2.5}, {"bucket": {"staff": {"met": 3}}}),
        "carried": (Carried(4, "2025-Q4", "Ask", "Bo", date(2026, 2, 1), None, False, ""),),
        "attendees": ("Noor",),
    }
    return Frozen(**{**told, **more})


@dataclass
class Log:
    """A log of reviews and rulings, a day after a day."""

    opened: list[Opened] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    seq: int = 9

    def open(self, quarter: str = "2026-Q1") -> int:
        """Open an edition of a review."""
        self.seq += 1
        edition = 1 + sum(each.quarter == quarter for each in self.opened)
        state = freezing.written(frozen(why="again" if edition > 1 else ""))
        at = (self.seq, MORNING + self.seq * DAY, quarter, edition, "noor")
        self.opened.append(Opened(*at, state, compact([self.seq, state])))
        return self.seq

    def give(self, kind: str, subject: str = SUBJECT, **told: str) -> int:
        """Give a ruling."""
        self.seq += 1
        ruling = Ruling(kind, subject, f"because of {self.seq}", "noor", told)
        self.given.append(Given(self.seq, MORNING + self.seq * DAY, ruling))
        return self.seq

    def act(self, subject: str = SUBJECT) -> int:
        """Ask somebody to act."""
        return self.give("act", subject, owner="Bo", due="2026-05-15")

    def sign(self, digest: str = "") -> int:
        """Sign what there is."""
        told = {"digest": digest or self.last().digest, "upto": str(self.seq), "title": "CISO"}
        return self.give("sign-off", **told)

    def withdraw(self, number: int) -> int:
        """Take a ruling back."""
        return self.give("withdraw", f"ruling {number}")

    def last(self) -> Review:
        """The newest edition of the first quarter."""
        return reviews.current(reviews.stand(self.opened, self.given))[0]


def signed(review: Review) -> dict[int, bool]:
    """Which decisions and actions are signed."""
    found = {each.number: each.signed for each in review.meetings}
    found |= {each.number: each.signed for each in review.decisions}
    return {**found, **{each.number: each.signed for each in review.actions}}


def begun() -> Log:
    """A log with an open review."""
    log = Log()
    log.open()
    return log


def test_what_is_frozen_is_read_back_whole() -> None:
    """Whatever a review was opened with stands in its record."""
    assert freezing.thawed(freezing.written(frozen())) == frozen()


def test_decisions_and_actions_stand_until_they_are_withdrawn() -> None:
    """Each has its number, its day and who; one that was withdrawn is told apart, and why."""
    log = begun()
    first, second, act = log.give("decide"), log.give("decide"), log.act()
    log.give("decide", "review 2026-Q2")
    log.withdraw(first)
    found = log.last()
    assert [(each.number, each.day, each.edition) for each in found.decisions] == [
        (second, date(2026, 4, 19), 1)
    ]
    assert [(each.number, each.owner, each.due) for each in found.actions] == [
        (act, "Bo", date(2026, 5, 15))
    ]
    assert [(e.number, e.kind, e.text, e.why) for e in found.withdrawn] == [
        (first, "decide", "because of 11", "because of 15")
    ]


def test_an_action_is_closed_once_and_opened_again_by_withdrawal() -> None:
    """The first closing that stands counts, on the day that it tells."""
    log = begun()
    act = log.act()
    first = log.give("close", f"action {act}", day="2026-04-20")
    log.give("close", f"action {act}")
    (action,) = log.last().actions
    assert action.closed and (action.closed.number, action.closed.day) == (first, date(2026, 4, 20))
    log.withdraw(first)
    (action,) = log.last().actions
    assert action.closed and action.closed.day == date(2026, 4, 20)  # of the second, its own day
    log.withdraw(action.closed.number)
    assert log.last().actions[0].closed is None


def test_a_signature_covers_what_stood_then() -> None:
    """What is added later is told apart and asks for another sign-off, which covers both."""
    log = begun()
    assert log.last().state == UNSIGNED
    before = log.give("decide")
    log.sign()
    assert log.last().state == SIGNED
    after = log.act()
    found = log.last()
    assert found.state == ADDED
    assert list(signed(found).values()) == [True, False]
    assert [(each.sound, each.covers) for each in found.sign_offs] == [(True, False)]
    log.sign()
    found = log.last()
    assert found.state == SIGNED
    assert [(each.number, each.signed) for each in found.decisions] == [(before, True)]
    assert [(each.number, each.signed) for each in found.actions] == [(after, True)]
    assert [each.covers for each in found.sign_offs] == [False, True]


def test_to_close_an_action_asks_for_no_other_signature() -> None:
    """An action that is done is what was signed for."""
    log = begun()
    act = log.act()
    log.sign()
    log.give("close", f"action {act}")
    assert log.last().state == SIGNED


def test_a_decision_that_came_between_is_not_signed() -> None:
    """Who signs names the last record that they saw; what slips in before the signature is on
    record isn't covered by it."""
    log = begun()
    log.give("decide")
    seen, upto = log.last().digest, str(log.seq)
    log.give("decide")
    log.give("sign-off", digest=seen, upto=upto)
    found = log.last()
    assert found.state == ADDED
    assert [each.signed for each in found.decisions] == [True, False]
    assert found.sign_offs[0].sound


def test_a_signature_of_something_else_is_told() -> None:
    """A digest of what never stood there makes nothing signed."""
    log = begun()
    log.give("decide")
    log.sign("f" * 64)
    found = log.last()
    assert (found.sign_offs[0].sound, found.state) == (False, ADDED)
    assert not found.decisions[0].signed


def test_a_signature_can_t_name_what_is_to_come() -> None:
    """One that claims to have seen records behind its own is not of what there was."""
    log = begun()
    log.give("decide")
    log.give("sign-off", digest=log.last().digest, upto="999")
    found = log.last()
    assert not found.sign_offs[0].sound
    assert not found.decisions[0].signed


def test_another_edition_has_what_was_decided_and_asks_for_its_own_signature() -> None:
    """The one before stays as it was when the next was opened; signatures of it don't reach."""
    log = begun()
    log.give("decide")
    log.sign()
    log.open()
    log.give("decide")
    old, new = reviews.stand(log.opened, log.given)
    assert (old.state, len(old.decisions), old.sign_offs[0].covers) == (SUPERSEDED, 1, True)
    assert [(each.edition, each.signed) for each in new.decisions] == [(1, False), (2, False)]
    assert [(each.edition, each.sound, each.covers) for each in new.sign_offs] == [(1, True, False)]
    log.sign()
    assert log.last().state == SIGNED
    assert [each.signed for each in log.last().decisions] == [True, True]


def test_quarters_without_a_review_are_known() -> None:
    """From the first day of the programme to the last quarter that is over."""
    log = begun()
    there = reviews.stand(log.opened, log.given)
    today = date(2026, 10, 1)
    assert reviews.missing(there, date(2025, 12, 1), today) == [
        Quarter(2025, 4),
        Quarter(2026, 2),
        Quarter(2026, 3),
    ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["meet", "decide", "act", "close", "sign", "withdraw", "open"]),
        st.integers(0),
    ),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS)
def test_a_review_is_signed_while_what_stands_is_what_was_signed(
    steps: list[tuple[str, int]],
) -> None:
    """After whatever was decided, closed, signed, withdrawn and opened again, a review is signed
    while a signature stands that saw the same edition, decisions and actions; and a decision is,
    while one stands that saw it in this edition."""
    log = begun()
    edition, stands, seen = log.seq, set[int](), dict[int, tuple[int, frozenset[int]]]()
    for what, which in steps:
        if what == "open":
            edition = log.open()
        elif what == "sign":
            seen[log.sign()] = (edition, frozenset(stands))
        elif what == "close" and stands:
            log.give("close", f"action {sorted(stands)[which % len(stands)]}")
        elif what == "withdraw" and (stands or seen):
            there = sorted({*stands, *seen})
            number = there[which % len(there)]
            log.withdraw(number)
            stands.discard(number)
            seen.pop(number, None)
        elif what == "meet":
            stands.add(log.give("meet", day="2026-04-09", attendees="Noor"))
        elif what in ("decide", "act"):
            stands.add(log.act() if what == "act" else log.give("decide"))
    found = log.last()
    own = [what for at, what in seen.values() if at == edition]
    assert (found.state == SIGNED) == any(what == stands for what in own)
    assert (found.state == UNSIGNED) == (not seen)
    items = signed(found)
    assert set(items) == stands
    assert {n for n, signed in items.items() if signed} == stands & set[int]().union(*own)
    assert all(each.sound for each in found.sign_offs)

"""Tests of overlapping exports: nothing twice, no change lost, in whatever pieces it comes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from samples import LMS

from lrs.feeds import facts, overlaps
from lrs.feeds.facts import CompletionFact
from lrs.feeds.overlaps import Stated
from lrs.instants import Moment

DAY = date(2026, 3, 1)


def fact(state: str, at: int | None = None, login: str = "aruiz", row: int = 2) -> CompletionFact:
    """What a row says."""
    when = None if at is None else Moment(at, "second", "", "UTC")
    return CompletionFact(row, "phishing", state, login, when=when)


class Log:
    """Exports that came one after the other, and what each added."""

    def __init__(self) -> None:
        self.stored: dict[str, list[Stated]] = defaultdict(list)
        self.seq = 0

    def take(self, day: int, *said: CompletionFact) -> list[CompletionFact]:
        """What an export of a day adds."""
        as_of = DAY + timedelta(days=day)
        self.seq += 1
        found = overlaps.new(LMS, as_of, said, self.stored)
        for each in found:
            self.stored[facts.line(LMS, each)].append(Stated(as_of, self.seq, facts.said(each)))
        return found

    def states(self, day: int, *said: CompletionFact) -> list[str]:
        """The states of what an export adds."""
        return [each.state for each in self.take(day, *said)]


def test_what_was_said_adds_nothing_and_a_change_is_a_new_fact() -> None:
    """The old one stays."""
    log = Log()
    assert log.states(0, fact("not-started")) == ["not-started"]
    assert log.states(7, fact("not-started")) == []
    assert log.states(14, fact("completed", 5)) == ["completed"]
    assert log.states(21, fact("completed", 5)) == []
    assert log.states(28, fact("completed", 9)) == ["completed"]
    assert log.seq == 5 and sum(map(len, log.stored.values())) == 3


def test_a_completion_that_is_taken_back_and_given_again_is_three_facts() -> None:
    """An LMS that resets a course says not-started again; that was said before, and is news."""
    log = Log()
    for day, said in enumerate(["not-started", "completed", "not-started", "completed"]):
        at = 5 if said == "completed" else None
        assert log.states(day, fact(said, at)) == [said]
        assert log.states(day, fact(said, at)) == []


def test_an_older_export_that_comes_later_is_of_its_day() -> None:
    """What it says of that day is new, and changes nothing that was said of later days."""
    log = Log()
    assert log.states(30, fact("completed", 5)) == ["completed"]
    assert log.states(1, fact("not-started")) == ["not-started"]
    assert log.states(40, fact("completed", 5)) == []
    assert log.states(2, fact("not-started")) == []


def test_a_history_with_several_facts_of_a_line_is_no_change_back_and_forth() -> None:
    """An export that lists every enrolment says done and begun of one course at once."""
    log = Log()
    history = [fact("completed", 5), fact("in-progress", row=3)]
    assert log.states(0, *history) == ["completed", "in-progress"]
    assert log.states(7, *history) == []
    assert log.states(14, *history, fact("completed", 9, row=4)) == ["completed"]
    assert log.states(21, *history, fact("completed", 9, row=4)) == []


def test_a_row_that_is_there_twice_is_one_fact() -> None:
    """At the first of its rows."""
    found = Log().take(0, fact("completed", 5, row=2), fact("completed", 5, row=3))
    assert [each.row for each in found] == [2]


def test_who_set_it_is_a_part_of_what_is_said() -> None:
    """A state that somebody set is no repetition of the learner's own."""
    log = Log()
    assert log.states(0, fact("completed", 5)) == ["completed"]
    assert log.states(1, fact("completed", 5)._replace(by="Dana Lee")) == ["completed"]


EVENTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["completed", "failed"]), st.integers(0, 9)),
    unique=True,
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(EVENTS, st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=6))
def test_overlapping_pieces_come_to_the_whole(
    events: list[tuple[str, str, int]], cuts: list[tuple[int, int]]
) -> None:
    """Dated facts in whatever overlapping pieces, in whatever order, are those of one file; a
    piece more adds nothing."""
    whole = [fact(state, at, login, n) for n, (login, state, at) in enumerate(events)]
    log = Log()
    added = []
    for day, (first, last) in enumerate([*cuts, (0, 12), (0, 12)]):
        added += log.take(day, *whole[min(first, last) : max(first, last)])
    assert sorted(added) == sorted(whole)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["not-started", "in-progress", "completed 1", "completed 2"])))
def test_weekly_exports_are_told_as_their_changes(weeks: list[str]) -> None:
    """Of exports with one row a person, the log has each week in which a state without a date
    changed, and each completion that wasn't there; so the last fact of the log says what the last
    export says, unless that is a completion known before, with no state in between."""
    log = Log()
    last = ""
    for week, said in enumerate(weeks):
        state, _, at = said.partition(" ")
        told = log.states(7 * week, fact(state, int(at) if at else None))
        if said == last:
            assert told == []
        elif not at or not last.startswith("completed"):
            assert told == [state]
        last = said

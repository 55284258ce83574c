"""Tests of token buckets: a burst goes through, then the rate holds, for each key by itself."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.limits import Limits


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_goes_through_and_then_the_rate_holds() -> None:
    """Five requests at once are let through, the sixth is told how long to wait, and after that
    long it is let through."""
    clock = Clock()
    limits = Limits(rate=2, burst=5, clock=clock)
    assert [limits.wait("lms") for _ in range(5)] == 5 * [0]
    assert limits.wait("lms") == pytest.approx(0.5)
    clock.now += 0.25
    assert limits.wait("lms") == pytest.approx(0.25)
    clock.now += 0.25
    assert limits.wait("lms") == 0
    assert limits.wait("lms") == pytest.approx(0.5)


def test_a_bucket_fills_up_no_further_than_full() -> None:
    """Whoever was silent for a year has one burst, not a year's worth."""
    clock = Clock()
    limits = Limits(rate=1, burst=3, clock=clock)
    assert limits.wait("lms") == 0
    clock.now += 31_536_000
    assert [limits.wait("lms") for _ in range(4)] == [0, 0, 0, pytest.approx(1)]


def test_each_key_has_its_own_bucket() -> None:
    """One credential that asks too often doesn't keep another waiting."""
    limits = Limits(rate=1, burst=1, clock=Clock())
    assert limits.wait("lms") == 0
    assert limits.wait("lms") > 0
    assert limits.wait("hr") == 0


def test_waiting_costs_nothing() -> None:
    """A request that is told to wait takes no token: asking all the time makes it no longer."""
    clock = Clock()
    limits = Limits(rate=1, burst=1, clock=clock)
    assert limits.wait("lms") == 0
    assert [limits.wait("lms") for _ in range(100)] == 100 * [pytest.approx(1)]


def test_a_request_may_cost_more() -> None:
    """A request takes as many tokens as it costs; one that costs more than a bucket holds waits for
    a full bucket, and is paid off later."""
    clock = Clock()
    limits = Limits(rate=1, burst=10, clock=clock)
    assert limits.wait("lms", 4) == 0
    assert limits.wait("lms", 7) == pytest.approx(1)
    assert limits.wait("lms", 6) == 0
    assert limits.wait("lms", 25) == pytest.approx(10)
    clock.now += 10
    assert limits.wait("lms", 25) == 0
    assert limits.wait("lms", 1) == pytest.approx(16)
    assert limits.wait("free", 0) == 0


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), max_size=50))
def test_never_more_than_the_burst_and_the_rate(asked: list[tuple[float, int]]) -> None:
    """Whatever is asked when, what is let through is never more than a burst and what came back
    since the beginning; and whoever waits as long as told is let through."""
    clock = Clock()
    limits = Limits(rate=2, burst=5, clock=clock)
    began, passed = clock.now, 0
    for pause, cost in asked:
        clock.now += pause
        wait = limits.wait("lms", cost)
        if wait:
            clock.now += wait + 1e-9
            assert limits.wait("lms", cost) == 0
        passed += cost
        assert passed <= 5 + 2 * (clock.now - began) + 1e-6


def test_memory_is_bounded() -> None:
    """Of many keys, those that asked least lately are forgotten, and a key that keeps asking stays
    limited, even if it is refused each time."""
    limits = Limits(rate=0.001, burst=2, most=10, clock=Clock())
    for number in range(1000):
        limits.wait(f"address {number}")
        limits.wait("busy")
    assert len(limits) == 10
    assert limits.wait("busy") > 0


def test_full_buckets_are_forgotten() -> None:
    """Keys that could ask freely again don't stay in memory while others ask."""
    clock = Clock()
    limits = Limits(rate=10, burst=2, clock=clock)
    for number in range(100):
        limits.wait(str(number))
    clock.now += 1
    for _ in range(100):
        limits.wait("busy")
        clock.now += 1
    assert len(limits) <= 2


def test_threads_share_a_bucket() -> None:
    """Eight threads at once get as many tokens as there are, and no more."""
    limits = Limits(rate=0.001, burst=1000)
    taken: list[int] = []

    def take() -> None:
        taken.append(sum(limits.wait("lms") == 0 for _ in range(500)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sum(taken) == 1000


@pytest.mark.parametrize(("rate", "burst"), [(0, 5), (-1, 5), (1, 0), (float("nan"), 5)])
def test_a_limit_makes_sense(rate: float, burst: float) -> None:
    """A limit that would let nothing through is a mistake."""
    with pytest.raises(ValueError, match="above 0"):
        Limits(rate, burst)

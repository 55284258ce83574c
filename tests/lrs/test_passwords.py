"""Tests of secrets: made ones have a form, kept ones can't be read, wrong ones are cheap."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import Unavailable
from lrs.passwords import PREFIX, Verified, hashed, made, matches, plausible, well_made

SECRET = made()
KEPT = hashed(SECRET)


class Counted:
    """A verification that counts, and can be held up."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0
        self.go = threading.Event()
        self.go.set()

    def __call__(self, secret: str, kept: str) -> bool:
        self.asked.append(secret)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.go.wait(10)
        self.at_once -= 1
        return secret == kept


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_made_secret_is_recognised() -> None:
    """A made secret has a prefix, 256 random bits, a checksum, and only characters of URLs."""
    assert re.fullmatch(PREFIX + "[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}", SECRET)
    assert well_made(SECRET)
    assert len({made() for _ in range(100)}) == 100


@given(st.integers(0, len(SECRET) - 1), st.characters(codec="utf-8"))
def test_a_typo_is_recognised(at: int, other: str) -> None:
    """A made secret with one character changed or left out, or two swapped, is none."""
    changed = SECRET[:at] + other + SECRET[at + 1 :]
    assert well_made(changed) is (changed == SECRET)
    assert not well_made(SECRET[:at] + SECRET[at + 1 :])
    swapped = SECRET[:at] + SECRET[at + 1 : at + 2] + SECRET[at] + SECRET[at + 2 :]
    assert well_made(swapped) is (swapped == SECRET)


@pytest.mark.parametrize(
    "secret",
    [pytest.param(SECRET, id="made"), "given by an LMS", "", "pässword €", "\udc80"],
)
def test_a_secret_is_kept_as_a_hash(secret: str) -> None:
    """What is kept matches its secret and no other, doesn't contain it, and differs every time."""
    kept = hashed(secret)
    assert matches(secret, kept)
    assert not matches(secret + "x", kept)
    assert not matches(made(), kept)
    assert kept != hashed(secret)
    assert kept.isascii()
    assert not secret or secret not in kept


def test_parameters_are_kept_with_the_hash() -> None:
    """What was hashed with other parameters still matches, and a tampered hash doesn't."""
    weaker = KEPT.replace("ln=14", "ln=13")
    assert not matches(SECRET, weaker)
    key = hashlib.scrypt(b"x", salt=b"salt", n=16, r=4, p=2, dklen=32)
    written = base64.urlsafe_b64encode(key).decode().rstrip("=")
    assert matches("x", f"$scrypt-given$ln=4,r=4,p=2$c2FsdA${written}")


def test_what_can_t_be_a_secret_isn_t_hashed() -> None:
    """Where a made secret is kept, what is not well made is refused by its form; and nothing is
    hashed that is longer than any secret."""
    assert plausible(SECRET, KEPT)
    assert plausible(made(), KEPT)
    assert not plausible("password", KEPT)
    assert plausible("password", hashed("other"))
    assert not plausible(1001 * "x", hashed("other"))
    assert not matches("password", KEPT)


def test_what_was_verified_is_remembered() -> None:
    """Right and wrong answers are each found once, then remembered, but not for ever."""
    verify, clock = Counted(), Clock()
    verified = Verified(seconds=60, clock=clock, verify=verify)
    for _ in range(3):
        assert verified.matches("lms", "right", "right")
        assert not verified.matches("lms", "wrong", "right")
    assert verify.asked == ["right", "wrong"]
    clock.now += 59
    assert verified.matches("lms", "right", "right")
    clock.now += 1
    assert verified.matches("lms", "right", "right")
    assert verify.asked == ["right", "wrong", "right"]


def test_an_answer_is_for_its_credential_and_its_hash() -> None:
    """The same secret of another credential, or after a change of it, is verified anew."""
    verify = Counted()
    verified = Verified(verify=verify)
    assert verified.matches("lms", "right", "right")
    assert verified.matches("other", "right", "right")
    assert not verified.matches("lms", "right", "changed")
    assert not verified.matches("lmsr", "ight", "right")
    assert len(verify.asked) == 4


def test_a_credential_can_be_forgotten() -> None:
    """What was verified of a credential is forgotten on demand, that of others isn't; or all is."""
    verify = Counted()
    verified = Verified(verify=verify)
    for name in ("lms", "hr"):
        assert verified.matches(name, "right", "right")
    verified.forget("lms")
    assert verified.matches("hr", "right", "right")
    assert len(verify.asked) == 2
    assert verified.matches("lms", "right", "right")
    verified.forget()
    assert verified.matches("hr", "right", "right")
    assert len(verify.asked) == 4


def test_what_is_forgotten_meanwhile_isn_t_remembered() -> None:
    """A secret that is being verified while its credential is forgotten is not remembered after."""
    verify = Counted()
    verified = Verified(verify=verify)
    verify.go.clear()
    slow = threading.Thread(target=lambda: verified.matches("lms", "right", "right"))
    slow.start()
    while verify.at_once == 0:
        time.sleep(0.001)  # the thread tells nobody
    verified.forget("lms")
    verify.go.set()
    slow.join(10)
    assert verified.matches("lms", "right", "right")
    assert len(verify.asked) == 2


def test_wrong_secrets_don_t_push_out_right_ones() -> None:
    """However many wrong secrets come, the right ones stay remembered, and memory is bounded."""
    verify = Counted()
    verified = Verified(most=5, verify=verify)
    assert verified.matches("lms", "right", "right")
    for number in range(100):
        assert not verified.matches("lms", str(number), "right")
    assert verified.matches("lms", "right", "right")
    assert len(verify.asked) == 101
    assert not verified.matches("lms", "99", "right")
    assert not verified.matches("lms", "94", "right")
    assert len(verify.asked) == 102
    assert sum(len(known) for known in verified._known.values()) == 6


def test_one_is_hashed_at_a_time() -> None:
    """Many requests at once hash one after the other, and those with the same secret only once."""
    verify = Counted()
    verified = Verified(patience=10, verify=verify)
    verify.go.clear()
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda s=s: answers.append(verified.matches("lms", s, "right")))
        for s in 10 * ["right", "wrong"]
    ]
    for thread in threads:
        thread.start()
    verify.go.set()
    for thread in threads:
        thread.join(10)
    assert sorted(answers) == 10 * [False] + 10 * [True]
    assert sorted(verify.asked) == ["right", "wrong"]
    assert verify.most_at_once == 1


def test_waiting_ends() -> None:
    """Who waits too long for the hashing of others is told to come again; what is remembered and
    what can't be a secret is answered all the while."""
    verify = Counted()
    verified = Verified(patience=0.05, verify=verify)
    assert verified.matches("lms", "right", "right")
    verify.go.clear()
    slow = threading.Thread(target=lambda: verified.matches("lms", "slow", "right"))
    slow.start()
    while verify.at_once == 0:
        time.sleep(0.001)  # the thread tells nobody
    with pytest.raises(Unavailable):
        verified.matches("lms", "another", "right")
    assert verified.matches("lms", "right", "right")
    assert not verified.matches("lms", "mistyped", KEPT)
    verify.go.set()
    slow.join(10)
    assert not verified.matches("lms", "another", "right")


def test_a_failed_hashing_stops_nobody() -> None:
    """If hashing raises, the next request can still hash."""

    def broken(secret: str, kept: str) -> bool:
        raise MemoryError

    verified = Verified(patience=0.05, verify=broken)
    for _ in range(2):
        with pytest.raises(MemoryError):
            verified.matches("lms", "right", "right")


def test_real_secrets_go_through() -> None:
    """With scrypt itself, a secret that was right is hashed once, however often it comes."""
    hashes = []

    def counted(secret: str, kept: str) -> bool:
        hashes.append(kept)
        return matches(secret, kept)

    verified = Verified(verify=counted)
    for _ in range(100):
        assert verified.matches("lms", SECRET, KEPT)
    assert hashes == [KEPT]

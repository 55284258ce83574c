"""Tests of rulings: decisions with a reason, on record, taken back by other decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from durable import assert_indexes_are_what_a_rebuild_makes, opened

from lrs import rulings
from lrs.errors import BadRequest, Conflict, LrsError, NotFound
from lrs.received import records
from lrs.received.records import Received, compact
from lrs.rulings import Ruling
from lrs.substitution import Substitution
from lrs.xapi.store import Store

EXCUSE = Ruling(
    "excuse",
    "obligation 00042|phishing|onboarding|2026-01-05",
    "In hospital",
    "Noor Haddad",
    {"until": "2026-02-28"},
)
LINK = Ruling("link", "mbox mailto:a@b.example", "She told us", "noor", {"person": "00042"})


@pytest.fixture
def store(tmp_path: object) -> Iterator[Store]:
    """An empty store on SQLite."""
    with opened(f"sqlite:///{tmp_path}/lrs.db") as made:
        yield made


def stands(store: Store, known: int | None = None) -> list[str]:
    """Kinds of the rulings that stand."""
    with store.reading() as connection:
        return [given.ruling.kind for given in rulings.read(connection, known)]


def test_a_ruling_is_a_record(address: str) -> None:
    """It is in the log with who and why in its head, is read back whole, and is there after a
    rebuild, on both databases."""
    with opened(address) as store:
        assert [rulings.add(store, each) for each in (EXCUSE, LINK)] == [1, 2]
        with store.reading() as connection:
            found = rulings.read(connection)
            assert [given.ruling for given in found] == [EXCUSE, LINK]
            assert rulings.read(connection, kinds=("link", "unlink")) == found[1:]
            record = next(records.read(connection))
        assert record.kind == "ruling"
        assert (record.head["by"], record.head["why"]) == ("Noor Haddad", "In hospital")
        assert record.at == found[0].at
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_a_withdrawn_ruling_stood_until_then(store: Store) -> None:
    """What is withdrawn stands no more, and still stood at every instant before."""
    number = rulings.add(store, EXCUSE)
    with store.reading() as connection:
        before = rulings.read(connection)[0].at
    rulings.add(store, Ruling("withdraw", f"ruling {number}", "The wrong Ana", "noor"))
    assert stands(store) == []
    assert stands(store, before) == ["excuse"]
    assert stands(store, before - 1) == []
    with store.reading() as connection:
        assert [each.ruling.kind for each in rulings.every(connection)] == ["excuse", "withdraw"]
    assert_indexes_are_what_a_rebuild_makes(store.engine)


@pytest.mark.parametrize(
    ("subject", "kind", "told"),
    [
        ("ruling 1", Conflict, "withdrawn already"),
        ("ruling 2", Conflict, "a withdrawal itself"),
        ("ruling 7", NotFound, "lrs ruling list"),
        ("ruling ²", NotFound, "lrs ruling list"),
    ],
)
def test_only_what_stands_is_withdrawn(
    store: Store, subject: str, kind: type[LrsError], told: str
) -> None:
    """A ruling is withdrawn once; a withdrawal, or what is no ruling, never."""
    rulings.add(store, EXCUSE)
    rulings.add(store, Ruling("withdraw", "ruling 1", "A slip", "noor"))
    with pytest.raises(kind, match=told):
        rulings.add(store, Ruling("withdraw", subject, "A slip", "noor"))
    with store.reading() as connection:
        assert records.newest(connection)[0] == 2


@pytest.mark.parametrize(
    ("ruling", "told"),
    [
        (Ruling("pardon", "obligation 1", "why", "noor"), "no kind of ruling"),
        (Ruling("excuse", "obligation 1", " ", "noor"), "needs its why"),
        (Ruling("excuse", "obligation 1", "why", ""), "needs its by"),
        (Ruling("link", "", "why", "noor"), "needs its subject"),
        (Ruling("excuse", "00042", "why", "noor"), "obligation 00042"),
        (Ruling("accept", "statement", "why", "noor"), "row 17.3"),
        (Ruling("excuse", "obligation 1", "why", "noor", {"until": "31/02/2026"}), "2026-02-28"),
        (Ruling("excuse", "obligation 1", "why", "noor", {"until": "20260228"}), "not a day"),
    ],
)
def test_what_can_t_be_a_ruling_is_refused(store: Store, ruling: Ruling, told: str) -> None:
    """An unknown kind, a missing reason, a subject that says not what it is, a day that is none:
    each is told, and nothing is stored."""
    with pytest.raises(BadRequest, match=told):
        rulings.add(store, ruling)
    assert stands(store) == []


@pytest.mark.parametrize(
    ("subject", "left"),
    [
        ("obligation corp|00042|phishing|onboarding|2026-01-05", "|phishing|onboarding|2026-01-05"),
        ("obligation corp|00042|phishing", "|phishing"),  # there is none, and it was kept
        ("obligation corp|00042", ""),
    ],
)
def test_an_id_with_bars_is_redacted_whole(subject: str, left: str) -> None:
    """Nothing of it stays in what a ruling is about, though it looks like parts of the name."""
    ruling = Ruling("excuse", subject, "In hospital", "noor")
    body = compact(asdict(ruling)).encode()
    ids = {"corp|00042": "erased-1"}
    instead = Substitution("erased-1", ids, lambda _, day: False)
    _, made = rulings.redacted(Received(7, 0, rulings.KIND, {"at": ""}, body), instead)
    assert json.loads(made)["subject"] == f"obligation erased-1{left}"

"""Tests of the log: numbers without gaps, instants that grow, leaves, and nothing ever changed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from durable import batch, document, opened, post
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

import lrs
from lrs import database, erasure, timestamps
from lrs.received import records
from lrs.received.records import Record
from lrs.received.tables import RECEIVED
from lrs.received.writer import begun
from lrs.xapi.store import Store


def logged(store: Store) -> list[records.Received]:
    with store.reading() as connection:
        return list(records.read(connection))


def test_numbers_have_no_gaps_and_instants_grow(address: str) -> None:
    """Records are numbered 1, 2, 3 in the order of commit, and each has a later instant than the
    one before it, the statements of one batch too."""
    with opened(address) as store:
        for size in (1, 5, 2):
            post(store, batch(size)[1])
            document(store, "PUT", "bookmark", b"{}")
        found = logged(store)
    assert [record.seq for record in found] == list(range(1, 12))
    instants = [record.at for record in found]
    assert instants == sorted(set(instants))


def test_instants_grow_though_the_clock_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that is set back by an hour makes no record older than the one before it, nor as old
    as what X-Experience-API-Consistent-Through has told."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        post(store, batch(3)[1])
        told = store.consistent_through()
        ago = timestamps.now() - 3_600_000_000
        monkeypatch.setattr(timestamps, "now", lambda: ago)
        assert store.consistent_through() >= told
        post(store, batch(2)[1])
        instants = [record.at for record in logged(store)]
        assert instants == sorted(set(instants))
        assert instants[3] > told
        assert store.consistent_through() >= instants[-1]


def test_processes_share_the_clock_of_postgresql(
    postgresql_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the database's clock counts, so a machine whose own is wrong disturbs
    nobody's order."""
    real = timestamps.now
    with opened(postgresql_address) as store:
        monkeypatch.setattr(timestamps, "now", lambda: real() + 3_600_000_000)
        post(store, batch(1)[1])
        through = store.consistent_through()
        (record,) = logged(store)
        assert abs(record.at - real()) < 60_000_000
        assert record.at <= through < real() + 60_000_000


def test_a_leaf_covers_kind_head_and_body(address: str) -> None:
    """The leaf of a record is the RFC 9162 leaf hash of its kind, its head as stored and its body
    to the byte, the first two each with a newline behind."""
    with opened(address) as store:
        document(store, "PUT", "bookmark", b"\x00\xff\n scene 3")
        with store.reading() as connection:
            row = connection.execute(select(RECEIVED)).one()
    data = b"document\n" + row.head.encode() + b"\n" + b"\x00\xff\n scene 3"
    assert bytes(row.body) == b"\x00\xff\n scene 3"
    assert bytes(row.leaf) == hashlib.sha256(b"\x00" + data).digest()
    assert "\n" not in row.head


def test_a_reader_sees_one_moment(address: str) -> None:
    """Whatever is written meanwhile, a reader's later questions are answered as its first was, in
    the driver's own way, too, of which SQLAlchemy knows nothing."""
    count = "SELECT count(*) FROM received"
    with opened(address) as store, store.reading() as connection:
        assert database.rows(connection, count) == [(0,)]
        post(store, batch(3)[1])
        assert database.rows(connection, count) == [(0,)]
        assert connection.execute(text(count)).scalar() == 0
        with store.reading() as later:
            assert database.rows(later, count) == [(3,)]


def test_the_log_is_read_in_pieces(address: str) -> None:
    """However long the log and however large its records, reading holds a bounded part of it."""
    large, small = 9_000_000, 3
    with opened(address) as store:
        with database.writing(store.engine) as connection:
            begun(connection).append(
                [
                    Record("test", records.head(n, n=n), b"x" * size)
                    for n, size in enumerate(5 * [large] + 2_500 * [small])
                ]
            )
        with store.reading() as connection:
            lengths = [
                (len(piece), sum(len(record.body) for record in piece))
                for piece in records.pieces(connection)
            ]
            some = [record.seq for record in records.read(connection, after=3, upto=1_500)]
    assert sum(count for count, _ in lengths) == 2_505
    assert max(count for count, _ in lengths) == 1_000
    assert max(size for _, size in lengths) < 2 * large
    assert some == list(range(4, 1_501))


@pytest.mark.parametrize("table", ["received", "contents"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_the_log(address: str, table: str, act: str) -> None:
    """Whoever tries to change or remove what was received, with any tool, is refused by the
    database itself."""
    column = {"received": "kind = 'other'", "contents": "content = ''"}[table]
    with opened(address) as store:
        if act.startswith("TRUNCATE") and database.is_sqlite(store.engine):
            return  # SQLite has no such statement
        document(store, "PUT", "bookmark", b"{}")
        with database.writing(store.engine) as connection:
            connection.execute(text("INSERT INTO contents VALUES ('00', '')"))
        with (
            pytest.raises(DBAPIError, match="never changed"),
            store.engine.connect() as connection,
        ):
            connection.execute(text(act.format(table, column)))
        assert len(logged(store)) == 1


def test_nothing_in_the_code_changes_the_log() -> None:
    """No statement of ours updates or deletes what was received, but for the one of an erasure."""
    changes = re.compile(
        r"(update|delete)\((RECEIVED|CONTENTS)\b|(UPDATE|DELETE FROM|INTO) (received|contents)\b"
    )
    for path in set(Path(lrs.__file__).parent.rglob("*.py")) - {Path(erasure.__file__)}:
        assert not changes.search(path.read_text(encoding="utf-8")), path

"""Tests of making heads: what they cover, what they refuse to cover, and who else may work then."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from durable import (
    ROOT,
    assert_indexes_are_what_a_rebuild_makes,
    batch,
    dump,
    post,
    rebuilt,
    together,
)
from sealed import ORIGIN, came, guards_off, opened, verified
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lrs import database
from lrs.database import rows
from lrs.received import merkle, notes, records, seal, seal_keys
from lrs.received.records import Record
from lrs.received.seal import Head
from lrs.received.seal_keys import SealError
from lrs.received.writer import begun
from lrs.xapi.store import Store


def leaves(store: Store) -> list[bytes]:
    with store.reading() as connection:
        found = rows(connection, "SELECT leaf FROM received ORDER BY seq")
    return [bytes(row[0]) for row in found]


def count(store: Store, table: str) -> int:
    with store.reading() as connection:
        return int(rows(connection, f"SELECT count(*) FROM {table}")[0][0])


def many(store: Store, number: int, size: int = 10) -> None:
    """Records without a meaning, straight into the log."""
    with database.writing(store.engine) as connection:
        made = begun(connection)
        body = b"x" * size
        made.append(
            [Record("test", records.head(made.instant(), n=n), body) for n in range(number)]
        )


def changed(store: Store, statement: str) -> None:
    """Something that only hands behind the store's back can do, for good."""
    with database.writing(store.engine) as connection:
        guards_off(connection)
        connection.execute(text(statement))


def test_a_head_covers_everything_received(address: str, tmp_path: Path) -> None:
    """The root is that of all leaves in order; the note is signed by the key on record, and says
    when: not before the newest record."""
    with opened(address, tmp_path) as store:
        came(store, 20)
        head = seal.make(store)
        assert head.size == len(leaves(store)) == 21  # the key's own record, too
        assert head.root == merkle.root(leaves(store))
        with store.reading() as connection:
            (key,) = seal.public_keys(connection)
            assert seal.latest(connection) == head
            newest = records.newest(connection)
        assert head.at >= newest[1]
        assert head.key == key.key.id
        read = notes.read(head.note)
        assert read.signed_by(key.key)
        assert read.text.split("\n")[0] == key.key.name == ORIGIN


def test_nothing_new_makes_no_new_head(address: str, tmp_path: Path) -> None:
    """The newest head is given again, to the byte, until something comes."""
    with opened(address, tmp_path) as store:
        head = seal.make(store)
        assert seal.make(store) == head
        assert count(store, "seal_heads") == 1
        came(store, 1)
        assert seal.make(store).size == head.size + 1


def test_heads_follow_each_other(address: str, tmp_path: Path) -> None:
    """Each head's tree begins with that of each before it, and every record has its proof in each
    that covers it."""
    with opened(address, tmp_path) as store:
        made = []
        for number in (1, 6, 1, 9):
            came(store, number)
            made.append(seal.make(store))
        all_leaves = leaves(store)
        with store.reading() as connection:
            for new in made:
                for old in (each for each in made if each.size <= new.size):
                    proof = seal.consistency(connection, old.size, new.size)
                    sizes = (old.size, new.size, old.root, new.root)
                    assert merkle.verify_consistency(*sizes, proof)
                for seq in range(1, new.size + 1):
                    proof = seal.inclusion(connection, seq, new.size)
                    told = (all_leaves[seq - 1], seq - 1, new.size, proof, new.root)
                    assert merkle.verify_inclusion(*told)
            assert [seal.latest(connection, upto=n) for n in (1, 2, 8, 9, 99)] == [
                None,
                made[0],
                made[1],
                made[2],
                made[3],
            ]
            assert seal.consistency(connection, 0, made[-1].size) == []


def test_what_is_not_sealed_has_no_proof(address: str, tmp_path: Path) -> None:
    """A proof for more records than are sealed is refused, with a way on."""
    with opened(address, tmp_path) as store:
        came(store, 3)
        with store.reading() as connection, pytest.raises(SealError, match="none are sealed yet"):
            seal.inclusion(connection, 2, 3)
        seal.make(store)
        came(store, 6)
        with store.reading() as connection:
            with pytest.raises(SealError, match=r"of 10 records only 4 are sealed.*lrs seal make"):
                seal.inclusion(connection, 2, 10)
            with pytest.raises(SealError, match="no record 5 among the first 4"):
                seal.inclusion(connection, 5, 4)
            with pytest.raises(SealError, match="does not begin with"):
                seal.consistency(connection, 4, 3)


@pytest.mark.parametrize("number", [4_095, 4_096, 9_000])
def test_a_long_log_is_sealed_in_pieces(address: str, tmp_path: Path, number: int) -> None:
    """However many records come at once, the tree is the same; one goes on where the last ended."""
    with opened(address, tmp_path) as store:
        seal.make(store)
        many(store, number)
        head = seal.make(store)
        assert head.size == number + 1
        assert head.root == merkle.root(leaves(store))
        assert verified(store).faults == ()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("UPDATE received SET body = 'x' WHERE seq = 8", "record 8 is not what came"),
        ("UPDATE received SET kind = 'x' WHERE seq = 8", "record 8 is not what came"),
        ("DELETE FROM received WHERE seq = 8", "record 8 is missing"),
        ("DELETE FROM received WHERE seq > 4", "the log ends before record 6"),
        ("DELETE FROM seal_nodes WHERE place = 9", "does not lead to the newest head"),
        ("UPDATE seal_nodes SET hash = '' WHERE place = 3", "does not lead to the newest head"),
        ("UPDATE seal_heads SET note = 'x' WHERE size = 6", "is not what was written"),
        (
            "UPDATE seal_heads SET note = replace(note, 'time 2', 'time 3') WHERE size = 6",
            "is not signed by key",
        ),
        ("UPDATE received SET body = 'x' WHERE seq = 1", "record 1, which puts a key"),
    ],
)
def test_a_log_that_was_changed_is_not_signed(
    address: str, tmp_path: Path, act: str, said: str
) -> None:
    """Who changes a record before it is sealed, or the tree or head that the next would be built
    on, gets no signature for it; the error says what to do."""
    with opened(address, tmp_path) as store:
        seal.make(store)
        came(store, 5)
        assert seal.make(store).size == 6
        came(store, 4)
        changed(store, act)
        with pytest.raises(SealError, match=said) as caught:
            seal.make(store)
        assert "lrs seal verify" in str(caught.value)
        assert count(store, "seal_heads") == 2


def test_a_redacted_record_is_sealed_by_its_leaf(address: str, tmp_path: Path) -> None:
    """A record whose body was erased before any head covered it is sealed by what is left."""
    with opened(address, tmp_path) as store:
        came(store, 5)
        root = merkle.root(leaves(store))
        changed(store, "UPDATE received SET body = 'gone' WHERE seq = 3")
        with pytest.raises(SealError, match="record 3 is not what came"):
            seal.make(store)
        head = seal.make(store, redacted={3})
        assert merkle.root(leaves(store)[:5]) == root
        assert verified(store, redacted={3: 6}).faults == ()
        assert head.size == 6


def test_the_log_is_free_while_it_is_sealed(address: str, tmp_path: Path) -> None:
    """Between any two steps of a seal somebody else can write, and what he writes is not part of
    it; no step is long."""
    with opened(address, tmp_path) as store:
        many(store, 2_000)
        with opened(address, tmp_path) as other:
            steps = 0

            def breathe() -> None:
                nonlocal steps
                steps += 1
                if steps % 4 == 1:
                    assert post(other, batch(2)[1]).status_code == 200

            head = seal.make(store, breathe)
        assert steps >= 2_000 / 250
        assert head.size == 2_001
        assert len(leaves(store)) > head.size
        assert verified(store).faults == ()


def test_another_process_is_faster(address: str, tmp_path: Path) -> None:
    """If somebody else has sealed as much, or more, by the time that a head is ready, his is the
    one; if less, both stand."""
    with opened(address, tmp_path) as store, opened(address, tmp_path) as other:
        seal.make(store)
        came(store, 10)
        others: list[Head] = []

        def first() -> None:
            if not others:
                others.append(Head(0, b"", 0, ""))  # not once more inside of itself
                came(other, 1)
                others[0] = seal.make(other)

        assert seal.make(store, first) == others[0]
        assert others[0].size == 12
        assert count(store, "seal_heads") == 2
        assert verified(store).faults == ()


def test_many_seal_at_once(address: str, tmp_path: Path) -> None:
    """Threads and stores that seal at the same moment, the first time of all too, come to heads of
    one log, each size once, signed by one key."""
    with opened(address, tmp_path) as one, opened(address, tmp_path) as two:
        came(one, 3)
        for _ in range(3):
            jobs: list[Callable[[], object]] = [
                lambda: seal.make(one),
                lambda: seal.make(two),
                lambda: came(one, 2),
                lambda: came(two, 2),
                lambda: seal.make(two),
            ]
            for outcome in together(jobs):
                assert not isinstance(outcome, BaseException), outcome
        verdict = verified(one)
        assert verdict.faults == ()
        assert len(verdict.keys) == 1
        assert seal.make(one).size == len(leaves(one)) == 3 + 12 + 1


SOURCE = """
import sys
from pathlib import Path
sys.path[:0] = ["tests/lrs", "tests/lrs/received"]
from durable import batch, post
from sealed import opened
from lrs.received import seal

with opened(sys.argv[1], Path(sys.argv[2])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(12):
        post(store, batch(3)[1])
        print(seal.make(store).size, flush=True)
"""


def test_processes_seal_at_once(address: str, tmp_path: Path) -> None:
    """Processes that write and seal beside each other, from an empty log on: one tree, one key,
    every head holds up, and each process's heads grow."""
    with opened(address, tmp_path) as store:
        started = [
            subprocess.Popen(
                [sys.executable, "-c", SOURCE, address, str(tmp_path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            for _ in range(2)
        ]
        for each in started:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        for each in started:
            out, errors = each.communicate("go\n", timeout=120)
            assert each.returncode == 0, errors
            sizes = [int(line) for line in out.splitlines()]
            assert sizes == sorted(set(sizes))
        verdict = verified(store)
        assert verdict.faults == ()
        assert verdict.records == 2 * 12 * 3 + 1
        assert len(verdict.keys) == 1


def test_a_rebuild_leaves_heads_and_makes_the_same_tree(address: str, tmp_path: Path) -> None:
    """Heads can't be made again, so a rebuild doesn't touch them; the tree comes out the same, also
    if it was lost, and the next head goes on from it."""
    with opened(address, tmp_path) as store:
        came(store, 9)
        first = seal.make(store)
        came(store, 5)
        second = seal.make(store)
        came(store, 3)
        assert_indexes_are_what_a_rebuild_makes(store.engine)
        before = dump(store.engine)["seal_nodes"]
        assert len(before) == 2 * second.size - second.size.bit_count()
        changed(store, "UPDATE seal_nodes SET hash = '' WHERE place < 5")
        rebuilt(store.engine)
        assert dump(store.engine)["seal_nodes"] == before
        with database.writing(store.engine) as connection:
            connection.execute(text("DROP TABLE seal_nodes"))
        rebuilt(store.engine)
        with store.reading() as connection:
            assert seal.latest(connection, first.size) == first
            assert seal.latest(connection) == second
        assert seal.make(store).size == second.size + 3
        assert verified(store).faults == ()


def test_a_rebuild_in_the_middle_of_a_seal(address: str, tmp_path: Path) -> None:
    """What a seal has written of the tree before a rebuild is there after it."""
    with opened(address, tmp_path) as store:
        seal.make(store)
        came(store, 600)
        steps = 0

        def breathe() -> None:
            nonlocal steps
            steps += 1
            rebuilt(store.engine)

        head = seal.make(store, breathe)
        assert steps > 2
        assert verified(store).faults == ()
        assert head.root == merkle.root(leaves(store))


@pytest.mark.parametrize("table", ["seal_heads", "seal_stamps"])
@pytest.mark.parametrize("act", ["UPDATE {} SET size = 7", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_heads(
    address: str, tmp_path: Path, table: str, act: str
) -> None:
    """Heads and time stamps are as unchangeable to the database as the log."""
    with opened(address, tmp_path) as store:
        if act.startswith("TRUNCATE") and database.is_sqlite(store.engine):
            return  # SQLite has no such statement
        seal.make(store)
        with database.writing(store.engine) as connection:
            connection.execute(text("INSERT INTO seal_stamps VALUES (1, 'x', 1, '')"))
        with (
            pytest.raises(DBAPIError, match="what was sealed is never changed"),
            store.engine.connect() as connection,
        ):
            connection.execute(text(act.format(table)))
        assert count(store, table) == 1


def test_a_manifest_is_signed_with_the_key_on_record(address: str, tmp_path: Path) -> None:
    """What is no head can be signed too, and verified by the public key; nothing that could pass
    for a head is."""
    with opened(address, tmp_path) as store:
        key_id, signature = seal.sign(store, b'{"files": []}')
        with store.reading() as connection:
            (key,) = seal.public_keys(connection)
        assert key_id == key.key.id
        assert key.key.made(signature, b'{"files": []}')
        assert not key.key.made(signature, b'{"files": [] }')
        with pytest.raises(SealError, match="begins as a tree head does"):
            seal.sign(store, f"{ORIGIN}\n1\n".encode())


def test_a_key_that_is_changed_in_the_middle_of_a_seal(address: str, tmp_path: Path) -> None:
    """A head that covers no record of the change is the old key's; the next is the new one's."""
    with opened(address, tmp_path) as store:
        came(store, 5)
        seal.make(store)
        came(store, 5)
        signer = seal_keys.signer(store)
        done = threading.Event()

        def rotate() -> None:
            if not done.is_set():
                done.set()
                seal_keys.rotate(store, "test")

        head = seal.make(store, rotate)
        assert head.key == signer.key.id
        assert seal.make(store).key != signer.key.id
        assert verified(store).faults == ()

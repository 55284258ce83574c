"""Tests of the rebuild: whatever came, in whatever order, the indexes made anew are the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from typing import Any

import live
import pytest
from durable import (
    ROOT,
    assert_indexes_are_what_a_rebuild_makes,
    batch,
    batches,
    command,
    document,
    dump,
    opened,
    post,
    rebuilt,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from lrs import attempts, database, keys, rebuild
from lrs.errors import LrsError
from lrs.player_keys import Player
from lrs.received import records
from lrs.xapi import statements as door
from lrs.xapi.store import Store
from lrs.xapi.tables import STATEMENTS, TERMS

VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}


def name(number: int) -> str:
    """The id of the statement of a number."""
    return str(uuid.UUID(int=number))


def telling(number: int, about: int | None, voids: bool = False) -> dict[str, Any]:
    """A statement that may be about another one."""
    parts: dict[str, Any] = {
        "id": name(number),
        "actor": {"mbox": f"mailto:p{number % 5}@brightwater.example", "name": f"P{number % 7}"},
        "object": {
            "id": f"https://brightwater.example/a{number % 4}",
            "definition": {"name": {"en": f"A{number % 6}"}},
        },
    }
    if about is not None:
        parts["object"] = {"objectType": "StatementRef", "id": name(about)}
    if voids:
        parts["verb"] = VOIDED
    return live.statement(**parts)


def clear(store: Store) -> None:
    """Take back everything, so that an example begins from nothing; the log is guarded, so its
    guards go first, which only a test may do."""
    with database.writing(store.engine) as connection:
        for table in ("received", *dump(store.engine)):
            if table == "received" and database.is_sqlite(store.engine):
                connection.execute(text("DROP TRIGGER IF EXISTS received_delete"))
            elif table == "received":
                connection.execute(text("ALTER TABLE received DISABLE TRIGGER received_kept"))
            connection.execute(text(f"DELETE FROM {table}"))


ACTS = st.one_of(
    st.tuples(
        st.just("post"),
        st.lists(
            st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12)), st.booleans()),
            min_size=1,
            max_size=6,
            unique_by=lambda one: one[0],
        ),
    ),
    st.tuples(
        st.just("document"),
        st.sampled_from(["PUT", "POST", "DELETE"]),
        st.one_of(st.none(), st.sampled_from("ab")),
        st.dictionaries(st.sampled_from("xyz"), st.integers(0, 9)),
    ),
    st.tuples(st.just("key"), st.sampled_from("kl")),
)


def act(store: Store, what: tuple[Any, ...]) -> None:
    """One request; what is refused is refused."""
    with suppress(LrsError):
        if what[0] == "post":
            post(store, [telling(number, about, voids) for number, about, voids in what[1]])
        elif what[0] == "document":
            document(store, what[1], what[2], json.dumps(what[3]).encode())
        elif not keyed(store, what[1]):
            keys.revoke(store, what[1])


def keyed(store: Store, name: str) -> bool:
    """Make a key; whether it wasn't there."""
    with suppress(LrsError):
        keys.create(store, name, [], None, Player(activities=("https://brightwater.example/a",)))
        return True
    return False


@pytest.fixture(scope="module")
def kept(kind: str, request: pytest.FixtureRequest, tmp_path_factory: Any) -> Any:
    """A store for all examples of a property."""
    if kind == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('kept') / 'lrs.db'}"
    else:
        address = request.getfixturevalue("postgresql")()
    with opened(address) as store:
        yield store


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, max_size=12))
def test_a_rebuild_makes_the_same_indexes(kept: Store, acts: list[tuple[Any, ...]]) -> None:
    """After any sequence of statements that tell of each other (targets that come late, chains,
    circles, voiding before and after), documents and keys, the indexes made anew are the same."""
    clear(kept)
    for what in acts:
        act(kept, what)
    assert_indexes_are_what_a_rebuild_makes(kept.engine)


def test_what_follows_the_log_is_all_that_a_rebuild_brings_on(address: str) -> None:
    """In a store that nobody asked for a register, a rebuild changes the tables that follow the log
    when somebody does, and no other; and makes them what that register would have made them."""
    with opened(address) as store:
        for number in range(4):
            post(store, telling(number, None))
        post(store, telling(9, 1, voids=True))
        document(store, "PUT", "bookmark", b"{}")
        unasked = dump(store.engine)
        attempts.follow(store.engine)
        asked = dump(store.engine)
        changed = {table for table, there in asked.items() if there != unasked[table]}
        assert {"voidings", "followed"} <= changed <= {each.name for each in rebuild.FOLLOWING}
        with database.writing(store.engine) as connection:
            for table in reversed(rebuild.FOLLOWING):
                connection.execute(table.delete())
        assert dump(store.engine) == unasked
        rebuilt(store.engine)
        assert dump(store.engine) == asked


def reached(pairs: dict[int, int | None], far: int) -> set[tuple[int, int]]:
    """Which statement is found through which, by following references one at a time."""
    found = set()
    for start in pairs:
        place: int | None = start
        for _ in range(far + 1):
            if place is None or place not in pairs:
                break
            found.add((start, place))
            place = pairs[place]
    return found


@settings(max_examples=15, deadline=None)
@given(
    order=st.permutations(range(14)),
    abouts=st.lists(st.one_of(st.none(), st.integers(0, 15)), min_size=14, max_size=14),
    cuts=st.sets(st.integers(1, 13)),
)
def test_who_is_found_through_whom_depends_on_no_order(
    kept: Store,
    monkeypatch_session: pytest.MonkeyPatch,
    order: list[int],
    abouts: list[int | None],
    cuts: set[int],
) -> None:
    """A statement is found through those that it refers to, up to the farthest that is followed,
    in whatever order and company they came; so the index says, before and after a rebuild."""
    clear(kept)
    pairs = {number: abouts[number] for number in range(14)}
    for first, last in zip(sorted({0, *cuts}), sorted({*cuts, 14}), strict=True):
        post(kept, [telling(number, pairs[number]) for number in order[first:last]])
    for _ in range(2):
        with kept.reading() as connection:
            numbers = {
                row.seq: uuid.UUID(bytes=bytes(row.id)).int
                for row in connection.execute(select(STATEMENTS.c.seq, STATEMENTS.c.id))
            }
            query = select(TERMS.c.seq, TERMS.c.via).distinct()
            found = {
                (numbers[row.seq], numbers[row.via or row.seq]) for row in connection.execute(query)
            }
        assert found == reached(pairs, door._FARTHEST)
        rebuilt(kept.engine)


def through(store: Store) -> set[tuple[bytes, int, int]]:
    """By what each statement is found through which, by their numbers."""
    with store.reading() as connection:
        numbers = {
            row.seq: uuid.UUID(bytes=bytes(row.id)).int
            for row in connection.execute(select(STATEMENTS.c.seq, STATEMENTS.c.id))
        }
        return {
            (bytes(row.term), numbers[row.seq], numbers[row.via])
            for row in connection.execute(select(TERMS).where(TERMS.c.via > 0))
        }


@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations(range(12)),
    abouts=st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=12, max_size=12),
    cuts=st.sets(st.integers(1, 11)),
    most=st.integers(0, 14),
)
def test_by_how_much_a_statement_is_found_through_others_depends_on_no_order(
    tmp_path_factory: Any, order: list[int], abouts: list[int | None], cuts: set[int], most: int
) -> None:
    """Through all that it refers to, a statement is found by so many terms and no more, the nearest
    first, and by the same ones in whatever order and company all of them came; a rebuild finds no
    others."""
    address = f"sqlite:///{tmp_path_factory.mktemp('through') / 'lrs.db'}"
    with pytest.MonkeyPatch.context() as patch, opened(address) as store:
        patch.setattr(door, "MOST_THROUGH", most)
        post(store, [telling(number, abouts[number]) for number in range(12)])
        whole = through(store)
        clear(store)
        for first, last in zip(sorted({0, *cuts}), sorted({*cuts, 12}), strict=True):
            post(store, [telling(number, abouts[number]) for number in order[first:last]])
        assert through(store) == whole
        for number in range(12):
            found = [via for _, teller, via in whole if teller == number]
            assert len(found) <= most
            near = abouts[number]
            if most and near is not None and near not in (number, 12):
                assert near in found
        assert_indexes_are_what_a_rebuild_makes(store.engine)


@pytest.fixture(scope="module")
def monkeypatch_session() -> Any:
    """Chains are followed three references far, so that small ones are long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "_FARTHEST", 3)
        yield patch


@pytest.mark.parametrize("order", ["forwards", "backwards", "shuffled"])
def test_a_long_chain(tmp_path: Any, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of references longer than is followed, sent one by one, is indexed as a rebuild does
    that takes all at once."""
    monkeypatch.setattr(door, "_FARTHEST", 5)
    numbers = list(range(20))
    if order == "backwards":
        numbers.reverse()
    elif order == "shuffled":
        random.Random(1).shuffle(numbers)
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        for number in numbers:
            post(store, telling(number, number + 1))
        assert_indexes_are_what_a_rebuild_makes(store.engine)


@pytest.mark.parametrize("size", [1, 40, 80])
def test_a_chain_is_indexed_once(tmp_path: Any, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a chain that comes in one batch or in several, each row of the index is written once, but
    for a few where batches meet: written from each of its statements anew, a batch of a thousand
    kept the log for a minute."""
    written, add = [], door._add_terms

    def added(connection: Any, rows: Any) -> None:
        written.extend(rows)
        add(connection, rows)

    monkeypatch.setattr(door, "_add_terms", added)
    made = [telling(number, number + 1) for number in range(80)]
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        for first in range(0, len(made), size):
            post(store, made[first : first + size])
        assert len(written) <= len(set(written)) * 1.1
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_a_rebuild_killed_in_the_middle_changes_nothing(address: str) -> None:
    """A rebuild that is killed leaves the indexes as they were, and the next one goes through."""
    with opened(address) as store:
        for _ in range(3):
            post(store, batch(5)[1])
        document(store, "PUT", "bookmark", b"{}")
        before = dump(store.engine)
        source = (
            "import os\nfrom lrs import database, rebuild\n"
            f"engine = database.engine({address!r})\n"
            "with database.writing(engine) as connection:\n"
            "    rebuild.rebuild(connection, lambda seq: os.kill(os.getpid(), 9))\n"
        )
        died = subprocess.run([sys.executable, "-c", source], cwd=ROOT, check=False)
        assert died.returncode == -signal.SIGKILL
        assert dump(store.engine) == before
        post(store, batch(2)[1])
        done = command(address, "rebuild")
        assert done.returncode == 0, done.stderr
        assert done.stderr.strip() == "18 records; every index is made anew"
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_a_rebuild_beside_a_store_that_writes(address: str) -> None:
    """Nothing that is written while a rebuild is under way is lost or indexed twice."""
    writes = (
        "import sys; sys.path.insert(0, 'tests/lrs')\nfrom durable import batch, opened, post\n"
        f"with opened({address!r}) as store:\n"
        "    print('ready', flush=True)\n"
        "    for _ in range(60):\n        post(store, batch(3)[1])\n"
    )
    with opened(address) as store:
        writer = subprocess.Popen(
            [sys.executable, "-c", writes],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert writer.stdout
        assert writer.stdout.readline() == b"ready\n"
        count = 0
        while writer.poll() is None:
            rebuilt(store.engine)
            count += 1
            time.sleep(0.2)  # SQLite's lock goes to whoever asks first, not to who waits longest
        assert writer.wait() == 0
        writer.stdout.close()
        assert count > 0
        assert batches(store.engine)[1] == 180
        assert_indexes_are_what_a_rebuild_makes(store.engine)
        with store.reading() as connection:
            assert len(list(records.read(connection))) == 180

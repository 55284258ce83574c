"""Tests of several processes on one PostgreSQL: one order, no deadlock, and a truthful
X-Experience-API-Consistent-Through."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime

from durable import ROOT, assert_indexes_are_what_a_rebuild_makes, batches, opened

from lrs import timestamps
from lrs.received import records

PROCESSES, ROUNDS = 3, 15
# Each process has four threads that post batches, and one that asks for the instant up to which
# all can be read, then for all that can be read up to it.
SOURCE = """
import sys, threading
sys.path.insert(0, "tests/lrs")
from durable import batch, opened, post
from lrs import database
from lrs.received import records

with opened(sys.argv[1]) as store:
    going = True

    def posting():
        for _ in range(int(sys.argv[2])):
            _, statements = batch(4)
            assert post(store, statements).status_code == 200
            assert post(store, statements[1:3]).status_code == 200

    def watching():
        while going:
            through = store.consistent_through()
            with store.reading() as connection:
                there = sum(1 for each in records.read(connection) if each.at <= through)
            print(through, there, flush=True)

    threads = [threading.Thread(target=posting) for _ in range(4)]
    watcher = threading.Thread(target=watching)
    for thread in (watcher, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    going = False
    watcher.join()
"""


def test_several_processes_write_one_log(postgresql_address: str) -> None:
    """Batches that share verbs, activities and people are written by several processes at once:
    none fails, numbers and instants grow together, and no statement shows up later with an instant
    up to which all was said to be readable."""
    with opened(postgresql_address) as store:
        started = [
            subprocess.Popen(
                [sys.executable, "-c", SOURCE, postgresql_address, str(ROUNDS)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            for _ in range(PROCESSES)
        ]
        said = [process.communicate(timeout=120) for process in started]
        for process, (_, errors) in zip(started, said, strict=True):
            assert process.returncode == 0, errors
            assert errors == ""  # no fault of a thread, no line of the log
        found, newest = batches(store.engine)
        assert newest == PROCESSES * 4 * ROUNDS * 4
        assert len(found) == PROCESSES * 4 * ROUNDS
        with store.reading() as connection:
            instants = [each.at for each in records.read(connection)]
        told = [tuple(map(int, line.split())) for out, _ in said for line in out.splitlines()]
        assert len(told) > PROCESSES
        for through, there in told:
            assert sum(1 for at in instants if at <= through) == there
        assert any(0 < there < newest for _, there in told)
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_consistent_through_is_recent(address: str) -> None:
    """Where nothing is written, all is readable up to about now, though nothing came for long."""
    with opened(address) as store:
        before = timestamps.now()
        assert before - 1_000_000 < store.consistent_through() <= timestamps.now()
        assert datetime.fromisoformat(timestamps.written(store.consistent_through()))

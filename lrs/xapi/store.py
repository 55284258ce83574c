"""What the resources work with: the database, the way into the log, the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from lrs import timestamps
from lrs.config import Settings
from lrs.database import is_sqlite
from lrs.errors import Unavailable
from lrs.received.records import newest
from lrs.received.writer import NOT_NOW, Writer, nobody_writes


@dataclass(frozen=True)
class Store:
    """One process's way to everything that was received."""

    engine: Engine
    writer: Writer
    settings: Settings

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment. Raises Unavailable if the database can't be read."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except NOT_NOW as error:
            raise Unavailable("the database can't be read now; ask again later") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("the database can't be read now; ask again later") from error
            raise

    def consistent_through(self) -> int:
        """An instant up to which everything stored can be read, by whatever process it came."""
        if is_sqlite(self.engine):
            return self.writer.consistent_through()
        with self.reading() as connection:
            now = timestamps.now()
            return now - 1 if nobody_writes(connection) else newest(connection)[1]

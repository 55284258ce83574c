"""What the resources work with: the database, the way into the log, the settings."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from lrs import database
from lrs.config import Settings
from lrs.errors import Unavailable
from lrs.received import writer
from lrs.received.writer import Writer
from lrs.xapi.judges import Judges


@dataclass(frozen=True)
class Store:
    """One process's way to everything that was received."""

    engine: Engine
    writer: Writer
    settings: Settings
    judges: Judges = field(default_factory=Judges)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment. Raises Unavailable if the database can't be read."""
        return database.reading(self.engine)

    def close(self) -> None:
        """Write what was submitted, then stop."""
        self.writer.close()
        self.judges.close()
        self.engine.dispose()

    def consistent_through(self) -> int:
        """An instant up to which everything stored can be read, by whatever process it came. Where
        the database can't be asked, what was told before holds."""
        if database.is_sqlite(self.engine):
            return self.writer.consistent_through()
        try:
            with database.reading(self.engine, once=True) as connection:
                return self.writer.promise(writer.consistent_through(connection))
        except Unavailable:
            return self.writer.promised()

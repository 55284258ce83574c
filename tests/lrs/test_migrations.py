"""Tests of migrations: they lead to the tables that the code describes, whoever runs them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from durable import ROOT, assert_indexes_are_what_a_rebuild_makes, batch, command, opened, post
from sqlalchemy import inspect, text

from lrs import database, mapping, rebuild
from lrs.database import METADATA, DatabaseError
from lrs.people import hr_import
from lrs.people import tables as people
from lrs.people.hr_import import Source
from lrs.people.roster import FIELDS
from lrs.received.tables import CONTENTS, HEADS, RECEIVED, STAMPS


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_migrations_lead_to_the_tables_of_the_code(address: str) -> None:
    """From nothing to the newest version there are the tables, columns, keys and indexes that the
    code describes, no more and no less; and to do it again changes nothing."""
    engine = database.engine(address)
    for _ in range(2):
        database.migrate(engine)
        with engine.connect() as connection:
            found = compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), METADATA
            )
            assert found == []
            assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [
                (scripts().get_current_head(),)
            ]
    engine.dispose()


def test_every_table_is_the_log_or_made_again() -> None:
    """What isn't the log, the contents that it names, or a head signed over it with its time stamp
    is an index that a rebuild makes anew."""
    kept = {RECEIVED, CONTENTS, HEADS, STAMPS}
    assert kept | set(rebuild.TABLES) == set(METADATA.tables.values())
    assert not kept & set(rebuild.TABLES)


def test_versions_follow_each_other() -> None:
    """Each migration has a file whose name begins with its number, and follows the one before."""
    numbers = sorted(path.name[:4] for path in (database.MIGRATIONS / "versions").glob("*.py"))
    found = [script.revision for script in reversed(list(scripts().walk_revisions()))]
    assert found == numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


def test_an_older_database_is_brought_up_to_date(address: str) -> None:
    """What stands in a database of an older version is there afterwards."""
    engine = database.engine(address)
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0001")
        connection.execute(text("INSERT INTO contents VALUES ('00', 'kept')"))
    database.migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(CONTENTS.select()).scalar() == "00"
    engine.dispose()


def test_names_told_before_are_found_afterwards(address: str, tmp_path: Path) -> None:
    """What people can be found by, of facts that an older version has indexed, is what this one
    makes of them: the newest record stands beside each."""
    rosters = (
        "person,name,mails,login,lms,manager,same_as,hired\n"
        "1,Ana,ana@X.example,aruiz,https://lms.example,2,,2026-01-05\n"
        "2,Bo,bo@x.example,,,,,2020-03-01\n",
        "person,name,mails,same_as\n1,Ana,ana.ruiz@x.example,2\n",
    )
    with opened(f"sqlite:///{tmp_path / 'new.db'}") as store:
        profile, _ = mapping.find("people", "plain", FIELDS)
        assert profile
        for n, text_of in enumerate(rosters, 1):
            day = date(2026, n, 28)
            source = Source("people.csv", text_of.encode(), profile, day, "UTC", "noor")
            with store.reading() as connection:
                judged = hr_import.judge(connection, source)
            assert judged.taking, judged.problems
            hr_import.take(store, judged)
        with store.reading() as connection:
            facts = connection.execute(people.FACTS.select()).all()
            wanted = sorted(map(tuple, connection.execute(people.TERMS.select())))
    engine = database.engine(address)
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0010")
        connection.execute(people.FACTS.insert(), [row._asdict() for row in facts])
    database.migrate(engine)
    with engine.connect() as connection:
        assert sorted(map(tuple, connection.execute(people.TERMS.select()))) == wanted
    assert {seq for _, _, seq in wanted} == {1, 2}
    engine.dispose()


def test_several_processes_migrate_at_once(address: str) -> None:
    """Servers that start at the same moment on an empty database all find its tables."""
    source = (
        "import sys; from lrs import database; from alembic import command\n"
        "sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()\n"
        f"database.migrate(database.engine({address!r}))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout and process.stdin
        assert process.stdout.read(1) == b"x"
    for process in started:
        assert process.stdin
        process.stdin.close()
    for process in started:
        assert process.stderr
        assert process.wait(30) == 0, process.stderr.read().decode()
        process.stderr.close()
        assert process.stdout
        process.stdout.close()
    with opened(address) as store:
        assert post(store, batch(2)[1]).status_code == 200


def test_a_migration_that_fails_leaves_nothing(address: str) -> None:
    """A migration is done whole or not at all."""
    engine = database.engine(address)
    with database.writing(engine) as connection:
        connection.execute(text("CREATE TABLE documents (x INTEGER)"))  # in the way of the last one
    with pytest.raises(DatabaseError, match=r"can't be opened.*documents"):
        database.migrate(engine)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["documents"]
    engine.dispose()


def test_a_newer_database_is_refused(address: str) -> None:
    """An older program leaves the database of a newer one alone, and says what to do."""
    with opened(address) as store, database.writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    said = command(address, "key", "list")
    assert said.returncode == 1
    assert said.stderr.startswith("error: a newer version of lrs made this database")
    assert "its tables are at 0999" in said.stderr
    assert said.stderr.strip().endswith("install the newer one")


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    """A file that isn't a database, and a folder that isn't there, are told as such."""
    (tmp_path / "lrs.db").write_bytes(b"something else" * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        database.migrate(database.engine(f"sqlite:///{tmp_path / 'lrs.db'}"))
    with pytest.raises(DatabaseError, match="unable to open"):
        database.migrate(database.engine(f"sqlite:///{tmp_path / 'no' / 'lrs.db'}"))


def test_a_lost_index_is_made_again(address: str) -> None:
    """If somebody drops a whole index, a rebuild makes it from nothing."""
    with opened(address) as store:
        post(store, batch(3)[1])
        with database.writing(store.engine) as connection:
            connection.execute(text("DROP TABLE terms"))
        assert command(address, "rebuild").returncode == 0
        assert_indexes_are_what_a_rebuild_makes(store.engine)
        with store.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM terms")).scalar()

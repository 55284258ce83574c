"""Tests of erasure: the person goes, the register and the log's hashes stay."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import worked_year
from durable import assert_indexes_are_what_a_rebuild_makes
from sqlalchemy import Connection, select, text
from worked_year.expectations import View, views
from worked_year.plays import FOLDER

from lrs import (
    app,
    attempts,
    database,
    erasure,
    kept_files,
    known,
    rebuild,
    redactions,
    rulings,
    sources,
    sweeping,
)
from lrs.config import Settings
from lrs.days import Interval
from lrs.erasure import Found, Wanted
from lrs.errors import BadRequest, Conflict, NotFound
from lrs.known import Asked
from lrs.people import directory, identities
from lrs.received.merkle import leaf
from lrs.received.tables import CONTENTS, RECEIVED
from lrs.register import columns
from lrs.register import sheet as sheets
from lrs.xapi.store import Store

YEAR = Interval(date(2026, 1, 1), date(2026, 12, 31))
WHY = "Asked for it; the period is over"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store that has been through the worked year."""
    path = tmp_path_factory.mktemp("year") / "lrs.db"
    store = app.opened(Settings(database=f"sqlite:///{path}", durable=False))
    worked_year.load(store)
    attempts.follow(store.engine)
    store.writer.close()
    store.engine.dispose()
    return path


@pytest.fixture
def store(year: Path, tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own after the year."""
    path = tmp_path / "lrs.db"
    shutil.copy(year, path)
    opened = app.opened(Settings(database=f"sqlite:///{path}", durable=False))
    yield opened
    opened.writer.close()
    opened.engine.dispose()


def cells(store: Store, view: View) -> list[tuple[Any, ...]]:
    """The register's cells of a view."""
    with store.reading() as connection:
        answer = known.register(connection, Asked(YEAR, view.day, view.known))
        judged = [each for some in answer.judged.values() for each in some]
        files = sources.files(connection, judged)
        made = sheets.Sheet(answer, answer.rows, sources.exercises(connection, view.known), files)
        return list(made.cells())


def waiting(store: Store, view: View) -> list[tuple[Any, ...]]:
    """How many attempts wait since when, without the names."""
    with store.reading() as connection:
        answer = known.register(connection, Asked(YEAR, view.day, view.known))
        return sorted((each.since, each.attempts) for each in answer.waiting)


@pytest.fixture(scope="module")
def before(
    year: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[list[tuple[Any, ...]], list[Any]]]:
    """The register's cells and who waits, in each view, before anybody is erased."""
    path = tmp_path_factory.mktemp("before") / "lrs.db"
    shutil.copy(year, path)
    opened = app.opened(Settings(database=f"sqlite:///{path}", durable=False))
    found = [(cells(opened, view), waiting(opened, view)) for view in views()]
    opened.writer.close()
    opened.engine.dispose()
    return found


@pytest.mark.parametrize("person", ["00002", "00016", "00021", "00030", "00001"])
def test_the_register_stays_and_the_names_go(
    store: Store, before: list[tuple[list[tuple[Any, ...]], list[Any]]], person: str
) -> None:
    """After an erasure the register has the same rows with the same verdicts, days, scores and
    records, now and as known at each instant before; but for the names."""
    _, found = erasure.erase(store.engine, Wanted(person, WHY, "noor", even_so=True))
    for view, (rows, waits) in zip(views(), before, strict=True):
        assert waiting(store, view) == waits
        wanted = sorted(_without(row, found) for row in rows)
        now = sorted(_without(row, found) for row in cells(store, view))
        assert now == wanted
    attempts.follow(store.engine)
    assert_indexes_are_what_a_rebuild_makes(store.engine)


_AT = {name: n for n, name in enumerate(columns.NAMES)}


def _without(row: tuple[Any, ...], found: Found) -> tuple[str, ...]:
    """A row with HR ids as they are since, and without what is withheld."""
    ids = found.instead.ids
    cells = [ids.get(cell, cell) if isinstance(cell, str) else cell for cell in row]
    cells[_AT["row"]] = "|".join(ids.get(each, each) for each in str(row[-1]).split("|"))
    if cells[_AT["person"]] in ids.values():
        cells[_AT["name"]] = cells[_AT["accepted_why"]] = None
        if cells[_AT["verdict"]] == "excused":  # the note is the reason, and who ruled
            cells[_AT["note"]] = str(cells[_AT["note"]]).rpartition(" ")[2]
    if cells[_AT["manager"]] in ids.values():
        cells[_AT["manager_name"]] = None
    if str(cells[_AT["note"]]).startswith("weak: set by "):
        cells[_AT["note"]] = "weak: set by"
    return tuple(map(repr, cells))


def logged(store: Store) -> dict[int, tuple[Any, ...]]:
    """The log's rows by number: kind, head, body, leaf."""
    with store.engine.connect() as connection:
        return {
            row.seq: (row.kind, row.head, bytes(row.body), bytes(row.leaf))
            for row in connection.execute(select(RECEIVED))
        }


def stored(store: Store) -> bytes:
    """All bytes of the database's files."""
    path = Path(str(store.engine.url.database))
    beside = (path.with_name(f"{path.name}{end}") for end in ("", "-wal"))
    return b"".join(each.read_bytes() for each in beside if each.exists())


def texts(store: Store, person: str) -> list[str]:
    """Everything by which somebody was ever called, but HR ids, which have to be sought as such."""
    with store.reading() as connection:
        found = directory.some(connection, [person], said(connection))
        whole = found.people[found.merges.get(person, person)]
    names = [name.partition(" ")[2].rpartition("|")[2] for name in found.names(whole.id)]
    plain = [each.removeprefix("mailto:") for each in names if each not in whole.ids]
    return sorted({*plain, *(name for name, _ in whole.names)})


def said(connection: Connection) -> Any:
    """What rulings say of identities."""
    given = rulings.read(connection, None, ("link", "unlink", "merge"))
    return identities.of_rulings((r.kind, r.subject, r.told) for _, _, r in given)


@pytest.mark.parametrize("person", ["00002", "00016", "00021"])
def test_nothing_of_theirs_is_left_in_the_files(store: Store, person: str) -> None:
    """No mail, login, name or HR id of the person is left in the bytes of SQLite's file and its
    log, in free pages neither."""
    sought = texts(store, person)
    assert len(sought) >= 4
    before = stored(store)
    assert all(each.encode() in before for each in sought)
    _, found = erasure.erase(store.engine, Wanted(person, WHY, "noor", even_so=True))
    assert sweeping.sweep(store.engine)
    after = stored(store)
    assert [each for each in sought if each.encode() in after] == []
    ids = [form.format(id) for id in found.instead.ids for form in ('"{}"', "{}|", ",{},")]
    assert [each for each in ids if each.encode() in after] == []
    assert found.left == []


def test_the_log_says_what_was_redacted(store: Store) -> None:
    """Every record keeps its number, kind, instant and leaf. What was redacted is named, with its
    leaf and the hash of what is left; all else is as it was, to the byte."""
    before = logged(store)
    seq, _ = erasure.erase(store.engine, Wanted("00002", WHY, "noor", even_so=True))
    after = logged(store)
    assert set(after) == {*before, seq}
    with store.reading() as connection:
        named = redactions.named(connection)
        assert redactions.by_ruling(connection) == dict.fromkeys(named, seq)
        assert redactions.faults(connection) == []
        ((number, told),) = redactions.erasures(connection)
    assert (number, told.why, told.by) == (seq, WHY, "noor")
    assert sum(told.counts.values()) == len(named) > 10
    for each, was in before.items():
        kind, head, body, hashed = after[each]
        assert (kind, hashed, head[:34]) == (was[0], was[3], was[1][:34])
        if each in named:
            assert named[each].leaf == hashed == leaf(f"{kind}\n{was[1]}\n".encode() + was[2])
            assert named[each].now == leaf(f"{kind}\n{head}\n".encode() + body) != hashed
        else:
            assert (head, body) == was[1:3]
    body = after[seq][2].decode()
    assert not [each for each in ("00002", "Ruiz", "aruiz", "ana.ruiz") if each in body]


def test_a_redacted_record_that_is_changed_again_is_found(store: Store) -> None:
    """Its leaf can't be told from what is left, but the erasure says what was."""
    erasure.erase(store.engine, Wanted("00002", WHY, "noor", even_so=True))
    with store.reading() as connection:
        seq = min(redactions.named(connection))
    with database.writing(store.engine) as connection:
        connection.execute(text("DROP TRIGGER received_update"))
        connection.execute(text(f"UPDATE received SET body = body || ' ' WHERE seq = {seq}"))
        assert redactions.faults(connection) == [
            (seq, f"record {seq} is not what an erasure left of it")
        ]


def test_erased_one_after_the_other(store: Store) -> None:
    """Two people in one record: it is redacted twice, and stands as the second erasure left it."""
    rows = len(cells(store, next(views())))
    _, first = erasure.erase(store.engine, Wanted("00002", WHY, "noor", even_so=True))
    seq, other = erasure.erase(store.engine, Wanted("00003", WHY, "noor", even_so=True))
    with store.reading() as connection:
        assert redactions.faults(connection) == []
        assert redactions.by_ruling(connection)[other.records[0].seq] == seq
    assert {each.seq for each in first.records} & {each.seq for each in other.records}
    assert {first.instead.token, other.instead.token} <= {
        row[0] for row in cells(store, next(views()))
    }
    assert len(cells(store, next(views()))) == rows
    with pytest.raises(Conflict, match="is erased already"):
        erasure.erase(store.engine, Wanted(first.instead.token, WHY, "noor", even_so=True))
    with pytest.raises(NotFound, match="no roster has told of 00002"):
        erasure.erase(store.engine, Wanted("00002", WHY, "noor", even_so=True))


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (Wanted("99999", WHY, "noor"), NotFound, "no roster has told of 99999"),
        (Wanted("00002", WHY, "noor"), Conflict, "00002 has access today.*--even-so"),
        (Wanted("00016", " ", "noor", True), BadRequest, "needs its why"),
        (Wanted("00002", "Ana Ruiz asked", "noor", True), BadRequest, "the reason names them"),
        (Wanted("00002", "00002 asked", "noor", True), BadRequest, "the reason names them"),
        (Wanted("00002", WHY, "Ana Ruiz", True), BadRequest, "--by names them"),
    ],
)
def test_who_can_t_be_erased(
    store: Store, wanted: Wanted, error: type[Exception], words: str
) -> None:
    """Nothing is changed then."""
    before = logged(store)
    with pytest.raises(error, match=words):
        erasure.erase(store.engine, wanted)
    assert logged(store) == before


def test_every_kind_of_record_can_be_redacted() -> None:
    """A kind of which nobody has said what in it may name people is none that a rebuild knows."""
    assert set(rebuild._REINDEX) <= set(erasure.REDACTORS)


def test_the_kept_files_lose_the_rows(store: Store) -> None:
    """Of a roster's file the person's row goes, columns that nobody asked for with it; all other
    rows stay, each with its number in the file as it came."""
    with store.engine.connect() as connection:
        before = {row.sha2: bytes(row.content) for row in connection.execute(select(CONTENTS))}
    _, found = erasure.erase(store.engine, Wanted("00001", WHY, "noor", even_so=True))
    with store.engine.connect() as connection:
        after = {row.sha2: bytes(row.content) for row in connection.execute(select(CONTENTS))}
    assert set(before) == set(after)
    changed = {sha2 for sha2 in before if before[sha2] != after[sha2]}
    assert changed == set(found.files)
    assert len(changed) > 5
    roster = (FOLDER / "rosters" / "2026-01-january.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(after[sha256(roster).hexdigest()].decode())))
    token = found.instead.token
    assert rows[0] == [kept_files.NUMBERED]
    assert rows[2][:4] == ["2", token, "(erased)", "(erased)"]
    line = "00002,Ana Ruiz,ana.ruiz@brightwater.example,aruiz,https://lms.brightwater.example"
    whole = [*line.split(","), "employee", "engineering", token, "2021-05-03"]
    assert [each for each in rows[3] if each] == ["3", *whole]

"""Tests of erasure: the person goes, the register and the log's hashes stay."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import worked_year
from durable import assert_indexes_are_what_a_rebuild_makes
from worked_year.expectations import View, views

from lrs import app, attempts, erasure, known, sources
from lrs.config import Settings
from lrs.days import Interval
from lrs.erasure import Wanted
from lrs.known import Asked
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


@pytest.mark.parametrize("person", ["00002", "00016", "00021", "00022", "00030", "00001", "00061"])
def test_the_register_stays_and_the_names_go(store: Store, person: str) -> None:
    """After an erasure the register has the same rows with the same verdicts, days, scores and
    records, now and as known at each instant before; but for the names."""
    before = [(cells(store, view), waiting(store, view)) for view in views()]
    _, found = erasure.erase(store.engine, Wanted(person, WHY, "noor", even_so=True))
    for view, (rows, waits) in zip(views(), before, strict=True):
        assert waiting(store, view) == waits
        wanted = sorted(_without(row, found) for row in rows)
        now = sorted(_without(row, found) for row in cells(store, view))
        assert now == wanted
    attempts.follow(store.engine)
    assert_indexes_are_what_a_rebuild_makes(store.engine)


_NAMED = [sheets.NAMES.index(each) for each in ("name", "manager_name", "accepted_why", "row")]


def _without(row: tuple[Any, ...], found: erasure.Found) -> tuple[str, ...]:
    """A row with HR ids as they are since, and without what is withheld."""
    ids = found.instead.ids
    cells = [ids.get(cell, cell) if isinstance(cell, str) else cell for cell in row]
    theirs = cells[0] in ids.values()
    cells[_NAMED[3]] = "|".join(ids.get(each, each) for each in str(row[-1]).split("|"))
    if theirs:
        cells[_NAMED[0]] = cells[_NAMED[2]] = None
    if cells[sheets.NAMES.index("manager")] in ids.values():
        cells[_NAMED[1]] = None
    return tuple(map(repr, cells))

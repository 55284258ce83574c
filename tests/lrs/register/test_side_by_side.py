"""The register in pieces: as a whole, one after the other, and by several processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
import worked_year
from worked_year.expectations import views

from lrs import app, attempts, known, side_by_side
from lrs.config import Settings
from lrs.days import Interval
from lrs.errors import LrsError, NotFound
from lrs.known import Asked, Register
from lrs.xapi.store import Store

YEAR = Interval(date(2026, 1, 1), date(2026, 12, 31))
VIEW, *_ = views()
ASKED = Asked(YEAR, VIEW.day, VIEW.known)
SOME = 7  # people of a piece: the last has fewer


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the worked year."""
    address = f"sqlite:///{tmp_path_factory.mktemp('pieces') / 'lrs.db'}"
    opened = app.opened(Settings(database=address, durable=False))
    worked_year.load(opened)
    attempts.follow(opened.engine)
    yield opened
    opened.writer.close()


class Told(NamedTuple):
    """What a process tells of a piece."""

    process: int
    rows: list[str]


def told(piece: Register) -> Told:
    """The rows of a piece, and by which process."""
    return Told(os.getpid(), [str(row) for row in piece.rows])


def whole(store: Store, asked: Asked = ASKED) -> list[str]:
    """The rows of a register that is made at once."""
    with store.reading() as connection:
        return [str(row) for row in known.register(connection, asked).rows]


def test_pieces_one_after_the_other_are_the_whole(store: Store) -> None:
    """However many people a piece has, the rows are the same, in the same order, and each piece
    says the same of everybody."""
    with store.reading() as connection:
        pieces = list(known.pieces(connection, ASKED, SOME))
    assert len(pieces) > 1
    assert [str(row) for piece in pieces for row in piece.rows] == whole(store)
    assert len({(each.population, each.newest, str(each.waiting)) for each in pieces}) == 1
    for piece in pieces:
        assert {row.person.id for row in piece.rows} >= piece.judged.keys()


def test_processes_give_their_pieces_in_order(store: Store) -> None:
    """Two processes share the pieces, and what they make of them comes in order of people."""
    found = list(side_by_side.worked(store.engine, ASKED, told, 2, SOME))
    assert [row for each in found for row in each.rows] == whole(store)
    assert len({each.process for each in found} - {os.getpid()}) == 2


def test_a_single_process_does_without_others(store: Store) -> None:
    """Where one process is enough, it is this one."""
    found = list(side_by_side.worked(store.engine, ASKED, told, 1, SOME))
    assert {each.process for each in found} == {os.getpid()}
    assert [row for each in found for row in each.rows] == whole(store)


def test_without_an_instant_it_is_what_is_known_now(store: Store) -> None:
    """All processes are told the same instant, that of the newest record."""
    now = replace(ASKED, known=None)
    found = list(side_by_side.worked(store.engine, now, told, 2, SOME))
    assert [row for each in found for row in each.rows] == whole(store, now)


def test_an_error_of_a_process_is_raised_where_it_was_asked(store: Store) -> None:
    """With its words, and no process is left."""

    def fails(piece: Register) -> None:
        raise NotFound(f"nothing of {len(piece.rows)} rows")

    with pytest.raises(NotFound, match=r"nothing of \d+ rows"):
        list(side_by_side.worked(store.engine, ASKED, fails, 2, SOME))


def test_a_process_that_is_killed_is_told_of(store: Store) -> None:
    """No piece is silently missing."""

    def dies(piece: Register) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(LrsError, match="was ended"):
        list(side_by_side.worked(store.engine, ASKED, dies, 2, SOME))


def test_who_asks_no_further_leaves_no_process(store: Store) -> None:
    """An answer that is put away half read ends those who work on it."""
    found = side_by_side.worked(store.engine, ASKED, told, 2, 1)
    process = next(found).process
    found.close()  # type: ignore[attr-defined]  # it is a generator
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)

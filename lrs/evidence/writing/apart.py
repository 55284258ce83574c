"""The files of sheets, written by a second process, while this one works out what is in them."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from lrs.evidence.sheet import Sheet
from lrs.evidence.writing.lines import Lines
from lrs.evidence.writing.sheet_files import Pairs, Plan, SheetFiles, Written

_PATIENCE = 10  # seconds for a process to end that was told to


class Apart:
    """What SheetFiles does, and nothing else, in a process of its own. An error of that process is
    raised here, at the latest when it is closed."""

    def __init__(self, plan: Plan) -> None:
        context = get_context("spawn")  # a fork would take the database's threads and locks along
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, plan), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, sheet: Sheet) -> None:
        """As in SheetFiles, and so are the next ones."""
        self._tell("begin", replace(sheet, rows=()))

    def add(self, name: str, some: Lines) -> None:
        """Rows. Waits where the other process is behind: they are never in memory all at once."""
        self._tell("add", name, some)

    def end(self, name: str) -> None:
        """The sheet has no more rows."""
        self._tell("end", name)

    def close(self, about: Pairs) -> None:
        """Finish the workbook. It need not be done when this returns."""
        self._tell("close", about)

    def written(self) -> Mapping[str, Written]:
        """All sheets, by name; waits until all is written."""
        self._tell("written")
        found: Mapping[str, Written] = self._answer()
        self._ended()
        return found

    def drop(self) -> None:
        """Nothing comes of it."""
        self._pipe.close()
        self._ended()

    def _tell(self, *what: Any) -> None:
        try:
            self._pipe.send(what)
        except OSError:  # it has hung up, and said why
            self._answer()
            raise

    def _answer(self) -> Any:
        try:
            error, found = self._pipe.recv()
        except EOFError:
            self._ended()
            status = self._process.exitcode
            raise OSError(f"the process that writes the sheets has ended ({status})") from None
        if error is not None:
            raise error
        return found

    def _ended(self) -> None:
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(pipe: Connection, plan: Plan) -> None:
    """Do what one is told, up to the end or the first error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of an interrupt one hears by the pipe
    files = None
    try:
        files = SheetFiles(plan)
        while True:
            name, *rest = pipe.recv()
            found = getattr(files, name)(*rest)
            if name == "written":
                pipe.send((None, found))
                return
    except EOFError:  # who asked is gone, or wants nothing of it any more
        pass
    except Exception as error:
        with suppress(OSError):
            pipe.send((error, None))
    if files is not None:
        files.drop()

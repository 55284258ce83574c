"""What is told: a line for each check, or why there is nothing to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable

_LISTED = 10  # of many things that are wrong alike


class Refused(Exception):
    """There is nothing that could be verified; says why."""


class Report:
    """What was looked at, line by line, and whether it held."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._out = tell
        self.wrong = 0

    def _tell(self, line: str) -> None:
        # Whatever stands in a pack, nothing in it can act on a terminal.
        self._out("".join(each if each.isprintable() else "\ufffd" for each in line))

    def good(self, what: str) -> None:
        """A check that held."""
        self._tell(f"ok     {what}")

    def bad(self, what: str) -> None:
        """One that did not."""
        self.wrong += 1
        self._tell(f"WRONG  {what}")

    def note(self, what: str) -> None:
        """Something to know that is no fault of what was looked at."""
        self._tell(f"note   {what}")

    def all_of(self, problems: Iterable[str], well: str) -> bool:
        """Every problem, or the line that says that there is none; whether there is none."""
        many = 0
        for many, problem in enumerate(problems, 1):
            if many <= _LISTED:
                self.bad(problem)
        if many > _LISTED:
            self.bad(f"... and {many - _LISTED:,} more like these")
        if not many:
            self.good(well)
        return not many

"""What obligations need to know of a person; whoever knows people hands it over in this form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lrs.days import Interval as Interval  # what tells of people tells their days in it
from lrs.intervals import Days


class Subject(Protocol):
    """A person as of what was known. Nothing here has an order: windows, roles, kinds and leave
    may come in any, and roles may overlap."""

    @property
    def id(self) -> str:
        """The HR id that survives merges."""

    @property
    def windows(self) -> Sequence[Days]:
        """When they held access; a rehire has a second one. Two that overlap are one."""

    @property
    def roles(self) -> Sequence[tuple[str, Days]]:
        """The roles that HR gave them, such as "engineering", each with its days."""

    @property
    def kinds(self) -> Sequence[tuple[str, Days]]:
        """What they were: employee, contractor, intern or vendor, each with its days."""

    @property
    def leave(self) -> Sequence[Days]:
        """When they were away, access or not."""

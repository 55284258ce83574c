"""What the log has on a person, as known: what stands behind the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lrs import timestamps
from lrs.people.facts import Known
from lrs.register.completions import Attempt

if TYPE_CHECKING:
    from lrs.rulings import Given

Data = dict[str, Any]  # JSON: days and instants as texts


class Logged(NamedTuple):
    """A record of the log without its body; `leaf` is its hash there."""

    seq: int
    at: int  # microseconds
    kind: str
    head: Mapping[str, Any]
    leaf: str


class Voided(NamedTuple):
    """A try that another statement voids: its record, its id and activity (and others of which one
    may be the exercise's), and that one's record and instant."""

    seq: int
    statement: str
    activity: str
    published: tuple[str, ...]
    by: int
    at: int


@dataclass(frozen=True)
class Behind:
    """What the log has on a person, as known."""

    logged: Mapping[int, Logged]  # every record that is named below
    facts: Sequence[Known]  # of the person
    rulings: Sequence[Given]  # all that stand
    played: Mapping[int, Attempt]  # the person's statements, with their paths
    voided: Sequence[Voided]
    published: Mapping[int, int]  # versions of the programme: number and record


def record(logged: Logged) -> Data:
    """A record, and of an import the file."""
    head = logged.head
    found: Data = {
        "record": logged.seq,
        "received": timestamps.written(logged.at),
        "kind": logged.kind,
        "leaf": logged.leaf,
    }
    for name in ("by", "source", "sha256", "lms", "zone"):
        if name in head:
            found[name] = head[name]
    if "profile" in head:
        found["profile"] = head["profile"]["name"]
    return found

"""The door of rosters: each import is one record, with the file that it came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lrs.database import inserter
from lrs.errors import Conflict, LrsError
from lrs.people import facts, tables
from lrs.people.facts import Fact
from lrs.people.tables import Import, Ready
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import CONTENTS
from lrs.received.writer import Batch

KIND = "roster"
_add_contents = inserter(CONTENTS, ignore=True)


@dataclass(frozen=True)
class Taking:
    """What an import is to put on record: its head, its body, what it leaves in the indexes, the
    file; and which import it took for the newest when it was judged."""

    told: dict[str, Any]
    body: bytes
    ready: Ready
    content: bytes
    after: int
    any_day: bool = False  # the day was not given: the same file of another day is the same


def taking(
    told: dict[str, Any], some: Iterable[Fact], content: bytes, after: int, any_day: bool
) -> Taking:
    """All of it that can be made ready before the log is locked."""
    written = [(fact, compact(facts.as_json(fact))) for fact in some]
    body = f'{{"rows":[{",".join(text for _, text in written)}]}}'
    return Taking(told, body.encode(), tables.ready(written), content, after, any_day)


class Taken(NamedTuple):
    """The record of an import; not new if there was one that said the same."""

    seq: int
    as_of: str
    new: bool = True


def take(batch: Batch, jobs: Sequence[Taking]) -> list[Taken | LrsError]:
    """The door of imports: each in turn."""
    return [_take(batch, job) for job in jobs]


def _take(batch: Batch, job: Taking) -> Taken | LrsError:
    there = tables.imports(batch.connection)
    same = known(there, job.told, job.any_day)
    if same:
        return Taken(same.seq, same.as_of, new=False)
    if there and there[-1].seq != job.after:
        return Conflict("somebody else has imported people meanwhile; do it again")
    at = batch.instant()
    _add_contents(batch.connection, [(job.told["sha256"], job.content)])
    seq = batch.append([Record(KIND, head(at, **job.told), job.body)])
    tables.add(batch.connection, tables.of_head(seq, at, job.told), job.ready)
    return Taken(seq, job.told["as_of"])


def known(there: Iterable[Import], told: dict[str, Any], any_day: bool) -> Import | None:
    """The import that said the same: the same file with the same profile and options."""
    wanted = tables.of_head(0, 0, told)
    for each in there:
        as_of = each.as_of if any_day else wanted.as_of
        if each[2:] == wanted._replace(as_of=as_of)[2:]:
            return each
    return None


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Index the rosters of the log."""
    for record in records:
        told = json.loads(record.body)["rows"]
        written = ((facts.read(each), compact(each)) for each in told)
        made = tables.ready(written)
        tables.add(connection, tables.of_head(record.seq, record.at, record.head), made)

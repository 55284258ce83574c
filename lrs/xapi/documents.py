"""The door for documents: state, agent profiles, activity profiles; and reading them back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select

from lrs import strict_json
from lrs.database import inserter, key
from lrs.errors import BadRequest, Conflict, LrsError, PreconditionFailed, TooLarge
from lrs.received.records import Received, Record, head
from lrs.received.writer import Batch
from lrs.xapi.tables import DOCUMENTS

KIND = "document"
_CONDITIONS = "Communication 3.1"
STATE, AGENT_PROFILE, ACTIVITY_PROFILE = "state", "agent-profile", "activity-profile"
_add = inserter(DOCUMENTS)


class Place(NamedTuple):
    """Where documents are: a resource and what it belongs to, each as a key; empty where the
    resource has no such thing. `name` None means all of them, `registration` None any."""

    resource: str
    activity: bytes = b""
    agent: bytes = b""
    registration: bytes | None = b""
    name: str | None = None


class Document(NamedTuple):
    """A document as it stands."""

    content_type: str
    content: bytes
    etag: str
    updated: int


@dataclass(frozen=True)
class Wanted:
    """A request to change a document: its method, and what the caller believes to be there."""

    method: str  # PUT, POST or DELETE
    place: Place
    by: str
    told: dict[str, Any]  # the parameters as they were sent, kept in the record
    most: int  # bytes of a document, of however many requests it was made
    content_type: str = ""
    content: bytes = b""
    if_match: str | None = None
    if_none_match: str | None = None
    # What a PUT may do that has no condition: take another document's place, make a new one.
    overwrites: bool = True
    creates: bool = True


def change(batch: Batch, jobs: Sequence[Wanted]) -> list[LrsError | None]:
    """Each change in turn; an error is the outcome of one that was refused."""
    return [_change(batch, job) for job in jobs]


def _change(batch: Batch, job: Wanted) -> LrsError | None:
    there = None
    if job.place.name is not None:
        there = get(batch.connection, job.place)
    refused = _refused(job, there)
    if refused:
        return refused
    content = _left(job.method, job.content, there)
    if len(content) > job.most:
        message = f"the document would have {len(content)} bytes with this; it may have {job.most}"
        return TooLarge.of("body", f"{message}; PUT replaces it", "document-too-large")
    at = batch.instant()
    known = {
        "by": job.by,
        "method": job.method,
        "resource": job.place.resource,
        "params": job.told,
        "keys": _hexed(job.place),
        "type": job.content_type,
    }
    record = Record(KIND, head(at, **known), job.content)
    seq = batch.append([record])
    _apply(batch.connection, seq, at, job.method, job.place, job.content_type, content, there)
    return None


def _refused(job: Wanted, there: Document | None) -> LrsError | None:
    """Why a change may not be made (1.0.3 Communication 3.1, 2.2 and 2.0.0 4.1.4)."""
    if job.if_match is not None and not _matches(job.if_match, there):
        return _stale("If-Match", job.if_match, there)
    if job.if_none_match is not None and _matches(job.if_none_match, there):
        return _stale("If-None-Match", job.if_none_match, there)
    if job.method == "PUT" and job.if_match is None and job.if_none_match is None:
        if there and not job.overwrites:
            return Conflict.of(
                "header If-Match",
                "it is missing, and a document is there already: get that, and put yours with its "
                "ETag, or with If-None-Match: * if you meant a new one",
                "condition-missing",
                _CONDITIONS,
            )
        if not there and not job.creates:
            return BadRequest.of(
                "header If-None-Match",
                "it is missing; a PUT of a profile says what it replaces: If-None-Match: * for a "
                "new one, If-Match with the ETag of the one that is there",
                "condition-missing",
                _CONDITIONS,
            )
    if job.method == "POST":
        return _unmergeable(job, there)
    return None


def _stale(header: str, said: str, there: Document | None) -> LrsError:
    now = f'what is there has the ETag "{there.etag}"' if there else "nothing is there"
    message = f"it is {said}, but {now}"
    return PreconditionFailed.of(f"header {header}", message, "condition-failed", _CONDITIONS)


def _matches(condition: str, there: Document | None) -> bool:
    """RFC 9110 13.1.1 and 13.1.2; a weak tag counts as its strong one."""
    if there is None:
        return False
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in condition.split(",")]
    return condition.strip() == "*" or there.etag in tags


def is_json(content_type: str) -> bool:
    """Whether a content type says JSON."""
    return content_type.split(";")[0].strip().lower() == "application/json"


def _unmergeable(job: Wanted, there: Document | None) -> LrsError | None:
    """A POST onto a document merges two JSON objects, or nothing (1.0.3 Communication 2.2)."""
    new = None
    if is_json(job.content_type):
        try:
            new = strict_json.value(job.content)
        except LrsError as error:
            return error
    if there is None or (isinstance(new, dict) and _is_object(there)):
        return None
    message = "a POST merges JSON objects, and this or the document there is none; PUT replaces it"
    return BadRequest.of("body", message, "not-mergeable", "Communication 2.2")


def _is_object(document: Document) -> bool:
    """A PUT stores what it is given: what is there may say it is JSON and not be."""
    if not is_json(document.content_type):
        return False
    try:
        return isinstance(strict_json.value(document.content), dict)
    except LrsError:
        return False


def _apply(
    connection: Connection,
    seq: int,
    at: int,
    method: str,
    place: Place,
    content_type: str,
    content: bytes,
    there: Document | None,
) -> None:
    if method == "DELETE" or there is not None:
        connection.execute(delete(DOCUMENTS).where(*_at(place)))
    if method != "DELETE":
        etag = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        name = place.name or ""
        row = (*place[:3], place.registration or b"", key(name), name, content_type, content)
        _add(connection, [(*row, etag, at, seq)])


def _left(method: str, content: bytes, there: Document | None) -> bytes:
    """What a document is after what came."""
    return _merged(there.content, content) if method == "POST" and there else content


def _merged(there: bytes, new: bytes) -> bytes:
    """An object with the members of another in place of its own of that name, each value to the
    letter as it came: to read and write it anew would round its numbers."""
    members = {**strict_json.members(there), **strict_json.members(new)}
    written = [
        f"{json.dumps(name, ensure_ascii=False)}: {value}" for name, value in members.items()
    ]
    return f"{{{', '.join(written)}}}".encode()


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Bring the documents to where the records lead."""
    for seq, at, _, known, body in records:
        place = _unhexed(known["resource"], known["keys"])
        there = get(connection, place) if place.name is not None else None
        content = _left(known["method"], body, there)
        _apply(connection, seq, at, known["method"], place, known["type"], content, there)


def get(connection: Connection, place: Place) -> Document | None:
    """The document at a place, or None."""
    columns = (
        DOCUMENTS.c.content_type,
        DOCUMENTS.c.content,
        DOCUMENTS.c.etag,
        DOCUMENTS.c.updated,
    )
    row = connection.execute(select(*columns).where(*_at(place))).first()
    return None if row is None else Document(row[0], bytes(row[1]), row[2], row[3])


def names(connection: Connection, place: Place, since: int | None = None) -> list[str]:
    """The names of the documents at a place, in order, of those changed after an instant."""
    query = select(DOCUMENTS.c.name).where(*_at(place)).order_by(DOCUMENTS.c.name).distinct()
    if since is not None:
        query = query.where(DOCUMENTS.c.updated > since)
    return [row[0] for row in connection.execute(query)]


def _at(place: Place) -> list[ColumnElement[bool]]:
    table = DOCUMENTS.c
    conditions = [
        table.resource == place.resource,
        table.activity == place.activity,
        table.agent == place.agent,
    ]
    if place.registration is not None:
        conditions.append(table.registration == place.registration)
    if place.name is not None:
        conditions.append(table.digest == key(place.name))
    return conditions


def _hexed(place: Place) -> list[str | None]:
    registration = None if place.registration is None else place.registration.hex()
    return [place.activity.hex(), place.agent.hex(), registration, place.name]


def _unhexed(resource: str, keys: Sequence[str | None]) -> Place:
    activity, agent, registration, name = keys
    return Place(
        resource,
        bytes.fromhex(activity or ""),
        bytes.fromhex(agent or ""),
        None if registration is None else bytes.fromhex(registration),
        name,
    )

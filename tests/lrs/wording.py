"""Statements and bodies as the conformance suites word them, and ways to change one place."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from live import Caller

Json = dict[str, Any]

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
BOUNDARY = "-------314159265358979323846"
CONSISTENT = "X-Experience-API-Consistent-Through"
VERSION = "X-Experience-API-Version"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

ACCOUNT: Json = {"homePage": "https://hr.brightwater.example/people", "name": "4711"}
IDENTIFIERS: dict[str, Any] = {
    "mbox": "mailto:ines@brightwater.example",
    "mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975",
    "openid": "https://id.brightwater.example/ines",
    "account": ACCOUNT,
}
AGENT: Json = {"objectType": "Agent", "name": "Ines", "mbox": IDENTIFIERS["mbox"]}
GROUP: Json = {"objectType": "Group", "name": "Accounts", "mbox": "mailto:ap@brightwater.example"}
TEAM: Json = {"objectType": "Group", "name": "Night shift", "member": [AGENT]}
CLIENT_AND_USER: Json = {
    "objectType": "Group",
    "member": [
        {"account": {"homePage": "https://brightwater.example/oauth/token", "name": "client-7"}},
        {"mbox": "mailto:ines@brightwater.example"},
    ],
}
ACTIVITY: Json = {
    "objectType": "Activity",
    "id": "https://brightwater.example/exercises/parcel",
    "definition": {
        "name": {"en-US": "The parcel", "en-GB": "The parcel, again"},
        "description": {"en-US": "A courier asks for a fee", "en-GB": "A courier wants a fee"},
        "type": "http://adlnet.gov/expapi/activities/simulation",
        "moreInfo": "https://brightwater.example/about/parcel",
        "interactionType": "other",
        "correctResponsesPattern": ["reported"],
        "extensions": {"https://brightwater.example/ext/season": "autumn"},
    },
}


def fresh() -> str:
    """An id that nobody has used."""
    return str(uuid.uuid4())


def iri(kind: str = "things") -> str:
    """An IRI that nobody has used."""
    return f"https://brightwater.example/{kind}/{fresh()}"


def agent() -> Json:
    """Somebody new."""
    return {"objectType": "Agent", "mbox": f"mailto:{fresh()}@brightwater.example", "name": "Ada"}


def written(ago: float = 0) -> str:
    """The instant so many seconds ago, as the suites write it."""
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def full(**parts: Any) -> Json:
    """A statement that has everything a statement may have but an id, on an Activity."""
    return {**_whole(ACTIVITY), **parts}


def inside(about: Json = ACTIVITY, **parts: Any) -> Json:
    """A statement about a SubStatement that has everything one may have."""
    inner = {"objectType": "SubStatement", **_whole(about), **parts}
    return {"actor": AGENT, "verb": {"id": "https://brightwater.example/planned"}, "object": inner}


def _whole(about: Json) -> Json:
    return {
        "actor": AGENT,
        "verb": {
            "id": "https://brightwater.example/reported",
            "display": {"en-GB": "reported", "en-US": "reported it"},
        },
        "object": about,
        "result": {
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
            "success": True,
            "completion": True,
            "response": "told the service desk",
            "duration": "PT4M35S",
            "extensions": {"https://brightwater.example/ext/clicks": 3},
        },
        "context": {
            "registration": "16fd2706-8baf-433b-82eb-8c7fada847da",
            "instructor": AGENT,
            "team": GROUP,
            "contextActivities": {
                "parent": [{"id": "https://brightwater.example/course"}],
                "category": [{"id": "https://brightwater.example/profile"}],
            },
            "revision": "7",
            "platform": "intranet",
            "language": "tlh",
            "statement": {"objectType": "StatementRef", "id": fresh()},
            "extensions": {"https://brightwater.example/ext/room": "B2"},
        },
        "timestamp": "2026-03-31T08:15:00.000Z",
        "attachments": [
            {
                "usageType": "https://brightwater.example/usage/report",
                "display": {"en": "The report", "es": "El informe"},
                "description": {"es-MX": "Lo que se vio"},
                "contentType": "text/plain; charset=ascii",
                "length": 27,
                "sha2": hashlib.sha256(b"the report").hexdigest(),
                "fileUrl": "https://brightwater.example/reports/1",
            }
        ],
    }


def with_value(statement: Json, place: str, value: object) -> Json:
    """A copy of the statement with a value put in a place such as object.context.team; objects on
    the way are made, and a list is gone into by a number."""
    made = copy.deepcopy(statement)
    *way, last = place.split(".")
    holder: Any = made
    for step in way:
        holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
    holder[int(last) if isinstance(holder, list) else last] = copy.deepcopy(value)
    return made


def without(statement: Json, place: str) -> Json:
    """A copy of the statement with nothing in a place."""
    made = copy.deepcopy(statement)
    *way, last = place.split(".")
    holder: Any = made
    for step in way:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    del holder[last]
    return made


# Where an Agent or Group may stand, and in which of the two statements below.
AGENT_PLACES = (
    *("actor", "authority", "context.instructor", "object"),
    *("object.actor", "object.context.instructor"),
)
GROUP_PLACES = (*AGENT_PLACES, "context.team", "object.context.team")


def at(place: str, value: object) -> Json:
    """A statement that is in order, but for what is put in the place."""
    if place == "object":  # revision and platform don't go with such an object
        lone = without(without(full(), "context.revision"), "context.platform")
        return with_value(lone, place, value)
    return with_value(inside() if place.startswith("object.") else full(), place, value)


def both(place: str, value: object) -> list[Json]:
    """The value in a place of a statement, and in the same place of a SubStatement."""
    return [with_value(full(), place, value), with_value(inside(), f"object.{place}", value)]


def attachment(content: bytes, **parts: Any) -> Json:
    """An attachment of a statement, of a text."""
    return {
        "usageType": "https://brightwater.example/usage/note",
        "display": {"en-US": "A note"},
        "contentType": "text/plain; charset=ascii",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
        **parts,
    }


@dataclass(frozen=True)
class Piece:
    """One part of a multipart body: header lines, and what follows the blank line."""

    headers: tuple[str, ...]
    content: bytes


def json_piece(statements: object) -> Piece:
    """The first part."""
    return Piece(("Content-Type: application/json",), json.dumps(statements).encode())


def data_piece(content: bytes, **headers: str | None) -> Piece:
    """An attachment's part; a header of None is left out."""
    sent: dict[str, str | None] = {
        "Content-Type": "text/plain; charset=ascii",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
    }
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Piece(tuple(f"{k}: {v}" for k, v in sent.items() if v is not None), content)


def multipart(pieces: Iterable[Piece], boundary: str = BOUNDARY) -> bytes:
    """The parts between their boundaries, lines ended by CRLF."""
    body = b"".join(
        f"--{boundary}\r\n".encode()
        + "\r\n".join(piece.headers).encode()
        + b"\r\n\r\n"
        + piece.content
        + b"\r\n"
        for piece in pieces
    )
    return body + f"--{boundary}--\r\n".encode()


def mixed(boundary: str = BOUNDARY) -> dict[str, str]:
    """The header of such a body, with the boundary unquoted."""
    return {"Content-Type": f"multipart/mixed; boundary={boundary}"}


def parts_of(content_type: str, body: bytes) -> list[tuple[dict[str, str], bytes]]:
    """The parts of an answer, read as the suites do: the boundary is taken literally from the
    second piece of the header."""
    kind, named = (piece.strip() for piece in content_type.split(";")[:2])
    assert kind == "multipart/mixed"
    assert named.startswith("boundary=")
    mark = b"--" + named.removeprefix("boundary=").encode()
    before, *parts, after = body.split(mark)
    assert before in (b"", b"\r\n")
    assert after.strip() == b"--"
    found = []
    for part in parts:
        assert part.startswith(b"\r\n") and part.endswith(b"\r\n")
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        found.append(({name.lower(): value for name, value in lines}, content))
    return found


def query(params: Mapping[str, object]) -> str:
    """Parameters as the suites write them: objects as encoded JSON, all else raw."""
    told = (
        f"{name}={quote(json.dumps(value)) if isinstance(value, dict) else cast(str, value)}"
        for name, value in params.items()
    )
    return f"?{'&'.join(told)}"


def refuses(ask: Caller, *statements: object) -> None:
    """That each of the statements, posted alone, is refused with 400 and a place in it."""
    for one in statements:
        answer = ask("POST", "/statements", one)
        assert answer.status == 400, one
        assert answer.json()["problems"][0]["at"].startswith("$"), one


def takes(ask: Caller, *statements: object) -> None:
    """That each of the statements, posted alone, is stored."""
    for one in statements:
        answer = ask("POST", "/statements", one)
        assert answer.status == 200, (answer.body, one)

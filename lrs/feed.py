"""The log as a feed: records in their order, a line each, so that nobody must poll by time.

A line has `seq`, `at`, `kind`, `head` (what the store noted), `body` (what came, as text, or as
base64 under `body64` if it is no UTF-8) and `leaf` (the record's hash, in hexadecimal). What is
kept of a key's secret is left out: it is the one thing in the log that nobody need read."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from flask import Response
from sqlalchemy import Connection, select

from lrs import credentials
from lrs.errors import BadRequest
from lrs.received.records import compact, instant
from lrs.received.tables import RECEIVED
from lrs.timestamps import written
from lrs.xapi.store import Store

CONTENT_TYPE = "application/x-ndjson"
NEXT = "X-LRS-Next"  # the number to ask after next
MOST, USUAL = 1_000, 100  # records in an answer
_BYTES = 8_000_000  # of bodies in an answer; one record may be larger
_PARAMETERS = ("after", "limit", "kind")


def answer(store: Store, params: Mapping[str, str], kinds: Collection[str]) -> Response:
    """A page: ?after=N&limit=M&kind=statement, which is one of `kinds`. Raises BadRequest."""
    for name in params:
        if name not in _PARAMETERS:
            known = ", ".join(_PARAMETERS)
            raise BadRequest.of(f"parameter {name}", f"there are {known}", "unknown-parameter")
    after, limit = _number(params, "after", 0, 2**63 - 1), _number(params, "limit", USUAL, MOST)
    kind = params.get("kind")
    if kind is not None and kind not in kinds:  # an empty page would say that there is nothing
        message = f"it is {kind[:40]!r}; there are {', '.join(sorted(kinds))}"
        raise BadRequest.of("parameter kind", message, "unknown-kind")
    with store.reading() as connection:
        lines = list(page(connection, after, limit, kind))
    following = lines[-1][0] if lines else after
    body = "".join(line for _, line in lines)
    response = Response(body.encode("utf-8", "surrogatepass"), content_type=CONTENT_TYPE)
    response.headers[NEXT] = str(following)
    return response


def _number(params: Mapping[str, str], name: str, usual: int, most: int) -> int:
    said = params.get(name, str(usual))
    if not (said.isascii() and said.isdigit()) or len(said) > 19 or int(said) > most:
        message = f"it is {said[:40]!r}; write a whole number up to {most}"
        raise BadRequest.of(f"parameter {name}", message, "bad-number")
    return int(said)


def page(
    connection: Connection, after: int, limit: int, kind: str | None = None
) -> Iterator[tuple[int, str]]:
    """The lines behind a number, each with its own: at most so many, and not much more than what
    fits into memory well."""
    columns = (RECEIVED.c.seq, RECEIVED.c.kind, RECEIVED.c.head, RECEIVED.c.body, RECEIVED.c.leaf)
    query = select(*columns).where(RECEIVED.c.seq > after).order_by(RECEIVED.c.seq).limit(limit)
    if kind is not None:
        query = query.where(RECEIVED.c.kind == kind)
    left = _BYTES
    with connection.execution_options(yield_per=50).execute(query) as found:
        for seq, named, head, body, leaf in found:
            yield seq, _line(seq, named, head, bytes(body), bytes(leaf))
            left -= len(body)
            if left < 0:
                return


def _line(seq: int, kind: str, head: str, body: bytes, leaf: bytes) -> str:
    told: dict[str, object] = {"seq": seq, "at": written(instant(head)), "kind": kind}
    told["head"] = json.loads(head)
    if kind == credentials.KIND:
        body = credentials.without_secrets(body)
    try:
        told["body"] = body.decode("utf-8")
    except UnicodeDecodeError:
        told["body64"] = base64.b64encode(body).decode("ascii")
    told["leaf"] = leaf.hex()
    return compact(told) + "\n"


def export(store: Store, after: int, out: Path) -> tuple[int, int]:
    """Write every record behind a number to a file, which is there whole or not at all. How many
    there were, and the number to export after next."""
    count = 0
    part = out.with_name(f".{out.name}.part")
    with part.open("w", encoding="utf-8", errors="surrogatepass") as file:
        while True:
            with store.reading() as connection:
                lines = list(page(connection, after, MOST))
            if not lines:
                break
            file.writelines(line for _, line in lines)
            count, after = count + len(lines), lines[-1][0]
        file.flush()
        os.fsync(file.fileno())
    part.replace(out)
    return count, after

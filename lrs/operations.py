"""What those who run the store ask of it: is it well, how is it doing, what came in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from lrs import feed, health, openapi, rebuild
from lrs.credentials import Credential
from lrs.errors import Forbidden
from lrs.keyring import Keyring
from lrs.metrics import CONTENT_TYPE, Metrics, release
from lrs.openapi import JSON, Answer, Operation, Parameter
from lrs.received.records import compact
from lrs.xapi import admission, calls, described
from lrs.xapi.store import Store


def blueprint(store: Store, keyring: Keyring, metrics: Metrics) -> Blueprint:
    """Everything beside /xapi."""
    operations = Blueprint("operations", __name__)

    @operations.get("/healthz")
    def alive() -> Response:
        """The process answers; ask /readyz whether it can work."""
        return _json({"status": "ok"})

    @operations.get("/readyz")
    def ready() -> Response:
        """200 while records can be stored and read, else 503 with the reason."""
        health.check(store)
        return _json({"status": "ready"})

    @operations.get("/metrics")
    def measured() -> Response:
        """The metrics of this process. They tell how busy people are and which keys' requests are
        refused, so they are for keys that may read all; Prometheus sends one by Basic."""
        _reader(store, keyring)
        return Response(metrics.text(), content_type=CONTENT_TYPE)

    @operations.get("/records")
    def records() -> Response:
        """The log itself, a page of it, for exports."""
        _reader(store, keyring)
        return feed.answer(store, calls.parameters(request), rebuild.KINDS)

    @operations.get("/openapi.json")
    def document_() -> Response:
        """What can be asked here, for programs."""
        return _json(document(store.settings.url))

    return operations


def _told(name: str, **properties: object) -> dict[str, object]:
    return {"type": "object", "required": [*properties], "properties": properties, "title": name}


_WORD = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        *("GET", "/healthz", "Whether the process answers"),
        {200: Answer("It does", {JSON: _told("Alive", status=_WORD)}, example={"status": "ok"})},
    ),
    Operation(
        *("GET", "/readyz", "Whether records can be stored and read"),
        {
            200: Answer(
                *("They can", {JSON: _told("Ready", status=_WORD)}),
                example={"status": "ready"},
            )
        },
        refusals=(503,),
    ),
    Operation(
        *("GET", "/metrics", "What this process counts, for Prometheus"),
        {200: Answer("The metrics", {"text/plain": {"type": "string"}})},
        scopes=("all/read", "all"),
        refusals=(401, 403, 429, 503),
    ),
    Operation(
        *("GET", "/records", "The log, a record a line, from a number on"),
        {
            200: Answer(
                *("A page of it", {feed.CONTENT_TYPE: {"type": "string"}}),
                {feed.NEXT: "The number to ask after next"},
            )
        },
        (
            Parameter("after", "Only records with a higher number", _NUMBER, example=0),
            Parameter("limit", "At most so many", {**_NUMBER, "maximum": feed.MOST}, example=100),
            Parameter("kind", "Only of this kind", {**_WORD, "enum": sorted(rebuild.KINDS)}),
        ),
        scopes=("all/read", "all"),
        refusals=(400, 401, 403, 429, 503),
    ),
    Operation(
        *("GET", "/openapi.json", "This document"),
        {200: Answer("OpenAPI 3.1", {JSON: {"type": "object", "required": ["openapi", "paths"]}})},
    ),
)


def document(url: str) -> dict[str, Any]:
    """All of the store's endpoints."""
    return openapi.document((*described.OPERATIONS, *OPERATIONS), described.SCHEMAS, url, release())


def _json(told: object) -> Response:
    return Response(compact(told), content_type="application/json")


def _reader(store: Store, keyring: Keyring) -> Credential:
    caller = admission.known(store, keyring, request)
    if not caller.may("all/read"):
        raise Forbidden("this key may not read that; it lacks all/read")
    return caller

"""A line for each request: what was asked of which resource by which key, and what came of it.

No query string, no body, no header but the request's id, no address: an xAPI query holds people's
mail addresses, and who may read logs is seldom who may read the register."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Request, Response, g, request

from lrs.metrics import Metrics
from lrs.xapi import described

LOG = logging.getLogger("lrs.request")
SLOW = 1.0  # seconds; a request that took longer is a warning
_SANE = re.compile(r"[A-Za-z0-9._:-]{8,64}", re.ASCII)
_PARAMETERS = {each.name for one in described.OPERATIONS for each in one.parameters}
_METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


def keep(app: Flask, metrics: Metrics) -> None:
    """Number each request, and log and count it once its answer is ready. Call this first, so that
    it sees the answer as it goes out."""

    @app.before_request
    def begun() -> None:
        g.began = time.perf_counter()
        g.request_id = request_id(request)

    @app.after_request
    def answered(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        method, route = method_of(request), route_of(request)
        metrics.answered(method, route, response.status_code, seconds)
        LOG.log(
            level(response.status_code, seconds),
            "%s %s",
            method,
            route,
            extra={
                "told": {
                    "status": response.status_code,
                    "ms": round(seconds * 1000, 2),
                    "bytes": response.content_length or 0,
                    "received": request.content_length or 0,
                    "key": g.get("caller"),
                    "request": g.get("request_id"),
                    **more(request, response.status_code, seconds),
                    **g.get("why", {}),
                }
            },
        )
        return response


def more(request: Request, status: int, seconds: float) -> dict[str, list[str]]:
    """What helps to see why a request was slow, or failed: which of the parameters that we know it
    had, and not what they said."""
    if level(status, seconds) == logging.INFO:
        return {}
    return {"asked": sorted(_PARAMETERS & set(request.args))}


def request_id(request: Request) -> str:
    """The proxy's, if it is one that can stand in a log, else one of ours."""
    given = request.headers.get("X-Request-Id", "")
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)


def route_of(request: Request) -> str:
    """The rule that the address met; one word for all addresses that meet none."""
    return request.url_rule.rule if request.url_rule else "none"


def method_of(request: Request) -> str:
    """The method; one word for all that nobody knows."""
    return request.method if request.method in _METHODS else "other"


def level(status: int, seconds: float) -> int:
    """How loud a request is: what failed is an error, what was slow a warning."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if seconds > SLOW else logging.INFO

"""A line for each request: what was asked of which resource by which key, and what came of it.

No query string, no body, no header but the request's id, no address: an xAPI query holds people's
mail addresses, and who may read logs is seldom who may read the register."""

from __future__ import annotations

import logging
import re
import secrets
from itertools import count
from urllib.parse import parse_qsl

from lrs.trail import Environ, Trail
from lrs.xapi import described

LOG = logging.getLogger("lrs.request")
SLOW = 1.0  # seconds; a request that took longer is a warning
# Each process begins somewhere else; to ask the system for chance each time costs a turn.
_PROCESS, _NUMBERS = secrets.token_hex(4), count()
_SANE = re.compile(r"[A-Za-z0-9._:-]{8,64}", re.ASCII)
_PARAMETERS = {each.name for one in described.OPERATIONS for each in one.parameters}
_METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


def write(environ: Environ, trail: Trail, status: int, size: int, seconds: float) -> None:
    """The line of a request that is answered with so many bytes after so many seconds."""
    loud = level(status, seconds)
    if not LOG.isEnabledFor(loud):
        return
    told: dict[str, object] = {
        "status": status,
        "ms": round(seconds * 1000, 2),
        "bytes": size,
        "received": int(environ.get("CONTENT_LENGTH") or 0),
        "key": trail.caller,
        "request": trail.request_id,
        **trail.why,
    }
    if loud != logging.INFO:
        told["asked"] = asked(environ)
    LOG.log(loud, "%s %s", method(environ), trail.route, extra={"told": told})


def asked(environ: Environ) -> list[str]:
    """What helps to see why a request was slow, or failed: which of the parameters that we know it
    had, and not what they said."""
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return sorted(_PARAMETERS & {name for name, _ in query})


def request_id(given: str) -> str:
    """The proxy's, if it is one that can stand in a log, else one of ours."""
    return given if given and _SANE.fullmatch(given) else f"{_PROCESS}{next(_NUMBERS) % 2**32:08x}"


def method(environ: Environ) -> str:
    """The method; one word for all that nobody knows."""
    said: str = environ["REQUEST_METHOD"]
    return said if said in _METHODS else "other"


def level(status: int, seconds: float) -> int:
    """How loud a request is: what failed is an error, what was slow a warning."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if seconds > SLOW else logging.INFO

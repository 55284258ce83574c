"""Which pages may ask from a browser: those of the settings' origins and of the players' keys'.

Allow-Credentials is never sent: a page gives a key in a header of its own, there is no cookie, and
so nothing that a page could borrow. That is why LRS_ORIGINS may be `*`."""

from __future__ import annotations

from collections.abc import Collection

from flask import Request, Response

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
_ASKED = (  # headers that a page may send beside those that every page may
    *("Accept-Language", "Authorization", "Content-Encoding", "Content-Type"),
    *("If-Match", "If-None-Match", "X-Experience-API-Version", "X-Request-Id"),
)
_TOLD = (  # headers of an answer that a page may read
    *("ETag", "Last-Modified", "Retry-After", "X-Experience-API-Consistent-Through"),
    *("X-Experience-API-Hash", "X-Experience-API-Version", "X-Request-Id"),
)
_FRESH = 600  # seconds for which a browser need not ask again


def is_preflight(request: Request) -> bool:
    """Whether a browser asks if a page may ask."""
    headers = request.headers
    return (
        request.method == "OPTIONS"
        and "Origin" in headers
        and "Access-Control-Request-Method" in headers
    )


def add(response: Response, request: Request, origins: Collection[str]) -> None:
    """Tell a browser what the page that asks may do and read, if its origin is one of these. The
    answer depends on the origin even where there was none."""
    response.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin")
    if origin is None or not ("*" in origins or origin in origins):
        return
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    headers["Access-Control-Expose-Headers"] = ", ".join(_TOLD)
    if is_preflight(request):
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", ", ".join(METHODS))
        headers["Access-Control-Allow-Headers"] = ", ".join(_ASKED)
        headers["Access-Control-Max-Age"] = str(_FRESH)

"""Which pages may ask from a browser: those of the settings' origins and of the players' keys'.

Allow-Credentials is never sent: a page gives a key in a header of its own, there is no cookie, and
so nothing that a page could borrow. That is why LRS_ORIGINS may be `*`."""

from __future__ import annotations

from collections.abc import Collection

from lrs.trail import Environ

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


def headers(
    environ: Environ, origin: str, origins: Collection[str], allow: str | None
) -> list[tuple[str, str]]:
    """What tells a browser what a page of an origin may do and read, if it is one of these.
    `allow`: the methods that the answer names."""
    if not ("*" in origins or origin in origins):
        return []
    told = [
        ("Access-Control-Allow-Origin", "*" if "*" in origins else origin),
        ("Access-Control-Expose-Headers", ", ".join(_TOLD)),
    ]
    if _is_preflight(environ):
        told += [
            ("Access-Control-Allow-Methods", allow or ", ".join(METHODS)),
            ("Access-Control-Allow-Headers", ", ".join(_ASKED)),
            ("Access-Control-Max-Age", str(_FRESH)),
        ]
    return told


def _is_preflight(environ: Environ) -> bool:
    """Whether a browser asks if a page may ask."""
    return (
        environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )

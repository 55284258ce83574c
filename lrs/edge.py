"""Around the app, so that it is done once and cheaply: the headers that every answer has, and its
line in the log. Flask's hooks for the same took a fifth of a request's time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lrs import cors, request_log, trail
from lrs.errors import LrsError
from lrs.keyring import Keyring
from lrs.metrics import Metrics
from lrs.trail import Environ, Trail
from lrs.xapi import routes, together
from lrs.xapi.store import Store

if TYPE_CHECKING:  # a module of the type checker's alone
    from _typeshed.wsgi import StartResponse

Headers = list[tuple[str, str]]
App = Callable[[Environ, "StartResponse"], Iterable[bytes]]

_SECURE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
)


class Edge:
    """WSGI middleware (PEP 3333)."""

    def __init__(self, app: App, store: Store, keyring: Keyring, metrics: Metrics) -> None:
        self._app, self._store, self._keyring, self._metrics = app, store, keyring, metrics
        self._origins = frozenset(store.settings.origins.split())

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        left = trail.of(environ)
        left.request_id = request_log.request_id(environ.get("HTTP_X_REQUEST_ID", ""))

        def start(status: str, headers: Headers, *failed: Any) -> Any:
            if status.startswith("204"):  # Flask says HTML of what isn't there
                headers = [each for each in headers if each[0] != "Content-Type"]
            whole = [*headers, ("X-Request-Id", left.request_id), *_SECURE]
            if environ["PATH_INFO"].startswith("/xapi/"):
                whole += self._of_xapi(environ, left, headers)
            seconds, number = time.perf_counter() - left.began, int(status[:3])
            self._metrics.answered(request_log.method(environ), left.route, number, seconds)
            request_log.write(environ, left, number, _size(headers), seconds)
            return start_response(status, whole, *failed)

        stored = together.answer(left)
        if stored is None:
            return self._app(environ, start)
        start(
            "200 OK", [("Content-Type", "application/json"), ("Content-Length", f"{len(stored)}")]
        )
        return [stored]

    def turned_away(
        self, asked: Environ, error: LrsError, status: int, waits: bool = True
    ) -> Headers:
        """Count a request that never reaches the app; the headers of its refusal, with which a page
        can read it as it can all others. `asked` is what is known of it; who must not wait for the
        database goes by what was last known of keys' origins."""
        self._metrics.turned_away(request_log.method(asked), error, status)
        if not asked["PATH_INFO"].startswith("/xapi/"):
            return list(_SECURE)
        known = self._keyring.origins if waits else self._keyring.last_origins
        allowed = self._origins | known()
        told = cors.headers(asked, asked.get("HTTP_ORIGIN", ""), allowed, None)
        return [*_SECURE, ("Vary", "Origin"), *told]

    def _of_xapi(self, environ: Environ, left: Trail, headers: Headers) -> Headers:
        """What the standard wants beside; and every answer of xAPI, refusals too, can be read by
        pages of the origins that may ask."""
        added = routes.headers(self._store, environ, left)
        added.append(("Vary", "Origin"))
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None:
            known = self._keyring.last_origins if left.ahead else self._keyring.origins
            allowed = self._origins | known()
            added += cors.headers(environ, origin, allowed, dict(headers).get("Allow"))
        return added


def _size(headers: Headers) -> int:
    return next((int(value) for name, value in headers if name == "Content-Length"), 0)

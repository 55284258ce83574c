"""Settings in, Flask app out: where the parts of the store are tied together."""

from __future__ import annotations

import logging
from functools import partial

from flask import Flask, Response, request
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from lrs import catalogue, credentials, database, encodings, openings, operations, rulings, trail
from lrs.config import Settings
from lrs.edge import Edge
from lrs.errors import LrsError
from lrs.feeds import door as feeds
from lrs.keyring import Keyring
from lrs.metrics import Metrics
from lrs.people import door as people
from lrs.programme import versions
from lrs.received import seal_keys
from lrs.received.records import compact
from lrs.received.writer import Door, Writer
from lrs.sealing import Sealing
from lrs.xapi import documents, routes, statements
from lrs.xapi.store import Store

LOG = logging.getLogger("lrs.app")
DOORS: dict[str, Door] = {
    "statements": statements.store,
    "documents": documents.change,
    "credentials": credentials.change,
    "feeds": feeds.take,
    "people": people.take,
    "rulings": rulings.give,
    "reviews": openings.open_,
    "catalogue": catalogue.publish,
    "programme": versions.publish,
    seal_keys.KIND: seal_keys.record,
}


def opened(settings: Settings, engine: Engine | None = None) -> Store:
    """The store of the settings, its tables brought up to date. Close it."""
    made = engine or database.engine(settings.database, settings.durable)
    database.migrate(made)
    return Store(made, Writer(made, DOORS), settings)


def create_app(
    store: Store, keyring: Keyring | None = None, sealing: Sealing | None = None
) -> Flask:
    """The WSGI app of an open store; whoever serves it may bring the keyring, and what seals it."""
    app = Flask("lrs", static_folder=None)
    app.url_map.strict_slashes = False
    # A redirect of //statements would name our own scheme, and lead from TLS to plain HTTP.
    app.url_map.merge_slashes = False
    keyring, metrics = keyring or Keyring(store.reading), Metrics()
    metrics.watch(store, sealing)
    app.before_request(_routed)
    app.after_request(_compressed)
    app.register_blueprint(routes.blueprint(store, keyring))
    app.register_blueprint(operations.blueprint(store, keyring, metrics))
    app.register_error_handler(LrsError, partial(_refused, metrics))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)
    edge = Edge(app.wsgi_app, store, keyring, metrics)
    app.wsgi_app = edge  # type: ignore[method-assign]  # Flask's own way to add one
    return app


def _routed() -> Response | None:
    """Note the rule that the address met. What can be asked here is told to everybody: a browser
    sends no key with this question."""
    rule, environ = request.url_rule, request.environ
    if rule is None:
        return None
    trail.of(environ).route = rule.rule
    if environ["REQUEST_METHOD"] != "OPTIONS":
        return None
    response = Response(status=204)
    response.headers["Allow"] = ", ".join(sorted(rule.methods or ()))
    return response


def _compressed(response: Response) -> Response:
    """As gzip where it is wanted and worth it; never what has an ETag (encodings.py says why)."""
    headers = response.headers
    if response.status_code != 200 or (response.content_length or 0) < encodings.SMALLEST:
        return response
    if "ETag" in headers or "Content-Encoding" in headers or not response.content_type:
        return response
    headers.add("Vary", "Accept-Encoding")
    if encodings.gzip_wanted(request.headers.get("Accept-Encoding", "")):
        response.set_data(b"".join(encodings.encoded([response.get_data()])))
        headers["Content-Encoding"] = "gzip"
    return response


def _refused(metrics: Metrics, error: LrsError) -> Response:
    metrics.refused(error)
    if error.status >= 500:
        trail.of(request.environ).why = {"error": error.message}
    response = Response(
        compact(error.as_json()), status=error.status, content_type="application/json"
    )
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    return response


def _http(error: HTTPException) -> Response:
    """What Flask refuses, in our shape."""
    message = error.description or error.name
    if isinstance(error, NotFound):
        message = "nothing is at this address; /openapi.json lists all there is"
    elif isinstance(error, MethodNotAllowed):
        known = ", ".join(sorted(error.valid_methods or ()))
        message = f"there is no {request.method[:20]} of this; there is {known}"
    told = {"error": message, "problems": []}
    response = Response(compact(told), status=error.code, content_type="application/json")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _broken(error: Exception) -> Response:
    """A fault of ours: told in the log with the request's id, not to the caller."""
    left = trail.of(request.environ)
    left.why = {"error": type(error).__name__}
    LOG.exception("request %s failed", left.request_id)
    told = {"error": f"a fault of the store, noted as {left.request_id}", "problems": []}
    return Response(compact(told), status=500, content_type="application/json")

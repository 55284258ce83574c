"""The addresses of xAPI: who calls, in which version, and the resource that answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed

from lrs import timestamps, trail
from lrs.credentials import Credential
from lrs.database import key
from lrs.errors import BadRequest, Forbidden, LrsError, Unavailable
from lrs.keyring import Keyring
from lrs.received.records import compact
from lrs.trail import Environ, Trail
from lrs.xapi import (
    admission,
    calls,
    clauses,
    contents,
    document_resources,
    queries,
    statement_resource,
)
from lrs.xapi.calls import NEW, OLD, VERSION_HEADER, Call
from lrs.xapi.store import Store

_VERSION = "HTTP_X_EXPERIENCE_API_VERSION"
PREFIX = "/xapi"
STATEMENTS = f"{PREFIX}/statements"
CONSISTENT = "X-Experience-API-Consistent-Through"
Answer = Callable[..., Response]  # of Store, Credential, Call, and what the address names
_LONGEST_QUESTION = 10_000  # bytes that are read of somebody without a key


def blueprint(store: Store, keyring: Keyring) -> Blueprint:
    """Everything under /xapi."""
    xapi = Blueprint("xapi", __name__, url_prefix=PREFIX)
    statements = {
        "GET": statement_resource.get,
        "PUT": statement_resource.put,
        "POST": statement_resource.post,
    }

    def add(path: str, answers: Mapping[str, Answer]) -> None:
        def view(**names: str) -> Response:
            if "POST" not in answers:
                _only_by_form(answers)
            told = {each: partial(answer, **names) for each, answer in answers.items()}
            return _answered(store, keyring, told if names else answers)

        xapi.add_url_rule(path, path.replace("/", "-"), view, methods={*answers, "POST"})

    add("/statements", statements)
    add("/activities", {"GET": activity})
    add("/agents", {"GET": person})
    for path, resource in (
        ("/activities/state", document_resources.STATE),
        ("/agents/profile", document_resources.AGENT_PROFILE),
        ("/activities/profile", document_resources.ACTIVITY_PROFILE),
    ):
        methods = document_resources.METHODS.items()
        add(path, {method: partial(answer, resource) for method, answer in methods})

    add("/statements/more/<token>", {"GET": statement_resource.more})
    xapi.add_url_rule("/about", view_func=about, methods=("GET", "POST"))
    return xapi


def about() -> Response:
    """The versions spoken here; asked without a key and without a version (2.8). Whoever speaks
    1.0.x is told of that alone: its clients may know no later name (XAPI-00316)."""
    said = request.headers.get(VERSION_HEADER)
    with _in_its_version():
        if request.method == "POST":
            _only_by_form(("GET",))
            call = calls.read(request, _LONGEST_QUESTION)
            _known_method(call, ("GET",))
            call.only()
            said = trail.of(request.environ).version = call.version
        else:
            calls.only(calls.parameters(request), ())
    spoken = [OLD] if calls.version(said) == OLD else [OLD, NEW]
    return Response(compact({"version": spoken}), content_type="application/json")


def _only_by_form(methods: Collection[str]) -> None:
    """Raises MethodNotAllowed for a POST to what has none, unless it is of the alternate syntax of
    1.0.3: that is a POST, whatever it asks for."""
    if request.method == "POST" and "method" not in request.args:
        raise MethodNotAllowed(valid_methods=[*methods, "HEAD", "OPTIONS"])


def _known_method(call: Call, methods: Collection[str]) -> None:
    if call.method not in methods:
        message = f"this resource has no {call.method}; it has {', '.join(methods)}"
        raise BadRequest.of("parameter method", message, "unknown-method", "Communication 1.3")


def headers(store: Store, environ: Environ, left: Trail) -> list[tuple[str, str]]:
    """What every answer of xAPI carries: the version it is in and, with statements, the instant up
    to which it knows them."""
    added = [(VERSION_HEADER, _spoken(environ, left))]
    if environ["PATH_INFO"].startswith(STATEMENTS):
        with suppress(Unavailable):  # a refusal stays one where the database can't be asked
            through = left.through or store.consistent_through()
            added.append((CONSISTENT, timestamps.written(through)))
    return added


def _answered(store: Store, keyring: Keyring, answers: Mapping[str, Answer]) -> Response:
    with _in_its_version():
        return _answer(store, keyring, answers)


@contextmanager
def _in_its_version() -> Iterator[None]:
    """A refusal names the clauses of the version that its answer is in."""
    try:
        yield
    except LrsError as error:
        left = trail.of(request.environ)
        second = _spoken(request.environ, left) == NEW
        puts = "PUT" in (request.method, request.args.get("method"))
        raise clauses.named(error, second, left.route, puts) from error


def _answer(store: Store, keyring: Keyring, answers: Mapping[str, Answer]) -> Response:
    ahead = trail.of(request.environ).ahead
    if ahead is not None:
        return statement_resource.stored(ahead.outcome)
    caller, call = admission.admitted(store, keyring, request)
    _known_method(call, answers)
    if call.method == "GET":
        # before reading: what comes meanwhile is newer
        trail.of(request.environ).through = store.consistent_through()
    return answers[call.method](store, caller, call)


def _spoken(environ: Environ, left: Trail) -> str:
    """The version that the answer is in."""
    return left.version or calls.version(environ.get(_VERSION)) or _unsaid(environ)


def _unsaid(environ: Environ) -> str:
    """The version to answer in where the request told none that we speak. Both versions of the
    standard want a version of theirs here; what asks for nothing in particular gets the older."""
    bare = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
    return OLD if bare else NEW


def activity(store: Store, caller: Credential, call: Call) -> Response:
    """An activity with all that was said of it (2.5)."""
    call.only("activityId")
    call.needs("activityId")
    _may_read(caller)
    name = call.iri("activityId") or ""
    with store.reading() as connection:
        definition = queries.definition(connection, name)
    found: dict[str, object] = {"objectType": "Activity", "id": name}
    if definition:
        found["definition"] = definition
    return Response(compact(found), content_type="application/json")


def person(store: Store, caller: Credential, call: Call) -> Response:
    """The Person object of an agent (2.4): the names it was called by, and its identifier. Names
    stand in statements; who may not read those of others isn't told them here."""
    call.only("agent")
    call.needs("agent")
    _may_read(caller)
    agent = call.actor("agent") or {}
    names: list[str] = []
    if caller.may("statements/read"):
        with store.reading() as connection:
            names = queries.names(connection, key(contents.identifier(agent)))
    told = agent.get("name")
    found: dict[str, object] = {"objectType": "Person"}
    if names or told:
        found["name"] = sorted({*names, *([told] if told else [])})
    for identifier in ("mbox", "mbox_sha1sum", "openid", "account"):
        if identifier in agent:
            found[identifier] = [agent[identifier]]
    return Response(compact(found), content_type="application/json")


def _may_read(caller: Credential) -> None:
    if not caller.may("statements/read", "statements/read/mine"):
        raise Forbidden("this key may not read; it lacks statements/read")

"""The statements resource (1.0.3 Communication 2.1, 2.0.0 4.1.6.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection
from werkzeug.http import http_date

from lrs import timestamps
from lrs.credentials import Credential
from lrs.errors import BadRequest, Forbidden, NotFound
from lrs.received.records import compact
from lrs.xapi import attachments, bodies, contents, forms, multipart, queries
from lrs.xapi.arrivals import Arrival, as_returned, authority
from lrs.xapi.bodies import Rules
from lrs.xapi.calls import Call, uuid
from lrs.xapi.store import Store
from lrs.xapi.tables import term

_JSON = "application/json"
_IDS = ("statementId", "voidedStatementId")
_FORM = ("format", "attachments")
_FILTERS = (
    *("agent", "verb", "activity", "registration", "related_activities", "related_agents"),
    *("since", "until", "limit", "ascending"),
)
FORMATS = ("exact", "ids", "canonical")
MORE = "/xapi/statements/more/"


def put(store: Store, caller: Credential, call: Call) -> Response:
    """Store one statement under the id that the address gives: 204."""
    call.only("statementId")
    name = str(uuid("statementId", call.needs("statementId")))
    rules = _rules(store, caller, call)
    body, parts = _body(call)
    sent = bodies.read(body, rules, parts)
    if sent.listed:
        message = "it is a list; a PUT has one statement as its body, POST takes several"
        raise BadRequest.of("$", message, "put-of-several", "Communication 2.1.1")
    statement = sent.pieces[0][0]
    said = statement.get("id", name) if isinstance(statement, dict) else name
    if not isinstance(said, str) or said.lower() != name:
        raise BadRequest.of("$.id", f"it is {said!r}, but the address says {name}", "id-differs")
    stored(store.writer.submit("statements", bodies.arrival(sent, rules, name)))
    return Response(status=204)


def post(store: Store, caller: Credential, call: Call) -> Response:
    """Store one statement or several, all or none: 200 and their ids."""
    return stored(store.writer.submit("statements", posted(store, caller, call)))


def posted(store: Store, caller: Credential, call: Call) -> Arrival:
    """What a POST brings, judged and ready for the log."""
    call.only()
    rules = _rules(store, caller, call)
    body, parts = _body(call)
    found = None if parts else store.judges.arrival(body, rules)
    return found or bodies.arrival(bodies.read(body, rules, parts), rules)


def stored(outcome: Any) -> Response:
    """The answer to a POST: the ids of what it stored. Raises what it was refused with."""
    if isinstance(outcome, BaseException):
        raise outcome
    return Response(compact(outcome), content_type="application/json")


def _rules(store: Store, caller: Credential, call: Call) -> Rules:
    if not caller.may("statements/write"):
        raise Forbidden("this key may not store statements; it lacks statements/write")
    by = authority(caller.name, store.settings.url, caller.may("define"))
    return Rules(call.version, by, caller.player, store.settings.max_statements)


def _body(call: Call) -> tuple[bytes, Sequence[multipart.Part]]:
    """The JSON of the statements, and the parts that came with it."""
    said = call.header("content-type") or ""
    media = multipart.media_type(said) if said != _JSON else None
    if said != _JSON and (media is None or media.essence not in (_JSON, "multipart/mixed")):
        message = f"it is {said!r}; statements are application/json or multipart/mixed"
        raise BadRequest.of("header Content-Type", message, "content-type", "Communication 1.5")
    if media and media.essence == "multipart/mixed":
        parts = multipart.parts(call.body, said)
        return attachments.statements_part(parts), parts[1:]
    return call.body, ()


def get(store: Store, caller: Credential, call: Call) -> Response:
    """One statement by its id, or a page of those that match."""
    own = _readable(store, caller)
    call.only(*_IDS, *_FORM, *_FILTERS)
    form = _form(call)
    given = [name for name in _IDS if name in call.params]
    if not given:
        return _page(store, call, replace(_query(store, call), own=own), form)
    others = [name for name in call.params if name not in (given[0], *_FORM)]
    if others:
        message = f"it can't go with {given[0]}, which names one statement"
        raise BadRequest.of(f"parameter {others[0]}", message, "not-with-id", "Communication 2.1.3")
    return _single(store, call, given[0], own, form)


def more(store: Store, caller: Credential, call: Call, token: str) -> Response:
    """The next page of an answer, by the link that the page before gave."""
    own = _readable(store, caller)
    call.only()
    found = queries.from_token(token)
    if found is None:
        raise NotFound("this is no link that a page of statements gave")
    query, form = found
    if form.get("format") not in FORMATS or not isinstance(form.get("attachments"), bool):
        raise NotFound("this is no link that a page of statements gave")
    most = store.settings.page
    query = replace(query, own=own, limit=min(query.limit, most))
    return _page(store, call, query, form)


def _readable(store: Store, caller: Credential) -> bytes | None:
    """The term that all the caller may read has; None if that's everything."""
    if caller.may("statements/read"):
        return None
    if caller.may("statements/read/mine"):
        return authority(caller.name, store.settings.url).term
    raise Forbidden("this key may not read statements; it lacks statements/read")


def _form(call: Call) -> dict[str, Any]:
    said = call.params.get("format", "exact")
    if said not in FORMATS:
        message = f"it is {said!r}; there are {', '.join(FORMATS)}"
        raise BadRequest.of("parameter format", message, "bad-format", "Communication 2.1.3")
    return {"format": said, "attachments": call.flag("attachments")}


def _query(store: Store, call: Call) -> queries.Query:
    groups: list[tuple[bytes, ...]] = []
    related_agents = call.flag("related_agents")
    related_activities = call.flag("related_activities")
    agent, verb, activity = call.actor("agent"), call.iri("verb"), call.iri("activity")
    wide: tuple[str, ...]
    if agent is not None:
        name = contents.identifier(agent)
        wide = ("related-agent", "authority") if related_agents else ()
        groups.append(tuple(term(f"{kind} {name}") for kind in ("agent", *wide)))
    if verb is not None:
        groups.append((term(f"verb {verb}"),))
    if activity is not None:
        wide = ("related-activity",) if related_activities else ()
        groups.append(tuple(term(f"{kind} {activity}") for kind in ("activity", *wide)))
    registration = call.uuid("registration")
    if registration is not None:
        groups.append((term(f"registration {registration}"),))
    return queries.Query(
        groups=tuple(groups),
        since=call.instant("since"),
        until=call.instant("until"),
        ascending=call.flag("ascending"),
        limit=_limit(store, call),
    )


def _limit(store: Store, call: Call) -> int:
    said = call.params.get("limit", "0")
    if not (said.isascii() and said.isdigit()) or len(said) > 9:
        message = f"it is {said!r}; write a whole number, or 0 for as many as there may be"
        raise BadRequest.of("parameter limit", message, "bad-limit", "Communication 2.1.3")
    most = store.settings.page
    return min(int(said) or most, most)


def _single(
    store: Store, call: Call, which: str, own: bytes | None, form: Mapping[str, Any]
) -> Response:
    name = call.uuid(which)
    assert name is not None
    with store.reading() as connection:
        found = queries.one(connection, name, own)
        if found is None or found[1] != (which == "voidedStatementId"):
            raise NotFound(_absent(name, which, found is not None))
        statement = found[0]
        text = next(_texts(connection, call, [statement], form["format"]))
        brought = [_brought(statement)] if form["attachments"] else None
        answer = _answer(connection, text, brought)
    stored = timestamps.read(statement.at) or 0
    answer.headers["Last-Modified"] = http_date(datetime.fromtimestamp(stored // 1_000_000, UTC))
    return answer


def _absent(name: UUID, which: str, there: bool) -> str:
    if there and which == "statementId":
        return f"statement {name} is voided; ask for it by voidedStatementId"
    if there:
        return f"statement {name} is not voided; ask for it by statementId"
    return f"there is no statement {name}"


def _page(store: Store, call: Call, query: queries.Query, form: Mapping[str, Any]) -> Response:
    """A page is bounded by its bytes in the form that is asked for, attachments counted: what
    doesn't fit is on the next one."""
    with store.reading() as connection:
        found = queries.page(connection, query)
        brought: list[dict[str, str]] | None = None
        if form["attachments"]:
            brought = [_brought(each) for each in found.statements]
            found = found.cut(queries.fitting(_sizes(connection, brought)))
        texts: list[str] = []

        def sizes() -> Iterator[int]:
            for text in _texts(connection, call, found.statements, form["format"]):
                texts.append(text)
                yield len(text)

        found = found.cut(queries.fitting(sizes()))
        shown = len(found.statements)
        link = MORE + queries.token(found.next, dict(form)) if found.next else ""
        body = f'{{"statements":[{",".join(texts[:shown])}],"more":{json.dumps(link)}}}'
        return _answer(connection, body, brought[:shown] if brought is not None else None)


def _texts(
    connection: Connection, call: Call, found: Sequence[queries.Found], form: str
) -> Iterator[str]:
    """Each statement in its form, made when it is asked for: what an activity is called may be much
    longer than the statement that names it."""
    languages = forms.accepted(call.header("accept-language") or "")

    @cache
    def known(activity: str) -> dict[str, Any] | None:
        return queries.definition(connection, activity)

    for each in found:
        text = as_returned(each.at, each.head, each.raw)
        if form == "ids":
            text = compact(forms.as_ids(json.loads(text)))
        elif form != "exact":
            text = compact(forms.as_canonical(json.loads(text), known, languages))
        yield text


def _brought(statement: queries.Found) -> dict[str, str]:
    """The attachments whose data came with a statement: their SHA-2 and content types."""
    brought = json.loads(statement.head).get("brought", ())
    if not brought:
        return {}
    return {
        attachment["sha2"].lower(): attachment["contentType"]
        for _, attachment in attachments.declared(json.loads(statement.raw))
        if attachment["sha2"].lower() in brought
    }


def _sizes(connection: Connection, brought: Sequence[Mapping[str, str]]) -> Iterator[int]:
    """How many bytes of attachments each statement adds to a page, on which each stands once."""
    sizes = queries.attached_sizes(connection, {sha2 for some in brought for sha2 in some})
    for some in brought:
        yield sum(sizes.pop(sha2, 0) for sha2 in some)


def _answer(
    connection: Connection, body: str, brought: Sequence[Mapping[str, str]] | None
) -> Response:
    """The answer that shows statements, with the attachments that each of them brought, if these
    are wanted."""
    data = body.encode("utf-8", "surrogatepass")
    if brought is None:
        return Response(data, content_type="application/json")
    wanted = {sha2: said for some in brought for sha2, said in some.items()}
    there = queries.attached(connection, wanted)
    parts = attachments.answer_parts(
        data,
        [
            (sha2, attachments.Attached(there[sha2], said))
            for sha2, said in wanted.items()
            if sha2 in there
        ],
    )
    between = multipart.boundary(parts)
    said = f"multipart/mixed; boundary={between}"
    return Response(multipart.write(parts, between), content_type=said)

"""State, agent profiles and activity profiles (1.0.3 Communication 2.2, 2.3, 2.6, 2.7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response
from werkzeug.http import http_date

from lrs.credentials import Credential
from lrs.database import key
from lrs.errors import BadRequest, Forbidden, NotFound
from lrs.received.records import compact
from lrs.xapi import contents, documents
from lrs.xapi.calls import OLD, Call
from lrs.xapi.documents import Place, Wanted
from lrs.xapi.store import Store

# A form of the alternate syntax can say anything in a header's place.
_HEADER = re.compile(r"[\x21-\x7e\xa0-\xff](?:[\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?")


@dataclass(frozen=True)
class Resource:
    """One kind of documents: what they belong to, and what a PUT may do without a condition."""

    kind: str
    owners: tuple[str, ...]  # parameters that must be there
    named_by: str
    scope: str
    registered: bool = False  # the parameter registration may be there
    swept: bool = False  # a DELETE without a name takes all documents there

    def place(self, call: Call) -> Place:
        """Where a call's documents are; without their name, all of them. Only a GET looks at
        `since`: who deletes by it would lose what is older, too."""
        extra = ("registration",) if self.registered else ()
        extra = (*extra, "since") if call.method == "GET" else extra
        call.only(*self.owners, *extra, self.named_by)
        for owner in self.owners:
            call.needs(owner)
        if not (call.method == "GET" or (call.method == "DELETE" and self.swept)):
            call.needs(self.named_by)
        activity = call.iri("activityId") if "activityId" in self.owners else None
        agent = call.actor("agent") if "agent" in self.owners else None
        registration = call.uuid("registration") if self.registered else None
        name = call.text(self.named_by)
        return Place(
            self.kind,
            key(activity) if activity else b"",
            key(contents.identifier(agent)) if agent else b"",
            registration.bytes if registration else (b"" if name is not None else None),
            name,
        )


STATE = Resource(
    documents.STATE, ("activityId", "agent"), "stateId", "state", registered=True, swept=True
)
AGENT_PROFILE = Resource(documents.AGENT_PROFILE, ("agent",), "profileId", "profile")
ACTIVITY_PROFILE = Resource(documents.ACTIVITY_PROFILE, ("activityId",), "profileId", "profile")


def get(resource: Resource, store: Store, caller: Credential, call: Call) -> Response:
    """A document, or the names of all that are there."""
    _allow(caller, resource.scope, f"{resource.scope}/read")
    place = resource.place(call)
    since = call.instant("since")
    with store.reading() as connection:
        if place.name is None:
            found = documents.names(connection, place, since)
            return Response(compact(found), content_type="application/json")
        document = documents.get(connection, place)
    if document is None:
        raise NotFound(f"there is no document {place.name} here")
    answer = Response(document.content, content_type=document.content_type)
    answer.headers["ETag"] = f'"{document.etag}"'
    changed = datetime.fromtimestamp(document.updated // 1_000_000, UTC)
    answer.headers["Last-Modified"] = http_date(changed)
    return answer


def change(resource: Resource, store: Store, caller: Credential, call: Call) -> Response:
    """A document put, merged or deleted: 204."""
    _allow(caller, resource.scope)
    place = resource.place(call)
    content_type = call.header("content-type") or "application/octet-stream"
    if not _HEADER.fullmatch(content_type):
        message = "it holds what no header can, in which readers would get it back"
        raise BadRequest.of("header Content-Type", message, "bad-content-type", "RFC 9110 5.5")
    old, is_state = call.version == OLD, resource is STATE
    wanted = Wanted(
        method=call.method,
        place=place,
        by=caller.name,
        told=dict(call.params),
        most=store.settings.max_body,
        content_type=content_type,
        content=call.body,
        if_match=call.header("if-match"),
        if_none_match=call.header("if-none-match"),
        # A PUT that doesn't say what it replaces: 1.0.3 Communication 3.1, 2.0.0 4.1.4.
        overwrites=old and is_state,
        creates=not old or is_state,
    )
    store.writer.submit("documents", wanted)
    return Response(status=204)


def _allow(caller: Credential, *scopes: str) -> None:
    if not caller.may(*scopes):
        raise Forbidden(f"this key may not do that; it lacks {scopes[0]}")


Handler = Callable[[Resource, Store, Credential, Call], Response]
METHODS: dict[str, Handler] = {"GET": get, "PUT": change, "POST": change, "DELETE": change}

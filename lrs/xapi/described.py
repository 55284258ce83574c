"""The resources of xAPI as OpenAPI describes them; routes.py has the same addresses."""

from __future__ import annotations

from typing import Any

from lrs.openapi import JSON, Answer, Operation, Parameter
from lrs.xapi.calls import NEW, OLD, VERSION_HEADER

Json = dict[str, Any]
_IRI = {"type": "string", "format": "uri"}
_UUID = {"type": "string", "format": "uuid"}
_FLAG = {"type": "string", "enum": ["true", "false"]}
_INSTANT = {"type": "string", "format": "date-time"}
_ACTOR_EXAMPLE = {"account": {"homePage": "https://lms.example/", "name": "4711"}}
_STATEMENT_EXAMPLE = {
    "actor": _ACTOR_EXAMPLE,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}},
    "object": {"id": "https://corp.example/training/phishing"},
}


def _schema(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_ACCOUNT = {
    "type": "object",
    "required": ["homePage", "name"],
    "properties": {"homePage": _IRI, "name": {"type": "string"}},
}
SCHEMAS: dict[str, Json] = {
    "Actor": {
        "type": "object",
        "description": "An Agent or a Group, with one identifier.",
        "properties": {
            "objectType": {"enum": ["Agent", "Group"]},
            "name": {"type": "string"},
            "mbox": {"type": "string", "pattern": "^mailto:[^@ ]+@[^@ ]+$"},
            "mbox_sha1sum": {"type": "string", "pattern": "^[0-9a-fA-F]{40}$"},
            "openid": _IRI,
            "account": _ACCOUNT,
            "member": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Verb": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": _IRI,
            "display": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
    "Statement": {
        "type": "object",
        "description": "A statement; the standard says what else has to hold (Data 2).",
        "required": ["actor", "verb", "object"],
        "properties": {
            "id": _UUID,
            "actor": _schema("Actor"),
            "verb": _schema("Verb"),
            "object": {"type": "object"},
            "result": {"type": "object"},
            "context": {"type": "object"},
            "timestamp": _INSTANT,
            "stored": _INSTANT,
            "authority": {"type": "object"},
            "version": {"type": "string"},
            "attachments": {"type": "array", "items": {"type": "object"}},
        },
    },
    "StatementResult": {
        "type": "object",
        "required": ["statements", "more"],
        "additionalProperties": False,
        "properties": {
            "statements": {"type": "array", "items": {"type": "object"}},
            "more": {"type": "string", "description": "Where the next page is; empty: nowhere."},
        },
    },
    "Activity": {
        "type": "object",
        "required": ["objectType", "id"],
        "additionalProperties": False,
        "properties": {
            "objectType": {"const": "Activity"},
            "id": {"type": "string"},
            "definition": {"type": "object"},
        },
    },
    "Person": {
        "type": "object",
        "required": ["objectType"],
        "additionalProperties": False,
        "properties": {
            "objectType": {"const": "Person"},
            **{
                name: {"type": "array", "items": {"type": "string"}}
                for name in ("name", "mbox", "mbox_sha1sum", "openid")
            },
            "account": {"type": "array", "items": {"type": "object"}},
        },
    },
    "About": {
        "type": "object",
        "required": ["version"],
        "properties": {"version": {"type": "array", "items": {"type": "string"}}},
    },
}

VERSION = Parameter(
    VERSION_HEADER,
    "The version of xAPI that the request speaks",
    {"type": "string", "enum": [OLD, NEW]},
    place="header",
    required=True,
    example=OLD,
)
_METHOD = Parameter(
    "method",
    "1.0.3's alternate syntax: the method that is meant, all else in a form (Communication 1.3)",
    {"type": "string", "enum": ["GET", "PUT", "POST", "DELETE", "HEAD"]},
)
_FORM = {"type": "object", "additionalProperties": {"type": "string"}}
_ACTIVITY = Parameter("activityId", "The activity's id", _IRI, required=True)
_AGENT = Parameter(
    "agent",
    "The agent, in JSON",
    _schema("Actor"),
    required=True,
    json=True,
    example=_ACTOR_EXAMPLE,
)
_SINCE = Parameter("since", "Only what changed after this instant", _INSTANT)
_REGISTRATION = Parameter("registration", "The registration that it belongs to", _UUID)
_MATCH = (
    Parameter("If-Match", "Only if this is what is there", place="header"),
    Parameter("If-None-Match", "*: only if nothing is there", place="header"),
)
_LANGUAGE = Parameter("Accept-Language", "For format=canonical", place="header")
_FORMAT = Parameter(
    "format",
    "How much of each statement",
    {"type": "string", "enum": ["ids", "exact", "canonical"]},
)
_ATTACHMENTS = Parameter("attachments", "With the attachments' data, as multipart/mixed", _FLAG)
_HEADERS = {VERSION_HEADER: "The version that the answer speaks"}
_FAR = {"X-Experience-API-Consistent-Through": "All that was stored up to then can be found"}
_READ = ("statements/read", "statements/read/mine", "all/read", "all")
_ALWAYS = (400, 401, 403, 413, 415, 429, 503)
_ANY = {"description": "Whatever was put there."}
_DOCUMENT = {JSON: {"type": "object"}, "application/octet-stream": {"type": "string"}}


def _json(told: str, schema: Json, **headers: str) -> Answer:
    return Answer(told, {JSON: schema}, {**_HEADERS, **headers})


def _resource(
    method: str, path: str, summary: str, answers: dict[int, Answer], *more: Parameter, **rest: Any
) -> Operation:
    refusals = tuple(sorted((*_ALWAYS, *rest.pop("refusals", ()))))
    return Operation(
        method, f"/xapi{path}", summary, answers, (VERSION, *more), refusals=refusals, **rest
    )


def _statements() -> list[Operation]:
    one = {JSON: {"anyOf": [_schema("StatementResult"), _schema("Statement")]}}
    found = {200: Answer("What was found", {**one, "multipart/mixed": _ANY}, _HEADERS | _FAR)}
    filters = (
        Parameter("statementId", "The one of this id, unless it is voided", _UUID),
        Parameter("voidedStatementId", "The voided one of this id", _UUID),
        Parameter("agent", "Of this agent, in JSON", _schema("Actor"), json=True),
        Parameter("verb", "With this verb", _IRI),
        Parameter("activity", "About this activity", _IRI),
        _REGISTRATION,
        Parameter("related_activities", "The activity anywhere in it", _FLAG),
        Parameter("related_agents", "The agent anywhere in it", _FLAG),
        Parameter("since", "Stored after this instant", _INSTANT),
        Parameter("until", "Stored up to this instant", _INSTANT),
        Parameter(
            "limit", "At most so many; 0: as many as may be", {"type": "integer", "minimum": 0}
        ),
        Parameter("ascending", "The oldest first", _FLAG),
        *(_FORMAT, _ATTACHMENTS, _LANGUAGE),
    )
    path, write = "/statements", ("statements/write", "all")
    mixed = {"multipart/mixed": {"type": "string", "description": "Statements, then attachments."}}
    several = {"type": "array", "items": _schema("Statement")}
    link, next_page = "/statements/more/{token}", "The next page, by the link of the one before"
    token = Parameter("token", "As the link has it", place="path", required=True)
    return [
        _resource(
            "GET",
            path,
            "One statement, or a page of those that match",
            found,
            *filters,
            scopes=_READ,
            refusals=(404,),
        ),
        _resource(
            "PUT",
            path,
            "Store a statement under an id",
            {204: Answer("Stored", {}, _HEADERS)},
            Parameter("statementId", "Its id", _UUID, required=True),
            body={JSON: _schema("Statement"), **mixed},
            body_example=_STATEMENT_EXAMPLE,
            scopes=write,
            refusals=(409,),
        ),
        _resource(
            "POST",
            path,
            "Store a statement or several, all or none",
            {
                200: _json("Their ids", {"type": "array"}),
                204: Answer("Stored, where the form meant PUT", {}, _HEADERS),
            },
            _METHOD,
            body={JSON: {"anyOf": [several, _schema("Statement")]}, **mixed},
            body_example=[_STATEMENT_EXAMPLE],
            scopes=write,
            refusals=(404, 409),
        ),
        _resource("GET", link, next_page, found, token, scopes=_READ, refusals=(404,)),
        _by_form(link, next_page, found, token, scopes=_READ, refusals=(404, 405)),
    ]


def _documents(path: str, kind: str, scope: str, named: str, *owners: Parameter) -> list[Operation]:
    name = Parameter(named, "Its name", required=True)
    some = Parameter(named, "Its name; without it, the names of all")
    done = {204: Answer("Done", {}, _HEADERS)}
    got = {
        200: Answer(
            "The document, or names",
            {"*/*": {}},
            {**_HEADERS, "ETag": "For If-Match", "Last-Modified": "When it was stored"},
        )
    }
    alternate = {
        **done,
        200: Answer("What the form's GET finds", {"*/*": {}}, _HEADERS),
    }
    write: Json = {"scopes": (scope, "all"), "refusals": (404, 409, 412)}
    return [
        _resource(
            "GET",
            path,
            f"A document of {kind}, or the names of all",
            got,
            *owners,
            some,
            _SINCE,
            scopes=(scope, "all/read", "all"),
            refusals=(404,),
        ),
        _resource(
            "PUT",
            path,
            f"Put a document of {kind}",
            done,
            *owners,
            name,
            *_MATCH,
            body=_DOCUMENT,
            **write,
        ),
        _resource(
            "POST",
            path,
            f"Merge JSON into a document of {kind}",
            alternate,
            *(*owners, name, *_MATCH, _METHOD),
            body=_DOCUMENT,
            **write,
        ),
        _resource(
            "DELETE", path, f"Delete a document of {kind}", done, *owners, some, *_MATCH, **write
        ),
    ]


def _looked_up(path: str, summary: str, schema: str, by: Parameter) -> list[Operation]:
    found = {200: _json("What is known", _schema(schema))}
    return [
        _resource("GET", path, summary, found, by, scopes=_READ),
        _by_form(path, summary, found, scopes=_READ, refusals=(405,)),
    ]


def _by_form(
    path: str, summary: str, found: dict[int, Answer], *more: Parameter, **rest: Any
) -> Operation:
    """What is only read, asked for in the alternate syntax."""
    return _resource(
        "POST",
        path,
        f"{summary}, by the alternate syntax of 1.0.3",
        found,
        Parameter("method", "GET", {"type": "string", "enum": ["GET"]}, required=True),
        *more,
        body={"application/x-www-form-urlencoded": _FORM},
        **rest,
    )


_SPOKEN = {
    200: Answer(
        "They are listed",
        {JSON: _schema("About")},
        _HEADERS,
        example={"version": [OLD, NEW]},
    )
}


OPERATIONS: tuple[Operation, ...] = (
    *_statements(),
    *_documents("/activities/state", "state", "state", "stateId", _ACTIVITY, _AGENT, _REGISTRATION),
    *_documents("/activities/profile", "activities", "profile", "profileId", _ACTIVITY),
    *_documents("/agents/profile", "agents", "profile", "profileId", _AGENT),
    *_looked_up("/activities", "What is known of an activity", "Activity", _ACTIVITY),
    *_looked_up("/agents", "What is known of a person", "Person", _AGENT),
    Operation(
        "GET",
        "/xapi/about",
        "The versions that are spoken here",
        _SPOKEN,
        refusals=(400,),
    ),
    Operation(
        "POST",
        "/xapi/about",
        "The versions that are spoken here, by the alternate syntax of 1.0.3",
        _SPOKEN,
        (Parameter("method", "GET", {"type": "string", "enum": ["GET"]}, required=True),),
        body={"application/x-www-form-urlencoded": _FORM},
        refusals=(400, 405, 413, 415),
    ),
)
EXAMPLES = {
    "Actor": _ACTOR_EXAMPLE,
    "Statement": _STATEMENT_EXAMPLE,
}

"""How the store's endpoints are described, and the OpenAPI 3.1 document made of descriptions.

The descriptions stand beside the routes, as data; a test holds that each route and method has one,
and another sends what they allow, and what they don't, to a live server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """Something that a request may or must say outside its body."""

    name: str
    told: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    place: str = "query"
    required: bool = False
    json: bool = False  # its value is JSON
    example: Any = None

    def as_json(self) -> Json:
        """A Parameter Object."""
        made: Json = {"name": self.name, "in": self.place, "description": self.told}
        if self.required:
            made["required"] = True
        if self.json:
            made["content"] = {JSON: {"schema": dict(self.schema), **_example(self.example)}}
            return made
        return {**made, "schema": dict(self.schema), **_example(self.example)}


@dataclass(frozen=True)
class Answer:
    """What may come back: by media type, the schema of the content; none for an empty one."""

    told: str
    content: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    example: Any = None

    def as_json(self) -> Json:
        """A Response Object."""
        made: Json = {"description": self.told}
        if self.headers:
            made["headers"] = {
                name: {"description": told, "schema": {"type": "string"}}
                for name, told in self.headers.items()
            }
        if self.content:
            made["content"] = {
                kind: {"schema": dict(schema), **_example(self.example if kind == JSON else None)}
                for kind, schema in self.content.items()
            }
        return made


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    summary: str
    answers: Mapping[int, Answer]
    parameters: Sequence[Parameter] = ()
    body: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by media type
    body_example: Any = None
    scopes: Sequence[str] = ()  # one of them is needed; none: no key is
    refusals: Sequence[int] = ()

    def as_json(self) -> Json:
        """An Operation Object."""
        made: Json = {
            "operationId": _name(self.method, self.path),
            "summary": self.summary,
            "responses": {str(status): each.as_json() for status, each in self.answers.items()},
        }
        for status in self.refusals:
            made["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
        if self.scopes:
            made["security"] = [{"key": []}]
            made["description"] = f"The key needs one of the scopes {', '.join(self.scopes)}."
        else:
            made["security"] = []
        if self.parameters:
            made["parameters"] = [each.as_json() for each in self.parameters]
        if self.body:
            content = {
                kind: {
                    "schema": dict(schema),
                    **_example(self.body_example if kind == JSON else None),
                }
                for kind, schema in self.body.items()
            }
            made["requestBody"] = {"required": True, "content": content}
        return made


REFUSALS = {
    400: "What was sent can't be what it says it is; the body tells where and why.",
    401: "No key, one that isn't known, or not its secret.",
    403: "The key may not do that.",
    404: "Nothing is there under this name.",
    405: "The resource has no such method.",
    409: "Something else is there already.",
    412: "What is there is not what the request expects (If-Match, If-None-Match).",
    413: "More than the store, or this key, takes at once.",
    415: "The body is in a coding that the store can't undo.",
    429: "More often than this key may; Retry-After says when again.",
    503: "The store can't do it at this moment; Retry-After says when again.",
}

ERROR: Json = {
    "type": "object",
    "required": ["error", "problems"],
    "additionalProperties": False,
    "properties": {
        "error": {"type": "string", "description": "What is wrong, in words."},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "message", "code"],
                "additionalProperties": False,
                "properties": {
                    "at": {"type": "string", "description": "Where: a path, header or parameter."},
                    "message": {"type": "string"},
                    "code": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
                    "requirement": {"type": "string", "description": "The standard's clause."},
                },
            },
        },
    },
}
ERROR_EXAMPLE = {
    "error": '$.actor.mbox: it is "ana@corp.example"; an mbox begins with mailto:',
    "problems": [
        {
            "at": "$.actor.mbox",
            "message": 'it is "ana@corp.example"; an mbox begins with mailto:',
            "code": "mbox-not-mailto",
            "requirement": "Data 2.4.2.3",
        }
    ],
}


def document(
    operations: Sequence[Operation],
    schemas: Mapping[str, Mapping[str, Any]],
    url: str,
    version: str,
) -> Json:
    """The OpenAPI document; what each path answers to HEAD and OPTIONS follows from the rest."""
    paths: dict[str, Json] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = each.as_json()
    for path, methods in paths.items():
        if "get" in methods:
            methods["head"] = _without_content(methods["get"], path)
        methods["options"] = {
            "operationId": _name("OPTIONS", path),
            "summary": "The methods that there are (Allow), and whether a page may ask (CORS)",
            "responses": {"204": {"description": "Told in headers."}},
            "security": [],
        }
    refusals = {
        str(status): Answer(told, {JSON: ERROR}, example=ERROR_EXAMPLE).as_json()
        for status, told in REFUSALS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Learning Record Store",
            "version": version,
            "summary": "xAPI 1.0.3 and 2.0.0, and what those who run the store ask of it",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url}],
        "paths": paths,
        "components": {
            "schemas": {name: dict(schema) for name, schema in schemas.items()},
            "responses": refusals,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "A key's name and secret, of lrs key create.",
                }
            },
        },
    }


def _without_content(got: Json, path: str) -> Json:
    """GET as HEAD: the same headers and statuses, no content."""
    answers = {
        status: {
            "description": told.get("description", REFUSALS.get(int(status), "")),
            **({"headers": told["headers"]} if "headers" in told else {}),
        }
        for status, told in got["responses"].items()
    }
    return {**got, "operationId": _name("HEAD", path), "responses": answers}


def _name(method: str, path: str) -> str:
    words = [word.strip("{}") for word in path.split("/") if word and word != "xapi"]
    return "-".join((method.lower(), *words)).replace(".", "-")


def _example(value: Any) -> Json:
    return {} if value is None else {"example": value}

"""A request as xAPI sees it: its version, method, parameters and body, however it was sent."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Request
from werkzeug.datastructures import EnvironHeaders

from lrs import encodings, strict_json, timestamps
from lrs.errors import BadRequest, Problem, TooLarge, in_words
from lrs.trail import Environ
from lrs.xapi import actors, clauses, contents, formats

VERSION_HEADER = "X-Experience-API-Version"
OLD, NEW = "1.0.3", "2.0.0"
_VERSIONS = "Communication 3.3"
_OLD = re.compile(r"1\.0(\.\d+)?", re.ASCII)
_NEW = re.compile(r"2\.0(\.\d+)?", re.ASCII)
_MOST_PARAMETERS = 100  # in an address or a form; a form may come without a key
_ESCAPED = re.compile("[\ud800-\udfff]")  # bytes that are no UTF-8, as Python reads them
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.ASCII)
# 1.0.3 Communication 1.3: what a form may say in place of a header.
_FORM_HEADERS = (
    *("Authorization", VERSION_HEADER, "Content-Type", "Content-Length"),
    *("If-Match", "If-None-Match", "Accept-Language", "Accept"),
)


@dataclass(frozen=True)
class Call:
    """What is asked for. Header names are looked up in any case."""

    version: str
    method: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value, or None."""
        return self.headers.get(name.lower())

    def only(self, *known: str) -> None:
        """Raises BadRequest for a parameter that the resource doesn't know (XAPI-00324)."""
        only(self.params, known)

    def needs(self, name: str) -> str:
        """A parameter that must be there."""
        if name not in self.params:
            raise _bad(name, "it is missing", "missing-parameter")
        return self.params[name]

    def text(self, name: str) -> str | None:
        """A parameter that is any text, but for what PostgreSQL can't hold."""
        said = self.params.get(name)
        if said is not None and "\0" in said:
            raise _bad(name, "it has a null character, which can't be kept", "null-character")
        return said

    def flag(self, name: str) -> bool:
        """A parameter that is true or false; false where it isn't there."""
        said = self.params.get(name, "false")
        if said not in ("true", "false"):
            raise _bad(name, f"it is {said!r}; write true or false", "bad-flag")
        return said == "true"

    def instant(self, name: str) -> int | None:
        """A parameter that is an instant, in microseconds."""
        if name not in self.params:
            return None
        found = timestamps.read(self.params[name].replace(" ", "+"))
        if found is None:
            message = f"it is {self.params[name]!r}; write it like 2026-03-31T08:15:00Z"
            raise _bad(name, message, "bad-instant")
        return found

    def uuid(self, name: str) -> UUID | None:
        """A parameter that is a UUID."""
        if name not in self.params:
            return None
        return uuid(name, self.params[name])

    def iri(self, name: str) -> str | None:
        """A parameter that is an IRI."""
        if name not in self.params:
            return None
        if not formats.is_iri(self.params[name]):
            raise _bad(name, f"{self.params[name]!r} is no IRI; it has a scheme", "bad-iri")
        return self.params[name]

    def actor(self, name: str) -> dict[str, Any] | None:
        """A parameter that is an agent or identified group, in JSON."""
        if name not in self.params:
            return None
        at = f"parameter {name}"
        try:
            actor = strict_json.value(self.params[name].encode("utf-8", "surrogatepass"))
        except BadRequest as error:
            raise refused([problem._replace(at=at) for problem in error.problems]) from None
        found = actors.actor_problems(actor, self.version, at)
        if found:
            raise refused(found)
        assert isinstance(actor, dict)
        if not contents.identifier(actor):
            raise _bad(name, "an anonymous group names nobody; give an agent", "nobody-named")
        return actor


class _Headers(Mapping[str, str]):
    """The headers of a request by their names in lower case, as WSGI keeps them (PEP 3333)."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        value: str = self._environ[_kept_under(name)]
        return value

    def __iter__(self) -> Iterator[str]:
        return (name.lower() for name, _ in EnvironHeaders(self._environ))

    def __len__(self) -> int:
        return len(EnvironHeaders(self._environ))


@lru_cache(100)
def _kept_under(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def only(params: Iterable[str], known: Collection[str]) -> None:
    """Raises BadRequest for a parameter that isn't among those known (XAPI-00324)."""
    for name in params:
        if name not in known:
            raise BadRequest.of(
                f"parameter {name}",
                f"this resource knows {', '.join(known) or 'none'}, in this spelling",
                "unknown-parameter",
                "Communication 3.2",
            )


def refused(problems: Sequence[Problem], statements: int = 1) -> BadRequest:
    """The error of several problems: the first in words, all of them listed."""
    return BadRequest(in_words(problems, statements), problems)


def uuid(name: str, text: str) -> UUID:
    """A UUID in its usual form with hyphens."""
    if not _UUID.fullmatch(text):
        raise _bad(name, f"{text!r} is no UUID", "bad-uuid")
    return UUID(text)


def _bad(name: str, message: str, code: str) -> BadRequest:
    return BadRequest.of(f"parameter {name}", message, code, clauses.PARAMETERS)


def read(request: Request, most: int) -> Call:
    """The call behind an HTTP request, with at most so many bytes. Raises BadRequest, TooLarge."""
    headers = _Headers(request.environ)
    params = parameters(request)
    body = _body(request, headers, most)
    method = "GET" if request.method == "HEAD" else request.method
    if "method" in params and _may_be_alternate(headers):
        return _alternate(method, params, headers, body)
    return Call(_version(headers), method, params, headers, body)


def parameters(request: Request) -> dict[str, str]:
    """What the address asks, each once and in UTF-8. Raises BadRequest."""
    query = request.query_string
    return _once(_pairs(query)) if query else {}


def _pairs(query: bytes, strict: bool = False) -> list[tuple[str, str]]:
    """What a query or a form says, in UTF-8: replaced, what is none would name another document.
    ValueError for a form that is none, where that is `strict`."""
    text = query.decode("utf-8", "surrogateescape")
    if text.count("&") >= _MOST_PARAMETERS:
        message = f"there are more than {_MOST_PARAMETERS}"
        raise BadRequest.of("parameters", message, "too-many-parameters", "Communication 3.2")
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=strict, errors="surrogateescape")
    for name, value in pairs:
        if not _is_utf8(name + value):
            shown = name if _is_utf8(name) else ascii(name)
            message = "it holds bytes that are not UTF-8"
            raise BadRequest.of(f"parameter {shown}", message, "not-utf8", "Communication 1.4")
    return pairs


def _is_utf8(text: str) -> bool:
    return not _ESCAPED.search(text)


def _once(pairs: Collection[tuple[str, str]]) -> dict[str, str]:
    params: dict[str, str] = {}
    for name, value in pairs:
        if name in params:
            raise BadRequest.of(f"parameter {name}", "it is there twice", "repeated-parameter")
        params[name] = value
    return params


def _body(request: Request, headers: Mapping[str, str], most: int) -> bytes:
    if request.method in ("GET", "HEAD", "DELETE", "OPTIONS"):
        return b""
    length = int(headers.get("content-length") or 0)  # the server lets nothing else in
    if length > most:
        raise TooLarge.of("body", f"is larger than {most} bytes", "body-too-large")
    coding = headers.get("content-encoding")
    if length and not coding:
        body: bytes = request.environ["wsgi.input"].read(length)
        return body
    return encodings.decoded(request.stream, coding or "", most)


def version(said: str | None) -> str | None:
    """The version of xAPI that a header asks for; None for one that isn't spoken here."""
    if _OLD.fullmatch(said or ""):
        return OLD
    return NEW if _NEW.fullmatch(said or "") else None


def _version(headers: Mapping[str, str]) -> str:
    said = headers.get(VERSION_HEADER.lower())
    at = f"header {VERSION_HEADER}"
    if said is None:
        raise BadRequest.of(at, f"it is missing; send {OLD} or {NEW}", "no-version", _VERSIONS)
    spoken = version(said)
    if spoken:
        return spoken
    message = f"it is {said!r}; this store speaks {OLD} and {NEW}"
    raise BadRequest.of(at, message, "unknown-version", _VERSIONS)


def _may_be_alternate(headers: Mapping[str, str]) -> bool:
    """Only 1.0.x has the alternate syntax; there, the version may stand in the form."""
    return version(headers.get(VERSION_HEADER.lower())) != NEW


def _alternate(
    method: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> Call:
    """Method in the address, all else in a form (1.0.3 Communication 1.3)."""
    if method != "POST" or set(params) != {"method"}:
        raise _no_form("the address", "is not that of a POST with the parameter method alone")
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise _no_form("header Content-Type", "says no form, which is what the body has to be")
    try:
        form = _once(_pairs(body, strict=bool(body)))
    except ValueError:
        raise _no_form("body", "is no form that can be read") from None
    told = {name.lower(): form.pop(name) for name in _FORM_HEADERS if name in form}
    content = form.pop("content", None)
    plain = {name: value for name, value in headers.items() if name != "content-type"}
    merged = {**plain, **told}
    if content is not None:
        merged.setdefault("content-type", "application/json")
    inner = params["method"]
    if inner in ("PUT", "POST") and content is None:
        raise _no_form("field content", f"is missing; {inner} needs it")
    spoken = _version(merged)
    if spoken == NEW:
        raise _no_form("parameter method", f"is one of {OLD}, and gone in {NEW}")
    return Call(spoken, inner, form, merged, (content or "").encode("utf-8"))


def _no_form(at: str, message: str) -> BadRequest:
    """Why a request isn't one in the alternate syntax."""
    return BadRequest.of(
        at, f"{message} (alternate request syntax)", "bad-alternate-request", "Communication 1.3"
    )

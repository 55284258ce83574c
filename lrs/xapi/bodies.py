"""What a body of statements brings: judged, and ready for the log. Nothing here asks the database,
so that another process can do it (judges.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lrs import player_keys, strict_json
from lrs.errors import BadRequest, Problem
from lrs.player_keys import Player
from lrs.xapi import attachments, multipart, signatures, validation
from lrs.xapi.arrivals import Arrival, Authority, incoming
from lrs.xapi.calls import refused
from lrs.xapi.comparison import same
from lrs.xapi.judging import MOST


class Rules(NamedTuple):
    """By what a body is judged beside itself: the version of xAPI, who vouches for it, what a
    player's key may say, and how many statements may come at once."""

    version: str
    by: Authority
    player: Player | None
    most: int


@dataclass(frozen=True)
class Sent:
    """The statements of a body, each with its text, and the parts that came with them."""

    pieces: Sequence[tuple[Any, str]]
    listed: bool  # as an array, though it be of one
    parts: Sequence[multipart.Part]


def read(body: bytes, rules: Rules, parts: Sequence[multipart.Part] = ()) -> Sent:
    """The statements of JSON. Raises BadRequest for what is none, or too many."""
    pieces = strict_json.pieces(body)
    if len(pieces) > rules.most:
        message = f"{len(pieces)} statements came at once; send at most {rules.most}"
        raise BadRequest.of("$", message, "too-many-statements")
    listed = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    return Sent(pieces, listed, parts)


def arrival(sent: Sent, rules: Rules, name: str = "") -> Arrival:
    """All of them ready for the log; `name` is the id that a PUT gives. Raises BadRequest with all
    that is wrong, Forbidden for what a player's key may not say."""
    problems: list[Problem] = []
    for number, (statement, _) in enumerate(sent.pieces):
        at = f"$[{number}]" if sent.listed else "$"
        problems += validation.problems(statement, rules.version, at)
        if len(problems) >= MOST:
            break
    statements = [statement for statement, _ in sent.pieces]
    if not problems and len(statements) > 1:
        problems += _repeated(statements)
    if problems:
        raise refused(problems, len(statements))
    if rules.player:
        player_keys.check_statements(rules.player, statements, sent.listed)
    found: Mapping[str, attachments.Attached] = {}
    if sent.parts or any(map(_may_attach, statements)):
        named = {"id": name} if name else {}
        told = statements if sent.listed else {**statements[0], **named}
        found = attachments.attached(told, sent.parts)
        forged = signatures.signature_problems(told, found, _same, strict_json.value)
        if forged:
            raise refused(forged, len(statements))
    return Arrival(
        [incoming(each, raw, rules.version, rules.by, name, found) for each, raw in sent.pieces],
        {sha2: one.content for sha2, one in found.items()},
        sent.listed,
    )


def _may_attach(statement: Mapping[str, Any]) -> bool:
    """Whether a valid statement, or one inside of it, may have attachments; few have."""
    return "attachments" in statement or "attachments" in statement["object"]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return same(dict(one), dict(other))


def _repeated(statements: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Two statements of one request under one id (2.0.0 4.1.6.1)."""
    seen: dict[str, int] = {}
    problems = []
    for number, statement in enumerate(statements):
        name = statement.get("id", "").lower()
        if name and name in seen:
            message = f"it is the id of statement {seen[name] + 1} of this request, too"
            problems.append(Problem(f"$[{number}].id", message, "id-repeated", "Data 2.4.1"))
        seen[name] = number
    return problems

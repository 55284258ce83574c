"""A statement on its way in: all that can be made ready before the log is locked for it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from lrs.database import key
from lrs.received.records import compact
from lrs.xapi import contents
from lrs.xapi.attachments import declared

KIND = "statement"


@dataclass(frozen=True)
class Authority:
    """Who vouches for statements: the name of the credential, and the agent that stands for it."""

    name: str
    agent: Mapping[str, Any]
    may_define: bool = True  # what it says of activities becomes what they are called

    def term(self) -> bytes:
        """Finds the statements of this authority."""
        return authority_term(self.agent)


def authority_term(agent: Mapping[str, Any]) -> bytes:
    """Finds the statements that an agent vouched for."""
    return key(f"authority {contents.identifier(dict(agent))}")


@dataclass(frozen=True)
class Indexed:
    """What the indexes need of a statement."""

    id: bytes
    terms: tuple[bytes, ...]
    reference: bytes | None
    voiding: bool
    definitions: tuple[tuple[bytes, bytes, str], ...]  # activity, digest, definition
    names: tuple[tuple[bytes, bytes, str], ...]  # agent, key, name


@dataclass(frozen=True)
class Incoming:
    """One statement, ready to be appended."""

    statement: Mapping[str, Any]
    raw: str
    head: Mapping[str, Any]  # without the instant
    indexed: Indexed


@dataclass(frozen=True)
class Arrival:
    """The statements of one request, and the attachments that came with them."""

    statements: Sequence[Incoming]
    attachments: Mapping[str, bytes] = field(default_factory=dict)  # by sha2
    listed: bool = False  # they came as an array, though it be of one


def incoming(
    statement: Mapping[str, Any],
    raw: str,
    version: str,
    authority: Authority,
    given: str = "",
    data: Collection[str] = (),
) -> Incoming:
    """A valid statement with what the store adds to it; `given` is the id that a PUT names, `data`
    the SHA-2 of the attachments whose data came along."""
    name = statement.get("id") or given or str(uuid.uuid4())
    lacks = [key for key in ("id", "timestamp", "version") if key not in statement]
    head: dict[str, Any] = {"by": authority.name, "xapi": version, "id": name, "lacks": lacks}
    head["authority"] = authority.agent
    if not authority.may_define:
        head["defines"] = False
    # Whoever names the hash of what came with another's statement isn't given it with his own.
    brought = {attachment["sha2"].lower() for _, attachment in declared(statement)} & set(data)
    if brought:
        head["brought"] = sorted(brought)
    if _is_rewritten(statement):
        head["rewritten"] = True
    return Incoming(statement, raw, head, indexed(head, statement))


def _is_rewritten(statement: Mapping[str, Any]) -> bool:
    """Whether it can't be given back as it is written, with our members behind its own: it has
    one that only we set, or an activity alone where readers expect a list (Data 2.4.6.2)."""
    only_ours = "stored" in statement or "authority" in statement
    return only_ours or contents.has_lone_activity(dict(statement))


def indexed(head: Mapping[str, Any], statement: Mapping[str, Any]) -> Indexed:
    """What the indexes hold of a statement; the same from a request as from the log. An authority
    that was only claimed is in none of them: readers don't get it either."""
    statement = {name: part for name, part in statement.items() if name != "authority"}
    terms = {key(term) for term in contents.terms(statement)}
    terms.add(authority_term(head["authority"]))
    reference = contents.reference(statement)
    definitions = {}
    if head.get("defines", True):
        for activity, definition in contents.activities(statement).items():
            text = compact(definition)
            digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            definitions[activity] = (key(activity), digest, text)
    names = contents.agents(statement).items()
    return Indexed(
        uuid.UUID(head["id"]).bytes,
        tuple(sorted(terms)),
        uuid.UUID(reference).bytes if reference else None,
        contents.is_voiding(statement),
        tuple(definitions.values()),
        tuple((key(agent), key(name), name) for agent, name in names),
    )


def as_returned(at: str, head: Mapping[str, Any], raw: str) -> str:
    """The statement as readers get it: as it came, with what the store adds at its end."""
    adds: dict[str, Any] = {}
    for name in head["lacks"]:
        adds[name] = _added(name, at, head)
    adds |= {"stored": at, "authority": head["authority"]}
    if head.get("rewritten"):
        return compact({**contents.as_exact(json.loads(raw)), **adds})
    body = raw.rstrip()[:-1].rstrip()
    return f"{body}{'' if body == '{' else ','}{compact(adds)[1:]}"


def _added(name: str, at: str, head: Mapping[str, Any]) -> str:
    if name == "timestamp":
        return at
    if name == "version":  # 1.0.3 Data 2.4.10: 1.0.0 when it says none
        return "2.0.0" if head["xapi"].startswith("2") else "1.0.0"
    return str(head["id"])

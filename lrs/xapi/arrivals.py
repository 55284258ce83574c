"""A statement on its way in: all that can be made ready before the log is locked for it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lrs.database import key
from lrs.received.records import compact
from lrs.xapi import contents
from lrs.xapi.attachments import declared

KIND = "statement"


@dataclass(frozen=True)
class Authority:
    """Who vouches for statements: the name of a credential and the agent that stands for it, as
    JSON; and whether what they call activities and agents becomes what these are called."""

    name: str
    agent: str
    term: bytes  # finds the statements of this authority
    may_define: bool


@lru_cache(1_000)
def authority(name: str, home: str, may_define: bool = True) -> Authority:
    """The authority of a credential; the home page is the store's own address."""
    agent = {"objectType": "Agent", "account": {"homePage": home, "name": name}}
    return Authority(compact(name), compact(agent), authority_term(agent), may_define)


def authority_term(agent: dict[str, Any]) -> bytes:
    """Finds the statements that an agent vouched for."""
    return key(f"authority {contents.identifier(agent)}")


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the indexes need of a statement."""

    id: bytes
    terms: tuple[bytes, ...]
    reference: bytes | None
    voiding: bool
    definitions: tuple[tuple[bytes, bytes, str], ...]  # activity, digest, definition
    names: tuple[tuple[bytes, bytes, str], ...]  # agent, key, name


@dataclass(frozen=True, slots=True)
class Incoming:
    """One statement, ready to be appended."""

    id: str
    statement: dict[str, Any]
    raw: str
    head: str  # what stands in the record's head behind the instant
    indexed: Indexed


@dataclass(frozen=True)
class Arrival:
    """The statements of one request, and the attachments that came with them."""

    statements: Sequence[Incoming]
    attachments: Mapping[str, bytes] = field(default_factory=dict)  # by sha2
    listed: bool = False  # they came as an array, though it be of one


def incoming(
    statement: dict[str, Any],
    raw: str,
    version: str,
    by: Authority,
    given: str = "",
    data: Collection[str] = (),
) -> Incoming:
    """A valid statement with what the store adds to it; `given` is the id that a PUT names, `data`
    the SHA-2 of the attachments whose data came along."""
    name = statement.get("id") or given or str(uuid.uuid4())
    lacks = [f'"{each}"' for each in ("id", "timestamp", "version") if each not in statement]
    flags = "" if by.may_define else ',"defines":false'
    if data:
        # Whoever names the hash of what came with another's statement isn't given it with theirs.
        brought = {attachment["sha2"].lower() for _, attachment in declared(statement)} & set(data)
        flags += f',"brought":{compact(sorted(brought))}'
    if _is_rewritten(statement):
        flags += ',"rewritten":true'
    head = (  # by hand, since it is most of what is written for a statement
        f'"by":{by.name},"xapi":"{version}","id":"{name}","lacks":[{",".join(lacks)}],'
        f'"authority":{by.agent}{flags}}}'
    )
    return Incoming(name, statement, raw, head, indexed(name, statement, by.term, by.may_define))


def _is_rewritten(statement: dict[str, Any]) -> bool:
    """Whether it can't be given back as it is written, with our members behind its own: it has
    one that only we set, or an activity alone where readers expect a list (Data 2.4.6.2)."""
    only_ours = "stored" in statement or "authority" in statement
    return only_ours or contents.has_lone_activity(statement)


def indexed(
    name: str, statement: dict[str, Any], authority: bytes, may_define: bool = True
) -> Indexed:
    """What the indexes hold of a statement; the same from a request as from the log. An authority
    that was only claimed is in none of them: readers don't get it either."""
    if "authority" in statement:
        statement = {each: part for each, part in statement.items() if each != "authority"}
    terms = {authority, *map(key, contents.terms(statement))}
    reference = contents.reference(statement)
    definitions, names = [], {}
    if may_define:
        for activity, definition in contents.activities(statement).items():
            text = compact(definition)
            definitions.append((key(activity), key(text), text))
        names = contents.agents(statement)
    return Indexed(
        _bytes(name),
        tuple(sorted(terms)),
        _bytes(reference) if reference else None,
        reference is not None and contents.is_voiding(statement),
        tuple(definitions),
        tuple((key(agent), key(said), said) for agent, said in names.items()) if names else (),
    )


def reindexed(head: Mapping[str, Any], statement: dict[str, Any]) -> Indexed:
    """The same from a record of the log."""
    term = authority_term(head["authority"])
    return indexed(head["id"], statement, term, head.get("defines", True))


def _bytes(name: str) -> bytes:
    return bytes.fromhex(name.replace("-", ""))


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

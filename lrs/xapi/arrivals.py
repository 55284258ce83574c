"""A statement on its way in: all that can be made ready before the log is locked for it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from lrs.database import key
from lrs.received.records import compact
from lrs.xapi import contents, forms
from lrs.xapi.attachments import declared
from lrs.xapi.contents import Contents
from lrs.xapi.tables import term

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
    return term(f"authority {contents.identifier(agent)}")


class Indexed(NamedTuple):
    """What the indexes need of a statement."""

    id: bytes
    terms: tuple[bytes, ...]
    reference: bytes | None
    voiding: bool
    definitions: Sequence[tuple[bytes, bytes, str]]  # activity, digest, definition
    names: Sequence[tuple[bytes, bytes, str]]  # agent, key, name


class Incoming(NamedTuple):
    """One statement, ready to be appended."""

    id: str
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
    inside = _found(statement)
    # It can't be given back as it is written, with our members behind its own: it has one that
    # only we set, or an activity alone where readers expect a list (Data 2.4.6.2).
    if inside.lone or "stored" in statement or "authority" in statement:
        flags += ',"rewritten":true'
    head = (  # by hand, since it is most of what is written for a statement
        f'"by":{by.name},"xapi":"{version}","id":"{name}","lacks":[{",".join(lacks)}],'
        f'"authority":{by.agent}{flags}}}'
    )
    index = _indexed(name, inside, by.term, by.may_define)
    return Incoming(name, raw, head, index)


def _found(statement: dict[str, Any]) -> Contents:
    """What stands in a statement but for its authority: one that was only claimed is in none of the
    indexes, and readers don't get it either."""
    if "authority" in statement:
        statement = {each: part for each, part in statement.items() if each != "authority"}
    return contents.found(statement)


def _indexed(name: str, inside: Contents, authority: bytes, may_define: bool) -> Indexed:
    """What the indexes hold of a statement; the same from a request as from the log."""
    definitions: list[tuple[bytes, bytes, str]] = []
    names: list[tuple[bytes, bytes, str]] = []
    if may_define:
        for activity, definition in inside.definitions.items():
            text = compact(definition)
            definitions.append((key(activity), key(text), text))
        names = [(key(agent), key(said), said) for agent, said in inside.names.items()]
    reference = inside.reference
    return Indexed(
        _bytes(name),
        (authority, *map(term, inside.terms())),
        _bytes(reference) if reference else None,
        inside.voiding,
        definitions,
        names,
    )


def reindexed(head: Mapping[str, Any], statement: dict[str, Any]) -> Indexed:
    """The same from a record of the log."""
    term = authority_term(head["authority"])
    return _indexed(head["id"], _found(statement), term, head.get("defines", True))


def _bytes(name: str) -> bytes:
    return bytes.fromhex(name.replace("-", ""))


def as_returned(at: str, head: str, raw: str) -> str:
    """The statement as readers get it: as it came, with what the store adds at its end; `head` as
    it stands in the log."""
    here = head.index(_ID) + len(_ID)
    behind = here + 36
    name = head[here:behind]
    # But for instant and id the heads of a key's statements are the same: it is read once.
    kept = _kept(f"{head[:7]}{head[34:here]}{head[behind:]}")
    adds = "".join([f'"{each}":"{_added(each, at, name, kept)}",' for each in kept.lacks])
    adds += f'"stored":"{at}","authority":{kept.authority}}}'
    if kept.rewritten:
        return compact({**forms.as_exact(json.loads(raw)), **json.loads(f"{{{adds}")})
    body = raw.rstrip()[:-1].rstrip()
    return f"{body}{'' if body == '{' else ','}{adds}"


_ID = '"id":"'  # in no text before it, where quotes are escaped


class _Kept(NamedTuple):
    """What a head says of how its statement is returned."""

    lacks: tuple[str, ...]
    xapi: str
    authority: str  # as JSON
    rewritten: bool


@lru_cache(1_000)
def _kept(head: str) -> _Kept:
    told = json.loads(head)
    authority = compact(told["authority"])
    return _Kept(tuple(told["lacks"]), told["xapi"], authority, "rewritten" in told)


def _added(which: str, at: str, name: str, kept: _Kept) -> str:
    if which == "timestamp":
        return at
    if which == "version":  # 1.0.3 Data 2.4.10: 1.0.0 when it says none
        return "2.0.0" if kept.xapi.startswith("2") else "1.0.0"
    return name

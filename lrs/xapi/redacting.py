"""Statements and documents without somebody: what was done stays, under another name."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from lrs import timestamps
from lrs.database import key
from lrs.received.records import Received, compact
from lrs.substitution import WITHHELD, Substitution
from lrs.xapi import attachments, contents
from lrs.xapi.contents import Json, identifier, object_
from lrs.xapi.documents import is_json

# What is said there is named by the standard or by whoever made the activity; it is no prose.
_NO_PROSE = frozenset(
    "id objectType timestamp stored version registration duration fileUrl sha2 contentType "
    "homePage moreInfo type usageType interactionType".split()
)
# Answers to interactions of these kinds are written by the learner; all others are chosen.
_WRITTEN = frozenset((None, "fill-in", "long-fill-in", "other"))


def statement(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """A statement's head and body. Of one that tells of the person, prose is withheld: what they
    wrote as an answer, and texts with blanks in the extensions. Of others', mails and full names
    are taken out of the texts."""
    told: Json = json.loads(record.body)
    day = _day(told, record.at, instead)
    inside = contents.found(told)
    theirs = any(instead.theirs(name, day) for name in inside.agents)
    others = any(instead.theirs(name, day) for name in inside.related_agents)
    kept = instead.attached if theirs else instead.others_attached
    kept.update(each["sha2"].lower() for _, each in attachments.declared(told))
    if theirs:
        instead.statements.add(str(told.get("id", record.head["id"])).lower())
    if not (theirs or others or instead.may_be_in(record.body)):
        return record.head, record.body  # most are somebody else's
    made = _Redaction(day, instead, theirs).of(told)
    if made == told:
        return record.head, record.body
    return record.head, compact(made).encode("utf-8", "surrogatepass")


def _day(told: Json, at: int, instead: Substitution) -> date:
    written = told.get("timestamp")
    found = timestamps.read(written) if isinstance(written, str) else None
    return instead.day(found or at)


class _Redaction:
    """One statement's."""

    def __init__(self, day: date, instead: Substitution, theirs: bool) -> None:
        self.day, self.instead, self.is_theirs = day, instead, theirs

    def of(self, told: Any) -> Any:
        """Whatever stands in it, agents by their identifiers and texts by where they stand."""
        if isinstance(told, list):
            return [self.of(each) for each in told]
        if isinstance(told, str):
            return self.instead.text(told, ids=False)
        if not isinstance(told, dict):
            return told
        told = agent(told, self.day, self.instead)
        found = {
            name: each if self._is_authored(name, each) else self.of(each)
            for name, each in told.items()
            if not (self.is_theirs and name in ("result", "extensions"))
        }
        return {name: found[name] if name in found else self._prose(told, name) for name in told}

    @staticmethod
    def _is_authored(name: str, told: Any) -> bool:
        """Whether something is said of an activity, by its author: a person in its story may well
        be called as one of ours."""
        return name == "definition" or (name in _NO_PROSE and isinstance(told, str))

    def _prose(self, told: Json, name: str) -> Any:
        if name == "extensions":
            return self._withheld(told[name])
        result = self.of({"": told[name]})[""]
        kind = object_(object_(told.get("object")).get("definition")).get("interactionType")
        if isinstance(result, dict) and "response" in result and kind in _WRITTEN:
            result["response"] = WITHHELD
        return result

    def _withheld(self, told: Any) -> Any:
        if isinstance(told, dict):
            whose = agent(told, self.day, self.instead)
            return {name: self._withheld(each) for name, each in whose.items()}
        if isinstance(told, list):
            return [self._withheld(each) for each in told]
        if not isinstance(told, str):
            return told
        return WITHHELD if len(told.split()) > 1 else self.instead.text(told)


def agent(told: Json, day: date, instead: Substitution) -> Json:
    """An object that may be an Agent or Group, under its stand-in if it means the person."""
    name = identifier(told)
    if not name or not instead.theirs(name, day):
        return told
    kind, _, text = instead.instead(name).partition(" ")
    made = dict(told)
    if kind == "account":
        page, _, login = text.rpartition("|")
        made["account"] = {"homePage": page, "name": login}
    else:
        made[kind] = text
    if isinstance(made.get("name"), str):
        made["name"] = instead.name_of_theirs(made["name"])
    return made


def document(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """A state or a profile of the person: where it belongs goes by their stand-in, and what stands
    in it is withheld. Others' stay as they are."""
    told = record.head
    try:
        whose = json.loads(told["params"].get("agent", "null"))
    except ValueError:
        whose = None
    day = instead.day(record.at)
    if not isinstance(whose, dict) or not instead.theirs(identifier(whose), day):
        return told, record.body
    made = agent(whose, day, instead)
    keys = list(told["keys"])
    keys[1] = key(identifier(made)).hex()
    params = {**told["params"], "agent": compact(made)}
    body = b"{}" if record.body and is_json(told["type"]) else b""
    return {**told, "params": params, "keys": keys}, body

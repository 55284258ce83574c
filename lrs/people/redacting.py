"""A roster's record without somebody: their rows stay, under other names."""

from __future__ import annotations

import json
from typing import Any

from lrs.people.timeline import of_mail
from lrs.received.records import Received, compact
from lrs.substitution import WITHHELD, Substitution


def redacted(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """The record's head and body."""
    told = json.loads(record.body)
    rows = [_row(each, instead) for each in told["rows"]]
    if rows == told["rows"]:
        return head(record.head, instead), record.body
    return head(record.head, instead), compact({**told, "rows": rows}).encode()


def head(told: dict[str, Any], instead: Substitution) -> dict[str, Any]:
    """The head of an import. Why a row was left out quotes the row."""
    out = [
        {**each, "message": WITHHELD} if instead.mentions(each["message"]) else each
        for each in told["left_out"]
    ]
    return {**told, "source": instead.text(told["source"]), "left_out": out}


def _row(told: dict[str, Any], instead: Substitution) -> dict[str, Any]:
    named = {told["person"], told.get("manager"), told.get("same_as")}
    if named.isdisjoint(instead.ids):
        return told
    told = dict(told)
    for name in ("manager", "same_as"):
        if told.get(name):
            told[name] = instead.id(told[name])
    if told["person"] not in instead.ids:
        return told
    told["person"] = instead.id(told["person"])
    if "name" in told:
        told["name"] = instead.name_of_theirs(told["name"])
    if "mails" in told:
        told["mails"] = [_mail(each, instead) for each in told["mails"]]
    if "accounts" in told:
        told["accounts"] = [_account(each, instead) for each in told["accounts"]]
    return told


def _mail(mail: str, instead: Substitution) -> str:
    return instead.instead(of_mail(mail)).removeprefix("mbox mailto:")


def _account(told: dict[str, str], instead: Substitution) -> dict[str, str]:
    name = instead.instead(f"account {told['lms']}|{told['login']}")
    return {**told, "login": name.rpartition("|")[2]}

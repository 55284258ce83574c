"""An export's record without somebody: their rows stay, under other names."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from lrs.feeds import facts
from lrs.people.redacting import head
from lrs.received.records import Received, compact
from lrs.substitution import Substitution


def redacted(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """The record's head and body."""
    told, as_of = json.loads(record.body), date.fromisoformat(record.head["as_of"])
    lms = record.head["lms"]
    rows = [_row(each, record.seq, lms, as_of, instead) for each in told["rows"]]
    if rows == told["rows"]:
        return head(record.head, instead), record.body
    return head(record.head, instead), compact({**told, "rows": rows}).encode()


def _row(
    told: dict[str, Any], seq: int, lms: str, as_of: date, instead: Substitution
) -> dict[str, Any]:
    called = facts.names(lms, facts.from_json(told))
    told = dict(told)
    if told.get("by"):
        told["by"] = instead.text(told["by"])
    day = _day(told.get("at"), as_of, instead)
    for name in called:
        if not instead.theirs(name, day):
            continue
        instead.rows.add(f"{seq}.{told['row']}|{told['course']}")
        kind, _, text = instead.instead(name).partition(" ")
        if kind == "account":
            told["login"] = text.rpartition("|")[2]
        elif kind == "hr":
            told["hr"] = text
        else:
            told["mail"] = text.removeprefix("mailto:")
    return told


def _day(at: object, as_of: date, instead: Substitution) -> date:
    if isinstance(at, int):
        return instead.day(at)
    return date.fromisoformat(at) if isinstance(at, str) else as_of

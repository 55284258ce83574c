"""What somebody decided and why: excused, accepted, linked, decided in a review, signed off."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, select

from lrs.database import METADATA, inserter
from lrs.errors import BadRequest, Conflict, LrsError, NotFound
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import SEQ
from lrs.received.writer import Batch
from lrs.substitution import WITHHELD, Substitution
from lrs.xapi.store import Store

KIND = "ruling"
WITHDRAW = "withdraw"
# What each is about: the words that a subject may begin with; None where anything is a subject.
KINDS: dict[str, tuple[str, ...] | None] = {
    "excuse": ("obligation",),
    "accept": ("obligation", "statement", "row"),
    "reject": ("statement", "row"),
    "link": None,
    "unlink": None,
    "merge": None,
    "meet": ("review",),
    "decide": ("review",),
    "act": ("review",),
    "close": ("action",),
    "sign-off": ("review",),
    WITHDRAW: ("ruling",),
}
# What must be told beside: who met when, who does an action until when, what was signed.
NEEDS: dict[str, tuple[str, ...]] = {
    "meet": ("day", "attendees"),
    "act": ("owner", "due"),
    "sign-off": ("digest",),
}
DAYS = ("day", "from", "to", "until", "due")  # what is told under these names is a day

RULINGS = Table(
    "rulings",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # microseconds
    Column("kind", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),  # JSON: the Ruling
)
_add = inserter(RULINGS)


_ROW = re.compile(r"\d+\.\d+\|.+")  # of an import: its record, the row, the exercise
_OBLIGATION = re.compile(r"(.*)((?:\|[^|]+){2}\|\d{4}-\d\d-\d\d)", re.S)


@dataclass(frozen=True)
class Ruling:
    """A decision: about what, why, by whom, and what else was told, days as 2026-03-31.

    A subject says with its first word what it is:
    "obligation 00042|phishing|onboarding|2026-01-05", "statement UUID", "row 17.3|phishing" (what
    line 3 of the file of the import that is record 17 says of that exercise), "review 2026-Q1",
    "action 23" (ruling 23, by which somebody was asked to act), "ruling 21"; of links, a name such
    as "mbox mailto:ana@brightwater.example".
    """

    kind: str
    subject: str
    why: str
    by: str
    told: Mapping[str, str] = field(default_factory=dict)


def owed_by(obligation: str) -> tuple[str, str]:
    """The HR id that the name of an obligation begins with, which may have bars of its own, and the
    rest of it. What is no such name is all id."""
    found = _OBLIGATION.fullmatch(obligation)
    return (found[1], found[2]) if found else (obligation, "")


class Given(NamedTuple):
    """A ruling in its place in the log."""

    seq: int
    at: int  # microseconds
    ruling: Ruling


def add(store: Store, ruling: Ruling) -> int:
    """Put a ruling on record; its number. Raises BadRequest for one that can't be, NotFound and
    Conflict for a withdrawal of what isn't there or is withdrawn already."""
    seq: int = store.writer.submit("rulings", checked(ruling))
    return seq


def checked(ruling: Ruling) -> Ruling:
    """The ruling, if it is one; else raises BadRequest, which says what is missing."""
    if ruling.kind not in KINDS:
        raise BadRequest(f"{ruling.kind!r} is no kind of ruling; there are {', '.join(KINDS)}")
    for name, text in (("subject", ruling.subject), ("why", ruling.why), ("by", ruling.by)):
        if not text.strip():
            raise BadRequest(f"a ruling needs its {name}: an auditor will ask")
    words, parts = KINDS[ruling.kind], ruling.subject.split(" ", 1)
    if words and (parts[0] not in words or len(parts) < 2):
        forms = " or ".join(f'"{_EXAMPLES[word]}"' for word in words)
        told = f"{ruling.kind} is about {forms}; {ruling.subject!r} says not which of these it is"
        if "obligation" in words and ruling.subject.count("|") >= 3:
            told += f'; for a row of the register write "obligation {ruling.subject}"'
        raise BadRequest(told)
    if words and parts[0] == "row" and not _ROW.fullmatch(parts[1]):
        raise BadRequest(
            f'a row is called like "{_EXAMPLES["row"]}": {parts[1]!r} names no exercise of a row'
        )
    for name in NEEDS.get(ruling.kind, ()):
        if not ruling.told.get(name, "").strip():
            raise BadRequest(f"{ruling.kind} needs its {name}: an auditor will ask")
    for name in DAYS:
        if name in ruling.told and not _is_day(ruling.told[name]):
            raise BadRequest(
                f"{name} is {ruling.told[name]!r}, which is not a day; write it like 2026-02-28"
            )
    return ruling


_EXAMPLES = {
    "obligation": "obligation 00042|phishing|onboarding|2026-01-05",
    "statement": "statement 7ccd3322-e1a5-411a-a67d-6a735c76f119",
    "row": "row 17.3|phishing",
    "review": "review 2026-Q1",
    "action": "action 23",
    "ruling": "ruling 21",
}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def give(batch: Batch, jobs: Sequence[Ruling]) -> list[int | LrsError]:
    """The door of rulings: each in turn, with its number."""
    return [_give(batch, job) for job in jobs]


def _give(batch: Batch, ruling: Ruling) -> int | LrsError:
    refused = _refused(batch.connection, ruling) if ruling.kind == WITHDRAW else None
    if refused:
        return refused
    at = batch.instant()
    told = head(at, by=ruling.by, ruling=ruling.kind, why=ruling.why)
    state = compact(asdict(ruling))
    seq = batch.append([Record(KIND, told, state.encode())])
    _add(batch.connection, [(seq, at, ruling.kind, ruling.subject, state)])
    return seq


def _refused(connection: Connection, withdrawal: Ruling) -> LrsError | None:
    number = withdrawal.subject.removeprefix("ruling ")
    found = {given.seq: given for given in every(connection)}
    target = found.get(int(number)) if number.isascii() and number.isdecimal() else None
    if target is None:
        return NotFound(f"there is no ruling {number}; lrs ruling list shows those there are")
    if target.ruling.kind == WITHDRAW:
        return Conflict(f"{number} is a withdrawal itself; give the ruling anew instead")
    if target not in standing(found.values()):
        return Conflict(f"ruling {number} is withdrawn already")
    return None


def read(
    connection: Connection, known: int | None = None, kinds: Collection[str] = ()
) -> list[Given]:
    """The rulings that stand as known at an instant (None: now), in order; of these kinds only,
    if any are named. What was withdrawn by then is left out, and so are withdrawals."""
    found = standing(every(connection, known))
    return [given for given in found if given.ruling.kind in kinds] if kinds else found


def standing(givens: Iterable[Given]) -> list[Given]:
    """Of all rulings in order, those that none of the others withdraws."""
    kept: dict[str, Given] = {}
    for given in givens:
        if given.ruling.kind == WITHDRAW:
            kept.pop(given.ruling.subject, None)
        else:
            kept[f"ruling {given.seq}"] = given
    return list(kept.values())


def every(connection: Connection, known: int | None = None) -> list[Given]:
    """All rulings up to an instant, those withdrawn and the withdrawals too, in order."""
    query = select(RULINGS.c.seq, RULINGS.c.at, RULINGS.c.state).order_by(RULINGS.c.seq)
    if known is not None:
        query = query.where(RULINGS.c.at <= known)
    return [
        Given(seq, at, Ruling(**json.loads(state))) for seq, at, state in connection.execute(query)
    ]


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Index rulings of the log."""
    rows: list[tuple[Any, ...]] = []
    for record in records:
        state = json.loads(record.body)
        rows.append((record.seq, record.at, state["kind"], state["subject"], record.body.decode()))
    _add(connection, rows)


def redacted(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """A ruling's head and body without somebody. Of a ruling about them the reason is withheld, for
    reasons tell of illness and courts; who ruled stays, as an auditor must know."""
    state = json.loads(record.body)
    ruling = Ruling(**state)
    word, _, rest = ruling.subject.partition(" ")
    theirs, subject = _about(ruling, word, rest, instead)
    told = {
        name: instead.id(text) if name in ("person", "into") else _told(text, instead)
        for name, text in ruling.told.items()
    }
    theirs = theirs or told.get("person") != ruling.told.get("person")
    theirs = theirs or told.get("into") != ruling.told.get("into")
    if theirs:
        instead.rulings.add(record.seq)
    why = WITHHELD if theirs else instead.text(ruling.why)
    state |= {"subject": subject, "why": why, "told": told}
    return {**record.head, "why": why}, compact(state).encode()


def _told(text: str, instead: Substitution) -> str:
    """What else was told; an id with its kind before it, too."""
    kind, _, id = text.partition(" ")
    return f"hr {instead.id(id)}" if kind == "hr" else instead.text(text)


def _about(ruling: Ruling, word: str, rest: str, instead: Substitution) -> tuple[bool, str]:
    """Whether a ruling is about the person, and its subject without them."""
    subject = ruling.subject
    if word == "hr":  # of a merge, or of merged ids that are taken apart
        return rest in instead.ids, f"hr {instead.id(rest)}"
    if ruling.kind in ("link", "unlink"):
        theirs = ruling.told.get("person") in instead.ids
        return theirs, instead.instead(subject) if theirs else subject
    if word == "obligation":
        person, tail = owed_by(rest)
        if not tail:  # it was kept though there is no such obligation
            person = next((id for id in instead.ids if f"{rest}|".startswith(f"{id}|")), rest)
            tail = rest.removeprefix(person)
        return person in instead.ids, f"obligation {instead.id(person)}{tail}"
    if word == "statement":
        return rest.lower() in instead.statements, subject
    if word == "row":
        return rest in instead.rows, subject
    if word == "ruling":
        return rest.isdecimal() and int(rest) in instead.rulings, subject
    return False, subject

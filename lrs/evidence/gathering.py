"""Reads what a pack is made of from the database, as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from lrs import catalogue, rulings, sources
from lrs.database import rows
from lrs.evidence.material import (
    LeftOut,
    Listed,
    Material,
    ProgrammeVersion,
    Request,
    Ruling,
    SourceImport,
)
from lrs.feeds import door as feeds
from lrs.people import tables as people
from lrs.programme import reading, versions
from lrs.register.sheet import SourceFile
from lrs.reviews import Review
from lrs.rulings import WITHDRAW
from scormkit import __version__

_VOIDED = "SELECT COUNT(DISTINCT statement) FROM voidings WHERE at <= ?"


def material(
    connection: Connection, asked: Request, reviews: Sequence[Review] = (), redacted: int = 0
) -> Material:
    """Everything that was known at the request's instant, and nothing that came later. `reviews`
    and the number of records of which personal data was erased are as known then, too. The index of
    attempts has been brought up to date (attempts.follow)."""
    known = asked.known
    imports = sorted((*_rosters(connection, known), *_exports(connection, known)), key=_in_order)
    return Material(
        asked,
        _versions(connection, known),
        tuple(Listed(*each) for each in catalogue.read(connection, known)),
        sources.exercises(connection, known),
        {each.seq: SourceFile(each.source, each.sha256) for each in imports if each.lms},
        tuple(imports),
        tuple(_rulings(connection, known)),
        reviews,
        rows(connection, _VOIDED, [known])[0][0],
        sources.newest(connection, known)[0],
        __version__,
        redacted,
    )


def _in_order(told: SourceImport) -> int:
    return told.seq


def _versions(connection: Connection, known: int) -> tuple[ProgrammeVersion, ...]:
    found = []
    for each in versions.read(connection, known):
        text = versions.text(connection, each)
        programme = versions.understood(text)
        _, document, _ = reading.parsed(text, f"version {each.number}", None)
        assert document is not None
        place = (each.number, each.seq, each.at, each.starts, each.by, each.sha256)
        found.append(ProgrammeVersion(*place, text, document.data, programme))
    return tuple(found)


def _rosters(connection: Connection, known: int) -> list[SourceImport]:
    there = people.imports(connection, known)
    heads = sources.logged(connection, [each.seq for each in there])
    found = []
    for each in there:
        told = heads[each.seq].head
        out = tuple(LeftOut(out["row"], out["code"], out["message"]) for out in told["left_out"])
        found.append(_import(each.seq, each.at, told, out, snapshot=each.snapshot))
    return found


def _exports(connection: Connection, known: int) -> list[SourceImport]:
    there = {each.seq: each for each in feeds.imports(connection) if each.at <= known}
    found = []
    for seq, at, told, corrected in there.values():
        out = tuple(
            LeftOut(out["row"], out["code"], out["message"], out["rows"])
            for out in told["left_out"]
        )
        by_then = corrected if corrected in there else None
        found.append(_import(seq, at, told, out, corrected=by_then))
    return found


def _import(
    seq: int,
    at: int,
    told: Mapping[str, Any],
    out: tuple[LeftOut, ...],
    snapshot: bool = False,
    corrected: int | None = None,
) -> SourceImport:
    """An import as its record's head tells of it."""
    as_of, counts = date.fromisoformat(told["as_of"]), told["counts"]
    return SourceImport(
        seq,
        at,
        told["by"],
        told["source"],
        told["sha256"],
        told["profile"]["name"],
        told["profile"]["sha256"],
        as_of,
        told["zone"],
        counts["read"],
        counts["taken"],
        out,
        told.get("lms", ""),
        counts.get("known", 0),
        counts.get("absent", 0),
        snapshot,
        told.get("corrects"),
        corrected,
    )


def _rulings(connection: Connection, known: int) -> Iterator[Ruling]:
    every = rulings.every(connection, known)
    withdrawn = {each.ruling.subject: each.seq for each in every if each.ruling.kind == WITHDRAW}
    for each in every:
        yield Ruling(each, withdrawn.get(f"ruling {each.seq}"))

"""A door: which exercises were built, each version with the bundle by which it can be replayed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, select

from lrs.database import METADATA, inserter
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import RECEIVED, SEQ
from lrs.received.writer import Batch
from scormkit import document, schema
from scormkit.document import Document, DocumentError
from scormkit.problems import Problem, has_errors

KIND = "catalogue"
FORMAT = 1
FILE = "catalogue.json"

CATALOGUE = Table(
    "catalogue",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # microseconds
    Column("digest", String(64), nullable=False),  # of the bundle: the version that people played
    Column("sha256", String(64), nullable=False),  # of the record's body
    Column("entry", Text, nullable=False),  # JSON: the scenario's place in the build's catalogue
)
_add = inserter(CATALOGUE)
_Said = tuple[str, str]  # message and code


class Built(NamedTuple):
    """One version of a scenario: its place in a build's catalogue, and its bundle."""

    entry: Mapping[str, Any]
    bundle: Mapping[str, Any]

    def body(self) -> bytes:
        """What is kept of it."""
        return compact({"catalogue": self.entry, "bundle": self.bundle}).encode()


@dataclass(frozen=True)
class Publication:
    """What a build made, all of it verified."""

    built: tuple[Built, ...]
    by: str


class Listed(NamedTuple):
    """A version in its place in the log."""

    seq: int
    at: int  # microseconds
    entry: Mapping[str, Any]


def read_build(folder: Path) -> tuple[tuple[Built, ...], list[Problem]]:
    """What `scormkit build` left in a folder, and what is wrong with it; nothing with an error."""
    try:
        made = document.read(folder / FILE)
    except DocumentError as error:
        hint = f"scormkit build --out {folder} writes it"
        return (), [Problem(error.problem.mark, error.problem.message, error.problem.code, hint)]
    problems = list(_wrong(made))
    if has_errors(problems):
        return (), problems
    built = []
    for number, entry in enumerate(made.data["scenarios"]):
        bundle, wrong = _bundle(folder, entry)
        if bundle is None:
            where = made.mark(("scenarios", number, "bundle"))
            problems.append(Problem(where, *wrong, "build it again: scormkit build"))
        else:
            built.append(Built(entry, bundle))
    return (() if has_errors(problems) else tuple(built)), problems


def _wrong(made: Document) -> Iterator[Problem]:
    data = made.data
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        message = f"this is no catalogue of format {FORMAT}"
        yield Problem(made.mark(("format",)), message, "no-catalogue", "build with this version")
        return
    yield from made.problems
    yield from schema.violations(made, "catalogue")


def _bundle(folder: Path, entry: Mapping[str, Any]) -> tuple[dict[str, Any] | None, _Said]:
    """The bundle that an entry names; or None and what is wrong."""
    name = entry["bundle"]
    try:
        told = json.loads((folder / name).read_bytes())
    except OSError as error:
        return None, (f"{name} can't be read: {error.strerror}", "no-bundle")
    except ValueError:
        return None, (f"{name} is not JSON", "no-bundle")
    if not isinstance(told, dict) or digest(told) != entry["digest"]:
        return None, (f"{name} is not what was built: its digest is another", "bad-digest")
    if (told["scenario"], told["version"]) != (entry["slug"], entry["version"]):
        what = f"{told['scenario']} {told['version']}"
        return None, (f"{name} is {what}, not {entry['slug']} {entry['version']}", "other-bundle")
    return told, ("", "")


def digest(bundle: Mapping[str, Any]) -> str:
    """The digest of a bundle: of its JSON without the digest, keys sorted, no spaces."""
    rest = {key: value for key, value in bundle.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def publish(batch: Batch, jobs: Sequence[Publication]) -> list[list[Listed]]:
    """The door of the catalogue: what each job brought that wasn't there, in order."""
    return [_publish(batch, job) for job in jobs]


def _publish(batch: Batch, job: Publication) -> list[Listed]:
    there = set(batch.connection.execute(select(CATALOGUE.c.sha256)).scalars())
    added = []
    for each in job.built:
        body = each.body()
        own = sha256(body).hexdigest()
        if own not in there:
            there.add(own)
            at = batch.instant()
            seq = batch.append([Record(KIND, head(at, by=job.by, sha256=own), body)])
            _add(batch.connection, [_row(seq, at, own, each.entry)])
            added.append(Listed(seq, at, each.entry))
    return added


def _row(seq: int, at: int, own: str, entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return seq, at, entry["digest"], own, compact(entry)


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Index what the log has."""
    rows = []
    for seq, at, _, told, body in records:
        rows.append(_row(seq, at, told["sha256"], json.loads(body)["catalogue"]))
    _add(connection, rows)


def read(connection: Connection, known: int | None = None) -> list[Listed]:
    """Every version that was published up to an instant (None: now), in order; of one that was
    built again in another way, both."""
    columns = (CATALOGUE.c.seq, CATALOGUE.c.at, CATALOGUE.c.entry)
    query = select(*columns).order_by(CATALOGUE.c.seq)
    if known is not None:
        query = query.where(CATALOGUE.c.at <= known)
    return [Listed(seq, at, json.loads(entry)) for seq, at, entry in connection.execute(query)]


def newest(listed: Iterable[Listed]) -> dict[str, Listed]:
    """The one published last of each scenario, by slug."""
    return {each.entry["slug"]: each for each in listed}


def criteria(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The criteria that an exercise serves, such as "SOC2 CC1.4"."""
    return tuple(sorted({name for each in entry["objectives"] for name in each["criteria"]}))


def bundle(connection: Connection, digest: str, known: int | None = None) -> dict[str, Any] | None:
    """The bundle of a version; None where it was not published up to that instant."""
    query = select(CATALOGUE.c.seq).where(CATALOGUE.c.digest == digest)
    if known is not None:
        query = query.where(CATALOGUE.c.at <= known)
    seq = connection.execute(query.order_by(CATALOGUE.c.seq).limit(1)).scalar()
    return None if seq is None else bundle_of(connection, seq)


def bundle_of(connection: Connection, seq: int) -> dict[str, Any]:
    """The bundle in a record of the catalogue."""
    body = connection.execute(select(RECEIVED.c.body).where(RECEIVED.c.seq == seq)).scalar_one()
    found: dict[str, Any] = json.loads(body)["bundle"]
    return found

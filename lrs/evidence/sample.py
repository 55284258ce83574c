"""A sample: people drawn from a pack by a stated rule, with all that is behind their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lrs import attempts, known, sources, timestamps
from lrs.database import rows
from lrs.days import Interval
from lrs.errors import BadRequest, Conflict, NotFound
from lrs.evidence import binding, pdf, read_me
from lrs.evidence.binding import Bound, Data, Tell
from lrs.evidence.document import Chapter, Document, Facts, Section, Table, Text
from lrs.evidence.manifest import written
from lrs.evidence.pseudonyms import pseudonyms
from lrs.evidence.sheet import Sheet
from lrs.evidence.verifying import lots
from lrs.evidence.verifying.files import Files
from lrs.evidence.verifying.log import consistent, included, leaf_hash
from lrs.evidence.verifying.manifest import changed, manifest_of
from lrs.evidence.verifying.names import (
    CHECKPOINT,
    MANIFEST,
    PACK_KIND,
    PROOFS,
    SAMPLE,
    SAMPLE_KIND,
    slug,
)
from lrs.evidence.verifying.report import Refused
from lrs.known import Register
from lrs.people.timeline import Person
from lrs.received import seal
from lrs.received.seal import Head
from lrs.register import trace as tracing
from lrs.register import trace_words
from lrs.register.columns import Column
from lrs.register.sheet import NO_VERDICT
from lrs.register.sheet import Sheet as RegisterSheet
from lrs.xapi.store import Store

PDF = "sample.pdf"
MOST = 1_000  # people; more is no sample but a copy
_RECORD = "SELECT kind, head, body, leaf FROM received WHERE seq = ?"


@dataclass(frozen=True)
class Wanted:
    """How people are chosen: by lot, or as the auditor lists them."""

    seed: str = ""
    size: int = 0
    by: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


class Sampled(NamedTuple):
    """A sample that was written."""

    bound: Bound
    people: Sequence[str]
    strata: Sequence[lots.Stratum]
    records: int


class _From(NamedTuple):
    """The pack from which people are drawn."""

    manifest: Data
    digest: str  # of the manifest
    head: Head
    rows: Sequence[Data]  # of its population

    @property
    def list(self) -> Data:
        """What the manifest says of the list."""
        sheets: Sequence[Data] = self.manifest["sheets"]
        return next(each for each in sheets if each["name"] == "population")


def write(
    store: Store,
    pack: Path,
    wanted: Wanted,
    out: Path,
    secret: bytes | None = None,
    tell: Tell = lambda _: None,
) -> Sampled:
    """Write a sample of a pack, whole or not at all. Of a pack with pseudonyms, the secret tells
    whose they are. Raises LrsError."""
    source = _source(pack)
    if source.manifest["pseudonyms"] != (secret is not None):
        raise BadRequest(
            f"{pack} has pseudonyms, and records name people: give its key with --pseudonymise, if "
            "the auditor may see who these people are"
            if secret is None
            else f"{pack} has no pseudonyms, so it needs no key"
        )
    drawn, strata = _choice(source, wanted)
    attempts.follow(store.engine)
    with binding.folder_beside(out) as folder, store.reading() as connection:
        _same_log(connection, pack, source.head)
        log = binding.log_of(connection, folder, source.head)
        ids = _whose(connection, drawn, secret) if secret is not None else drawn
        traces = _traces(connection, source, drawn, ids, tell)
        choice = _told(source, wanted, drawn, strata)
        (folder / SAMPLE).write_bytes(written(choice))
        (folder / "traces").mkdir()
        for each in traces:
            name = f"traces/{slug(each.person)}.json"
            (folder / name).write_bytes(written({"person": each.person, "rows": each.rows}))
        seqs = sorted({seq for each in traces for seq in _records(each.rows)})
        tell(f"{len(seqs):,} records and their proofs")
        proofs = [_proved(connection, folder, source.head, seq) for seq in seqs]
        (folder / PROOFS).write_bytes(written({"records": proofs}))
        tell("setting the document")
        with (folder / PDF).open("wb") as file:
            pdf.write(_document(source, choice, traces), file)
        text = read_me.of_sample(choice, source.manifest["asked"])
        (folder / binding.README).write_text(text, "utf-8", newline="\n")
        told = {
            "kind": SAMPLE_KIND,
            "asked": source.manifest["asked"],
            "of": {"manifest": source.digest},
            "log": log,
        }
        bound = binding.bind(store, out, folder, told, tell)
        return Sampled(bound, drawn, strata, len(seqs))


# Who is chosen.


def _source(pack: Path) -> _From:
    try:
        with Files(pack) as files:
            data = files.read(MANIFEST)
            manifest = manifest_of(data)
            if manifest["kind"] != PACK_KIND:
                raise BadRequest(f"{pack} is a {manifest['kind']}; draw from the pack itself")
            problems = list(changed(files, manifest))
            if problems:
                raise Conflict(
                    f"{pack} is not as it was written: {problems[0]}; draw from one that is"
                )
            head = seal.read(files.read(CHECKPOINT).decode())
            people = list(lots.population(files))
    except (Refused, ValueError, KeyError) as error:
        raise BadRequest(f"nothing can be drawn from {pack}: {error}") from error
    return _From(manifest, hashlib.sha256(data).hexdigest(), head, people)


def _choice(source: _From, wanted: Wanted) -> tuple[list[str], list[lots.Stratum]]:
    """Who is drawn. Raises BadRequest for ids that the population doesn't have."""
    there = dict.fromkeys(row["person"] for row in source.rows)
    if not there:
        raise BadRequest("the population of that pack is empty, so nobody can be drawn")
    if wanted.ids:
        asked = list(dict.fromkeys(wanted.ids))
        unknown = [each for each in asked if each not in there]
        if unknown:
            some = ", ".join(unknown[:10]) + (" ..." if len(unknown) > 10 else "")
            raise BadRequest(
                f"{len(unknown)} of {len(asked)} ids are not in the population of that pack: "
                f"{some}; its sheet population has all that are"
            )
        drawn, strata = asked, list[lots.Stratum]()
    else:
        drawn, strata = lots.draw(source.rows, wanted.seed, wanted.size, wanted.by)
    if len(drawn) > MOST:
        raise BadRequest(f"{len(drawn):,} people are no sample; at most {MOST:,} are drawn at once")
    return drawn, strata


def _told(
    source: _From, wanted: Wanted, drawn: Sequence[str], strata: Sequence[lots.Stratum]
) -> Data:
    """How it was chosen, for whoever chooses again."""
    listed = source.list
    of = {
        person: name
        for name, people in lots.strata_of(source.rows, wanted.by).items()
        for person in people
    }
    return {
        "list": {name: listed[name] for name in ("name", "json", "rows", "digest")},
        "people_in_list": len(of),
        "pack_manifest": source.digest,
        "ids": bool(wanted.ids),
        "seed": wanted.seed,
        "size": len(drawn) if wanted.ids else wanted.size,
        "by": list(wanted.by),
        "algorithm": "as given" if wanted.ids else lots.ALGORITHM,
        "strata": [{"stratum": s.name, "people": s.people, "drawn": s.drawn} for s in strata],
        "people": [{"person": each, "stratum": of[each]} for each in drawn],
    }


def _whose(connection: Connection, drawn: Sequence[str], secret: bytes) -> list[str]:
    """The HR ids of pseudonyms. Raises NotFound where the key is another than the pack's."""
    people = known.everybody(connection)
    called = pseudonyms(secret, people)
    ids = {called.person(id): id for id in people.people}
    missing = [each for each in drawn if each not in ids]
    if missing:
        raise NotFound(f"{missing[0]} is nobody's pseudonym by that key: it is of another pack")
    return [ids[each] for each in drawn]


# What is behind their rows.


class _Traced(NamedTuple):
    """A person of the sample, as the pack calls them, with what is behind each of their rows."""

    person: str
    rows: Sequence[Data]


def _traces(
    connection: Connection, source: _From, drawn: Sequence[str], ids: Sequence[str], tell: Tell
) -> list[_Traced]:
    asked = source.manifest["asked"]
    first, last = (date.fromisoformat(asked[each]) for each in _days(asked))
    at = timestamps.read(asked["known_at"])
    assert at is not None
    question = known.Asked(Interval(first, last), date.fromisoformat(asked["as_of"]), at)
    ground = known.prepared(connection, question)
    in_scope = {each.id: each for each in ground.in_scope}
    missing = [each for each in ids if each not in in_scope]
    if missing:
        raise NotFound(
            f"this store knows nobody called {', '.join(missing[:10])} who had access then; "
            "draw from a pack of this store, and give the key of one that is pseudonymised"
        )
    exercises = sources.exercises(connection, at)
    found = []
    for n, (called, id) in enumerate(zip(drawn, ids, strict=True), 1):
        person = in_scope[id]
        answer = known.answered(connection, ground, [person])
        found.append(_Traced(called, [*_behind(connection, answer, person, exercises, at)]))
        tell(f"{n} of {len(drawn)} people")
    return found


def _days(asked: Mapping[str, Any]) -> tuple[str, str]:
    return ("on", "on") if "on" in asked else ("from", "to")


def _behind(
    connection: Connection, answer: Register, person: Person, exercises: Mapping[str, Any], at: int
) -> Iterator[Data]:
    files = sources.files(connection, answer.judged.get(person.id, ()))
    behind = sources.behind(connection, answer, person, at)
    for row in answer.rows:
        sheet = RegisterSheet(answer, (row,), exercises, files)
        yield tracing.trace(sheet, row, behind, at)


def _records(told: object) -> Iterator[int]:
    """The numbers of all records that are named somewhere."""
    if isinstance(told, dict):
        if "leaf" in told:
            yield told["record"]
        for each in told.values():
            yield from _records(each)
    elif isinstance(told, list):
        for each in told:
            yield from _records(each)


def _same_log(connection: Connection, pack: Path, head: Head) -> None:
    """Raises Conflict where the pack's head is not of this store's log."""
    own = seal.latest(connection)
    if own is not None and own.size >= head.size:
        proof = seal.consistency(connection, head.size, own.size)
        if consistent(head.size, own.size, head.root, own.root, proof):
            return
    raise Conflict(
        f"{pack} is not of this store: its head of {head.size:,} records is no beginning of the "
        "log here. Draw from it where it was written"
    )


def _proved(connection: Connection, folder: Path, head: Head, seq: int) -> Data:
    """A record with its proof against the pack's head; its body goes into a file, unless it was
    erased. Raises Conflict where the log is not the one that the pack was written from."""
    kind, text, body, leaf = rows(connection, _RECORD, [seq])[0]
    proof = seal.inclusion(connection, seq, head.size) if seq <= head.size else []
    if not included(bytes(leaf), seq - 1, head.size, proof, head.root):
        raise Conflict(
            f"record {seq} is not in the log that the pack was sealed with: this is not the store "
            "that it was written from, or the log was changed; lrs seal verify looks through it"
        )
    whole = leaf_hash(f"{kind}\n{text}\n".encode() + bytes(body)) == bytes(leaf)
    name = f"records/{seq}.body"
    if whole:
        (folder / "records").mkdir(exist_ok=True)
        (folder / name).write_bytes(body)
    return {
        "record": seq,
        "kind": kind,
        "head": text,
        "body": name if whole else None,
        "leaf": bytes(leaf).hex(),
        "proof": [each.hex() for each in proof],
    }


# The document.


_STRATA = (
    Column("stratum", "Stratum", "text", 40, "By what people are alike in it."),
    Column("people", "People", "number", 10, "In the population."),
    Column("drawn", "Drawn", "number", 10, "Into the sample."),
)
_PEOPLE = (
    Column("person", "Person", "text", 16, "As the pack calls them."),
    Column("stratum", "Stratum", "text", 40, "From which they were drawn."),
    Column("rows", "Rows", "number", 8, "Of the register that are theirs."),
    Column("verdicts", "Verdicts", "text", 40, "On these rows."),
)


def _document(source: _From, choice: Data, traces: Sequence[_Traced]) -> Document:
    asked = source.manifest["asked"]
    first, last = (asked[each] for each in _days(asked))
    days = f"{first} to {last}" if first != last else last
    how = (
        [("Chosen", "text", "by a list of ids")]
        if choice["ids"]
        else [
            ("Seed", "text", choice["seed"]),
            ("Size", "number", choice["size"]),
            ("Stratified by", "text", ", ".join(choice["by"]) or "nothing"),
        ]
    )
    cover = Facts(
        (
            *how,
            ("Drawn from", "text", f"{choice['people_in_list']:,} people of the population"),
            ("SHA-256 of its rows", "text", choice["list"]["digest"]),
            ("SHA-256 of the pack's manifest", "text", source.digest),
            ("Known at", "text", asked["known_at"]),
            ("Sealed log", "text", f"{source.head.size:,} records"),
        )
    )
    return Document(
        "Auditor's sample",
        f"Everything behind the register's rows of {len(traces)} people, {days}",
        asked["organisation"],
        date.fromisoformat(last),
        cover,
        (_chosen(source, choice, traces), *map(_chapter, traces)),
    )


def _chosen(source: _From, choice: Data, traces: Sequence[_Traced]) -> Chapter:
    of = {each["person"]: each["stratum"] for each in choice["people"]}
    people = [
        (each.person, of[each.person], len(each.rows), _verdicts(each.rows)) for each in traces
    ]
    listed = f"The sheet population of the pack, {choice['list']['rows']:,} rows."
    blocks: list[Text | Table] = []
    if choice["ids"]:
        blocks.append(Text("These people were asked for by their ids; nothing was drawn by lot."))
    else:
        blocks += [Text(each) for each in lots.ALGORITHM.replace("\n   ", " ").split("\n")]
        strata = [tuple(each.values()) for each in choice["strata"]]
        blocks.append(
            Table(Sheet("strata", "Strata", _STRATA, strata, listed, "Counted in that sheet."))
        )
    made = "Drawn by the rule above." if not choice["ids"] else "In the order of the list given."
    blocks.append(
        Table(Sheet("people", "People of the sample", _PEOPLE, people, listed, made), most=MOST)
    )
    lead = "Who is in the sample, and by which rule: whoever has the pack draws the same people."
    return Chapter("How people were chosen", lead, blocks)


def _verdicts(traced: Iterable[Data]) -> str:
    found: dict[str, int] = {}
    for each in traced:
        name = each["verdict"]["name"] or NO_VERDICT
        found[name] = found.get(name, 0) + 1
    return ", ".join(f"{count} {name}" for name, count in found.items())


_FIRST, _LAST = ("The person", "Names that mean nobody"), trace_words.RECORDS
Pairs = Sequence[tuple[str, str]]


def _chapter(traced: _Traced) -> Chapter:
    """A person: who they are, each row with what is behind it, and the records that were named."""
    first: dict[str, Pairs] = {}  # the same in all rows
    named: dict[str, list[tuple[str, str]]] = {}
    rows: list[Section] = []
    for row in traced.rows:
        (title, came), *others = [(name, [*pairs]) for name, pairs in trace_words.parts(row)]
        inner = []
        for name, pairs in others:
            if name in _FIRST:
                first.setdefault(name, pairs)
            elif name == _LAST:
                named |= _by_record(pairs)
            else:
                inner.append(Section(name, [_facts(pairs)]))
        rows.append(Section(title, [_facts(came), *inner]))
    about = [Section(name, [_facts(pairs)]) for name, pairs in first.items()]
    records = [pair for _, pairs in sorted(named.items(), key=_number) for pair in pairs]
    many = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    lead = f"{many} of the register: {_verdicts(traced.rows)}."
    blocks = [*about, *rows, Section(_LAST, [_facts(records)])]
    return Chapter(f"Person {traced.person}", lead, blocks)


def _by_record(pairs: Pairs) -> dict[str, list[tuple[str, str]]]:
    """What is said of records, by the label that each begins with: record 12."""
    found: dict[str, list[tuple[str, str]]] = {}
    for label, text in pairs:
        if label.startswith("record "):
            record = found[label] = []
        record.append((label, text))
    return found


def _number(record: tuple[str, object]) -> int:
    return int(record[0].removeprefix("record "))


def _facts(pairs: Iterable[tuple[str, str]]) -> Facts:
    told = [(label.strip(), text) for label, text in pairs if label or text]
    return Facts([(f"{label[:1].upper()}{label[1:]}", "text", text) for label, text in told])

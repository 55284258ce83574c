"""The pack: one pass over what was known, then the sheets, the document, the manifest, the zip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import attempts, known, redactions, reviews, sources, timestamps
from lrs.errors import NotFound
from lrs.evidence import binding, chapters, gathering, manifest, pdf, read_me, verifier
from lrs.evidence.binding import Bound, Data, Tell
from lrs.evidence.document import Attachment
from lrs.evidence.material import Material, Request
from lrs.evidence.piece import Piece
from lrs.evidence.pseudonyms import Pseudonyms, pseudonyms
from lrs.evidence.sheet import Sheet
from lrs.evidence.sheets import tables
from lrs.evidence.tally import Tally
from lrs.evidence.writing.apart import Apart
from lrs.evidence.writing.lines import lines
from lrs.evidence.writing.sheet_files import Pairs, Plan, SheetFiles, Written
from lrs.programme import versions
from lrs.received import records, seal
from lrs.received.seal import Head
from lrs.register.sheet import Cell
from lrs.xapi.store import Store

PDF = "evidence.pdf"
PRINTED = 2_000  # rows of a sheet that the document can print; all are in the other files
_APART = 300  # people from whom on a second process is faster


class Pack(NamedTuple):
    """A pack that was written."""

    bound: Bound
    head: Head
    sheets: Sequence[Written]


def write(
    store: Store,
    asked: Callable[[int, ZoneInfo], Request],
    out: Path,
    previous: Path | None = None,
    secret: bytes | None = None,
    keep_texts: bool = False,
    tell: Tell = lambda _: None,
) -> Pack:
    """Write a pack, whole or not at all. `asked` makes the request once it is told the instant of
    the newest record that is sealed, and the programme's zone. With a secret, people are called by
    pseudonyms. Raises LrsError, and OSError where there is no room."""
    with store.reading() as connection:
        if not records.newest(connection)[0]:
            raise NotFound("nothing was received yet; lrs people import takes in the first roster")
        redacted = redactions.named(connection)
    tell("sealing the log")
    head = seal.make(store, redacted=redacted)
    attempts.follow(store.engine)
    with binding.folder_beside(out) as folder, store.reading() as connection:
        zone = ZoneInfo(versions.zone(connection))
        request = asked(sources.instant(connection, head.size), zone)
        material = gathering.material(connection, request, reviews.read(connection, request.known))
        if not material.versions:
            raise NotFound("no programme was published by then; lrs programme publish does it")
        log = binding.log_of(connection, folder, head)
        told: Data = {
            "kind": verifier.PACK_KIND,
            "asked": _asked(material),
            "pseudonyms": secret is not None,
            "log": log,
            "previous": binding.before(connection, folder, head, previous),
        }
        called = None
        if secret is not None:
            called = _pseudonyms(connection, material, secret, keep_texts)
        written = _contents(connection, folder, material, called, told, tell)
        text = read_me.of_pack(material, written, told["asked"], log, called is not None)
        (folder / binding.README).write_text(text, "utf-8", newline="\n")
        told["sheets"] = manifest.sheets(written)
        return Pack(binding.bind(store, out, folder, told, tell), head, written)


def _contents(
    connection: Connection,
    folder: Path,
    material: Material,
    called: Pseudonyms | None,
    told: Data,
    tell: Tell,
) -> list[Written]:
    """Everything in a pack that somebody reads."""
    _programme(folder, material, called)
    with _sheet_files(folder, material) as files:
        tally, sheets = _pass(connection, material, called, files, tell)
        sheets |= _counted(material, tally, called, files)
        files.close(_pairs(told["asked"], told["log"]))
        tell("setting the document")
        with (folder / PDF).open("wb") as file:
            document = chapters.document(material, tally, sheets)
            pdf.write(scrubbed(document, called) if called else document, file)
        tell("finishing the sheets")
        written = files.written()
    return [written[form.name] for form in tables.FORMS if form.name in written]


@contextmanager
def _sheet_files(folder: Path, material: Material) -> Iterator[SheetFiles | Apart]:
    """Where sheets are written to; in a second process where there is much to write."""
    asked = material.asked
    title = f"{material.organisation}: evidence, {asked.type}, {asked.period.first} to {asked.last}"
    pages = tuple(e.name for e in tables.FORMS if e.design or asked.operating)
    plan = Plan(folder, pages, title[:250], "", asked.known)
    many = sum(each.taken for each in material.rosters) > _APART
    files = Apart(plan) if many else SheetFiles(plan)
    try:
        yield files
    except BaseException:
        files.drop()
        raise


# Pseudonyms.


def _pseudonyms(
    connection: Connection, material: Material, secret: bytes, keep_texts: bool
) -> Pseudonyms:
    """Those of everybody, and of whoever else is named in texts."""
    programmes = [each.programme for each in material.versions]
    also = {text for each in programmes for text in (each.owner, each.owner_mail)}
    also |= {each.by for each in material.versions} | {each.by for each in material.imports}
    also |= {each.given.ruling.by for each in material.rulings}
    people = known.everybody(connection, material.asked.known)
    return pseudonyms(secret, people, also, keep_texts)


def scrubbed(told: Any, called: Pseudonyms) -> Any:
    """A document, or a part of one, without names in its texts. Its sheets have none already."""
    if isinstance(told, str):
        return called.scrubbed(told)
    if isinstance(told, Sheet | Attachment):
        return told
    if isinstance(told, list | tuple):
        return type(told)(scrubbed(each, called) for each in told)
    if is_dataclass(told) and not isinstance(told, type):
        parts = {each.name: getattr(told, each.name) for each in fields(told)}
        return replace(told, **{name: scrubbed(part, called) for name, part in parts.items()})
    return told


# The sheets.


class Begun:
    """The first rows of a sheet whose rows went by, and as many empty ones as came behind them: the
    document prints some and says how many there are."""

    def __init__(self) -> None:
        self._first: list[Sequence[Cell]] = []
        self._more = 0

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Rows go by."""
        room = PRINTED - len(self._first)
        self._first += rows[:room] if room > 0 else ()
        self._more += len(rows) - max(min(room, len(rows)), 0)

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        return chain(self._first, repeat((), self._more))


def _pass(
    connection: Connection,
    material: Material,
    called: Pseudonyms | None,
    files: SheetFiles | Apart,
    tell: Tell,
) -> tuple[Tally, dict[str, Sheet]]:
    """The one pass over everybody's rows, some hundred people at a time."""
    asked, tally = material.asked, Tally()
    streamed = tables.streamed(material)
    begun = {each.form.name: Begun() for each in streamed}
    sheets = {each.form.name: each.form.sheet(material, ()) for each in streamed}
    if called:
        sheets = {name: called.sheet(sheet) for name, sheet in sheets.items()}
    for sheet in sheets.values():
        files.begin(sheet)
    people = 0
    question = known.Asked(asked.period, asked.as_of, asked.known)
    for register in known.pieces(connection, question):
        piece = Piece(register, material.exercises, material.files)
        tally.add(piece)
        for each in streamed:
            name, columns = each.form.name, each.form.columns
            rows = tuple(each.rows(piece, material))
            if called:
                rows = tuple(called.rows(name, columns, rows))
            begun[name].add(rows)
            for some in lines(columns, rows):
                files.add(name, some)
        people += len(piece.people)
        tell(f"{people:,} of {register.population:,} people")
    for name in sheets:
        files.end(name)
    return tally, {name: replace(sheet, rows=begun[name]) for name, sheet in sheets.items()}


def _counted(
    material: Material, tally: Tally, called: Pseudonyms | None, files: SheetFiles | Apart
) -> dict[str, Sheet]:
    """The sheets that are made of what was counted and gathered."""
    found = {}
    for each in tables.whole(material, tally):
        sheet = replace(each, rows=tuple(called.sheet(each).rows)) if called else each
        files.begin(sheet)
        for some in lines(sheet.columns, sheet.rows):
            files.add(sheet.name, some)
        files.end(sheet.name)
        found[sheet.name] = sheet
    return found


# What is said of the whole.


def _asked(material: Material) -> Data:
    """What was asked, and of what; the same in manifest, workbook and README."""
    asked = material.asked
    period = asked.period
    days = (
        {"from": period.first.isoformat(), "to": asked.last.isoformat()}
        if asked.operating
        else {"on": asked.last.isoformat()}
    )
    return {
        "organisation": material.organisation,
        "type": asked.type,
        **days,
        "as_of": asked.as_of.isoformat(),
        "zone": material.zone,
        "known_at": timestamps.written(asked.known),
        "newest_record": material.newest,
        "written_by": f"scormkit {material.software}",
    }


def _pairs(told: Mapping[str, Any], log: Mapping[str, Any]) -> Pairs:
    """The same for the first page of the workbook."""
    named = {**told, "log": log["origin"], "log_records": log["size"], "log_root": log["root"]}
    return [
        (name.replace("_", " ").capitalize(), "number" if isinstance(value, int) else "text", value)
        for name, value in named.items()
    ]


def _programme(folder: Path, material: Material, called: Pseudonyms | None) -> None:
    """The versions of the programme as they were published; under pseudonyms, without names."""
    (folder / "programme").mkdir()
    for each in material.effective:
        text = called.scrubbed(each.text.decode()).encode() if called else each.text
        (folder / each.file).write_bytes(text)

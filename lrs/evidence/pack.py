"""The pack: one pass over what was known, then the sheets, the document, the manifest, the zip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lrs import attempts, known, redactions, reviews, side_by_side, sources, timestamps
from lrs.errors import NotFound
from lrs.evidence import binding, chapters, gathering, manifest, pdf, read_me
from lrs.evidence.binding import Bound, Data, Tell
from lrs.evidence.document import Attachment
from lrs.evidence.material import Material, Request
from lrs.evidence.piece import Piece
from lrs.evidence.pseudonyms import Pseudonyms, pseudonyms
from lrs.evidence.sheet import Sheet
from lrs.evidence.sheets import tables
from lrs.evidence.tally import Tally
from lrs.evidence.verifying.names import CONSISTENCY, PACK_KIND
from lrs.evidence.writing.lines import cells, lines
from lrs.evidence.writing.sheet_files import Pairs, Plan, SheetFiles, Written
from lrs.known import Register
from lrs.programme import versions
from lrs.received import records, seal
from lrs.received.seal import Head
from lrs.xapi.store import Store

PDF = "evidence.pdf"
_LONG = 50_000  # rows of a register from which on its page has the main columns alone
_MAIN = (
    *("person", "name", "kind", "roles", "manager", "exercise", "reason", "bucket", "assigned"),
    *("due", "verdict", "completed", "days_late", "note", "score", "provenance", "sides"),
    *("record", "exception", "remediated", "row"),
)
_CARRIED = 200_000  # bytes of a sheet's CSV up to which the document has it attached


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
    with binding.folder_beside(out) as folder:
        with store.reading() as connection:
            zone = ZoneInfo(versions.zone(connection))
            request = asked(sources.instant(connection, head.size), zone)
            material = _material(connection, request)
            told: Data = {
                "kind": PACK_KIND,
                "asked": _asked(material),
                "pseudonyms": secret is not None,
                "log": binding.log_of(connection, folder, head),
                "previous": binding.before(connection, folder, head, previous),
            }
            called = None
            if secret is not None:
                called = _pseudonyms(connection, material, secret, keep_texts)
        written = _contents(store, folder, material, called, told, tell)
        text = read_me.of_pack(material, written, told["asked"], told["log"], called is not None)
        (folder / binding.README).write_text(text, "utf-8", newline="\n")
        told["sheets"] = manifest.sheets(written)
        return Pack(binding.bind(store, out, folder, told, tell), head, written)


def _material(connection: Connection, asked: Request) -> Material:
    """Everything that the pack is made of besides rows. Raises NotFound without a programme."""
    there = reviews.read(connection, asked.known)
    redacted = redactions.count(connection, asked.known)
    found = gathering.material(connection, asked, there, redacted)
    if not found.versions:
        raise NotFound("no programme was published by then; lrs programme publish does it")
    return found


def _contents(
    store: Store,
    folder: Path,
    material: Material,
    called: Pseudonyms | None,
    told: Data,
    tell: Tell,
) -> list[Written]:
    """Everything in a pack that somebody reads."""
    _programme(folder, material, called)
    with _sheet_files(folder, material) as files:
        tally, sheets = _pass(store, material, called, files, tell)
        sheets |= _counted(material, tally, called, files)
        tell("finishing the workbook")
        by_name = files.close(_pairs(told["asked"], told["log"]))
    written = [by_name[form.name] for form in tables.FORMS if form.name in by_name]
    tell("setting the document")
    document = chapters.document(material, tally, sheets, _sealed(told))
    document = replace(document, attachments=tuple(_attached(folder, written)))
    with (folder / PDF).open("wb") as file:
        pdf.write(scrubbed(document, called) if called else document, file)
    return written


@contextmanager
def _sheet_files(folder: Path, material: Material) -> Iterator[SheetFiles]:
    """Where sheets are written to."""
    asked = material.asked
    title = f"{material.organisation}: evidence, {asked.type}, {asked.period.first} to {asked.last}"
    pages = tuple(e.name for e in tables.FORMS if e.design or asked.operating)
    plan = Plan(folder, pages, title[:250], "", asked.known)
    files = SheetFiles(plan)
    try:
        yield files
    except BaseException:  # an interrupt, too: whatever it is goes on
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


class _Made(NamedTuple):
    """What comes of a piece of the register: what was counted, and each sheet's rows as lines."""

    tally: Tally
    people: int
    population: int
    lines: Mapping[str, Sequence[bytes]]


@dataclass(frozen=True)
class _Work:
    """What is done with each piece, in whatever process."""

    material: Material
    called: Pseudonyms | None

    def __call__(self, register: Register) -> _Made:
        material, tally = self.material, Tally()
        piece = Piece(register, material.exercises, material.files)
        tally.add(piece)
        made: dict[str, list[bytes]] = {}
        for each in tables.streamed(material):
            form, rows = each.form, each.rows(piece, material)
            if self.called:
                rows = self.called.rows(form.name, form.columns, rows)
            made[form.name] = [line for some in lines(form.columns, rows) for line in some]
        return _Made(tally, len(piece.people), register.population, made)


def _pass(
    store: Store, material: Material, called: Pseudonyms | None, files: SheetFiles, tell: Tell
) -> tuple[Tally, dict[str, Sheet]]:
    """The one pass over everybody's rows, some hundred people at a time. Of the sheets the first
    rows are kept, which the document can have."""
    asked, tally, people = material.asked, Tally(), 0
    sheets = {each.form.name: each.form.sheet(material, ()) for each in tables.streamed(material)}
    if called:
        sheets = {name: called.sheet(sheet) for name, sheet in sheets.items()}
    first: dict[str, list[bytes]] = {name: [] for name in sheets}
    question = known.Asked(asked.period, asked.as_of, asked.known)
    tell("going through the register")
    for made in side_by_side.worked(store.engine, question, _Work(material, called)):
        if not people:
            for name, sheet in sheets.items():
                files.begin(sheet, _shown(name, made))
        tally = tally.merge(made.tally)
        for name, some in made.lines.items():
            files.add(name, some)
            first[name] += some[: max(tables.MOST_PRINTED - len(first[name]), 0)]
        people += made.people
        tell(f"{people:,} of {made.population:,} people")
    for name in sheets:
        files.end(name)
    kept = {name: tuple(cells(sheets[name].columns, some)) for name, some in first.items()}
    return tally, {name: replace(sheet, rows=kept[name]) for name, sheet in sheets.items()}


def _shown(name: str, made: _Made) -> Sequence[str]:
    """The columns of a sheet that the workbook has, by how long it will be: all, or the main."""
    rows = len(made.lines[name]) * made.population // max(made.people, 1)
    return _MAIN if name == "register" and rows > _LONG else ()


def _counted(
    material: Material, tally: Tally, called: Pseudonyms | None, files: SheetFiles
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


def _sealed(told: Data) -> Pairs:
    """What the document says of the seal."""
    log, before = told["log"], told["previous"]
    facts: Pairs = [
        ("Log", "text", log["origin"]),
        ("Records that are sealed", "number", log["size"]),
        ("Root of their tree", "text", log["root"]),
        ("Sealed", "instant", timestamps.read(log["sealed"])),
        ("Signed with key", "text", log["key"]),
    ]
    if before is None:
        return [*facts, ("Previous pack", "text", "none is named")]
    told_of = f"its {before['size']:,} records are the first of this log; proof: {CONSISTENCY}"
    return [*facts, ("Previous pack", "text", told_of)]


def _attached(folder: Path, written: Sequence[Written]) -> Iterator[Attachment]:
    """The small sheets, which the document carries."""
    for each in written:
        content = (folder / each.files[0]).read_bytes() if each.rows else b""
        if content and len(content) <= _CARRIED:
            name = f"{each.sheet.name}.csv"
            yield Attachment(name, content, "text/csv", f"{each.sheet.title}, all rows")


def _programme(folder: Path, material: Material, called: Pseudonyms | None) -> None:
    """The versions of the programme as they were published; under pseudonyms, without names."""
    (folder / "programme").mkdir()
    for each in material.effective:
        text = called.scrubbed(each.text.decode()).encode() if called else each.text
        (folder / each.file).write_bytes(text)

"""The pack: one pass over what was known, then the sheets, the document, the manifest, the zip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lrs import attempts, known, reviews, sources, timestamps
from lrs.errors import NotFound
from lrs.evidence import binding, chapters, gathering, manifest, pdf, read_me, verifier
from lrs.evidence.binding import Bound, Data, Tell
from lrs.evidence.material import Material, Request
from lrs.evidence.piece import Piece
from lrs.evidence.sheet import Sheet
from lrs.evidence.sheets import tables
from lrs.evidence.tally import Tally
from lrs.evidence.writing.apart import Apart
from lrs.evidence.writing.lines import lines
from lrs.evidence.writing.sheet_files import Pairs, Plan, SheetFiles, Written
from lrs.received import seal
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
    asked: Callable[[int], Request],
    out: Path,
    previous: Path | None = None,
    tell: Tell = lambda _: None,
) -> Pack:
    """Write a pack, whole or not at all. `asked` makes the request once it is told the instant of
    the newest record that is sealed. Raises LrsError, and OSError where there is no room."""
    tell("sealing the log")
    head = seal.make(store)
    attempts.follow(store.engine)
    with binding.folder_beside(out) as folder, store.reading() as connection:
        request = asked(sources.instant(connection, head.size))
        material = gathering.material(connection, request, reviews.read(connection, request.known))
        if not material.versions:
            raise NotFound("no programme was published by then; lrs programme publish does it")
        log = binding.log_of(connection, folder, head)
        told = {
            "kind": verifier.PACK_KIND,
            "asked": _asked(material),
            "log": log,
            "previous": binding.before(connection, folder, head, previous),
        }
        written = _contents(connection, folder, material, told, tell)
        text = read_me.of_pack(material, written, told["asked"], log)
        (folder / binding.README).write_text(text, "utf-8", newline="\n")
        told["sheets"] = manifest.sheets(written)
        return Pack(binding.bind(store, out, folder, told, tell), head, written)


def _contents(
    connection: Connection, folder: Path, material: Material, told: Data, tell: Tell
) -> list[Written]:
    """Everything in a pack that somebody reads."""
    _programme(folder, material)
    with _sheet_files(connection, folder, material) as files:
        tally, sheets = _pass(connection, material, files, tell)
        sheets |= _counted(material, tally, files)
        files.close(_pairs(told["asked"], told["log"]))
        tell("setting the document")
        with (folder / PDF).open("wb") as file:
            pdf.write(chapters.document(material, tally, sheets), file)
        tell("finishing the sheets")
        written = files.written()
    return [written[form.name] for form in tables.FORMS if form.name in written]


@contextmanager
def _sheet_files(
    connection: Connection, folder: Path, material: Material
) -> Iterator[SheetFiles | Apart]:
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
    connection: Connection, material: Material, files: SheetFiles | Apart, tell: Tell
) -> tuple[Tally, dict[str, Sheet]]:
    """The one pass over everybody's rows, some hundred people at a time."""
    asked, tally = material.asked, Tally()
    streamed = tables.streamed(material)
    begun = {each.form.name: Begun() for each in streamed}
    sheets = {each.form.name: each.form.sheet(material, ()) for each in streamed}
    for sheet in sheets.values():
        files.begin(sheet)
    people = 0
    question = known.Asked(asked.period, asked.as_of, asked.known)
    for register in known.pieces(connection, question):
        piece = Piece(register, material.exercises, material.files)
        tally.add(piece)
        for each in streamed:
            name, rows = each.form.name, tuple(each.rows(piece, material))
            begun[name].add(rows)
            for some in lines(each.form.columns, rows):
                files.add(name, some)
        people += len(piece.people)
        tell(f"{people:,} of {register.population:,} people")
    for name in sheets:
        files.end(name)
    return tally, {name: replace(sheet, rows=begun[name]) for name, sheet in sheets.items()}


def _counted(material: Material, tally: Tally, files: SheetFiles | Apart) -> dict[str, Sheet]:
    """The sheets that are made of what was counted and gathered."""
    found = {}
    for sheet in tables.whole(material, tally):
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


def _programme(folder: Path, material: Material) -> None:
    """The versions of the programme as they were published."""
    (folder / "programme").mkdir()
    for each in material.effective:
        (folder / each.file).write_bytes(each.text)

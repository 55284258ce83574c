"""Says whether an evidence pack, or a sample drawn from one, is whole, as signed, and as sealed.

It travels in each pack as verify.py and needs nothing of the program that wrote it: Python 3.9 or
newer and the package "cryptography". It opens no network connection and writes no file beside
temporary ones.

    python verify.py pack.zip --key key.pub
    python verify.py pack.zip --key key.pub --previous last-year.zip
    python verify.py sample.zip --key key.pub --pack pack.zip

It is one file, however long, because it is handed on as one: nobody has to trust, or to find, a
second. Its parts stand in the order in which they are needed: files, manifest and keys, seal and
proofs, sheets, samples.

Each check is a line. Exit status: 0 all is well, 1 something is not, 2 it was called wrongly or
there is nothing to look at.
"""
# /// script
# requires-python = ">=3.9"
# dependencies = ["cryptography"]
# ///

from __future__ import annotations

import argparse
import base64
import binascii
import copy
import csv
import hashlib
import io
import json
import re
import stat
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.etree import ElementTree

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CHECKPOINT, KEYS, CONSISTENCY = "seal/checkpoint.txt", "seal/keys.json", "seal/consistency.json"
SAMPLE, PROOFS, WORKBOOK = "sample.json", "proofs.json", "workbook.xlsx"
PACK_KIND, SAMPLE_KIND = "evidence pack", "sample of an evidence pack"

_AT_ONCE = 1 << 20
_MOST_SMALL = 256 << 20  # bytes of a file that is read whole
_MOST_LINE = 64 << 20  # bytes of a row
_MOST_BYTES = 1 << 40  # of all files, unpacked
_MOST_RATIO = 1_100  # deflate makes at best 1 of 1,032
_MOST_FILES = 200_000
_LISTED = 10  # of many things that are wrong alike
_END = struct.Struct("<4s4H2LH")
_FILE = 0o100644 << 16
_ED25519 = b"\x01"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ACTING = ("=", "+", "-", "@", "\t", "\r")
_EXCEL, _UNIX_DAY = date(1899, 12, 30), 25_569
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Python 3.9
_MOST_LETTERS = 32_767  # of a workbook's cell
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Json = dict[str, Any]


class Refused(Exception):
    """There is nothing that could be verified; says why."""


class Report:
    """What was looked at, line by line, and whether it held."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._out = tell
        self.wrong = 0

    def _tell(self, line: str) -> None:
        # Whatever stands in a pack, nothing in it can act on a terminal.
        self._out("".join(each if each.isprintable() else "\ufffd" for each in line))

    def good(self, what: str) -> None:
        """A check that held."""
        self._tell(f"ok     {what}")

    def bad(self, what: str) -> None:
        """One that did not."""
        self.wrong += 1
        self._tell(f"WRONG  {what}")

    def note(self, what: str) -> None:
        """Something to know that is no fault of what was looked at."""
        self._tell(f"note   {what}")

    def all_of(self, problems: Iterable[str], well: str) -> bool:
        """Every problem, or the line that says that there is none; whether there is none."""
        many = 0
        for many, problem in enumerate(problems, 1):
            if many <= _LISTED:
                self.bad(problem)
        if many > _LISTED:
            self.bad(f"... and {many - _LISTED:,} more like these")
        if not many:
            self.good(well)
        return not many


# What is looked at: a zip, or the folder that it was unpacked to.


class Files:
    """The files of a pack by name."""

    def __init__(self, path: Path, besides: Path | None = None) -> None:
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            self.sizes = dict(_in_folder(path, besides))
            return
        try:
            self._zip = zipfile.ZipFile(path)
        # NotImplementedError is zipfile's word for a zip of a kind that it can't read.
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Refused(f"{path} can't be opened as a zip: {error}") from None
        infos = self._zip.infolist()
        refused = list(_hostile(infos))
        if refused:
            self._zip.close()
            raise Refused(
                f"{path} is refused, and nothing in it was opened:\n  " + "\n  ".join(refused)
            )
        self.sizes = {each.filename: each.file_size for each in infos}

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    @property
    def zip(self) -> zipfile.ZipFile | None:
        """The zip, if it is one."""
        return self._zip

    def open(self, name: str) -> IO[bytes]:
        """A file to read."""
        if self._zip is not None:
            return self._zip.open(name)
        return self.path.joinpath(*name.split("/")).open("rb")

    def read(self, name: str) -> bytes:
        """All of a small file. Raises Refused."""
        if name not in self.sizes:
            raise Refused(f"{self.path} has no {name}: it is no evidence pack, or not all of one")
        if self.sizes[name] > _MOST_SMALL:
            raise Refused(f"{name} says that it has {self.sizes[name]:,} bytes; that is too much")
        try:
            with self.open(name) as file:
                return file.read(_MOST_SMALL)
        except _BROKEN as error:
            raise Refused(f"{name} can't be read: {error}") from None

    def json(self, name: str) -> Any:
        """What a small file of JSON says. Raises Refused."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise Refused(f"{name} is no JSON: {error}") from None


_ODD = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
# What zipfile raises for broken files; NotImplementedError for a way of packing unknown to it.
_BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


def _in_folder(folder: Path, besides: Path | None) -> Iterator[tuple[str, int]]:
    """The files of a folder, but for the key if somebody has put it there."""
    for path in sorted(folder.rglob("*")):
        if besides is not None and path.resolve() == besides.resolve():
            continue
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            yield name, path.stat().st_size
        elif not stat.S_ISDIR(mode):
            raise Refused(f"{path} is no file but a link or the like; nothing was opened")


def _hostile(infos: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """What no pack of ours has, and what a zip may do harm with."""
    if len(infos) > _MOST_FILES:
        yield f"it has {len(infos):,} files"
        return
    seen: dict[str, str] = {}
    for each in infos:
        name = each.filename
        shown = ascii(each.orig_filename)
        parts = name.split("/")
        if name != each.orig_filename or "\\" in each.orig_filename or ":" in name:
            yield f"{shown} is no name of a file that every system can have"
        elif any(part in ("", ".", "..") for part in parts) or not name.isprintable():
            yield f"{shown} leads out of the folder to which it is unpacked, or nowhere"
        twin = seen.setdefault(name.casefold(), name)
        if twin is not name:
            yield f"{shown} is there twice, or a name that only differs in case"
        if each.flag_bits & 0x1:
            yield f"{shown} is encrypted"
        if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield f"{shown} is packed by method {each.compress_type}, which no pack uses"
        if stat.S_IFMT(each.external_attr >> 16) not in (0, stat.S_IFREG):
            yield f"{shown} is no file but a link or the like"
        if each.file_size > max(each.compress_size, 1) * _MOST_RATIO:
            yield f"{shown} says that {each.compress_size:,} bytes become {each.file_size:,}"
    total = sum(each.file_size for each in infos)
    if total > _MOST_BYTES:
        yield f"its files are {total:,} bytes once they are unpacked"


def _wrapping(pack: zipfile.ZipFile, size: int) -> Iterator[str]:
    """Bytes of the zip that belong to no file, or that say of one what no pack of ours says."""
    infos = sorted(pack.infolist(), key=lambda each: each.header_offset)
    at = 0
    for each in infos:
        name = each.filename
        usual = (20, 3, 0, 0, 0, _FILE, b"", b"", infos[0].date_time)
        made = (each.create_version, each.create_system)
        said = (*made, each.reserved, each.volume, each.internal_attr)
        more = (each.external_attr, each.comment, each.extra, each.date_time)
        # What Python writes of files beyond two gigabytes differs from version to version.
        large = max(each.file_size * 1.05, each.header_offset) > zipfile.ZIP64_LIMIT
        if not large and (said + more != usual or each.flag_bits not in (0, 0x800)):
            yield f"{name}: the zip's directory says of it what was not written so"
        if each.header_offset != at:
            yield f"{name}: it does not begin where the file before it ends"
        header = _header(each)
        assert pack.fp is not None
        pack.fp.seek(each.header_offset)
        if not large and pack.fp.read(len(header)) != header:
            yield f"{name}: the zip's header before it is not what the zip's directory says"
        at = each.header_offset + len(header) + each.compress_size
    directory = sum(46 + len(each.filename.encode()) for each in infos)
    if at <= zipfile.ZIP64_LIMIT and not any(each.extra for each in infos):
        end = _END.pack(b"PK\x05\x06", 0, 0, len(infos), len(infos), directory, at, 0)
        assert pack.fp is not None
        pack.fp.seek(max(at + directory, 0))
        if pack.start_dir != at or pack.fp.read() != end or size != at + directory + len(end):
            yield "the zip has bytes before, between or behind its files"


def _header(info: zipfile.ZipInfo) -> bytes:
    """What stands before a file in the zip; room for long numbers where it may become long."""
    plain = copy.copy(info)
    plain.extra = b""
    return plain.FileHeader(info.file_size * 1.05 > zipfile.ZIP64_LIMIT)


# Keys and signatures.


class Key(NamedTuple):
    """A public key, under the name that it signs for; that is empty where only the key is known."""

    name: str
    raw: bytes

    @property
    def id(self) -> str:
        """As notes call it (C2SP signed-note)."""
        told = f"{self.name}\n".encode() + _ED25519 + self.raw
        return hashlib.sha256(told).hexdigest()[:8]

    def made(self, signature: bytes, data: bytes) -> bool:
        """Whether a signature is this key's (RFC 8032)."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_of(text: str) -> Key:
    """A key as notes write it (name+id+key), or in PEM. Raises ValueError."""
    if "-----BEGIN" in text:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        found = serialization.load_pem_public_key(text.encode())
        if not isinstance(found, Ed25519PublicKey):
            raise ValueError("it is no Ed25519 key")
        form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        return Key("", found.public_bytes(*form))
    words = text.strip().split("+", 2)
    raw = base64.b64decode(words[-1], validate=True)
    if len(words) != 3 or len(raw) != 33 or raw[:1] != _ED25519:
        raise ValueError("it is no Ed25519 key, neither in PEM nor as name+id+key")
    key = Key(words[0], raw[1:])
    if key.id != words[1]:
        raise ValueError(f"it calls itself {words[1]}, but it is {key.id}")
    return key


class Note(NamedTuple):
    """A signed note (C2SP signed-note): its text, and name, key id and signature of each who
    signed."""

    text: str
    signatures: tuple[tuple[str, str, bytes], ...]

    def signed_by(self, key: Key) -> bool:
        """Whether a key signed it."""
        own = [each for name, id, each in self.signatures if (name, id) == (key.name, key.id)]
        return bool(own) and all(key.made(each, self.text.encode()) for each in own)


def note_of(text: str) -> Note:
    """A note taken apart. Raises ValueError."""
    body, _, rest = text.rpartition("\n\n")
    lines = rest.split("\n")
    if not body or lines.pop() or not lines:
        raise ValueError("there is no empty line between a text and its signatures")
    found = []
    for line in lines:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "—":
            raise ValueError(f"{line!r} is no signature")
        signed = base64.b64decode(words[2], validate=True)
        found.append((words[1], signed[:4].hex(), signed[4:]))
    return Note(f"{body}\n", tuple(found))


class Head(NamedTuple):
    """A tree head (C2SP tlog-checkpoint): the first `size` records of the log have this root."""

    origin: str
    size: int
    root: bytes
    time: str


def head_of(text: str) -> Head:
    """The head in a note's text. Raises ValueError."""
    lines = text.split("\n")
    if len(lines) < 5 or lines.pop() or not lines[1].isdecimal():
        raise ValueError("it is no tree head: origin, size, root and time, a line each")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32 or not lines[3].startswith("time ") or len(lines) != 4:
        raise ValueError("it is no tree head: origin, size, root and time, a line each")
    return Head(lines[0], int(lines[1]), root, lines[3][5:])


class Chain(NamedTuple):
    """The keys of a log in order, each with the record that put it into use, and where the chain
    is broken: keys whose predecessor was lost and did not sign the change."""

    keys: tuple[tuple[int, Key], ...]
    lost: frozenset[int]

    def at(self, size: int) -> Key | None:
        """The key that signs heads of so many records."""
        found = [key for record, key in self.keys if record <= size]
        return found[-1] if found else None

    def trusted(self, given: Key) -> list[Key]:
        """The keys that one may trust who trusts a key: those that the change of each to the next
        was signed by, forwards and backwards."""
        place = next((n for n, (_, key) in enumerate(self.keys) if key.raw == given.raw), None)
        if place is None:
            return []
        first = max((n for n in self.lost if n <= place), default=0)
        last = min((n for n in self.lost if n > place), default=len(self.keys))
        return [key for _, key in self.keys[first:last]]


def chain_of(told: Any) -> Chain:
    """The keys of seal/keys.json, each change verified. Raises ValueError."""
    found: list[tuple[int, Key]] = []
    lost = set()
    for each in told["keys"]:
        note = note_of(each["note"])
        lines = note.text.split("\n")
        if not lines[1].startswith("key "):
            raise ValueError("a note that should put a key into use names none")
        key = key_of(lines[1][4:])
        if key.name != lines[0] or not note.signed_by(key):
            raise ValueError(f"key {key.id} has not signed that it comes into use")
        if found:
            before = found[-1][1]
            if lines[2].startswith("lost "):
                lost.add(len(found))
            elif not lines[2].startswith("replaces ") or not note.signed_by(before):
                raise ValueError(f"key {before.id} has not signed that {key.id} replaces it")
            if key_of(lines[2].split(" ", 1)[1]) != before or int(each["record"]) <= found[-1][0]:
                raise ValueError(f"key {key.id} does not follow {before.id}")
        found.append((int(each["record"]), key))
    if not found:
        raise ValueError("there is no key in it")
    return Chain(tuple(found), frozenset(lost))


# The log (RFC 9162).


def leaf_hash(data: bytes) -> bytes:
    """Of a record (2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two hashes that stand side by side (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf is the one at an index, counted from 0, of a log (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistent(first: int, second: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a log of one size and root is the beginning of another (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and old == new
    path = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old and sr == new


# A sheet: JSON, CSV and its page of the workbook, row beside row.

Row = list[Any]


class SheetFile:
    """The rows of a sheet's JSON file as they go by, counted and digested. Raises ValueError."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.head: Json = {}
        self.tail: Json = {}
        self.count = 0
        if self._line() != b"{":
            raise ValueError("it does not begin as a sheet does")
        while (line := self._line()) != b'"rows": [':
            if not line.endswith(b","):
                raise ValueError("it has no rows")
            self.head.update(json.loads(b"{" + line[:-1] + b"}"))
        names = [each["name"] for each in self.head["columns"]]
        self._digest = hashlib.sha256(_compact(names) + b"\n")

    def _line(self) -> bytes:
        line = self._file.readline(_MOST_LINE)
        if not line.endswith(b"\n"):
            raise ValueError("it ends in the midst of a line")
        return line[:-1]

    def __iter__(self) -> Iterator[Row]:
        goes_on = True
        while (line := self._line()) != b"],":
            if not goes_on:
                raise ValueError(f"row {self.count} should be the last, and another follows")
            goes_on = line.endswith(b",")
            written = line[:-1] if goes_on else line
            row = json.loads(written)
            if not isinstance(row, list) or len(row) != len(self.head["columns"]):
                raise ValueError(f"row {self.count + 1} has not a cell for each column")
            self._digest.update(written + b"\n")
            self.count += 1
            yield row
        rest = self._file.read(_MOST_LINE)
        self.tail = json.loads(b"{" + rest)

    @property
    def digest(self) -> str:
        """SHA-256 of the line of the columns' names and of those of the rows that went by."""
        return self._digest.hexdigest()


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )


def _in_csv(cell: Any) -> str:
    """A cell as CSV has it."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(cell)
    if not cell.isascii():
        cell = cell.encode("utf-8", "replace").decode()
    return f"'{cell}" if cell.startswith(_ACTING) else cell


def _csv_rows(file: IO[bytes]) -> Iterator[list[str]]:
    csv.field_size_limit(_MOST_LINE)
    return csv.reader(io.TextIOWrapper(file, "utf-8", newline=""), strict=True)


def _shown(cell: Any, kind: str) -> str | float | None:
    """A cell as the workbook has it: days and instants as numbers."""
    if cell is None or cell == "":
        return None
    if kind == "day":
        return float((date.fromisoformat(cell) - _EXCEL).days)
    if kind == "instant":
        at = datetime.strptime(cell, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=_EPOCH.tzinfo)
        return _UNIX_DAY + (at - _EPOCH) / timedelta(days=1)
    if isinstance(cell, str):
        if not cell.isascii():
            cell = re.sub("[\ud800-\udfff\ufffe\uffff]", "\ufffd", cell)
        return cell if len(cell) <= _MOST_LETTERS else f"{cell[: _MOST_LETTERS - 1]}…"
    return float(cell)


def _page_rows(book: zipfile.ZipFile, part: str, width: int) -> Iterator[list[Any]]:
    """The rows of a page of a workbook: texts and numbers."""
    with book.open(part) as file:
        for _, row in ElementTree.iterparse(file):
            if row.tag != f"{_MAIN}row":
                continue
            found: list[Any] = [None] * width
            for cell in row:
                at = _column(cell.get("r", ""))
                if at >= width:
                    raise ValueError(f"row {row.get('r')} has more cells than columns")
                if cell.get("t") == "inlineStr":
                    text = "".join(each.text or "" for each in cell.iter(f"{_MAIN}t"))
                    found[at] = _ESCAPED.sub(lambda each: chr(int(each[1], 16)), text)
                else:
                    value = cell.find(f"{_MAIN}v")
                    found[at] = float(value.text or "nan") if value is not None else None
            row.clear()
            yield found


def _column(reference: str) -> int:
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter) - 64
    return number - 1


def _pages(book: zipfile.ZipFile) -> dict[str, str]:
    """The parts of a workbook that are its pages, by name."""
    parts = {
        each.get("Id"): each.get("Target", "")
        for each in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    return {each.get("name", ""): f"xl/{parts[each.get(f'{_REL}id')]}" for each in sheets}


def _same_row(row: Row, kinds: Sequence[str], page: Sequence[Any]) -> bool:
    for at, kind in enumerate(kinds):
        wanted, found = _shown(row[at], kind), page[at]
        if wanted == found or (wanted is None and found == ""):
            continue
        apart = isinstance(wanted, float) and isinstance(found, float) and kind == "instant"
        if not apart or abs(wanted - found) * 86_400 > 0.001:
            return False
    return True


def _sheet(files: Files, told: Json, book: zipfile.ZipFile | None) -> Iterator[str]:
    """What of a sheet is not the same everywhere. Stops at the first row that differs."""
    name = told["name"]
    with files.open(told["json"]) as file, files.open(told["csv"]) as lines:
        sheet = SheetFile(file)
        names = [each["name"] for each in sheet.head["columns"]]
        shown = [names.index(each) for each in told["workbook_columns"]]
        kinds = [sheet.head["columns"][at]["kind"] for at in shown]
        if sheet.head["name"] != name:
            yield f"{told['json']}: it is the sheet {sheet.head['name']}"
        table = _csv_rows(lines)
        if next(table, None) != names:
            yield f"{told['csv']}: its columns are not those of the JSON"
        pages: Iterator[list[Any]] | None = None
        if book is not None:
            part = _pages(book).get(name)
            if part is None:
                yield f"{WORKBOOK}: it has no page {name}"
            else:
                pages = _page_rows(book, part, len(shown))
                titles = [sheet.head["columns"][at]["title"] for at in shown]
                if next(pages, None) != titles:
                    yield f"{WORKBOOK}: the columns of its page {name} are not those of the JSON"
        beside = pages if pages is not None and told["in_workbook"] and told["rows"] else None
        for row in sheet:
            if next(table, None) != [_in_csv(cell) for cell in row]:
                yield f"{told['csv']}: its row {sheet.count} is not that of the JSON"
                return
            if beside is not None:
                page = next(beside, None)
                if page is None or not _same_row([row[at] for at in shown], kinds, page):
                    yield f"{WORKBOOK}: row {sheet.count} of page {name} is not that of the JSON"
                    return
        if next(table, None) is not None:
            yield f"{told['csv']}: it has more rows than the JSON"
        # A page without the rows says so in one; so does one of a sheet that has none.
        left = 0 if pages is None else sum(1 for _ in pages)
        if left != (0 if beside is not None or pages is None else 1):
            yield f"{WORKBOOK}: its page {name} has other rows than the JSON"
        if (sheet.count, sheet.digest) != (told["rows"], told["digest"]):
            yield f"{told['json']}: its rows are not those that the manifest counts and digests"
        if (sheet.tail.get("count"), sheet.tail.get("digest")) != (sheet.count, sheet.digest):
            yield f"{told['json']}: its rows are not those that it counts and digests itself"


# A sample: how people are chosen.


class Stratum(NamedTuple):
    """Some of the population who are alike: how many, and how many of them are drawn."""

    name: str
    people: int
    drawn: int


ALGORITHM = """\
1. The list is the sheet "population" of the pack. A person is its column "person"; of a person
   with several rows the last one counts, but joined and left are "yes" if they are on any row.
2. People who have the same in the columns asked for are a stratum. It is called by them:
   "role=finance, kind=employee, joiner=yes"; without any, "everybody". Strata stand in the order of
   their names, by code point.
3. Of n people (all, if there are fewer) and k strata: if n is at least k, each stratum gives one,
   and the other n - k are shared out in proportion to the people left in each; else n are shared
   out in proportion to the people in each. Each gets the whole part of its share; what is left goes
   to the largest remainders, of equal ones to the larger stratum, then to the first.
4. In a stratum people are ranked by the SHA-256 of the UTF-8 text "seed|stratum|person", as
   hexadecimal; the first are drawn."""
STRATA = {"role": "roles", "kind": "kind", "joiner": "joined", "leaver": "left", "unit": "unit"}


def strata_of(rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[str, list[str]]:
    """The people of the population by stratum, in the order of the list."""
    last: dict[str, dict[str, str]] = {}
    for row in rows:
        told = {word: str(row[STRATA[word]] or "") for word in by}
        before = last.get(row["person"], {})
        for word in ("joiner", "leaver"):
            if before.get(word) == "yes":
                told[word] = "yes"
        last[row["person"]] = told
    found: dict[str, list[str]] = {}
    for person, told in last.items():
        name = ", ".join(f"{word}={told[word]}" for word in by) or "everybody"
        found.setdefault(name, []).append(person)
    return {name: found[name] for name in sorted(found)}


def shared_out(count: int, weights: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """So many, in proportion to weights, by largest remainder; of equal ones by size."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [count * each // total for each in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(count * weights[n] % total), -sizes[n], n))
    for n in order[: count - sum(shares)]:
        shares[n] += 1
    return shares


def draw(
    rows: Iterable[Mapping[str, Any]], seed: str, size: int, by: Sequence[str]
) -> tuple[list[str], list[Stratum]]:
    """Who is drawn, stratum by stratum and by rank, and the strata."""
    strata = strata_of(rows, by)
    sizes = [len(each) for each in strata.values()]
    count, many = min(size, sum(sizes)), len(sizes)
    if count >= many:
        more = shared_out(count - many, [each - 1 for each in sizes], sizes)
        shares = [each + 1 for each in more]
    else:
        shares = shared_out(count, sizes, sizes)
    drawn: list[str] = []
    told = []
    for (name, people), share in zip(strata.items(), shares):  # noqa: B905 - Python 3.9
        drawn += sorted(people, key=lambda person: (_rank(seed, name, person), person))[:share]
        told.append(Stratum(name, len(people), share))
    return drawn, told


def _rank(seed: str, stratum: str, person: str) -> str:
    return hashlib.sha256(f"{seed}|{stratum}|{person}".encode()).hexdigest()


def population(files: Files) -> Iterator[Json]:
    """The rows of the sheet that samples are drawn from. Raises ValueError."""
    with files.open("sheets/population.json") as file:
        sheet = SheetFile(file)
        names = [each["name"] for each in sheet.head["columns"]]
        for row in sheet:
            yield dict(zip(names, row))  # noqa: B905 - Python 3.9


# What is checked, in order.


class Found(NamedTuple):
    """What is known of a pack once its signature and its files hold."""

    manifest: Json
    digest: str  # of the manifest
    head: Head
    intact: bool


def verified(
    path: Path,
    key: Path | None,
    report: Report,
    previous: Path | None = None,
    pack: Path | None = None,
) -> None:
    """Check all there is to check of a pack or a sample; every check is a line of the report.
    Raises Refused where there is nothing to check."""
    given = _given(key)
    with Files(path, key) as files:
        found = _outside(files, given, report)
        if found is None:
            return
        if found.manifest["kind"] == SAMPLE_KIND:
            _sample(files, found, given, pack, report)
        else:
            _inside(files, found, report)
            _previous(files, found, given, previous, report)


def _given(path: Path | None) -> Key | None:
    if path is None:
        return None
    try:
        return key_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, binascii.Error) as error:
        raise Refused(f"{path} can't be used as a public key: {error}") from None


def _outside(files: Files, given: Key | None, report: Report) -> Found | None:
    """The zip, the manifest with its signature, the files that it names, the seal."""
    data = files.read(MANIFEST)
    manifest = manifest_of(data)
    if files.zip is not None:
        size = files.path.stat().st_size
        report.all_of(
            _wrapping(files.zip, size), f"zip: {len(files.sizes):,} files and nothing besides"
        )
    chain, signer = _signature(files, data, given, report)
    intact = report.all_of(
        changed(files, manifest), f"files: all {len(manifest['files']):,} are those of the manifest"
    )
    head = _head(files, manifest, chain, report)
    if head is None or signer is None:
        return None
    return Found(manifest, hashlib.sha256(data).hexdigest(), head, intact)


def manifest_of(data: bytes) -> Json:
    """The manifest, if it is one that this can verify. Raises Refused."""
    try:
        found = json.loads(data)
        kind, version = found["kind"], found["format"]
        log, listed = found["log"], found["files"]
        well = isinstance(log["size"], int) and all(
            isinstance(each["name"], str) and isinstance(each["bytes"], int) for each in listed
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(f"{MANIFEST} is no manifest of a pack ({error!r})") from None
    if kind not in (PACK_KIND, SAMPLE_KIND) or version != FORMAT or not well:
        raise Refused(f"{MANIFEST} is of a kind ({kind}, format {version}) that this can't verify")
    return dict(found)


def _signature(
    files: Files, data: bytes, given: Key | None, report: Report
) -> tuple[Chain | None, Key | None]:
    """The manifest's signature, and whose it is."""
    try:
        chain = chain_of(files.json(KEYS))
        told = files.json(SIGNATURE)
        id, signed = told["key"], base64.b64decode(told["signature"], validate=True)
        canonical = {"algorithm": "Ed25519", "key": id, "signature": told["signature"]}
        if files.read(SIGNATURE) != (json.dumps(canonical, indent=1) + "\n").encode():
            raise ValueError(f"{SIGNATURE} is not written as a signature is")
    except (Refused, *_ODD) as error:
        report.bad(f"signature: the keys or the signature can't be read: {error}")
        return None, None
    signer = next((key for _, key in chain.keys if key.id == id), None)
    if signer is None or not signer.made(signed, data):
        report.bad(f"signature: {MANIFEST} is not what key {id} signed, or {SIGNATURE} was changed")
        return chain, None
    report.good(f"signature: {MANIFEST} is what key {id} signed")
    if given is None:
        report.bad(
            "key: without --key nothing tells whose key that is; ask the organisation for it"
        )
    elif signer.raw == given.raw:
        report.good(f"key: {id} is the key given")
    elif signer in chain.trusted(given):
        report.good(f"key: {id} and the key given are of one chain, each change signed by both")
    elif any(key.raw == given.raw for _, key in chain.keys):
        report.bad(
            f"key: {id} took the place of the key given after that was lost, so nothing proves it; "
            "ask the organisation for the new key"
        )
    else:
        report.bad(f"key: it was signed with {id}, which is not the key given")
    return chain, signer


def changed(files: Files, manifest: Json) -> Iterator[str]:
    """What is missing, extra or changed."""
    told = {each["name"]: each for each in manifest["files"]}
    for name in sorted(set(files.sizes) - set(told) - {MANIFEST, SIGNATURE}):
        yield f"{ascii(name)[1:-1]}: it is there and not in the manifest"
    for name, each in told.items():
        if name not in files.sizes:
            yield f"{name}: it is in the manifest and not there"
        elif files.sizes[name] != each["bytes"]:
            yield f"{name}: it was changed: {files.sizes[name]:,} bytes and not {each['bytes']:,}"
        else:
            try:
                same = _digest(files, name) == each["sha256"]
            except _BROKEN as error:
                yield f"{name}: it was changed, and can't be read any more: {error}"
            else:
                if not same:
                    yield f"{name}: it was changed: its SHA-256 is not that of the manifest"


def _digest(files: Files, name: str) -> str:
    found = hashlib.sha256()
    with files.open(name) as file:
        while some := file.read(_AT_ONCE):
            found.update(some)
    return found.hexdigest()


def _head(files: Files, manifest: Json, chain: Chain | None, report: Report) -> Head | None:
    """The signed head of the log."""
    try:
        note = note_of(files.read(CHECKPOINT).decode())
        head = head_of(note.text)
    except (Refused, ValueError) as error:
        report.bad(f"seal: {CHECKPOINT} can't be read: {error}")
        return None
    key = chain.at(head.size) if chain else None
    if key is None or not note.signed_by(key):
        report.bad(f"seal: the head in {CHECKPOINT} is not signed by the key of its time")
        return None
    log = manifest["log"]
    if (head.size, head.root.hex(), head.origin) != (log["size"], log["root"], log["origin"]):
        report.bad(f"seal: the head in {CHECKPOINT} is not the one that the manifest names")
        return None
    report.good(
        f"seal: the log {head.origin} of {head.size:,} records, sealed {head.time}, "
        f"signed with key {key.id}"
    )
    return head


def _inside(files: Files, found: Found, report: Report) -> None:
    """Whether CSV, JSON and workbook say the same."""
    if not found.intact:
        report.note("sheets: not compared with each other, because files were changed")
        return
    sheets = found.manifest["sheets"]
    try:
        with tempfile.TemporaryFile() as copy:
            with files.open(WORKBOOK) as file:
                while some := file.read(_AT_ONCE):
                    copy.write(some)
            with zipfile.ZipFile(copy) as book:
                refused = list(_hostile(book.infolist()))
                if refused:
                    raise ValueError(f"{WORKBOOK} is refused: {refused[0]}")
                problems = [each for told in sheets for each in _sheet(files, told, book)]
    except (*_BROKEN, *_ODD, csv.Error, ElementTree.ParseError) as error:
        report.bad(f"sheets: they can't be compared with each other: {error}")
        return
    rows = sum(each["rows"] for each in sheets)
    report.all_of(
        problems,
        f"sheets: CSV, JSON and workbook say the same in {len(sheets)} sheets with {rows:,} rows",
    )


def _previous(
    files: Files, found: Found, given: Key | None, previous: Path | None, report: Report
) -> None:
    """Whether the log goes on from that of the pack before."""
    told = found.manifest.get("previous")
    if told is None:
        report.note("previous pack: none is named, so nothing is said of an earlier log")
        if previous is not None:
            report.bad(f"previous pack: {previous} was given, and this one names none")
        return
    try:
        proof = files.json(CONSISTENCY)
        note = note_of(proof["checkpoint"])
        head = head_of(note.text)
        hashes = [bytes.fromhex(each) for each in proof["proof"]]
        key = chain_of(files.json(KEYS)).at(head.size)
    except (Refused, *_ODD) as error:
        report.bad(f"previous pack: {CONSISTENCY} can't be read: {error}")
        return
    new = found.head
    if key is None or not note.signed_by(key):
        report.bad("previous pack: its head is not signed by the key of its time")
    elif (head.size, head.root.hex(), head.origin) != (told["size"], told["root"], new.origin):
        report.bad("previous pack: its head is not the one that the manifest names")
    elif not consistent(head.size, new.size, head.root, new.root, hashes):
        report.bad(f"previous pack: its log of {head.size:,} records is not the beginning of this")
    else:
        report.good(f"previous pack: this log begins with all {head.size:,} records of that one")
    if previous is not None:
        with Files(previous) as before:
            same = hashlib.sha256(before.read(MANIFEST)).hexdigest() == told["manifest"]
        if same:
            report.good(f"previous pack: {previous.name} is the one that is named")
        else:
            report.bad(f"previous pack: {previous.name} is not the one that is named")


def _sample(
    files: Files, found: Found, given: Key | None, pack: Path | None, report: Report
) -> None:
    """The choice, and each record with its proof."""
    if not found.intact:
        report.note("sample: nothing more was looked at, because files were changed")
        return
    try:
        choice = files.json(SAMPLE)
        proofs = files.json(PROOFS)
        problems = list(_records(files, proofs, found.head))
        listed = {each["person"] for each in choice["people"]}
        missing = [p for p in sorted(listed) if f"traces/{slug(p)}.json" not in files.sizes]
    except (Refused, *_BROKEN, *_ODD) as error:
        report.bad(f"sample: it can't be read: {error}")
        return
    count = len(proofs["records"])
    report.all_of(problems, f"records: all {count:,} are in the sealed log, each by its proof")
    whole = sum(each["body"] is not None for each in proofs["records"])
    if whole != count:
        report.note(f"records: {count - whole:,} are here by their hash alone, without their text")
    report.all_of(
        (f"traces/{slug(each)}.json: it is not there" for each in missing),
        f"traces: of all {len(listed)} people",
    )
    if pack is None:
        report.note("choice: not drawn again; give the pack with --pack")
        return
    with Files(pack) as whole_pack:
        from_pack = _outside(whole_pack, given, report)
        if from_pack is None or not from_pack.intact:
            report.bad(f"choice: {pack.name} is not as it was written, so nothing can be drawn")
        elif from_pack.digest != found.manifest["of"]["manifest"]:
            report.bad(f"choice: {pack.name} is not the pack from which this was drawn")
        else:
            report.all_of(_drawn(whole_pack, choice), _choice_words(choice))


def slug(person: str) -> str:
    """What the files of a person are called: by their id where that is a name for a file."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", person):
        return person
    return "id-" + hashlib.sha256(person.encode()).hexdigest()[:16]


def _records(files: Files, proofs: Json, head: Head) -> Iterator[str]:
    """Whatever record is not in the log as it is here."""
    for each in proofs["records"]:
        number, leaf = each["record"], bytes.fromhex(each["leaf"])
        if each["body"] is not None:
            told = f"{each['kind']}\n{each['head']}\n".encode()
            if leaf_hash(told + files.read(each["body"])) != leaf:
                yield f"record {number}: its kind, head and body do not make its leaf"
                continue
        proof = [bytes.fromhex(hashed) for hashed in each["proof"]]
        if not included(leaf, number - 1, head.size, proof, head.root):
            yield f"record {number}: its proof does not lead to the head of the log"


def _choice_words(choice: Json) -> str:
    people = len(choice["people"])
    if choice["ids"]:
        return f"choice: the {people} people that were asked for, all of the population"
    return f"choice: drawn again from the pack with seed {choice['seed']}: the same {people} people"


def _drawn(pack: Files, choice: Json) -> Iterator[str]:
    """Whether the choice is what its seed draws from the pack."""
    told = [each["person"] for each in choice["people"]]
    rows = list(population(pack))
    if choice["ids"]:
        there = {row["person"] for row in rows}
        yield from (
            f"choice: {each} is not in the population" for each in told if each not in there
        )
        return
    drawn, strata = draw(rows, str(choice["seed"]), choice["size"], choice["by"])
    if drawn != told:
        yield "choice: the seed draws other people from the pack"
    listed = [{"stratum": s.name, "people": s.people, "drawn": s.drawn} for s in strata]
    if listed != choice["strata"]:
        yield "choice: the strata are others than those of the pack"


def report_on(
    path: Path,
    key: Path | None,
    tell: Callable[[str], None],
    previous: Path | None = None,
    pack: Path | None = None,
) -> int:
    """Verify and say so; the exit status."""
    report = Report(tell)
    try:
        verified(path, key, report, previous, pack)
    except Refused as error:
        tell(f"WRONG  {error}")
        return 2
    except _ODD as error:
        tell(f"WRONG  it is not written as a pack is, so it can't be verified: {error!r}")
        return 2
    except ImportError as error:
        tell(f"WRONG  {error}; install it with: python -m pip install cryptography")
        return 2
    if report.wrong:
        many = "one check" if report.wrong == 1 else f"{report.wrong} checks"
        tell(f"{path.name}: {many} did not hold. Do not rely on it before that is explained.")
        return 1
    tell(f"{path.name}: every check held.")
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description="Says whether an evidence pack, or a sample of one, is as it was signed."
    )
    parser.add_argument(
        "pack", nargs="?", type=Path, default=Path(__file__).parent, help="zip, or unpacked folder"
    )
    parser.add_argument("--key", type=Path, help="the organisation's public key, from themselves")
    parser.add_argument("--previous", type=Path, help="the pack before, if this one names one")
    parser.add_argument("--pack", type=Path, dest="whole", help="of a sample: its pack")
    asked = parser.parse_args(words)
    if not asked.pack.exists():
        parser.error(f"there is no {asked.pack}")
    if isinstance(sys.stdout, io.TextIOWrapper):  # a console that can't show a name shows its code
        sys.stdout.reconfigure(errors="backslashreplace")
    return report_on(asked.pack, asked.key, print, asked.previous, asked.whole)


if __name__ == "__main__":
    sys.exit(main())

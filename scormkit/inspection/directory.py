"""A zip's list of entries, held against its own bounds before anything is unpacked (APPNOTE 6.3).

The reader is ours because it has to see what the standard library's hides: names that go on after
a NUL, two names for one entry, entries that share bytes, a list of a million names.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from scormkit.inspection.findings import Refused, error
from scormkit.problems import Mark

MOST_ENTRIES = 20_000
LARGEST_DIRECTORY = 8 << 20
STORED, DEFLATED = 0, 8

_END = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16
_LOCATOR = struct.Struct("<4sLQL")  # 4.3.15
_WIDE_END = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_CENTRAL = struct.Struct("<4s6H3L5H2L")  # 4.3.12
LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
_LONGEST_COMMENT = 0xFFFF
_UNSET_16, _UNSET_32 = 0xFFFF, 0xFFFFFFFF
_WIDE, _UNICODE_NAME = 0x0001, 0x7075  # extra fields: 4.5.3, 4.6.9
_UTF8 = 0x0800


@dataclass(frozen=True)
class Entry:
    """One entry as the zip's list has it; `raw` is its name in the zip's bytes."""

    name: str
    raw: bytes
    size: int
    packed: int
    crc: int
    method: int
    flags: int
    mode: int  # Unix mode, 0 where none was written
    offset: int

    @property
    def is_folder(self) -> bool:
        """A name that ends with a slash is a folder (APPNOTE 4.4.17)."""
        return self.name.endswith("/")


@dataclass(frozen=True)
class Directory:
    """Every entry, where the list of them begins, and the bytes that stand around the zip."""

    entries: tuple[Entry, ...]
    start: int
    before: int
    after: int


@dataclass(frozen=True)
class _End:
    count: int
    size: int
    offset: int
    place: int  # where the list must have ended


def read_directory(file: BinaryIO, size: int, mark: Mark) -> Directory:
    """The zip's list of entries; raises Refused where it contradicts itself or is too long."""
    end, after = _find_end(file, size, mark)
    if end.count > MOST_ENTRIES or end.size > LARGEST_DIRECTORY:
        raise Refused(
            error(
                mark,
                f"the zip lists {end.count} entries in {end.size} bytes; at most "
                f"{MOST_ENTRIES} entries and {LARGEST_DIRECTORY} bytes are read",
                "zip-too-large",
                "no LMS wants that many files in one course; leave out what is not played",
            )
        )
    before = end.place - end.size - end.offset
    if before < 0:
        raise _damaged(mark, "its list of entries would begin outside the file")
    file.seek(end.offset + before)
    listing = file.read(end.size)
    if len(listing) != end.size:
        raise _damaged(mark, "its list of entries is cut short")
    entries = _entries(listing, end.count, before, mark)
    return Directory(entries, end.offset + before, before, after)


def _find_end(file: BinaryIO, size: int, mark: Mark) -> tuple[_End, int]:
    length = min(size, _END.size + _LONGEST_COMMENT)
    file.seek(size - length)
    tail = file.read(length)
    found = tail.rfind(b"PK\x05\x06")
    at = found
    while at >= 0 and not _ends_at(tail, at):
        at = tail.rfind(b"PK\x05\x06", 0, at)
    at = at if at >= 0 else found
    if at < 0 or at + _END.size > len(tail):
        raise _no_zip(file, mark)
    _, disk, first, here, count, listed, offset, comment = _END.unpack_from(tail, at)
    place = size - length + at
    after = size - place - _END.size - comment
    if after < 0:
        raise _damaged(mark, "it is cut short in its last comment")
    unset = _UNSET_16 in (here, count) or _UNSET_32 in (listed, offset)
    wide = _wide_end(file, place, mark)
    if wide is None:
        if unset:
            raise _damaged(mark, "it says that it is a large zip (zip64), and has no such record")
        if disk or first or here != count:
            raise _damaged(mark, "it is one part of several; an LMS takes one whole zip")
        return _End(count, listed, offset, place), after
    same = (
        (_UNSET_16, wide.count) if count == _UNSET_16 else (count, wide.count),
        (listed, wide.size),
        (offset, wide.offset),
    )
    if any(a not in (_UNSET_16, _UNSET_32) and a != b for a, b in same):
        raise _damaged(mark, "its two records of its own size (zip and zip64) disagree")
    return wide, after


def _ends_at(tail: bytes, at: int) -> bool:
    """Whether the record there, with its comment, reaches exactly to the end of the file."""
    if at + _END.size > len(tail):
        return False
    return at + _END.size + int(_END.unpack_from(tail, at)[7]) == len(tail)


def _wide_end(file: BinaryIO, place: int, mark: Mark) -> _End | None:
    """The record of a large zip, where a locator stands before the usual one (APPNOTE 4.3.14)."""
    if place < _LOCATOR.size:
        return None
    file.seek(place - _LOCATOR.size)
    signature, _, offset, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if signature != b"PK\x06\x07":
        return None
    at = place - _LOCATOR.size - _WIDE_END.size  # where it stands without extensions of its own
    if at < 0 or offset > at:
        raise _damaged(mark, "its zip64 record lies outside the file")
    file.seek(at)
    record = _WIDE_END.unpack(file.read(_WIDE_END.size))
    if record[0] != b"PK\x06\x06" or record[6] != record[7]:
        raise _damaged(mark, "its zip64 record can't be read")
    return _End(record[7], record[8], record[9], at)


def _entries(listing: bytes, count: int, before: int, mark: Mark) -> tuple[Entry, ...]:
    found: list[Entry] = []
    at = 0
    for _ in range(count):
        if listing[at : at + 4] != b"PK\x01\x02" or at + _CENTRAL.size > len(listing):
            raise _damaged(mark, f"it counts {count} entries and lists {len(found)}")
        fields = _CENTRAL.unpack_from(listing, at)
        name_end = at + _CENTRAL.size + fields[10]
        extra_end = name_end + fields[11]
        raw = listing[at + _CENTRAL.size : name_end]
        found.append(_entry(fields, raw, listing[name_end:extra_end], before, mark))
        at = extra_end + fields[12]
    if at != len(listing):
        raise _damaged(mark, f"it counts {count} entries and its list goes on after them")
    return tuple(found)


def _entry(fields: tuple[int, ...], raw: bytes, extra: bytes, before: int, mark: Mark) -> Entry:
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    offset, mode = fields[16], fields[15] >> 16
    parts = _extra_fields(extra)
    if wide := parts.get(_WIDE):
        numbers = [int.from_bytes(wide[i : i + 8], "little") for i in range(0, len(wide) - 7, 8)]
        wanted = [value == _UNSET_32 for value in (size, packed, offset)]
        if len(numbers) < sum(wanted):
            raise _damaged(mark, "an entry's zip64 sizes are cut short")
        numbers.reverse()
        size, packed, offset = (
            numbers.pop() if unset else value
            for value, unset in zip((size, packed, offset), wanted, strict=True)
        )
    name = _unicode_name(parts.get(_UNICODE_NAME, b""), raw) or _name(raw, flags)
    return Entry(name, raw, size, packed, crc, method, flags, mode, offset + before)


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        fields.setdefault(kind, extra[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def _unicode_name(field: bytes, raw: bytes) -> str:
    """The name of the Info-ZIP extra field, where it belongs to this name (APPNOTE 4.6.9)."""
    if len(field) < 6 or int.from_bytes(field[1:5], "little") != zlib.crc32(raw):
        return ""
    return field[5:].decode("utf-8", "replace")


def _name(raw: bytes, flags: int) -> str:
    """UTF-8 where the flag or the bytes say so, else the zip's old character set (Appendix D)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")


def says_utf8(entry: Entry) -> bool:
    """Whether the name is plain ASCII or flagged as UTF-8, so that all unpackers agree on it."""
    return entry.raw.isascii() or bool(entry.flags & _UTF8)


def _no_zip(file: BinaryIO, mark: Mark) -> Refused:
    file.seek(0)
    if file.read(4) == b"PK\x03\x04":
        message = "the zip is cut short: its end is missing"
        return Refused(error(mark, message, "zip-truncated", "download or build it again"))
    hint = "an LMS takes a package as one .zip file"
    return Refused(error(mark, "this is not a zip", "not-a-zip", hint))


def _damaged(mark: Mark, what: str) -> Refused:
    return Refused(error(mark, f"the zip is damaged: {what}", "zip-damaged", "build it again"))

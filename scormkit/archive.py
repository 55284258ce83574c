"""Files to a zip that is the same, byte for byte, every time."""

from __future__ import annotations

import functools
import os
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

FIRST = "imsmanifest.xml"  # at the root of every package (SCORM 1.2 CAM 2.3); easy to find
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # where a zip's calendar begins (APPNOTE 4.4.6)
LATEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)

_DEFLATED, _STORED = 8, 0
_UTF8 = 0x0800  # APPNOTE 4.4.4, bit 11: the name is UTF-8
_UNIX_FILE = (0o100644 << 16, 3 << 8 | 20)  # external attributes; made by: Unix, version 2.0
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_MOST_ENTRIES, _MOST_BYTES = 0xFFFF, 0xFFFFFFFF


def write_zip(path: Path, files: Mapping[str, bytes]) -> bytes:
    """Put the files in a zip at the path, whole or not at all; the bytes that were written."""
    data = zip_bytes(files)
    write_file(path, data)
    return data


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """The zip as bytes: sorted, the manifest first, one fixed time for every entry.

    The writer is ours because the standard library's can't take a file that is already deflated,
    and the player's files, most of each package, are the same in all of them.
    """
    _check_names(files)
    time, date = _dos_time(timestamp())
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(files, key=lambda name: (name != FIRST, name)):
        data = files[name]
        packed, method, crc = _deflated(data)
        encoded = name.encode()
        flags = 0 if name.isascii() else _UTF8
        common = (20, flags, method, time, date, crc, len(packed), len(data), len(encoded), 0)
        entry = _LOCAL.pack(b"PK\x03\x04", *common) + encoded
        attributes, made_by = _UNIX_FILE
        directory.append(
            _CENTRAL.pack(b"PK\x01\x02", made_by, *common, 0, 0, 0, attributes, offset) + encoded
        )
        body += (entry, packed)
        offset += len(entry) + len(packed)
    listing = b"".join(directory)
    if len(files) > _MOST_ENTRIES or offset + len(listing) > _MOST_BYTES:
        raise ValueError("too much for one zip: at most 65,535 files and 4 GiB")
    end = _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(listing), offset, 0)
    return b"".join((*body, listing, end))


def write_file(path: Path, data: bytes, lasting: bool = True) -> None:
    """Put the bytes at the path, whole or not at all: readers see the old file or the new. A file
    that is not `lasting` may be lost, or damaged, if the power fails at once afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def timestamp() -> datetime:
    """The time that every entry bears: SOURCE_DATE_EPOCH where it is set, else 1980-01-01."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not epoch:
        return EARLIEST
    if not epoch.isdecimal():
        raise ValueError(f'SOURCE_DATE_EPOCH is "{epoch}"; it must be whole seconds since 1970')
    seconds = min(int(epoch), int(LATEST.timestamp()))
    return max(datetime.fromtimestamp(seconds, UTC), EARLIEST)


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Time and date as a zip writes them, in steps of two seconds (APPNOTE 4.4.6)."""
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (moment.year - 1980) << 9 | moment.month << 5 | moment.day


@functools.lru_cache(maxsize=96)
def _deflated(data: bytes) -> tuple[bytes, int, int]:
    """The bytes as the zip holds them, how they are packed, and their checksum.

    Kept for the last files seen: a build meets the same player in package after package.
    """
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(data) + squeeze.flush()
    if len(packed) >= len(data):
        return data, _STORED, zlib.crc32(data)
    return packed, _DEFLATED, zlib.crc32(data)


def _check_names(files: Mapping[str, bytes]) -> None:
    """Refuse what some system can't unpack: names are relative, and distinct in any case."""
    seen: dict[str, str] = {}
    for name in files:
        parts = name.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\\" in name or ":" in name:
            raise ValueError(f'"{name}" can\'t be the name of a file in a zip')
        twin = seen.setdefault(name.casefold(), name)
        if twin != name:
            raise ValueError(f'"{twin}" and "{name}" would be one file where case does not count')

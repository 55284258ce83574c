"""A zip: what one may do harm with, and whether it holds its files and nothing besides."""

from __future__ import annotations

import copy
import stat
import struct
import zipfile
from collections.abc import Iterator, Sequence

_MOST_BYTES = 1 << 40  # of all files, unpacked
_MOST_RATIO = 1_100  # deflate makes at best 1 of 1,032
_MOST_FILES = 200_000
_END = struct.Struct("<4s4H2LH")
_FILE = 0o100644 << 16


def hostile(infos: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
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


def wrapping(pack: zipfile.ZipFile, size: int) -> Iterator[str]:
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

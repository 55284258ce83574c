"""The zip that a package comes in: read one bounded file at a time, never unpacked to disk."""

from __future__ import annotations

import os
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from scormkit.inspection.directory import (
    DEFLATED,
    LOCAL,
    STORED,
    Directory,
    Entry,
    read_directory,
    says_utf8,
)
from scormkit.inspection.findings import Refused, error, quoted, shown, warning
from scormkit.problems import Mark, Problem

LARGEST_UNPACKED = 4 << 30
_BOMB_SIZE, _BOMB_RATIO = 64 << 20, 100  # HTML, script and media stay far below both together
_CHUNK = 1 << 18

_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # APPNOTE 4.4.4
_KIND, _PLAIN, _FOLDER = 0o170000, 0o100000, 0o040000
_SEPARATOR = re.compile(r"[/\\]")


class Container:
    """An open zip: its files by name, and what is wrong with it as a zip."""

    def __init__(self, path: Path) -> None:
        self.mark = Mark(shown(path.name))
        self._file: BinaryIO = path.open("rb")
        try:
            self.size = self._file.seek(0, os.SEEK_END)
            self._directory = read_directory(self._file, self.size, self.mark)
            _refuse_hostile(self._directory, self.size, self.mark)
        except BaseException:
            self._file.close()
            raise
        self.files = {e.name: e for e in self._directory.entries if not e.is_folder}
        self.unpacked = sum(entry.size for entry in self.files.values())

    def __enter__(self) -> Container:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def problems(self) -> Iterator[Problem]:
        """What is odd about the zip without making it dangerous to read."""
        if self._directory.before:
            message = f"{self._directory.before} bytes stand before the zip begins"
            yield warning(self.mark, message, "zip-around", "some LMSs take it for another format")
        if self._directory.after:
            message = f"{self._directory.after} bytes stand after the zip's end"
            yield warning(self.mark, message, "zip-around", "some LMSs take it for damaged")
        yield from _odd_names(self._directory.entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file's bytes in pieces; raises Refused where they are not what the zip says."""
        entry = self.files[name]
        remaining, crc = entry.size, 0
        for chunk in self._unpacked(entry):
            remaining -= len(chunk)
            if remaining < 0:
                raise _damaged(entry, f"it unpacks to more than the {entry.size} bytes it tells")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if remaining or crc != entry.crc:
            raise _damaged(entry, "it is not what its checksum says")

    def read(self, name: str) -> bytes:
        """A whole file; the caller looks at its size first."""
        return b"".join(self.chunks(name))

    def verify(self, name: str) -> None:
        """Unpack a file to nowhere; raises Refused where that fails."""
        for _ in self.chunks(name):
            pass

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        self._file.seek(entry.offset)
        header = self._file.read(LOCAL.size)
        if len(header) < LOCAL.size or header[:4] != b"PK\x03\x04":
            raise _damaged(entry, "nothing begins where the zip's list says that it does")
        length, extra = LOCAL.unpack(header)[9:]
        if self._file.read(length) != entry.raw:
            raise _damaged(entry, "its own name and the one in the zip's list differ")
        place = entry.offset + LOCAL.size + length + extra
        end = place + entry.packed
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        while place < end:
            self._file.seek(place)
            packed = self._file.read(min(_CHUNK, end - place))
            if not packed:
                raise _damaged(entry, "the zip ends inside it")
            place += len(packed)
            if entry.method == STORED:
                yield packed
                continue
            try:
                while packed:
                    yield unpack.decompress(packed, _CHUNK)
                    packed = unpack.unconsumed_tail
            except zlib.error as wrong:
                raise _damaged(entry, "its compressed bytes make no sense") from wrong
            if unpack.eof:
                return
        if entry.method == DEFLATED:
            yield unpack.flush()


def _refuse_hostile(directory: Directory, size: int, mark: Mark) -> None:
    """Refuse a zip that would be dangerous to unpack, whatever else may be in it."""
    names: dict[str, Entry] = {}
    for entry in directory.entries:
        _refuse_entry(entry)
        if entry.name in names:
            hint = "which of the two counts depends on who unpacks it; keep one"
            raise Refused(
                error(_at(entry), "two entries have this very name", "path-repeated", hint)
            )
        names[entry.name] = entry
    for entry in directory.entries:
        folders = _SEPARATOR.split(entry.name.rstrip("/"))[:-1]
        for depth in range(len(folders)):
            if "/".join(folders[: depth + 1]) in names:
                message = "its folder is also there as a file"
                raise Refused(error(_at(entry), message, "path-repeated", "rename one of the two"))
    unpacked = sum(entry.size for entry in directory.entries)
    if unpacked > LARGEST_UNPACKED:
        message = f"the zip unpacks to {unpacked} bytes; at most {LARGEST_UNPACKED} are read"
        raise Refused(error(mark, message, "zip-too-large", "stream large media from the LMS"))
    if unpacked > _BOMB_SIZE and unpacked > _BOMB_RATIO * size:
        message = f"{size} bytes of zip would unpack to {unpacked}: this is a decompression bomb"
        raise Refused(error(mark, message, "zip-bomb"))
    _refuse_shared_bytes(directory)


def _refuse_entry(entry: Entry) -> None:
    parts = _SEPARATOR.split(entry.name)
    if any(ord(c) < 32 or ord(c) == 127 for c in entry.name) or not entry.name:
        message = "its name holds characters that can't be seen" if entry.name else "it has no name"
        raise Refused(error(_at(entry), message, "path-control", "rename the file"))
    if ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", entry.name):
        message = "its path leads out of the folder that the zip is unpacked to"
        hint = "paths in a package are relative and hold no .."
        raise Refused(error(_at(entry), message, "path-outside", hint))
    if entry.mode & _KIND not in (0, _PLAIN, _FOLDER):
        message = "it is a link or a device, not a file"
        raise Refused(error(_at(entry), message, "path-link", "put the file itself into the zip"))
    if entry.flags & _ENCRYPTED:
        message = "it is encrypted; no LMS can read it"
        raise Refused(error(_at(entry), message, "zip-encrypted", "zip it without a password"))
    if entry.method not in (STORED, DEFLATED):
        message = f"it is compressed by method {entry.method}, which LMSs don't know"
        raise Refused(error(_at(entry), message, "zip-method", "zip it with plain deflate"))
    if entry.method == STORED and entry.size != entry.packed:
        raise _damaged(entry, "it is stored as it is, and yet has two sizes")


def _refuse_shared_bytes(directory: Directory) -> None:
    """Entries that overlap unpack to far more than the zip holds, each by itself looking sound."""
    end = directory.start
    for entry in sorted(directory.entries, key=lambda e: e.offset, reverse=True):
        if entry.offset + LOCAL.size + len(entry.raw) + entry.packed > end:
            message = "it shares its bytes with another entry, or with the zip's list"
            raise Refused(error(_at(entry), message, "zip-bomb", "build the zip again"))
        end = entry.offset


def _odd_names(entries: Iterable[Entry]) -> Iterator[Problem]:
    twins: dict[str, str] = {}
    for entry in entries:
        if "\\" in entry.name:
            message = "its path is written with a backslash; on many servers that is no folder"
            yield error(_at(entry), message, "path-backslash", "zip it with forward slashes")
        if not says_utf8(entry):
            message = "its name is not plain ASCII and not marked as UTF-8: servers read it apart"
            hint = "rename it, or zip it with a tool that marks names as UTF-8"
            yield warning(_at(entry), message, "path-encoding", hint)
        if any(part in ("", ".") for part in entry.name.rstrip("/").split("/")):
            message = "its path has an empty part, or one that is only a dot"
            yield error(_at(entry), message, "path-odd", "write it plainly: folder/file.html")
        twin = twins.setdefault(unicodedata.normalize("NFC", entry.name).casefold(), entry.name)
        if twin != entry.name:
            message = f"where case does not count it is one file with {quoted(twin)}"
            yield warning(_at(entry), message, "path-case-twin", "rename one of the two")


def _at(entry: Entry) -> Mark:
    return Mark(shown(entry.name) or "(no name)")


def _damaged(entry: Entry, what: str) -> Refused:
    return Refused(error(_at(entry), f"the file is damaged: {what}", "file-damaged"))

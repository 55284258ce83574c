"""The files of what is looked at: a zip, or the folder that it was unpacked to."""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lrs.evidence.verifying.report import Refused
from lrs.evidence.verifying.zips import hostile

_AT_ONCE = 1 << 20
_MOST_SMALL = 256 << 20  # bytes of a file that is read whole
# What code raises that reads JSON in which something else stands than should.
ODD = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
# What zipfile raises for broken files; RuntimeError where one is encrypted, or packed in a way that
# is unknown to it.
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)


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
        except (*BROKEN, ValueError) as error:
            raise Refused(f"{path} can't be opened as a zip: {error}") from None
        infos = self._zip.infolist()
        refused = list(hostile(infos))
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

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file of any size, piece by piece."""
        with self.open(name) as file:
            while some := file.read(_AT_ONCE):
                yield some

    def read(self, name: str) -> bytes:
        """All of a small file. Raises Refused."""
        if name not in self.sizes:
            raise Refused(f"{self.path} has no {name}: it is no evidence pack, or not all of one")
        if self.sizes[name] > _MOST_SMALL:
            raise Refused(f"{name} says that it has {self.sizes[name]:,} bytes; that is too much")
        try:
            with self.open(name) as file:
                return file.read(_MOST_SMALL)
        except BROKEN as error:
            raise Refused(f"{name} can't be read: {error}") from None

    def json(self, name: str) -> Any:
        """What a small file of JSON says. Raises Refused."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise Refused(f"{name} is no JSON: {error}") from None


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

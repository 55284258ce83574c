"""An address as a package writes it, and the file of the zip that it leads to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from scormkit.inspection.findings import error, quoted, warning
from scormkit.problems import Mark, Problem

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOST = re.compile(r"(?i)(?:(?:https?|wss?|ftp):)?//([^/?#\s\\]+)")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Address:
    """One address, taken apart; `path` is where it leads, from the root of the zip."""

    written: str
    base: str = ""  # what it is relative to: a folder ends with a slash

    @cached_property
    def host(self) -> str:
        """The other host that it names, if it does."""
        found = _HOST.match(joined(self.base, self.written))
        return found[1] if found else ""

    @cached_property
    def scheme(self) -> str:
        """What stands before its first colon, such as data or javascript."""
        found = _SCHEME.match(self.written)
        return found[1].lower() if found else ""

    @property
    def is_local(self) -> bool:
        """Whether it means a file beside it."""
        return not self.host and not self.scheme and not self.written.startswith("/")

    @cached_property
    def written_path(self) -> str:
        """Without query and fragment, and not decoded."""
        return re.split(r"[?#]", self.written, maxsplit=1)[0]

    @property
    def has_query(self) -> bool:
        """Whether a query or fragment follows the path."""
        return self.written_path != self.written

    @cached_property
    def path(self) -> str:
        """The path from the root of the zip, decoded; it begins with ../ where it leaves it."""
        return _normal(joined(self.base, unquote(self.written_path)))

    @cached_property
    def raw_path(self) -> str:
        """The same with its percent signs as they are."""
        return _normal(joined(self.base, self.written_path))


class Files:
    """The names in the zip, found in their own case or in another."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._folded = {name.casefold(): name for name in sorted(self.names)}

    def twin(self, path: str) -> str:
        """The file whose name differs only in case, or nothing."""
        return self._folded.get(path.casefold(), "")


def folder(path: str) -> str:
    """The folder that a file is in, as the base of what it names."""
    parent = posixpath.dirname(path)
    return f"{parent}/" if parent else ""


def joined(base: str, further: str) -> str:
    """A base that lies in a base: what follows the last slash is no folder (RFC 3986, 5.2.3)."""
    return further if _HOST.match(further) else base[: base.rfind("/") + 1] + further


def address_problems(mark: Mark, what: str, address: Address, files: Files) -> Iterator[Problem]:
    """What keeps a manifest's address from leading to a file of the package (CAM 3.4)."""
    told = f"{what} {quoted(address.written)}"
    if address.host:
        hint = "put the content into the zip: LMSs refuse or can't track what lies elsewhere"
        yield error(mark, f"{told} leads to another host, {address.host}", "href-external", hint)
    elif "\\" in address.written:
        message = f"{told} has a backslash"
        yield error(mark, message, "href-backslash", "paths in a manifest have forward slashes")
    elif not address.is_local:
        message = f"{told} is an absolute path"
        yield error(mark, message, "href-absolute", "write it relative to the root of the zip")
    elif _PERCENT.search(address.written_path):
        message = f"{told} has a % that begins no code"
        yield error(mark, message, "href-percent", "write a percent sign in a path as %25")
    elif address.path.startswith("../") or address.path in ("..", "."):
        yield error(mark, f"{told} leads out of the package", "href-outside")
    else:
        if address.has_query:
            hint = "an item's parameters are the place for it; some LMSs look for such a file"
            yield warning(mark, f"{told} has a query or fragment", "href-query", hint)
        yield from _lookup(mark, told, address, files)


def _lookup(mark: Mark, told: str, address: Address, files: Files) -> Iterator[Problem]:
    if address.path in files.names:
        return
    if address.raw_path in files.names:
        message = f"{told} means the file {quoted(address.path)}; the zip has the % in the name"
        yield error(mark, message, "href-percent", "rename the file without a percent sign")
    elif twin := files.twin(address.path):
        message = f"{told} is not in the zip; {quoted(twin)} is, in another case"
        yield error(mark, message, "file-case", "most servers tell upper from lower case")
    else:
        yield error(mark, f"{told} is not in the zip", "file-missing")


def _normal(path: str) -> str:
    return posixpath.normpath(path) if path else "."

"""One address that a page or a stylesheet loads: another host's, a missing file's, or fine."""

from __future__ import annotations

from collections.abc import Iterator

from scormkit.inspection.addresses import Address, Files
from scormkit.inspection.findings import error, quoted, warning
from scormkit.problems import Mark, Problem

_RUNS = ("script", "frame", "base")  # without these a page is another page, or none
_TEMPLATE = ("{{", "${", "<%", "{%", "#{")


def load_findings(mark: Mark, what: str, address: Address, files: Files) -> Iterator[Problem]:
    """What is wrong with loading this; `what` is script, frame, base, style, media or link."""
    written = address.written
    if not written or written.startswith("#") or any(sign in written for sign in _TEMPLATE):
        return
    if address.host:
        if what in _RUNS:
            message = f"the page's {what} comes from another host: {quoted(written)}"
            hint = "put it into the zip: an LMS or a network without that host shows nothing"
            yield error(mark, message, "remote-content", hint)
        elif what != "link":
            message = f"it is loaded from another host: {quoted(written)}"
            hint = "put it into the zip: that host learns who trains when, and may be blocked"
            yield warning(mark, message, "external-load", hint)
    elif address.is_local:
        yield from _local(mark, what, address, files)
    elif written.startswith("/"):
        message = f"{quoted(written)} begins at the LMS's own root, not in the package"
        yield warning(mark, message, "reference-missing", "write it relative to this file")


def _local(mark: Mark, what: str, address: Address, files: Files) -> Iterator[Problem]:
    if what == "base" or not address.written_path or address.path in files.names:
        return
    if address.raw_path in files.names or any(
        name.startswith(f"{address.path.rstrip('/')}/") for name in files.names
    ):
        return  # a folder, or a name with a percent sign of its own: a server may find it
    if twin := files.twin(address.path):
        message = f"{quoted(address.written)} is not in the zip; {quoted(twin)} is, in another case"
        yield error(mark, message, "file-case", "most servers tell upper from lower case")
        return
    message = f"{quoted(address.written)} is not in the zip"
    severe = error if what in ("script", "frame") else warning
    yield severe(mark, message, "reference-missing")

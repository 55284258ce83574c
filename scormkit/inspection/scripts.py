"""What a script says, read without running it: other hosts, the LMS's API, how it leaves.

A reading by patterns finds what is written out, not what is put together as it runs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from scormkit.inspection.findings import error, quoted, warning
from scormkit.inspection.texts import Seen, Sighting, Text

_ADDRESS = re.compile(
    r"""["'`]((?:https?:|wss?:)?//"""
    r"""((?:[A-Za-z0-9-]{1,63}\.){1,9}[A-Za-z]{2,24}|localhost|\d{1,3}(?:\.\d{1,3}){3})"""
    r"""(?![\w.-])[^"'`\s]{0,200})"""
)
_BEFORE = 80  # characters before an address that tell what is done with it
_LOADS = re.compile(
    r"""(?:(?<![\w$.])(?:fetch|importScripts|import|require)\s*\(\s*"""
    r"""|\.(?:getJSON|getScript|ajax|sendBeacon|get|post|load)\s*\(\s*"""
    r"""|\bnew\s+(?:WebSocket|EventSource|Worker|SharedWorker)\s*\(\s*"""
    r"""|(?<![\w$.])(?:from|import)\s*"""
    r"""|\.open\s*\(\s*["'`]\w{3,7}["'`]\s*,\s*"""
    r"""|\.src\s*=\s*"""
    r"""|setAttribute\s*\(\s*["'`]src["'`]\s*,\s*)\Z"""
)
_NAMED = re.compile(
    r"""([A-Za-z_$][\w$]{0,60})["']?\s{0,9}[:=]\s{0,9}(?:[\w$.]{1,60}\s?\|\|\s?)?\Z"""
)
_FOR_ADDRESSES = re.compile(r"(?i)url|uri|host|base|server|endpoint|origin|cdn|src|remote|domain")
_REMOTE = re.compile(r"""["']remote["']""")
_KIND = re.compile(r"""(?i)([\w$]{0,40}(?:type|mode|source|delivery))["']?\s{0,9}[:=]\s{0,9}\Z""")
_CALL = re.compile(
    r"(?<![\w$])(LMSInitialize|LMSFinish|LMSCommit|LMSGetValue|LMSSetValue|Initialize|Terminate)"
    r"(?![\w$])"
)
_API = re.compile(r"""(?<![\w$])(API_1484_11)(?![\w$])|["'`.](API)(?![\w$])""")
_ELEMENT = re.compile(r"""["'`](cmi\.[a-z_0-9.]{1,80})""")
_LEAVING = re.compile(
    r"""\bon(unload|beforeunload|pagehide|visibilitychange)\b"""
    r"""|["'`](unload|beforeunload|pagehide|visibilitychange)["'`]"""
)
_SIGHTINGS = (  # what is looked for, and the words without which no search is needed
    ("api", _API, ("API",)),
    ("call", _CALL, ("LMS", "Initialize", "Terminate")),
    ("element", _ELEMENT, ("cmi.",)),
    ("leaving", _LEAVING, ("unload", "pagehide", "visibilitychange")),
)
_MOST_CONSTANTS, _MOST_ADDRESSES = 20, 1000
_USED = frozenset("(=,:|mt")  # how what uses an address ends before it: from and import too


def script_findings(text: Text, start: int = 0, end: int | None = None) -> Iterator[Seen]:
    """Everything worth knowing about the script that stands between the two places."""
    stop = len(text.text) if end is None else end
    yield from _addresses(text, start, stop)
    for found in _REMOTE.finditer(text.text, start, stop):
        if named := _KIND.search(text.text[max(start, found.start() - _BEFORE) : found.start()]):
            message = f"{quoted(named[1])} is remote: the package is a loader without its content"
            yield error(text.mark(found.start()), message, "remote-content", _PUT_IN)
    for kind, pattern, signs in _SIGHTINGS:
        if any(text.text.find(sign, start, stop) >= 0 for sign in signs):
            for found in pattern.finditer(text.text, start, stop):
                value = next(group for group in found.groups() if group)
                yield Sighting(kind, value, text.mark(found.start()))


_PUT_IN = "put all content into the zip: without that host, or with it changed, nothing plays"


def _addresses(text: Text, start: int, end: int) -> Iterator[Seen]:
    """Addresses of other hosts that a script loads from, or keeps under a telling name."""
    constants: dict[str, re.Match[str]] = {}
    hosts: set[str] = set()
    found_all = _ADDRESS.finditer(text.text, start, end)
    for found in itertools.islice(found_all, _MOST_ADDRESSES):
        before = text.text[max(start, found.start() - _BEFORE) : found.start()].rstrip()
        if before[-1:] not in _USED:
            continue
        if _LOADS.search(before):
            message = f"it loads from another host: {quoted(found[1])}"
            yield error(text.mark(found.start() + 1), message, "remote-content", _PUT_IN)
            continue
        named = _NAMED.search(before)
        if named and _FOR_ADDRESSES.search(named[1]):
            if len(constants) < _MOST_CONSTANTS and len(named[1]) > 2:
                constants.setdefault(named[1], found)
            if found[2] not in hosts:
                hosts.add(found[2])
                message = f"{quoted(named[1])} names another host: {quoted(found[1])}"
                hint = "content that is fetched from there is not in the package"
                yield warning(text.mark(found.start() + 1), message, "external-address", hint)
    for name, found in constants.items():
        if _loads_from(name, text.text, start, end):
            message = f"a loader fetches content from {quoted(found[2])}, kept in {quoted(name)}"
            yield error(text.mark(found.start() + 1), message, "remote-content", _PUT_IN)


def _loads_from(name: str, text: str, start: int, end: int) -> bool:
    """Whether something is loaded from an address that is made with this name."""
    use = re.compile(
        r"(?:\.src\s?=|(?<![\w$.])(?:fetch|import|importScripts)\(|\.open\()"
        rf"[^;\n]{{0,120}}?(?<![\w$]){re.escape(name)}(?![\w$])"
    )
    return use.search(text, start, end) is not None

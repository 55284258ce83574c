"""A loopback server: packages under a strict policy, an LMS's page, and what was committed."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from loopback import Quick, serving

from scormkit import archive, resources
from scormkit.editions import EDITIONS
from scormkit.store import Store

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".xml": "application/xml",
    ".xsd": "application/xml",
}


@dataclass
class Site:
    """One origin: packages by name, the LMS's own files, and each attempt's commits."""

    port: int = 0
    packages: dict[str, dict[str, bytes]] = field(default_factory=dict)
    commits: dict[str, dict[str, Any]] = field(default_factory=dict)  # attempt -> runtime -> tree
    failing: set[str] = field(default_factory=set)  # attempts that the server won't store now
    allowed: str = ""  # another origin that packages may connect to
    numbers: Iterator[int] = field(default_factory=count)
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def origin(self) -> str:
        """Where packages and LMS are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_origin(self) -> str:
        """The same server by another name, which is another origin to a browser."""
        return f"http://localhost:{self.port}"

    def put(
        self,
        name: str,
        bundle: Mapping[str, Any],
        edition: str,
        media: Mapping[str, bytes] | None = None,
        store: Store | None = None,
    ) -> str:
        """The path of the launch page of a bundle's package, built, zipped and unzipped."""
        if name not in self.packages:
            zipped = archive.zip_bytes(EDITIONS[edition].files(bundle, media or {}, store))
            with zipfile.ZipFile(io.BytesIO(zipped)) as package:
                self.packages[name] = {each: package.read(each) for each in package.namelist()}
        return f"/content/{name}/index.html"

    def attempt(self) -> str:
        """The name of a new attempt, with nothing committed."""
        name = f"attempt-{next(self.numbers)}"
        self.commits[name] = {}
        return name

    def store(self, attempt: str, runtime: str, tree: dict[str, Any]) -> bool:
        """Keep what a runtime commits, in the order in which it was committed: each request has a
        thread, and an older one that comes between the look and the act would undo a newer."""
        if attempt in self.failing:
            return False
        with self.turn:
            known = self.commits[attempt].get(runtime, {})
            if tree.get("commitSequence", 0) >= known.get("commitSequence", 0):
                self.commits[attempt][runtime] = tree
        return True


@contextmanager
def served() -> Iterator[Site]:
    """A site on a free port of this machine alone, until the block ends."""
    site = Site()

    class Handler(_Handler):
        server_of = site

    with serving(Handler) as site.port:
        yield site


class _Handler(Quick, BaseHTTPRequestHandler):
    server_of: Site

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        _, area, rest = path.split("/", 2) if path.count("/") > 1 else ("", "", "")
        found = self._content(rest) if area == "content" else _own(rest) if area == "lms" else None
        if path == "/favicon.ico":  # browsers ask for it beside any page
            self._answer(204, b"", "image/x-icon", {})
            return
        if found is None:
            self._answer(404, b"", "text/plain", {})
            return
        allowed = self.server_of.allowed
        more = f"; connect-src 'self' {allowed}" if allowed else ""
        policy = {"Content-Security-Policy": POLICY + more} if area == "content" else {}
        kind = TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
        self._answer(200, found, kind, {**policy, "Cache-Control": "private, max-age=3600"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _, _, attempt, runtime = self.path.split("?")[0].split("/")
        stored = self.server_of.store(attempt, runtime, json.loads(body))
        said = json.dumps({"result": stored, "errorCode": 0 if stored else 101}).encode()
        self._answer(200 if stored else 500, said, "application/json", {})

    def _content(self, rest: str) -> bytes | None:
        name, _, path = rest.partition("/")
        return self.server_of.packages.get(name, {}).get(path)

    def _answer(self, status: int, body: bytes, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _own(name: str) -> bytes | None:
    """A file of the LMS itself: its pages, and the two runtimes."""
    if name in ("lms.html", "portal.html", "lms.js"):
        return (HERE / name).read_bytes()
    if name in ("preview_lms.js", "preview_model.js"):
        return resources.player(name)
    if name in ("scorm12.min.js", "scorm2004.min.js"):
        return (ROOT / "node_modules/scorm-again/dist" / name).read_bytes()
    return None

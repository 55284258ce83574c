"""A local server: a scenario in a browser, beside a small strict LMS, following edits."""

from __future__ import annotations

import json
import mimetypes
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from scormkit import graph, paths, play, problems, pseudo, resources
from scormkit.compiler import Compiled, compile_file
from scormkit.draft import Draft, draft_of
from scormkit.drawing import story
from scormkit.drawing.cards import Range
from scormkit.editions import EDITIONS
from scormkit.problems import has_errors

LOOK_EVERY = 0.15  # seconds between looks at the files
_BEAT = 10.0  # seconds after which a silent connection is told that we are here
_PAGE = "preview_page/"
# what a strict LMS allows; the player must work under it
_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"


@dataclass
class Workshop:
    """The scenario under the author's hands: its last good build, and what is wrong with it now."""

    source: Path
    language: str = ""  # a pseudo-language to show it in
    generation: int = 0
    compiled: Compiled | None = None  # the last that could be built
    found: tuple[problems.Problem, ...] = ()
    changed: threading.Condition = field(default_factory=threading.Condition)
    _seen: Mapping[Path, int] = field(default_factory=dict)
    _packages: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _latest: Compiled | None = None  # as it is written now, good or not
    # of the latest, with the scores possible at each ending; only the map needs them
    _draft: tuple[Compiled, Draft, dict[str, Range]] | None = None

    def look(self) -> bool:
        """Build again if a file of the scenario has changed; whether it had."""
        watched = self._watched()
        if watched == self._seen:
            return False
        compiled = (
            pseudo.compiled(self.source, self.language)
            if self.language
            else compile_file(self.source)
        )
        with self.changed:
            self.found = compiled.problems
            self._latest = compiled
            if compiled.bundle is not None and not has_errors(compiled.problems):
                self.compiled = compiled
                self._packages.clear()
            self._seen = {**self._watched(), **watched}  # what changed meanwhile shows next time
            self.generation += 1
            self.changed.notify_all()
        return True

    def _watched(self) -> dict[Path, int]:
        """The files beside the scenario that can change it, with their times."""
        folder = self.source.parent
        near = [*folder.glob(f"{self.source.stem}*.yaml"), *folder.glob("organisation*.yaml")]
        near += [
            path for path in (self.compiled.inputs if self.compiled else ()) if path not in near
        ]
        times = {}
        for path in near:
            with suppress(OSError):  # not there, or not at this moment: it is being saved
                times[path] = path.stat().st_mtime_ns
        return times

    def wait(self, last: int) -> int:
        """The number of the build, once it is another than the last, or after a while."""
        with self.changed:
            self.changed.wait_for(lambda: self.generation != last, _BEAT)
            return self.generation

    def package(self, edition: str) -> dict[str, bytes]:
        """The files of the last good build for an edition; none before the first."""
        with self.changed:
            if self.compiled is None or self.compiled.bundle is None:
                return {}
            if edition not in self._packages:
                made = EDITIONS[edition].files(self.compiled.bundle, self.compiled.media)
                self._packages[edition] = made
            return self._packages[edition]

    def told(self) -> dict[str, Any]:
        """What the page shows beside the player: the problems, and the last good bundle."""
        with self.changed:
            bundle = self.compiled.bundle if self.compiled else None
            rows = json.loads(problems.as_json(self.found))
            said = {"generation": self.generation, "problems": rows, "source": str(self.source)}
        return said if bundle is None else {**said, "bundle": bundle}

    def ways(self) -> dict[str, dict[str, Any]]:
        """A way to each scene of the last good bundle."""
        explored = self.compiled.ways if self.compiled else None
        return {} if explored is None else ways(explored)

    def map(self, seed: int, missed: Sequence[str], path: Sequence[int]) -> str:
        """The story as it is written now, drawn with its problems and with what was played; a path
        that it no longer allows is left out. Nothing while names in it lead nowhere."""
        latest = self._latest
        if latest is None:
            return ""
        kept = self._draft
        if kept is None or kept[0] is not latest:
            found = draft_of(latest)
            scores = graph.ranges(found.bundle, found.ways) if found.bundle else {}
            kept = self._draft = latest, found, scores
        _, found, scores = kept
        if found.bundle is None:
            return ""
        try:
            played = story.steps(found.bundle, path, seed, missed)
        except (play.PlayError, IndexError):
            played = []
        return graph.svg(found.bundle, found.notes, played, scores)


def ways(explored: paths.Paths) -> dict[str, dict[str, Any]]:
    """A shortest way to each scene and ending: seed, missed objectives, path of act indexes."""
    found: dict[str, dict[str, Any]] = {}
    for node in explored.nodes:
        state = node.state
        name = state.ending or state.scene
        way = {"seed": state.seed, "missed": sorted(state.missed), "path": list(state.path)}
        found.setdefault(name, way)
    return found


def serve(source: Path, port: int = 0, language: str = "") -> tuple[ThreadingHTTPServer, Workshop]:
    """A server on this machine alone, not yet running, and its workshop, built once; `language`
    is a pseudo-language, if it is to be shown in one."""
    workshop = Workshop(source, language)
    workshop.look()

    class Handler(_Handler):
        shop = workshop

    return _Server(("127.0.0.1", port), Handler), workshop


def follow(workshop: Workshop, stopped: threading.Event) -> None:
    """Look at the files again and again until stopped."""
    while not stopped.wait(LOOK_EVERY):
        with suppress(OSError):  # a picture went while we read it: the next look sees to that
            workshop.look()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # a page asks for its files at once

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silence when a page was closed before it had everything: launching anew does that."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    shop: Workshop
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits until the head before it is acknowledged

    def do_GET(self) -> None:
        if not self._is_local():
            self._send(
                b"this preview answers on this machine only", "text/plain", HTTPStatus.FORBIDDEN
            )
            return
        address = urlsplit(self.path)
        path = unquote(address.path)
        if path == "/events":
            self._events()
        elif path == "/told.json":
            told = json.dumps(self.shop.told(), ensure_ascii=False)
            self._send(told.encode(), "application/json")
        elif path == "/ways.json":
            self._send(json.dumps(self.shop.ways()).encode(), "application/json")
        elif path == "/map.svg":
            self._map(parse_qs(address.query))
        else:
            self._file(path)

    def _is_local(self) -> bool:
        """No page from elsewhere may reach us under a name of its own (DNS rebinding)."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        return host in ("127.0.0.1", "localhost")

    def _map(self, asked: Mapping[str, list[str]]) -> None:
        try:
            seed = int(asked.get("seed", ["0"])[0])
            path = [int(index) for text in asked.get("path", ()) for index in text.split(",")]
        except ValueError:
            self._send(b"seed and path are numbers", "text/plain", HTTPStatus.BAD_REQUEST)
            return
        drawn = self.shop.map(seed, asked.get("missed", ()), path)
        self._send(drawn.encode(), "image/svg+xml")

    def _file(self, path: str) -> None:
        folder, _, name = path.removeprefix("/").partition("/")
        edition, _, inner = name.partition("/")
        content = None
        if path == "/":
            content, path = resources.text(_PAGE + "index.html").encode(), "/index.html"
        elif ".." in path or "\\" in path:
            content = None
        elif folder == "preview" and resources.has(_PAGE + name):
            content = resources.text(_PAGE + name).encode()
        elif folder == "player" and resources.has_player(name):
            content = resources.player(name)
        elif folder == "package" and edition in EDITIONS:
            content = self.shop.package(edition).get(inner)
        if content is None:
            self._send(b"not here", "text/plain", HTTPStatus.NOT_FOUND)
            return
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        self._send(content, kind, policy=_POLICY if folder == "package" else "")

    def _events(self) -> None:
        """Server-sent events: the number of the build, at once and after each change."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        last = -1
        try:
            while True:
                now = self.shop.wait(last)
                self.wfile.write(b": here\n\n" if now == last else f"data: {now}\n\n".encode())
                self.wfile.flush()
                last = now
        except OSError:
            return  # the page was closed

    def _send(
        self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, policy: str = ""
    ) -> None:
        text = kind.startswith("text/") or kind.endswith(("javascript", "json"))
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: the author's terminal is for problems."""

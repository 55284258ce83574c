"""Tests of time stamps (RFC 3161), against a time-stamping authority made of OpenSSL."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sealed import came, hands, opened, verified
from sqlalchemy import text

from lrs import timestamps
from lrs.received import seal, seal_check, stamps
from lrs.received.stamps import StampError

CONFIG = """
[ca]
basicConstraints = critical, CA:true
[stamps]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.crt
signer_key = {folder}/tsa.key
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, words: str) -> None:
    said = subprocess.run(
        ["openssl", *words.split()], cwd=folder, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr


@dataclass
class Authority:
    """Stamps whatever it is asked; it can be made to answer something else."""

    folder: Path
    url: str = ""
    instead: tuple[int, bytes] | None = None
    heard: list[str] = field(default_factory=list)

    @property
    def root(self) -> bytes:
        return (self.folder / "root.crt").read_bytes()

    def answer(self, query: bytes) -> tuple[int, bytes]:
        if self.instead:
            return self.instead
        (self.folder / "query").write_bytes(query)
        openssl(self.folder, "ts -reply -config tsa.cnf -queryfile query -out reply")
        return 200, (self.folder / "reply").read_bytes()


def made(folder: Path) -> Authority:
    """An authority with its own root."""
    folder.mkdir(exist_ok=True)
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj"
    openssl(
        folder,
        f"req -x509 {curve} /CN=Root -keyout root.key -out root.crt -config /dev/null -days 30 "
        "-addext basicConstraints=critical,CA:true",
    )
    openssl(folder, f"req {curve} /CN=Stamps -keyout tsa.key -out tsa.csr -config /dev/null")
    openssl(
        folder,
        "x509 -req -in tsa.csr -CA root.crt -CAkey root.key -CAcreateserial -out tsa.crt -days 30 "
        "-extfile tsa.cnf -extensions stamps",
    )
    return Authority(folder)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    own = made(tmp_path / "tsa")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            own.heard.append(self.headers["Content-Type"])
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = own.answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    own.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield own
    server.shutdown()
    server.server_close()


def test_a_head_is_stamped(address: str, tmp_path: Path, authority: Authority) -> None:
    """The answer is kept with the head and says when; OpenSSL verifies it over the note alone."""
    with opened(address, tmp_path) as store:
        head = seal.make(store)
        stamp = stamps.ask(store, head, authority.url, authority.root)
        assert (stamp.size, stamp.tsa) == (1, authority.url)
        assert abs(stamp.at - timestamps.now()) < 60_000_000
        with store.reading() as connection:
            assert stamps.of(connection, head.size) == [stamp]
            assert list(stamps.wrong(connection, authority.root)) == []
        assert verified(store, roots=authority.root).faults == ()
    assert authority.heard == ["application/timestamp-query"]
    (authority.folder / "checkpoint").write_text(head.note)
    (authority.folder / "stamp").write_bytes(stamp.response)
    openssl(authority.folder, "ts -verify -data checkpoint -in stamp -CAfile root.crt")


def test_a_stamp_that_does_not_hold_is_not_kept(
    address: str, tmp_path: Path, authority: Authority
) -> None:
    """Of somebody we don't trust, over something else, of another time asked, no stamp at all, an
    error: the head stands without it, and the reason is told."""
    stranger = made(tmp_path / "stranger")
    with opened(address, tmp_path) as store:
        first = seal.make(store)
        with pytest.raises(StampError, match="does not hold: Error while verifying certificates"):
            stamps.ask(store, first, authority.url, stranger.root)
        good = stamps.ask(store, first, authority.url, authority.root).response
        came(store, 1)
        head = seal.make(store)
        for instead, said in (
            ((200, good), "it is over something else"),
            ((200, b"no stamp"), "the answer is no time stamp"),
            ((200, b""), "the answer is no time stamp"),
            ((503, b""), "answered 503"),
        ):
            authority.instead = instead
            with pytest.raises(StampError, match=said):
                stamps.ask(store, head, authority.url, authority.root)
        authority.instead = (200, good)
        with pytest.raises(StampError, match="Nonce mismatch"):
            stamps.ask(store, first, authority.url, authority.root)
        with pytest.raises(StampError, match=r"can't be asked: .*refused"):
            stamps.ask(store, head, "http://127.0.0.1:9/", authority.root)
        with pytest.raises(StampError, match="is no address"):
            stamps.ask(store, head, "file:///etc/passwd", authority.root)
        with pytest.raises(StampError, match="no certificates in PEM"):
            stamps.ask(store, head, authority.url, b"nothing")
        with store.reading() as connection:
            assert stamps.of(connection, head.size) == []
            assert seal.latest(connection) == head


def test_a_changed_stamp_is_named(address: str, tmp_path: Path, authority: Authority) -> None:
    """Verification finds a stamp that was changed, moved to another head, or dated anew."""
    with opened(address, tmp_path) as store:
        stamps.ask(store, seal.make(store), authority.url, authority.root)
        came(store, 1)
        seal.make(store)
        with store.reading() as connection:
            answer = stamps.of(connection, 1)[0].response
        for change, said in (
            ("size = 2", "it is over something else"),
            ("size = 7", "there is no such head"),
            ("at = at + 1", "its time is another"),
        ):
            with hands(store) as connection:
                connection.execute(text(f"UPDATE seal_stamps SET {change}"))
                (fault,) = seal_check.verify(connection, roots=authority.root).faults
                assert fault.kind == "stamp"
                assert said in fault.message
        for at in range(0, len(answer), 97):
            bad = answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]
            with hands(store) as connection:
                connection.execute(text("UPDATE seal_stamps SET response = :r"), {"r": bad})
                found = seal_check.verify(connection, roots=authority.root).faults
                assert [fault.kind for fault in found] == ["stamp"], at

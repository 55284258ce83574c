"""Tests of signed notes and the heads in them: against published ones, and against OpenSSL."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lrs.received import notes
from lrs.received.notes import BadNote, Checkpoint, Signer

# The example that the tools of signed notes (Go's golang.org/x/mod/sumdb/note) document.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqd"
    "ngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("lrs.example/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
HEAD = Checkpoint("lrs.example/log", 7, bytes(range(32)), 1_774_944_900_000_000)


def test_a_published_note_is_read_and_verified() -> None:
    """Name, key id and signature of the format's own example."""
    key = notes.public_key(KEY)
    assert (key.name, key.id, key.written()) == ("PeterNeumann", "c74f20a3", KEY)
    read = notes.read(NOTE)
    assert read.text == TEXT
    assert read.signed_by(key)
    assert not read.signed_by(SIGNER.key)


def test_the_published_note_is_written_to_the_byte() -> None:
    """With the example's private key the same note comes out: a text has one Ed25519 signature."""
    private = Ed25519PrivateKey.from_private_bytes(b64decode(PRIVATE)[1:])
    assert notes.sign(TEXT, [Signer("PeterNeumann", private)]) == NOTE


def test_a_head_is_a_checkpoint_with_its_time() -> None:
    """Origin, size, root and time, a line each (C2SP tlog-checkpoint); read back it is the same."""
    assert HEAD.text() == (
        "lrs.example/log\n"
        "7\n"
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        "time 2026-03-31T08:15:00.000000Z\n"
    )
    assert notes.checkpoint(HEAD.text()) == HEAD


@pytest.mark.parametrize(
    "text",
    [
        HEAD.text().replace("\n7\n", "\n07\n"),
        HEAD.text().replace("\n7\n", "\n-7\n"),
        HEAD.text().replace("\n7\n", "\n٧\n"),
        HEAD.text().replace("00Z", "00+00:00"),
        HEAD.text().replace("time ", "when "),
        HEAD.text().replace("AAEC", "AAE*"),
        HEAD.text().replace("AAECAwQF", ""),
        HEAD.text() + "more\n",
        HEAD.text()[:-1],
        TEXT,
        "",
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    """A head has one form, to the letter; so no two texts mean the same one."""
    with pytest.raises(BadNote):
        notes.checkpoint(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE.replace("— ", "- "),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("x08go", "x08g*"),
        NOTE.replace("then", "the\rn"),
        f"{TEXT}\n— PeterNeumann x08g\n",
        f"{NOTE}\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    """A note has a text, an empty line, and signatures."""
    with pytest.raises(BadNote):
        notes.read(note)


def test_a_changed_note_is_not_signed() -> None:
    """One letter of the text, or one signature of the key's beside a good one that doesn't hold."""
    note = notes.sign(HEAD.text(), [SIGNER])
    assert notes.read(note).signed_by(SIGNER.key)
    assert not notes.read(note.replace("\n7\n", "\n8\n")).signed_by(SIGNER.key)
    other = notes.sign(TEXT, [SIGNER]).split("\n\n")[1]
    assert not notes.read(note + other).signed_by(SIGNER.key)
    stranger = Signer("other.example", Ed25519PrivateKey.generate())
    both = notes.read(notes.sign(HEAD.text(), [stranger, SIGNER]))
    assert both.signed_by(SIGNER.key)
    assert both.signed_by(stranger.key)


@pytest.mark.parametrize(
    "written",
    ["", "name", KEY.replace("c74f20a3", "c74f20a4"), KEY[:-4], KEY.replace("+AR", "+AQ"), "a+b+c"],
)
def test_what_is_no_key_is_refused(written: str) -> None:
    """A key's written form has its id in it, so that a slip of the pen is found."""
    with pytest.raises(BadNote):
        notes.public_key(written)


def test_openssl_verifies_a_head(tmp_path: Path) -> None:
    """With the key in PEM, everybody's tools can check a signature: that of the lines above the
    empty one."""
    note = notes.sign(HEAD.text(), [SIGNER])
    (tmp_path / "key.pem").write_text(SIGNER.key.pem())
    (tmp_path / "text").write_text(note.split("\n\n")[0] + "\n")
    signature = b64decode(note.rstrip("\n").rsplit(" ", 1)[1])[4:]
    (tmp_path / "signature").write_bytes(signature)
    said = subprocess.run(
        [
            *"openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile".split(),
            "signature",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == "Signature Verified Successfully\n", said.stderr

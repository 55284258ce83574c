"""Tests of the archive: the same bytes every time, whole or not at all."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from scormkit import archive

FILES = {
    "media/ü.svg": b"<svg/>",
    "index.html": b"<p>" + b"all work and no play " * 500,
    "imsmanifest.xml": b"<manifest/>",
    "empty.txt": b"",
    "random.bin": os.urandom(4096),
}


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def test_reads_back() -> None:
    """Another reader of zips finds every file as it was, with a good checksum."""
    zipped = opened(archive.zip_bytes(FILES))
    assert zipped.testzip() is None
    assert {name: zipped.read(name) for name in zipped.namelist()} == FILES


def test_order() -> None:
    """The manifest comes first, then all others by name."""
    names = opened(archive.zip_bytes(FILES)).namelist()
    assert names == ["imsmanifest.xml", "empty.txt", "index.html", "media/ü.svg", "random.bin"]


def test_same_bytes_whatever_the_order() -> None:
    """The bytes depend on the files alone, not on the order in which they were given."""
    again = dict(reversed(FILES.items()))
    assert archive.zip_bytes(FILES) == archive.zip_bytes(again)


def test_attributes_are_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every entry is a plain file of 1980-01-01, readable by all, with nothing of this machine."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    for entry in opened(archive.zip_bytes(FILES)).infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert (entry.create_system, entry.external_attr >> 16) == (3, 0o100644)
        assert (entry.extra, entry.comment) == (b"", b"")


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        ("1767225599", (2025, 12, 31, 23, 59, 58)),
        ("0", (1980, 1, 1, 0, 0, 0)),
        ("99999999999", (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_source_date_epoch(
    monkeypatch: pytest.MonkeyPatch, epoch: str, expected: tuple[int, ...]
) -> None:
    """SOURCE_DATE_EPOCH sets the time, in UTC, inside what a zip's calendar can say."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert opened(archive.zip_bytes(FILES)).infolist()[0].date_time == expected


def test_bad_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A SOURCE_DATE_EPOCH that is no number is named, not ignored."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ValueError, match='"yesterday"'):
        archive.zip_bytes(FILES)


def test_deflates_what_shrinks_and_stores_the_rest() -> None:
    """Text is deflated; what deflating would make longer is stored."""
    zipped = opened(archive.zip_bytes(FILES))
    assert zipped.getinfo("index.html").compress_type == zipfile.ZIP_DEFLATED
    assert zipped.getinfo("index.html").compress_size < 200
    assert zipped.getinfo("random.bin").compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("name", ["", "/a", "a//b", "../a", "a/./b", "a\\b", "c:x", "folder/"])
def test_names_that_do_not_unpack(name: str) -> None:
    """A name that would leave the folder, or that some system can't hold, is refused."""
    with pytest.raises(ValueError, match="can't be the name"):
        archive.zip_bytes({name: b""})


def test_names_that_differ_in_case_only() -> None:
    """Two names that are one file on some servers are refused."""
    with pytest.raises(ValueError, match="one file"):
        archive.zip_bytes({"media/A.png": b"", "media/a.png": b""})


def test_write_replaces_whole(tmp_path: Path) -> None:
    """A new zip takes the old one's place and leaves no draft behind."""
    target = tmp_path / "deep" / "course.zip"
    archive.write_zip(target, {"a": b"1"})
    written = archive.write_zip(target, {"a": b"2"})
    assert target.read_bytes() == written
    assert [path.name for path in target.parent.iterdir()] == ["course.zip"]


def test_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails before the end, the old zip is still there, whole, and no draft is."""

    def fails(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "course.zip"
    old = archive.write_zip(target, {"a": b"1"})
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space left"):
        archive.write_zip(target, {"a": b"2" * 9999})
    assert target.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["course.zip"]

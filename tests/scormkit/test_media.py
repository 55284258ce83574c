"""Tests of what a picture or a recording may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from short import story

from scormkit.compiler import compile_file

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def codes(folder: Path, name: str, content: bytes, more: str = "alt: A van") -> list[str]:
    """What is said of a medium with this content."""
    (folder / name).write_bytes(content)
    source = folder / "call.yaml"
    media = f"media: {{van: {{file: {name}, {more}}}}}\nvariables:\n"
    source.write_text(story(("variables:\n", media)), encoding="utf-8")
    return [problem.code for problem in compile_file(source).problems]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.jpeg", b"\xff\xd8\xff\xe1"),
        ("a.gif", b"GIF89a"),
        ("a.svg", SVG.format("").encode()),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- by hand -->\n' + SVG.format("").encode()),
    ],
)
def test_sound_pictures(tmp_path: Path, name: str, content: bytes) -> None:
    """A picture that is what its name says is left alone."""
    assert codes(tmp_path, name, content) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"GIF89a"),
        ("a.jpg", PNG),
        ("a.gif", b"RIFF....WEBP"),
        ("a.svg", PNG),
        ("a.svg", b"<html><script>1</script></html>"),
        ("a.svg", b"<svg></svg>"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg">'),
        ("a.png", b""),
    ],
)
def test_another_type(tmp_path: Path, name: str, content: bytes) -> None:
    """What is not what its name says is an error."""
    assert codes(tmp_path, name, content) == ["medium-type"]


@pytest.mark.parametrize(("name", "good"), [("a.mp3", b"ID3\x04"), ("a.m4a", b"\0\0\0 ftypM4A ")])
def test_recordings(tmp_path: Path, name: str, good: bytes) -> None:
    """A recording has to be one, too, and to have its words beside it."""
    assert codes(tmp_path, name, good, "transcript: Hello") == []
    assert codes(tmp_path, name, b"<html>", "transcript: Hello") == ["medium-type"]
    assert codes(tmp_path, name, good) == ["no-alternative"]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<script>1</script>", "active-picture"),
        ('<path onload="x()"/>', "active-picture"),
        ("<foreignObject/>", "active-picture"),
        ('<a xlink:href="javascript:x()"/>', "active-picture"),
        ('<set attributeName="onclick" to="x()"/>', "active-picture"),
        ('<image href="photo.png"/>', "loading-picture"),
        ('<use xlink:href="https://pictures.example/s.svg#a"/>', "loading-picture"),
        ('<path style="fill: url(//pictures.example/p#a)"/>', "loading-picture"),
        ("<style>@import 'https://fonts.example/f.css';</style>", "loading-picture"),
        ('<use href="#own"/>', ""),
        ('<image href="data:image/png;base64,AA"/>', ""),
        ('<path fill="url(#shade)"/>', ""),
        ("<style>path { fill: red }</style><title>On a van</title>", ""),
    ],
)
def test_what_an_svg_holds(tmp_path: Path, inside: str, code: str) -> None:
    """An SVG that does or loads something is refused; one that refers to itself is not."""
    found = codes(tmp_path, "a.svg", SVG.format(inside).encode())
    assert code in found if code else found == []
    assert len(found) <= 2


def test_entities(tmp_path: Path) -> None:
    """A DOCTYPE is refused before anything is expanded."""
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + SVG.format("&b;")
    assert codes(tmp_path, "a.svg", bomb.encode()) == ["active-picture"]


def test_entities_in_another_encoding(tmp_path: Path) -> None:
    """UTF-16 hides a DOCTYPE from nobody."""
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE svg>' + SVG.format("")
    assert codes(tmp_path, "a.svg", bomb.encode("utf-16")) == ["active-picture"]


def test_a_stylesheet_from_elsewhere(tmp_path: Path) -> None:
    """An SVG's processing instruction loads as an element does."""
    sheet = '<?xml-stylesheet href="https://styles.example/s.css"?>' + SVG.format("")
    assert codes(tmp_path, "a.svg", sheet.encode()) == ["loading-picture"]


def test_a_file_that_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that cannot be read is told as any other fault is."""
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.suffix == ".png":
            raise PermissionError(13, "Permission denied")
        return read(path)

    (tmp_path / "a.png").write_bytes(PNG)
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert codes(tmp_path, "a.png", PNG) == ["unreadable"]


def test_a_gif_that_moves(tmp_path: Path) -> None:
    """One picture is fine, and so is a film that plays once; one for ever is not."""
    frame = b"\x21\xf9\x04\x00\x0a\x00\x00\x00"
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    assert codes(tmp_path, "a.gif", b"GIF89a" + loop + frame) == []
    assert codes(tmp_path, "a.gif", b"GIF89a" + frame * 2) == []
    assert codes(tmp_path, "a.gif", b"GIF89a" + loop + frame * 2) == ["moving-picture"]


def test_an_alternative_that_is_none(tmp_path: Path) -> None:
    """A file's name is no alternative text."""
    assert codes(tmp_path, "a.png", PNG, "alt: IMG_2041.png") == ["no-alternative"]
    assert codes(tmp_path, "a.png", PNG, "alt: The file van.png on a screen") == []

"""Pictures and recordings: there, small, what they say they are, harmless, and told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scormkit.checks.subject import Subject
from scormkit.document import Route
from scormkit.problems import Problem
from scormkit.text import SOUND

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST_MEDIUM = 2_000_000  # bytes; learners on phones load it
_SIGNS: Mapping[str, tuple[re.Pattern[bytes], str]] = {  # how a file of each type begins
    ".png": (re.compile(rb"\x89PNG\r\n\x1a\n"), "a PNG picture"),
    ".jpg": (re.compile(rb"\xff\xd8\xff"), "a JPEG picture"),
    ".jpeg": (re.compile(rb"\xff\xd8\xff"), "a JPEG picture"),
    ".gif": (re.compile(rb"GIF8[79]a"), "a GIF picture"),
    ".mp3": (re.compile(rb"ID3|\xff[\xe2-\xff]"), "an MP3 recording"),
    ".m4a": (re.compile(rb"....ftyp", re.DOTALL), "an M4A recording"),
}
_OTHERS = (
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "a WebP picture"),
    (re.compile(rb"%PDF"), "a PDF"),
)
# SVG 2: what runs, or shows another document, has no place in a picture (the LMS's own page
# would run it if somebody opened the file by itself).
_ACTIVE = ("script", "foreignobject", "iframe", "embed", "object", "handler", "listener")
_OWN = re.compile(r"#|data:(?:image/(?:png|jpeg|gif)|font/)", re.I)
_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")\s]+)|@import\s+['\"]?([^'\";\s]+)", re.I)


def files(subject: Subject) -> Iterator[Problem]:
    """Every file is there, in the folder, not too large, and of the type that its name says."""
    seen: dict[str, str] = {}
    for name, entry in subject.scenario.data.get("media", {}).items():
        route = ("media", name, "file")
        path = subject.folder / entry["file"]
        packed = Path(entry["file"]).name
        if seen.setdefault(packed, entry["file"]) != entry["file"]:
            message = f'"{entry["file"]}" and "{seen[packed]}" have one name in the package'
            yield subject.error(route, message, "duplicate-file", "rename one of the two")
        if not path.resolve().is_relative_to(subject.folder.resolve()):
            message = f'"{entry["file"]}" leaves the scenario\'s folder'
            yield subject.error(route, message, "outside", "move the file into it")
        elif not path.is_file():
            message = f'there is no file "{entry["file"]}"'
            hint = f"it is looked for beside the scenario, in {subject.folder}"
            yield subject.error(route, message, "no-file", hint)
        elif path.stat().st_size > LARGEST_MEDIUM:
            size = f"{path.stat().st_size / 1e6:.1f} MB"
            message = (
                f'"{entry["file"]}" is {size}; a medium may have {LARGEST_MEDIUM / 1e6:.0f} MB'
            )
            yield subject.error(route, message, "too-large", "make it smaller")
        else:
            try:
                content = path.read_bytes()
            except OSError as error:
                message = f'"{entry["file"]}" cannot be read: {error.strerror}'
                hint = "let whoever runs this read it"
                yield subject.error(route, message, "unreadable", hint)
                continue
            yield from _content(subject, route, entry["file"], content)


def alternatives(subject: Subject) -> Iterator[Problem]:
    """Every picture has a text in its place, every recording a transcript (WCAG 1.1.1, 1.2.1)."""
    for name, entry in subject.scenario.data.get("media", {}).items():
        route = ("media", name)
        if entry["file"].endswith(SOUND):
            if "transcript" not in entry:
                message = f'recording "{name}" has no transcript'
                yield subject.error(route, message, "no-alternative", 'add "transcript:"')
        elif "alt" not in entry and not entry.get("decorative"):
            message = f'picture "{name}" has no alternative text'
            hint = 'add "alt:", what it shows, or "decorative: true" where it carries no meaning'
            yield subject.error(route, message, "no-alternative", hint)
        elif re.fullmatch(r"\S+\.(?:svg|png|jpe?g|gif)", entry.get("alt", "").strip(), re.I):
            message = f'the alternative text of picture "{name}" is a file\'s name'
            hint = "say what the picture shows, as to somebody on the phone"
            yield subject.error((*route, "alt"), message, "no-alternative", hint)


def _content(subject: Subject, route: Route, file: str, content: bytes) -> Iterator[Problem]:
    suffix = Path(file).suffix
    if suffix == ".svg":
        yield from _picture(subject, route, file, content)
        return
    sign, kind = _SIGNS.get(suffix, (None, ""))
    if sign and not sign.match(content):
        message = f'"{file}" is not {kind}{_rather(content)}'
        hint = "save it anew in that format; another ending alone does not change what it is"
        yield subject.error(route, message, "medium-type", hint)
    elif suffix == ".gif" and content.count(b"\x21\xf9\x04") > 1 and b"NETSCAPE2.0" in content:
        message = f'"{file}" moves for ever, and nobody can stop it (WCAG 2.2.2)'
        yield subject.error(route, message, "moving-picture", "save one picture of it")


def _rather(content: bytes) -> str:
    """What a file seems to be instead."""
    known = [*_SIGNS.values(), *_OTHERS]
    kind = next((kind for sign, kind in known if sign.match(content)), "")
    if not kind and re.match(rb"\s*(?:<\?xml|<svg|<!--)", content):
        kind = "an SVG picture or other XML"
    return f", but {kind}" if kind else ""


def _picture(subject: Subject, route: Route, file: str, content: bytes) -> Iterator[Problem]:
    """An SVG that is well-formed, does nothing, and loads nothing."""
    signs = content.replace(b"\0", b"")  # of UTF-16 and UTF-32, too
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", signs, re.I):
        message = f'"{file}" has a DOCTYPE, which could bring anything in'
        yield subject.error(
            route, message, "active-picture", "delete the line that begins <!DOCTYPE"
        )
        return
    from xml.etree import ElementTree  # late: most scenarios have no picture

    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        message = f'"{file}" is not an SVG picture: {error}{_rather(content)}'
        yield subject.error(route, message, "medium-type", "save it anew as plain SVG")
        return
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        message = f'"{file}" is not an SVG picture: it begins with {_bare(root.tag)}'
        hint = 'its first element is <svg xmlns="http://www.w3.org/2000/svg">'
        yield subject.error(route, message, "medium-type", hint)
        return
    active = dict.fromkeys(what for element in root.iter() for what in _active(element))
    if active:
        message = f'"{file}" does more than show: {", ".join(active)}'
        hint = "save it as plain SVG, without scripts and pages inside"
        yield subject.error(route, message, "active-picture", hint)
    loaded = dict.fromkeys(what for element in root.iter() for what in _loaded(element))
    if re.search(rb"<\?xml-stylesheet\s", signs):  # no element, so not in the tree
        loaded["a stylesheet"] = None
    if loaded:
        message = f'"{file}" loads something from elsewhere: {", ".join(loaded)}'
        hint = "put it into the picture; a package loads nothing, so that nobody learns who trains"
        yield subject.error(route, message, "loading-picture", hint)


def _active(element: Element) -> Iterator[str]:
    tag = _bare(element.tag)
    if tag.lower() in _ACTIVE:
        yield f"<{tag}>"
    for key, value in element.attrib.items():
        name = _bare(key)
        changes = tag in ("set", "animate") and name == "attributeName"
        if name.lower().startswith("on") or (changes and value.lower().startswith(("on", "href"))):
            yield name if not changes else f"{tag} of {value}"
        elif re.match(r"\s*(?:javascript|vbscript|data:text)", value, re.I):
            yield f"{name} with a script"


def _loaded(element: Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        name = _bare(key)
        if name in ("href", "src") and value.strip() and not _OWN.match(value.strip()):
            yield _short(value)
        yield from _urls(value)
    if _bare(element.tag) == "style":
        yield from _urls("".join(element.itertext()))


def _urls(style: str) -> Iterator[str]:
    for pair in _URL.findall(style):
        target = "".join(pair)
        if not _OWN.match(target):
            yield _short(target)


def _bare(name: Any) -> str:
    return str(name).rsplit("}", 1)[-1]


def _short(text: str) -> str:
    text = text.strip()
    return f'"{text[:57]}…"' if len(text) > 60 else f'"{text}"'

"""What an HTML page loads, and what it keeps from learners, read without running it.

The tokeniser is ours because it only ever goes forward: no page, however broken, takes longer than
its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scormkit.inspection.addresses import Address, Files, folder, joined
from scormkit.inspection.findings import quoted, warning
from scormkit.inspection.loads import load_findings
from scormkit.inspection.scripts import script_findings
from scormkit.inspection.styles import style_findings
from scormkit.inspection.texts import Seen, Sighting, Text

_TAG = re.compile(r"<([A-Za-z][\w:-]{0,60})")
_ATTRIBUTE = re.compile(
    r"""([^\s=>/"'<]{1,200})(?:\s{0,99}=\s{0,99}(?:"([^"]*)"|'([^']*)'|([^\s>"']{1,2000})))?"""
)
_RAW_TEXT = ("script", "style", "title", "textarea")
_END = {name: re.compile(rf"</{name}", re.I) for name in _RAW_TEXT}
_GAP = re.compile(r"[\s/]*")
_NOT_A_SCRIPT = re.compile(r"(?i)json|template|x-handlebars|x-mustache|importmap|speculationrules")
_LOADS = {
    **dict.fromkeys(("img", "audio", "video", "source", "track", "input"), ("src", "media")),
    "script": ("src", "script"),
    "iframe": ("src", "frame"),
    "frame": ("src", "frame"),
    "embed": ("src", "frame"),
    "object": ("data", "frame"),
    "base": ("href", "base"),
    "a": ("href", "link"),
    "area": ("href", "link"),
}
_LINK_LOADS = ("stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch")
_LEAVING = ("onunload", "onbeforeunload", "onpagehide")


@dataclass(frozen=True)
class Tag:
    """A start tag; `body` is where its text begins and ends, for the few that hold raw text."""

    name: str
    attributes: dict[str, str]
    place: int
    body: tuple[int, int]


def page_findings(text: Text, files: Files, launched: bool) -> Iterator[Seen]:
    """Everything worth knowing about the page; a launched one is a whole document."""
    base = folder(text.file)
    seen: dict[str, Tag] = {}
    for tag in tags(text.text):
        seen.setdefault(tag.name, tag)
        if tag.name == "base" and "href" in tag.attributes:
            base = joined(base, tag.attributes["href"])
        yield from _loaded(tag, text, files, base)
        yield from _barriers(tag, text)
        for name in _LEAVING:
            if name in tag.attributes:
                yield Sighting("leaving", name[2:], text.mark(tag.place))
        if tag.name == "script" and not _NOT_A_SCRIPT.search(tag.attributes.get("type", "")):
            yield from script_findings(text, *tag.body)
        elif tag.name == "style":
            yield from style_findings(text, files, base, *tag.body)
    if launched:
        yield from _document(seen, text)


def tags(text: str) -> Iterator[Tag]:
    """The start tags of a page in order; what stands in comments and raw text is no tag."""
    at = text.find("<")
    while at >= 0:
        if text.startswith("<!--", at):
            at = _after(text, "-->", at + 4)
        elif found := _TAG.match(text, at):
            name = found[1].lower()
            attributes, end = _attributes(text, found.end())
            stop = end
            if name in _END:
                close = _END[name].search(text, end)
                stop = close.start() if close else len(text)
            yield Tag(name, attributes, at, (end, stop))
            at = stop
        else:
            at += 1
        at = text.find("<", at)


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of the tag, and where the tag ends; the first of a name counts."""
    attributes: dict[str, str] = {}
    while (at := _past_gap(text, at)) < len(text) and text[at] != ">":
        found = _ATTRIBUTE.match(text, at)
        if not found:
            at += 1
            continue
        value = next((v for v in found.groups()[1:] if v is not None), "")
        attributes.setdefault(found[1].lower(), value.strip().replace("&amp;", "&"))
        at = found.end()
    return attributes, at + 1


def _past_gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _after(text: str, sign: str, at: int) -> int:
    found = text.find(sign, at)
    return found + len(sign) if found >= 0 else len(text)


def _loaded(tag: Tag, text: Text, files: Files, base: str) -> Iterator[Seen]:
    name, what = _LOADS.get(tag.name, ("", ""))
    if tag.name == "link":
        words = tag.attributes.get("rel", "").lower().split()
        if not any(word in _LINK_LOADS for word in words):
            return
        name, what = "href", "style"
    if name in tag.attributes:
        address = Address(tag.attributes[name], folder(text.file) if what == "base" else base)
        yield from load_findings(text.mark(tag.place), what, address, files)


def _barriers(tag: Tag, text: Text) -> Iterator[Seen]:
    """What shuts learners out and can be seen in the page's source (WCAG 2.2)."""
    if tag.name not in ("img", "iframe", "frame", "meta"):
        return
    mark = text.mark(tag.place)
    if tag.name == "img" and "alt" not in tag.attributes:
        message = "the image has no alt text"
        hint = 'describe it, or write alt="" where it only decorates (WCAG 1.1.1)'
        yield warning(mark, message, "image-alternative", hint)
    elif tag.name in ("iframe", "frame") and not tag.attributes.get("title"):
        message = "the frame has no title"
        yield warning(mark, message, "frame-title", "screen readers say it (WCAG 4.1.2)")
    elif tag.name == "meta" and tag.attributes.get("name", "").lower() == "viewport":
        content = tag.attributes.get("content", "").lower().replace(" ", "")
        capped = re.search(r"maximum-scale=(0?\.\d+|1(?:\.\d*)?)(?![\d.])", content)
        if capped or re.search(r"user-scalable=(no|0)", content):
            message = f"the page can't be enlarged: {quoted(content)}"
            hint = "leave out maximum-scale and user-scalable (WCAG 1.4.4)"
            yield warning(mark, message, "zoom-capped", hint)


def _document(seen: dict[str, Tag], text: Text) -> Iterator[Seen]:
    html = seen.get("html")
    top = text.mark(html.place if html else 0)
    if html is None or not html.attributes.get("lang"):
        message = "the page doesn't say in which language it is"
        hint = 'write <html lang="en"> (WCAG 3.1.1)'
        yield warning(top, message, "page-language", hint)
    title = seen.get("title")
    if title is None or not text.text[slice(*title.body)].strip():
        yield warning(top, "the page has no title", "page-title", "WCAG 2.4.2")

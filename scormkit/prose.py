"""The bundle's HTML as plain text, for a terminal and for the labels of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

_BREAK = ("p", "ul", "ol", "pre", "blockquote")


def line(html: str) -> str:
    """The text of the HTML on one line."""
    return " ".join(paragraphs(html, marks=False).split())


def paragraphs(html: str, marks: bool = True) -> str:
    """The text of the HTML, a blank line between paragraphs, lists and quotes with their signs.

    With `marks`, a link shows the name of its target, for example [Sign in](portal), a picture its
    alternative, and strong and code words keep the signs they are written with.
    """
    reader = _Reader(marks)
    reader.feed(html)
    reader.close()
    return reader.text()


def button(bundle: Mapping[str, Any], act: Mapping[str, Any]) -> str:
    """What the learner reads on the button of an act."""
    return line(act.get("label") or bundle["words"].get(f"do.{act['do']}", act["do"]))


class _Reader(HTMLParser):
    """Gathers blocks; each is a prefix for its first line, one for the next, and its text."""

    def __init__(self, marks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.marks = marks
        self.blocks: list[list[str]] = [[""]]
        self.lists: list[int] = []  # the number of the last item; -1 in a list without numbers
        self.item = ""
        self.quoted = 0
        self.link = ""
        self.literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BREAK:
            if not self.item or self.blocks[-1][-1]:  # the first paragraph of an item stays in it
                self.block(apart=not self.lists)
            self.quoted += tag == "blockquote"
            self.literal += tag == "pre"
            if tag in ("ul", "ol"):
                self.lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self.block(apart=False)
            if self.lists[-1] >= 0:
                self.lists[-1] += 1
            number = f"{self.lists[-1]}." if self.lists[-1] > 0 else "-"
            self.item = f"{'  ' * (len(self.lists) - 1)}{number} "
        elif tag == "br":
            self.add("\n")
        elif tag == "img":
            alternative = given.get("alt") or ""
            self.add(f"[picture: {alternative}]" if self.marks and alternative else alternative)
        elif tag == "a" and self.marks:
            self.link = given.get("data-link") or ""
            self.add("[")
        elif self.marks and tag in ("strong", "code") and not self.literal:
            self.add("**" if tag == "strong" else "`")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        if tag in _BREAK or tag == "li":
            self.block(apart=tag != "li" and not self.lists)
        self.quoted -= tag == "blockquote"
        self.literal -= tag == "pre"
        if tag == "a" and self.marks:
            self.add(f"]({self.link})")
        elif self.marks and tag in ("strong", "code") and not self.literal:
            self.add("**" if tag == "strong" else "`")

    def handle_data(self, data: str) -> None:
        if self.literal:
            self.add(data)
        elif data.strip() or self.blocks[-1][-1].strip():
            self.add(" ".join(data.replace("\n", " ").split(" ")))

    def add(self, text: str) -> None:
        if not self.blocks[-1][-1] and (self.quoted or self.item):
            self.blocks[-1][-1] = "> " * self.quoted + self.item
            self.item = " " * len(self.item)
        quote = "> " * self.quoted + " " * len(self.item)
        self.blocks[-1][-1] += text.replace("\n", f"\n{quote}") if quote else text

    def block(self, apart: bool) -> None:
        """Begin a new line, after a blank one where it stands apart."""
        self.item = ""
        if self.blocks[-1][-1]:
            self.blocks[-1].append("")
        if apart and any(self.blocks[-1]):
            self.blocks.append([""])

    def text(self) -> str:
        kept = ["\n".join(line.rstrip() for line in block if line.strip()) for block in self.blocks]
        return "\n\n".join(block for block in kept if block)

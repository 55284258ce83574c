"""A cmi5.xml: its parts, addresses and vocabulary (cmi5 1.0, sections 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scormkit.inspection.addresses import Address, Files, address_problems
from scormkit.inspection.findings import error, quoted, warning
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import CMI5
from scormkit.problems import Problem, did_you_mean, one_of

NAME = "cmi5.xml"
MOVE_ON = ("Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable")
LAUNCH_METHODS = ("AnyWindow", "OwnWindow")

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+\Z")
_MASTERY = re.compile(r"(0(\.\d{1,4})?|1(\.0{1,4})?)\Z", re.ASCII)
_ORDER = {
    "courseStructure": ("course", "objectives", "au", "block"),
    "course": ("title", "description"),
    "block": ("title", "description", "objectives", "au", "block"),
    "au": ("title", "description", "objectives", "url", "launchParameters", "entitlementKey"),
    "objective": ("title", "description"),
}
_EITHER = ("au", "block")  # these two stand in any order among themselves
_NEEDED = {
    "courseStructure": ("course",),
    "course": ("title", "description"),
    "block": ("title", "description"),
    "au": ("title", "description", "url"),
    "objective": ("title", "description"),
}


def units(root: Element) -> list[Element]:
    """The assignable units, in order."""
    return [element for element in root.walk() if element.name == "au"]


def cmi5_problems(root: Element, files: Files) -> Iterator[Problem]:
    """What keeps an LMS from taking the course, or a learner from finishing it."""
    if root.name != "courseStructure" or root.uri != CMI5:
        message = f"the first element is {quoted(root.name)} of {quoted(root.uri)}"
        hint = f'a course begins with <courseStructure xmlns="{CMI5}">'
        yield error(root.mark, message, "root-element", hint)
    if not units(root):
        yield error(root.mark, "there is no au: nothing can be launched", "element-missing")
    for element in root.walk():
        if element.uri == root.uri:
            yield from _parts(element)
            yield from _strings(element)
    yield from _identifiers(root)
    for unit in units(root):
        yield from _unit(unit, files)


def _parts(element: Element) -> Iterator[Problem]:
    order = _ORDER.get(element.name)
    if order is None:
        return
    reached, latest = -1, ""
    for child in element.children:
        if child.uri != element.uri:
            continue
        if child.name not in order:
            message = f"{element.name} holds no {quoted(child.name)}"
            hint = did_you_mean(child.name, order, f"its children are: {one_of(order)}")
            yield error(child.mark, message, "element-unknown", hint)
            continue
        rank = order.index(_EITHER[0] if child.name in _EITHER else child.name)
        if rank < reached:
            message = f"{child.name} comes after {latest} in {element.name}"
            yield error(child.mark, message, "element-order", f"the order is: {', '.join(order)}")
        else:
            reached, latest = rank, child.name
    for name in _NEEDED.get(element.name, ()):
        if element.first(name) is None:
            yield error(element.mark, f"{element.name} has no {name}", "element-missing")


def _strings(element: Element) -> Iterator[Problem]:
    """A title and a description are texts, each in a language (13.1.1)."""
    if element.name not in ("title", "description"):
        return
    strings = element.all("langstring")
    if not any(string.text for string in strings):
        message = f"the {element.name} has no langstring with a text"
        yield error(element.mark, message, "element-missing")
    for string in strings:
        if not string.get("lang"):
            message = "the langstring doesn't say its language"
            yield warning(string.mark, message, "attribute-missing", 'write lang="en"')


def _identifiers(root: Element) -> Iterator[Problem]:
    """Absolute IRIs, each once in the course (13.1.1.1, 13.1.4)."""
    seen: dict[str, Element] = {}
    for element in root.walk():
        if element.uri != root.uri or element.name not in ("course", "block", "au", "objective"):
            continue
        if element.name == "objective" and element.get("idref"):
            continue
        identifier = element.get("id")
        if not identifier:
            yield error(element.mark, f"{element.name} has no id", "attribute-missing")
            continue
        if not _IRI.match(identifier):
            message = f"the id {quoted(identifier)} of {element.name} is no absolute IRI"
            hint = "write a whole address of yours, such as https://training.example/course"
            yield error(element.mark, message, "identifier-form", hint)
        first = seen.setdefault(identifier, element)
        if first is not element:
            message = f"the id {quoted(identifier)} is already used"
            hint = f"first by {first.name} in line {first.mark.line}"
            yield error(element.mark, message, "identifier-repeated", hint)


def _unit(unit: Element, files: Files) -> Iterator[Problem]:
    url = unit.first("url")
    if url is not None and not url.text:
        yield error(url.mark, "the url is empty", "element-missing")
    elif url is not None and Address(url.text).host:
        message = f"the url {quoted(url.text)} leads to another host; it is not in the package"
        yield warning(url.mark, message, "href-external", "LMSs and networks may refuse it")
    elif url is not None:
        path = Address(Address(url.text).written_path)  # a query belongs here (8.1)
        yield from address_problems(url.mark, "the url", path, files)
    for name, words in (("moveOn", MOVE_ON), ("launchMethod", LAUNCH_METHODS)):
        written = unit.get(name)
        if written is not None and written not in words:
            hint = did_you_mean(written, words, f"it is {one_of(words)}")
            yield error(unit.mark, f"{name} is {quoted(written)}", "attribute-value", hint)
    mastery = unit.get("masteryScore")
    if mastery is not None and not _MASTERY.match(mastery):
        message = f"the mastery score is {quoted(mastery)}"
        hint = "it is a number from 0 to 1 with at most four decimals"
        yield error(unit.mark, message, "number-range", hint)

"""A tincan.xml: which activity an xAPI package launches, and with what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scormkit.inspection.addresses import Address, Files, address_problems
from scormkit.inspection.findings import error, quoted, warning
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import TINCAN
from scormkit.problems import Problem

NAME = "tincan.xml"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+\Z")


def activities(root: Element) -> list[Element]:
    """The activities, in order."""
    return [element for element in root.walk() if element.name == "activity"]


def launches(root: Element) -> list[Element]:
    """The launch elements, one in each activity that can be opened."""
    return [element for element in root.walk() if element.name == "launch"]


def tincan_problems(root: Element, files: Files) -> Iterator[Problem]:
    """What keeps an LMS from finding the activity and its first file."""
    if root.name != "tincan" or root.uri != TINCAN:
        message = f"the first element is {quoted(root.name)} of {quoted(root.uri)}"
        hint = f'an xAPI package begins with <tincan xmlns="{TINCAN}">'
        yield error(root.mark, message, "root-element", hint)
    if not launches(root):
        yield error(root.mark, "no activity has a launch: nothing opens", "element-missing")
    seen: set[str] = set()
    for activity in activities(root):
        identifier = activity.get("id") or ""
        if not _IRI.match(identifier):
            message = f"the activity's id {quoted(identifier)} is no absolute IRI"
            yield error(activity.mark, message, "identifier-form")
        elif identifier in seen:
            message = f"the id {quoted(identifier)} is already used"
            yield error(activity.mark, message, "identifier-repeated")
        seen.add(identifier)
        if not activity.get("type"):
            yield warning(activity.mark, "the activity has no type", "attribute-missing")
        name = activity.first("name")
        if name is None or not name.text:
            yield error(activity.mark, "the activity has no name", "element-missing")
    for launch in launches(root):
        if Address(launch.text).host:
            message = f"the launch {quoted(launch.text)} leads to another host"
            yield warning(launch.mark, message, "href-external", "it is not in the package")
        else:
            path = Address(Address(launch.text).written_path)
            yield from address_problems(launch.mark, "the launch", path, files)

"""The elements of a manifest: which, in what order, with which attributes, under which prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scormkit.inspection.findings import error, quoted, warning
from scormkit.inspection.manifest import Manifest
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import (
    ADL,
    CHILDREN,
    IMSSS,
    NEEDED_ATTRIBUTES,
    NEEDED_CHILDREN,
    ONCE,
    PACKAGING,
    PREFIXES,
    SEQUENCING,
)
from scormkit.problems import Problem, did_you_mean, one_of

# An NCName (XML namespaces 1.0, 3): what an xs:ID may be.
_ID = re.compile(r"[^\W\d][\w.\-·]*\Z")
_IDENTIFIED = ("manifest", "organization", "item", "resource")
_RANDOM = re.compile(r"(?i)[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
_SAYS_NOTHING = re.compile(
    r"(?i)(0+|id|manifest[-_]?\d*|\w+_manifest|imsmanifest|course[-_]?\d*|default|untitled)\Z"
)


def structure_problems(manifest: Manifest) -> Iterator[Problem]:
    """What the schemas of the standard would say, in words, schema files or not."""
    for element in manifest.root.walk():
        if element.uri in (*PACKAGING, "") and element.name in CHILDREN:
            yield from _children(element, CHILDREN[element.name])
            yield from _needed(element)
        elif element.uri == IMSSS and element.name == "sequencing":
            yield from _children(element, SEQUENCING)
    yield from _metadata(manifest)
    yield from _kinds(manifest)
    yield from _prefixes(manifest.root)
    yield from _identifiers(manifest.root)


def _children(element: Element, order: tuple[str, ...]) -> Iterator[Problem]:
    """Order and number of the children; those of other namespaces come last (CAM 3.4.1)."""
    reached, latest = -1, ""
    seen: set[str] = set()
    for child in element.children:
        ours = child.uri == element.uri
        if ours and child.name not in order:
            names = one_of(order) if order else "none"
            message = f"{element.name} holds no {quoted(child.name)}"
            hint = did_you_mean(child.name, order, f"its children are: {names}")
            yield error(child.mark, message, "element-unknown", hint)
            continue
        rank = order.index(child.name) if ours else len(order)
        if rank < reached:
            message = f"{child.name} comes after {latest} in {element.name}"
            hint = f"the order is: {', '.join(order)}, then other namespaces' elements"
            yield error(child.mark, message, "element-order", hint)
        if ours and child.name in ONCE and child.name in seen:
            message = f"{element.name} has a second {child.name}"
            yield error(child.mark, message, "element-repeated", "keep one of them")
        if rank >= reached:
            reached, latest = rank, child.name
        seen.add(child.name)


def _needed(element: Element) -> Iterator[Problem]:
    for name in NEEDED_CHILDREN.get(element.name, ()):
        child = element.first(name)
        if child is None:
            message = f"{element.name} has no {name}"
            yield error(element.mark, message, "element-missing")
        elif name == "title" and not child.text:
            message = f"the title of {element.name} is empty"
            yield error(child.mark, message, "element-missing", "learners see it in the LMS")
    for name in NEEDED_ATTRIBUTES.get(element.name, ()):
        if not element.get(name):
            what = f"{element.name} has no {name}"
            hint = 'write type="webcontent"' if name == "type" else ""
            yield error(element.mark, what, "attribute-missing", hint)


def _metadata(manifest: Manifest) -> Iterator[Problem]:
    """2004 asks for metadata that begins with schema and schemaversion (CAM 3.4.1.2)."""
    about = manifest.root.first("metadata")
    if about is None and manifest.standard.is_2004:
        yield error(manifest.root.mark, "manifest has no metadata", "element-missing")
    schema = about.first("schema") if about else None
    if schema is not None and schema.text != "ADL SCORM":
        message = f"the schema is {quoted(schema.text)}; every edition of SCORM has ADL SCORM"
        yield warning(schema.mark, message, "attribute-value")


def _kinds(manifest: Manifest) -> Iterator[Problem]:
    """Each launched resource says whether it is a SCO, as its edition spells it (CAM 3.4.1.6)."""
    right = manifest.standard.kind
    launched = {id(resource) for _, resource in manifest.launched}
    for resource in manifest.resources:
        element = resource.element
        written = next((a for a in element.attributes if a.name.lower() == "scormtype"), None)
        if written is None:
            if id(resource) in launched:
                message = "the resource doesn't say whether it is a SCO"
                hint = f'write adlcp:{right}="sco", or "asset" if it never talks to the LMS'
                yield error(element.mark, message, "resource-kind", hint)
            continue
        if written.name != right or written.uri not in ADL:
            has = f"{written.prefix}:{written.name}" if written.prefix else written.name
            message = f"{manifest.standard.title} writes adlcp:{right}, not {quoted(has)}"
            yield error(element.mark, message, "resource-kind")
        elif written.value not in ("sco", "asset"):
            message = f"adlcp:{right} is {quoted(written.value)}"
            yield error(element.mark, message, "attribute-value", "it is sco or asset")
        kind = element.get("type")
        if kind and kind != "webcontent":
            message = f"the resource's type is {quoted(kind)}"
            yield warning(element.mark, message, "attribute-value", "SCORM has webcontent")


def _prefixes(root: Element) -> Iterator[Problem]:
    """Some LMSs read prefixes, not namespaces: under another one a SCO is no SCO to them."""
    told: set[str] = set()
    for element in root.walk():
        names = [(element.uri, element.prefix)]
        names += ((a.uri, a.prefix) for a in element.attributes)
        for uri, prefix in names:
            right = PREFIXES.get(uri)
            if right and prefix != right and uri not in told:
                told.add(uri)
                has = f"the prefix {quoted(prefix)}" if prefix else "no prefix"
                message = f"{uri} has {has}; LMSs that don't read namespaces look for {right}:"
                yield error(element.mark, message, "prefix", f"bind it as xmlns:{right}")
            if uri in PACKAGING and prefix and uri not in told:
                told.add(uri)
                message = f"the manifest's own elements have the prefix {quoted(prefix)}"
                hint = "make their namespace the default one, with xmlns="
                yield warning(element.mark, message, "prefix", hint)


def _identifiers(root: Element) -> Iterator[Problem]:
    """One space of xs:IDs for manifest, organizations, items and resources (CAM 3.4)."""
    seen: dict[str, Element] = {}
    for element in root.walk():
        if element.uri not in (*PACKAGING, "") or element.name not in _IDENTIFIED:
            continue
        identifier = element.get("identifier")
        if not identifier:
            continue
        if not _ID.match(identifier):
            message = f"the identifier {quoted(identifier)} of {element.name} is no xs:ID"
            hint = "it begins with a letter or _, then letters, digits, - . _"
            yield error(element.mark, message, "identifier-form", hint)
        first = seen.setdefault(identifier, element)
        if first is not element:
            message = f"the identifier {quoted(identifier)} is already used"
            hint = f"first by {first.name} in line {first.mark.line}"
            yield error(element.mark, message, "identifier-repeated", hint)
    named = root.get("identifier") or ""
    if _SAYS_NOTHING.match(named):
        message = f"the manifest's identifier {quoted(named)} could be any course's"
        hint = "some LMSs tell courses apart by it; make it of the course's own name"
        yield warning(root.mark, message, "identifier-generic", hint)
    if _RANDOM.search(named):
        message = f"the manifest's identifier {quoted(named)} looks drawn at random"
        hint = "if each build draws another, LMSs take every update for a new course"
        yield warning(root.mark, message, "identifier-random", hint)

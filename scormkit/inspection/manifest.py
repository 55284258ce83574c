"""An imsmanifest.xml as typed values: its edition, items and resources, read leniently.

Whatever can be read is read, by local names, so that one fault doesn't hide the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scormkit.inspection.addresses import joined
from scormkit.inspection.findings import error, quoted, warning
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import (
    ADL,
    EDITIONS,
    IMSCP_12,
    PACKAGING,
    SCORM_12,
    UNTOLD_2004,
    XML,
    Standard,
)
from scormkit.problems import Problem, did_you_mean

NAME = "imsmanifest.xml"


@dataclass(frozen=True)
class Item:
    """One item of an organization."""

    element: Element
    identifier: str
    title: str
    reference: str | None
    children: tuple[Item, ...]

    def walk(self) -> Iterator[Item]:
        """This item and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Resource:
    """One resource; `base` is what xml:base puts before its paths."""

    element: Element
    identifier: str
    kind: str | None
    href: str | None
    base: str
    files: tuple[tuple[Element, str], ...]

    @property
    def is_sco(self) -> bool:
        """Whether it talks to the LMS."""
        return (self.kind or "").lower() == "sco"

    def path(self, href: str) -> str:
        """Where a path of this resource leads, from the root of the zip."""
        return joined(self.base, href)


@dataclass(frozen=True, eq=False)
class Manifest:
    """What a manifest says, with the elements that say it."""

    root: Element
    standard: Standard
    version: str | None  # the text of schemaversion
    organizations: tuple[Element, ...]
    items: tuple[Item, ...]
    resources: tuple[Resource, ...]

    @cached_property
    def organization(self) -> Element | None:
        """The one that is launched: the default, else the first."""
        wanted = self.root.first("organizations")
        default = wanted.get("default") if wanted else None
        named = [o for o in self.organizations if o.get("identifier") == default]
        return next(iter(named or self.organizations), None)

    @cached_property
    def leaves(self) -> tuple[Item, ...]:
        """The items that can be launched, in order."""
        every = (item for top in self.items for item in top.walk())
        return tuple(item for item in every if not item.children)

    @cached_property
    def by_identifier(self) -> dict[str, Resource]:
        """The resources by identifier."""
        return {resource.identifier: resource for resource in self.resources}

    @cached_property
    def launched(self) -> tuple[tuple[Item, Resource], ...]:
        """The leaf items with the resource that each of them launches."""
        found = ((item, self.by_identifier.get(item.reference or "")) for item in self.leaves)
        return tuple((item, resource) for item, resource in found if resource)

    @cached_property
    def scos(self) -> tuple[tuple[Item, Resource], ...]:
        """The leaf items that launch a SCO."""
        return tuple((item, resource) for item, resource in self.launched if resource.is_sco)


def read_manifest(root: Element) -> Manifest:
    """The manifest under this root element."""
    about = root.first("metadata")
    told = about.first("schemaversion") if about else None
    version = told.text if told else None
    organizations = root.first("organizations")
    resources = root.first("resources")
    every = tuple(organizations.all("organization")) if organizations else ()
    base = joined(_base(root), _base(resources) if resources else "")
    manifest = Manifest(
        root,
        EDITIONS.get(version or "") or _by_namespace(root),
        version,
        every,
        (),
        tuple(_resource(r, base) for r in (resources.all("resource") if resources else ())),
    )
    chosen = manifest.organization
    items = tuple(_item(item) for item in chosen.all("item")) if chosen else ()
    return Manifest(root, manifest.standard, version, every, items, manifest.resources)


def edition_problems(manifest: Manifest) -> Iterator[Problem]:
    """Whether an LMS can tell which edition this is, and all parts belong to it (CAM 3.4.1.4)."""
    root = manifest.root
    if root.name != "manifest" or root.uri not in (*PACKAGING, ""):
        message = f"the first element is {quoted(root.name)} of {quoted(root.uri)}"
        hint = f"a SCORM manifest begins with manifest in the namespace {IMSCP_12} or 2004's"
        yield error(root.mark, message, "root-element", hint)
    elif not root.uri:
        message = "the manifest is in no namespace"
        hint = f'add xmlns="{manifest.standard.packaging}" to the manifest element'
        yield error(root.mark, message, "edition-namespace", hint)
    elif root.uri != manifest.standard.packaging:
        message = f"schemaversion says {manifest.standard.title}, but the namespace is {root.uri}"
        hint = f"{manifest.standard.title} has {manifest.standard.packaging}"
        yield error(root.mark, message, "edition-namespace", hint)
    yield from _version_problems(manifest)
    for element in root.walk():
        uris = {element.uri, *(a.uri for a in element.attributes)}
        if wrong := uris & (set(ADL) - {manifest.standard.adl}):
            message = f"{element.name} uses {min(wrong)}, which is not {manifest.standard.title}'s"
            hint = f"{manifest.standard.title} has {manifest.standard.adl}"
            yield error(element.mark, message, "edition-namespace", hint)
            return


def _version_problems(manifest: Manifest) -> Iterator[Problem]:
    if manifest.version in EDITIONS:
        return
    about = manifest.root.first("metadata")
    told = about.first("schemaversion") if about else None
    mark = (told or about or manifest.root).mark
    texts = "1.2, CAM 1.3, 2004 3rd Edition or 2004 4th Edition"
    if manifest.version is None and manifest.standard == SCORM_12:
        message = "there is no schemaversion; LMSs take the package for SCORM 1.2"
        hint = "add metadata with schema ADL SCORM and schemaversion 1.2"
        yield warning(mark, message, "edition-untold", hint)
        return
    written = "there is no schemaversion"
    if manifest.version is not None:
        written = f"the schemaversion {quoted(manifest.version)} is none that LMSs know"
    hint = did_you_mean(manifest.version or "", EDITIONS, f"write {texts}, to the letter")
    yield error(mark, f"{written}; some take it for SCORM 1.2", "edition-untold", hint)


def _by_namespace(root: Element) -> Standard:
    return SCORM_12 if root.uri in (IMSCP_12, "") else UNTOLD_2004


def _item(element: Element) -> Item:
    title = element.first("title")
    return Item(
        element,
        element.get("identifier") or "",
        title.text if title else "",
        element.get("identifierref"),
        tuple(_item(child) for child in element.all("item")),
    )


def _resource(element: Element, base: str) -> Resource:
    kinds = [a.value for a in element.attributes if a.name.lower() == "scormtype" and a.uri in ADL]
    files = tuple((f, f.get("href") or "") for f in element.all("file"))
    return Resource(
        element,
        element.get("identifier") or "",
        next(iter(kinds), None),
        element.get("href"),
        joined(base, _base(element)),
        files,
    )


def _base(element: Element) -> str:
    found = element.attribute(XML, "base")
    return found.value if found else ""

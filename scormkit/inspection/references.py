"""What leads where in a manifest: organizations, items to resources, resources to files."""

from __future__ import annotations

from collections.abc import Iterator

from scormkit.inspection.addresses import Address, Files, address_problems
from scormkit.inspection.findings import error, quoted, some, warning
from scormkit.inspection.manifest import NAME, Item, Manifest, Resource
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import CMI5_NAME
from scormkit.problems import Problem, did_you_mean

_NO_CONTENT = (".xsd", ".dtd")
_OTHER_MANIFESTS = (NAME, f"{CMI5_NAME}.xml", "tincan.xml")


def reference_problems(manifest: Manifest, files: Files) -> Iterator[Problem]:
    """Every name in the manifest that leads nowhere, and every file that it doesn't name."""
    yield from _organizations(manifest)
    for top in manifest.items:
        for item in top.walk():
            yield from _item(item, manifest)
    for resource in manifest.resources:
        yield from _resource(resource, manifest, files)
    for element in manifest.root.walk():
        if element.name == "dependency" and element.get("identifierref"):
            yield from _names_a_resource(element, "dependency", manifest)
    yield from _unlisted(manifest, files)


def _organizations(manifest: Manifest) -> Iterator[Problem]:
    """The default names an organization of the manifest (CAM 2.3.3; 2004: CAM 3.4.1.8)."""
    element = manifest.root.first("organizations")
    if element is None:
        return
    if not manifest.organizations:
        message = "there is no organization, so there is nothing to launch"
        yield error(element.mark, message, "organization-missing")
        return
    default = element.get("default")
    names = [o.get("identifier") or "" for o in manifest.organizations]
    if default is None:
        hint = f'write default="{names[0]}"'
        yield error(element.mark, "organizations has no default", "organization-default", hint)
    elif default not in names:
        message = f"the default {quoted(default)} is no organization"
        hint = did_you_mean(default, names, f"there is {some(names)}")
        yield error(element.mark, message, "organization-default", hint)


def _item(item: Item, manifest: Manifest) -> Iterator[Problem]:
    """A leaf launches a resource; a folder of items launches nothing (CAM 3.4.1.11)."""
    mark, told = item.element.mark, f"the item {quoted(item.title or item.identifier)}"
    if item.reference:
        if item.children:
            message = f"{told} has items in it and launches a resource too"
            hint = "only items without items launch something"
            severe = error if manifest.standard.is_2004 else warning
            yield severe(mark, message, "item-cluster", hint)
        yield from _names_a_resource(item.element, "item", manifest)
        resource = manifest.by_identifier.get(item.reference)
        if resource and not resource.href and not item.children:
            message = f"{told} launches a resource that has no href"
            yield error(resource.element.mark, message, "resource-href", "name the file to open")
    elif not item.children:
        message = f"{told} launches nothing"
        hint = "give it an identifierref to a resource, or take it out"
        yield error(mark, message, "item-leaf", hint)


def _names_a_resource(element: Element, what: str, manifest: Manifest) -> Iterator[Problem]:
    reference = element.get("identifierref") or ""
    if reference not in manifest.by_identifier:
        message = f"the {what}'s identifierref {quoted(reference)} leads to no resource"
        names = list(manifest.by_identifier)
        hint = did_you_mean(reference, names, f"there is {some(names)}" if names else "")
        yield error(element.mark, message, "item-reference", hint)


def _resource(resource: Resource, manifest: Manifest, files: Files) -> Iterator[Problem]:
    """Its href and files are in the zip, and the one that is launched is listed (CAM 3.4.1.15)."""
    listed = {resource.path(href) for _, href in resource.files}
    if resource.href:
        address = Address(resource.href, resource.base)
        mark = resource.element.mark
        yield from address_problems(mark, "the href", address, files)
        path = resource.path(address.written_path)
        if address.is_local and path not in listed and resource.path(resource.href) not in listed:
            message = f"the resource lists no file {quoted(resource.href)}, which it launches"
            hint = f'add <file href="{address.written_path}"/>, letter by letter the same'
            severe = error if manifest.standard.is_2004 else warning
            yield severe(mark, message, "href-unlisted", hint)
    for element, href in resource.files:
        if href and href != resource.href:
            address = Address(href, resource.base)
            yield from address_problems(element.mark, "the file", address, files)


def _unlisted(manifest: Manifest, files: Files) -> Iterator[Problem]:
    """Files that no resource lists (CAM 3.4.1.15); schemas and manifests need no listing."""
    listed = {
        Address(href, resource.base).path
        for resource in manifest.resources
        for href in (resource.href or "", *(href for _, href in resource.files))
    }
    listed |= {Address(e.text).path for e in manifest.root.walk() if e.name == "location"}
    content = [
        name
        for name in sorted(files.names)
        if not name.lower().endswith(_NO_CONTENT) and name not in _OTHER_MANIFESTS
    ]
    if left := [name for name in content if name not in listed]:
        message = f"{len(left)} of {len(content)} files are listed by no resource: {some(left)}"
        hint = "list each with <file href=...>; an LMS may leave behind what is not listed"
        yield warning(manifest.root.mark, message, "file-unlisted", hint)

"""SCORM 1.2: its manifest (CAM 2.3) and the files that it ships."""

from __future__ import annotations

from scormkit.editions.edition import Bundle, Edition, Media, identifiers, schema_files
from scormkit.editions.markup import branch, document, group, leaf, plain
from scormkit.editions.metadata import IMSMD, metadata
from scormkit.editions.page import LAUNCH, page_files
from scormkit.editions.statements import module
from scormkit.store import Store

NAME = "scorm12"
RECORD = "record/scorm12"
SCHEMAS = "scorm12"
LONGEST_TITLE = 200  # CAM 2.3

_NAMESPACES = {
    "": ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
    "adlcp": ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
    "imsmd": ("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "imsmd_rootv1p2p1.xsd"),
}


def files(bundle: Bundle, media: Media, store: Store | None = None) -> dict[str, bytes]:
    """Everything in the package, by its path in the zip."""
    told = None if store is None else module(bundle, store, NAME)
    content = page_files(bundle, media, RECORD, told)
    return {
        "imsmanifest.xml": manifest(bundle, sorted(content)),
        **schema_files(SCHEMAS),
        **content,
    }


def manifest(bundle: Bundle, paths: list[str]) -> bytes:
    """One organization, one item, one SCO that lists its files (CAM 2.3).

    No masteryscore: an LMS that has one replaces the status that the learner earned by its own
    reading of a raw score (RTE 3.4.4), and must-do objectives would no longer count.
    """
    ids = identifiers(bundle["scenario"])
    title = leaf("title", plain(bundle["title"], LONGEST_TITLE))
    item = branch(
        "item",
        {"identifier": ids.item, "identifierref": ids.resource, "isvisible": "true"},
        [title],
    )
    resource = branch(
        "resource",
        {
            "identifier": ids.resource,
            "type": "webcontent",
            "adlcp:scormtype": "sco",
            "href": LAUNCH,
        },
        [branch("file", {"href": path}, ()) for path in paths],
    )
    organization = branch("organization", {"identifier": ids.organization}, [title, item])
    about = [leaf("schema", "ADL SCORM"), leaf("schemaversion", "1.2"), metadata(bundle, IMSMD)]
    root = branch(
        "manifest",
        {"identifier": ids.manifest, "version": bundle["version"], **namespaces(_NAMESPACES)},
        [
            group("metadata", *about),
            branch("organizations", {"default": ids.organization}, [organization]),
            group("resources", resource),
        ],
    )
    return document(root)


def namespaces(table: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The attributes that bind each prefix and say which file at the root describes it."""
    bound = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, (uri, _) in table.items()}
    return {
        **bound,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": " ".join(f"{uri} {file}" for uri, file in table.values()),
    }


EDITION = Edition(NAME, "SCORM 1.2", files)

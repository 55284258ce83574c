"""SCORM 2004, 3rd and 4th Edition: their manifest (CAM 3.4, 5.1) and the files that they ship."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from scormkit.editions.edition import Bundle, Edition, Media, identifiers, schema_files
from scormkit.editions.markup import Lines, branch, document, group, leaf, plain
from scormkit.editions.metadata import LOM, metadata
from scormkit.editions.page import LAUNCH, page_files
from scormkit.editions.scorm12 import namespaces
from scormkit.editions.statements import module
from scormkit.store import Store

RECORD = "record/scorm2004"
LONGEST_TITLE = 200  # the SPM of a title (CAM 3.4)

# Literal prefixes: some LMSs look for them instead of for the namespaces.
_NAMESPACES = {
    "": ("http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
    "adlcp": ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
    "adlseq": ("http://www.adlnet.org/xsd/adlseq_v1p3", "adlseq_v1p3.xsd"),
    "adlnav": ("http://www.adlnet.org/xsd/adlnav_v1p3", "adlnav_v1p3.xsd"),
    "imsss": ("http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
    "lom": ("http://ltsc.ieee.org/xsd/LOM", "lom.xsd"),
}

# With one SCO there is nowhere to go on or back to, "exit" leaves an empty page and "abandon"
# throws away what was done; exitAll and suspendAll stay, so the LMS can still close the course.
_HIDDEN = ("previous", "continue", "exit", "abandon", "abandonAll")


@dataclass(frozen=True)
class _Release:
    """What sets one edition of SCORM 2004 apart from the other, as far as we use them."""

    name: str
    schemaversion: str  # CAM 3.4: LMSs tell the edition by this very text
    schemas: str


RELEASES = (
    _Release("scorm2004-3", "2004 3rd Edition", "scorm2004-3"),
    _Release("scorm2004-4", "2004 4th Edition", "scorm2004-4"),
)


def files(
    release: _Release, bundle: Bundle, media: Media, store: Store | None = None
) -> dict[str, bytes]:
    """Everything in the package, by its path in the zip."""
    told = None if store is None else module(bundle, store, release.name)
    content = page_files(bundle, media, RECORD, told)
    return {
        "imsmanifest.xml": manifest(release, bundle, sorted(content)),
        **schema_files(release.schemas),
        **content,
    }


def manifest(release: _Release, bundle: Bundle, paths: list[str]) -> bytes:
    """One organization, one item, one SCO that lists its files (CAM 3.4).

    No completionThreshold and no minNormalizedMeasure: LMSs read them in different ways and would
    overrule the statuses that the SCO sets (RTE 4.2.4, 4.2.22).
    """
    ids = identifiers(bundle["scenario"])
    title = leaf("title", plain(bundle["title"], LONGEST_TITLE))
    item = branch(
        "item",
        {"identifier": ids.item, "identifierref": ids.resource},
        [title, _presentation(), _tracking()],
    )
    # Nothing outlives the course: there are no global objectives (CAM 3.4).
    organization = branch(
        "organization",
        {"identifier": ids.organization, "adlseq:objectivesGlobalToSystem": "false"},
        [title, item, _flow()],
    )
    resource = branch(
        "resource",
        {
            "identifier": ids.resource,
            "type": "webcontent",
            "adlcp:scormType": "sco",
            "href": LAUNCH,
        },
        [branch("file", {"href": path}, ()) for path in paths],
    )
    about = [
        leaf("schema", "ADL SCORM"),
        leaf("schemaversion", release.schemaversion),
        metadata(bundle, LOM),
    ]
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


def _flow() -> Lines:
    """Flow is off by default, and then nothing starts by itself (SN 3.2)."""
    control = branch("imsss:controlMode", {"choice": "false", "flow": "true"}, ())
    return group("imsss:sequencing", control)


def _tracking() -> Lines:
    """Both statuses come from the content: by default an unreported one is passed (SN 3.13).

    There is no objectives element: a primary objective with an ID fills cmi.objectives.0.id in some
    LMSs, and the SCO's own first objective is then refused.
    """
    names = ("tracked", "completionSetByContent", "objectiveSetByContent")
    controls = branch("imsss:deliveryControls", dict.fromkeys(names, "true"), ())
    return group("imsss:sequencing", controls)


def _presentation() -> Lines:
    """The LMS's own buttons that make no sense here are hidden (CAM 5.2)."""
    hidden = [leaf("adlnav:hideLMSUI", name) for name in _HIDDEN]
    return group("adlnav:presentation", group("adlnav:navigationInterface", *hidden))


EDITIONS = tuple(
    Edition(release.name, f"SCORM {release.schemaversion}", partial(files, release))
    for release in RELEASES
)

"""What sets the standards and their editions apart, as data (SCORM 1.2 CAM 2.3, 2004 CAM 3.4)."""

from __future__ import annotations

from dataclasses import dataclass

IMSCP_12 = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
IMSCP_2004 = "http://www.imsglobal.org/xsd/imscp_v1p1"
ADLCP_12 = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
ADLCP_2004 = "http://www.adlnet.org/xsd/adlcp_v1p3"
ADLSEQ = "http://www.adlnet.org/xsd/adlseq_v1p3"
ADLNAV = "http://www.adlnet.org/xsd/adlnav_v1p3"
IMSSS = "http://www.imsglobal.org/xsd/imsss"
CMI5 = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
TINCAN = "http://projecttincan.com/tincan.xsd"
XML = "http://www.w3.org/XML/1998/namespace"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

PACKAGING = (IMSCP_12, IMSCP_2004)
ADL = (ADLCP_12, ADLCP_2004)


@dataclass(frozen=True)
class Standard:
    """One edition; `name` is the one that a package of ours would bear, where there is one."""

    name: str
    title: str
    packaging: str
    adl: str
    kind: str  # the attribute that tells a SCO from an asset
    api: str  # the object that an LMS gives to a SCO

    @property
    def is_2004(self) -> bool:
        """Whether it has sequencing, and two statuses instead of one."""
        return self.packaging == IMSCP_2004


def _of_2004(name: str, title: str) -> Standard:
    return Standard(name, title, IMSCP_2004, ADLCP_2004, "scormType", "API_1484_11")


SCORM_12 = Standard("scorm12", "SCORM 1.2", IMSCP_12, ADLCP_12, "scormtype", "API")
SCORM_2004_2 = _of_2004("scorm2004-2", "SCORM 2004 2nd Edition")
SCORM_2004_3 = _of_2004("scorm2004-3", "SCORM 2004 3rd Edition")
SCORM_2004_4 = _of_2004("scorm2004-4", "SCORM 2004 4th Edition")
UNTOLD_2004 = _of_2004("scorm2004", "SCORM 2004, edition not told")
CMI5_NAME, XAPI_NAME = "cmi5", "xapi"

# The very texts of schemaversion; some LMSs take any other for SCORM 1.2 without a word.
EDITIONS = {
    "1.2": SCORM_12,
    "CAM 1.3": SCORM_2004_2,
    "1.3": SCORM_2004_2,
    "2004 3rd Edition": SCORM_2004_3,
    "2004 4th Edition": SCORM_2004_4,
}

# LMSs that look for these very prefixes find nothing under others.
PREFIXES = {
    ADLCP_12: "adlcp",
    ADLCP_2004: "adlcp",
    ADLSEQ: "adlseq",
    ADLNAV: "adlnav",
    IMSSS: "imsss",
}

# The children of an element in their order; other namespaces' elements come after them.
CHILDREN = {
    "manifest": ("metadata", "organizations", "resources", "manifest", "sequencingCollection"),
    "metadata": ("schema", "schemaversion"),
    "organizations": ("organization",),
    "organization": ("title", "item", "metadata"),
    "item": ("title", "item", "metadata"),
    "resources": ("resource",),
    "resource": ("metadata", "file", "dependency"),
    "file": ("metadata",),
    "dependency": (),
    "title": (),
    "schema": (),
    "schemaversion": (),
}
SEQUENCING = (  # IMS SS 1.0; adlseq's elements come after them
    "controlMode",
    "sequencingRules",
    "limitConditions",
    "auxiliaryResources",
    "rollupRules",
    "objectives",
    "randomizationControls",
    "deliveryControls",
)
ONCE = frozenset(
    ("metadata", "organizations", "resources", "title", "schema", "schemaversion", *SEQUENCING)
)
NEEDED_CHILDREN = {
    "manifest": ("organizations", "resources"),
    "organization": ("title", "item"),
    "item": ("title",),
}
NEEDED_ATTRIBUTES = {
    "manifest": ("identifier",),
    "organization": ("identifier",),
    "item": ("identifier",),
    "resource": ("identifier", "type"),
    "file": ("href",),
    "dependency": ("identifierref",),
}

TIME_LIMIT_ACTIONS = (
    "exit,message",
    "exit,no message",
    "continue,message",
    "continue,no message",
)
HIDDEN_BUTTONS = (
    *("previous", "continue", "exit", "abandon"),
    *("suspendAll", "exitAll", "abandonAll"),  # from the 3rd Edition on
)

"""What one LMS takes, refuses or gets wrong, as data.

Each line says where it was read or seen. What nobody told us is not here: an absent edition is
"not known", never "refused".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Profile:
    """One LMS; `breaks` says which problems of a package are its downfall there, and how."""

    name: str
    title: str
    takes: tuple[str, ...] = ()  # names of editions that it is known to take
    takes_not: Mapping[str, str] = field(default_factory=dict)  # an edition, and what is known
    largest: Mapping[str, int] = field(default_factory=dict)  # bytes of a zip of an edition
    breaks: Mapping[str, str] = field(default_factory=dict)
    refuses_files: tuple[str, ...] = ()  # extensions


_OF_2004 = ("scorm2004-2", "scorm2004-3", "scorm2004-4")

MOODLE = Profile(
    "moodle",
    "Moodle",
    takes=("scorm12", *_OF_2004),  # all played; SCORM 2004 in part only (seen, 4.2 to 5.0)
    breaks={
        # Seen live on 4.2, 4.3 and 5.0: an upload with mapInfo ends in an error of PHP 8.
        "map-info": "its upload dies of it",
        # Seen: any other text of schemaversion is SCORM 1.2 to it.
        "edition-untold": "it takes the package for SCORM 1.2",
        # Seen: under another prefix a SCO is an asset, which completes by being opened.
        "prefix": "it takes the SCO for an asset, complete once opened",
        # Seen: after Terminate the next SCO's Initialize is refused.
        "several-scos": "the second SCO can't be started",
        # Seen: only minProgressMeasure is read, and 1.0 put where it is absent.
        "threshold": "it reads minProgressMeasure only, and 1.0 where there is none",
        # Seen: an identifier or title of more than 255 characters.
        "too-long": "above 255 characters its database refuses the course",
        # Seen: .mjs came as text/plain and did not run; the other types are guessed.
        "file-type": "it doesn't know this type; a module in .mjs does not run",
        # Seen: xml:base is read in resource, ignored in resources and manifest.
        "base-ignored": "it ignores xml:base outside of resource",
        # Seen: a backslash in an href leads nowhere.
        "href-backslash": "it finds no such file",
        # Seen: "missing imsmanifest.xml", "not in the root".
        "manifest-missing": "it refuses the upload",
        "manifest-in-folder": "it refuses the upload",
        "manifest-case": "it refuses the upload",
    },
)

CORNERSTONE = Profile(
    "cornerstone",
    "Cornerstone",
    # A1, source 1: help.csod.com, Create New Publication. 1.2 and 2004 3rd Edition.
    takes=("scorm12", "scorm2004-3", "xapi"),  # xAPI: source 2, xAPI Package Support
    takes_not={
        "scorm2004-2": "it implements the 3rd Edition; the 2nd likely works",  # source 1
        "scorm2004-4": "it implements the 3rd Edition",  # source 1
    },
    # Sources 1 and 3: 250 MB of SCORM in Course Publisher (2 GB by Edge Import).
    largest=dict.fromkeys(("scorm12", *_OF_2004), 250 << 20),
)

DOCEBO = Profile(
    "docebo",
    "Docebo",
    takes=("scorm12", "scorm2004-3", "xapi"),  # A1, sources 9 and 10: help.docebo.com
    takes_not={
        "scorm2004-2": "it takes the 3rd Edition",  # source 9
        "scorm2004-4": "it takes the 3rd Edition",  # source 9
        "cmi5": "cmi5 is not among the formats it lists",  # source 10
    },
    largest={"xapi": 1024 << 20},  # source 10
    breaks={
        "several-scos": "it has no sequencing",  # source 9
        "map-info": "it has no sequencing",  # source 9
        "manifest-in-folder": "it wants the manifest in the root",  # source 9
    },
    # Source 9: zips with these are refused.
    refuses_files=(
        *("htaccess", "php", "cgi", "sh", "shtml", "asp", "aspx", "jsp", "py", "rb", "pl"),
    ),
)

SUCCESSFACTORS = Profile(
    "successfactors",
    "SAP SuccessFactors",
    takes=("scorm12", *_OF_2004),  # A1, source 11: 1.2 and 2004 with sequencing
    breaks={
        # 0.3 and A1, source 12: SAP KBA 3403728, strict sequencing since 2H 2023.
        "delivery-controls": "it marks the item complete on Quit",
        # A1, source 14: SAP KBA 2407011.
        "href-external": "content on another domain needs its proxlet",
        "remote-content": "content on another domain needs its proxlet",
    },
)

WORKDAY = Profile(
    "workday",
    "Workday",
    takes=("scorm12", *_OF_2004),  # A1, source 7: both in use; the exact editions are not known
    breaks={
        # A1, source 7: in 2004 it wants cmi.completion_status set.
        "model-mismatch": "it wants cmi.completion_status to be set",
        "no-api": "it may record completion at launch",  # A1, source 8
    },
)

KNOWBE4 = Profile(
    "knowbe4",
    "KnowBe4",
    # Builders, section 2: support.knowbe4.com 360019644394, Upload Custom Training Content.
    takes=("scorm2004-4",),
    takes_not=dict.fromkeys(
        ("scorm12", "scorm2004-2", "scorm2004-3", "cmi5", "xapi"),
        "it asks for SCORM 2004 4th Edition",
    ),
    largest={"scorm2004-4": 1 << 30},
    breaks={
        "remote-content": "it refuses content that is hosted elsewhere",
        "href-external": "it refuses content that is hosted elsewhere",
    },
)

PROFILES = {
    profile.name: profile
    for profile in (MOODLE, CORNERSTONE, DOCEBO, SUCCESSFACTORS, WORKDAY, KNOWBE4)
}

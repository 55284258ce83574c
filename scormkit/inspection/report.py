"""An inspection as a page of text, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from scormkit.inspection.courses import Course
from scormkit.inspection.findings import shown
from scormkit.inspection.inspector import Inspection
from scormkit.problems import as_json as problems_as_json
from scormkit.problems import report
from scormkit.profiles import PROFILES

_WIDTH = 20


def as_text(inspection: Inspection) -> str:
    """What it is, how it fits the LMSs that are known, what is wrong with it."""
    lines = [*_whole(inspection)]
    for course in inspection.courses:
        lines += ["", *_course(course)]
    if inspection.fits and inspection.courses:
        lines += ["", "LMSs", *_fits(inspection)]
    refused = not inspection.files
    return "\n".join([*lines, "", report(inspection.problems, "not read" if refused else "")])


def as_json(inspection: Inspection) -> str:
    """The same for programs; problems are rows as in `scormkit check --json`."""
    told = {
        "file": inspection.file,
        "bytes": inspection.size,
        "files": inspection.files,
        "unpacked": inspection.unpacked,
        "courses": [asdict(course) for course in inspection.courses],
        "problems": json.loads(problems_as_json(inspection.problems)),
        "lms": {
            name: json.loads(problems_as_json(found)) for name, found in inspection.fits.items()
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _whole(inspection: Inspection) -> Iterator[str]:
    kinds = " and ".join(course.standard_title for course in inspection.courses)
    yield f"{inspection.file}: {kinds or 'no package that could be read'}"
    yield _row("size", _bytes(inspection.size))
    if inspection.files:
        yield _row("files", f"{inspection.files}, {_bytes(inspection.unpacked)} unpacked")


def _course(course: Course) -> Iterator[str]:
    unit = {"cmi5": "AU", "xapi": "launched activity"}.get(course.standard, "SCO")
    yield course.manifest
    yield _row("title", course.title or "none")
    yield _row("identifier", course.identifier or "none")
    if course.version:
        yield _row("version", course.version)
    yield _row("items", f"{course.items}, of which {unit}: {course.units}")
    yield _row("launched", ", ".join(course.launch[:4]) or "nothing")
    yield _row("mastery score", course.mastery_score or "none")
    yield _row("completion", "; ".join(course.completion))
    yield _row("schemas", course.schemas)


def _fits(inspection: Inspection) -> Iterator[str]:
    for name, found in inspection.fits.items():
        reasons = [f"{problem.message} [{problem.code}]" for problem in found]
        title = PROFILES[name].title
        yield _row(title, reasons[0] if reasons else "nothing is known against it")
        for reason in reasons[1:]:
            yield _row("", reason)


def _row(name: str, value: str) -> str:
    return f"  {name:<{_WIDTH}}{shown(value, 160)}"


def _bytes(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e3:.1f} KB" if count < 1e6 else f"{count / 1e6:.1f} MB"

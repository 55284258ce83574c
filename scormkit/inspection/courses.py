"""What a package is, told from its manifest: a SCORM course, a cmi5 course or an xAPI activity."""

from __future__ import annotations

from dataclasses import dataclass

from scormkit.inspection import cmi5_manifest, tincan_manifest
from scormkit.inspection.manifest import Manifest
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import ADL, CMI5_NAME, XAPI_NAME


@dataclass(frozen=True)
class Course:
    """One course as its manifest tells it; texts are as written, absent ones empty."""

    standard: str  # the edition's short name
    standard_title: str
    manifest: str
    identifier: str
    title: str
    version: str
    items: int
    units: int  # SCOs, assignable units, or activities that can be opened
    launch: tuple[str, ...]
    mastery_score: str
    completion: tuple[str, ...]
    schemas: str


def scorm_course(file: str, manifest: Manifest, schemas: str) -> Course:
    """A SCORM course."""
    organization = manifest.organization
    title = organization.first("title") if organization else None
    launched = [resource.href or "" for _, resource in manifest.launched]
    return Course(
        standard=manifest.standard.name,
        standard_title=manifest.standard.title,
        manifest=file,
        identifier=manifest.root.get("identifier") or "",
        title=title.text if title else "",
        version=manifest.root.get("version") or "",
        items=sum(1 for top in manifest.items for _ in top.walk()),
        units=len(manifest.scos),
        launch=tuple(dict.fromkeys(launched)),
        mastery_score=_mastery(manifest),
        completion=_completion(manifest),
        schemas=schemas,
    )


def cmi5_course(file: str, root: Element) -> Course:
    """A cmi5 course."""
    course = root.first("course")
    units = cmi5_manifest.units(root)
    urls = (unit.first("url") for unit in units)
    scores = dict.fromkeys(unit.get("masteryScore") or "" for unit in units)
    moves = dict.fromkeys(unit.get("moveOn") or "NotApplicable" for unit in units)
    return Course(
        standard=CMI5_NAME,
        standard_title="cmi5",
        manifest=file,
        identifier=(course.get("id") or "") if course else "",
        title=_string(course.first("title")) if course else "",
        version="",
        items=len(units),
        units=len(units),
        launch=tuple(dict.fromkeys(url.text for url in urls if url is not None)),
        mastery_score=", ".join(score for score in scores if score),
        completion=tuple(f"moveOn {move}" for move in moves),
        schemas="none are carried",
    )


def tincan_course(file: str, root: Element) -> Course:
    """What an xAPI package launches."""
    activities = tincan_manifest.activities(root)
    launches = tincan_manifest.launches(root)
    first = next((a for a in activities if a.first("launch")), next(iter(activities), None))
    name = first.first("name") if first else None
    return Course(
        standard=XAPI_NAME,
        standard_title="xAPI (tincan.xml)",
        manifest=file,
        identifier=(first.get("id") or "") if first else "",
        title=name.text if name else "",
        version="",
        items=len(activities),
        units=len(launches),
        launch=tuple(dict.fromkeys(launch.text for launch in launches)),
        mastery_score="",
        completion=("by the content's statements",),
        schemas="none are carried",
    )


def _mastery(manifest: Manifest) -> str:
    names = ("minNormalizedMeasure", "masteryscore")
    found = (e.text for e in manifest.root.walk() if e.name in names)
    return ", ".join(dict.fromkeys(text for text in found if text))


def _completion(manifest: Manifest) -> tuple[str, ...]:
    """Who decides on completion and success, and what else has a say in it."""
    told = []
    elements = list(manifest.root.walk())
    if manifest.standard.is_2004:
        for name, what in (
            ("completionSetByContent", "completion"),
            ("objectiveSetByContent", "success"),
        ):
            by_content = any(e.get(name) in ("true", "1") for e in elements)
            told.append(f"{what} by the {'content' if by_content else 'LMS, if none is reported'}")
        for element in elements:
            if element.name == "completionThreshold" and element.uri in ADL:
                told.append("a completion threshold")
            elif element.name == "rollupRule":
                told.append("rollup rules")
    else:
        told.append("by the content")
        if any(e.name == "masteryscore" for e in elements):
            told.append("the LMS may put passed or failed in its place, by the mastery score")
        if any(e.name == "prerequisites" for e in elements):
            told.append("prerequisites")
    return tuple(dict.fromkeys(told))


def _string(element: Element | None) -> str:
    strings = element.all("langstring") if element else []
    return strings[0].text if strings else ""

"""The whole way from a zip to what it is and what is wrong with it, on one screen."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scormkit.inspection import cmi5_manifest, courses, tincan_manifest
from scormkit.inspection import manifest as scorm_manifest
from scormkit.inspection.addresses import Address, Files
from scormkit.inspection.container import Container
from scormkit.inspection.content import placeholders, read_content, runtime_problems
from scormkit.inspection.courses import Course
from scormkit.inspection.file_kinds import extension, file_problems
from scormkit.inspection.findings import Refused, error, quoted, settled, shown
from scormkit.inspection.fit import fit, sharpened
from scormkit.inspection.manifest import Manifest, edition_problems, read_manifest
from scormkit.inspection.markup_reader import LARGEST, Element, read_markup, too_large
from scormkit.inspection.references import reference_problems
from scormkit.inspection.structure import structure_problems
from scormkit.inspection.texts import Text
from scormkit.inspection.tracking import tracking_problems
from scormkit.inspection.xsd import validate
from scormkit.problems import Mark, Problem
from scormkit.profiles import PROFILES

MANIFESTS = (scorm_manifest.NAME, cmi5_manifest.NAME, tincan_manifest.NAME)
_AICC = ("au", "crs", "cst", "des")


@dataclass(frozen=True)
class Inspection:
    """What was found; `fits` has, by an LMS's name, what is known against the package there."""

    file: str
    size: int
    files: int
    unpacked: int
    courses: tuple[Course, ...]
    problems: tuple[Problem, ...]
    fits: Mapping[str, tuple[Problem, ...]]


@dataclass(frozen=True)
class _Read:
    """One manifest: what it is, what it launches, what is wrong with it."""

    course: Course | None
    problems: tuple[Problem, ...]
    scorm: Manifest | None = None
    launched: tuple[str, ...] = ()


def inspect_package(path: Path, lms: str = "") -> Inspection:
    """The package in this zip; with the name of an LMS, problems count as they count there."""
    size = path.stat().st_size
    try:
        with Container(path) as zipped:
            return _inspected(zipped, lms)
    except Refused as refused:
        return Inspection(shown(path.name), size, 0, 0, (), (refused.problem,), {})


def _inspected(zipped: Container, lms: str) -> Inspection:
    mark = zipped.mark
    read = [_manifest(zipped, name) for name in _manifests(zipped)]
    problems = [*zipped.problems(), *file_problems(zipped.files, mark)]
    problems += _where_is_the_manifest(zipped)
    problems += (problem for one in read for problem in one.problems)
    launched = {path for one in read for path in one.launched}
    found, seen = read_content(zipped, launched, _manifests(zipped))
    problems += found
    for one in read:
        if one.scorm and one.scorm.scos:
            place = one.scorm.scos[0][1].element.mark
            problems += runtime_problems(seen, one.scorm.standard, place)
    told = tuple(one.course for one in read if one.course)
    every = [PROFILES[lms]] if lms else list(PROFILES.values())
    fits = {
        profile.name: settled(fit(profile, told, zipped.size, mark, problems)) for profile in every
    }
    if lms:
        problems = [sharpened(problem, PROFILES[lms]) for problem in problems]
        problems += fits[lms]
    return Inspection(
        mark.file, zipped.size, len(zipped.files), zipped.unpacked, told, settled(problems), fits
    )


def _manifests(zipped: Container) -> Iterator[str]:
    """The manifests at the root, by their names in whatever case."""
    for name in MANIFESTS:
        twins = [name, *sorted(zipped.files)]
        found = next((n for n in twins if n in zipped.files and n.lower() == name), None)
        if found:
            yield found


def _where_is_the_manifest(zipped: Container) -> Iterator[Problem]:
    """It stands at the root, in lower case (SCORM 1.2 CAM 2.3, cmi5 14.1)."""
    at_root = list(_manifests(zipped))
    for name in at_root:
        if name not in MANIFESTS:
            message = f"the manifest's name is {name.lower()}, in lower case"
            yield error(Mark(shown(name)), message, "manifest-case")
    if at_root:
        return
    deeper = [n for n in sorted(zipped.files) if posixpath.basename(n).lower() in MANIFESTS]
    if deeper:
        name = min(deeper, key=lambda n: n.count("/"))
        message = "the manifest lies in a folder; an LMS looks for it at the root of the zip"
        hint = "zip what is in the folder, not the folder itself"
        yield error(Mark(shown(name)), message, "manifest-in-folder", hint)
        return
    kinds = {extension(name): name for name in sorted(zipped.files, reverse=True)}
    hint = "it is no SCORM, cmi5 or xAPI package"
    if "zip" in kinds:
        hint = f"the zip holds another one, {quoted(kinds['zip'])}: is that the package?"
    elif all(kind in kinds for kind in _AICC):
        hint = "this is an AICC course; build it as SCORM or cmi5"
    message = f"there is no {MANIFESTS[0]}, {MANIFESTS[1]} or {MANIFESTS[2]}"
    yield error(zipped.mark, message, "manifest-missing", hint)


def _manifest(zipped: Container, name: str) -> _Read:
    """One manifest, read and held against its standard, or why it can't be read."""
    file = shown(name)
    try:
        if zipped.files[name].size > LARGEST:
            raise Refused(too_large(file, zipped.files[name].size))
        data = zipped.read(name)
        markup = read_markup(data, file)
    except Refused as refused:
        return _Read(None, (refused.problem,))
    files = Files(zipped.files)
    odd = (*markup.problems, *placeholders(Text(name, data.decode("utf-8", "replace"))))
    if name.lower() == cmi5_manifest.NAME:
        course = courses.cmi5_course(file, markup.root)
        problems = list(cmi5_manifest.cmi5_problems(markup.root, files))
    elif name.lower() == tincan_manifest.NAME:
        course = courses.tincan_course(file, markup.root)
        problems = list(tincan_manifest.tincan_problems(markup.root, files))
    else:
        return _scorm(zipped, file, data, markup.root, odd)
    launched = tuple(Address(launch).path for launch in course.launch)
    return _Read(course, (*odd, *problems), launched=launched)


def _scorm(
    zipped: Container, file: str, data: bytes, root: Element, odd: tuple[Problem, ...]
) -> _Read:
    files = Files(zipped.files)
    manifest = read_manifest(root)
    problems = [
        *odd,
        *edition_problems(manifest),
        *structure_problems(manifest),
        *reference_problems(manifest, files),
        *tracking_problems(manifest),
    ]
    verdict = validate(zipped, file, data, root)
    wrong_lines = {problem.mark.line for problem in problems}
    problems += (p for p in verdict.problems if p.mark.line not in wrong_lines or not p.mark.line)
    launched = tuple(
        Address(resource.href or "", resource.base).path for _, resource in manifest.launched
    )
    return _Read(
        courses.scorm_course(file, manifest, verdict.words), tuple(problems), manifest, launched
    )

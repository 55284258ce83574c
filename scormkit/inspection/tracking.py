"""How a SCORM course is finished, passed and moved through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scormkit.inspection.findings import error, quoted, warning
from scormkit.inspection.manifest import Item, Manifest
from scormkit.inspection.markup_reader import Element
from scormkit.inspection.standards import (
    ADL,
    HIDDEN_BUTTONS,
    IMSSS,
    SCORM_2004_2,
    SCORM_2004_3,
    SCORM_2004_4,
    TIME_LIMIT_ACTIONS,
    XML,
)
from scormkit.problems import Mark, Problem, one_of

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_TIME = re.compile(r"\d{2,4}:\d\d:\d\d(\.\d{1,2})?\Z")  # SCORM 1.2 CAM 2.3.2.5
_IN_A_DATABASE = 255  # what an LMS's column for names holds
_TITLE, _VERSION, _PARAMETERS, _HREF = 200, 20, 1000, 2000  # SPMs of CAM 3.4


def tracking_problems(manifest: Manifest) -> Iterator[Problem]:
    """Everything between the content's report and the learner's record that goes wrong."""
    elements = list(manifest.root.walk())
    yield from _lengths(elements)
    yield from _flags(elements)
    yield from _bases(manifest.root)
    if manifest.standard.is_2004:
        yield from _thresholds(elements, manifest)
        yield from _sequencing(elements, manifest)
    else:
        yield from _old_tracking(elements)


def _bases(root: Element) -> Iterator[Problem]:
    """xml:base outside of resource is read by some LMSs and not by others."""
    for element in (root, root.first("resources")):
        if element is not None and element.attribute(XML, "base"):
            message = f"{element.name} has an xml:base; some LMSs read it in resource only"
            yield warning(element.mark, message, "base-ignored", "write the whole path in href")


def _lengths(elements: list[Element]) -> Iterator[Problem]:
    for element in elements:
        identifier = element.get("identifier") or ""
        if len(identifier) > _IN_A_DATABASE:
            message = f"the identifier has {len(identifier)} characters; LMSs store 255"
            yield error(element.mark, message, "too-long")
        if element.name == "title" and element.uri and len(element.text) > _TITLE:
            message = f"the title has {len(element.text)} characters; the standard keeps {_TITLE}"
            severe = error if len(element.text) > _IN_A_DATABASE else warning
            hint = "with more than 255 an LMS's database refuses the course"
            yield severe(element.mark, message, "too-long", hint)
        limits = {"parameters": _PARAMETERS, "href": _HREF}
        if element.name == "manifest":
            limits["version"] = _VERSION
        for name, most in limits.items():
            if len(element.get(name) or "") > most:
                message = f"the {name} of {element.name} has more than {most} characters"
                yield warning(element.mark, message, "too-long", "the rest may be cut off")


def _flags(elements: list[Element]) -> Iterator[Problem]:
    for element in elements:
        visible = element.get("isvisible")
        if visible not in (None, "true", "false", "1", "0"):
            message = f"isvisible is {quoted(visible)}"
            yield error(element.mark, message, "attribute-value", "it is true or false")
        if element.name.lower() == "timelimitaction" and element.uri in ADL:
            yield from _one_of(element, "the time limit action", TIME_LIMIT_ACTIONS)
        if element.name == "hideLMSUI":
            yield from _one_of(element, "hideLMSUI", HIDDEN_BUTTONS)


def _one_of(element: Element, what: str, words: tuple[str, ...]) -> Iterator[Problem]:
    if element.text not in words:
        hint = f"it is {one_of(words)}"
        yield error(element.mark, f"{what} is {quoted(element.text)}", "attribute-value", hint)


def _old_tracking(elements: list[Element]) -> Iterator[Problem]:
    """What SCORM 1.2 puts beside an item, whose values its schemas don't check (CAM 2.3.2.5)."""
    for element in (e for e in elements if e.uri in ADL):
        if element.name == "masteryscore":
            yield from _number(element.mark, "the mastery score", element.text, 0, 100, "score")
        elif element.name == "maxtimeallowed" and not _TIME.match(element.text):
            message = f"the longest time allowed is {quoted(element.text)}"
            yield error(element.mark, message, "attribute-value", "write it like 0000:30:00")
        elif element.name == "datafromlms" and len(element.text) > 255:
            message = f"the launch data has {len(element.text)} characters; 1.2 keeps 255"
            yield error(element.mark, message, "too-long")
        elif element.name == "prerequisites" and element.get("type") != "aicc_script":
            message = "prerequisites has no type aicc_script"
            yield error(element.mark, message, "attribute-value", 'write type="aicc_script"')


def _thresholds(elements: list[Element], manifest: Manifest) -> Iterator[Problem]:
    """Completion by measure was a text until the 3rd Edition, then attributes (CAM 5.1.4)."""
    attributes = ("completedByMeasure", "minProgressMeasure", "progressWeight")
    for element in (e for e in elements if e.name == "completionThreshold" and e.uri in ADL):
        written = {name: value for name in attributes if (value := element.get(name)) is not None}
        if element.text:
            yield from _number(element.mark, "the completion threshold", element.text, 0, 1)
            if manifest.standard == SCORM_2004_4:
                message = "the 4th Edition has the completion threshold in attributes, not as text"
                hint = 'write completedByMeasure="true" minProgressMeasure="..."'
                yield warning(element.mark, message, "threshold-form", hint)
        if written and manifest.standard in (SCORM_2004_2, SCORM_2004_3):
            message = f"{one_of(written)} belongs to the 4th Edition"
            hint = f"{manifest.standard.title} has the number as the element's text"
            yield error(element.mark, message, "threshold-form", hint)
        for name in attributes[1:]:
            if name in written:
                yield from _number(element.mark, name, written[name], 0, 1)
        message = "LMSs read a completion threshold apart: some take any for 1.0"
        hint = "leave it out and let the content set the completion status"
        yield warning(element.mark, message, "threshold", hint)
    for element in (e for e in elements if e.name == "dataFromLMS" and e.uri in ADL):
        if len(element.text) > 4000:
            message = f"the launch data has {len(element.text)} characters; 2004 keeps 4000"
            yield error(element.mark, message, "too-long")


def _sequencing(elements: list[Element], manifest: Manifest) -> Iterator[Problem]:
    for element in (e for e in elements if e.uri == IMSSS):
        if element.name == "mapInfo":
            message = "mapInfo makes an objective global; in some LMSs the upload ends with it"
            hint = "keep all in one SCO, which remembers what was reached in its own data"
            yield warning(element.mark, message, "map-info", hint)
        elif element.name == "minNormalizedMeasure":
            yield from _number(element.mark, "the passing measure", element.text, -1, 1)
        elif element.name.endswith("bjective") and element.first("minNormalizedMeasure"):
            if element.get("satisfiedByMeasure") != "true":
                message = "the passing measure has no effect without satisfiedByMeasure"
                hint = 'write satisfiedByMeasure="true" on the objective'
                yield warning(element.mark, message, "measure-unused", hint)
        elif weight := element.get("objectiveMeasureWeight"):
            yield from _number(element.mark, "objectiveMeasureWeight", weight, 0, 1)
    organization = manifest.organization
    if organization is not None:
        yield from _flow(organization)
    for item, _ in manifest.scos:
        yield from _delivery(item)
    if len(manifest.scos) > 1:
        second = manifest.scos[1][0]
        message = f"the package has {len(manifest.scos)} SCOs; in some LMSs the second won't start"
        hint = "make one package of each, or one SCO of all"
        yield warning(second.element.mark, message, "several-scos", hint)


def _flow(organization: Element) -> Iterator[Problem]:
    """Flow is off unless it is asked for, and then nothing starts by itself (SN 3.2)."""
    sequencing = organization.first("sequencing")
    control = sequencing.first("controlMode") if sequencing else None
    if control is None or control.get("flow") not in ("true", "1"):
        hint = 'add imsss:sequencing with <imsss:controlMode choice="true" flow="true"/>'
        message = "flow is off: the course doesn't start by itself, and there is no next"
        yield warning((control or organization).mark, message, "flow", hint)


def _delivery(item: Item) -> Iterator[Problem]:
    """By default an item that reports nothing is completed and passed (SN 3.13)."""
    sequencing = item.element.first("sequencing")
    controls = sequencing.first("deliveryControls") if sequencing else None
    names = ("completionSetByContent", "objectiveSetByContent")
    missing = [n for n in names if controls is None or controls.get(n) not in ("true", "1")]
    if missing:
        message = (
            f"without {' and '.join(missing)} the LMS completes or passes by itself whoever "
            "leaves without a result"
        )
        hint = "add imsss:deliveryControls with both set to true"
        mark = (controls or item.element).mark
        yield warning(mark, message, "delivery-controls", hint)


def _number(
    mark: Mark, what: str, written: str, least: int, most: int, unit: str = "measure"
) -> Iterator[Problem]:
    if not _NUMBER.match(written) or not least <= float(written) <= most:
        message = f"{what} is {quoted(written)}"
        hint = f"a {unit} is a number from {least} to {most}"
        yield error(mark, message, "number-range", hint)

"""A scenario's texts in another language, from the file beside it: <slug>.<language>.yaml."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scormkit import diff, document, schema
from scormkit.document import Document, DocumentError, Route
from scormkit.problems import WARNING, Problem, did_you_mean, has_errors
from scormkit.resolve import resolve
from scormkit.scenario import Scenario


@dataclass(frozen=True)
class Text:
    """A text that a learner can see: where it stands, and how long it may be (0: no limit)."""

    route: Route
    text: str
    longest: int = 0

    @property
    def path(self) -> str:
        """Its dotted place, as translations name it."""
        return ".".join(map(str, self.route))


@dataclass(frozen=True)
class Translation:
    """The texts of one language, by their place in the scenario; `sources` are the digests of the
    texts that they were made from, as far as somebody noted them."""

    path: Path
    language: str
    document: Document
    texts: dict[str, str]
    sources: dict[str, str] = field(default_factory=dict)


def translations(path: Path, scenario: Scenario) -> tuple[list[Translation], list[Problem]]:
    """Every translation beside a scenario, and what is wrong with them."""
    found, problems = [], []
    for file in sorted(path.parent.glob(f"{path.stem}.*.yaml")):
        read, odd = translation(file, scenario)
        problems += odd
        found += [read] if read else []
    return found, problems


def translation(file: Path, scenario: Scenario) -> tuple[Translation | None, list[Problem]]:
    """The translation in a file (None with an error), and what is wrong with it."""
    try:
        source = document.read(file)
    except DocumentError as error:
        return None, [error.problem]
    problems = [*source.problems, *schema.violations(source, "translation")]
    if not has_errors(problems):
        problems += _odd(file, source, scenario)
    if has_errors(problems):
        return None, problems
    data = source.data
    read = Translation(file, data["language"], source, data["texts"], data.get("sources", {}))
    return read, problems


def texts(scenario: Scenario) -> dict[str, Text]:
    """Every text of a scenario that a learner can see, by its dotted place, in the file's order."""
    found = _texts(scenario.data, schema.root("scenario"), ())
    return {each.path: each for each in found}


def digest(text: str) -> str:
    """What a translation remembers of the text it was made from: 8 hex digits, edges left out."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def _odd(file: Path, source: Document, scenario: Scenario) -> Iterator[Problem]:
    language = file.name.split(".")[-2]
    if source.data["language"] != language:
        message = f'the language is "{source.data["language"]}", the file\'s name says "{language}"'
        hint = f'write "language: {language}", or rename the file'
        yield Problem(source.mark(("language",)), message, "language-and-file", hint)
    if source.data["scenario"] != scenario.slug:
        message = (
            f'the scenario is "{source.data["scenario"]}", the file\'s name says "{scenario.slug}"'
        )
        hint = f'write "scenario: {scenario.slug}", or rename the file'
        yield Problem(source.mark(("scenario",)), message, "slug-and-file", hint)
    known, digests = texts(scenario), source.data.get("sources", {})
    for key in source.data["texts"]:
        mark = source.key(("texts", key))
        if key not in known:
            default = "it is left out; move it to where its text went, or delete it"
            message = f'the scenario has no text at "{key}"'
            hint = did_you_mean(key, known, default)
            yield Problem(mark, message, "unknown-text", hint, WARNING)
        elif digests.get(key, "") not in ("", digest(known[key].text)):
            message = f'the text at "{key}" has changed since it was translated'
            hint = "translate it anew: scormkit text export lists it as not yet done"
            yield Problem(mark, message, "stale-text", hint, WARNING)
        if key in known and known[key].route[-1] == "diff":
            yield from _unheld(source, key, scenario, known[key].route)


def _unheld(source: Document, key: str, scenario: Scenario, route: Route) -> Iterator[Problem]:
    """Lines of a changed file that the scenario points to, and its translation does not have."""
    *_, scene, channel, page, files, path, _ = route
    content = scenario.data["scenes"][scene][channel]
    cues = content.get("cues", {}).values()
    pointed = [cue["line"] for cue in cues if "line" in cue and cue["on"] == path]
    pointed += [each["line"] for each in content[page][files][path].get("remarks", ())]
    for words in pointed:
        if diff.line_of(source.data["texts"][key], words) is None:
            message = f'no line of this diff holds "{words}", which the scenario points to'
            hint = "leave the code as it is, and such a line whole"
            yield Problem(source.mark(("texts", key)), message, "unknown-part", hint)


def translated(scenario: Scenario, translation: Translation) -> Scenario:
    """The scenario with the texts of a translation in their places."""
    data = copy.deepcopy(dict(scenario.data))
    data["language"] = translation.language
    values, keys = dict(scenario.document.values), dict(scenario.document.keys)
    known = texts(scenario)
    for key, text in translation.texts.items():
        if key not in known:
            continue  # its place is gone, which is a warning
        route = known[key].route
        holder: Any = data
        for step in route[:-1]:
            holder = holder[step]
        holder[route[-1]] = text
        values[route] = translation.document.mark(("texts", key))
    marked = replace(scenario.document, data=data, values=values, keys=keys)
    told, _ = resolve(marked)
    if told is None:
        raise AssertionError("a translation changes no names")
    return told


_NAMES = ("when", "on", "line", "tests")  # without a fixed form by the schema, and yet no texts


def _texts(value: Any, node: Mapping[str, Any], route: Route) -> Iterator[Text]:
    """Every text that a learner can see: what has no fixed form by the schema."""
    for rule in schema.rules(node, value):
        if isinstance(value, str) and "pattern" not in rule and "enum" not in rule:
            yield Text(route, value, rule.get("maxLength", 0))
        elif isinstance(value, dict):
            own = {k: v for k, v in rule.get("properties", {}).items() if k not in _NAMES}
            for key, child in value.items():
                if key in own or key not in rule.get("properties", {}):
                    inner = own.get(key) or rule["additionalProperties"]
                    yield from _texts(child, inner, (*route, key))
        elif isinstance(value, list):
            for n, child in enumerate(value):
                yield from _texts(child, rule["items"], (*route, n))

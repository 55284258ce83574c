"""A scenario's texts in another language, from the file beside it: <slug>.<language>.yaml."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scormkit import diff, document, schema
from scormkit.document import Document, DocumentError, Route
from scormkit.problems import Problem, did_you_mean, has_errors
from scormkit.resolve import resolve
from scormkit.scenario import Scenario


@dataclass(frozen=True)
class Translation:
    """The texts of one language, by their place in the scenario."""

    path: Path
    language: str
    document: Document
    texts: dict[str, str]


def translations(path: Path, scenario: Scenario) -> tuple[list[Translation], list[Problem]]:
    """Every translation beside a scenario, and what is wrong with them."""
    found, problems = [], []
    for file in sorted(path.parent.glob(f"{path.stem}.*.yaml")):
        try:
            source = document.read(file)
        except DocumentError as error:
            problems.append(error.problem)
            continue
        odd = [*source.problems, *schema.violations(source, "translation")]
        if not has_errors(odd):
            odd += _odd(file, source, scenario)
        problems += odd
        if not has_errors(odd):
            data = source.data
            found.append(Translation(file, data["language"], source, data["texts"]))
    return found, problems


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
    places = dict(_texts(scenario.data, schema.root("scenario"), ()))
    for key in source.data["texts"]:
        route = _route(key, scenario.data)
        if route[-1] == "diff" and route in places:
            yield from _unheld(source, key, scenario, route)
        elif route not in places:
            hint = did_you_mean(key, (".".join(map(str, place)) for place in places))
            message = f'the scenario has no text at "{key}"'
            yield Problem(source.key(("texts", key)), message, "unknown-text", hint)


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
    for key, text in translation.texts.items():
        route = _route(key, data)
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


def _route(key: str, data: Any) -> Route:
    """The route of a dotted key; numbers count entries of lists, names may hold dots."""
    route: list[str | int] = []
    steps, at = key.split("."), data
    while steps:
        size = 1
        part: str | int = steps[0]
        if isinstance(at, list) and steps[0].isdecimal():
            part = int(steps[0])
        elif isinstance(at, dict):
            whole = (n for n in range(len(steps), 0, -1) if ".".join(steps[:n]) in at)
            size = next(whole, 1)
            part = ".".join(steps[:size])
        route.append(part)
        steps = steps[size:]
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            at = None
    return tuple(route)


_NAMES = ("when", "on", "line", "tests")  # without a fixed form by the schema, and yet no texts


def _texts(value: Any, node: Mapping[str, Any], route: Route) -> Iterator[tuple[Route, str]]:
    """Every text that a learner can see, with its route: what has no fixed form by the schema."""
    for rule in schema.rules(node, value):
        if isinstance(value, str) and "pattern" not in rule and "enum" not in rule:
            yield route, value
        elif isinstance(value, dict):
            own = {k: v for k, v in rule.get("properties", {}).items() if k not in _NAMES}
            for key, child in value.items():
                if key in own or key not in rule.get("properties", {}):
                    inner = own.get(key) or rule["additionalProperties"]
                    yield from _texts(child, inner, (*route, key))
        elif isinstance(value, list):
            for n, child in enumerate(value):
                yield from _texts(child, rule["items"], (*route, n))

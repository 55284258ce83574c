"""A scenario's texts in another language, from the file beside it: <slug>.<language>.yaml."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scormkit import document, schema
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
        message = f'the language is "{source.data["language"]}", the file says "{language}"'
        yield Problem(source.mark(("language",)), message, "language-and-file")
    if source.data["scenario"] != scenario.slug:
        message = f'the scenario is "{source.data["scenario"]}", the file says "{scenario.slug}"'
        yield Problem(source.mark(("scenario",)), message, "slug-and-file")
    places = dict(_texts(scenario.data, ()))
    for key in source.data["texts"]:
        if _route(key, scenario.data) not in places:
            hint = did_you_mean(key, (".".join(map(str, place)) for place in places))
            message = f'the scenario has no text at "{key}"'
            yield Problem(source.key(("texts", key)), message, "unknown-text", hint)


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
    """The route of a dotted key; numbers count entries of lists."""
    route: list[str | int] = []
    at = data
    for step in key.split("."):
        part: str | int = int(step) if isinstance(at, list) and step.isdecimal() else step
        route.append(part)
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            at = None
    return tuple(route)


_NO_TEXTS = ("scenario", "version", "language", "audience", "criteria", "do", "at", "on", "when")
_NOR_THESE = ("to", "then", "next", "start", "act", "kind", "outcome", "file", "thread", "path")


def _texts(value: Any, route: Route) -> Iterator[tuple[Route, str]]:
    """Every text that a learner can see, with its route."""
    if isinstance(value, str):
        yield route, value
    elif isinstance(value, dict):
        for key, child in value.items():
            if key not in (*_NO_TEXTS, *_NOR_THESE) or isinstance(child, dict):
                yield from _texts(child, (*route, key))
    elif isinstance(value, list):
        for n, child in enumerate(value):
            yield from _texts(child, (*route, n))

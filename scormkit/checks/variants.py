"""Variants: each option is another exercise for the eye, and the same one for the score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from scormkit import conditions, play
from scormkit.checks.subject import Subject
from scormkit.problems import Problem

ALIKE = 0.9  # of the words of two options, in order; numbers count as equal
_PLACEHOLDER = re.compile(r"\{([a-z0-9_-]+)\.([a-z0-9_-]+)\}")
_WORD = re.compile(r"[^\W\d_]+|\d+")


def drawn(subject: Subject) -> Iterator[Problem]:
    """Each pool is used, and its options differ in what is used of them."""
    used = set(_used(subject.scenario.data))
    asked = _asked(subject)
    for pool, options in subject.scenario.data.get("variants", {}).items():
        route = ("variants", pool)
        fields = [key for key in next(iter(options.values())) if (pool, key) in used]
        if not fields and pool not in asked:
            message = f'no text shows pool "{pool}", and no condition reads it'
            hint = f"write {{{pool}.field}} where the text should vary, or drop the pool"
            yield subject.warning(route, message, "unused-variant", hint)
            continue
        if len(options) < 2:
            message = f'pool "{pool}" has one option, so a retry plays the same again'
            hint = "add a second option, or write its texts where they are shown"
            yield subject.warning(route, message, "single-variant", hint)
        if pool in asked:
            continue  # its options lead to different scenes or acts
        words = {name: _words(option, fields) for name, option in options.items()}
        from difflib import SequenceMatcher  # late: most stories have no variants

        for one, other in combinations(words, 2):
            if SequenceMatcher(None, words[one], words[other], False).ratio() >= ALIKE:
                message = f'options "{one}" and "{other}" of pool "{pool}" read nearly the same'
                hint = "change more than a number or a name: who writes, what about, what for"
                yield subject.warning((*route, other), message, "variants-alike", hint)


def even(subject: Subject) -> Iterator[Problem]:
    """Whatever is drawn, and whatever was missed before, full marks can be had."""
    if not subject.paths.complete:
        return
    most: dict[tuple[str, str], list[int]] = {}
    asked = _asked(subject)
    for number in subject.paths.starts:
        state = subject.paths.nodes[number].state
        points = subject.paths.most[number]
        for group in _groups(subject, state, asked):
            had = most.get(group, points)
            most[group] = [max(pair) for pair in zip(had, points, strict=True)]
    for (pool, name), points in most.items():
        for objective, reached in zip(subject.bundle["objectives"], points, strict=True):
            if reached < objective["full"]:
                who = f'with option "{name}" of pool "{pool}"' if pool else f'after "{name}"'
                message = (
                    f"{who} only {max(0, reached)} of {objective['full']} points for "
                    f'"{objective["id"]}" can be had'
                )
                route = ("variants", pool, name) if pool else ("start",)
                hint = "score the same in each, so that everybody can earn full marks"
                yield subject.warning(route, message, "uneven-marks", hint)


def _groups(subject: Subject, state: play.State, asked: set[str]) -> Iterator[tuple[str, str]]:
    """What was drawn and missed at a start: pool and option, or "" and the objectives."""
    for pool, variant in subject.bundle["variants"].items():
        if pool in asked:
            number = play.option(subject.bundle, pool, state.seed)
            yield pool, variant["options"][number]["id"]
    if state.missed:
        yield "", " and ".join(f"missed {name}" for name in sorted(state.missed))


def _asked(subject: Subject) -> set[str]:
    """The pools that a condition reads."""
    every = (part for c in subject.scenario.conditions() for part in conditions.parts(c))
    return {part[1] for part in every if part[0] == "variant"}


def _used(value: Any) -> Iterator[tuple[str, str]]:
    """Every pool and field that a text of the scenario shows."""
    if isinstance(value, str):
        if "{" in value:
            yield from _PLACEHOLDER.findall(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _used(each)
    elif isinstance(value, list):
        for each in value:
            yield from _used(each)


def _words(option: Mapping[str, str], fields: list[str]) -> list[str]:
    words = [word for key in fields for word in _WORD.findall(option[key].lower())]
    return ["0" if word.isdigit() else word for word in words]

"""A programme's document to the programme: every problem at once, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from lrs.programme.exercises import Known
from lrs.programme.programme import (
    Bucket,
    Cadence,
    Curriculum,
    Exercise,
    Notice,
    Policy,
    Programme,
    Remediation,
    Rule,
    Step,
    YearDay,
)
from scormkit import document, schema
from scormkit.document import Document, DocumentError, Route
from scormkit.problems import Problem, did_you_mean, has_errors, one_of

FIELDS = ("person", "exercise", "due", "days", "manager", "owner", "programme")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass
class _Reading:
    """The document as it is read, the exercises that there are (None: nobody asks), and the
    problems so far."""

    document: Document
    exercises: Mapping[str, Known] | None
    problems: list[Problem] = field(default_factory=list)

    def add(self, route: Route, message: str, code: str, hint: str = "", key: bool = False) -> None:
        """A problem with the value at the route, or with the key that leads to it."""
        mark = self.document.key(route) if key else self.document.mark(route)
        self.problems.append(Problem(mark, message, code, hint))

    def known(
        self, route: Route, name: str, names: Iterable[str], what: str, code: str, key: bool = False
    ) -> bool:
        """Whether a name leads somewhere; if not, a problem at its place."""
        listed = list(names)
        if name in listed:
            return True
        hint = did_you_mean(name, listed, f"known here: {one_of(listed) or 'none'}")
        self.add(route, f'"{name}" is not {what}', code, hint, key)
        return False


def parsed(
    content: bytes, file: str, exercises: Mapping[str, Known] | None
) -> tuple[Programme | None, Document | None, list[Problem]]:
    """The programme of a text, its document, and what is wrong with it; no programme with an
    error. `exercises` are those that may be asked for; None where nobody is to look."""
    try:
        made = document.whole(document.parse(content, file))
    except DocumentError as error:
        hint = 'begin with "programme: my-programme"'
        said = error.problem
        return None, None, [replace(said, hint=hint) if said.code == "empty" else said]
    problems = [*made.problems, *schema.violations(made, "programme")]
    if has_errors(problems):
        return None, made, problems
    reading = _Reading(made, exercises, problems)
    programme = _programme(reading, made.data)
    return (None if has_errors(problems) else programme), made, problems


def _programme(reading: _Reading, data: Mapping[str, Any]) -> Programme:
    if data["zone"] not in _zones():
        hint = did_you_mean(data["zone"], _zones(), "write it like Europe/Berlin")
        reading.add(("zone",), f'"{data["zone"]}" is not a time zone', "unknown-zone", hint)
    buckets = {name: _bucket(name, told) for name, told in data["buckets"].items()}
    notices = {
        name: _notice(reading, ("notices", name), told)
        for name, told in data.get("notices", {}).items()
    }
    assigned = data.get("assignment")
    if assigned is not None:
        reading.known(("assignment",), assigned, notices, "a notice of this file", "unknown-notice")
    return Programme(
        name=data["programme"],
        title=data["title"],
        zone=data["zone"],
        owner=data["owner"]["name"],
        owner_mail=data["owner"]["mail"],
        description=data.get("description", ""),
        curricula=tuple(
            _curriculum(reading, buckets[name], told)
            for name, told in data["curriculum"].items()
            if reading.known(("curriculum", name), name, buckets, *_BUCKET, key=True)
        ),
        policies={
            slug: _policy(reading, slug, {**_defaults(data), **told})
            for slug, told in data.get("exercises", {}).items()
        },
        policy=_policy(reading, "", _defaults(data)),
        remediation=_remediation(reading, data),
        assigned=assigned,
        escalation=tuple(
            _step(reading, ("escalation", n), told, notices)
            for n, told in enumerate(data.get("escalation", ()))
        ),
        notices=notices,
    )


_BUCKET = ("a bucket of this file", "unknown-bucket")


@cache
def _zones() -> frozenset[str]:
    """Places, not the abbreviations and files that stand beside them."""
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def _defaults(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in ("versions", "pass", "waivers") if key in data}


def _bucket(name: str, told: Mapping[str, Any]) -> Bucket:
    if told["for"] == "everyone":
        return Bucket(name, told["title"])
    kinds, roles = told["for"].get("kinds"), told["for"].get("roles")
    return Bucket(
        name,
        told["title"],
        frozenset(kinds) if kinds else None,
        frozenset(roles) if roles else None,
    )


def _curriculum(reading: _Reading, bucket: Bucket, told: Mapping[str, Any]) -> Curriculum:
    route: Route = ("curriculum", bucket.name)
    rules = {
        name: Rule(**_rule(reading, (*route, name), told[name]))
        for name in ("onboarding", "role-change")
        if name in told
    }
    cadences = (
        _cadence(reading, (*route, "cadences", name), each)
        for name, each in told.get("cadences", {}).items()
    )
    return Curriculum(bucket, rules.get("onboarding"), rules.get("role-change"), tuple(cadences))


def _rule(reading: _Reading, route: Route, told: Mapping[str, Any]) -> dict[str, Any]:
    whole = reading.document.data
    key = "turns" if "turns" in told else "exercises"
    return {
        "path": "/".join(str(step) for step in route),
        "exercises": _exercises(reading, (*route, key), told.get(key, ())),
        "within": told.get("within"),
        "earlier": told.get("earlier", whole.get("earlier", 0)),
        "grace": told.get("grace", whole.get("grace", 0)),
    }


def _cadence(reading: _Reading, route: Route, told: Mapping[str, Any]) -> Cadence:
    _either(reading, route, told, "every", "on")
    _either(reading, route, told, "exercises", "turns")
    every = MONTHS.get(told.get("every", ""), 0)
    access = told.get("from") == "access"
    if "from" in told and not every:
        hint = 'leave it out, or write "every"'
        reading.add(
            (*route, "from"), "days that are named have no beginning", "odd-key", hint, True
        )
    if "within" not in told and (access or "on" in told):
        what = "from: access" if access else "on"
        message = f'with "{what}" it must be said within how many days it is due'
        reading.add(route, message, "no-within", "add within: 30", key=True)
    on = [_day(reading, (*route, "on", n), text) for n, text in enumerate(told.get("on", ()))]
    rule = _rule(reading, route, told)
    made = Cadence(
        **rule,
        every=every,
        on=tuple(day for day in on if day),
        from_access=access,
        in_turn="turns" in told,
    )
    _every_turn_comes(reading, route, made)
    return made


def _either(reading: _Reading, route: Route, told: Mapping[str, Any], one: str, other: str) -> None:
    """Of two keys exactly one is there."""
    if one in told and other in told:
        message = f'"{one}" and "{other}" exclude each other'
        reading.add((*route, other), message, "two-ways", "keep one of the two", key=True)
    elif one not in told and other not in told:
        message = f'neither "{one}" nor "{other}" is there'
        reading.add(route, message, "no-way", f'write one of the two: "{one}" or "{other}"', True)


def _day(reading: _Reading, route: Route, text: str) -> YearDay | None:
    *year, month, day = (int(part) for part in text.split("-"))
    try:
        date(year[0] if year else 2001, month, day)  # 2001 has no 29 February
    except ValueError:
        hint = "write 02-28, which every year has" if text == "02-29" else "write it like 03-15"
        what = "is not in every year" if text == "02-29" else "is not a day"
        reading.add(route, f'"{text}" {what}', "bad-day", hint)
        return None
    return YearDay(month, day, year[0] if year else None)


def _every_turn_comes(reading: _Reading, route: Route, cadence: Cadence) -> None:
    times = 12 // cadence.every if cadence.every else len(cadence.on)
    for place in range(times, len(cadence.exercises) if cadence.in_turn and times else 0):
        message = f"this turn never comes: a year has only {times}, and begins with the first"
        reading.add((*route, "turns", place), message, "turn-never-comes", "take it out")


def _exercises(reading: _Reading, route: Route, told: Iterable[Any]) -> tuple[Exercise, ...]:
    return tuple(_exercise(reading, (*route, n), each) for n, each in enumerate(told))


def _exercise(reading: _Reading, route: Route, told: Any) -> Exercise:
    if isinstance(told, str):
        _exists(reading, route, told)
        return Exercise(told)
    slug, chosen = told["scenario"], told["variant"]
    _exists(reading, (*route, "scenario"), slug)
    known = (reading.exercises or {}).get(slug)
    if known and known.variants is not None:
        for pool, option in chosen.items():
            at = (*route, "variant", pool)
            what = f'a pool of variants of "{slug}"'
            if reading.known(at, pool, known.variants, what, "unknown-variant", key=True):
                options = known.variants[pool]
                reading.known(at, option, options, f'an option of "{pool}"', "unknown-variant")
    return Exercise(slug, tuple(sorted(chosen.items())))


def _exists(reading: _Reading, route: Route, slug: str, key: bool = False) -> None:
    if reading.exercises is not None:
        reading.known(route, slug, reading.exercises, "an exercise", "unknown-exercise", key)


def _policy(reading: _Reading, slug: str, told: Mapping[str, Any]) -> Policy:
    if slug:
        _exists(reading, ("exercises", slug), slug, key=True)
    stands_for = told.get("stands-for", ())
    for n, other in enumerate(stands_for):
        at: Route = ("exercises", slug, "stands-for", n)
        _exists(reading, at, other)
        if other == slug:
            message = "an exercise stands for itself anyway"
            reading.add(at, message, "stands-for-itself", "name another one, or leave it out")
    versions = told.get("versions", "any")
    least = versions.removeprefix("at-least ") if versions.startswith("at-least") else None
    rule = told.get("pass", "own")
    policy = Policy(
        least,
        versions == "newest",
        rule if isinstance(rule, int) else None,
        tuple(stands_for),
        completion=rule == "completion",
        waivers=told.get("waivers") == "count",
    )
    known = (reading.exercises or {}).get(slug)
    if known and known.version and not policy.takes(known.version, known.version):
        at = ("exercises", slug, "versions")
        message = f'"{slug}" is at version {known.version}: no completion would count'
        reading.add(at, message, "no-such-version", f"write at-least {known.version}, or lower")
    return policy


def _remediation(reading: _Reading, data: Mapping[str, Any]) -> Remediation | None:
    told = data.get("remediation")
    if told is None:
        return None
    instead = {}
    for slug, others in told.get("instead", {}).items():
        route: Route = ("remediation", "instead", slug)
        _exists(reading, route, slug, key=True)
        instead[slug] = _exercises(reading, route, others)
    return Remediation(told["within"], told.get("grace", data.get("grace", 0)), instead)


def _step(reading: _Reading, route: Route, told: Mapping[str, Any], notices: Iterable[str]) -> Step:
    _either(reading, route, told, "before", "after")
    at = (*route, "notice")
    reading.known(at, told["notice"], notices, "a notice of this file", "unknown-notice")
    return Step(told.get("after", -told.get("before", 0)), tuple(told["to"]), told["notice"])


def _notice(reading: _Reading, route: Route, told: Mapping[str, str]) -> Notice:
    for key in ("subject", "text"):
        for name in _FIELD.findall(told[key]):
            what = "a field of notices"
            reading.known((*route, key), name, FIELDS, what, "unknown-field")
        if set("{}") & set(_FIELD.sub("", told[key])):
            message = "a brace that opens or closes nothing"
            reading.add((*route, key), message, "lone-brace", "write a field like {person}")
    return Notice(told["subject"], told["text"])

"""A scenario as it is read: its names, where they lead, and the problems so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scormkit import conditions
from scormkit.conditions import Condition, ConditionError, Names
from scormkit.document import Document, Route
from scormkit.problems import Problem, did_you_mean, one_of
from scormkit.scenario import Target


@dataclass
class Reading:
    """The scenario as it is read: the document, and the problems so far."""

    document: Document
    data: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def add(self, route: Route, message: str, code: str, hint: str = "", key: bool = False) -> None:
        """A problem with the value at the route, or with the key that leads to it."""
        mark = self.document.key(route) if key else self.document.mark(route)
        self.problems.append(Problem(mark, message, code, hint))

    def known(
        self, route: Route, name: str, names: Iterable[str], what: str, code: str, way: str = ""
    ) -> bool:
        """Whether a name leads somewhere; if not, a problem at its place."""
        listed = list(names)
        if name in listed:
            return True
        hint = did_you_mean(name, listed, way or f"known here: {one_of(listed) or 'none'}")
        self.add(route, f'"{name}" is not {what} here', code, hint, key=name == route[-1])
        return False


def names(reading: Reading) -> Names:
    """What conditions may speak of; odd variables and variants are told here."""
    flags, numbers, choices = set(), {}, {}
    for name, value in reading.data.get("variables", {}).items():
        route: Route = ("variables", name)
        if isinstance(value, bool):
            flags.add(name)
        elif "one-of" in value:
            choices[name] = tuple(value["one-of"])
            reading.known((*route, "start"), value["start"], choices[name], "a value", "bad-start")
        else:
            numbers[name] = (value["from"], value["to"])
            if not value["from"] <= value["start"] <= value["to"]:
                message = f"it starts at {value['start']}, outside {value['from']}..{value['to']}"
                reading.add((*route, "start"), message, "bad-start")
    pools = reading.data.get("variants", {})
    for pool, options in pools.items():
        _same_fields(reading, pool, options)
        if pool in (*flags, *numbers, *choices):
            message = f'"{pool}" is a pool of variants and a variable'
            hint = "rename one of the two"
            reading.add(("variants", pool), message, "duplicate-name", hint, key=True)
    acts = {f"{scene}/{act}" for scene, act in _acts(reading.data)}
    return Names(
        frozenset(flags),
        numbers,
        choices,
        {pool: tuple(options) for pool, options in pools.items()},
        frozenset(acts),
        frozenset(reading.data["objectives"]),
    )


def _same_fields(reading: Reading, pool: str, options: Mapping[str, Mapping[str, str]]) -> None:
    fields = {name: sorted(option) for name, option in options.items()}
    first = next(iter(fields))
    for name, each in fields.items():
        missing = [f for f in fields[first] if f not in each]
        extra = [f for f in each if f not in fields[first]]
        for odd, where in [(m, "is missing here") for m in missing] + [
            (e, f'is not in "{first}"') for e in extra
        ]:
            message = f'the field "{odd}" {where}; all options of "{pool}" have the same fields'
            reading.add(("variants", pool, name), message, "uneven-variants", key=True)


def _acts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for scene_id, scene in data["scenes"].items():
        for message_id, message in scene.get("inbox", {}).get("messages", {}).items():
            for act in message.get("acts", {}):
                yield scene_id, f"{message_id}.{act}"
        for act in scene.get("acts", {}):
            yield scene_id, act


def targets(reading: Reading, data: Any, route: Route, names: Names) -> tuple[Target, ...]:
    places = [*reading.data["scenes"], *reading.data["endings"]]
    if isinstance(data, str):
        _leads(reading, data, route, places)
        return (Target(True, data),)
    targets = []
    for n, each in enumerate(data):
        at = (*route, n)
        last = n == len(data) - 1
        if last and "when" in each:
            hint = 'add a last entry without "when": where it goes otherwise'
            reading.add(at, "no way on when none of the conditions holds", "no-otherwise", hint)
        if not last and "when" not in each:
            message = "what follows is never reached: this entry has no condition"
            reading.add(at, message, "unreachable-route", 'put the entry without "when" last')
        _leads(reading, each["to"], (*at, "to"), places)
        when = condition(reading, each["when"], (*at, "when"), names) if "when" in each else True
        targets.append(Target(when, each["to"]))
    return tuple(targets)


def _leads(reading: Reading, name: str, route: Route, places: list[str]) -> None:
    if name in places:
        return
    hint = did_you_mean(name, places, 'write the scene, or list it under "endings"')
    what = "the act" if route[-1] == "then" else "the way on"
    message = f'{what} leads to "{name}", which does not exist'
    reading.add(route, message, "unknown-scene", hint)


def condition(reading: Reading, text: str, route: Route, names: Names) -> Condition:
    try:
        return conditions.parse(text, names)
    except ConditionError as error:
        reading.add(route, str(error), error.code, error.hint)
        return True

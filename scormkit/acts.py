"""What a learner can do in a scene: the acts that are written, and the looks that come free."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scormkit import cast
from scormkit.conditions import Names
from scormkit.document import Route
from scormkit.problems import did_you_mean
from scormkit.reading import Reading, condition, targets
from scormkit.scenario import Act, Cue
from scormkit.schema import switched
from scormkit.vocabulary import VERBS

CARDS = {"code-review": "author", "ticket": "requester"}  # who has a card, by kind of page
MARK = re.compile(r"\]\{([a-z][a-z0-9-]*)\}")  # the end of [words]{cue}
_NEEDS_LABEL = ("say", "ask", "look-up", "call-back")


def read_act(
    reading: Reading,
    route: Route,
    act_id: str,
    data: Mapping[str, Any],
    names: Names,
    parts: list[str],
    cues: list[Cue],
    thing: str,
) -> Act:
    do = "say" if "say" in data else data.get("do", act_id)
    if do not in VERBS:
        hint = did_you_mean(do, VERBS, 'add "do:" with a verb, for example do: continue')
        message = f'"{act_id}" is not a verb, and the act has no "do"'
        reading.add(route, message, "no-verb", hint, key=True)
    label = data.get("say", data.get("label", ""))
    if do in _NEEDS_LABEL and not label:
        hint = 'add "label:", what the button says'
        message = f'"{do}" alone does not say what the learner does'
        reading.add(route, message, "no-label", hint, key=True)
    if "at" in data:
        what = "a link, attachment, field or person"
        reading.known((*route, "at"), data["at"], parts, what, "unknown-part")
    objectives = reading.data["objectives"]
    for name in data.get("score", {}):
        at = (*route, "score", name)
        reading.known(at, name, objectives, "an objective", "unknown-objective")
    for name in data.get("cues", ()):
        known = [cue.id for cue in cues]
        reading.known((*route, "cues"), name, known, "a cue", "unknown-cue")
    cast.answer_speakers(reading, data.get("answer"), (*route, "answer"))
    return Act(
        id=f"{thing}.{act_id}" if thing else act_id,
        do=do,
        route=route,
        data=data,
        thing=thing,
        at=data.get("at", ""),
        label=label,
        when=condition(reading, data["when"], (*route, "when"), names) if "when" in data else True,
        decision="outcome" in data or "then" in data,
        then=targets(reading, data["then"], (*route, "then"), names) if "then" in data else (),
        sets=tuple(_sets(reading, data.get("set", {}), (*route, "set"), names)),
        cues=tuple(data.get("cues", ())),
    )


def _sets(
    reading: Reading, data: Mapping[str, Any], route: Route, names: Names
) -> Iterator[tuple[str, str, bool | int | str]]:
    for name, value in data.items():
        at = (*route, name)
        if name in names.flags:
            if isinstance(value, bool):
                yield name, "=", value
            else:
                message = f'"{name}" is a flag: true or false'
                reading.add(at, message, "wrong-type", switched(value))
        elif name in names.numbers:
            yield from _set_number(reading, name, value, at, names.numbers[name])
        elif name in names.choices:
            if reading.known(at, str(value), names.choices[name], "a value", "unknown-value"):
                yield name, "=", value
        else:
            known = [*names.flags, *names.numbers, *names.choices]
            hint = 'list it under "variables"'
            reading.known(at, name, known, "a variable", "unknown-variable", hint)


def _set_number(
    reading: Reading, name: str, value: Any, route: Route, limits: tuple[int, int]
) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, int) and not isinstance(value, bool):
        if route in reading.document.signed:
            message = f'without quotes, +{value} is {value}: "{name}" would become {value}'
            hint = f'to add {value}, write "+{value}", in quotes'
            reading.add(route, message, "wrong-type", hint)
        elif limits[0] <= value <= limits[1]:
            yield name, "=", value
        else:
            message = f'"{name}" stays between {limits[0]} and {limits[1]}'
            hint = f'to take {-value} away, write "{value}", in quotes' if value < 0 else ""
            reading.add(route, message, "out-of-range", hint)
    elif isinstance(value, str) and value[0] in "+-":
        yield name, "+", int(value)
    else:
        reading.add(route, f'"{name}" is a number: 3, or "+1"', "wrong-type")


def free_looks(
    data: Mapping[str, Any],
    route: Route,
    channel: str,
    content: Mapping[str, Any],
    authored: list[Act],
    cues: list[Cue],
) -> list[Act]:
    """The looks that a channel gives without being asked: headers, links, cards, the directory."""
    wanted: list[tuple[str, str, str, str, tuple[str, ...]]] = []  # id, do, thing, at, cues

    def on(thing: str, *parts: str) -> tuple[str, ...]:
        return tuple(cue.id for cue in cues if cue.thing == thing and cue.on in parts)

    for message_id, message in content.get("messages", {}).items():
        told = on(message_id, "headers", "reply-to")
        wanted.append((f"{message_id}.headers", "headers", message_id, "", told))
        wanted.append((f"{message_id}.sender", "sender", message_id, "", on(message_id, "from")))
        for part, do in [(link, "inspect") for link in message.get("links", {})] + [
            (attachment, "preview") for attachment in message.get("attachments", {})
        ]:
            wanted.append((f"{message_id}.{part}.{do}", do, message_id, part, on(message_id, part)))
    for link in (*content.get("links", {}), *content.get("page", {}).get("links", {})):
        wanted.append((f"{link}.inspect", "inspect", "", link, on("", link)))
    wanted += _looks_at_people(data, channel, content, cues)
    if any(cue.on == "url" for cue in cues):
        wanted.append(("address", "address", "", "", on("", "url")))
    if "certificate" in content:
        wanted.append(("certificate", "certificate", "", "", on("", "certificate", "secure")))
    listed = any(person.get("listed") for person in data.get("people", {}).values())
    if listed and channel != "push":
        wanted.append(("directory", "directory", "", "", ()))
    taken = {(act.do, act.thing, act.at) for act in authored}
    return [
        Act(name, do, route, {}, thing, at, cues=revealed)
        for name, do, thing, at, revealed in wanted
        if (do, thing, at) not in taken
    ]


def _looks_at_people(
    data: Mapping[str, Any], channel: str, content: Mapping[str, Any], cues: list[Cue]
) -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    """Cards, pictures and lists of those who take part, each with the cues that it reveals."""

    def on(*parts: str) -> tuple[str, ...]:
        return tuple(cue.id for cue in cues if not cue.thing and cue.on in parts)

    known = cast.others(data, content) if channel in ("chat", "sms", "video") else []
    for person in known:
        parts = ("sender", "number") if content.get("sender") == person else ()
        yield f"{person}.profile", "profile", "", person, on(person, *parts)
    if channel == "sms" and content["sender"] not in known:
        yield "sender", "sender", "", "", on("sender", "number")
    tiles = content.get("tiles", {})
    for person, tile in tiles.items():
        if "picture" in tile:
            marked = MARK.findall(tile["picture"])
            yield f"{person}.watch", "watch", "", person, tuple(dict.fromkeys(marked))
    if any("joined" in tile for tile in tiles.values()):
        yield "roster", "roster", "", "", on("participants")
    page = content.get("page", {})
    if (part := CARDS.get(page.get("kind", ""), "")) in page:
        yield f"{part}.profile", "profile", "", part, on(part)

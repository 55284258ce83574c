"""A document that fits its schema to the typed scenario: every name in it leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scormkit import cast, diff
from scormkit.acts import CARDS, free_looks, read_act
from scormkit.conditions import Names
from scormkit.document import Document, Route, whole
from scormkit.problems import Problem, did_you_mean, has_errors
from scormkit.reading import Reading, names, targets
from scormkit.scenario import CHANNELS, SPEAKERS, Act, Cue, Scenario, Scene

_PARTS = {  # what a cue can be `on`, by channel, beside links, attachments, fields and persons
    "inbox": ("from", "reply-to", "to", "cc", "subject", "time", "headers", "external", "body"),
    "phone": ("caller", "name", "number", "lines"),
    "sms": ("sender", "number", "earlier", "lines"),
    "chat": ("room", "members", "lines"),
    "video": ("title", "participants", "lines", "chat", "sharing", "request"),
    "push": ("app", "account", "device", "location", "time", "text", "number", "count", "task"),
    "browser": (
        *("url", "title", "secure", "certificate", "heading", "body", "autofill", "rows"),
        *("publisher", "verified", "scopes", "files", "author", "number", "requester"),
        *("priority", "status", "history", "file", "branch", "checks", "known", "time"),
    ),
}


def resolve(document: Document) -> tuple[Scenario | None, list[Problem]]:
    """The scenario of a document that fits its schema, or every name that leads nowhere."""
    document = whole(document)
    data = document.data
    reading = Reading(document, data)
    _heading(reading)
    known = names(reading)
    start = targets(reading, data["start"], ("start",), known)
    scenes = {
        scene_id: _scene(reading, scene_id, scene, known)
        for scene_id, scene in data["scenes"].items()
    }
    if has_errors(reading.problems):
        return None, reading.problems
    scenario = Scenario(data["scenario"], document, data, start, scenes, known)
    return scenario, reading.problems


def _heading(reading: Reading) -> None:
    data = reading.data
    stem = Path(reading.document.file).stem
    if data["scenario"] != stem:
        hint = f"rename the file to {data['scenario']}.yaml"
        if re.fullmatch(r"[a-z][a-z0-9-]{0,39}", stem):
            hint = f'write "scenario: {stem}", or {hint}'
        message = f'the scenario is called "{data["scenario"]}", its file "{stem}.yaml"'
        reading.add(("scenario",), message, "slug-and-file", hint)
    for name in data.get("people", {}):
        if name in SPEAKERS:
            message = f'"{name}" has a meaning of its own, and cannot be one of the people'
            reading.add(("people", name), message, "reserved-name", "rename them", key=True)
    for name in data["endings"]:
        if name in data["scenes"]:
            message = f'"{name}" is a scene and an ending; scenes and endings share their names'
            hint = "rename one of the two"
            reading.add(("endings", name), message, "duplicate-name", hint, key=True)


def _scene(reading: Reading, scene_id: str, data: Mapping[str, Any], names: Names) -> Scene:
    route: Route = ("scenes", scene_id)
    channel = next(name for name in CHANNELS if name in data)
    content = data[channel]
    cast.persons(reading, channel, content, (*route, channel))
    for person in content.get("tiles", {}):
        place = (*route, channel, "tiles", person)
        reading.known(place, person, content["participants"], "a participant", "unknown-person")
    _remarks(reading, content.get("page", {}), (*route, channel, "page"))
    cues = list(_cues(reading, channel, content, (*route, channel)))
    acts: list[Act] = []
    for message_id, message in content.get("messages", {}).items():
        at: Route = (*route, channel, "messages", message_id)
        parts = [*message.get("links", {}), *message.get("attachments", {})]
        own = [cue for cue in cues if cue.thing == message_id]
        for act_id, act in message.get("acts", {}).items():
            where = (*at, "acts", act_id)
            acts.append(read_act(reading, where, act_id, act, names, parts, own, message_id))
    parts = _parts(reading.data, channel, content)
    for act_id, act in data.get("acts", {}).items():
        acts.append(
            read_act(reading, (*route, "acts", act_id), act_id, act, names, parts, cues, "")
        )
    acts += free_looks(reading.data, route, channel, content, acts, cues)
    following = targets(reading, data["next"], (*route, "next"), names) if "next" in data else ()
    timer = _timer(reading, data, route, acts)
    return Scene(scene_id, channel, data, content, tuple(acts), tuple(cues), following, timer)


def _timer(
    reading: Reading, data: Mapping[str, Any], route: Route, acts: list[Act]
) -> tuple[int, int] | None:
    if "timer" not in data:
        return None
    name, at = data["timer"]["act"], (*route, "timer", "act")
    ids = [act.id for act in acts]
    if not reading.known(at, name, ids, "an act", "unknown-act"):
        return None
    act = acts[ids.index(name)]
    if act.data.get("score") or act.data.get("outcome", "neutral") != "neutral":
        hint = "give the timer an act of its own with outcome neutral and no score"
        reading.add(at, "time may never cost points (WCAG 2.2.1)", "timer-scores", hint)
    return data["timer"]["seconds"], ids.index(name)


def _parts(data: Mapping[str, Any], channel: str, content: Mapping[str, Any]) -> list[str]:
    """What an act of the scene can be done to."""
    page = content.get("page", {})
    return [
        *content.get("links", {}),
        *page.get("links", {}),
        *page.get("fields", {}),
        *data.get("people", {}),
        *(part for kind, part in CARDS.items() if page.get("kind") == kind),
    ]


def _remarks(reading: Reading, page: Mapping[str, Any], route: Route) -> None:
    """Every remark on a change is about a line that is there."""
    for path, file in page.get("files", {}).items():
        for n, remark in enumerate(file.get("remarks", ())):
            _line(reading, file, remark["line"], (*route, "files", path, "remarks", n, "line"))


def _line(reading: Reading, file: Mapping[str, Any] | None, words: str, route: Route) -> int | None:
    """The index of the line of a file's diff that is meant."""
    if file is None:
        hint = "name the file, as it stands under files: on: src/app.js"
        reading.add(route, '"line" is a line of a changed file', "unknown-part", hint)
        return None
    found = diff.line_of(file["diff"], words)
    if found is None:
        hint = did_you_mean(words.strip(), diff.lines(file["diff"]), "copy a line, or a part of it")
        reading.add(route, f'no line of the diff holds "{words}"', "unknown-part", hint)
    return found


def _cues(
    reading: Reading, channel: str, content: Mapping[str, Any], route: Route
) -> Iterator[Cue]:
    holders: list[tuple[str, Mapping[str, Any], Route]] = [("", content, route)]
    for message_id, message in content.get("messages", {}).items():
        holders.append((message_id, message, (*route, "messages", message_id)))
    people = reading.data.get("people", {})
    seen: set[str] = set()
    for thing, holder, at in holders:
        parts = [
            *_PARTS[channel],
            *holder.get("links", {}),
            *holder.get("attachments", {}),
            *holder.get("page", {}).get("links", {}),
            *holder.get("page", {}).get("fields", {}),
            *holder.get("page", {}).get("files", {}),
            *people,
        ]
        for cue_id, cue in holder.get("cues", {}).items():
            where = (*at, "cues", cue_id)
            if cue_id in seen:
                message = f'two cues of this scene are called "{cue_id}"'
                hint = "rename one of the two"
                reading.add(where, message, "duplicate-name", hint, key=True)
            seen.add(cue_id)
            if "on" in cue:
                reading.known((*where, "on"), cue["on"], parts, "a part", "unknown-part")
            line = None
            if "line" in cue:
                file = holder.get("page", {}).get("files", {}).get(cue.get("on"))
                line = _line(reading, file, cue["line"], (*where, "line"))
            yield Cue(cue_id, cue["kind"], where, thing, cue.get("on", ""), line)

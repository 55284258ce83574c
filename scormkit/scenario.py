"""The typed scenario, whole: every name in it leads somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scormkit import conditions
from scormkit.conditions import Condition, ConditionError, Names
from scormkit.document import Document, Route
from scormkit.problems import Problem, did_you_mean, one_of
from scormkit.vocabulary import VERBS

CHANNELS = ("inbox", "phone", "sms", "chat", "video", "push", "browser")
SPEAKERS = ("you", "narrator")
_NEEDS_LABEL = ("say", "ask", "look-up", "call-back")
_LOOKS = ("headers", "sender", "inspect", "preview", "directory", "profile", "address")
_PARTS = {  # what a cue can be `on`, by channel, beside links, attachments, fields and persons
    "inbox": ("from", "reply-to", "to", "cc", "subject", "time", "headers", "external", "body"),
    "phone": ("caller", "name", "number", "lines"),
    "sms": ("sender", "number", "lines"),
    "chat": ("room", "members", "lines"),
    "video": ("title", "participants", "lines", "chat", "sharing"),
    "push": ("app", "account", "device", "location", "time", "text", "number", "count", "task"),
    "browser": (
        *("url", "title", "secure", "certificate", "heading", "body", "autofill", "rows"),
        *("publisher", "verified", "scopes", "files", "author", "number", "requester"),
        *("priority", "status", "history", "file"),
    ),
}


@dataclass(frozen=True)
class Target:
    """One way on: where to, and under which condition (True for always)."""

    when: Condition
    to: str


@dataclass(frozen=True)
class Act:
    """What the learner can do in a scene; `thing` is the message it is done to."""

    id: str
    do: str
    route: Route
    data: Mapping[str, Any]
    thing: str = ""
    at: str = ""
    label: str = ""
    when: Condition = True
    decision: bool = False
    then: tuple[Target, ...] = ()
    sets: tuple[tuple[str, str, bool | int | str], ...] = ()
    cues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cue:
    """What gives the attack away: where (`thing`, `on`) and of which kind."""

    id: str
    kind: str
    route: Route
    thing: str = ""
    on: str = ""


@dataclass(frozen=True)
class Scene:
    """One moment on one channel; `content` is that channel's, as written."""

    id: str
    channel: str
    data: Mapping[str, Any]
    content: Mapping[str, Any]
    acts: tuple[Act, ...]
    cues: tuple[Cue, ...]
    next: tuple[Target, ...]
    timer: tuple[int, int] | None  # seconds, index of the act


@dataclass(frozen=True)
class Scenario:
    """All of it; `data` is the source, for what needs no resolving."""

    slug: str
    document: Document
    data: Mapping[str, Any]
    start: tuple[Target, ...]
    scenes: Mapping[str, Scene]
    names: Names


@dataclass
class _Reading:
    """The scenario as it is read: the document, and the problems so far."""

    document: Document
    data: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def add(self, route: Route, message: str, code: str, hint: str = "") -> None:
        self.problems.append(Problem(self.document.mark(route), message, code, hint))

    def known(
        self, route: Route, name: str, names: Iterable[str], what: str, code: str, way: str = ""
    ) -> bool:
        """Whether a name leads somewhere; if not, a problem at its place."""
        listed = list(names)
        if name in listed:
            return True
        hint = did_you_mean(name, listed, way or f"known here: {one_of(listed) or 'none'}")
        self.add(route, f'"{name}" is not {what} here', code, hint)
        return False


def resolve(document: Document) -> tuple[Scenario | None, list[Problem]]:
    """The scenario of a document that fits its schema, or every name that leads nowhere."""
    data = document.data
    reading = _Reading(document, data)
    _heading(reading)
    names = _names(reading)
    start = _targets(reading, data["start"], ("start",), names)
    scenes = {
        scene_id: _scene(reading, scene_id, scene, names)
        for scene_id, scene in data["scenes"].items()
    }
    if any(problem.severity == "error" for problem in reading.problems):
        return None, reading.problems
    scenario = Scenario(data["scenario"], document, data, start, scenes, names)
    return scenario, reading.problems


def _heading(reading: _Reading) -> None:
    data = reading.data
    stem = Path(reading.document.file).stem
    if data["scenario"] != stem:
        hint = f'write "scenario: {stem}", or rename the file to {data["scenario"]}.yaml'
        message = f'the scenario is called "{data["scenario"]}", its file "{stem}.yaml"'
        reading.add(("scenario",), message, "slug-and-file", hint)
    for name in data.get("people", {}):
        if name in SPEAKERS:
            reading.add(("people", name), f'"{name}" has a meaning of its own', "reserved-name")
    for name in data["endings"]:
        if name in data["scenes"]:
            message = f'"{name}" is a scene and an ending; scenes and endings share their names'
            reading.add(("endings", name), message, "duplicate-name", "rename one of the two")
    for name, objective in data["objectives"].items():
        if "remedy" in objective:
            route = ("objectives", name, "remedy")
            reading.known(route, objective["remedy"], data["scenes"], "a scene", "unknown-scene")


def _names(reading: _Reading) -> Names:
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
            reading.add(("variants", pool), f'"{pool}" is a variable too', "duplicate-name")
    acts = {f"{scene}/{act}" for scene, act in _act_names(reading.data)}
    return Names(
        frozenset(flags),
        numbers,
        choices,
        {pool: tuple(options) for pool, options in pools.items()},
        frozenset(acts),
        frozenset(reading.data["objectives"]),
    )


def _same_fields(reading: _Reading, pool: str, options: Mapping[str, Mapping[str, str]]) -> None:
    fields = {name: sorted(option) for name, option in options.items()}
    first = next(iter(fields))
    for name, each in fields.items():
        missing = [f for f in fields[first] if f not in each]
        extra = [f for f in each if f not in fields[first]]
        for odd, where in [(m, "is missing here") for m in missing] + [
            (e, f'is not in "{first}"') for e in extra
        ]:
            message = f'the field "{odd}" {where}; all options of "{pool}" have the same fields'
            reading.add(("variants", pool, name), message, "uneven-variants")


def _act_names(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for scene_id, scene in data["scenes"].items():
        for message_id, message in scene.get("inbox", {}).get("messages", {}).items():
            for act in message.get("acts", {}):
                yield scene_id, f"{message_id}.{act}"
        for act in scene.get("acts", {}):
            yield scene_id, act


def _scene(reading: _Reading, scene_id: str, data: Mapping[str, Any], names: Names) -> Scene:
    route: Route = ("scenes", scene_id)
    channel = next(name for name in CHANNELS if name in data)
    content = data[channel]
    _persons(reading, channel, content, (*route, channel))
    cues = list(_cues(reading, channel, content, (*route, channel)))
    acts: list[Act] = []
    for message_id, message in content.get("messages", {}).items():
        at: Route = (*route, channel, "messages", message_id)
        parts = [*message.get("links", {}), *message.get("attachments", {})]
        own = [cue for cue in cues if cue.thing == message_id]
        for act_id, act in message.get("acts", {}).items():
            where = (*at, "acts", act_id)
            acts.append(_act(reading, where, act_id, act, names, parts, own, message_id))
    parts = _parts(reading.data, channel, content)
    for act_id, act in data.get("acts", {}).items():
        acts.append(_act(reading, (*route, "acts", act_id), act_id, act, names, parts, cues, ""))
    acts += _looks(reading.data, route, channel, content, acts, cues)
    following = _targets(reading, data["next"], (*route, "next"), names) if "next" in data else ()
    timer = _timer(reading, data, route, acts)
    return Scene(scene_id, channel, data, content, tuple(acts), tuple(cues), following, timer)


def _timer(
    reading: _Reading, data: Mapping[str, Any], route: Route, acts: list[Act]
) -> tuple[int, int] | None:
    if "timer" not in data:
        return None
    name, at = data["timer"]["act"], (*route, "timer", "act")
    ids = [act.id for act in acts]
    if not reading.known(at, name, ids, "an act of this scene", "unknown-act"):
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
    ]


def _act(
    reading: _Reading,
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
        reading.add(route, f'"{act_id}" is not a verb, and the act has no "do"', "no-verb", hint)
    label = data.get("say", data.get("label", ""))
    if do in _NEEDS_LABEL and not label:
        hint = 'add "label:", what the button says'
        reading.add(route, f'"{do}" alone does not say what the learner does', "no-label", hint)
    if "at" in data:
        reading.known(
            (*route, "at"), data["at"], parts, "a link, attachment or field", "unknown-part"
        )
    objectives = reading.data["objectives"]
    for name in data.get("score", {}):
        at = (*route, "score", name)
        reading.known(at, name, objectives, "an objective", "unknown-objective")
    for name in data.get("cues", ()):
        known = [cue.id for cue in cues]
        reading.known((*route, "cues"), name, known, "a cue", "unknown-cue")
    _answer_speakers(reading, data.get("answer"), (*route, "answer"))
    return Act(
        id=f"{thing}.{act_id}" if thing else act_id,
        do=do,
        route=route,
        data=data,
        thing=thing,
        at=data.get("at", ""),
        label=label,
        when=_condition(reading, data["when"], (*route, "when"), names) if "when" in data else True,
        decision="outcome" in data or "then" in data,
        then=_targets(reading, data["then"], (*route, "then"), names) if "then" in data else (),
        sets=tuple(_sets(reading, data.get("set", {}), (*route, "set"), names)),
        cues=tuple(data.get("cues", ())),
    )


def _sets(
    reading: _Reading, data: Mapping[str, Any], route: Route, names: Names
) -> Iterator[tuple[str, str, bool | int | str]]:
    for name, value in data.items():
        at = (*route, name)
        if name in names.flags:
            if isinstance(value, bool):
                yield name, "=", value
            else:
                reading.add(at, f'"{name}" is a flag: true or false', "wrong-type")
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
    reading: _Reading, name: str, value: Any, route: Route, limits: tuple[int, int]
) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, int) and not isinstance(value, bool):
        if limits[0] <= value <= limits[1]:
            yield name, "=", value
        else:
            message = f'"{name}" stays between {limits[0]} and {limits[1]}'
            reading.add(route, message, "out-of-range")
    elif isinstance(value, str) and value[0] in "+-":
        yield name, "+", int(value)
    else:
        reading.add(route, f'"{name}" is a number: 3, or "+1"', "wrong-type")


def _targets(reading: _Reading, data: Any, route: Route, names: Names) -> tuple[Target, ...]:
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
        when = _condition(reading, each["when"], (*at, "when"), names) if "when" in each else True
        targets.append(Target(when, each["to"]))
    return tuple(targets)


def _leads(reading: _Reading, name: str, route: Route, places: list[str]) -> None:
    if name in places:
        return
    hint = did_you_mean(name, places, 'write the scene, or list it under "endings"')
    what = "the act" if route[-1] == "then" else "the way on"
    message = f'{what} leads to "{name}", which does not exist'
    reading.add(route, message, "unknown-scene", hint)


def _condition(reading: _Reading, text: str, route: Route, names: Names) -> Condition:
    try:
        return conditions.parse(text, names)
    except ConditionError as error:
        reading.add(route, str(error), error.code, error.hint)
        return True


def _cues(
    reading: _Reading, channel: str, content: Mapping[str, Any], route: Route
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
            *people,
        ]
        for cue_id, cue in holder.get("cues", {}).items():
            where = (*at, "cues", cue_id)
            if cue_id in seen:
                message = f'two cues of this scene are called "{cue_id}"'
                reading.add(where, message, "duplicate-name", "rename one of the two")
            seen.add(cue_id)
            if "on" in cue:
                reading.known((*where, "on"), cue["on"], parts, "a part", "unknown-part")
            yield Cue(cue_id, cue["kind"], where, thing, cue.get("on", ""))


_SOMEONE = ("from", "caller", "sender", "author", "requester")
_SCRIPTS = ("lines", "chat", "history", "comments")


def _persons(reading: _Reading, channel: str, data: Any, route: Route) -> None:
    """Every person named in a channel's content is one of people."""
    people = reading.data.get("people", {})
    if isinstance(data, list):
        for n, each in enumerate(data):
            _persons(reading, channel, each, (*route, n))
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        at = (*route, key)
        if key in _SOMEONE and isinstance(value, str):
            way = "list them under people, or write {name: …, address: …}"
            reading.known(at, value, people, "a person", "unknown-person", way)
        elif key in ("members", "participants"):
            for n, name in enumerate(value):
                if name != "you":
                    reading.known((*at, n), name, people, "a person", "unknown-person")
        elif key in _SCRIPTS and isinstance(value, list):
            _speakers(reading, value, at)
        elif key != "acts":
            _persons(reading, channel, value, at)


def _answer_speakers(reading: _Reading, answer: Any, route: Route) -> None:
    if isinstance(answer, list):
        _speakers(reading, answer, route)


def _speakers(reading: _Reading, lines: list[dict[str, str]], route: Route) -> None:
    known = [*SPEAKERS, *reading.data.get("people", {})]
    for n, line in enumerate(lines):
        speaker = next(iter(line))
        at = (*route, n, speaker)
        if speaker not in known:
            hint = did_you_mean(speaker, known, 'list them under "people"')
            mark = reading.document.key(at)
            message = f'"{speaker}" speaks, but is not one of the people'
            reading.problems.append(Problem(mark, message, "unknown-person", hint))


def _looks(
    data: Mapping[str, Any],
    route: Route,
    channel: str,
    content: Mapping[str, Any],
    authored: list[Act],
    cues: list[Cue],
) -> list[Act]:
    """The looks that a channel gives without being asked: headers, links, cards, the directory."""
    wanted: list[tuple[str, str, str, str, tuple[str, ...]]] = []  # id, do, thing, at, cues' on
    for message_id, message in content.get("messages", {}).items():
        wanted.append((f"{message_id}.headers", "headers", message_id, "", ("headers", "reply-to")))
        wanted.append((f"{message_id}.sender", "sender", message_id, "", ("from",)))
        for part, do in [(link, "inspect") for link in message.get("links", {})] + [
            (attachment, "preview") for attachment in message.get("attachments", {})
        ]:
            wanted.append((f"{message_id}.{part}.{do}", do, message_id, part, (part,)))
    for link in (*content.get("links", {}), *content.get("page", {}).get("links", {})):
        wanted.append((f"{link}.inspect", "inspect", "", link, (link,)))
    if channel in ("chat", "sms", "video"):
        for person in _others(data, content):
            wanted.append((f"{person}.profile", "profile", "", person, (person,)))
    if any(cue.on == "url" for cue in cues):
        wanted.append(("address", "address", "", "", ("url",)))
    if "certificate" in content:
        wanted.append(("certificate", "certificate", "", "", ("certificate", "secure")))
    listed = any(person.get("listed") for person in data.get("people", {}).values())
    if listed and channel != "push":
        wanted.append(("directory", "directory", "", "", ()))
    taken = {(act.do, act.thing, act.at) for act in authored}
    return [
        Act(name, do, route, {}, thing, at, cues=_revealed(cues, thing, on))
        for name, do, thing, at, on in wanted
        if (do, thing, at) not in taken
    ]


def _revealed(cues: list[Cue], thing: str, on: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cue.id for cue in cues if cue.thing == thing and cue.on in on)


def _others(data: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    """The people in a conversation, in order, without the learner."""
    named = [
        *content.get("members", ()),
        *content.get("participants", ()),
        *(speaker for line in content.get("lines", ()) for speaker in line),
    ]
    people = data.get("people", {})
    return [name for name in dict.fromkeys(named) if name in people]

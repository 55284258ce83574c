"""The JSON that the player reads: a scenario with every text as safe HTML."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scormkit import diff, text, vocabulary
from scormkit.document import Route
from scormkit.problems import Problem
from scormkit.scenario import PEOPLE, SCRIPTS, SOMEONE, Act, Scenario, Scene, Target
from scormkit.text import Context

FORMAT = 1
_MARKDOWN = ("body", "preview", "picture")
_LEFT_OUT = ("acts", "cues")
_ADDRESSES = ("address", "number", "phone", "url")


@dataclass
class _Rendering:
    """One pass over a scenario in one language."""

    scenario: Scenario
    values: Mapping[str, str]
    pools: Mapping[str, Sequence[str]]
    media: Mapping[str, tuple[str, str]]
    blocks: frozenset[str] = frozenset()
    marked: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def context(self, links: Sequence[str] = (), cues: Sequence[str] = ()) -> Context:
        return Context(
            self.values,
            self.pools,
            self.media,
            links,
            cues,
            self.marked,
            shown=self.shown,
            blocks=self.blocks,
            rtl=vocabulary.direction(self.scenario.data["language"]) == "rtl",
        )

    def plain(self, value: str, route: Route) -> str:
        context = self.context()
        if route[-1] in _ADDRESSES:  # the player shows these from left to right itself
            context = replace(context, rtl=False)
        return self.told(text.plain(value, context), context, route)

    def markdown(self, value: str, route: Route, context: Context | None = None) -> str:
        context = replace(context or self.context(), complaints=[])
        return self.told(text.markdown(value, context), context, route)

    def told(self, rendered: str, context: Context, route: Route) -> str:
        for complaint in context.complaints:
            mark = self.scenario.document.mark(route)
            self.problems.append(Problem(mark, complaint.message, complaint.code, complaint.hint))
        return rendered


def render(
    scenario: Scenario, organisation: Mapping[str, str]
) -> tuple[dict[str, Any], set[str], list[Problem]]:
    """The bundle in one language, the ids of the media it shows, and what is wrong with its texts.

    `full` and `left`, which need every way through the story, are filled in by `completed`.
    """
    data = scenario.data
    you = data.get("you", {"name": ""})
    pools = {
        pool: tuple(next(iter(options.values())))
        for pool, options in data.get("variants", {}).items()
    }
    media = {
        name: (entry["file"].rsplit("/", 1)[-1], entry.get("alt", entry.get("transcript", "")))
        for name, entry in data.get("media", {}).items()
    }
    values = {**organisation, "you": you["name"]}
    rendering = _Rendering(scenario, values, pools, media, frozenset(_blocks(data)))
    language = data["language"]
    bundle = {
        "format": FORMAT,
        "scenario": scenario.slug,
        "version": data["version"],
        "language": language,
        "dir": vocabulary.direction(language),
        "title": rendering.plain(data["title"], ("title",)),
        "summary": rendering.plain(data["summary"], ("summary",)),
        "minutes": data["minutes"],
        "audience": data["audience"],
        "keywords": [html.escape(word, quote=False) for word in data.get("keywords", ())],
        **({"difficulty": data["difficulty"]} if "difficulty" in data else {}),
        "you": {key: rendering.plain(value, ("you", key)) for key, value in you.items()},
        "people": {
            name: _person(rendering, name, person)
            for name, person in data.get("people", {}).items()
        },
        "organisation": {
            key: html.escape(value, quote=False) for key, value in organisation.items()
        },
        "objectives": [_objective(rendering, *item) for item in data["objectives"].items()],
        "pass": {
            "score": data["pass"]["score"],
            "endings": data["pass"].get("endings", ["safe", "recovered"]),
        },
        "retry": {"limit": data.get("retry", {}).get("limit")},
        "variables": {name: _variable(value) for name, value in data.get("variables", {}).items()},
        "variants": {
            pool: {"options": [_option(rendering, pool, *item) for item in options.items()]}
            for pool, options in data.get("variants", {}).items()
        },
        "start": _routes(scenario.start),
        "scenes": {name: _scene(rendering, scene) for name, scene in scenario.scenes.items()},
        "endings": {
            name: {
                "kind": ending["kind"],
                "title": rendering.plain(ending["title"], ("endings", name, "title")),
                "text": rendering.markdown(ending["text"], ("endings", name, "text")),
            }
            for name, ending in data["endings"].items()
        },
    }
    words = vocabulary.used(vocabulary.words(language), bundle["scenes"])
    bundle["words"] = {key: html.escape(word, quote=False) for key, word in words.items()}
    _unmarked(rendering)
    return bundle, rendering.shown, rendering.problems


def completed(
    bundle: Mapping[str, Any],
    full: Mapping[str, int],
    left: Mapping[str, int],
    languages: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """The whole bundle, with its digests: `full` marks by objective, decisions `left` by scene."""
    scenes = {
        name: {**scene, "left": left.get(name, 0)} for name, scene in bundle["scenes"].items()
    }
    objectives = [
        {**objective, "full": full.get(objective["id"], 0)} for objective in bundle["objectives"]
    ]
    whole = {**bundle, "objectives": objectives, "scenes": scenes, "languages": dict(languages)}
    whole["rules"] = _digest(_rules(whole))[:8]
    return {**whole, "digest": _digest(whole)}


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, as UTF-8: what digests are taken of (RFC 8785's idea,
    for values without fractions)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def _rules(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """What decides how a path plays: a state saved under one such digest can be played on."""
    parts = ("id", "do", "on", "at", "when", "decision", "score", "set", "minutes", "times")
    more = ("closes", "then")
    scenes = {
        name: {
            "acts": [{k: act[k] for k in (*parts, *more) if k in act} for act in scene["acts"]],
            "next": scene.get("next"),
        }
        for name, scene in bundle["scenes"].items()
    }
    pools = {
        name: [option["id"] for option in pool["options"]]
        for name, pool in bundle["variants"].items()
    }
    objectives = [
        {key: value for key, value in objective.items() if key not in ("title", "criteria")}
        for objective in bundle["objectives"]
    ]
    endings = {name: ending["kind"] for name, ending in bundle["endings"].items()}
    kept = {key: bundle[key] for key in ("scenario", "pass", "variables", "start")}
    return {**kept, "scenes": scenes, "pools": pools, "objectives": objectives, "endings": endings}


def _blocks(data: Mapping[str, Any]) -> Iterator[str]:
    """The variants' fields that hold more than one line: they stand as paragraphs of their own."""
    for pool, options in data.get("variants", {}).items():
        for option in options.values():
            yield from (f"{pool}.{key}" for key, value in option.items() if "\n" in value.strip())


def _option(
    rendering: _Rendering, pool: str, name: str, fields: Mapping[str, str]
) -> dict[str, Any]:
    links, cues = _everything(rendering.scenario)
    rendered = {}
    for key, value in fields.items():
        context = rendering.context(links, cues)
        route: Route = ("variants", pool, name, key)
        make = text.markdown if f"{pool}.{key}" in rendering.blocks else text.inline
        rendered[key] = rendering.told(make(value, context), context, route)
    return {"id": name, "fields": rendered}


def _everything(scenario: Scenario) -> tuple[list[str], list[str]]:
    """Every link and cue of the scenario: a variant's text may stand anywhere."""
    links: list[str] = []
    for scene in scenario.scenes.values():
        holders = [scene.content, scene.content.get("page", {})]
        for holder in [*holders, *scene.content.get("messages", {}).values()]:
            links += holder.get("links", {})
    return links, [cue.id for scene in scenario.scenes.values() for cue in scene.cues]


def _unmarked(rendering: _Rendering) -> None:
    for scene in rendering.scenario.scenes.values():
        for cue in scene.cues:
            if not cue.on and cue.id not in rendering.marked:
                mark = rendering.scenario.document.key(cue.route)
                message = f'cue "{cue.id}" is marked in no text and has no "on"'
                hint = f"mark the words: [the words]{{{cue.id}}}, or name the part: on: from"
                rendering.problems.append(Problem(mark, message, "cue-not-placed", hint))


def _person(rendering: _Rendering, name: str, person: Mapping[str, Any]) -> dict[str, Any]:
    route: Route = ("people", name)
    return {
        key: rendering.plain(value, (*route, key)) if isinstance(value, str) else value
        for key, value in person.items()
    }


def _objective(rendering: _Rendering, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": name,
        "title": rendering.plain(data["title"], ("objectives", name, "title")),
        "weight": data.get("weight", 1),
        "must": data.get("must", False),
        "met": data.get("met", 50),
        "criteria": data["criteria"],
    }


def _variable(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"start": value}
    if "one-of" in value:
        return {"start": value["start"], "of": value["one-of"]}
    return dict(value)


def _routes(targets: Sequence[Target]) -> list[dict[str, Any]]:
    return [
        {"to": target.to} if target.when is True else {"when": target.when, "to": target.to}
        for target in targets
    ]


def _scene(rendering: _Rendering, scene: Scene) -> dict[str, Any]:
    route: Route = ("scenes", scene.id)
    where = (*route, scene.channel)
    own_links = (*scene.content.get("links", {}), *scene.content.get("page", {}).get("links", {}))
    context = rendering.context(own_links, [cue.id for cue in scene.cues if not cue.thing])
    built: dict[str, Any] = {
        "channel": scene.channel,
        "title": rendering.plain(scene.data["title"], (*route, "title")),
    }
    if "intro" in scene.data:
        intro = scene.data["intro"]
        built["intro"] = rendering.markdown(intro, (*route, "intro"), context)
    if "time" in scene.data:
        built["time"] = scene.data["time"]
    if "thread" in scene.content:
        built["thread"] = scene.content["thread"]
    built["content"] = {
        key: _content(rendering, scene, key, value, (*where, key), context)
        for key, value in scene.content.items()
        if key not in (*_LEFT_OUT, "thread")
    }
    built["cues"] = {cue.id: _cue(rendering, scene, cue.id) for cue in scene.cues}
    built["acts"] = [_act(rendering, scene, act, context) for act in scene.acts]
    if scene.next:
        built["next"] = _routes(scene.next)
    if scene.timer:
        built["timer"] = {"seconds": scene.timer[0], "act": scene.timer[1]}
    return built


def _cue(rendering: _Rendering, scene: Scene, name: str) -> dict[str, Any]:
    cue = next(cue for cue in scene.cues if cue.id == name)
    source: Any = rendering.scenario.data
    for step in cue.route:
        source = source[step]
    why = rendering.markdown(source["why"], (*cue.route, "why"))
    built = {"kind": cue.kind, "why": why, "thing": cue.thing, "on": cue.on, "line": cue.line}
    return {key: value for key, value in built.items() if value not in ("", None)}


def _content(
    rendering: _Rendering, scene: Scene, key: str, value: Any, route: Route, context: Context
) -> Any:
    """A part of a channel's content: texts to HTML, persons and scripts spelled out."""
    if key in SOMEONE:
        return _someone(rendering, value, route)
    if key in SCRIPTS and isinstance(value, list):
        return _script(rendering, value, route, context)
    if key == "messages":
        return {
            name: _message(rendering, scene, name, message, (*route, name))
            for name, message in value.items()
        }
    if key == "files":
        return {
            path: _change(rendering, file, (*route, path), context) for path, file in value.items()
        }
    if key in PEOPLE:
        return value  # ids: the cast stands once in the bundle
    if isinstance(value, str):
        is_markdown = key in _MARKDOWN or (key == "text" and scene.channel == "push")
        if is_markdown:
            return rendering.markdown(value, route, context)
        return rendering.plain(value, route)
    if isinstance(value, Mapping):
        return {
            name: _content(rendering, scene, name, child, (*route, name), context)
            for name, child in value.items()
            if name not in _LEFT_OUT
        }
    if isinstance(value, list):
        return [
            _content(rendering, scene, key, child, (*route, n), context)
            for n, child in enumerate(value)
        ]
    return value


def _message(
    rendering: _Rendering, scene: Scene, name: str, data: Mapping[str, Any], route: Route
) -> dict[str, Any]:
    cues = [cue.id for cue in scene.cues if cue.thing == name]
    context = rendering.context(tuple(data.get("links", {})), cues)
    return {
        key: _content(rendering, scene, key, value, (*route, key), context)
        for key, value in data.items()
        if key not in _LEFT_OUT
    }


def _change(
    rendering: _Rendering, file: Mapping[str, Any], route: Route, context: Context
) -> dict[str, Any]:
    """A changed file; a remark knows its line by number."""
    built: dict[str, Any] = {"diff": html.escape(file["diff"], quote=False).replace("{", "&#123;")}
    if "comments" in file:
        built["comments"] = _script(rendering, file["comments"], (*route, "comments"), context)
    if "remarks" in file:
        built["remarks"] = [
            {
                "line": diff.line_of(file["diff"], remark["line"]),
                "comments": _script(
                    rendering, remark["comments"], (*route, "remarks", n, "comments"), context
                ),
            }
            for n, remark in enumerate(file["remarks"])
        ]
    return built


def _someone(rendering: _Rendering, value: Any, route: Route) -> dict[str, Any]:
    if isinstance(value, str):
        person = rendering.scenario.data["people"][value]
        return {"id": value, **_person(rendering, value, person)}
    return {key: rendering.plain(part, (*route, key)) for key, part in value.items()}


def _script(
    rendering: _Rendering, lines: Sequence[Mapping[str, str]], route: Route, context: Context
) -> list[dict[str, str]]:
    return [
        {"who": who, "text": rendering.markdown(said, (*route, n, who), context)}
        for n, line in enumerate(lines)
        for who, said in line.items()
    ]


def _act(rendering: _Rendering, scene: Scene, act: Act, context: Context) -> dict[str, Any]:
    data, route = act.data, act.route
    built: dict[str, Any] = {"id": act.id, "do": act.do}
    if act.thing:
        built["on"] = act.thing
    if act.at:
        built["at"] = act.at
    if act.label:
        key = "say" if "say" in data else "label"
        built["label"] = rendering.plain(act.label, (*route, key))
    if act.when is not True:
        built["when"] = act.when
    built["decision"] = act.decision
    if act.decision:
        built["outcome"] = data.get("outcome", "neutral")
        if data.get("closes", not act.then):
            built["closes"] = True
    if "score" in data:
        built["score"] = data["score"]
    if act.sets:
        built["set"] = [list(each) for each in act.sets]
    if minutes := data.get("minutes", 0 if act.decision else 1):
        built["minutes"] = minutes
    if data.get("times", 1) > 1:
        built["times"] = data["times"]
    if act.then:
        built["then"] = _routes(act.then)
    if isinstance(data.get("answer"), list):
        built["answer"] = _script(rendering, data["answer"], (*route, "answer"), context)
    elif "answer" in data:
        answer = rendering.markdown(data["answer"], (*route, "answer"), context)
        built["answer"] = [{"who": "narrator", "text": answer}]
    if "feedback" in data:
        built["feedback"] = rendering.markdown(data["feedback"], (*route, "feedback"))
    if act.cues:
        built["cues"] = list(act.cues)
    return built

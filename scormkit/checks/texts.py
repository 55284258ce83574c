"""Every text of a scenario as a learner reads it: without markup, with its place and its part."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scormkit.document import Route
from scormkit.scenario import SCRIPTS, SOMEONE, Scenario, Scene

# The parts a text can play. Prose is whole sentences; labels are what stands on a screen beside it.
INTRO, BODY, SAID, LABEL, CHOICE, LOOK = "intro", "body", "said", "label", "choice", "look"
ANSWER, FEEDBACK, WHY, ENDING = "answer", "feedback", "why", "ending"
PROSE = (INTRO, BODY, SAID, CHOICE, ANSWER, FEEDBACK, WHY, ENDING)

_SENTENCES = ("body", "text")  # keys of a channel that hold Markdown
_HIDDEN = ("preview", "headers", "certificate")  # shown by a look alone
_UNREAD = ("acts", "cues", "thread", "kind", "url", "time", "to", "cc", "reply-to", "direction")
_UNREAD_LISTS = ("members", "participants")

_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_MARKED = re.compile(r"\[([^\[\]]*)\](?:\([^)\s]*\)|\{[a-z][a-z0-9-]*\})")
_SIGNS = re.compile(r"`[^`\n]*`|\*|^\s*(?:>\s*|[-+]\s+|\d{1,9}[.)]\s+)+", re.M)
_MAY_HAVE_SIGNS = re.compile(r"[`*\n]|\A\s*[->+\d]")
_PLACEHOLDER = re.compile(r"\{([a-z0-9_.-]+)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text: where it stands in the file, what it says, and where a learner meets it."""

    route: Route
    words: str
    part: str
    scene: str = ""
    thing: str = ""
    act: int = -1


def texts(scenario: Scenario, values: Mapping[str, str]) -> tuple[Text, ...]:
    """All of them, in the order of the file; `values` are the organisation's, as HTML."""
    return tuple(_Reader(scenario, values).all())


class _Reader:
    """Fills placeholders and takes the markup off; of a pool it reads the first option."""

    def __init__(self, scenario: Scenario, values: Mapping[str, str]) -> None:
        self.scenario = scenario
        self.values = {name: html.unescape(value) for name, value in values.items()}
        self.values["you"] = scenario.data.get("you", {}).get("name", "")
        for pool, options in scenario.data.get("variants", {}).items():
            for key, value in next(iter(options.values()), {}).items():
                self.values[f"{pool}.{key}"] = _PLACEHOLDER.sub(self._value, value)

    def all(self) -> Iterator[Text]:
        for scene in self.scenario.scenes.values():
            yield from self._scene(scene)
        for name, ending in self.scenario.data["endings"].items():
            for key in ("title", "text"):
                yield self._text(("endings", name, key), ending[key], ENDING)

    def plain(self, text: str) -> str:
        """A text as it is read."""
        if "[" in text:
            text = _IMAGE.sub("", text)
            while (less := _MARKED.sub(r"\1", text)) != text:
                text = less
        if "{" in text:
            text = _PLACEHOLDER.sub(self._value, text)
            while (less := _MARKED.sub(r"\1", text)) != text:  # of a variant's own text
                text = less
        if _MAY_HAVE_SIGNS.search(text):
            text = _SIGNS.sub("", text)
        return text.strip()

    def _value(self, found: re.Match[str]) -> str:
        return self.values.get(found[1], "")

    def _text(
        self, route: Route, text: str, part: str, scene: str = "", thing: str = "", act: int = -1
    ) -> Text:
        return Text(route, self.plain(text), part, scene, thing, act)

    def _scene(self, scene: Scene) -> Iterator[Text]:
        route: Route = ("scenes", scene.id)
        yield self._text((*route, "title"), scene.data["title"], LABEL, scene.id)
        if "intro" in scene.data:
            yield self._text((*route, "intro"), scene.data["intro"], INTRO, scene.id)
        yield from self._content(scene.content, (*route, scene.channel), scene.id, "", BODY)
        for cue in scene.cues:
            why = self._at(cue.route)["why"]
            yield self._text((*cue.route, "why"), why, WHY, scene.id, cue.thing)
        for index, act in enumerate(scene.acts):
            at = (scene.id, act.thing, index)
            if act.data and act.label:
                part = CHOICE if act.decision else LOOK
                key = "say" if "say" in act.data else "label"
                yield self._text((*act.route, key), act.label, part, *at)
            if "feedback" in act.data:
                yield self._text((*act.route, "feedback"), act.data["feedback"], FEEDBACK, *at)
            answer = act.data.get("answer", ())
            if isinstance(answer, str):
                yield self._text((*act.route, "answer"), answer, ANSWER, *at)
            else:
                yield from self._script(answer, (*act.route, "answer"), ANSWER, *at)

    def _content(
        self, content: Mapping[str, Any], route: Route, scene: str, thing: str, part: str
    ) -> Iterator[Text]:
        for key, value in content.items():
            at = (*route, key)
            if key in (*_UNREAD, *SOMEONE, *_UNREAD_LISTS, "caller", "shows"):
                continue
            kind = LOOK if key in _HIDDEN else part
            if key == "messages":
                for name, message in value.items():
                    yield from self._content(message, (*at, name), scene, name, BODY)
            elif key in SCRIPTS and isinstance(value, list):
                yield from self._script(value, at, SAID, scene, thing)
            elif isinstance(value, str):
                prose = key in _SENTENCES or kind == LOOK
                yield self._text(at, value, kind if prose else LABEL, scene, thing)
            elif isinstance(value, Mapping):
                yield from self._content(value, at, scene, thing, kind)
            elif isinstance(value, list):
                yield from self._cells(value, at, scene, thing)

    def _cells(self, cells: list[Any], route: Route, scene: str, thing: str) -> Iterator[Text]:
        for n, cell in enumerate(cells):
            if isinstance(cell, str):
                yield self._text((*route, n), cell, LABEL, scene, thing)
            elif isinstance(cell, list):
                yield from self._cells(cell, (*route, n), scene, thing)

    def _script(
        self,
        lines: Any,
        route: Route,
        part: str,
        scene: str,
        thing: str = "",
        act: int = -1,
    ) -> Iterator[Text]:
        for n, line in enumerate(lines):
            for who, said in line.items():
                yield self._text((*route, n, who), said, part, scene, thing, act)

    def _at(self, route: Route) -> Any:
        value: Any = self.scenario.data
        for step in route:
            value = value[step]
        return value

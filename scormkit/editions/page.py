"""The learner's page in a package: index.html and every file that it loads."""

from __future__ import annotations

import functools
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scormkit import resources
from scormkit.editions import statements
from scormkit.editions.edition import Bundle, Media
from scormkit.editions.markup import plain
from scormkit.template import Html, filled, joined

LAUNCH = "index.html"
START = "main.js"
STYLE = "style.css"  # what the first scene needs
LATER_STYLE = "later.css"
AFTERWARDS = ("after", "debrief", "details")
CHOOSER = "languages"  # the module that finds the learner's language, and the folder of the texts
# What the page says in the learner's language while the texts in it are on their way, or if they
# don't come: these few of each language stand in the page.
_MEANWHILE = ("title", "words.notice.wait", "words.notice.broken", "words.notice.reload")

_COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.S | re.M)
_SPARE = re.compile(r"\s*([{;,])\s*")  # no string of our styles holds one of these
_OPENS = re.compile(r"<(?=!|script)", re.I)  # what changes how a script is read (HTML 13.2.5.20)
_IMPORT = re.compile(r"""\b(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+\.js)["']""")


@dataclass(frozen=True)
class Parts:
    """The modules that main.js loads by name: for the first decision, the record in front, and
    for later."""

    first: tuple[str, ...]
    later: tuple[str, ...]


def page_files(
    bundle: Bundle, media: Media, record: str, settings: bytes | None = None
) -> dict[str, bytes]:
    """The page, its styles, the player's modules that it needs, among them the edition's record,
    the texts of each other language, and the scenario's media; with settings for statements, the
    modules that send them too."""
    shown = bundle
    if settings is not None:
        record, shown = statements.heard(record), statements.read(bundle)
    needed = parts(bundle, record)
    early = modules_of(needed.first)
    late = tuple(name for name in modules_of(needed.later) if name not in early)
    content = {
        LAUNCH: index(shown, needed, early),
        STYLE: style(("base", "parts"), early),
        LATER_STYLE: style((), late),
        **{name: resources.player(name) for name in (*early, *late)},
        **_hearing(early, settings),
        **{
            f"{CHOOSER}/{language}.js": texts(overlay)
            for language, overlay in bundle.get("languages", {}).items()
        },
    }
    if taken := content.keys() & media.keys():
        raise ValueError(f"media can't be called {min(taken)}: the player has a file of that name")
    return {**content, **media}


def _hearing(early: tuple[str, ...], settings: bytes | None) -> dict[str, bytes]:
    """What sends statements: fetched once a scene stands, and by no other module."""
    if settings is None:
        return {}
    names = (name for name in modules_of((statements.HEARING,)) if name not in early)
    return {**{name: resources.player(name) for name in names}, statements.SETTINGS: settings}


def parts(bundle: Bundle, record: str) -> Parts:
    """What is needed before the first decision, to find the language where there are several
    among it, and what only later scenes and the ending do."""
    scenes = bundle["scenes"]
    begin = [scenes[route["to"]] for route in bundle.get("start", ()) if route["to"] in scenes]
    every = {part for scene in scenes.values() for part in _scene_parts(scene)}
    first = {part for scene in begin for part in _scene_parts(scene)}
    first |= every & {"timer"}  # the start offers to switch timers off
    chooser = (CHOOSER,) if bundle.get("languages") else ()
    return Parts((record, *chooser, *sorted(first)), (*sorted(every - first), *AFTERWARDS))


def _scene_parts(scene: dict[str, Any]) -> set[str]:
    found = {f"channels/{scene['channel']}"}
    if scene.get("content", {}).get("links"):
        found.add("channels/links")
    page = f"channels/{scene.get('content', {}).get('page', {}).get('kind')}"
    if resources.has_player(f"{page}.js"):  # a kind of page that has a module of its own
        found.add(page)
    return found | ({"timer"} if "timer" in scene else set())


def index(bundle: Bundle, needed: Parts, early: tuple[str, ...]) -> bytes:
    """The page with the bundle inside it, as JSON that can't end its script element; of other
    languages it holds what is said until their texts are there."""
    preload = '  <link rel="modulepreload" href="{{ module }}">\n'
    page = filled(
        resources.player("index.html").decode(),
        bundle=_json({**bundle, "languages": _meanwhile(bundle)}),
        language=bundle["language"],
        dir=bundle.get("dir", "ltr"),
        title=plain(bundle["title"]),
        no_script=Html(bundle["words"]["notice.no-script"]),
        not_begun=Html(bundle["words"]["notice.not-begun"]),
        start=START,
        early=joined(filled(preload, module=name) for name in early if name != START),
        first=" ".join(needed.first),
        later=" ".join(needed.later),
    )
    return page.encode()


def texts(overlay: Mapping[str, Any]) -> bytes:
    """One language's texts as a module: a type that every LMS serves, and that any policy which
    lets the player run lets in; fetched by those alone who read it."""
    written = json.dumps(overlay, ensure_ascii=False, separators=(",", ":"))
    return f"export default {written};\n".encode()


def _meanwhile(bundle: Bundle) -> dict[str, Any]:
    return {
        language: {
            **overlay,
            "texts": {key: overlay["texts"][key] for key in _MEANWHILE if key in overlay["texts"]},
        }
        for language, overlay in bundle.get("languages", {}).items()
    }


@functools.cache
def style(always: tuple[str, ...], names: tuple[str, ...]) -> bytes:
    """One stylesheet of those of the modules that have one of their own name, without what only
    its writers need: comments, and spaces where none has to be."""
    named = [posixpath.splitext(posixpath.basename(name))[0] for name in names]
    sheets = dict.fromkeys(f"style/{name}.css" for name in (*always, *sorted(named)))
    rules = [resources.player(sheet).decode() for sheet in sheets if resources.has_player(sheet)]
    lines = (line.strip() for text in rules for line in _COMMENT.sub("", text).splitlines())
    said = "".join(f"{line}\n" for line in lines if line)
    said = _SPARE.sub(r"\1", said).replace(": ", ":").replace(";}", "}")
    return said.encode()


@functools.cache
def modules(record: str, channels: tuple[str, ...]) -> tuple[str, ...]:
    """The modules that a page with these channels can come to load."""
    return modules_of((record, *(f"channels/{channel}" for channel in channels), *AFTERWARDS))


@functools.cache
def modules_of(named: tuple[str, ...]) -> tuple[str, ...]:
    """The page's first module, those loaded by name, and all that they import, by import lines."""
    waiting = [START, *(f"{name}.js" for name in named)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            source = _COMMENT.sub("", resources.player(name).decode())
            folder = posixpath.dirname(name)
            waiting += (
                posixpath.normpath(posixpath.join(folder, target))
                for target in _IMPORT.findall(source)
            )
    return tuple(sorted(found))


def _json(bundle: Bundle) -> Html:
    text = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
    return Html(_OPENS.sub(r"\\u003c", text.replace("</", r"<\/")))

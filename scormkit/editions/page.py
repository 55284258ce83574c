"""The learner's page in a package: index.html and every file that it loads."""

from __future__ import annotations

import functools
import json
import posixpath
import re
from typing import TYPE_CHECKING

from scormkit import resources
from scormkit.editions.edition import Bundle, Media
from scormkit.editions.markup import plain

if TYPE_CHECKING:
    from jinja2 import Template

LAUNCH = "index.html"
STYLE = "style.css"

_COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.S | re.M)
_IMPORT = re.compile(r"""\b(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+\.js)["']""")


def page_files(bundle: Bundle, media: Media, start: str) -> dict[str, bytes]:
    """The page, its style, the player's modules that it needs, and the scenario's media."""
    channels = tuple(sorted({scene["channel"] for scene in bundle["scenes"].values()}))
    player = {name: resources.player(name) for name in modules(start, channels)}
    content = {LAUNCH: index(bundle, start), STYLE: style(start, channels), **player}
    if taken := content.keys() & media.keys():
        raise ValueError(f"media can't be called {min(taken)}: the player has a file of that name")
    return {**content, **media}


def index(bundle: Bundle, start: str) -> bytes:
    """The page with the bundle inside it, as JSON that can't end its script element."""
    page = _template().render(
        bundle_json=_json(bundle),
        language=bundle["language"],
        dir=bundle.get("dir", "ltr"),
        title=plain(bundle["title"]),
        start=start,
    )
    return page.encode()


@functools.cache
def style(start: str, channels: tuple[str, ...]) -> bytes:
    """One stylesheet: the base, then that of each module that has one of its own name."""
    named = [posixpath.splitext(posixpath.basename(m))[0] for m in modules(start, channels)]
    parts = dict.fromkeys(f"style/{name}.css" for name in ("base", "parts", *sorted(named)))
    return b"\n".join(resources.player(part) for part in parts if resources.has_player(part))


@functools.cache
def modules(start: str, channels: tuple[str, ...]) -> tuple[str, ...]:
    """The modules that the page can come to load, found by reading their import lines."""
    waiting = [start, *(f"channels/{channel}.js" for channel in channels)]
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


def _json(bundle: Bundle) -> object:
    from markupsafe import Markup

    text = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # late: a build with nothing to do needs none

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(resources.player("index.html.j2").decode())

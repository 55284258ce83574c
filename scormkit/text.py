"""Authored text to safe HTML: a Markdown subset, marked cues, placeholders filled."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scormkit.problems import did_you_mean, one_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SOUND = (".mp3", ".m4a")
_PLACEHOLDER = re.compile(r"\{([a-z0-9_.-]+)\}")
_CUE = re.compile(r"\[([^\[\]]+)\]\{([a-z][a-z0-9-]*)\}")
_PARAGRAPH = re.compile(r"<p>(\{[a-z0-9_.-]+\})</p>")
_TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")
_HTML_TAG = re.compile(r"(<[^>]*>)")
# Numbers of several parts, amounts and a chat's channel: in a text that runs from right to left
# their parts would change places (UAX 9: spaces and signs take the direction around them).
_LEFT_TO_RIGHT = re.compile(
    r"(?<![\w&;#.,])(?:#[A-Za-z][\w-]*|\+\d+(?:[ -]\d+)*|\d+(?: \d+){2,}|[$€£]\d+(?:[.,]\d+)*)"
)
_ISOLATED = "\u2066{}\u2069"
_CODE = re.compile(r"<code>.*?</code>", re.S)
_NO_LINK = re.compile(r"\]\([^)\n]*\)")  # a link that the renderer left as it was written
_BRACE = "\ue000"  # stands for \{ on its way through; private use, so no text holds it
_MARKED = re.compile(r"[*_`\[\]<>&\\\n!{]|\A(?:[-+]|\d{1,9}[.)])\s")


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a text; becomes a problem where the text stands."""

    message: str
    code: str
    hint: str = ""


@dataclass
class Context:
    """What a text may refer to, and what the texts so far did refer to."""

    values: Mapping[str, str]  # organisation values and {you}
    pools: Mapping[str, Sequence[str]]  # pool: its fields
    media: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # id: (file, text instead)
    links: Sequence[str] = ()
    cues: Sequence[str] = ()
    marked: set[str] = field(default_factory=set)  # cues that a text marks
    linked: set[str] = field(default_factory=set)  # links that a text reaches
    shown: set[str] = field(default_factory=set)  # media that a text shows
    blocks: frozenset[str] = frozenset()  # pool.field of variants that are paragraphs themselves
    complaints: list[Complaint] = field(default_factory=list)
    rtl: bool = False  # the language is written from right to left


def plain(text: str, context: Context) -> str:
    """A text without markup, as HTML."""
    filled = _filled(html.escape(text.strip().replace("\\{", _BRACE), quote=False), context)
    for name in _PLACEHOLDER.findall(filled):
        if name in context.blocks:
            hint = "give it a line of its own in a Markdown text"
            message = f'"{{{name}}}" holds several lines, and here is room for one'
            context.complaints.append(Complaint(message, "several-lines", hint))
    return filled


def markdown(text: str, context: Context) -> str:
    """A text with markup, as HTML of the allow-list: p strong em ul ol li code pre blockquote a
    img audio br span."""
    text = text.strip()
    if not _MARKED.search(text):
        return f"<p>{_kept_apart(text, context)}</p>"
    rendered = _renderer().render(text.replace("\\{", _BRACE), {"context": context}).strip()
    _tell_no_link(text, rendered, context)
    rendered = _PARAGRAPH.sub(
        lambda found: found[1] if found[1][1:-1] in context.blocks else found[0], rendered
    )
    return _filled(_CUE.sub(lambda found: _cue(found, context), rendered), context)


def inline(text: str, context: Context) -> str:
    """A text with markup but without paragraphs, as HTML."""
    source = text.strip().replace("\\{", _BRACE)
    rendered = _renderer().renderInline(source, {"context": context}).strip()
    _tell_no_link(text, rendered, context)
    return _filled(_CUE.sub(lambda found: _cue(found, context), rendered), context)


def _tell_no_link(text: str, rendered: str, context: Context) -> None:
    """What was meant as a link, and would stand before learners with all its brackets. Whoever
    wants those escapes the first of them."""
    found = _NO_LINK.search(_CODE.sub("", rendered))
    if found and "\\[" not in text:
        target = html.unescape(found[0][2:-1])
        message = f'"{target}" can\'t be the target of a link'
        hint = (
            r"a target is one word, the id of a link; where brackets are meant, write \[...](...)"
        )
        context.complaints.append(Complaint(message, "unknown-link", hint))


def _cue(found: re.Match[str], context: Context) -> str:
    words, cue = found.groups()
    if cue not in context.cues:
        hint = did_you_mean(cue, context.cues, 'list it under "cues" here')
        context.complaints.append(
            Complaint(f'the text marks a cue "{cue}" that is not listed', "unknown-cue", hint)
        )
    context.marked.add(cue)
    if not _balanced(words):
        message = f'the mark of cue "{cue}" begins in one piece of markup and ends in another'
        hint = f"mark the whole piece: [**words**]{{{cue}}}, inside of one paragraph"
        context.complaints.append(Complaint(message, "cue-not-placed", hint))
    return f'<span data-cue="{cue}">{words}</span>'


def _balanced(words: str) -> bool:
    """Whether every tag that the words open is closed in them, and the other way round."""
    opened: list[str] = []
    for closing, name in _TAG.findall(words):
        if closing and (not opened or opened.pop() != name):
            return False
        if not closing and name not in ("br", "img"):
            opened.append(name)
    return not opened


def _filled(text: str, context: Context) -> str:
    if "{" in text:
        text = _PLACEHOLDER.sub(lambda found: _value(found[1], context), text)
    return _kept_apart(text, context).replace(_BRACE, "&#123;")


def _kept_apart(text: str, context: Context) -> str:
    """HTML in which numbers and the like stay as they are in a language from right to left."""
    if not context.rtl:
        return text
    parts = _HTML_TAG.split(text)
    parts[::2] = (
        _LEFT_TO_RIGHT.sub(lambda found: _ISOLATED.format(found[0]), part) for part in parts[::2]
    )
    return "".join(parts)


def _value(name: str, context: Context) -> str:
    """The HTML for a placeholder; a variant's field stays, to be filled when it is drawn."""
    if name == "you" and name in context.values:  # the name may hold placeholders itself
        others = {key: value for key, value in context.values.items() if key != "you"}
        return plain(context.values[name], replace(context, values=others, rtl=False))
    if name in context.values:
        return html.escape(context.values[name], quote=False).replace("{", "&#123;")
    pool, _, part = name.partition(".")
    if pool in context.pools and part in context.pools[pool]:
        return f"{{{name}}}"
    known = [*context.values, *(f"{p}.{f}" for p, fields in context.pools.items() for f in fields)]
    default = f"known here: {one_of(known)}; a plain brace is \\{{"
    if context.values.keys() <= {"you"}:
        default = "write it into organisation.yaml beside the scenario; a plain brace is \\{"
    hint = did_you_mean(name, known, default)
    context.complaints.append(
        Complaint(f'"{{{name}}}" is no value that is known', "unknown-value", hint)
    )
    return ""


@lru_cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt  # late: a build without marked-up texts starts sooner

    md = MarkdownIt("zero", {"html": False, "breaks": True})
    # Every target is looked up and none is written out: one that is no link here is told, not left
    # standing as plain text. The library has this method replaced on the instance, which mypy
    # takes for a mistake.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.enable(["emphasis", "list", "backticks", "fence", "blockquote", "link", "image"])
    md.enable(["newline", "escape"])
    rules: dict[str, Callable[..., str]] = {
        "link_open": _link_open,
        "image": _image,
        "fence": _fence,
        "softbreak": _break,
        "hardbreak": _break,
    }
    for name, rule in rules.items():
        md.add_render_rule(name, rule)
    return md


def _link_open(
    renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Context]
) -> str:
    context = env["context"]
    target = str(tokens[at].attrGet("href") or "")
    if target not in context.links:
        default = 'list it under "links" with the url that a learner would see, and write its id'
        complaint = Complaint(
            f'the text links to "{target}", which is not a link here',
            "unknown-link",
            did_you_mean(target, context.links, default),
        )
        context.complaints.append(complaint)
    context.linked.add(target)
    return f'<a data-link="{html.escape(target)}" href="#">'


def _image(
    renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Context]
) -> str:
    context = env["context"]
    name = str(tokens[at].attrGet("src") or "")
    if name not in context.media:
        hint = did_you_mean(name, context.media, 'list it under "media"')
        context.complaints.append(
            Complaint(f'the text shows "{name}", which is not in media', "unknown-media", hint)
        )
        return ""
    context.shown.add(name)
    file, alternative = context.media[name]
    if file.endswith(SOUND):
        source = f'<audio controls preload="none" src="media/{html.escape(file)}"></audio>'
        return f"{source} <em>{html.escape(alternative, quote=False)}</em>"
    return f'<img src="media/{html.escape(file)}" alt="{_attribute(alternative, context)}">'


def _attribute(text: str, context: Context) -> str:
    """A text for inside of an attribute: values are filled in, a variant's HTML has no place."""

    def value(found: re.Match[str]) -> str:
        if found[1] in context.values:
            return context.values[found[1]]
        message = f'"{found[0]}" cannot stand in an alternative text'
        hint = "write the words, or one of the organisation's values"
        context.complaints.append(Complaint(message, "unknown-value", hint))
        return ""

    filled = _PLACEHOLDER.sub(value, text.replace("\\{", _BRACE))
    return html.escape(filled).replace("{", "&#123;").replace("[", "&#91;")


def _fence(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f"<pre><code>{html.escape(tokens[at].content, quote=False)}</code></pre>"


def _break(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return "<br>"

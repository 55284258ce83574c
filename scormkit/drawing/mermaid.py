"""The story as the text of a Mermaid flowchart, for wikis and merge requests that draw it."""

from __future__ import annotations

from scormkit import prose
from scormkit.drawing.story import START, Row, arrows, staying
from scormkit.play import Bundle

_SIGNS = {"right": "✓", "partial": "◐", "wrong": "✗", "neutral": "–", "next": "»", "start": ""}
_CLASSES = {
    "safe": "fill:#e3f3ea,stroke:#17693f,color:#181b22",
    "recovered": "fill:#fbefd6,stroke:#8a5a0b,color:#181b22",
    "breached": "fill:#fbe6e4,stroke:#b02f29,color:#181b22",
}
# In quotes Mermaid takes anything but these; #...; is its own way to write a character.
_ESCAPED = str.maketrans({c: f"#{ord(c)};" for c in '"#<>&`\\{}[]|'} | {"\n": " "})


def mermaid(bundle: Bundle) -> str:
    """A flowchart from top to bottom: scenes as boxes, endings round, acts on the arrows."""
    names = {START: "start"}
    names |= {name: f"s{n}" for n, name in enumerate(bundle["scenes"])}
    names |= {name: f"e{n}" for n, name in enumerate(bundle["endings"])}
    lines = ["flowchart TD", f"  accTitle: {_line(bundle['title'])}", '  start(["Start"])']
    for name, scene in bundle["scenes"].items():
        said = [f"<b>{_text(scene['title'])}</b>", f"{_escaped(name)}, {scene['channel']}"]
        stays = [scene["acts"][i] for acts in staying(scene).values() for i in acts]
        said += [f"{_SIGNS[act['outcome']]} {_escaped(act['id'])}" for act in stays]
        lines.append(f'  {names[name]}["{"<br/>".join(said)}"]')
    for name, ending in bundle["endings"].items():
        said = [f"<b>{_text(ending['title'])}</b>", f"{_escaped(name)}, {ending['kind']}"]
        lines.append(f'  {names[name]}(["{"<br/>".join(said)}"]):::{ending["kind"]}')
    for arrow in arrows(bundle):
        said = [text for row in arrow.rows if (text := _row(row))]
        label = f'|"{"<br/>".join(said)}"|' if said else ""
        lines.append(f"  {names[arrow.start]} -->{label} {names[arrow.end]}")
    lines += [f"  classDef {kind} {style}" for kind, style in _CLASSES.items()]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> str:
    told = [_escaped(part) for part in (f"{_SIGNS[row.sign]} {row.name}".strip(), *row.conditions)]
    return ", ".join(part for part in told if part)


def _text(html: str) -> str:
    return _escaped(prose.line(html))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _line(html: str) -> str:
    """A title outside of quotes, where a semicolon or a hash would end it."""
    return prose.line(html).translate({ord(c): " " for c in "#;{}\n"})

"""Every problem code explained: what it means, a way out, why it matters, and an example."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scormkit import document, resources
from scormkit.problems import ERROR, WARNING, did_you_mean

_WARNING = "warning: "
GROUPS = ("scenario", "package")  # what authors write; what `inspect` reads


class UnknownCodeError(Exception):
    """No problem has this code; the message suggests the nearest."""


@dataclass(frozen=True)
class Code:
    """One code; `wrong` and `mended` are an example, as somebody would write it."""

    name: str
    group: str
    severity: str
    what: str
    out: str
    why: str
    wrong: str
    mended: str


@cache
def codes() -> Mapping[str, Code]:
    """All of them by name, in the order of the file."""
    data = document.parse(resources.text("codes.yaml").encode(), "codes.yaml").data
    return {
        name: _code(name, group, entry) for group in GROUPS for name, entry in data[group].items()
    }


def _code(name: str, group: str, entry: Mapping[str, str]) -> Code:
    what = entry["what"]
    severity = WARNING if what.startswith(_WARNING) else ERROR
    parts = (entry[key] for key in ("out", "why", "wrong", "mended"))
    return Code(name, group, severity, what.removeprefix(_WARNING), *parts)


def explained(name: str, width: int = 88) -> str:
    """A code for reading in a terminal; raises UnknownCodeError."""
    name = name.strip().strip("[]")
    if name not in codes():
        hint = did_you_mean(name, codes(), "the compiler's README lists them all")
        raise UnknownCodeError(f'no problem has the code "{name}"; {hint}')
    code = codes()[name]
    paragraphs = [
        f"{code.name}: {code.severity}",
        _sentence(code.what),
        code.why,
        f"Wrong:\n{textwrap.indent(code.wrong, '    ')}",
        f"Mended:\n{textwrap.indent(code.mended, '    ')}",
        f"Way out: {code.out}.",
    ]
    return "\n\n".join(
        text if "\n" in text else textwrap.fill(text, width, break_on_hyphens=False)
        for text in paragraphs
    )


def markdown(code: Code) -> str:
    """A code as Markdown, for whatever shows a report."""
    example = f"Wrong:\n\n```yaml\n{code.wrong}\n```\n\nMended:\n\n```yaml\n{code.mended}\n```"
    return f"{_sentence(code.what)} {code.why}\n\n{example}\n\nWay out: {code.out}."


def table(group: str) -> str:
    """The table of a group as it stands in the compiler's README."""
    rows = ["| code | what is wrong | way out |", "|---|---|---|"]
    for code in codes().values():
        if code.group == group:
            what = f"{_WARNING if code.severity == WARNING else ''}{code.what}"
            rows.append(f"| `{code.name}` | {what} | {code.out} |")
    return "\n".join(rows)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

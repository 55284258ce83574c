"""What the files of a package do, read without running them, held against its standard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from scormkit.inspection.addresses import Files, folder
from scormkit.inspection.container import Container
from scormkit.inspection.data_model import IN_12, IN_2004, general
from scormkit.inspection.file_kinds import extension
from scormkit.inspection.findings import Refused, error, quoted, shown, warning
from scormkit.inspection.pages import page_findings
from scormkit.inspection.scripts import script_findings
from scormkit.inspection.standards import Standard
from scormkit.inspection.styles import style_findings
from scormkit.inspection.texts import Seen, Text
from scormkit.problems import Mark, Problem

LARGEST_TEXT = 8 << 20
MOST_TEXT = 96 << 20
MOST_IN_A_FILE, MOST_IN_ALL = 500, 5000  # more is not read by anybody
_PAGES = ("html", "htm", "xhtml")
_SCRIPTS = ("js", "mjs", "cjs")
_TEXTS = (*_PAGES, *_SCRIPTS, "css", "json", "xml", "svg", "txt")
_PLACEHOLDER = re.compile(
    r"\{\{\s?([A-Z][A-Z0-9_]{2,60})\s?\}\}|(?<![%\w])%%([A-Z][A-Z0-9_]{2,60})%%"
)
_CHARSET = re.compile(r"""(?i)<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""")

Sightings = Mapping[str, Mapping[str, Mark]]  # kind, value: where it was first seen


def read_content(
    zipped: Container, launched: Iterable[str], manifests: Iterable[str]
) -> tuple[list[Problem], dict[str, dict[str, Mark]]]:
    """What is wrong in single files, and what was seen in all of them together.

    Every file is unpacked once, so that a damaged one is found; the manifests were already.
    """
    files, starts = Files(zipped.files), frozenset(launched)
    names = sorted(zipped.files.keys() - set(manifests), key=lambda n: (n not in starts, n))
    problems: list[Problem] = []
    sightings: dict[str, dict[str, Mark]] = defaultdict(dict)
    budget = MOST_TEXT
    for name in names:
        size = zipped.files[name].size
        readable = extension(name) in _TEXTS or name in starts
        if readable and (size > LARGEST_TEXT or size > budget):
            message = f"it is too large to be searched ({size} bytes)"
            problems.append(warning(Mark(shown(name)), message, "not-searched"))
            readable = False
        try:
            if not readable:
                zipped.verify(name)
                continue
            budget -= size
            found = _file_findings(name, zipped.read(name), files, name in starts)
            before = len(problems)
            for seen in found:
                if isinstance(seen, Problem):
                    problems.append(seen)
                elif len(sightings[seen.kind]) < MOST_IN_A_FILE:
                    sightings[seen.kind].setdefault(seen.value, seen.mark)
                if len(problems) >= min(before + MOST_IN_A_FILE, MOST_IN_ALL):
                    message = "so much is wrong that the rest of it was not searched"
                    problems.append(warning(Mark(shown(name)), message, "not-searched"))
                    break
        except Refused as refused:
            problems.append(refused.problem)
    return problems, sightings


def _file_findings(name: str, data: bytes, files: Files, launched: bool) -> Iterator[Seen]:
    kind = extension(name)
    text = Text(name, data.decode("utf-8", "replace"))
    if "\ufffd" in text.text and kind in (*_PAGES, *_SCRIPTS, "css", "json"):
        yield from _encoding(text, data, kind)
    yield from placeholders(text)
    if kind in _PAGES or (launched and kind not in (*_SCRIPTS, "css")):
        yield from page_findings(text, files, launched)
    elif kind in _SCRIPTS:
        yield from script_findings(text)
    elif kind == "css":
        yield from style_findings(text, files, folder(name))


def placeholders(text: Text) -> Iterator[Problem]:
    """What a template was to put in and did not."""
    if "{{" not in text.text and "%%" not in text.text:
        return
    for found in _PLACEHOLDER.finditer(text.text):
        message = f"the placeholder {quoted(found[0])} was never filled in"
        hint = "the tool that built this package left a template as it was; build it again"
        yield error(text.mark(found.start()), message, "placeholder", hint)


def _encoding(text: Text, data: bytes, kind: str) -> Iterator[Problem]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        told = _CHARSET.search(text.text[:2000]) if kind in _PAGES else None
        if told and told[1].lower() != "utf-8":
            return
        mark = text.mark(len(data[: wrong.start].decode("utf-8", "replace")))
        message = f"the byte 0x{data[wrong.start]:02x} is not UTF-8, and nothing says what else"
        yield warning(mark, message, "text-encoding", "save the file as UTF-8")


def runtime_problems(seen: Sightings, standard: Standard, mark: Mark) -> Iterator[Problem]:
    """What a SCO says to the LMS, held against its edition's API and data model (RTE 3)."""
    apis, calls = seen.get("api", {}), seen.get("call", {})
    old_calls = {name: at for name, at in calls.items() if name.startswith("LMS")}
    if not apis and not old_calls:
        message = f"nothing in the content looks for the LMS's {standard.api}: it reports nothing"
        hint = "the LMS will never hear that somebody finished"
        yield error(mark, message, "no-api", hint)
        return
    has_2004 = "API_1484_11" in apis
    if standard.is_2004 and not has_2004:
        at = min([*old_calls.values(), *apis.values()])
        message = f"the content talks to SCORM 1.2's API; {standard.title} has API_1484_11"
        yield error(at, message, "api-mismatch", "it reports nothing in this edition")
    elif not standard.is_2004 and not old_calls and "API" not in apis:
        message = "the content talks to SCORM 2004's API; SCORM 1.2 has API"
        yield error(apis["API_1484_11"], message, "api-mismatch")
    yield from _elements(seen.get("element", {}), standard)
    ends = ("LMSFinish", "Terminate")
    if not any(end in calls for end in ends):
        message = f"the content never calls {ends[standard.is_2004]}"
        yield warning(mark, message, "no-finish", "some LMSs then keep nothing of the session")
    if not any(general(name) == "cmi.suspend_data" for name in seen.get("element", {})):
        message = "the content never writes cmi.suspend_data: who leaves begins anew"
        yield warning(mark, message, "no-resume", "keep the state there, within 4096 characters")
    yield from _leaving(seen.get("leaving", {}))


def _elements(written: Mapping[str, Mark], standard: Standard) -> Iterator[Problem]:
    """Element names of the other edition, or of none; a wrapper that has both is fine."""
    names = {name: general(name) for name in written}
    ours, theirs = (IN_2004, IN_12) if standard.is_2004 else (IN_12, IN_2004)
    foreign = [n for n, g in names.items() if g in theirs - ours]
    if foreign and not any(g in ours - theirs for g in names.values()):
        first = min(foreign, key=lambda name: written[name])
        message = f"{quoted(first)} is not in the data model of {standard.title}"
        hint = "every such call fails there, and what it reports is lost"
        yield error(written[first], message, "model-mismatch", hint)
    for name, plain in names.items():
        if plain not in IN_12 | IN_2004:
            message = f"no edition of SCORM has the element {quoted(name)}"
            yield warning(written[name], message, "model-unknown", "the LMS refuses the call")


def _leaving(ways: Mapping[str, Mark]) -> Iterator[Problem]:
    if "unload" in ways:
        others = ways.keys() - {"unload"}
        message = "it waits for unload, which browsers and some LMSs no longer send"
        if not others:
            message = "it finishes on unload alone, which browsers and some LMSs no longer send"
        hint = "commit at each step, finish on an exit button, pagehide as the net"
        yield warning(ways["unload"], message, "unload", hint)

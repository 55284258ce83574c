"""What the judges of a statement's parts share: the problems found so far, and the plain types."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from lrs.errors import Problem
from lrs.xapi import formats

# Where something stands: the place of what holds it, and its key or index there; None is the
# whole that is judged. Cheap to pass down; it becomes a path only if something is wrong.
Where = tuple["Where", "str | int"] | None

# The clauses of the two versions (1.0.3: part Data; 2.0.0: IEEE 9274.1.1).
CLAUSES = {
    "formatting": ("Data 2.2", "4.2.1"),
    "voiding": ("Data 2.3.2", "4.2.2"),
    "statement": ("Data 2.4", "4.2.2"),
    "id": ("Data 2.4.1", "4.2.4.2"),
    "actor": ("Data 2.4.2", "4.2.2.1"),
    "agent": ("Data 2.4.2.1", "4.2.2.1"),
    "group": ("Data 2.4.2.2", "4.2.2.1"),
    "identifier": ("Data 2.4.2.3", "4.2.2.1"),
    "account": ("Data 2.4.2.4", "4.2.2.1"),
    "verb": ("Data 2.4.3", "4.2.2.2"),
    "object": ("Data 2.4.4", "4.2.2.3"),
    "activity": ("Data 2.4.4.1", "4.2.2.3"),
    "agent object": ("Data 2.4.4.2", "4.2.2.3"),
    "statement object": ("Data 2.4.4.3", "4.2.2.3"),
    "result": ("Data 2.4.5", "4.2.2.4"),
    "score": ("Data 2.4.5.1", "4.2.2.4"),
    "context": ("Data 2.4.6", "4.2.2.5"),
    "contextActivities": ("Data 2.4.6.2", "4.2.2.5"),
    "timestamp": ("Data 2.4.7", "4.2.4.2"),
    "stored": ("Data 2.4.8", "4.2.4.2"),
    "authority": ("Data 2.4.9", "4.2.4.2"),
    "version": ("Data 2.4.10", "4.2.4.3"),
    "attachments": ("Data 2.4.11", "4.2.2.6"),
    "extensions": ("Data 4.1", "4.2.7"),
    "language": ("Data 4.2", "4.2.7"),
    "iri": ("Data 4.3", "4.2.7"),
    "uuid": ("Data 4.4", "4.2.7"),
    "instant": ("Data 4.5", "4.2.7"),
    "duration": ("Data 4.6", "4.2.7"),
}


# Problems of one value, and about as many of a request; whoever sent that many needs no more to
# begin with.
MOST = 100


class Judgement:
    """The problems of one value, found under the rules of one version."""

    __slots__ = ("at", "problems", "second")

    def __init__(self, version: str, at: str) -> None:
        self.second = not version.startswith("1.")
        self.at = at
        self.problems: list[Problem] = []

    def says(self, where: Where, message: str, code: str, clause: str) -> None:
        """One more problem, unless there are many already."""
        if len(self.problems) >= MOST:
            return
        at = path(self.at, where)
        self.problems.append(Problem(at, message, code, CLAUSES[clause][self.second]))


def path(at: str, where: Where) -> str:
    """Where something stands, as a path: $[1].actor.mbox."""
    steps: list[str] = []
    while where is not None:
        where, key = where
        if isinstance(key, int):
            steps.append(f"[{key}]")
        elif re.fullmatch(r"[A-Za-z_][\w-]*", key, re.ASCII):
            steps.append(f".{key}")
        else:
            steps.append(f"[{shown(key)}]")
    return at + "".join(reversed(steps))


def shown(value: object) -> str:
    """A value as it was written, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(text)} characters)"


def wrong_type(value: object, expected: str, where: Where, j: Judgement, clause: str) -> None:
    """A value of another type than expected ("a string"); null is a problem of its own."""
    if value is None:
        message = f"null, where {expected} is expected; leave the key out instead"
        j.says(where, message, "null", "formatting")
    else:
        code = "not-" + expected.replace(" ", "-")
        j.says(where, f"{shown(value)} is not {expected}", code, clause)


def wrong_kind(kind: object, expected: str, where: Where, j: Judgement, clause: str) -> None:
    """An objectType other than expected, of what stands at this place."""
    place = (where, "objectType")
    if isinstance(kind, str):
        message = f"objectType is {shown(kind)}; expected {expected}"
        j.says(place, message, "bad-object-type", clause)
    else:
        wrong_type(kind, "a string", place, j, clause)


def keys(
    found: dict[str, object],
    allowed: frozenset[str],
    of: str,
    where: Where,
    j: Judgement,
    clause: str,
) -> None:
    """No key but those that the standard names, in its case. Called when one is met."""
    for key in found:
        if len(j.problems) >= MOST:
            return  # a near key takes long to find
        if key not in allowed:
            j.says(
                (where, key),
                f"{shown(key)} is not a key of {of}{meant(key, allowed)}",
                "unknown-key",
                clause,
            )


def meant(word: str, known: Iterable[str]) -> str:
    """The way out for a misspelt word, if one is near."""
    by_case = {name.lower(): name for name in known}
    near = get_close_matches(word[:50].lower(), by_case, n=1, cutoff=0.75)
    return f'; did you mean "{by_case[near[0]]}"?' if near else ""


def missing(key: str, of: str, where: Where, j: Judgement, clause: str) -> None:
    j.says(where, f'{of} needs "{key}"', "missing", clause)


def text(value: object, where: Where, j: Judgement, clause: str) -> None:
    """A string."""
    if not isinstance(value, str):
        wrong_type(value, "a string", where, j, clause)


def truth(value: object, where: Where, j: Judgement, clause: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        wrong_type(value, "a boolean", where, j, clause)


def iri(value: object, where: Where, j: Judgement, clause: str) -> None:
    """An IRI."""
    if not isinstance(value, str):
        wrong_type(value, "an IRI", where, j, clause)
    elif not formats.is_iri(value):
        j.says(where, f"{shown(value)} {formats.why_no_iri(value)}", "bad-iri", "iri")


def uuid(value: object, where: Where, j: Judgement, clause: str) -> None:
    """A UUID."""
    if not isinstance(value, str):
        wrong_type(value, "a UUID", where, j, clause)
    elif not formats.is_uuid(value):
        j.says(
            where,
            f"{shown(value)} is not a UUID; write it like 6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
            "bad-uuid",
            "uuid",
        )


def timestamp(value: object, where: Where, j: Judgement, clause: str) -> None:
    """An instant."""
    if not isinstance(value, str):
        wrong_type(value, "a timestamp", where, j, clause)
    elif not formats.is_timestamp(value, j.second):
        message = f"{shown(value)} is not a timestamp; write it like 2026-03-31T08:15:00.000Z"
        j.says(where, message, "bad-timestamp", "instant")


def language(value: object, where: Where, j: Judgement, clause: str) -> None:
    """A language tag."""
    if not isinstance(value, str):
        wrong_type(value, "a language tag", where, j, clause)
    elif not formats.is_language_tag(value):
        _bad_tag(value, where, j)


def _bad_tag(tag: str, where: Where, j: Judgement) -> None:
    better = tag.replace("_", "-")
    hint = f'; did you mean "{better}"?' if formats.is_language_tag(better) else ""
    j.says(
        where, f"{shown(tag)} is not a language tag (RFC 5646){hint}", "bad-language", "language"
    )


def language_map(value: object, where: Where, j: Judgement, clause: str) -> None:
    """Texts by their language tags; one at least."""
    if not isinstance(value, dict):
        wrong_type(value, "a language map", where, j, clause)
        return
    if not value:
        message = 'this language map is empty; leave it out, or write one such as {"en": "text"}'
        j.says(where, message, "empty-language-map", "language")
    for tag, words in value.items():
        if not formats.is_language_tag(tag):
            _bad_tag(tag, (where, tag), j)
        if not isinstance(words, str):
            wrong_type(words, "a string", (where, tag), j, "language")


def extensions(value: object, where: Where, j: Judgement, clause: str) -> None:
    """Anything, under keys that are IRIs."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, clause)
        return
    for key in value:
        if not formats.is_iri(key):
            message = f"the extension key {shown(key)} {formats.why_no_iri(key)}"
            j.says((where, key), message, "bad-iri", "extensions")


Check = Callable[[object, Where, Judgement, str], None]


def parts(
    found: dict[str, object], checks: Mapping[str, Check], where: Where, j: Judgement, clause: str
) -> None:
    """Each part of an object by the check for its key; keys without one are left to others."""
    for key, value in found.items():
        check = checks.get(key)
        if check is not None:
            check(value, (where, key), j, clause)

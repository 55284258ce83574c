"""Which exercise a course of an LMS is, by the course's id or title."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from lrs.received.records import compact
from scormkit import schema
from scormkit.document import Document
from scormkit.problems import Problem, did_you_mean, has_errors, one_of

LEFT_OUT = ""  # what a course that is no exercise stands for


@dataclass(frozen=True)
class Courses:
    """The names of courses, each in its plain form, with the exercise; and whether all others may
    be left out. `written` are the names as they were written, for suggestions."""

    exercises: Mapping[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    others: bool = False

    def exercise(self, ident: str, title: str) -> str | None:
        """The slug of a course; LEFT_OUT for one that is none of ours; None for one that nobody
        has told of. What is told of its id goes before what is told of its title."""
        for name in (ident, title):
            found = self.exercises.get(plain(name)) if name else None
            if found is not None:
                return found
        return LEFT_OUT if self.others else None

    def digest(self) -> str:
        """What it says, as a hash: the same file with another map is another import."""
        told = [sorted(self.exercises.items()), self.others]
        return sha256(compact(told).encode()).hexdigest()


def plain(name: str) -> str:
    """A name without what exports do to it: case, blanks, escapes of HTML, " written as '."""
    if "&" in name:
        name = html.unescape(name)
    return " ".join(name.replace('"', "'").casefold().split())


def built(titles: Mapping[str, Collection[str]]) -> Courses:
    """The courses that are called as the exercises themselves: by slug, or by a title that only
    one of them has."""
    found: dict[str, set[str]] = {}
    for slug, names in titles.items():
        for name in (slug, *names):
            found.setdefault(plain(name), set()).add(slug)
    named = {name: next(iter(slugs)) for name, slugs in found.items() if len(slugs) == 1}
    written = (name for slug, names in titles.items() for name in (slug, *names))
    return Courses(named, tuple(dict.fromkeys(written)))


def mapped(document: Document, known: Courses, exercises: Collection[str]) -> Courses | None:
    """The courses of a map, which goes before what was known without it; None for a map that has
    errors, which `problems` tells."""
    if has_errors(problems(document, exercises)):
        return None
    names = dict(document.data.get("courses", {}))
    out = document.data.get("leave-out", [])
    names |= {} if out == "others" else dict.fromkeys(out, LEFT_OUT)
    told = {plain(name): slug for name, slug in names.items()}
    written = tuple(dict.fromkeys((*names, *known.written)))
    return Courses({**known.exercises, **told}, written, out == "others")


def problems(document: Document, exercises: Collection[str]) -> list[Problem]:
    """What is wrong with a map. Its exercises must be among those given, unless none are."""
    found = [*document.problems, *schema.violations(document, "courses")]
    return (
        found if has_errors(found) else [*found, *_unknown(document, exercises), *_twice(document)]
    )


def _unknown(document: Document, exercises: Collection[str]) -> Iterator[Problem]:
    for name, slug in document.data.get("courses", {}).items():
        if exercises and slug not in exercises:
            hint = did_you_mean(slug, exercises, f"known are {one_of(sorted(exercises))}")
            message = f'"{slug}" is no exercise that is known'
            yield Problem(document.mark(("courses", name)), message, "unknown-exercise", hint)


def _twice(document: Document) -> Iterator[Problem]:
    """Names that are one to us, with different meanings."""
    seen: dict[str, tuple[str, str]] = {}
    out = document.data.get("leave-out", [])
    named = [
        (name, slug, ("courses", name)) for name, slug in document.data.get("courses", {}).items()
    ]
    if out != "others":
        named += [(name, LEFT_OUT, ("leave-out", n)) for n, name in enumerate(out)]
    for name, slug, route in named:
        there = seen.setdefault(plain(name), (name, slug))
        if there[1] != slug:
            what = f'"{there[1]}"' if there[1] else "left out"
            message = f'"{name}" is the same course as "{there[0]}", which is {what}'
            hint = "keep one of the two"
            yield Problem(document.key(route), message, "course-twice", hint)

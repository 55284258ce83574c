"""Fairness to every learner: alternatives for pictures and sound, nothing given away by length."""

from __future__ import annotations

from collections.abc import Iterator

from scormkit.checks.subject import Subject
from scormkit.problems import Problem
from scormkit.text import SOUND

LARGEST_MEDIUM = 2_000_000  # bytes; learners on phones load it
_TELLING = 1.6  # a right answer longer than every other by this factor, time after time


def alternatives(subject: Subject) -> Iterator[Problem]:
    """Every picture has a text in its place, every recording a transcript (WCAG 1.1.1, 1.2.1)."""
    for name, entry in subject.scenario.data.get("media", {}).items():
        route = ("media", name)
        path = subject.folder / entry["file"]
        if not path.resolve().is_relative_to(subject.folder.resolve()):
            message = f'"{entry["file"]}" leaves the scenario\'s folder'
            yield subject.error((*route, "file"), message, "outside", "move the file into it")
        elif not path.is_file():
            message = f'there is no file "{entry["file"]}"'
            hint = f"it is looked for beside the scenario, in {subject.folder}"
            yield subject.error((*route, "file"), message, "no-file", hint)
        elif path.stat().st_size > LARGEST_MEDIUM:
            size = f"{path.stat().st_size / 1e6:.1f} MB"
            message = (
                f'"{entry["file"]}" is {size}; a medium may have {LARGEST_MEDIUM / 1e6:.0f} MB'
            )
            yield subject.error((*route, "file"), message, "too-large", "make it smaller")
        if entry["file"].endswith(SOUND):
            if "transcript" not in entry:
                message = f'recording "{name}" has no transcript'
                yield subject.error(route, message, "no-alternative", 'add "transcript:"')
        elif "alt" not in entry and not entry.get("decorative"):
            message = f'picture "{name}" has no alternative text'
            hint = 'add "alt:", what it shows, or "decorative: true" where it carries no meaning'
            yield subject.error(route, message, "no-alternative", hint)


def lengths(subject: Subject) -> Iterator[Problem]:
    """The right answer is not the longest every time."""
    telling = chances = 0
    for scene in subject.bundle["scenes"].values():
        said = [act for act in scene["acts"] if act["do"] == "say" and act["decision"]]
        right = [len(act["label"]) for act in said if act.get("outcome") == "right"]
        other = [len(act["label"]) for act in said if act.get("outcome") != "right"]
        if right and other:
            chances += 1
            telling += min(right) > _TELLING * max(other)
    if chances >= 3 and telling * 3 >= chances * 2:
        message = f"in {telling} of {chances} scenes the right answer is by far the longest"
        hint = "shorten some right answers, or let some wrong ones explain themselves"
        yield subject.warning(("scenes",), message, "length-gives-away", hint)

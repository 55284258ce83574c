"""How a package fits one LMS: its edition, its size, and which of its problems are fatal there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scormkit.inspection.courses import Course
from scormkit.inspection.file_kinds import extension
from scormkit.inspection.findings import error, warning
from scormkit.problems import ERROR, Mark, Problem
from scormkit.profiles import Profile


def fit(
    profile: Profile, courses: Sequence[Course], size: int, mark: Mark, problems: Iterable[Problem]
) -> tuple[Problem, ...]:
    """Everything that is known to stand between this package and this LMS."""
    found = [_sharpened(problem, profile) for problem in problems]
    return (*_editions(profile, courses, size, mark), *(p for p in found if p is not None))


def sharpened(problem: Problem, profile: Profile) -> Problem:
    """The problem as this LMS makes of it: the same, or an error that says what happens there."""
    return _sharpened(problem, profile) or problem


def _sharpened(problem: Problem, profile: Profile) -> Problem | None:
    how = profile.breaks.get(problem.code)
    if problem.code == "server-file" and extension(problem.mark.file) in profile.refuses_files:
        how = "it refuses the whole zip"
    if how is None:
        return None
    message = f"{problem.message}; {profile.title}: {how}"
    return replace(problem, message=message, severity=ERROR)


def _editions(
    profile: Profile, courses: Sequence[Course], size: int, mark: Mark
) -> Iterator[Problem]:
    if not courses:
        return
    if not any(course.standard in profile.takes for course in courses):
        course = courses[0]
        known = profile.takes_not.get(course.standard)
        if known:
            message = f"this is {course.standard_title}; {profile.title}: {known}"
            yield warning(mark, message, "lms-edition", "build the edition that it takes")
        else:
            message = f"it is not known whether {profile.title} takes {course.standard_title}"
            yield warning(mark, message, "lms-edition", "try it there before you rely on it")
    for course in courses:
        most = profile.largest.get(course.standard, 0)
        if 0 < most < size:
            message = f"the zip has {size} bytes; {profile.title} takes at most {most}"
            yield error(mark, message, "lms-size")

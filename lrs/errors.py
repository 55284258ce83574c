"""What a caller of the store did wrong, or what the store can't do now; one shape for all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple, Self


class Problem(NamedTuple):
    """One thing wrong with what was sent: where (a path such as $[1].actor.mbox, a header or a
    parameter), what, a stable slug, and the clause of the standard that asks for it."""

    at: str
    message: str
    code: str
    requirement: str = ""


def in_words(problems: Sequence[Problem], statements: int = 1) -> str:
    """The first of several problems as a sentence; of a list of so many statements, it says which
    it is about: statement 2 of 3: actor.mbox: ..."""
    at, message, *_ = problems[0]
    which = re.match(r"\$\[(\d+)\]\.?", at)
    words = [at[which.end() :] if which else at.removeprefix("$").removeprefix("."), message]
    if which:
        words.insert(0, f"statement {int(which[1]) + 1} of {statements}")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return ": ".join(filter(None, words)) + more


class LrsError(Exception):
    """Answered with its status; carries every problem that was found."""

    status = 500
    retry_after = 0  # seconds; 0: the same request will not do later

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    @classmethod
    def of(cls, at: str, message: str, code: str, requirement: str = "") -> Self:
        """The error of a single problem."""
        problem = Problem(at, message, code, requirement)
        return cls(in_words([problem]), [problem])

    def as_json(self) -> dict[str, object]:
        """The answer's body."""
        rows = [
            {name: value for name, value in problem._asdict().items() if value}
            for problem in self.problems
        ]
        return {"error": self.message, "problems": rows}


class BadRequest(LrsError):
    """What was sent is not what the standard allows."""

    status = 400


class Unauthorized(LrsError):
    """Nobody we know, or no longer."""

    status = 401


class Forbidden(LrsError):
    """Known, but not allowed to do this."""

    status = 403


class NotFound(LrsError):
    """Nothing is there under this name."""

    status = 404


class Conflict(LrsError):
    """Something else is there already."""

    status = 409


class PreconditionFailed(LrsError):
    """What is there is not what the caller thinks (xAPI 1.0.3 Communication 3.1)."""

    status = 412


class TooLarge(LrsError):
    """More than this store takes at once."""

    status = 413


class UnsupportedMediaType(LrsError):
    """In a coding that this store can't undo (RFC 9110, 15.5.16)."""

    status = 415


class TooManyRequests(LrsError):
    """More often than this credential may."""

    status = 429

    @classmethod
    def after(cls, seconds: float, message: str) -> Self:
        """The error of one who may ask again in so many seconds."""
        made = cls(message)
        made.retry_after = max(1, ceil(seconds))
        return made


class Unavailable(LrsError):
    """The store can't write or read at this moment; the same request will do later."""

    status = 503
    retry_after = 5  # seconds

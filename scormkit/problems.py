"""A problem in authored input: where it is, what is wrong, what to do; and the one printer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

ERROR = "error"
WARNING = "warning"


class Mark(NamedTuple):
    """One position in a file; line and column count from 1, 0 where none is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(place)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the input; `code` is a stable slug that the README explains."""

    mark: Mark
    message: str
    code: str
    hint: str = ""
    severity: str = ERROR

    def __str__(self) -> str:
        line = f"{self.mark}: {self.severity}: {self.message} [{self.code}]"
        return f"{line}\n  {self.hint}" if self.hint else line


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error."""
    return any(problem.severity == ERROR for problem in problems)


def did_you_mean(written: str, names: Iterable[str], default: str = "") -> str:
    """A suggestion of the nearest name, or else the default."""
    import difflib  # late: most builds have nothing to suggest

    near = difflib.get_close_matches(written, list(names), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else default


def one_of(names: Iterable[str], most: int = 12) -> str:
    """The names as a readable list, cut where it grows too long."""
    listed = list(names)
    if len(listed) > most:
        return ", ".join(listed[:most]) + f" and {len(listed) - most} more"
    return ", ".join(listed[:-1]) + " or " + listed[-1] if len(listed) > 1 else "".join(listed)


def report(problems: Sequence[Problem], outcome: str = "") -> str:
    """The problems by place, then a line that counts them, closed by what came of it."""
    lines = [str(problem) for problem in sorted(problems)]
    counts = [count(problems, ERROR), count(problems, WARNING)]
    summary = ", ".join(c for c in counts if c) or "no problems"
    return "\n".join([*lines, f"{summary}; {outcome}" if outcome else summary])


def count(problems: Iterable[Problem], severity: str) -> str:
    """For example "2 errors", or nothing where there are none."""
    n = sum(problem.severity == severity for problem in problems)
    return "" if n == 0 else f"{n} {severity}" + ("" if n == 1 else "s")


def as_json(problems: Iterable[Problem]) -> str:
    """The same list for programs: file, line, column, severity, code, message, hint."""
    rows = [{**p.mark._asdict(), **asdict(p)} for p in sorted(problems)]
    for row in rows:
        del row["mark"]
    return json.dumps(rows, ensure_ascii=False, indent=2)

"""The rows of an export to completion facts, with every problem at its row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from lrs import instants, mapped
from lrs.feeds import shapes
from lrs.feeds.courses import LEFT_OUT, Courses
from lrs.feeds.facts import DONE, STATES, CompletionFact
from lrs.instants import Clock, Local, Moment
from lrs.mapped import Told
from lrs.mapping import Field, Profile
from lrs.tabular import Grid
from scormkit.problems import ERROR, WARNING, Mark, Problem, did_you_mean, has_errors

FIELDS = (
    Field("login", "the name with which the person signs in to the LMS"),
    Field("mail", "the person's mail address"),
    Field("hr", "the person's HR number"),
    Field("course", "the course's id"),
    Field("title", "the course's title"),
    Field("state", "how far the person has come", needed=True, options=STATES),
    Field("at", "when that was", "moment"),
    Field("zone", "the time zone of the date"),
    Field("score", "points, of 100 unless it says of how many"),
    Field("attempt", "which attempt it was"),
    Field("by", "who set the state by hand"),
)
MOST = 20  # problems of one kind that are told; then their number


class LeftOut(NamedTuple):
    """Rows that say nothing for the register, and why; the first of them."""

    row: int
    code: str
    message: str
    rows: int


@dataclass(frozen=True)
class Export:
    """What an export says."""

    facts: tuple[CompletionFact, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()


def read(grid: Grid, profile: Profile, clock: Clock, courses: Courses, as_of: date) -> Export:
    """The facts of an export that was made on a day. The profile says what its columns mean, the
    clock in which zone its dates are, and the courses which exercise each course is."""
    shaped = shapes.by_hand(shapes.one_course_each(grid, profile))
    if has_errors(shaped.problems):
        return Export(problems=shaped.problems)
    judge = _Judge(grid.name, clock, courses, as_of)
    rows = mapped.rows(_of_ours(shaped, judge), shaped.profile, FIELDS)
    if not has_errors(rows.problems) and not _identified(shaped):
        return Export(problems=(*rows.problems, _nobody_named(shaped)))
    for problem in (*shaped.problems, *rows.problems):
        judge.say(problem.mark.line, problem)
    for told in rows.rows:
        judge.judge(told)
    problems = judge.problems()
    if not judge.facts and not has_errors(problems):
        message = "no row of this file says anything of an exercise"
        hint = "is it the right report, and the right course map?"
        problems.append(Problem(Mark(grid.name), message, "no-facts", hint, WARNING))
    return Export(tuple(judge.facts), tuple(judge.out()), tuple(problems))


def _of_ours(shaped: shapes.Shaped, judge: _Judge) -> Grid:
    """The grid without the rows of courses that are left out: what those say in their other
    columns is nobody's business, and no problem."""
    grid, profile = shaped.grid, shaped.profile
    at = mapped.detect(grid, profile)
    if at is None:
        return grid
    columns = [_column(shaped, at, name) for name in ("course", "title")]
    kept = []
    for row in grid.rows[at + 1 :]:
        ident, title = (row.cells[n] if 0 <= n < len(row.cells) else "" for n in columns)
        if judge.leave_out(row.number, ident, title):
            continue
        kept.append(row)
    return replace(grid, rows=(*grid.rows[: at + 1], *kept))


def _column(shaped: shapes.Shaped, at: int, name: str) -> int:
    """Where a field stands; -1 for one that has no column."""
    wanted = {mapped.same(each) for each in shaped.profile.columns.get(name, ())}
    header = shaped.grid.rows[at].cells
    return next((n for n, cell in enumerate(header) if mapped.same(cell) in wanted), -1)


_WHO = ("login", "mail", "hr")


def _identified(shaped: shapes.Shaped) -> bool:
    """Whether the header has a column that tells who somebody is."""
    at = mapped.detect(shaped.grid, shaped.profile) or 0
    return any(_column(shaped, at, name) >= 0 for name in _WHO)


def _nobody_named(shaped: shapes.Shaped) -> Problem:
    wanted = [each for name in _WHO for each in shaped.profile.columns.get(name, ())]
    message = "no column tells who anybody is; nobody is ever known by a name alone"
    hint = f"add one to the report: {', '.join(wanted[:6])}"
    return Problem(Mark(shaped.grid.name, shaped.grid.rows[0].number), message, "no-person", hint)


@dataclass
class _Judge:
    """Gathers facts, what is left out, and problems, each kind once with the number of its rows."""

    file: str
    clock: Clock
    courses: Courses
    as_of: date
    facts: list[CompletionFact] = field(default_factory=list)
    _out: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _said: dict[Problem, list[int]] = field(default_factory=lambda: defaultdict(list))
    _slugs: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _clocks: dict[str, Clock | None] = field(default_factory=dict)
    _wrong: int = -1  # the last row with an error

    def say(self, row: int, problem: Problem) -> None:
        """Note a problem of a row; the same in another row is counted."""
        plain = Problem(Mark(self.file), *_rest(problem))
        self._said[plain].append(row)

    def error(self, row: int, message: str, code: str, hint: str = "") -> None:
        """Note what can't be taken."""
        self._said[Problem(Mark(self.file), message, code, hint, ERROR)].append(row)
        self._wrong = row

    def warn(self, row: int, message: str, code: str, hint: str = "") -> None:
        """Note what is taken, and should be looked at."""
        self._said[Problem(Mark(self.file), message, code, hint, WARNING)].append(row)

    def judge(self, told: Told) -> None:
        """One row."""
        row, values = told.number, told.values
        if not any(name in values for name in ("course", "title", "state", "at")):
            self._out["no-data", "the row says nothing of a course"].append(row)
            return
        slug = self.exercise(row, values)
        who = self.who(row, values)
        state: Any = values.get("state")
        if state is None:
            hint = 'if that means something, write it into the profile: state: {"": not-started}'
            self.error(row, "the row has no state", "no-state", hint)
        when = self.when(told)
        score, attempt = self.score(row, values), self.attempt(row, values)
        if slug is None or who is None or state is None or self._wrong == row:
            return
        if when is None and state in DONE:
            hint = f"that it was before the end of {self.as_of} is all that is known of it"
            self.warn(row, f"the row says {state} and not when", "no-day", hint)
        title: Any = values.get("title") or values.get("course") or ""
        by: Any = values.get("by", "")
        self.facts.append(CompletionFact(row, slug, state, *who, title, when, score, attempt, by))

    def leave_out(self, row: int, ident: str, title: str) -> bool:
        """Whether a row is of a course that is left out; if so it is counted."""
        if self.slug(ident, title) != LEFT_OUT or not (ident or title):
            return False
        self._out["other-course", f'"{title or ident}" is no exercise'].append(row)
        return True

    def slug(self, ident: str, title: str) -> str | None:
        """The exercise that a course is."""
        if (ident, title) not in self._slugs:
            self._slugs[ident, title] = self.courses.exercise(ident, title)
        return self._slugs[ident, title]

    def exercise(self, row: int, values: Mapping[str, Any]) -> str | None:
        """The row's exercise; None, and a problem, where nobody has told which one it is."""
        named = values.get("course", ""), values.get("title", "")
        slug = self.slug(*named)
        if not slug:
            name = named[1] or named[0]
            if not name:
                self.error(row, "the row names no course", "no-course")
                return None
            ways = f'write it into a course map: courses: {{"{name}": EXERCISE}}, or leave-out'
            hint = did_you_mean(name, self.courses.written, ways)
            message = f'nothing tells which exercise the course "{name}" is'
            self.error(row, message, "unknown-course", hint)
        return slug or None

    def who(self, row: int, values: Mapping[str, Any]) -> tuple[str, str, str] | None:
        """Login, mail and HR number; None, and a problem, where there is none of them."""
        login, mail, hr = (values.get(name, "") for name in _WHO)
        for name in (login, hr):
            if _MANGLED.fullmatch(name):
                hint = "export it as text, or as CSV straight from the LMS"
                self.warn(row, f'"{name}" was made a number by a workbook', "mangled-id", hint)
        if mail and not _MAIL.fullmatch(mail):
            self.error(row, f'"{mail}" is no mail address', "bad-mail", "like ana@corp.example")
            return None
        if not (login or mail or hr):
            hint = "each row needs a login, a mail address or an HR number"
            self.error(row, "the row doesn't tell who it is about", "no-person", hint)
            return None
        return login, mail, hr

    def when(self, told: Told) -> Moment | None:
        """When it was, as far as that is sure."""
        said: Any = told.values.get("at")
        if said is None:
            return None
        clock = self.row_s_clock(told)
        if clock is None:
            return None
        original, row = told.written["at"], told.number
        when, doubt = instants.moment(said, original, clock)
        if doubt:
            self.doubt(row, said, when, doubt)
        if instants.is_serial(original):
            hint = f'"{original}" is {said.time:%Y-%m-%d}; format the column as a date to be sure'
            self.warn(row, "dates are numbers of days, as a workbook counts them", "serial", hint)
        if instants.day_of(when) > self.as_of:
            message = f'"{original}" is {said.time:%d %B %Y}, after the day of the export'
            hint = f"which is {self.as_of}; are day and month the right way round? --as-of tells it"
            self.error(row, message, "after-export", hint)
        return when

    def row_s_clock(self, told: Told) -> Clock | None:
        """The clock of the zone that a row tells, else of the one that was declared."""
        name: Any = told.values.get("zone")
        if name is None:
            return self.clock
        if name not in self._clocks:
            self._clocks[name] = instants.clock(name)
        found = self._clocks[name]
        if found is None:
            hint = f'write what it is into the profile: values: zone: {{"{name}": Europe/Berlin}}'
            self.error(told.number, f'"{name}" is no time zone', "unknown-zone", hint)
        return found

    def doubt(self, row: int, said: Local, when: Moment, doubt: str) -> None:
        """Say why only the day of an instant is kept."""
        clock = f"{said.time:%H:%M} on {said.time:%d %B %Y}, which clocks in {when.zone}"
        if doubt == "twice":
            hint = "the hour came twice that night; only the day is kept"
            self.warn(row, f"{clock} showed twice", "time-twice", hint)
        else:
            hint = "only the day is kept; is the zone right in which the file was written?"
            self.warn(row, f"{clock} never showed", "time-never", hint)

    def score(self, row: int, values: Mapping[str, Any]) -> float | None:
        """Points of 100."""
        text = values.get("score")
        if text is None:
            return None
        found = _SCORE.fullmatch(text)
        points = _number(found[1]) if found else -1.0
        of = _number(found[2]) if found and found[2] else 100.0
        score = round(points * 100 / of, 4) if of else -1.0
        if not 0 <= score <= 100:
            hint = "from 0 to 100, or like 17/20"
            self.error(row, f'"{text}" is no score', "bad-score", hint)
            return None
        return int(score) if score.is_integer() else score

    def attempt(self, row: int, values: Mapping[str, Any]) -> int | None:
        """The number of the attempt."""
        text = values.get("attempt")
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 10):
            self.error(row, f'"{text}" is no number of an attempt', "bad-attempt", "1, 2, 3 ...")
            return None
        return int(text)

    def out(self) -> Iterable[LeftOut]:
        """What is left out, by the first row of each kind."""
        return sorted(
            LeftOut(rows[0], code, message, len(rows))
            for (code, message), rows in self._out.items()
        )

    def problems(self) -> list[Problem]:
        """The problems: each at its first row, with the number of rows; the first of each kind."""
        kinds: dict[tuple[str, str], list[Problem]] = defaultdict(list)
        for problem, rows in self._said.items():
            more = f" (and in {len(rows) - 1:,} more rows)" if len(rows) > 2 else ""
            more = f" (and in row {rows[1]})" if len(rows) == 2 else more
            at = Mark(self.file, rows[0])
            message, *rest = _rest(problem)
            told = Problem(at, f"{message}{more}", *rest)
            kinds[problem.severity, problem.code].append(told)
        return [each for some in kinds.values() for each in _first(some)]


_MAIL = re.compile(r"[^@\s|]+@[^@\s|]+")
_MANGLED = re.compile(r"\d[.,]\d+E\+\d+", re.I)
_SCORE = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)\s*(?:%|/\s*(\d{1,9}(?:[.,]\d{1,9})?))?", re.A)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _rest(problem: Problem) -> tuple[str, str, str, str]:
    return problem.message, problem.code, problem.hint, problem.severity


def _first(problems: Sequence[Problem]) -> list[Problem]:
    """The first of a kind, and how many more there are."""
    some = sorted(problems)[:MOST]
    if len(problems) > MOST:
        last = some[-1]
        message = f"{last.message}; and {len(problems) - MOST:,} more problems of this kind"
        some[-1] = Problem(last.mark, message, last.code, last.hint, last.severity)
    return some

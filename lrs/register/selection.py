"""Which rows somebody wants to see: by role, kind, criterion and verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lrs.people.facts import KINDS
from lrs.people.identities import Identities
from lrs.register.rows import Row, held
from lrs.register.sheet import Answer, Exercise, assigned, roles_of, slug
from lrs.register.verdicts import VERDICTS
from scormkit.problems import did_you_mean, one_of


@dataclass(frozen=True)
class Selection:
    """What is asked of rows; None and nothing ask for nothing."""

    role: str | None = None
    kind: str | None = None
    criterion: str | None = None
    verdicts: tuple[str, ...] = ()

    def options(self) -> Iterator[tuple[str, str]]:
        """The options of the command that ask for the same."""
        for name, value in (("role", self.role), ("kind", self.kind)):
            if value is not None:
                yield f"--{name}", value
        if self.criterion is not None:
            yield "--criterion", self.criterion
        yield from (("--verdict", each) for each in self.verdicts)


def chosen(
    answer: Answer,
    wanted: Selection,
    exercises: Mapping[str, Exercise],
) -> tuple[Row, ...]:
    """The rows that are wanted, in their order. Roles and kinds are those of the day of
    assignment."""
    if wanted == Selection():
        return tuple(answer.rows)
    slugs = {
        name
        for name, each in exercises.items()
        if wanted.criterion and _names(wanted.criterion, each.criteria)
    }
    return tuple(row for row in answer.rows if _is_wanted(row, answer, wanted, slugs))


def _is_wanted(row: Row, answer: Answer, wanted: Selection, slugs: Collection[str]) -> bool:
    if wanted.verdicts and (row.verdict is None or row.verdict.name not in wanted.verdicts):
        return False
    if wanted.criterion and (row.obligation is None or slug(row.obligation.exercise) not in slugs):
        return False
    if wanted.role is not None and wanted.role not in roles_of(row, answer.question):
        return False
    day = assigned(row, answer.question)
    return wanted.kind is None or held(row.person, day)[1] == wanted.kind


def _names(written: str, criteria: Iterable[str]) -> bool:
    """Whether criteria such as "SOC2 CC1.4" have one that is written so, or CC1.4 alone."""
    return any(written in (each, each.rpartition(" ")[2]) for each in criteria)


def roles(people: Identities) -> frozenset[str]:
    """All that anybody ever had."""
    return frozenset(name for each in people.people.values() for name, _ in each.roles)


def unknown(roles: Collection[str], wanted: Selection, exercises: Mapping[str, Exercise]) -> str:
    """What is wrong with what is asked for, with the nearest that there is; or nothing."""
    criteria = {name for each in exercises.values() for name in each.criteria}
    if wanted.criterion and not _names(wanted.criterion, criteria):
        short = {each.rpartition(" ")[2] for each in criteria}
        return _not_there("criterion", wanted.criterion, {*criteria, *short}, sorted(criteria))
    if wanted.role is not None and wanted.role not in roles:
        return _not_there("role", wanted.role, roles, sorted(roles))
    return ""


def unknown_word(what: str, written: str) -> str:
    """The same of a kind or a verdict, of which all are known beforehand."""
    there = VERDICTS if what == "verdict" else KINDS
    return "" if written in there else _not_there(what, written, there, there)


def _not_there(what: str, written: str, near: Iterable[str], there: Collection[str]) -> str:
    listed = f"there are {one_of(there)}" if there else "none is known"
    return f'"{written}" is no {what}; {did_you_mean(written, near) or listed}'

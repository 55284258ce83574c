"""Which clause of the standard a refusal names, in the version that was spoken.

What refuses a request names the clause of 1.0.3, since much of it is judged before anybody knows
the version or the resource; the same is found here in 2.0.0 (IEEE 9274.1.1). What is wrong inside a
statement names its clause by itself (judging.py)."""

from __future__ import annotations

from copy import copy

from lrs.errors import LrsError

PARAMETERS = "parameters"  # wherever those of the resource are listed that was asked

_IN_NEW = {
    "Communication 1.3": "4.1.5",  # there is no alternate syntax: its parameter is an unknown one
    "Communication 1.4": "4.1.2",
    "Communication 1.5": "4.1.3",
    "Communication 1.5.2": "4.1.3",
    "Communication 2.1.1": "4.1.6.1",
    "Communication 2.1.3": "4.1.6.1",
    "Communication 2.2": PARAMETERS,  # each kind of documents has its own merging
    "Communication 3.1": "4.1.4",
    "Communication 3.2": "4.1.5",
    "Communication 3.3": "4.1.7",
    "Data 2.4.1": "4.1.6.1",  # an id twice in a request
    "Data 2.6": "4.2.6",
}
_RESOURCES = {
    "/xapi/statements": ("Communication 2.1.3", "4.1.6.1"),
    "/xapi/activities/state": ("Communication 2.3", "4.1.6.2"),
    "/xapi/agents": ("Communication 2.4", "4.1.6.3"),
    "/xapi/activities": ("Communication 2.5", "4.1.6.4"),
    "/xapi/agents/profile": ("Communication 2.6", "4.1.6.5"),
    "/xapi/activities/profile": ("Communication 2.7", "4.1.6.6"),
    "/xapi/about": ("Communication 2.8", "4.1.6.7"),
}


def named(error: LrsError, second: bool, route: str, puts: bool = False) -> LrsError:
    """The same refusal with the clauses of 1.0.3 or, of the second version, 2.0.0, for the rule
    that the address met; `puts` says that the method is PUT. The error itself stays as it is: who
    waited together may have got the same one, in other versions."""
    told = copy(error)
    told.problems = tuple(
        each._replace(requirement=_clause(each.requirement, second, route, puts))
        for each in error.problems
    )
    return told


def _clause(said: str, second: bool, route: str, puts: bool) -> str:
    if second:
        said = _IN_NEW.get(said, said)
    if said != PARAMETERS:
        return said
    clause = _RESOURCES.get(route, ("Communication 2.1.3", "4.1.6.1"))[second]
    return "Communication 2.1.1" if puts and clause == "Communication 2.1.3" else clause

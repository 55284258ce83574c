"""What a whole scenario can still get wrong, once every name in it leads somewhere."""

from collections.abc import Callable, Iterator

from scormkit.checks import fairness, graph, playthroughs, teaching
from scormkit.checks.subject import Subject
from scormkit.problems import Problem

CHECKS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    graph.unreachable,
    graph.dead_ends,
    graph.size_of_state,
    graph.bound,
    teaching.objectives,
    teaching.passing,
    teaching.must_do,
    teaching.decisions,
    fairness.alternatives,
    fairness.lengths,
    playthroughs.tests,
)

"""What a whole scenario can still get wrong, once every name in it leads somewhere."""

from collections.abc import Callable, Iterator

from scormkit.checks import (
    attacks,
    graph,
    logic,
    media,
    playthroughs,
    reading,
    teaching,
    variants,
)
from scormkit.checks.subject import Subject
from scormkit.problems import Problem

CHECKS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    graph.unreachable,
    graph.dead_ends,
    graph.size_of_state,
    graph.bound,
    logic.dead,
    logic.variables,
    teaching.objectives,
    teaching.together,
    teaching.passing,
    teaching.must_do,
    teaching.decisions,
    attacks.needed,
    attacks.difficulty,
    attacks.honest,
    attacks.places,
    attacks.offers,
    attacks.lengths,
    variants.drawn,
    variants.even,
    media.files,
    media.alternatives,
    reading.minutes,
    reading.level,
    reading.repeats,
    playthroughs.tests,
)

"""What the checks look at: the scenario as written, its bundle, and the ways through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scormkit import play
from scormkit.document import Route
from scormkit.paths import Paths
from scormkit.problems import ERROR, WARNING, Problem
from scormkit.scenario import Act, Scenario


@dataclass(frozen=True)
class Subject:
    """One scenario under check; `folder` is where its media lie."""

    scenario: Scenario
    bundle: dict[str, Any]
    paths: Paths
    folder: Path

    def error(self, route: Route, message: str, code: str, hint: str = "") -> Problem:
        """An error at the key that leads to the route."""
        return Problem(self.scenario.document.key(route), message, code, hint, ERROR)

    def warning(self, route: Route, message: str, code: str, hint: str = "") -> Problem:
        """A warning at the key that leads to the route."""
        return Problem(self.scenario.document.key(route), message, code, hint, WARNING)

    def act(self, scene: str, index: int) -> Act:
        """The act as written."""
        return self.scenario.scenes[scene].acts[index]

    def way(self, node: int) -> str:
        """The shortest path to a node, in the author's words."""
        state = self.paths.nodes[node].state
        if not state.path:
            return "the start"
        names = []
        at = play.start(self.bundle, state.seed, state.missed)
        for index in state.path:
            names.append(self.bundle["scenes"][at.scene]["acts"][index]["id"])
            at = play.take(self.bundle, at, index)
        return ", ".join(names)

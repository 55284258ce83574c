"""What the checks look at: the scenario as written, its bundle, and the ways through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scormkit import play
from scormkit.checks.texts import Text, texts
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

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text that a learner can read, without markup."""
        return texts(self.scenario, self.bundle["organisation"])

    def meets(self, scene: str, later: str) -> bool:
        """Whether a play that has been in a scene can come to another one afterwards, or back."""
        return bool(self._later.get(scene, 0) >> self._numbers[later] & 1)

    def both(self, first: tuple[str, int], then: tuple[str, int]) -> bool:
        """Whether one play can take an act and another one afterwards, by scene and index; -1
        stands for the scene itself, and a look for the scene that it is in."""
        if first[0] != then[0] and not self.meets(first[0], then[0]):
            return False
        nodes = self.paths.nodes
        taken = first if self._leads(first) else (first[0], -1)
        wanted = then if self._leads(then) else (then[0], -1)
        waiting: set[int] = set()
        for number, node in enumerate(nodes):
            if node.state.scene == taken[0] and node.state.ending is None:
                if taken[1] < 0:
                    waiting.add(number)
                waiting |= {edge.to for edge in node.edges if edge.taken[0] == taken[1]}
        seen = set(waiting)
        while waiting:
            node = nodes[waiting.pop()]
            here = node.state.scene == wanted[0] and node.state.ending is None
            if here and (wanted[1] < 0 or any(e.taken[0] == wanted[1] for e in node.edges)):
                return True
            ahead = {edge.to for edge in node.edges} - seen
            waiting |= ahead
            seen |= ahead
        return False

    def _leads(self, act: tuple[str, int]) -> bool:
        return act[1] >= 0 and self.act(*act).decision

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.bundle["scenes"])}

    @cached_property
    def _later(self) -> dict[str, int]:
        """For each scene a bit for each scene that can come after it."""
        following: dict[str, set[str]] = {}
        for number in self.paths.order:  # the last scenes first, so that few rounds are needed
            node = self.paths.nodes[number]
            if node.state.ending is not None:
                continue
            ahead = following.setdefault(node.state.scene, set())
            for edge in node.edges:
                to = self.paths.nodes[edge.to].state
                if to.ending is None and to.scene != node.state.scene:
                    ahead.add(to.scene)
        later = dict.fromkeys(following, 0)
        changed = True
        while changed:
            changed = False
            for name, ahead in following.items():
                bits = later[name]
                for each in ahead:
                    bits |= 1 << self._numbers[each] | later.get(each, 0)
                changed |= bits != later[name]
                later[name] = bits
        return later

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

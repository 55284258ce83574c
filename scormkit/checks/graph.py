"""The story as a graph: what cannot be reached, what cannot be left, what grows too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scormkit import play
from scormkit.checks.logic import never_held
from scormkit.checks.subject import Subject
from scormkit.problems import Problem, one_of

# SCORM 1.2 RTE 3.4.4: suspend_data holds 4096 characters, the smallest of all editions. The state
# string spends up to 60 of them on version, counter, seed, try, missed and best.
LONGEST_STATE = 4096
_HEAD_OF_STATE = 60


def unreachable(subject: Subject) -> Iterator[Problem]:
    """Scenes, endings and acts that no way leads to."""
    if not subject.paths.complete:
        return
    for name in subject.scenario.scenes:
        if name not in subject.paths.scenes and not _passed_through(subject, name):
            message = f'nothing leads to scene "{name}"'
            hint = "let an act or a next lead to it, or delete it"
            yield subject.error(("scenes", name), message, "unreachable-scene", hint)
    for name in subject.bundle["endings"]:
        if name not in subject.paths.endings:
            message = f'nothing leads to ending "{name}"'
            hint = "let an act lead to it, or delete it"
            yield subject.error(("endings", name), message, "unreachable-ending", hint)
    for scene in subject.scenario.scenes.values():
        if scene.id not in subject.paths.scenes:
            continue
        for index, act in enumerate(scene.acts):
            if act.data and (scene.id, index) not in subject.paths.acts:
                message = f'act "{act.id}" can never be taken'
                hint = "look at its condition, and at what is decided before it"
                if said := never_held(subject, scene.id, index):
                    message += f': "{said}" never holds in its scene'
                yield subject.warning(act.route, message, "unreachable-act", hint)


def _passed_through(subject: Subject, name: str) -> bool:
    """Whether a scene has a next and nothing to decide: it is reached, and passed on from."""
    scene = subject.scenario.scenes[name]
    return bool(scene.next) and not any(act.decision for act in scene.acts)


def dead_ends(subject: Subject) -> Iterator[Problem]:
    """States in which nothing can be done, and loops from which no ending can be reached."""
    told: set[str] = set()
    for number, node in enumerate(subject.paths.nodes):
        name = node.state.scene
        if node.state.ending is not None or name in told:
            continue
        route = ("scenes", name)
        decisions = [
            index
            for index in play.available(subject.bundle, node.state)
            if subject.bundle["scenes"][name]["acts"][index]["decision"]
        ]
        if node.cannot:
            told.add(name)
            message = f'from scene "{name}" scenes with nothing to decide lead round in a circle'
            hint = (
                f"this way leads there: {subject.way(number)}; "
                'let the "next:" of one of them lead out, or add a decision'
            )
            yield subject.error(route, message, "circle", hint)
        elif not decisions:
            told.add(name)
            if any(act.decision for act in subject.scenario.scenes[name].acts):
                message = f'scene "{name}" can be reached with nothing left to decide'
                hint = (
                    f"this way leads there: {subject.way(number)}; "
                    'add "next:", or an act that is still there then'
                )
            else:
                message = f'nothing leaves scene "{name}", and it is not an ending'
                hint = "add an act with outcome or then, or list it under endings"
            yield subject.error(route, message, "dead-end", hint)
        elif subject.paths.complete and number not in subject.paths.escapes:
            told.add(name)
            message = f'from scene "{name}" no ending can be reached any more'
            hint = f"this way leads there: {subject.way(number)}; give the loop a way out"
            yield subject.error(route, message, "no-way-out", hint)


def size_of_state(subject: Subject) -> Iterator[Problem]:
    """The longest path must fit into what the smallest edition keeps between sessions."""
    longest = subject.paths.longest() + _HEAD_OF_STATE
    if longest > LONGEST_STATE:
        message = (
            f"the longest way through takes {longest} characters of saved state; "
            f"SCORM 1.2 keeps {LONGEST_STATE}"
        )
        hint = "split the scenario in two, or lower the times of acts that can be repeated"
        yield subject.error(("scenario",), message, "state-too-long", hint)


def bound(subject: Subject) -> Iterator[Problem]:
    """A story with too many states cannot be proved; its author should know."""
    if subject.paths.complete:
        return
    nodes = subject.paths.nodes
    scene, most = Counter(n.state.scene for n in nodes if n.state.ending is None).most_common(1)[0]
    message = (
        f"the story has more states than can be walked, so its full marks cannot be proved: of the "
        f'first {len(nodes):,} scene "{scene}" alone has {most:,}'
    )
    told = [act for act in subject.scenario.scenes[scene].acts if act.decision]
    things = {act.thing for act in told}
    if len(things) > 1:
        hint = (
            f"its {len(things)} messages can be decided in any order: spread them over two scenes"
        )
    else:
        hint = f"its {len(told)} decisions can be taken in any order: let some of them lead on"
    asked = sorted(name for kind, name in subject.paths.remembered(scene) if kind == "value")
    if asked:
        hint += f", or read {one_of(asked, 3)} before it, so that its values can be forgotten there"
    yield subject.error(("scenes", scene), message, "too-many-states", hint)

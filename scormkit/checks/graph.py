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
    lost = [
        name
        for name in subject.scenario.scenes
        if name not in subject.paths.scenes and not _passed_through(subject, name)
    ]
    for name, behind in _first_of(subject, lost):
        message = f'nothing leads to scene "{name}"'
        hint = "let an act or a next lead to it, or delete it"
        if behind:
            hint += f"; only from there the story comes to {one_of(behind, 5)}"
        yield subject.error(("scenes", name), message, "unreachable-scene", hint)
    ahead = {place for name in lost for place in _places(subject, name)}
    for name in subject.bundle["endings"]:
        if name not in subject.paths.endings and name not in ahead:
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


def _first_of(subject: Subject, lost: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Of scenes that cannot be reached those that the others come behind, with these others: one
    way that is missing is one problem."""
    ahead = {name: [to for to in _places(subject, name) if to in lost] for name in lost}
    entered = {to for name, places in ahead.items() for to in places if to != name}
    seen: set[str] = set()
    for name in [*(each for each in lost if each not in entered), *lost]:  # then circles
        if name in seen:
            continue
        waiting = [name]
        seen.add(name)
        behind = []
        while waiting:
            for to in ahead[waiting.pop()]:
                if to not in seen:
                    seen.add(to)
                    behind.append(to)
                    waiting.append(to)
        yield name, behind


def _places(subject: Subject, name: str) -> list[str]:
    """The scenes and endings to which a scene leads as it is written, whatever its conditions."""
    scene = subject.scenario.scenes[name]
    return [way.to for ways in (scene.next, *(act.then for act in scene.acts)) for way in ways]


def dead_ends(subject: Subject) -> Iterator[Problem]:
    """States in which nothing can be done, and loops from which no ending can be reached."""
    ends: dict[int, Problem] = {}
    for number, node in enumerate(subject.paths.nodes):
        if node.state.ending is None:
            found = _circle(subject, number) if node.cannot else _nothing_left(subject, number)
            ends.update({number: found} if found else {})
    places = {number: subject.paths.nodes[number].state.scene for number in ends}
    loops = {}
    if subject.paths.complete:
        loops = dict(_loops(subject, {n for n in ends if _stays(subject, places[n])}, set(ends)))
    told = {place: ends[n] for n, place in reversed(places.items()) if place not in loops}
    yield from told.values()
    yield from filter(None, loops.values())


def _stays(subject: Subject, name: str) -> bool:
    """Whether a scene is not left by its own decisions, all or some: it lacks a next. Another one
    where nothing is left to decide is the end of a loop in which every act was taken."""
    decisions = [act for act in subject.scenario.scenes[name].acts if act.decision]
    return not decisions or any(not act.then for act in decisions)


def _circle(subject: Subject, number: int) -> Problem:
    name = subject.paths.nodes[number].state.scene
    message = f'from scene "{name}" scenes with nothing to decide lead round in a circle'
    hint = (
        f"this way leads there: {subject.way(number)}; "
        'let the "next:" of one of them lead out, or add a decision'
    )
    return subject.error(("scenes", name), message, "circle", hint)


def _nothing_left(subject: Subject, number: int) -> Problem | None:
    state = subject.paths.nodes[number].state
    acts = subject.bundle["scenes"][state.scene]["acts"]
    if any(acts[index]["decision"] for index in play.available(subject.bundle, state)):
        return None
    if any(act.decision for act in subject.scenario.scenes[state.scene].acts):
        message = f'scene "{state.scene}" can be reached with nothing left to decide'
        hint = (
            f"this way leads there: {subject.way(number)}; "
            'add "next:", or an act that is still there then'
        )
    else:
        message = f'nothing leaves scene "{state.scene}", and it is not an ending'
        hint = "add an act with outcome or then, or list it under endings"
    return subject.error(("scenes", state.scene), message, "dead-end", hint)


def _loops(
    subject: Subject, ends: set[int], over: set[int]
) -> Iterator[tuple[str, Problem | None]]:
    """The scenes of loops without a way out, and for each loop one problem. What leads to one of
    those ends is left alone, since that is told already; so is where all is over."""
    nodes = subject.paths.nodes
    before: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        for edge in node.edges:
            before.setdefault(edge.to, []).append(number)
    told, waiting = set(ends), list(ends)
    while waiting:
        earlier = [each for each in before.get(waiting.pop(), ()) if each not in told]
        told.update(earlier)
        waiting += earlier
    told |= subject.paths.escapes | over
    caught: dict[str, int] = {}
    for number, node in enumerate(nodes):
        if node.state.ending is None and number not in told:
            caught.setdefault(node.state.scene, number)
    looped: set[str] = set()
    for name, number in caught.items():
        around = [other for other in caught if other != name and subject.meets(name, other)]
        if name in looped or not all(subject.meets(other, name) for other in around):
            yield name, None
            continue
        looped.update(around)
        message = f'from scene "{name}" no ending can be reached any more'
        hint = f"this way leads there: {subject.way(number)}; "
        if around:
            hint += f"from there it goes only to {one_of(around, 5)} and back; "
        hint += "give the loop a way out"
        yield name, subject.error(("scenes", name), message, "no-way-out", hint)


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

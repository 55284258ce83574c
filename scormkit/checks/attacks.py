"""The attacks as they are set: cues that somebody needs, honest things beside them, the
difficulty that is claimed, and nothing that gives an attack away from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import comb

from scormkit.checks import texts
from scormkit.checks.subject import Subject
from scormkit.problems import Problem
from scormkit.scenario import Act, Cue, Scene

# NIST TN 2276: few cues (1 to 8) make a message hard to detect, many (15 or more) easy. The other
# half of its scale, how well the premise fits the reader's work, is the author's to judge.
FEW_CUES = 8
MANY_CUES = 15

ENOUGH_ATTACKS = 3  # a scenario of fewer is an episode, and may have no room for honest things
UNLIKELY = 0.05  # what chance alone would bring about less often than this, learners can learn
VERY_UNLIKELY = 0.01  # for texts, of which there are many to look at
_IN_THE_BAR = ("report", "reply", "forward", "archive", "delete", "ignore", "block")
_BY_FAR = 1.6  # and by this factor nobody can miss it, however few places there are
_ENOUGH_PLACES = 3
_NOTICED = 1.1  # a text that is longer than all others by this factor is seen to be


@dataclass(frozen=True)
class Thing:
    """What a learner judges as one: a message, or a scene of another channel."""

    scene: Scene
    name: str
    cues: tuple[Cue, ...]
    acts: tuple[Act, ...]

    @property
    def decisions(self) -> list[Act]:
        """What can be decided about it."""
        return [act for act in self.acts if act.decision]

    @property
    def looks(self) -> list[Act]:
        """The looks that the author wrote for it."""
        return [act for act in self.acts if not act.decision and act.data]


def things(subject: Subject) -> list[Thing]:
    """Everything that a learner judges, in the order of the file."""
    found = []
    for scene in subject.scenario.scenes.values():
        names = list(scene.content.get("messages", {})) or [""]
        for name in names:
            cues = tuple(cue for cue in scene.cues if cue.thing == name)
            found.append(Thing(scene, name, cues, tuple(a for a in scene.acts if a.thing == name)))
    return [thing for thing in found if thing.decisions]


def needed(subject: Subject) -> Iterator[Problem]:
    """Every cue stands where somebody has something to decide."""
    scenes = subject.scenario.scenes.values()
    for scene in scenes:
        thread = scene.content.get("thread")
        together = [each for each in scenes if thread and each.content.get("thread") == thread]
        for cue in scene.cues:
            acts = [act for each in together or [scene] for act in each.acts if act.decision]
            acts = [act for act in acts if act.thing in ("", cue.thing) or not cue.thing]
            if len({_effect(act) for act in acts}) > 1:
                continue
            where = f'about "{cue.thing}"' if cue.thing else "in its scene"
            message = f'cue "{cue.id}" helps with nothing: {where} there is nothing to decide'
            hint = "give two decisions that differ, or move the cue to where somebody decides"
            yield subject.warning(cue.route, message, "cue-without-decision", hint)


def _effect(act: Act) -> str:
    """What an act brings about, to tell whether two differ."""
    data = act.data
    return repr((data.get("outcome", "neutral"), act.then, data.get("score"), data.get("set")))


def difficulty(subject: Subject) -> Iterator[Problem]:
    """The difficulty that is claimed does not contradict the number of cues."""
    claimed = subject.scenario.data.get("difficulty")
    counts = _cues(subject)
    if not claimed or not counts:
        return
    hint = (
        f"by the Phish Scale (NIST TN 2276) up to {FEW_CUES} cues are few and {MANY_CUES} are many;"
        " only cues that you list are counted"
    )
    if claimed == "very" and min(counts) >= MANY_CUES:
        message = f"difficulty says very, but no attack has fewer than {min(counts)} cues"
        yield subject.warning(("difficulty",), message, "difficulty-and-cues", hint)
    elif claimed == "least" and max(counts) <= FEW_CUES:
        plural = "cue" if max(counts) == 1 else "cues"
        message = f"difficulty says least, but no attack has more than {max(counts)} {plural}"
        yield subject.warning(("difficulty",), message, "difficulty-and-cues", hint)


def _cues(subject: Subject) -> list[int]:
    """The cues of each attack; scenes of one conversation are one."""
    counts: dict[tuple[str, str], int] = {}
    for scene in subject.scenario.scenes.values():
        for cue in scene.cues:
            thread = scene.content.get("thread")
            whole = ("thread", thread) if thread else (scene.id, cue.thing)
            counts[whole] = counts.get(whole, 0) + 1
    return list(counts.values())


def honest(subject: Subject) -> Iterator[Problem]:
    """Not everything is an attack."""
    every = things(subject)
    attacks = [thing for thing in every if thing.cues]
    if len(attacks) >= ENOUGH_ATTACKS and len(attacks) == len(every):
        message = f"all {len(attacks)} things to decide on are attacks"
        hint = "mix in honest messages or callers: else whoever refuses everything is right"
        yield subject.warning(("scenes",), message, "only-attacks", hint)


def places(subject: Subject) -> Iterator[Problem]:
    """Attacks do not always stand first, or last, among the messages of an inbox."""
    inboxes: dict[str, list[bool]] = {}
    for thing in things(subject):
        if thing.name:
            inboxes.setdefault(thing.scene.id, []).append(bool(thing.cues))
    chance, first, last, boxes = 1.0, True, True, 0
    for marks in inboxes.values():
        if not any(marks) or all(marks):
            continue
        boxes += 1
        chance /= comb(len(marks), sum(marks))
        first &= marks == sorted(marks, reverse=True)
        last &= marks == sorted(marks)
    if boxes > 1 and (first or last) and 2 * chance <= UNLIKELY:
        where = "above" if first else "below"
        message = f"in all {boxes} inboxes the attacks stand {where} the honest messages"
        yield subject.warning(("scenes",), message, "place-gives-away", "mix their order")


def offers(subject: Subject) -> Iterator[Problem]:
    """What can be done does not show what is an attack: checking and reporting is for all."""
    every = things(subject)
    yield from _only(subject, every, lambda thing: bool(thing.looks), "something to look up")
    # a mail that is shown again is the same mail
    mails = list({thing.name: thing for thing in every if thing.name}.values())
    for verb in _IN_THE_BAR:

        def offered(thing: Thing, verb: str = verb) -> bool:
            return any(act.do == verb for act in thing.decisions)

        yield from _only(subject, mails, offered, f'a decision "{verb}"')


def _only(
    subject: Subject, every: list[Thing], has: Callable[[Thing], bool], what: str
) -> Iterator[Problem]:
    """A problem where all that have it are attacks, or none is, beyond what chance would do."""
    having = [thing for thing in every if has(thing)]
    attacks = sum(bool(thing.cues) for thing in every)
    marked = sum(bool(thing.cues) for thing in having)
    if marked not in (0, len(having)) or not having:
        return
    kind = attacks if marked else len(every) - attacks
    if comb(kind, len(having)) / comb(len(every), len(having)) > UNLIKELY:
        return
    which = "attacks" if marked else "honest things"
    message = f"only {which} have {what}: {len(having)} of {kind}, and none of the others"
    hint = "offer it for some of the others, too: what is offered must not tell what it is"
    yield subject.warning(("scenes",), message, "offer-gives-away", hint)


def lengths(subject: Subject) -> Iterator[Problem]:
    """The right answer is neither the longest nor the shortest time after time."""
    groups: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for text in subject.texts:
        if text.part == texts.CHOICE:
            right = subject.act(text.scene, text.act).data.get("outcome") == "right"
            groups.setdefault((text.scene, text.thing), []).append((len(text.words), right))
    longest, shortest, by_far, chances = 0, 0, 0, []
    for group in groups.values():
        rights = [size for size, right in group if right]
        others = [size for size, right in group if not right]
        if rights and others:
            chances.append(len(rights) / len(group))
            longest += max(rights) > _NOTICED * max(others)
            shortest += min(rights) * _NOTICED < min(others)
            by_far += min(rights) > _BY_FAR * max(others)
    shorten = "shorten some right answers, or let some wrong ones explain themselves"
    if len(chances) >= _ENOUGH_PLACES and by_far * 3 >= len(chances) * 2:
        message = f"in {by_far} of {len(chances)} places the right answer is by far the longest"
        yield subject.warning(("scenes",), message, "length-gives-away", shorten)
        return
    for count, which, way in (
        (longest, "longest", shorten),
        (shortest, "shortest", "let some right answers explain themselves, too"),
    ):
        if at_least(count, chances) <= VERY_UNLIKELY:
            message = f"in {count} of {len(chances)} places the right answer is the {which}"
            hint = f"chance alone would make it about {sum(chances):.0f}; {way}"
            yield subject.warning(("scenes",), message, "length-gives-away", hint)


def at_least(count: int, chances: Iterable[float]) -> float:
    """How likely so many of some events are, or more; 1 where that is no more than expected."""
    expected = list(chances)
    if count <= sum(expected):
        return 1.0  # more likely than not, and not worth the sum
    ways = [1.0]
    for chance in expected:
        held = [0.0, *(each * chance for each in ways)]
        missed = [*(each * (1 - chance) for each in ways), 0.0]
        ways = [a + b for a, b in zip(held, missed, strict=True)]
    return sum(ways[count:])

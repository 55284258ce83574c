"""A scenario played in the terminal, by hand or from a script of act ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, TextIO

from scormkit import play, prose, telling
from scormkit.paper import Paper
from scormkit.play import Bundle, State
from scormkit.problems import did_you_mean, one_of

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\Z")
_HELP = "a number or an act's id; b back, ? state, q quit"


class ScriptError(Exception):
    """An act of the script cannot be taken; the message says which, and what could be."""


def refuse_unknown(bundle: Bundle, missed: Iterable[str]) -> None:
    """Raise ScriptError for an objective that the scenario does not have."""
    known = [objective["id"] for objective in bundle["objectives"]]
    for name in missed:
        if name not in known:
            hint = did_you_mean(name, known, f"there are {one_of(known)}")
            raise ScriptError(f'"{name}" is not an objective here; {hint}')


def acts_of(script: str) -> list[str]:
    """The act ids in a script: one a line, or a path as it stands in a test; # begins a comment."""
    text = re.sub(r"(?m)(?:^|\s)#.*$", "", script)
    text = re.sub(r"\A\s*path:", "", text)
    return [word for word in re.findall(r"[^\s,\[\]\"']+", text) if word != "-"]


def scripted(
    bundle: Bundle, acts: Iterable[str], seed: int = 0, missed: Iterable[str] = ()
) -> list[State]:
    """The states of a play that follows the script, the start first; raises ScriptError."""
    states = [play.start(bundle, seed, missed)]
    for number, written in enumerate(acts, 1):
        states.append(play.take(bundle, states[-1], _index(bundle, states[-1], written, number)))
    return states


def act_between(bundle: Bundle, before: State, after: State) -> Mapping[str, Any]:
    """The act that led from a state to the next."""
    act: Mapping[str, Any] = bundle["scenes"][before.scene]["acts"][after.path[-1]]
    return act


def _index(bundle: Bundle, state: State, written: str, number: int) -> int:
    if state.ending is not None:
        raise ScriptError(f'act {number}, "{written}", comes after the ending "{state.ending}"')
    scene, _, act_id = written.rpartition("/")
    now = possible(bundle, state)
    if scene and scene != state.scene:
        raise ScriptError(f'act {number}, "{written}": the story stands in scene "{state.scene}"')
    if act_id not in now:
        hint = did_you_mean(act_id, now, f"possible there: {one_of(now, 30)}")
        where = f'cannot be taken in scene "{state.scene}" then'
        raise ScriptError(f'act {number}, "{written}", {where}; {hint}')
    return now[act_id]


def possible(bundle: Bundle, state: State) -> dict[str, int]:
    """The acts that can be taken now: the index of each by its id."""
    acts = bundle["scenes"][state.scene]["acts"] if state.ending is None else ()
    return {acts[index]["id"]: index for index in play.available(bundle, state)}


# --- The whole play ---


def told(bundle: Bundle, states: Sequence[State], paper: Paper) -> Iterator[str]:
    """A play that has been, block by block: scenes, acts, what came of them."""
    shown = telling.filled(bundle, states[0].seed)
    yield from opening(shown, paper)
    yield from scene(shown, states[:1], paper)
    for number in range(1, len(states)):
        yield from taken(shown, states[: number + 1], paper)
    if states[-1].ending is not None:
        yield from closing(shown, states, paper)


def opening(shown: Bundle, paper: Paper) -> Iterator[str]:
    """The title and the summary."""
    yield paper.heading(prose.line(shown["title"]))
    yield paper.set(prose.line(shown["summary"]))


def scene(shown: Bundle, states: Sequence[State], paper: Paper) -> Iterator[str]:
    """Where the story stands: title, clock, intro, and what the channel shows."""
    state = states[-1]
    if state.ending is not None:
        return
    data = shown["scenes"][state.scene]
    now = clock(shown, states)
    parts = [prose.line(data["title"]), now, f"({state.scene}, {data['channel']})"]
    yield paper.heading("-- " + "  ".join(part for part in parts if part))
    yield paper.set(prose.paragraphs(data.get("intro", "")))
    for block in telling.channel(shown, state.scene):
        yield paper.set(block, "  ")


def taken(shown: Bundle, states: Sequence[State], paper: Paper) -> Iterator[str]:
    """The last act of a play, what it reveals or brings, and the scene it leads to."""
    before, after = states[-2], states[-1]
    act = act_between(shown, before, after)
    yield paper.heading(f"> {act['id']}: {prose.button(shown, act)}")
    for block in telling.look(shown, before.scene, act):
        yield paper.set(block, "  ")
    for block in telling.script(shown, act.get("answer", ())):
        yield paper.set(block, "  ")
    if after.scene != before.scene or "then" in act:
        yield from scene(shown, states, paper)


def closing(shown: Bundle, states: Sequence[State], paper: Paper) -> Iterator[str]:
    """The ending, the result by objective, and the debrief."""
    state = states[-1]
    result = play.result(shown, state)
    end = shown["endings"][result.ending]
    yield paper.heading(f"== {prose.line(end['title'])}  ({result.ending}, {result.kind})")
    yield paper.set(prose.paragraphs(end["text"]))
    verdict = "passed" if result.passed else "not passed"
    yield f"Score {result.score} of 100, {verdict} ({shown['pass']['score']} needed)"
    lines = []
    for objective, reached in zip(shown["objectives"], result.objectives, strict=True):
        sign = "met" if reached.met else "not met"
        must = ", needed to pass" if objective["must"] else ""
        name = prose.line(objective["title"])
        lines.append(f"- {name} ({objective['id']}): {reached.percent} %, {sign}{must}")
    yield paper.set("\n".join(lines))
    yield paper.heading("Debrief")
    for block in debrief(shown, states):
        yield paper.set(block)


def debrief(shown: Bundle, states: Sequence[State]) -> Iterator[str]:
    """The cues of the scenes that were visited, each with its why; then the decisions."""
    checked = set()
    visited: dict[str, None] = {}
    decisions = []
    for before, after in pairwise(states):
        act = act_between(shown, before, after)
        visited[before.scene] = None
        checked |= {(before.scene, cue) for cue in act.get("cues", ())}
        if act["decision"]:
            decisions.append(f"- {act['id']} ({act['outcome']}): {prose.button(shown, act)}")
            if "feedback" in act:
                decisions[-1] += f"\n  {prose.line(act['feedback'])}"
    for name in visited:
        for cue_id, cue in shown["scenes"][name]["cues"].items():
            kind = prose.line(shown["words"].get(f"cue.{cue['kind']}", cue["kind"]))
            seen = ", checked" if (name, cue_id) in checked else ""
            yield f"- {kind} ({name}/{cue_id}{seen})\n  {prose.line(cue['why'])}"
    yield from decisions


def clock(shown: Bundle, states: Sequence[State]) -> str:
    """The story's time: scenes set it on the first visit, acts move it on."""
    now, seen = None, set()
    for number, state in enumerate(states):
        if number and now is not None:
            now += state.minutes - states[number - 1].minutes
        if state.ending is None and state.scene not in seen:
            seen.add(state.scene)
            found = _CLOCK.match(shown["scenes"][state.scene].get("time", ""))
            now = int(found[1]) * 60 + int(found[2]) if found else now
    return "" if now is None else f"{now // 60 % 24:02}:{now % 60:02}"


# --- By hand ---


def by_hand(
    bundle: Bundle, keys: TextIO, paper: Paper, seed: int = 0, missed: Iterable[str] = ()
) -> list[State]:
    """Play until somebody quits; the states of the play that was kept.

    A line of `keys` is a number, an act's id, or one of b ? q; the end of `keys` quits.
    """
    shown = telling.filled(bundle, seed)
    states = [play.start(bundle, seed, missed)]
    paper.say(opening(shown, paper))
    paper.say(scene(shown, states, paper))
    asked: State | None = None
    while True:
        offered = _offered(shown, states[-1])
        if asked is not states[-1]:
            paper.say(_offer(shown, states[-1], paper))
        asked = states[-1]
        typed = _typed(keys, paper)
        if typed == "q":
            return states
        if typed == "b":
            states = states[:-1] or states
            paper.say(scene(shown, states, paper))
        elif typed == "?":
            paper.say([paper.quiet(_standing(bundle, states[-1]))])
        elif typed in offered:
            states.append(play.take(bundle, states[-1], offered[typed]))
            paper.say(taken(shown, states, paper))
            if states[-1].ending is not None:
                paper.say(closing(shown, states, paper))
        elif typed:
            ids = [each for each in offered if not each.isdigit()]
            hint = did_you_mean(typed, ids, f"type {_HELP}")
            paper.say([paper.quiet(f'"{typed}" is not possible here; {hint}')])
        else:
            asked = None


def _typed(keys: TextIO, paper: Paper) -> str:
    """One line; "q" where there are no more, and when Ctrl+C is pressed."""
    print("> ", end="", file=paper.stream, flush=True)
    try:
        line = keys.readline()
    except KeyboardInterrupt:
        line = ""
    if not line:
        print(file=paper.stream)
        return "q"
    return line.strip()


def _offered(shown: Bundle, state: State) -> dict[str, int]:
    """By number and by id, the index of each act that can be taken: decisions before looks."""
    if state.ending is not None:
        return {}
    acts = shown["scenes"][state.scene]["acts"]
    now = sorted(play.available(shown, state), key=lambda index: not acts[index]["decision"])
    numbered = {str(n): index for n, index in enumerate(now, 1)}
    return numbered | {acts[index]["id"]: index for index in now}


def _offer(shown: Bundle, state: State, paper: Paper) -> Iterator[str]:
    """What can be done now, decisions and looks apart."""
    if state.ending is not None:
        yield paper.quiet("The story has ended; b back, ? state, q quit")
        return
    acts = shown["scenes"][state.scene]["acts"]
    numbered = {n: index for n, index in _offered(shown, state).items() if n.isdigit()}
    for decision, name in ((True, "Decide"), (False, "Look closer")):
        lines = [
            paper.set(f"{n:>2}. {_choice(shown, state, index)}", "  ")
            for n, index in numbered.items()
            if acts[index]["decision"] is decision
        ]
        if lines:
            yield "\n".join([paper.heading(name), *lines])
    if not numbered:
        yield paper.quiet("Nothing can be done here: a dead end")
    yield paper.quiet(_HELP)


def _choice(shown: Bundle, state: State, index: int) -> str:
    act = shown["scenes"][state.scene]["acts"][index]
    timer = shown["scenes"][state.scene].get("timer", {})
    minutes = f", {act['minutes']} min" if "minutes" in act else ""
    late = f", by itself after {timer['seconds']} s" if timer.get("act") == index else ""
    return f"{prose.button(shown, act)}  ({act['id']}{minutes}{late})"


def _standing(bundle: Bundle, state: State) -> str:
    """Variables, points and minutes."""
    told = {name: _value(value) for name, value in state.variables.items()}
    full = {objective["id"]: objective["full"] for objective in bundle["objectives"]}
    points = {name: f"{state.points.get(name, 0)} of {most}" for name, most in full.items()}
    lines = [f"seed {state.seed}, {state.minutes} minutes spent, {len(state.path)} acts"]
    for what, row in (("variables", told), ("points", points)):
        values = [f"{name} {value}" for name, value in row.items()]
        lines.append(f"{what}: {', '.join(values) or 'none'}")
    return "\n".join(lines)


def _value(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

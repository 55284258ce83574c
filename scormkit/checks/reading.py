"""What it takes to read the exercise: time, level of the language, and what is said twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from scormkit.checks import texts
from scormkit.checks.subject import Subject
from scormkit.checks.texts import Text
from scormkit.problems import Problem

# Brysbaert, How many words do we read per minute? (Journal of Memory and Language 109, 2019): the
# mean of 190 studies for silent reading of English non-fiction by adults; most read 175 to 300.
WORDS_A_MINUTE = 238
# Ours, rounded from watching people play: to choose once the choices are read, and to open and
# close one look. They are there so that a story of many short scenes is not taken for a short one.
SECONDS_A_DECISION = 8
SECONDS_A_LOOK = 5
# How far beyond the longest way a statement may go: slow readers (175 words a minute, and slower
# in a second language) take about half more, and anybody needs a while to settle in.
_SLOWER = 1.5
_SETTLING_IN = 3  # minutes

HARDEST = 9  # Flesch-Kincaid grade; a reader of fourteen
HARDEST_TECHNICAL = 10  # where every reader works with code or systems
_TECHNICAL = {"engineering", "it"}
_ENOUGH_WORDS = 300  # fewer say nothing about a whole text's level

_LEAST_REPEATED = 8  # words; shorter sentences are said twice for good reasons
# A mail or a page can be seen again, and a choice be there again; what is told is told once.
_TOLD = (texts.INTRO, texts.SAID, texts.ANSWER, texts.FEEDBACK, texts.WHY, texts.ENDING)
_MOST_REPEATED = 5  # told one by one; a story with more has another trouble


# --- Time ---


@dataclass(frozen=True)
class Span:
    """Minutes of the shortest and of the longest sensible way."""

    shortest: float
    longest: float


def minutes(subject: Subject) -> Iterator[Problem]:
    """What `minutes` states lies between the shortest and the longest sensible way."""
    span = measured(subject)
    if span is None:
        return
    stated = subject.scenario.data["minutes"]
    said = f"{span.shortest:.1f} to {span.longest:.1f} minutes"
    if stated < span.shortest:
        message = f"minutes says {stated}, but reading and deciding takes {said}"
        fitting = max(ceil(span.shortest), round((span.shortest + span.longest) / 2))
        hint = f"write {fitting}, or shorten the texts"
        yield subject.warning(("minutes",), message, "minutes-too-few", hint)
    elif stated > _SLOWER * span.longest + _SETTLING_IN:
        message = f"minutes says {stated}, but reading and deciding takes {said}"
        hint = f"write {max(1, round((span.shortest + span.longest) / 2))}"
        yield subject.warning(("minutes",), message, "minutes-too-many", hint)


def measured(subject: Subject) -> Span | None:
    """The minutes of the ways to an ending that can pass; None where they cannot be counted.

    The shortest way reads what it meets and looks at nothing; the longest opens every look and
    reads its whole debrief. A text is read once, however often its scene is met.
    """
    if not subject.paths.complete or not _english(subject):
        return None
    costs = _Costs(subject)
    kinds = subject.bundle["pass"]["endings"]
    least: dict[int, float] = {}
    most: dict[int, float] = {}
    for number in subject.paths.order:
        node = subject.paths.nodes[number]
        if node.state.ending is not None:
            if subject.bundle["endings"][node.state.ending]["kind"] in kinds:
                least[number] = most[number] = costs.endings[node.state.ending]
            continue
        for edge in node.edges:
            if edge.to not in least:
                continue
            act = (node.state.scene, edge.taken[0])
            new = costs.entering(node.state.scene, edge.to)
            short = least[edge.to] + costs.short_act[act] + costs.short.get(new, 0)
            long = most[edge.to] + costs.long_act[act] + costs.long.get(new, 0)
            least[number] = min(short, least.get(number, short))
            most[number] = max(long, most.get(number, long))
    found = [number for number in subject.paths.starts if number in least]
    if not found:
        return None
    first = {number: subject.paths.nodes[number].state.scene for number in found}
    return Span(
        min(least[number] + costs.short[first[number]] for number in found) / 60,
        max(most[number] + costs.long[first[number]] for number in found) / 60,
    )


class _Costs:
    """Seconds for each scene on entering, each act, each ending."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.short: dict[str, float] = defaultdict(float)
        self.long: dict[str, float] = defaultdict(float)
        self.short_act: dict[tuple[str, int], float] = defaultdict(float)
        self.long_act: dict[tuple[str, int], float] = defaultdict(float)
        self.endings: dict[str, float] = defaultdict(float)
        scenes = subject.bundle["scenes"]
        for text in subject.texts:
            self._add(text, len(text.words.split()) / WORDS_A_MINUTE * 60)
        for name, scene in scenes.items():
            for index, act in enumerate(scene["acts"]):
                if act["decision"]:
                    self.short_act[name, index] += SECONDS_A_DECISION
                    self.long_act[name, index] += SECONDS_A_DECISION
                else:
                    self.long[name] += SECONDS_A_LOOK

    def _add(self, text: Text, seconds: float) -> None:
        act = (text.scene, text.act)
        decision = text.act >= 0 and self.subject.act(*act).decision
        if text.part == texts.ENDING:
            self.endings[str(text.route[1])] += seconds
        elif text.part in (texts.INTRO, texts.BODY, texts.SAID, texts.LABEL, texts.CHOICE):
            self.short[text.scene] += seconds
            self.long[text.scene] += seconds
        elif text.part == texts.ANSWER and decision:
            self.short_act[act] += seconds
            self.long_act[act] += seconds
        elif text.part == texts.FEEDBACK and decision:
            self.long_act[act] += seconds
        else:  # looks and what they tell, and the debrief of the scene's cues
            self.long[text.scene] += seconds

    def entering(self, scene: str, to: int) -> str:
        """The scene that is read for the first time on the way to a node, "" for none."""
        state = self.subject.paths.nodes[to].state
        if state.ending is not None or state.scene == scene:
            return ""
        if self.subject.meets(state.scene, state.scene):  # it can be come back to
            before = f"{state.scene}/"
            if any(name.startswith(before) for name in state.counts):
                return ""
        return state.scene


# --- Level ---


def level(subject: Subject) -> Iterator[Problem]:
    """The prose as a whole is plain enough (Flesch-Kincaid grade; English only)."""
    if not _english(subject):
        return
    prose = [text for text in subject.texts if text.part in texts.PROSE and text.words]
    counted = [_counted(text.words) for text in prose]
    whole = _total(counted)
    if whole.words < _ENOUGH_WORDS:
        return
    technical = set(subject.scenario.data["audience"]) <= _TECHNICAL
    most = HARDEST_TECHNICAL if technical else HARDEST
    if whole.grade <= most:
        return
    pairs = [pair for pair in zip(prose, counted, strict=True) if pair[1].words >= 15]
    pairs.sort(key=lambda pair: -(pair[1].grade - most) * pair[1].words)
    places = [subject.scenario.document.mark(text.route).line for text, _ in pairs[:3]]
    message = f"the texts read at grade {whole.grade:.1f} (Flesch-Kincaid); {most} is the most"
    lines = ", ".join(map(str, sorted(places)))
    hint = f"shorten sentences and words; begin with lines {lines}"
    yield subject.warning(("scenes",), message, "hard-to-read", hint)


@dataclass(frozen=True)
class _Count:
    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """Kincaid, Fishburne, Rogers and Chissom, 1975."""
        if not self.words:
            return 0.0
        long, many = self.words / max(1, self.sentences), self.syllables / self.words
        return 0.39 * long + 11.8 * many - 15.59


def _total(rows: Sequence[_Count]) -> _Count:
    words, sentences = sum(c.words for c in rows), sum(c.sentences for c in rows)
    return _Count(words, sentences, sum(c.syllables for c in rows))


_UNSOUNDED = re.compile(r"@|://|\d|\w\.\w")  # addresses and numbers: nobody sounds these out
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SIGN = re.compile(r"[.!?…]+[\"'”’)]*$")
_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)|\n+")


def _counted(text: str) -> _Count:
    """The words of a text; a sentence ends with its sign, and with its line."""
    words = sentences = sounds = 0
    for line in text.splitlines():
        begun = False
        for token in line.split():
            more, sounded, ends = _token(token)
            words, sounds, begun = words + more, sounds + sounded, begun or more > 0
            if ends and begun:
                sentences, begun = sentences + 1, False
        sentences += begun
    return _Count(words, sentences, sounds)


@lru_cache(maxsize=16384)
def _token(token: str) -> tuple[int, int, bool]:
    """Of what stands between two spaces: its words, their syllables, if a sentence ends there."""
    words = [] if _UNSOUNDED.search(token) else _WORD.findall(token)
    return len(words), sum(map(syllables, words)), bool(_SIGN.search(token))


_VOWELS = re.compile(r"[aeiouy]+")
_LES = re.compile(r"[^aeiouy]les$")  # tables, but not rules


def syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, without a silent e."""
    low = word.lower().replace("’", "'")
    if "-" in low:
        return sum(syllables(part) for part in low.split("-") if part)
    low = re.sub(r"'s?$|[^a-z]", "", low)
    count = len(_VOWELS.findall(low))
    silent = low.endswith("e") and not low.endswith(("le", "ee", "ie", "oe", "ye"))
    sounded = low.endswith(_SOUNDED_ES) or _LES.search(low)
    silent = silent or (low.endswith("es") and not sounded)
    silent = silent or (low.endswith("ed") and not low.endswith(("ted", "ded", "eed", "ied")))
    silent = silent or (low.endswith("le") and len(low) > 2 and low[-3] in "aeiouy")
    return max(1, count - silent + len(_APART.findall(low)))


_SOUNDED_ES = ("ses", "zes", "xes", "ces", "ges", "ches", "shes", "ees", "ies", "oes")
# vowels that stand together and are spoken apart, and endings that are spoken without a vowel
_APART = re.compile(
    r"(?<![tscxg])i[aou]|ier$|iet|scien|[^aeiou]eing|uing|rea(?=t[ei])|[dr]ea$|ism$|[^aeiour]nt$"
)


# --- Said twice ---


def repeats(subject: Subject) -> Iterator[Problem]:
    """No sentence is read twice in one play."""
    first: dict[str, Text] = {}
    found: list[str] = []
    for text in subject.texts:
        if text.part not in _TOLD or len(found) == _MOST_REPEATED:
            continue
        if text.part == texts.ANSWER and not subject.act(text.scene, text.act).decision:
            continue  # what a look shows is a thing, too, and can be looked at again
        for sentence in _sentences(text.words):
            key = sentence.lower()
            if key not in first:
                first[key] = text
            elif key not in found and _both_read(subject, first[key], text):
                found.append(key)
                line = subject.scenario.document.mark(first[key].route).line
                shown = sentence if len(sentence) <= 60 else sentence[:57].rsplit(" ", 1)[0] + " …"
                message = f'"{shown}" stands in line {line} already, and one play can show both'
                hint = "say it in other words"
                yield subject.warning(text.route, message, "repeated-sentence", hint)


def _sentences(text: str) -> Iterator[str]:
    for part in _END.split(text):
        words = part.split()
        if len(words) >= _LEAST_REPEATED:
            yield " ".join(words)


def _both_read(subject: Subject, one: Text, other: Text) -> bool:
    """Whether one play can show both: of two acts of one thing a learner takes one."""
    if texts.ENDING in (one.part, other.part):
        return one.part != other.part
    if one.route == other.route:
        return False
    places = [(one.scene, one.act), (other.scene, other.act)]
    return subject.both(*places) or subject.both(*reversed(places))


def _english(subject: Subject) -> bool:
    return bool(subject.bundle["language"].split("-")[0] == "en")

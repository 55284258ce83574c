"""Tests of the checks that measure: where each begins to tell, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import golden
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from short import compiled, said, story

from scormkit import play
from scormkit.checks.attacks import at_least
from scormkit.checks.reading import syllables

ROOT = Path(__file__).parents[2]
_OTHERS = ("organisation", "programme")
SHIPPED = sorted(p for p in (ROOT / "scenarios").glob("*.yaml") if p.stem not in _OTHERS)


def codes(text: str) -> list[str]:
    return [problem.code for problem in compiled(text).problems]


def mails(*boxes: str, verbs: str = "report delete", honest: str = "", look: str = "") -> str:
    """A story of inboxes, each a word such as "aah": attacks and honest messages, in order.

    `verbs` are the decisions on an attack, `honest` those on the others if they differ; `look` is
    the letter of those that can be looked into.
    """
    scenes = []
    for n, box in enumerate(boxes):
        lines = [f"  s{n}:", f"    title: Moment {n}", "    inbox:", "      messages:"]
        for m, kind in enumerate(box):
            body = f"[Number {n} {m}]{{c{m}}}" if kind == "a" else f"Number {n} {m}"
            lines += [f"        m{n}-{m}:", "          from: {name: A, address: a@x.example}"]
            lines += [f"          subject: S {n} {m}", f'          body: "{body}"']
            if kind == "a":
                lines += [f"          cues: {{c{m}: {{kind: urgency, why: Why {n} {m}.}}}}"]
            lines += ["          acts:"]
            outcomes = ("right", "wrong", "partial")
            chosen = verbs if kind == "a" else honest or verbs
            for verb, outcome in zip(chosen.split(), outcomes, strict=False):
                score = ", score: {verify: 1}" if outcome == "right" else ""
                why = f"feedback: F{n}{m}"
                lines += [f"            {verb}: {{outcome: {outcome}{score}, {why}}}"]
            if kind in look:
                lines += ["            ask: {label: Ask Ana}"]
        onward = f"s{n + 1}" if n + 1 < len(boxes) else "kept"
        scenes += [*lines, f"    next: {onward}"]
    head = story(("start: call\n", "start: s0\n")).split("variables:\n")[0]
    ends = "endings:\n  kept: {kind: safe, title: Kept, text: Kept.}\n"
    return f"{head}start: s0\nscenes:\n" + "\n".join(scenes) + "\n" + ends


# --- Ways that are missing ---


def test_a_next_that_is_missing_is_told_where_it_is_missing() -> None:
    """An inbox without a next is one dead end, and of what comes behind it the first is told."""
    told = compiled(mails("a", "a", "a").replace("    next: s1\n", "")).problems
    lacking = [problem for problem in told if problem.code in ("dead-end", "no-way-out")]
    assert [(p.code, p.message) for p in lacking] == [
        ("dead-end", 'scene "s0" can be reached with nothing left to decide')
    ]
    behind = [problem for problem in told if problem.code.startswith("unreachable")]
    assert [(p.code, p.message) for p in behind] == [
        ("unreachable-scene", 'nothing leads to scene "s1"')
    ]
    assert behind[0].hint.endswith("; only from there the story comes to s2")


def test_a_loop_is_told_once() -> None:
    """Of scenes that lead round and never out the first is told, and not those that lead there."""
    chat = "chat: {room: R, lines: [rosa: Hi]}"
    scenes = "".join(
        f"  {name}: {{title: T, {chat}, acts: {{wait: {{then: {to}}}}}}}\n"
        for name, to in ("bc", "cb", "eb")
    )
    told = compiled(story(("start: call\nscenes:\n", f"start: e\nscenes:\n{scenes}"))).problems
    assert [(p.message, p.hint) for p in told if p.code == "no-way-out"] == [
        (
            'from scene "b" no ending can be reached any more',
            "this way leads there: wait; from there it goes only to c and back; "
            "give the loop a way out",
        )
    ]


# --- Attacks ---


@pytest.mark.parametrize(
    ("boxes", "told"),
    [
        (("aahh", "aahh", "ah"), True),  # 2 in 72 by chance
        (("hhaa", "hhaa", "ha"), True),
        (("aahh", "aahh"), False),  # 2 in 36
        (("aahh", "aahh", "ha"), False),
        (("ah", "ah", "ah", "ah", "ah"), False),  # 2 in 32
        (("ah", "ah", "ah", "ah", "ah", "ah"), True),
        (("aaaahhhh",), False),  # one inbox is no habit
    ],
)
def test_place(boxes: tuple[str, ...], told: bool) -> None:
    """Attacks on top (or below) of every inbox are told where chance would hardly do it."""
    assert ("place-gives-away" in codes(mails(*boxes))) is told


def test_place_is_told_at_all() -> None:
    """Three inboxes with the attacks on top are told, with how many there are."""
    told = said(mails("aahh", "aahh", "ah"))
    assert [line for line in told if "place-gives-away" in line] == [
        "15:1 [place-gives-away] in all 3 inboxes the attacks stand above the honest messages"
    ]


def test_offers() -> None:
    """A verb that only attacks offer, and a look that only attacks have, tell what they are."""
    told = said(mails("aah", "haa", "hah", honest="reply delete"))
    assert [line for line in told if "offer" in line] == [
        '15:1 [offer-gives-away] only attacks have a decision "report": 5 of 5, and none of the '
        "others",
        '15:1 [offer-gives-away] only honest things have a decision "reply": 4 of 4, and none of '
        "the others",
    ]
    looks = [line for line in said(mails("aah", "haa", "hah", look="a")) if "offer" in line]
    assert looks == [
        "15:1 [offer-gives-away] only attacks have something to look up: 5 of 5, and none of the "
        "others"
    ]
    assert "offer-gives-away" not in codes(mails("aah", "haa", "hah", look="ah"))


def test_a_mail_shown_again_is_one_mail() -> None:
    """What is offered is counted by message: the same mail in the next scene adds nothing."""
    text = mails("ah", "ah", "ah", "ah", honest="reply delete")
    for n in range(4):
        text = text.replace(f"m{n}-0:", "lure:").replace(f"m{n}-1:", "bill:")
    assert "offer-gives-away" not in codes(text)


@pytest.mark.parametrize(
    ("boxes", "told"), [(("aaa",), True), (("aa",), False), (("aaa", "h"), False)]
)
def test_only_attacks(boxes: tuple[str, ...], told: bool) -> None:
    """Three attacks and nothing honest is told; fewer are an episode, one honest thing does."""
    assert ("only-attacks" in codes(mails(*boxes))) is told


def test_difficulty() -> None:
    """What is claimed is told only where the number of cues contradicts it."""
    cues = " ".join(f"[word {n}]{{c{n}}}" for n in range(16))
    listed = "".join(f"\n        c{n}: {{kind: urgency, why: W {n}.}}" for n in range(16))
    many = story(
        ("[it cannot wait]{rush}", cues),
        ("\n        rush: {kind: urgency, why: Haste keeps you from asking.}", listed),
    )
    for text, level, told in (
        (many, "very", True),
        (many, "moderate", False),
        (many, "least", False),
        (story(), "least", True),
        (story(), "very", False),
    ):
        claimed = text.replace("minutes: 3\n", f"minutes: 3\ndifficulty: {level}\n")
        assert ("difficulty-and-cues" in codes(claimed)) is told, level


def test_a_cue_in_a_conversation() -> None:
    """A cue in a scene that only tells is needed where the same thread is decided later on."""
    ring = (
        "start: call\nscenes:\n",
        "start: ring\nscenes:\n  ring:\n    title: R\n    sms:\n      sender: rosa\n"
        "      thread: rosa\n      lines: [{rosa: '[Soon]{soon}'}]\n"
        "      cues: {soon: {kind: urgency, why: Soon.}}\n"
        "    acts: {continue: {then: call}}\n",
    )
    first = (ring, ("path: [hang-up", "path: [continue, hang-up"))
    assert codes(story(*first)) == ["cue-without-decision"]
    threaded = ("      room: Help desk\n", "      room: Help desk\n      thread: rosa\n")
    assert codes(story(*first, threaded)) == []


@given(st.lists(st.floats(0, 1), max_size=8), st.integers(0, 8))
@settings(deadline=None)
def test_at_least(chances: list[float], count: int) -> None:
    """The tail of the sum of chances, against the sum over every outcome; 1 up to the mean."""
    if count > len(chances):
        return
    found = at_least(count, chances)
    if count <= sum(chances):
        assert found == 1.0
        return
    exact = 0.0
    for bits in range(1 << len(chances)):
        weight = 1.0
        for n, chance in enumerate(chances):
            weight *= chance if bits >> n & 1 else 1 - chance
        exact += weight * (bits.bit_count() >= count)
    assert found == pytest.approx(exact, abs=1e-9)


def choices(right: Iterable[int], other: int) -> str:
    """A story with a decision for each length of a right answer, beside one of another length."""
    scenes = []
    sizes = list(right)
    for n, size in enumerate(sizes):
        onward = f"s{n + 1}" if n + 1 < len(sizes) else "call"
        scenes.append(
            f"  s{n}:\n    title: T\n"
            f"    chat: {{room: R {n}, lines: [{{rosa: Q {n}?}}]}}\n    acts:\n"
            f"      a: {{say: {'x' * size}, outcome: right, feedback: F, then: {onward}}}\n"
            f"      b: {{say: {'y' * other}, outcome: wrong, feedback: G, then: {onward}}}\n"
        )
    return story(("start: call\nscenes:\n", "start: s0\nscenes:\n" + "".join(scenes)))


@pytest.mark.parametrize(
    ("right", "told"),
    [
        ([24] * 7, "longest"),
        ([24] * 6, ""),
        ([21] * 9, ""),  # by less than a tenth: nobody sees it
        ([24, 16] * 5, ""),
        ([16] * 7, "shortest"),
        ([40, 40, 40], "by far the longest"),
    ],
)
def test_lengths(right: list[int], told: str) -> None:
    """Right answers longer or shorter than the others are told beyond 1 in 100, or by far."""
    found = [line for line in said(choices(right, 20)) if "length-gives-away" in line]
    assert bool(found) == bool(told)
    assert all(told in line for line in found)


# --- Reading ---


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("the", 1), ("people", 2), ("reported", 3), ("asked", 1), ("wanted", 2), ("idea", 3)),
        *(("table", 2), ("tables", 2), ("rules", 1), ("places", 2), ("wasn't", 2), ("don't", 1)),
        *(("security", 4), ("verification", 5), ("created", 3), ("being", 2), ("call-back", 2)),
        *(("serious", 3), ("question", 2), ("supplier", 3), ("whole", 1), ("went", 1)),
    ],
)
def test_syllables(word: str, count: int) -> None:
    """Syllables of English words, near enough for a whole text."""
    assert syllables(word) == count


PLAIN = "Look at the mail and say what you see in it before the day ends. " * 25
HARD = (
    "Considerable organisational responsibility necessitates immediate authentication of every "
    "communication originating outside established administrative relationships. " * 25
)


def test_level() -> None:
    """Hard prose is told with its grade and the lines to begin with; plain prose is not."""
    hard = story(("text: The code stayed with you.", f"text: {HARD}"))
    (line,) = (line for line in said(hard) if "hard-to-read" in line)
    assert line.startswith("23:1 [hard-to-read] the texts read at grade ")
    (problem,) = (p for p in compiled(hard).problems if p.code == "hard-to-read")
    assert str(hard.count("\n", 0, hard.index(HARD)) + 1) in problem.hint
    plain = story(("text: The code stayed with you.", f"text: {PLAIN}"))
    assert "hard-to-read" not in codes(plain)
    german = hard.replace("language: en", "language: de")
    assert "hard-to-read" not in codes(german)


def test_minutes() -> None:
    """Minutes are told where they are less than the shortest way or far more than the longest."""
    long = story(("text: The code stayed with you.", f"text: {PLAIN * 4}"))
    words = len((PLAIN * 4).split())
    assert words == 1500
    told = [line for line in said(long) if "minutes" in line and "repeated" not in line]
    assert told == [
        "6:1 [minutes-too-few] minutes says 3, but reading and deciding takes 6.7 to 7.0 minutes"
    ]
    for minutes, fits in ((6, False), (7, True), (12, True), (13, True), (14, False)):
        found = codes(long.replace("minutes: 3", f"minutes: {minutes}"))
        assert any(code.startswith("minutes") for code in found) is not fits, minutes


def test_the_minutes_that_a_hint_names_fit() -> None:
    """Whoever writes what the hint says is not told the same again."""
    for words in range(1400, 1700, 60):
        text = " ".join(PLAIN.split() * 5)
        long = story(("text: The code stayed with you.", f"text: {' '.join(text.split()[:words])}"))
        (hint,) = (p.hint for p in compiled(long).problems if p.code == "minutes-too-few")
        fitting = hint.removeprefix("write ").split(",")[0]
        again = codes(long.replace("minutes: 3", f"minutes: {fitting}"))
        assert not any(code.startswith("minutes") for code in again), hint


def test_repeats_on_ways_apart() -> None:
    """The same sentence on two ways that no play can both go is not repeated."""
    sentence = "Whoever calls you can claim to be anybody at all."
    apart = story(
        ("feedback: The code opens your account.", f"feedback: {sentence}"),
        ("feedback: Asked.", f"feedback: {sentence}"),
    )
    assert "repeated-sentence" not in codes(apart)
    after = story(
        ("feedback: Good., then", f"feedback: {sentence}, then"),
        ("feedback: Asked.", f"feedback: {sentence}"),
    )
    assert codes(after) == ["repeated-sentence"]


# --- Logic and variants ---


def test_conditions_on_time_are_left_alone() -> None:
    """A way that only those take who look at some things is not called dead."""
    text = story(
        ("feedback: Asked., then: kept", "feedback: Asked., then: WAYS"),
        ("    phone:\n", "    phone:\n"),
    ).replace("WAYS", "[{when: minutes > 40 and minutes < 50, to: lost}, {to: kept}]")
    assert codes(text) == []


def test_names_of_one_kind_can_be_those_of_another() -> None:
    """An objective may be called "minutes", as the story's time is, and one may be called as a
    variable: asking for the objective reads neither."""
    timed = story(
        ("  verify: {title", "  minutes: {title"),
        ("feedback: Good.", "feedback: Good., minutes: 2"),
        ("then: lost\n  desk", "then: [{when: missed minutes, to: kept}, {to: lost}]\n  desk"),
    ).replace("score: {verify: 1}", "score: {minutes: 1}")
    assert codes(timed) == []
    named = story(
        ("  hurried: false", "  hurried: false\n  verify: false"),
        ("then: lost\n  desk", "then: [{when: missed verify, to: kept}, {to: lost}]\n  desk"),
    )
    assert codes(named) == ["unread-variable"]


def test_a_shadowed_way() -> None:
    """A way that holds only where one before it is taken is told as such, and so is a last way
    that is never left over."""
    ways = "[{when: took call/hang-up, to: kept}, {when: not hurried, to: lost}, {to: lost}]"
    told = said(story(("feedback: Asked., then: kept", f"feedback: Asked., then: {ways}")))
    assert [line.split("] ", 1)[1] for line in told if "dead-way" in line] == [
        'the way to "lost" is never taken: where it holds, one before it does, too',
        'the last way, to "lost", is never taken: one before it always holds',
    ]


def test_a_next_that_is_asked_on_the_way() -> None:
    """Ways that a scene with nothing to decide is passed through by are looked at as well."""
    passed = (
        "  desk:\n    title",
        "  hall:\n    title: H\n    sms: {sender: rosa, lines: [{rosa: Hi.}]}\n"
        "    next: [{when: hurried, to: lost}, {to: desk}]\n  desk:\n    title",
    )
    told = said(story(passed, ("feedback: Good., then: desk", "feedback: Good., then: hall")))
    assert [line for line in told if "dead-way" in line] == [
        '43:12 [dead-way] the way to "lost" is never taken: "hurried" never holds here'
    ]


def test_every_draw_has_full_marks_alike() -> None:
    """A retry in which fewer points can be had is told, too."""
    start = (
        "start: call\nscenes:\n",
        "start: [{when: missed verify, to: desk}, {to: call}]\nscenes:\n",
    )
    assert [line for line in said(story(start)) if "uneven" in line] == [
        '22:1 [uneven-marks] after "missed verify" only 1 of 2 points for "verify" can be had'
    ]


@given(st.integers(1, 12), st.integers(0, 10_000), st.text("abcdefgh", min_size=1, max_size=8))
def test_the_next_seed_draws_another_option(options: int, seed: int, pool: str) -> None:
    """A retry takes the next seed, and with two options or more never the same one."""
    bundle = {"variants": {pool: {"options": [{"id": str(n)} for n in range(options)]}}}
    first, second = (play.option(bundle, pool, n) for n in (seed, seed + 1))
    assert (first != second) is (options > 1)


def test_three_objectives_that_go_in_pairs_only() -> None:
    """Where any two can be met and never all three, the whole list is told of."""
    names = ("one", "two", "three")
    pairs = (("one", "two"), ("two", "three"), ("one", "three"))
    objectives = "".join(f"  {n}: {{title: T {n}, criteria: [SOC2 CC1.4]}}\n" for n in names)
    acts = "".join(
        f"      {a}-{b}: {{do: continue, label: L {a} {b}, outcome: right, "
        f"score: {{{a}: 1, {b}: 1}}, feedback: F, then: kept}}\n"
        for a, b in pairs
    )
    head, rest = story().split("objectives:\n")
    rest = rest.split("pass:", 1)[1]
    text = f"{head}objectives:\n{objectives}pass:{rest}"
    before, after = text.split("    acts:\n", 1)
    after = after[after.index("  desk:\n") :].replace("score: {verify: 1}, ", "")
    text = f"{before}    acts:\n{acts}{after.split('tests:')[0]}"
    told = [line for line in said(text) if "objectives-exclude" in line]
    assert told == ["11:1 [objectives-exclude] no way through the story meets all 3 objectives"]


# --- The library ---


@pytest.mark.parametrize("source", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_exercises_have_no_problem(source: Path) -> None:
    """Every check is content with every exercise that we ship."""
    if "." not in source.stem and source.stem != "programme":
        assert [str(problem) for problem in golden.compiled(source).problems] == []

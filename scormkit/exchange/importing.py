"""A translator's file into the file beside the scenario: every answer is judged at its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scormkit import bundle as bundles
from scormkit.document import Document, Route
from scormkit.exchange import library, po, sibling, xliff_reader
from scormkit.exchange.library import Shelf
from scormkit.exchange.marks import VALUE, marks, named, parse
from scormkit.exchange.returned import Answer, Refused, Returned
from scormkit.exchange.units import PLAYER
from scormkit.inspection.findings import quoted
from scormkit.problems import Mark, Problem, did_you_mean
from scormkit.translation import Translation, digest, translated

_SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BREAKS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})  # as document.py reads them


@dataclass(frozen=True)
class Outcome:
    """What came of an import: where to, how many texts are new, as they were and not translated
    yet, and what is wrong."""

    path: Path | None
    taken: int
    same: int
    left: int
    written: bool
    problems: tuple[Problem, ...]


def bring(file: Path, folder: Path | None = None, good_only: bool = False) -> Outcome:
    """Takes the texts of a file into the one beside its scenario in the folder (scenarios/, or for
    the player's words its own, if none is named). With anything wrong nothing is written, or with
    `good_only` the rest."""
    try:
        returned = read(file.read_bytes(), str(file))
        shelf = _shelf(returned, folder)
    except Refused as refused:
        return Outcome(None, 0, 0, 0, False, (refused.problem,))
    if shelf.problems:
        return Outcome(None, 0, 0, 0, False, shelf.problems)
    answers, problems, left = _judged(returned, shelf)
    problems += _rendered(returned, shelf, answers)
    if problems and not good_only:
        return Outcome(shelf.path, 0, 0, left, False, tuple(problems))
    bad = {problem.mark for problem in problems}
    good = {path: each for path, each in answers.items() if each.target_mark not in bad}
    texts, sources = dict(shelf.texts), dict(shelf.sources)
    new = 0
    for path, each in good.items():
        target, noted = _cleaned(each), digest(shelf.known[path].text)
        same = shelf.texts.get(path, "").strip() == target
        new += not same or sources.get(path) != noted
        texts[path] = shelf.texts[path] if same else target
        sources[path] = noted
    if new:
        sibling.write(shelf.path, library.file_of(shelf, texts, sources))
    return Outcome(shelf.path, new, len(good) - new, left, new > 0, tuple(problems))


def told(outcome: Outcome) -> str:
    """What came of an import, in a few words."""
    if outcome.path is None or (outcome.problems and not outcome.written):
        return "nothing was written"
    counts = f"{outcome.taken} taken, {outcome.same} as before, {outcome.left} not translated yet"
    wrote = f"wrote {outcome.path}" if outcome.written else f"{outcome.path} stays as it is"
    return f"{counts}; {wrote}"


def read(data: bytes, file: str) -> Returned:
    """The answers of a file in either format; raises Refused with one problem."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return xliff_reader.read(data, file)
    return po.read(data, file)


def _shelf(returned: Returned, folder: Path | None) -> Shelf:
    """Where the texts belong; a name or a language from outside never becomes a path unchecked."""
    if not LANGUAGE.fullmatch(returned.language):
        message = f"the language {quoted(returned.language)} is no language tag such as de or pt-BR"
        raise Refused(Problem(returned.mark, message, "bad-form", "export again"))
    if returned.name == PLAYER:
        shelf = library.player(returned.language, folder)
    else:
        shelf = library.scenario(_source(returned, folder or Path("scenarios")), returned.language)
    if returned.language == shelf.own_language:
        message = f'the texts are in "{returned.language}" already'
        hint = "a source is changed in its own file, not by a translation"
        raise Refused(Problem(returned.mark, message, "bad-form", hint))
    return shelf


def _source(returned: Returned, folder: Path) -> Path:
    source = folder / f"{returned.name}.yaml"
    if _SLUG.fullmatch(returned.name) and source.is_file():
        return source
    found = sorted(path.stem for path in folder.glob("*.yaml") if "." not in path.stem)
    message = f"there is no scenario {quoted(returned.name)} in {folder}"
    hint = did_you_mean(returned.name, found, "say where it lies: --into FOLDER")
    raise Refused(Problem(returned.mark, message, "unknown-scenario", hint))


def _judged(returned: Returned, shelf: Shelf) -> tuple[dict[str, Answer], list[Problem], int]:
    """The answers that can be taken, what is wrong with others, and how many are not done."""
    problems, answers, left = list(returned.problems), {}, 0
    times = Counter(answer.path for answer in returned.answers)
    for answer in returned.answers:
        if times[answer.path] > 1:
            message = f"{quoted(answer.path)} stands in this file {times[answer.path]} times"
            problems.append(Problem(answer.mark, message, "duplicate-entry", "keep one of them"))
        elif _is_left(answer, shelf):
            left += 1
        elif wrong := list(_wrong(answer, shelf)):
            problems += wrong
        else:
            answers[answer.path] = answer
    return answers, problems, left


def _is_left(answer: Answer, shelf: Shelf) -> bool:
    """Whether nobody has translated this yet."""
    if answer.target is None:
        return True
    # some tools put the source where the target will be
    before = (shelf.texts.get(answer.path, "").strip(), answer.source.strip())
    return answer.open and _cleaned(answer) in before


def _wrong(answer: Answer, shelf: Shelf) -> Iterator[Problem]:
    path, target, mark = answer.path, _cleaned(answer), answer.target_mark
    if path not in shelf.known:
        message = f"there is no text at {quoted(path)}"
        hint = did_you_mean(path, shelf.known, "it is gone: export again, and translate that file")
        yield Problem(answer.mark, message, "unknown-text", hint)
        return
    source = shelf.known[path].text.strip()
    if answer.source.strip() != source:
        message = f'the source of "{path}" is another than the text that stands there now'
        hint = "export again and translate the new text; a source is never edited in the file"
        yield Problem(answer.mark, message, "source-changed", hint)
    elif not target:
        message = f'"{path}" is marked as translated, and nothing is written'
        yield Problem(mark, message, "empty-target", "translate it, or mark it as not done")
    else:
        yield from _lost(answer, source, target)
        longest = shelf.known[path].longest
        if longest and len(target) > longest:
            message = f'"{path}" has {len(target)} characters; {longest} are the most'
            yield Problem(mark, message, "out-of-range", "say it in fewer words")


def _lost(answer: Answer, source: str, target: str) -> Iterator[Problem]:
    """What the source has marked and the target has not."""
    wanted, there = (list(dict.fromkeys(marks(parse(text)))) for text in (source, target))
    for mark in wanted:
        if mark not in there:
            same = [named(*each) for each in there if each[0] == mark[0] and each not in wanted]
            message = f'"{answer.path}" has lost {named(*mark)}'
            hint = f"{same[0]} is not the same" if same else "it stands in the source"
            yield Problem(answer.target_mark, message, "lost-mark", hint)


def _rendered(returned: Returned, shelf: Shelf, answers: Mapping[str, Answer]) -> list[Problem]:
    """What the compiler would say of the answers: links, cues, placeholders that are not there."""
    if shelf.scenario is None:
        return [odd for answer in answers.values() for odd in _odd_values(answer)]
    texts = {path: _cleaned(answer) for path, answer in answers.items()}
    marks_at: dict[Route, Mark] = {
        ("texts", path): answer.target_mark for path, answer in answers.items()
    }
    document = Document(returned.file, {}, marks_at, {}, ())
    told = translated(
        shelf.scenario, Translation(Path(returned.file), returned.language, document, texts)
    )
    _, _, problems = bundles.render(told, shelf.organisation or {})
    own = set(marks_at.values())
    return [problem for problem in dict.fromkeys(problems) if problem.mark in own]


def _odd_values(answer: Answer) -> Iterator[Problem]:
    """Placeholders of the player's words that the source has not: nobody would fill them in."""
    known = [name for kind, name in marks(parse(answer.source)) if kind == VALUE]
    for kind, name in dict.fromkeys(marks(parse(answer.target or ""))):
        if kind == VALUE and name not in known:
            message = f'"{{{name}}}" is no value that is known in "{answer.path}"'
            hint = did_you_mean(name, known, "take those of the source")
            yield Problem(answer.target_mark, message, "unknown-value", hint)


def _cleaned(answer: Answer) -> str:
    """A target as it is kept: one kind of line break, nothing around it."""
    text = (answer.target or "").replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_BREAKS).strip()

"""Where texts and their translations lie: beside a scenario, or among the player's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scormkit import document, resources, schema
from scormkit import organisation as organisations
from scormkit.document import Document, DocumentError, Route
from scormkit.exchange import sibling
from scormkit.exchange.units import Sheet, player_sheet, sheet
from scormkit.problems import Problem, has_errors
from scormkit.resolve import resolve
from scormkit.scenario import Scenario
from scormkit.translation import Text, Translation, texts, translation

WORDS = "words"


@dataclass(frozen=True)
class Shelf:
    """The texts of one scenario, or of the player, and those of one language; with problems there
    is nothing else. `read` is the language's file where there is one."""

    language: str
    path: Path
    known: Mapping[str, Text]
    texts: Mapping[str, str]
    sources: Mapping[str, str]
    read: Document | None = None
    scenario: Scenario | None = None
    organisation: Mapping[str, str] | None = None
    heads: Mapping[str, str] | None = None
    base: Document | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def own_language(self) -> str:
        """The language that the texts themselves are in."""
        return str(self.scenario.data["language"]) if self.scenario else "en"


def scenario(source: Path, language: str) -> Shelf:
    """A scenario's texts in its own language and another; not its story, which may be wrong."""
    path = sibling.beside(source, language)
    told, problems = _resolved(source)
    if told is None:
        return Shelf(language, path, {}, {}, {}, problems=tuple(problems))
    known = texts(told)
    done: Translation | None = None
    if path.is_file():
        done, found = translation(path, told)
        problems += [problem for problem in found if problem.severity == "error"]
    own = organisations.read(organisations.beside(source))
    problems += own.problems
    if problems:
        return Shelf(language, path, {}, {}, {}, problems=tuple(problems))
    return Shelf(
        language, path, known,
        done.texts if done else {}, done.sources if done else {}, done.document if done else None,
        told, own.told(language),
    )  # fmt: skip


def player(language: str, folder: Path | None = None) -> Shelf:
    """The player's own words in English and another language, which lies in the folder: the
    player's own if none is named."""
    base = document.parse(resources.text(f"{WORDS}/en.yaml").encode(), f"{WORDS}/en.yaml")
    known = {key: Text((key,), word) for key, word in base.data.items()}
    path = (folder or resources.folder(WORDS)) / f"{language}.yaml"
    read: Document | None = None
    problems: tuple[Problem, ...] = ()
    done, digests = {}, {}
    if path.is_file():
        try:
            read = document.read(path)
            problems = (*read.problems, *_odd_words(read))
            if not problems:
                done = {key: word for key, word in read.data.items() if key != sibling.SOURCES}
                digests = read.data.get(sibling.SOURCES, {})
        except DocumentError as error:
            problems = (error.problem,)
    heads = _heads(resources.text(f"{WORDS}/en.yaml"))
    return Shelf(
        language, path, known, done, digests, read, heads=heads, base=base, problems=problems
    )


def _odd_words(read: Document) -> Iterator[Problem]:
    """What is no word in a file of the player's: each is a text, and so is each digest."""
    if not isinstance(read.data, dict):
        hint = "write each word at its key: do.report: Melden"
        yield Problem(read.mark(()), "the player's words are no mapping", "wrong-type", hint)
        return
    for key, value in read.data.items():
        if key == sibling.SOURCES and isinstance(value, dict):
            routes: list[Route] = [
                (key, each) for each in value if not isinstance(value[each], str)
            ]
        else:
            routes = [] if isinstance(value, str) and key != sibling.SOURCES else [(key,)]
        for route in routes:
            hint = "put a text into quotes, or delete the line"
            message = f'what stands at "{route[-1]}" is no text'
            yield Problem(read.mark(route), message, "wrong-type", hint)


def sheet_of(shelf: Shelf) -> Sheet:
    """What a translator gets."""
    if shelf.scenario is None:
        assert shelf.base is not None and shelf.heads is not None
        words = {key: each.text for key, each in shelf.known.items()}
        at = {key: shelf.base.mark((key,)) for key in words}
        return player_sheet(words, shelf.heads, at, shelf.language, shelf.texts, shelf.sources)
    done = None
    if shelf.read is not None:
        own, digests = dict(shelf.texts), dict(shelf.sources)
        done = Translation(shelf.path, shelf.language, shelf.read, own, digests)
    return sheet(shelf.scenario, shelf.language, done)


def file_of(shelf: Shelf, texts: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """The file of a language with these texts and digests, in the order of the source."""
    texts = sibling.ordered(texts, shelf.known)
    if shelf.scenario is None:
        return sibling.words(texts, sources)
    head = {"language": shelf.language, "scenario": shelf.scenario.slug}
    return sibling.whole(head, texts, sources)


def languages(source: Path) -> list[str]:
    """The languages that lie beside a scenario."""
    found = source.parent.glob(f"{source.stem}.*.yaml")
    return sorted(path.name.split(".")[-2] for path in found)


def player_languages(folder: Path | None = None) -> list[str]:
    """The languages of the player's words, apart from English."""
    found = sorted(path.stem for path in (folder or resources.folder(WORDS)).glob("*.yaml"))
    return [name for name in found if name != "en"]


def _resolved(source: Path) -> tuple[Scenario | None, list[Problem]]:
    """The scenario with every name in it found; whether its story is sound does not matter."""
    try:
        read = document.read(source)
    except DocumentError as error:
        return None, [error.problem]
    problems = [*read.problems, *schema.violations(read, "scenario")]
    if has_errors(problems):
        return None, problems
    told, found = resolve(read)
    return told, [*problems, *found] if told is None else []


def _heads(text: str) -> dict[str, str]:
    """By key the remark that stands above its group in the words' file."""
    heads, head = {}, ""
    for line in text.splitlines():
        if line.startswith("#"):
            head = line.lstrip("# ")
        elif ":" in line:
            heads[line.split(":")[0]] = head
    return heads

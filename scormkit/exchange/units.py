"""What there is to translate: every text with its translation, how old that is, and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scormkit.document import Route
from scormkit.exchange import marks, notes
from scormkit.problems import Mark
from scormkit.scenario import Scenario
from scormkit.translation import Text, Translation, digest, texts

MISSING, DONE, STALE, UNKNOWN_AGE = "missing", "translated", "stale", "unknown-age"

# Keys whose text stays as it is in any language: addresses, numbers, code.
_KEPT = ("address", "number", "phone", "url", "reply-to", "diff", "repository", "branch")
# An address, a host or a file's name, whole.
_ADDRESS = re.compile(r"\S+@\S+|\w+://\S+|[^\s.]\S*\.[A-Za-z][A-Za-z0-9]{1,9}(?:/\S*)?")
_FIELD = re.compile(r"\{([a-z0-9-]+\.[a-z0-9_-]+)\}")


@dataclass(frozen=True)
class Unit:
    """One text to translate. `optional`: a name, which can stay as it is in most languages."""

    path: str
    source: str
    target: str
    state: str
    group: str
    mark: Mark
    notes: tuple[tuple[str, str], ...] = ()
    longest: int = 0
    optional: bool = False


@dataclass(frozen=True)
class Sheet:
    """All texts of one scenario (or, without a slug, of the player) for one language."""

    slug: str
    title: str
    version: str
    original: str
    source_language: str
    language: str
    units: tuple[Unit, ...]

    @property
    def name(self) -> str:
        """The scenario's slug, or the name that the player's words have instead."""
        return self.slug or PLAYER


PLAYER = "player.words"  # no slug has a dot, so no scenario can be called so


def sheet(scenario: Scenario, language: str, translation: Translation | None) -> Sheet:
    """The texts of a scenario, with what there is of them in a language."""
    done = translation.texts if translation else {}
    digests = translation.sources if translation else {}
    every = texts(scenario)
    kept = _kept(every.values())
    users = _users(every.values())
    units = tuple(
        Unit(
            path=path,
            source=each.text.strip(),
            target=done.get(path, "").strip(),
            state=state(each.text, done.get(path), digests.get(path)),
            group=_group(each.route),
            mark=scenario.document.mark(each.route),
            notes=notes.of(each, scenario, users),
            longest=each.longest,
            optional=notes.is_name(each.route),
        )
        for path, each in every.items()
        if path in done or path not in kept
    )
    data = scenario.data
    return Sheet(
        scenario.slug,
        data["title"],
        data["version"],
        scenario.document.file.replace("\\", "/").rsplit("/", 1)[-1],
        data["language"],
        language,
        units,
    )


def player_sheet(
    base: Mapping[str, str], heads: Mapping[str, str], marks_at: Mapping[str, Mark],
    language: str, done: Mapping[str, str], digests: Mapping[str, str],
) -> Sheet:  # fmt: skip
    """The player's own words; `heads` are the remarks that stand above them."""
    units = tuple(
        Unit(
            path=key,
            source=word.strip(),
            target=done.get(key, "").strip(),
            state=state(word, done.get(key), digests.get(key)),
            group=key.split(".")[0],
            mark=marks_at[key],
            notes=notes.of_word(key, word, heads.get(key, "")),
        )
        for key, word in base.items()
    )
    return Sheet("", "The player's own words", "", "en.yaml", "en", language, units)


def state(source: str, target: str | None, noted: str | None) -> str:
    """How a translation stands to its source."""
    if target is None:
        return MISSING
    if noted is None:
        return UNKNOWN_AGE
    return DONE if noted == digest(source) else STALE


def _kept(every: Iterable[Text]) -> set[str]:
    """The places of texts that are the same in any language: without words, or addresses, or
    variants' fields that addresses are made of."""
    listed = list(every)
    kept = {each.path for each in listed if _stays(each)}
    addresses = [each.text.strip() for each in listed if _is_address(each.text.strip())]
    built = {field for address in addresses for field in _FIELD.findall(address)}
    fields = [each for each in listed if each.route[0] == "variants"]
    spaced = {_field(each) for each in fields if re.search(r"\s", each.text.strip())}
    return kept | {each.path for each in fields if _field(each) in built - spaced}


def _stays(each: Text) -> bool:
    if each.route[-1] in _KEPT or "headers" in each.route[-2:-1]:
        return True
    text = each.text.strip()
    if not any(letter.isalpha() for letter in marks.words(marks.parse(text))):
        return True
    return _is_address(text)


def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(_FIELD.sub("x", text)) is not None


def _field(each: Text) -> str:
    """A variant's field as placeholders name it."""
    return f"{each.route[1]}.{each.route[3]}"


def _users(every: Iterable[Text]) -> dict[str, list[str]]:
    """By variant's field the places of the texts that it is put into."""
    found: dict[str, list[str]] = {}
    for each in every:
        for field in dict.fromkeys(_FIELD.findall(each.text)):
            found.setdefault(field, []).append(each.path)
    return found


def _group(route: Route) -> str:
    """The part of the scenario that a text belongs to, as a dotted place."""
    if route[0] in ("scenes", "variants", "endings"):
        return ".".join(map(str, route[:2]))
    return str(route[0]) if len(route) > 1 else "head"


def grouped(units: Iterable[Unit]) -> Iterator[tuple[str, list[Unit]]]:
    """The units in their groups, both in order; a group comes once."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.group, []).append(unit)
    yield from groups.items()

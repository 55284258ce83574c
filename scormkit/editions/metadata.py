"""The learning object metadata (LOM) of a manifest: title, summary, time and criteria.

SCORM 1.2 carries IMS Meta-data 1.2.1, SCORM 2004 carries IEEE LOM 1.0. Both have the same elements
in the same order; how each of them writes a name, a text and a word of a vocabulary is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scormkit.editions.edition import Bundle
from scormkit.editions.markup import Lines, group, leaf, plain

# What a criterion's first word stands for, in the words of whoever publishes it.
FRAMEWORKS = {
    "SOC2": "SOC 2 Trust Services Criteria",
    "ISO27001": "ISO/IEC 27001:2022, Annex A",
}
_DIFFICULTY = {"least": "easy", "moderate": "medium", "very": "difficult"}
_VOCABULARY = "LOMv1.0"
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\Z")  # xs:language


@dataclass(frozen=True)
class Tongue:
    """How one of the two standards writes LOM."""

    prefix: str
    lower: bool  # names are lower case, words of a vocabulary begin with a capital
    string: str  # the element that holds a text
    language: str  # its attribute that says in which language
    time: str  # the element that holds a duration

    def name(self, name: str) -> str:
        """An element's name, given as IEEE LOM has it."""
        return f"{self.prefix}:{name.lower() if self.lower else name}"

    def text(self, name: str, text: str, language: str) -> Lines:
        """An element that holds a text in a language."""
        return self.texts(name, {language: text})

    def texts(self, name: str, told: Mapping[str, str]) -> Lines:
        """An element that holds one text, in each language that it is told in."""
        string = f"{self.prefix}:{self.string}"
        strings = (leaf(string, text, {self.language: tag}) for tag, text in told.items())
        return group(self.name(name), *strings)

    def term(self, name: str, word: str) -> Lines:
        """An element that holds a word of the standard's own vocabulary."""
        if not self.lower:
            source, value = leaf("lom:source", _VOCABULARY), leaf("lom:value", word)
        else:  # a vocabulary's words are in no language
            source = self.text("source", _VOCABULARY, "x-none")
            value = self.text("value", word.title(), "x-none")
        return group(self.name(name), source, value)


IMSMD = Tongue("imsmd", True, "langstring", "xml:lang", "datetime")  # SCORM 1.2 CAM 2.2
LOM = Tongue("lom", False, "string", "language", "duration")  # SCORM 2004 CAM 4


def metadata(bundle: Bundle, tongue: Tongue) -> Lines:
    """The whole element; its criteria stand in a classification, one taxon path for each."""
    name, text, term, language = tongue.name, tongue.text, tongue.term, bundle["language"]
    return group(
        name("lom"),
        group(
            name("general"),
            tongue.texts("title", _told(bundle, "title")),
            *(leaf(name("language"), spoken) for spoken in _languages(bundle)),
            tongue.texts("description", _told(bundle, "summary")),
            *(text("keyword", plain(word), language) for word in bundle.get("keywords", ())),
        ),
        group(name("lifeCycle"), text("version", bundle["version"], language)),
        group(
            name("educational"),
            term("learningResourceType", "simulation"),
            term("intendedEndUserRole", "learner"),
            term("difficulty", _DIFFICULTY.get(bundle.get("difficulty", ""), "medium")),
            group(name("typicalLearningTime"), leaf(name(tongue.time), f"PT{bundle['minutes']}M")),
        ),
        group(
            name("classification"),
            term("purpose", "educational objective"),
            *(
                group(
                    name("taxonPath"),
                    text("source", framework, "en"),
                    group(name("taxon"), leaf(name("id"), place)),
                )
                for framework, place in taxon_paths(criteria(bundle))
            ),
        ),
    )


def criteria(bundle: Bundle) -> list[str]:
    """Every criterion that an objective names, once each, sorted."""
    return sorted({c for objective in bundle["objectives"] for c in objective.get("criteria", ())})


def taxon_paths(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The framework and the place in it: "SOC2 CC1.4" is the SOC 2 criteria's CC1.4."""
    for name in names:
        framework, _, place = name.partition(" ")
        yield FRAMEWORKS.get(framework, framework), place or framework


def _told(bundle: Bundle, key: str) -> dict[str, str]:
    """A text of the head in every language that has one of its own, the source's first."""
    others = {
        tag: bundle["languages"][tag]["texts"][key]
        for tag in _languages(bundle)[1:]
        if key in bundle["languages"][tag]["texts"]
    }
    told = {bundle["language"]: bundle[key], **others}
    return {language: plain(text) for language, text in told.items()}


def _languages(bundle: Bundle) -> list[str]:
    """The languages that the package speaks, the source's first; only what xs:language allows."""
    names = dict.fromkeys((bundle["language"], *bundle.get("languages", ())))
    return [name for name in names if _LANGUAGE.match(name)]

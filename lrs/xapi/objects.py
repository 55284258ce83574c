"""Judges what: activities with their definitions, references to statements, verbs."""

from __future__ import annotations

from collections.abc import Mapping

from lrs.errors import Problem
from lrs.xapi.actors import IDENTIFIERS
from lrs.xapi.judging import (
    Check,
    Judgement,
    Where,
    extensions,
    iri,
    keys,
    language_map,
    meant,
    missing,
    parts,
    shown,
    text,
    uuid,
    wrong_kind,
    wrong_type,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
INTERACTIONS = (
    *("true-false", "choice", "fill-in", "long-fill-in", "matching"),
    *("performance", "sequencing", "likert", "numeric", "other"),
)
COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_VERB = frozenset({"id", "display"})
_ACTIVITY = frozenset({"objectType", "id", "definition"})
_REFERENCE = frozenset({"objectType", "id"})
_COMPONENT = frozenset({"id", "description"})


def verb(value: object, where: Where, j: Judgement) -> None:
    """What was done."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "verb")
        return
    if not value.keys() <= _VERB:
        keys(value, _VERB, "a verb", where, j, "verb")
    if "id" in value:
        iri(value["id"], (where, "id"), j, "verb")
    else:
        missing("id", "a verb", where, j, "verb")
    if "display" in value:
        language_map(value["display"], (where, "display"), j, "verb")


def activity(value: object, where: Where, j: Judgement) -> None:
    """An Activity, whether or not it says so."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "activity")
        return
    if not value.keys() <= _ACTIVITY:
        meant_kind = "objectType" not in value and _kind_by_keys(value)
        if meant_kind:
            message = f'this looks like {meant_kind}, which as object says so in its "objectType"'
            clause = "agent object" if meant_kind == _ACTOR else "statement object"
            j.says(where, message, "missing", clause)
            return
        keys(value, _ACTIVITY, "an Activity", where, j, "activity")
    if value.get("objectType", "Activity") != "Activity":
        wrong_kind(value["objectType"], '"Activity"', where, j, "activity")
    if "id" in value:
        iri(value["id"], (where, "id"), j, "activity")
    else:
        missing("id", "an Activity", where, j, "activity")
    if "definition" in value:
        definition(value["definition"], (where, "definition"), j)


_ACTOR = "an Agent or Group"


def _kind_by_keys(value: dict[str, object]) -> str:
    """What an object without an objectType was to be, if its keys give it away."""
    if any(key in value for key in (*IDENTIFIERS, "member")):
        return _ACTOR
    return "a SubStatement" if "actor" in value or "verb" in value else ""


def definition_problems(value: object, version: str, at: str = "$") -> list[Problem]:
    """What is wrong with an activity definition that stands alone."""
    j = Judgement(version, at)
    definition(value, None, j)
    return j.problems


def definition(value: object, where: Where, j: Judgement) -> None:
    """What is said of an Activity, with the parts of an interaction."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "activity")
        return
    if not value.keys() <= _DEFINITION_KEYS:
        keys(value, _DEFINITION_KEYS, "an activity definition", where, j, "activity")
    parts(value, _DEFINITION, where, j, "activity")
    if "interactionType" not in value:
        for key in ("correctResponsesPattern", *COMPONENT_LISTS):
            if key in value:
                message = f'a definition with "{key}" needs "interactionType"'
                j.says(where, message, "missing", "activity")
                break


def _interaction_type(value: object, where: Where, j: Judgement, clause: str) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a string", where, j, clause)
    elif value not in INTERACTIONS:
        hint = meant(value, INTERACTIONS) or f"; expected one of {', '.join(INTERACTIONS)}"
        message = f"{shown(value)} is not a type of interaction{hint}"
        j.says(where, message, "bad-interaction-type", clause)


def _correct_responses(value: object, where: Where, j: Judgement, clause: str) -> None:
    """Strings; what they say is for whoever reads them (1.0.3: the LRS may check it)."""
    if not isinstance(value, list):
        wrong_type(value, "an array", where, j, clause)
        return
    for number, response in enumerate(value):
        text(response, (where, number), j, clause)


def _components(value: object, where: Where, j: Judgement, clause: str) -> None:
    """Interaction components with distinct ids."""
    if not isinstance(value, list):
        wrong_type(value, "an array", where, j, clause)
        return
    seen: dict[str, int] = {}
    for number, component in enumerate(value):
        place = (where, number)
        if not isinstance(component, dict):
            wrong_type(component, "an object", place, j, clause)
            continue
        if not component.keys() <= _COMPONENT:
            keys(component, _COMPONENT, "an interaction component", place, j, clause)
        if "description" in component:
            language_map(component["description"], (place, "description"), j, clause)
        if "id" not in component:
            missing("id", "an interaction component", place, j, clause)
            continue
        name = component["id"]
        text(name, (place, "id"), j, clause)
        if isinstance(name, str) and seen.setdefault(name, number) != number:
            message = f"{shown(name)} is the id of component {seen[name]} already"
            j.says((place, "id"), message, "duplicate-component", clause)


_DEFINITION: Mapping[str, Check] = {
    "name": language_map,
    "description": language_map,
    "type": iri,
    "moreInfo": iri,
    "extensions": extensions,
    "interactionType": _interaction_type,
    "correctResponsesPattern": _correct_responses,
    **dict.fromkeys(COMPONENT_LISTS, _components),
}
_DEFINITION_KEYS = frozenset(_DEFINITION)


def reference(value: object, where: Where, j: Judgement, clause: str = "statement object") -> None:
    """A reference to a statement by its id; whether there is one is not asked."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, clause)
        return
    if not value.keys() <= _REFERENCE:
        keys(value, _REFERENCE, "a StatementRef", where, j, clause)
    if "objectType" not in value:
        missing("objectType", 'a StatementRef (it is "StatementRef")', where, j, clause)
    elif value["objectType"] != "StatementRef":
        wrong_kind(value["objectType"], '"StatementRef"', where, j, clause)
    if "id" in value:
        uuid(value["id"], (where, "id"), j, clause)
    else:
        missing("id", "a StatementRef", where, j, clause)

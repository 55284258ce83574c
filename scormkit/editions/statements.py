"""What the player needs to know for its statements: the store, the exercise, its decisions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from scormkit.editions.edition import Bundle
from scormkit.editions.markup import plain
from scormkit.store import Store

SETTINGS = "lrs.js"
HEARING = "record/xapi"
# Of the bundle, what the player never reads. A page that sends statements does without it, so that
# its first load is no larger than that of another; digest and version are in the settings.
_UNREAD = ("digest", "version", "format", "keywords", "audience")
_HELP_DESK = ("help_desk_name", "help_desk_number")  # all of the organisation that it reads

_FIELD = re.compile(r"\{[a-z0-9_-]+\.[a-z0-9_-]+\}")  # it reads differently in each variant


def heard(record: str) -> str:
    """The module of a record whose calls others hear."""
    return f"{record}-heard"


def module(bundle: Bundle, store: Store, edition: str) -> bytes:
    """The settings as a module, which any policy that lets the player run lets in."""
    written = json.dumps(settings(bundle, store, edition), ensure_ascii=False, indent=1)
    return f"export default {written};\n".encode()


def settings(bundle: Bundle, store: Store, edition: str) -> dict[str, Any]:
    """What stays the same in all statements of a package."""
    return {
        "endpoint": store.url,
        "key": store.key,
        "homePage": store.home_page,
        "activity": activity(bundle),
        "name": _in_languages(bundle, "title"),
        "version": bundle["version"],
        "digest": bundle["digest"],
        "edition": edition,
        "language": bundle["language"],
        "interactions": dict(interactions(bundle)),
    }


def activity(bundle: Bundle) -> str:
    """The IRI that names the exercise for ever, whatever its version (xAPI 1.0.3 Data 2.4.4.1)."""
    organisation = bundle.get("organisation", {})
    base = plain(organisation.get("activity_base", ""))
    if not base:
        base = f"https://{plain(organisation.get('domain', '')) or 'training.invalid'}/training/"
    return f"{base}{'' if base.endswith(('/', '#', ':')) else '/'}{bundle['scenario']}"


def interactions(bundle: Bundle) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each place of a decision, as the definition of an activity: always the same one, since a
    store may refuse or forget one that differs (Data 2.4.4.1). Texts that a variant fills are left
    out; they are in the language that the exercise was written in."""
    language = bundle["language"]
    for name, scene in bundle["scenes"].items():
        places: dict[str, list[dict[str, Any]]] = {}
        for act in scene["acts"]:
            if act["decision"]:
                places.setdefault(act.get("on", ""), []).append(act)
        for on, acts in places.items():
            right = [act["id"] for act in acts if act.get("outcome") == "right"]
            yield (
                f"{name}.{on}" if on else name,
                {
                    "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                    **_named("name", language, scene["title"]),
                    "interactionType": "choice",
                    "choices": [
                        {"id": act["id"], **_named("description", language, _label(bundle, act))}
                        for act in acts
                    ],
                    **({"correctResponsesPattern": right} if right else {}),
                },
            )


def read(bundle: Bundle) -> dict[str, Any]:
    """The bundle without what the player never reads."""
    objectives = [
        {key: value for key, value in objective.items() if key != "criteria"}
        for objective in bundle["objectives"]
    ]
    kept = {key: value for key, value in bundle.items() if key not in _UNREAD}
    values = bundle.get("organisation", {})
    organisation = {key: values[key] for key in _HELP_DESK if key in values}
    return {**kept, "organisation": organisation, "objectives": objectives}


def _label(bundle: Bundle, act: dict[str, Any]) -> str:
    label: str = act.get("label") or bundle["words"].get(f"do.{act['do']}", act["do"])
    return label


def _named(key: str, language: str, text: str) -> dict[str, dict[str, str]]:
    said = plain(text)
    return {} if not said or _FIELD.search(said) else {key: {language: said}}


def _in_languages(bundle: Bundle, key: str) -> dict[str, str]:
    told = {bundle["language"]: plain(bundle[key])}
    for language, overlay in bundle.get("languages", {}).items():
        if key in overlay["texts"]:
            told[language] = plain(overlay["texts"][key])
    return told

"""What a translator is told about a text: what it is, where it stands, how long it may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scormkit.document import Route
from scormkit.exchange import marks
from scormkit.problems import one_of
from scormkit.scenario import SCRIPTS, SPEAKERS, Scenario
from scormkit.translation import Text

Note = tuple[str, str]  # category, text

_WHAT = {
    "summary": "one paragraph for the catalogue and the start page",
    "keywords": "a word to search for in the catalogue",
    "role": "somebody's job",
    "org": "an organisation",
    "intro": "the story, told above the scene",
    "subject": "the subject of a message",
    "body": "the text of a message or page",
    "folder": "the name of a mail folder",
    "time": "when it came, as a mail program shows it",
    "preview": "what a safe view of a file shows",
    "size": "the size of a file",
    "room": "the name of a chat room, or who is written to",
    "sharing": "what is shown on the shared screen of a meeting",
    "app": "the app that asks for approval",
    "account": "the account that a prompt names",
    "device": "the device that signs in",
    "location": "the place from where somebody signs in",
    "heading": "the heading of a web page",
    "issuer": "who issued a certificate",
    "valid": "how long a certificate is valid",
    "header": "the heading of a column",
    "rows": "a cell of a table",
    "publisher": "who asks for consent",
    "scopes": "what an app asks to be allowed to do",
    "priority": "the priority of a ticket",
    "status": "the status of a ticket",
    "value": "what a form's field holds already",
    "alt": "what a picture shows, for those who cannot see it",
    "transcript": "what is said in a recording",
    "why": "why something gives the attack away, shown afterwards",
    "cc": "who gets a copy",
    "to": "who a message goes to",
}
_BUTTON_ROOM = 1.4  # a translation is often a third longer; beyond this a button wraps
_MARKUP = re.compile(r"\*\*\S|(?<!\w)\*\S|^[-+>] |^\d+[.)] |`", re.M)


def of(each: Text, scenario: Scenario, users: Mapping[str, list[str]]) -> tuple[Note, ...]:
    """The notes to a text of a scenario."""
    return tuple(note for note in _notes(each, scenario, users) if note[1])


def of_word(key: str, word: str, head: str) -> tuple[Note, ...]:
    """The notes to one of the player's own words; `head` is the remark above its group."""
    what = "a button or a mark of few words" if len(word) <= 24 else ""
    about = [("where", head), ("what", what), ("length", _room(word) if what else "")]
    return tuple(note for note in (*about, ("keep", _keep(word))) if note[1])


def is_name(route: Route) -> bool:
    """Whether the text is a person's name, which stays as it is in most languages."""
    of_a_file = "attachments" in route or "file" in route
    return route[-1] == "name" and route[0] in ("you", "people", "scenes") and not of_a_file


def _notes(each: Text, scenario: Scenario, users: Mapping[str, list[str]]) -> Iterator[Note]:
    route, text = each.route, each.text.strip()
    yield "what", _what(route, scenario)
    if route[0] == "scenes":
        scene = scenario.scenes[str(route[1])]
        yield "where", f'scene "{scene.data["title"]}", channel {scene.channel}'
    if route[0] == "variants":
        places = users.get(f"{route[1]}.{route[3]}", [])
        yield "where", f"stands in {one_of(places, 3)}".replace(" or ", " and ") if places else ""
    if each.longest:
        yield "length", f"at most {each.longest} characters"
    elif route[-1] in ("label", "say") and "acts" in route:
        yield "length", _room(text)
    yield "keep", _keep(text)
    if _MARKUP.search(text) and (route[-1] not in ("title", "subject", "label", "say")):
        yield "markup", "Markdown: keep the signs of **bold**, *italic*, lists, `code`, > quotes"


def _what(route: Route, scenario: Scenario) -> str:
    last = route[-1]
    holder = next(step for step in reversed(route) if isinstance(step, str))
    around = route[-2] if len(route) > 1 else ""
    if is_name(route):
        return "somebody's name; it can stay as it is"
    if last == "title":
        return _title(route)
    if last == "text":
        return "how the story ends" if route[0] == "endings" else "a prompt, or the words of a link"
    if last in ("label", "say", "answer", "feedback") and "acts" in route:
        return _of_act(route, scenario)
    if len(route) > 3 and isinstance(around, int) and route[-3] in (*SCRIPTS, "answer"):
        return _said(str(last), scenario)
    if route[0] == "variants":
        return "a piece of text that is put into others; each try draws one of the options"
    if last == "name":
        return "the name of a file"
    if last == "label":
        return "what a form's field asks for"
    if last == "subject" and around == "certificate":
        return "whom a certificate is issued to"
    step = holder if holder in _WHAT else str(around)
    rows = next((str(part) for part in route if part in ("rows", "scopes", "header")), step)
    return _WHAT.get(rows, "")


def _title(route: Route) -> str:
    if len(route) == 1:
        return "the title of the exercise"
    named = {"objectives": "an objective: what the learner can do afterwards, one sentence"}
    named |= {"endings": "an ending in a few words"}
    if route[0] == "scenes" and len(route) > 3:
        return "the title of a meeting, a browser's tab or a task"
    return named.get(str(route[0]), "the heading of a scene")


def _of_act(route: Route, scenario: Scenario) -> str:
    act: Any = scenario.data
    for step in route[: route.index("acts") + 2]:
        act = act[step]
    outcome = act.get("outcome")
    said = act.get("say", act.get("label", ""))
    quoted = f' "{said}"' if said else ""
    if "answer" in route:
        return f"what is seen or said after the act{quoted}"
    if route[-1] == "say":
        return f"what the learner can say: a button{_judged(outcome)}"
    if route[-1] == "label":
        return f"a button{_judged(outcome)}"
    return f"feedback on the {outcome or 'neutral'} decision{quoted}, shown afterwards"


def _judged(outcome: str | None) -> str:
    return f" for the {outcome} decision" if outcome else ""


def _said(speaker: str, scenario: Scenario) -> str:
    if speaker == SPEAKERS[0]:
        return "what the learner's character says"
    if speaker == SPEAKERS[1]:
        return "what the narrator tells"
    person = scenario.data.get("people", {}).get(speaker, {})
    role = f", {person['role']}," if "role" in person else ""
    return f"what {person.get('name', speaker)}{role} says"


def _room(text: str) -> str:
    return f"a button: {round(max(len(text) * _BUTTON_ROOM, 12))} characters or fewer are best"


def _keep(text: str) -> str:
    found = dict.fromkeys(marks.marks(marks.parse(text)))
    return "keep " + ", ".join(marks.named(*each) for each in found) if found else ""

"""The forms in which readers get a statement: exact, ids, canonical (1.0.3 Communication 2.1.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from lrs.xapi.contents import Json, identifier, is_activity, is_actor, object_, objects
from lrs.xapi.objects import COMPONENT_LISTS


def as_exact(statement: Json) -> Json:
    """A statement as it came, but for lone context activities, each put into an array (1.0.3 Data
    2.4.6.2)."""
    return _rewritten(statement, _same, _same, _same)


def as_ids(statement: Json) -> Json:
    """A statement with no more of its agents, verbs and activities than says which they are."""
    return _rewritten(statement, _id_of_actor, _id_of_verb, lambda activity: _only(activity, "id"))


def as_canonical(
    statement: Json, definitions: Callable[[str], Json | None], languages: Sequence[str]
) -> Json:
    """A statement with the definitions that the store holds of its activities, and one language,
    the best of those accepted, in each of their texts and of its verbs'."""

    def activity(one: Json) -> Json:
        iri = one.get("id")
        held = definitions(iri) if isinstance(iri, str) else None
        definition = held if held is not None else one.get("definition")
        if not isinstance(definition, dict):
            return one
        return {**one, "definition": _in_one_language(definition, languages)}

    def verb(one: Json) -> Json:
        display = one.get("display")
        return {**one, "display": _chosen(display, languages)} if display else one

    return _rewritten(statement, _same, verb, activity)


def accepted(header: str) -> list[str]:
    """The language ranges of an Accept-Language header, the most wanted first; of very many, some.
    Each is looked for in each text of an answer, and a header has room for thousands."""
    ranges: list[tuple[float, str]] = []
    for piece in header.split(","):
        found = _RANGE.fullmatch(piece.strip())
        if found and float(found["q"] or 1) > 0:
            ranges.append((float(found["q"] or 1), found["range"]))
    wanted = dict.fromkeys(name for _, name in sorted(ranges, key=lambda one: -one[0]))
    return list(wanted)[:_MOST_RANGES]


_MOST_RANGES = 30  # a browser sends a handful
_RANGE = re.compile(
    r"(?P<range>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"
    r"(?:[ \t]*;[ \t]*[qQ]=(?P<q>[01](?:\.[0-9]{0,3})?))?",
    re.ASCII,
)


def _chosen(words: Any, languages: Sequence[str]) -> Any:
    """A language map with its one best entry: by lookup (RFC 4647 3.4), where a range also stands
    for its narrower tags (RFC 2616 14.4); the first of all if none is wanted."""
    if not isinstance(words, dict) or len(words) < 2:
        return words
    tags = {tag.lower(): tag for tag in words}
    for wanted in languages:
        tag = _lookup(wanted.lower(), tags)
        if tag is not None:
            return {tag: words[tag]}
    return {tag: words[tag] for tag in list(words)[:1]}


def _lookup(wanted: str, tags: dict[str, str]) -> str | None:
    if wanted in tags:
        return tags[wanted]
    for tag, written in tags.items():
        if wanted == "*" or tag.startswith(f"{wanted}-"):
            return written
    while "-" in wanted:
        wanted = wanted.rpartition("-")[0].removesuffix("-x")
        if wanted in tags:
            return tags[wanted]
    return None


def _in_one_language(definition: Json, languages: Sequence[str]) -> Json:
    written = dict(definition)
    for key in ("name", "description"):
        if key in written:
            written[key] = _chosen(written[key], languages)
    for key in COMPONENT_LISTS:
        if isinstance(written.get(key), list):
            written[key] = [
                {**one, "description": _chosen(one["description"], languages)}
                if isinstance(one, dict) and "description" in one
                else one
                for one in written[key]
            ]
    return written


def _same(one: Json) -> Json:
    return one


def _only(one: Json, *names: str) -> Json:
    return {key: one[key] for key in names if key in one}


def _id_of_verb(verb: Json) -> Json:
    return _only(verb, "id")


def _id_of_actor(actor: Json) -> Json:
    kept = _only(actor, "objectType", "mbox", "mbox_sha1sum", "openid", "account")
    if not identifier(actor) and isinstance(actor.get("member"), list):
        kept["member"] = [
            _id_of_actor(one) if isinstance(one, dict) else one for one in actor["member"]
        ]
    return kept


def _rewritten(
    statement: Json,
    actor: Callable[[Json], Json],
    verb: Callable[[Json], Json],
    activity: Callable[[Json], Json],
    inner: bool = False,
) -> Json:
    """A copy of a statement, with each actor, verb and activity in it put through its function."""
    written = dict(statement)
    _put(written, "actor", actor)
    _put(written, "authority", actor)
    _put(written, "verb", verb)
    about = object_(written.get("object"))
    if is_actor(about):
        _put(written, "object", actor)
    elif is_activity(about):
        _put(written, "object", activity)
    elif about.get("objectType") == "SubStatement" and not inner:
        written["object"] = _rewritten(about, actor, verb, activity, inner=True)
    if isinstance(written.get("context"), dict):
        context = written["context"] = dict(written["context"])
        _put(context, "instructor", actor)
        _put(context, "team", actor)
        _put_each(context, "contextAgents", "agent", actor)
        _put_each(context, "contextGroups", "group", actor)
        if isinstance(context.get("contextActivities"), dict):
            context["contextActivities"] = {
                key: [activity(one) for one in objects(value)]
                for key, value in context["contextActivities"].items()
            }
    return written


def _put(holder: Json, key: str, rewrite: Callable[[Json], Json]) -> None:
    if isinstance(holder.get(key), dict):
        holder[key] = rewrite(holder[key])


def _put_each(context: Json, key: str, who: str, rewrite: Callable[[Json], Json]) -> None:
    if isinstance(context.get(key), list):
        context[key] = [dict(one) if isinstance(one, dict) else one for one in context[key]]
        for one in objects(context[key]):
            _put(one, who, rewrite)

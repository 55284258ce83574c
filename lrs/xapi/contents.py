"""What stands in a statement: whom and what it can be found by, and its forms for readers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lrs.xapi.objects import COMPONENT_LISTS, VOIDED

Json = dict[str, Any]


def identifier(actor: Json) -> str:
    """One text for the inverse functional identifier of an Agent or Group, "" if it has none.

    Two actors are the same when their texts are. The case of a mailbox's domain and of a digest
    doesn't count (1.0.3 Data 2.3.1); everything else does. A mailbox and its digest stay two."""
    mbox, digest, openid = actor.get("mbox"), actor.get("mbox_sha1sum"), actor.get("openid")
    if isinstance(mbox, str):
        local, at, domain = mbox.rpartition("@")
        return f"mbox {local}{at}{domain.lower()}"
    if isinstance(digest, str):
        return f"mbox_sha1sum {digest.lower()}"
    if isinstance(openid, str):
        return f"openid {openid}"
    account = _object(actor.get("account"))
    page, name = account.get("homePage"), account.get("name")
    if isinstance(page, str) and isinstance(name, str):
        return f"account {page}|{name}"  # an IRI holds no |, so this is read in one way only
    return ""


def terms(statement: Json) -> set[str]:
    """What a statement can be found by (1.0.3 Communication 2.1.3): "agent ...", "verb ...",
    "activity ...", "registration ...", and what only a query with related_agents or
    related_activities takes: "related-agent ...", "related-activity ..."."""
    about, context = _object(statement.get("object")), _object(statement.get("context"))
    agents = {*_whom(statement.get("actor")), *_whom(about if _is_actor(about) else None)}
    found = {f"agent {whom}" for whom in agents}
    related = set(_whom(statement.get("authority")))
    related.update(_context_agents(context))
    verb = _object(statement.get("verb")).get("id")
    if isinstance(verb, str):
        found.add(f"verb {verb}")
    registration = context.get("registration")
    if isinstance(registration, str):
        found.add(f"registration {registration.lower()}")
    activity = about.get("id") if _is_activity(about) else None
    if isinstance(activity, str):
        found.add(f"activity {activity}")
    related_activities = [one.get("id") for one in _context_activities(context)]
    if about.get("objectType") == "SubStatement":
        inner, inner_context = _object(about.get("object")), _object(about.get("context"))
        related.update(_whom(about.get("actor")), _context_agents(inner_context))
        if _is_actor(inner):
            related.update(_whom(inner))
        elif _is_activity(inner):
            related_activities.append(inner.get("id"))
        related_activities.extend(one.get("id") for one in _context_activities(inner_context))
    found.update(f"related-agent {whom}" for whom in related - agents)
    found.update(
        f"related-activity {iri}"
        for iri in related_activities
        if isinstance(iri, str) and iri != activity
    )
    return found


def reference(statement: Json) -> str | None:
    """The id of the statement that this one is about, in lower case; None if it is about none."""
    about = _object(statement.get("object"))
    if about.get("objectType") != "StatementRef" or not isinstance(about.get("id"), str):
        return None
    return str(about["id"]).lower()


def is_voiding(statement: Json) -> bool:
    """Whether this statement makes another void (1.0.3 Data 2.3.2)."""
    verb = _object(statement.get("verb"))
    return verb.get("id") == VOIDED and reference(statement) is not None


def activities(statement: Json) -> dict[str, Json]:
    """The definitions that come with activities anywhere in a statement, by activity."""
    found: dict[str, list[Json]] = {}
    for activity in _activities(statement):
        definition = activity.get("definition")
        if isinstance(activity.get("id"), str) and isinstance(definition, dict):
            found.setdefault(activity["id"], []).append(definition)
    return {iri: merged(definitions) for iri, definitions in found.items()}


def agents(statement: Json) -> dict[str, str]:
    """The names of the Agents anywhere in a statement, by their identifiers."""
    found = {}
    for actor in _actors(statement):
        for one in (actor, *_objects(actor.get("member"))):
            name = one.get("name")
            if one.get("objectType") != "Group" and isinstance(name, str) and identifier(one):
                found[identifier(one)] = name
    return found


def merged(definitions: Iterable[Json]) -> Json:
    """One definition of an activity out of those received in turn: what was said later holds, but
    no language is lost, and no extension."""
    whole: Json = {}
    for definition in definitions:
        for key, value in definition.items():
            held = whole.get(key)
            if isinstance(held, dict) and isinstance(value, dict):
                whole[key] = {**held, **value}
            elif key in COMPONENT_LISTS and isinstance(held, list) and isinstance(value, list):
                whole[key] = _merged_components(held, value)
            else:
                whole[key] = value
    return whole


def _merged_components(held: list[Any], later: list[Any]) -> list[Any]:
    """The later components, with the languages that only the earlier had of the same ones."""
    described = {str(one.get("id")): _object(one.get("description")) for one in _objects(held)}
    united = []
    for one in later:
        before = described.get(str(one.get("id"))) if isinstance(one, dict) else None
        if before:
            one = {**one, "description": {**before, **_object(one.get("description"))}}
        united.append(one)
    return united


# The forms for readers.


def has_lone_activity(statement: Json) -> bool:
    """Whether a context activity stands without its array, so that as_exact must mend it."""
    about = _object(statement.get("object"))
    contexts = [_object(statement.get("context"))]
    if about.get("objectType") == "SubStatement":
        contexts.append(_object(about.get("context")))
    return any(
        isinstance(value, dict)
        for context in contexts
        for value in _object(context.get("contextActivities")).values()
    )


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
    """The language ranges of an Accept-Language header, the most wanted first."""
    ranges: list[tuple[float, str]] = []
    for piece in header.split(","):
        found = _RANGE.fullmatch(piece.strip())
        if found and float(found["q"] or 1) > 0:
            ranges.append((float(found["q"] or 1), found["range"]))
    return [name for _, name in sorted(ranges, key=lambda one: -one[0])]


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
    about = _object(written.get("object"))
    if _is_actor(about):
        _put(written, "object", actor)
    elif _is_activity(about):
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
                key: [activity(one) for one in _objects(value)]
                for key, value in context["contextActivities"].items()
            }
    return written


def _put(holder: Json, key: str, rewrite: Callable[[Json], Json]) -> None:
    if isinstance(holder.get(key), dict):
        holder[key] = rewrite(holder[key])


def _put_each(context: Json, key: str, who: str, rewrite: Callable[[Json], Json]) -> None:
    if isinstance(context.get(key), list):
        context[key] = [dict(one) if isinstance(one, dict) else one for one in context[key]]
        for one in _objects(context[key]):
            _put(one, who, rewrite)


# Ways through a statement, which may be any JSON object.


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    """The objects of a list, or the one that stands without its list."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_actor(about: Json) -> bool:
    return about.get("objectType") in ("Agent", "Group")


def _is_activity(about: Json) -> bool:
    return bool(about.get("objectType", "Activity") == "Activity")


def _whom(actor: Any) -> Iterator[str]:
    """The identifiers by which an actor is found: its own and those of its members."""
    for one in (_object(actor), *_objects(_object(actor).get("member"))):
        found = identifier(one)
        if found:
            yield found


def _context_actors(context: Json) -> Iterator[Json]:
    yield _object(context.get("instructor"))
    yield _object(context.get("team"))
    for one in _objects(context.get("contextAgents")):
        yield _object(one.get("agent"))
    for one in _objects(context.get("contextGroups")):
        yield _object(one.get("group"))


def _context_agents(context: Json) -> Iterator[str]:
    for actor in _context_actors(context):
        yield from _whom(actor)


def _context_activities(context: Json) -> Iterator[Json]:
    for value in _object(context.get("contextActivities")).values():
        yield from _objects(value)


def _actors(statement: Json, inner: bool = False) -> Iterator[Json]:
    about = _object(statement.get("object"))
    yield _object(statement.get("actor"))
    yield _object(statement.get("authority"))
    yield from _context_actors(_object(statement.get("context")))
    if _is_actor(about):
        yield about
    elif about.get("objectType") == "SubStatement" and not inner:
        yield from _actors(about, inner=True)


def _activities(statement: Json, inner: bool = False) -> Iterator[Json]:
    about = _object(statement.get("object"))
    if _is_activity(about):
        yield about
    elif about.get("objectType") == "SubStatement" and not inner:
        yield from _activities(about, inner=True)
    yield from _context_activities(_object(statement.get("context")))

"""A document against a schema; violations become problems at their marks."""

from __future__ import annotations

import copy
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jsonschema_rs

from scormkit import resources
from scormkit.document import Document, Route
from scormkit.problems import Problem, did_you_mean, one_of

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping (key: value)",
    "array": "a list",
    "null": "nothing",
}


def violations(document: Document, name: str) -> list[Problem]:
    """Every way in which the document breaks the schema of that name, at its place."""
    whole = root(name)
    errors = _validator(name).iter_errors(document.data)
    found = (problem for error in errors for problem in _problems(document, whole, error, ()))
    return list(dict.fromkeys(found))


def readable(document: Document, name: str) -> Document | None:
    """The document without what breaks the schema, so that more can be told of it; None where a
    name would be gone with that, for then much would seem to lead nowhere."""
    data = copy.deepcopy(document.data)
    for error in _validator(name).iter_errors(document.data):
        for route in _broken(error):
            if not route or _defines(route, _holder(root(name), error.schema_path)):
                return None
            _drop(data, route)
    return replace(document, data=data) if _validator(name).is_valid(data) else None


# Their entries are names that other places use; `on` says in which file a `line` is.
_NAMING = (
    "on",
    *("scenes", "endings", "people", "objectives", "variables", "variants", "media", "messages"),
    *("acts", "links", "cues", "attachments", "fields", "files", "participants", "members"),
)


def _broken(error: jsonschema_rs.ValidationError) -> Iterator[Route]:
    """The keys without which an error would not be; the list is gone with an entry of it, since
    the others' places must stay."""
    route = tuple(error.instance_path)
    if type(error.kind).__name__.endswith("AdditionalProperties"):
        yield from ((*route, key) for key in _detail(error, "unexpected"))
        return
    while route and isinstance(route[-1], int):
        route = route[:-1]
    yield route


def _drop(data: Any, route: Route) -> None:
    """Take a key out, unless what it stood in is gone already."""
    *above, last = route
    for step in above:
        if isinstance(data, dict) and step not in data:
            return
        data = data[step]
    data.pop(last, None)


def _defines(route: Route, holder: dict[str, Any]) -> bool:
    """Whether names hang on a key, or would if it were spelt as it seems to be meant."""
    import difflib  # late, as in problems.py

    meant = difflib.get_close_matches(str(route[-1]), holder.get("properties", {}), 1)
    around = {route[0], *route[-2:], *meant}
    return not around.isdisjoint(_NAMING) if route[0] != "scenes" else _in_scene(route, meant)


def _in_scene(route: Route, meant: list[str]) -> bool:
    return len(route) < 3 or not {*route[-2:], *meant}.isdisjoint(_NAMING)


def rules(node: Mapping[str, Any], value: Any) -> Iterator[Mapping[str, Any]]:
    """The parts of the scenario's schema that speak of a value which fits the node."""
    at = _follow(root("scenario"), dict(node))
    # a branch that only asks for a key, as a scene does for its channel, says nothing of values
    branches = [branch for branch in at.get("oneOf", ()) if list(branch) != ["required"]]
    if not branches:
        yield at
    for branch in branches:
        rule = _follow(root("scenario"), branch)
        if rule["type"] == _type(value) and _has_room(rule, value):
            yield rule


def _has_room(rule: Mapping[str, Any], value: Any) -> bool:
    """Whether every key of a mapping is one that the rule knows."""
    closed = isinstance(value, dict) and rule.get("additionalProperties") is False
    return not closed or value.keys() <= rule.get("properties", {}).keys()


@lru_cache
def root(name: str) -> dict[str, Any]:
    """The schema of that name."""
    schema: dict[str, Any] = json.loads(resources.schema(f"{name}.schema.json"))
    return schema


@lru_cache
def _validator(name: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(root(name))


def _problems(
    document: Document, root: dict[str, Any], error: jsonschema_rs.ValidationError, above: Route
) -> Iterator[Problem]:
    route = (*above, *error.instance_path)
    holder = _holder(root, error.schema_path)
    kind = type(error.kind).__name__.rsplit("_", 1)[-1]
    if kind == "AdditionalProperties":
        yield from _unknown(document, route, holder, _detail(error, "unexpected"))
    elif kind == "OneOfNotValid":
        yield from _no_branch(document, root, route, holder, error.instance)
    elif kind == "PropertyNames":
        yield from _names(document, route, holder, error.instance)
    else:
        message, code, hint = _SAY[kind](error, holder)
        if code == "bad-form" and holder["pattern"] == _NAME:
            hint = _person(document.data, error.instance) or hint
        mark = document.key(route) if kind == "Required" else document.mark(route)
        yield Problem(mark, f"{_named(route)}{message}", code, hint)


def _detail(error: jsonschema_rs.ValidationError, name: str) -> Any:
    """What this kind of error tells beside its message; the kinds share no type for it."""
    return getattr(error.kind, name)


def _holder(root: dict[str, Any], path: list[str | int]) -> dict[str, Any]:
    """The schema that holds the violated keyword, references followed."""
    at: Any = root
    for step in path[:-1]:
        at = _follow(root, at) if step == "$ref" else at[step]
    return _follow(root, at) if isinstance(at, dict) else {}


def _follow(root: dict[str, Any], at: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in at:
        at = root["definitions"][at["$ref"].rsplit("/", 1)[-1]]
    return at


def _named(route: Route) -> str:
    """The key a message is about, as a beginning of its sentence."""
    for step in reversed(route):
        if isinstance(step, str):
            return f"{step}: "
    return ""


def _unknown(
    document: Document, route: Route, holder: dict[str, Any], unexpected: list[str]
) -> Iterator[Problem]:
    known = list(holder.get("properties", {}))
    for key in unexpected:
        where = f" in {_named(route)[:-2]}" if route else ""
        hint = did_you_mean(key, known)
        bare = _at(document.data, (*route, key)) is None
        if " " in key and bare:  # {text: One, two}
            hint = "if it is the rest of a text with a comma, put that whole text in quotes"
        elif not hint:
            hint = f"known here: {one_of(known, 20)}"
            hint += "; a list inside { } has brackets: [one, two]" if bare else ""
        message = f'"{key}" is not a key that is known{where}'
        yield Problem(document.key((*route, key)), message, "unknown-key", hint)


def _at(data: Any, route: Route) -> Any:
    for step in route:
        data = data[step]
    return data


def _names(
    document: Document, route: Route, holder: dict[str, Any], value: Any
) -> Iterator[Problem]:
    matches = jsonschema_rs.Draft7Validator(holder)
    for key in value:
        if not matches.is_valid(key):
            message = f'"{key}" is not a name; names are {_SHAPES[holder["pattern"]]}'
            hint = _person(document.data, key) or name_hint(key)
            yield Problem(document.key((*route, key)), message, "bad-name", hint)


def _person(data: Any, written: object) -> str:
    """Whom somebody means who writes the name that learners see, where the short one belongs."""
    people = data.get("people") if isinstance(data, dict) else None
    if not isinstance(people, dict) or not isinstance(written, str):
        return ""
    import difflib  # late: most builds have nothing to suggest

    short = {
        each["name"].casefold(): (name, each["name"])
        for name, each in reversed(people.items())
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    }
    near = difflib.get_close_matches(written.casefold(), short, n=1, cutoff=0.8)
    name, shown = short[near[0]] if near else ("", "")
    return f'did you mean "{name}", who is {shown}?' if near else ""


def _no_branch(
    document: Document, root: dict[str, Any], route: Route, holder: dict[str, Any], value: Any
) -> Iterator[Problem]:
    """What is wrong by the branch that the author seems to have meant."""
    if all(list(branch) == ["required"] for branch in holder["oneOf"]):
        names = [branch["required"][0] for branch in holder["oneOf"]]
        hint = f"give it one of {one_of(names)}"
        yield Problem(document.key(route), f"{_named(route)}no channel", "no-channel", hint)
        return
    for branch in holder["oneOf"]:
        schema = _follow(root, branch)
        if _type(value) == schema.get("type") and _looks_meant(schema, value):
            checker = jsonschema_rs.Draft7Validator(
                {**schema, "definitions": root.get("definitions", {})}
            )
            for error in checker.iter_errors(value):
                yield from _problems(
                    document, {**schema, "definitions": root["definitions"]}, error, route
                )
            return
    kinds = (_TYPES[_follow(root, branch)["type"]] for branch in holder["oneOf"])
    what = one_of(dict.fromkeys(kinds))
    message = f"{_named(route)}{_quote(value)} is {_TYPES[_type(value)]}; expected {what}"
    ways = (_rewritten(value, _follow(root, branch)) for branch in holder["oneOf"])
    hint = next(filter(None, ways), str(holder.get("description", "")))
    yield Problem(document.mark(route), message, "wrong-type", hint)


def _looks_meant(schema: dict[str, Any], value: Any) -> bool:
    """Of several mappings, the one that shares a key; everything else by its type alone."""
    if not isinstance(value, dict):
        return True
    required = schema.get("required", [])
    return not required or any(key in value for key in required if key != "start")


def _type(value: Any) -> str:
    for kind, name in _PYTHON:
        if isinstance(value, kind):
            return name
    return "null"


_PYTHON: tuple[tuple[type, str], ...] = (
    (str, "string"),
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (dict, "object"),
    (list, "array"),
)

Said = tuple[str, str, str]


def _say_type(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
    expected = holder.get("type", "")
    written = _type(error.instance)
    if written == "null":
        return "nothing is written here", "empty-value", str(holder.get("description", ""))
    message = f"{_quote(error.instance)} is {_TYPES[written]}; expected {_TYPES.get(expected)}"
    hint = str(holder.get("description", ""))
    last = error.instance_path[-1] if error.instance_path else ""
    if written == "string" and last in holder.get("properties", {}):
        hint = f'if this "{last}" belongs to an entry above, indent it as far as what that one has'
    return message, "wrong-type", _rewritten(error.instance, holder) or hint


def _rewritten(value: Any, holder: dict[str, Any]) -> str:
    """How to write a value so that it has the type wanted, where that can be told."""
    expected, source = holder.get("type", ""), _source(value)
    if expected == "string" and isinstance(value, bool):
        return f'put it in quotes: "{source}"'
    if expected == "string" and isinstance(value, int | float):
        if "pattern" in holder and not re.search(holder["pattern"], source):
            return str(holder.get("description", ""))
        # what was written may have been 0800 or 1.50
        return "put it in quotes, just as it stands here"
    if expected == "string" and _in_braces(value):
        return f'put it in quotes: "{source}"'
    if expected == "boolean":
        return switched(value)
    if expected == "array" and isinstance(value, dict):
        return 'begin each entry with "- ", a hyphen and a space'
    if expected == "array" and isinstance(value, str):
        return f"write a list, in brackets: [{value}]" if len(value) <= 40 else ""
    return ""


def switched(value: Any) -> str:
    """How to write what is meant as true or false; nothing where it is neither."""
    meant = _SWITCHES.get(_source(value).lower())
    return f"write {meant}" if meant else ""


def _in_braces(value: Any) -> bool:
    """Whether it is a placeholder without quotes, which YAML takes for a mapping."""
    return isinstance(value, dict) and len(value) == 1 and None in value.values()


_SWITCHES = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def _say_enum(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
    options = [str(option) for option in holder["enum"]]
    hint = did_you_mean(str(error.instance), options, f"one of {one_of(options, 50)}")
    return f"{_quote(error.instance)} is not known here", "unknown-value", hint


def _say_pattern(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
    hint = str(holder.get("description", ""))
    if holder["pattern"] == _NAME:
        hint = name_hint(str(error.instance)) or hint
    expected = _SHAPES.get(holder["pattern"])
    message = f"does not fit; expected {expected}" if expected else "is not of the form wanted here"
    return f"{_quote(error.instance)} {message}", "bad-form", hint


def _say_required(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
    missing = _detail(error, "property")
    about = holder.get("properties", {}).get(missing, {})
    return f'"{missing}" is missing', "missing-key", str(about.get("description", ""))


def _limit(words: str) -> Callable[[jsonschema_rs.ValidationError, dict[str, Any]], Said]:
    def say(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
        hint = str(holder.get("description", ""))
        written = "" if isinstance(error.instance, dict | list) else f"{_quote(error.instance)} "
        return f"{written}{words.format(_detail(error, 'limit'))}", "out-of-range", hint

    return say


def _say_unique(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
    entries: Any = error.instance
    twice = next(each for n, each in enumerate(entries) if each in entries[:n])
    return f"{_quote(twice)} stands twice in this list", "duplicate-entry", "keep one of the two"


def _say_two(error: jsonschema_rs.ValidationError, holder: dict[str, Any]) -> Said:
    names = [branch["required"][0] for branch in holder["oneOf"] if "required" in branch]
    given = [name for name in names if isinstance(error.instance, dict) and name in error.instance]
    hint = "keep one; make a scene of its own for the other"
    return f"two channels in one scene: {one_of(given)}", "two-channels", hint


_SAY: dict[str, Callable[[jsonschema_rs.ValidationError, dict[str, Any]], Said]] = {
    "Type": _say_type,
    "Enum": _say_enum,
    "Pattern": _say_pattern,
    "Required": _say_required,
    "Minimum": _limit("is less than {}"),
    "Maximum": _limit("is more than {}"),
    "MinLength": _limit("is empty; at least {} character is needed"),
    "MaxLength": _limit("is longer than {} characters"),
    "MinItems": _limit("too few entries; the least is {}"),
    "MaxItems": _limit("too many entries; the most is {}"),
    "MinProperties": _limit("too few entries; the least is {}"),
    "MaxProperties": _limit("too many entries; the most is {}"),
    "UniqueItems": _say_unique,
    "OneOfMultipleValid": _say_two,
}


_NAME = "^[a-z][a-z0-9-]{0,39}$"
_SHAPES = {
    _NAME: "lower-case letters (a to z), digits and hyphens, a letter first, at most 40",
    "^[a-z][a-z0-9_-]*$": "lower-case letters, digits, _ and -, a letter first",
    "^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, a letter first",
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": 'a time such as "09:05"',
    r"^(https://[^/?#@\s]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?)(/[^?#\s]*)?$": (
        "https://..., or http:// on this machine alone (localhost, 127.0.0.1)"
    ),
    "^[!-9;-~]+:[!-~]+$": "KEY:SECRET, with a colon between and no spaces",
    r"^https?://[^/?#@\s]+(/[^?#\s]*)?$": "an address such as https://lms.example/",
    r"^[A-Za-z0-9_][A-Za-z0-9_./-]*\.(svg|png|jpg|jpeg|gif|mp3|m4a)$": (
        "a path inside the scenario's folder that ends in .svg, .png, .jpg, .jpeg, .gif, .mp3 or"
        " .m4a, of letters, digits, _ - . and /"
    ),
    r"^(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})$": "three numbers: 1.0.0",
    "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "a language, such as en, de or pt-BR",
    r"^(SOC2 (CC[1-9]\.[0-9]{1,2}|[API][0-9]\.[0-9])|ISO27001 A\.[5-8]\.[0-9]{1,2})$": (
        "the framework and the place in it"
    ),
    "^https?://[^ ]+/$": "an address that ends with a slash",
    r"^[^@\s]+@[^@\s]+$": "a mail address",
    "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$": "a month and day, or a whole day",
    r"^(any|newest|at-least [0-9]+\.[0-9]+\.[0-9]+)$": "any, newest, or at-least 1.2.0",
    "^[0-9a-f]{8}$": "8 hex digits",
}


def shape(pattern: str) -> str:
    """What a pattern asks for, in words."""
    return _SHAPES[pattern]


def name_hint(written: str) -> str:
    """The nearest name that has the form of one, as an example; nothing where none is near."""
    if "://" in written:
        return ""
    plain = unicodedata.normalize("NFKD", written.lower().translate(_SPELT))
    slug = "-".join("".join(c if c.isalnum() else " " for c in plain if ord(c) < 128).split())
    fits = slug[:1].isalpha() and len(slug) <= 40 and slug != written
    return f'for example "{slug}"' if fits else ""


_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o"})


def _quote(value: Any) -> str:
    text = _source(value)
    return f'"{text[:57]}…"' if len(text) > 60 else f'"{text}"'


def _source(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if _in_braces(value):
        return f"{{{next(iter(value))}}}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

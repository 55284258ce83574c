"""What the key that a package carries may do: anybody can read it there, so it may tell of a play
of the catalogue's exercises and do nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lrs.errors import Forbidden, Problem, TooLarge, in_words

# What a player has to tell; a package's key may say nothing else.
VERBS = tuple(
    f"http://adlnet.gov/expapi/verbs/{verb}"
    for verb in (
        *("initialized", "answered", "passed", "failed", "completed", "terminated"),
        *("resumed", "suspended"),
    )
)
# Activities beside the catalogue's that a statement names as its category: whose rules it follows.
CATEGORIES = ("https://scormkit.example/xapi", "https://w3id.org/xapi/scorm")
_STATEMENT = frozenset("id actor verb object result context timestamp version".split())
_ACTOR = frozenset(("objectType", "account"))
_CONTEXT = frozenset("registration contextActivities revision platform language extensions".split())
_ACTIVITY = frozenset(("objectType", "id", "definition"))
_PIECE = 16_384  # bytes; a request counts as one for each that it begins


@dataclass(frozen=True)
class Player:
    """The bounds of a player's key."""

    activities: tuple[str, ...]  # these, and what is below them
    verbs: tuple[str, ...] = VERBS
    origins: tuple[str, ...] = ()  # empty: those of the settings
    blocked: tuple[str, ...] = ()  # names of accounts that it may not speak for
    rate: int = 600  # requests a minute
    max_body: int = 200_000  # bytes, after they were unpacked
    categories: tuple[str, ...] = CATEGORIES


def check_origin(player: Player, origin: str | None, others: Collection[str]) -> None:
    """Raises Forbidden for a page of another origin than the key's own, or `others` if it names
    none. No origin at all: that is no page in a browser, and what is none could name any."""
    allowed = player.origins or others
    if origin is not None and origin not in allowed and "*" not in allowed:
        message = f"pages of {origin[:200]} may not use this key; lrs key limit --origin allows it"
        raise Forbidden.of("header Origin", message, "origin-not-allowed")


def check_size(player: Player, size: int) -> None:
    """Raises TooLarge for more bytes than the key may send at once."""
    if size > player.max_body:
        message = f"it has {size} bytes; this key may send {player.max_body} at once"
        raise TooLarge.of("body", message, "body-too-large")


def cost(player: Player, size: int) -> int:
    """How many requests one with so many bytes counts as, so that large ones are no way around the
    rate; a whole minute's at most, or the largest could never be sent."""
    return min(1 + size // _PIECE, player.rate)


def check_statements(player: Player, statements: Sequence[Mapping[str, Any]], listed: bool) -> None:
    """Raises Forbidden, with all that is wrong, unless each statement is one that a player makes.
    They are valid ones already. `listed`: they came as a list."""
    problems = [
        problem
        for number, statement in enumerate(statements)
        for problem in _problems(player, statement, f"$[{number}]" if listed else "$")
    ]
    if problems:
        raise Forbidden(in_words(problems, len(statements)), problems)


def _problems(player: Player, statement: Mapping[str, Any], at: str) -> Iterator[Problem]:
    yield from _others(statement, _STATEMENT, at)
    yield from _actor_problems(player, statement["actor"], f"{at}.actor")
    verb = statement["verb"]["id"]
    if verb not in player.verbs:
        yield Problem(f"{at}.verb.id", f"a player's key may not say {verb}", "verb-not-allowed")
    yield from _activity_problems(player.activities, statement["object"], f"{at}.object")
    context = statement.get("context", {})
    yield from _others(context, _CONTEXT, f"{at}.context")
    for kind, told in context.get("contextActivities", {}).items():
        allowed = (*player.activities, *(player.categories if kind == "category" else ()))
        for number, activity in enumerate(told if isinstance(told, list) else [told]):
            where = f"{at}.context.contextActivities.{kind}[{number}]"
            yield from _activity_problems(allowed, activity, where)


def _others(told: Mapping[str, Any], known: Collection[str], at: str) -> Iterator[Problem]:
    for name in told:
        if name not in known:
            message = f"a player's key may not tell it; it may tell {', '.join(sorted(known))}"
            yield Problem(f"{at}.{name}", message, "member-not-allowed")


def _actor_problems(player: Player, actor: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """An account of the LMS and nothing else: no group, no address, no name of a person."""
    account = actor.get("account")
    if account is None or actor.get("objectType", "Agent") != "Agent":
        message = "a player's key speaks for an Agent with an account, as its LMS knows the learner"
        yield Problem(at, message, "actor-without-account")
        return
    yield from _others(actor, _ACTOR, at)
    if account["name"] in player.blocked:
        message = "this key may not speak for this account; it was blocked by lrs key limit"
        yield Problem(f"{at}.account.name", message, "actor-blocked")


def _activity_problems(
    allowed: Collection[str], inner: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    if inner.get("objectType", "Activity") != "Activity":
        message = "a player's key tells of activities alone"
        yield Problem(at, message, "activity-not-allowed")
        return
    yield from _others(inner, _ACTIVITY, at)
    name = inner["id"]
    if not any(_within(name, each) for each in allowed):
        message = f"{name} is none of the activities of this key, nor below one"
        yield Problem(f"{at}.id", message, "activity-not-allowed")


def _within(activity: str, allowed: str) -> bool:
    return activity == allowed or activity.startswith((f"{allowed}/", f"{allowed}#"))

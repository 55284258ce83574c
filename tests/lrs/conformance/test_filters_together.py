"""All filters together find what a slow reader finds that looks at every statement."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from live import Caller, fresh
from wording import VOIDED, Json, query

from lrs import keys
from lrs.xapi.store import Store

AGENTS = [{"mbox": f"mailto:a{n}@brightwater.example"} for n in range(4)]
VERBS = [f"https://brightwater.example/verbs/{n}" for n in range(3)]
ACTIVITIES = [f"https://brightwater.example/activities/{n}" for n in range(4)]
KINDS = ("parent", "grouping", "category", "other")


class Asked(NamedTuple):
    """What a reader asks for; None where it doesn't matter."""

    agent: Json | None
    verb: str | None
    activity: str | None
    registration: str | None
    related_agents: bool
    related_activities: bool
    since: str | None
    until: str | None
    ascending: bool

    def params(self) -> dict[str, object]:
        """As parameters of a request."""
        told: dict[str, object] = {}
        for name, value in self._asdict().items():
            if isinstance(value, bool):
                told[name] = "true" if value else "false"
            elif value is not None:
                told[name] = value
        return told


def made(dice: random.Random, number: int, registrations: list[str]) -> list[Json]:
    """Statements with something of everything in them, many about each other."""
    names = [fresh() for _ in range(number)]
    return [{"id": name, **_one(dice, names, registrations)} for name in names]


def _one(dice: random.Random, names: list[str], registrations: list[str]) -> Json:
    kind = dice.random()
    one: Json = {"actor": _actor(dice), "verb": {"id": dice.choice(VERBS)}}
    if kind < 0.35:
        one["object"] = {"id": dice.choice(ACTIVITIES)}
    elif kind < 0.45:
        one["object"] = {"objectType": "Agent", **dice.choice(AGENTS)}
    elif kind < 0.6:
        inner = {"objectType": "SubStatement", "actor": _actor(dice)}
        inner["verb"] = {"id": dice.choice(VERBS)}
        inner["object"] = dice.choice(
            [{"id": dice.choice(ACTIVITIES)}, {"objectType": "Agent", **dice.choice(AGENTS)}]
        )
        one["object"] = {**inner, "context": _context(dice, registrations)}
    else:
        one["object"] = {"objectType": "StatementRef", "id": dice.choice([*names, fresh()])}
        if kind > 0.85:
            one["verb"] = {"id": VOIDED}
    if dice.random() < 0.6:
        one["context"] = _context(dice, registrations)
    if dice.random() < 0.2:
        one["authority"] = {"objectType": "Agent", **dice.choice(AGENTS)}
    return one


def _actor(dice: random.Random) -> Json:
    if dice.random() < 0.3:
        return {"objectType": "Group", "member": dice.sample(AGENTS, 2)}
    return dice.choice(AGENTS)


def _context(dice: random.Random, registrations: list[str]) -> Json:
    parts: Json = {
        "registration": dice.choice(registrations),
        "instructor": dice.choice(AGENTS),
        "team": {"objectType": "Group", "member": [dice.choice(AGENTS)]},
        "contextActivities": {dice.choice(KINDS): [{"id": dice.choice(ACTIVITIES)}]},
    }
    someone, team = dice.choice(AGENTS), {"objectType": "Group", "member": [dice.choice(AGENTS)]}
    parts["contextAgents"] = [{"objectType": "contextAgent", "agent": someone}]
    parts["contextGroups"] = [{"objectType": "contextGroup", "group": team}]
    return {name: part for name, part in parts.items() if dice.random() < 0.4}


def asked(dice: random.Random, registrations: list[str], stored: list[str]) -> Asked:
    """Some filters, by chance."""

    def maybe(some: list[Any], chance: float = 0.4) -> Any:
        return dice.choice(some) if dice.random() < chance else None

    return Asked(
        agent=maybe(AGENTS),
        verb=maybe(VERBS),
        activity=maybe(ACTIVITIES),
        registration=maybe(registrations, 0.2),
        related_agents=dice.random() < 0.5,
        related_activities=dice.random() < 0.5,
        since=maybe(stored, 0.25),
        until=maybe(stored, 0.25),
        ascending=dice.random() < 0.5,
    )


def expected(statements: list[Json], wanted: Asked, own: set[str] | None = None) -> list[str]:
    """What 1.0.3 Communication 2.1.3 says, read slowly. Statements are in order of storing; `own`
    are all that the reader may know of."""
    by_id = {each["id"]: each for each in statements}
    voided = {
        each["object"]["id"]
        for each in statements
        if each["verb"]["id"] == VOIDED and each["object"].get("objectType") == "StatementRef"
    }
    found = [
        each["id"]
        for each in statements
        if (own is None or each["id"] in own)
        and not (each["id"] in voided and each["verb"]["id"] != VOIDED)
        and (wanted.since is None or _at(each) > datetime.fromisoformat(wanted.since))
        and (wanted.until is None or _at(each) <= datetime.fromisoformat(wanted.until))
        and any(
            _meets(other, wanted)
            for other in _chain(each, by_id)
            if own is None or other["id"] in own
        )
    ]
    return found if wanted.ascending else found[::-1]


def _at(statement: Json) -> datetime:
    return datetime.fromisoformat(statement["stored"])


def _chain(statement: Json, by_id: dict[str, Json]) -> Iterator[Json]:
    seen = set()
    following: Json | None = statement
    while following and following["id"] not in seen:
        seen.add(following["id"])
        yield following
        about = following["object"]
        if about.get("objectType") != "StatementRef":
            return
        following = by_id.get(about["id"])


def _meets(one: Json, wanted: Asked) -> bool:
    context = one.get("context", {})
    return (
        (wanted.verb is None or one["verb"]["id"] == wanted.verb)
        and (wanted.registration is None or context.get("registration") == wanted.registration)
        and (wanted.agent is None or wanted.agent["mbox"] in _agents(one, wanted.related_agents))
        and (
            wanted.activity is None
            or wanted.activity in _activities(one, wanted.related_activities)
        )
    )


def _agents(one: Json, related: bool) -> set[str]:
    about, context = one["object"], one.get("context", {})
    actors = [one["actor"], about]
    if related:
        actors += [one.get("authority", {}), context.get("instructor"), context.get("team")]
        actors += [each["agent"] for each in context.get("contextAgents", [])]
        actors += [each["group"] for each in context.get("contextGroups", [])]
        if about.get("objectType") == "SubStatement":
            return _mailboxes(actors) | _agents(about, True)
    return _mailboxes(actors)


def _mailboxes(actors: Iterable[Json | None]) -> set[str]:
    told = [each for each in actors if each]
    every = [*told, *(member for each in told for member in each.get("member", []))]
    return {each["mbox"] for each in every if "mbox" in each}


def _activities(one: Json, related: bool) -> set[str]:
    about = one["object"]
    kind = about.get("objectType", "Activity")
    found = {about["id"]} if kind == "Activity" else set()
    if related:
        told = one.get("context", {}).get("contextActivities", {})
        found |= {each["id"] for several in told.values() for each in several}
        if kind == "SubStatement":
            found |= _activities(about, True)
    return found


def everything(ask: Caller, params: dict[str, object]) -> list[Json]:
    """All pages of an answer."""
    path, told = "/statements" + query({**params, "limit": "60"}), []
    while path:
        answer = ask("GET", path)
        assert answer.status == 200, answer.body
        told += answer.json()["statements"]
        path = answer.json()["more"]
    return told


@pytest.mark.parametrize("seed", [7])
def test_filters_find_what_a_slow_reader_finds(new: Caller, store: Store, seed: int) -> None:
    """Of some hundred statements with references, circles and voidings among them, stored in any
    order, each combination of filters finds exactly those that meet it, in order, over all pages
    (XAPI-00164, XAPI-00162, XAPI-00173 to XAPI-00181); and who may read but their own finds those
    of them that meet it by what is their own."""
    dice = random.Random(seed)
    name = f"key-{fresh()}"
    secret = keys.create(store, name, ("statements/write", "statements/read/mine"), None, None)
    reader = new.with_key(f"{name}:{secret}")
    own: set[str] = set()
    registrations = [fresh() for _ in range(3)]
    statements = made(dice, 150, registrations)
    rest = statements
    while rest:
        some = dice.choice([1, 9, 40])
        batch, rest = rest[:some], rest[some:]
        if dice.random() < 0.5:
            own |= {each["id"] for each in batch}
            assert reader("POST", "/statements", batch).status == 200
        else:
            assert new("POST", "/statements", batch).status == 200
    # Other tests have statements in the same store.
    ours = {each["id"] for each in statements}
    read = [each for each in everything(new, {"ascending": "true"}) if each["id"] in ours]
    voided = ours - {each["id"] for each in read}
    read += [new("GET", f"/statements?voidedStatementId={name}").json() for name in voided]
    read = sorted((each for each in read), key=lambda each: each["stored"])
    assert len(read) == len(ours)
    stored = [each["stored"] for each in read]
    empty = 0
    for _ in range(60):
        wanted = asked(dice, registrations, stored)
        found = [each["id"] for each in everything(new, wanted.params()) if each["id"] in ours]
        assert found == expected(read, wanted), wanted
        told = [each["id"] for each in everything(reader, wanted.params())]
        assert told == expected(read, wanted, own), wanted
        empty += not found
    assert empty < 30

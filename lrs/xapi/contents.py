"""What stands in a statement: whom and what it tells of, and so what it can be found by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lrs.xapi.objects import COMPONENT_LISTS, VOIDED

Json = dict[str, Any]


@dataclass(slots=True)
class Contents:
    """What one pass through a statement has found. Agents are told by their identifiers."""

    agents: set[str] = field(default_factory=set)  # its actor and, if it is one, its object
    related_agents: set[str] = field(default_factory=set)  # all others
    verb: str | None = None
    activity: str | None = None  # its object, if it is one
    related_activities: set[str] = field(default_factory=set)
    registration: str | None = None  # in lower case
    reference: str | None = None  # the id of the statement that it is about, in lower case
    definitions: dict[str, Json] = field(default_factory=dict)  # by activity
    names: dict[str, str] = field(default_factory=dict)  # what Agents are called
    lone: bool = False  # a context activity stands without its array, so that as_exact must mend it

    @property
    def voiding(self) -> bool:
        """Whether it makes another statement void (1.0.3 Data 2.3.2)."""
        return self.reference is not None and self.verb == VOIDED

    def terms(self) -> list[str]:
        """What the statement can be found by (1.0.3 Communication 2.1.3): "agent ...", "verb ...",
        "activity ...", "registration ...", and what only a query with related_agents or
        related_activities takes: "related-agent ...", "related-activity ...". The same statement
        has them in the same order, what it has one of first: others may be found by a few."""
        terms = []
        if self.activity is not None:
            terms.append(f"activity {self.activity}")
        if self.verb is not None:
            terms.append(f"verb {self.verb}")
        if self.registration is not None:
            terms.append(f"registration {self.registration}")
        terms += [f"agent {whom}" for whom in sorted(self.agents)]
        for whom in sorted(self.related_agents):
            if whom not in self.agents:
                terms.append(f"related-agent {whom}")
        for iri in sorted(self.related_activities):
            if iri != self.activity:
                terms.append(f"related-activity {iri}")
        return terms


def found(statement: Json) -> Contents:
    """What stands in a statement, which may be any JSON object."""
    whole = Contents()
    _add_actor(whole, statement.get("actor"), whole.agents)
    if "authority" in statement:
        _add_actor(whole, statement["authority"], whole.related_agents)
    verb = object_(statement.get("verb")).get("id")
    whole.verb = verb if isinstance(verb, str) else None
    about = object_(statement.get("object"))
    kind = about.get("objectType", "Activity")
    if kind == "Activity":
        whole.activity = _added_activity(whole, about)
    elif kind == "Agent" or kind == "Group":
        _add_actor(whole, about, whole.agents)
    elif kind == "StatementRef":
        name = about.get("id")
        whole.reference = name.lower() if isinstance(name, str) else None
    elif kind == "SubStatement":
        _add_substatement(whole, about)
    if "context" in statement:
        context = object_(statement["context"])
        registration = context.get("registration")
        whole.registration = registration.lower() if isinstance(registration, str) else None
        _add_context(whole, context)
    return whole


def _add_substatement(whole: Contents, inner: Json) -> None:
    """What is told there is all related: the statement itself says none of it."""
    _add_actor(whole, inner.get("actor"), whole.related_agents)
    about = object_(inner.get("object"))
    if is_activity(about):
        iri = _added_activity(whole, about)
        if iri is not None:
            whole.related_activities.add(iri)
    elif is_actor(about):
        _add_actor(whole, about, whole.related_agents)
    _add_context(whole, object_(inner.get("context")))


def _add_actor(whole: Contents, actor: Any, group: set[str]) -> None:
    """An actor and its members, if it has any, among the agents of a group."""
    if not isinstance(actor, dict):
        return
    _add_agent(whole, actor, group)
    if "member" in actor:
        for one in objects(actor["member"]):
            _add_agent(whole, one, group)


def _add_agent(whole: Contents, one: Json, group: set[str]) -> None:
    name = identifier(one)
    if not name:
        return
    group.add(name)
    called = one.get("name")
    if isinstance(called, str) and one.get("objectType") != "Group":
        whole.names[name] = called


def _added_activity(whole: Contents, activity: Json) -> str | None:
    """An activity's id; what is said of it is kept."""
    iri = activity.get("id")
    if not isinstance(iri, str):
        return None
    definition = activity.get("definition")
    if isinstance(definition, dict):
        held = whole.definitions.get(iri)
        whole.definitions[iri] = definition if held is None else merged((held, definition))
    return iri


def _add_context(whole: Contents, context: Json) -> None:
    for key in ("instructor", "team"):
        if key in context:
            _add_actor(whole, context[key], whole.related_agents)
    for key, who in (("contextAgents", "agent"), ("contextGroups", "group")):
        if key in context:
            for one in objects(context[key]):
                _add_actor(whole, one.get(who), whole.related_agents)
    for value in object_(context.get("contextActivities")).values():
        whole.lone = whole.lone or isinstance(value, dict)
        for one in objects(value):
            iri = _added_activity(whole, one)
            if iri is not None:
                whole.related_activities.add(iri)


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
    account = object_(actor.get("account"))
    page, name = account.get("homePage"), account.get("name")
    if isinstance(page, str) and isinstance(name, str):
        return f"account {page}|{name}"  # an IRI holds no |, so this is read in one way only
    return ""


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
    described = {str(one.get("id")): object_(one.get("description")) for one in objects(held)}
    united = []
    for one in later:
        before = described.get(str(one.get("id"))) if isinstance(one, dict) else None
        if before:
            one = {**one, "description": {**before, **object_(one.get("description"))}}
        united.append(one)
    return united


# Ways through a statement, which may be any JSON object.


def object_(value: Any) -> Json:
    """A value that is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Json]:
    """The objects of a list, or the one that stands without its list."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def is_actor(about: Json) -> bool:
    """Whether an object of a statement is an Agent or a Group."""
    return about.get("objectType") in ("Agent", "Group")


def is_activity(about: Json) -> bool:
    """Whether an object of a statement is an Activity, which needn't say so."""
    return bool(about.get("objectType", "Activity") == "Activity")

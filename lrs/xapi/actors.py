"""Judges who: agents, groups, their identifiers, and who asserts a statement."""

from __future__ import annotations

from lrs.errors import Problem
from lrs.xapi import formats
from lrs.xapi.judging import (
    Judgement,
    Where,
    iri,
    keys,
    missing,
    shown,
    text,
    wrong_kind,
    wrong_type,
)

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
AGENT = frozenset({"objectType", "name", *IDENTIFIERS})
GROUP = AGENT | {"member"}
_ACCOUNT = frozenset({"homePage", "name"})


def actor_problems(value: object, version: str, at: str = "$") -> list[Problem]:
    """What is wrong with an Agent or Group that stands alone, as in a request's parameter."""
    j = Judgement(version, at)
    actor(value, None, j)
    return j.problems


def actor(value: object, where: Where, j: Judgement) -> None:
    """An Agent or a Group; an Agent if it doesn't say (Data 2.4.2)."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "actor")
        return
    kind = value.get("objectType", "Agent")
    if kind == "Agent":
        _agent(value, where, j)
    elif kind == "Group":
        _group(value, where, j)
    else:
        wrong_kind(value["objectType"], '"Agent" or "Group"', where, j, "actor")


def agent(value: object, where: Where, j: Judgement) -> None:
    """An Agent, and no Group."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "agent")
    elif value.get("objectType", "Agent") != "Agent":
        wrong_kind(value["objectType"], '"Agent"', where, j, "agent")
    else:
        _agent(value, where, j)


def group(value: object, where: Where, j: Judgement) -> None:
    """A Group that says so."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "group")
    elif "objectType" not in value:
        missing("objectType", 'a Group (it is "Group")', where, j, "group")
    elif value["objectType"] != "Group":
        wrong_kind(value["objectType"], '"Group"', where, j, "group")
    else:
        _group(value, where, j)


def authority(value: object, where: Where, j: Judgement) -> None:
    """An Agent, or the Group without an identifier that OAuth makes of an application and its
    user (1.0.3 Data 2.4.9)."""
    actor(value, where, j)
    if not isinstance(value, dict) or value.get("objectType") != "Group":
        return
    members = value.get("member")
    if any(key in value for key in IDENTIFIERS):
        message = "a Group that is an authority has no identifier, only its two members"
        j.says(where, message, "identified-authority", "authority")
    elif isinstance(members, list) and len(members) != 2:
        message = f"a Group that is an authority has two members, not {len(members)}"
        j.says((where, "member"), message, "authority-members", "authority")


def _agent(found: dict[str, object], where: Where, j: Judgement) -> None:
    if not found.keys() <= AGENT:
        if "member" in found:
            message = 'an Agent has no "member"; a Group says "objectType": "Group"'
            j.says((where, "member"), message, "unknown-key", "group")
        keys(found, GROUP, "an Agent", where, j, "agent")
    if "name" in found:
        text(found["name"], (where, "name"), j, "agent")
    if _identifiers(found, where, j) == 0:
        j.says(
            where,
            "an Agent needs one of mbox, mbox_sha1sum, openid, account",
            "no-identifier",
            "agent",
        )


def _group(found: dict[str, object], where: Where, j: Judgement) -> None:
    if not found.keys() <= GROUP:
        keys(found, GROUP, "a Group", where, j, "group")
    if "name" in found:
        text(found["name"], (where, "name"), j, "group")
    identified = _identifiers(found, where, j) > 0
    if "member" not in found:
        if not identified:
            message = "a Group needs an identifier (such as mbox) or members"
            j.says(where, message, "no-identifier", "group")
        return
    members, place = found["member"], (where, "member")
    if not isinstance(members, list):
        wrong_type(members, "an array", place, j, "group")
    elif not members and not identified:
        message = "a Group without an identifier needs at least one member"
        j.says(place, message, "no-member", "group")
    else:
        for number, member in enumerate(members):
            agent(member, (place, number), j)


def _identifiers(found: dict[str, object], where: Where, j: Judgement) -> int:
    """How many identifiers there are; each is judged."""
    count = 0
    if "mbox" in found:
        count += 1
        _mbox(found["mbox"], (where, "mbox"), j)
    if "account" in found:
        count += 1
        _account(found["account"], (where, "account"), j)
    if "mbox_sha1sum" in found:
        count += 1
        _sha1sum(found["mbox_sha1sum"], (where, "mbox_sha1sum"), j)
    if "openid" in found:
        count += 1
        _openid(found["openid"], (where, "openid"), j)
    if count > 1:
        named = ", ".join(key for key in IDENTIFIERS if key in found)
        message = f"only one identifier is allowed, here are {count}: {named}"
        j.says(where, message, "several-identifiers", "identifier")
    return count


def _mbox(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a string", where, j, "identifier")
    elif not formats.is_mbox(value):
        if value.startswith("mailto:"):
            message, code = f"{shown(value)} is not mailto: and one e-mail address", "bad-mbox"
        else:
            message, code = f"{shown(value)}; an mbox begins with mailto:", "mbox-not-mailto"
            if formats.is_mbox(f"mailto:{value}"):
                message += f'; did you mean "mailto:{value}"?'
        j.says(where, message, code, "identifier")


def _sha1sum(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a string", where, j, "identifier")
    elif not formats.is_sha1(value):
        message = f"{shown(value)} is not a SHA-1 digest: 40 hexadecimal digits"
        j.says(where, message, "bad-sha1", "identifier")


def _openid(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a URI", where, j, "identifier")
    elif not formats.is_uri(value):
        why = formats.why_no_iri(value) if not formats.is_iri(value) else "is not a URI: not ASCII"
        j.says(where, f"{shown(value)} {why}", "bad-uri", "identifier")


def _account(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "account")
        return
    if value.keys() != _ACCOUNT:
        keys(value, _ACCOUNT, "an account", where, j, "account")
        for key in ("homePage", "name"):
            if key not in value:
                missing(key, "an account", where, j, "account")
    if "homePage" in value:
        iri(value["homePage"], (where, "homePage"), j, "account")
    if "name" in value:
        text(value["name"], (where, "name"), j, "account")

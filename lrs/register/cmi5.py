"""What cmi5 adds to a statement: categories, sessions, the publisher's id, reasons, durations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrs.xapi import formats

ADL = "http://adlnet.gov/expapi/verbs"
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"  # 9.6.2.1
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"  # 9.6.2.2
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"  # 9.6.3.1
MODE = "https://w3id.org/xapi/cmi5/context/extensions/launchmode"  # 9.6.3.3
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"  # 9.5.5.2
# Verbs that are an LMS's alone have another home than those that it shares with AUs (9.3).
LAUNCHED = f"{ADL}/launched"
ABANDONED, WAIVED = (f"https://w3id.org/xapi/adl/verbs/{verb}" for verb in ("abandoned", "waived"))
NORMAL = "Normal"
# Why something is waived (9.5.5.2); an LMS may say other things.
REASONS = ("Tested Out", "Equivalent AU", "Equivalent Outside Activity", "Administrative")

Told = Mapping[str, Any]


def moves_on(context: Told) -> bool:
    """Whether a statement is one that cmi5 defines, and one by which an AU can be satisfied."""
    return {CMI5, MOVE_ON} <= set(_ids(context, "category"))


def published(context: Told) -> tuple[str, ...]:
    """The activities one of which is the AU as its publisher calls it: an LMS has an id of its own
    for each course that it imports, and names the publisher's beside it (9.6.2.3)."""
    if CMI5 not in _ids(context, "category"):
        return ()
    return tuple(_ids(context, "grouping"))


def sitting(context: Told) -> str:
    """What the statements of one sitting have in common: registration and, in cmi5, session."""
    registration, session = context.get("registration", ""), _text(context, SESSION)
    return f"{registration.lower()} {session}".strip()


def mode(context: Told) -> str:
    """How an AU was launched: as if it were Normal where nothing is said."""
    return _text(context, MODE) or NORMAL


def reason(result: Told) -> str:
    """Why an LMS waives something."""
    return _text(result, REASON)


def seconds(result: Told) -> float | None:
    """How long something took; None where it isn't told."""
    told = result.get("duration")
    return formats.seconds(told) if isinstance(told, str) else None


def _text(part: Told, extension: str) -> str:
    told = part.get("extensions", {}).get(extension)
    return told if isinstance(told, str) else ""


def _ids(context: Told, kind: str) -> Iterator[str]:
    told = context.get("contextActivities", {}).get(kind, [])
    for each in told if isinstance(told, list) else [told]:  # 1.0.3 lets one stand alone
        yield each["id"]

"""What an LMS and an exercise of ours say in a session of cmi5, in the form that cmi5 asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from company import OURS, built

from lrs.register.cmi5 import ABANDONED, ADL, CMI5, MODE, MOVE_ON, REASON, SESSION, WAIVED
from scormkit import play

SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
VERBS = {"abandoned": ABANDONED, "waived": WAIVED, "satisfied": SATISFIED}
AU = "https://lms.brightwater.example/courses/7/aus/1"  # what the LMS calls the exercise


def said(
    verb: str,
    when: str,
    who: str = "ana",
    session: str = "s1",
    path: Sequence[int] | None = None,
    result: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A statement about parcel-scam. `more`: score and passed that are claimed, reason, mode, id,
    categories."""
    made = next(each for each in built() if each.entry["slug"] == "parcel-scam")
    told = dict(result or {})
    extensions: dict[str, Any] = {SESSION: session}
    if path is not None:
        extensions |= {f"{OURS}/digest": made.entry["digest"], f"{OURS}/path": list(path)}
        extensions |= {f"{OURS}/seed": 0, f"{OURS}/missed": []}
    if path is not None and verb in ("passed", "failed"):
        came = play.result(made.bundle, play.replay(made.bundle, path))
        told |= {"score": {"scaled": came.score / 100}}
    if verb in ("passed", "failed", "waived"):
        told |= {"success": verb != "failed"}
    if verb in ("completed", "waived"):
        told |= {"completion": True}
    if "reason" in more:
        told["extensions"] = {REASON: more["reason"]}
    if "mode" in more:
        extensions[MODE] = more["mode"]
    judged = bool({"success", "completion"} & told.keys())
    categories = more.get("categories", (CMI5, MOVE_ON) if judged else (CMI5,))
    return {
        "id": more.get("id", str(uuid5(NAMESPACE_URL, f"{who} {session} {verb} {when}"))),
        "actor": {"mbox": f"mailto:{who}@brightwater.example"},
        "verb": {"id": VERBS.get(verb, f"{ADL}/{verb}")},
        "object": {"id": AU},
        "result": told,
        "context": {
            "registration": str(uuid5(NAMESPACE_URL, f"{who} registers")),
            "contextActivities": {
                "category": [{"id": each} for each in categories],
                "grouping": [{"id": made.entry["activity"]}],
            },
            "extensions": extensions,
        },
        "timestamp": when,
    }

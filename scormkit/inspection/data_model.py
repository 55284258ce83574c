"""The names of SCORM's two data models, and whose an element is (1.2 RTE 3.4, 2004 RTE 4.2)."""

from __future__ import annotations

import re

_SCORE = ("score", "score.raw", "score.min", "score.max")
_INTERACTION = (
    *("id", "type", "weighting", "result", "latency", "objectives", "objectives.n.id"),
    *("correct_responses", "correct_responses.n.pattern"),
)
_12 = (
    *("core", "core.student_id", "core.student_name", "core.lesson_location", "core.credit"),
    *("core.lesson_status", "core.entry", "core.total_time", "core.lesson_mode", "core.exit"),
    *("core.session_time", *(f"core.{s}" for s in _SCORE)),
    *("suspend_data", "launch_data", "comments", "comments_from_lms"),
    *("student_data", "student_data.mastery_score", "student_data.max_time_allowed"),
    "student_data.time_limit_action",
    *(f"student_preference{p}" for p in ("", ".audio", ".language", ".speed", ".text")),
    *("objectives", "objectives.n.id", "objectives.n.status"),
    *(f"objectives.n.{s}" for s in _SCORE),
    *("interactions", *(f"interactions.n.{i}" for i in (*_INTERACTION, "time"))),
    "interactions.n.student_response",
)
_COMMENT = ("comment", "location", "timestamp")
_2004 = (
    *("learner_id", "learner_name", "location", "suspend_data", "launch_data", "credit", "mode"),
    *("completion_status", "success_status", "progress_measure", "entry", "exit"),
    *("completion_threshold", "scaled_passing_score", "session_time", "total_time"),
    *("max_time_allowed", "time_limit_action"),
    *(*_SCORE, "score.scaled"),
    *(
        f"learner_preference{p}"
        for p in ("", ".audio_level", ".language", ".delivery_speed", ".audio_captioning")
    ),
    *("objectives", *(f"objectives.n.{s}" for s in (*_SCORE, "score.scaled"))),
    *(
        f"objectives.n.{o}"
        for o in ("id", "success_status", "completion_status", "progress_measure", "description")
    ),
    *("interactions", *(f"interactions.n.{i}" for i in (*_INTERACTION, "timestamp"))),
    *("interactions.n.learner_response", "interactions.n.description"),
    *(f"comments_from_{who}" for who in ("learner", "lms")),
    *(f"comments_from_{who}.n.{c}" for who in ("learner", "lms") for c in _COMMENT),
)


def _with_prefixes(names: tuple[str, ...]) -> frozenset[str]:
    """Every name and every beginning of one: content builds the longer ones out of parts."""
    parts = (f"cmi.{name}".split(".") for name in names)
    return frozenset(".".join(p[:depth]) for p in parts for depth in range(1, len(p) + 1))


IN_12 = _with_prefixes(_12)
IN_2004 = _with_prefixes(_2004)


def general(name: str) -> str:
    """A name with its indexes, keywords and last dot taken out, as the sets above have it."""
    name = re.sub(r"\.\d+(?=\.|\Z)", ".n", name.rstrip("."))
    return re.sub(r"\._(children|count|version)\Z", "", name)

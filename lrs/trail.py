"""What is found out about a request while it is worked on: for its answer's headers and its log."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_KEY = "lrs.trail"
Environ = dict[str, Any]  # of WSGI (PEP 3333)


@dataclass(slots=True)
class Ahead:
    """What came of a request that was worked on before it reached the app: the ids of what it
    stored, or why it was refused."""

    outcome: Any = None


@dataclass(slots=True)
class Trail:
    """One request's; it lives in the WSGI environment."""

    began: float = field(default_factory=time.perf_counter)
    request_id: str = ""
    route: str = "none"  # the rule that the address met; one word for all that meet none
    caller: str | None = None  # the name of the key
    version: str | None = None  # of xAPI
    through: int | None = None  # the instant up to which the answer holds what was stored
    why: Mapping[str, str] = field(default_factory=dict)  # of a failure, for the log
    ahead: Ahead | None = None  # it was stored together with others (xapi/together.py)


def of(environ: Environ) -> Trail:
    """The trail of the request; it begins when somebody asks for it first."""
    trail: Trail | None = environ.get(_KEY)
    if trail is None:
        trail = environ[_KEY] = Trail()
    return trail

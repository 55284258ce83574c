"""What is found out about a request while it is worked on: for its answer's headers and its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_KEY = "lrs.trail"
Environ = dict[str, Any]  # of WSGI (PEP 3333)


@dataclass(slots=True)
class Trail:
    """One request's; it lives in the WSGI environment."""

    request_id: str = ""
    route: str = "none"  # the rule that the address met; one word for all that meet none
    caller: str | None = None  # the name of the key
    version: str | None = None  # of xAPI
    through: int | None = None  # the instant up to which the answer holds what was stored
    why: Mapping[str, str] = field(default_factory=dict)  # of a failure, for the log


def begun(environ: Environ, request_id: str) -> Trail:
    """The trail of a request that has just come."""
    trail = environ[_KEY] = Trail(request_id)
    return trail


def of(environ: Environ) -> Trail:
    """The trail of the request; a new one where nobody began it."""
    trail: Trail = environ.get(_KEY) or begun(environ, "")
    return trail

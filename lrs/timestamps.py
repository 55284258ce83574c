"""Instants: the only place that reads the clock, and how an instant is written."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# RFC 3339, the profile of ISO 8601 that xAPI asks for (2.0.0: 4.2.7); 1.0.3 takes the same, and
# from its ISO 8601 also an offset without a colon or minutes, and none (Data 4.5).
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?"
    r"(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?",
    re.ASCII,
)


def now() -> int:
    """Microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


def written(instant: int) -> str:
    """An instant as RFC 3339 in UTC, always with six digits: 2026-03-31T08:15:00.000000Z."""
    second, rest = divmod(instant, 1_000_000)
    return f"{_second(second)}.{rest:06}Z"


@lru_cache(1_000)  # what is written now is of this second, for the log's heads and its lines alike
def _second(count: int) -> str:
    return (_EPOCH + timedelta(seconds=count)).isoformat()[:19]


def read(text: str) -> int | None:
    """Microseconds since 1970 of a written instant, rounded down; None if it is not one. What has
    no zone is read as UTC; "-00:00" is no zone that either version of xAPI allows."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = found.groups()
    behind = sign == "-"
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if (behind and not offset) or offset >= timedelta(days=1) or int(minutes or 0) > 59:
        return None
    leap = second == "60"
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            59 if leap else int(second),
            int((fraction or "")[:6].ljust(6, "0")),
            timezone(-offset if behind else offset),
        )
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None

"""How often somebody may ask: a token bucket for each key, be it a credential or an address.

A bucket holds `burst` tokens, a request takes one or more, and `rate` come back each second. One
number is kept for a key, the moment at which its bucket will be full again (as in the cell rate
algorithm of ATM networks): nothing is refilled, and a key whose moment has passed can go."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

_NOTHING = 1e-6  # seconds; less than that is how sums of fractions come out


class Limits:
    """The buckets of all keys; for all threads of a process.

    At most `most` keys are kept. Past that, those that asked least lately are forgotten, whose
    buckets have filled up the most: whoever asks often enough to be limited is the last to go."""

    def __init__(
        self,
        rate: float,
        burst: float,
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (rate > 0 and burst >= 1 and most >= 1):
            raise ValueError("a rate is above 0, a burst and a number of keys at least 1")
        self._interval, self._burst, self._most, self._clock = 1 / rate, burst, most, clock
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str, cost: float = 1.0) -> float:
        """Takes `cost` tokens from the key's bucket and answers 0; or takes none, and answers how
        many seconds to wait until there are enough. What costs more than a whole bucket needs a
        full one, so that it is possible at all, and takes longer to come back."""
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(key, now), now)
            missing = full_at - now - (self._burst - min(cost, self._burst)) * self._interval
            if missing < _NOTHING:
                full_at += cost * self._interval
                missing = 0.0
            self._full_at[key] = full_at
            self._full_at.move_to_end(key)
            self._forget(now)
            return missing

    def __len__(self) -> int:
        return len(self._full_at)

    def _forget(self, now: float) -> None:
        """Each request drops up to two keys that are full again, so that what many addresses asked
        once doesn't stay."""
        for key, full_at in list(islice(self._full_at.items(), 2)):
            if full_at > now and len(self._full_at) <= self._most:
                return
            del self._full_at[key]

"""Posts that are stored together before the app answers each of them: so many requests cost one
commit, and no thread waits for another because of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import Request

from lrs import encodings, trail
from lrs.errors import LrsError
from lrs.keyring import Keyring
from lrs.received.records import compact
from lrs.trail import Ahead, Environ, Trail
from lrs.xapi import admission, routes, statement_resource
from lrs.xapi.arrivals import Arrival
from lrs.xapi.store import Store


def answer(left: Trail) -> bytes | None:
    """The body of the answer to a post that was stored, if it is short. All else is the app's to
    answer: refusals, and what may be worth compressing."""
    if left.ahead is None or not isinstance(left.ahead.outcome, list):
        return None
    body = compact(left.ahead.outcome).encode()
    return body if len(body) < encodings.SMALLEST else None


class Judged(NamedTuple):
    """A post that was judged, and what of it is for the log: nothing if it was refused."""

    left: Trail
    ahead: Ahead
    arrival: Arrival | None


class Together:
    """Does ahead of the app what it would do for each request alone, in the same words: the view
    finds what came of it in the request's trail. Nothing here waits for the database."""

    def __init__(self, store: Store, keyring: Keyring) -> None:
        self._store, self._keyring = store, keyring

    def judge(self, environ: Environ) -> Judged:
        """Judge what a request posts."""
        left = trail.of(environ)
        left.route = routes.STATEMENTS
        ahead = left.ahead = Ahead()
        try:
            caller, call = admission.admitted(self._store, self._keyring, Request(environ))
            return Judged(left, ahead, statement_resource.posted(self._store, caller, call))
        except Exception as error:  # the view raises it again, where the app answers errors
            ahead.outcome = error
            return Judged(left, ahead, None)

    def store(self, posts: Sequence[Judged], done: Callable[[], None]) -> None:
        """Store what was judged, and say so once it is on the disk, in a thread of the writer's."""
        fit = [(post, post.arrival) for post in posts if post.arrival is not None]

        def came(outcomes: Sequence[object]) -> None:
            for (post, _), outcome in zip(fit, outcomes, strict=True):
                post.ahead.outcome = outcome
            through = self._store.writer.promised()  # that commit's instant at least
            for post in posts:
                post.left.through = through
            done()

        try:
            self._store.writer.submit_all("statements", [arrival for _, arrival in fit], came)
        except LrsError as error:
            came([error] * len(fit))

"""The lane beside the workers, for posts of statements so small that they keep nobody waiting: the
thread that reads them judges them and answers them, and the writer stores all of a turn at once. Of
a post that went to a worker, and from there to the writer, half the cost was waiting in line."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher

from lrs.keyring import Keyring
from lrs.xapi import routes
from lrs.xapi.together import Judged, Together

LOG = logging.getLogger("lrs.lane")
_LARGEST = 16_384  # bytes of a post; a longer one is worth a worker


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """waitress's workers, and the lane beside them."""

    def __init__(
        self, keyring: Keyring, posts: Together, workers: int, wake: Callable[[], None]
    ) -> None:
        super().__init__()
        self._keyring, self._posts, self._wake = keyring, posts, wake
        self._judged: deque[tuple[Any, Judged]] = deque()
        self._stored: deque[list[Any]] = deque()
        self.set_thread_count(workers)

    def add_task(self, task: Any) -> None:
        """Take a connection whose next request has come."""
        if self._is_small_post(task.requests[0]):
            self._judged.append((task, self._posts.judge(task.environ())))
        else:
            super().add_task(task)

    def turn(self) -> None:
        """Answer what was stored, hand on what was judged. Waits for nothing."""
        while self._stored:
            for channel in self._stored.popleft():
                try:
                    channel.service()
                except Exception:  # of waitress's; the others are still to be answered
                    LOG.exception("a post could not be answered")
        # Last, as a connection may have had its next request waiting behind the one answered.
        if self._judged:
            some = [self._judged.popleft() for _ in range(len(self._judged))]
            self._store([channel for channel, _ in some], [post for _, post in some])

    def _store(self, channels: list[Any], posts: list[Judged]) -> None:
        def done() -> None:
            self._stored.append(channels)
            self._wake()

        self._posts.store(posts, done)

    def _is_small_post(self, request: HTTPRequestParser) -> bool:
        """Whether it is quick for certain: JSON as it is, of a key that needn't be looked up."""
        said = request.headers
        return (
            request.error is None
            and request.command == "POST"
            and request.path == routes.STATEMENTS
            and not request.query
            and not request.chunked
            and request.content_length <= _LARGEST
            and "CONTENT_ENCODING" not in said
            and said.get("CONTENT_TYPE", "").startswith("application/json")
            and self._keyring.recognises(said.get("AUTHORIZATION", ""), "ORIGIN" in said)
        )

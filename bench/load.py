"""Load for a store: requests over kept connections, each timed; run as a process of its own."""

from __future__ import annotations

import base64
import json
import random
import socket
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

PEOPLE, EXERCISES = 5_000, 25
VERBS = ("initialized", "answered", "passed", "failed", "completed", "terminated")
_CONNECTIONS = 32


def statement(chance: random.Random) -> dict[str, Any]:
    """What a player sends: an account, a decision's result, a registration and its activities."""
    exercise = chance.randrange(EXERCISES)
    activity = f"https://brightwater.example/training/exercise-{exercise}"
    person = chance.randrange(PEOPLE)
    return {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://lms.brightwater.example", "name": f"{person:06}"},
        },
        "verb": {
            "id": f"http://adlnet.gov/expapi/verbs/{chance.choice(VERBS)}",
            "display": {"en": "did"},
        },
        "object": {
            "objectType": "Activity",
            "id": f"{activity}/decision-{chance.randrange(12)}",
            "definition": {"type": "http://adlnet.gov/expapi/activities/interaction"},
        },
        "result": {
            "score": {"scaled": 0.75, "raw": 75, "min": 0, "max": 100},
            "success": True,
            "duration": "PT4M12.30S",
        },
        "context": {
            "registration": str(uuid.UUID(int=person * 64 + exercise, version=4)),
            "contextActivities": {"parent": [{"objectType": "Activity", "id": activity}]},
            "language": "en",
        },
        "timestamp": "2026-03-31T08:15:00.000Z",
    }


def posts(size: int, seed: int, path: str, headers: str) -> Iterator[bytes]:
    """Requests that post so many new statements each."""
    chance = random.Random(seed)
    while True:
        found = [statement(chance) for _ in range(size)]
        body = json.dumps(found[0] if size == 1 else found).encode()
        head = f"POST {path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


def gets(paths: list[str], seed: int, headers: str) -> Iterator[bytes]:
    """Requests for addresses in any order."""
    chance = random.Random(seed)
    while True:
        yield f"GET {chance.choice(paths)} HTTP/1.1\r\n{headers}\r\n".encode()


def drive(
    port: int,
    requests: Callable[[int], Iterator[bytes]],
    seconds: float,
    connections: int,
    most: float,
) -> dict[str, float]:
    """Requests a second, and how long one takes in milliseconds, from so many callers at once.
    What a caller sends is made before the clock runs: enough for `most` requests a second."""
    times: list[float] = []
    failed: list[str] = []
    begun = threading.Barrier(connections + 1)
    bound = int(seconds * most / connections) + 10

    def call(number: int) -> None:
        source = requests(number)
        ready = [next(source) for _ in range(bound)]
        peer = socket.create_connection(("127.0.0.1", port))
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        mine = []
        begun.wait()
        until = time.perf_counter() + seconds
        for request in ready:
            began = time.perf_counter()
            if began > until:
                break
            peer.sendall(request)
            wrong = _answered(peer)
            if wrong:
                failed.append(wrong)
                break
            mine.append(time.perf_counter() - began)
        times.extend(mine)
        peer.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    begun.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failed or len(times) < 2:
        raise SystemExit(failed[0] if failed else "nobody was answered")
    cuts = statistics.quantiles(times, n=100)
    return {
        "requests": len(times),
        "a second": round(len(times) / took, 1),
        "p50": round(cuts[49] * 1000, 2),
        "p95": round(cuts[94] * 1000, 2),
        "p99": round(cuts[98] * 1000, 2),
    }


def _answered(peer: socket.socket) -> str:
    """Read one answer whole; what it says if it is a refusal, else nothing."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = peer.recv(65_536)
        if not more:
            return "the connection was closed"
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += peer.recv(65_536)
    if head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
        return ""
    return (head + b"\n" + body).decode("utf-8", "replace")[:2_000]


def main() -> None:
    """What to do comes as JSON on stdin, what was found goes to stdout."""
    told = json.load(sys.stdin)
    key = base64.b64encode(told["key"].encode()).decode()
    headers = (
        f"Host: localhost\r\nAuthorization: Basic {key}\r\nX-Experience-API-Version: 1.0.3\r\n"
        "Content-Type: application/json\r\n"
    )

    def requests(number: int) -> Iterator[bytes]:
        seed = told["seed"] * 1_000 + number
        if told["paths"]:
            return gets(told["paths"], seed, headers)
        return posts(told["size"], seed, told["path"], headers)

    connections = told.get("connections", _CONNECTIONS)
    most = 4_000 / told["size"] ** 0.5
    found = drive(told["port"], requests, told["seconds"], connections, most)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

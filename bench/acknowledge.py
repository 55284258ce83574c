"""The floor for single posts: a view under the same server that parses and acknowledges."""

from __future__ import annotations

import json
import sys

import waitress
from flask import Flask, Response, request

THREADS = 32  # as lrs serve has


def main() -> None:
    """Answer on the port given until the process is ended."""
    app = Flask("acknowledge")

    @app.post("/xapi/statements")
    def acknowledged() -> Response:
        name = json.loads(request.get_data())["id"]
        return Response(json.dumps([name]), content_type="application/json")

    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=THREADS, ident="")


if __name__ == "__main__":
    main()

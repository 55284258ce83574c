"""The fixtures of stores.py, which mypy can check under a name of its own."""

from stores import *  # noqa: F403 - pytest looks for fixtures and hooks here by name

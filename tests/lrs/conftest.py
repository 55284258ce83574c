"""The fixtures of stores.py, which mypy can check under a name of its own."""

from stores import (
    address,
    ask,
    kind,
    own_postgresql,
    postgresql,
    postgresql_address,
    served,
    store,
)

__all__ = [
    "address",
    "ask",
    "kind",
    "own_postgresql",
    "postgresql",
    "postgresql_address",
    "served",
    "store",
]

"""The store's settings, read once from the environment."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

PREFIX = "LRS_"


class SettingError(ValueError):
    """A setting that can't be used; its text names the variable and the way out."""


def _setting(default: Any, told: str) -> Any:
    return field(default=default, metadata={"told": told})


@dataclass(frozen=True)
class Settings:
    """Each field is LRS_ and its name in capitals; `told` is its line of help."""

    database: str = _setting(
        "sqlite:///lrs.db",
        "Where everything is kept: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8080, "The port to listen on; 0 takes a free one.")
    threads: int = _setting(32, "How many requests are worked on at once.")
    url: str = _setting(
        "http://localhost:8080", "The address that callers know; the home page of authorities."
    )
    origins: str = _setting(
        "", "Origins whose pages may call (CORS), with spaces between; * allows every one."
    )
    proxies: int = _setting(
        0, "Proxies in front whose X-Forwarded-For is believed: who asks is limited by address."
    )
    max_body: int = _setting(10_000_000, "Bytes of a request, after it was unpacked.")
    max_statements: int = _setting(1_000, "Statements in one request.")
    page: int = _setting(100, "Statements of an answer that asks for as many as there may be.")
    min_free: int = _setting(
        200_000_000, "Bytes that must be free beside SQLite's file, else /readyz says no."
    )
    durable: bool = _setting(
        True, "SQLite syncs each commit to the disk (synchronous=FULL); no only for trials."
    )
    seal_key: str = _setting(
        "lrs-seal.pem", "The file of the private key that signs the seal; made at the first one."
    )
    seal_every: int = _setting(3_600, "Seconds from one seal of a server to the next; 0 for none.")


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises SettingError for an unknown name or a bad value."""
    known = {PREFIX + each.name.upper(): each for each in fields(Settings)}
    found: dict[str, Any] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise SettingError(f"{name} is no setting; {hint}")
        found[known[name].name] = _value(name, value, known[name].default)
    return Settings(**found)


def _value(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        words = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
        if text.lower() not in words:
            raise SettingError(f"{name} is {text!r}; write yes or no")
        return words[text.lower()]
    if isinstance(default, int):
        if not (text.isascii() and text.isdigit()):
            raise SettingError(f"{name} is {text!r}; write a whole number")
        return int(text)
    return text

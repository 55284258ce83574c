"""The store's settings, read once from the environment."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

PREFIX = "LRS_"
LAST_PORT = 65_535
_ORIGIN = re.compile(r"(http|https)://(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.ASCII)
_USUAL_PORTS = (("http", ":80"), ("https", ":443"))
# It becomes the home page of authorities, which has to be an IRI.
_URL = re.compile(r'https?://[^\s/?#"<>\\^`{|}]+(?:/[^\s?#"<>\\^`{|}]*)?')


class SettingError(ValueError):
    """A setting that can't be used; its text names the variable and the way out."""


def _setting(default: Any, told: str, least: int = 0, most: int | None = None) -> Any:
    return field(default=default, metadata={"told": told, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """Each field is LRS_ and its name in capitals; `told` is its line of help."""

    database: str = _setting(
        "sqlite:///lrs.db",
        "Where everything is kept: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8080, "The port to listen on; 0 takes a free one.", most=LAST_PORT)
    threads: int = _setting(32, "How many requests are worked on at once.", least=1)
    url: str = _setting(
        "http://localhost:8080", "The address that callers know; the home page of authorities."
    )
    origins: str = _setting(
        "", "Origins whose pages may call (CORS), with spaces between; * allows every one."
    )
    proxies: int = _setting(
        0, "Proxies in front whose X-Forwarded-For is believed: who asks is limited by address."
    )
    max_body: int = _setting(
        10_000_000, "Bytes of a request, after it was unpacked, or of a document.", least=1
    )
    max_statements: int = _setting(1_000, "Statements in one request.", least=1)
    page: int = _setting(
        100, "Statements of an answer that asks for as many as there may be.", least=1
    )
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
        found[known[name].name] = _value(name, value, known[name])
    read = Settings(**found)
    if not _URL.fullmatch(read.url):
        raise SettingError(f"LRS_URL is {read.url!r}; write it like https://lrs.example")
    for origin in read.origins.split():
        if origin != "*" and not is_origin(origin):
            raise SettingError(f"LRS_ORIGINS has {origin!r}; {ORIGIN_FORM}")
    return read


ORIGIN_FORM = "write it as browsers do, like https://lms.example: no path, no usual port"


def is_origin(text: str) -> bool:
    """Whether it is written as browsers write an origin: https://lms.example, with a port if it
    isn't the usual one."""
    found = _ORIGIN.fullmatch(text)
    return found is not None and found.groups() not in _USUAL_PORTS


def _value(name: str, text: str, setting: Field[Any]) -> object:
    if isinstance(setting.default, bool):
        words = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
        if text.lower() not in words:
            raise SettingError(f"{name} is {text!r}; write yes or no")
        return words[text.lower()]
    if isinstance(setting.default, int):
        least, most = setting.metadata["least"], setting.metadata["most"]
        number = int(text) if text.isascii() and text.isdigit() else -1
        if number < least or (most is not None and number > most):
            bounds = f"from {least} to {most}" if most is not None else f"of {least} at least"
            raise SettingError(f"{name} is {text!r}; write a whole number {bounds}")
        return number
    return text

"""The learning record store that packages tell their statements: its address, a player's key."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from scormkit.problems import Mark, Problem

ENVIRONMENT = "SCORMKIT_LRS_KEY"
_RESOURCE = "/statements"  # what xAPI adds to the address by itself (Communication 2.1)


@dataclass(frozen=True)
class Store:
    """One store as a package knows it; no home page: the address at which the LMS serves it."""

    url: str
    key: str
    home_page: str = ""


@dataclass(frozen=True)
class Written:
    """What an organisation's file says of its store; the key may be kept out of it."""

    mark: Mark
    url: str
    key: str = ""
    home_page: str = ""


@dataclass(frozen=True)
class Given:
    """What a command was told of a store, and the key that its environment holds."""

    url: str = ""
    key: str = ""
    home_page: str = ""
    kept_key: str = ""


NOTHING = Given()


def chosen(
    given: Given, written: Written | None, beside: str
) -> tuple[Store | None, list[Problem]]:
    """The store that a package is to know, if any; `beside` is where its file would be.

    A key that stands in the file is for the address beside it, and is sent to no other.
    """
    if not given.url and written is None:
        return None, [_no_url(beside)] if given.key or given.home_page else []
    url, key, home_page = given.url, given.key or given.kept_key, given.home_page
    mark = Mark("--lrs")
    if written is not None:
        home_page = home_page or written.home_page
        if not url or endpoint(url) == endpoint(written.url):
            url, key, mark = url or written.url, key or written.key, written.mark
    if not key:
        return None, [_no_key(mark, url)]
    return Store(endpoint(url), key, home_page), []


def endpoint(url: str) -> str:
    """An address as statements begin with it: ending in a slash, without "statements"."""
    return f"{url.rstrip('/').removesuffix(_RESOURCE)}/"


def complaint(name: str, value: str) -> str:
    """What is wrong with a value of the file's `lrs` given elsewhere; nothing if it is good."""
    from scormkit import schema  # late: a build with nothing to do needs none

    rule: dict[str, Any] = schema.root("organisation")["properties"]["lrs"]["properties"][name]
    if re.search(rule["pattern"], value):
        return ""
    return f"expected {schema.shape(rule['pattern'])}"


def digest(given: Given) -> str:
    """What a command was told, so that the next one can see if it was told something else."""
    if given == NOTHING:
        return ""
    return hashlib.sha256(json.dumps(asdict(given), sort_keys=True).encode()).hexdigest()


def _no_key(mark: Mark, url: str) -> Problem:
    message = f"packages are to send statements to {url}, and there is no key for it"
    hint = f"set {ENVIRONMENT}=KEY:SECRET, give --key, or write key: beside the url"
    return Problem(mark, message, "no-lrs-key", hint)


def _no_url(beside: str) -> Problem:
    message = "there is a key or a home page, and no store to send statements to"
    hint = "give --lrs URL, or write lrs: {url: ...} into this file"
    return Problem(Mark(beside), message, "no-lrs-url", hint)

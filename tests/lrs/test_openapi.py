"""Tests of the OpenAPI document: it says what there is, and a live server does what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import live
import pytest
import requests
import schemathesis
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from live import Caller, basic
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lrs import app, keys, operations
from lrs.cli import main
from lrs.config import Settings
from lrs.player_keys import Player
from lrs.xapi.store import Store

DOCUMENT = operations.document("http://localhost:8080")
METHODS = {"get", "put", "post", "delete", "head", "options"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 6  # of each operation, with each key
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)  # what is allowed, and what is not


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Caller, Store]]:
    """A store of its own: what is sent here is of any kind."""
    address = f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'lrs.db'}"
    with live.running(Settings(database=address, durable=False)) as found:
        yield found


def described() -> set[tuple[str, str]]:
    """Path and method of each operation."""
    return {
        (path, method)
        for path, methods in DOCUMENT["paths"].items()
        for method in methods
        if method in METHODS
    }


def test_every_route_is_described_and_no_other(tmp_path: Path) -> None:
    """Each rule and method that the app answers is in the document, and the reverse."""
    store = app.opened(Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}", durable=False))
    rules = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.create_app(store).url_map.iter_rules()
        for method in rule.methods or ()
    }
    store.writer.close()
    assert described() == rules


def test_operations_have_names_of_their_own() -> None:
    """Programs that are made of the document call them by operationId."""
    names = [
        told["operationId"] for methods in DOCUMENT["paths"].values() for told in methods.values()
    ]
    assert len(names) == len(set(names))


def test_examples_are_what_they_are_examples_of() -> None:
    """Each example is valid by the schema that it stands beside."""
    count = 0

    def look(value: Any) -> None:
        nonlocal count
        if isinstance(value, dict):
            if "schema" in value and "example" in value:
                count += 1
                schema = {**value["schema"], "components": DOCUMENT["components"]}
                jsonschema.Draft202012Validator(schema).validate(value["example"])
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(DOCUMENT)
    assert count > 20


def test_the_document_is_valid_and_served(both: tuple[Caller, Store]) -> None:
    """It is OpenAPI 3.1, served without a key, and printed by a command just so."""
    ask, store = both
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    answer = Caller(ask.origin, None, None, base="")("GET", "/openapi.json")
    assert answer.status == 200
    assert answer.json() == operations.document(store.settings.url)
    printed = CliRunner().invoke(main, ["openapi"])
    assert json.loads(printed.output) == DOCUMENT


KEYS = {
    "administrator": ("all",),
    "writer": ("statements/write",),
    "own reader": ("statements/read/mine", "state"),
    "package": ("statements/write",),  # a player's
    "nobody": (),
}
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.mark.parametrize(("path", "method"), sorted(described()))
def test_the_server_does_what_the_document_says(
    both: tuple[Caller, Store], path: str, method: str
) -> None:
    """Whatever is sent, in both versions of xAPI, with keys of several scopes and with none:
    no fault, only answers that are described, in the form that is described."""
    ask, store = both
    keyed = {who: {"Authorization": basic(_key(ask, store, who))} for who in KEYS if KEYS[who]}
    operation = SCHEMA[path][method.upper()]

    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES])
    session, who = requests.Session(), ""

    @given(case=cases, version=st.sampled_from([live.OLD, live.NEW]))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: schemathesis.Case[Any], version: str) -> None:
        nonlocal who
        case.headers["X-Experience-API-Version"] = version
        for who in KEYS:
            response = case.call(base_url=ask.origin, headers=keyed.get(who, {}), session=session)
            case.validate_response(response, checks=CHECKS)

    try:
        hold()
    except (Failure, FailureGroup) as error:
        pytest.fail(f"{who}: {error}")


_MADE: dict[str, str] = {}


def _key(ask: Caller, store: Store, who: str) -> str:
    if who == "administrator":
        return ask.key or ""
    if who not in _MADE:
        player = Player(("https://corp.example/a",)) if who == "package" else None
        _MADE[who] = f"{who}:{keys.create(store, who, KEYS[who], None, player)}"
    return _MADE[who]

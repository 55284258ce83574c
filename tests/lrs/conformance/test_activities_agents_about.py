"""What the store knows of activities and agents, and what it says of itself."""

from __future__ import annotations

import re

import pytest
from live import OLD, Caller, fresh, statement
from wording import ACTIVITY, Json, agent, iri, query


def person(ask: Caller, whose: object) -> Json:
    """What is told of somebody."""
    answer = ask("GET", "/agents" + query({"agent": whose}))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    found: Json = answer.json()
    return found


def activity(ask: Caller, name: str) -> Json:
    """What is told of an activity."""
    answer = ask("GET", f"/activities?activityId={name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    found: Json = answer.json()
    return found


def test_somebody_unknown_is_a_person(ask: Caller) -> None:
    """An agent that nobody spoke of is a Person all the same, with what was asked for (XAPI-00236,
    XAPI-00237, XAPI-00245, XAPI-00246, XAPI-00247, XAPI-00248)."""
    whose = agent()
    expected = {"objectType": "Person", "name": [whose["name"]], "mbox": [whose["mbox"]]}
    assert person(ask, whose) == expected


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("mbox", "mailto:{}@brightwater.example"),
        ("mbox_sha1sum", "{}00000000"),
        ("openid", "https://id.brightwater.example/{}"),
        ("account", {"homePage": "https://brightwater.example", "name": "{}"}),
    ],
)
def test_a_person_has_arrays(ask: Caller, part: str, value: object) -> None:
    """Everything of a Person is an array: names, and the identifier that was asked for (XAPI-00238
    to XAPI-00242, XAPI-00244)."""
    name = fresh().replace("-", "")
    value = {**value, "name": name} if isinstance(value, dict) else str(value).format(name)
    for called in ("Ines", "Ines B."):
        ask("POST", "/statements", statement(actor={part: value, "name": called}))
    expected = {"objectType": "Person", "name": ["Ines", "Ines B."], part: [value]}
    assert person(ask, {part: value}) == expected


@pytest.mark.parametrize("place", ["object", "instructor", "member", "inner actor"])
def test_names_are_found_everywhere(ask: Caller, place: str) -> None:
    """An agent's name counts wherever in a statement it stands (XAPI-00248)."""
    whose = agent()
    inner = {"objectType": "SubStatement", **statement(actor=whose)}
    said = {
        "object": statement(object=whose),
        "instructor": statement(context={"instructor": whose}),
        "member": statement(actor={"objectType": "Group", "member": [whose]}),
        "inner actor": statement(object=inner),
    }
    ask("POST", "/statements", said[place])
    assert person(ask, {"mbox": whose["mbox"]})["name"] == ["Ada"]


def test_a_long_name_is_kept(ask: Caller) -> None:
    """A name may be long, on either database (XAPI-00238)."""
    whose, name = agent(), "".join(fresh() for _ in range(300))
    assert ask("POST", "/statements", statement(actor={**whose, "name": name})).status == 200
    assert person(ask, {"mbox": whose["mbox"]})["name"] == [name]


@pytest.mark.parametrize("whose", [None, {"objectType": "Agent", "name": "Ines"}, "true", "[]"])
def test_an_agent_is_asked_for_by_an_identifier(ask: Caller, whose: object) -> None:
    """Without an agent, or with one that has no identifier, no Person (XAPI-00243, XAPI-00249)."""
    address = "/agents" + (query({"agent": whose}) if whose else "")
    assert ask("GET", address).status == 400


def test_an_activity_is_told_as_it_was(ask: Caller) -> None:
    """An activity is told whole, as it was sent, and with nothing added (XAPI-00251, XAPI-00252,
    XAPI-00253)."""
    one = {**ACTIVITY, "id": iri()}
    for _ in range(2):
        assert ask("POST", "/statements", [statement(object=one)]).status == 200
        assert activity(ask, one["id"]) == one


def test_what_is_said_of_an_activity_adds_up(ask: Caller) -> None:
    """What several statements say of an activity is merged, language by language (XAPI-00254)."""
    name = iri()
    said: list[Json] = [
        {"name": {"en-US": "The call", "en-GB": "A call"}, "type": iri()},
        {"name": {"en-GB": "The call", "fr-FR": "L'appel"}},
    ]
    batch = [statement(object={"id": name, "definition": each}) for each in said]
    assert ask("POST", "/statements", batch).status == 200
    definition = activity(ask, name)["definition"]
    assert definition["name"] == {"en-US": "The call", "en-GB": "The call", "fr-FR": "L'appel"}
    assert definition["type"] == said[0]["type"]


def test_activities_are_found_everywhere(ask: Caller) -> None:
    """An activity's definition counts wherever in a statement it stands (XAPI-00254)."""
    one = {**ACTIVITY, "id": iri()}
    inner = {"objectType": "SubStatement", **statement()}
    inner["context"] = {"contextActivities": {"other": one}}
    ask("POST", "/statements", statement(object=inner))
    assert activity(ask, one["id"]) == one


def test_an_unseen_activity_has_its_id(ask: Caller) -> None:
    """An activity that nobody spoke of is told with its id (2.0 unseen activities)."""
    name = iri()
    assert activity(ask, name) == {"objectType": "Activity", "id": name}


def test_ids_are_compared_as_they_are_written(ask: Caller) -> None:
    """Two IRIs are the same if they are written alike: no path is shortened (2.0 comparison of
    IRIs)."""
    name = fresh()
    crooked, straight = (f"http://brightwater.example/path/{way}{name}" for way in ("../", ""))
    one = {"id": crooked, "definition": {"name": {"en": "Crooked"}}}
    ask("POST", "/statements", statement(object=one))
    assert activity(ask, crooked)["id"] == crooked
    assert activity(ask, straight) == {"objectType": "Activity", "id": straight}


@pytest.mark.parametrize("asked", ["", "?activityId=", "?activityId=true", "?activityID=a:b"])
def test_an_activity_is_asked_for_by_its_id(ask: Caller, asked: str) -> None:
    """Without the id of an activity, or with one that is no IRI, nothing is told (XAPI-00250)."""
    assert ask("GET", f"/activities{asked}").status == 400


def test_about(ask: Caller) -> None:
    """The store says which versions it speaks; to whoever speaks 1.0.x, only of those
    (XAPI-00315 to XAPI-00319)."""
    answer = ask("GET", "/about")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    versions = answer.json()["version"]
    assert versions == (["1.0.3"] if ask.version == OLD else ["1.0.3", "2.0.0"])
    assert all(re.fullmatch(r"0\.9|0\.95|1\.0\.[0-3]|2\.0\.0", each) for each in versions)


@pytest.mark.parametrize("said", [None, "1.0.3", "2.0.0", "0.9", "nonsense"])
def test_about_needs_nothing(light: Caller, said: str | None) -> None:
    """About is open: without a key, without a version, with any (XAPI-00331)."""
    answer = light.with_key(None).speaking(said)("GET", "/about")
    assert answer.status == 200
    assert light.with_key("nobody:x").speaking(said)("GET", "/about").status == 200


def test_about_knows_no_parameters(light: Caller) -> None:
    """Nor is About an exception from this: parameters that a resource doesn't know are refused
    (XAPI-00324)."""
    answer = light.with_key(None)("GET", "/about?activityId=https://brightwater.example/a")
    assert (answer.status, answer.codes()) == (400, ["unknown-parameter"])

"""The forms in which statements are answered: exact, ids, canonical, in the reader's language."""

from __future__ import annotations

import pytest
from live import Caller, fresh, statement
from wording import ACTIVITY, AGENT, Json, full, inside, iri

BRITISH = {"Accept-Language": "en-GB"}
VERB = {
    "id": "https://brightwater.example/reported",
    "display": {"en-US": "reported", "en-GB": "reported it", "de-DE": "meldete"},
}


@pytest.fixture
def ask(lite: Caller) -> Caller:
    """Forms are made of what was read, from whatever database."""
    return lite


def told(ask: Caller, one: Json, form: str | None, **headers: str) -> Json:
    """A statement as it is answered, by its id and on a page alike."""
    name = ask("POST", "/statements", one).json()[0]
    asked = f"&format={form}" if form else ""
    alone = ask("GET", f"/statements?statementId={name}{asked}", headers=headers)
    page = ask("GET", f"/statements?limit=1{asked}", headers=headers)
    assert (alone.status, page.status) == (200, 200)
    assert page.json()["statements"] == [alone.json()]
    found: Json = alone.json()
    return found


def substatement() -> Json:
    """Whom, what and about what there are texts in several languages."""
    activity = {**ACTIVITY, "id": iri()}
    actor = {"objectType": "Group", "name": "Accounts", "mbox": f"mailto:{fresh()}@bw.example"}
    inner = {"objectType": "SubStatement", "actor": actor, "verb": VERB, "object": activity}
    return statement(actor=AGENT, verb=VERB, object=inner)


@pytest.mark.parametrize("form", [None, "exact"])
def test_exact_is_as_it_came(ask: Caller, form: str | None) -> None:
    """The exact form, which is that of whoever asks for none, is what was sent, in all languages
    (XAPI-00168, XAPI-00170)."""
    for one in (substatement(), full(), inside()):
        found = told(ask, one, form, **BRITISH)
        assert {part: found[part] for part in one} == one


def test_ids_say_who_and_what_alone(ask: Caller) -> None:
    """In the form ids, an actor is its identifier, a verb and an activity their id, in a
    SubStatement as well (XAPI-00171, 2.0 ids of verbs)."""
    one = substatement()
    found = told(ask, one, "ids")
    inner = one["object"]
    assert found["actor"] == {"objectType": "Agent", "mbox": AGENT["mbox"]}
    assert found["verb"] == found["object"]["verb"] == {"id": VERB["id"]}
    assert found["object"]["actor"] == {"objectType": "Group", "mbox": inner["actor"]["mbox"]}
    assert found["object"]["object"] == {"id": inner["object"]["id"]}


def test_ids_of_the_context(ask: Caller) -> None:
    """In the form ids, the actors and activities of the context are reduced, too; of a group
    without an identifier its members stay (XAPI-00171)."""
    named = {"mbox": AGENT["mbox"], "name": "Ines"}
    context = {
        "instructor": named,
        "team": {"objectType": "Group", "name": "Shift", "member": [named]},
        "contextActivities": {"parent": ACTIVITY},
    }
    bare = {"mbox": AGENT["mbox"]}
    assert told(ask, statement(context=context), "ids")["context"] == {
        "instructor": bare,
        "team": {"objectType": "Group", "member": [bare]},
        "contextActivities": {"parent": [{"id": ACTIVITY["id"]}]},
    }


def test_canonical_has_one_language(ask: Caller) -> None:
    """In the canonical form, verbs and activities have the one language that the reader wants, in a
    SubStatement as well; actors stay as they came (XAPI-00169, XAPI-00172, 2.0 one language)."""
    one = substatement()
    found = told(ask, one, "canonical", **BRITISH)
    inner = one["object"]
    verb = {"id": VERB["id"], "display": {"en-GB": "reported it"}}
    definition = {
        **ACTIVITY["definition"],
        "name": {"en-GB": "The parcel, again"},
        "description": {"en-GB": "A courier wants a fee"},
    }
    assert found["actor"] == AGENT
    assert found["verb"] == verb
    assert found["object"] == {
        "objectType": "SubStatement",
        "actor": inner["actor"],
        "verb": verb,
        "object": {**inner["object"], "definition": definition},
    }


def test_canonical_reaches_the_context(ask: Caller) -> None:
    """In the canonical form, context activities have one language, too, and stand in an array; in
    the exact form they have all (XAPI-00172, XAPI-00096)."""
    one = statement(
        verb=VERB, context={"contextActivities": {"category": {**ACTIVITY, "id": iri()}}}
    )
    exact = told(ask, one, None, **BRITISH)
    short = told(ask, one, "canonical", **BRITISH)
    for found, languages in ((exact, {"en-US", "en-GB"}), (short, {"en-GB"})):
        definition = found["context"]["contextActivities"]["category"][0]["definition"]
        assert set(definition["name"]) == set(definition["description"]) == languages
        assert languages <= set(found["verb"]["display"])
    assert set(short["verb"]["display"]) == {"en-GB"}


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("de", "de-DE"),
        ("de-CH, en-GB;q=0.5", "en-GB"),
        ("fr, en-US;q=0.1, en-GB;q=0.2", "en-GB"),
        ("EN-us", "en-US"),
        ("fr", "en-US"),
        ("*", "en-US"),
        ("en-US;q=0, de-DE", "de-DE"),
        ("", "en-US"),
        (",;q=abc, =, de-DE", "de-DE"),
    ],
)
def test_the_language_is_the_readers(lite: Caller, wanted: str, chosen: str) -> None:
    """Of several languages the reader's most wanted is chosen, and where there is none of them, one
    all the same (XAPI-00172, 2.0 one language)."""
    found = told(lite, statement(verb=VERB), "canonical", **{"Accept-Language": wanted})
    assert list(found["verb"]["display"]) == [chosen]


def test_canonical_tells_what_the_store_knows(ask: Caller) -> None:
    """In the canonical form, an activity has the definition that the store holds of it, though the
    statement had none or another (XAPI-00169)."""
    name = iri()
    known = {"name": {"en": "The call"}, "type": "https://brightwater.example/types/exercise"}
    ask("POST", "/statements", statement(object={"id": name, "definition": known}))
    found = told(ask, statement(object={"id": name}), "canonical")
    assert found["object"] == {"id": name, "definition": known}


@pytest.mark.parametrize("relation", ["parent", "grouping", "category", "other"])
def test_context_activities_stand_in_arrays(ask: Caller, relation: str) -> None:
    """A context activity that was sent alone comes back in an array, in every form, in a
    SubStatement, too (XAPI-00096)."""
    lone = {"contextActivities": {relation: {"id": iri()}}}
    inner = {"objectType": "SubStatement", **statement(context=lone)}
    for form in (None, "ids", "canonical"):
        outer = told(ask, statement(context=lone), form)["context"]
        within = told(ask, statement(object=inner), form)["object"]["context"]
        expected = {"contextActivities": {relation: [lone["contextActivities"][relation]]}}
        assert outer == within == expected


def test_ids_of_context_agents(new: Caller) -> None:
    """In the form ids, the agents and groups of a context are reduced to their identifiers (2.0
    context agents, 2.0 context groups)."""
    named = {"mbox": AGENT["mbox"], "name": "Ines"}
    types = ["https://brightwater.example/roles/observer"]
    context = {
        "contextAgents": [{"objectType": "contextAgent", "agent": named, "relevantTypes": types}],
        "contextGroups": [
            {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [named]}}
        ],
    }
    found = told(new, statement(context=context), "ids")["context"]
    assert found["contextAgents"][0]["agent"] == {"mbox": AGENT["mbox"]}
    assert found["contextAgents"][0]["relevantTypes"] == types
    assert found["contextGroups"][0]["group"]["member"] == [{"mbox": AGENT["mbox"]}]

"""What a statement is found by, whom and what it names, and how readers get it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from specimens import ACCOUNT, ACTIVITY, AGENT, ANONYMOUS, GONE, GROUP, SUB, WHOLE, changed

from lrs.xapi import contents, forms

BO = {"mbox": "mailto:bo@corp.example", "name": "Bo"}
CY = {"openid": "https://cy.example", "name": "Cy"}
DEE = {"mbox_sha1sum": "AB" * 20, "name": "Dee"}
ABOUT = {"id": "https://training.example/invoice"}


@pytest.mark.parametrize(
    ("actor", "text"),
    [
        (AGENT, "mbox mailto:ana@corp.example"),
        ({"mbox": "mailto:Ana@Corp.EXAMPLE"}, "mbox mailto:Ana@corp.example"),
        (CY, "openid https://cy.example"),
        (DEE, f"mbox_sha1sum {'ab' * 20}"),
        (ACCOUNT, "account https://hr.example|4711"),
        (GROUP, "mbox mailto:payables@corp.example"),
        (ANONYMOUS, ""),
        ({"account": {"homePage": "https://hr.example"}}, ""),
        ({}, ""),
    ],
)
def test_one_text_stands_for_an_actor(actor: dict[str, Any], text: str) -> None:
    """The same identifier gives the same text; the case of a mailbox's domain doesn't count, that
    of its local part does (Data 2.3.1, XAPI-00164)."""
    assert contents.identifier(actor) == text


def test_accounts_are_not_confused() -> None:
    """Home page and name can't be shifted into each other."""
    one = {"account": {"homePage": "https://a.example", "name": "b|c"}}
    other = {"account": {"homePage": "https://a.example/b", "name": "c"}}
    assert contents.identifier(one) != contents.identifier(other)


def terms(**parts: Any) -> set[str]:
    whole = {"actor": AGENT, "verb": {"id": "urn:did"}, "object": ABOUT, **parts}
    return set(contents.found(whole).terms())


PLAIN = {
    "agent mbox mailto:ana@corp.example",
    "verb urn:did",
    "activity https://training.example/invoice",
}


def test_a_statement_is_found_by_its_three_parts() -> None:
    """Actor, verb and activity find a statement, and so does its registration, in any case
    (XAPI-00164, XAPI-00174, XAPI-00175, XAPI-00176, XAPI-00177)."""
    assert terms() == PLAIN
    assert terms(context={"registration": "EC531277-B57B-4C15-8D91-D292C5B2B8F7"}) == {
        *PLAIN,
        "registration ec531277-b57b-4c15-8d91-d292c5b2b8f7",
    }


def test_a_group_is_found_by_its_members() -> None:
    """A Group as actor or object is found by itself and by each member (XAPI-00164)."""
    team = {"objectType": "Group", **BO, "member": [CY, ACCOUNT]}
    assert terms(actor=team) == PLAIN - {"agent mbox mailto:ana@corp.example"} | {
        "agent mbox mailto:bo@corp.example",
        "agent openid https://cy.example",
        "agent account https://hr.example|4711",
    }
    assert terms(object={"objectType": "Agent", **BO}) == {
        "agent mbox mailto:ana@corp.example",
        "agent mbox mailto:bo@corp.example",
        "verb urn:did",
    }


@pytest.mark.parametrize(
    "parts",
    [
        {"authority": BO},
        {"authority": {"objectType": "Group", "member": [BO]}},
        {"context": {"instructor": BO}},
        {"context": {"team": {"objectType": "Group", "member": [BO]}}},
        {"context": {"contextAgents": [{"objectType": "contextAgent", "agent": BO}]}},
        {"context": {"contextGroups": [{"group": {"objectType": "Group", "member": [BO]}}]}},
    ],
)
def test_related_agents_are_found_wider(parts: dict[str, Any]) -> None:
    """Authority, instructor, team, and the context's agents and groups of 2.0.0 are found with
    related_agents (XAPI-00164, XAPI-00179)."""
    assert terms(**parts) == PLAIN | {"related-agent mbox mailto:bo@corp.example"}


def test_a_substatement_is_found_wider() -> None:
    """What stands in a SubStatement is only related (XAPI-00164, XAPI-00178, XAPI-00179)."""
    inner = {
        "objectType": "SubStatement",
        "actor": BO,
        "verb": {"id": "urn:planned"},
        "object": ABOUT,
        "context": {
            "instructor": CY,
            "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
            "contextActivities": {"other": {"id": "urn:other"}},
        },
    }
    assert terms(object=inner) == {
        "agent mbox mailto:ana@corp.example",
        "verb urn:did",
        "related-agent mbox mailto:bo@corp.example",
        "related-agent openid https://cy.example",
        "related-activity https://training.example/invoice",
        "related-activity urn:other",
    }
    about_agent = {**inner, "object": {"objectType": "Agent", **DEE}}
    assert f"related-agent mbox_sha1sum {'ab' * 20}" in terms(object=about_agent)


def test_context_activities_are_found_wider() -> None:
    """Context activities, alone or in arrays, are found with related_activities (XAPI-00178)."""
    related = {"parent": {"id": "urn:a"}, "category": [{"id": "urn:b"}, ABOUT]}
    assert terms(context={"contextActivities": related}) == PLAIN | {
        "related-activity urn:a",
        "related-activity urn:b",
    }


def test_what_is_found_plainly_is_not_repeated() -> None:
    """A term of the narrow kind has no twin of the wide kind."""
    assert terms(authority=AGENT, context={"instructor": AGENT}) == PLAIN


def test_a_reference_is_read_in_lower_case() -> None:
    """A statement about another names it by its id, and voids it only with the verb for that
    (XAPI-00017, XAPI-00162)."""
    about = {"objectType": "StatementRef", "id": "8F87CCDE-BB56-4C2E-AB83-44982EF22DF0"}
    whole = {"verb": {"id": "urn:did"}, "object": about}
    assert contents.found(whole).reference == "8f87ccde-bb56-4c2e-ab83-44982ef22df0"
    assert contents.found({"object": ABOUT}).reference is None
    assert (
        contents.found({"object": {"objectType": "SubStatement", "object": about}}).reference
        is None
    )
    assert not contents.found(whole).voiding
    voiding = {**whole, "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}
    assert contents.found(voiding).voiding
    assert not contents.found({**voiding, "object": ABOUT}).voiding


def test_definitions_are_gathered_from_everywhere() -> None:
    """Definitions come from the object, the context and the SubStatement (XAPI-00251)."""
    inner = changed(
        SUB,
        {
            "object": {"id": "urn:a", "definition": {"type": "urn:t"}},
            "context.contextActivities": {"other": {"id": "urn:b", "definition": {}}},
        },
    )
    whole = {"object": inner, "context": {"contextActivities": {"parent": [ACTIVITY, ABOUT]}}}
    assert contents.found(whole).definitions == {
        "urn:a": {"type": "urn:t"},
        "urn:b": {},
        ACTIVITY["id"]: ACTIVITY["definition"],
    }


def test_definitions_are_merged() -> None:
    """Languages and extensions are united, also those of components; later values hold
    (XAPI-00254)."""
    first = {
        "name": {"en-US": "old", "en": "kept"},
        "type": "urn:old",
        "extensions": {"urn:a": 1, "urn:b": 1},
        "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
    }
    second = {
        "name": {"fr-FR": "nom", "en-US": "new"},
        "type": "urn:new",
        "moreInfo": "urn:info",
        "extensions": {"urn:b": {"x": 2}},
        "choices": [{"id": "a", "description": {"de": "A"}}, {"id": "c"}],
    }
    assert contents.merged([first, {}, second]) == {
        "name": {"en-US": "new", "en": "kept", "fr-FR": "nom"},
        "type": "urn:new",
        "moreInfo": "urn:info",
        "extensions": {"urn:a": 1, "urn:b": {"x": 2}},
        "choices": [{"id": "a", "description": {"en": "A", "de": "A"}}, {"id": "c"}],
    }
    assert contents.merged([]) == {}
    assert first["name"] == {"en-US": "old", "en": "kept"}


def test_named_agents_are_gathered() -> None:
    """Every Agent with a name is told, members too, Groups not (XAPI-00238, XAPI-00239)."""
    whole = {
        "actor": {"objectType": "Group", "name": "Team", "mbox": "mailto:t@x", "member": [BO]},
        "object": {"objectType": "Agent", **CY},
        "authority": DEE,
        "context": {"instructor": ACCOUNT, "contextAgents": [{"agent": AGENT}]},
    }
    assert contents.found(whole).names == {
        "mbox mailto:bo@corp.example": "Bo",
        "openid https://cy.example": "Cy",
        f"mbox_sha1sum {'ab' * 20}": "Dee",
        "mbox mailto:ana@corp.example": "Ana",
    }


# The forms for readers.


def test_lone_context_activities_are_put_into_arrays() -> None:
    """The exact form changes nothing else, and a statement without any is left as it is
    (XAPI-00096, XAPI-00168, XAPI-00170)."""
    parts = {"parent": ABOUT, "other": [ABOUT]}
    whole = {"actor": AGENT, "context": {"contextActivities": parts}}
    assert contents.found(whole).lone
    assert forms.as_exact(whole)["context"]["contextActivities"] == {
        "parent": [ABOUT],
        "other": [ABOUT],
    }
    inside = {"object": {"objectType": "SubStatement", **whole}}
    assert contents.found(inside).lone
    assert not contents.found(forms.as_exact(inside)).lone
    plain = changed(WHOLE, {"context.contextActivities.grouping": [ABOUT]})
    assert not contents.found(plain).lone
    assert forms.as_exact(plain) == plain


def test_ids_are_the_least_that_identifies() -> None:
    """In the form of ids an Activity and a verb are their id alone, an actor its identifier and
    type, an anonymous Group its members (XAPI-00171)."""
    inner = changed(
        SUB, {"actor": GROUP, "context": {"instructor": ANONYMOUS, "registration": WHOLE["id"]}}
    )
    told = forms.as_ids({**WHOLE, "object": inner})
    assert told["actor"] == {"objectType": "Agent", "mbox": "mailto:ana@corp.example"}
    assert told["verb"] == {"id": WHOLE["verb"]["id"]}
    assert told["object"]["actor"] == {"objectType": "Group", "mbox": GROUP["mbox"]}
    assert told["object"]["verb"] == {"id": WHOLE["verb"]["id"]}
    assert told["object"]["object"] == {"id": ACTIVITY["id"]}
    assert told["object"]["context"] == {
        "registration": WHOLE["id"],
        "instructor": {
            "objectType": "Group",
            "member": [{"objectType": "Agent", "mbox": "mailto:ana@corp.example"}, ACCOUNT],
        },
    }
    assert told["context"]["contextActivities"] == {
        "parent": [{"id": "https://training.example/invoice"}],
        "grouping": [{"id": "https://training.example/course"}],
    }
    for key in ("id", "result", "timestamp", "stored", "version", "attachments"):
        assert told[key] == WHOLE[key]
    about = forms.as_ids({"object": {"objectType": "Agent", **BO}})["object"]
    assert about == {"objectType": "Agent", "mbox": BO["mbox"]}
    related = {"contextAgents": [{"objectType": "contextAgent", "agent": BO, "relevantTypes": []}]}
    assert forms.as_ids({"context": related})["context"]["contextAgents"] == [
        {"objectType": "contextAgent", "agent": {"mbox": BO["mbox"]}, "relevantTypes": []}
    ]


def test_the_canonical_form_has_one_language() -> None:
    """Every text of activities and verbs comes in the one best language, also in contexts and
    SubStatements; actors stay as they are (XAPI-00169, XAPI-00172)."""
    whole = {**WHOLE, "object": SUB, "context": {"contextActivities": {"category": ACTIVITY}}}
    told = forms.as_canonical(whole, lambda iri: None, ["de-AT", "en"])
    german = changed(
        ACTIVITY,
        {"definition.name": {"de": "Die Rechnung"}},
    )
    assert told["verb"]["display"] == {"de": "beantwortete"}
    assert told["object"]["verb"]["display"] == {"de": "beantwortete"}
    assert told["object"]["object"] == german
    assert told["context"]["contextActivities"] == {"category": [german]}
    assert told["actor"] == AGENT
    assert told["object"]["actor"] == SUB["actor"]


def test_the_canonical_form_has_the_store_s_definitions() -> None:
    """What the store holds of an activity takes the place of what the statement said."""
    held = {"name": {"fr": "La facture", "en": "Invoice"}, "choices": [{"id": "a"}, 5]}
    told = forms.as_canonical({"object": ABOUT}, {ABOUT["id"]: held}.get, ["fr"])
    assert told == {
        "object": {
            **ABOUT,
            "definition": {"name": {"fr": "La facture"}, "choices": held["choices"]},
        }
    }
    assert held["name"] == {"fr": "La facture", "en": "Invoice"}


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("en-GB", ["en-GB"]),
        ("da, en-gb;q=0.8, en;q=0.7", ["da", "en-gb", "en"]),
        ("en;q=0.5,de", ["de", "en"]),
        ("en ; q=0.5 , fr;Q=1", ["fr", "en"]),
        ("de;q=0,*;q=0.1", ["*"]),
        ("a,b,c", ["a", "b", "c"]),
        ("", []),
        (";;, en;q=x, 5;q=0.5, toolongtag1, fr", ["fr"]),
        ("en;q=2", []),
    ],
)
def test_languages_are_accepted_in_their_order(header: str, ranges: list[str]) -> None:
    """Accept-Language is read by its weights; what isn't a range is passed over (XAPI-00172)."""
    assert forms.accepted(header) == ranges


def test_thousands_of_languages_are_not_all_looked_for() -> None:
    """Of a header with thousands of ranges only the most wanted count, each once: all of them would
    be looked for in each text of a page, for a minute."""
    many = ", ".join(f"a-{number};q=0.5" for number in range(10_000))
    found = forms.accepted(f"{many}, en, en, de;q=0.9")
    assert found[:2] == ["en", "de"]
    assert len(found) == 30


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("en-GB", "en-GB"),
        ("EN-gb", "en-GB"),
        ("en", "en-US"),
        ("de-CH-1996", "de"),
        ("fr-CA", "fr"),
        ("it, de;q=0.1", "de"),
        ("en-AU, de", "de"),
        ("*", "en-US"),
        ("it, *", "en-US"),
        ("it", "en-US"),
        ("zh-Hant-x-abc", "en-US"),
        ("", "en-US"),
    ],
)
def test_one_language_is_chosen(accept: str, chosen: str) -> None:
    """A range takes its own tag, then a narrower one, then wider ones; if none fits, the first
    text stays (XAPI-00172; RFC 4647)."""
    words = {"en-US": "1", "en-GB": "2", "de": "3", "fr": "4"}
    whole = {"verb": {"id": "urn:x", "display": words}}
    told = forms.as_canonical(whole, lambda iri: None, forms.accepted(accept))
    assert told["verb"]["display"] == {chosen: words[chosen]}


def test_no_form_changes_what_it_is_given() -> None:
    """The forms are copies, and the statement stays as it was."""
    before = json.dumps(WHOLE)
    forms.as_ids(WHOLE)
    forms.as_exact(WHOLE)
    forms.as_canonical(WHOLE, lambda iri: {"name": {"en": "x", "de": "y"}}, ["de"])
    assert json.dumps(WHOLE) == before
    assert forms.as_ids(changed(WHOLE, {"verb.display": GONE}))["verb"] == {
        "id": WHOLE["verb"]["id"]
    }

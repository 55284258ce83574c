"""Statements about statements: what is voided, and who is found through whom."""

from __future__ import annotations

import pytest
from live import Caller, fresh, statement
from wording import VOIDED, Json, agent, iri, query, written


def about(name: str, **parts: object) -> Json:
    """A statement about the one of this id."""
    return statement(object={"objectType": "StatementRef", "id": name}, **parts)


def voiding(name: str) -> Json:
    """The statement that voids the one of this id."""
    return about(name, verb={"id": VOIDED})


def store(ask: Caller, one: Json) -> str:
    """The id of a statement that was posted."""
    answer = ask("POST", "/statements", one)
    assert answer.status == 200, answer.body
    return str(answer.json()[0])


def ids(ask: Caller, **params: object) -> list[str]:
    """The ids of the first page."""
    answer = ask("GET", "/statements" + query(params))
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json()["statements"]]


def is_voided(ask: Caller, name: str) -> bool:
    """Whether it is told as voided; it is told in one way only."""
    plain = ask("GET", f"/statements?statementId={name}")
    voided = ask("GET", f"/statements?voidedStatementId={name}")
    assert sorted([plain.status, voided.status]) == [200, 404]
    told = voided if voided.status == 200 else plain
    assert told.json()["id"] == name
    return voided.status == 200


def test_a_voided_statement_is_told_as_voided_alone(ask: Caller) -> None:
    """A voided statement is answered to `voidedStatementId` and no longer to `statementId`, at once
    (XAPI-00018, XAPI-00155, XAPI-00157, XAPI-00163)."""
    name = store(ask, statement())
    assert not is_voided(ask, name)
    store(ask, voiding(name))
    assert is_voided(ask, name)
    assert ask("GET", f"/statements?voidedStatementId={name.upper()}").status == 200


def test_a_voided_statement_is_on_no_page(ask: Caller) -> None:
    """No filter finds a voided statement, not even all filters that it meets (XAPI-00163)."""
    who, verb, registration = agent(), iri(), fresh()
    one = statement(actor=who, verb={"id": verb}, context={"registration": registration})
    name = store(ask, one)
    mark = store(ask, voiding(name))
    for params in ({"agent": who}, {"verb": verb}, {"registration": registration}):
        assert ids(ask, **params) == [mark]
    assert name not in ids(ask)
    assert ids(ask, activity=one["object"]["id"]) == [mark]


def test_a_voiding_statement_may_come_first(ask: Caller) -> None:
    """A statement may be voided before it arrives: it is void from the beginning (XAPI-00019,
    XAPI-00020, XAPI-00018)."""
    name = fresh()
    mark = store(ask, voiding(name))
    assert ask("GET", f"/statements?voidedStatementId={name}").status == 404
    store(ask, statement(id=name))
    assert is_voided(ask, name)
    assert not is_voided(ask, mark)


def test_a_voiding_statement_in_the_same_batch(ask: Caller) -> None:
    """A statement and the one that voids it may come in one request, in any order (XAPI-00018)."""
    first, second = fresh(), fresh()
    batch = [statement(id=first), voiding(first), voiding(second), statement(id=second)]
    assert ask("POST", "/statements", batch).status == 200
    assert is_voided(ask, first)
    assert is_voided(ask, second)


@pytest.mark.parametrize("about_what", ["activity", "agent", "substatement"])
def test_voiding_names_a_statement(ask: Caller, about_what: str) -> None:
    """A voiding statement has a StatementRef as its object, and nothing else (XAPI-00017)."""
    objects = {
        "activity": {"id": iri()},
        "agent": agent(),
        "substatement": {"objectType": "SubStatement", **statement()},
    }
    one = statement(verb={"id": VOIDED}, object=objects[about_what])
    assert ask("POST", "/statements", one).status == 400


def test_a_voiding_statement_cant_be_voided(ask: Caller) -> None:
    """What voids a voiding statement is taken and changes nothing; nor does voiding a statement
    twice (XAPI-00016)."""
    name = store(ask, statement())
    mark = store(ask, voiding(name))
    again, against = store(ask, voiding(name)), store(ask, voiding(mark))
    assert is_voided(ask, name)
    assert not any(is_voided(ask, each) for each in (mark, again, against))
    assert ask("GET", "/statements").status == 200
    early = fresh()
    store(ask, voiding(early))
    store(ask, {**voiding(name), "id": early})
    assert not is_voided(ask, early)


def test_referring_statements_are_found_through_their_target(ask: Caller) -> None:
    """Statements about one that meets a filter meet it, too, though it is voided; newest first, and
    each counted by its own instant (XAPI-00162)."""
    verb = iri()
    before = written(1)
    name = store(ask, statement(verb={"id": verb}))
    mark = store(ask, voiding(name))
    comment = store(ask, about(name, verb={"id": verb}))
    assert ids(ask, verb=verb) == [comment, mark]
    assert ids(ask, verb=verb, since=before) == [comment, mark]
    assert ids(ask, verb=verb, until=written(-1)) == [comment, mark]
    assert ids(ask, verb=verb, limit="1") == [comment]
    voidings = ids(ask, verb=VOIDED)
    assert mark in voidings
    assert name not in voidings


def test_since_looks_at_the_referring_statement(ask: Caller) -> None:
    """`since` and `until` look at the statement that is returned, not at the one it is about
    (XAPI-00162, XAPI-00175)."""
    verb = iri()
    name = store(ask, statement(verb={"id": verb}))
    stored = ask("GET", f"/statements?statementId={name}").json()["stored"]
    comment = store(ask, about(name))
    assert ids(ask, verb=verb, since=stored) == [comment]
    assert ids(ask, verb=verb, until=stored) == [name]


def test_chains_of_references_are_followed(ask: Caller) -> None:
    """A statement about a statement about one that meets a filter meets it, in whatever order they
    came (XAPI-00162)."""
    verb = iri()
    names = [fresh() for _ in range(5)]
    chain = [statement(id=names[0], verb={"id": verb})]
    chain += [about(names[n], id=names[n + 1]) for n in range(4)]
    for n in (3, 1, 4, 0, 2):
        store(ask, chain[n])
    assert sorted(ids(ask, verb=verb)) == sorted(names)


@pytest.mark.parametrize("first", ["target", "comment"])
def test_no_statement_is_found_through_others_by_no_end_of_terms(ask: Caller, first: str) -> None:
    """Through the one that it is about, a statement is found by verb and agent, and by no more than
    two hundred terms in all, whichever came first; the one itself is found by all of its own
    (XAPI-00162)."""
    verb, who, name = iri(), agent(), fresh()
    others = sorted(iri() for _ in range(300))
    context = {"contextActivities": {"other": [{"id": each} for each in others]}}
    target = statement(id=name, verb={"id": verb}, actor=who, context=context)
    comment = about(name, id=fresh())
    for one in (target, comment) if first == "target" else (comment, target):
        store(ask, one)
    both = {name, comment["id"]}
    assert set(ids(ask, verb=verb)) == set(ids(ask, agent=who)) == both
    related: list[set[str]] = [
        set(ids(ask, activity=each, related_activities="true"))
        for each in (*others[::20], others[-1])
    ]
    assert related[0] == both
    assert related[-1] == {name}
    assert sum(each == both for each in related) == 10


def test_filters_are_met_by_one_statement(ask: Caller) -> None:
    """All filters are met by the same statement, the returned or the one it is about, not one by
    each (XAPI-00164)."""
    who, verb = agent(), iri()
    target = store(ask, statement(verb={"id": verb}))
    store(ask, about(target, actor=who))
    assert ids(ask, agent=who, verb=verb) == []
    other = store(ask, statement(verb={"id": verb}, actor=who))
    comment = store(ask, about(other))
    assert ids(ask, agent=who, verb=verb) == [comment, other]


def test_statements_may_be_about_each_other(ask: Caller) -> None:
    """A circle of references, even of one statement, is no trap (XAPI-00162)."""
    verb, itself = iri(), fresh()
    first, second = fresh(), fresh()
    store(ask, about(second, id=first, verb={"id": verb}))
    store(ask, about(first, id=second))
    store(ask, about(itself, id=itself, verb={"id": verb}))
    assert sorted(ids(ask, verb=verb)) == sorted([first, second, itself])


def test_a_reference_may_lead_nowhere(ask: Caller) -> None:
    """A statement about one that isn't there is stored and found by what itself says
    (XAPI-00072)."""
    verb = iri()
    name = store(ask, about(fresh(), verb={"id": verb}))
    assert ids(ask, verb=verb) == [name]


def test_only_the_object_refers(ask: Caller) -> None:
    """A statement in a context, or in a SubStatement, is no target: nothing is found through it,
    and nothing voided."""
    verb = iri()
    name = store(ask, statement(verb={"id": verb}))
    reference = {"objectType": "StatementRef", "id": name}
    store(ask, statement(context={"statement": reference}))
    inner = {**statement(verb={"id": VOIDED}, object=reference), "objectType": "SubStatement"}
    store(ask, statement(object=inner))
    assert ids(ask, verb=verb) == [name]
    assert not is_voided(ask, name)

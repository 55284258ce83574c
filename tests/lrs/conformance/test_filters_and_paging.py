"""Statements are found: each filter alone, pages and their links, and how fresh an answer is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from durable import opened
from live import Caller, fresh, statement
from sqlalchemy import text
from wording import ACTIVITY, CONSISTENT, GROUP, Json, agent, iri, query, written

from lrs import database
from lrs.xapi import queries
from lrs.xapi.tables import term

AGENT = agent()
# Each parameter that may stand alone, as the suites send it.
ALONE: dict[str, dict[str, object]] = {
    "agent": {"agent": AGENT},
    "verb": {"verb": "http://adlnet.gov/expapi/non/existent"},
    "activity": {"activity": ACTIVITY["id"]},
    "registration": {"registration": fresh()},
    "related_activities": {"activity": ACTIVITY["id"], "related_activities": "true"},
    "related_agents": {"agent": AGENT, "related_agents": "true"},
    "since": {"since": "2012-06-01T19:09:13.245Z"},
    "until": {"until": "2012-06-01T19:09:13.245Z"},
    "limit": {"limit": "1"},
    "ascending": {"ascending": "true"},
    "format": {"format": "ids"},
    "attachments": {"attachments": "false"},
    "nothing": {},
}
WITH_AN_ID = ("statementId", "voidedStatementId")


def found(ask: Caller, **params: object) -> list[Json]:
    """The statements of the first page."""
    answer = ask("GET", "/statements" + query(params))
    assert answer.status == 200, answer.body
    told: list[Json] = answer.json()["statements"]
    return told


def ids(ask: Caller, **params: object) -> list[str]:
    """Their ids."""
    return [each["id"] for each in found(ask, **params)]


def store(ask: Caller, *statements: Json) -> list[str]:
    """The ids of statements that were posted one by one."""
    return [ask("POST", "/statements", each).json()[0] for each in statements]


@pytest.mark.parametrize("name", ALONE)
def test_each_filter_is_answered(ask: Caller, name: str) -> None:
    """Each parameter is answered with a StatementResult, whatever it finds, written raw or
    encoded (XAPI-00154, XAPI-00165, XAPI-00173 to XAPI-00181)."""
    for answer in (
        ask("GET", "/statements" + query(ALONE[name])),
        ask("GET", "/statements", None, None, **ALONE[name]),
    ):
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert isinstance(answer.json()["statements"], list)
        assert isinstance(answer.json()["more"], str)


def test_nothing_found_is_an_empty_list(ask: Caller) -> None:
    """A filter that no statement meets is answered with an empty list and no further page
    (XAPI-00149, XAPI-00112, XAPI-00109)."""
    answer = ask("GET", f"/statements?verb={iri()}")
    assert (answer.status, answer.json()) == (200, {"statements": [], "more": ""})


@pytest.mark.parametrize("related", ["related_activities", "related_agents"])
def test_related_alone_asks_for_nothing(ask: Caller, related: str) -> None:
    """What broadens a filter may stand without it, and then finds whatever there is
    (XAPI-00153)."""
    name = store(ask, statement())[0]
    assert name in ids(ask, **{related: "true"})


def test_a_statement_is_found_by_its_id(ask: Caller) -> None:
    """A statement is answered alone by its id, written in any case (XAPI-00156, XAPI-00158)."""
    name = store(ask, statement())[0]
    for written_as in (name, name.upper()):
        answer = ask("GET", f"/statements?statementId={written_as}")
        assert (answer.status, answer.json()["id"]) == (200, name)
        assert answer.headers["Content-Type"] == "application/json"
    assert ask("GET", f"/statements?statementId={fresh()}").status == 404


@pytest.mark.parametrize("which", WITH_AN_ID)
@pytest.mark.parametrize("name", [name for name in ALONE if name not in ("nothing",)])
def test_an_id_goes_with_no_filter(lite: Caller, which: str, name: str) -> None:
    """With the id of a statement, or of a voided one, only `format` and `attachments` may stand,
    whether or not the statement is there (XAPI-00150, XAPI-00151)."""
    one = store(lite, statement())[0]
    if which == "voidedStatementId":
        voiding = {"id": "http://adlnet.gov/expapi/verbs/voided"}
        store(lite, statement(verb=voiding, object={"objectType": "StatementRef", "id": one}))
    allowed = name in ("format", "attachments")
    params = query({which: one, **ALONE[name]})
    assert lite("GET", f"/statements{params}").status == (200 if allowed else 400)
    params = query({which: fresh(), **ALONE[name]})
    assert lite("GET", f"/statements{params}").status == (404 if allowed else 400)


def test_two_ids_are_refused(ask: Caller) -> None:
    """A statement's id and a voided one's don't go together (XAPI-00150, XAPI-00151)."""
    params = query(dict.fromkeys(WITH_AN_ID, fresh()))
    assert ask("GET", f"/statements{params}").status == 400


@pytest.mark.parametrize(
    "params",
    [
        *({"statementId": "wrong"}, {"voidedStatementId": "wrong"}, {"registration": "wrong"}),
        *({"agent": "wrong"}, {"agent": "true"}, {"agent": {"name": "Ines"}}, {"agent": "[]"}),
        *({"agent": {"mbox": "ines@brightwater.example"}}, {"agent": "null"}, {"agent": ""}),
        *({"verb": "not.a.valid.iri.com/verb"}, {"activity": "not.a.valid.iri.com/activity"}),
        *({"since": "not%20a%20timestamp"}, {"until": "true"}, {"since": "2026-13-01T00:00:00Z"}),
        *({"limit": "-1"}, {"limit": "1.5"}, {"limit": "ten"}, {"limit": ""}, {"limit": "%D9%A3"}),
        *({"ascending": "yes"}, {"ascending": "True"}, {"attachments": "1"}, {"format": "exactly"}),
        *({"related_agents": "maybe"}, {"related_activities": ""}, {"verb": ""}),
    ],
    ids=lambda params: "-".join(f"{name} {value}" for name, value in params.items()),
)
def test_parameters_are_judged(lite: Caller, params: dict[str, object]) -> None:
    """A parameter that isn't what a statement would have in its place is refused, and the error
    names it (XAPI-00012)."""
    answer = lite("GET", "/statements" + query(params))
    assert answer.status == 400
    assert answer.json()["error"].startswith(f"parameter {next(iter(params))}")


def test_the_agent_filter(ask: Caller) -> None:
    """An agent finds the statements of which they are actor or object, also as a member of a
    group, and no others (XAPI-00181, XAPI-00164)."""
    wanted, other = agent(), agent()
    team = {"objectType": "Group", "member": [other, wanted]}
    names = store(
        ask,
        statement(actor=wanted),
        statement(object=wanted),
        statement(actor=team),
        statement(actor={**GROUP, "member": [wanted]}),
    )
    store(ask, statement(actor=other), statement(context={"instructor": wanted}))
    assert ids(ask, agent=wanted) == names[::-1]
    assert ids(ask, agent={"mbox": wanted["mbox"]}) == names[::-1]


@pytest.mark.parametrize(
    "whose",
    [
        {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"},
        {"openid": "https://id.brightwater.example/filter"},
        {"account": {"homePage": "https://brightwater.example", "name": "a|b:c&d=e f+g%20"}},
        {"objectType": "Group", "mbox": "mailto:filter@brightwater.example"},
    ],
    ids=["mbox_sha1sum", "openid", "account", "group"],
)
def test_every_identifier_finds(ask: Caller, whose: Json) -> None:
    """Agents are found by whatever identifies them, and so are groups (XAPI-00181)."""
    name = store(ask, statement(actor=whose))[0]
    assert ids(ask, agent=whose)[0] == name


def test_the_verb_and_activity_filters(ask: Caller) -> None:
    """A verb and an activity find exactly the statements that have them as verb and object
    (XAPI-00179, XAPI-00180, XAPI-00164)."""
    verb, activity = iri(), iri()
    names = store(ask, statement(verb={"id": verb}, object={"id": activity}))
    store(ask, statement(verb={"id": verb + "/more"}, object={"id": activity + "/more"}))
    category = {"contextActivities": {"category": {"id": activity}}}
    store(ask, statement(context=category))
    assert ids(ask, verb=verb) == names
    assert ids(ask, activity=activity) == names
    assert ids(ask, activity=activity, verb=iri()) == []


def test_the_registration_filter(ask: Caller) -> None:
    """A registration finds its statements, in whatever case it is written (XAPI-00178)."""
    registration = fresh()
    names = store(ask, statement(context={"registration": registration.upper()}))
    store(ask, statement(context={"registration": fresh()}))
    assert ids(ask, registration=registration) == names
    assert ids(ask, registration=registration.upper()) == names


def test_related_activities(ask: Caller) -> None:
    """Broadly, an activity is found in the object, in every kind of context activity, and in all
    of these in a SubStatement (XAPI-00177, XAPI-00164)."""
    wanted = iri()
    lone = {"id": wanted}
    inner = {"objectType": "SubStatement", **statement()}
    kinds = ("parent", "grouping", "category", "other")
    held = [
        statement(object=lone),
        *(statement(context={"contextActivities": {kind: lone}}) for kind in kinds),
        *(statement(context={"contextActivities": {kind: [ACTIVITY, lone]}}) for kind in kinds),
        statement(object={**inner, "object": lone}),
        *(
            statement(object={**inner, "context": {"contextActivities": {kind: lone}}})
            for kind in kinds
        ),
    ]
    names = store(ask, *held)
    assert ids(ask, activity=wanted, related_activities="true") == names[::-1]
    assert ids(ask, activity=wanted, related_activities="false") == names[:1]


def test_related_agents(ask: Caller) -> None:
    """Broadly, an agent is found as actor, object, instructor and in the team, and in all of these
    in a SubStatement (XAPI-00176, XAPI-00164)."""
    wanted = agent()
    inner = {"objectType": "SubStatement", **statement()}
    held = [
        statement(actor=wanted),
        statement(object=wanted),
        statement(context={"instructor": wanted}),
        statement(context={"team": {"objectType": "Group", "member": [wanted]}}),
        statement(object={**inner, "actor": wanted}),
        statement(object={**inner, "object": wanted}),
        statement(object={**inner, "context": {"instructor": wanted}}),
        statement(object={**inner, "context": {"team": {**GROUP, "member": [wanted]}}}),
    ]
    names = store(ask, *held)
    assert ids(ask, agent=wanted, related_agents="true") == names[::-1]
    assert ids(ask, agent=wanted) == names[1::-1]


def test_related_agents_finds_whoever_vouched(ask: Caller) -> None:
    """Broadly, an agent is found as the authority that the store assigned, and not as one that was
    only claimed (XAPI-00176)."""
    claimed = agent()
    name = store(ask, statement(authority=claimed))[0]
    ours = ask("GET", f"/statements?statementId={name}").json()["authority"]
    assert name in ids(ask, agent=ours, related_agents="true")
    assert ids(ask, agent=claimed, related_agents="true") == []
    assert ask("GET", "/agents" + query({"agent": {"mbox": claimed["mbox"]}})).json() == {
        "objectType": "Person",
        "mbox": [claimed["mbox"]],
    }


def test_related_agents_in_contexts(new: Caller) -> None:
    """Broadly, an agent is found among the agents and groups of a context, in a SubStatement, too
    (2.0 context agents, 2.0 context groups)."""
    wanted = agent()
    team = {"objectType": "Group", "member": [wanted]}
    agents = {"contextAgents": [{"objectType": "contextAgent", "agent": wanted}]}
    groups = {"contextGroups": [{"objectType": "contextGroup", "group": team}]}
    inner = {"objectType": "SubStatement", **statement()}
    names = store(
        new,
        statement(context=agents),
        statement(context=groups),
        statement(object={**inner, "context": agents}),
        statement(object={**inner, "context": groups}),
    )
    assert ids(new, agent=wanted, related_agents="true") == names[::-1]
    assert ids(new, agent=wanted) == []


def test_since_and_until(ask: Caller) -> None:
    """`since` leaves out what was stored at that instant, `until` doesn't; both look at `stored`,
    not at the timestamp (XAPI-00174, XAPI-00175, XAPI-00164)."""
    verb = iri()
    claimed = ("2011-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "2001-01-01T00:00:00Z")
    names = store(ask, *(statement(verb={"id": verb}, timestamp=each) for each in claimed))
    stored = [each["stored"] for each in found(ask, verb=verb, ascending="true")]
    assert ids(ask, verb=verb, since=stored[0]) == [names[2], names[1]]
    assert ids(ask, verb=verb, until=stored[1]) == [names[1], names[0]]
    assert ids(ask, verb=verb, since=stored[0], until=stored[1]) == [names[1]]
    assert ids(ask, verb=verb, since=stored[2]) == []
    assert ids(ask, verb=verb, since=written(3600), until=written(-3600)) == names[::-1]
    assert ids(ask, verb=verb, since=stored[1], until=stored[0]) == []


def test_since_with_an_offset(ask: Caller) -> None:
    """An offset counts, whether its plus is escaped or arrives as a space (XAPI-00175)."""
    verb = iri()
    store(ask, statement(verb={"id": verb}))
    for plus in ("+", "%2B"):
        past = f"2026-01-01T01:00:00{plus}01:00"
        assert len(ids(ask, verb=verb, since=past)) == 1
    later = datetime.fromtimestamp(datetime.now().timestamp() + 3600).astimezone().isoformat()
    assert ids(ask, verb=verb, since=later.replace("+", "%2B")) == []


def test_ascending(ask: Caller) -> None:
    """The newest comes first, and last where `ascending` is true (XAPI-00166, XAPI-00164)."""
    verb = iri()
    names = store(ask, *(statement(verb={"id": verb}) for _ in range(4)))
    assert ids(ask, verb=verb) == names[::-1]
    assert ids(ask, verb=verb, ascending="false") == names[::-1]
    assert ids(ask, verb=verb, ascending="true") == names
    stored = [each["stored"] for each in found(ask, ascending="true")]
    assert stored == sorted(stored)


def test_the_order_of_a_batch_is_kept(ask: Caller) -> None:
    """Statements of one request come back in the order in which they stood, newest last."""
    verb = iri()
    batch = [statement(verb={"id": verb}) for _ in range(6)]
    names = ask("POST", "/statements", batch).json()
    assert ids(ask, verb=verb, ascending="true") == names


def test_limit(ask: Caller) -> None:
    """`limit` is the most that a page holds; 0 asks for as many as the store gives at once
    (XAPI-00173, XAPI-00164)."""
    verb = iri()
    store(ask, *(statement(verb={"id": verb}) for _ in range(3)))
    assert [len(ids(ask, verb=verb, limit=str(n))) for n in (1, 2, 3, 4)] == [1, 2, 3, 3]
    assert len(ids(ask, verb=verb, limit="0")) == 3
    assert len(ids(ask, limit="999999999")) <= 100
    assert ask("GET", "/statements?limit=99999999999999999999").status in (200, 400)


def pages(ask: Caller, path: str) -> Iterator[list[str]]:
    """The ids of each page, by the links."""
    while path:
        answer = ask("GET", path)
        assert answer.status == 200
        assert set(answer.json()) == {"statements", "more"}
        yield [each["id"] for each in answer.json()["statements"]]
        path = answer.json()["more"]


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_hold_each_statement_once(ask: Caller, ascending: str) -> None:
    """The links lead through all pages of an answer; each statement that matched is on one of them,
    and the last page has no link (XAPI-00108, XAPI-00110, XAPI-00111, XAPI-00113, XAPI-00114)."""
    verb = iri()
    names = store(ask, *(statement(verb={"id": verb}) for _ in range(7)))
    path = "/statements" + query({"verb": verb, "limit": "2", "ascending": ascending})
    told = list(pages(ask, path))
    assert [len(page) for page in told] == [2, 2, 2, 1]
    order = names if ascending == "true" else names[::-1]
    assert [name for page in told for name in page] == order


@pytest.mark.parametrize("form", ["exact", "canonical", "ids"])
@pytest.mark.parametrize("ascending", ["true", "false"])
def test_a_page_is_bounded_by_bytes(
    ask: Caller, form: str, ascending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page ends before the statement with which it would have too many bytes, and the link goes
    on with that one; a statement that has more alone has a page of its own (XAPI-00108,
    XAPI-00111, XAPI-00164)."""
    verb = iri()
    sizes = (10, 10, 9_000, 10, 4_000, 4_000, 10)
    result = [{"response": "x" * size} for size in sizes]
    names = store(ask, *(statement(verb={"id": verb}, result=each) for each in result))
    asked = {"verb": verb, "ascending": ascending, "format": form}
    path = "/statements" + query(asked)
    assert [len(page) for page in pages(ask, path)] == [7]
    monkeypatch.setattr(queries, "MOST_BYTES", 8_000)
    told = list(pages(ask, path))
    order = names if ascending == "true" else names[::-1]
    assert [name for page in told for name in page] == order
    lengths = [len(page) for page in told]
    assert lengths == ([2, 1, 2, 2] if ascending == "true" else [2, 2, 1, 2])


def test_a_page_is_bounded_by_what_activities_are_called(
    ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In canonical form a small statement has all that is known of its activity: a page is bounded
    by that, not by what came (XAPI-00111)."""
    verb, activity = iri(), {"id": iri()}
    define = {**activity, "definition": {"description": {"en": "x" * 5_000}}}
    store(ask, statement(object=define))
    names = store(ask, *(statement(verb={"id": verb}, object=activity) for _ in range(3)))
    monkeypatch.setattr(queries, "MOST_BYTES", 8_000)
    path = "/statements" + query({"verb": verb, "ascending": "true"})
    assert list(pages(ask, path)) == [names]
    path = "/statements" + query({"verb": verb, "ascending": "true", "format": "canonical"})
    assert list(pages(ask, path)) == [[name] for name in names]


def test_a_full_last_page_has_no_link(ask: Caller) -> None:
    """Where exactly as many are there as a page holds, no empty page follows (XAPI-00109)."""
    verb = iri()
    store(ask, *(statement(verb={"id": verb}) for _ in range(4)))
    assert [len(page) for page in pages(ask, f"/statements?verb={verb}&limit=2")] == [2, 2]


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_do_not_shift(ask: Caller, ascending: str) -> None:
    """Statements that arrive while somebody turns the pages push nothing from one to another: what
    matched at first comes once, and nothing else (XAPI-00114)."""
    verb = iri()
    names = store(ask, *(statement(verb={"id": verb}) for _ in range(6)))
    told: list[str] = []
    path = "/statements" + query({"verb": verb, "limit": "2", "ascending": ascending})
    for page in pages(ask, path):
        told += page
        store(ask, statement(verb={"id": verb}))
    assert told == (names if ascending == "true" else names[::-1])


def test_an_old_statement_enters_no_page_through_a_new_one(ask: Caller) -> None:
    """A statement isn't found anew on a later page because of what arrived since: the pages show
    one moment."""
    verb, name = iri(), fresh()
    reference = {"objectType": "StatementRef", "id": name}
    store(ask, statement(object=reference), *(statement(verb={"id": verb}) for _ in range(4)))
    told: list[str] = []
    for page in pages(ask, f"/statements?verb={verb}&limit=2"):
        told += page
        ask("POST", "/statements", statement(id=name, verb={"id": verb}))
    assert len(told) == 4


def test_a_link_keeps_what_was_asked_for(ask: Caller) -> None:
    """The next page has the filters, the order, the format and the size of the first
    (XAPI-00111)."""
    who, verb = agent(), iri()
    store(
        ask, *(statement(actor=who, verb={"id": verb, "display": {"en": "did"}}) for _ in range(5))
    )
    store(ask, statement(actor=who))
    params = {"agent": who, "verb": verb, "limit": "2", "ascending": "true", "format": "ids"}
    first = ask("GET", "/statements" + query(params)).json()
    second = ask("GET", first["more"]).json()
    assert len(second["statements"]) == 2
    assert all(each["verb"] == {"id": verb} for each in second["statements"])
    assert all("name" not in each["actor"] for each in second["statements"])
    stored = [each["stored"] for each in first["statements"] + second["statements"]]
    assert stored == sorted(stored)


def test_a_link_begins_at_the_root(ask: Caller) -> None:
    """A link is a path from the root with all that leads to the resource, so that it can be
    resolved against the address of the request (XAPI-00108)."""
    store(ask, statement(), statement())
    link = ask("GET", "/statements?limit=1").json()["more"]
    assert link.startswith("/xapi/statements/")
    answer = ask("GET", link)
    assert answer.status == 200
    assert CONSISTENT in answer.headers


def test_a_link_opens_nothing_without_a_key(ask: Caller) -> None:
    """Whoever follows a link needs a key like everybody, and a version."""
    store(ask, statement(), statement())
    link = ask("GET", "/statements?limit=1").json()["more"]
    assert ask.with_key(None)("GET", link).status == 401
    assert ask.speaking(None)("GET", link).status == 400
    assert ask("GET", f"{link}?limit=1").status == 400


@pytest.mark.parametrize("name", [*ALONE, "LIMIT", "statementId"])
def test_how_fresh_an_answer_is(ask: Caller, name: str) -> None:
    """Every answer to a GET of statements, a refusal as well, says up to which instant everything
    is in it, with milliseconds at least (XAPI-00153, XAPI-00160)."""
    params = {"LIMIT": {"LIMIT": "1"}, "statementId": {"statementId": fresh()}}.get(name)
    answer = ask("GET", "/statements" + query(params or ALONE[name]))
    told = answer.headers[CONSISTENT]
    assert "." in told
    age = datetime.now().astimezone() - datetime.fromisoformat(told)
    assert -1 < age.total_seconds() < 60


def test_an_answer_is_as_fresh_as_it_says(ask: Caller) -> None:
    """What was stored by the instant that an answer names can be read, as soon as the request that
    stored it is answered (XAPI-00153)."""
    for _ in range(5):
        name = store(ask, statement())[0]
        answer = ask("GET", f"/statements?statementId={name}")
        assert answer.status == 200
        through = datetime.fromisoformat(answer.headers[CONSISTENT])
        assert through >= datetime.fromisoformat(answer.json()["stored"])


def test_no_statement_is_newer_than_the_answer_says(ask: Caller) -> None:
    """No statement of an answer was stored after the instant that the answer names
    (XAPI-00152)."""
    store(ask, statement())
    answer = ask("GET", "/statements?limit=5")
    through = datetime.fromisoformat(answer.headers[CONSISTENT])
    for each in answer.json()["statements"]:
        assert datetime.fromisoformat(each["stored"]) <= through


def test_an_anonymous_group_finds_nobody(ask: Caller) -> None:
    """Statements are asked for by an Agent or an identified Group; a group without a name of its
    own is refused (XAPI-00174)."""
    group = {"objectType": "Group", "member": [statement()["actor"]]}
    answer = ask("GET", "/statements", agent=group)
    assert answer.status == 400
    assert answer.codes() == ["nobody-named"]


def test_rarity_is_counted_along_the_index(postgresql_address: str) -> None:
    """However many statements have a term, PostgreSQL looks at no more of them than are counted,
    whether it has looked at the table since it was filled or not."""
    few, many = term("few"), term("many")
    question = queries._counting(1, 2)
    values = [few, 1, 2**62, 2**62, many, 1, 2**62, 2**62, few, 1, 2**62, 2**62]
    with opened(postgresql_address) as store, store.engine.connect() as connection:
        connection.execute(text("ALTER TABLE terms SET (autovacuum_enabled = false)"))
        insert = "INSERT INTO terms SELECT ?, n, 0 FROM generate_series(1, ?::int) n RETURNING 1"
        for each, count in ((few, 100), (many, 60_000)):
            database.rows(connection, insert, [each, count])
        for _ in range(2):
            assert database.rows(connection, question, values) == [(100, queries._PROBE + 100)]
            told = database.rows(connection, f"EXPLAIN (ANALYZE, BUFFERS) {question}", values)
            plan = "\n".join(line for (line,) in told)
            assert plan.count("Index Only Scan") == 3, plan
            assert "rows=60000" not in plan
            connection.execute(text("ANALYZE terms"))

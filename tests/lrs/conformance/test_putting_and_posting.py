"""Statements are put and posted: what is answered, what is kept, and that a batch is one whole."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from live import Caller, fresh, statement
from wording import CLIENT_AND_USER, Json, full, inside, iri


def kept(ask: Caller, name: str) -> Json:
    """The statement of this id."""
    answer = ask("GET", f"/statements?statementId={name}")
    assert answer.status == 200, answer.body
    found: Json = answer.json()
    return found


def test_the_statements_resource_is_there(ask: Caller) -> None:
    """The statements resource takes POST, PUT and GET (XAPI-00139, XAPI-00140, XAPI-00147,
    XAPI-00159)."""
    name = fresh()
    assert ask("POST", "/statements", statement()).status == 200
    put = ask("PUT", f"/statements?statementId={name}", statement(id=name))
    assert (put.status, put.body) == (204, b"")
    assert ask("GET", f"/statements?verb={iri()}").status == 200
    assert ask("GET", "/statements").status == 200


def test_put_stores_under_the_id_of_the_address(ask: Caller) -> None:
    """A PUT answers 204 and keeps the statement under the id of the address, whether or not the
    statement names it, too (XAPI-00143, XAPI-00144)."""
    for parts in ({}, {"id": fresh()}):
        name = parts.get("id", fresh())
        answer = ask("PUT", f"/statements?statementId={name}", statement(**parts))
        assert (answer.status, answer.body) == (204, b"")
        assert kept(ask, name)["id"] == name


@pytest.mark.parametrize("address", ["", "?statementId=", "?statementId=true"])
def test_put_without_an_id_in_the_address_is_refused(ask: Caller, address: str) -> None:
    """A PUT whose address names no id is refused, though its statement has one (XAPI-00145)."""
    assert ask("PUT", f"/statements{address}", statement(id=fresh())).status == 400


def test_put_of_another_id_than_the_addresss_is_refused(ask: Caller) -> None:
    """A PUT whose statement has another id than the address is refused."""
    name = fresh()
    answer = ask("PUT", f"/statements?statementId={name}", statement(id=fresh()))
    assert (answer.status, answer.codes()) == (400, ["id-differs"])
    assert ask("GET", f"/statements?statementId={name}").status == 404


def test_put_takes_no_list(ask: Caller) -> None:
    """A PUT has one statement as its body, and no list, not even of one."""
    name = fresh()
    for body in ([statement()], [statement(), statement()]):
        assert ask("PUT", f"/statements?statementId={name}", body).status == 400
    assert ask("GET", f"/statements?statementId={name}").status == 404


def test_ids_are_told_in_an_array(ask: Caller) -> None:
    """A POST answers 200 with the ids as an array, of one statement as of several, in their order
    (XAPI-00146)."""
    name = fresh()
    answer = ask("POST", "/statements", statement(id=name))
    assert (answer.status, answer.json()) == (200, [name])
    assert answer.headers["Content-Type"] == "application/json"
    names = [fresh() for _ in range(5)]
    answer = ask("POST", "/statements", [statement(id=each) for each in names])
    assert (answer.status, answer.json()) == (200, names)


def test_an_id_is_made(ask: Caller) -> None:
    """A statement without an id gets one; the same statement again gets another (XAPI-00026)."""
    one = statement()
    first, second = (ask("POST", "/statements", one).json()[0] for _ in range(2))
    assert first != second
    assert kept(ask, first)["id"] == first
    newest = ask("GET", "/statements?limit=1").json()["statements"][0]
    assert newest["id"] == second


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("verb", ["different value", "https://brightwater.example/other"])
def test_what_is_stored_never_changes(ask: Caller, method: str, verb: str) -> None:
    """Another statement under an id that is taken is refused, with 409 where it is valid by
    itself, and what is there stays (XAPI-00142)."""
    name = fresh()
    address = f"/statements?statementId={name}" if method == "PUT" else "/statements"
    one = statement(id=name)
    assert ask(method, address, one).status in (200, 204)
    first = kept(ask, name)
    answer = ask(method, address, {**one, "verb": {"id": verb}})
    assert answer.status == (400 if " " in verb else 409)
    assert kept(ask, name) == first


def test_a_statement_that_comes_again_changes_nothing(ask: Caller) -> None:
    """The same statement under its id once more is taken as stored, however it comes."""
    name = fresh()
    one = statement(id=name)
    assert ask("POST", "/statements", one).json() == [name]
    first = kept(ask, name)
    assert ask("PUT", f"/statements?statementId={name}", one).status == 204
    assert ask("POST", "/statements", one).json() == [name]
    assert ask("POST", "/statements", {**one, "id": name.upper()}).status == 200
    assert kept(ask, name) == first


def test_a_batch_is_stored_whole_or_not_at_all(ask: Caller) -> None:
    """One bad statement refuses its batch: nothing of it is there afterwards (XAPI-00326,
    XAPI-00182)."""
    good, taken = fresh(), fresh()
    answer = ask("POST", "/statements", [statement(id=good), statement(verb={"id": "should fail"})])
    assert answer.status == 400
    assert ask("GET", f"/statements?statementId={good}").status == 404
    assert ask("POST", "/statements", statement(id=taken)).status == 200
    answer = ask("POST", "/statements", [statement(id=good), statement(id=taken)])
    assert answer.status == 409
    assert ask("GET", f"/statements?statementId={good}").status == 404


@pytest.mark.parametrize("count", [1, 3])
def test_an_error_names_the_statement_of_the_batch(ask: Caller, count: int) -> None:
    """An error says which statement of a batch it is about, in words and as a path (XAPI-00326)."""
    batch = [statement() for _ in range(count)]
    batch[-1]["actor"]["mbox"] = "ines@brightwater.example"
    told = ask("POST", "/statements", batch).json()
    assert told["problems"][0]["at"] == f"$[{count - 1}].actor.mbox"
    assert told["error"].startswith(f"statement {count} of {count}: actor.mbox")
    taken = fresh()
    ask("POST", "/statements", statement(id=taken))
    batch = [*(statement() for _ in range(count - 1)), statement(id=taken)]
    told = ask("POST", "/statements", batch).json()
    assert told["problems"][0]["at"] == f"$[{count - 1}].id"
    assert told["error"].startswith(f"statement {count} of {count}: id")


def test_an_error_of_one_statement_names_its_place(ask: Caller) -> None:
    """An error of a statement that came alone says where in it."""
    told = ask("POST", "/statements", statement(verb={})).json()
    assert (told["problems"][0]["at"], told["error"][:6]) == ("$.verb", "verb: ")


def test_an_id_twice_in_a_batch_is_refused(ask: Caller) -> None:
    """Two statements of one request under one id are refused, the same ones even (2.0 repeated
    ids)."""
    one = statement(id=fresh())
    for again in (one, {**one, "id": one["id"].upper()}, {**one, "verb": {"id": iri()}}):
        answer = ask("POST", "/statements", [one, again])
        assert (answer.status, answer.codes()) == (400, ["id-repeated"])
    assert ask("GET", f"/statements?statementId={one['id']}").status == 404


def test_an_empty_batch_stores_nothing(ask: Caller) -> None:
    """A POST of no statement at all is answered with no id."""
    answer = ask("POST", "/statements", [])
    assert (answer.status, answer.json()) == (200, [])


def test_what_was_sent_comes_back(ask: Caller) -> None:
    """Whatever was sent comes back as it was, of a statement and of a SubStatement; only what the
    store assigns is added (XAPI-00330, XAPI-00170)."""
    for one in (full(), inside()):
        name = ask("POST", "/statements", one).json()[0]
        found = kept(ask, name)
        assert {part: found[part] for part in one} == one
        added = {"id", "stored", "authority", "version", "timestamp"} - set(one)
        assert set(found) - set(one) == added


def test_numbers_keep_their_digits(ask: Caller) -> None:
    """A score comes back with the numbers that were sent, not rounded (XAPI-00002)."""
    score = {"scaled": 0.12123434, "raw": 12.125, "min": 0.12123434, "max": 45.45}
    name = ask("POST", "/statements", statement(result={"score": score})).json()[0]
    assert kept(ask, name)["result"]["score"] == score


def test_stored_is_the_stores_to_say(ask: Caller) -> None:
    """The instant of storing is assigned by the store, whatever came as `stored` (XAPI-00023,
    XAPI-00097)."""
    claimed = "2011-07-15T16:34:34.589Z"
    name = fresh()
    one = ask("POST", "/statements", statement(stored=claimed)).json()[0]
    ask("PUT", f"/statements?statementId={name}", statement(stored=claimed))
    for each in (one, name):
        stored = kept(ask, each)["stored"]
        age = datetime.now().astimezone() - datetime.fromisoformat(stored)
        assert -1 < age.total_seconds() < 60


def test_the_store_vouches_for_statements(ask: Caller) -> None:
    """A statement without an authority gets that of the key, which replaces any that was claimed
    (XAPI-00099)."""
    ours = kept(ask, ask("POST", "/statements", statement()).json()[0])["authority"]
    assert ours["account"]["name"] == "administrator"
    claimed = statement(authority=CLIENT_AND_USER)
    assert kept(ask, ask("POST", "/statements", claimed).json()[0])["authority"] == ours


def test_a_version_is_kept(ask: Caller) -> None:
    """The version that a statement says it has comes back; where it says none, the store says
    1.0.0 or 2.0.0 (XAPI-00332)."""
    said = ["1.0.3", "1.0.9", "1.0", None]
    said += ["2.0.0"] if ask.version == "2.0.0" else []
    for version in said:
        name = ask("POST", "/statements", statement(version=version)).json()[0]
        assert kept(ask, name)["version"] == version or version is None
    assert kept(ask, ask("POST", "/statements", statement()).json()[0])["version"] == (
        "2.0.0" if ask.version == "2.0.0" else "1.0.0"
    )


def test_instants_keep_their_milliseconds(ask: Caller) -> None:
    """Instants come back with three decimals at least, those that the store sets as well, zeros
    and all (XAPI-00122)."""
    told = "2026-03-31T08:15:00.123456Z"
    name = ask("POST", "/statements", statement(timestamp=told)).json()[0]
    assert kept(ask, name)["timestamp"].startswith("2026-03-31T08:15:00.123")
    batch = [kept(ask, ask("POST", "/statements", statement()).json()[0]) for _ in range(20)]
    digits = set()
    for found in batch:
        for part in ("stored", "timestamp"):
            fraction = found[part].partition(".")[2].rstrip("Z")
            assert len(fraction) >= 3
            assert datetime.fromisoformat(found[part]).tzinfo is not None
            digits.add(fraction[2])
    assert digits - {"0"}  # the clock isn't cut to hundredths


def test_a_statement_without_a_timestamp_gets_that_of_storing(ask: Caller) -> None:
    """Where there is no timestamp, it is the instant of storing, to the letter; null is none that
    may be sent (2.0 missing timestamp)."""
    found = kept(ask, ask("POST", "/statements", statement()).json()[0])
    assert found["timestamp"] == found["stored"]
    assert ask("POST", "/statements", {**statement(), "timestamp": None}).status == 400


def test_last_modified_is_when_it_was_stored(ask: Caller) -> None:
    """A statement asked for by its id is told with Last-Modified, its instant of storing cut to
    seconds (2.0 Last-Modified of a statement)."""
    name = ask("POST", "/statements", statement()).json()[0]
    answer = ask("GET", f"/statements?statementId={name}")
    told = parsedate_to_datetime(answer.headers["Last-Modified"])
    assert told == datetime.fromisoformat(answer.json()["stored"]).replace(microsecond=0)


def test_instants_with_an_offset_stay_the_same_instant(ask: Caller) -> None:
    """A timestamp with an offset comes back as the same instant (2.0 equal instants)."""
    name = ask("POST", "/statements", statement(timestamp="2023-05-04T12:00:00-05:00")).json()[0]
    told = datetime.fromisoformat(kept(ask, name)["timestamp"])
    assert told == datetime.fromisoformat("2023-05-04T17:00:00Z")


def test_a_precise_duration_is_not_rounded(ask: Caller) -> None:
    """Seconds of a duration beyond hundredths are taken, and not rounded (2.0 precise
    durations)."""
    told = "P1DT12H36M0.12567S"
    name = ask("POST", "/statements", statement(result={"duration": told})).json()[0]
    assert kept(ask, name)["result"]["duration"] in (told, "P1DT12H36M0.12S")


def test_stored_grows_with_each_request(ask: Caller) -> None:
    """Of two requests, the later one's statements are stored later, however close they are."""
    names = [ask("POST", "/statements", statement()).json()[0] for _ in range(10)]
    stored = [kept(ask, name)["stored"] for name in names]
    assert stored == sorted(set(stored))

"""Tests of erasure, kind by kind: what each record keeps of a person, and what the database lets
anybody change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import live
import pytest
from click.testing import CliRunner, Result
from company import (
    ANA,
    EXPORT,
    GOOD,
    HEAD,
    LMS,
    company,
    day,
    export,
    instant,
    roster,
    rule,
    say,
)
from durable import TESTER, Server, asking, assert_indexes_are_what_a_rebuild_makes, command, post
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lrs import attempts, database, erasure, keys, known, redactions, rulings, sweeping, timestamps
from lrs.cli import main
from lrs.days import Interval
from lrs.erasure import Found, Wanted
from lrs.errors import Conflict
from lrs.known import Asked
from lrs.player_keys import Player
from lrs.xapi import statement_resource
from lrs.xapi.calls import OLD, Call
from lrs.xapi.store import Store

ANA_MAIL = "mailto:ana@brightwater.example"


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A company's store, on each database."""
    with company(address) as store:
        yield store


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """The same on SQLite, where no database matters."""
    with company(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        yield store


def erase(store: Store, person: str = "00042") -> Found:
    """Erase somebody who may have access."""
    return erasure.erase(store.engine, Wanted(person, "It was asked for", "noor", even_so=True))[1]


def bodies(store: Store, kind: str) -> list[str]:
    """What stands in the records of a kind, heads and bodies."""
    query = text("SELECT head, body FROM received WHERE kind = :kind ORDER BY seq")
    with store.engine.connect() as connection:
        found = connection.execute(query, {"kind": kind})
        return [f"{head} {bytes(body).decode()}" for head, body in found]


# The database.


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE received SET body = 'x' WHERE seq = {}",
        "UPDATE received SET head = 'x' WHERE seq = {}",
        "UPDATE received SET leaf = 'x' WHERE seq = {}",
        "DELETE FROM received WHERE seq = {}",
        "UPDATE contents SET content = 'x'",
        "DELETE FROM contents",
    ],
)
def test_nothing_can_be_changed_before_or_after_an_erasure(store: Store, change: str) -> None:
    """Neither what an erasure has redacted nor anything else."""
    with store.reading() as connection:
        seq = erasure.dry(connection, Wanted("00042", "why", "noor", True)).records[0].seq
    _refused(store, change.format(seq))
    found = erase(store)
    assert seq in {each.seq for each in found.records}
    _refused(store, change.format(seq))
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM redacting")).scalar() == 0


def _refused(store: Store, change: str) -> None:
    with (
        pytest.raises(DBAPIError, match="never changed"),
        database.writing(store.engine) as connection,
    ):
        connection.execute(text(change))


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ("UPDATE received SET body = 'x' WHERE seq = {seq}", True),
        ("UPDATE received SET leaf = 'x' WHERE seq = {seq}", False),
        ("UPDATE received SET kind = 'x' WHERE seq = {seq}", False),
        ("UPDATE received SET seq = 9999 WHERE seq = {seq}", False),
        ("UPDATE received SET body = 'x' WHERE seq = {other}", False),
        ("DELETE FROM received WHERE seq = {seq}", False),
        ("UPDATE contents SET content = 'x'", True),
        ("UPDATE contents SET sha2 = 'x'", False),
    ],
)
def test_an_erasure_under_way_may_change_what_it_names(
    store: Store, change: str, allowed: bool
) -> None:
    """Bodies and heads of the records that the newest erasure names, and nothing else; and only
    while it is the newest record."""
    found = erase(store)
    seqs = {each.seq for each in found.records}
    with store.engine.connect() as connection:
        newest = connection.execute(text("SELECT max(seq) FROM received")).scalar_one()
        every = set(connection.execute(text("SELECT seq FROM received")).scalars())
    written = change.format(seq=min(seqs), other=max(every - seqs - {newest}))

    def changed() -> bool:
        with store.engine.connect().execution_options(writes=True) as connection:
            connection.execute(text(f"INSERT INTO redacting VALUES ({newest})"))
            try:
                connection.execute(text(written))
            except DBAPIError as error:
                assert "never changed" in str(error)
                return False
            finally:
                connection.rollback()
        return True

    assert changed() == allowed
    post(store, live.statement())
    assert not changed()


def test_an_erasure_on_each_database(store: Store) -> None:
    """The register's indexes are what a rebuild makes, what was redacted is as the erasure says,
    and the files can be written anew."""
    rule(store, "excuse", "obligation 00042|invoice-check|onboarding|2026-01-05", day="2026-01-10")
    found = erase(store)
    token = found.instead.token
    assert_indexes_are_what_a_rebuild_makes(store.engine)
    with store.reading() as connection:
        assert redactions.faults(connection) == []
        (given,) = rulings.read(connection)
    assert given.ruling.subject == f"obligation {token}|invoice-check|onboarding|2026-01-05"
    assert (given.ruling.why, given.ruling.by) == ("(withheld)", "dana")
    assert sweeping.sweep(store.engine)
    with store.engine.connect() as connection:
        query = (
            "SELECT head, body FROM received WHERE kind <> 'catalogue'"  # stories have names, too
        )
        every = connection.execute(text(query)).all()
        kept = connection.execute(text("SELECT content FROM contents")).scalars().all()
    whole = b" ".join([*(h.encode() + bytes(b) for h, b in every), *map(bytes, kept)])
    assert b"Bo Lee" in whole
    # as a word: a digest or the end of an instant may have these digits by chance
    assert re.findall(rb"ana@bright|Ana Ruiz|\b00042\b", whole) == []


# Names that are somebody else's as well.


OTHER = "00090,Anna Ruiz,ana@brightwater.example,employee,,00007,2026-04-01,\n"
GONE = ANA.replace("2026-01-05,", "2026-01-05,2026-02-28")


def test_a_mail_that_went_to_somebody_else_stays_theirs(small: Store) -> None:
    """What the one did under it goes by the token, what the other does stays under the mail; each
    keeps their attempts."""
    roster(small, HEAD + GONE, as_of="02-28")
    roster(small, HEAD + OTHER, as_of="04-01")
    say(small, "ana", "parcel-scam", "2026-04-03T09:30:00Z", GOOD)
    found = erase(small)
    said = bodies(small, "statement")
    theirs = [each for each in said if found.instead.token in each]
    others = [each for each in said if ANA_MAIL in each]
    assert (len(theirs), len(others)) == (2, 1)
    assert "2026-04-03" in others[0]
    people = bodies(small, "roster")
    assert ANA_MAIL.removeprefix("mailto:") in people[-1]
    assert not any("00042" in each for each in people)
    assert {(each.where.split(", ")[1], each.text) for each in found.left} == {
        ("roster", "ana@brightwater.example"),
        ("statement", "ana@brightwater.example"),
        ("catalogue", "Ana Ruiz"),  # somebody in the story of an exercise
    }


def test_what_was_known_before_the_mail_was_somebody_else_s(small: Store) -> None:
    """An attempt that was taken for theirs until a roster came that said otherwise is the other's
    now; as known before that roster, it belongs to nobody after the erasure. No record is lost."""
    roster(small, HEAD + GONE, as_of="02-28")
    say(small, "ana", "parcel-scam", "2026-04-03T09:30:00Z", GOOD)
    before = timestamps.read(instant(small))
    roster(small, HEAD + OTHER, as_of="04-01")
    asked = Asked(Interval(day("01-01"), day("12-31")), day("12-31"))

    def whose(known_at: int | None) -> dict[str, int]:
        attempts.follow(small.engine)
        with small.reading() as connection:
            found = known.register(connection, replace(asked, known=known_at))
        counts = {person: len(some) for person, some in found.judged.items()}
        return counts | {each.name: each.attempts for each in found.waiting}

    assert (whose(before)["00042"], whose(None)["00042"], whose(None)["00090"]) == (4, 3, 1)
    token = erase(small).instead.token
    assert (whose(before)[token], whose(None)[token], whose(None)["00090"]) == (3, 3, 1)
    assert whose(before)[f"mbox {ANA_MAIL}"] == 1


def test_a_name_of_which_nobody_knows_whose_it_is_is_ruled_on_first(small: Store) -> None:
    """Else what waits would become the other's when the one is gone."""
    roster(small, HEAD + OTHER.replace("2026-04-01", "2026-01-01"), as_of="01-01")
    before = bodies(small, "statement")
    with pytest.raises(Conflict, match=r"mbox mailto:ana@brightwater.example; .*lrs people link"):
        erase(small)
    assert bodies(small, "statement") == before
    rulings.add(
        small,
        rulings.Ruling("link", f"mbox {ANA_MAIL}", "It was hers", "noor", {"person": "00042"}),
    )
    found = erase(small)
    assert sum(found.instead.token in each for each in bodies(small, "statement")) == 2


def test_what_looks_like_theirs_goes_too_and_waits_on(small: Store) -> None:
    """A mail in capitals and the digest of a mail are theirs to every reader, though no roster says
    so: they go, and still mean nobody."""
    say(small, "ANA", "parcel-scam", "2026-01-12T10:30:00Z", GOOD)
    digest = sha1(ANA_MAIL.encode()).hexdigest()
    post(small, live.statement(actor={"mbox_sha1sum": digest}))
    found = erase(small)
    said = " ".join(bodies(small, "statement"))
    assert "ANA@" not in said
    assert digest not in said
    stands = sha1(f"mailto:{found.instead.token}@erased.invalid".encode()).hexdigest()
    assert found.instead.names[f"mbox_sha1sum {digest}"] == f"mbox_sha1sum {stands}"


# xAPI.


def test_statements_and_documents_as_readers_get_them(small: Store) -> None:
    """Afterwards a reader gets the statement under the token: without the name, what the learner
    wrote, what came with it; and an empty state. Nothing is found by the mail any more."""
    ask = asking(small)
    actor = {"mbox": ANA_MAIL, "name": "Ana Ruiz"}
    written = live.statement(
        id=live.fresh(),
        actor=actor,
        object={
            "id": f"{LMS}/survey",
            "definition": {"type": "http://x.example/t", "interactionType": "long-fill-in"},
        },
        result={
            "response": "I was ill",
            "extensions": {"http://x.example/c": "So it went", "http://x.example/n": 3},
        },
        context={"extensions": {"http://x.example/note": {"by": "Ana, of finance", "code": "a1"}}},
    )
    chosen = live.statement(
        actor=actor,
        object={
            "id": f"{LMS}/quiz",
            "definition": {"type": "http://x.example/t", "interactionType": "choice"},
        },
        result={"response": "b[,]c"},
    )
    about = live.statement(
        id=live.fresh(),
        actor={"mbox": "mailto:eve@brightwater.example"},
        object={"id": f"{LMS}/story", "definition": {"name": {"en": "Ana Ruiz calls"}}},
        result={"response": "Ana Ruiz told me, ana@brightwater.example did"},
        context={"instructor": actor},
    )
    post(small, [written, chosen, about])
    place = {"activityId": f"{LMS}/survey", "agent": actor}
    assert (
        ask("PUT", "/activities/state", {"bookmark": "page 3"}, stateId="s", **place).status_code
        == 204
    )
    assert len(ask("GET", "/statements", agent=actor).get_json()["statements"]) > 2
    found = erase(small)
    token = f"mailto:{found.instead.token}@erased.invalid"
    assert ask("GET", "/statements", agent=actor).get_json()["statements"] == []
    got = ask("GET", "/statements", statementId=written["id"]).get_json()
    assert got["actor"] == {"mbox": token, "name": "(erased)"}
    assert got["result"] == {
        "response": "(withheld)",
        "extensions": {"http://x.example/c": "(withheld)", "http://x.example/n": 3},
    }
    assert got["context"]["extensions"]["http://x.example/note"] == {
        "by": "(withheld)",
        "code": "a1",
    }
    quiz = ask("GET", "/statements", agent={"mbox": token}, activity=f"{LMS}/quiz").get_json()
    assert quiz["statements"][0]["result"]["response"] == "b[,]c"
    other = ask("GET", "/statements", statementId=about["id"]).get_json()
    assert other["result"]["response"] == f"(erased) told me, {token.removeprefix('mailto:')} did"
    assert other["context"]["instructor"]["mbox"] == token
    assert other["object"]["definition"]["name"] == {"en": "Ana Ruiz calls"}
    assert ask("GET", "/agents", agent={"mbox": ANA_MAIL}).get_json().get("name", []) == []
    state = {**place, "agent": {"mbox": token}}
    assert ask("GET", "/activities/state", stateId="s", **place).status_code == 404
    assert ask("GET", "/activities/state", stateId="s", **state).data == b"{}"


def test_a_name_that_stays_is_told_of_however_it_is_written(small: Store) -> None:
    """Nobody's document of the person is as it was; that it has their name is said, though the
    program that wrote it escaped what is not ASCII."""
    bo = {"mbox": "mailto:bo@brightwater.example"}
    place = {"activityId": f"{LMS}/survey", "agent": bo, "stateId": "s"}
    asking(small)("PUT", "/activities/state", {"note": "Łucja Żak"}, **place)
    assert rb"\u0141ucja" in b"".join(body for _, body in _documents(small))
    assert {(each.where, each.text) for each in erase(small, "00064").left} >= {
        (f"record {seq}, document", "Łucja Żak") for seq, _ in _documents(small)
    }


def _documents(store: Store) -> list[tuple[int, bytes]]:
    with store.engine.connect() as connection:
        found = connection.execute(text("SELECT seq, body FROM received WHERE kind = 'document'"))
        return [(seq, bytes(body)) for seq, body in found]


def test_what_came_with_their_statements_goes(small: Store) -> None:
    """An attachment goes if only statements of theirs brought it; one that others' have stays, and
    the statement can still be read."""
    own, common = b"certificate of Ana Ruiz", b"the company's logo"
    for content in (own, common):
        _attached(small, ANA_MAIL, content)
    _attached(small, "mailto:eve@brightwater.example", common)
    erase(small)
    with small.engine.connect() as connection:
        kept = {
            bytes(each)
            for each in connection.execute(text("SELECT content FROM contents")).scalars()
        }
    assert own not in kept
    assert common in kept
    answer = asking(small)("GET", "/statements", attachments="true")
    assert answer.status_code == 200
    assert common in answer.data


def _attached(store: Store, mbox: str, content: bytes) -> None:
    sha2 = sha256(content).hexdigest()
    told = live.statement(
        actor={"mbox": mbox},
        attachments=[
            {
                "usageType": "http://x.example/u",
                "display": {"en": "Of the course"},
                "contentType": "text/plain",
                "length": len(content),
                "sha2": sha2,
            }
        ],
    )
    body = (
        b"--b\r\nContent-Type: application/json\r\n\r\n"
        + json.dumps(told).encode()
        + b"\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n"
        + f"X-Experience-API-Hash: {sha2}\r\n\r\n".encode()
        + content
        + b"\r\n--b--\r\n"
    )
    headers = {"content-type": "multipart/mixed; boundary=b"}
    statement_resource.post(store, TESTER, Call(OLD, "POST", {}, headers, body))


# What else names people.


def test_exports_rulings_and_keys(small: Store) -> None:
    """Who set a state by hand, whose account a key may not speak for, and whom a reason names; who
    ruled stays."""
    roster(small, "person,login,lms\n00042,aruiz,https://lms.brightwater.example\n", "03-30")
    export(small, EXPORT + "eve@brightwater.example,parcel-scam,completed,2026-02-12,,Ana Ruiz\n")
    keys.create(
        small, "packages", [], None, Player(activities=(f"{LMS}/a",), blocked=("aruiz", "x"))
    )
    rule(
        small,
        "accept",
        "obligation 00051|parcel-scam|onboarding|2026-01-12",
        "Ana Ruiz (00042) saw it",
    )
    signs = ("sign-off", "review 2026-Q1", "Read by Ana Ruiz", "Ana Ruiz", {"digest": "0" * 64})
    rulings.add(small, rulings.Ruling(*signs))
    found = erase(small)
    token = found.instead.token
    assert '"by":"(erased)"' in bodies(small, "lms-export")[-1]
    assert f'"blocked":["{found.instead.login("aruiz")}","x"]' in bodies(small, "credential")[-1]
    saw, signed = bodies(small, "ruling")
    assert f'"why":"(erased) ({token}) saw it"' in saw
    assert '"why":"Read by (erased)"' in signed
    assert '"by":"Ana Ruiz"' in signed
    assert {each.text for each in found.left} == {"Ana Ruiz"}


def test_a_kind_that_nobody_knows_stops_it(small: Store) -> None:
    """What this version can't read may name them: nothing is erased, and it says why."""
    with database.writing(small.engine) as connection:
        connection.execute(
            text(
                "INSERT INTO received SELECT max(seq) + 1, 'diary', head, body, leaf FROM received"
            )
        )
    with pytest.raises(Conflict, match="is of kind diary, and this version doesn't know"):
        erase(small)


# The command.


Run = Callable[..., Result]


@pytest.fixture
def run(small: Store) -> Run:
    """Runs lrs people on the store, and expects an exit status."""

    def ran(*words: str, exits: int = 0) -> Result:
        env = {"LRS_DATABASE": small.settings.database, "LRS_DURABLE": "no"}
        result = CliRunner().invoke(main, ["people", *words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


def test_the_command(run: Run, small: Store) -> None:
    """A dry run lists what would be replaced and where, and changes nothing; the erasure prints the
    token alone. Who has access is refused, unless one insists."""
    words = ("erase", "00042", "--why", "It was asked for", "--by", "noor")
    said = run(*words, exits=1).stderr
    assert said.startswith("error: 00042 has access today, and the next roster would tell of them")
    before = bodies(small, "roster")
    dry = run(*words, "--even-so", "--dry-run")
    assert "hr 00042\thr erased-" in dry.stdout
    assert f"mbox {ANA_MAIL}\tmbox mailto:erased-" in dry.stdout
    assert "Ana Ruiz\t(erased)" in dry.stdout
    assert "nothing is changed: a dry run" in dry.stderr
    assert bodies(small, "roster") == before
    done = run(*words, "--even-so")
    token = done.stdout.strip()
    assert token.startswith("erased-")
    assert "1 roster" in done.stderr
    assert "2 statement" in done.stderr
    assert run("show", token).stdout.startswith(f"{token}\t(erased)")
    assert "is nobody" not in run("sweep").output
    assert run(*words, exits=1).stderr.startswith("error: no roster has told of 00042")


def test_beside_a_server_that_runs(tmp_path: Path) -> None:
    """The command takes its turn among the server's writes, and the server tells of nobody
    afterwards, nor is what it takes in meanwhile lost."""
    address = f"sqlite:///{tmp_path / 'lrs.db'}"
    with company(address):
        pass
    server = Server(address).start()
    try:
        caller = server.caller()
        query: dict[str, Any] = {"agent": json.dumps({"mbox": ANA_MAIL})}
        assert len(caller("GET", "/statements", **query).json()["statements"]) == 2
        done = command(
            address, *("people", "erase", "00042", "--why", "Asked", "--by", "noor", "--even-so")
        )
        assert done.returncode == 0, done.stderr
        assert caller("GET", "/statements", **query).json()["statements"] == []
        query = {"agent": json.dumps({"mbox": f"mailto:{done.stdout.strip()}@erased.invalid"})}
        assert len(caller("GET", "/statements", **query).json()["statements"]) == 2
        assert caller("POST", "/statements", live.statement()).status == 200
    finally:
        server.ended(15)
    assert b"ana@brightwater.example" not in (tmp_path / "lrs.db").read_bytes()

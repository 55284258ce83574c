"""Tests of the verification: whatever is changed behind the store's back is found and named."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealed import came, hands, opened, verified
from sqlalchemy import Connection, text

from lrs.database import rows
from lrs.received import merkle, notes, seal, seal_check, seal_keys
from lrs.received.records import Record
from lrs.received.seal_check import Given, Verdict
from lrs.xapi.store import Store

HEADS = (1, 21, 41)  # the log below is sealed at these sizes, and has five records more


@pytest.fixture(scope="module")
def store(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("sealed")
    if kind == "sqlite":
        address = f"sqlite:///{folder / 'lrs.db'}"
    else:
        address = request.getfixturevalue("postgresql")()
    with opened(address, folder) as made:
        for size in HEADS:
            with made.reading() as connection:
                there = rows(connection, "SELECT count(*) FROM received")[0][0]
            if size > 1:
                came(made, size - there)
            assert seal.make(made).size == size
        came(made, 5)
        yield made


def after(store: Store, act: Callable[[Connection], object], **told: Any) -> Verdict:
    """What verification says after somebody has changed something, which is undone then."""
    with hands(store) as connection:
        act(connection)
        return seal_check.verify(connection, **told)


def does(statement: str, **values: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(text(statement), values)


def words(verdict: Verdict) -> str:
    return "\n".join(fault.message for fault in verdict.faults)


def holding(verdict: Verdict) -> list[int]:
    return [head.size for head in verdict.heads if not head.why]


def leaf_of(connection: Connection, seq: int) -> bytes:
    query = "SELECT kind, head, body FROM received WHERE seq = ?"
    kind, head, body = rows(connection, query, [seq])[0]
    return merkle.leaf(Record(kind, head, bytes(body)).leaf_data())


def test_a_log_that_nobody_touched_holds(store: Store) -> None:
    """Every record is what came, every head holds up, and its key is on record."""
    verdict = verified(store)
    assert verdict.faults == ()
    assert (verdict.records, verdict.sealed, verdict.more) == (46, 41, 0)
    assert holding(verdict) == list(HEADS)
    assert [key.seq for key in verdict.keys] == [1]
    assert verdict.first is None


@pytest.mark.parametrize(
    "change",
    [
        "body = '{}'",
        "kind = 'document'",
        'head = replace(head, \'"at":"2\', \'"at":"3\')',
        "head = head || ' '",
    ],
)
@pytest.mark.parametrize("seq", [2, 21, 22, 41, 46])
def test_a_changed_record_is_named(store: Store, change: str, seq: int) -> None:
    """A record whose body, kind or head was changed is named, whether it is sealed or not; the
    heads from before it hold up, and the others don't."""
    verdict = after(store, does(f"UPDATE received SET {change} WHERE seq = :seq", seq=seq))
    assert verdict.first == seq
    assert f"record {seq} is not what came" in words(verdict)
    assert holding(verdict) == [size for size in HEADS if size < seq]
    assert verdict.sealed == max(size for size in HEADS if size < seq)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_changed_byte_anywhere_is_named(store: Store, data: st.DataObject) -> None:
    """One bit of one byte, of any record's head, body or leaf."""
    seq = data.draw(st.integers(2, 46))
    column = data.draw(st.sampled_from(["head", "body", "leaf"]))
    with hands(store) as connection:
        sqlite = connection.dialect.name == "sqlite"
        read, write = "CAST({} AS BLOB)" if sqlite else "{}", "CAST(:new AS TEXT)"
        query = f"SELECT {read.format(column)} FROM received WHERE seq = ?"
        was = rows(connection, query, [seq])[0][0]
        old = was.encode() if isinstance(was, str) else bytes(was)
        at = data.draw(st.integers(0, len(old) - 1))
        bit = data.draw(st.integers(0, 7))
        new: Any = old[:at] + bytes([old[at] ^ 1 << bit]) + old[at + 1 :]
        if column == "head" and not sqlite:  # which takes no text that is none
            new = new.decode(errors="replace").replace("\0", "?")
        value = write if column == "head" else ":new"
        change = text(f"UPDATE received SET {column} = {value} WHERE seq = :seq")
        connection.execute(change, {"new": new, "seq": seq})
        assert seal_check.verify(connection).first == seq


def test_a_leaf_that_was_changed_alone_is_told_from_its_record(store: Store) -> None:
    """If the record still leads to the leaf that the tree has, only the column was changed."""
    verdict = after(store, does("UPDATE received SET leaf = :l WHERE seq = 30", l=bytes(32)))
    assert verdict.first == 30
    assert "the leaf of record 30 was changed; its contents were not" in words(verdict)
    assert holding(verdict) == [1, 21]


@pytest.mark.parametrize("seq", [2, 30, 41])
def test_a_record_changed_together_with_its_leaf_is_named(store: Store, seq: int) -> None:
    """Whoever changes a record and works out its leaf anew is found by the tree, which a signed
    head proves right."""

    def act(connection: Connection) -> None:
        does("UPDATE received SET body = :b WHERE seq = :s", b=b"{}", s=seq)(connection)
        does("UPDATE received SET leaf = :l WHERE seq = :s", l=leaf_of(connection, seq), s=seq)(
            connection
        )

    verdict = after(store, act)
    assert verdict.first == seq
    assert f"record {seq} was changed, and its leaf with it" in words(verdict)
    assert holding(verdict) == [size for size in HEADS if size < seq]


def test_who_changes_record_leaf_and_tree_is_found_by_the_head(store: Store) -> None:
    """If every table but the heads was made to fit, the signed heads don't: the records between the
    last head that holds up and the first that doesn't are named."""

    def act(connection: Connection) -> None:
        does("UPDATE received SET body = :b WHERE seq = 30", b=b"{}")(connection)
        does("UPDATE received SET leaf = :l WHERE seq = 30", l=leaf_of(connection, 30))(connection)
        leaves = [
            bytes(row[0]) for row in rows(connection, "SELECT leaf FROM received ORDER BY seq")
        ][:41]
        for place, hashed in merkle.Growing().add(leaves):
            does("UPDATE seal_nodes SET hash = :h WHERE place = :p", h=hashed, p=place)(connection)

    verdict = after(store, act)
    assert holding(verdict) == [1, 21]
    assert verdict.first == 22
    assert "what is in records 22 to 41 is not what it was made of" in words(verdict)


@pytest.mark.parametrize(
    ("where", "first", "said", "held"),
    [
        ("seq = 30", 30, "record 30 is missing", [1, 21]),
        ("seq BETWEEN 3 AND 21", 3, "records 3 to 21 are missing", [1]),
        ("seq = 44", 44, "record 44 is missing", [1, 21, 41]),
        ("seq > 39", 40, "records 40 to 41 are missing at the end", [1, 21]),
        ("seq > 0", 1, "the log is empty", []),
    ],
)
def test_removed_records_are_named(
    store: Store, where: str, first: int, said: str, held: list[int]
) -> None:
    """A record that was removed leaves a gap, or a head that covers more than there is."""
    verdict = after(store, does(f"DELETE FROM received WHERE {where}"))
    assert verdict.first == first
    assert said in words(verdict)
    assert holding(verdict) == held


def swap(one: int, other: int) -> Callable[[Connection], None]:
    def act(connection: Connection) -> None:
        for old, new in ((one, -1), (other, one), (-1, other)):
            does("UPDATE received SET seq = :new WHERE seq = :old", new=new, old=old)(connection)

    return act


@pytest.mark.parametrize(("one", "other"), [(30, 31), (5, 40), (43, 45)])
def test_swapped_records_are_named(store: Store, one: int, other: int) -> None:
    """Two records that changed places, each whole and with its leaf, are told by their instants,
    and if they are sealed by the tree."""
    verdict = after(store, swap(one, other))
    assert "out of order" in words(verdict)
    assert verdict.first is not None
    assert one <= verdict.first <= one + 1
    if other <= 41:
        assert verdict.first == one
        assert {fault.seq for fault in verdict.faults} >= {one, other}
        assert holding(verdict) == [size for size in HEADS if size < one]


def test_a_record_slipped_in_is_named(store: Store) -> None:
    """A record with a number that is far off leaves its gap, and makes verification no slower."""
    verdict = after(store, does("UPDATE received SET seq = 4000000000 WHERE seq = 46"))
    assert "records 46 to 3999999999 are missing" in words(verdict)
    assert holding(verdict) == list(HEADS)


def retold(size: int, line: int, change: Callable[[str], str]) -> Callable[[Connection], object]:
    def act(connection: Connection) -> object:
        note = rows(connection, "SELECT note FROM seal_heads WHERE size = ?", [size])[0][0]
        lines = note.split("\n")
        lines[line] = change(lines[line])
        return does("UPDATE seal_heads SET note = :n WHERE size = :s", n="\n".join(lines), s=size)(
            connection
        )

    return act


def other_root(written: str) -> str:
    return b64encode(bytes([b64decode(written)[0] ^ 1]) + b64decode(written)[1:]).decode()


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (0, lambda line: f"{line}x"),
        (1, lambda line: str(int(line) + 1)),
        (2, other_root),
        (3, lambda line: line.replace("time 2", "time 3")),
        (3, lambda line: ""),
        (5, lambda line: line[:-8] + ("AAAA" if line[-8:-4] != "AAAA" else "BBBB") + line[-4:]),
        (5, lambda line: ""),
    ],
)
def test_a_changed_head_is_named(store: Store, line: int, change: Callable[[str], str]) -> None:
    """Whatever is changed of a head, it is that head that doesn't hold up; the records and the
    other heads do."""
    verdict = after(store, retold(21, line, change))
    assert holding(verdict) == [1, 41]
    assert verdict.first is None
    assert "the head of 21 records does not hold up" in words(verdict)


def test_a_head_in_the_place_of_another_is_named(store: Store) -> None:
    """A genuine head under another number is none of that size."""
    for size in (2, 20, 44, 10**12):
        verdict = after(store, does(f"UPDATE seal_heads SET size = {size} WHERE size = 21"))
        (fault,) = verdict.faults
        assert "what was signed is a head of 21" in fault.message
        assert holding(verdict) == [1, 41]


def test_a_head_signed_by_somebody_else_is_named(store: Store) -> None:
    """A key that is not on record signs no head of this log, though it says that it does."""
    stranger = notes.Signer("lrs.brightwater.example/training", generated())

    def act(connection: Connection) -> None:
        head = seal.latest(connection)
        assert head
        forged = notes.sign(notes.read(head.note).text, [stranger])
        does("UPDATE seal_heads SET note = :n WHERE size = 41", n=forged)(connection)

    verdict = after(store, act)
    assert "it is not signed by key" in words(verdict)
    assert holding(verdict) == [1, 21]


def generated() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def test_another_key_slipped_into_the_log_is_named(store: Store) -> None:
    """A key of the forger's own in the place of ours is told by its record, and the heads that he
    can't sign don't hold up."""
    stranger = notes.Signer("lrs.brightwater.example/training", generated())
    said = f"{stranger.name}\nkey {stranger.key.written()}\n\n"

    def act(connection: Connection) -> None:
        note = notes.sign(said[:-1], [stranger])
        does("UPDATE received SET body = :b WHERE seq = 1", b=note.encode())(connection)

    verdict = after(store, act)
    assert verdict.first == 1
    assert holding(verdict) == []


@pytest.mark.parametrize("place", [2 * 29, merkle.place(1, 3), merkle.place(3, 4), 31])
def test_a_changed_node_is_named(store: Store, place: int) -> None:
    """A node of the tree's index that was changed or removed is told from a changed record: every
    record and every head still holds."""
    first, end = merkle.span(place)
    for act in (
        does("UPDATE seal_nodes SET hash = :h WHERE place = :p", h=bytes(32), p=place),
        does("DELETE FROM seal_nodes WHERE place = :p", p=place),
    ):
        verdict = after(store, act)
        assert verdict.first is None
        assert {(fault.kind, fault.seq) for fault in verdict.faults} == {("tree", first + 1)}
        assert str(end) in words(verdict)
        assert holding(verdict) == list(HEADS)


def test_a_node_too_many_is_named(store: Store) -> None:
    """Nodes that are above no record are rubbish, or somebody's work."""
    verdict = after(store, does("INSERT INTO seal_nodes VALUES (999999, :h)", h=bytes(32)))
    assert words(verdict) == "the tree has 1 nodes that are above no records"


def test_a_changed_file_is_named(store: Store) -> None:
    """A file that records name by its digest is held against it."""
    name = "0" * 64
    verdict = after(store, does("INSERT INTO contents VALUES (:n, :c)", n=name, c=b"x"))
    assert words(verdict) == f"the file that records call {name} was changed"


def test_a_redacted_record_is_told_and_is_no_fault(store: Store) -> None:
    """Of a record whose body was replaced by a ruling the leaf is left: it is listed, and all heads
    hold up. A leaf that was changed as well is found all the same."""
    act = does("UPDATE received SET body = 'redacted' WHERE seq IN (30, 44)")
    verdict = after(store, act, redacted={30: 45, 44: 45, 99: 1})
    assert verdict.faults == ()
    assert verdict.redacted == (30, 44)
    assert holding(verdict) == list(HEADS)
    assert after(store, act, redacted={44: 45}).first == 30
    forged = does("UPDATE received SET body = 'x', leaf = :l WHERE seq = 30", l=bytes(32))
    verdict = after(store, forged, redacted={30: 45})
    assert verdict.first == 30
    assert holding(verdict) == [1, 21]


def test_a_head_kept_elsewhere_finds_a_log_written_anew(store: Store, tmp_path: Path) -> None:
    """If everything was removed from some record on, heads too, the database alone can't tell; a
    head that somebody kept can."""
    with store.reading() as connection:
        kept = seal.latest(connection)
    assert kept

    def act(connection: Connection) -> None:
        does("DELETE FROM received WHERE seq > 30")(connection)
        does("DELETE FROM seal_heads WHERE size > 30")(connection)
        does("DELETE FROM seal_nodes WHERE place > 40")(connection)
        does("DELETE FROM seal_nodes WHERE place IN (31)")(connection)

    assert after(store, act).faults == ()
    verdict = after(store, act, given=[Given("pack.zip", kept.note)])
    assert "the head of 41 records, kept in pack.zip, does not hold up" in words(verdict)
    assert verdict.first == 31
    assert verified(store, given=[Given("pack.zip", kept.note)]).faults == ()
    wrong = verified(store, given=[Given("pack.zip", "something")])
    assert "kept in pack.zip, does not hold up: it is not what was signed" in words(wrong)


def test_very_many_faults_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond some hundred, faults are counted and not told one by one."""
    monkeypatch.setattr(seal_check, "_MOST", 10)
    verdict = after(store, does("UPDATE received SET body = 'x' WHERE seq > 1"))
    assert len(verdict.faults) == 10
    assert verdict.more > 30
    assert verdict.first == 2


def test_keys_are_found_by_their_index(store: Store) -> None:
    """To find the keys, no database looks at every record."""
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            found = rows(connection, f"EXPLAIN QUERY PLAN {seal_keys._RECORDED}")
            assert "received_seal_keys" in str(found)
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            found = rows(connection, f"EXPLAIN {seal_keys._RECORDED}")
            assert "received_seal_keys" in str(found)

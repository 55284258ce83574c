"""Tests of the seal's keys: made once, kept apart from the database, changed with a signature."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sealed import ORIGIN, came, opened, verified
from sqlalchemy import text

from lrs import database
from lrs.database import rows
from lrs.received import notes, seal, seal_keys
from lrs.received.records import Record, head
from lrs.received.seal_keys import SealError
from lrs.received.writer import begun
from lrs.xapi.store import Store


def keys(store: Store) -> list[seal_keys.SealKey]:
    with store.reading() as connection:
        return seal.public_keys(connection)


def test_the_first_seal_makes_the_key(address: str, tmp_path: Path) -> None:
    """The private key is in a file that its owner alone can read, and nowhere in the database; the
    public one is on record, under the log's name."""
    with opened(address, tmp_path) as store:
        came(store, 2)
        seal.make(store, by="noor")
        path = tmp_path / "seal.pem"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [each.name for each in tmp_path.iterdir() if "seal" in each.name] == ["seal.pem"]
        private = serialization.load_pem_private_key(path.read_bytes(), None)
        assert isinstance(private, Ed25519PrivateKey)
        (key,) = keys(store)
        assert key.key.raw == private.public_key().public_bytes_raw()
        assert (key.seq, key.replaces, key.lost, key.key.name) == (3, None, False, ORIGIN)
        with store.reading() as connection:
            (record,) = rows(connection, "SELECT kind, head, body FROM received WHERE seq = 3")
        assert record[0] == "seal-key"
        assert '"by":"noor"' in record[1]
        assert bytes(record[2]).decode() == key.note
        assert notes.read(key.note).signed_by(key.key)
        if database.is_sqlite(store.engine):
            with store.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            assert private.private_bytes_raw() not in (tmp_path / "lrs.db").read_bytes()


def test_a_key_that_is_there_is_taken(address: str, tmp_path: Path) -> None:
    """Whoever makes the key with another tool puts it in its place before the first seal."""
    private = Ed25519PrivateKey.generate()
    write(tmp_path / "seal.pem", private)
    with opened(address, tmp_path) as store:
        seal.make(store)
        assert keys(store)[0].key.raw == private.public_key().public_bytes_raw()


def write(path: Path, private: Ed25519PrivateKey | rsa.RSAPrivateKey) -> None:
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private.private_bytes(serialization.Encoding.PEM, *form))


def test_a_key_that_can_t_be_used_is_one_clear_error(address: str, tmp_path: Path) -> None:
    """Not there, no key, another kind, another key, in a folder that isn't there: each is told with
    its file and a way out, and nothing is made in its place."""
    path = tmp_path / "seal.pem"
    with opened(address, tmp_path) as store:
        seal.make(store)
        path.rename(tmp_path / "away")
        assert seal.make(store).size == 1  # nothing is to be signed
        (tmp_path / "away").rename(path)
        came(store, 1)
        own = keys(store)[0].key.id
        good = path.read_bytes()
        path.unlink()
        with pytest.raises(SealError, match=rf"seal.pem is not there.*key {own}.*LRS_SEAL_KEY"):
            seal.make(store)
        assert not path.exists()
        path.write_text("no key")
        with pytest.raises(SealError, match=r"holds no private key in PEM.*LRS_SEAL_KEY"):
            seal.make(store)
        write(path, rsa.generate_private_key(65537, 2048))
        with pytest.raises(SealError, match="not Ed25519"):
            seal.make(store)
        write(path, Ed25519PrivateKey.generate())
        with pytest.raises(SealError, match=rf"seal.pem holds key \w+, and on record is {own}"):
            seal.make(store)
        path.unlink()
        path.mkdir()
        with pytest.raises(SealError, match="can't be read: Is a directory"):
            seal.make(store)
        path.rmdir()
        path.write_bytes(good)
        assert seal.make(store).size == 2
        came(store, 1)
    with (
        opened(address, tmp_path / "nowhere") as store,
        pytest.raises(SealError, match="not there"),
    ):
        seal.make(store)


def test_a_key_that_can_t_be_made(address: str, tmp_path: Path) -> None:
    """If there is no place for the first key, nothing is put on record."""
    with opened(address, tmp_path / "nowhere") as store:
        with pytest.raises(SealError, match=r"can't be made at .*No such file"):
            seal.make(store)
        assert keys(store) == []


def test_the_old_key_signs_the_change(address: str, tmp_path: Path) -> None:
    """After a rotation the new key signs; its record is signed by both, the old private key is
    gone, and each head is verified with the key whose turn it was."""
    path = tmp_path / "seal.pem"
    with opened(address, tmp_path) as store:
        first = seal.make(store)
        old = path.read_bytes()
        made = seal_keys.rotate(store, "noor")
        came(store, 2)
        second = seal.make(store)
        third = seal_keys.rotate(store, "noor")
        one, two, three = keys(store)
        assert (two, three) == (made, third)
        assert (two.replaces, two.lost) == (one.key.id, False)
        assert notes.read(two.note).signed_by(one.key)
        assert notes.read(two.note).signed_by(two.key)
        assert (first.key, second.key) == (one.key.id, two.key.id)
        assert seal.make(store).key == three.key.id
        handed_out = {each.key.id: each.key.raw for each in (one, two, three)}
        assert verified(store, trusted=handed_out).faults == ()
        assert [each.kind for each in verified(store, trusted={"x": bytes(32)}).faults] == ["key"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [each.name for each in tmp_path.iterdir() if "seal" in each.name] == ["seal.pem"]
        path.write_bytes(old)
        came(store, 1)
        with pytest.raises(SealError, match=f"which was replaced by {three.key.id}"):
            seal.make(store)


def test_a_lost_key_is_followed_by_one_that_says_so(address: str, tmp_path: Path) -> None:
    """Without the old key nothing vouches for the new one; that is on record for ever."""
    path = tmp_path / "seal.pem"
    with opened(address, tmp_path) as store:
        with pytest.raises(SealError, match="lrs seal make makes the first"):
            seal_keys.rotate(store, "noor")
        seal.make(store)
        with pytest.raises(SealError, match="holds a key; move it out of the way"):
            seal_keys.rotate(store, "noor", lost=True)
        path.unlink()
        with pytest.raises(SealError, match="rotate-key --lost"):
            seal_keys.rotate(store, "noor")
        made = seal_keys.rotate(store, "noor", lost=True)
        one, two = keys(store)
        assert (made, two.lost, two.replaces) == (two, True, one.key.id)
        assert not notes.read(two.note).signed_by(one.key)
        came(store, 1)
        assert seal.make(store).key == two.key.id
        verdict = verified(store)
        assert verdict.faults == ()
        assert [key.lost for key in verdict.keys] == [False, True]
        (fault,) = verified(store, trusted={"old.pem": one.key.raw}).faults
        assert fault.message == "nothing leads from the key in old.pem to the one in use now"
        assert verified(store, trusted={"new.pem": two.key.raw}).faults == ()


def test_a_rotation_that_died_in_the_middle_is_finished(address: str, tmp_path: Path) -> None:
    """If the new key is on record and its file not yet in its place, the next seal puts it there; a
    new key that never came on record is thrown away."""
    path, fresh = tmp_path / "seal.pem", tmp_path / "seal.pem.new"
    with opened(address, tmp_path) as store:
        seal.make(store)
        old = path.read_bytes()
        made = seal_keys.rotate(store, "noor")
        path.rename(fresh)  # as it was a moment before
        path.write_bytes(old)
        came(store, 1)
        assert seal.make(store).key == made.key.id
        assert not fresh.exists()
        write(fresh, Ed25519PrivateKey.generate())
        came(store, 1)
        assert seal.make(store).key == made.key.id
        assert seal_keys.rotate(store, "noor").replaces == made.key.id
        assert not fresh.exists()


def test_a_key_with_another_in_front_of_it_is_refused(address: str, tmp_path: Path) -> None:
    """A record that puts a stranger's key in use, not signed by ours, stops every seal and is named
    by the verification, though it is in the log like any other."""
    stranger = notes.Signer(ORIGIN, Ed25519PrivateKey.generate())
    with opened(address, tmp_path) as store:
        seal.make(store)
        said = f"{ORIGIN}\nkey {stranger.key.written()}\nreplaces {keys(store)[0].key.written()}\n"
        with database.writing(store.engine) as connection:
            made = begun(connection)
            note = notes.sign(said, [stranger]).encode()
            made.append([Record("seal-key", head(made.instant(), by="x"), note)])
        with pytest.raises(SealError, match=r"record 2, which puts a key.*has not signed it"):
            seal.make(store)
        (fault,) = verified(store).faults
        assert (fault.seq, fault.kind) == (2, "key")


def test_the_name_of_the_log_stays(address: str, tmp_path: Path) -> None:
    """The log is called by its address at the first seal, and goes on so whatever becomes of it."""
    with opened(address, tmp_path) as store:
        seal.make(store)
    with opened(address, tmp_path, url="https://elsewhere.example") as store:
        came(store, 1)
        assert seal.make(store).note.startswith(f"{ORIGIN}\n")
        assert verified(store).faults == ()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://lrs.brightwater.example", "lrs.brightwater.example"),
        ("https://lrs.brightwater.example/", "lrs.brightwater.example"),
        ("http://localhost:8080", "localhost:8080"),
        ("https://brightwater.example/a+b/lrs/", "brightwater.example/a-b/lrs"),
        ("nonsense", "nonsense"),
        ("", "lrs"),
    ],
)
def test_a_log_is_called_by_its_address(url: str, name: str) -> None:
    """Host and path, without spaces or plus signs, as C2SP asks of origins."""
    assert seal_keys.origin(url) == name

"""Tests of lrs seal: what it prints, for people and for programs, and how it ends."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from durable import ROOT, batch, opened, post

from lrs.cli import main
from lrs.received import notes


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is in a folder, and no setting comes from outside."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LRS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LRS_URL", "https://lrs.brightwater.example")


def lrs(*words: str, group: str = "seal") -> Result:
    """`lrs seal WORDS`, or those of another group."""
    return CliRunner().invoke(main, [group, *words])


def lrs_process(*words: str) -> subprocess.CompletedProcess[str]:
    """`lrs seal WORDS` as a process."""
    return subprocess.run(
        [sys.executable, "-m", "lrs.cli", "seal", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with some statements, and nothing sealed."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        post(store, batch(6)[1])
    return tmp_path


def test_from_the_first_seal_to_a_changed_record(folder: Path) -> None:
    """Nothing is sealed, then something is; the key can be handed on; a record changed behind our
    back is named, with exit status 1."""
    for words in (["show"], ["show", "--key"]):
        said = lrs(*words)
        assert (said.exit_code, said.stdout) == (1, "")
        assert said.stderr == "error: nothing is sealed yet; lrs seal make seals what there is\n"
    made = lrs("make", "--by", "noor")
    assert made.exit_code == 0
    assert made.stdout.startswith("lrs.brightwater.example\n7\n")
    assert made.stderr.startswith("7 records, sealed 2")
    assert (folder / "lrs-seal.pem").exists()
    assert lrs("make").stdout == made.stdout == lrs("show").stdout
    (folder / "checkpoint.txt").write_text(made.stdout)

    key = lrs("show", "--key")
    assert isinstance(serialization.load_pem_public_key(key.stdout.encode()), object)
    (told,) = json.loads(lrs("show", "--key", "--json").stdout)
    assert told["pem"] == key.stdout
    assert notes.read(made.stdout).signed_by(notes.public_key(told["key"]))
    head = json.loads(lrs("show", "--json").stdout)
    assert (head["size"], head["note"], head["key"]) == (7, made.stdout, told["id"])
    assert lrs("show", "--size", "3").exit_code == 1

    (folder / "key.pem").write_text(key.stdout)
    good = lrs("verify", "--key", "key.pem", "--against", "checkpoint.txt")
    assert good.exit_code == 0, good.stdout
    lines = good.stdout.splitlines()
    assert lines[0] == "7 records, 1 heads, 1 keys"
    assert lines[1] == "the log goes on from the head of 7 records in checkpoint.txt"
    assert lines[2].startswith("1 of 1 heads hold up, the last of 7 records, 2")
    assert json.loads(lrs("verify", "--json").stdout)["faults"] == []
    assert lrs("verify", "--key", "checkpoint.txt").exit_code == 2

    with sqlite3.connect(folder / "lrs.db") as connection:
        connection.execute("DROP TRIGGER received_update")
        connection.execute("UPDATE received SET body = replace(body, 'P2', 'P9') WHERE seq = 3")
    connection.close()
    bad = lrs_process("verify")
    assert bad.returncode == 1
    lines = bad.stdout.splitlines()
    assert lines[1] == "record 3 is the first that is not what came"
    assert lines[2].startswith("record 3 is not what came")
    assert lines[-1] == "none of 1 heads holds up"
    found = json.loads(lrs("verify", "--json").stdout)
    assert found["first"] == 3
    assert [each["holds"] for each in found["heads"]] == [False]


def test_a_rotation_and_a_loss(folder: Path) -> None:
    """The new key is printed; a lost one is told at each verification, and is no fault."""
    lrs("make")
    said = lrs("rotate-key")
    assert said.exit_code == 0
    assert notes.public_key(said.stdout.strip()).name == "lrs.brightwater.example"
    assert "in use from record 8 on, in lrs-seal.pem" in said.stderr
    assert lrs("make").exit_code == 0
    (folder / "lrs-seal.pem").unlink()
    said = lrs("make")
    assert said.exit_code == 0  # nothing is to be signed
    with opened(f"sqlite:///{folder / 'lrs.db'}") as store:
        post(store, batch(1)[1])
    said = lrs("make")
    assert said.exit_code == 1
    assert said.stderr.startswith("error: lrs-seal.pem is not there")
    assert lrs("rotate-key", "--lost").exit_code == 0
    assert lrs("make").exit_code == 0
    said = lrs("verify")
    assert said.exit_code == 0
    assert "follows one that was lost: nothing vouches for it here" in said.stdout


def test_a_head_without_its_time_stamp_stands(folder: Path) -> None:
    """If the authority doesn't answer, the head is made and printed, and the error says so."""
    (folder / "root.pem").write_text(certificate())
    said = lrs("make", "--tsa", "http://127.0.0.1:9/", "--tsa-root", "root.pem")
    assert said.exit_code == 1
    assert said.stdout.startswith("lrs.brightwater.example\n7\n")
    assert "error: the head stands, but has no time stamp: http://127.0.0.1:9/" in said.stderr
    assert lrs("show").stdout == said.stdout
    said = lrs("make", "--tsa", "http://127.0.0.1:9/")
    assert said.exit_code == 2
    assert "--tsa and --tsa-root go together" in said.stderr


def certificate() -> str:
    made = subprocess.run(
        "openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null -subj /CN=Root".split(),
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout


def test_an_erasure_keeps_the_seal(tmp_path: Path) -> None:
    """What was erased is listed and no fault; what somebody changes in it afterwards is one."""
    roster = "person,name,mails,kind,hired,left\n00042,Ana Ruiz,ana@brightwater.example,employee,"
    (tmp_path / "people.csv").write_text(f"{roster}2026-01-05,2026-02-01\n")

    def run(*words: str) -> Result:
        return lrs(*words, group="people")

    imported = run("import", "people.csv", "--profile", "plain", "--by", "noor", "--zone", "UTC")
    assert imported.exit_code == 0, imported.stderr
    assert lrs("make").exit_code == 0
    erased = run("erase", "00042", "--why", "Asked for it", "--by", "noor")
    assert erased.exit_code == 0, erased.stderr
    assert lrs("make").exit_code == 0
    verified = lrs("verify")
    assert verified.exit_code == 0, verified.stdout
    assert "redacted, only their leaf is left: 1" in verified.stdout
    with sqlite3.connect(tmp_path / "lrs.db") as database:
        assert b"Ruiz" not in database.execute("SELECT body FROM received").fetchone()[0]
        database.execute("DROP TRIGGER received_update")
        database.execute("UPDATE received SET body = 'another' WHERE seq = 1")
    verified = lrs("verify")
    assert verified.exit_code == 1
    assert "record 1 is not what an erasure left of it" in verified.stdout

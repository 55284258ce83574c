"""Tests of lrs seal: what it prints, for people and for programs, and how it ends."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from durable import ROOT, batch, opened, post

from lrs.received import notes


def lrs(folder: Path, *words: str, group: str = "seal") -> subprocess.CompletedProcess[str]:
    """`lrs seal WORDS` on a store in a folder, or those of another group."""
    return subprocess.run(
        [sys.executable, "-m", "lrs.cli", group, *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("LRS_")},
            "PYTHONPATH": str(ROOT),
            "LRS_URL": "https://lrs.brightwater.example",
        },
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
        said = lrs(folder, *words)
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr == "error: nothing is sealed yet; lrs seal make seals what there is\n"
    made = lrs(folder, "make", "--by", "noor")
    assert made.returncode == 0
    assert made.stdout.startswith("lrs.brightwater.example\n7\n")
    assert made.stderr.startswith("7 records, sealed 2")
    assert (folder / "lrs-seal.pem").exists()
    assert lrs(folder, "make").stdout == made.stdout == lrs(folder, "show").stdout
    (folder / "checkpoint.txt").write_text(made.stdout)

    key = lrs(folder, "show", "--key")
    assert isinstance(serialization.load_pem_public_key(key.stdout.encode()), object)
    (told,) = json.loads(lrs(folder, "show", "--key", "--json").stdout)
    assert told["pem"] == key.stdout
    assert notes.read(made.stdout).signed_by(notes.public_key(told["key"]))
    head = json.loads(lrs(folder, "show", "--json").stdout)
    assert (head["size"], head["note"], head["key"]) == (7, made.stdout, told["id"])
    assert lrs(folder, "show", "--size", "3").returncode == 1

    (folder / "key.pem").write_text(key.stdout)
    good = lrs(folder, "verify", "--key", "key.pem", "--against", "checkpoint.txt")
    assert good.returncode == 0, good.stdout
    lines = good.stdout.splitlines()
    assert lines[0] == "7 records, 1 heads, 1 keys"
    assert lines[1] == "the log goes on from the head of 7 records in checkpoint.txt"
    assert lines[2].startswith("1 of 1 heads hold up, the last of 7 records, 2")
    assert json.loads(lrs(folder, "verify", "--json").stdout)["faults"] == []
    assert lrs(folder, "verify", "--key", "checkpoint.txt").returncode == 2

    with sqlite3.connect(folder / "lrs.db") as connection:
        connection.execute("DROP TRIGGER received_update")
        connection.execute("UPDATE received SET body = replace(body, 'P2', 'P9') WHERE seq = 3")
    connection.close()
    bad = lrs(folder, "verify")
    assert bad.returncode == 1
    lines = bad.stdout.splitlines()
    assert lines[1] == "record 3 is the first that is not what came"
    assert lines[2].startswith("record 3 is not what came")
    assert lines[-1] == "none of 1 heads holds up"
    found = json.loads(lrs(folder, "verify", "--json").stdout)
    assert found["first"] == 3
    assert [each["holds"] for each in found["heads"]] == [False]


def test_a_rotation_and_a_loss(folder: Path) -> None:
    """The new key is printed; a lost one is told at each verification, and is no fault."""
    lrs(folder, "make")
    said = lrs(folder, "rotate-key")
    assert said.returncode == 0
    assert notes.public_key(said.stdout.strip()).name == "lrs.brightwater.example"
    assert "in use from record 8 on, in lrs-seal.pem" in said.stderr
    assert lrs(folder, "make").returncode == 0
    (folder / "lrs-seal.pem").unlink()
    said = lrs(folder, "make")
    assert said.returncode == 0  # nothing is to be signed
    with opened(f"sqlite:///{folder / 'lrs.db'}") as store:
        post(store, batch(1)[1])
    said = lrs(folder, "make")
    assert said.returncode == 1
    assert said.stderr.startswith("error: lrs-seal.pem is not there")
    assert lrs(folder, "rotate-key", "--lost").returncode == 0
    assert lrs(folder, "make").returncode == 0
    said = lrs(folder, "verify")
    assert said.returncode == 0
    assert "follows one that was lost: nothing vouches for it here" in said.stdout


def test_a_head_without_its_time_stamp_stands(folder: Path) -> None:
    """If the authority doesn't answer, the head is made and printed, and the error says so."""
    (folder / "root.pem").write_text(certificate())
    said = lrs(folder, "make", "--tsa", "http://127.0.0.1:9/", "--tsa-root", "root.pem")
    assert said.returncode == 1
    assert said.stdout.startswith("lrs.brightwater.example\n7\n")
    assert "error: the head stands, but has no time stamp: http://127.0.0.1:9/" in said.stderr
    assert lrs(folder, "show").stdout == said.stdout
    said = lrs(folder, "make", "--tsa", "http://127.0.0.1:9/")
    assert said.returncode == 2
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

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return lrs(tmp_path, *words, group="people")

    imported = run("import", "people.csv", "--profile", "plain", "--by", "noor", "--zone", "UTC")
    assert imported.returncode == 0, imported.stderr
    assert lrs(tmp_path, "make").returncode == 0
    erased = run("erase", "00042", "--why", "Asked for it", "--by", "noor")
    assert erased.returncode == 0, erased.stderr
    assert lrs(tmp_path, "make").returncode == 0
    verified = lrs(tmp_path, "verify")
    assert verified.returncode == 0, verified.stdout
    assert "redacted, only their leaf is left: 1" in verified.stdout
    with sqlite3.connect(tmp_path / "lrs.db") as database:
        assert b"Ruiz" not in database.execute("SELECT body FROM received").fetchone()[0]
        database.execute("DROP TRIGGER received_update")
        database.execute("UPDATE received SET body = 'another' WHERE seq = 1")
    verified = lrs(tmp_path, "verify")
    assert verified.returncode == 1
    assert "record 1 is not what an erasure left of it" in verified.stdout

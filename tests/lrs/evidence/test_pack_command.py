"""Tests of lrs evidence: packs and samples of a small company, as owner and auditor meet them."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import company
import openpyxl
import pytest
from click.testing import CliRunner, Result
from durable import opened

from lrs.cli import main
from lrs.evidence import chapters, pack, pdf
from lrs.evidence.verifying.log import leaf_hash
from lrs.evidence.verifying.lots import ALGORITHM
from lrs.evidence.writing import zipped
from lrs.received import seal

ROOT = Path(__file__).parents[3]
QUARTER = ("--type2", "--from", "2026-01-01", "--to", "2026-03-31")
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the company's store, the seal's key and the public one, and a first pack."""
    folder = tmp_path_factory.mktemp("evidence")
    with company.company(f"sqlite:///{folder / 'lrs.db'}"):
        pass
    ran = running(folder)
    ran("write", *QUARTER, "--out", folder / "pack.zip")
    with opened(f"sqlite:///{folder / 'lrs.db'}") as store, store.reading() as connection:
        (folder / "key.pub").write_text(seal.public_keys(connection)[-1].key.pem())
    return folder


def settings(folder: Path) -> dict[str, str]:
    """Those of the store there."""
    return {
        "LRS_DATABASE": f"sqlite:///{folder / 'lrs.db'}",
        "LRS_SEAL_KEY": str(folder / "seal.pem"),
        "LRS_DURABLE": "no",
    }


def running(folder: Path) -> Run:
    """Runs `lrs evidence` on the store there, and expects an exit status."""

    def ran(*words: str | Path, exits: int = 0) -> Result:
        texts = ["evidence", *(str(word) for word in words)]
        result = CliRunner().invoke(main, texts, env=settings(folder))
        assert result.exit_code == exits, result.output
        return result

    return ran


@pytest.fixture
def later(home: Path, tmp_path: Path) -> Path:
    """A copy of it all, to go on from."""
    shutil.copytree(home, tmp_path / "later")
    return tmp_path / "later"


@pytest.fixture(scope="module")
def run(home: Path) -> Run:
    """On the store that nothing is added to."""
    return running(home)


def manifest(path: Path) -> dict[str, Any]:
    """What the pack's manifest says."""
    with zipfile.ZipFile(path) as opened_zip:
        told: dict[str, Any] = json.loads(opened_zip.read("manifest.json"))
        return told


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet of a pack."""
    with zipfile.ZipFile(path) as opened_zip:
        told = json.loads(opened_zip.read(f"sheets/{sheet}.json"))
    names = [each["name"] for each in told["columns"]]
    return [dict(zip(names, row, strict=True)) for row in told["rows"]]


# A pack.


def test_a_pack_is_verified_by_the_program_in_it(home: Path, tmp_path: Path) -> None:
    """Outside of ours: unpacked, with nothing of ours to be found."""
    zipfile.ZipFile(home / "pack.zip").extractall(tmp_path / "pack")
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", home / "pack.zip", "--key", home / "key.pub"],
        cwd=tmp_path / "pack",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "every check held" in done.stdout


def test_the_command_verifies_it_too(home: Path, run: Run) -> None:
    """With the same lines, and exit status 1 where a check does not hold."""
    lines = run("verify", home / "pack.zip", "--key", home / "key.pub").stdout.splitlines()
    assert lines[-1] == "pack.zip: every check held."
    assert run("verify", home / "pack.zip", exits=1).stdout.count("WRONG") == 1
    run("verify", home / "lrs.db", "--key", home / "key.pub", exits=2)


def test_what_is_in_a_pack(home: Path) -> None:
    """The files that README.txt tells of; the register's rows are those of `lrs register`."""
    with zipfile.ZipFile(home / "pack.zip") as opened_zip:
        names = opened_zip.namelist()
        readme = opened_zip.read("README.txt").decode()
        document = opened_zip.read("evidence.pdf")
        with opened_zip.open("workbook.xlsx") as file:
            book = openpyxl.load_workbook(file)
    assert names[:3] == ["README.txt", "evidence.pdf", "workbook.xlsx"]
    assert {"programme/version-1.yaml", "seal/checkpoint.txt", "seal/keys.json"} <= set(names)
    sheets = [each["name"] for each in manifest(home / "pack.zip")["sheets"]]
    assert book.sheetnames == ["about", *sheets, "columns"]
    assert {f"sheets/{name}.{kind}" for name in sheets for kind in ("csv", "json")} <= set(names)
    assert document.startswith(b"%PDF-1.7")
    assert all(f"\n{name} " in readme for name in sheets)
    assert "python verify.py pack.zip --key key.pub" in readme
    assert ALGORITHM in readme
    told = running_register(home, "export", "--bare", "--out", home / "register.csv")
    (home / "register.csv").unlink()
    digest = next(e for e in manifest(home / "pack.zip")["sheets"] if e["name"] == "register")
    assert digest["digest"] in told


def running_register(folder: Path, *words: str | Path) -> str:
    """`lrs register` as of the same day, as known then."""
    told = manifest(folder / "pack.zip")["asked"]
    asked = ("--from", "2026-01-01", "--to", "2026-03-31", "--as-of", "2026-03-31")
    texts = [*words, *asked, "--known-at", told["known_at"]]
    env = settings(folder)
    result = CliRunner().invoke(main, ["register", *map(str, texts)], env=env)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_same_question_makes_the_same_pack(home: Path, tmp_path: Path) -> None:
    """To the byte, in other processes, in another folder, zone and language."""
    shutil.copytree(home, tmp_path / "copy")
    words = ["evidence", "write", *QUARTER, "--out", "again.zip"]
    env = {**os.environ, **settings(tmp_path / "copy"), "PYTHONPATH": str(ROOT)}
    for more in (
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ):
        subprocess.run(
            [sys.executable, "-m", "lrs.cli", *words],
            cwd=tmp_path / "copy",
            env={**env, **more},
            check=True,
            capture_output=True,
        )
        again = (tmp_path / "copy" / "again.zip").read_bytes()
        assert again == (home / "pack.zip").read_bytes()


def test_what_is_printed(home: Path, run: Run) -> None:
    """The file, its SHA-256 and the key on stdout; what is in it on stderr."""
    done = run("write", "--type1", "--on", "2026-03-31", "--out", home / "design.zip")
    path, digest, _ = done.stdout.rstrip("\n").split("\t")
    data = Path(path).read_bytes()
    from hashlib import sha256

    assert digest == sha256(data).hexdigest()
    assert "in population" in done.stderr
    Path(path).unlink()


def test_a_type_1_pack_tells_of_the_design_alone(home: Path, run: Run) -> None:
    """No register, no exceptions, no completions; and README.txt says so."""
    run("write", "--type1", "--on", "2026-03-31", "--out", home / "design.zip")
    names = {each["name"] for each in manifest(home / "design.zip")["sheets"]}
    assert {"programme", "curriculum", "population", "templates", "weaknesses"} <= names
    assert not names & {"register", "exceptions", "joiners", "months", "reviews"}
    with zipfile.ZipFile(home / "design.zip") as opened_zip:
        words = " ".join(opened_zip.read("README.txt").decode().split())
    assert "says nothing of what came of it" in words
    run("verify", home / "design.zip", "--key", home / "key.pub")
    (home / "design.zip").unlink()


def test_a_long_register_has_its_main_columns_in_the_workbook(
    home: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbook says so, and the verifier compares what is there."""
    monkeypatch.setattr(pack, "_LONG", 1)
    run("write", *QUARTER, "--out", tmp_path / "long.zip")
    with (
        zipfile.ZipFile(tmp_path / "long.zip") as opened_zip,
        opened_zip.open("workbook.xlsx") as file,
    ):
        book = openpyxl.load_workbook(file)
    assert book["register"].max_column == 21 < book["exceptions"].max_column
    about = {row[0].value: row[1].value for row in book["about"].iter_rows()}
    assert "sheets/register.csv" in str(about["Page register"])
    run("verify", tmp_path / "long.zip", "--key", home / "key.pub")


# The pack before.


def test_a_pack_goes_on_from_the_one_before(later: Path) -> None:
    """With the proof that all its records are the first of this log."""
    with opened(f"sqlite:///{later / 'lrs.db'}") as store:
        company.say(store, "wang", "parcel-scam", "2026-03-02T09:30:00Z", company.GOOD)
    run = running(later)
    run("write", *QUARTER, "--previous", later / "pack.zip", "--out", later / "next.zip")
    key = ("--key", later / "key.pub", "--previous", later / "pack.zip")
    lines = run("verify", later / "next.zip", *key).stdout
    assert "this log begins with all 11 records of that one" in lines
    assert "previous pack: pack.zip is the one that is named" in lines


def test_a_pack_of_another_log_is_refused(home: Path, tmp_path: Path) -> None:
    """As the one before; and so is what is no pack. Nothing is written."""
    with company.company(f"sqlite:///{tmp_path / 'lrs.db'}"):
        pass
    run, out = running(tmp_path), tmp_path / "next.zip"
    done = run("write", *QUARTER, "--previous", home / "pack.zip", "--out", out, exits=1)
    assert "is of another log" in done.stderr
    done = run("write", *QUARTER, "--previous", home / "lrs.db", "--out", out, exits=1)
    assert "can't be used as the previous pack" in done.stderr
    assert not [each for each in tmp_path.iterdir() if "next" in each.name]


# What goes wrong.


@pytest.fixture
def spoiled(later: Path) -> Iterator[Path]:
    """A store with a good pack; afterwards it is as it was, and nothing lies about."""
    before = (later / "pack.zip").read_bytes()
    there = _files(later)
    yield later
    assert (later / "pack.zip").read_bytes() == before
    assert _files(later) == there


def _files(folder: Path) -> set[str]:
    """What is in a folder, but for what SQLite keeps beside a database while one is connected."""
    return {each.name for each in folder.iterdir() if not each.name.startswith("lrs.db-")}


def test_a_full_disk_leaves_no_half_pack(spoiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it fills up: one line, and the last good pack is untouched."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run = running(spoiled)
    for module, name in ((pdf, "write"), (zipped, "write")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, full)
            done = run("write", *QUARTER, "--out", spoiled / "pack.zip", exits=1)
        assert "can't be written: No space left on device; nothing was changed" in done.stderr


def test_an_interrupt_leaves_no_half_pack(spoiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the midst of it."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chapters, "document", interrupted)
    running(spoiled)("write", *QUARTER, "--out", spoiled / "pack.zip", exits=1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say either --type2 with --from and --to, or --type1 with --on"),
        (("--type1", "--type2"), "say either --type2"),
        (("--type2", "--from", "2026-01-01"), "--type2 asks for a period"),
        (("--type1",), "--type1 asks for a day"),
        (("--type1", "--on", "2026-01-01", "--as-of", "2026-01-01"), "nothing else of days"),
        (("--type2", "--from", "2026-02-01", "--to", "2026-01-01"), "is before --from"),
        ((*QUARTER, "--as-of", "2025-12-31"), "nothing of the period has been"),
        (("--type2", "--from", "2126-01-01", "--to", "2126-12-31"), "2126-01-01 is to come"),
        (("--type1", "--on", "2126-01-01"), "2126-01-01 is to come"),
        ((*QUARTER, "--keep-texts"), "--keep-texts goes with --pseudonymise"),
        ((*QUARTER, "--out", "pack.tar"), "pack.tar does not end in .zip"),
        ((*QUARTER, "--out", "nowhere/pack.zip"), "there is no folder nowhere"),
    ],
)
def test_a_question_that_can_t_be_answered(
    words: tuple[str, ...], says: str, run: Run, tmp_path: Path
) -> None:
    """Is a wrong use, with what to say instead."""
    out = () if "--out" in words else ("--out", tmp_path / "pack.zip")
    assert says in run("write", *words, *out, exits=2).stderr


def test_a_store_without_a_programme(tmp_path: Path) -> None:
    """Has nothing to show, nor has an empty one: what comes first is said."""
    run, words = running(tmp_path), ("write", *QUARTER, "--out", tmp_path / "pack.zip")
    assert "nothing was received yet; lrs people import" in run(*words, exits=1).stderr
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        company.roster(store, company.ROSTER)
    assert "lrs programme publish does it" in run(*words, exits=1).stderr
    assert not (tmp_path / "pack.zip").exists()


def test_without_the_seal_s_key_nothing_is_written(later: Path) -> None:
    """It says where the key may be."""
    (later / "seal.pem").unlink()
    done = running(later)("write", *QUARTER, "--out", later / "new.zip", exits=1)
    assert "LRS_SEAL_KEY" in done.stderr
    assert not (later / "new.zip").exists()


# Pseudonyms.


def test_a_pack_with_pseudonyms_names_nobody(home: Path, run: Run) -> None:
    """In no file of it; the same person has the same one everywhere; a sample needs the key."""
    run("key", home / "audit.key")
    out = home / "pseudo.zip"
    run("write", *QUARTER, "--pseudonymise", home / "audit.key", "--out", out)
    run("verify", out, "--key", home / "key.pub")
    with zipfile.ZipFile(out) as opened_zip:
        for name in opened_zip.namelist():
            if name.endswith((".csv", ".json", ".yaml", ".txt")):
                text = opened_zip.read(name).decode()
                for told in ("Ana Ruiz", "ana@", "Łucja", "王小明", "Noor Haddad", "noor@"):
                    assert told not in text, (name, told)
        assert "by pseudonyms" in opened_zip.read("README.txt").decode()
    people = {row["person"] for row in rows(out, "population")}
    assert people == {row["person"] for row in rows(out, "register")}
    assert len(people) == 6
    wanted = ("--seed", "1", "--size", "2", "--out", home / "s.zip")
    assert "has pseudonyms" in run("sample", out, *wanted, exits=1).stderr
    done = run("sample", out, *wanted, "--pseudonymise", home / "audit.key")
    assert "the records name people" in done.stderr
    run("verify", home / "s.zip", "--key", home / "key.pub", "--pack", out)
    for name in ("pseudo.zip", "s.zip", "audit.key"):
        (home / name).unlink()


# Samples.


def test_a_sample_has_everything_behind_its_people(home: Path, run: Run, tmp_path: Path) -> None:
    """Each row with its trace down to the records, each of these with its proof; as PDF, too."""
    out = tmp_path / "sample.zip"
    words = ("--seed", "20261231", "--size", "4", "--by", "role,kind,joiner", "--out", out)
    done = run("sample", home / "pack.zip", *words)
    assert "4 people" in done.stderr
    lines = run("verify", out, "--key", home / "key.pub", "--pack", home / "pack.zip").stdout
    assert "drawn again from the pack with seed 20261231: the same 4 people" in lines
    with zipfile.ZipFile(out) as opened_zip:
        choice = json.loads(opened_zip.read("sample.json"))
        proofs = json.loads(opened_zip.read("proofs.json"))["records"]
        assert opened_zip.read("sample.pdf").startswith(b"%PDF-1.7")
        for each in choice["people"]:
            told = json.loads(opened_zip.read(f"traces/{each['person']}.json"))
            theirs = [
                r for r in rows(home / "pack.zip", "register") if r["person"] == each["person"]
            ]
            assert [row["row"] for row in told["rows"]] == [row["row"] for row in theirs]
            named = {record["record"] for row in told["rows"] for record in of(row)}
            assert named <= {proof["record"] for proof in proofs}
        for proof in proofs:
            body = opened_zip.read(proof["body"])
            leaf = leaf_hash(f"{proof['kind']}\n{proof['head']}\n".encode() + body)
            assert leaf.hex() == proof["leaf"]
    assert sum(each["drawn"] for each in choice["strata"]) == 4
    assert choice["list"]["digest"] == next(
        each["digest"]
        for each in manifest(home / "pack.zip")["sheets"]
        if each["name"] == "population"
    )


def of(told: object) -> Iterator[dict[str, Any]]:
    """Every record that a trace names."""
    if isinstance(told, dict):
        if "leaf" in told:
            yield told
        for each in told.values():
            yield from of(each)
    elif isinstance(told, list):
        for each in told:
            yield from of(each)


def test_the_auditor_s_own_list(home: Path, run: Run, tmp_path: Path) -> None:
    """Is taken as it is; ids that are not in the population are named."""
    (tmp_path / "ids").write_text("\ufeff00042\r\n\r\n00007\n")
    words = ("--ids", tmp_path / "ids", "--out", tmp_path / "sample.zip")
    run("sample", home / "pack.zip", *words)
    lines = run(
        *("verify", tmp_path / "sample.zip", "--key", home / "key.pub"),
        *("--pack", home / "pack.zip"),
    ).stdout
    assert "the 2 people that were asked for, all of the population" in lines
    (tmp_path / "ids").write_text("00042\n4711\n")
    done = run("sample", home / "pack.zip", *words, exits=1)
    assert "1 of 2 ids are not in the population of that pack: 4711" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "give --seed"),
        (("--seed", "1", "--by", "rolle"), 'did you mean "role"'),
        (("--seed", "1", "--size", "0"), "0 is not in the range"),
        (("--seed", "1", "--ids", "ids"), "without --seed and --size"),
        (("--ids", "ids"), "can't be read as a list of ids"),
    ],
)
def test_a_sample_that_can_t_be_drawn(
    words: tuple[str, ...], says: str, home: Path, run: Run, tmp_path: Path
) -> None:
    """Is a wrong use, with what to say instead."""
    done = run("sample", home / "pack.zip", *words, "--out", tmp_path / "s.zip", exits=2)
    assert says in done.stderr


def test_a_sample_of_a_pack_that_was_changed(home: Path, run: Run, tmp_path: Path) -> None:
    """Is not drawn; nor is one of a sample, nor of a pack that another store wrote."""
    data = bytearray((home / "pack.zip").read_bytes())
    with zipfile.ZipFile(home / "pack.zip") as opened_zip:
        info = opened_zip.getinfo("workbook.xlsx")
    data[info.header_offset + 200] ^= 1
    (tmp_path / "bad.zip").write_bytes(data)
    words = ("--seed", "1", "--size", "1", "--out", tmp_path / "s.zip")
    assert "workbook.xlsx" in run("sample", tmp_path / "bad.zip", *words, exits=1).stderr
    run("sample", home / "pack.zip", *words)
    done = run("sample", tmp_path / "s.zip", *words, exits=1)
    assert "draw from the pack itself" in done.stderr
    with company.company(f"sqlite:///{tmp_path / 'lrs.db'}"):
        pass
    done = running(tmp_path)("sample", home / "pack.zip", *words, exits=1)
    assert "is not of this store" in done.stderr

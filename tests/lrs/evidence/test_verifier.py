"""Tests of the verifier: what is as it was signed holds, what was changed is found and named."""

from __future__ import annotations

import io
import json
import random
import shutil
import stat
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import packs_made as made
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packs_made import Log, signer
from sheets_made import sheet

from lrs.evidence import one_file
from lrs.evidence.verifying import command
from lrs.evidence.verifying.log import consistent, included, leaf_hash, node_hash
from lrs.evidence.verifying.lots import draw
from lrs.evidence.verifying.names import CONSISTENCY, KEYS, MANIFEST, PROOFS, SAMPLE, SIGNATURE
from lrs.evidence.verifying.signed import chain_of
from lrs.received import merkle

ALONE: dict[str, Any] = {"__name__": "verify"}  # the program that is in each pack
exec(compile(one_file.verify_py(), "verify.py", "exec"), ALONE)


def verify(path: Path, key: Path | None, **more: Path) -> tuple[int, list[str]]:
    """Exit status and lines of the program in the pack, and of its parts, which say the same."""
    lines: list[str] = []
    told: list[str] = []
    status = ALONE["report_on"](path, key, lines.append, **more)
    assert (command.report_on(path, key, told.append, **more), told) == (status, lines)
    return status, lines


def wrong(lines: list[str]) -> list[str]:
    """The checks that did not hold."""
    return [line.removeprefix("WRONG  ") for line in lines if line.startswith("WRONG")]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack that names the one before."""
    return made.pack(tmp_path_factory.mktemp("pack") / "pack", before=11)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public key that signed it."""
    return made.key(tmp_path_factory.mktemp("key"))


# What holds.


def test_a_pack_that_is_as_it_was_signed(pack: Path, key: Path) -> None:
    """Every check is a line that says what held."""
    status, lines = verify(pack, key)
    assert status == 0, lines
    assert [line.split(":")[0] for line in lines] == [
        *("ok     zip", "ok     signature", "ok     key", "ok     files", "ok     seal"),
        *("ok     sheets", "ok     previous pack", "pack.zip"),
    ]
    assert "ok     previous pack: this log begins with all 11 records of that one" in lines
    assert "ok     sheets: CSV, JSON and workbook say the same in 2 sheets with 4 rows" in lines


def test_a_pack_that_was_unpacked(pack: Path, key: Path, tmp_path: Path) -> None:
    """The folder is verified like the zip, by the zip's own program, too."""
    zipfile.ZipFile(pack).extractall(tmp_path / "pack")
    status, lines = verify(tmp_path / "pack", key)
    assert status == 0, lines
    assert not any(line.startswith("ok     zip") for line in lines)
    (tmp_path / "pack" / "seal" / "more").symlink_to("keys.json")
    assert verify(tmp_path / "pack", key)[0] == 2


def test_a_key_in_pem(pack: Path, tmp_path: Path) -> None:
    """As other tools write it."""
    assert verify(pack, made.key(tmp_path, pem=True))[0] == 0


# What was changed.


def entries(path: Path) -> list[zipfile.ZipInfo]:
    """The files of the pack in their order."""
    with zipfile.ZipFile(path) as opened:
        return opened.infolist()


def test_one_byte_of_any_file_is_found_and_named(pack: Path, key: Path, tmp_path: Path) -> None:
    """In the midst of each entry in turn, as it lies in the zip."""
    data = pack.read_bytes()
    for each in entries(pack):
        at = each.header_offset + len(each.FileHeader()) + each.compress_size // 2
        changed = bytearray(data)
        changed[at] ^= 0xFF
        path = tmp_path / "changed.zip"
        path.write_bytes(changed)
        status, lines = verify(path, key)
        assert status == (2 if each.filename == "manifest.json" and status == 2 else 1), lines
        assert any(each.filename in line for line in wrong(lines)), (each.filename, lines)


def test_one_byte_anywhere_is_found(pack: Path, key: Path, tmp_path: Path) -> None:
    """In the zip's own words about its files, between them, and behind: whatever is changed."""
    data = pack.read_bytes()
    chance = random.Random(7)
    begins = [each.header_offset for each in entries(pack)]
    directory = zipfile.ZipFile(pack).start_dir
    headers = [begin + n for begin in begins[:3] for n in range(30)]
    listing = [directory + n for n in range(150)] + [len(data) - n for n in range(1, 23)]
    for at in (*headers, *listing, *chance.sample(range(len(data)), 60)):
        changed = bytearray(data)
        changed[at] ^= 1 << chance.randrange(8)
        path = tmp_path / "changed.zip"
        path.write_bytes(changed)
        assert verify(path, key)[0] in (1, 2), at


@pytest.mark.parametrize("where", ["before", "behind", "comment"])
def test_bytes_besides_the_files(where: str, pack: Path, key: Path, tmp_path: Path) -> None:
    """What readers of zips overlook."""
    path = tmp_path / "more.zip"
    data = pack.read_bytes()
    path.write_bytes(b"more" + data if where == "before" else data + b"")
    if where == "behind":
        path.write_bytes(data + b"more")
    if where == "comment":
        with zipfile.ZipFile(path, "a") as opened:
            opened.comment = b"more"
    status, lines = verify(path, key)
    assert status in (1, 2)
    assert wrong(lines)


def repacked(pack: Path, tmp_path: Path, change: Callable[[Path], None]) -> Path:
    """The folder of the pack after a change."""
    folder = tmp_path / "folder"
    zipfile.ZipFile(pack).extractall(folder)
    change(folder)
    return folder


def test_files_that_are_missing_extra_or_other(pack: Path, key: Path, tmp_path: Path) -> None:
    """Each is named with what is wrong with it."""

    def change(folder: Path) -> None:
        (folder / "README.txt").unlink()
        (folder / "sheets" / "more.csv").write_text("more")
        (folder / "sheets" / "none.csv").write_text("longer than it was, by far, to be sure")

    status, lines = verify(repacked(pack, tmp_path, change), key)
    assert status == 1
    assert wrong(lines)[0] == "sheets/more.csv: it is there and not in the manifest"
    assert "README.txt: it is in the manifest and not there" in wrong(lines)
    assert any(line.startswith("sheets/none.csv: it was changed: ") for line in wrong(lines))
    assert "note   sheets: not compared with each other, because files were changed" in lines


def test_a_manifest_that_somebody_else_signed(pack: Path, key: Path, tmp_path: Path) -> None:
    """Whoever changes a file, the manifest and the signature lacks the key."""
    other = made.pack(tmp_path / "other", Log([(1, signer(2), False)]))
    status, lines = verify(other, key)
    assert (status, len(wrong(lines))) == (1, 1)
    assert "which is not the key given" in wrong(lines)[0]
    assert verify(other, made.key(tmp_path, signer(2)))[0] == 0


def test_without_a_key_nothing_is_proved(pack: Path) -> None:
    """All else is looked at, and that is said."""
    status, lines = verify(pack, None)
    assert status == 1
    assert wrong(lines) == [
        "key: without --key nothing tells whose key that is; ask the organisation for it"
    ]


# Sheets that are not the same everywhere, though signed.


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("sheets/some.csv", b"85.5", b"95.5", "sheets/some.csv: its row 2 is not that of the JSON"),
        ("sheets/some.csv", b"'=1+1", b"=1+1", "sheets/some.csv: its row 1 is not that"),
        ("sheets/some.json", b"00051", b"00052", "sheets/some.csv: its row 2 is not that"),
        ("sheets/some.json", b'"count": 4', b'"count": 5', "counts and digests itself"),
        ("sheets/none.csv", b"person,", b"persin,", "columns are not those of the JSON"),
    ],
)
def test_sheets_that_say_other_things(
    name: str, before: bytes, after: bytes, says: str, tmp_path: Path, key: Path
) -> None:
    """Even where the owner of the key signed them: the first row that differs is named."""
    folder = tmp_path / "pack"
    made.pack(folder)
    told = made.manifest_of(folder)
    data = (folder / name).read_bytes()
    assert data.count(before) == 1
    (folder / name).write_bytes(data.replace(before, after))
    for gone in (MANIFEST, SIGNATURE):
        (folder / gone).unlink()
    kept = {name: told[name] for name in ("kind", "sheets", "previous")}
    status, lines = verify(made.bound(folder, Log(), 20, kept), key)
    assert status == 1
    assert any(says in line for line in wrong(lines)), lines


def test_a_workbook_that_says_another_thing(tmp_path: Path, key: Path) -> None:
    """Of one of its cells, and where a row is missing."""
    for n, (before, after) in enumerate(((b"<v>85.5</v>", b"<v>85</v>"), (b"00051", b"00052"))):
        folder = tmp_path / f"pack{n}"
        made.pack(folder)
        told = made.manifest_of(folder)
        book = io.BytesIO()
        with (
            zipfile.ZipFile(folder / "workbook.xlsx") as old,
            zipfile.ZipFile(book, "w") as new,
        ):
            for each in old.namelist():
                new.writestr(each, old.read(each).replace(before, after))
        (folder / "workbook.xlsx").write_bytes(book.getvalue())
        for gone in (MANIFEST, SIGNATURE):
            (folder / gone).unlink()
        kept = {name: told[name] for name in ("kind", "sheets", "previous")}
        status, lines = verify(made.bound(folder, Log(), 20, kept), key)
        assert status == 1
        assert wrong(lines) == ["workbook.xlsx: row 2 of page some is not that of the JSON"]


# Keys.


def test_a_key_that_was_replaced_leads_to_the_next(tmp_path: Path) -> None:
    """Whoever has the first key verifies what the third signed, and the other way round; not over
    a key that was lost."""
    chain = Log([(1, signer(1), False), (5, signer(2), False), (9, signer(3), False)])
    path = made.pack(tmp_path / "chain", chain)
    for number in (1, 2, 3):
        status, lines = verify(path, made.key(tmp_path, signer(number)))
        assert status == 0, lines
    broken = Log([(1, signer(1), False), (5, signer(2), True), (9, signer(3), False)])
    path = made.pack(tmp_path / "broken", broken)
    assert verify(path, made.key(tmp_path, signer(2)))[0] == 0
    status, lines = verify(path, made.key(tmp_path, signer(1)))
    assert status == 1
    assert "took the place of the key given after that was lost" in wrong(lines)[0]


def test_a_change_of_keys_that_nobody_signed(tmp_path: Path, key: Path) -> None:
    """A key that only says of itself that it replaces another is none."""
    folder = tmp_path / "forged"
    forged = Log([(1, signer(1), False), (5, signer(2), False)])
    made.pack(folder, forged)
    told = json.loads((folder / KEYS).read_bytes())
    lines = told["keys"][1]["note"].split("\n")
    told["keys"][1]["note"] = "\n".join(line for line in lines if line != lines[4])
    (folder / KEYS).write_text(json.dumps(told))
    with pytest.raises(ValueError, match=r"has not signed that .* replaces it"):
        chain_of(told)
    assert any("has not signed" in line for line in wrong(verify(folder, key)[1]))


@pytest.mark.parametrize("text", ["", "name+00000000+AAAA", "-----BEGIN PUBLIC KEY-----\n"])
def test_what_is_no_key(text: str, pack: Path, tmp_path: Path) -> None:
    """Is a wrong use, and said."""
    (tmp_path / "key").write_text(text)
    status, lines = verify(pack, tmp_path / "key")
    assert status == 2
    assert "can't be used as a public key" in lines[0]


# The log.


def test_a_log_that_does_not_go_on(tmp_path: Path, key: Path) -> None:
    """A proof of consistency that does not lead from the head before to this one."""
    folder = tmp_path / "pack"
    made.pack(folder, before=11)
    told = json.loads((folder / CONSISTENCY).read_bytes())
    told["proof"][1] = "00" * 32
    (folder / CONSISTENCY).write_text(json.dumps(told))
    kept = {n: made.manifest_of(folder)[n] for n in ("kind", "sheets", "previous")}
    for gone in (MANIFEST, SIGNATURE):
        (folder / gone).unlink()
    status, lines = verify(made.bound(folder, Log(), 20, kept), key)
    assert (status, wrong(lines)) == (
        1,
        ["previous pack: its log of 11 records is not the beginning of this"],
    )


def test_the_pack_before_is_the_one_that_is_named(pack: Path, key: Path, tmp_path: Path) -> None:
    """Given with --previous; another one is told."""
    other = made.pack(tmp_path / "other", size=11)
    status, lines = verify(pack, key, previous=other)
    assert (status, wrong(lines)) == (1, ["previous pack: other.zip is not the one that is named"])


def test_hashes_and_proofs_are_those_of_the_rfc() -> None:
    """RFC 9162 2.1.5: the example tree of seven leaves, its audit paths and consistency proofs."""
    d = [leaf_hash(bytes([n])) for n in range(7)]
    a, b, c, e, f, j = d[0], d[1], d[2], d[3], d[4], d[6]
    g, h, i = node_hash(a, b), node_hash(c, e), node_hash(f, d[5])
    k, left = node_hash(g, h), node_hash(i, j)
    root = node_hash(k, left)
    assert included(d[0], 0, 7, [b, h, left], root)
    assert included(d[3], 3, 7, [c, g, left], root)
    assert included(d[4], 4, 7, [d[5], j, k], root)
    assert included(d[6], 6, 7, [i, k], root)
    hash0 = node_hash(g, c)
    assert consistent(3, 7, hash0, root, [c, e, g, left])
    assert consistent(4, 7, k, root, [left])
    six = node_hash(k, i)
    assert consistent(6, 7, six, root, [i, j, k])
    assert not consistent(6, 7, six, root, [i, j, left])
    assert not included(d[6], 5, 7, [i, k], root)


def test_proofs_are_judged_as_the_store_judges_them() -> None:
    """Every leaf and every size up to forty, and each proof with one bit of it changed."""
    leaves = [leaf_hash(b"%d" % n) for n in range(40)]
    for size in range(1, 41):
        root = merkle.root(leaves[:size])
        for index in range(size):
            proof = [merkle.root(leaves[a:b]) for a, b in merkle.inclusion(index, size)]
            for some in (proof, [bytes(32), *proof[1:]], proof[:-1]):
                told = included(leaves[index], index, size, some, root)
                assert told == merkle.verify_inclusion(leaves[index], index, size, some, root)
        for old in range(1, size + 1):
            proof = [merkle.root(leaves[a:b]) for a, b in merkle.consistency(old, size)]
            first = merkle.root(leaves[:old])
            for some in (proof, [bytes(32), *proof[1:]], proof[:-1]):
                told = consistent(old, size, first, root, some)
                assert told == merkle.verify_consistency(old, size, first, root, some)


# Zips that mean harm.


def hostile(path: Path, name: str, data: bytes = b"x", **more: int) -> Path:
    """A zip with an entry of this name."""
    info = zipfile.ZipInfo("entry")
    info.filename = name
    for what, value in more.items():
        setattr(info, what, value)
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("manifest.json", "{}")
        opened.writestr(info, data)
    return path


@pytest.mark.parametrize(
    "name", ["../up.txt", "/etc/passwd", "a/../../b", "a//b", "C:\\x", "a\\b", "c:x", "a\x1bb", "."]
)
def test_names_that_lead_elsewhere_are_refused(name: str, tmp_path: Path, key: Path) -> None:
    """By name, and nothing is opened."""
    status, lines = verify(hostile(tmp_path / "bad.zip", name), key)
    assert status == 2
    assert "is refused, and nothing in it was opened" in lines[0]


def test_entries_that_do_harm_are_refused(tmp_path: Path, key: Path) -> None:
    """A bomb, a name twice, a name twice but for case, a link, an encrypted one, another method."""
    bomb = hostile(tmp_path / "a.zip", "b", bytes(80_000_000), compress_type=zipfile.ZIP_DEFLATED)
    data = bytearray(bomb.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    bomb.write_bytes(data)
    assert "bytes become" in verify(bomb, key)[1][0]
    with pytest.warns(UserWarning, match="Duplicate name"):
        assert "there twice" in verify(hostile(tmp_path / "b.zip", "manifest.json"), key)[1][0]
    assert "there twice" in verify(hostile(tmp_path / "c.zip", "MANIFEST.json"), key)[1][0]
    link = hostile(tmp_path / "d.zip", "link", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "a link" in verify(link, key)[1][0]
    data = bytearray(hostile(tmp_path / "e.zip", "secret").read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "e.zip").write_bytes(data)
    assert "encrypted" in verify(tmp_path / "e.zip", key)[1][0]
    lzma = hostile(tmp_path / "f.zip", "other", compress_type=zipfile.ZIP_LZMA)
    assert "method 14" in verify(lzma, key)[1][0]


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_pack(data: bytes, tmp_path: Path, key: Path) -> None:
    """Is said, with exit status 2."""
    (tmp_path / "no.zip").write_bytes(data)
    status, lines = verify(tmp_path / "no.zip", key)
    assert status == 2, lines
    assert len(lines) == 1


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"kind": 1}', "[" * 100_000, '{"kind":"evidence pack","format":9}']
)
def test_a_manifest_that_is_none(text: str, tmp_path: Path, key: Path) -> None:
    """Is refused, whatever it is."""
    with zipfile.ZipFile(tmp_path / "no.zip", "w") as opened:
        opened.writestr("manifest.json", text)
    assert verify(tmp_path / "no.zip", key)[0] == 2


@given(
    odd=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=6,
    ),
    where=st.sampled_from(
        ["kind", "format", "log", "files", "sheets", "previous", "asked", "size"]
    ),
    name=st.sampled_from(
        ["manifest.json", "manifest.sig", "seal/keys.json", "seal/checkpoint.txt"]
    ),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_in_a_pack_breaks_the_verifier(
    odd: object, where: str, name: str, pack: Path, key: Path, tmp_path: Path
) -> None:
    """Whatever stands in its place: a check that does not hold, or a refusal, and no crash."""
    folder = tmp_path / "odd"
    if not folder.exists():
        zipfile.ZipFile(pack).extractall(folder)
    before = (folder / name).read_bytes()
    try:
        told = json.loads(before)
        told[where] = odd
    except ValueError:
        told = odd
    (folder / name).write_text(json.dumps(told))
    status, lines = verify(folder, key)
    (folder / name).write_bytes(before)
    assert status in (1, 2)
    assert wrong(lines)


def test_a_pack_that_is_long(tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the numbers in the zip have twice the room: it is verified like all others."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 700)
    path = made.pack(tmp_path / "long")
    status, lines = verify(path, key)
    assert status == 0, lines


def test_the_key_may_lie_in_the_folder(pack: Path, tmp_path: Path) -> None:
    """Where it is no file of the pack."""
    zipfile.ZipFile(pack).extractall(tmp_path / "pack")
    assert verify(tmp_path / "pack", made.key(tmp_path / "pack"))[0] == 0


# Samples.

ROWS = [
    ("1", "employee", "finance", "no", "no", None),
    ("1", "employee", "sales", "yes", "no", None),
    ("2", "contractor", None, "no", "no", None),
    ("3", "employee", "sales", "no", "yes", "HQ"),
    ("4/ä", "employee", "sales", "yes", "no", "HQ"),
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A pack with a population, and a sample drawn from it."""
    folder = tmp_path_factory.mktemp("drawn")
    pack = made.pack(folder / "pack", more=[made.population(ROWS)])
    rows = [dict(zip(made.PEOPLE, row, strict=True)) for row in ROWS]
    people, strata = draw(rows, "7", 3, ["kind", "joiner"])
    choice = {
        "ids": False,
        "seed": "7",
        "size": 3,
        "by": ["kind", "joiner"],
        "strata": [{"stratum": s.name, "people": s.people, "drawn": s.drawn} for s in strata],
        "people": [{"person": each} for each in people],
    }
    data = (folder / "pack" / MANIFEST).read_bytes()
    return pack, made.sample(folder / "sample", choice, sha256(data).hexdigest())


def test_a_sample_is_drawn_again(drawn: tuple[Path, Path], key: Path) -> None:
    """From the pack, if it is given; and each record is in the log."""
    pack, sample = drawn
    status, lines = verify(sample, key, pack=pack)
    assert status == 0, lines
    assert "ok     records: all 3 are in the sealed log, each by its proof" in lines
    assert "note   records: 1 are here by their hash alone, without their text" in lines
    again = "ok     choice: drawn again from the pack with seed 7: the same 3 people"
    assert again in lines
    assert "note   choice: not drawn again; give the pack with --pack" in verify(sample, key)[1]


def test_a_sample_of_another_pack(drawn: tuple[Path, Path], key: Path, tmp_path: Path) -> None:
    """Is told, and so is a choice that the seed doesn't make."""
    other = made.pack(tmp_path / "other", more=[made.population(ROWS[:3])])
    status, lines = verify(drawn[1], key, pack=other)
    assert (status, wrong(lines)) == (
        1,
        ["choice: other.zip is not the pack from which this was drawn"],
    )


@pytest.mark.parametrize("what", ["people", "strata", "body", "proof", "trace"])
def test_a_sample_that_was_made_up(
    what: str, drawn: tuple[Path, Path], key: Path, tmp_path: Path
) -> None:
    """Even by the owner of the key: other people, other strata, a record that is not in the log."""
    folder = tmp_path / "sample"
    shutil.copytree(drawn[1].with_suffix(""), folder)
    of = made.manifest_of(folder)
    choice = json.loads((folder / SAMPLE).read_bytes())
    proofs = json.loads((folder / PROOFS).read_bytes())
    if what == "people":
        choice["people"].reverse()
    elif what == "strata":
        choice["strata"][0]["people"] += 1
    elif what == "body":
        (folder / "records" / "1.body").write_bytes(b"another")
    elif what == "proof":
        proofs["records"][1]["record"] = 8
    else:
        next((folder / "traces").iterdir()).unlink()
    (folder / SAMPLE).write_text(json.dumps(choice))
    (folder / PROOFS).write_text(json.dumps(proofs))
    for gone in (MANIFEST, SIGNATURE):
        (folder / gone).unlink()
    path = made.bound(folder, Log(), 20, {"kind": of["kind"], "of": of["of"]})
    status, lines = verify(path, key, pack=drawn[0])
    assert (status, len(wrong(lines))) == (1, 1), lines
    says = {
        "people": "the seed draws other people",
        "strata": "the strata are others",
        "body": "record 1: its kind, head and body do not make its leaf",
        "proof": "record 8: its proof does not lead to the head of the log",
        "trace": "it is not there",
    }
    assert says[what] in wrong(lines)[0]


# The program itself.


def test_its_command(pack: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0 or 1 by what it found, 2 for a wrong use."""
    assert command.main([str(pack), "--key", str(key)]) == 0
    assert "pack.zip: every check held." in capsys.readouterr().out
    assert command.main([str(pack)]) == 1
    with pytest.raises(SystemExit, match="2"):
        command.main(["no-such-pack.zip"])


def test_a_pack_of_many_sheets_is_compared_whole(tmp_path: Path, key: Path) -> None:
    """Also where a page has no room for the rows, and says so."""
    some = [sheet(f"sheet-{n}") for n in range(5)]
    status, lines = verify(made.pack(tmp_path / "many", more=some), key)
    assert status == 0, lines
    assert any("7 sheets with 24 rows" in line for line in lines)

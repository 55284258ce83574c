"""Packs and samples made by hand, sealed and signed like real ones, without a store."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sheets_made import sheet, written

from lrs.evidence import manifest
from lrs.evidence.sheet import Sheet
from lrs.evidence.verifying.files import Files
from lrs.evidence.verifying.log import leaf_hash
from lrs.evidence.verifying.names import (
    CHECKPOINT,
    CONSISTENCY,
    FORMAT,
    KEYS,
    MANIFEST,
    PACK_KIND,
    PROOFS,
    SAMPLE,
    SAMPLE_KIND,
    SIGNATURE,
    slug,
)
from lrs.evidence.verifying.signed import head_of, note_of
from lrs.evidence.writing import zipped
from lrs.received import merkle, notes
from lrs.received.notes import Checkpoint, Signer
from lrs.register.columns import Column

ORIGIN = "lrs.brightwater.example"
AT = 1_775_000_000_000_000
RECORDS = [(f"kind-{n % 3}", f'{{"at":"2026-03-{n + 1:02}"}}', b"body %d" % n) for n in range(23)]
PEOPLE = ("person", "kind", "roles", "joined", "left", "unit")


def signer(seed: int) -> Signer:
    """A key that is the same each time."""
    return Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


@dataclass
class Log:
    """A log of the records above, and the keys that signed for it: each with the record that put it
    into use, whether it took the place of a lost one."""

    keys: Sequence[tuple[int, Signer, bool]] = field(
        default_factory=lambda: [(1, signer(1), False)]
    )

    @property
    def leaves(self) -> list[bytes]:
        """The hashes of the records."""
        return [leaf_hash(f"{k}\n{h}\n".encode() + b) for k, h, b in RECORDS]

    @property
    def now(self) -> Signer:
        """Whose turn it is."""
        return self.keys[-1][1]

    def note(self, size: int, by: Signer | None = None) -> str:
        """The signed head of the first so many records."""
        head = Checkpoint(ORIGIN, size, merkle.root(self.leaves[:size]), AT + size)
        return notes.sign(head.text(), [by or self.now])

    def proof(self, spans: Sequence[merkle.Span]) -> list[bytes]:
        """The hashes over these leaves."""
        return [merkle.root(self.leaves[first:end]) for first, end in spans]

    def told(self) -> bytes:
        """seal/keys.json."""
        found, before = [], None
        for record, own, lost in self.keys:
            last = ""
            if before:
                last = f"{'lost' if lost else 'replaces'} {before.key.written()}\n"
            by = [own] if lost or not before else [before, own]
            note = notes.sign(f"{ORIGIN}\nkey {own.key.written()}\n{last}", by)
            found.append({"record": record, "note": note})
            before = own
        return manifest.written({"keys": found})


def population(rows: Sequence[Sequence[str | None]]) -> Sheet:
    """The list that samples are drawn from."""
    columns = tuple(Column(name, name.capitalize(), "text", 10, name) for name in PEOPLE)
    return Sheet("population", "Population", columns, rows, "All.", "By hand.")


def pack(
    folder: Path,
    log: Log | None = None,
    size: int = 20,
    before: int | None = None,
    change: Mapping[str, Any] | None = None,
    more: Sequence[Sheet] = (),
) -> Path:
    """A pack as a zip beside its folder: two sheets, of which one is empty, and those beside."""
    own = log or Log()
    folder.mkdir()
    sheets = written(folder, sheet("some"), sheet("none", ()), *more)
    (folder / "README.txt").write_text("Read me.\n")
    told: dict[str, Any] = {
        "kind": PACK_KIND,
        "sheets": manifest.sheets(sheets.values()),
        "previous": None,
    }
    (folder / "seal").mkdir()
    if before:
        head = head_of(note_of(own.note(before)).text)
        proof = own.proof(merkle.consistency(before, size))
        said = {"checkpoint": own.note(before), "proof": [each.hex() for each in proof]}
        (folder / CONSISTENCY).write_bytes(manifest.written(said))
        told["previous"] = {"manifest": "0" * 64, "size": before, "root": head.root.hex()}
    return bound(folder, own, size, {**told, **(change or {})})


def sample(folder: Path, choice: Mapping[str, Any], of: str, size: int = 20) -> Path:
    """A sample with three records."""
    log = Log()
    (folder / "records").mkdir(parents=True)
    (folder / "traces").mkdir()
    (folder / "seal").mkdir()
    listed = []
    for number in (1, 7, 20):
        kind, head, body = RECORDS[number - 1]
        name = f"records/{number}.body" if number != 7 else None
        if name:
            (folder / name).write_bytes(body)
        proof = [each.hex() for each in log.proof(merkle.inclusion(number - 1, size))]
        leaf = log.leaves[number - 1].hex()
        told = {"record": number, "kind": kind, "head": head, "body": name}
        listed.append({**told, "leaf": leaf, "proof": proof})
    (folder / PROOFS).write_bytes(manifest.written({"records": listed}))
    (folder / SAMPLE).write_bytes(manifest.written(dict(choice)))
    for each in choice["people"]:
        (folder / "traces" / f"{slug(each['person'])}.json").write_text("{}")
    return bound(folder, log, size, {"kind": SAMPLE_KIND, "of": {"manifest": of}})


def bound(folder: Path, log: Log, size: int, told: Mapping[str, Any]) -> Path:
    """The folder signed and zipped."""
    head = head_of(note_of(log.note(size)).text)
    (folder / CHECKPOINT).write_text(log.note(size), newline="\n")
    (folder / KEYS).write_bytes(log.told())
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    said = {
        "format": FORMAT,
        "log": {"origin": ORIGIN, "size": size, "root": head.root.hex()},
        "files": [*manifest.files(folder, names)],
        **told,
    }
    data = manifest.written(said)
    (folder / MANIFEST).write_bytes(data)
    signed = log.now.private.sign(data)
    (folder / SIGNATURE).write_bytes(manifest.signature(log.now.key.id, signed))
    out = folder.with_suffix(".zip")
    with out.open("wb") as file:
        zipped.write(file, folder, [*names, MANIFEST, SIGNATURE])
    return out


def key(folder: Path, own: Signer | None = None, pem: bool = False) -> Path:
    """The public key in a file."""
    path = folder / "key.pub"
    public = (own or signer(1)).key
    path.write_text(public.pem() if pem else public.written())
    return path


def signature(signed: bytes) -> str:
    """As manifest.sig has it."""
    return b64encode(signed).decode()


def manifest_of(path: Path) -> dict[str, Any]:
    """What a pack's manifest says."""
    with Files(path) as files:
        told: dict[str, Any] = json.loads(files.read(MANIFEST))
        return told

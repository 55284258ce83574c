"""A folder bound into one file: the log's head and keys, the manifest, its signature, the zip."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lrs import timestamps
from lrs.errors import BadRequest, Conflict
from lrs.evidence import manifest, one_file
from lrs.evidence.verifying.files import Files
from lrs.evidence.verifying.log import consistent
from lrs.evidence.verifying.names import CHECKPOINT, CONSISTENCY, FORMAT, KEYS, MANIFEST, SIGNATURE
from lrs.evidence.verifying.report import Refused
from lrs.evidence.verifying.signed import chain_of, head_of, note_of
from lrs.evidence.writing import zipped
from lrs.received import seal
from lrs.received.seal import Head
from lrs.register.writing.files import whole
from lrs.xapi.store import Store

README, VERIFY = "README.txt", "verify.py"
_FIRST = (README, "evidence.pdf", "sample.pdf", "workbook.xlsx")  # what one opens first

Tell = Callable[[str], None]
Data = dict[str, Any]


class Bound(NamedTuple):
    """A file that was written: which key signed it, its SHA-256, its bytes."""

    path: Path
    key: str
    sha256: str
    size: int


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """A place beside a file for what goes into it, on the same disk; it is gone afterwards."""
    with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        yield Path(folder)


def log_of(connection: Connection, folder: Path, head: Head) -> Data:
    """Put the seal's head and keys into a folder; what the manifest says of the log."""
    note = head_of(note_of(head.note).text)
    (folder / "seal").mkdir()
    (folder / CHECKPOINT).write_text(head.note, "utf-8", newline="\n")
    keys = [
        {
            "record": each.seq,
            "since": timestamps.written(each.at),
            "key": each.key.written(),
            "pem": each.key.pem(),
            "replaces": each.replaces,
            "lost": each.lost,
            "note": each.note,
        }
        for each in seal.public_keys(connection)
    ]
    (folder / KEYS).write_bytes(manifest.written({"keys": keys}))
    return {
        "origin": note.origin,
        "size": head.size,
        "root": head.root.hex(),
        "sealed": note.time,
        "key": head.key,
    }


def before(connection: Connection, folder: Path, head: Head, previous: Path | None) -> Data | None:
    """The proof that the log goes on from that of an earlier pack. Raises Conflict where it
    doesn't, and BadRequest for what is no pack."""
    if previous is None:
        return None
    try:
        with Files(previous) as files:
            checkpoint = files.read(CHECKPOINT).decode()
            digest = hashlib.sha256(files.read(MANIFEST)).hexdigest()
        note = note_of(checkpoint)
        old = head_of(note.text)
    except (Refused, ValueError) as error:
        raise BadRequest(f"{previous} can't be used as the previous pack: {error}") from error
    chain_of_keys = chain_of(json.loads((folder / KEYS).read_bytes()))
    key = chain_of_keys.at(old.size)
    origin = head_of(note_of(head.note).text).origin
    if key is None or old.origin != origin or not note.signed_by(key):
        raise Conflict(
            f"{previous} is of another log: its head of {old.origin} was not signed by a key of "
            "this one. Give the pack that was written from this store, or none"
        )
    proof = seal.consistency(connection, old.size, head.size) if old.size <= head.size else []
    if not consistent(old.size, head.size, old.root, head.root, proof):
        raise Conflict(
            f"the log does not go on from that of {previous}: its {old.size:,} records are not the "
            f"first of the {head.size:,} that are here, so records were changed or removed since. "
            "lrs seal verify looks through the log; do not hand out a pack before it is explained"
        )
    told = {"checkpoint": checkpoint, "proof": [each.hex() for each in proof]}
    (folder / CONSISTENCY).write_bytes(manifest.written(told))
    return {"manifest": digest, "size": old.size, "root": old.root.hex(), "sealed": old.time}


def bind(store: Store, out: Path, folder: Path, told: Mapping[str, Any], tell: Tell) -> Bound:
    """List and sign what is in a folder, and make it a zip, whole or not at all. `told` is what the
    manifest says beside the files."""
    tell("signing")
    (folder / VERIFY).write_text(one_file.verify_py(), "utf-8", newline="\n")
    names = _names(folder)
    listed = [*manifest.files(folder, names)]
    data = manifest.written({"format": FORMAT, **told, "files": listed})
    key, signed = seal.sign(store, data)
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_bytes(manifest.signature(key, signed))
    tell("packing")
    with whole(out) as file:
        zipped.write(file, folder, [*names, MANIFEST, SIGNATURE])
    with out.open("rb") as packed:
        return Bound(out, key, hashlib.file_digest(packed, "sha256").hexdigest(), packed.tell())


def _names(folder: Path) -> list[str]:
    there = [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]
    first = [name for name in _FIRST if name in there]
    return [*first, *sorted(set(there) - set(first))]

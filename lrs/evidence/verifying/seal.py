"""The seal: the log's signed head, and whether it goes on from that of the pack before."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lrs.evidence.verifying.files import ODD, Files
from lrs.evidence.verifying.log import consistent
from lrs.evidence.verifying.names import CHECKPOINT, CONSISTENCY, KEYS, MANIFEST, Json
from lrs.evidence.verifying.report import Refused, Report
from lrs.evidence.verifying.signed import Chain, Head, chain_of, head_of, note_of


def sealed_head(files: Files, manifest: Json, chain: Chain | None, report: Report) -> Head | None:
    """The signed head of the log."""
    try:
        note = note_of(files.read(CHECKPOINT).decode())
        head = head_of(note.text)
    except (Refused, ValueError) as error:
        report.bad(f"seal: {CHECKPOINT} can't be read: {error}")
        return None
    key = chain.at(head.size) if chain else None
    if key is None or not note.signed_by(key):
        report.bad(f"seal: the head in {CHECKPOINT} is not signed by the key of its time")
        return None
    log = manifest["log"]
    if (head.size, head.root.hex(), head.origin) != (log["size"], log["root"], log["origin"]):
        report.bad(f"seal: the head in {CHECKPOINT} is not the one that the manifest names")
        return None
    report.good(
        f"seal: the log {head.origin} of {head.size:,} records, sealed {head.time}, "
        f"signed with key {key.id}"
    )
    return head


def log_goes_on(
    files: Files, manifest: Json, new: Head, previous: Path | None, report: Report
) -> None:
    """Whether the log goes on from that of the pack before."""
    told = manifest.get("previous")
    if told is None:
        report.note("previous pack: none is named, so nothing is said of an earlier log")
        if previous is not None:
            report.bad(f"previous pack: {previous} was given, and this one names none")
        return
    try:
        proof = files.json(CONSISTENCY)
        note = note_of(proof["checkpoint"])
        head = head_of(note.text)
        hashes = [bytes.fromhex(each) for each in proof["proof"]]
        key = chain_of(files.json(KEYS)).at(head.size)
    except (Refused, *ODD) as error:
        report.bad(f"previous pack: {CONSISTENCY} can't be read: {error}")
        return
    if key is None or not note.signed_by(key):
        report.bad("previous pack: its head is not signed by the key of its time")
    elif (head.size, head.root.hex(), head.origin) != (told["size"], told["root"], new.origin):
        report.bad("previous pack: its head is not the one that the manifest names")
    elif not consistent(head.size, new.size, head.root, new.root, hashes):
        report.bad(f"previous pack: its log of {head.size:,} records is not the beginning of this")
    else:
        report.good(f"previous pack: this log begins with all {head.size:,} records of that one")
    if previous is not None:
        with Files(previous) as before:
            same = hashlib.sha256(before.read(MANIFEST)).hexdigest() == told["manifest"]
        if same:
            report.good(f"previous pack: {previous.name} is the one that is named")
        else:
            report.bad(f"previous pack: {previous.name} is not the one that is named")

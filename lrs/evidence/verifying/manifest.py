"""The manifest: who signed it, and whether the files are those that it names."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator

from lrs.evidence.verifying.files import BROKEN, ODD, Files
from lrs.evidence.verifying.names import (
    FORMAT,
    KEYS,
    MANIFEST,
    PACK_KIND,
    SAMPLE_KIND,
    SIGNATURE,
    Json,
)
from lrs.evidence.verifying.report import Refused, Report
from lrs.evidence.verifying.signed import Chain, Key, chain_of


def manifest_of(data: bytes) -> Json:
    """The manifest, if it is one that this can verify. Raises Refused."""
    try:
        found = json.loads(data)
        kind, version = found["kind"], found["format"]
        log, listed = found["log"], found["files"]
        well = isinstance(log["size"], int) and all(
            isinstance(each["name"], str) and isinstance(each["bytes"], int) for each in listed
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(f"{MANIFEST} is no manifest of a pack ({error!r})") from None
    if kind not in (PACK_KIND, SAMPLE_KIND) or version != FORMAT or not well:
        raise Refused(f"{MANIFEST} is of a kind ({kind}, format {version}) that this can't verify")
    return dict(found)


def signer_of(
    files: Files, data: bytes, given: Key | None, report: Report
) -> tuple[Chain | None, Key | None]:
    """The manifest's signature, and whose it is."""
    try:
        chain = chain_of(files.json(KEYS))
        told = files.json(SIGNATURE)
        id, signed = told["key"], base64.b64decode(told["signature"], validate=True)
        canonical = {"algorithm": "Ed25519", "key": id, "signature": told["signature"]}
        if files.read(SIGNATURE) != (json.dumps(canonical, indent=1) + "\n").encode():
            raise ValueError(f"{SIGNATURE} is not written as a signature is")
    except (Refused, *ODD) as error:
        report.bad(f"signature: the keys or the signature can't be read: {error}")
        return None, None
    signer = next((key for _, key in chain.keys if key.id == id), None)
    if signer is None or not signer.made(signed, data):
        report.bad(f"signature: {MANIFEST} is not what key {id} signed, or {SIGNATURE} was changed")
        return chain, None
    report.good(f"signature: {MANIFEST} is what key {id} signed")
    if given is None:
        report.bad(
            "key: without --key nothing tells whose key that is; ask the organisation for it"
        )
    elif signer.raw == given.raw:
        report.good(f"key: {id} is the key given")
    elif signer in chain.trusted(given):
        report.good(f"key: {id} and the key given are of one chain, each change signed by both")
    elif any(key.raw == given.raw for _, key in chain.keys):
        report.bad(
            f"key: {id} took the place of the key given after that was lost, so nothing proves it; "
            "ask the organisation for the new key"
        )
    else:
        report.bad(f"key: it was signed with {id}, which is not the key given")
    return chain, signer


def changed(files: Files, manifest: Json) -> Iterator[str]:
    """What is missing, extra or changed."""
    told = {each["name"]: each for each in manifest["files"]}
    for name in sorted(set(files.sizes) - set(told) - {MANIFEST, SIGNATURE}):
        yield f"{ascii(name)[1:-1]}: it is there and not in the manifest"
    for name, each in told.items():
        if name not in files.sizes:
            yield f"{name}: it is in the manifest and not there"
        elif files.sizes[name] != each["bytes"]:
            yield f"{name}: it was changed: {files.sizes[name]:,} bytes and not {each['bytes']:,}"
        else:
            try:
                same = _digest(files, name) == each["sha256"]
            except BROKEN as error:
                yield f"{name}: it was changed, and can't be read any more: {error}"
            else:
                if not same:
                    yield f"{name}: it was changed: its SHA-256 is not that of the manifest"


def _digest(files: Files, name: str) -> str:
    found = hashlib.sha256()
    for some in files.pieces(name):
        found.update(some)
    return found.hexdigest()

"""What a pack and a sample have alike: the zip, the signature, the files, the seal."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from lrs.evidence.verifying.files import Files
from lrs.evidence.verifying.manifest import changed, manifest_of, signer_of
from lrs.evidence.verifying.names import MANIFEST, Json
from lrs.evidence.verifying.report import Report
from lrs.evidence.verifying.seal import sealed_head
from lrs.evidence.verifying.signed import Head, Key
from lrs.evidence.verifying.zips import wrapping


class Found(NamedTuple):
    """What is known of a pack once its signature and its files hold."""

    manifest: Json
    digest: str  # of the manifest
    head: Head
    intact: bool


def outside(files: Files, given: Key | None, report: Report) -> Found | None:
    """The zip, the manifest with its signature, the files that it names, the seal."""
    data = files.read(MANIFEST)
    manifest = manifest_of(data)
    if files.zip is not None:
        size = files.path.stat().st_size
        report.all_of(
            wrapping(files.zip, size), f"zip: {len(files.sizes):,} files and nothing besides"
        )
    chain, signer = signer_of(files, data, given, report)
    intact = report.all_of(
        changed(files, manifest), f"files: all {len(manifest['files']):,} are those of the manifest"
    )
    head = sealed_head(files, manifest, chain, report)
    if head is None or signer is None:
        return None
    return Found(manifest, hashlib.sha256(data).hexdigest(), head, intact)

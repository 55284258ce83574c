"""What the files of a pack and of a sample are called, and what both call themselves."""

from __future__ import annotations

import hashlib
import re
from typing import Any

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CHECKPOINT, KEYS, CONSISTENCY = "seal/checkpoint.txt", "seal/keys.json", "seal/consistency.json"
SAMPLE, PROOFS, WORKBOOK = "sample.json", "proofs.json", "workbook.xlsx"
PACK_KIND, SAMPLE_KIND = "evidence pack", "sample of an evidence pack"

Json = dict[str, Any]


def slug(person: str) -> str:
    """What the files of a person are called: by their id where that is a name for a file."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", person):
        return person
    return "id-" + hashlib.sha256(person.encode()).hexdigest()[:16]

"""The manifest: every file of a pack with its digest, what was asked, and the log's head."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from lrs.evidence.writing.sheet_files import Written

Data = dict[str, Any]
_AT_ONCE = 1 << 20


def files(folder: Path, names: Iterable[str]) -> Iterator[Data]:
    """Each file with its length and its SHA-256."""
    for name in names:
        found, size = sha256(), 0
        with (folder / name).open("rb") as file:
            while some := file.read(_AT_ONCE):
                found.update(some)
                size += len(some)
        yield {"name": name, "bytes": size, "sha256": found.hexdigest()}


def sheets(written: Iterable[Written]) -> list[Data]:
    """Each sheet with its rows, their digest, and where they stand."""
    return [
        {
            "name": each.sheet.name,
            "title": each.sheet.title,
            "rows": each.rows,
            "digest": each.digest,
            "csv": each.files[0],
            "json": each.files[1],
            "in_workbook": each.shown,
            "workbook_columns": list(each.columns),
            "criteria": list(each.sheet.criteria),
        }
        for each in written
    ]


def written(told: Any) -> bytes:
    """JSON as the pack has it."""
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def signature(key: str, signed: bytes) -> bytes:
    """The file beside the manifest."""
    told = {"algorithm": "Ed25519", "key": key, "signature": b64encode(signed).decode()}
    return written(told)

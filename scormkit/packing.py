"""One scenario's packages, made in a staging folder; it runs in a process of its own."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scormkit import archive, catalogue
from scormkit.build_state import Inputs, Record, relative
from scormkit.problems import Problem, has_errors
from scormkit.store import NOTHING, Given, chosen


@dataclass(frozen=True)
class Job:
    """What to build, and where to put it until everything is known to be good."""

    source: Path
    staging: Path
    editions: tuple[str, ...]
    tools: str  # the digest of the code that builds, and of what the command was told
    given: Given = NOTHING


@dataclass(frozen=True)
class Made:
    """What became of a job: its problems, and a record unless one of them is an error."""

    slug: str
    problems: tuple[Problem, ...]
    record: Record | None = None

    @property
    def files(self) -> list[str]:
        """What now lies in the staging folder, by its path there."""
        return [] if self.record is None else [*self.record.packages(), self.record.entry["bundle"]]


def make(job: Job) -> Made:
    """Compile the scenario, and write its zips and its bundle to the staging folder."""
    from scormkit.compiler import compile_file  # late: a build with nothing to do needs none
    from scormkit.editions import EDITIONS
    from scormkit.organisation import FILE

    began = time.time()
    compiled = compile_file(job.source)
    store, found = chosen(job.given, compiled.store, str(job.source.parent / FILE))
    problems = tuple(sorted([*compiled.problems, *found]))
    if compiled.bundle is None or has_errors(problems):
        return Made(job.source.stem, problems)
    packages = []
    for name in job.editions:
        file = f"{job.source.stem}-{name}.zip"
        written = archive.write_zip(
            job.staging / file, EDITIONS[name].files(compiled.bundle, compiled.media, store)
        )
        packages.append(
            {
                "edition": name,
                "file": file,
                "bytes": len(written),
                "sha256": hashlib.sha256(written).hexdigest(),
            }
        )
    bundle = json.dumps(compiled.bundle, ensure_ascii=False, separators=(",", ":")).encode()
    archive.write_file(job.staging / catalogue.bundle_file(compiled.bundle), bundle)
    inputs = Inputs()
    files = inputs.files(job.source, compiled.inputs)
    out = job.staging.parent
    record = Record(
        source=relative(job.source, out),
        inputs=tuple(relative(path, out) for path in files),
        tools="" if _touched(files, began) else job.tools,
        warnings=problems,
        bundle_sha256=hashlib.sha256(bundle).hexdigest(),
        entry=catalogue.entry(
            compiled.bundle,
            job.source,
            inputs.digest(job.source, files),
            packages,
            store.url if store else "",
        ),
    )
    return Made(job.source.stem, problems, record)


def _touched(files: Iterable[Path], began: float) -> bool:
    """Whether a file was saved while we read it: then nobody knows which text was built."""
    return any(path.stat().st_mtime > began for path in files if path.exists())

"""Scenarios to packages: only what changed, and nothing at all if anything is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scormkit import archive, catalogue
from scormkit.build_state import Inputs, Record, State, read_state, tools_digest, write_state
from scormkit.packing import Job, Made, make
from scormkit.problems import Mark, Problem, has_errors
from scormkit.store import NOTHING, Given, digest

Progress = Callable[[int, int, str], None]  # how many are done, of how many, which one came last

_STAGING = ".staging"
_LOCK = ".lock"
_FEW = 6  # up to here a second process takes longer to start than to help


@dataclass(frozen=True)
class Report:
    """What a build came to; the slugs of what was made, what was still good, what went away."""

    problems: tuple[Problem, ...]
    built: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    packages: int = 0
    refused: bool = False  # something was wrong, and nothing was replaced


def build(
    sources: Sequence[Path],
    out: Path,
    editions: Sequence[str],
    jobs: int | None = None,
    progress: Progress | None = None,
    strict: bool = False,
    given: Given = NOTHING,
) -> Report:
    """Bring the packages in `out` up to date with the sources; `given` is what was said of the
    store that they send statements to.

    With any error, or with any warning when `strict`, everything in `out` stays as it was.
    """
    out.mkdir(parents=True, exist_ok=True)
    with _locked(out / _LOCK):
        return _build(sorted(sources), out, tuple(editions), jobs, progress, strict, given)


def _build(
    sources: Sequence[Path],
    out: Path,
    editions: tuple[str, ...],
    jobs: int | None,
    progress: Progress | None,
    strict: bool,
    given: Given,
) -> Report:
    twins = tuple(_twins(sources))
    if twins:
        return Report(twins, refused=True)
    state = read_state(out)
    inputs = Inputs()
    tools = f"{tools_digest()}{digest(given)}"
    good: list[Path] = []
    stale: list[Path] = []
    for source in sources:
        record = state.records.get(source.stem)
        fresh = record is not None and record.is_fresh(source, out, editions, tools, inputs)
        (good if fresh else stale).append(source)
    staging = out / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    try:
        work = [Job(source, staging, editions, tools, given) for source in stale]
        made = list(_made(work, jobs, progress))
        kept = {source.stem: state.records[source.stem] for source in good}
        found = [problem for result in made for problem in result.problems]
        found += [problem for record in kept.values() for problem in record.warnings]
        problems = tuple(sorted(found))
        if has_errors(problems) or (strict and problems):
            return Report(problems, unchanged=tuple(sorted(kept)), refused=True)
        return _replace(out, state, made, kept, problems)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _made(jobs: list[Job], processes: int | None, progress: Progress | None) -> Iterator[Made]:
    """The results in the order of the jobs, from several processes where that is worth it."""
    workers = min(processes or os.cpu_count() or 1, len(jobs))
    if workers < 2 or len(jobs) <= _FEW:
        results: Iterator[Made] = map(make, jobs)
        yield from _counted(results, jobs, progress)
        return
    from concurrent.futures import ProcessPoolExecutor

    chunk = max(1, min(8, len(jobs) // (workers * 4)))
    with ProcessPoolExecutor(workers) as pool:
        yield from _counted(pool.map(make, jobs, chunksize=chunk), jobs, progress)


def _counted(results: Iterator[Made], jobs: list[Job], progress: Progress | None) -> Iterator[Made]:
    for done, result in enumerate(results, start=1):
        if progress is not None:
            progress(done, len(jobs), result.slug)
        yield result


def _replace(
    out: Path,
    state: State,
    made: list[Made],
    kept: dict[str, Record],
    problems: tuple[Problem, ...],
) -> Report:
    """Move what was made into place, drop what is gone, and say so in catalogue and state.

    The state comes last: a build that is cut short is noticed, and mended, by the next one.
    """
    records = {slug: record for slug, record in state.records.items() if record.source_exists(out)}
    records |= kept
    for result in made:
        for name in result.files:
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (out / _STAGING / name).replace(target)
        if result.record is not None:
            records[result.slug] = result.record
    removed = sorted(state.records.keys() - records.keys())
    wanted = {name for record in records.values() for name in record.packages()}
    for name in sorted(state.packages() - wanted):
        (out / name).unlink(missing_ok=True)
    entries = [record.entry for record in records.values()]
    if made or removed or not state.pages_stand(out):
        pages = {catalogue.DATA: catalogue.data(entries), catalogue.PAGE: catalogue.page(entries)}
        for name, content in pages.items():
            archive.write_file(out / name, content, lasting=False)  # the next build mends it
        write_state(out, records, pages)
    return Report(
        problems,
        built=tuple(sorted(result.slug for result in made)),
        unchanged=tuple(sorted(kept)),
        removed=tuple(removed),
        packages=sum(len(result.record.packages()) for result in made if result.record),
    )


def _twins(sources: Sequence[Path]) -> Iterator[Problem]:
    """Two sources of one name would write the same packages."""
    first: dict[str, Path] = {}
    for source in sources:
        other = first.setdefault(source.stem, source)
        if other is not source:
            yield Problem(
                Mark(str(source)),
                f'scenario "{source.stem}" is also {other}; a name can be used once',
                "duplicate-scenario",
            )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One build at a time in one folder; the lock goes with the process, however it ends."""
    with path.open("w") as handle:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield

"""A sample: its records, each with its proof, and whether the same people are drawn again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lrs.evidence.verifying.files import BROKEN, ODD, Files
from lrs.evidence.verifying.log import included, leaf_hash
from lrs.evidence.verifying.lots import draw, population
from lrs.evidence.verifying.names import PROOFS, SAMPLE, Json, slug
from lrs.evidence.verifying.outside import Found, outside
from lrs.evidence.verifying.report import Refused, Report
from lrs.evidence.verifying.signed import Head, Key


def sample_holds(
    files: Files, found: Found, given: Key | None, pack: Path | None, report: Report
) -> None:
    """The choice, and each record with its proof."""
    if not found.intact:
        report.note("sample: nothing more was looked at, because files were changed")
        return
    try:
        choice = files.json(SAMPLE)
        proofs = files.json(PROOFS)
        problems = list(_records(files, proofs, found.head))
        listed = {each["person"] for each in choice["people"]}
        missing = [p for p in sorted(listed) if f"traces/{slug(p)}.json" not in files.sizes]
    except (Refused, *BROKEN, *ODD) as error:
        report.bad(f"sample: it can't be read: {error}")
        return
    count = len(proofs["records"])
    report.all_of(problems, f"records: all {count:,} are in the sealed log, each by its proof")
    whole = sum(each["body"] is not None for each in proofs["records"])
    if whole != count:
        report.note(f"records: {count - whole:,} are here by their hash alone, without their text")
    report.all_of(
        (f"traces/{slug(each)}.json: it is not there" for each in missing),
        f"traces: of all {len(listed)} people",
    )
    if pack is None:
        report.note("choice: not drawn again; give the pack with --pack")
        return
    with Files(pack) as whole_pack:
        from_pack = outside(whole_pack, given, report)
        if from_pack is None or not from_pack.intact:
            report.bad(f"choice: {pack.name} is not as it was written, so nothing can be drawn")
        elif from_pack.digest != found.manifest["of"]["manifest"]:
            report.bad(f"choice: {pack.name} is not the pack from which this was drawn")
        else:
            report.all_of(_drawn(whole_pack, choice), _choice_words(choice))


def _records(files: Files, proofs: Json, head: Head) -> Iterator[str]:
    """Whatever record is not in the log as it is here."""
    for each in proofs["records"]:
        number, leaf = each["record"], bytes.fromhex(each["leaf"])
        if each["body"] is not None:
            told = f"{each['kind']}\n{each['head']}\n".encode()
            if leaf_hash(told + files.read(each["body"])) != leaf:
                yield f"record {number}: its kind, head and body do not make its leaf"
                continue
        proof = [bytes.fromhex(hashed) for hashed in each["proof"]]
        if not included(leaf, number - 1, head.size, proof, head.root):
            yield f"record {number}: its proof does not lead to the head of the log"


def _choice_words(choice: Json) -> str:
    people = len(choice["people"])
    if choice["ids"]:
        return f"choice: the {people} people that were asked for, all of the population"
    return f"choice: drawn again from the pack with seed {choice['seed']}: the same {people} people"


def _drawn(pack: Files, choice: Json) -> Iterator[str]:
    """Whether the choice is what its seed draws from the pack."""
    told = [each["person"] for each in choice["people"]]
    rows = list(population(pack))
    if choice["ids"]:
        there = {row["person"] for row in rows}
        yield from (
            f"choice: {each} is not in the population" for each in told if each not in there
        )
        return
    drawn, strata = draw(rows, str(choice["seed"]), choice["size"], choice["by"])
    if drawn != told:
        yield "choice: the seed draws other people from the pack"
    listed = [{"stratum": s.name, "people": s.people, "drawn": s.drawn} for s in strata]
    if listed != choice["strata"]:
        yield "choice: the strata are others than those of the pack"

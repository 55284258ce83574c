"""How the people of a sample are drawn from the population."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lrs.evidence.verifying.files import Files
from lrs.evidence.verifying.names import Json
from lrs.evidence.verifying.sheet_file import SheetFile

ALGORITHM = """\
1. The list is the sheet "population" of the pack. A person is its column "person"; of a person
   with several rows the last one counts, but joined and left are "yes" if they are on any row.
2. People who have the same in the columns asked for are a stratum. It is called by them:
   "role=finance, kind=employee, joiner=yes"; without any, "everybody". Strata stand in the order of
   their names, by code point.
3. Of n people (all, if there are fewer) and k strata: if n is at least k, each stratum gives one,
   and the other n - k are shared out in proportion to the people left in each; else n are shared
   out in proportion to the people in each. Each gets the whole part of its share; what is left goes
   to the largest remainders, of equal ones to the larger stratum, then to the first.
4. In a stratum people are ranked by the SHA-256 of the UTF-8 text "seed|stratum|person", as
   hexadecimal; the first are drawn."""
STRATA = {"role": "roles", "kind": "kind", "joiner": "joined", "leaver": "left", "unit": "unit"}


class Stratum(NamedTuple):
    """Some of the population who are alike: how many, and how many of them are drawn."""

    name: str
    people: int
    drawn: int


def strata_of(rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[str, list[str]]:
    """The people of the population by stratum, in the order of the list."""
    last: dict[str, dict[str, str]] = {}
    for row in rows:
        told = {word: str(row[STRATA[word]] or "") for word in by}
        before = last.get(row["person"], {})
        for word in ("joiner", "leaver"):
            if before.get(word) == "yes":
                told[word] = "yes"
        last[row["person"]] = told
    found: dict[str, list[str]] = {}
    for person, told in last.items():
        name = ", ".join(f"{word}={told[word]}" for word in by) or "everybody"
        found.setdefault(name, []).append(person)
    return {name: found[name] for name in sorted(found)}


def shared_out(count: int, weights: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """So many, in proportion to weights, by largest remainder; of equal ones by size."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [count * each // total for each in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(count * weights[n] % total), -sizes[n], n))
    for n in order[: count - sum(shares)]:
        shares[n] += 1
    return shares


def draw(
    rows: Iterable[Mapping[str, Any]], seed: str, size: int, by: Sequence[str]
) -> tuple[list[str], list[Stratum]]:
    """Who is drawn, stratum by stratum and by rank, and the strata."""
    strata = strata_of(rows, by)
    sizes = [len(each) for each in strata.values()]
    count, many = min(size, sum(sizes)), len(sizes)
    if count >= many:
        more = shared_out(count - many, [each - 1 for each in sizes], sizes)
        shares = [each + 1 for each in more]
    else:
        shares = shared_out(count, sizes, sizes)
    drawn: list[str] = []
    told = []
    for (name, people), share in zip(strata.items(), shares):
        drawn += sorted(people, key=lambda person: (_rank(seed, name, person), person))[:share]
        told.append(Stratum(name, len(people), share))
    return drawn, told


def _rank(seed: str, stratum: str, person: str) -> str:
    return hashlib.sha256(f"{seed}|{stratum}|{person}".encode()).hexdigest()


def population(files: Files) -> Iterator[Json]:
    """The rows of the sheet that samples are drawn from. Raises ValueError."""
    with files.open("sheets/population.json") as file:
        sheet = SheetFile(file)
        names = [each["name"] for each in sheet.head["columns"]]
        for row in sheet:
            yield dict(zip(names, row))

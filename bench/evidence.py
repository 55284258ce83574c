"""What the evidence costs: a pack written and verified, for companies of several sizes."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import register
from bench.run import measured
from lrs import keys
from lrs.config import Settings
from lrs.evidence import pack
from lrs.evidence.material import type_2
from lrs.evidence.verifying import command
from lrs.received import seal

Figures = dict[str, Any]
SIZES = (1_000, 10_000, 100_000)


def figures(work: Path, sizes: tuple[int, ...] = SIZES) -> Figures:
    """Every figure of the evidence, each step in a process of its own."""
    work.mkdir(exist_ok=True)
    found: Figures = {}
    for size in sizes:
        folder = work / str(size)
        folder.mkdir()
        with keys.opened(_settings(folder)) as store:
            register.filled(store, size)
        at = f"pack of {size:,} people"
        told = _step("write", folder)
        found[f"{at}: seconds, MB"] = told["cost"]
        found[f"{at}: rows of all sheets"] = told["rows"]
        found[f"{at}: bytes"] = told["bytes"]
        found[f"{at}: parts, seconds"] = told["parts"]
        found[f"{at}: processor seconds of all processes"] = told["processor"]
        told = _step("verify", folder)
        found[f"{at}: verified, seconds, MB"] = told["cost"]
        found[f"{at}: verified, processor seconds"] = told["processor"]
    return found


def _settings(folder: Path) -> Settings:
    database = f"sqlite:///{folder / 'lrs.db'}"
    return Settings(database=database, durable=False, seal_key=str(folder / "seal.pem"))


def _step(name: str, folder: Path) -> Figures:
    run = measured([sys.executable, "-m", "bench.evidence", name, str(folder)])
    told: Figures = json.loads(run.output.splitlines()[-1])
    cost = [round(told["seconds"], 1), round(run.megabytes)]
    return {**told, "cost": cost, "processor": round(run.cpu, 1)}


def _write(folder: Path) -> Figures:
    parts: dict[str, float] = {}
    part, began = "opening", time.perf_counter()

    def tell(what: str) -> None:
        """One part is over, another begins."""
        nonlocal part, began
        now = time.perf_counter()
        parts[part] = parts.get(part, 0) + now - began
        part, began = ("people" if re.match(r"going|[\d,]+ of", what) else what), now

    with keys.opened(_settings(folder)) as store:
        made = pack.write(
            store,
            lambda known, _: type_2(register.YEAR.first, register.END, known),
            folder / "pack.zip",
            tell=tell,
        )
        with store.reading() as connection:
            public = seal.public_keys(connection)[-1].key.pem()
    tell("")
    (folder / "key.pub").write_text(public)
    rows = sum(each.rows for each in made.sheets)
    rounded = {name: round(seconds, 1) for name, seconds in parts.items()}
    return {"rows": rows, "bytes": made.bound.size, "parts": rounded}


def _verify(folder: Path) -> Figures:
    lines: list[str] = []
    status = command.report_on(folder / "pack.zip", folder / "key.pub", lines.append)
    assert status == 0, lines
    return {}


_STEPS = {"write": _write, "verify": _verify}


def main() -> None:
    """The evidence's figures alone, for as many people as given."""
    if sys.argv[1:2] and sys.argv[1] in _STEPS:
        began = time.perf_counter()
        told = _STEPS[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps({**told, "seconds": time.perf_counter() - began}))
        return
    sizes = tuple(int(re.sub(r"\D", "", word)) for word in sys.argv[1:]) or SIZES
    with tempfile.TemporaryDirectory(prefix="evidence-bench-") as work:
        for name, value in figures(Path(work), sizes).items():
            print(f"{name:60} {value}")


if __name__ == "__main__":
    main()

"""Writes the tables of problem codes into scormkit/README.md: .venv/bin/python scripts/codes.py"""

from __future__ import annotations

import re
from pathlib import Path

from scormkit.codes import GROUPS, table

README = Path(__file__).parents[1] / "scormkit" / "README.md"
TABLE = re.compile(r"^\| code \| what is wrong \| way out \|\n(?:\|.*\n)+", re.M)


def main() -> None:
    """Replace the tables by what codes.yaml says, in the order of its groups."""
    tables = iter(GROUPS)
    text = README.read_text(encoding="utf-8")
    text = TABLE.sub(lambda _: table(next(tables)) + "\n", text)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Tests of how the parts of the verifier become one file that stands alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from lrs.evidence import one_file, verifying
from lrs.evidence.one_file import Unjoinable, joined

FOLDER = Path(verifying.__file__).parent
HEAD = '"""What it is."""\n# /// script\n# ///\n'
ONE = '''\
"""What it begins with."""

from __future__ import annotations

import json
from typing import IO

MANY = 3


def read(file: IO[bytes]) -> object:
    """What a file says."""
    return json.load(file)
'''
TWO = '''\
"""What it goes on with,
in two lines."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from lrs.evidence.verifying.one import (
    MANY,
    read,
)

# A word about the next.
_some = json.dumps(MANY)


def _all(file: IO[bytes]) -> Iterator[Any]:
    from cryptography.exceptions import InvalidSignature as Other

    yield from (base64, read(file), Other, NamedTuple)
'''
BOTH = '''\
"""What it is."""
# /// script
# ///

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

# What it begins with.


MANY = 3


def read(file: IO[bytes]) -> object:
    """What a file says."""
    return json.load(file)


# What it goes on with,
# in two lines.


# A word about the next.
_some = json.dumps(MANY)


def _all(file: IO[bytes]) -> Iterator[Any]:
    from cryptography.exceptions import InvalidSignature as Other

    yield from (base64, read(file), Other, NamedTuple)
'''


def test_two_parts_become_one_text() -> None:
    """The head, every import once and in order, then each part under its docstring."""
    assert joined(HEAD, {"one": ONE, "two": TWO}) == BOTH


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("from lrs.evidence.verifying.one import read as get", "line 3: .*one read gets another"),
        ("from lrs.evidence.verifying.one import _some", "line 3: .* _some is private"),
        ("from lrs.evidence.verifying.one import gone", "gone is in no part before"),
        ("from lrs.evidence.verifying.three import read", "read is in no part before"),
        ("from lrs.evidence.verifying.one import json", "json is in no part before"),
        ("from lrs.evidence.verifying import one", "verifying one is in no part before"),
        ("from lrs.received import merkle", "lrs.received merkle is in no part before"),
        ("import lrs.evidence.verifying.one", "is in no part before"),
        ("from .one import read", ".one read is in no part before"),
        ("def f():\n    from lrs.received.merkle import root", "line 4: .* inside of something"),
        ("def f():\n    from . import one", "line 4: .* inside of something"),
        ("import json as j", "json gets another name"),
        ("from os import path as where", "os path gets another name"),
        ("import xml.etree", "not imported as one of the standard library can be"),
        ("import cryptography", "not imported as one of the standard library can be"),
        ("from os import read", "two.py: read is there already, from .*verifying.one"),
        ("from os import json", "two.py: json is there already, from import of json"),
        ("from io import IOBase, open", "two.py: open is there already, from Python"),
        ("def json(): ...", "two.py: json is there already, from import of json"),
        ("MANY = 4", "two.py: MANY is there already, from .*verifying.one"),
        ("for _same in (): ...", "two.py: _same is there already, from .*verifying.one"),
        ("class _Same: ...", "two.py: _Same is there already, from .*verifying.one"),
        ("if MANY:\n    def sorted(): ...", "two.py: sorted is there already, from Python"),
    ],
)
def test_what_would_mean_another_thing_in_one_file_is_refused(lines: str, says: str) -> None:
    """With the place and the reason: imports that can't be dropped, and names with two meanings."""
    one = f"{ONE}\n\n_same = 1\n\n\nclass _Same: ...\n"
    with pytest.raises(Unjoinable, match=says):
        joined(HEAD, {"one": one, "two": f'"""Two."""\n\n{lines}\n'})


def test_a_part_says_what_it_is_for() -> None:
    """Or it would have no heading."""
    with pytest.raises(Unjoinable, match=r"one\.py says nothing of itself"):
        joined(HEAD, {"one": "MANY = 3\n"})


def test_every_file_of_the_folder_is_a_part() -> None:
    """None is forgotten, and each has its place in the order."""
    assert sorted(one_file.PARTS) == sorted({p.stem for p in FOLDER.glob("*.py")} - {"__init__"})


def test_it_stands_alone() -> None:
    """It imports the standard library and cryptography, is Python 3.9, and says so to tools."""
    text = one_file.verify_py()
    names = set()
    for node in ast.walk(ast.parse(text, feature_version=(3, 9))):
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            names |= {each.name.split(".")[0] for each in node.names}
    assert names - sys.stdlib_module_names == {"cryptography"}
    block = '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["cryptography"]\n# ///\n'
    assert block in text


def test_it_reads_as_if_written_by_hand() -> None:
    """It begins with how to use it, and keeps to the rules that hold for all files here, so that
    nothing in it is unknown, unused, out of order or defined twice."""
    text = one_file.verify_py()
    assert text.startswith((FOLDER / "__init__.py").read_text("utf-8"))
    told = "    python verify.py pack.zip --key key.pub\n"
    assert told in (ast.get_docstring(ast.parse(text), clean=False) or "")
    for words in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *words,
                "--stdin-filename",
                str(FOLDER / "verify.py"),
                "-",
            ],
            cwd=Path(__file__).parents[3],
            input=text,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

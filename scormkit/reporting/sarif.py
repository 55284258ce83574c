"""Problems as SARIF 2.1.0 (OASIS), as services for code scanning take it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scormkit import __version__
from scormkit.codes import Code, codes, markdown
from scormkit.problems import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_WHERE = "The folder that the command was run in, for most the checkout."  # 3.14.14: no uri needed


def sarif(problems: Iterable[Problem], root: Path) -> str:
    """The log of one run; places are relative to `root`."""
    found = sorted(problems)
    named = sorted({problem.code for problem in found})
    rules = [_rule(codes()[name]) for name in named]
    twins: Counter[str] = Counter()
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "scormkit",
                        "semanticVersion": __version__,
                        "rules": rules,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": _WHERE}}},
                "invocations": [{"executionSuccessful": True}],
                "results": [_result(p, named.index(p.code), root, twins) for p in found],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.name,
        "shortDescription": {"text": f"{code.what[:1].upper()}{code.what[1:]}"},
        "fullDescription": {"text": code.why},
        "help": {"text": f"{code.why} Way out: {code.out}.", "markdown": markdown(code)},
        "defaultConfiguration": {"level": code.severity},
        "properties": {"tags": [code.group], "problem.severity": code.severity},
    }


def _result(problem: Problem, index: int, root: Path, twins: Counter[str]) -> dict[str, Any]:
    place, mark = _place(problem.mark.file, root), problem.mark
    said = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    # Not of the line, which moves with every edit above it (SARIF 3.27.17).
    told = "\n".join([str(place["uri"]), problem.code, problem.message])
    twins[told] += 1
    print_ = hashlib.sha256(f"{told}\n{twins[told]}".encode()).hexdigest()[:32]
    region = {"startLine": max(1, mark.line), "startColumn": max(1, mark.column)}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": said},
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
        "partialFingerprints": {"problem/v1": print_},
    }


def _place(file: str, root: Path) -> dict[str, str]:
    """A file as a relative URI reference where it lies below the root (SARIF 3.4.3, 3.4.4)."""
    path, here = Path(file).resolve(), root.resolve()
    if path.is_relative_to(here):
        return {"uri": quote(path.relative_to(here).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}

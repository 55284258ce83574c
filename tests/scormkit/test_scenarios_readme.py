"""The author's manual: every example in it compiles, and it leaves nothing of the language out.

An example that begins with `scenario:` is a whole scenario. One with `texts` is a translation, one
with `company` an organisation's values, one that begins with `# organisation.` those in another
language, all beside the tutorial's scenario. Every other example is merged into that scenario,
whose own tests are left out: mappings key by key, all else replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scormkit import document, resources, starter
from scormkit.compiler import compile_file
from scormkit.vocabulary import VERBS

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
SLUG = "parcel-scam"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M1 1h2v2H1z"/></svg>'


def _examples() -> list[tuple[int, str]]:
    """The line and the text of every block of YAML in the manual, but those of the programme,
    which the store's tests look at."""
    blocks = re.finditer(r"^```yaml\n(?!# programme\.yaml)(.*?)^```$", MANUAL, re.M | re.S)
    return [(MANUAL.count("\n", 0, found.start()) + 2, found[1]) for found in blocks]


def _merged(base: Any, more: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    return {**base, **{key: _merged(base.get(key), value) for key, value in more.items()}}


def _written(folder: Path, text: str) -> Path:
    """The scenario to compile for an example, with everything beside it that it needs."""
    source = starter.write(SLUG, folder)[-1]
    read = document.parse(text.encode(), "example")
    assert not read.problems, [str(problem) for problem in read.problems]
    if text.startswith("scenario:"):
        source = folder / f"{read.data['scenario']}.yaml"
        source.write_text(text, encoding="utf-8")
    elif text.startswith("# organisation."):
        (folder / text.split()[1]).write_text(text, encoding="utf-8")
    elif "texts" in read.data:
        (folder / f"{SLUG}.{read.data['language']}.yaml").write_text(text, encoding="utf-8")
    elif "company" in read.data:
        (folder / "organisation.yaml").write_text(text, encoding="utf-8")
    else:
        base = {key: value for key, value in document.read(source).data.items() if key != "tests"}
        source.write_text(json.dumps(_merged(base, read.data)), encoding="utf-8")
    for medium in read.data.get("media", {}).values():
        (folder / medium["file"]).parent.mkdir(exist_ok=True)
        (folder / medium["file"]).write_text(PICTURE, encoding="utf-8")
    return source


@pytest.mark.parametrize(
    ("line", "text"), [pytest.param(*each, id=f"line {each[0]}") for each in _examples()]
)
def test_example_has_no_problem(line: int, text: str, tmp_path: Path) -> None:
    """An example that an author copies compiles without an error or a warning."""
    compiled = compile_file(_written(tmp_path, text))
    assert not compiled.problems, "\n".join([f"line {line}:", *map(str, compiled.problems)])
    assert compiled.bundle is not None


def test_the_mistake_of_the_tutorial_is_told_as_shown(tmp_path: Path) -> None:
    """The message that the tutorial shows is what an author reads after that very slip."""
    source = starter.write(SLUG, tmp_path)[-1]
    text = source.read_text(encoding="utf-8").replace("then: portal", "then: portl")
    source.write_text(text, encoding="utf-8")
    (problem,) = compile_file(source).problems
    assert f"scenarios/{SLUG}.yaml{str(problem).removeprefix(str(source))}\n1 error" in MANUAL


def test_the_manual_shows_a_whole_scenario() -> None:
    """At least one example is a whole scenario."""
    assert any(text.startswith("scenario:") for _, text in _examples())


def _words_of(schema: Any) -> Iterator[str]:
    """Every key and every fixed word that a schema allows."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (str(word) for word in schema.get("enum", ()))
        for part in schema.values():
            yield from _words_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _words_of(part)


def _code() -> str:
    """What the manual sets as code, apart from the prose."""
    return "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`", MANUAL, re.M | re.S))


@pytest.mark.parametrize("name", ["scenario", "translation", "organisation", "programme"])
def test_every_key_is_explained(name: str) -> None:
    """The manual names every key of the schemas and every word that a key can have: the verbs
    and the kinds of cue too."""
    schema = json.loads(resources.schema(f"{name}.schema.json"))
    wanted = {*_words_of(schema), *(VERBS if name == "scenario" else ())}
    code = _code()
    missing = [w for w in sorted(wanted) if not re.search(rf"(?<![\w-]){w}(?![\w-])", code)]
    assert not missing, missing

"""The pictures in the documents show what is there now."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from driver import eventually
from playwright.sync_api import Browser

from scormkit.preview import Workshop
from scripts.screenshots import DOCS, NOTED, PICTURES, ROOT, Picture, arranged, bench, shown

DOCUMENTS = ("README.md", "scenarios/README.md", "scormkit/README.md")
_IMAGE = re.compile(r'!\[([^\]]*)\]\(([^)]+\.png)\)|<img src="([^"]+\.png)" .*?alt="(.*?)">')


@pytest.fixture(scope="module")
def previewed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Picture], tuple[str, Workshop]]]:
    """Previews of the pictures' scenarios: one of each, but for a picture that makes a mistake."""
    with ExitStack() as stack:

        @cache
        def of(source: str, mistake: bool) -> tuple[str, Workshop]:
            first = next(p for p in PICTURES if (p.source, bool(p.mistake)) == (source, mistake))
            return stack.enter_context(bench(first, tmp_path_factory.mktemp("picture")))

        yield lambda picture: of(picture.source, bool(picture.mistake))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_current(
    browser: Browser, previewed: Callable[[Picture], tuple[str, Workshop]], picture: Picture
) -> None:
    """The words and styles on the page are those that were noted when its picture was taken."""
    noted = json.loads(NOTED.read_text(encoding="utf-8"))
    old = "run make screenshots, and look at what it took"
    with arranged(browser, picture, *previewed(picture)) as (page, _):
        eventually(lambda: shown(page, picture) == noted.get(picture.name), old)


def test_every_picture_is_shown_and_told_in_words() -> None:
    """Each picture stands in a document, with a text for whoever can't see it; none is missing."""
    used = set()
    for name in DOCUMENTS:
        document = ROOT / name
        for found in _IMAGE.finditer(document.read_text(encoding="utf-8")):
            path, alternative = found[2] or found[3], found[1] or found[4]
            assert len(alternative) > 20, path
            used.add((document.parent / path).resolve())
    assert used == {path.resolve() for path in DOCS.glob("*.png")}

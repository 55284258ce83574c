"""The pictures in the documents show what is there now."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from driver import eventually
from playwright.sync_api import Browser

from scripts.screenshots import DOCS, NOTED, PICTURES, ROOT, Picture, arranged, shown

DOCUMENTS = ("README.md", "scenarios/README.md", "scormkit/README.md")
_IMAGE = re.compile(r'!\[([^\]]*)\]\(([^)]+\.png)\)|<img src="([^"]+\.png)" .*?alt="(.*?)">')


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_current(browser: Browser, tmp_path: Path, picture: Picture) -> None:
    """The words and styles on the page are those that were noted when its picture was taken."""
    noted = json.loads(NOTED.read_text(encoding="utf-8"))
    old = "run make screenshots, and look at what it took"
    with arranged(browser, picture, tmp_path) as (page, _):
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

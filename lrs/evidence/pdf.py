"""A document set in type: PDF/A-3a and PDF/UA-1 in one, by typst; the only module that knows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO, Literal

import typst

from lrs.evidence import composition, letters
from lrs.evidence.document import Document

STANDARDS: tuple[Literal["a-3a"], Literal["ua-1"]] = ("a-3a", "ua-1")
_TEMPLATE = Path(__file__).parent / "typeset"


def write(document: Document, out: BinaryIO) -> None:
    """The whole document at once, when it is done: an error of the template writes nothing."""
    out.write(_set(document))


def _set(document: Document) -> bytes:
    """The template reads the document as data, so that nothing in it is ever taken for markup. The
    fonts of the machine are left alone, and so is its clock: the same document, the same bytes."""
    data = json.dumps(composition.composed(document), ensure_ascii=False)
    files = {path.name: path.read_bytes() for path in sorted(_TEMPLATE.glob("*.typ"))}
    files["document.json"] = data.encode()
    files |= {f"attachment-{at}": each.content for at, each in enumerate(document.attachments)}
    project: Any = {"main.typ": files.pop("document.typ"), **files}  # its stubs know no such input
    compiler = typst.Compiler(
        project,
        font_paths=[str(path) for path in letters.paths()],
        ignore_system_fonts=True,
    )
    pdf = compiler.compile(format="pdf", pdf_standards=list(STANDARDS))
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no document")
    return pdf

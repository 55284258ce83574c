"""The sheet that lists the pack: each file, what it is for, which criteria it speaks to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrs.evidence.material import Material
from lrs.evidence.sheets.making import Cells, Form, Whole, listed, number, text
from lrs.evidence.tally import Tally

_FILES = (
    ("README.txt", "What this is, how to begin, and how to verify it without us."),
    ("evidence.pdf", "The whole to be read: the chapters, with the small sheets attached."),
    ("workbook.xlsx", "Every sheet as a page of a workbook."),
    ("manifest.json", "The digest of every file, what was asked, and what it was made from."),
    ("manifest.sig", "The signature under the manifest."),
    ("verify.py", "A program that checks all of it; it needs nothing of ours."),
    ("seal/checkpoint.txt", "The signed head of the log that everything comes from."),
    ("seal/keys.json", "The public keys of the seal, with their changes."),
    ("seal/consistency.json", "That the log only grew since the last pack, if one was named."),
)


def index(forms: Sequence[Form]) -> Whole:
    """The sheet, over the forms of all sheets that there are."""

    def rows(material: Material, tally: Tally) -> Iterator[Cells]:
        for name, what in _FILES:
            yield name, None, what, None
        for each in material.effective:
            what = f"Version {each.number} of the programme as it was published."
            yield each.file, None, what, "CC1.4, CC2.2, CC5.3"
        for form in forms:
            if form.design or material.asked.operating:
                file = f"sheets/{form.name}.csv and .json"
                yield file, len(form.columns), f"{form.title}.", listed(form.criteria)

    return Whole(
        Form(
            "index",
            "Index of the pack",
            (
                text("file", "File", 36, "Where it lies in the pack."),
                number("columns", "Columns", "Of a sheet."),
                text("what", "What it is for", 60, "In words."),
                text("criteria", "Criteria", 24, "That it speaks to, by our reading."),
            ),
            lambda material: "The files of this pack; the manifest has the digest of each.",
            "Made with the pack. A sheet's JSON file says the same as its CSV file, with what each "
            "column means, what was searched, and how it was made.",
            design=True,
        ),
        rows,
    )

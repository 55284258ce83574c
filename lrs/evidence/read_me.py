"""README.txt: what a pack or a sample is, how to begin, how to verify it, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from lrs.evidence.material import Material
from lrs.evidence.verifying.lots import ALGORITHM
from lrs.evidence.writing.sheet_files import Written

_WIDTH = 88
_BEGIN = """\
Open evidence.pdf. It has everything in words, tables and charts, and says of each figure how it was
made. workbook.xlsx has every sheet as a page, for filters and counts of your own. The CSV and JSON
files have the same rows for programs. In a spreadsheet open the workbook and not the CSV files: it
keeps zeros at the front of ids, and the letters of all alphabets."""
_WEAK = """\
What is weak is said in the pack itself, in the chapter and the sheet of known weaknesses. A sheet
without rows says what was searched."""
_DESIGN = """\
It is of Type I: it shows what was meant to be done, and says nothing of what came of it."""
_FILES = """\
evidence.pdf              the whole document
workbook.xlsx             all sheets, each a page
sheets/NAME.csv, .json    each sheet; the JSON says what each column means
programme/                the programme's versions in force, as they were published
seal/checkpoint.txt       the signed head of the log of everything that was received
seal/keys.json            the public keys that sign, each change signed by the one before
manifest.json, .sig       every file with its SHA-256, and the signature of that list
verify.py                 verifies all of this, alone"""
_VERIFY = """\
Ask the organisation for its public key by another way than this file came to you, and
save it as key.pub. You need Python 3.9 or newer, but no account and no network:

    python -m pip install cryptography      (once; it needs nothing else beside Python)
    python verify.py {what} --key key.pub"""
_LOOKS = """\
It looks at whether the zip has these files and nothing besides; whether they are those of the
manifest; who signed it; whether the log's head is signed; whether CSV, JSON and workbook say the
same, cell by cell; and whether the log goes on from that of an earlier pack, if this one names one.
Each check is a line. Anybody can do the same with other tools: SHA-256 for the files, Ed25519
(RFC 8032) for the signatures, RFC 9162 for the log."""
_SAMPLE = """\
Choose a seed, a size and what to stratify by, and ask the organisation for

    lrs evidence sample pack.zip --seed SEED --size 25 --by role,kind,joiner \\
        --out sample.zip

or give it a list of ids of your own (--ids). The sample has everything behind each row
of these people, down to the records that were received, each with its proof that it is
in the sealed log. verify.py sample.zip --key key.pub --pack pack.zip draws it again. By
hand it is drawn so:

"""
_CAME = """\
A program wrote it from a log to which records are only ever added. The same question to the same
log makes the same file, to the byte. It knows what had been received by {known}, up to record
{newest}; nothing later plays a part. The log was sealed with {size} records."""
_PSEUDONYMS = """\
People are called by pseudonyms here, made with a key that the organisation keeps: the same person
has the same one everywhere in this pack. What people wrote in words of their own may be withheld.
The programme's files are here without the names in them, so their digests are not those of the
originals."""
_SAMPLE_FILES = """\
sample.pdf          everything behind each row of these people, to read
sample.json         how they were chosen: list, seed, strata, people
traces/ID.json      of each person the same as the PDF, for programs
proofs.json         each record that is named, with its proof that it is in the log
records/N.body      record N as it was received, to the byte
seal/, manifest.json, manifest.sig, verify.py    as in the pack"""
_BODIES = """\
A roster or an export is one record as a whole, so it tells of other people, too. Of a record that
was erased only the hash is here, which is still in the sealed log."""
_PROOFS = """\
With the pack it draws the sample again. The leaf of a record is the SHA-256 of a zero byte, its
kind, a line feed, its head, a line feed and its body (RFC 9162 2.1.1); the proof leads from there
to the root in seal/checkpoint.txt (2.1.3.2). Record N has the index N - 1."""


def of_pack(
    material: Material,
    written: Sequence[Written],
    asked: Mapping[str, Any],
    log: Mapping[str, Any],
    pseudonyms: bool = False,
) -> str:
    """That of a pack."""
    came = _CAME.format(known=asked["known_at"], newest=material.newest, size=log["size"])
    design = () if material.asked.operating else (_filled(_DESIGN),)
    called = (_filled(_PSEUDONYMS),) if pseudonyms else ()
    return _set(
        f"Evidence of a security awareness programme: {material.organisation}",
        _facts(asked),
        *design,
        *called,
        ("How to begin", _filled(_BEGIN), _filled(_WEAK)),
        ("What is in it", _FILES, "\n".join(map(_sheet, written))),
        ("How to verify it", _VERIFY.format(what="pack.zip"), _filled(_LOOKS)),
        ("How to draw a sample", _SAMPLE + ALGORITHM),
        ("How it came about", _filled(came)),
    )


def of_sample(choice: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """That of a sample."""
    many = len(choice["people"])
    by = ", ".join(choice["by"]) or "nothing"
    how = f"{many} people, drawn with the seed {choice['seed']} and stratified by {by}."
    if choice["ids"]:
        how = f"{many} people whose ids were given."
    return _set(
        f"A sample of the evidence of {asked['organisation']}",
        _facts(asked),
        _filled(how),
        ("What is in it", _SAMPLE_FILES, _filled(_BODIES)),
        ("How to verify it", _VERIFY.format(what="sample.zip --pack pack.zip"), _filled(_PROOFS)),
        ("How people are drawn", ALGORITHM),
    )


def _set(title: str, *parts: str | tuple[str, ...]) -> str:
    texts = [_titled(title, "=")]
    for part in parts:
        texts += [part] if isinstance(part, str) else [_titled(part[0], "-"), *part[1:]]
    return "\n\n".join(texts) + "\n"


def _titled(title: str, line: str) -> str:
    return f"{title}\n{line * min(len(title), _WIDTH)}"


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _facts(asked: Mapping[str, Any]) -> str:
    told = [(name.replace("_", " ").capitalize(), str(value)) for name, value in asked.items()]
    wide = max(len(name) for name, _ in told) + 2
    lines = (
        textwrap.wrap(f"{name:<{wide}}{value}", _WIDTH, subsequent_indent=" " * wide)
        for name, value in told
    )
    return "\n".join(line for some in lines for line in some)


def _sheet(each: Written) -> str:
    rows = "1 row" if each.rows == 1 else f"{each.rows:,} rows"
    return f"{each.sheet.name:<26}{each.sheet.title}: {rows}"

"""README.txt: what a pack or a sample is, how to begin, how to verify it, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from lrs.evidence import verifier
from lrs.evidence.material import Material
from lrs.evidence.writing.sheet_files import Written

_WIDTH = 88


def of_pack(
    material: Material, written: Sequence[Written], asked: Mapping[str, Any], log: Mapping[str, Any]
) -> str:
    """That of a pack."""
    request = material.asked
    period = f"{request.period.first} to {request.last}, both days included"
    about = period if request.operating else f"the design on {request.last}; nothing of what came"
    sheets = "\n".join(_sheet(each) for each in written)
    return f"""\
Evidence of a security awareness programme: {material.organisation}
{"=" * 72}

{_facts(asked, ("Type", request.type), ("About", about))}

How to begin
------------
{
        _text(
            "Open evidence.pdf. It has everything in words, tables and charts, and says of each figure "
            "how it was made. workbook.xlsx has every table as a page, for filters and counts of your "
            "own; its page index says what each of them is. The CSV and JSON files have the same rows for "
            "programs. In spreadsheets open the workbook rather than the CSV files: it keeps zeros at "
            "the front of ids, and letters of all alphabets."
        )
    }
{
        _text(
            "Weaknesses are stated in the pack itself, in the chapter and the sheet of that name. "
            "A sheet without rows says what was searched."
        )
    }

What is in it
-------------
evidence.pdf              the whole document
workbook.xlsx             all sheets, one a page
sheets/NAME.csv, .json    each sheet; the JSON says what each column means
programme/                the programme's versions in force, as they were published
seal/checkpoint.txt       the signed head of the log of everything that was received
seal/keys.json            the public keys that sign, each change signed by the one before
manifest.json, .sig       every file with its SHA-256, and the signature of that list
verify.py                 verifies all of this, alone

{sheets}

How to verify it
----------------
{_verifying("pack.zip")}

{
        _text(
            "It looks at every byte of the zip; whether the files are those of the manifest; who signed "
            "it; whether CSV, JSON and workbook say the same, cell by cell; whether the log goes on from "
            "that of an earlier pack, if this one names one. Anybody can do the same by hand: the "
            "SHA-256 of the files, Ed25519 (RFC 8032) for the signatures, RFC 9162 for the log."
        )
    }

How to draw a sample
--------------------
{
        _text(
            "Choose a seed, a size, and what to stratify by, and ask the organisation for "
            "lrs evidence sample pack.zip --seed SEED --size 25 --by role,kind,joiner --out sample.zip, "
            "or give it a list of ids of your own with --ids. The sample has, of each person, everything "
            "behind each row up to the records that were received, each with its proof that it is in the "
            "sealed log. verify.py sample.zip --key key.pub --pack pack.zip draws it again. By hand:"
        )
    }
{verifier.ALGORITHM}

How it came about
-----------------
{
        _text(
            "It was written by a program from a log to which records are only ever added. The same "
            "question to the same log makes the same file, to the byte. It knows what had been received "
            f"by {asked['known_at']}, up to record {material.newest}; nothing later plays a part. The log "
            f"was sealed with {log['size']} records."
        )
    }
"""


def of_sample(choice: Mapping[str, Any], asked: Mapping[str, Any], whole: bool) -> str:
    """That of a sample."""
    how = (
        f"{len(choice['people'])} people whose ids were given."
        if choice["ids"]
        else f"{len(choice['people'])} people drawn with the seed {choice['seed']}, stratified by "
        f"{', '.join(choice['by']) or 'nothing'}; README.txt of the pack and the end of this one "
        "say how."
    )
    bodies = (
        "records/N.body is what was received, to the byte. A roster or an export is a whole file, "
        "which tells of other people, too."
        if whole
        else "The pack is pseudonymised: of the records only the hashes are here, and no text."
    )
    return f"""\
A sample of the evidence of a security awareness programme
{"=" * 72}

{_facts(asked)}

{_text(how)}

What is in it
-------------
sample.pdf          everything behind each row of these people, to read
sample.json         how they were chosen: list, seed, strata, people
traces/ID.json      the same as the PDF of each person, for programs
proofs.json         each record that is named, with its proof that it is in the sealed log
records/            {bodies.split(".")[0]}
seal/, manifest.json, manifest.sig, verify.py    as in the pack

{_text(bodies)}

How to verify it
----------------
{_verifying("sample.zip --pack pack.zip")}

{
        _text(
            "With the pack it draws the sample again. Each record's leaf is the SHA-256 of a zero byte, "
            "its kind, a line feed, its head, a line feed and its body (RFC 9162 2.1.1); its proof leads "
            "from there to the root in seal/checkpoint.txt (2.1.3.2). The index of record N is N - 1."
        )
    }

How people are drawn
--------------------
{verifier.ALGORITHM}
"""


def _facts(asked: Mapping[str, Any], *first: tuple[str, str]) -> str:
    told = [*first, *((_name(name), str(value)) for name, value in asked.items() if value != "")]
    wide = max(len(name) for name, _ in told) + 2
    return "\n".join(
        "\n".join(
            textwrap.wrap(
                f"{name:<{wide}}{value}",
                _WIDTH,
                subsequent_indent=" " * wide,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
        for name, value in told
    )


def _name(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _sheet(each: Written) -> str:
    rows = "1 row" if each.rows == 1 else f"{each.rows:,} rows"
    return f"{each.sheet.name:<26}{each.sheet.title}: {rows}"


def _verifying(what: str) -> str:
    return f"""\
Ask the organisation for its public key by another way than this file came to you, and
save it as key.pub. You need Python 3.9 or newer, and no account and no network for:

    python -m pip install cryptography      (once; the only thing it needs beside Python)
    python verify.py {what} --key key.pub"""

"""How a name may stand in a text of any script: where words end, and how its letters are spelt."""

from __future__ import annotations

import unicodedata

CJK = 0x2E80  # from here on scripts put no blanks between words
_MORE = (range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800))  # Thai to Khmer: none

# Vowels and accents that are characters of their own: parts of a word, and no letters to `re`.
_MARKS = "".join(
    each for each in map(chr, range(0x0300, CJK)) if unicodedata.category(each)[0] == "M"
)
LETTER = rf"[\w{_MARKS}]"


def runs_on(name: str) -> bool:
    """Whether a name can stand in the middle of what looks like one word. In alphabets that put no
    blanks between words a short name is a part of many words: there it takes two."""
    several = len(name.split()) > 1
    letters = [ord(each) for each in name if not each.isspace()]
    return bool(letters) and all(
        each >= CJK or (several and any(each in block for block in _MORE)) for each in letters
    )


def spellings(name: str) -> set[str]:
    """How a name may be written: an accented letter as one character or as two; and one that runs
    on without its blanks."""
    bare = {name, "".join(name.split())} if runs_on(name) else {name}
    return {unicodedata.normalize(form, each) for each in bare for form in ("NFC", "NFD")}


def folded(text: str) -> str:
    """A text as it is compared, whatever its case and however its accents are written."""
    return unicodedata.normalize("NFC", text.casefold())

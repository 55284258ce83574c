"""Pseudonyms in the place of people: by a key that the owner keeps, the same in all packs of it.

A pseudonym is an HMAC-SHA-256 (RFC 2104) of an HR id. Without the key nobody can make it or try ids
out against it; a plain hash of an id can be undone in seconds by hashing all ids there are. Ten
characters of it are printed, 50 bits: with four keys of a million, two of 100,000 people would
share one, which is noticed before a pack is written."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from lrs.evidence import classes
from lrs.evidence.classes import PseudonymError, classify
from lrs.evidence.sheet import Sheet
from lrs.lettering import LETTER, folded, runs_on, spellings
from lrs.people.identities import Identities
from lrs.register import cmi5
from lrs.register.columns import Cell, Column
from lrs.register.reconcile import REJECTED
from lrs.register.replay import FLAWS
from lrs.register.rows import NOTHING_OWED
from lrs.register.verdicts import (
    AFTER_ACCESS,
    LATER_ACCESS,
    NO_REASON,
    UNPROVEN_NOTE,
    WAIVER_NOTE,
)
from lrs.rulings import owed_by
from lrs.substitution import sought

WITHHELD = "withheld"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none looks like another
_LENGTH = 10
_KEY = "lrs-pseudonym-key-1 "  # what a key file begins with
_OURS = frozenset(
    (
        *(AFTER_ACCESS, LATER_ACCESS, UNPROVEN_NOTE, NOTHING_OWED, REJECTED, *FLAWS.values()),
        *("left before due", f"left before due; {AFTER_ACCESS}", "on leave, no end of it known"),
        "passed, but not by the programme's rule",
    )
)
_DIFFER = "the LMS and the statement differ: "
_BY_HAND = "weak: set by "
_WAIVED = re.compile(  # with the LMS's reason
    rf"(?P<said>(?:weak: )?waived in the LMS \()(?P<why>.*)(?P<more>\)(?:: {WAIVER_NOTE})?)", re.S
)
_RULED = re.compile(r".* \((?P<by>[^()]*)\)", re.S)  # a reason, with who gave it
_MAIL = re.compile(r"[^\s@<>,;:()\"]+@[^\s@<>,;:()\"]+\.[^\W_]+")
_WORDS = re.compile(rf"{LETTER}+(?:[.'-]{LETTER}+)*")
_LONGEST = 5  # words of a name that is looked for in texts
_SHORTEST = 5  # characters of an id or a login that is: 2026 is a year, too


def new_key() -> str:
    """The text of a key file: 256 random bits. One for each engagement of an auditor."""
    return f"{_KEY}{base64.b64encode(secrets.token_bytes(32)).decode()}\n"


def key(text: str) -> bytes:
    """The key in such a text. Raises PseudonymError."""
    try:
        found = base64.b64decode(text.strip().removeprefix(_KEY.strip()).strip(), validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if not text.startswith(_KEY) or len(found) != 32:
        raise PseudonymError("this is no key of pseudonyms; lrs evidence key FILE makes one")
    return found


@dataclass(frozen=True)
class Pseudonyms:
    """Those of a key. `words` are the names, mails, logins and HR ids of the population, folded,
    with what takes their place in texts; `keep_texts` leaves what people wrote as it is, but for
    these."""

    secret: bytes
    words: Mapping[str, str] = field(default_factory=dict)
    keep_texts: bool = False

    def of(self, kind: str, text: str) -> str:
        """The pseudonym of a text: P-7K3M2-Q2XDA. `kind` is a letter, so that a person and a file
        of one name have different ones."""
        made = hmac.new(self.secret, f"{kind}\n{text}".encode("utf-8", "surrogatepass"), sha256)
        number = int.from_bytes(made.digest()[:8], "big") >> (64 - 5 * _LENGTH)
        letters = "".join(_ALPHABET[number >> (5 * n) & 31] for n in range(_LENGTH))[::-1]
        return f"{kind}-{letters[:5]}-{letters[5:]}"

    def person(self, id: str) -> str:
        """Of an HR id."""
        return self.of("P", id)

    def name(self, name: str) -> str:
        """Of what somebody is called."""
        return self.of("N", name)

    def row(self, row: str) -> str:
        """What a row of the register is called, without the HR id at its beginning."""
        person, rest = owed_by(row)
        return f"{self.person(person)}{rest}"

    def evidence(self, called: str) -> str:
        """What an attempt is called. The id of a statement is a hash of the learner's account and
        more, so it would be a name that can be tried out; a row of a file is only a place."""
        word, _, rest = called.partition(" ")
        return f"{word} {self.of('E', rest.lower())}" if word == "statement" else called

    def subject(self, subject: str) -> str:
        """What a ruling is about."""
        word, _, rest = subject.partition(" ")
        if word == "obligation":
            return f"{word} {self.row(rest)}"
        if word == "hr":
            return f"{word} {self.person(rest)}"
        if word in ("statement", "row", "ruling", "review"):
            return self.evidence(subject)
        return f"{word} {self.name(subject)}"

    def file(self, name: str) -> str:
        """Of a file's name; what kind of file it is stays."""
        stem, dot, kind = name.rpartition(".")
        plain = kind.isascii() and kind.isalnum() and len(kind) <= 4
        return f"{self.of('F', name)}{dot}{kind}" if stem and plain else self.of("F", name)

    def note(self, note: str) -> str:
        """A note of the register. Ours stay; of a reason, who gave it stays under a pseudonym."""
        if note in _OURS or note.startswith(_DIFFER):
            return note
        if note.startswith(_BY_HAND):
            return f"{_BY_HAND}{self.name(note.removeprefix(_BY_HAND))}"
        if waived := _WAIVED.fullmatch(note):
            reason = waived["why"]
            why = reason if reason in (NO_REASON, *cmi5.REASONS) else self.free(reason)
            return f"{waived['said']}{why}{waived['more']}"
        by = None if self.keep_texts else _RULED.fullmatch(note)
        return f"{self.free(note)} ({self.name(by['by'])})" if by else self.free(note)

    def free(self, text: str) -> str:
        """What somebody wrote: withheld, with a mark by which the owner can tell which text it was;
        or as it is, but for names, if texts are kept."""
        return self.scrubbed(text) if self.keep_texts else f"{WITHHELD} {self.of('T', text)}"

    def scrubbed(self, text: str) -> str:
        """A text without mail addresses, and without anything of the population's."""
        text = unicodedata.normalize("NFC", text)
        text = _MAIL.sub(lambda found: self.words.get(folded(found[0]), WITHHELD), text)
        for name, instead in self._running_on:
            text = text.replace(name, instead)
        found = list(_WORDS.finditer(text))
        parts, end, at = [], 0, 0
        while at < len(found):
            upto, instead = self._longest(text, found, at)
            if instead:
                parts += [text[end : found[at].start()], instead]
                end = found[upto].end()
            at = upto + 1
        return "".join((*parts, text[end:]))

    @cached_property
    def _running_on(self) -> list[tuple[str, str]]:
        """Names that may stand inside of words, with what takes their place; the longest first."""
        found = {
            form: instead
            for name, instead in self.words.items()
            if runs_on(name)
            for form in spellings(name)
        }
        return sorted(found.items(), key=lambda each: (-len(each[0]), each[0]))

    def _longest(self, text: str, found: Sequence[re.Match[str]], at: int) -> tuple[int, str]:
        """The longest run of words from a place on that is somebody's: its last word, and what
        takes its place; nothing if none is."""
        for upto in range(min(at + _LONGEST, len(found)) - 1, at - 1, -1):
            words = folded(" ".join(text[found[at].start() : found[upto].end()].split()))
            if words in self.words:
                return upto, self.words[words]
        return at, ""

    def cell(self, of: str, cell: Cell) -> Cell:
        """A cell of a column of a class."""
        change = _CHANGES[of]
        return change(self, cell) if change and isinstance(cell, str) and cell else cell

    def rows(
        self, sheet: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
    ) -> Iterator[tuple[Cell, ...]]:
        """The rows of a sheet, one at a time. Raises PseudonymError before the first."""
        classes = [classify(sheet, column) for column in columns]
        changed = [(n, of) for n, of in enumerate(classes) if _CHANGES[of]]

        def made() -> Iterator[tuple[Cell, ...]]:
            for row in rows:
                cells = list(row)
                for n, of in changed:
                    cells[n] = self.cell(of, cells[n])
                yield tuple(cells)

        return made()

    def sheet(self, sheet: Sheet) -> Sheet:
        """A sheet of the pack, with what it says of itself."""
        rows = self.rows(sheet.name, sheet.columns, sheet.rows)
        return replace(
            sheet,
            rows=rows,
            searched=self.scrubbed(sheet.searched),
            made=self.scrubbed(sheet.made),
        )


_Change = Callable[[Pseudonyms, str], str]


def _each(change: _Change) -> _Change:
    return lambda made, cell: ", ".join(change(made, each) for each in cell.split(", "))


_CHANGES: Mapping[str, _Change | None] = {
    classes.HARMLESS: None,
    classes.SCRUBBED: Pseudonyms.scrubbed,
    classes.PERSON: Pseudonyms.person,
    classes.PEOPLE: _each(Pseudonyms.person),
    classes.NAME: Pseudonyms.name,
    classes.NAMES: _each(Pseudonyms.name),
    classes.ROW: Pseudonyms.row,
    classes.ROWS: _each(Pseudonyms.row),
    classes.EVIDENCE: Pseudonyms.evidence,
    classes.SUBJECT: Pseudonyms.subject,
    classes.FILE: Pseudonyms.file,
    classes.NOTE: Pseudonyms.note,
    classes.FREE: Pseudonyms.free,
}


def pseudonyms(
    secret: bytes, people: Identities, also: Collection[str] = (), keep_texts: bool = False
) -> Pseudonyms:
    """The pseudonyms of a population. `also` are names of others that texts may have in them, such
    as the programme's owner. Raises PseudonymError if two people would share one."""
    made = Pseudonyms(secret)
    taken: dict[str, str] = {}
    words: dict[str, str] = {}
    for each in people.people.values():
        for id in each.ids:
            pseudonym = made.person(id)
            if taken.setdefault(pseudonym, id) != id:
                raise PseudonymError(
                    f"{id} and {taken[pseudonym]} would share the pseudonym {pseudonym}; this "
                    "happens to one key in very many: make another with lrs evidence key"
                )
        words.update(_words(each.ids, made.person))
        words.update(_words((sought(name) for name, _ in each.aliases), made.name))
        words.update((folded(called), made.name(called)) for called, _ in each.names)
    words.update((folded(name), made.name(name)) for name in also if name)
    return replace(made, words=words, keep_texts=keep_texts)


def _words(texts: Iterable[str], of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    return ((folded(text), of(text)) for text in texts if len(text) >= _SHORTEST)


# The table of names, which the owner keeps; it is in no pack.

TABLE = ("pseudonym", "stands_for", "person", "what")


def table(made: Pseudonyms, people: Identities) -> Iterator[tuple[str, str, str, str]]:
    """Each pseudonym with what it stands for, whose that is, and what it is to them."""
    for person in people.people.values():
        for id in person.ids:
            yield made.person(id), id, person.id, "HR id"
        for called in dict.fromkeys(name for name, _ in person.names):
            yield made.name(called), called, person.id, "name"
        for name in dict.fromkeys(name for name, _ in person.aliases):
            yield made.name(name), name, person.id, "name in statements and exports"


def stands_for(
    made: Pseudonyms, people: Identities, pseudonym: str, also: Iterable[str] = ()
) -> list[tuple[str, str, str, str]]:
    """The rows of that table for one pseudonym; `also` are names of which no roster tells."""
    wanted = pseudonym.strip().upper()
    found = [row for row in table(made, people) if row[0] == wanted]
    for name in also:
        if made.name(name) == wanted:
            found.append((wanted, name, "", "in no roster"))
        elif made.person(name) == wanted:
            found.append((wanted, name, "", "HR id that is in no roster"))
    return found

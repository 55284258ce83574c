"""What takes the place of everything by which one person can be told, when they are erased.

The stand-ins are made of a random token, so nothing leads back from them; the same value always has
the same one, and two values never share one, so that what was told apart stays apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha1
from zoneinfo import ZoneInfo

from lrs.lettering import CJK, folded, runs_on, spellings

WITHHELD = "(withheld)"  # in the place of free text
ERASED = "(erased)"  # in the place of what people call somebody
DOMAIN = "erased.invalid"  # RFC 2606: nobody's, for ever
_SHORTEST = 4  # characters; a shorter id or login is a number or a word like any other
_MAILBOX = "mbox mailto:"
_BETWEEN = re.compile(r"[;,<>\s]+")  # mails in one cell

# Of a name such as "mbox mailto:..." and a day: whether it means the person then. None if it may.
Owner = Callable[[str, date], bool | None]


@dataclass
class Substitution:
    """One person's. `ids` are their HR ids with their stand-ins. `alone` are the texts by which
    nobody else was ever called: mails, logins and full names that may be sought in free text."""

    token: str
    ids: Mapping[str, str]
    owner: Owner
    mails: Collection[str] = ()
    logins: Collection[str] = ()
    called: Collection[str] = ()
    known: Collection[str] = ()  # all texts that ever meant them, others' or not
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    # What was found on the way through the log. Sets only grow.
    names: dict[str, str] = field(default_factory=dict)  # replaced, with their stand-ins
    people: dict[str, str] = field(default_factory=dict)  # what people call them, likewise
    doubtful: set[str] = field(default_factory=set)  # names of which nobody knows whose they are
    statements: set[str] = field(default_factory=set)  # ids of their statements, in lower case
    rows: set[str] = field(default_factory=set)  # "17.3": rows of exports that are about them
    rulings: set[int] = field(default_factory=set)  # numbers of rulings about them
    attached: set[str] = field(default_factory=set)  # SHA-2 of attachments of their statements
    others_attached: set[str] = field(default_factory=set)  # and of all others'
    _logins: dict[str, str] = field(default_factory=dict)
    _mails: dict[str, str] = field(default_factory=dict)

    def size(self) -> tuple[int, ...]:
        """How much was found so far: the same after two ways through the log, all was found."""
        found = (self.names, self.people, self.doubtful, self.statements, self.rows, self.rulings)
        return tuple(map(len, (*found, self.attached, self.others_attached)))

    def day(self, at: int) -> date:
        """The day that an instant is on, where the register has its days."""
        return datetime.fromtimestamp(at / 1_000_000, self.zone).date()

    def theirs(self, name: str, day: date) -> bool:
        """Whether a name means the person on a day; a doubtful one is remembered."""
        found = self.owner(name, day)
        if found is None:
            self.doubtful.add(name)
        return bool(found)

    def instead(self, name: str) -> str:
        """The stand-in of a name of theirs."""
        if name not in self.names:
            self.names[name] = self._made(name)
        return self.names[name]

    def _made(self, name: str) -> str:
        kind, _, text = name.partition(" ")
        if kind == "hr":
            return f"hr {self.ids[text] if text in self.ids else self._login(text)}"
        if kind == "mbox":
            return f"{_MAILBOX}{self._mail(text.removeprefix('mailto:'))}"
        if kind == "mbox_sha1sum":
            return f"mbox_sha1sum {self._digest(text)}"
        if kind == "openid":
            return f"openid https://{DOMAIN}/{self._login(text)}"
        page, _, login = text.rpartition("|")
        return f"account {page}|{self._login(login)}"

    def _login(self, login: str) -> str:
        if login not in self._logins:
            self._logins[login] = self._numbered(len(self._logins))
        return self._logins[login]

    def _mail(self, mail: str) -> str:
        if mail not in self._mails:
            self._mails[mail] = f"{self._numbered(len(self._mails))}@{DOMAIN}"
        return self._mails[mail]

    def _numbered(self, count: int) -> str:
        return f"{self.token}.{count + 1}" if count else self.token

    def _digest(self, digest: str) -> str:
        """Of the stand-in of the mail that it is the digest of: who asks whose it may be gets the
        same answer as before."""
        for mail in self.mails:
            for form in (f"mailto:{mail}", f"mailto:{mail.lower()}"):
                if sha1(form.encode()).hexdigest() == digest:
                    return sha1(f"mailto:{self._mail(mail)}".encode()).hexdigest()
        return sha1(f"{self.token} {self._login(digest)}".encode()).hexdigest()

    def id(self, person: str) -> str:
        """An HR id, or its stand-in."""
        return self.ids.get(person, person)

    def login(self, login: str) -> str:
        """A login, or its stand-in if it is one of theirs alone."""
        return self._login(login) if login in self.logins else login

    def name_of_theirs(self, called: str) -> str:
        """The stand-in of what people call them; a changed name stays a changed name."""
        if called not in self.people:
            count = len(self.people) + 1
            self.people[called] = ERASED if count == 1 else f"(erased {count})"
        return self.people[called]

    def text(self, text: str, ids: bool = True) -> str:
        """A text without their mails and full names; without HR ids and logins too, if `ids`."""
        pattern = self._all_words if ids else self._words
        return pattern.sub(lambda found: self._word(found[0]), text) if pattern else text

    def mentions(self, text: str) -> bool:
        """Whether a text has anything of theirs in it, an id or a login of any length too."""
        return bool(self._any_word and self._any_word.search(text))

    def may_be_in(self, body: bytes) -> bool:
        """Whether one of all texts that ever meant them may stand in some JSON; quickly, so that
        what is somebody else's need not be looked at closely."""
        text = folded(body.decode("utf-8", "replace"))
        return "\\u" in text or any(each in text for each in self._folded)

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        digests = (sha1(f"mailto:{each}".encode()).hexdigest() for each in self.mails)
        known = (form for each in self.known for form in spellings(each))
        return tuple({folded(each) for each in (*known, *digests)})

    def seen_in(self, text: str) -> list[str]:
        """Which of all texts that ever meant them stand in a text; none that are short."""
        whole = folded(text)
        if not any(each in whole for each in self._folded):
            return []
        pattern = self._known_words
        return sorted({each[0] for each in pattern.finditer(text)}) if pattern else []

    def _word(self, found: str) -> str:
        plain = folded(found)
        if plain in self._plain_ids:
            return self._plain_ids[plain]
        for mail in self.mails:
            if folded(mail) == plain:
                return self._mail(mail)
        for login in self.logins:
            if folded(login) == plain:
                return self._login(login)
        return ERASED

    @cached_property
    def _plain_ids(self) -> dict[str, str]:
        return {folded(id): token for id, token in self.ids.items()}

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        return _words((*self.mails, *filter(is_full_name, self.called)))

    @cached_property
    def _all_words(self) -> re.Pattern[str] | None:
        long = (each for each in (*self.ids, *self.logins) if len(each) >= _SHORTEST)
        return _words((*self.mails, *long, *filter(is_full_name, self.called)))

    @cached_property
    def _any_word(self) -> re.Pattern[str] | None:
        return _words((*self.mails, *self.ids, *self.logins, *self.called))

    @cached_property
    def _known_words(self) -> re.Pattern[str] | None:
        return _words(each for each in self.known if len(each) >= _SHORTEST or is_full_name(each))

    def is_theirs(self, cell: str) -> bool:
        """Whether the cell of a table is a mail, a login, a full name or a long id of theirs."""
        return folded(cell) in self._cells

    @cached_property
    def _cells(self) -> frozenset[str]:
        """Asked for once everything was found."""
        texts = {*self.mails, *self.logins, *filter(is_full_name, self.called)}
        texts |= {each for each in self.ids if len(each) >= _SHORTEST}
        return frozenset(map(folded, texts))

    def identifies(self, cell: str) -> bool:
        """Whether a cell makes its row theirs: a mail, perhaps among others, or a login, as some
        record had it, that never meant anybody else."""
        mails = _BETWEEN.split(cell) if "@" in cell else ()
        return any(folded(each) in self._identifying for each in (cell, *mails))

    @cached_property
    def _identifying(self) -> frozenset[str]:
        return frozenset(map(folded, (*self.mails, *self.logins)))


def sought(name: str) -> str:
    """What one looks for in texts of a name such as "account https://lms.example|aruiz": the login,
    or the mail."""
    kind, _, rest = name.partition(" ")
    return rest.rpartition("|")[2] if kind == "account" else rest.removeprefix("mailto:")


def is_full_name(called: str) -> bool:
    """Whether a name can be sought in texts: of two words at least, since Rose is a flower; or in a
    script that writes names without blanks."""
    return len(called.split()) > 1 or (len(called) > 1 and runs_on(called))


def _words(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these, as whole words, whatever their case; the longest first."""
    inside = {
        form: runs_on(each) or ord(each[0]) >= CJK
        for each in texts
        if each.strip()
        for form in spellings(each)
    }
    forms = "|".join(
        re.escape(each) if inside[each] else rf"(?<!\w){re.escape(each)}(?!\w)"
        for each in sorted(inside, key=lambda each: (-len(each), each))
    )
    return re.compile(forms, re.IGNORECASE) if forms else None

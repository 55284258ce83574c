"""Tests of pseudonyms: nobody of the worked year is in what is pseudonymised, and all are told
apart by it."""

from __future__ import annotations

import csv
import io
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import worked_year
from click.testing import CliRunner, Result
from worked_year.expectations import views

from lrs import app, attempts, known, rulings, sources
from lrs.cli import main
from lrs.config import Settings
from lrs.days import Interval
from lrs.evidence import classes, pseudonyms
from lrs.evidence.classes import CLASSES, PseudonymError
from lrs.evidence.pseudonyms import Pseudonyms
from lrs.evidence.sheet import Sheet
from lrs.known import Asked, Register
from lrs.people.identities import Identities
from lrs.people.timeline import Person
from lrs.register import columns
from lrs.register import sheet as registers
from lrs.register.columns import Column
from lrs.xapi.store import Store

YEAR = Interval(date(2026, 1, 1), date(2026, 12, 31))
SECRET = bytes(range(32))
WHOLE = next(views())
DIGEST = re.compile(rb"\b[0-9a-f]{64}\b")  # one has the digits of an id in it, by chance


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the year."""
    address = f"sqlite:///{tmp_path_factory.mktemp('year') / 'lrs.db'}"
    opened = app.opened(Settings(database=address, durable=False))
    worked_year.load(opened)
    attempts.follow(opened.engine)
    yield opened
    opened.writer.close()


@pytest.fixture(scope="module")
def answer(store: Store) -> Register:
    """The register at the end of the year."""
    with store.reading() as connection:
        return known.register(connection, Asked(YEAR, WHOLE.day, WHOLE.known))


@pytest.fixture(scope="module")
def register(store: Store, answer: Register) -> Sheet:
    """The register's sheet."""
    with store.reading() as connection:
        judged = [each for some in answer.judged.values() for each in some]
        files = sources.files(connection, judged)
        made = registers.Sheet(answer, answer.rows, sources.exercises(connection), files)
    rows = list(made.cells())
    return Sheet("register", "Register", columns.COLUMNS, rows, "All.", "By the rules.")


@pytest.fixture(scope="module")
def made(answer: Register) -> Pseudonyms:
    """The pseudonyms of the year's people."""
    return pseudonyms.pseudonyms(SECRET, answer.people)


def text(name: str) -> Column:
    """A column of texts."""
    return Column(name, name, "text", 10, "")


def others(store: Store, answer: Register) -> list[Sheet]:
    """Sheets of other kinds of columns: rulings, names that wait, everybody, files, texts."""
    with store.reading() as connection:
        given = rulings.every(connection)
    ruled = [(g.ruling.subject, g.ruling.why, g.ruling.by, str(g.ruling.told)) for g in given]
    people = answer.people.people.values()
    everybody = [
        (each.id, ", ".join(each.ids[1:]), each.names[-1][0], f"{each.id}|a|b|2026-01-01")
        for each in people
    ]
    prose = [(f"Asked {each.names[-1][0]} ({_mail(answer, each.id)}) again.",) for each in people]
    named = [(f"{each.names[-1][0]}.csv",) for each in people]
    waits = [(each.name,) for each in answer.waiting]
    some = (
        ("rulings", ("subject", "why", "by", "told"), ruled),
        ("population", ("person", "other_ids", "name", "row"), everybody),
        ("programme", ("says",), prose),
        ("completeness", ("file",), named),
        ("unresolved", ("identity",), waits),
    )
    return [
        Sheet(name, name, tuple(map(text, columns)), rows, prose[0][0], prose[1][0])
        for name, columns, rows in some
    ]


def _mail(answer: Register, person: str) -> str:
    found = [name for name in answer.people.names(person) if name.startswith("mbox ")]
    return found[0].removeprefix("mbox mailto:") if found else "nobody@elsewhere.example"


def written(sheet: Sheet) -> bytes:
    """A sheet as a file."""
    out = io.StringIO()
    csv.writer(out).writerows([*sheet.rows, (sheet.searched, sheet.made)])
    return out.getvalue().encode()


def needles(answer: Register) -> set[bytes]:
    """Everything by which somebody of the year was ever called, ids, names, mails and logins, and
    their first and last names."""
    found: set[str] = set()
    for each in answer.people.people.values():
        found |= {*each.ids, *(name for name, _ in each.names)}
        for name in answer.people.names(each.id):
            found.add(name.partition(" ")[2].rpartition("|")[2].removeprefix("mailto:"))
    return {each.casefold().encode() for each in found}


def test_nobody_of_the_year_is_in_any_sheet(
    store: Store, answer: Register, register: Sheet, made: Pseudonyms
) -> None:
    """No HR id, name, mail or login is anywhere in the bytes of what is pseudonymised, though each
    of the sheets has some of them before."""
    sought = needles(answer)
    assert len(sought) > 200
    for sheet in (register, *others(store, answer)):
        assert [each for each in sought if each in written(sheet).lower()], sheet.name
        hidden = DIGEST.sub(b"", written(made.sheet(sheet)).lower())
        assert [each for each in sought if each in hidden] == [], sheet.name


def test_the_rest_stays(register: Sheet, made: Pseudonyms) -> None:
    """Verdicts, days, scores and records are as they were, and rows are told apart as before."""
    hidden = list(made.sheet(register).rows)
    at = {name: columns.NAMES.index(name) for name in ("person", "row", "verdict", "note")}
    touched = {n for n, c in enumerate(register.columns) if _is_touched(c)}
    for row, other in zip(register.rows, hidden, strict=True):
        assert [c for n, c in enumerate(row) if n not in touched] == [
            c for n, c in enumerate(other) if n not in touched
        ]
    for name in ("person", "row"):
        pairs = {(r[at[name]], o[at[name]]) for r, o in zip(register.rows, hidden, strict=True)}
        assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    assert any("withheld T-" in str(row[at["note"]]) for row in hidden)
    assert any(str(row[at["note"]]).startswith("weak: set by N-") for row in hidden)
    managers = {str(row[columns.NAMES.index("manager")]) for row in hidden} - {"None"}
    assert managers <= {str(row[at["person"]]) for row in hidden}


def _is_touched(column: Column) -> bool:
    return classes.classify("register", column) != classes.HARMLESS


def test_every_column_has_a_class() -> None:
    """What each of the register's texts may tell of people was thought about; a column more is
    refused until it has been."""
    for column in columns.COLUMNS:
        assert column.kind != "text" or column.name in CLASSES, column.name
        classes.classify("register", column)
    new = Column("shoe_size", "Shoe size", "text", 10, "Of the person.")
    with pytest.raises(PseudonymError, match="nobody has said what column shoe_size"):
        Pseudonyms(SECRET).rows("register", (new,), [])


def test_a_column_that_tells_of_people_is_not_harmless() -> None:
    """The register's columns that identify, by their names."""
    telling = {c.name for c in columns.COLUMNS if _is_touched(c)}
    assert telling == {
        *("person", "name", "manager", "manager_name", "note", "evidence", "source_file"),
        *("accepted_by", "accepted_why", "row"),
    }


def test_a_waiver_s_reason_stays_where_it_is_one_of_the_standard_s() -> None:
    """What an LMS may have written about somebody is withheld, what cmi5 proposes is not."""
    made = Pseudonyms(SECRET)
    more = ": the programme takes no waiver without a ruling"
    for reason in ("Tested Out", "no reason told"):
        for note in (f"weak: waived in the LMS ({reason})", f"waived in the LMS ({reason}){more}"):
            assert made.note(note) == note
    hidden = made.note(f"waived in the LMS (Ana Ruiz (Eve) was ill){more}")
    assert hidden.startswith("waived in the LMS (withheld T-")
    assert hidden.endswith(f"){more}")
    assert "Ana" not in hidden and "Eve" not in hidden


def test_a_row_is_called_by_the_whole_id() -> None:
    """HR ids may have bars in them; nothing of one is left, whether anything is owed or not."""
    made = Pseudonyms(SECRET)
    whole = made.person("corp|00042")
    assert made.row("corp|00042") == whole
    owed = "|phishing|onboarding|2026-01-05"
    assert made.row(f"corp|00042{owed}") == f"{whole}{owed}"
    assert made.subject(f"obligation corp|00042{owed}") == f"obligation {whole}{owed}"


def called(name: str) -> Identities:
    """One person, of that name."""
    ever, none = Interval(date.min), ((),) * 5
    names = ((name, ever),)
    person = Person("00042", ("00042",), (ever,), (), names, *none, (), ())
    return Identities({"00042": person})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("अनिता शर्मा", "यह अनिता शर्मा ने कहा"),  # vowels that are no letters
        ("สมชาย ใจดี", "คุณสมชาย ใจดีบอกแล้ว"),  # no blanks between words
        ("สมชาย ใจดี", "คุณสมชายใจดีบอกแล้ว"),
        ("山田 太郎", "山田 太郎さんは休み"),
        ("山田 太郎", "山田太郎さんは休み"),
        ("李小龍", "和李小龍談過"),
        ("Jose\u0301 Ruiz", "Asked Jos\u00e9 Ruiz."),  # an accent as two characters, and as one
        ("Jos\u00e9 Ruiz", "Asked JOSE\u0301 RUIZ."),
        ("Οδυσσέας Μακρής", "ο ΟΔΥΣΣΈΑΣ ΜΑΚΡΉΣ"),
    ],
)
def test_a_name_is_found_in_every_script(name: str, text: str) -> None:
    """Where no blanks are between words, where vowels are marks, however accents are spelt."""
    made = pseudonyms.pseudonyms(SECRET, called(name), keep_texts=True)
    found = made.free(text)
    assert made.name(name) in found
    assert not set(unicodedata.normalize("NFC", name).split()) & set(found.split())
    assert len(found) < len(text) + 13 - len(name) + 2


def test_a_short_name_is_no_part_of_a_word() -> None:
    """A first name of two letters is in many words of an alphabet without blanks."""
    made = pseudonyms.pseudonyms(SECRET, called("ใจ"))
    assert made.scrubbed("ตั้งใจทำงาน") == "ตั้งใจทำงาน"


def test_the_same_key_gives_the_same_pseudonyms() -> None:
    """Packs of one engagement can be joined, those of two can't; and a pseudonym is of one kind."""
    one, same, other = Pseudonyms(SECRET), Pseudonyms(SECRET), Pseudonyms(bytes(32))
    assert one.person("00042") == same.person("00042") == "P-DRJPB-RJXZG"
    assert one.person("00042") != other.person("00042")
    assert one.person("00042")[1:] != one.name("00042")[1:]


def test_two_people_never_share_a_pseudonym(answer: Register) -> None:
    """Should it ever happen, it is told before a pack is written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pseudonyms, "person", lambda self, id: f"P-{id[-1]}")
        with pytest.raises(PseudonymError, match=r"would share the pseudonym P-\d; .*lrs evidence"):
            pseudonyms.pseudonyms(SECRET, answer.people)


def test_a_hundred_thousand_people_are_told_apart() -> None:
    """Ten characters are enough for them."""
    made = Pseudonyms(SECRET)
    assert len({made.person(f"{n:06}") for n in range(100_000)}) == 100_000


def test_texts_are_kept_on_request(answer: Register) -> None:
    """Then they stay, but for the names and mails in them."""
    made = pseudonyms.pseudonyms(SECRET, answer.people, keep_texts=True)
    person = answer.people.people["00002"]
    name = person.names[-1][0]
    said = made.free(f"{name} was ill; {name.upper()}, 00002, wrote from x@y.example. Paid 20.")
    pseudonym = made.name(name)
    assert said == (
        f"{pseudonym} was ill; {pseudonym}, {made.person('00002')}, wrote from withheld. Paid 20."
    )


@pytest.mark.parametrize("wrong", ["", "hello", "lrs-pseudonym-key-1 QUJD", SECRET.hex()])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    """With the command that makes one."""
    with pytest.raises(PseudonymError, match="lrs evidence key FILE makes one"):
        pseudonyms.key(wrong)


Run = Callable[..., Result]


@pytest.fixture
def run(store: Store) -> Run:
    """Runs lrs evidence on the year's store, and expects an exit status."""

    def ran(*words: str, exits: int = 0) -> Result:
        env = {"LRS_DATABASE": store.settings.database, "LRS_DURABLE": "no"}
        result = CliRunner().invoke(main, ["evidence", *words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


def test_a_key_and_whom_a_pseudonym_stands_for(run: Run, tmp_path: Path) -> None:
    """The key is its owner's alone and never written over; with it, and the store, the owner says
    who somebody is. With another key nobody is found."""
    file, other = tmp_path / "a.key", tmp_path / "b.key"
    run("key", str(file))
    run("key", str(other))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "never written over" in run("key", str(file), exits=2).output
    made = Pseudonyms(pseudonyms.key(file.read_text()))
    person = made.person("00002")
    told = run("reidentify", person, made.name("Ana Ruiz"), "--key", str(file)).stdout
    assert told.splitlines() == [
        f"{person}\t00002\t00002\tHR id",
        f"{made.name('Ana Ruiz')}\tAna Ruiz\t00002\tname",
    ]
    assert (
        "is it the key of that pack?"
        in run("reidentify", person, "--key", str(other), exits=1).output
    )
    guest = "account https://learn.brightwater.example|guest.training"
    assert guest in run("reidentify", made.name(guest), "--key", str(file)).stdout
    assert made.name("noor") in run("reidentify", made.name("noor"), "--key", str(file)).stdout
    table = list(csv.DictReader(io.StringIO(run("reidentify", "--all", "--key", str(file)).stdout)))
    assert {row["stands_for"] for row in table if row["pseudonym"] == person} == {"00002"}
    assert run("reidentify", "--key", str(file), exits=2).output

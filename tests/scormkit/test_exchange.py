"""Tests of the formats: XLIFF 2.1's own rules, gettext's, hostile files, and round trips."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from short import story

from scormkit import document
from scormkit.exchange import exporting, importing, library, marks, po, sibling, xliff
from scormkit.exchange.library import Shelf
from scormkit.exchange.returned import Refused, Returned
from scormkit.exchange.units import DONE, MISSING, STALE, UNKNOWN_AGE, Sheet, Unit
from scormkit.problems import Mark

ROOT = Path(__file__).parents[2]
NS = "{urn:oasis:names:tc:xliff:document:2.0}"
SHIPPED = ("phishing", "mfa-fatigue-attack", "business-email-compromise")
INLINE = ("cp", "ph", "pc", "sc", "ec", "mrk", "sm", "em")
NMTOKEN = re.compile(r"[\w.:-]+")
MARKED = (
    "Read [the *form*](form), {you}: [it [cannot](form) wait, {lure.day}]{rush} ![](van)\n"
    "- a \\{brace} & <b>"
)

texts = st.text(
    st.one_of(
        st.sampled_from("[]{}()!\\*_-`abc :\n\"'&<>ä漢"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    min_size=1,
    max_size=60,
).map(str.strip).filter(bool)  # fmt: skip
written = st.one_of(
    texts,
    st.lists(
        st.one_of(
            texts,
            st.sampled_from(["{you}", "{lure.day}", "![](van)"]),
            st.tuples(texts, st.sampled_from(["](form)", "]{rush}"])).map("[{0[0]}{0[1]}".format),
        ),
        max_size=6,
    ).map(" ".join),
).map(str.strip).filter(bool)  # fmt: skip


def shelf(slug: str, language: str = "ar") -> Shelf:
    return library.scenario(ROOT / "scenarios" / f"{slug}.yaml", language)


def sheet(*pairs: tuple[str, str, str]) -> Sheet:
    """A sheet of some units: source, target, state."""
    units = tuple(
        Unit(f"scenes.s{n}.title", source, target, state, f"scenes.s{n}", Mark("call.yaml", n + 1))
        for n, (source, target, state) in enumerate(pairs)
    )
    return Sheet("call", "A call & more", "1.0.0", "call.yaml", "en", "de", units)


def both(told: Sheet) -> list[Returned]:
    """The sheet written and read in each format."""
    return [importing.read(write(told).encode(), "f") for write, _ in exporting.FORMATS.values()]


def test_marks_are_found() -> None:
    """Links, cues, placeholders and pictures are marks, also one inside of another."""
    assert list(marks.marks(marks.parse(MARKED))) == [
        *(("link", "form"), ("value", "you"), ("cue", "rush")),
        *(("link", "form"), ("value", "lure.day"), ("picture", "van")),
    ]
    assert marks.words(marks.parse("{a} [b]{c} d")) == "  b d"


@given(written)
@example(MARKED)
@example("[a](b")
@example("]{x}")
@example("[]{x} []()")
@example("\\")
def test_a_text_is_put_together_again(text: str) -> None:
    """Taking a text apart loses nothing."""
    assert marks.written(marks.parse(text)) == text


def test_marks_without_end() -> None:
    """Marks in marks, more than anybody writes, end no command, and the text stays whole."""
    for text in ("[" * 5000 + "a" + "](x)" * 5000, "[" * 5000, "[a" * 5000 + "]{x}" * 9):
        assert marks.written(marks.parse(text)) == text
        assert len(list(marks.marks(marks.parse(text)))) <= 20


def test_what_is_quoted_moves_no_terminal() -> None:
    """A foreign text is shown without the controls in it."""
    with pytest.raises(Refused) as refused:
        importing.read(b"\x1b[2Jhello", "f")
    assert "\x1b" not in str(refused.value)


@given(source=written, target=written)
@example(source=MARKED, target=MARKED.replace("Read", "Lies {you} {more}"))
@example(source="\u0001\ufffe", target="a\rb")
def test_texts_survive_both_formats(source: str, target: str) -> None:
    """Whatever stands in a text comes back as it went, from XLIFF and from PO."""
    for returned in both(sheet((source, target, DONE), (target, source, DONE))):
        assert returned.problems == ()
        told = [(answer.source, answer.target) for answer in returned.answers]
        assert told == [(source, target), (target, source)]
        assert (returned.name, returned.language) == ("call", "de")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_every_place_is_an_identifier(path: str) -> None:
    """Any place is an NMTOKEN as a unit's id, and is found again from it."""
    assert NMTOKEN.fullmatch(xliff.identifier(path))
    assert xliff.place(xliff.identifier(path)) == path


@given(st.dictionaries(st.text("abc.-/:0e", min_size=1, max_size=9), texts, min_size=1, max_size=4))
@example({"title": "1e5"})
@example({"a": "0o17", "b": "no", "c": "~", "d": "12:30", "0": "null"})
@example({"a": "- x\n\n  y\n```\nz"})
def test_what_is_written_is_read_the_same(words: dict[str, str]) -> None:
    """The sibling file gives back every text, whatever YAML might take it for."""
    words = {
        key: document.parse(f"x: {_quoted(text)}".encode(), "f").data["x"]
        for key, text in words.items()
    }
    sources = dict.fromkeys(words, "12345678")
    text = sibling.whole({"language": "de", "scenario": "call"}, words, sources)
    data = document.parse(text.encode(), "f").data
    assert (data["texts"], data["sources"]) == (words, sources)
    assert list(data["texts"]) == list(words)


def _quoted(text: str) -> str:
    """A text as our reader gives it: some signs that it does not keep are spaces then."""
    return '"' + "".join(f"\\U{ord(letter):08X}" for letter in text) + '"'


@pytest.mark.parametrize("slug", SHIPPED)
def test_xliff_keeps_its_own_rules(slug: str) -> None:
    """XLIFF 2.1, 4.2 and 4.3: order and names of elements, ids, references, states, languages."""
    root = etree.fromstring(exporting.export(shelf(slug), "xliff").encode())
    assert (root.tag, root.get("version")) == (f"{NS}xliff", "2.1")
    assert (root.get("srcLang"), root.get("trgLang")) == ("en", "ar")
    (file,) = root
    assert (file.tag, file.get("id"), file.get("trgDir")) == (f"{NS}file", slug, "rtl")
    assert file[0].tag == f"{NS}notes"
    assert {child.tag for child in list(file)[1:]} == {f"{NS}group"}
    units = list(file.iter(f"{NS}unit"))
    for kind in ("group", "unit"):
        ids = [each.get("id", "") for each in file.iter(f"{NS}{kind}")]
        assert len(set(ids)) == len(ids) > 5
        assert all(NMTOKEN.fullmatch(each) for each in ids)
    assert [unit.get("name") for unit in units] == [
        unit.path for _, group in _grouped(slug) for unit in group
    ]
    for unit in units:
        _keeps_rules(unit)


def _grouped(slug: str) -> list[tuple[str, list[Unit]]]:
    from scormkit.exchange.units import grouped

    return list(grouped(library.sheet_of(shelf(slug)).units))


def _keeps_rules(unit: etree._Element) -> None:
    names = [etree.QName(child).localname for child in unit]
    assert names == [name for name in ("notes", "originalData", "segment") if name in names]
    notes = [note.get("id") for note in unit.iter(f"{NS}note")]
    assert len(set(notes)) == len(notes)
    data = [each.get("id") for each in unit.iter(f"{NS}data")]
    assert len(set(data)) == len(data)
    segment = unit[-1]
    assert segment.get("state") in ("initial", "translated", "reviewed", "final")
    assert segment.get("subState") is None or ":" in segment.get("subState", "")
    sides = {etree.QName(side).localname: side for side in segment}
    assert list(sides) in (["source"], ["source", "target"])
    used, codes = set(), {}
    for name, side in sides.items():
        own = [code for code in side.iter() if code is not side]
        assert {etree.QName(code).localname for code in own} <= set(INLINE)
        ids = [code.get("id") for code in own]
        assert len(set(ids)) == len(ids)
        codes[name] = {
            code.get("id"): (code.tag, code.get("type"), code.get("subType")) for code in own
        }
        used |= {
            code.get(key)
            for code in own
            for key in map(str, code.attrib)
            if key.startswith("dataRef")
        }
        assert all(code.get("type") for code in own if code.get("subType"))
    assert used == set(data), "each code has its data, and no data is without a code"
    if "target" in sides:
        shared = codes["target"].keys() & codes["source"].keys()
        assert all(codes["target"][each] == codes["source"][each] for each in shared)


def test_the_rules_would_find_a_breach() -> None:
    """The check above is no formality: a unit without its data fails it."""
    text = xliff.write(sheet((MARKED, MARKED, DONE)))
    unit = next(etree.fromstring(text.encode()).iter(f"{NS}unit"))
    _keeps_rules(unit)
    unit.remove(unit[0])
    with pytest.raises(AssertionError):
        _keeps_rules(unit)


def test_states() -> None:
    """What is done is translated; what is stale or of unknown age begins anew, and says why."""
    told = sheet(*(("a", "b", state) for state in (DONE, STALE, UNKNOWN_AGE)), ("c", "", MISSING))
    text = xliff.write(told)
    assert re.findall(r"<segment ([^>]*)>", text) == [
        'state="translated"',
        'state="initial" subState="scormkit:stale"',
        'state="initial" subState="scormkit:unknown-age"',
        'state="initial"',
    ]
    gettext = po.write(told)
    assert gettext.count("#, fuzzy") == 2
    in_xliff, in_po = both(told)
    assert [(a.target, a.open) for a in in_xliff.answers] == [
        *(("b", False), ("b", True), ("b", True), (None, True)),
    ]
    assert [a.target for a in in_po.answers] == ["b", None, None, None]


def test_codes_are_locked() -> None:
    """In XLIFF a mark is a code that cannot be deleted; only one that a target adds can."""
    text = xliff.write(sheet(("[Go](form), {you}", "{you}, [los](form) {more}", DONE)))
    source, target = re.findall(r"<(?:source|target)>(.*)</", text)
    assert re.findall(r'<(\w+) id="(\d)"[^>]*?(canDelete="no")?/?>', source) == [
        ("pc", "1", 'canDelete="no"'),
        ("ph", "2", 'canDelete="no"'),
    ]
    assert re.findall(r'<(\w+) id="(\d)"[^>]*?(canDelete="no")?/?>', target) == [
        ("ph", "2", 'canDelete="no"'),
        ("pc", "1", 'canDelete="no"'),
        ("ph", "3", ""),
    ]


@pytest.mark.parametrize("slug", SHIPPED)
def test_gettext_itself_reads_the_po_file(slug: str, tmp_path: Path) -> None:
    """msgfmt, where it is installed, takes the file; our own reader does everywhere."""
    file = tmp_path / "x.po"
    file.write_text(exporting.export(shelf(slug), "po"), encoding="utf-8")
    units = library.sheet_of(shelf(slug)).units
    assert [a.path for a in po.read(file.read_bytes(), "x.po").answers] == [u.path for u in units]
    if msgfmt := shutil.which("msgfmt"):
        done = subprocess.run(
            [msgfmt, "--check-format", "--statistics", "-o", "/dev/null", str(file)],
            capture_output=True, text=True, env={"LC_ALL": "C"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert f"{len(units)} untranslated messages" in done.stderr


def test_gettexts_own_ways_of_writing() -> None:
    """Wrapped strings, escapes, set-aside and fuzzy entries, as other tools write them."""
    text = po.write(sheet(("a", "", MISSING), ("b", "", MISSING), ("c", "", MISSING)))
    text = text.replace('msgid "a"\nmsgstr ""', 'msgid ""\n"a"\nmsgstr ""\n"x\\n"\n"\\"y\\" \\303"')
    text = text.replace(
        'msgctxt "scenes.s1', '#, fuzzy, c-format\n#| msgid "old"\nmsgctxt "scenes.s1'
    )
    text = text.replace('msgid "b"\nmsgstr ""', 'msgid "b"\nmsgstr "y"')
    text = text.replace("\n", "\r\n") + '#~ msgid "gone"\r\n#~ msgstr "weg"\r\n'
    returned = po.read(b"\xef\xbb\xbf" + text.encode(), "f")
    told = [(answer.source, answer.target) for answer in returned.answers]
    assert told == [("a", 'x\n"y" Ã'), ("b", None), ("c", None)]


def test_flags_of_po_stay_with_their_entry() -> None:
    """Flags may stand in two lines; those of an entry that is set aside go with it."""
    text = po.write(sheet(("a", "x", DONE), ("b", "y", DONE)))
    text = text.replace('msgctxt "scenes.s0', '#, fuzzy\n#, c-format\nmsgctxt "scenes.s0')
    aside = '#, fuzzy\n#~ msgid "gone"\n#~ msgstr "weg"\n\n'
    text = re.sub(r'(?m)^#: [^\n]*\nmsgctxt "scenes.s1', lambda found: aside + found[0], text)
    assert aside in text
    assert [answer.target for answer in po.read(text.encode(), "f").answers] == [None, "y"]


def test_a_title_of_several_lines_is_one_remark() -> None:
    """What stands above a PO file's header is one line, however the title is written."""
    told = replace(sheet(("a", "x", DONE)), title="A call\nat five")
    assert [answer.target for answer in po.read(po.write(told).encode(), "f").answers] == ["x"]


def test_a_state_left_out_is_the_first_one() -> None:
    """XLIFF 2.1, 4.3.1.26: "Default value: initial"; tools leave defaults out."""
    text = xliff.write(sheet(("a", "b", STALE))).replace(' state="initial"', "")
    (answer,) = importing.read(text.encode(), "f").answers
    assert (answer.target, answer.open) == ("b", True)


def test_a_tool_may_cut_a_text_into_segments() -> None:
    """Segments and what lies between them are put together, in the order of the targets."""
    text = xliff.write(sheet(("One. Two.", "", MISSING)))
    cut = (
        '<segment state="final"><source>One.</source><target order="3">Eins.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment state="reviewed"><source>Two.</source><target order="1">Zw<mrk id="m">ei</mrk>.'
        "</target></segment>"
    )
    text = re.sub(r"<segment .*</segment>", cut, text, flags=re.S)
    (answer,) = importing.read(text.encode(), "f").answers
    assert (answer.source, answer.target, answer.open) == ("One. Two.", "Zwei. Eins.", False)
    (half,) = importing.read(
        text.replace('<target order="3">Eins.</target>', "").encode(), "f"
    ).answers
    assert half.target is None


def test_codes_that_a_tool_has_split() -> None:
    """A pair may come back as start and end, which overlap nothing."""
    text = xliff.write(sheet(("[Go](form)", "", MISSING)))
    split = '<target><sc id="1" dataRef="d1"/>Los<ec startRef="1" dataRef="d2"/></target></segment>'
    (answer,) = importing.read(text.replace("</segment>", split).encode(), "f").answers
    assert answer.target == "[Los](form)"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ('<ph id="9" dataRef="d9"/>', "unknown-code"),
        ('<ph id="9"/>', "unknown-code"),
        ('<x:b xmlns:x="urn:x">los</x:b>', "unknown-code"),
        ('<cp hex="zz"/>', "xliff-form"),
        ('<cp hex="FFFFFFFF"/>', "xliff-form"),
    ],
)
def test_codes_made_by_hand(target: str, code: str) -> None:
    """A code that the unit does not know is told at its line; the other units are still read."""
    text = xliff.write(sheet(("{you}", "", MISSING), ("b", "c", DONE)))
    text = text.replace("</segment>", f"<target>{target}</target></segment>", 1)
    returned = importing.read(text.encode(), "f")
    assert [problem.code for problem in returned.problems] == [code]
    line = text[: text.index("<target>")].count("\n") + 1
    assert returned.problems[0].mark.line == line
    assert [answer.target for answer in returned.answers] == ["c"]


def test_a_place_among_the_segments_that_is_none() -> None:
    """An order that is no number is told, and nothing is guessed."""
    text = xliff.write(sheet(("a", "b", DONE))).replace("<target>", '<target order="first">')
    (problem,) = importing.read(text.encode(), "f").problems
    assert problem.code == "xliff-form"


GOOD = xliff.write(sheet(("a", "b", DONE)))
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB.encode() + b"<xliff>&b;</xliff>", "xml-doctype"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xliff/>', "xml-doctype"),
        (b'<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1/">]><x>&f;</x>', "xml-doctype"),
        (b"<xliff>&nbsp;</xliff>", "xml-malformed"),
        (b"<xliff", "xml-malformed"),
        (GOOD.encode()[:-20], "xml-malformed"),
        (GOOD.encode().replace(b"a</source>", b"\xff</source>"), "xml-malformed"),
        (GOOD.replace("UTF-8", "x-none").encode(), "xml-encoding"),
        (b"<a>" * 100 + b"</a>" * 100, "xml-too-large"),
        (b"<" + b" " * 16_000_001, "xml-too-large"),
        (b'<xliff version="1.2"/>', "xliff-form"),
        (b"<html/>", "xliff-form"),
        (GOOD.replace("</file>", '</file><file id="b"/>').encode(), "xliff-form"),
        (b"", "po-form"),
        (b"hello", "po-form"),
        (b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n', "po-form"),
        (b'msgid "a\nmsgstr "b"\n', "po-form"),
        (b'msgid "a"\nmsgid "b"\n', "po-form"),
        (b'"a"\n', "po-form"),
        (b'msgid ""\nmsgstr "\xff"\n', "encoding"),
        (b"#" * 16_000_001, "too-large"),
        (b"\x00\x01\x02", "po-form"),
    ],
)
def test_a_hostile_or_broken_file_is_one_error(data: bytes, code: str) -> None:
    """What cannot be read, or not be trusted, is refused with one problem."""
    with pytest.raises(Refused) as refused:
        importing.read(data, "f")
    assert refused.value.problem.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No file of any content ends the command in another way."""
    for start in (b"", b"<", b'msgid ""\nmsgstr "X-Scormkit-Texts: call en de"\n'):
        try:
            importing.read(start + data, "f")
        except Refused:
            continue


@given(st.data())
def test_a_good_file_with_a_piece_lost(data: st.DataObject) -> None:
    """A file that lost a piece on its way is read or refused, and never ends otherwise."""
    told = sheet((MARKED, MARKED, DONE), ("a", "b", DONE))
    text = data.draw(st.sampled_from([xliff.write(told), po.write(told)]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 40, len(text))))
    try:
        importing.read((text[:start] + text[end:]).encode(), "f")
    except Refused as refused:
        assert refused.problem.code in ("xml-malformed", "xliff-form", "po-form", "xml-encoding")


def test_texts_that_stay_as_they_are(tmp_path: Path) -> None:
    """Addresses, numbers and what they are made of are not sent to translators; names are, and a
    text that is translated all the same goes along."""
    source = tmp_path / "call.yaml"
    source.write_text(
        story(
            ("{what: an update}", "{what: an update, host: upd-ate.example, box: mia}"),
            ('{what: "an **outage**"}', "{what: o, host: out.example, box: leo}"),
            (
                "number: +1 202 555 0177",
                'number: +1 202 555 0177, address: "{pretext.box}@x.example"',
            ),
        ),
        encoding="utf-8",
    )
    paths = {unit.path for unit in library.sheet_of(library.scenario(source, "de")).units}
    assert "scenes.call.phone.caller.name" in paths
    assert "variants.pretext.update.what" in paths
    assert not {path for path in paths if path.endswith((".number", ".address", ".host", ".box"))}
    (tmp_path / "call.de.yaml").write_text(
        "language: de\nscenario: call\ntexts: {variants.pretext.update.box: maria}\n",
        encoding="utf-8",
    )
    paths = {unit.path for unit in library.sheet_of(library.scenario(source, "de")).units}
    assert "variants.pretext.update.box" in paths

"""Tests of the way from a file to a bundle: the languages, values and media that lie beside it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from short import ORGANISATION, bundle, compiled, story

from scormkit import document, schema
from scormkit.compiler import Compiled, compile_file
from scormkit.problems import report

VALUES = "company: Brightwater\ndomain: brightwater.example\n"
PICTURED = (
    ("variables:\n", "media: {badge: {file: media/badge.svg, alt: A badge}}\nvariables:\n"),
    ("text: The code stayed with you.", 'text: "![](badge) {company}"'),
)

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"/>'


_KEY = re.compile(r"(?:(?<=[{,\[\s-])|^)([a-z][a-z0-9-]*)(?=:\s)", re.M)


class Desk:
    """A folder of an author."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("organisation.yaml", VALUES)
        self.write("call.yaml", story())

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def translate(self, language: str, texts: dict[str, str], **more: str) -> None:
        whole = {"scenario": "call", "language": language, "texts": texts, **more}
        self.write(f"call.{language}.yaml", json.dumps(whole))

    def compile(self) -> Compiled:
        return compile_file(self.folder / "call.yaml")

    def bundle(self) -> dict[str, Any]:
        made = self.compile()
        assert made.bundle is not None, report(made.problems)
        return made.bundle

    def texts(self, language: str) -> dict[str, str]:
        """What of the story reads differently in a language; the player's own words left out."""
        texts = self.bundle()["languages"][language]["texts"]
        return {key: text for key, text in texts.items() if not key.startswith("words.")}

    def codes(self) -> list[tuple[str, int, str]]:
        return [(Path(p.mark.file).name, p.mark.line, p.code) for p in self.compile().problems]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "scenarios")


def test_file_and_text(desk: Desk) -> None:
    """A file without anything beside it becomes what its text becomes."""
    assert desk.bundle() == bundle()


def test_the_folder_does_not_matter(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bundle comes of a path from elsewhere, and of one that begins where one stands."""
    whole = desk.bundle()
    monkeypatch.chdir(desk.folder)
    assert compile_file(Path("call.yaml")).bundle == whole
    monkeypatch.chdir(desk.folder.parent)
    assert compile_file(Path("scenarios/../scenarios/call.yaml")).bundle == whole


def test_organisation(desk: Desk) -> None:
    """The organisation's values stand in the texts, and in the bundle, as HTML."""
    desk.write("organisation.yaml", "company: B & <W>\ndomain: b.example\nfloor: 3rd\n")
    desk.write("call.yaml", story(("title: Kept", 'title: "{company}, {floor}"')))
    made = desk.bundle()
    assert made["endings"]["kept"]["title"] == "B &amp; &lt;W&gt;, 3rd"
    assert made["organisation"]["company"] == "B &amp; &lt;W&gt;"


@pytest.mark.parametrize(
    ("values", "line", "code"),
    [
        ("company: B\n", 1, "missing-key"),
        ("company: B\ndomain: 7\n", 2, "wrong-type"),
        ("company: B\ndomain: d\nMy Value: x\n", 3, "bad-name"),
        ("company: B\ndomain: d\ndomain: e\n", 3, "duplicate-key"),
        ("company: B\n\tdomain: d\n", 2, "syntax"),
    ],
)
def test_a_broken_organisation(desk: Desk, values: str, line: int, code: str) -> None:
    """What is wrong with the organisation's values is told in their file."""
    desk.write("organisation.yaml", values)
    assert ("organisation.yaml", line, code) in desk.codes()
    assert desk.compile().bundle is None


def test_no_organisation(desk: Desk) -> None:
    """Without values a scenario that uses none is whole; one that does is told so."""
    (desk.folder / "organisation.yaml").unlink()
    assert desk.bundle()["organisation"] == {}
    desk.write("call.yaml", story(("title: Kept", 'title: "{company}"')))
    assert [code for _, _, code in desk.codes()] == ["unknown-value"]


def test_languages(desk: Desk) -> None:
    """Each translation beside the scenario is laid over it: only what differs, by place."""
    desk.translate("de", {"title": "Ein Anruf", "scenes.call.acts.give.say": "Der Code ist 48."})
    desk.translate("ar", {"endings.kept.text": "**نعم** {company}", "title": "A call at five"})
    directions = {tag: told["dir"] for tag, told in desk.bundle()["languages"].items()}
    assert directions == {"ar": "rtl", "de": "ltr"}
    assert desk.texts("ar") == {"endings.kept.text": "<p><strong>نعم</strong> Brightwater</p>"}
    assert desk.texts("de") == {
        "title": "Ein Anruf",
        "scenes.call.acts.1.label": "Der Code ist 48.",
    }


def test_the_player_speaks_the_language_too(desk: Desk) -> None:
    """A translation brings the player's own words in its language, as far as there are any, and
    those only that the story can come to show."""
    desk.translate("de-AT", {"title": "Ein Anruf"})
    desk.translate("ar", {"title": "مكالمة"})
    whole = desk.bundle()
    texts = whole["languages"]["de-AT"]["texts"]
    words = {key.removeprefix("words.") for key in texts if key.startswith("words.")}
    assert texts["words.phone.incoming"] == "Eingehender Anruf"
    assert words <= whole["words"].keys() and len(words) > 100
    assert "push.device" not in words
    assert not any(key.startswith("words.") for key in whole["languages"]["ar"]["texts"])


def test_organisation_in_another_language(desk: Desk) -> None:
    """What the organisation is called in another language stands in a file of its own: it goes
    into that language's texts alone, a region's before its language's."""
    desk.write("call.yaml", story(("title: Kept", 'title: "{desk} of {company}"')))
    desk.write("organisation.yaml", VALUES + "desk: Help Desk\n")
    desk.write("organisation.de.yaml", "desk: Helpdesk & Co\n")
    desk.translate("de", {"endings.kept.title": "{desk} von {company}"})
    desk.translate("de-CH", {"title": "Ein Telefonat"})
    desk.translate("nl", {"title": "Een telefoontje"})
    kept, german = "endings.kept.title", "Helpdesk &amp; Co"
    assert desk.bundle()["endings"]["kept"]["title"] == "Help Desk of Brightwater"
    assert desk.texts("de") == {"organisation.desk": german, kept: f"{german} von Brightwater"}
    assert desk.texts("de-CH")[kept] == f"{german} of Brightwater"
    assert desk.texts("nl") == {"title": "Een telefoontje"}
    desk.write("organisation.de-CH.yaml", "company: Hellwasser\n")
    assert desk.texts("de-CH")[kept] == f"{german} of Hellwasser"
    assert desk.folder / "organisation.de.yaml" in desk.compile().inputs


def test_organisation_of_a_scenario_in_its_own_language(desk: Desk) -> None:
    """A scenario written in German takes the German values, without any translation."""
    changes = (("language: en", "language: de"), ("title: Kept", 'title: "{company}"'))
    desk.write("call.yaml", story(*changes))
    desk.write("organisation.de.yaml", "company: Hellwasser\n")
    assert desk.bundle()["endings"]["kept"]["title"] == "Hellwasser"


@pytest.mark.parametrize(
    ("values", "line", "code"),
    [
        ("compny: B\n", 1, "unknown-key"),
        ("domain: 7\n", 1, "wrong-type"),
        ("company: B\ncompany: C\n", 2, "duplicate-key"),
        ("", 0, "empty"),
    ],
)
def test_a_broken_organisation_in_another_language(
    desk: Desk, values: str, line: int, code: str
) -> None:
    """Nothing is needed there, and what nobody would ever read is told in that file."""
    desk.write("organisation.de.yaml", "company: B\n")
    assert desk.codes() == []
    desk.write("organisation.de.yaml", values)
    assert ("organisation.de.yaml", line, code) in desk.codes()
    assert desk.compile().bundle is None


def test_translated_cues_links_and_variants(desk: Desk) -> None:
    """A translation marks the same cues, and speaks of the same variants."""
    line = "scenes.call.phone.lines.0.rosa"
    desk.translate(
        "de",
        {
            line: "Es geht um {pretext.what}, [sofort]{rush}.",
            "variants.pretext.outage.what": "ein *Ausfall*",
        },
    )
    assert desk.texts("de") == {
        "scenes.call.content.lines.0.text": (
            '<p>Es geht um {pretext.what}, <span data-cue="rush">sofort</span>.</p>'
        ),
        "variants.pretext.options.1.fields.what": "ein <em>Ausfall</em>",
    }


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("scenes.call.titel", "x", "unknown-text"),
        ("scenes.call.acts.give.set.hurried", "x", "unknown-text"),
        ("scenes.call.phone.cues.rush.kind", "x", "unknown-text"),
        ("scenes.call.acts.hang-up.then", "x", "unknown-text"),
        ("scenes.call.acts.hang-up.outcome", "x", "unknown-text"),
        ("variables.mood.one-of.0", "x", "unknown-text"),
        ("variables.mood.start", "x", "unknown-text"),
        ("people.rosa.listed", "x", "unknown-text"),
        ("pass.endings.0", "x", "unknown-text"),
        ("tests.good.ending", "x", "unknown-text"),
        ("tests.good.path.0", "x", "unknown-text"),
        ("audience.0", "x", "unknown-text"),
        ("version", "x", "unknown-text"),
        ("scenes.call.phone.lines.0.rosa", "There is [no]{rash}.", "unknown-cue"),
        ("endings.kept.text", "{compny}", "unknown-value"),
        ("endings.kept.text", "[x](y)", "unknown-link"),
    ],
)
def test_a_wrong_translation(desk: Desk, key: str, text: str, code: str) -> None:
    """What no learner reads cannot be translated, and what they read is looked at as well."""
    desk.write("call.de.yaml", f"scenario: call\nlanguage: de\ntexts:\n  {key}: '{text}'\n")
    assert ("call.de.yaml", 4, code) in desk.codes()
    made = desk.compile()
    if code == "unknown-text":  # its place may be gone since: a warning, and it is left out
        assert made.bundle is not None
        assert desk.texts("de") == {}
    else:
        assert made.bundle is None


def test_names_inside_of_a_scene(desk: Desk) -> None:
    """Somebody who is named only in a scene can be called otherwise in another language."""
    desk.translate("de", {"scenes.call.phone.caller.name": "Unbekannt"})
    assert desk.codes() == []
    assert desk.texts("de") == {"scenes.call.content.caller.name": "Unbekannt"}


def test_numbers_in_a_language_from_right_to_left(desk: Desk) -> None:
    """In such a language a number of several parts is kept apart from the text around it (UAX 9),
    but not where the player does that itself; in others nothing is added."""
    text = "+1 202 555 0100, #ask, $1,300, 12 30 45 &#x; 3 4 {domain} `+1 2`"
    for language in ("ar", "de"):
        desk.translate(language, {"endings.kept.text": text, "endings.lost.title": "+1 202"})
    languages = desk.bundle()["languages"]
    assert languages["ar"]["texts"]["endings.kept.text"] == (
        "<p>\u2066+1 202 555 0100\u2069, \u2066#ask\u2069, \u2066$1,300\u2069, "
        "\u206612 30 45\u2069 &amp;#x; 3 4 brightwater.example <code>\u2066+1 2\u2069</code></p>"
    )
    assert languages["ar"]["texts"]["endings.lost.title"] == "\u2066+1 202\u2069"
    assert "\u2066" not in str(languages["de"])
    assert not any("number" in place for place in languages["ar"]["texts"])


def test_translations_of_names_with_dots(desk: Desk) -> None:
    """A text below a name with dots, as of a file, is found by the whole name."""
    review = (
        "    chat:\n      room: Help desk\n      lines:\n        - rosa: Did you just call me?\n",
        "    browser:\n      url: https://x.example\n      page:\n        kind: code-review\n"
        "        heading: H\n        files: {a.b/c.py: {diff: d, comments: [{rosa: Fine.}]}}\n",
    )
    desk.write("call.yaml", story(review))
    desk.translate("de", {"scenes.desk.browser.page.files.a.b/c.py.comments.0.rosa": "Gut."})
    assert desk.texts("de") == {
        "scenes.desk.content.page.files.a.b/c.py.comments.0.text": "<p>Gut.</p>"
    }


def test_a_translated_change_keeps_the_lines_that_are_pointed_to(desk: Desk) -> None:
    """A diff may be translated, for what is said in the code; not the line that a cue is on."""
    review = (
        "    chat:\n      room: Help desk\n      lines:\n        - rosa: Did you just call me?\n",
        "    browser:\n      url: https://x.example\n      page:\n        kind: code-review\n"
        '        heading: H\n        files: {a.py: {diff: "+# Hello\\n+key = 1"}}\n'
        "      cues: {key: {kind: inconsistency, on: a.py, line: key =, why: W.}}\n",
    )
    desk.write("call.yaml", story(review))
    place = "scenes.desk.browser.page.files.a.py.diff"
    desk.translate("de", {place: "+# Hallo\n+key = 1"})
    assert desk.texts("de") == {"scenes.desk.content.page.files.a.py.diff": "+# Hallo\n+key = 1"}
    desk.translate("de", {place: "+# Hallo\n+wert = 1"})
    assert [code for _, _, code in desk.codes()] == ["unknown-part"]
    desk.translate("de", {"scenes.desk.browser.cues.key.line": "wert"})
    assert [code for _, _, code in desk.codes()] == ["unknown-text"]


def test_variant_fields_of_any_name(desk: Desk) -> None:
    """A variant's field is a text, also where its name is a key of the language."""
    desk.write(
        "call.yaml",
        story(
            ("{what: an update}", "{what: an update, file: F, when: W}"),
            ('{what: "an **outage**"}', "{what: o, file: F, when: W}"),
        ),
    )
    desk.translate("de", {"variants.pretext.update.file": "D", "variants.pretext.update.when": "M"})
    assert desk.codes() == []


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("call.de.yaml", "scenario: call\nlanguage: fr\ntexts: {}\n", "language-and-file"),
        ("call.de.yaml", "scenario: cal\nlanguage: de\ntexts: {}\n", "slug-and-file"),
        ("call.de.yaml", "scenario: call\nlanguage: de\n", "missing-key"),
        ("call.de.yaml", "language: [\n", "syntax"),
        ("call.de.yaml", "scenario: call\nlanguage: de\ntexts: {title: 7}\n", "wrong-type"),
    ],
)
def test_a_broken_translation(desk: Desk, name: str, text: str, code: str) -> None:
    """A translation that is none stops the build, and is told in its own file."""
    desk.write(name, text)
    assert [(file, told) for file, _, told in desk.codes()] == [(name, code)]


def test_media(desk: Desk) -> None:
    """The media that a text shows travel with the bundle, by the names that the texts use."""
    desk.write("call.yaml", story(*PICTURED))
    desk.write("media/badge.svg", PICTURE)
    desk.write("media/other.svg", PICTURE)
    made = desk.compile()
    assert made.media == {"media/badge.svg": PICTURE.encode()}
    assert made.bundle is not None
    text = made.bundle["endings"]["kept"]["text"]
    assert text == '<p><img src="media/badge.svg" alt="A badge"> Brightwater</p>'


def test_inputs(desk: Desk) -> None:
    """A build knows each file that was read: source, values, translations, media."""
    desk.write("call.yaml", story(*PICTURED))
    desk.write("media/badge.svg", PICTURE)
    desk.translate("de", {"title": "Ein Anruf"})
    names = {path.relative_to(desk.folder).as_posix() for path in desk.compile().inputs}
    assert names == {"call.yaml", "organisation.yaml", "call.de.yaml", "media/badge.svg"}


def test_the_digest_says_what_changed(desk: Desk) -> None:
    """Any change of a text changes the digest; only what decides a play changes its rules."""
    first = desk.bundle()
    desk.write("call.yaml", story(("title: Kept", "title: Held")))
    reworded = desk.bundle()
    desk.write("call.yaml", story(("pass: {score: 60}", "pass: {score: 61}")))
    stricter = desk.bundle()
    assert len({made["digest"] for made in (first, reworded, stricter)}) == 3
    assert first["rules"] == reworded["rules"] != stricter["rules"]
    desk.translate("de", {"title": "Ein Anruf"})
    assert desk.bundle()["digest"] != stricter["digest"]
    assert desk.bundle()["rules"] == stricter["rules"]


def test_the_same_every_time(desk: Desk) -> None:
    """Two compilations give the same JSON, key for key."""
    assert json.dumps(desk.bundle()) == json.dumps(desk.bundle())


def test_no_names_of_the_machine(desk: Desk) -> None:
    """No path of where it was compiled is in the bundle."""
    assert str(desk.folder.parent) not in json.dumps(desk.bundle())


def test_a_problem_is_told_once(desk: Desk) -> None:
    """What an alias repeats is one problem."""
    alias = ("feedback: Good.,", "feedback: &f {a: 1, a: 2},")
    desk.write("call.yaml", story(alias, ("feedback: Asked.", "feedback: *f")))
    told = [(line, code) for _, line, code in desk.codes()]
    assert told.count((33, "duplicate-key")) == 1


def test_warnings_do_not_stop() -> None:
    """With warnings alone there is a bundle, and the warnings are told."""
    made = compiled(story((", feedback: Asked.", "")), ORGANISATION)
    assert made.bundle is not None
    assert [(p.code, p.severity) for p in made.problems] == [("no-feedback", "warning")]


def test_generated_html_holds_no_author_markup() -> None:
    """Names, labels, subjects and headers are escaped wherever they stand."""
    nasty = '<b onclick="x">'
    made = bundle(
        story(
            ("title: A call at five", f"title: '{nasty}'"),
            ("room: Help desk", f"room: '{nasty}'"),
            ("say: The code is 48.", f"say: '{nasty}'"),
            ("name: Rosa Lind", f"name: '{nasty}'"),
        )
    )
    assert "<b" not in json.dumps(made)
    assert made["scenes"]["desk"]["content"]["room"] == '&lt;b onclick="x"&gt;'


def test_names_are_told_beside_what_has_the_wrong_shape(desk: Desk) -> None:
    """A misspelt key does not hide a scene, a cue or a value that does not exist."""
    text = story(("language: en\n", "language: en\nlangage: en\n"))
    desk.write("call.yaml", text.replace("then: desk", "then: dsek"))
    assert [code for *_, code in desk.codes()] == ["unknown-key", "unknown-scene"]
    desk.write("call.yaml", text.replace("The code opens your", "It {compny} opens your"))
    assert [code for *_, code in desk.codes()] == ["unknown-key", "unknown-value"]


def test_a_key_written_twice_hides_its_other_half(desk: Desk) -> None:
    """Names in the half that a second key has put aside are not missed."""
    own = "variables:\n  hurried: false\n"
    desk.write("call.yaml", story((own, "variables: {calm: true}\n" + own)))
    assert {code for *_, code in desk.codes()} == {"duplicate-key"}


def test_what_comes_of_a_wrong_shape_is_not_told(tmp_path: Path) -> None:
    """Each key misspelt in turn, thrice at the most: nothing is told but its own schema's
    problems, as no author can mend what a slip elsewhere only seems to break."""
    places = Path(__file__).parents[1] / "browser/channels.yaml"
    for name, text in (("call", story()), ("channels", places.read_text(encoding="utf-8"))):
        desk = Desk(tmp_path / name)
        source = desk.folder / f"{name}.yaml"
        tried = 0
        seen = Counter[str]()
        for found in _KEY.finditer(text):
            key = found[1]
            seen[key] += 1
            if seen[key] > 3:
                continue
            slip = key[0] + key[2:] if len(key) > 3 else f"{key}x"
            source.write_text(
                text[: found.start(1)] + slip + text[found.end(1) :], encoding="utf-8"
            )
            read = document.read(source)
            own = schema.violations(read, "scenario")
            if own:
                tried += 1
                told = compile_file(source).problems
                assert set(told) == {*own, *read.problems}, report(told)
        assert tried > 50

"""Tests of `scormkit text`: out to a translator, back again, and how fresh everything is."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from short import story

from scormkit import document
from scormkit.cli import main
from scormkit.exchange import sibling
from scormkit.translation import digest
from scormkit.vocabulary import words

ROOT = Path(__file__).parents[2]
SAY = "scenes.call.acts.give.say"
LINE = "scenes.call.phone.lines.0.rosa"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An author's folder, where the command is run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    write(tmp_path, "organisation", "company: Brightwater\ndomain: brightwater.example\n")
    write(tmp_path, "call", story())
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["text", *words])


def exported(form: str, *more: str) -> Path:
    """The file that the command writes for German."""
    result = run("export", "scenarios/call.yaml", "--language", "de", "--format", form, *more)
    assert result.exit_code == 0, result.output
    return Path(result.stderr.removeprefix("wrote ").strip())


def answered(form: str, answers: dict[str, str]) -> Path:
    """The file as a translator's tool gives it back: some answers in it, in the tool's words."""
    file = exported(form)
    text = file.read_text(encoding="utf-8")
    for path, answer in answers.items():
        if form == "po":
            pattern = rf'()(?:#, fuzzy\n)?(msgctxt "{re.escape(path)}"\nmsgid .*?\nmsgstr) "[^\n]*"'
            between, after = "", f" {json.dumps(answer, ensure_ascii=False)}"
        else:
            source = r"(>\s*<source>.*?</source>)(?:\s*<target>.*?</target>)?"
            pattern = rf'(<unit id="{re.escape(path)}".*?<segment )[^>]*{source}'
            between, after = 'state="translated"', f"<target>{answer}</target>"
        told = between.join([r"\1", r"\2"]) + after.replace("\\", r"\\")
        text, times = re.subn(pattern, told, text, count=1, flags=re.S)
        assert times == 1, path
    file.write_text(text, encoding="utf-8")
    return file


def german() -> dict[str, dict[str, str]]:
    """What stands beside the scenario."""
    data: dict[str, dict[str, str]] = document.read(Path("scenarios/call.de.yaml")).data
    return data


@pytest.mark.parametrize("form", ["xliff", "po"])
def test_there_and_back(folder: Path, form: str) -> None:
    """What a translator has done arrives beside the scenario, in the scenario's order, with the
    digest of its source; what is not done stays out."""
    result = run("import", str(answered(form, {SAY: "Der Code ist 48.", "title": "Ein Anruf"})))
    assert result.exit_code == 0, result.output
    assert "2 taken, 0 as before, 22 not translated yet; wrote" in result.stderr
    assert (folder / "scenarios/call.de.yaml").read_text(encoding="utf-8") == (
        "language: de\nscenario: call\ntexts:\n  title: Ein Anruf\n"
        f"  {SAY}: Der Code ist 48.\n"
        f'sources:\n  title: "{digest("A call at five")}"\n'
        f'  {SAY}: "{digest("The code is 48.")}"\n'
    )
    assert CliRunner().invoke(main, ["check"]).output == "no problems\n"


@pytest.mark.parametrize("form", ["xliff", "po"])
def test_nothing_changed_changes_nothing(folder: Path, form: str) -> None:
    """The import of an untouched export leaves the file byte for byte, by hand or ours, fresh,
    stale or of unknown age."""
    ours = (
        f'language: de\nscenario: call\ntexts:\n  title: "Ein"  # by hand\n  {SAY}: |\n    Zwei\n'
    )
    for sources in (
        "",
        f'sources:\n  title: "{digest("A call at five")}"\n',
        'sources: {title: "00000000"}\n',
    ):
        write(folder, "call.de", ours + sources)
        before = (folder / "scenarios/call.de.yaml").read_bytes()
        result = run("import", str(exported(form)))
        assert result.exit_code == 0, result.output
        assert "stays as it is" in result.stderr
        assert (folder / "scenarios/call.de.yaml").read_bytes() == before


def test_an_export_repeats(folder: Path) -> None:
    """The same texts give the same bytes: no date, no machine's name."""
    for form in ("xliff", "po"):
        first = exported(form).read_bytes()
        assert exported(form).read_bytes() == first
        assert str(folder).encode() not in first
        piped = run(
            "export", "scenarios/call.yaml", "--language", "de", "--format", form, "--out", "-"
        )
        assert (piped.stdout_bytes, piped.stderr) == (first, "")


def test_notes(folder: Path) -> None:
    """A translator reads what a text is, where it stands, how long it may be and what to keep."""
    text = exported("po").read_text(encoding="utf-8")
    assert (
        "#. what: what the learner can say: a button for the wrong decision\n"
        '#. where: scene "The phone rings", channel phone\n'
        "#. length: a button: 21 characters or fewer are best\n"
        f'#: call.yaml:35\nmsgctxt "{SAY}"\n'
    ) in text
    assert '#. what: feedback on the wrong decision "The code is 48.", shown afterwards' in text
    assert "#. keep: keep the placeholder {pretext.what}, the cue [...]{rush}" in text
    assert "#. where: stands in scenes.call.phone.lines.0.rosa" in text
    assert '#. what: what Rosa Lind says\n#. where: scene "The help desk", channel chat' in text


@pytest.mark.parametrize("form", ["xliff", "po"])
@pytest.mark.parametrize(
    ("path", "answer", "code", "said"),
    [
        (LINE, "Es eilt.", "lost-mark", "has lost the placeholder {pretext.what}"),
        (LINE, "{pretext.what}", "lost-mark", "has lost the cue [...]{rush}"),
        (LINE, "{pretext.what} [x]{rush} [y]{rash}", "unknown-cue", '"rash"'),
        (LINE, "{pretext.what} [x]{rush} {pretext.wat}", "unknown-value", '"{pretext.wat}"'),
        (LINE, "{pretext.what} [x]{rush} [y](site)", "unknown-link", '"site"'),
        (LINE, "{pretext.what} [x]{rush} ![](van)", "unknown-media", '"van"'),
        (SAY, "   ", "empty-target", "nothing is written"),
        ("title", "x" * 121, "out-of-range", "121 characters"),
    ],
)
def test_a_bad_target(
    folder: Path, form: str, path: str, answer: str, code: str, said: str
) -> None:
    """Each bad target is told at its line, and nothing is written, not even what is good."""
    file = answered(form, {path: answer, "summary": "Gut."})
    result = run("import", str(file))
    assert result.exit_code == 1
    told = (line for line in result.stderr.splitlines() if f"[{code}]" in line)
    line = next(line for line in told if said in line)
    at = int(line.split(":")[1])
    assert answer in file.read_text(encoding="utf-8").splitlines()[at - 1]
    assert "nothing was written" in result.stderr
    assert not (folder / "scenarios/call.de.yaml").exists()


def test_a_source_that_a_tool_has_copied_is_no_translation(folder: Path) -> None:
    """A target that is its source, in a segment that is still initial, is not done."""
    file = exported("xliff")
    text = file.read_text(encoding="utf-8")
    copied = re.sub(r"<source>(.*?)</source>", r"\g<0><target>\1</target>", text, flags=re.S)
    file.write_text(copied, encoding="utf-8")
    result = run("import", str(file))
    assert "no problems; 0 taken" in result.stderr
    assert not Path("scenarios/call.de.yaml").exists()


def test_the_good_ones_alone(folder: Path) -> None:
    """With --good-only what is good is taken, what is bad is still told, and the exit is 1."""
    file = answered("po", {LINE: "{pretext.what} [x]{rush} [y]{rash}", "title": "Ein Anruf"})
    result = run("import", str(file), "--good-only")
    assert result.exit_code == 1
    assert "[unknown-cue]" in result.stderr
    assert german()["texts"] == {"title": "Ein Anruf"}


def test_a_source_that_changed_meanwhile(folder: Path) -> None:
    """A translation of another text than the one that stands there now is not taken."""
    file = answered("xliff", {"title": "Ein Anruf", "summary": "Jemand."})
    write(folder, "call", story(("title: A call at five", "title: A call at six")))
    result = run("import", str(file))
    assert result.exit_code == 1
    assert "[source-changed]" in result.stderr
    assert 'of "title"' in result.stderr
    assert result.stderr.count("error:") == 1


def test_a_text_that_is_gone(folder: Path) -> None:
    """A translation for a place that is not there is told, with the nearest that is."""
    file = answered("po", {SAY: "Der Code."})
    text = file.read_text(encoding="utf-8").replace(f'"{SAY}"', f'"{SAY}x"')
    file.write_text(text, encoding="utf-8")
    result = run("import", str(file))
    assert f'there is no text at "{SAY}x" [unknown-text]\n  did you mean "{SAY}"?' in result.stderr


def test_a_text_whose_place_is_gone_is_kept(folder: Path) -> None:
    """An import throws no translation away: what is orphaned stays, at the end."""
    head = "language: de\nscenario: call\ntexts:\n"
    write(folder, "call.de", f"{head}  scenes.cellar.title: Keller\n  title: Ein\n")
    assert run("import", str(answered("po", {"title": "Ein Anruf", SAY: "Ja."}))).exit_code == 0
    assert list(german()["texts"]) == ["title", SAY, "scenes.cellar.title"]
    assert list(german()["sources"]) == ["title", SAY]


def test_a_text_twice(folder: Path) -> None:
    """Two answers for one place are told at both."""
    file = answered("po", {"title": "Ein Anruf"})
    text = file.read_text(encoding="utf-8")
    file.write_text(text + 'msgctxt "title"\nmsgid "A"\nmsgstr "B"\n', encoding="utf-8")
    result = run("import", str(file))
    assert result.stderr.count("[duplicate-entry]") == 2


def test_a_translation_that_is_broken_is_not_overwritten(folder: Path) -> None:
    """What stands beside the scenario and cannot be read is told and left alone."""
    write(folder, "call.de", "language: de\nscenario: call\ntexts: {title: [\n")
    assert "[syntax]" in run("import", str(answered_elsewhere(folder))).stderr
    assert (folder / "scenarios/call.de.yaml").read_text().endswith("[\n")


def answered_elsewhere(folder: Path) -> Path:
    """A good file for a scenario whose translation cannot be read."""
    broken = folder / "scenarios/call.de.yaml"
    text = broken.read_text(encoding="utf-8")
    broken.unlink()
    file = answered("po", {"title": "Ein Anruf"})
    broken.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("call en de", "call en ../../x", "bad-form"),
        ("call en de", "../call en de", "unknown-scenario"),
        ("call en de", "cal en de", "unknown-scenario"),
        ("call en de", "call en en", "bad-form"),
        ("call en de", "player.words en en", "bad-form"),
        ("X-Scormkit-Texts", "X-Something", "po-form"),
    ],
)
def test_a_name_from_outside_is_no_path(folder: Path, old: str, new: str, code: str) -> None:
    """Where a file is written is never up to the file itself."""
    file = answered("po", {"title": "Ein Anruf"})
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    result = run("import", str(file))
    assert result.exit_code == 1
    assert f"[{code}]" in result.stderr
    assert sorted(p.name for p in (folder / "scenarios").iterdir()) == [
        "call.yaml",
        "organisation.yaml",
    ]


def test_status(folder: Path) -> None:
    """Missing, stale, orphaned and of unknown age: each at its line; --strict is exit 1."""
    write(
        folder,
        "call.de",
        "language: de\nscenario: call\ntexts:\n  title: Ein Anruf\n  summary: Jemand.\n"
        f"  {SAY}: Der Code.\n  scenes.cellar.title: Keller\n"
        f'sources:\n  title: "{digest("A call at five")}"\n  {SAY}: "00000000"\n',
    )
    result = run("status", "scenarios/call.yaml")
    assert result.exit_code == 0
    assert "call de: 1 of 21 translated, 18 missing, 1 stale, 1 of unknown age, 1 orphaned\n" in (
        result.stdout
    )
    assert f"  scenarios/call.de.yaml:6:3: stale: {SAY}\n" in result.stdout
    assert "  scenarios/call.de.yaml:7:3: orphaned: scenes.cellar.title\n" in result.stdout
    assert "  scenarios/call.yaml:25:12: missing: scenes.call.title\n" in result.stdout
    assert run("status", "--strict").exit_code == 1
    (row,) = json.loads(run("status", "--json").stdout)
    assert row["stale"] == [{"path": SAY, "file": "scenarios/call.de.yaml", "line": 6}]
    assert [each["path"] for each in row["unknown-age"]] == ["summary"]
    assert len(row["missing"]) == 18


def test_strict_is_content_when_all_is_done(folder: Path) -> None:
    """With nothing missing and nothing stale --strict is exit 0; names may stay as they are."""
    shutil.copy(exported("po"), "full.po")
    text = Path("full.po").read_text(encoding="utf-8")
    full = re.sub(r'msgid "(.+)"\nmsgstr ""', r'msgid "\1"\nmsgstr "\1"', text)
    full = re.sub(
        r'(msgctxt "people.rosa.name"\nmsgid "Rosa Lind"\nmsgstr) "Rosa Lind"', r'\1 ""', full
    )
    Path("full.po").write_text(full, encoding="utf-8")
    assert run("import", "full.po").exit_code == 0
    assert "people.rosa.name" not in german()["texts"]
    result = run("status", "--strict")
    assert (result.exit_code, result.stdout) == (0, "call de: 23 of 23 translated\n")


def test_accept(folder: Path) -> None:
    """Texts of unknown age are noted as fitting, stale ones only when asked for; remarks stay."""
    head = "# Frau Lind\nlanguage: de\nscenario: call\n"
    texts = f"texts:\n  title: Ein Anruf  # kurz\n  {SAY}: Der Code.\n"
    write(folder, "call.de", f'{head}sources: {{{SAY}: "00000000"}}\n{texts}')
    result = run("status", "--accept")
    assert "1 noted as fitting" in result.stderr
    assert "1 of 21 translated, 19 missing, 1 stale" in result.stdout
    text = (folder / "scenarios/call.de.yaml").read_text(encoding="utf-8")
    assert text.startswith(head)
    assert text.endswith(texts)
    assert german()["sources"] == {"title": digest("A call at five"), SAY: "00000000"}
    assert "2 of 21 translated" in run("status", "--accept-stale").stdout
    assert "0 noted as fitting" in run("status", "--accept").stderr


def test_accept_leaves_what_stands_below(folder: Path) -> None:
    """A remark below the digests stays, too, and so does one above the key that follows."""
    texts = "# what is said\ntexts:\n  title: Ein Anruf\n"
    head = f'language: de\nsources:\n  {SAY}: "00000000"\n'
    write(folder, "call.de", f"{head}{texts}scenario: call\n")
    assert "1 noted as fitting" in run("status", "--accept").stderr
    text = (folder / "scenarios/call.de.yaml").read_text(encoding="utf-8")
    assert f"{texts}scenario: call\n" in text
    assert german()["sources"]["title"] == digest("A call at five")


def test_accept_where_the_form_allows_no_lines(folder: Path) -> None:
    """A file in braces is written anew, and says the same."""
    write(folder, "call.de", "{language: de, scenario: call, texts: {title: Ein Anruf}}\n")
    assert "1 noted as fitting" in run("status", "--accept").stderr
    assert german()["texts"] == {"title": "Ein Anruf"}
    assert german()["sources"] == {"title": digest("A call at five")}


def test_check_warns_of_old_texts(folder: Path) -> None:
    """`check` tells of stale texts and of those whose place is gone, and not of missing ones."""
    write(
        folder,
        "call.de",
        "language: de\nscenario: call\ntexts: {title: Ein, scenes.cellar.title: Keller}\n"
        'sources: {title: "00000000"}\n',
    )
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 0
    assert "call.de.yaml:3:9: warning:" in result.stderr
    assert "[stale-text]" in result.stderr
    assert "[unknown-text]" in result.stderr
    assert "2 warnings" in result.stderr


def test_the_players_words(folder: Path) -> None:
    """The player's own words go the same way; a placeholder that nobody fills in is told."""
    result = run("export", "--player", "--language", "eo", "--format", "po", "--out", "words.po")
    assert result.exit_code == 0
    text = Path("words.po").read_text(encoding="utf-8")
    assert "#. where: The bar, and what is said about saving." in text
    lies = folder / "words"
    lies.mkdir()
    for old, new in (
        ('msgid "Begin"\nmsgstr ""', 'msgid "Begin"\nmsgstr "Komenci"'),
        ('msgid "You are {name}"\nmsgstr ""', 'msgid "You are {name}"\nmsgstr "Vi estas {nomo}"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    Path("words.po").write_text(text, encoding="utf-8")
    result = run("import", "words.po", "--into", "words")
    assert "[lost-mark]" in result.stderr
    Path("words.po").write_text(text.replace("{nomo}", "{name} {nomo}"), encoding="utf-8")
    assert "[unknown-value]" in run("import", "words.po", "--into", "words").stderr
    Path("words.po").write_text(text.replace("{nomo}", "{name}"), encoding="utf-8")
    assert run("import", "words.po", "--into", "words").exit_code == 0
    assert (lies / "eo.yaml").read_text(encoding="utf-8") == (
        "start.you: Vi estas {name}\nstart.begin: Komenci\n"
        f'sources:\n  start.you: "{digest("You are {name}")}"\n'
        f'  start.begin: "{digest("Begin")}"\n'
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [("- a\n", 1), ("do.report: Melden\ndo.open: 5\n", 2), ("sources: x\n", 1),
     ("do.report: Melden\nsources:\n  do.report: 12345678\n", 3)],
)  # fmt: skip
def test_words_that_are_none(folder: Path, words: str, line: int) -> None:
    """A file of the player's words that holds something else is told, and not written over."""
    assert run("export", "--player", "--language", "sv", "--out", "sv.xlf").exit_code == 0
    Path("sv.yaml").write_text(words, encoding="utf-8")
    result = run("import", "sv.xlf", "--into", ".")
    assert result.exit_code == 1
    assert f"sv.yaml:{line}:" in result.stderr and "[wrong-type]" in result.stderr
    assert Path("sv.yaml").read_text(encoding="utf-8") == words


def test_the_status_of_the_players_words(folder: Path) -> None:
    """A language that the player does not speak yet is missing whole."""
    result = run("status", "--player", "--language", "eo", "--strict")
    assert result.exit_code == 1
    count = len(words("en"))
    assert result.stdout.startswith(f"player.words eo: 0 of {count} translated, {count} missing\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ("export", "scenarios/call.yaml", "--language", "../x"),
        ("export", "scenarios/call.yaml", "--language", "en"),
        ("export", "--language", "de"),
        ("export", "scenarios/call.yaml", "--player", "--language", "de"),
        ("status", "nowhere"),
    ],
)
def test_wrong_use(folder: Path, wrong: tuple[str, ...]) -> None:
    """What cannot be meant is exit 2, and nothing is written."""
    assert run(*wrong).exit_code == 2
    assert sorted(p.name for p in folder.iterdir()) == ["scenarios"]


def test_a_scenario_with_an_error_is_told(folder: Path) -> None:
    """A scenario in which a name leads nowhere has no texts to send away yet."""
    write(folder, "call", story(("start: call", "start: cal")))
    result = run("export", "scenarios/call.yaml", "--language", "de")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[unknown-scene]" in result.stderr


def test_what_cannot_be_written_is_told(folder: Path) -> None:
    """A folder that is not there is an error in words, and exit 1."""
    result = run("export", "scenarios/call.yaml", "--language", "de", "--out", "no/where.xlf")
    assert result.exit_code == 1
    assert "no/where.xlf: No such file or directory" in result.stderr


def test_every_shipped_scenario_goes_there_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each shipped exercise every text that is exported can be imported as it is."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "scenarios", "scenarios")
    for source in sorted(Path("scenarios").glob("*.yaml")):
        if source.stem in ("organisation", "programme") or "." in source.stem:
            continue
        for form, suffix in (("xliff", "xlf"), ("po", "po")):
            run("export", str(source), "--language", "eo", "--format", form)
            file = Path(f"{source.stem}.eo.{suffix}")
            text = file.read_text(encoding="utf-8")
            if form == "xliff":
                text = re.sub(
                    r"<source>(.*?)</source>", r"\g<0><target>\1</target>", text, flags=re.S
                )
                text = text.replace('state="initial"', 'state="translated"')
            else:
                text = re.sub(r"\nmsgid ((?:\".*\"\n)+)msgstr \"\"\n", r"\nmsgid \1msgstr \1", text)
            file.write_text(text, encoding="utf-8")
            sibling.beside(source, "eo").unlink(missing_ok=True)
            result = run("import", str(file))
            assert result.exit_code == 0, result.stderr
            told = run("status", str(source), "--language", "eo", "--strict")
            assert told.exit_code == 0, told.stdout

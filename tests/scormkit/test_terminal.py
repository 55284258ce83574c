"""A scenario in the terminal: by hand, from a script, as data."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import golden
import pytest
from click.testing import CliRunner
from sample import SCENARIO, bundle

from scormkit import document, play, prose, telling, terminal, transcript
from scormkit.cli import main
from scormkit.paper import Paper, paper

ROOT = Path(__file__).parents[2]
SHIPPED = ("phishing", "business-email-compromise", "mfa-fatigue-attack")


def played(
    keys: str, story: dict[str, Any] | None = None, wide: int = 80
) -> tuple[list[play.State], str]:
    """What typing these keys gives: the states kept, and all that was shown."""
    stream = io.StringIO()
    paper = Paper(wide, False, stream)
    states = terminal.by_hand(story or bundle(), io.StringIO(keys), paper)
    return states, stream.getvalue()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The sample scenario in a file, with an organisation beside it."""
    organisation = "company: Brightwater\ndomain: brightwater.example\n"
    (tmp_path / "organisation.yaml").write_text(organisation, encoding="utf-8")
    path = tmp_path / "parcel.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def run(*words: str, keys: str | None = None) -> Any:
    """The command with these words, and what is typed or piped into it."""
    return CliRunner().invoke(main, ["play", *words], input=keys)


# --- HTML to text ---


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One &amp; two</p>\n<p>three<br>four</p>", "One & two\n\nthree\nfour"),
        ("<ul>\n<li>a</li>\n<li><p>b</p></li>\n</ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n  - c"),
        ("<blockquote><p>a<br>b</p></blockquote><p>c</p>", "> a\n> b\n\nc"),
        ("<pre><code>a\n  b &lt;c&gt;</code></pre>", "a\n  b <c>"),
        ('<p>See <a data-link="go" href="#">this <em>page</em></a>.</p>', "See [this page](go)."),
        ("<p><strong>Now</strong> or <code>never</code></p>", "**Now** or `never`"),
        ('<p><img src="media/x.svg" alt="A badge"></p>', "[picture: A badge]"),
        ('<p><span data-cue="x">said</span> so</p>', "said so"),
        ("plain &lt;b&gt; text", "plain <b> text"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    """Each element of the compiler's allow-list has a plain form."""
    assert prose.paragraphs(html) == text


def test_html_becomes_one_line_for_labels() -> None:
    """A label or title is one line without signs of markup."""
    assert (
        prose.line('<p><strong>Go</strong> <a data-link="x" href="#">on</a></p><p>now</p>')
        == "Go on now"
    )


# --- By hand ---


def test_a_scene_shows_what_its_channel_shows() -> None:
    """Title, messages, and the acts, decisions and looks apart, each with its id."""
    _, shown = played("")
    assert "-- Before nine  (post, inbox)" in shown
    assert "[label] Your parcel is held" in shown
    assert "Parcel desk <desk@parcels.example>" in shown
    assert "Your parcel is held until ten. [Release it](release)" in shown
    decide, look = shown.index("Decide"), shown.index("Look closer")
    assert decide < shown.index("1. Report  (label.report)") < look
    assert look < shown.index("Inspect the link  (label.release.inspect, 1 min)")


def test_acts_are_taken_by_number_or_by_id() -> None:
    """Both lead to the same play."""
    by_number, _ = played("1\n1\n")
    by_id, _ = played("label.report\ntell\n")
    assert by_number == by_id
    assert by_id[-1].ending == "safe-day"


def test_a_look_shows_what_it_reveals() -> None:
    """Headers, sender, link and directory are told when they are looked at."""
    _, shown = played("label.headers\nlabel.sender\nlabel.release.inspect\ndirectory\n")
    assert "From: Parcel desk <desk@parcels.example>" in shown
    assert "This address is not in the company directory" in shown
    assert "https://parcels.example/release" in shown
    assert "- Dana Reyes, Finance lead, dana.reyes@brightwater.example" in shown


def test_b_goes_back_one_step_and_never_before_the_start() -> None:
    """After b the story stands where it stood, also after its ending."""
    states, shown = played("b\nlabel.report\nb\nlabel.click\nb\n")
    assert [state.path for state in states] == [()]
    assert shown.count("-- Before nine") == 4
    assert "== Your password is theirs" in shown


def test_a_question_mark_tells_the_state() -> None:
    """Variables, points and minutes are told on the way."""
    _, shown = played("label.report\n?\n")
    assert "seed 0, 0 minutes spent, 1 acts" in shown
    assert "points: report-it 2 of 3, read-sender 1 of 2" in shown
    assert "variables: none" in shown


def test_what_is_not_possible_is_said_with_a_suggestion() -> None:
    """A slip of the finger costs nothing."""
    states, shown = played("label.reprot\n99\n")
    assert len(states) == 1
    assert 'did you mean "label.report"?' in shown
    assert '"99" is not possible here' in shown


def test_the_ending_brings_result_and_debrief() -> None:
    """Score, each objective, each cue with its why, each decision with its feedback."""
    _, shown = played("label.report\nshrug\n")
    assert "== A quiet day  (safe-day, safe)" in shown
    assert "Score 89 of 100, passed (70 needed)" in shown
    assert "- Report what looks wrong (report-it): 67 %, met, needed to pass" in shown
    assert "Urgency (post/deadline)\n  A deadline hurries you past the sender." in shown
    assert "- shrug (partial): No idea.\n  She may click." in shown


def test_quitting_prints_a_test_to_paste(source: Path) -> None:
    """q prints the play as an entry for tests:, and that entry passes the check."""
    result = run(str(source), keys="1\n2\nq\n")
    entry = result.stdout[result.stdout.index("tests:\n") :]
    assert "path: [label.report, shrug], ending: safe-day, passed: true" in entry
    text = SCENARIO.split("tests:")[0] + entry
    assert bundle(text)


def test_quitting_on_the_way_prints_where_the_story_stands(source: Path) -> None:
    """A play without an ending becomes a test of the scene that it reached."""
    result = run(str(source), keys="1\nq\n")
    assert "tests:\n  played: {seed: 0, path: [label.report], scene: desk}\n" in result.stdout
    assert bundle(SCENARIO.split("tests:")[0] + result.stdout[result.stdout.index("tests:\n") :])


def test_lines_keep_to_the_width() -> None:
    """No line of text is longer than the terminal is wide."""
    for wide in (40, 60, 88):
        _, shown = played("label.report\nshrug\n", wide=wide)
        assert max(map(len, shown.splitlines())) <= wide


def test_no_signs_for_colour_where_nobody_wants_them(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bold is used on a terminal only, and never with NO_COLOR."""
    assert "\033" not in run(str(source), keys="1\n").output

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert paper(Screen()).bold
    monkeypatch.setenv("NO_COLOR", "1")
    assert not paper(Screen()).bold
    assert "\033[1m" in Paper(80, True).heading("x")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_scene_of_the_shipped_scenarios_can_be_told(name: str) -> None:
    """With any seed, no placeholder and no markup is left in what is shown."""
    story = golden.compiled(ROOT / "scenarios" / f"{name}.yaml").bundle
    assert story is not None
    for seed in range(4):
        shown = telling.filled(story, seed)
        for scene, data in shown["scenes"].items():
            blocks = telling.channel(shown, scene)
            for act in data["acts"]:
                blocks += telling.look(shown, scene, act)
                blocks += telling.script(shown, act.get("answer", ()))
            told = "\n".join([prose.paragraphs(data.get("intro", "")), *blocks])
            assert told.strip()
            assert not [part for part in ("<p>", "<span", "&amp;", "</") if part in told]
            assert not telling._PLACEHOLDER.search(told)


def everything(*acts: str) -> str:
    """What is told of the golden scenario on the way of these acts."""
    story = golden.compiled(golden.EVERYTHING).bundle
    assert story is not None
    states = terminal.scripted(story, acts)
    return "\n".join(terminal.told(story, states, Paper()))


BEFORE_TEXT = ("offer.delete", "memo.ignore", "deny", "answer", "hang-up")


def test_a_text_is_told_with_what_came_before() -> None:
    """Days before, today, a link's card; the sender's card says if they are in the contacts."""
    told = everything(*BEFORE_TEXT, "sender")
    order = ("-- Mon 3 March", "-- Tue 4 March", "-- Today", "[unlock]", "| Bank & you", "sender:")
    found = [told.index(part) for part in order]
    assert found == sorted(found)
    assert "Bank\n  +1 202 555 0199\n  In your contacts" in told


def test_a_meeting_is_told_with_pictures_and_requests() -> None:
    """Cameras, who asks for what; looks tell what one notices, and how everybody came in."""
    told = everything(*BEFORE_TEXT, "block", "warn", "marcus.watch", "roster")
    for part in (
        "- Dana Reyes, Camera off",
        "- Marcus (IT) (Guest), Poor picture",
        "Marcus (IT) asks to control your screen.",
        "His lips are late, or is it the line?",
        "- Marcus (IT) (Guest): Outside of the company, By the link, not signed in",
    ):
        assert part in told, part


def test_a_change_and_a_ticket_are_told_in_full() -> None:
    """Remarks stand below their lines, checks and records as lists, cards by a look."""
    change = (*BEFORE_TEXT, "block", "warn", "ask", "deny", "escalate", "continue", "leave")
    told = everything(*change, "author.profile", "approve", "requester.profile")
    order = (
        *("Change: #7", "Goes into: main", "Author: Bo", "- Secrets & keys: skipped"),
        *("-const a = {b: '<x>'};", "Dana Reyes: Why, Sam Okafor?", '+eval(atob("'),
        *("Just a", "author.profile", "Asked by: Dana Reyes <dana@fernhill.invalid>"),
        *("What our records say:", "- Address & name: dana.reyes@fernhill.example"),
        *("requester.profile", "Elsewhere"),
    )
    found = [told.index(part) for part in order]
    assert found == sorted(found)


def test_a_card_says_of_an_address_if_the_directory_has_it() -> None:
    """Of somebody without one it says nothing, whoever else is listed without one."""
    story = bundle()
    story["people"] |= {
        "rosa": {"name": "Rosa Lind", "phone": "+1 202 555 0101", "listed": True},
        "bo": {"name": "Bo Lee", "role": "Guard"},
        "eve": {"name": "Eve", "address": "eve@elsewhere.example"},
    }

    def card(name: str) -> list[str]:
        (block,) = telling.look(story, "desk", {"do": "profile", "at": name})
        return block.splitlines()

    assert card("dana")[-1] == "In the company directory as Dana Reyes"
    assert card("eve")[-1] == "This address is not in the company directory"
    assert card("bo") == ["Bo Lee", "Guard"]
    assert card("rosa") == ["Rosa Lind", "+1 202 555 0101"]
    del story["people"]["dana"]["listed"], story["people"]["rosa"]["listed"]
    assert card("eve") == ["Eve", "eve@elsewhere.example"]


def test_the_directory_has_the_help_desk() -> None:
    """As on the learner's page: everybody listed, then the help desk where there is a number."""
    story = bundle()
    listed = "- Dana Reyes, Finance lead, dana.reyes@brightwater.example"
    assert telling.look(story, "desk", {"do": "directory"}) == [listed]
    story["organisation"] |= {"help_desk_name": "Help &amp; more", "help_desk_number": "+1 202"}
    assert telling.look(story, "desk", {"do": "directory"}) == [f"{listed}\n- Help & more, +1 202"]


# --- From a script ---


@pytest.mark.parametrize("name", SHIPPED)
def test_a_script_plays_like_the_rules(name: str, tmp_path: Path) -> None:
    """Each of the author's tests, played as a script, ends as play.py ends."""
    path = ROOT / "scenarios" / f"{name}.yaml"
    story = golden.compiled(path).bundle
    assert story is not None
    for test in document.read(path).data["tests"].values():
        seed, missed = test.get("seed", 0), test.get("missed", ())
        states = terminal.scripted(story, test["path"], seed, missed)
        state = play.replay(story, states[-1].path, seed, missed)
        assert states[-1] == state
        told = transcript.transcript(story, states)
        assert told["path"] == [written.rpartition("/")[2] for written in test["path"]]
        assert told["ending"] == test["ending"]
        result = play.result(story, state)
        assert (told["score"], told["passed"]) == (result.score, result.passed)
        text = "\n".join(terminal.told(story, states, Paper()))
        assert f"Score {result.score} of 100" in text


@pytest.mark.parametrize(
    "script",
    [
        "label.report\ntell\n",
        "# a comment\nlabel.report   # the right one\n\ntell",
        "[label.report, tell]",
        "path: [label.report, tell]",
        "- label.report\n- desk/tell\n",
        "label.report\r\ntell\r\n",
    ],
)
def test_a_script_is_a_list_of_acts(source: Path, script: str) -> None:
    """One id a line, or a path as it stands in a test."""
    result = run(str(source), "--script", "-", keys=script)
    assert result.exit_code == 0 and "Score 100 of 100, passed" in result.stdout


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "label.reprot",
            'act 1, "label.reprot", cannot be taken in scene "post" then; did you mean',
        ),
        ("label.report\nzzz", 'act 2, "zzz", cannot be taken in scene "desk" then; possible there'),
        ("label.click\ntell", 'act 2, "tell", comes after the ending "taken"'),
        ("desk/tell", 'act 1, "desk/tell": the story stands in scene "post"'),
    ],
)
def test_an_act_that_is_not_possible_ends_the_script(
    source: Path, script: str, message: str
) -> None:
    """The command exits 1, and says which act, where, and what could be done."""
    result = run(str(source), "--script", "-", keys=script)
    assert result.exit_code == 1 and message in result.stderr and result.stdout == ""


def test_a_script_in_a_file_and_json(source: Path, tmp_path: Path) -> None:
    """--json prints the transcript: each step, then result and state."""
    script = tmp_path / "path.txt"
    script.write_text("label.headers\nlabel.report\ntell\n", encoding="utf-8")
    result = run(str(source), "--script", str(script), "--json", "--seed", "3")
    told = json.loads(result.stdout)
    assert told["seed"] == 3 and told["ending"] == "safe-day" and told["kind"] == "safe"
    assert told["score"] == 100 and told["passed"] is True and told["minutes"] == 1
    assert [step["act"] for step in told["steps"]] == ["label.headers", "label.report", "tell"]
    assert told["steps"][0]["reveals"] and not told["steps"][0]["decision"]
    assert told["steps"][1]["outcome"] == "right" and told["steps"][1]["leads_to"] == "desk"
    assert told["objectives"][0] == {"id": "report-it", "percent": 100, "met": True}


def test_a_chat_whose_members_nobody_names(source: Path) -> None:
    """A conversation without a list of members is told by its name alone."""
    source.write_text(SCENARIO.replace("members: [dana, you], ", ""), encoding="utf-8")
    result = run(str(source), "--script", "-", keys="label.report")
    assert result.exit_code == 0, result.output


def test_json_of_a_play_by_hand_stands_alone(source: Path) -> None:
    """With --json the story is told on the other stream."""
    result = run(str(source), "--json", keys="1\nq\n")
    told = json.loads(result.stdout)
    assert told["ending"] is None and told["scene"] == "desk"
    assert told["possible"][:2] == ["tell", "shrug"]
    assert "-- Before nine" in result.stderr


def test_the_clock_goes_on_with_acts_and_never_back() -> None:
    """A scene sets the clock on the first visit; looks take their minutes."""
    story = bundle(SCENARIO.replace("title: Before nine", 'title: Before nine\n    time: "08:58"'))
    states = terminal.scripted(story, ["label.headers", "label.sender"])
    assert [terminal.clock(story, states[: n + 1]) for n in range(3)] == ["08:58", "08:59", "09:00"]


def test_missed_objectives_lead_to_practice() -> None:
    """--missed begins the try that comes after one in which an objective was missed."""
    path = str(ROOT / "scenarios" / "phishing.yaml")
    result = run(path, "--missed", "report-it", "--script", "-", keys="press")
    assert result.exit_code == 0 and "-- Two minutes with Noor" in result.stdout
    result = run(path, "--missed", "reprt-it", keys="")
    assert result.exit_code == 1 and 'did you mean "report-it"?' in result.stderr


def test_a_scenario_with_errors_is_played_as_far_as_it_goes(source: Path) -> None:
    """A story whose names lead somewhere can be played; its errors are told first."""
    source.write_text(SCENARIO.replace("ending: safe-day", "ending: taken"), encoding="utf-8")
    result = run(str(source), "--script", "-", keys="label.report\ntell")
    assert result.exit_code == 0 and "test-failed" in result.stderr
    source.write_text(SCENARIO.replace("next: desk", "next: dask"), encoding="utf-8")
    result = run(str(source), "--script", "-", keys="label.report")
    assert result.exit_code == 1 and "it cannot be played yet" in result.stderr

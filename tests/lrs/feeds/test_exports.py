"""Tests of what rows say: facts where it is plain, problems with a way out where it isn't."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import course_map, profile, read, said

from lrs.feeds import facts
from lrs.feeds.courses import LEFT_OUT
from lrs.feeds.exports import MOST, LeftOut
from lrs.feeds.facts import STATES, CompletionFact
from lrs.instants import Moment

HEAD = "login,course,state,completed at,score,attempt\n"


def row(cells: str) -> list[str]:
    """The problems of a plain sheet of one row."""
    return said(f"{HEAD}{cells}\n", "plain")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            "aruiz,SEC-101,Complted,,,",
            'r:2: error: state is "Complted", which has no meaning in the profile [unknown-value]\n'
            '  did you mean "completed"?',
        ),
        (
            "aruiz,SEC-101,Terminado,,,",
            'r:2: error: state is "Terminado", which has no meaning in the profile '
            "[unknown-value]\n"
            "  write state: {Terminado: ...} under values",
        ),
        (
            "aruiz,SEC-101,,2026-03-31,,",
            "r:2: error: the row has no state [no-state]\n"
            '  if that means something, write it into the profile: state: {"": not-started}',
        ),
        (
            "aruiz,SEC-1011,completed,2026-03-31,,",
            'r:2: error: nothing tells which exercise the course "SEC-1011" is [unknown-course]\n'
            '  did you mean "SEC-101"?',
        ),
        (
            "aruiz,Tea,completed,2026-03-31,,",
            'r:2: error: nothing tells which exercise the course "Tea" is [unknown-course]\n'
            '  write it into a course map: courses: {"Tea": EXERCISE}, or leave-out',
        ),
        (
            "aruiz,,completed,2026-03-31,,",
            "r:2: error: the row names no course [no-course]",
        ),
        (
            ",SEC-101,completed,2026-03-31,,",
            "r:2: error: the row doesn't tell who it is about [no-person]\n"
            "  each row needs a login, a mail address or an HR number",
        ),
        (
            "aruiz,SEC-101,completed,31/02/2026,,",
            'r:2: error: completed at is "31/02/2026", which is not a day with a time '
            "[bad-instant]\n"
            "  write it like 2026-02-28 08:15:00; or say in a profile of your own how it is "
            'written, instants: ["%d/%m/%Y %H:%M"]',
        ),
        (
            "aruiz,SEC-101,completed,2026-07-01 08:15,,",
            'r:2: error: "2026-07-01 08:15" is 01 July 2026, after the day of the export '
            "[after-export]\n"
            "  which is 2026-06-30; are day and month the right way round? --as-of tells it",
        ),
        (
            "aruiz,SEC-101,completed,2026-03-29 02:30,,",
            "r:2: warning: 02:30 on 29 March 2026, which clocks in Europe/Berlin never showed "
            "[time-never]\n"
            "  only the day is kept; is the zone right in which the file was written?",
        ),
        (
            "aruiz,SEC-101,completed,2025-10-26 02:30,,",
            "r:2: warning: 02:30 on 26 October 2025, which clocks in Europe/Berlin showed twice "
            "[time-twice]\n"
            "  the hour came twice that night; only the day is kept",
        ),
        (
            "aruiz,SEC-101,completed,,,",
            "r:2: warning: the row says completed and not when [no-day]\n"
            "  that it was before the end of 2026-06-30 is all that is known of it",
        ),
        (
            "aruiz,SEC-101,completed,2026-03-31,110,",
            'r:2: error: "110" is no score [bad-score]\n  from 0 to 100, or like 17/20',
        ),
        (
            "aruiz,SEC-101,completed,2026-03-31,5/0,",
            'r:2: error: "5/0" is no score [bad-score]\n  from 0 to 100, or like 17/20',
        ),
        (
            "aruiz,SEC-101,completed,2026-03-31,,first",
            'r:2: error: "first" is no number of an attempt [bad-attempt]\n  1, 2, 3 ...',
        ),
        (
            "1.99E+02,SEC-101,completed,2026-03-31,,",
            'r:2: warning: "1.99E+02" was made a number by a workbook [mangled-id]\n'
            "  export it as text, or as CSV straight from the LMS",
        ),
    ],
)
def test_what_a_row_can_get_wrong(cells: str, problem: str) -> None:
    """Each is told at its row, in words, with a way out."""
    assert row(cells) == [problem.replace("r:2:", "export.csv:2:")]


def test_the_day_of_the_export_is_not_after_it() -> None:
    """Up to its end, where the LMS's clock stands."""
    assert row("aruiz,SEC-101,completed,2026-06-30 23:59:59,,") == []
    assert "[after-export]" in row("aruiz,SEC-101,completed,2026-07-01 00:00:00,,")[0]


def test_a_row_with_an_error_is_no_fact_and_the_others_are_judged() -> None:
    """Every problem at once."""
    data = f"{HEAD}aruiz,SEC-101,completed,2026-13-01,,\nbkhan,x,completed,2026-01-01,,\n"
    found = read(f"{data}ckim,SEC-101,completed,2026-01-01,,\n", "plain")
    assert [problem.mark.line for problem in found.problems] == [2, 3]
    assert [fact.login for fact in found.facts] == ["ckim"]


def test_the_same_problem_is_told_once_with_the_number_of_its_rows() -> None:
    """And of many different ones of a kind the first, and how many more there are."""
    same = "".join(f"p{n},SEC-101,Done,,,\n" for n in range(3_000))
    (found,) = read(HEAD + same, "plain").problems
    assert (found.mark.line, found.message) == (
        2,
        'state is "Done", which has no meaning in the profile (and in 2,999 more rows)',
    )
    others = "".join(f"p{n},course {n},completed,2026-01-01,,\n" for n in range(500))
    problems = read(HEAD + others, "plain").problems
    assert len(problems) == MOST
    assert problems[-1].message.endswith(f"; and {500 - MOST} more problems of this kind")


def test_a_column_that_nobody_knows_is_told_with_what_it_may_be() -> None:
    """A state that is called in another way isn't lost in silence."""
    (missing,) = said("login,course,sttus\naruiz,SEC-101,completed\n", "plain")
    assert missing.startswith("export.csv:1: error: no header that plain knows")
    assert 'did you mean "sttus"?' in missing
    (unknown,) = said(f"{HEAD.strip()},zon\naruiz,SEC-101,passed,2026-01-01,,,UTC\n", "plain")
    assert unknown.startswith('export.csv:1: warning: column "zon" is not used [unknown-column]')
    assert 'did you mean "zone"?' in unknown


def test_what_says_nothing_of_a_course_is_counted_and_left_out() -> None:
    """Sums below the rows, and courses that a map leaves out; with reasons."""
    rows = (
        "aruiz,SEC-101,passed,2026-01-01,,\nckim,Fire safety,passed,2026-01-01,,\nTotal: 2,,,,,\n"
    )
    found = read(HEAD + rows, "plain")
    assert not found.problems
    assert len(found.facts) == 1
    assert found.left_out == (
        LeftOut(3, "other-course", '"Fire safety" is no exercise', 1),
        LeftOut(4, "no-data", "the row says nothing of a course", 1),
    )


def test_a_file_that_says_nothing_is_told_of() -> None:
    """It is no proof that nobody did anything."""
    (found,) = said(f"{HEAD}ckim,Fire safety,passed,2026-01-01,,\n", "plain")
    assert "no row of this file says anything of an exercise [no-facts]" in found
    assert "[no-facts]" in said(HEAD, "plain")[0]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("85", 85),
        ("85.50", 85.5),
        ("92,5", 92.5),
        ("85 %", 85),
        ("17/20", 85),
        ("-", None),
        ("0", 0),
    ],
)
def test_scores_are_points_of_a_hundred(text: str, score: float | None) -> None:
    """However they are written."""
    data = f'{HEAD}aruiz,SEC-101,passed,2026-01-01,"{text}",2\n'
    (fact,) = read(data, "plain").facts
    assert (fact.score, fact.attempt) == (score, 2)
    assert type(fact.score) is type(score)


def test_a_zone_that_nobody_knows() -> None:
    """In a column it is told with how to say what it is."""
    data = "login,course,state,at,zone\naruiz,SEC-101,passed,2026-01-01 10:00,CET/DST\n"
    (found,) = said(data, "plain")
    assert '"CET/DST" is no time zone [unknown-zone]' in found
    own = profile("extends: plain\nvalues: {zone: {CET/DST: Europe/Paris}}")
    assert [fact.when and fact.when.zone for fact in read(data, own).facts] == ["Europe/Paris"]


def test_a_mail_address_that_is_none() -> None:
    """Isn't taken for a person's name."""
    (found,) = said("mail,course,state,at\nAna Ruiz,SEC-101,passed,2026-01-01\n", "plain")
    assert '"Ana Ruiz" is no mail address [bad-mail]' in found


def test_courses_go_by_id_before_title_and_however_exports_write_them() -> None:
    """Case, blanks, escapes and quotes don't count; what nobody has told of is nothing."""
    known = course_map(
        'courses: {A1: phishing, B2: smishing, Q "n" A & B: smishing}\nleave-out: []'
    )
    assert known.exercise("a1", "B2") == "phishing"
    assert known.exercise("", " q  'N' a &amp; b ") == "smishing"
    assert known.exercise("phishing", "") == "phishing"
    assert known.exercise("", "the monday INBOX") == "phishing"
    assert known.exercise("x", "y") is None
    assert course_map("courses: {}\nleave-out: others").exercise("x", "y") == LEFT_OUT
    assert course_map("leave-out: [Fire safety]").exercise("", "fire  safety") == LEFT_OUT


MOMENTS = st.one_of(
    st.none(),
    st.builds(Moment, st.integers(0, 2**51), st.just("minute"), st.text(), st.just("UTC")),
    st.builds(
        Moment, st.dates(date(1990, 1, 1)), st.just("day"), st.text(), st.just("Europe/Berlin")
    ),
)


@settings(max_examples=100, deadline=None)
@given(
    st.builds(
        CompletionFact,
        st.integers(1),
        st.just("phishing"),
        st.sampled_from(STATES),
        st.text(),
        st.text(),
        st.text(),
        st.text(),
        MOMENTS,
        st.one_of(st.none(), st.integers(0, 100), st.just(92.5)),
        st.one_of(st.none(), st.integers(1, 9)),
        st.text(),
    )
)
def test_a_fact_is_the_same_after_a_trip_through_json(fact: CompletionFact) -> None:
    """And what it says can be told from its line in the index."""
    assert facts.from_json(facts.as_json(fact)) == fact
    assert facts.saying(facts.said(fact)) == (fact.state, fact.when is not None)


def test_a_person_s_names_are_written_as_identities_write_them() -> None:
    """The login first: it tells rows apart, because an LMS has one for everybody."""
    fact = CompletionFact(1, "phishing", "passed", "aruiz", "Ana@Brightwater.Example", "00042")
    assert facts.names("https://lms.example", fact) == (
        "account https://lms.example|aruiz",
        "hr 00042",
        "mbox mailto:Ana@brightwater.example",
    )


CELLS = {
    "login": ["aruiz", "", "1.99E+02", "Total: 7"],
    "course": ["SEC-101", "Fire safety", "Tea", "", "=1+1"],
    "state": ["passed", "Withdrawn", "", "x"],
    "at": ["2026-03-31", "2026-03-29 02:30:00", "31/02/2026", "2027-01-01", "46112", ""],
    "score": ["", "85", "110", "92,5"],
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*map(st.sampled_from, CELLS.values())), min_size=1, max_size=8))
def test_every_row_is_a_fact_or_left_out_or_has_an_error(rows: list[tuple[str, ...]]) -> None:
    """None is lost, and none is counted twice."""
    told = [tuple(CELLS), *((*row[:4], f'"{row[4]}"') for row in rows)]
    found = read("\n".join(map(",".join, told)) + "\n", "plain")
    empty = sum(not any(row) for row in rows)
    errors = [each for each in found.problems if each.severity == "error"]
    alone = [read(f"{','.join(CELLS)}\n{','.join(row)}\n", "plain") for row in told[1:]]
    assert len(found.facts) == sum(len(each.facts) for each in alone)
    out = sum(each.rows for each in found.left_out)
    wrong = sum(any(p.severity == "error" for p in each.problems) for each in alone)
    assert len(found.facts) + out + wrong + empty == len(rows)
    assert bool(errors) is bool(wrong)


README = (Path(__file__).parents[3] / "lrs" / "README.md").read_text(encoding="utf-8")


def test_the_readme_s_profile_and_map_are_ones() -> None:
    """What is shown can be copied."""
    shown = list(re.findall(r"```yaml\n(.*?)```", README, re.S))
    own = next(each for each in shown if each.startswith("profile: corp-transcripts\n"))
    data = "A report\n\nUser ID,Training Title,Transcript Status,Completed Date,Training Hours\n"
    rows = "00042,The Monday inbox,Completed (marked by Dana Lee),3/31/2026 8:15 AM ET,-\n"
    (fact,) = read(data + rows, profile(own.partition("completions\n")[2])).facts
    assert (fact.row, fact.hr, fact.state, fact.by) == (4, "00042", "completed", "Dana Lee")
    known = course_map(next(each for each in shown if each.startswith("courses:\n")))
    assert known.exercise("SEC-101", "") == "phishing"
    assert known.exercise("", "First aid") == LEFT_OUT


def test_every_problem_is_in_the_readme() -> None:
    """With what to do."""
    folder = Path(__file__).parents[3] / "lrs" / "feeds"
    told = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", README[README.index("## Feeds") :]))
    codes = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 3:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name
            code = node.args[2]
            if name in ("Problem", "error", "warn") and isinstance(code, ast.Constant):
                codes.add(code.value)
    assert len(codes) > 20
    assert codes - told == set()

"""Tests of lrs people: what is printed, what is refused, and the exit status."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lrs.cli import main

Run = Callable[..., Result]
PEOPLE = (
    "person,name,mails,kind,roles,manager,hired,left\n"
    "00042,Ana Ruiz,ana@x.example,employee,it,00007,2026-01-05,\n"
    "00007,Bo Lee,bo@x.example,employee,managers,,2020-03-01,\n"
    "00013,Jo Roe,jo@x.example,contractor,,00007,2026-02-01,2026-02-14\n"
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs lrs people on a database of the test's own, and expects an exit status."""

    def ran(*words: str, exits: int = 0) -> Result:
        env = {"LRS_DATABASE": f"sqlite:///{tmp_path / 'lrs.db'}", "LRS_DURABLE": "no"}
        result = CliRunner().invoke(main, ["people", *words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A roster of three."""
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture
def filled(run: Run, file: Path) -> Run:
    """The command on a store that has the roster."""
    run("import", str(file), "--profile", "plain", "--as-of", "2026-03-01", "--by", "noor")
    return run


def test_a_roster_is_taken_in_once(run: Run, file: Path) -> None:
    """A dry run tells what would change and stores nothing; the number of the record is data."""
    words = ("import", str(file), "--profile", "plain", "--as-of", "2026-03-01")
    dry = run(*words, "--dry-run")
    assert dry.stdout.splitlines()[1].startswith("+ 00013 Jo Roe: access from 2026-02-01 to")
    assert "3 people new, 0 changed, 0 absent; nothing is stored: a dry run" in dry.stderr
    assert run("list", "--on", "2026-03-01").stdout == ""
    assert run(*words).stdout == "1\n"
    again = run(*words)
    assert again.stdout == ""
    assert again.stderr == "record 1 has this file already, as of 2026-03-01; nothing is added\n"
    on_another_day = run("import", str(file), "--profile", "plain").stderr
    assert on_another_day.endswith("nothing is added; --as-of takes it in for another day\n")


@pytest.mark.parametrize(
    ("id", "reason"),
    [
        ("00099", "They came back, and HR gave them a new id"),
        ("jo 2", "They came back, and HR gave them a new id"),
        ("0000013", "HR writes their id in another way now"),
    ],
)
def test_what_a_hint_says_to_run_runs_as_it_stands(
    filled: Run, file: Path, id: str, reason: str
) -> None:
    """To merge two HR ids takes a reason, which the hint has, and ids may have spaces in them."""
    mail = "jo@x.example" if "back" in reason else "j@x.example"
    again = f"{id},Jo Roe,{mail},employee,it,00007,2026-05-01,\n"
    file.write_text(PEOPLE.splitlines(keepends=True)[0] + again, encoding="utf-8")
    words = ("import", str(file), "--profile", "plain", "--as-of", "2026-05-02")
    told = filled(*words).stderr
    command = told[told.index("lrs people merge") :].splitlines()[0]
    _, _, *rest = shlex.split(command)
    assert rest[-1] == reason
    filled(*rest)
    shown = filled("show", id).stdout
    assert "access\tfrom 2026-02-01 to 2026-02-14\n  access\tfrom 2026-05-01\n" in shown


def test_what_two_hr_ids_agree_on_is_told_once(filled: Run, file: Path) -> None:
    """Of a rehire with a new id: the name and the manager went on; the kind is another now."""
    head, _, _, jo = PEOPLE.splitlines(keepends=True)
    again = jo.replace("00013", "00099").replace("contractor", "employee")
    again = again.replace("2026-02-01,2026-02-14", "2026-05-01,")
    file.write_text(head + again, encoding="utf-8")
    filled("import", str(file), "--profile", "plain", "--as-of", "2026-05-02")
    filled("merge", "00099", "00013", "--why", "She came back")
    lines = filled("show", "00013").stdout.splitlines()
    assert [each.split("\t")[1:] for each in lines if each.split("\t")[0].strip() == "name"] == [
        ["Jo Roe", "from 2026-02-01"]
    ]
    assert "  manager\t00007\tfrom 2026-02-01" in lines
    assert "  hired\t2026-05-01\tfrom 2026-05-01" in lines
    assert len([each.split("\t")[0] for each in lines if each.startswith("  manager")]) == 1


def test_a_row_that_says_what_another_says_is_told(run: Run, file: Path) -> None:
    """It is left out, and whoever reads the counts can tell which one that was."""
    file.write_text(PEOPLE + PEOPLE.splitlines()[-1] + "\n", encoding="utf-8")
    told = run("import", str(file), "--profile", "plain").stderr.splitlines()
    assert told[-2:-1] == ["people.csv:5: says what row 4 says; it is left out [same-row]"]
    assert told[-1].startswith("4 rows read, 3 taken, 1 left out;")


def test_what_is_wrong_is_told_and_nothing_stored(run: Run, file: Path) -> None:
    """Problems on stderr, status 1; wrong uses have status 2."""
    file.write_text(PEOPLE.replace("2026-01-05", "2026-02-31"), encoding="utf-8")
    refused = run("import", str(file), "--profile", "plain", exits=1)
    assert refused.stdout == ""
    assert refused.stderr.splitlines()[0] == (
        'people.csv:2: error: hired is "2026-02-31", which is not a day [bad-day]'
    )
    assert refused.stderr.endswith("1 error; nothing is stored\n")
    unknown = run("import", str(file), "--profile", "bambohr", exits=1)
    assert 'did you mean "bamboohr"?' in unknown.stderr
    for wrong in (("--zone", "Berlin"), ("--as-of", "1.3.2026"), ("--snapshot", "--leave-out")):
        run("import", str(file), "--profile", "plain", *wrong, exits=2)
    taken = run("import", str(file), "--profile", "plain", "--leave-out")
    assert "3 rows read, 2 taken, 1 left out" in taken.stderr


def test_who_has_access_on_a_day_is_listed(filled: Run) -> None:
    """With what held on it; by manager, role and kind."""
    ana = "00042\tAna Ruiz\temployee\tit\t00007\t\tfrom 2026-01-05"
    jo = "00013\tJo Roe\tcontractor\t\t00007\t\tfrom 2026-02-01 to 2026-02-14"
    listed = filled("list", "--on", "2026-02-14")
    assert listed.stdout.splitlines()[1:] == [jo, ana]
    assert listed.stderr == "3 with access on 2026-02-14\n"
    for words, lines in (
        (("--manager", "00007"), [jo, ana]),
        (("--role", "it"), [ana]),
        (("--kind", "contractor"), [jo]),
        (("--manager", "00042"), []),
    ):
        assert filled("list", "--on", "2026-02-14", *words).stdout.splitlines() == lines
    assert jo not in filled("list", "--on", "2026-02-15").stdout


def test_all_that_is_known_of_somebody_is_shown(filled: Run) -> None:
    """By HR id or mail, as it was known at an instant; who is unknown may be somebody else."""
    shown = filled("show", "ana@x.example").stdout.splitlines()
    assert shown[:3] == ["00042\tAna Ruiz", "  access\tfrom 2026-01-05", *shown[2:3]]
    assert "  role\tit\tfrom 2026-01-05" in shown
    assert shown[-1].startswith("  record\t1\tas of 2026-03-01\tplain\treceived ")
    assert filled("show", "00042").stdout.splitlines() == shown
    filled("show", "00042", "--known-at", "2020-01-01T00:00:00Z", exits=1)
    odd = filled("show", "Ana@x.example", exits=1)
    assert odd.stderr.splitlines() == [
        "error: nobody is known as Ana@x.example, by HR id, mail or login; "
        "lrs people list shows who there is",
        "  it may be 00042: the mail ana@x.example is written alike",
    ]
    assert "is no name" in filled("show", "account aruiz", exits=1).stderr


def test_a_name_is_linked_and_unlinked_by_rulings(filled: Run) -> None:
    """With who and why, from a day on; the number of the ruling is data."""
    name = "account https://lms.example|aruiz"
    assert filled("link", name, "00042", "--why", "Asked her", "--by", "noor").stdout == "2\n"
    assert f"  linked\t{name}\talways" in filled("show", name).stdout
    filled("unlink", name, "00042", "--from", "2026-04-01", "--why", "It is Al's now")
    assert f"  not\t{name}\tfrom 2026-04-01" in filled("show", "00042").stdout
    assert "no roster has told of 7" in filled("link", name, "7", "--why", "x", exits=1).stderr
    filled("link", "00013", "00042", "--why", "x", exits=2)
    filled(
        "link", name, "00042", "--why", "x", "--from", "2026-04-01", "--to", "2026-03-01", exits=2
    )


def test_two_hr_ids_are_merged_once_and_taken_apart(filled: Run) -> None:
    """The second survives; a circle is refused."""
    assert filled("merge", "00013", "00042", "--why", "Jo is Ana").stdout == "2\n"
    assert filled("show", "00013").stdout.startswith("00042\t")
    for words in (("00013", "00042"), ("00042", "00013"), ("00013", "00007")):
        filled("merge", *words, "--why", "x", exits=1)
    filled("unlink", "hr 00013", "00042", "--why", "She isn't")
    assert filled("show", "00013").stdout.startswith("00013\t")


def test_a_draft_of_a_profile_is_made_of_a_header(run: Run, tmp_path: Path) -> None:
    """What is known is filled in, what is near is guessed and says so, the rest is open; once it
    is completed, the file can be taken in by it."""
    path = tmp_path / "hr.csv"
    path.write_text(
        "Staff list of May;;;;\nStaff No;Full Name;Start Dat;Employment Type;Shoe size\n"
        "7;Ana Ruiz;31/01/2026;Permanent;38\n8;Jo Roe;01/02/2026;Contractors;44\n",
        encoding="utf-8",
    )
    made = run("map", str(path)).stdout
    assert "# A draft for hr.csv, by the header in row 2" in made
    for line in (
        'detects: ["Staff No"]',
        '  person: "Staff No"  # the HR id, which stays the same for ever',
        '  hired: "Start Dat"  # guessed: the first day',
        "  # left: ...  # the last day",
        '    # "Permanent": ...  # open',
        '    "Contractors": contractor  # guessed',
        '  - "Shoe size"',
    ):
        assert line in made.splitlines(), line
    profile = tmp_path / "ours.yaml"
    profile.write_text(
        made.replace('# "Permanent": ...', '"Permanent": employee'), encoding="utf-8"
    )
    assert run("import", str(path), "--profile", str(profile)).stdout == "1\n"
    run("map", str(tmp_path / "lrs.db"), exits=1)


def test_a_file_with_nobody_in_it_is_refused(filled: Run, tmp_path: Path) -> None:
    """As a snapshot it would end the access of everybody."""
    file = tmp_path / "nobody.csv"
    file.write_text("person,name,hired\n", encoding="utf-8")
    refused = filled("import", str(file), "--profile", "plain", "--snapshot", exits=1)
    assert "nobody stands below the header [no-rows]" in refused.stderr


def test_a_role_or_manager_whom_nobody_knows_is_told(filled: Run) -> None:
    """A list that is empty says why."""
    assert '"enginering" is no role of anybody' in filled("list", "--role", "enginering").stderr
    assert "no roster has told of 99999" in filled("list", "--manager", "99999").stderr
    filled("list", "--kind", "contracter", exits=2)

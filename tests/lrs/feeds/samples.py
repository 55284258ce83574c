"""Exports in the shapes in which LMSs write them, and a short way to read one."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from lrs import instants, mapping, tabular
from lrs.feeds import courses, exports
from lrs.feeds.courses import Courses
from lrs.feeds.exports import FIELDS, Export
from lrs.mapping import Profile
from scormkit import document

LMS = "https://lms.brightwater.example"
DAY = date(2026, 6, 30)  # of the exports
TITLES = {
    "phishing": ("The Monday inbox", "https://brightwater.example/training/phishing"),
    "smishing": ("Payday, by text", "https://brightwater.example/training/smishing"),
}
MAP = """
courses:
  SEC-101: phishing
  SEC-102: smishing
  Course complete: phishing
leave-out: [Fire safety]
"""


def rows(told: str) -> list[list[str]]:
    """Rows of cells with bars between them."""
    return [line.split("|") for line in told.strip("\n").split("\n")]


# Moodle's activity completion as it is downloaded: no header above the names, each activity with
# a second column whose header is the day on which it is expected, or nothing.
ACTIVITY = rows(
    """
|Username|Email address|The Monday inbox||Payday, by text|2026-04-30 00:00:00|Fire safety|
Ana Ruiz|aruiz|ana@brightwater.example|Completed (achieved pass grade)|2026-03-31 08:15:12\
|Not completed||Completed|2026-02-01 10:00:00
Ben 'Bo' Khan|bkhan|ben@brightwater.example|Completed (set by Dana Lee)|2026-04-01 17:00:00\
|Completed (did not achieve pass grade)|2026-04-02 09:00:00|Not completed|
"""
)

# Moodle's course completion of 4.3; that of 4.2 has the dates in its own short form. What wasn't
# passed has none.
COURSE = rows(
    """
ID|Name|Username|The Monday inbox|The Monday inbox - Completion date\
|Payday, by text|Payday, by text - Completion date|Course complete
3|Ana Ruiz|aruiz|Completed|2026-03-31 08:15:12|Not completed||
4|Ben Khan|bkhan|Completed|31/03/26, 08:15|Completed (did not achieve pass grade)|\
|2026-04-02 09:00:00
"""
)

SCORM_BASIC = rows(
    """
|Username|Attempt|Started on|Last accessed on|Score|Begin
Ana Ruiz|aruiz|1|Sunday, 22 November 2026, 11:46 PM|Sunday, 22 November 2026, 11:52 PM\
|95.5|95.5/100
"""
)

# Docebo's "Users - Courses", in three languages.
ENROLMENTS = {
    "en": rows(
        """
Username|Fullname|Email|Course Code|Course Name|Enrollment Date|Completion Date\
|Course Enrollment Status|Final Score|Assignment Type
aruiz|Ana Ruiz|ana@brightwater.example|SEC-101|Inbox|2026-03-01 09:00:00|2026-03-31 08:15:12\
|Completed|85.00|Mandatory
bkhan|Ben Khan|ben@brightwater.example|SEC-101|Inbox|2026-03-01 09:00:00||In Progress||Mandatory
"""
    ),
    "de": rows(
        """
Benutzername|E-Mail|Kurscode|Kursname|Abschlussdatum|Einschreibungsstatus|Endpunktzahl
aruiz|ana@brightwater.example|SEC-101|Inbox|2026-03-31 08:15:12|Abgeschlossen|85
bkhan|ben@brightwater.example|SEC-101|Inbox||In Bearbeitung|
"""
    ),
    "es": rows(
        """
Nombre de usuario|Correo electrónico|Código del curso|Nombre del curso|Fecha de finalización\
|Estado de la inscripción|Puntuación final
aruiz|ana@brightwater.example|SEC-101|Inbox|2026-03-31 08:15:12|Completado|85
bkhan|ben@brightwater.example|SEC-101|Inbox||En curso|
"""
    ),
}


def text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV, with the line ends that LMSs write."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def utf16(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as Excel-compatible exports have them: UTF-16LE with a mark, and tabs."""
    return b"\xff\xfe" + text(rows, "\t").encode("utf-16-le")


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        book.close()
        return path.read_bytes()


def shipped(name: str) -> Profile:
    """A profile that comes along."""
    found, problems = mapping.find("completions", name, FIELDS)
    assert found and not problems, problems
    return found


def profile(text: str) -> Profile:
    """A profile of one's own."""
    source = document.parse(f"profile: own\nrows: completions\n{text}".encode(), "own.yaml")
    found, problems = mapping.of(source, "completions", FIELDS)
    assert found and not problems, problems
    return found


def course_map(text: str = MAP) -> Courses:
    """A course map beside the exercises' own titles."""
    source = document.parse(text.encode(), "map.yaml")
    assert not courses.problems(source, TITLES)
    found = courses.mapped(source, courses.built(TITLES), TITLES)
    assert found
    return found


def read(data: bytes | str, by: Profile | str, zone: str = "Europe/Berlin") -> Export:
    """A file as a profile reads it."""
    content = data.encode() if isinstance(data, str) else data
    clock = instants.clock(zone)
    assert clock
    used = shipped(by) if isinstance(by, str) else by
    return exports.read(tabular.read("export.csv", content), used, clock, course_map(), DAY)


def said(data: bytes | str, by: Profile | str) -> list[str]:
    """The problems of a file."""
    return [str(problem) for problem in read(data, by).problems]

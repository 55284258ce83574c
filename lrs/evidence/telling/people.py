"""The chapters of people: everybody with access, where that is known from, who joined, who is
from outside."""

from __future__ import annotations

from collections.abc import Iterator

from lrs.evidence.document import Block, Chapter, Facts, Section, Text
from lrs.evidence.sheets.making import days_of, during, log
from lrs.evidence.telling.book import Book


def population(book: Book) -> Chapter:
    """Everybody, with the completeness statement."""
    columns = ("person", "name", "kind", "roles", "manager", "window", "from", "to", "days")
    operating = book.material.asked.operating
    more = ("joined", "left") if operating else ()
    blocks: list[Block] = [
        book.facts(
            *("people", "windows", "external-windows", "joiners", "leavers"),
            *("short-windows", "merged"),
        ),
        Section("Completeness statement", list(_statement(book))),
        Section("Who had access", list(book.table("population", *columns, *more))),
    ]
    return book.chapter(
        "Population and its completeness",
        f"Everybody with access {during(book.material)}, and how it is known that it is everybody.",
        blocks,
        *("population", "completeness"),
    )


def _statement(book: Book) -> Iterator[Block]:
    material, asked = book.material, book.material.asked
    yield Text(
        f"The population is everybody who held access {_when(book)}. It is made from HR's rosters "
        "and not from completions: nobody is in it because they trained, or left out because they "
        "didn't. What was searched, with what, and when it was known:"
    )
    yield Facts(
        [
            ("Source", "text", "HR rosters as imported; each is in the table below"),
            ("Searched", "text", log(material)),
            (
                "Filter",
                "text",
                "a window of access that has a day in common with those asked about",
            ),
            ("First day", "day", asked.period.first),
            ("Last day", "day", asked.upto),
            ("Days are those of", "text", material.zone),
            ("As it was known (UTC)", "instant", asked.known),
            ("Software", "text", f"scormkit {material.software}"),
        ]
    )
    yield book.facts(
        *("rosters", "roster-rows", "roster-rows-left-out", "exports", "people", "windows")
    )
    yield Text(
        "What this can't show: somebody with access whom no roster ever named. That needs a "
        "comparison with what gives access; no directory was received."
    )
    columns = ("as_of", "source", "file", "snapshot", "read", "taken", "known", "left_out")
    yield from book.table("completeness", *columns, "adds_up", "absent", "corrected_by", "record")
    yield from book.table("left-out")


def _when(book: Book) -> str:
    told = days_of(book.material)
    operating = book.material.asked.operating
    return f"on any day of {told}, however short" if operating else f"on {told}"


def joiners(book: Book) -> Chapter:
    """The second population: who began in the period."""
    blocks: list[Block] = [
        Text(
            "The second population of a test of onboarding: each window of access that began in "
            "the period, with what was owed because of it. The result is the worst of its verdicts."
        ),
        book.facts("joiners"),
        *book.table(
            "joiners",
            *("person", "name", "kind", "access_from", "access_to", "owed", "due"),
            *("result", "completed", "days_late"),
        ),
    ]
    return book.chapter(
        "Joiners",
        "Whose access began in the period, and whether they were trained in time.",
        blocks,
        "joiners",
    )


def outside(book: Book) -> Chapter:
    """Contractors and vendors' staff."""
    blocks: list[Block] = [
        Text(
            "Contractors and vendors' staff with access are in the population like everybody else. "
            "Here they are once more, with their sponsor, their baseline and all that they owed."
        ),
        book.facts("external-windows"),
        *book.table(
            "external-parties",
            *("person", "name", "kind", "manager", "access_from", "access_to", "baseline"),
            *("result", "owed", "met", "late", "open", "excused"),
        ),
    ]
    return book.chapter(
        "External parties",
        "Contractors and vendors' staff, what they were asked and what came of it.",
        blocks,
        "external-parties",
    )

"""The page of what is met of xAPI is current, and says nothing that no test holds."""

from __future__ import annotations

import re

from scripts.conformance import PAGE, page, quoting, requirements


def test_the_page_is_current() -> None:
    """lrs/CONFORMANCE.md is what scripts/conformance.py writes."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run python scripts/conformance.py"


def test_every_requirement_is_listed() -> None:
    """Each of ADL's numbers has its line, from the first to the last."""
    named = [name for name in requirements().names() if name.startswith("XAPI-")]
    assert sorted(named) == [f"XAPI-{number:05}" for number in range(1, 337)]


def test_tests_quote_what_there_is() -> None:
    """What a docstring quotes is a requirement on the list."""
    known = requirements()
    names = set(known.names())
    quotes = {name: test for test in quoting() for name in test.quotes}
    assert {name: test.name for name, test in quotes.items() if name not in names} == {}


def test_what_has_no_test_says_why() -> None:
    """A requirement that no test quotes has a reason, and one with a reason has no test."""
    known = requirements()
    met = {name for test in quoting() for name in test.quotes}
    assert {name for name in known.names() if name not in met} == set(known.untested)


def test_each_version_that_asks_is_tested() -> None:
    """A requirement is tested in each version that asks for it."""
    known = requirements()
    spoken = {(name, v) for test in quoting() for name in test.quotes for v in test.versions}
    lacking = [
        (name, version)
        for name in known.names()
        for version in known.asked_in(name)
        if name not in known.untested and (name, version) not in spoken
    ]
    assert lacking == []


def test_lines_are_short() -> None:
    """What a requirement asks is one line, of our own words, with no end of a sentence."""
    lines = [told for group in requirements().groups.values() for told in group.values()]
    assert [line for line in lines if len(line) > 100 or re.search(r"[.|]$|\|", line)] == []

"""Tests of the days and instants that commands take: one reader of each, in one form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lrs.cli import main
from lrs.cli_ground import Day, Instant

NOT_DAYS = ("20260331", "2026-W14-2", "31/03/2026", "2026-02-30", "2026-3-1", "today", "")


@pytest.mark.parametrize("written", NOT_DAYS)
def test_a_day_is_written_in_one_way(written: str) -> None:
    """Year, month and day with hyphens; other forms of ISO 8601 are more easily mistaken."""
    with pytest.raises(click.BadParameter, match="is no day; write it like 2026-03-31"):
        Day().convert(written, None, None)
    assert Day().convert("2026-03-31", None, None) == date(2026, 3, 31)


def test_an_instant_says_its_zone_and_has_been() -> None:
    """Without a zone nobody knows which one is meant; what will be known is known to nobody."""
    for written in ("2026-03-31T08:15:00Z", "2026-03-31T10:15:00+02:00"):
        assert Instant().convert(written, None, None) == 1_774_944_900_000_000
    for written, why in (
        ("2026-03-31T08:15:00", "says no zone"),
        ("2999-03-31T08:15:00Z", "is to come"),
        ("2026-03-31", "is no instant"),
    ):
        with pytest.raises(click.BadParameter, match=why):
            Instant().convert(written, None, None)


def _options(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Parameter]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _options(command, f"{before}{name} ")
        else:
            yield from ((f"{before}{name}", each) for each in command.params)


def test_every_command_has_the_same_readers() -> None:
    """Whatever takes a day or an instant takes it so."""
    days = {"--as-of", "--on", "--to", "--day", "--until", "--due"}
    found = 0
    for command, each in _options(main):
        if each.opts[0] in days or (each.opts[0] == "--from"):
            assert isinstance(each.type, Day), (command, each.opts)
            found += 1
        if each.opts[0] == "--known-at":
            assert isinstance(each.type, Instant), (command, each.opts)
    assert found > 20


def test_a_meeting_on_a_day_that_is_none_is_a_wrong_use(tmp_path: Path) -> None:
    """Told before anything is stored."""
    env = {"LRS_DATABASE": f"sqlite:///{tmp_path / 'lrs.db'}", "LRS_DURABLE": "no"}
    words = ["review", "meet", "2026-Q1", "--attendees", "Noor", "--day", "20260331"]
    refused = CliRunner().invoke(main, words, env=env)
    assert refused.exit_code == 2
    assert "'20260331' is no day; write it like 2026-03-31" in refused.stderr

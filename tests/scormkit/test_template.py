"""Tests of HTML with gaps."""

from __future__ import annotations

import pytest

from scormkit.template import Html, filled, joined


def test_text_is_escaped() -> None:
    """A text is shown as it stands, in an element and in an attribute."""
    shown = filled('<p title="{{ a }}">{{ a }}</p>', a="<b> & \"'")
    said = "&lt;b&gt; &amp; &quot;&#x27;"
    assert shown == f'<p title="{said}">{said}</p>'


def test_html_is_not() -> None:
    """What is HTML already stays so, and what was filled or joined is."""
    item = filled("<li>{{ n }}</li>", n=1)
    assert filled("<ul>{{ all }}</ul>", all=joined([item, item])) == (
        "<ul><li>1</li><li>1</li></ul>"
    )
    assert joined([Html("<b>"), "<b>"], ", ") == "<b>, &lt;b&gt;"


def test_a_value_is_not_read_again() -> None:
    """What looks like a gap inside a value is text."""
    assert filled("{{ a }}", a="{{ b }}", b="no") == "{{ b }}"


def test_whole_lines() -> None:
    """A gap alone on its line leaves no empty line behind."""
    assert filled("a\n{{ lines }}\nb\n", lines="") == "a\nb\n"
    assert filled("a\n{{ lines }}\nb\n", lines="x\ny\n") == "a\nx\ny\nb\n"


def test_every_gap_has_a_value() -> None:
    """A gap that nobody fills is a fault, whatever it is called."""
    for name in ("title", "sha256", "Title"):
        with pytest.raises(KeyError):
            filled(f"<p>{{{{ {name} }}}}</p>", other="")

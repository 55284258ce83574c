"""Tests of texts: a Markdown subset becomes HTML of the allow-list, whatever is written."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scormkit import text
from scormkit.text import Context

TAGS = {  # each tag of the allow-list with its attributes
    **{tag: set[str]() for tag in "p strong em ul li code pre blockquote br".split()},
    "ol": {"start"},
    "a": {"data-link", "href"},
    "img": {"src", "alt"},
    "audio": {"controls", "preload", "src"},
    "span": {"data-cue"},
}
VALUES = {
    "company": 'B & "W" <b>',
    "odd": "{pretext.company} [x]{rush} {nowhere}",
    "you": "Sam {pretext.who} of {company}",
}


def context() -> Context:
    return Context(
        VALUES,
        {"pretext": ("company", "who", "letter")},
        {
            "badge": ("badge.svg", 'A "badge" of {company} <b> [x] & co'),
            "face": ("face.svg", "The face of {pretext.who}"),
            "mark": ("mark.svg", "A [mark]{rush}"),
            "line": ("line.svg", ""),
            "voice": ("voice.mp3", "Hello, it is me"),
        },
        links=("release", "form"),
        cues=("rush", "who"),
        blocks=frozenset({"pretext.letter"}),
    )


def html(written: str) -> str:
    """The HTML of a text that nobody complains about."""
    about = context()
    made = text.markdown(written, about)
    assert about.complaints == []
    return made


def complaints(written: str) -> list[tuple[str, str, str]]:
    about = context()
    text.markdown(written, about)
    return [(each.code, each.message, each.hint) for each in about.complaints]


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("Plain words, 12:30 at 10.", "<p>Plain words, 12:30 at 10.</p>"),
        (
            "a **b** *c* `d & <e>`",
            "<p>a <strong>b</strong> <em>c</em> <code>d &amp; &lt;e&gt;</code></p>",
        ),
        ("one\ntwo\n\nthree", "<p>one<br>two</p>\n<p>three</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("```\n<a> {pretext.who}\n```", "<pre><code>&lt;a&gt; {pretext.who}\n</code></pre>"),
        ("[now](release)", '<p><a data-link="release" href="#">now</a></p>'),
        ("![](line)", '<p><img src="media/line.svg" alt=""></p>'),
        (
            "![](voice)",
            '<p><audio controls preload="none" src="media/voice.mp3"></audio>'
            " <em>Hello, it is me</em></p>",
        ),
        ("[be **quick**]{rush}!", '<p><span data-cue="rush">be <strong>quick</strong></span>!</p>'),
        (
            "[[now](form)]{who}",
            '<p><span data-cue="who"><a data-link="form" href="#">now</a></span></p>',
        ),
        ("at {company}", '<p>at B &amp; "W" &lt;b&gt;</p>'),
        ("{pretext.company} & co", "<p>{pretext.company} &amp; co</p>"),
        ("{pretext.letter}", "{pretext.letter}"),
        ("a\n\n{pretext.letter}\n\nb", "<p>a</p>\n{pretext.letter}\n<p>b</p>"),
        ("for {you}", '<p>for Sam {pretext.who} of B &amp; "W" &lt;b&gt;</p>'),
        (r"\{company} \*no\*", "<p>&#123;company} *no*</p>"),
        ("{odd}", "<p>&#123;pretext.company} [x]&#123;rush} &#123;nowhere}</p>"),
        ("a { b } {A} {}", "<p>a { b } {A} {}</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("https://plain.example", "<p>https://plain.example</p>"),
        ("&lt;b&gt; &copy;", "<p>&amp;lt;b&amp;gt; &amp;copy;</p>"),
        ("---", "<p>---</p>"),
    ],
)
def test_markdown(written: str, made: str) -> None:
    """The subset is rendered, and what is not in it stays the text that it is."""
    assert html(written) == made


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "**<b onclick=x>**",
        '[x]{rush"onclick="alert(1)}',
        "`</code><script>`",
        "```html\n</pre><script>\n```",
        "> <svg/onload=alert(1)>",
        "- <iframe src=javascript:alert(1)>",
        "<!-- --><![CDATA[ <a> ]]>",
        "&#60;script&#62;",
    ],
)
def test_markup_is_text(written: str) -> None:
    """What looks like HTML comes out as text to read."""
    made = html(written)
    assert Checker(made).problems == []
    assert "<script" not in made and "<img" not in made


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "https://evil.example", "data:text/html,x", 'release"onclick="x', "x"],
)
def test_links_name_links(target: str) -> None:
    """A link can only name one of the links that are listed; no address ever becomes one, and the
    author is told."""
    about = context()
    made = text.markdown(f"[x](<{target}>)", about)
    assert Checker(made).problems == []
    assert [each.code for each in about.complaints] == ["unknown-link"]
    assert "href" not in made.replace('href="#"', "", 1)


def test_half_a_link_is_told() -> None:
    """What looks like a link and is none does not stand before learners unnoticed, unless it is
    code or its bracket is escaped."""
    assert complaints("Now: [x](java script:y), or") == [
        (
            "unknown-link",
            '"java script:y" can\'t be the target of a link',
            "a target is one word, the id of a link; where brackets are meant, write \\[...](...)",
        )
    ]
    about = context()
    text.inline("[x](re lease)", about)
    assert [each.code for each in about.complaints] == ["unknown-link"]
    assert complaints("[x](java script:alert(1))")
    for fine in ("`[x](re lease)`", r"\[x](re lease)", "```\na[1](2 3)\n```", "as in [1] (or so)"):
        assert complaints(fine) == [], fine


@pytest.mark.parametrize(
    ("written", "code", "words", "hint"),
    [
        ("[x]{rash}", "unknown-cue", 'marks a cue "rash"', 'did you mean "rush"?'),
        ("[x](relase)", "unknown-link", 'links to "relase"', 'did you mean "release"?'),
        ("![](bagde)", "unknown-media", 'shows "bagde"', 'did you mean "badge"?'),
        ("{compny}", "unknown-value", '"{compny}" is no value', 'did you mean "company"?'),
        ("{pretext.wo}", "unknown-value", '"{pretext.wo}"', 'did you mean "pretext.who"?'),
        ("[a **b]{rush} c**", "cue-not-placed", 'mark of cue "rush" begins in one', "{rush}"),
        ("[a\n\nb]{rush}", "cue-not-placed", "ends in another", "inside of one paragraph"),
        ("![](face)", "unknown-value", '"{pretext.who}" cannot stand in an alternative', "write"),
        ("![](mark)", "unknown-value", '"{rush}" cannot stand in an alternative', "write"),
    ],
)
def test_complaints(written: str, code: str, words: str, hint: str) -> None:
    """A name that leads nowhere is told with the nearest one that does."""
    told = complaints(written)
    assert [each[0] for each in told] == [code]
    assert words in told[0][1]
    assert hint in told[0][2]


def test_what_a_text_refers_to() -> None:
    """The context remembers the cues that were marked, the links reached, the media shown."""
    about = context()
    text.markdown("[a]{rush} [b](form) ![](line)", about)
    assert (about.marked, about.linked, about.shown) == ({"rush"}, {"form"}, {"line"})


def test_alternatives() -> None:
    """An alternative text is an attribute: nothing in it can end the attribute or mark a cue."""
    about = context()
    made = text.markdown("![](badge)", about)
    checked = Checker(made)
    assert checked.problems == []
    assert checked.images == [{"src": "media/badge.svg", "alt": checked.images[0]["alt"]}]
    assert checked.images[0]["alt"] == 'A "badge" of B & "W" <b> <b> [x] & co'


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("a < b & **c**", "a &lt; b &amp; **c**"),
        ("{pretext.who} {company}", '{pretext.who} B &amp; "W" &lt;b&gt;'),
        (r"\{company}", "&#123;company}"),
        ("  [x](release) ", "[x](release)"),
    ],
)
def test_plain(written: str, made: str) -> None:
    """A plain text knows placeholders and nothing else."""
    about = context()
    assert text.plain(written, about) == made
    assert about.complaints == []


def test_plain_has_one_line() -> None:
    """A variant of several paragraphs has no room in a plain text."""
    about = context()
    text.plain("Dear {pretext.letter}", about)
    assert [each.code for each in about.complaints] == ["several-lines"]


PIECES = r"""
** * _ ` ``` [ ] ( ) {rush} {who} {company} {odd} {you} {pretext.who} {pretext.letter} {x} { } ]{
]{rush} ](release)
](x) ![](badge) ![](line) ![](mark) ![ < > & " ' \{ \[ \\ # - + 1. 3) > | ~ words é 🦊
<b> </p> <script> onclick= javascript: &lt; &#123;
""".split()
NASTY = st.lists(
    st.one_of(
        st.sampled_from([*PIECES, "\ue000"]),
        st.sampled_from(["\n", "\n\n", "  ", " ", "\n- ", "\n> ", "\n1. ", "    ", "\t"]),
        st.text(max_size=4),
    ),
    max_size=14,
).map("".join)


@given(NASTY)
@settings(max_examples=800, deadline=None)
def test_only_the_allow_list(written: str) -> None:
    """Whatever is written: allowed tags and attributes, no placeholder but a variant's, and all
    well nested, or else a complaint."""
    about = context()
    for made in (text.markdown(written, about), text.inline(written, about)):
        told = Checker(made)
        assert not [p for p in told.problems if not p.startswith("nesting")]
        if "cue-not-placed" not in {each.code for each in about.complaints}:
            assert told.problems == []
        for name in re.findall(r"\{([a-z0-9_.-]+)\}", made):
            assert name in ("pretext.company", "pretext.who", "pretext.letter")


@given(NASTY)
@settings(max_examples=500, deadline=None)
def test_plain_is_plain(written: str) -> None:
    """Whatever is written, a plain text has no tag at all."""
    made = text.plain(written, context())
    assert "<" not in made and ">" not in made
    assert not re.findall(r"&(?!(?:amp|lt|gt|#123);)", made)


@given(st.text("ab 1.-+)(:,;?é🦊'\"=/", max_size=12))
@settings(max_examples=400, deadline=None)
def test_the_short_way(written: str) -> None:
    """A text without any markup, which takes a short way, comes out as by the long one."""
    written = written.strip()
    if re.fullmatch(r"[-+]|\d+[.)]|", written):
        return  # a list's mark alone, or nothing
    long_way = text.markdown(written + "\n\n{pretext.letter}", context())
    short_way = text.markdown(written, context()) + "\n{pretext.letter}"
    assert unescape(short_way) == unescape(long_way)


class Checker(HTMLParser):
    """Reads HTML as a browser does, and notes what the allow-list lacks."""

    def __init__(self, made: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.opened: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(made)
        self.close()
        self.problems += [f"nesting: {tag} is left open" for tag in self.opened]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS or {name for name, _ in attrs} - TAGS[tag]:
            self.problems.append(f"<{tag} {attrs}>")
        if tag == "img":
            self.images.append(dict(attrs))
        elif tag == "a" and dict(attrs)["href"] != "#":
            self.problems.append(f"href: {attrs}")
        if tag not in ("br", "img"):
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.problems.append(f"nesting: </{tag}>")

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.problems.append(f"declaration {data}")

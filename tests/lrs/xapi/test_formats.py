"""The written forms: what is one and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs import timestamps
from lrs.xapi import formats


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("http://example.com/xapi/verbs#did", True),
        ("https://example.com/path/../x?a=b&c=%20", True),
        ("http://example.com/فعل/خواندن", True),
        ("http://[2001:db8::1]:8080/x", True),
        ("urn:uuid:6690e6c9-3ef0-4ed3-8b37-7f3964730bee", True),
        ("mailto:ana@corp.example", True),
        ("tag:corp.example,2026:x", True),
        ("a+b-c.d:x", True),
        ("ab=c://should.fail.com", False),
        ("should fail", False),
        ("adlnet.gov/x", False),
        ("/x", False),
        ("x:", False),
        ("", False),
        (":x", False),
        ("1a:x", False),
        ("http:///x", False),
        ("http:x", False),
        ("http://example.com/a b", False),
        ("http://example.com/a\tb", False),
        ("http://example.com/<x>", False),
        ('http://example.com/"', False),
        ("http://example.com/{x}", False),
        ("http://example.com/a|b", False),
        ("http://example.com/%zz", False),
        ("http://example.com/%4", False),
        ("http://example.com/a#b#c", False),
        ("http://example.com/[x]", False),
        ("http://example.com/\x85", False),
        ("http://example.com/x\n", False),
    ],
)
def test_an_iri_has_a_scheme_and_no_strange_characters(text: str, good: bool) -> None:
    """IRIs are those of RFC 3987, never relative (XAPI-00007, XAPI-00011)."""
    assert formats.is_iri(text) is good
    assert formats.is_iri(text + "/x" * 200) is (good or text == "x:")  # too long to remember


def test_what_is_wrong_with_an_iri_is_told() -> None:
    """A missing scheme and a character to escape are named."""
    assert "no scheme" in formats.why_no_iri("adlnet.gov/x")
    assert "space at character 10" in formats.why_no_iri("http://a/ b")
    assert "U+0007" in formats.why_no_iri("http://a/\x07")
    assert '"%" at character 10' in formats.why_no_iri("http://a/%zz")
    assert formats.why_no_iri("http:///x") == "is not an IRI (RFC 3987)"


@pytest.mark.parametrize(
    ("tag", "good"),
    [
        *((tag, True) for tag in "de de-DE zh-Hant zh-Hans-CN sr-Latn-RS sr-Cyrl cmn ase".split()),
        *((tag, True) for tag in "es-MX es-419 ja fr-CA tlh en-GB EN-us und x-foo en-x-a".split()),
        *((tag, True) for tag in "de-1996 sl-rozaj-biske en-a-bbb-x-a zh-min-nan".split()),
        *((tag, True) for tag in "i-klingon sgn-BE-FR de-CH-1996-u-co-phonebk".split()),
        *((tag, False) for tag in "something a12345678 a12345 e en_US en- -en en--US".split()),
        *((tag, False) for tag in "zh-z-aaa-z-bbb-c-ccc de-1996-1996 en-a x".split()),
        *((tag, False) for tag in ["", "en US", "en-US\n", "dé", "٣٣", "en-x-" + "a" * 200]),
    ],
)
def test_a_language_tag_is_well_formed(tag: str, good: bool) -> None:
    """Language tags follow RFC 5646 by the lengths of their parts, and no singleton or variant
    stands twice (XAPI-00013, XAPI-00121)."""
    assert formats.is_language_tag(tag) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        *((text, True) for text in "PT1H0M0.1S PT4H35M59.14S PT16559.14S P4W P3Y P1.5W".split()),
        *((text, True) for text in "P3Y1M29DT4H35M59.14S PT1,5H P0D PT0S P1DT0.5S".split()),
        *((text, False) for text in "P PT P1Y2 P4W1D P1W2D PA1H0M0S PT1M1H P1DT P-1D -P1D".split()),
        *(
            (text, False)
            for text in ["", "P1.5Y1M", "P16559.14S", "pt1s", "PT1S ", "PT1S\n", "PT٣S"]
        ),
        *((text, False) for text in ["0001-02-03T04:05:06", "P0001-02-03T04:05:06"]),
    ],
)
def test_a_duration_has_designators(text: str, good: bool) -> None:
    """Durations are of ISO 8601's format with designators, not of its alternative one
    (XAPI-00077, XAPI-00124)."""
    assert formats.is_duration(text) is good


def test_durations_are_compared_to_hundredths() -> None:
    """Further digits of the seconds are cut off, not rounded (2.0.0 4.2.7)."""
    assert formats.duration_compared("P1DT12H36M0.12567S") == "P1DT12H36M0.12S"
    assert formats.duration_compared("PT0,129S") == "PT0,12S"
    assert formats.duration_compared("PT0.1S") == "PT0.1S"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT9M55.5S", 595.5),
        ("P1DT12H36M0,5S", 131_760.5),
        ("P2W", 1_209_600),
        ("PT0S", 0),
        ("P1M", None),
        ("P1YT5S", None),
        ("soon", None),
    ],
)
def test_durations_in_seconds(text: str, seconds: float | None) -> None:
    """A duration of months or years has no fixed length, and is none that could be told."""
    assert formats.seconds(text) == seconds
    assert formats.duration_compared("PT1.555H") == "PT1.555H"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("mailto:ana@corp.example", True),
        ("mailto:ana.b+c'd_e@corp", True),
        ("mailto:ünal@köln.example", True),
        ("mailto:a%20b@corp.example", True),
        ("mailto:should.fail.com", False),
        ("mailto:", False),
        ("mailto:@corp.example", False),
        ("mailto:ana@", False),
        ("mailto:ana@corp.", False),
        ("mailto:ana@b@corp.example", False),
        ("mailto:ana@corp.example?subject=x", False),
        ("mailto:ana@corp.example,bo@corp.example", False),
        ("mailto: ana@corp.example", False),
        ("MAILTO:ana@corp.example", False),
        ("http://should.fail.com", False),
    ],
)
def test_an_mbox_is_one_address(text: str, good: bool) -> None:
    """An mbox is mailto: and one e-mail address (XAPI-00038)."""
    assert formats.is_mbox(text) is good


@settings(deadline=None, max_examples=300)
@given(
    st.datetimes(timezones=st.timezones() | st.just(UTC)),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.sampled_from("T "),
)
def test_every_real_instant_is_a_timestamp(when: datetime, precision: str, between: str) -> None:
    """Any instant of a calendar is taken, in any zone of whole minutes (XAPI-00022, XAPI-00123)."""
    written = when.isoformat(between, precision)
    zone = written[19:].rpartition("+" if "+" in written[19:] else "-")[2]
    whole_minutes = len(zone) == 5
    year_stays = 1 < when.year < 9999
    if whole_minutes and year_stays:
        assert formats.is_timestamp(written, second=True)
        assert formats.is_timestamp(written.replace("+00:00", "Z"), second=True)


@settings(deadline=None, max_examples=300)
@given(
    st.from_regex(
        r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(\.\d+)?(Z|[+]\d\d:\d\d)", fullmatch=True
    )
)
def test_what_is_judged_a_timestamp_can_be_read(written: str) -> None:
    """The judging and the reading of timestamps agree on what is one (XAPI-00123)."""
    assert formats.is_timestamp(written, second=True) == (timestamps.read(written) is not None)


def test_digests_are_of_sha_2() -> None:
    """SHA-224, 256, 384 and 512 have as many digits as they have (XAPI-00103)."""
    assert [n for n in range(1, 200) if formats.is_sha2("a" * n)] == [56, 64, 96, 128]
    assert not formats.is_sha2("g" * 64)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        *((text, True) for text in ["text/plain", "text/plain; charset=ascii", "a/b+json;q=1"]),
        *((text, False) for text in ["should fail", "text", "text/", "/x", "a/b c", "a/b\n"]),
    ],
)
def test_a_media_type_has_two_parts(text: str, good: bool) -> None:
    """A media type is a type and a subtype, perhaps with parameters (XAPI-00105)."""
    assert formats.is_media_type(text) is good


@pytest.mark.parametrize(
    "check",
    [
        formats.is_iri,
        formats.is_mbox,
        formats.is_language_tag,
        formats.is_duration,
        formats.is_media_type,
        formats.is_uuid,
    ],
)
@pytest.mark.parametrize(
    "piece", ["a", "1", "-", "a-", "a1-", ".", "a.", "%20", "[", "#", ":", "1.", "x@", ";", " "]
)
def test_a_long_text_takes_no_long_time(check: Callable[[str], bool], piece: str) -> None:
    """No text makes a check slow: a hundred thousand characters are refused, and were the check to
    go back over them again and again, this would not end."""
    for before in ("", "http://x", "mailto:x", "PT", "P1", "en-", "a/b"):
        assert not check(before + piece * (100_000 // len(piece)) + "\n")

"""The written forms that xAPI asks for: IRIs, UUIDs, language tags, durations, mailboxes."""

from __future__ import annotations

import re
from functools import lru_cache

from lrs import timestamps

# RFC 3987: a scheme, then something. http and https name a host besides (RFC 9110 4.2).
_SCHEME = re.compile(
    r"https?://(?=[^/?#])|(?!https?:)[a-z][a-z0-9+.-]*:(?=.)", re.IGNORECASE | re.ASCII | re.DOTALL
)
# What no part of an IRI may hold unescaped, and a percent sign that escapes nothing. Private
# characters are let through everywhere, not only after the question mark.
_NOT_IN_IRI = re.compile(
    r'[\x00-\x20"<>\\^`{|}\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]|%(?![0-9A-Fa-f]{2})'
)
_LITERAL_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#\[\]@]*@)?\[[0-9A-Fa-f:.v]+\]", re.I)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"(?:[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")
_MBOX = re.compile(
    r'mailto:(?:[^\s@"<>()\[\],;:\\?#/|^`{}%]|%[0-9A-Fa-f]{2}|[/|^`{}])+'
    r"@[^\s@\"<>()\[\],;:\\?#/|^`{}%.]+(?:\.[^\s@\"<>()\[\],;:\\?#/|^`{}%.]+)*"
)
_MEDIA_TYPE = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*(?:;[^\x00-\x08\x0a-\x1f]*)?"
)
# ISO 8601:2004 4.4.3.2: weeks alone, or the other units in their order; the last may be broken.
_NUMBER = r"\d+(?:[.,]\d+(?=[A-Z]\Z))?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=\d|T\d)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
_LANGUAGE = re.compile(  # RFC 5646 2.1
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+)",
    re.IGNORECASE | re.ASCII,
)
_IRREGULAR = frozenset(  # registered before there were rules
    "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao"
    " i-tay i-tsu sgn-be-fr sgn-be-nl sgn-ch-de".split()
)
# RFC 3339, which 2.0.0 asks for, knows no instant without its zone.
_ZONED = re.compile(r".{19}(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
# What nearly all timestamps look like; any that fits is an instant on any calendar.
_PLAIN = re.compile(
    r"20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(?:\.\d+)?(?:Z|\+(?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_CACHED = 300  # characters; nothing longer is remembered, so that memory stays bounded


def is_iri(text: str) -> bool:
    """An IRI with its scheme (RFC 3987); of single schemes only http's need of a host is known."""
    return _is_short_iri(text) if len(text) <= _CACHED else _is_iri(text)


def _is_iri(text: str) -> bool:
    if not _SCHEME.match(text) or _NOT_IN_IRI.search(text) or text.count("#") > 1:
        return False
    if "[" in text or "]" in text:  # only around the address of a host
        found = _LITERAL_HOST.match(text)
        return found is not None and not re.search(r"[\[\]]", text[found.end() :])
    return True


_is_short_iri = lru_cache(maxsize=8192)(_is_iri)


def why_no_iri(text: str) -> str:
    """What keeps a text from being an IRI."""
    bad = _NOT_IN_IRI.search(text)
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text, re.ASCII):
        return "has no scheme; an IRI begins with one, such as https:"
    if bad:
        return f"is not an IRI: escape the {_named(bad[0])} at character {bad.start() + 1}"
    return "is not an IRI (RFC 3987)"


def _named(character: str) -> str:
    return (
        "space"
        if character == " "
        else f'"{character}"'
        if character.isprintable()
        else (f"U+{ord(character):04X}")
    )


def is_uri(text: str) -> bool:
    """A URI: an IRI of ASCII characters."""
    return text.isascii() and is_iri(text)


def is_uuid(text: str) -> bool:
    """A UUID in its usual form, of any variant: 1.0.3 and 2.0.0 only recommend that of RFC 4122,
    and 1.0.3's own first example has another."""
    return _UUID.fullmatch(text) is not None


def is_sha1(text: str) -> bool:
    return _SHA1.fullmatch(text) is not None


def is_sha2(text: str) -> bool:
    """A digest of the SHA-2 family (224, 256, 384 or 512 bits) in hex."""
    return _SHA2.fullmatch(text) is not None


def is_mbox(text: str) -> bool:
    """mailto: and one e-mail address, without headers. Quoted local parts must be escaped, as in
    any mailto IRI (RFC 6068 2)."""
    return _MBOX.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_duration(text: str) -> bool:
    """An ISO 8601 duration in the format with designators, such as PT4H35M59.14S or P4W."""
    return _DURATION.fullmatch(text) is not None


_UNITS = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}


def seconds(text: str) -> float | None:
    """How many seconds a duration is; None for none, and for one in months or years, which have no
    fixed length."""
    days, _, time = text.removeprefix("P").partition("T")
    if not is_duration(text) or set("YM") & set(days):
        return None
    parts = re.findall(r"([\d.,]+)([WDHMS])", days + time)
    return float(sum(float(number.replace(",", ".")) * _UNITS[unit] for number, unit in parts))


def duration_compared(text: str) -> str:
    """A duration as it counts when statements are compared: seconds down to hundredths (1.0.3
    Data 4.6; 2.0.0 4.2.7), cut off and not rounded."""
    return re.sub(r"([.,]\d\d)\d+S\Z", r"\1S", text, flags=re.ASCII)


def is_timestamp(text: str, second: bool) -> bool:
    """A timestamp of 1.0.3, or of 2.0.0 (second)."""
    if _PLAIN.fullmatch(text):
        return True
    return timestamps.read(text) is not None and not (second and not _ZONED.fullmatch(text))


def is_language_tag(text: str) -> bool:
    """A well-formed language tag (RFC 5646 2.2.9); whether it is registered is not looked up."""
    return len(text) <= 100 and _is_short_tag(text)


@lru_cache(maxsize=4096)
def _is_short_tag(text: str) -> bool:
    found = _LANGUAGE.fullmatch(text)
    if found is None:
        return text.lower() in _IRREGULAR
    if found["extensions"] or found["variants"]:
        return _is_single(found["variants"]) and _is_single(
            "".join(re.findall("-[^-](?=-|$)", found["extensions"]))
        )
    return True


def _is_single(parts: str) -> bool:
    """No variant and no singleton stands twice."""
    listed = parts.lower().split("-")[1:]
    return len(listed) == len(set(listed))

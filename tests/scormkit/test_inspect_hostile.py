"""Tests of inspect with zips that mean harm, or were harmed: refused in words, in little memory."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from foreign import IN_12, MANIFEST, Contents, codes, inspected, scorm12, told, zipped

from scormkit.inspection import container, directory, markup_reader
from scormkit.inspection.inspector import inspect_package

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")


def one(name: bytes, data: bytes = b"x", **changed: int) -> bytes:
    """A zip of one entry, with numbers of its headers changed."""
    return several([(name, data, changed)])


def several(entries: list[tuple[bytes, bytes, dict[str, int]]]) -> bytes:
    """A zip written by hand, so that it can say what a proper tool refuses to write."""
    body, listing = bytearray(), bytearray()
    for name, data, changed in entries:
        size = changed.get("size", len(data))
        packed = changed.get("packed", len(data))
        crc = changed.get("crc", zlib.crc32(data))
        common = (20, changed.get("flags", 0), changed.get("method", 0), 0, 33, crc, packed, size)
        offset = changed.get("offset", len(body))
        local = LOCAL.pack(b"PK\x03\x04", *common, len(name), 0) + name
        attributes = changed.get("mode", 0o100644) << 16
        listing += CENTRAL.pack(
            b"PK\x01\x02", 3 << 8 | 20, *common, len(name), 0, 0, 0, 0, attributes, offset
        )
        listing += name
        body += local + data
    count = len(entries)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listing), len(body), 0)
    return bytes(body + listing + end)


HARMFUL = {
    "a path that climbs": (one(b"../../etc/cron.d/x"), "path-outside"),
    "a path that climbs with backslashes": (one(b"..\\..\\x.html"), "path-outside"),
    "an absolute path": (one(b"/etc/passwd"), "path-outside"),
    "a drive": (one(b"C:\\x.html"), "path-outside"),
    "a NUL in the name": (one(b"index.html\0.php"), "path-control"),
    "a line break in the name": (one(b"index\n.html"), "path-control"),
    "an escape sequence in the name": (one(b"\x1b[2Jindex.html"), "path-control"),
    "no name": (one(b""), "path-control"),
    "a link": (one(b"index.html", b"/etc/passwd", mode=0o120777), "path-link"),
    "a device": (one(b"index.html", b"", mode=0o020666), "path-link"),
    "an encrypted entry": (one(b"index.html", flags=1), "zip-encrypted"),
    "strong encryption": (one(b"index.html", flags=0x41), "zip-encrypted"),
    "a method that LMSs don't know": (one(b"index.html", method=14), "zip-method"),
    "two sizes of a stored file": (one(b"index.html", size=9, packed=1), "file-damaged"),
    "one name twice": (several([(b"a.js", b"1", {}), (b"a.js", b"2", {})]), "path-repeated"),
    "a file that is a folder too": (
        several([(b"a", b"1", {}), (b"a/b.js", b"2", {})]),
        "path-repeated",
    ),
    "entries that share bytes": (
        several([(b"a.js", b"1" * 50, {}), (b"b.js", b"2", {"offset": 0})]),
        "zip-bomb",
    ),
    "an entry beyond the end": (one(b"a.js", offset=5000), "zip-bomb"),
    "a bomb": (one(b"a.js", method=8, size=3 << 30), "zip-bomb"),
    "a bomb of many files": (
        several([(b"%d.js" % n, b"x", {"method": 8, "size": 1 << 20}) for n in range(99)]),
        "zip-bomb",
    ),
    "sizes that no disk holds": (
        several([(b"%d.js" % n, b"", {"method": 8, "size": 0xFFFFFFF0}) for n in range(3)]),
        "zip-too-large",
    ),
    "no zip at all": (b"<html>not a zip</html>", "not-a-zip"),
    "nothing": (b"", "not-a-zip"),
}


@pytest.mark.parametrize(("data", "code"), HARMFUL.values(), ids=list(HARMFUL))
def test_harmful_zips(data: bytes, code: str, tmp_path: Path) -> None:
    """A zip that would be dangerous to unpack is refused whole, for this one reason."""
    found = inspected(tmp_path, data)
    assert [problem.code for problem in found.problems] == [code]
    assert found.courses == ()
    assert all(c.isprintable() for c in str(found.problems[0]).replace("\n", " "))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course.zip"]


def test_truncated(tmp_path: Path) -> None:
    """A download that stopped is told to be cut short."""
    data = zipped(scorm12())
    assert codes(tmp_path, data[: len(data) // 2]) == ["zip-truncated"]


def test_a_list_that_says_another_number(tmp_path: Path) -> None:
    """A zip that counts more entries than it lists, or fewer, is damaged."""
    data = bytearray(zipped(scorm12()))
    at = data.rfind(b"PK\x05\x06")
    for count in (4, 6):
        struct.pack_into("<2H", data, at + 8, count, count)
        assert codes(tmp_path, bytes(data)) == ["zip-damaged"]


def test_a_part_of_several(tmp_path: Path) -> None:
    """One part of a zip in several parts is no zip."""
    data = bytearray(zipped(scorm12()))
    struct.pack_into("<H", data, data.rfind(b"PK\x05\x06") + 4, 1)
    assert codes(tmp_path, bytes(data)) == ["zip-damaged"]


def test_a_file_whose_bytes_changed(tmp_path: Path) -> None:
    """A file that is not what its checksum says is told by name; the others are still read."""
    data = bytearray(zipped(scorm12(), zipfile.ZIP_STORED))
    data[data.index(b"color: green")] ^= 1
    assert told(tmp_path, bytes(data)) == ["style.css error file-damaged"]


def test_compressed_bytes_that_make_no_sense(tmp_path: Path) -> None:
    """Broken compression is a damaged file, not a crash."""
    data = one(b"index.html", b"\xff\xfe\xfd\xfc" * 9, method=8, size=400)
    assert "file-damaged" in codes(tmp_path, data)


def test_a_file_that_unpacks_to_more_than_it_tells(tmp_path: Path) -> None:
    """The size that a zip tells is the most that is ever unpacked."""
    packed = zlib.compress(b"0" * (50 << 20), 9)[2:-4]
    data = one(b"index.html", packed, method=8, size=1000)
    found, peak = _measured(tmp_path, data)
    assert "file-damaged" in found
    assert peak < 8 << 20


def test_two_names_for_one_file(tmp_path: Path) -> None:
    """A name in the zip's list that is not the file's own is how two readers see two zips."""
    data = zipped(scorm12()).replace(b"player.js", b"plater.js", 1)
    assert "file-damaged" in codes(tmp_path, data)


def test_bytes_around_the_zip(tmp_path: Path) -> None:
    """What stands before or after a zip is told; LMSs differ in what they make of it."""
    data = zipped(scorm12())
    assert codes(tmp_path, b"#!/bin/sh\n" + data) == ["zip-around"]
    assert codes(tmp_path, data + b"more") == ["zip-around"]


def wide(count: int, offset: int, size: int) -> bytes:
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    return record + struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)


def with_zip64(files: Contents, count_off: int = 0) -> bytes:
    data = zipped(files)
    at = data.rfind(b"PK\x05\x06")
    count, size, offset = struct.unpack_from("<H2L", data, at + 10)
    return data[:at] + wide(count + count_off, offset, size) + data[at:]


def test_zip64(tmp_path: Path) -> None:
    """A zip in the large form is read like any other."""
    assert codes(tmp_path, with_zip64(scorm12())) == []


def test_zip64_that_disagrees(tmp_path: Path) -> None:
    """A zip whose two records of itself disagree is two zips in one: refused."""
    assert codes(tmp_path, with_zip64(scorm12(), count_off=1)) == ["zip-damaged"]


def test_zip64_that_is_missing(tmp_path: Path) -> None:
    """A zip that points to a large record which isn't there is damaged."""
    data = bytearray(zipped(scorm12()))
    struct.pack_into("<L", data, data.rfind(b"PK\x05\x06") + 16, 0xFFFFFFFF)
    assert codes(tmp_path, bytes(data)) == ["zip-damaged"]


def test_zip64_sizes_of_an_entry(tmp_path: Path) -> None:
    """Exabytes in an entry's large sizes are refused before a byte is read."""
    name = b"imsmanifest.xml"
    extra = struct.pack("<2H2Q", 1, 16, 1 << 60, 1)
    data = one(name, b"x", method=8, size=0xFFFFFFFF)
    at = data.index(b"PK\x01\x02")
    listing = bytearray(data[at : at + 46])
    struct.pack_into("<H", listing, 30, len(extra))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46 + len(name) + len(extra), at, 0)
    assert codes(tmp_path, data[:at] + bytes(listing) + name + extra + end) == ["zip-too-large"]


def test_thousands_of_entries(tmp_path: Path) -> None:
    """A zip of more entries than a course can have is refused before they are read."""
    data = several([(b"%05d" % n, b"", {}) for n in range(directory.MOST_ENTRIES + 1)])
    found, peak = _measured(tmp_path, data)
    assert found == ["zip-too-large"]
    assert peak < 8 << 20


def test_an_archive_in_the_zip(tmp_path: Path) -> None:
    """An archive inside the package is named, and stays closed."""
    assert told(tmp_path, {**scorm12(), "more.zip": zipped({"../x": "y"})})[1:] == [
        "more.zip warning nested-archive"
    ]


def test_names_that_are_one_where_case_does_not_count(tmp_path: Path) -> None:
    """Two names that some servers take for one are told."""
    package = {**scorm12(), "Style.css": "p {}"}
    assert "path-case-twin" in codes(tmp_path, package)


def test_a_backslash_in_a_name(tmp_path: Path) -> None:
    """A zip made with backslashes is told; its files lie in no folder on most servers."""
    data = zipped(scorm12()).replace(b"img/quay.svg", b"img\\quay.svg")
    assert "path-backslash" in codes(tmp_path, data)


def test_a_name_in_an_unknown_character_set(tmp_path: Path) -> None:
    """A name that is neither ASCII nor marked as UTF-8 is told."""
    assert "path-encoding" in codes(tmp_path, one(b"K\x84i.html"))


def test_an_odd_path(tmp_path: Path) -> None:
    """A path with an empty part or a dot in it is told."""
    assert "path-odd" in codes(tmp_path, {**scorm12(), "img//quay.svg": "<svg/>"})


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = "<!DOCTYPE manifest [{}]><manifest "
XML_BOMBS = {
    "billion laughs": (DOCTYPE.format(f'<!ENTITY l0 "ha">{LAUGHS}'), "Harbour", "&l9;"),
    "a file of the server": (
        DOCTYPE.format('<!ENTITY x SYSTEM "file:///etc/passwd">'),
        "Harbour",
        "&x;",
    ),
    "another host": (DOCTYPE.format('<!ENTITY x SYSTEM "http://h.example/">'), "Harbour", "&x;"),
    "a parameter entity": (DOCTYPE.format('<!ENTITY % x SYSTEM "file:///x"> %x;'), "", ""),
    "attributes by default": (
        DOCTYPE.format(f'<!ATTLIST file x CDATA "{"x" * 10000}">'),
        "",
        "",
    ),
    "an entity that is nowhere": ('<!DOCTYPE manifest SYSTEM "x.dtd"><manifest ', "Harbour", "&x;"),
}


@pytest.mark.parametrize("bomb", XML_BOMBS.values(), ids=list(XML_BOMBS))
def test_entities(bomb: tuple[str, str, str], tmp_path: Path) -> None:
    """No entity is ever read: not one that grows, not one that opens a file or a connection."""
    start, wrong, put = bomb
    text = IN_12.replace("<manifest ", start, 1).replace(wrong, put)
    found, peak = _measured(tmp_path, {**scorm12(), MANIFEST: text})
    assert found[0] in ("xml-doctype", "xml-entity")
    assert "xml-entity" in found
    assert peak < 8 << 20


def test_a_manifest_of_a_gigabyte(tmp_path: Path) -> None:
    """A manifest of a gigabyte is refused by its size, unread."""
    size, name = 1 << 30, MANIFEST.encode()
    header = several([(name, b"", {"size": size, "packed": size})])
    at = header.index(b"PK\x01\x02")
    end = bytearray(header[at:])
    struct.pack_into("<L", end, len(end) - 6, at + size)
    path = tmp_path / "course.zip"
    with path.open("wb") as file:  # a hole in the file: a gigabyte that takes no room
        file.write(header[:at])
        file.seek(at + size)
        file.write(end)
    found, peak = _measured_at(path)
    assert "xml-too-large" in found
    assert peak < 8 << 20


LONG = {
    "too deep": "<item>" * 5000,
    "too many elements": "<item/>" * (markup_reader.MOST_ELEMENTS + 1),
    "one endless tag": "<item " + "".join(f'a{n}="" ' for n in range(200_000)),
    "one endless comment": "<!--" + "x" * (1 << 20),
    "too many bytes": " " * markup_reader.LARGEST,
}


@pytest.mark.parametrize("text", LONG.values(), ids=list(LONG))
def test_endless_manifests(text: str, tmp_path: Path) -> None:
    """Depth, elements, one tag, one comment: nothing in a manifest can go on for ever."""
    manifest = IN_12.replace("<organizations", f"{text}<organizations", 1)
    found, peak = _measured(tmp_path, {**scorm12(), MANIFEST: manifest})
    assert "xml-too-large" in found
    assert peak < 48 << 20


ENDLESS = (
    *('<a x="', "<a '\"", "/*", "<!--", "<script>", "< < <", "url(", "@import x;", '"', "\n "),
    *("'//a.b/", "x='//a.bc/", "fetch('//a.bc')", "{{X", "'cmi.", "<img src=x>", "<meta charset"),
)


@pytest.mark.parametrize("sign", ENDLESS)
def test_pages_that_never_end(sign: str, tmp_path: Path) -> None:
    """Broken tags, quotes and comments by the thousand take as long as they are, and no longer."""
    endless = sign * 20_000
    package = {
        **scorm12(),
        "index.html": f"<html lang='en'><title>x</title>{endless}",
        "style.css": endless,
        "player.js": f"{scorm12()['player.js']!s}{endless}",
    }
    start = time.process_time()
    inspected(tmp_path, package)
    assert time.process_time() - start < 5


def test_a_terminal_is_left_alone(tmp_path: Path) -> None:
    """Nothing that a package says can move a terminal's cursor or turn the text around."""
    text = IN_12.replace("harbour-item", "harbour \u202e\u200b\u0085item")
    for problem in inspected(tmp_path, {**scorm12(), MANIFEST: text}).problems:
        assert not set("\u202e\u200b\u0085") & set(str(problem))


def test_schemas_that_reach_out(tmp_path: Path) -> None:
    """A schema in the zip can bring in no file from outside of it, and no entity."""
    secret = tmp_path / "secret.xsd"
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:{}"{}>'
    secret.write_text(f'{head.format("s", "")}<xs:element name="s"/></xs:schema>')
    package = scorm12(
        manifest=(
            "<manifest ",
            '<manifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="urn:a a.xsd" ',
        )
    )
    reach = f'<xs:import namespace="urn:s" schemaLocation="{secret.as_uri()}"/>'
    named = '<xs:element name="a" type="s:s" xmlns:s="urn:s"/>'
    schema = f"{head.format('a', '')}{reach}{named}</xs:schema>"
    found = inspected(tmp_path, {**package, "a.xsd": schema})
    assert "can't be compiled" in found.courses[0].schemas
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>{schema}'
    assert "xml-entity" in codes(tmp_path, {**package, "a.xsd": entity})


CARRIES = (
    "<manifest ",
    '<manifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 a.xsd" ',
)


def test_a_schema_without_end(tmp_path: Path) -> None:
    """Schemas that would keep a validator busy for ever are given up, and that is said."""
    inner = '<xs:element name="a" minOccurs="0" maxOccurs="900"/>'
    for _ in range(6):
        inner = f'<xs:sequence minOccurs="2" maxOccurs="900">{inner}{inner}</xs:sequence>'
    schema = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'targetNamespace="http://www.imsproject.org/xsd/imscp_rootv1p1p2">'
        f'<xs:element name="manifest"><xs:complexType>{inner}</xs:complexType></xs:element>'
        "</xs:schema>"
    )
    found = inspected(tmp_path, {**scorm12(manifest=CARRIES), "a.xsd": schema})
    said = ("failed", "took too long")  # the second on a busy machine
    assert found.courses[0].schemas in [f"not held against them: compiling them {s}" for s in said]


def test_the_folder_where_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the folder where the command runs is imported, not by its helper either."""
    monkeypatch.chdir(tmp_path)
    for name in ("json", "lxml", "base64"):
        (tmp_path / f"{name}.py").write_text(f"open('{name}-was-run', 'w').close()")
    schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'
    found = inspected(tmp_path, {**scorm12(manifest=CARRIES), "a.xsd": schema})
    assert found.courses[0].schemas
    assert not list(tmp_path.glob("*-was-run"))


def test_noise(tmp_path: Path) -> None:
    """Whatever bytes of a zip are changed, the answer is problems or none, never a crash."""
    noise = random.Random(7)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        sound = zipped(scorm12(), method)
        for _ in range(120):
            data = bytearray(sound)
            for _ in range(noise.randint(1, 6)):
                data[noise.randrange(len(data))] = noise.randrange(256)
            inspected(
                tmp_path, bytes(data[: noise.choice((len(data), noise.randrange(len(data))))])
            )


def test_the_limits_leave_room_for_courses() -> None:
    """What is refused is far above what courses are made of."""
    assert directory.MOST_ENTRIES >= 10_000
    assert container.LARGEST_UNPACKED >= 2 << 30


def _measured(folder: Path, package: Contents | bytes) -> tuple[list[str], int]:
    """The codes that are found, and the most memory that Python held while finding them."""
    path = folder / "course.zip"
    path.write_bytes(package if isinstance(package, bytes) else zipped(package))
    return _measured_at(path)


def _measured_at(path: Path) -> tuple[list[str], int]:
    tracemalloc.start()
    try:
        found = inspect_package(path).problems
        return [problem.code for problem in found], tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

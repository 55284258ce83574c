"""Tests of the editions: manifests to the letter, and packages that hold what they list."""

from __future__ import annotations

import functools
import gzip
import json
import re
from typing import Any

import official
import pytest
from lxml import etree
from sample import ORGANISATION, SCENARIO, bundle, scenario

from bench.generate import scenario as straight
from scormkit import archive, resources
from scormkit.compiler import compile_text
from scormkit.editions import EDITIONS
from scormkit.editions.page import modules

ALL = tuple(EDITIONS)
OF_2004 = ("scorm2004-3", "scorm2004-4")
MEDIA = {"media/badge.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
NS = {
    "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
    "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
    "imsss": "http://www.imsglobal.org/xsd/imsss",
    "lom": "http://ltsc.ieee.org/xsd/LOM",
    "imsmd": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
}


@functools.cache
def files(edition: str) -> dict[str, bytes]:
    return EDITIONS[edition].files(bundle(), MEDIA)


def manifest(edition: str) -> bytes:
    return files(edition)["imsmanifest.xml"]


def parsed(data: bytes) -> Any:
    return etree.fromstring(data)


def tree(edition: str) -> Any:
    return parsed(manifest(edition))


def cp(edition: str) -> dict[str, str]:
    return {"cp": official.CP12 if edition == "scorm12" else official.CP2004, **NS}


def found(edition: str, path: str) -> Any:
    return tree(edition).xpath(path, namespaces=cp(edition))


@pytest.mark.parametrize("edition", ALL)
def test_manifest_is_valid(edition: str) -> None:
    """The manifest is valid against the official schemas and against those in the package."""
    assert official.official(edition).complaints(manifest(edition)) == []
    assert official.ours(edition).complaints(manifest(edition)) == []


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("language", ["de", "pt-BR", "ar"])
def test_manifest_in_another_language(edition: str, language: str) -> None:
    """A scenario in another language, with marks and long words, still has a valid manifest."""
    text = SCENARIO.replace("title: Parcels & <urgent> post", f"title: {'ü<&>' * 30}", 1)
    plain = {"dir": "ltr", "texts": {}}
    told = {**bundle(text), "language": language, "languages": {"en": plain, "x y": plain}}
    made = EDITIONS[edition].files(told, {})["imsmanifest.xml"]
    assert official.official(edition).complaints(made) == []
    assert official.ours(edition).complaints(made) == []


# What must be refused: a name, what is written, what is put in its place. Each was written because
# an LMS or the standard's own checker stumbles over it.
Mutation = tuple[str, str]
COMMON: dict[str, Mutation] = {
    "no manifest identifier": (r' identifier="parcel-course"', ""),
    "an identifier that begins with a digit": (r'identifier="parcel-course"', 'identifier="1p"'),
    "an identifier with a space": (r'identifier="parcel-item"', 'identifier="parcel item"'),
    "an identifier with a colon": (r'identifier="parcel-item"', 'identifier="a:b"'),
    "one identifier twice": (r'identifier="parcel-item"', 'identifier="parcel-org"'),
    "a default that names no organization": (r'default="parcel-org"', 'default="nowhere"'),
    "no item identifier": (r'<item identifier="parcel-item"', "<item"),
    "two titles": (r"(<title>[^<]*</title>)", r"\1\1"),
    "an unknown element": (r"<resources>", "<resourcez/><resources>"),
    "an unknown attribute": (r"<organizations", '<organizations size="1"'),
    "no resource type": (r' type="webcontent"', ""),
    "no resource identifier": (r'<resource identifier="parcel-resource"', "<resource"),
    "a kind of resource that is neither": (r':(scorm[tT]ype)="sco"', r':\1="scorm"'),
    "a file without href": (r'<file href="index.html"/>', "<file/>"),
    "text where elements belong": (r"<resources>", "<resources>here"),
    "resources before organizations": (
        r"(?s)(<organizations.*</organizations>)(.*)(<resources>.*</resources>)",
        r"\3\2\1",
    ),
    "schemaversion before schema": (
        r"(<schema>.*</schema>)\s*(<schemaversion>.*</schemaversion>)",
        r"\2\1",
    ),
    "no organizations": (r"(?s)<organizations.*</organizations>", ""),
    "the item before the organization's title": (
        r"(?s)(<organization id.*?>)\s*(<title>[^<]*</title>)\s*(<item.*</item>)",
        r"\1\3\2",
    ),
}
IN_12: dict[str, Mutation] = {
    "scormType, as 2004 spells it": ("adlcp:scormtype", "adlcp:scormType"),
    "a title of 201 characters": (r"<title>[^<]*</title>", f"<title>{'x' * 201}</title>"),
    "a version of 21 characters": (r'version="1.2.0"', f'version="{"1" * 21}"'),
    "isvisible that is no boolean": (r'isvisible="true"', 'isvisible="yes"'),
    "metadata in the wrong order": (
        r"(?s)(<imsmd:general>.*</imsmd:general>)\s*(<imsmd:lifecycle>.*</imsmd:lifecycle>)",
        r"\2\1",
    ),
    "an unknown element in the metadata": ("<imsmd:educational>", "<imsmd:educational><imsmd:x/>"),
    "a term without its source": (r"(?s)<imsmd:source>.*?</imsmd:source>(\s*<imsmd:value>)", r"\1"),
    "a text without langstring": (
        r"(?s)(<imsmd:description>).*?(</imsmd:description>)",
        r"\1\2",
    ),
    "a language that is none": (r'xml:lang="en"', 'xml:lang="the english one"'),
}
# The 3rd Edition's content packaging schema is strict about other namespaces, the 4th's is not.
IN_3RD: dict[str, Mutation] = {
    "scormtype, as 1.2 spells it": ("adlcp:scormType", "adlcp:scormtype"),
    "sequencing in another's namespace": ("imsss:sequencing", "adlseq:sequencing"),
}
IN_2004: dict[str, Mutation] = {
    "an unknown LMS button": (">previous<", ">next<"),
    "hideLMSUI outside of the interface": (r"</?adlnav:navigationInterface>", ""),
    "flow that is no boolean": ('flow="true"', 'flow="yes"'),
    "an unknown control": ('flow="true"', 'flow="true" jump="true"'),
    "delivery controls before the control mode": (
        r"(<imsss:controlMode[^>]*>)",
        r"<imsss:deliveryControls/>\1",
    ),
    "completion that is no boolean": (
        'completionSetByContent="true"',
        'completionSetByContent="content"',
    ),
    "an unknown delivery control": ('tracked="true"', 'track="true"'),
    "a lifetime of objectives that is no boolean": (
        'objectivesGlobalToSystem="false"',
        'objectivesGlobalToSystem="never"',
    ),
    "a purpose that isn't in the vocabulary": ("educational objective<", "teaching<"),
    "a duration that is none": (">PT3M<", ">3 minutes<"),
}

OF_EDITION = {"scorm12": IN_12, "scorm2004-3": {**IN_2004, **IN_3RD}, "scorm2004-4": IN_2004}


def mutations() -> list[Any]:
    rows = []
    for edition in ALL:
        rows += [
            pytest.param(edition, *mutation, id=f"{edition}: {name}")
            for name, mutation in {**COMMON, **OF_EDITION[edition]}.items()
        ]
    return rows


def mutated(edition: str, pattern: str, replacement: str) -> bytes:
    text, count = re.subn(pattern, replacement, manifest(edition).decode(), count=0)
    assert count, f"{pattern} is not in the manifest"
    return text.encode()


@pytest.mark.parametrize(("edition", "pattern", "replacement"), mutations())
def test_ours_refuse_what_the_official_refuse(edition: str, pattern: str, replacement: str) -> None:
    """What the official schemas refuse, the package's own refuse too."""
    wrong = mutated(edition, pattern, replacement)
    assert official.official(edition).complaints(wrong) != []
    assert official.ours(edition).complaints(wrong) != []


STRICTER: dict[str, Mutation] = {
    "another schemaversion": (r"<schemaversion>[^<]*<", "<schemaversion>1.3<"),
    "an item that refers to no resource": (r'identifierref="[^"]*"', 'identifierref="other"'),
    "a launch file that isn't listed": (r'href="index.html">', 'href="other.html">'),
    "one file twice": (r'(<file href="style.css"/>)', r"\1\1"),
    "no default organization": (r' default="parcel-org"', ""),
}


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("name", STRICTER)
def test_ours_refuse_what_the_official_let_pass(edition: str, name: str) -> None:
    """What is valid by the official schemas but can't work is refused by the package's own."""
    wrong = mutated(edition, *STRICTER[name])
    assert official.ours(edition).complaints(wrong) != []


@pytest.mark.parametrize("name", IN_3RD)
def test_our_4th_edition_is_as_strict_as_the_3rd(name: str) -> None:
    """What the 4th Edition's lax schema lets pass, the package's own still refuse."""
    assert official.ours("scorm2004-4").complaints(mutated("scorm2004-4", *IN_3RD[name])) != []


def test_editions_differ_in_their_version() -> None:
    """The schemas of the 3rd Edition refuse a manifest of the 4th, and the other way round."""
    third, fourth = OF_2004
    assert official.ours(third).complaints(manifest(fourth)) != []
    assert official.ours(fourth).complaints(manifest(third)) != []


@pytest.mark.parametrize("edition", ALL)
def test_every_file_is_listed(edition: str) -> None:
    """The manifest lists every file but itself and its schemas, and no file that isn't there."""
    listed = found(edition, "//cp:file/@href")
    control = {name for name in files(edition) if name.endswith(".xsd")} | {"imsmanifest.xml"}
    assert sorted(listed) == sorted(files(edition).keys() - control)
    assert len(listed) == len(set(listed))
    assert "media/badge.svg" in listed


@pytest.mark.parametrize("edition", ALL)
def test_launch_file(edition: str) -> None:
    """The resource's href is exactly one of its files, and has no query."""
    resource = found(edition, "//cp:resource")
    assert len(resource) == 1
    assert resource[0].get("href") in found(edition, "//cp:file/@href")
    assert "?" not in resource[0].get("href")


@pytest.mark.parametrize("edition", ALL)
def test_schema_location_files_are_in_the_package(edition: str) -> None:
    """Every file that schemaLocation names lies at the root, and needs no file that doesn't."""
    name = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
    pairs = tree(edition).get(name).split()
    assert set(pairs[1::2]) <= files(edition).keys()
    assert set(pairs[::2]) == set(tree(edition).nsmap.values()) - {
        "http://www.w3.org/2001/XMLSchema-instance"
    }
    for file in (name for name in files(edition) if name.endswith(".xsd")):
        needed = re.findall(rb'schemaLocation="([^"]+)"', files(edition)[file])
        assert {part.decode() for part in needed} <= files(edition).keys()


@pytest.mark.parametrize("edition", ALL)
def test_identifiers_depend_on_the_slug_alone(edition: str) -> None:
    """A new version, title or language changes no identifier, so an LMS keeps its history."""
    changed = {**bundle(scenario(title="Other", version="9.0.0")), "language": "de", "scenes": {}}
    after = parsed(EDITIONS[edition].files(changed, {})["imsmanifest.xml"])
    before = found(edition, "//@identifier")
    assert after.xpath("//@identifier") == before
    assert before == ["parcel-course", "parcel-org", "parcel-item", "parcel-resource"]


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("slug", ["a", "course", "item-org", "a" * 40])
def test_identifiers_are_unique(edition: str, slug: str) -> None:
    """Whatever the slug, the manifest's identifiers are four different xs:IDs."""
    made = EDITIONS[edition].files(bundle(scenario(slug), slug), {})["imsmanifest.xml"]
    identifiers = parsed(made).xpath("//@identifier")
    assert len(identifiers) == len(set(identifiers)) == 4
    assert official.official(edition).complaints(made) == []


@pytest.mark.parametrize("edition", ALL)
def test_title_is_plain_and_short(edition: str) -> None:
    """The title is the author's text, not HTML, at most 200 characters (CAM 2.3, 3.4)."""
    assert set(found(edition, "//cp:title/text()")) == {"Parcels & <urgent> post"}
    long = {**bundle(), "title": "x &amp; y " * 40}
    made = parsed(EDITIONS[edition].files(long, {})["imsmanifest.xml"])
    titles = made.xpath("//cp:title/text()", namespaces=cp(edition))
    assert all(len(title) <= 200 for title in titles)
    assert titles[0].startswith("x & y") and titles[0].endswith("…")


@pytest.mark.parametrize("edition", ALL)
def test_only_plain_references(edition: str) -> None:
    """The text has no reference but &amp; &lt; &gt; &quot;: some LMSs spoil the others."""
    text = manifest(edition).decode()
    assert set(re.findall(r"&[^;]*;", text)) <= {"&amp;", "&lt;", "&gt;", "&quot;"}
    assert "<![CDATA[" not in text


@pytest.mark.parametrize("edition", ALL)
def test_version(edition: str) -> None:
    """The manifest's version is the scenario's."""
    assert tree(edition).get("version") == "1.2.0"


def test_12_has_no_mastery_score() -> None:
    """No masteryscore: with one, an LMS replaces the status that the learner earned."""
    assert b"masteryscore" not in manifest("scorm12")


@pytest.mark.parametrize("edition", OF_2004)
def test_statuses_come_from_the_content(edition: str) -> None:
    """SN 3.13: both statuses are the content's; by default an unreported one would be passed."""
    controls = found(edition, "//cp:item/imsss:sequencing/imsss:deliveryControls")
    assert len(controls) == 1
    assert dict(controls[0].attrib) == {
        "tracked": "true",
        "completionSetByContent": "true",
        "objectiveSetByContent": "true",
    }


@pytest.mark.parametrize("edition", OF_2004)
def test_flow_without_choice(edition: str) -> None:
    """SN 3.2: flow starts the one SCO by itself; there is nothing to choose."""
    mode = found(edition, "//cp:organization/imsss:sequencing/imsss:controlMode")
    assert [dict(each.attrib) for each in mode] == [{"choice": "false", "flow": "true"}]


@pytest.mark.parametrize("edition", OF_2004)
def test_nothing_that_lms_read_differently(edition: str) -> None:
    """No mapInfo, thresholds or objective IDs: LMSs fail on them or fill them in by themselves."""
    for name in (b"mapInfo", b"completionThreshold", b"minNormalizedMeasure", b"objectiveID"):
        assert name not in manifest(edition)


@pytest.mark.parametrize("edition", OF_2004)
def test_hidden_buttons(edition: str) -> None:
    """CAM 5.2: what leads nowhere or loses data is hidden; the LMS can still close the course."""
    hidden = found(edition, "//adlnav:hideLMSUI/text()")
    assert sorted(hidden) == ["abandon", "abandonAll", "continue", "exit", "previous"]


@pytest.mark.parametrize(
    ("edition", "text"),
    [("scorm12", "1.2"), ("scorm2004-3", "2004 3rd Edition"), ("scorm2004-4", "2004 4th Edition")],
)
def test_schemaversion(edition: str, text: str) -> None:
    """LMSs tell the edition by the very text of schemaversion."""
    assert found(edition, "//cp:schemaversion/text()") == [text]


@pytest.mark.parametrize("edition", OF_2004)
def test_prefixes_are_literal(edition: str) -> None:
    """Some LMSs look for the usual prefixes instead of the namespaces."""
    bound = tree(edition).nsmap
    assert {prefix: bound[prefix] for prefix in ("adlcp", "adlseq", "adlnav", "imsss")} == {
        prefix: NS[prefix] for prefix in ("adlcp", "adlseq", "adlnav", "imsss")
    }


def test_lom_says_what_it_is() -> None:
    """The metadata hold language, time, keywords, and each criterion under its framework."""
    for edition, prefix, string in (("scorm12", "imsmd", "langstring"), (ALL[2], "lom", "string")):
        path = "taxonpath" if edition == "scorm12" else "taxonPath"
        taxa = found(edition, f"//{prefix}:{path}")
        assert [(each[0][0].text, each[1][0].text) for each in taxa] == [
            ("ISO/IEC 27001:2022, Annex A", "A.6.3"),
            ("SOC 2 Trust Services Criteria", "CC1.4"),
        ]
        keywords = found(edition, f"//{prefix}:keyword/{prefix}:{string}/text()")
        assert keywords == ["phishing", "reporting"]
        assert found(edition, "//text()[.='PT3M']")


@pytest.mark.parametrize("edition", ALL)
def test_only_the_modules_that_are_needed(edition: str) -> None:
    """A package has the player's modules for its channels and its edition, and no others."""
    names = files(edition).keys()
    assert {"channels/inbox.js", "channels/chat.js"} <= names
    assert not {"channels/phone.js", "channels/push.js", "channels/browser.js"} & names
    other = "scorm2004" if edition == "scorm12" else "scorm12"
    assert not [name for name in names if name.endswith(f"/{other}.js")]


HINT = b"\n//# allFunctionsCalledOnLoad\n"

OWN = {  # what a channel or a kind of page brings along, and no other needs
    "sms": {"channels/sms.js"},
    "video": {"channels/video.js", "channels/call.js", "channels/script.js"},
    "phone": {"channels/phone.js", "channels/call.js"},
    "code-review": {"channels/code-review.js", "channels/work.js", "channels/script.js"},
    "ticket": {"channels/ticket.js", "channels/work.js", "channels/script.js"},
    "portal": set(),
}


@pytest.mark.parametrize("name", OWN)
def test_what_one_place_alone_needs_stays_out_of_other_packages(name: str) -> None:
    """A meeting's, a text's, a review's or a ticket's modules and styles are in packages whose
    story has one, and in no others."""
    every = {module for modules in OWN.values() for module in modules}
    content = {"page": {"kind": name}} if name in ("code-review", "ticket", "portal") else {}
    scene = {"channel": "browser" if content else name, "content": content}
    whole = {**bundle(), "scenes": {"only": scene}, "start": [{"to": "only"}]}
    made = EDITIONS["scorm12"].files(whole, {})
    assert made.keys() & every == OWN[name]
    styles = made["style.css"].decode()
    marks = {"sms": ".bubble{", "video": ".tile{", "code-review": ".diff{", "ticket": ".records"}
    expected = {name, "ticket"} if name == "code-review" else {name}
    assert {each for each, mark in marks.items() if mark in styles} == expected & marks.keys()


@pytest.mark.parametrize("channel", ["inbox", "phone", "sms", "chat", "video", "push", "browser"])
def test_every_channel_has_its_module(channel: str) -> None:
    """Each channel of the language can be played: its module is there, with all that it imports."""
    for record in ("record/scorm12", "record/scorm2004"):
        assert f"channels/{channel}.js" in modules(record, (channel,))


@pytest.mark.parametrize("edition", ALL)
def test_imports_lead_to_files(edition: str) -> None:
    """Every module that a file imports, and every file that the page names, is in the package."""
    made = files(edition)
    page = made["index.html"].decode().split('<script type="application/json"')[0]
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert "style.css" in named and named
    assert set(named) <= made.keys()


@pytest.mark.parametrize("edition", ALL)
def test_what_the_first_decision_needs_is_compiled_while_it_loads(edition: str) -> None:
    """Every module that the page preloads, and its first, has the hint; the records of one edition,
    most of which runs later, and what comes later do without."""
    made = files(edition)
    page = made["index.html"].decode()
    early = set(re.findall(r'(?:modulepreload" href|module" src)="([^"]+)"', page))
    scripts = {name for name in made if name.endswith(".js") and not name.startswith("languages/")}
    hinted = {name for name in scripts if made[name].startswith(b"/**") and HINT in made[name]}
    own = {name for name in early if name.startswith("record/scorm")}
    assert len(own) == 1 and early - own <= hinted
    assert not hinted & {"after.js", "debrief.js", "details.js", *own}


@pytest.mark.parametrize("edition", ALL)
def test_bundle_is_in_the_page(edition: str) -> None:
    """The page holds the bundle, unchanged, as JSON that can't end its script element."""
    page = files(edition)["index.html"].decode()
    match = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    assert match is not None
    assert json.loads(match[1]) == bundle()
    assert not re.search(r"<[!/]|<script", match[1], re.I)


@pytest.mark.parametrize("edition", ALL)
def test_another_language_is_a_file_of_its_own(edition: str) -> None:
    """The texts of another language stand in a module beside the page, which is listed; in the
    page there are the few that it may need before that module has come."""
    texts = {"title": "Päckchen </script>", "words.notice.broken": "Kaputt", "summary": "Zwei"}
    told = {**bundle(), "languages": {"de": {"dir": "ltr", "texts": texts}}}
    made = EDITIONS[edition].files(told, {})
    module = made["languages/de.js"].decode()
    assert module.startswith("export default {") and module.endswith("};\n")
    assert json.loads(module.removeprefix("export default ").removesuffix(";\n")) == {
        "dir": "ltr",
        "texts": texts,
    }
    page = made["index.html"].decode()
    match = re.search(r'<script type="application/json"([^>]*)>(.*?)</script>', page, re.S)
    assert match is not None and " languages " in match[1]
    del texts["summary"]
    assert json.loads(match[2]) == {**told, "languages": {"de": {"dir": "ltr", "texts": texts}}}
    assert b'<file href="languages/de.js"/>' in made["imsmanifest.xml"]
    assert b"languages" not in files(edition)["imsmanifest.xml"], "of one language there are none"


def test_media_can_not_hide_the_player() -> None:
    """A medium with the name of one of the player's files is refused."""
    with pytest.raises(ValueError, match=re.escape("index.html")):
        EDITIONS["scorm12"].files(bundle(), {"index.html": b""})


@pytest.mark.parametrize("edition", ALL)
def test_same_bytes_every_time(edition: str) -> None:
    """A package built twice, from bundles read twice, is the same byte for byte."""
    again = json.loads(json.dumps(bundle()))
    first = archive.zip_bytes(files(edition))
    assert archive.zip_bytes(EDITIONS[edition].files(again, dict(MEDIA))) == first


@pytest.mark.parametrize("edition", ALL)
def test_size(edition: str) -> None:
    """A text-only package of twelve scenes stays under 60 KB, and within 25 files; what is fetched
    before its first decision under 120 KB, and under 40 KB with gzip, in ten requests: on a slow
    phone each takes 10 to 30 ms."""
    story = compile_text(straight("short", 12), "short", ORGANISATION).bundle
    assert story is not None
    made = EDITIONS[edition].files(story, {})
    assert len(archive.zip_bytes(made)) < 60_000
    assert len(made) <= 25
    named = re.findall(r'(?:href|src)="([^"]+)"', made["index.html"].decode())
    first = [made[name] for name in {"index.html", *named} & made.keys()]
    assert len(first) == 10
    assert sum(map(len, first)) < 120_000
    assert sum(len(gzip.compress(data, mtime=0)) for data in first) < 40_000


def test_player_ships_as_written() -> None:
    """The modules in a package are the player's own files, unchanged, so that they can be read."""
    for name in modules("record/scorm12", ("chat",)):
        assert EDITIONS["scorm12"].files(bundle(), {})[name] == resources.player(name)

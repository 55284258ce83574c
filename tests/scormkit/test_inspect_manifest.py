"""Tests of what inspect says of a SCORM manifest: each fault found, at its place, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import IN_12, MANIFEST, Contents, codes, inspected, scorm12, scorm2004, told

from scormkit import resources
from scormkit.editions import EDITIONS
from scormkit.inspection.standards import IMSCP_2004
from scormkit.problems import WARNING


@pytest.mark.parametrize("package", [scorm12(), scorm2004()], ids=["1.2", "2004"])
def test_a_sound_package(package: Contents, tmp_path: Path) -> None:
    """Nothing is said of a package in which nothing is wrong."""
    assert [str(problem) for problem in inspected(tmp_path, package).problems] == []


def test_what_it_is(tmp_path: Path) -> None:
    """It tells edition, title, identifier, items, launch file, mastery score, rules and sizes."""
    found = inspected(tmp_path, scorm12())
    assert (found.files, found.unpacked > 1000) == (5, True)
    (course,) = found.courses
    assert course.standard_title == "SCORM 1.2"
    assert (course.title, course.identifier) == ("Harbour safety", "harbour-course")
    assert (course.items, course.units, course.launch) == (1, 1, ("index.html",))
    assert course.mastery_score == "80"
    assert "by the mastery score" in course.completion[1]


# The pattern that is replaced in the manifest, what is put there, and what is told of it.
Fault = tuple[str, str, str]
IN_BOTH: dict[str, Fault] = {
    "not well-formed": ("</resources>", "</resource>", "xml-malformed"),
    "a bare ampersand": ("<title>Harbour", "<title>A & B", "xml-malformed"),
    "an undeclared prefix": ("xmlns:adlcp=", "xmlns:other=", "xml-malformed"),
    "a DOCTYPE": ("<manifest ", '<!DOCTYPE manifest SYSTEM "x.dtd"><manifest ', "xml-doctype"),
    "another root": (r"<(/?)manifest\b", "<course", "xml-malformed"),
    "another schema": ("ADL SCORM", "IMS Content", "attribute-value"),
    "an edition nobody knows": (
        "<schemaversion>[^<]*",
        "<schemaversion>2004 2nd Edition",
        "edition-untold",
    ),
    "no namespace": (r'xmlns="[^"]*"', "", "edition-namespace"),
    "a prefix of its own": ("adlcp:", "scorm:", "xml-malformed"),
    "no manifest identifier": (' identifier="harbour-course"', "", "attribute-missing"),
    "an identifier with a digit first": ("harbour-course", "7-course", "identifier-form"),
    "an identifier with a space": ('="harbour-item"', '="harbour item"', "identifier-form"),
    "an identifier with a colon": ('="harbour-item"', '="harbour:item"', "identifier-form"),
    "an identifier used twice": ('="harbour-item"', '="harbour-course"', "identifier-repeated"),
    "an identifier that is anybody's": ("harbour-course", "imsmanifest", "identifier-generic"),
    "an identifier drawn at random": (
        "harbour-course",
        "c-732d4375-0dcd-47f1-a44d-1bf78c5e8205",
        "identifier-random",
    ),
    "no default": (' default="harbour-org"', "", "organization-default"),
    "a default that is nowhere": (
        'default="harbour-org"',
        'default="other"',
        "organization-default",
    ),
    "no organization": ("<organization .*</organization>", "", "organization-missing"),
    "a reference that leads nowhere": (
        'identifierref="harbour-resource"',
        'identifierref="elsewhere"',
        "item-reference",
    ),
    "a leaf that launches nothing": (' identifierref="harbour-resource"', "", "item-leaf"),
    "no item": ("<item .*</item>", "", "element-missing"),
    "no title": ("<title>Harbour safety</title>\n      <item", "<item", "element-missing"),
    "an empty title": (
        "<title>Harbour safety</title>\n      <item",
        "<title/><item",
        "element-missing",
    ),
    "two titles": (
        "(<title>Harbour safety</title>)\n      <item",
        "<title>A</title><title>B</title><item",
        "element-repeated",
    ),
    "an unknown element": ("<resources>", "<resources><thing/>", "element-unknown"),
    "no resource type": (' type="webcontent"', "", "attribute-missing"),
    "another resource type": ('type="webcontent"', 'type="web"', "attribute-value"),
    "no scormtype": (r' adlcp:scorm[tT]ype="sco"', "", "resource-kind"),
    "a scormtype that is neither": (r'="sco"', '="lesson"', "attribute-value"),
    "no launch file": ('        href="index.html">', ">", "resource-href"),
    "a launch file that is not there": ('"index.html"', '"start.html"', "file-missing"),
    "a file that is not there": ('"player.js"', '"other.js"', "file-missing"),
    "a file in another case": ('"img/quay.svg"', '"img/Quay.svg"', "file-case"),
    "a file without href": ('<file href="player.js"/>', "<file/>", "attribute-missing"),
    "a backslash": ('"img/quay.svg"', r'"img\quay.svg"', "href-backslash"),
    "an absolute path": ('"img/quay.svg"', '"/img/quay.svg"', "href-absolute"),
    "a drive": ('"img/quay.svg"', '"C:/img/quay.svg"', "href-absolute"),
    "a path out of the package": ('"img/quay.svg"', '"../quay.svg"', "href-outside"),
    "an odd percent sign": ('"img/quay.svg"', '"img/qu%ay.svg"', "href-percent"),
    "a query": ('href="index.html">', 'href="index.html?a=1">', "href-query"),
    "a launch at another host": (
        'href="index.html">',
        'href="https://vendor.example/index.html">',
        "href-external",
    ),
    "an unfilled placeholder": ("<title>Harbour safety", "<title>{{COURSE_TITLE}}", "placeholder"),
    "a title of 256 characters": ("<title>Harbour safety", f"<title>{'x' * 256}", "too-long"),
    "an identifier of 256 characters": ('"harbour-course"', f'"{"x" * 256}"', "too-long"),
    "parameters of 1001 characters": (
        "<item ",
        f'<item parameters="?{"x" * 1000}" ',
        "too-long",
    ),
    "a base that not all read": ("<resources>", '<resources xml:base="./">', "base-ignored"),
    "isvisible that is no boolean": (
        'identifierref="harbour-resource"( isvisible="true")?',
        'identifierref="harbour-resource" isvisible="yes"',
        "attribute-value",
    ),
    "schemas that are not there": (
        "<manifest ",
        '<manifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="urn:x:y imscp.xsd" ',
        "schema-missing",
    ),
}
EXPECTED_TOO = {  # a fault that can't come alone
    "no namespace": {"prefix"},
    "no metadata": {"edition-untold"},
    "a launch file that is not there": {"file-unlisted"},
    "a file that is not there": {"file-unlisted"},
    "a file in another case": {"file-unlisted"},
    "a file without href": {"file-unlisted"},
    "a backslash": {"file-unlisted"},
    "an absolute path": {"file-unlisted"},
    "a drive": {"file-unlisted"},
    "a path out of the package": {"file-unlisted"},
    "an odd percent sign": {"file-unlisted"},
}
IN_THE_FIRST: dict[str, Fault] = {
    "no schemaversion": ("<schemaversion>1.2</schemaversion>", "", "edition-untold"),
    "scormType, as 2004 spells it": ("scormtype", "scormType", "resource-kind"),
    "the namespace of 2004": (
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"',
        f'xmlns="{IMSCP_2004}"',
        "edition-namespace",
    ),
    "adlcp of 2004": ("adlcp_rootv1p2", "adlcp_v1p3", "edition-namespace"),
    "a mastery score of 120": (">80<", ">120<", "number-range"),
    "a mastery score in words": (">80<", ">eighty<", "number-range"),
    "a time limit action nobody knows": (
        "<adlcp:masteryscore>",
        "<adlcp:timelimitaction>stop</adlcp:timelimitaction><adlcp:masteryscore>",
        "attribute-value",
    ),
    "a time limit that is no time": (
        "<adlcp:masteryscore>",
        "<adlcp:maxtimeallowed>PT30M</adlcp:maxtimeallowed><adlcp:masteryscore>",
        "attribute-value",
    ),
    "launch data of 256 characters": (
        "<adlcp:masteryscore>",
        f"<adlcp:datafromlms>{'x' * 256}</adlcp:datafromlms><adlcp:masteryscore>",
        "too-long",
    ),
    "prerequisites without a type": (
        "<adlcp:masteryscore>",
        "<adlcp:prerequisites>a</adlcp:prerequisites><adlcp:masteryscore>",
        "attribute-value",
    ),
    "the item's title after its mastery score": (
        r"<title>Harbour safety</title>\s*(<adlcp:masteryscore>80</adlcp:masteryscore>)",
        "<adlcp:masteryscore>80</adlcp:masteryscore><title>Harbour safety</title>",
        "element-order",
    ),
    "the launch file not listed": ('<file href="index.html"/>', "", "href-unlisted"),
}
CONTROLS = r"<imsss:deliveryControls[^>]*>"
IN_2004_ONLY: dict[str, Fault] = {
    "no schemaversion": (
        "<schemaversion>2004 4th Edition</schemaversion>",
        "",
        "edition-untold",
    ),
    "a word in another case": ("4th Edition", "4th edition", "edition-untold"),
    "no metadata": ("<metadata>.*</metadata>", "", "element-missing"),
    "scormtype, as 1.2 spells it": ("scormType", "scormtype", "resource-kind"),
    "no flow": ('flow="true"', "", "flow"),
    "no deliveryControls": (CONTROLS, "", "delivery-controls"),
    "completion by the LMS": ('completionSetByContent="true"', "", "delivery-controls"),
    "mapInfo": (
        CONTROLS,
        '<imsss:objectives><imsss:primaryObjective objectiveID="a"><imsss:mapInfo '
        'targetObjectiveID="g"/></imsss:primaryObjective></imsss:objectives>'
        '<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>',
        "map-info",
    ),
    "sequencing out of order": (
        CONTROLS,
        '<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>'
        "<imsss:rollupRules/>",
        "element-order",
    ),
    "a passing measure of 2": (
        CONTROLS,
        '<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">'
        "<imsss:minNormalizedMeasure>2</imsss:minNormalizedMeasure></imsss:primaryObjective>"
        '</imsss:objectives><imsss:deliveryControls completionSetByContent="true" '
        'objectiveSetByContent="true"/>',
        "number-range",
    ),
    "a passing measure without effect": (
        CONTROLS,
        "<imsss:objectives><imsss:primaryObjective>"
        "<imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective>"
        '</imsss:objectives><imsss:deliveryControls completionSetByContent="true" '
        'objectiveSetByContent="true"/>',
        "measure-unused",
    ),
    "a weight of 3": (
        CONTROLS,
        '<imsss:rollupRules objectiveMeasureWeight="3"/><imsss:deliveryControls '
        'completionSetByContent="true" objectiveSetByContent="true"/>',
        "number-range",
    ),
    "a completion threshold": (
        "(<imsss:sequencing>\n +<imsss:deliv)",
        '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.8"/>'
        "<imsss:sequencing><imsss:deliv",
        "threshold",
    ),
    "a button nobody knows": (
        "(<imsss:sequencing>\n +<imsss:deliv)",
        "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>next</adlnav:hideLMSUI>"
        "</adlnav:navigationInterface></adlnav:presentation><imsss:sequencing><imsss:deliv",
        "attribute-value",
    ),
    "the launch file not listed": ('<file href="index.html"/>', "", "href-unlisted"),
}
CASES = [
    *((scorm12, name, *fault) for name, fault in (IN_BOTH | IN_THE_FIRST).items()),
    *((scorm2004, name, *fault) for name, fault in (IN_BOTH | IN_2004_ONLY).items()),
]


@pytest.mark.parametrize(
    ("package", "name", "wrong", "put", "code"),
    CASES,
    ids=[f"{case[0].__name__}, {case[1]}" for case in CASES],
)
def test_one_fault(
    package: object, name: str, wrong: str, put: str, code: str, tmp_path: Path
) -> None:
    """Each fault is told under its own code, and brings no tale of others with it."""
    assert callable(package)
    found = codes(tmp_path, package(manifest=(wrong, put)))
    assert code in found
    assert set(found) - {code} <= EXPECTED_TOO.get(name, set())


def test_the_place(tmp_path: Path) -> None:
    """A problem is told with the manifest's line and column."""
    lines = told(tmp_path, scorm12(manifest=('"harbour-item"', '"harbour item"')))
    assert lines == ["imsmanifest.xml:12:7 error identifier-form"]


def test_the_hint(tmp_path: Path) -> None:
    """A schemaversion that is nearly right is answered with the right one."""
    (problem,) = inspected(tmp_path, scorm2004(manifest=("4th Edition", "4th edition"))).problems
    assert 'did you mean "2004 4th Edition"?' in problem.hint


def test_elements_out_of_order(tmp_path: Path) -> None:
    """Metadata, organizations and resources stand in that order."""
    moved = scorm12(manifest=("<metadata>.*</metadata>", ""))
    about = "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
    moved[MANIFEST] = str(moved[MANIFEST]).replace("</resources>", f"</resources>{about}")
    assert codes(tmp_path, moved) == ["element-order"]


def test_another_prefix(tmp_path: Path) -> None:
    """The right namespace under another prefix is told: some LMSs read prefixes."""
    text = str(scorm12()[MANIFEST]).replace("adlcp:", "scorm:").replace(":adlcp", ":scorm")
    assert codes(tmp_path, {**scorm12(), MANIFEST: text}) == ["prefix"]


def test_a_folder_that_launches(tmp_path: Path) -> None:
    """An item with items in it launches nothing itself: in 2004 that is an error."""
    inner = '<item identifier="inner" identifierref="harbour-resource"><title>In</title></item>'
    package = scorm12(manifest=("<adlcp:masteryscore>80</adlcp:masteryscore>", inner))
    assert told(tmp_path, package) == ["imsmanifest.xml:12:7 warning item-cluster"]


def test_several_scos(tmp_path: Path) -> None:
    """A second SCO is told in 2004, where LMSs fail to start it, and not in 1.2."""
    second = (
        '<item identifier="two" identifierref="harbour-resource"><title>Two</title>'
        '<imsss:sequencing><imsss:deliveryControls completionSetByContent="true" '
        'objectiveSetByContent="true"/></imsss:sequencing></item>'
    )
    text = str(scorm2004()[MANIFEST]).replace("</item>", f"</item>{second}")
    assert codes(tmp_path, {**scorm2004(), MANIFEST: text}) == ["several-scos"]
    plain = '<item identifier="two" identifierref="harbour-resource"><title>Two</title></item>'
    text = IN_12.replace("</item>", f"</item>{plain}")
    assert codes(tmp_path, {**scorm12(), MANIFEST: text}) == []


def test_thresholds_of_the_editions(tmp_path: Path) -> None:
    """A threshold in attributes is the 4th Edition's, one in a text the 3rd's."""
    put = "<adlcp:completionThreshold {}</adlcp:completionThreshold><imsss:sequencing><imsss:deliv"
    where = "(<imsss:sequencing>\n +<imsss:deliv)"
    old = scorm2004(manifest=(where, put.format(">0.8")))
    assert codes(tmp_path, old) == ["threshold", "threshold-form"]
    text = str(scorm2004(manifest=(where, put.format('minProgressMeasure="0.8">')))[MANIFEST])
    third = {**scorm2004(), MANIFEST: text.replace("4th Edition", "3rd Edition")}
    assert codes(tmp_path, third) == ["threshold", "threshold-form"]


def test_files_that_nobody_lists(tmp_path: Path) -> None:
    """Files outside of the manifest are told once, with their number; schemas need no listing."""
    extra = {f"media/{n}.svg": "<svg/>" for n in range(30)} | {"imscp_v1p1.xsd": "<x/>"}
    (problem,) = inspected(tmp_path, {**scorm12(), **extra}).problems
    assert problem.code == "file-unlisted"
    assert "30 of 34 files" in problem.message


def test_a_resource_with_a_base(tmp_path: Path) -> None:
    """xml:base on a resource is put before its paths."""
    text = str(scorm12()[MANIFEST]).replace("<resource ", '<resource xml:base="content/" ')
    files = {f"content/{name}": data for name, data in scorm12().items() if name != MANIFEST}
    assert codes(tmp_path, {**files, MANIFEST: text}) == []


def test_names_with_spaces_and_marks(tmp_path: Path) -> None:
    """A percent-encoded path finds the file with the space, the umlaut, in its name."""
    text = str(scorm12()[MANIFEST]).replace("img/quay.svg", "img/K%C3%A4i%201.svg")
    files = dict(scorm12(page=("img/quay.svg", "img/Käi 1.svg")))
    files["img/Käi 1.svg"] = files.pop("img/quay.svg")
    assert codes(tmp_path, {**files, MANIFEST: text}) == []


def test_a_percent_sign_in_a_files_name(tmp_path: Path) -> None:
    """A file whose very name is encoded is not what the manifest means."""
    text = str(scorm12()[MANIFEST]).replace("img/quay.svg", "img/quay%201.svg")
    files = dict(scorm12(page=("img/quay.svg", "img/quay%201.svg")))
    files["img/quay%201.svg"] = files.pop("img/quay.svg")
    assert "href-percent" in codes(tmp_path, {**files, MANIFEST: text})


def test_utf16(tmp_path: Path) -> None:
    """A manifest in UTF-16 can be read, and is told to be in UTF-8 rather."""
    data = str(scorm12()[MANIFEST]).replace("UTF-8", "UTF-16").encode("utf-16")
    assert codes(tmp_path, {**scorm12(), MANIFEST: data}) == ["xml-encoding"]


def test_latin_1_that_says_so(tmp_path: Path) -> None:
    """A manifest in ISO-8859-1 keeps its umlauts, with a warning."""
    text = str(scorm12()[MANIFEST]).replace("UTF-8", "ISO-8859-1").replace("Harbour", "Käi")
    found = inspected(tmp_path, {**scorm12(), MANIFEST: text.encode("latin-1")})
    assert found.courses[0].title == "Käi safety"
    assert [p.code for p in found.problems] == ["xml-encoding"]


def test_latin_1_that_says_utf_8(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are told with the byte and its place."""
    data = str(scorm12()[MANIFEST]).replace("Harbour", "Käi").encode("latin-1")
    (problem,) = inspected(tmp_path, {**scorm12(), MANIFEST: data}).problems
    assert (problem.code, problem.mark.line) == ("xml-encoding", 11)
    assert "0xe4" in problem.message


def test_a_manifest_in_a_folder(tmp_path: Path) -> None:
    """A zip of the folder instead of its files is told with the way out."""
    (problem,) = inspected(tmp_path, {f"course/{n}": d for n, d in scorm12().items()}).problems
    assert (problem.code, str(problem.mark)) == ("manifest-in-folder", "course/imsmanifest.xml")
    assert "what is in the folder" in problem.hint


def test_a_manifest_in_capitals(tmp_path: Path) -> None:
    """The manifest's name counts letter by letter."""
    files = dict(scorm12())
    files["IMSManifest.xml"] = files.pop(MANIFEST)
    assert "manifest-case" in codes(tmp_path, files)


def test_no_manifest(tmp_path: Path) -> None:
    """A zip of web pages is no package; a zip in a zip may be the one that was meant."""
    assert codes(tmp_path, {"index.html": "<html lang=en><title>x</title>"}) == ["manifest-missing"]
    found = inspected(tmp_path, {"course-1.zip": b"PK"})
    hint = next(p.hint for p in found.problems if p.code == "manifest-missing")
    assert "course-1.zip" in hint


def test_many_of_a_kind(tmp_path: Path) -> None:
    """A dozen of a kind are told, then how many more there are."""
    files = "".join(f'<file href="lost{n}.png"/>' for n in range(40))
    found = inspected(
        tmp_path, scorm12(manifest=('<file href="style.css"/>', f'<file href="style.css"/>{files}'))
    ).problems
    assert len(found) == 13
    assert "and 28 more" in " ".join(problem.message for problem in found)


@pytest.mark.parametrize("edition", EDITIONS)
def test_schemas_in_the_zip(edition: str, tmp_path: Path) -> None:
    """A manifest is held against the schemas that its package carries, ours or others'."""
    from sample import bundle

    files = EDITIONS[edition].files(bundle(), {})
    assert inspected(tmp_path, files).courses[0].schemas.startswith("valid, ")
    wrong = files[MANIFEST].replace(b"<schema>ADL SCORM", b"<schema>ADL  SCORM")
    found = inspected(tmp_path, {**files, MANIFEST: wrong})
    assert "not valid" in found.courses[0].schemas
    others = {**files, "imsss_extra.xsd": resources.schema("scorm12/adlcp_rootv1p2.xsd") + b"\n"}
    assert inspected(tmp_path, others).courses[0].schemas.startswith("valid, ")


def test_a_schemas_complaint(tmp_path: Path) -> None:
    """What only a schema knows is told as the schema's word, in its line."""
    from sample import bundle

    files = EDITIONS["scorm2004-4"].files(bundle(), {})
    wrong = files[MANIFEST].replace(b"<lom:lom>", b"<lom:lom><lom:nonsense/>")
    (problem,) = inspected(tmp_path, {**files, MANIFEST: wrong}).problems
    assert problem.code == "schema-violation"
    assert "nonsense" in problem.message
    assert problem.mark.line > 1


def test_only_warnings_leave_it_sound(tmp_path: Path) -> None:
    """A risk is a warning, not an error."""
    (problem,) = inspected(tmp_path, scorm2004(manifest=('flow="true"', ""))).problems
    assert problem.severity == WARNING

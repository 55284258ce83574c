"""Tests of what inspect says of a package's pages, scripts, styles and other files."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import (
    PLAYER_12,
    PLAYER_2004,
    TINCAN,
    Contents,
    cmi5,
    codes,
    inspected,
    scorm12,
    scorm2004,
    told,
)


def page(put: str) -> Contents:
    return scorm12(page=("</body>", f"{put}</body>"))


def player(put: str) -> Contents:
    return scorm12(player=(r"\Z", put))


def style(put: str) -> Contents:
    return scorm12(style=(r"\Z", put))


PAGES = {
    "a script of another host": (
        '<script src="https://cdn.example/a.js"></script>',
        "remote-content",
    ),
    "a script of a host without scheme": (
        "<script src='//cdn.example/a.js'></script>",
        "remote-content",
    ),
    "a frame of another host": (
        '<iframe title="x" src="https://cdn.example/"></iframe>',
        "remote-content",
    ),
    "a base at another host": ('<base href="https://cdn.example/">', "remote-content"),
    "a style of another host": (
        '<link rel="stylesheet" href="https://fonts.example/a.css">',
        "external-load",
    ),
    "an image of another host": ('<img alt="" src="https://cdn.example/a.png">', "external-load"),
    "an image that is not there": ('<img alt="" src="img/lost.png">', "reference-missing"),
    "a script that is not there": ('<script src="lost.js"></script>', "reference-missing"),
    "a link that leads nowhere": ('<a href="lost.html">on</a>', "reference-missing"),
    "a path from the LMS's root": ('<img alt="" src="/img/quay.svg">', "reference-missing"),
    "a file in another case": ('<img alt="" src="img/Quay.svg">', "file-case"),
    "an image without alt": ('<img src="img/quay.svg">', "image-alternative"),
    "a frame without a title": ('<iframe src="index.html"></iframe>', "frame-title"),
    "a page that can't be enlarged": (
        '<meta name="viewport" content="width=device-width, maximum-scale=1">',
        "zoom-capped",
    ),
    "a page that the learner can't scale": (
        '<meta name="viewport" content="user-scalable=no">',
        "zoom-capped",
    ),
    "a placeholder": ("<p>{{SCORM_RESUME_MODE}}</p>", "placeholder"),
    "a placeholder between percent signs": ("<p>%%COURSE_NAME%%</p>", "placeholder"),
    "onunload": ('<iframe title="x" src="index.html" onunload="end()"></iframe>', "unload"),
    "a script in the page": ("<script>fetch('https://h.example/a')</script>", "remote-content"),
    "a style in the page": ("<style>@import 'https://f.example/a.css';</style>", "external-load"),
}
SCRIPTS = {
    "fetch": ('fetch("https://h.example/data.json");', "remote-content"),
    "an import": ('import x from "https://h.example/x.js";', "remote-content"),
    "a request": ('r.open("GET", "https://h.example/");', "remote-content"),
    "a source": ("img.src = 'https://h.example/a.js';", "remote-content"),
    "a socket": ('const s = new WebSocket("wss://h.example/live");', "remote-content"),
    "an address under a name": ('const apiBase = "https://h.example/v1";', "external-address"),
    "a loader": (
        'const CONTENT_URL = "https://h.example/c";\ns.src = CONTENT_URL + "/main.js";',
        "remote-content",
    ),
    "a package that says it is remote": ("var SCORM_TYPE = 'remote';", "remote-content"),
    "unload": ('addEventListener("unload", end);', "unload"),
    "an element of no edition": ('api.LMSSetValue("cmi.core.score.scaled", 1);', "model-unknown"),
    "bytes that are not UTF-8": ("// caf\udce9", "text-encoding"),
}
STYLES = {
    "an import of another host": ('@import url("https://f.example/a.css");', "external-load"),
    "a font of another host": ("p { src: url(//f.example/a.woff) }", "external-load"),
    "an image that is not there": ("p { background: url(lost.png) }", "reference-missing"),
}
CASES = [
    *((name, page(put), code) for name, (put, code) in PAGES.items()),
    *((f"script: {name}", player(put), code) for name, (put, code) in SCRIPTS.items()),
    *((f"style: {name}", style(put), code) for name, (put, code) in STYLES.items()),
]


@pytest.mark.parametrize(
    ("name", "package", "code"), CASES, ids=[case[0].replace(" ", "-") for case in CASES]
)
def test_one_fault(name: str, package: Contents, code: str, tmp_path: Path) -> None:
    """Each fault in a page, a script or a style is told under its own code."""
    written = {
        file: data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        for file, data in package.items()
    }
    found = set(codes(tmp_path, written))
    assert code in found
    assert found - {code} <= {"external-address"}


FINE = {
    "a link out": page('<a href="https://agency.example/advice">Advice</a>'),
    "an address in a comment of a style": style("/* @import url(https://f.example/a.css); */"),
    "an address in a page's comment": page('<!-- <script src="https://h.example/x.js"> -->'),
    "a namespace": player('document.createElementNS("http://www.w3.org/2000/svg", "svg");'),
    "data and anchors": page('<img alt="" src="data:image/png;base64,AA"><a href="#top">Up</a>'),
    "a template": page('<img alt="" src="{{ picture }}">'),
    "a file with a query": page('<img alt="" src="img/quay.svg?v=2">'),
    "a template in a page": page("<script type='text/template'><img src='lost.png'></script>"),
    "a way out that is not unload": player('addEventListener("beforeunload", end);'),
    "a style's own fragment": style("p { fill: url(#shade) }"),
}


@pytest.mark.parametrize("package", FINE.values(), ids=list(FINE))
def test_what_is_fine(package: Contents, tmp_path: Path) -> None:
    """What only looks like a fault is not told."""
    assert told(tmp_path, package) == []


def test_the_place(tmp_path: Path) -> None:
    """A problem in a script is told with its line and column."""
    lines = told(tmp_path, player('let x;\nfetch("https://h.example/");'))
    assert lines == ["player.js:7:8 error remote-content"]


def test_a_page_without_language_and_title(tmp_path: Path) -> None:
    """The page that is launched says its language and has a title (WCAG 3.1.1, 2.4.2)."""
    found = codes(tmp_path, scorm12(page=("<html lang.*</title>", "<html>")))
    assert found == ["page-language", "page-title"]


RUNTIME = {
    "the API of 1.2 in a package of 2004": (
        {**scorm2004(), "player.js": PLAYER_12},
        "api-mismatch",
    ),
    "the API of 2004 in a package of 1.2": (
        {**scorm12(), "player.js": PLAYER_2004},
        "api-mismatch",
    ),
    "no API": ({**scorm12(), "player.js": "let x = 1;"}, "no-api"),
    "cmi.core in a package of 2004": (
        scorm2004(player=("cmi.completion_status", "cmi.core.lesson_status")),
        "model-mismatch",
    ),
    "no suspend data": (scorm12(player=('"cmi.suspend_data"', '"cmi.comments"')), "no-resume"),
    "no end": (scorm12(player=("LMSFinish", "LMSCommit")), "no-finish"),
}


@pytest.mark.parametrize(("package", "code"), RUNTIME.values(), ids=list(RUNTIME))
def test_runtime(package: Contents, code: str, tmp_path: Path) -> None:
    """What the content says to the LMS is held against its edition."""
    found = set(codes(tmp_path, package))
    assert code in found
    assert found - {code} <= {"model-mismatch", "no-finish"}


def test_a_wrapper_of_both_editions(tmp_path: Path) -> None:
    """Content that knows both APIs and both data models fits either edition."""
    both = PLAYER_12 + PLAYER_2004.replace("const api", "const other").replace("api.", "other.")
    assert told(tmp_path, {**scorm12(), "player.js": both}) == []
    assert told(tmp_path, {**scorm2004(), "player.js": both}) == []


def test_finishing_on_unload_alone(tmp_path: Path) -> None:
    """Content that finishes on unload and on nothing else is told so."""
    (problem,) = inspected(tmp_path, scorm12(player=("pagehide", "unload"))).problems
    assert "unload alone" in problem.message


FILES = {
    "api/save.php": "server-file",
    ".htaccess": "server-file",
    "tools/setup.exe": "server-file",
    "module.mjs": "file-type",
    "font.woff2": "file-type",
    "lib.wasm": "file-type",
    "player.js.map": "development-file",
    "js/react-dom.development.js": "development-file",
    "scorm_test_harness.html": "development-file",
    "__MACOSX/._index.html": "development-file",
    "extra.7z": "nested-archive",
}


@pytest.mark.parametrize(("name", "code"), FILES.items())
def test_files(name: str, code: str, tmp_path: Path) -> None:
    """Files that an LMS refuses, guesses at, or that nobody needs are told by name."""
    found = inspected(tmp_path, {**scorm12(), name: ""}).problems
    assert code in {p.code for p in found if p.mark.file == name}


def test_the_source_of_an_icon_font(tmp_path: Path) -> None:
    """A JSON beside a font is what the font was made from."""
    package = {**scorm12(), "fonts/icons.woff": "x", "fonts/selection.json": "{}"}
    assert "fonts/selection.json warning development-file" in told(tmp_path, package)


def test_the_same_file_twice(tmp_path: Path) -> None:
    """Large files that are there twice are told: the same bytes, or two builds of one name."""
    big = "x" * 60_000
    package = {**scorm12(), "a/one.js": big, "b/two.js": big}
    assert "a/one.js warning file-twice" in told(tmp_path, package)
    package = {**scorm12(), "app.1a2b3c4d.js": big, "app.9f8e7d6c.js": big + "y"}
    assert "app.1a2b3c4d.js warning file-twice" in told(tmp_path, package)


def test_heavy_code(tmp_path: Path) -> None:
    """More than five megabytes of code are told."""
    package = {**scorm12(), "a.js": "x " * 1_400_000, "b.js": "y " * 1_400_000}
    assert "heavy" in codes(tmp_path, package)


def test_a_script_too_large_to_search(tmp_path: Path) -> None:
    """What is too large to be searched is told; silence would mean that it is fine."""
    package = {**scorm12(), "a.js": "x " * ((4 << 20) + 1)}
    assert "a.js warning not-searched" in told(tmp_path, package)


def test_a_file_full_of_faults(tmp_path: Path) -> None:
    """A file in which everything is wrong is told as such, and the rest left unread."""
    found = codes(tmp_path, page('<img src="img/quay.svg">' * 1000))
    assert "not-searched" in found


CMI5_FAULTS = {
    "another root": ("courseStructure", "course-structure", "root-element"),
    "another namespace": ("CourseStructure.xsd", "Other.xsd", "root-element"),
    "no course title": (r'(?<=harbour">)\s*<title>.*?</title>', "", "element-missing"),
    "no au": ("<au .*</au>", "", "element-missing"),
    "no url": ("<url>.*</url>", "", "element-missing"),
    "an url that is not there": ("index.html", "start.html", "file-missing"),
    "an url at another host": ("index.html", "https://h.example/i.html", "href-external"),
    "an absolute url": ("index.html", "/index.html", "href-absolute"),
    "a relative id": ("https://training.example/harbour/au", "au", "identifier-form"),
    "an id twice": ("harbour/au", "harbour", "identifier-repeated"),
    "no id": (' id="https://training.example/harbour/au"', "", "attribute-missing"),
    "a moveOn nobody knows": ('"Passed"', '"passed"', "attribute-value"),
    "a launch method nobody knows": ('"OwnWindow"', '"Popup"', "attribute-value"),
    "a mastery score of 80": ('"0.8"', '"80"', "number-range"),
    "a mastery score with five decimals": ('"0.8"', '"0.80001"', "number-range"),
    "launch parameters before the url": (
        "<url>",
        "<launchParameters>x</launchParameters><url>",
        "element-order",
    ),
    "an unknown element": ("<url>", "<thing/><url>", "element-unknown"),
    "a text without language": (
        '<langstring lang="en">The',
        "<langstring>The",
        "attribute-missing",
    ),
    "an empty description": ("The quay.", "", "element-missing"),
}


@pytest.mark.parametrize("fault", CMI5_FAULTS.values(), ids=list(CMI5_FAULTS))
def test_cmi5(fault: tuple[str, str, str], tmp_path: Path) -> None:
    """Each fault of a cmi5.xml is told (cmi5 13, 14)."""
    wrong, put, code = fault
    assert code in codes(tmp_path, cmi5(wrong, put))


def test_cmi5_that_is_sound(tmp_path: Path) -> None:
    """A sound cmi5 package is told for what it is, and nothing is wrong with it."""
    found = inspected(tmp_path, cmi5())
    assert [str(p) for p in found.problems] == []
    (course,) = found.courses
    assert (course.standard, course.title, course.mastery_score) == (
        "cmi5",
        "Harbour safety",
        "0.8",
    )
    assert (course.completion, course.launch) == (("moveOn Passed",), ("index.html?start=1",))


def xapi(wrong: str = "", put: str = "") -> Contents:
    """A sound xAPI package, with a text of its manifest replaced."""
    assert wrong in TINCAN
    files = {name: data for name, data in cmi5().items() if name != "cmi5.xml"}
    return {**files, "tincan.xml": TINCAN.replace(wrong, put) if wrong else TINCAN}


TINCAN_FAULTS = {
    "another namespace": ("projecttincan.com", "other.example", "root-element"),
    "no launch": ('<launch lang="en-us">index.html</launch>', "", "element-missing"),
    "a launch that is not there": (">index.html<", ">start.html<", "file-missing"),
    "a relative id": ("https://training.example/harbour", "harbour", "identifier-form"),
    "no name": ("<name>Harbour safety</name>", "", "element-missing"),
    "no type": (' type="http://adlnet.gov/expapi/activities/course"', "", "attribute-missing"),
}


@pytest.mark.parametrize("fault", TINCAN_FAULTS.values(), ids=list(TINCAN_FAULTS))
def test_tincan(fault: tuple[str, str, str], tmp_path: Path) -> None:
    """Each fault of a tincan.xml is told."""
    wrong, put, code = fault
    assert code in codes(tmp_path, xapi(wrong, put))


def test_tincan_that_is_sound(tmp_path: Path) -> None:
    """A sound xAPI package is told for what it is."""
    found = inspected(tmp_path, xapi())
    assert [str(p) for p in found.problems] == []
    assert (found.courses[0].standard, found.courses[0].title) == ("xapi", "Harbour safety")


def test_two_manifests(tmp_path: Path) -> None:
    """A zip with two manifests is told as both courses."""
    found = inspected(tmp_path, {**scorm2004(), "cmi5.xml": cmi5()["cmi5.xml"]})
    assert [course.standard for course in found.courses] == ["scorm2004-4", "cmi5"]

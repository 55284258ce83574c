"""Tests of inspect with packages that resemble other builders': each of their known faults is told.

Nothing here is theirs: each package is made up to have the faults that were measured in real ones.
"""

from __future__ import annotations

from pathlib import Path

import golden
import pytest
from foreign import IN_12, IN_2004, MANIFEST, PAGE, PLAYER_2004, Contents, inspected, scorm12, told
from sample import bundle

from scormkit.editions import EDITIONS
from scormkit.inspection.inspector import Inspection
from scormkit.problems import ERROR

ROOT = Path(__file__).parents[2]
SHIPPED = [
    path
    for path in sorted((ROOT / "scenarios").glob("*.yaml"))
    if path.stem not in ("organisation", "programme") and "." not in path.stem
]


def manifest(identifier: str, text: str = IN_12, listed: str = "") -> str:
    """A manifest that lists its launch file and perhaps some more."""
    head, rest = text.replace("harbour-course", identifier, 1).split(
        '      <file href="player.js"/>'
    )
    return f"{head}{listed}    </resource>{rest.partition('</resource>')[2]}"


def remote_loader() -> Contents:
    """Three files that fetch everything from their vendor's host (2004 4th Edition)."""
    page = """\
<!doctype html>
<html lang="en"><head><title>Course</title>
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">
<script src="loader.js"></script></head>
<body><p id="old">This browser is not supported.</p></body></html>
"""
    loader = """\
var SCORM_TYPE = 'remote';
var RESUME_MODE = '{{SCORM_RESUME_MODE}}';
var CONTENT_HOST = 'https://content.vendor.example';
var frame = document.createElement('iframe');
frame.src = CONTENT_HOST + '/courses/1/index.html?mode=' + RESUME_MODE;
"""
    return {
        MANIFEST: manifest(
            "5e884898-da28-4711-9c5b-1d2f3a4b5c6d", IN_2004, '<file href="loader.js"/>'
        ),
        "index.html": page.replace("</body>", '<iframe src="about:blank"></iframe></body>'),
        "loader.js": loader,
    }


def one_page_export() -> Contents:
    """One page with everything in it, and an adaptor that speaks 1.2 whatever the edition."""
    page = """\
<!doctype html>
<html><head></head><body onunload="finish()">
<img src="images/default.png"><script src="adaptor.js"></script></body></html>
"""
    adaptor = """\
var lms = window.parent.API;
lms.LMSInitialize("");
lms.LMSSetValue("cmi.core.score.scaled", "0.5");
lms.LMSSetValue("cmi.core.lesson_status", "passed");
function finish() { lms.LMSFinish(""); }
"""
    return {
        MANIFEST: manifest("00", listed='<metadata/><file href="adaptor.js"/>'),
        "index.html": page,
        "adaptor.js": adaptor,
    }


def framework_build() -> Contents:
    """A framework's production build: one file listed of many, and what only its makers need."""
    extra = {f"course/en/part{n}.json": "{}" for n in range(50)}
    return {
        **{name: data for name, data in scorm12().items() if name != MANIFEST},
        MANIFEST: manifest("any_manifest"),
        "style.css": '@import url("https://fonts.example/css?family=Open");',
        "libraries/react-dom.development.js": "x",
        "fonts/icons.woff": "x",
        "fonts/icons.json": "{}",
        "scorm_test_harness.html": PAGE.replace("player.js", "style.css"),
        **extra,
    }


def hashed_bundles() -> Contents:
    """Two builds of one runtime in one package, and megabytes of it."""
    heavy = "let x = 1;\n" * 280_000
    return {
        **scorm12(),
        MANIFEST: IN_12.replace("harbour-course", "c-732d4375-0dcd-47f1-a44d-1bf78c5e8205"),
        "assets/index.1a2b3c4d.js": heavy,
        "assets/index.9f8e7d6c.js": heavy + "x",
    }


def simple_packager() -> Contents:
    """A packager whose manifest has metadata where the schemas allow none."""
    text = IN_2004.replace("<resources>", "<resources><metadata/>").replace(
        "</imsss:sequencing>\n      </item>", "</imsss:sequencing><metadata/>\n      </item>"
    )
    return {**scorm12(), MANIFEST: text, "player.js": PLAYER_2004}


PEERS = {
    "a loader whose content lies at its vendor's": (
        remote_loader,
        {
            "identifier-form": "begins with a letter",
            "identifier-random": "drawn at random",
            "remote-content": "loader",
            "placeholder": "SCORM_RESUME_MODE",
            "zoom-capped": "can't be enlarged",
            "frame-title": "no title",
            "no-api": "reports nothing",
        },
    ),
    "a page with everything in it": (
        one_page_export,
        {
            "identifier-form": "no xs:ID",
            "identifier-generic": "any course's",
            "element-order": "metadata",
            "page-title": "no title",
            "page-language": "language",
            "image-alternative": "alt",
            "reference-missing": "default.png",
            "model-unknown": "cmi.core.score.scaled",
            "no-resume": "suspend_data",
            "unload": "unload alone",
        },
    ),
    "a framework's production build": (
        framework_build,
        {
            "identifier-generic": "any course's",
            "file-unlisted": "57 of 58 files",
            "external-load": "fonts.example",
            "development-file": "whoever builds",
        },
    ),
    "a runtime twice": (
        hashed_bundles,
        {
            "identifier-random": "drawn at random",
            "file-twice": "2 times",
            "heavy": "6.2 MB",
        },
    ),
    "a simple packager": (
        simple_packager,
        {"element-order": "metadata comes after sequencing", "element-unknown": 'no "metadata"'},
    ),
}


@pytest.mark.parametrize(("make", "expected"), PEERS.values(), ids=list(PEERS))
def test_faults_of_others(make: object, expected: dict[str, str], tmp_path: Path) -> None:
    """Every fault that was measured in packages of this kind is told."""
    assert callable(make)
    found = inspected(tmp_path, make()).problems
    for code, words in expected.items():
        texts = [f"{p.message} {p.hint}" for p in found if p.code == code]
        assert any(words in text for text in texts), (code, texts)


def test_every_file_that_only_makers_need(tmp_path: Path) -> None:
    """A development build, a harness and an icon font's source are each told by name."""
    found = inspected(tmp_path, framework_build()).problems
    assert [p.mark.file for p in found if p.code == "development-file"] == [
        "fonts/icons.json",
        "libraries/react-dom.development.js",
        "scorm_test_harness.html",
    ]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("source", SHIPPED, ids=lambda source: source.stem)
def test_our_own_packages(source: Path, edition: str, tmp_path: Path) -> None:
    """Nothing is wrong in what we build, of any scenario in any edition, not even a warning."""
    made = golden.compiled(source)
    assert made.bundle is not None
    found = inspected(tmp_path, EDITIONS[edition].files(made.bundle, made.media))
    assert [str(problem) for problem in found.problems] == []
    assert found.courses[0].schemas.startswith("valid, ")


def fits(found: Inspection) -> dict[str, list[str]]:
    return {name: [p.code for p in problems] for name, problems in found.fits.items()}


def test_what_each_lms_takes(tmp_path: Path) -> None:
    """What an LMS is known to refuse stands beside its name, and counts for nothing else."""
    found = inspected(tmp_path, EDITIONS["scorm2004-4"].files(bundle(), {}))
    assert found.problems == ()
    assert fits(found) == {
        "moodle": [],
        "cornerstone": ["lms-edition"],
        "docebo": ["lms-edition"],
        "successfactors": [],
        "workday": [],
        "knowbe4": [],
    }


def test_one_lms(tmp_path: Path) -> None:
    """Asked for one LMS, what is its downfall there is an error, and the others say nothing."""
    package = remote_loader()
    found = inspected(tmp_path, package, "knowbe4")
    assert list(found.fits) == ["knowbe4"]
    refused = [p for p in found.problems if p.code == "remote-content"]
    assert all("it refuses content that is hosted elsewhere" in p.message for p in refused)


SHARPER = {
    "moodle": ("mapInfo", "map-info", "its upload dies of it"),
    "successfactors": ("controls", "delivery-controls", "complete on Quit"),
    "docebo": ("php", "server-file", "it refuses the whole zip"),
}


@pytest.mark.parametrize(("lms", "case"), SHARPER.items())
def test_a_warning_that_is_an_error_in_one_lms(
    lms: str, case: tuple[str, str, str], tmp_path: Path
) -> None:
    """A risk elsewhere is an error for the LMS that is known to break on it."""
    fault, code, words = case
    package: dict[str, str | bytes] = {**scorm12(), MANIFEST: IN_2004, "player.js": PLAYER_2004}
    if fault == "mapInfo":
        text = IN_2004.replace(
            "<imsss:deliv",
            "<imsss:objectives><imsss:primaryObjective "
            'objectiveID="a"><imsss:mapInfo targetObjectiveID="g"/>'
            "</imsss:primaryObjective></imsss:objectives><imsss:deliv",
        )
        package[MANIFEST] = text
    elif fault == "controls":
        package[MANIFEST] = IN_2004.replace('completionSetByContent="true" ', "")
    else:
        package["a.php"] = ""
    assert not any(line.endswith(f"error {code}") for line in told(tmp_path, package))
    (problem,) = [p for p in inspected(tmp_path, package, lms).problems if p.code == code]
    assert problem.severity == ERROR
    assert words in problem.message


def test_a_zip_that_is_too_large_for_an_lms(tmp_path: Path) -> None:
    """The limit of an LMS is held against the size of the zip."""
    from scormkit.inspection.fit import fit
    from scormkit.problems import Mark
    from scormkit.profiles import CORNERSTONE

    courses = inspected(tmp_path, scorm12()).courses
    mark = Mark("course.zip")
    assert fit(CORNERSTONE, courses, 250 << 20, mark, ()) == ()
    assert [p.code for p in fit(CORNERSTONE, courses, (250 << 20) + 1, mark, ())] == ["lms-size"]

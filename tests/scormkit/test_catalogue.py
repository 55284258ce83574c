"""Tests of the catalogue: what programs and people are told about the packages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from sample import SCENARIO, bundle

from scormkit import catalogue, resources

PACKAGES = [
    {"edition": "scorm12", "file": "parcel-scorm12.zip", "bytes": 51234, "sha256": "a" * 64},
    {"edition": "scorm2004-4", "file": "parcel-scorm2004-4.zip", "bytes": 9, "sha256": "b" * 64},
]


def entry(changes: dict[str, Any] | None = None) -> catalogue.Entry:
    told = {**bundle(), **(changes or {})}
    return catalogue.entry(told, Path("anywhere/scenarios/parcel.yaml"), "c" * 64, PACKAGES)


def written(*entries: catalogue.Entry) -> Any:
    return json.loads(catalogue.data(entries))


def test_is_valid() -> None:
    """The catalogue is valid against its published schema."""
    schema = json.loads(resources.schema("catalogue.schema.json"))
    jsonschema_rs.Draft7Validator(schema).validate(written(entry()))


def test_schema_refuses_what_it_does_not_know() -> None:
    """A catalogue with a key that nobody declared is not valid."""
    schema = json.loads(resources.schema("catalogue.schema.json"))
    assert not jsonschema_rs.Draft7Validator(schema).is_valid(written({**entry(), "more": 1}))


def test_entry() -> None:
    """An entry says what an auditor asks: version, digests, criteria, pass rule."""
    row = written(entry())["scenarios"][0]
    assert row["slug"] == "parcel"
    assert row["version"] == "1.2.0"
    assert row["digest"] == bundle()["digest"]
    assert row["bundle"] == f"bundles/parcel-{bundle()['digest'][:12]}.json"
    assert row["source"] == "scenarios/parcel.yaml"
    assert row["audience"] == ["everyone", "ap"]
    assert row["pass"] == {"score": 70, "endings": ["safe", "recovered"]}
    assert row["packages"] == PACKAGES
    assert [(each["id"], each["must"], each["criteria"]) for each in row["objectives"]] == [
        ("report-it", True, ["SOC2 CC1.4", "ISO27001 A.6.3"]),
        ("read-sender", False, ["SOC2 CC1.4"]),
    ]


def test_texts_are_plain() -> None:
    """Titles and summaries are the author's text, without the bundle's HTML."""
    row = written(entry())["scenarios"][0]
    assert row["title"] == "Parcels & <urgent> post"
    assert row["summary"] == "Two messages before nine & one of them isn't what it says."


def test_by_slug() -> None:
    """The entries stand in the order of their slugs, however they come."""
    rows = [{**entry(), "slug": slug} for slug in ("b", "a", "c")]
    assert [row["slug"] for row in written(*rows)["scenarios"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("organisation", "iri"),
    [
        ({"domain": "a.example"}, "https://a.example/training/parcel"),
        ({"domain": "a.example", "activity_base": "https://t.example"}, "https://t.example/parcel"),
        (
            {"domain": "a.example", "activity_base": "https://t.example/"},
            "https://t.example/parcel",
        ),
        ({"domain": "a.example", "activity_base": "urn:t:"}, "urn:t:parcel"),
        ({}, "https://training.invalid/training/parcel"),
    ],
)
def test_activity(organisation: dict[str, str], iri: str) -> None:
    """The activity's IRI comes from the organisation and the slug, never from the version."""
    assert entry({"organisation": organisation})["activity"] == iri
    assert entry({"organisation": organisation, "version": "9.9.9"})["activity"] == iri


def test_page_names_every_package() -> None:
    """The page shows each file with a link, its size, and its whole checksum."""
    page = catalogue.page([entry()]).decode()
    for package in PACKAGES:
        assert f'href="{package["file"]}"' in page
        assert str(package["sha256"]) in page
    assert "51 KB" in page
    assert "SCORM 2004 4th Edition" in page


def test_page_escapes() -> None:
    """A title with markup in it is shown, not obeyed."""
    page = catalogue.page([{**entry(), "title": "<script>alert(1)</script>"}]).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_page_needs_nothing_else() -> None:
    """The page loads nothing, so that it can be mailed and printed."""
    page = catalogue.page([entry()]).decode()
    assert not re.findall(r"(?:src=|@import|url\(|<link|<script)", page)
    assert not re.findall(r'href="(?!#|parcel-|catalogue\.json)', page)


@pytest.mark.parametrize(
    "lms", ["Cornerstone", "Workday Learning", "Docebo", "SAP SuccessFactors", "Moodle"]
)
def test_page_knows_the_lms(lms: str) -> None:
    """The page says which edition each LMS takes, and how to import it."""
    assert len(re.findall(lms, catalogue.page([entry()]).decode())) >= 2


def test_page_without_packages() -> None:
    """Where nothing was built, the page says so."""
    assert "no exercises here yet" in catalogue.page([]).decode()


def test_links_on_the_page_lead_somewhere() -> None:
    """Every link inside of the page has its target."""
    page = catalogue.page([entry()]).decode()
    targets = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= targets


def test_sample_is_as_the_tests_think() -> None:
    """The sample's title has markup in it, or the tests above prove nothing."""
    assert "<urgent>" in SCENARIO

"""What was built: activity, version, criteria and hash of every package, as data and a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scormkit import resources
from scormkit.editions.edition import Bundle
from scormkit.editions.markup import plain
from scormkit.editions.statements import activity

FORMAT = 1
DATA = "catalogue.json"
PAGE = "index.html"

Entry = dict[str, Any]


def entry(
    bundle: Bundle, source: Path, inputs: str, packages: Iterable[Mapping[str, Any]], lrs: str = ""
) -> Entry:
    """One scenario's place in the catalogue; `inputs` is the digest of what its author wrote, `lrs`
    the address of the store that its packages send statements to, if they do."""
    objectives = [
        {
            "id": objective["id"],
            "title": plain(objective["title"]),
            "weight": objective["weight"],
            "must": objective.get("must", False),
            "met": objective["met"],
            "criteria": list(objective.get("criteria", ())),
        }
        for objective in bundle["objectives"]
    ]
    return {
        "slug": bundle["scenario"],
        "title": plain(bundle["title"]),
        "summary": plain(bundle["summary"]),
        "version": bundle["version"],
        "activity": activity(bundle),
        "digest": bundle["digest"],
        "rules": bundle["rules"],
        "bundle": bundle_file(bundle),
        "language": bundle["language"],
        "languages": [bundle["language"], *bundle.get("languages", {})],
        "minutes": bundle["minutes"],
        **({"difficulty": bundle["difficulty"]} if "difficulty" in bundle else {}),
        "audience": list(bundle.get("audience", ())),
        "objectives": objectives,
        "pass": {"score": bundle["pass"]["score"], "endings": list(bundle["pass"]["endings"])},
        "source": f"{source.parent.name}/{source.name}",
        "inputs": inputs,
        **({"lrs": lrs} if lrs else {}),
        "packages": [dict(package) for package in packages],
    }


def bundle_file(bundle: Bundle) -> str:
    """Where a version's bundle is kept, so that an attempt at it can be replayed later."""
    return f"bundles/{bundle['scenario']}-{bundle['digest'][:12]}.json"


def data(entries: Iterable[Entry]) -> bytes:
    """The catalogue as JSON, by slug; schemas/catalogue.schema.json describes it."""
    listed = sorted(entries, key=lambda entry: entry["slug"])
    text = json.dumps({"format": FORMAT, "scenarios": listed}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def page(entries: Iterable[Entry]) -> bytes:
    """The same for people: what each zip is, and how to import it into an LMS."""
    from jinja2 import Environment, StrictUndefined  # late: a build with nothing to do needs none

    from scormkit.editions import EDITIONS
    from scormkit.editions.metadata import taxon_paths

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(size=_size, place=lambda name: next(taxon_paths([name]))[1])
    template = environment.from_string(resources.text("catalogue.html.j2"))
    scenarios = sorted(entries, key=lambda entry: entry["slug"])
    titles = {edition.name: edition.title for edition in EDITIONS.values()}
    return template.render(
        scenarios=scenarios,
        editions=titles,
        files=sum(len(scenario["packages"]) for scenario in scenarios),
        stores=sorted({scenario["lrs"] for scenario in scenarios if "lrs" in scenario}),
    ).encode()


def _size(count: int) -> str:
    """Bytes for people, in the kilobytes of 1000 that file managers show."""
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"

"""What was built: activity, version, criteria and hash of every package, as data and a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scormkit import resources
from scormkit.editions import EDITIONS
from scormkit.editions.edition import Bundle
from scormkit.editions.markup import plain
from scormkit.editions.statements import activity
from scormkit.template import Html, filled, joined

FORMAT = 1
DATA = "catalogue.json"
PAGE = "index.html"

Entry = dict[str, Any]

_PARTS = ("page", "exercise", "package", "statements")
_FOR = '      <li class="who">For {{ who }}</li>\n'
_CRITERION = "      <li>{{ name }}</li>\n"
_STORE = "    <li><code>{{ url }}</code></li>\n"
_ALLOWED = "<code>connect-src 'self' {{ origin }}</code>"
_NONE = Html(
    "  <p>There are no exercises here yet. Build some with <code>scormkit build</code>.</p>\n"
)
_WAITING = Html(' <a href="#statements">Statements</a> wait in the browser until there is one.')


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
    scenarios = sorted(entries, key=lambda entry: entry["slug"])
    files = sum(len(scenario["packages"]) for scenario in scenarios)
    stores = sorted({scenario["lrs"] for scenario in scenarios if "lrs" in scenario})
    part = {name: resources.text(f"catalogue_page/{name}.html") for name in _PARTS}
    return filled(
        part["page"],
        counted=f"{_count(len(scenarios), 'exercise')}, {_count(files, 'file')}",
        exercises=joined(_exercise(scenario, part) for scenario in scenarios) or _NONE,
        waiting=_WAITING if stores else "",
        statements=_statements(stores, part) if stores else "",
    ).encode()


def _exercise(scenario: Entry, part: Mapping[str, str]) -> Html:
    criteria = sorted({c for objective in scenario["objectives"] for c in objective["criteria"]})
    languages = scenario["languages"]
    files = (
        filled(
            part["package"],
            edition=EDITIONS[package["edition"]].title,
            file=package["file"],
            size=_size(package["bytes"]),
            sha256=package["sha256"],
        )
        for package in scenario["packages"]
    )
    return filled(
        part["exercise"],
        **{key: scenario[key] for key in ("slug", "language", "title", "summary", "minutes")},
        version=scenario["version"],
        audience=joined(filled(_FOR, who=who) for who in scenario["audience"]),
        pass_mark=scenario["pass"]["score"],
        languages=f"{'languages' if len(languages) > 1 else 'language'}: {', '.join(languages)}",
        criteria=joined(filled(_CRITERION, name=name) for name in criteria),
        packages=joined(files),
    )


def _statements(stores: Iterable[str], part: Mapping[str, str]) -> Html:
    """Where the packages send statements, and what a policy has to allow for that."""
    origins = ("/".join(store.split("/")[:3]) for store in stores)
    return filled(
        part["statements"],
        stores=joined(filled(_STORE, url=url) for url in stores),
        allowed=joined((filled(_ALLOWED, origin=origin) for origin in origins), ", "),
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _size(count: int) -> str:
    """Bytes for people, in the kilobytes of 1000 that file managers show."""
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"

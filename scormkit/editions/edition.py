"""What one edition is: its name, how it is called, and the files that it makes of a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from scormkit import resources
from scormkit.store import Store

Bundle = Mapping[str, Any]
Media = Mapping[str, bytes]


class Files(Protocol):
    """Everything in a package, by its path in the zip; with a store, it sends statements there."""

    def __call__(
        self, bundle: Bundle, media: Media, store: Store | None = None
    ) -> dict[str, bytes]: ...


@dataclass(frozen=True)
class Edition:
    """One edition of the standard; `name` is part of every package's file name."""

    name: str
    title: str
    files: Files


@dataclass(frozen=True)
class Identifiers:
    """A package's XML identifiers: made of the slug alone, so that an LMS keeps its history.

    They are xs:IDs and share one space (SCORM 1.2 CAM 2.3, SCORM 2004 CAM 3.4). The slug comes
    first: some LMSs name what they import by the first fifteen characters.
    """

    manifest: str
    organization: str
    item: str
    resource: str


def identifiers(slug: str) -> Identifiers:
    """The identifiers of a scenario's packages, the same in every edition, release and language."""
    return Identifiers(f"{slug}-course", f"{slug}-org", f"{slug}-item", f"{slug}-resource")


def schema_files(folder: str) -> dict[str, bytes]:
    """The XSDs of an edition, as they stand at the root of its package."""
    return {name: resources.schema(f"{folder}/{name}") for name in resources.schema_names(folder)}

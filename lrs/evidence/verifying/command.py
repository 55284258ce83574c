"""The command: all checks in order, and the exit status."""

from __future__ import annotations

import argparse
import binascii
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lrs.evidence.verifying.files import ODD, Files
from lrs.evidence.verifying.names import SAMPLE_KIND
from lrs.evidence.verifying.outside import outside
from lrs.evidence.verifying.report import Refused, Report
from lrs.evidence.verifying.samples import sample_holds
from lrs.evidence.verifying.seal import log_goes_on
from lrs.evidence.verifying.sheets import sheets_agree
from lrs.evidence.verifying.signed import Key, key_of


def verified(
    path: Path,
    key: Path | None,
    report: Report,
    previous: Path | None = None,
    pack: Path | None = None,
) -> None:
    """Check all there is to check of a pack or a sample; every check is a line of the report.
    Raises Refused where there is nothing to check."""
    given = _given(key)
    with Files(path, key) as files:
        found = outside(files, given, report)
        if found is None:
            return
        if found.manifest["kind"] == SAMPLE_KIND:
            sample_holds(files, found, given, pack, report)
        else:
            sheets_agree(files, found, report)
            log_goes_on(files, found.manifest, found.head, previous, report)


def _given(path: Path | None) -> Key | None:
    if path is None:
        return None
    try:
        return key_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, binascii.Error) as error:
        raise Refused(f"{path} can't be used as a public key: {error}") from None


def report_on(
    path: Path,
    key: Path | None,
    tell: Callable[[str], None],
    previous: Path | None = None,
    pack: Path | None = None,
) -> int:
    """Verify and say so; the exit status."""
    report = Report(tell)
    try:
        verified(path, key, report, previous, pack)
    except Refused as error:
        tell(f"WRONG  {error}")
        return 2
    except ODD as error:
        tell(f"WRONG  it is not written as a pack is, so it can't be verified: {error!r}")
        return 2
    except ImportError as error:
        tell(f"WRONG  {error}; install it with: python -m pip install cryptography")
        return 2
    if report.wrong:
        many = "one check" if report.wrong == 1 else f"{report.wrong} checks"
        tell(f"{path.name}: {many} did not hold. Do not rely on it before that is explained.")
        return 1
    tell(f"{path.name}: every check held.")
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description="Says whether an evidence pack, or a sample of one, is as it was signed."
    )
    parser.add_argument(
        "pack", nargs="?", type=Path, default=Path(__file__).parent, help="zip, or unpacked folder"
    )
    parser.add_argument("--key", type=Path, help="the organisation's public key, from themselves")
    parser.add_argument("--previous", type=Path, help="the pack before, if this one names one")
    parser.add_argument("--pack", type=Path, dest="whole", help="of a sample: its pack")
    asked = parser.parse_args(words)
    if not asked.pack.exists():
        parser.error(f"there is no {asked.pack}")
    if isinstance(sys.stdout, io.TextIOWrapper):  # a console that can't show a name shows its code
        sys.stdout.reconfigure(errors="backslashreplace")
    return report_on(asked.pack, asked.key, print, asked.previous, asked.whole)


if __name__ == "__main__":
    sys.exit(main())

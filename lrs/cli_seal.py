"""Commands of the seal: make it, show it, verify the log by it, change its key."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lrs import timestamps
from lrs.cli_ground import by as by_option
from lrs.cli_ground import opened

if TYPE_CHECKING:
    from lrs.received.seal import Head
    from lrs.received.seal_check import Verdict
    from lrs.received.seal_keys import SealKey
    from lrs.received.stamps import Stamp

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group("seal")
def seal() -> None:
    """Signed tree heads over everything received, by which a change of it can be found."""


@seal.command("make")
@click.option("--tsa", metavar="URL", help="Have it stamped by this authority (RFC 3161), too.")
@click.option("--tsa-root", type=_FILE, help="That authority's root certificates (PEM).")
@click.option("--json", "as_json", is_flag=True, help="The head for programs.")
@by_option
def make(tsa: str | None, tsa_root: Path | None, as_json: bool, by: str) -> None:
    """Seal everything received so far; prints the signed head.

    If nothing came since the newest head, that one is printed again.

    Example: lrs seal make --tsa https://tsa.example --tsa-root tsa-root.pem
    """
    from lrs.received import seal as seals
    from lrs.received import stamps

    if bool(tsa) != bool(tsa_root):
        raise click.UsageError("--tsa and --tsa-root go together: a stamp that nobody can check")
    with opened() as store:
        head = seals.make(store, by=by)
        refused = None
        if tsa and tsa_root:
            try:
                stamps.ask(store, head, tsa, tsa_root.read_bytes())
            except stamps.StampError as error:
                refused = error.message
        with store.reading() as connection:
            stamped = stamps.of(connection, head.size)
    _show(head, stamped, as_json)
    if refused:
        click.echo(f"error: the head stands, but has no time stamp: {refused}", err=True)
        raise SystemExit(1)


@seal.command("show")
@click.option("--key", "key_only", is_flag=True, help="The public key (PEM), for an auditor.")
@click.option("--size", type=click.IntRange(1), help="The newest head of at most so many records.")
@click.option("--json", "as_json", is_flag=True, help="The head, or all keys, for programs.")
def show(key_only: bool, size: int | None, as_json: bool) -> None:
    """Print the newest head, or the public key that it is signed with.

    Example: lrs seal show > checkpoint.txt
    """
    from lrs.received import seal as seals
    from lrs.received import stamps

    with opened() as store, store.reading() as connection:
        head, keys = seals.latest(connection, size), seals.public_keys(connection)
        stamped = stamps.of(connection, head.size) if head else []
    if not keys or (head is None and not key_only):
        click.echo("error: nothing is sealed yet; lrs seal make seals what there is", err=True)
        raise SystemExit(1)
    if key_only and as_json:
        click.echo(json.dumps([_key(each) for each in keys], indent=2))
    elif key_only:
        click.echo(keys[-1].key.pem(), nl=False)
        click.echo(f"key {keys[-1].key.written()}, in use from record {keys[-1].seq} on", err=True)
    elif head:
        _show(head, stamped, as_json)


@seal.command("verify")
@click.option("--against", "files", type=_FILE, multiple=True, help="A head kept elsewhere, too.")
@click.option("--key", "keys", type=_FILE, multiple=True, help="A public key handed out, too.")
@click.option("--tsa-root", type=_FILE, help="Root certificates (PEM) of time stamps.")
@click.option("--json", "as_json", is_flag=True, help="All that was found, for programs.")
def verify(
    files: Sequence[Path], keys: Sequence[Path], tsa_root: Path | None, as_json: bool
) -> None:
    """Hold every record against its leaf, and the log against every head; exit status 1 with the
    first record that is not what came.

    Example: lrs seal verify --key lrs-key.pem --against checkpoint.txt
    """
    from lrs import redactions
    from lrs.received import notes, seal_check
    from lrs.received.seal_check import Given

    given = [Given(str(path), _text(path)) for path in files]
    roots = tsa_root.read_bytes() if tsa_root else b""
    try:
        trusted = {str(path): notes.of_pem(path.read_bytes()) for path in keys}
    except notes.BadNote as error:
        raise click.BadParameter(f"--key: {error}; lrs seal show --key prints one") from None
    with opened() as store, store.reading() as connection:
        erased, emptied = redactions.by_ruling(connection), redactions.files(connection)
        verdict = seal_check.verify(connection, erased, emptied, given, roots, trusted)
        left = [what for _, what in redactions.faults(connection)]
    if as_json:
        click.echo(json.dumps({**_verdict(verdict), "redaction_faults": left}, indent=2))
    else:
        _tell(verdict)
        for what in left:
            click.echo(what)
    raise SystemExit(1 if verdict.faults or left else 0)


@seal.command("rotate-key")
@click.option("--lost", is_flag=True, help="The old key is gone, so it can't sign the change.")
@by_option
def rotate_key(lost: bool, by: str) -> None:
    """Make a new key, which the old one vouches for; the old private key is removed.

    Example: lrs seal rotate-key
    """
    from lrs.received import seal_keys

    with opened() as store:
        made = seal_keys.rotate(store, by, lost)
        click.echo(made.key.written())
        click.echo(
            f"in use from record {made.seq} on, in {store.settings.seal_key}; "
            "lrs seal show --key has it for auditors",
            err=True,
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{path} is no text, so it is no signed head") from None


def _show(head: Head, stamped: Sequence[Stamp], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_head(head, stamped), indent=2))
        return
    click.echo(head.note, nl=False)
    made = timestamps.written(head.at)
    click.echo(f"{head.size} records, sealed {made}, signed with key {head.key}", err=True)
    for each in stamped:
        click.echo(f"stamped {timestamps.written(each.at)} by {each.tsa}", err=True)


def _head(head: Head, stamped: Sequence[Stamp]) -> dict[str, Any]:
    return {
        "size": head.size,
        "root": head.root.hex(),
        "at": timestamps.written(head.at),
        "key": head.key,
        "note": head.note,
        "stamps": [
            {
                "tsa": each.tsa,
                "at": timestamps.written(each.at),
                "response": b64encode(each.response).decode(),
            }
            for each in stamped
        ],
    }


def _key(found: SealKey) -> dict[str, Any]:
    return {
        "id": found.key.id,
        "key": found.key.written(),
        "pem": found.key.pem(),
        "record": found.seq,
        "at": timestamps.written(found.at),
        "replaces": found.replaces,
        "lost": found.lost,
        "note": found.note,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "records": verdict.records,
        "sealed": verdict.sealed,
        "first": verdict.first,
        "faults": [each._asdict() for each in verdict.faults],
        "more": verdict.more,
        "heads": [
            {
                "size": each.size,
                "at": timestamps.written(each.at) if each.at else None,
                "holds": not each.why,
                "why": each.why or None,
                "from": each.source or None,
            }
            for each in verdict.heads
        ],
        "keys": [_key(each) for each in verdict.keys],
        "redacted": list(verdict.redacted),
    }


def _tell(verdict: Verdict) -> None:
    own = [each for each in verdict.heads if not each.source]
    hold = [each for each in own if not each.why]
    click.echo(f"{verdict.records} records, {len(own)} heads, {len(verdict.keys)} keys")
    if verdict.first is not None:
        click.echo(f"record {verdict.first} is the first that is not what came")
    for fault in verdict.faults:
        click.echo(fault.message)
    if verdict.more:
        click.echo(f"and {verdict.more} more")
    for key in verdict.keys:
        if key.lost:
            click.echo(f"key {key.key.id} follows one that was lost: nothing vouches for it here")
    if verdict.redacted:
        click.echo(f"redacted, only their leaf is left: {', '.join(map(str, verdict.redacted))}")
    for each in verdict.heads:
        if each.source and not each.why:
            click.echo(f"the log goes on from the head of {each.size} records in {each.source}")
    if hold:
        at = timestamps.written(hold[-1].at)
        click.echo(
            f"{len(hold)} of {len(own)} heads hold up, the last of {hold[-1].size} records, {at}"
        )
    else:
        click.echo(f"none of {len(own)} heads holds up" if own else "nothing is sealed yet")
    behind = verdict.records - max((each.size for each in own), default=0)
    if behind > 0:
        click.echo(
            f"{behind} records came since; they lead to their leaves, and no head covers them"
        )

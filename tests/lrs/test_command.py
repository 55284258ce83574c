"""Tests of the lrs command: keys, exports, and words for what went wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from live import basic

from lrs import app, config, credentials, feed, keys
from lrs.cli import main
from lrs.config import Settings
from lrs.credentials import Credential
from lrs.errors import LrsError
from lrs.keyring import Keyring
from lrs.xapi import admission
from lrs.xapi.store import Store

Run = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database that isn't there yet."""
    return f"sqlite:///{tmp_path / 'lrs.db'}"


@pytest.fixture
def run(database: str) -> Run:
    """Runs the command on that database, and expects an exit status."""

    def ran(*words: str, exits: int = 0, **environment: str) -> Result:
        env = {"LRS_DATABASE": database, "LRS_DURABLE": "no", **environment}
        result = CliRunner().invoke(main, words, env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


@pytest.fixture
def opened(database: str) -> Callable[[], Store]:
    """Opens the store that the command left."""
    return lambda: app.opened(Settings(database=database, durable=False))


def kept(store: Store, name: str) -> Credential:
    """A key as it is kept."""
    with store.reading() as connection:
        found = credentials.by_name(connection, name)
    assert found
    return found


CATALOGUE = {"format": 1, "scenarios": [{"activity": "https://corp.example/training/phishing"}]}


def test_a_key_is_shown_once(run: Run, opened: Callable[[], Store]) -> None:
    """stdout has the key to send and nothing else; what is kept of it is no way back."""
    made = run("key", "create", "lms", "--scope", "statements/write", "--expires", "2999-12-31")
    (line,) = made.stdout.splitlines()
    assert line.startswith("lms:lrs_secret_")
    listed = run("key", "list").stdout
    assert listed == "lms\tstatements/write\tuntil 2999-12-31\n"
    store = opened()
    assert Keyring(store.reading).caller(basic(line)).scopes == ("statements/write",)
    assert line.partition(":")[2] not in repr(kept(store, "lms"))
    store.writer.close()


def test_a_player_s_key_is_made_of_a_catalogue(
    run: Run, opened: Callable[[], Store], tmp_path: Path
) -> None:
    """The catalogue's activities, the origins and limits that were given, and one scope; then each
    of these is changed without a new secret."""
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text(json.dumps(CATALOGUE), encoding="utf-8")
    bounds = ("--origin", "https://lms.example", "--rate", "60", "--max-body", "1000")
    made = run("key", "create", "p", "--player", "--catalogue", str(catalogue), *bounds)
    secret = made.stdout.strip()
    run("key", "limit", "p", "--block", "1", "--block", "2")
    run("key", "limit", "p", "--block", "3", "--unblock", "1", "--rate", "6")
    run(
        "key",
        "limit",
        "p",
        "--origin",
        "https://other.example",
        "--activity",
        "https://a.example/b",
    )
    store = opened()
    key = Keyring(store.reading).caller(basic(secret))
    player = key.player
    assert key.scopes == ("statements/write",)
    assert player
    assert player.activities == ("https://a.example/b",)
    assert player.origins == ("https://other.example",)
    assert (player.rate, player.max_body, player.blocked) == (6, 1_000, ("2", "3"))
    store.writer.close()
    assert "2 blocked" in run("key", "list").stdout


def test_a_key_that_no_page_can_use_is_told(run: Run) -> None:
    """Who makes a player's key without an origin is told that browsers will not use it."""
    words = ("key", "create", "--player", "--activity", "https://corp.example/a")
    assert "--origin" in run(*words, "a").stderr
    assert "--origin" not in run(*words, "b", "--origin", "https://lms.example").stderr
    assert "--origin" not in run(*words, "c", LRS_ORIGINS="https://lms.example").stderr


def test_a_key_is_rotated_and_revoked(run: Run, opened: Callable[[], Store]) -> None:
    """The old secret lives on for the days of grace; a revoked key has none."""
    old = run("key", "create", "lms", "--scope", "all").stdout.strip()
    new = run("key", "rotate", "lms", "--grace", "7").stdout.strip()
    store = opened()
    ring = Keyring(store.reading)
    assert ring.caller(basic(old)).name == ring.caller(basic(new)).name == "lms"
    store.writer.close()
    run("key", "revoke", "lms")
    assert kept(opened(), "lms").revoked
    assert "revoked" in run("key", "list").stdout


def test_a_revoked_key_gets_no_secret(run: Run) -> None:
    """A revoked key stays so: nobody is given a secret for it that would never work, nor told that
    it was changed. It can be revoked twice."""
    run("key", "create", "lms", "--scope", "all")
    for _ in range(2):
        run("key", "revoke", "lms")
    for words in (("rotate", "lms"), ("limit", "lms", "--expires", "2999-12-31")):
        refused = run("key", *words, exits=1)
        assert refused.stdout == ""
        assert refused.stderr == "error: lms was revoked, for good; make a key of another name\n"
    assert "it was revoked" in run("key", "create", "lms", "--scope", "all", exits=1).stderr


def test_an_expired_key_lives_on_before_it_is_rotated(run: Run) -> None:
    """Another secret of an expired key would not work: whoever asks for one is told what does."""
    run("key", "create", "lms", "--scope", "all")
    run("key", "limit", "lms", "--expires", "2020-01-01")
    assert "lrs key limit lms --expires" in run("key", "rotate", "lms", exits=1).stderr
    run("key", "limit", "lms", "--expires", "2999-12-31")
    assert run("key", "rotate", "lms").stdout.startswith("lms:lrs_secret_")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("LRS_PORT=99999", "write a whole number from 0 to 65535"),
        ("LRS_THREADS=0", "write a whole number of 1 at least"),
        ("LRS_PAGE=0", "of 1 at least"),
        ("LRS_MAX_STATEMENTS=0", "of 1 at least"),
        ("LRS_MAX_BODY=0", "of 1 at least"),
        ("LRS_PROXIES=one", "of 0 at least"),
        ("LRS_URL=lrs.example", "write it like https://lrs.example"),
        ("LRS_URL=https://lrs.example/a b", "write it like https://lrs.example"),
        ("LRS_ORIGINS=https://lms.example https://lms.example/", "write it as browsers do"),
        ("LRS_ORIGINS=https://lms.example:443", "no usual port"),
    ],
)
def test_a_setting_that_can_t_be(run: Run, setting: str, said: str) -> None:
    """A value with which the store would answer nobody, or nonsense, is refused with the way to
    write it."""
    name, _, value = setting.partition("=")
    told = run("key", "list", exits=2, **{name: value}).stderr
    assert f"Error: {name} " in told
    assert said in told


def test_settings_that_can_be(run: Run) -> None:
    """Bounds are values too."""
    good = {"LRS_PORT": "0", "LRS_PROXIES": "0", "LRS_URL": "http://[::1]:8080/lrs/"}
    run("key", "list", LRS_ORIGINS="* https://lms.example http://127.0.0.1:8500", **good)


def test_origins_are_written_as_browsers_write_them() -> None:
    """Scheme, host, and a port if it isn't the usual one."""
    for right in ("https://lms.example", "http://127.0.0.1:8500", "http://[::1]:443"):
        assert config.is_origin(right)
    for wrong in ("lms.example", "https://lms.example/", "https://LMS.example", "*", "null", ""):
        assert not config.is_origin(wrong)
    for usual in ("http://lms.example:80", "https://lms.example:443"):
        assert not config.is_origin(usual)


@pytest.mark.parametrize(
    ("words", "exits", "told"),
    [
        (("key", "create", "a:b", "--scope", "all"), 1, "can't be a key's name"),
        (("key", "create", "a"), 1, "--scope"),
        (("key", "create", "a", "--scope", "everything"), 2, "everything"),
        (("key", "create", "a", "--scope", "all", "--expires", "31.3.2027"), 2, "2027-03-31"),
        (("key", "create", "a", "--scope", "all", "--expires", "2026-01-01"), 2, "has gone by"),
        (("key", "create", "a", "--scope", "all", "--rate", "3"), 2, "--scope"),
        (("key", "create", "a", "--player"), 2, "--catalogue"),
        (("key", "create", "a", "--player", "--activity", "x:y", "--scope", "all"), 2, "leave out"),
        (
            ("key", "create", "a", "--player", "--activity", "x:y", "--origin", "lms"),
            1,
            "no origin",
        ),
        (("key", "create", "a", "--player", "--activity", "a b"), 1, "is no activity"),
        (("key", "limit", "administrator"), 2, "say what is to change"),
        (("serve", "--port", "99999"), 2, "0<=x<=65535"),
        (("serve", "--host", "nowhere.invalid"), 1, "can't be listened on: there is no such"),
        (("key", "revoke", "nobody"), 1, "lrs key list"),
        (("key", "rotate", "nobody"), 1, "lrs key list"),
        (("key", "limit", "nobody", "--rate", "3"), 1, "lrs key list"),
    ],
)
def test_what_can_t_be_done_is_said_in_a_line(
    run: Run, words: tuple[str, ...], exits: int, told: str
) -> None:
    """An error with a way out, and no traceback."""
    result = run(*words, exits=exits)
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_a_database_that_can_t_be_opened_is_said_in_a_line(run: Run) -> None:
    """Wherever it is meant to be."""
    for address in ("nonsense", "sqlite:////nowhere/at/all/lrs.db"):
        assert "error: " in run("key", "list", exits=1, LRS_DATABASE=address).stderr
    assert "LRS_ORIGINS" in run("key", "list", exits=2, LRS_ORIGIN="x").stderr


def test_an_export_goes_on_where_the_last_one_ended(
    run: Run, opened: Callable[[], Store], tmp_path: Path
) -> None:
    """Two exports one after the other hold what one of everything does."""
    out = tmp_path / "records.ndjson"
    run("key", "create", "a", "--scope", "all")
    following = run("export", "--out", str(out)).stdout.strip()
    first = out.read_text(encoding="utf-8")
    assert [json.loads(line)["head"]["name"] for line in first.splitlines()] == ["a"]
    run("key", "create", "b", "--scope", "all")
    run("export", "--after", following, "--out", str(out))
    second = out.read_text(encoding="utf-8")
    assert [json.loads(line)["head"]["name"] for line in second.splitlines()] == ["b"]
    run("export", "--out", str(out))
    assert out.read_text(encoding="utf-8") == first + second
    assert not list(tmp_path.glob(".*.part"))


def test_an_export_that_fails_leaves_what_was_there(
    run: Run, opened: Callable[[], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is whole or it isn't there: half an export is never taken for one."""
    out = tmp_path / "records.ndjson"
    out.write_text("before", encoding="utf-8")
    run("key", "create", "a", "--scope", "all")
    store = opened()

    def fails(*_: object) -> str:
        raise LrsError("the disk is full")

    monkeypatch.setattr(feed, "_line", fails)
    with pytest.raises(LrsError):
        feed.export(store, 0, out)
    assert out.read_text(encoding="utf-8") == "before"
    store.writer.close()


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_who_asks_is_told_by_proxies_of_ours_alone(proxies: int, told: str, address: str) -> None:
    """What stands left of what our proxies wrote, anybody can have written."""
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": told}
    assert admission.client(environ, proxies) == address


def test_keys_by_name_are_records(run: Run, opened: Callable[[], Store]) -> None:
    """Who could do what, and when, is in the log like everything else."""
    run("key", "create", "a", "--scope", "all")
    run("key", "revoke", "a")
    store = opened()
    with store.reading() as connection:
        lines = [json.loads(line) for _, line in feed.page(connection, 0, 10)]
    assert [json.loads(line["body"])["revoked"] for line in lines] == [False, True]
    assert {line["head"]["by"] for line in lines} == {"command line"}
    assert keys.first(store) is None
    store.writer.close()


def test_a_server_says_what_it_is(database: str) -> None:
    """Its first line in the log has the kind of database, the version, threads and port; a key is
    printed once; SIGTERM ends it well."""
    environment = {**os.environ, "LRS_DATABASE": database, "LRS_DURABLE": "no"}
    server = subprocess.Popen(
        [sys.executable, "-m", "lrs.cli", "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        env=environment,
    )
    try:
        assert server.stderr
        lines: list[str] = []
        while not lines or "listening" not in lines[-1]:
            lines.append(server.stderr.readline().decode())
            assert lines[-1], lines
        assert len([line for line in lines if "administrator:lrs_secret_" in line]) == 1
        told = json.loads(lines[-1])
        assert told["database"] == "sqlite"
        assert told["threads"] == Settings().threads
        assert told["version"] and told["python"]
        with urlopen(f"http://127.0.0.1:{told['port']}/readyz", timeout=10) as answer:
            assert json.load(answer) == {"status": "ready"}
    finally:
        server.terminate()
        rest = server.communicate(timeout=20)[1].decode()
    assert server.returncode == 0, rest
    assert "Traceback" not in rest
    (line,) = [json.loads(line) for line in rest.splitlines() if "/readyz" in line]
    assert (line["message"], line["status"], line["key"]) == ("GET /readyz", 200, None)

"""A start that cannot succeed ends with one sentence; one that does says so when it answers."""

import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from chassis.settings import Settings
from deploy import process
from deploy.__main__ import main
from deploy.process import migrate
from deploy.web import place_at, server
from tests.kit.blocking import blocking

GONE = "postgresql+asyncpg://postgres@127.0.0.1:1/alur_{service}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALUR_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


@pytest.mark.parametrize(
    ("command", "variable", "value", "said"),
    [
        ("up", "MODE", "both", "ALUR_MODE: Input should be 'embedded' or 'distributed'"),
        ("up", "DATABASE_URL", "mysql://secret@x", "ALUR_DATABASE_URL: Value error, should be"),
        ("up", "DATABASE_URL", "secret", "ALUR_DATABASE_URL: Value error, should be"),
        ("up", "AMQP_URL", "http://secret@x", "ALUR_AMQP_URL: Value error, should be"),
        ("up", "DATABASE_POOL", "0", "ALUR_DATABASE_POOL: Input should be greater than 0"),
        ("up", "LOG_LEVEL", "loud", "ALUR_LOG_LEVEL: Input should be"),
        ("up", "ROOM_URLS", "{secret", "room_urls"),
        ("up", "REGISTRATION_FAILURES", "few", "ALUR_REGISTRATION_FAILURES: Input should be"),
        ("up", "JWKS", "/nowhere/secret", "ALUR_JWKS leads to no public keys"),
        ("serve lab", "DATABASE_URL", GONE, "The database of lab cannot be used"),
        ("up --mode distributed", "DATABASE_URL", GONE.replace("{service}", "x"), "{service}"),
    ],
)
def test_a_mistake_in_the_settings_ends_the_start_with_a_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    variable: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(f"ALUR_{variable}", value)
    assert main([*command.split(), "--port", "0"]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "secret" not in shown
    assert len(shown.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["many", "-1", "70000"])
def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["up", f"--port={port}"])
    assert ended.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named_before_anything_is_made(
    capsys: pytest.CaptureFixture[str], folder: Path, taken: str, mode: str
) -> None:
    assert main(["up", "--mode", mode, "--port", taken]) == 2
    shown = capsys.readouterr()
    assert f"Nothing can listen on 127.0.0.1:{taken}" in shown.err
    assert "berjalan" not in shown.out
    assert not list(folder.glob("*.sqlite3"))


def test_a_fault_while_it_runs_tells_its_kind_and_place_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise LookupError("Zulfikarmarkah")

    monkeypatch.setattr(process, "prepare", fail)
    assert main(["up", "--mode", "embedded", "--port", "0"]) == 1
    shown = "".join(capsys.readouterr())
    assert "LookupError" in shown
    assert "Zulfikarmarkah" not in shown


async def test_it_says_where_it_listens_when_it_does() -> None:
    heard: list[bool] = []
    place = place_at("127.0.0.1", 0)

    def look() -> None:
        with socket.create_connection(place.getsockname(), timeout=1):
            heard.append(True)
        web.should_exit = True

    async def app(scope: object, receive: object, send: object) -> None:
        raise AssertionError("nobody asks")

    web = server(app, listening=look)  # type: ignore[arg-type]
    assert isinstance(web, uvicorn.Server)
    await web.serve([place])
    assert heard == [True]


def test_nobody_else_on_the_machine_reads_what_is_stored(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    old = folder / "lab.sqlite3"
    old.touch(mode=0o644)
    blocking(migrate(Settings(mode="embedded", data_dir=folder, _env_file=None)))
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert found.pop(folder.name) == 0o700
    assert set(found.values()) == {0o600}
    assert {"lab.sqlite3", "registration.sqlite3"} <= found.keys()

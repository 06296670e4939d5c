"""Accounts are made on the command line, and refused with a sentence."""

import asyncio
from pathlib import Path

import pytest

from chassis.settings import Settings
from deploy.__main__ import main
from deploy.process import migrate
from tests.kit.centre import run_centre


def make(*extra: str, username: str = "sari", name: str = "Bd. Sari") -> int:
    basic = ("account", username, "--name", name, "--role", "midwife")
    return main([*basic, "--mode", "embedded", *extra])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALUR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALUR_PASSWORD", "lebih-dari-sepuluh")
    return tmp_path


def test_an_account_is_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert make("--facility", "dharma_rini", "--unit", "anak") == 0
    assert make("--facility", "dharma_rini") == 2
    assert "is taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (("--facility", "nowhere"), "no such facility"),
        (("--facility", "dharma_rini", "--unit", "attic"), "no such unit"),
    ],
)
def test_what_does_not_exist_is_refused(
    capsys: pytest.CaptureFixture[str], extra: tuple[str, ...], said: str
) -> None:
    assert make(*extra) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("username", ["", "s", "sari;admin", "sari ayu", "sa\nri", "x" * 61])
def test_a_user_name_that_an_audit_entry_could_not_hold_is_refused(
    capsys: pytest.CaptureFixture[str], username: str
) -> None:
    assert make("--facility", "dharma_rini", username=username) == 2
    assert "a user name has" in capsys.readouterr().err


@pytest.mark.parametrize("name", [" ", "Bd.\nSari", "x" * 121])
def test_a_name_that_no_page_could_show_is_refused(name: str) -> None:
    assert make("--facility", "dharma_rini", name=name) == 2


def test_a_short_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALUR_PASSWORD", "pendek")
    assert make("--facility", "dharma_rini") == 2


def test_the_person_can_sign_in(folder: Path) -> None:
    async def sign_in() -> int:
        settings = Settings(mode="embedded", data_dir=folder, _env_file=None)
        await migrate(settings)
        async with run_centre(settings) as centre:
            who = {"username": "sari", "password": "lebih-dari-sepuluh"}
            answer = await centre.stranger().send("POST", "/registration/api/session", who)
            return answer.status

    assert make("--facility", "dharma_rini") == 0
    assert asyncio.run(sign_in()) == 200

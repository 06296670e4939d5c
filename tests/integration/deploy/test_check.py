"""The command: it waits until all is quiet, shows what it found, and its status says which."""

import asyncio
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis.settings import Settings
from chassis.tables import audit, inbox, outbox
from contracts.catalog import SERVICES
from deploy.__main__ import main
from deploy.check import check, prove
from tests.integration.deploy.damaged import Damaged
from tests.integration.deploy.plants.base import last_place
from tests.kit.centre import run_centre

pytestmark = pytest.mark.mode("embedded")


async def test_a_whole_centre_gives_status_0(
    damaged: Damaged, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(check, damaged.settings, 0.0) == 0
    assert "Every invariant holds." in capsys.readouterr().out


async def test_a_violation_gives_status_1_with_its_id_and_what_to_do(
    damaged: Damaged, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = await last_place(damaged)
    await damaged.unhandle("clinical", message.event_id)
    file = tmp_path / "result.json"

    status = await asyncio.to_thread(check, damaged.settings, 0.0, file)

    shown = capsys.readouterr().out
    assert status == 1
    assert f"clinical {message.event_id} {message.type} from registration" in shown
    assert "python -m deploy resend --lost" in shown
    result = json.loads(file.read_text())
    assert result["visits"] == {"opened": 6, "completed": 6}
    expected = result["events"].pop("expected_deliveries")
    assert result["events"].pop("handled") == expected - 1
    (produced,) = await damaged.one("lab", sa.select(sa.func.count()).select_from(outbox))
    assert result["events"].pop("produced") > produced
    assert result["events"] == {"lost": 1, "duplicated": 0, "parked": 0}
    assert [found["id"] for found in result["violations"]] == [str(message.event_id)]


async def test_many_ids_of_a_rule_are_counted_and_not_all_shown(
    damaged: Damaged, capsys: pytest.CaptureFixture[str]
) -> None:
    await damaged.run("clinical", sa.delete(inbox))

    assert await asyncio.to_thread(check, damaged.settings, 0.0) == 1
    assert "more (all of them with --json FILE)" in capsys.readouterr().out


async def test_the_check_waits_until_a_message_on_its_way_has_arrived(damaged: Damaged) -> None:
    message = await last_place(damaged)
    await damaged.unhandle("clinical", message.event_id)
    proof = asyncio.create_task(prove(damaged.settings, settle=30.0))
    await damaged.run("clinical", sa.insert(inbox).values(dict(message._mapping)))

    assert not (await proof).violations


async def test_a_centre_that_was_stopped_leaves_no_audit_entry_unlinked(
    settings: Settings,
) -> None:
    async with run_centre(settings) as centre:
        await centre.client("clerk")  # signing in is audited

    unlinked = sa.select(audit.c.id).where(audit.c.position.is_(None))
    for service in SERVICES:
        assert await Damaged(settings).rows(service, unlinked) == []


def test_a_missing_database_is_said_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(mode="embedded", data_dir=tmp_path / "nowhere", database_url=None)

    assert check(settings, 0.0) == 2
    assert "registration: no database" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


async def test_a_database_of_another_version_is_said(
    damaged: Damaged, capsys: pytest.CaptureFixture[str]
) -> None:
    await damaged.run("lab", "DROP TABLE lab_result", "DROP TABLE specimen", "DROP TABLE lab_order")

    assert await asyncio.to_thread(check, damaged.settings, 0.0) == 2
    assert "python -m deploy migrate" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--settle", "-1"],
        ["check", "--settle", "nan"],
        ["check", "--json", "/nowhere/at/all.json"],
    ],
    ids=" ".join,
)
def test_an_impossible_argument_is_said_before_anything_is_done(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert f"argument {arguments[1]}: " in capsys.readouterr().err

"""The simulator proves nothing about a centre that is not there, or is another one."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis.profiles import load
from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.__main__ import main
from deploy.check import opened
from deploy.simulate import Wish, simulate
from deploy.simulate.centre import NotThere, Running, free_ports
from deploy.simulate.ended import Ended
from services.registration.models import visit
from tests.integration.deploy.damaged import FACILITY, Damaged
from tests.kit.centre import Centre
from tests.kit.databases import copy_sqlite

pytestmark = pytest.mark.mode("embedded")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--json", "/nowhere/at/all.json"],
        ["--visits", "0"],
        ["--visits", "-3"],
        ["--concurrency", "0"],
        ["--patience", "nan"],
    ],
    ids=" ".join,
)
def test_an_impossible_argument_is_said_before_anything_is_started(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *arguments])

    assert ended.value.code == 2
    assert f"argument {arguments[0]}: " in capsys.readouterr().err


def test_an_address_where_nothing_answers_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_ports(1)}"

    assert main(["simulate", "--mode", "embedded", "--url", url]) == 2
    assert f"no centre answers at {url}: " in capsys.readouterr().err


async def test_databases_of_another_centre_prove_nothing(
    centre: Centre, sqlite_files: Path, tmp_path: Path
) -> None:
    copy_sqlite(sqlite_files, tmp_path / "other")
    other = Settings(mode="embedded", data_dir=tmp_path / "other", _env_file=None)
    running = Running(other, centre.address, dict.fromkeys(SERVICES, centre.address), 0, 0.0)
    facility = load(other.facilities_dir)[FACILITY]

    with pytest.raises(NotThere, match="ALUR_DATA_DIR"):
        await simulate(running, facility, Wish(visits=2, concurrency=2))


async def test_a_visit_that_did_not_end_is_named(damaged: Damaged) -> None:
    known = [row.id for row in await damaged.rows("registration", sa.select(visit.c.id))]
    waiting = sa.update(visit).where(visit.c.id == known[1]).values(state="waiting")
    await damaged.run("registration", waiting)
    ended, unknown = Ended(Running(damaged.settings, "", {}, 0, 0.0), lambda: None), uuid4()
    for number, visit_id in enumerate([*known[:2], unknown], 1):
        await ended.add(number, UUID(str(visit_id)))

    async with opened(damaged.settings) as databases:
        unfinished = await ended.unfinished(databases, 4)

    assert unfinished == [
        f"visit 2 of 4 ({known[1]}): waiting",
        f"visit 3 of 4 ({unknown}): in no database",
        "visit 4 of 4 (no id): never ended",
    ]

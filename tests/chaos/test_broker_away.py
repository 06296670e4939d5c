"""The broker away for a minute: rooms keep working, and afterwards all leaves in order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from chassis.settings import Settings
from chassis.tables import inbox, outbox
from deploy import check
from tests.kit import Centre, eventually
from tests.kit.centre import run_centre
from tests.kit.network import Cable, cable_to_broker, through_cable

AWAY = timedelta(seconds=60)


@pytest.fixture
async def cable(broker: str) -> AsyncIterator[Cable]:
    async with cable_to_broker(broker) as cable:
        yield cable


@pytest.fixture
async def centre(settings: Settings, cable: Cable, broker: str) -> AsyncIterator[Centre]:
    through = through_cable(broker, cable)
    async with run_centre(settings.model_copy(update={"amqp_url": through})) as running:
        yield running


async def register(centre: Centre, number: int) -> None:
    clerk = await centre.client("clerk")
    person = {
        "full_name": f"Pasien {number:04d}",
        "birth_date": "2025-09-14",
        "sex": "F",
        "nik_absent_reason": "Belum punya NIK",
    }
    await clerk.post("/registration/api/patients", person)


async def count(centre: Centre, service: str, what: sa.Select[int]) -> int:
    async with centre.house.service(service).database.reading() as connection:
        return int(await connection.scalar(what) or 0)


WAITING = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))
HANDLED = sa.select(sa.func.count()).select_from(inbox)


@pytest.mark.timeout(300)
@pytest.mark.mode("distributed")
async def test_rooms_work_on_and_the_outbox_drains_in_order(centre: Centre, cable: Cable) -> None:
    await register(centre, 0)
    before = await count(centre, "clinical", HANDLED)

    cable.pull()
    back = datetime.now(UTC) + AWAY
    registered = 0
    while datetime.now(UTC) < back:
        registered += 1
        await register(centre, registered)
        await asyncio.sleep(0.25)  # a clerk's pace, not a wait for something
    assert await count(centre, "registration", WAITING) >= registered
    cable.plug()

    async def all_arrived() -> bool:
        drained = await count(centre, "registration", WAITING) == 0
        return drained and await count(centre, "clinical", HANDLED) >= before + registered

    await eventually(all_arrived, timeout=90)
    report = await check.prove(centre.settings, 30)
    assert report.violations == []
    assert report.parked == []

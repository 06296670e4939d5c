"""Numbers of one counter for many at once: none twice, whoever fails, is cancelled or undone."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from chassis.database import Database
from chassis.prepared import counting
from chassis.work import Work
from contracts.envelope import Actor
from contracts.facility import Facility

metadata = sa.MetaData()
counter = sa.Table(
    "numbers",
    metadata,
    sa.Column("facility", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
COUNT = counting(counter, "facility", "name")


class Undone(Exception):
    """The work fails after it has its number."""


@pytest.fixture
async def house(database: Database) -> Database:
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    return database


@pytest.fixture
def centres(profiles: Mapping[str, Facility]) -> tuple[Facility, Facility]:
    return profiles["dharma_rini"], profiles["tarik2"]


async def take(
    house: Database, centre: Facility, *, begun: bool = False, fail: bool = False
) -> int:
    async with house.writing(at_once=begun) as connection:
        work = Work(house, connection, Actor("s1", "clerk", ""), centre, datetime.now(UTC))
        number = await work.number(COUNT, name="mrn")
        if fail:
            raise Undone
        return number


async def test_many_at_once_get_consecutive_numbers_and_each_centre_its_own(
    house: Database, centres: tuple[Facility, Facility]
) -> None:
    numbers = await asyncio.gather(*(take(house, centre) for centre in centres * 30))
    assert sorted(numbers[0::2]) == sorted(numbers[1::2]) == list(range(1, 31))


async def test_two_processes_never_get_the_same_number(
    house: Database, centres: tuple[Facility, Facility]
) -> None:
    other = Database(house.url)
    try:
        where = [house, other] * 30
        numbers = await asyncio.gather(*(take(each, centres[0]) for each in where))
    finally:
        await other.close()
    assert sorted(numbers) == list(range(1, 61))


async def test_work_that_fails_or_is_undone_leaves_nobody_with_its_number(
    house: Database, centres: tuple[Facility, Facility]
) -> None:
    kinds = [(False, False), (False, True), (True, False), (True, True)] * 10
    found = await asyncio.gather(
        *(take(house, centres[0], begun=begun, fail=fail) for begun, fail in kinds),
        return_exceptions=True,
    )
    numbers = [each for each in found if isinstance(each, int)]
    assert all(isinstance(each, int | Undone) for each in found)
    assert len(numbers) == len(set(numbers)) == 20


async def test_who_is_cancelled_while_waiting_holds_nobody_up(
    house: Database, centres: tuple[Facility, Facility]
) -> None:
    tasks = [asyncio.create_task(take(house, centres[0])) for _ in range(40)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    numbers = [each for each in found if isinstance(each, int)]
    assert len(numbers) >= 26
    assert len(numbers) == len(set(numbers))
    assert await take(house, centres[0]) > max(numbers)

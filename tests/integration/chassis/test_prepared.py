"""Prepared statements and put-off writes say the same as SQLAlchemy's own, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, InternalError

from chassis import driver
from chassis.database import Database, UtcDateTime
from chassis.errors import StaleVersion
from chassis.outbox import waiting
from chassis.prepared import Prepared, among, upsert
from chassis.work import Work
from contracts.envelope import Actor
from contracts.facility import Facility
from tests.kit.samples import lab_requested

metadata = sa.MetaData()
thing = sa.Table(
    "thing",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("facility", sa.String(40), nullable=False),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("born", sa.Date),
    sa.Column("at", UtcDateTime),
    sa.Column("weight", sa.Float),
    sa.Column("filed", sa.Boolean, nullable=False, default=False),
    sa.Column("tags", sa.JSON),
    sa.Column("version", sa.Integer, nullable=False, default=1),
)
ADD = Prepared(sa.insert(thing).inline())
ALL = Prepared(sa.select(thing).where(thing.c.facility == sa.bindparam("facility")))
NAMED = Prepared(sa.select(thing).where(among(thing.c.name, ["ani", "budi"])))
RENAME = Prepared(
    sa.update(thing)
    .where(thing.c.name == sa.bindparam("old"))
    .values(name=sa.bindparam("new"), version=thing.c.version + 1)
)
PUT = upsert(thing, "id", "name")
AT = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
async def house(database: Database) -> Database:
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    return database


@pytest.fixture
def dharma_rini(profiles: Mapping[str, Facility]) -> Facility:
    return profiles["dharma_rini"]


@asynccontextmanager
async def work_on(database: Database, facility: Facility) -> AsyncIterator[Work]:
    """As the HTTP edge does it: a transaction begins only where it is needed."""
    async with database.writing(at_once=False) as connection:
        work = Work(database, connection, Actor("s1", "midwife", "anak"), facility, AT)
        yield work
        await work.flush()


def ani(**changes: Any) -> dict[str, Any]:
    return {"id": uuid4(), "name": "ani"} | changes


async def rows(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return list(await connection.execute(sa.select(thing).order_by(thing.c.name)))


async def test_every_kind_of_value_comes_back_as_it_was(
    house: Database, dharma_rini: Facility
) -> None:
    jakarta = AT.astimezone(timezone(timedelta(hours=7)))
    row = ani(born=date(2025, 9, 1), at=jakarta, weight=8.4, filed=True, tags=["a", {"b": None}])
    async with work_on(house, dharma_rini) as work:
        assert (await work.run(ADD, **row)).rowcount == 1
        (found,) = await work.all(ALL)
    stored = {**row, "at": AT, "facility": "dharma_rini", "version": 1}
    assert dict(found._mapping) == stored
    assert [dict(each._mapping) for each in await rows(house)] == [stored]


async def test_what_is_not_given_is_null_or_the_default(
    house: Database, dharma_rini: Facility
) -> None:
    async with work_on(house, dharma_rini) as work:
        await work.run(ADD, **ani())
        found = await work.one(ALL)
    assert (found.born, found.at, found.tags, found.filed) == (None, None, None, False)


async def test_a_missing_value_is_said_and_a_superfluous_one_left_out(
    house: Database, dharma_rini: Facility
) -> None:
    async with work_on(house, dharma_rini) as work:
        with pytest.raises(TypeError, match="'new' is missing"):
            await work.run(RENAME, old="ani")
        assert (await work.run(RENAME, old="ani", new="budi", unknown=1)).rowcount == 0


async def test_an_upsert_keeps_what_it_does_not_name(
    house: Database, dharma_rini: Facility
) -> None:
    row = ani(facility="dharma_rini", weight=8.4)
    async with work_on(house, dharma_rini) as work:
        await work.run_many(PUT, [row, row | {"name": "budi", "weight": 9.0}])
        (found,) = await work.all(NAMED)
    assert (found.name, found.weight, found.version) == ("budi", 8.4, 2)


async def test_a_word_in_the_text_can_only_be_a_plain_word() -> None:
    with pytest.raises(ValueError, match="not a plain word"):
        among(thing.c.name, ["x' OR 1=1"])


async def test_errors_have_sqlalchemys_names_and_undo_the_transaction(
    house: Database, dharma_rini: Facility
) -> None:
    async def twice() -> None:
        async with work_on(house, dharma_rini) as work:
            await work.run(ADD, **ani())
            await work.run(ADD, **ani())

    with pytest.raises(IntegrityError):
        await twice()
    assert await rows(house) == []


async def test_a_put_off_write_is_seen_by_the_next_reading(
    house: Database, dharma_rini: Facility
) -> None:
    async with work_on(house, dharma_rini) as work:
        await work.later(ADD, **ani())
        await work.later(ADD, **ani(name="budi"))
        assert {each.name for each in await work.all(ALL)} == {"ani", "budi"}
        assert (await work.execute(sa.select(sa.func.count()).select_from(thing))).scalar() == 2


async def test_put_off_writes_and_events_are_committed_together(
    house: Database, dharma_rini: Facility
) -> None:
    first, second = ani(), ani(name="citra")
    async with work_on(house, dharma_rini) as work:
        await work.later(ADD, **first)
        await work.later(ADD, **second)
    async with work_on(house, dharma_rini) as work:
        old = await work.one(ALL)
        assert await work.save(thing, old, name="budi", weight=7.5) == 2
        await work.later(RENAME, old="citra", new="dewi")
        work.publish(lab_requested())
        work.audit("thing.save", old.id)
    assert [(each.name, each.version) for each in await rows(house)] == [("budi", 2), ("dewi", 2)]
    assert len(await waiting(house, 10)) == 1


async def test_a_stale_change_undoes_everything_that_went_with_it(
    house: Database, dharma_rini: Facility
) -> None:
    async with work_on(house, dharma_rini) as work:
        await work.later(ADD, **ani())
        old = await work.one(ALL)
        await work.save(thing, old, weight=8.0)

    async def too_late() -> None:
        async with work_on(house, dharma_rini) as work:
            await work.later(ADD, **ani(name="budi"))
            work.publish(lab_requested())
            await work.save(thing, old, weight=9.9)

    with pytest.raises(StaleVersion):
        await too_late()
    assert [(each.name, each.weight) for each in await rows(house)] == [("ani", 8.0)]
    assert await waiting(house, 10) == []


async def test_put_off_writes_that_may_meet_in_a_row_happen_one_after_the_other(
    house: Database, dharma_rini: Facility
) -> None:
    async with work_on(house, dharma_rini) as work:
        await work.later(ADD, **ani())
        await work.later(RENAME, old="ani", new="budi")
        await work.later(RENAME, old="budi", new="citra")
    assert [(each.name, each.version) for each in await rows(house)] == [("citra", 3)]


@pytest.mark.mode("distributed")
async def test_one_flush_needs_no_transaction_and_is_whole_or_not_at_all(
    house: Database, dharma_rini: Facility
) -> None:
    async with work_on(house, dharma_rini) as work:
        await work.later(ADD, **ani())

    async def change(weight: float, version: int) -> None:
        async with work_on(house, dharma_rini) as work:
            (old,) = await work.all(ALL)
            work.publish(lab_requested())
            seen = SimpleNamespace(id=old.id, version=version)
            await work.save(thing, seen, weight=weight)

    with patch.object(driver, "say", wraps=driver.say) as said:
        await change(8.0, version=1)
        with pytest.raises(StaleVersion):
            await change(9.9, version=1)
    assert said.await_count == 0
    assert [(each.weight, each.version) for each in await rows(house)] == [(8.0, 2)]
    assert len(await waiting(house, 10)) == 1


@pytest.mark.mode("distributed")
async def test_who_only_reads_cannot_begin_a_transaction(
    house: Database, dharma_rini: Facility
) -> None:
    async def reader() -> None:
        async with house.reading() as connection:
            work = Work(house, connection, Actor("s1", "midwife", "anak"), dharma_rini, AT)
            await work.run(ADD, **ani())

    with pytest.raises(RuntimeError, match="only reads"):
        await reader()
    assert await rows(house) == []


@pytest.mark.mode("distributed")
async def test_a_transaction_that_failed_silently_cannot_commit(
    house: Database, dharma_rini: Facility
) -> None:
    async def caught() -> None:
        async with house.writing() as connection:
            await ADD.run(connection, ani(facility="x"))
            with pytest.raises(IntegrityError):
                await ADD.run(connection, ani(facility="x"))

    with pytest.raises(InternalError, match="became ROLLBACK"):
        await caught()
    assert await rows(house) == []


@pytest.mark.mode("distributed")
async def test_who_is_cancelled_in_the_middle_leaves_no_open_transaction(
    house: Database, dharma_rini: Facility
) -> None:
    begun = asyncio.Event()

    async def stuck() -> None:
        async with house.writing() as connection:
            await ADD.run(connection, ani(facility="x"))
            begun.set()
            await connection.execute(sa.text("SELECT pg_sleep(30)"))

    task = asyncio.create_task(stuck())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with work_on(house, dharma_rini) as work:
        await work.run(ADD, **ani())
    assert [each.facility for each in await rows(house)] == ["dharma_rini"]


@pytest.mark.mode("distributed")
async def test_connections_the_server_closed_are_not_handed_out_again(house: Database) -> None:
    ended = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
        "pg_backend_pid() AND datname = current_database()"
    )
    async with house.reading() as one, house.reading() as other:
        await other.execute(sa.text("SELECT 1"))
        await one.execute(ended)
    for _ in range(4):
        async with house.reading() as connection:
            assert await connection.scalar(sa.text("SELECT 1")) == 1

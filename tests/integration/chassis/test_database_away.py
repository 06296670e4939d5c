"""A database that cannot be used is waited for, whatever the reason; a faulty statement is not."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError

from chassis import driver
from chassis.bus import InProcessBus
from chassis.database import Database, is_transient
from chassis.outbox import waiting
from chassis.relay import Relay
from tests.integration.chassis.conftest import Desk, Room, bodies
from tests.kit import eventually
from tests.kit.databases import Postgres


async def fails(database: Database, statement: str) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the question
        async with database.writing() as connection:
            await connection.execute(sa.text(statement))
    return caught.value


async def fails_prepared(database: Database, statement: str, *values: object) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - as above
        async with database.writing() as connection:
            await driver.fetch(connection, statement, values)
    return caught.value


@pytest.mark.parametrize("statement", ["selekt", "SELECT * FROM nowhere", "SELECT nothing"])
@pytest.mark.parametrize("run", [fails, fails_prepared])
async def test_a_faulty_statement_is_no_passing_fault(
    run: Callable[[Database, str], Awaitable[Exception]], statement: str, database: Database
) -> None:
    assert not is_transient(await run(database, statement))


@pytest.mark.mode("distributed")
async def test_nor_is_a_driver_that_is_called_wrongly(database: Database) -> None:
    assert not is_transient(await fails_prepared(database, "SELECT $1::int"))
    wrong = await fails_prepared(database, "SELECT $1::int", 2**40)
    assert isinstance(wrong, DataError)
    assert not is_transient(wrong)


@pytest.mark.mode("distributed")
@pytest.mark.parametrize(
    "change",
    [{"port": 5}, {"database": "alur_gone"}, {"username": "nobody"}, {"host": "nowhere.invalid"}],
    ids=["no server", "no database", "no role", "no host"],
)
async def test_a_server_that_does_not_let_us_in_is_waited_for(
    change: dict[str, Any], database: Database
) -> None:
    address = make_url(database.url).set(**change)
    other = Database(address.render_as_string(hide_password=False))
    assert is_transient(await fails(other, "SELECT 1"))
    assert not await other.is_up()
    await other.close()


@pytest.mark.mode("distributed")
@pytest.mark.parametrize("run", [fails, fails_prepared])
async def test_a_connection_that_is_cut_is_waited_for(
    run: Callable[[Database, str], Awaitable[Exception]], database: Database
) -> None:
    cut = "SELECT pg_terminate_backend(pg_backend_pid())"
    assert is_transient(await run(database, cut))
    assert await database.is_up()


@pytest.mark.mode("distributed")
async def test_a_cut_noticed_late_is_waited_for(database: Database) -> None:
    async with database.reading() as one:
        pid = await one.scalar(sa.text("SELECT pg_backend_pid()"))
        async with database.reading() as other:
            await other.execute(sa.text(f"SELECT pg_terminate_backend({pid})"))
        for _ in range(2):  # first the driver wonders, then it knows
            with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the question
                await driver.fetch(one, "SELECT 1", [])
            assert is_transient(caught.value)


@pytest.mark.mode("embedded")
@pytest.mark.parametrize("content", [None, b"no database" * 100], ids=["no folder", "damaged"])
async def test_a_file_that_cannot_be_opened_is_waited_for(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / ("folder/" if content is None else "") / "file.sqlite3"
    if content:
        file.write_bytes(content)
    other, threads = Database(f"sqlite+aiosqlite:///{file}"), {*threading.enumerate()}
    assert is_transient(await fails(other, "SELECT 1"))
    await other.close()

    async def none_is_left() -> bool:
        return {*threading.enumerate()} <= threads

    await eventually(none_is_left)


async def test_nothing_is_parked_because_the_database_takes_no_writes(
    database: Database, desk: Desk, room: Room
) -> None:
    good, bad = uuid4(), uuid4()
    room.refused.add(bad)
    await desk.publish(bad, good)
    sent = await bodies(database)
    async with read_only(database):
        arriving = asyncio.create_task(room.inbox.receive(sent))
        await asyncio.wait([arriving], timeout=1)
        assert not arriving.done()

    await asyncio.wait_for(arriving, 15)

    assert await room.effects() == [str(good)]
    assert await room.held() == [("parked", "conflict")]


@asynccontextmanager
async def read_only(database: Database) -> AsyncIterator[None]:
    """As a server that another one has taken over from, or a disk that has become read-only."""
    await _allow(database, writing=False)
    yield
    await _allow(database, writing=True)


async def _allow(database: Database, *, writing: bool) -> None:
    if database.is_sqlite:
        async with database.writer.connect() as connection:
            await connection.get_raw_connection()
            driver.driver_of(connection).file.execute(f"PRAGMA query_only = {not writing}")
        return
    address, _, name = database.url.rpartition("/")
    mode = "off" if writing else "on"
    await Postgres(f"{address}/").run_async(
        f"ALTER DATABASE {name} SET default_transaction_read_only = {mode}",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND {not writing}",
    )


@pytest.mark.mode("embedded")
async def test_a_lock_of_another_program_holds_up_nobody_but_the_writer(
    database: Database, desk: Desk, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "plumbing.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    writing = asyncio.create_task(desk.publish(uuid4()))
    await asyncio.wait([writing], timeout=0.2)
    assert await database.is_up()
    assert not writing.done()
    other.execute("ROLLBACK")

    await asyncio.wait_for(writing, 5)
    other.close()


@pytest.mark.mode("distributed")
async def test_the_smallest_pool_is_enough_for_a_relay_and_the_rest(
    database: Database, desk: Desk
) -> None:
    async def take(bodies: Sequence[bytes]) -> None:
        assert await small.is_up()

    small, bus = Database(database.url, pool=1), InProcessBus()
    for service in ("lab", "registration"):
        await bus.subscribe(service, take)
    await desk.publish(uuid4())
    relay = asyncio.create_task(Relay("clinical", small, bus).run())

    async def all_gone() -> bool:
        return not await waiting(database, 1)

    await eventually(all_gone)
    relay.cancel()
    await asyncio.wait([relay])
    await bus.stop()
    await small.close()

"""The audit chain: entries are linked after their commit, and no change to them goes unseen."""

import asyncio
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.audit import BATCH, broken_links, link, seal_once
from chassis.database import Database
from chassis.tables import audit
from tests.integration.chassis.conftest import Desk


async def written(desk: Desk, count: int) -> None:
    """So many commands, each with one audit entry, all linked."""
    for _ in range(count):
        await desk.publish(uuid4())
    while await seal_once(desk.database):
        pass


async def execute(database: Database, statement: sa.Executable) -> None:
    async with database.writing() as connection:
        await connection.execute(statement)


async def test_a_whole_chain_has_no_broken_link(database: Database, desk: Desk) -> None:
    await written(desk, 5)
    assert await broken_links(database) == []
    await written(desk, 3)
    assert await broken_links(database) == []
    async with database.reading() as connection:
        positions = sa.select(audit.c.position).order_by(audit.c.position)
        assert list(await connection.scalars(positions)) == list(range(1, 9))


async def test_what_is_not_linked_yet_breaks_nothing(database: Database, desk: Desk) -> None:
    await written(desk, 2)
    await desk.publish(uuid4())
    assert await broken_links(database) == []
    assert await seal_once(database) == 1
    assert await seal_once(database) == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "budi;doctor;*"),
        ("action", "lab.cancel"),
        ("subject", "another"),
        ("facility", "tarik2"),
        ("detail", "nothing to see"),
        ("visit_id", uuid4()),
        ("hash", "0" * 64),
    ],
)
async def test_a_changed_entry_is_found(
    database: Database, desk: Desk, column: str, value: object
) -> None:
    await written(desk, 5)
    await execute(database, audit.update().where(audit.c.position == 3).values({column: value}))
    assert 3 in await broken_links(database)


async def test_a_changed_entry_is_found_also_where_its_own_hash_was_made_anew(
    database: Database, desk: Desk
) -> None:
    await written(desk, 5)
    third = audit.c.position == 3
    await execute(database, audit.update().where(third).values(actor="budi;doctor;*"))
    async with database.reading() as connection:
        before = await connection.scalar(sa.select(audit.c.hash).where(audit.c.position == 2))
        row = (await connection.execute(sa.select(audit).where(third))).one()
    forged = link(str(before), row)
    await execute(database, audit.update().where(third).values(hash=forged))
    assert await broken_links(database) == [4]


async def test_a_removed_entry_is_found(database: Database, desk: Desk) -> None:
    await written(desk, 5)
    await execute(database, audit.delete().where(audit.c.position == 3))
    assert await broken_links(database) == [4]


async def test_a_removed_first_entry_is_found(database: Database, desk: Desk) -> None:
    await written(desk, 3)
    await execute(database, audit.delete().where(audit.c.position == 1))
    assert 2 in await broken_links(database)


async def test_an_inserted_entry_is_found(database: Database, desk: Desk) -> None:
    await written(desk, 4)
    async with database.reading() as connection:
        row = (await connection.execute(sa.select(audit).where(audit.c.position == 2))).one()
    copied = {key: value for key, value in row._mapping.items() if key != "id"}
    moved = audit.update().where(audit.c.position == sa.bindparam("old"))
    async with database.writing() as connection:
        for old in (4, 3):
            await connection.execute(moved.values(position=old + 1), {"old": old})
        await connection.execute(audit.insert().values(copied | {"position": 3}))
    assert 3 in await broken_links(database)


async def test_two_entries_that_changed_places_are_found(database: Database, desk: Desk) -> None:
    await written(desk, 4)
    place = audit.update().where(audit.c.position == sa.bindparam("old"))
    async with database.writing() as connection:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            await connection.execute(place.values(position=new), {"old": old})
    assert {2, 3} <= set(await broken_links(database))


async def test_many_writers_and_two_sealers_make_one_chain(database: Database, desk: Desk) -> None:
    async def seal() -> None:
        for _ in range(6):
            await seal_once(database)

    writers = (desk.publish(uuid4()) for _ in range(40))
    await asyncio.gather(*writers, seal(), seal())
    while await seal_once(database):
        pass
    assert await broken_links(database) == []
    async with database.reading() as connection:
        assert await connection.scalar(sa.select(sa.func.max(audit.c.position))) == 40


async def test_more_than_one_batch_is_linked_in_turn(database: Database, desk: Desk) -> None:
    entry = {"facility": "tarik2", "actor": "a;b;c", "action": "x", "subject": "y", "detail": ""}
    await desk.publish(uuid4())
    async with database.writing() as connection:
        row = (await connection.execute(sa.select(audit.c.at))).one()
        await connection.execute(audit.insert(), [entry | {"at": row.at}] * BATCH)
    assert [await seal_once(database) for _ in range(3)] == [BATCH, 1, 0]
    assert await broken_links(database) == []

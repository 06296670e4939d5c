"""Each event takes effect once, and a bad message costs only itself."""

import asyncio
import json
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from chassis.database import Database
from chassis.errors import StaleVersion
from chassis.tables import inbox, parked
from tests.integration.chassis.conftest import Desk, Room, bodies


async def test_a_message_delivered_twice_takes_effect_once(
    database: Database, desk: Desk, room: Room
) -> None:
    await desk.publish(uuid4(), uuid4())
    sent = await bodies(database)

    await room.inbox.receive([*sent, *sent])
    await room.inbox.receive(sent)

    assert len(await room.effects()) == 2
    assert len(await room.rows(inbox)) == 2


async def test_messages_that_arrive_out_of_order_are_handled_in_order(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    await desk.publish(order, order, order)
    sent = await bodies(database)

    await room.inbox.receive([sent[2], sent[0], sent[1]])

    assert [row.sequence for row in await room.rows(inbox)] == [1, 2, 3]


async def test_they_are_so_also_beside_a_bad_message(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    await desk.publish(order, order)
    first, second = await bodies(database)

    await room.inbox.receive([second, b"bad", first])

    assert [row.sequence for row in await room.rows(inbox)] == [1, 2]


async def test_an_earlier_message_that_comes_late_does_not_wait_behind_later_ones(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    await desk.publish(order, order, order)
    first, second, third = await bodies(database)
    room.refused.add(order)
    await room.inbox.receive([second])
    room.refused.clear()

    await room.inbox.receive([third])
    await room.inbox.receive([first])

    assert [row.sequence for row in await room.rows(inbox)] == [1]
    assert [row.sequence for row in await room.rows(parked)] == [2, 3]


async def test_one_refused_message_parks_alone(database: Database, desk: Desk, room: Room) -> None:
    bad, good = uuid4(), uuid4()
    room.refused.add(bad)
    await desk.publish(good, bad)
    await desk.publish(bad)
    await desk.publish(uuid4())

    await room.inbox.receive(await bodies(database))

    assert len(await room.effects()) == 2
    held = await room.rows(parked)
    assert [row.code for row in held] == ["conflict", "behind"]
    assert held[0].cause == "Permintaan ini tidak dapat diterima"


async def test_later_messages_of_a_parked_key_park_behind_it(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order)
    await room.inbox.receive(await bodies(database))
    room.refused.clear()
    await desk.publish(order)

    await room.inbox.receive(await bodies(database))

    assert [row.code for row in await room.rows(parked)] == ["conflict", "behind"]
    assert await room.effects() == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff\x00 not json", "CloudEvents"),
        (b'{"specversion":"1.0"}', "CloudEvents"),
        (b"[]", "CloudEvents"),
    ],
)
async def test_what_cannot_be_read_is_parked_and_blocks_nobody(
    database: Database, desk: Desk, room: Room, body: bytes, said: str
) -> None:
    await desk.publish(uuid4())

    await room.inbox.receive([body, *await bodies(database), body])

    (held,) = await room.rows(parked)
    assert said in held.cause
    assert len(await room.effects()) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"facility":"dharma_rini"', b'"facility":"nowhere"', "Puskesmas"),
        (b'"priority":"routine"', b'"priority":"whenever"', "priority: enum"),
        (b"clinical.lab.requested.v1", b"clinical.lab.invented.v1", "Jenis pesan"),
    ],
)
async def test_an_illegal_event_is_parked_with_its_cause(
    database: Database, desk: Desk, room: Room, old: bytes, new: bytes, said: str
) -> None:
    await desk.publish(uuid4())
    (body,) = await bodies(database)

    await room.inbox.receive([body.replace(old, new)])

    (held,) = await room.rows(parked)
    assert said in held.cause
    assert await room.effects() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "clinical.lab.requested.v1" + "x" * 100),
        ("type", "clinical.lab\0requested.v1"),
        ("source", "/alur/cli\0nical"),
        ("partitionkey", "k" * 300),
        ("partitionkey", "a\0b"),
        ("facility", "no\0where"),
        ("correlationid", "c" * 300),
        ("actor", "a\0;b;c"),
        ("data", {"clinical_note": "a\0b"}),
        ("data", ["\0"]),
        ("a_field_of_next_year", "\0"),
    ],
)
async def test_what_cannot_even_be_stored_as_it_is_is_parked_and_blocks_nobody(
    name: str, value: object, database: Database, desk: Desk, room: Room
) -> None:
    await desk.publish(uuid4(), uuid4())
    good, bad = await bodies(database)
    strange = json.dumps(json.loads(bad) | {name: value}).encode()

    await asyncio.wait_for(room.inbox.receive([strange, good, strange]), 10)

    assert await room.held() == [("parked", "invalid")]
    assert len(await room.effects()) == 1
    (row,) = await room.rows(parked)
    assert json.loads(row.body)[name] == value, "the body stays whole"


async def test_a_passing_fault_is_tried_again_and_not_parked(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    away = OperationalError("select 1", {}, ConnectionError("away"))
    room.failing[order] = [away, away, away, away]
    await desk.publish(order)

    await room.inbox.receive(await bodies(database))

    assert await room.effects() == [str(order)]
    assert await room.rows(parked) == []


async def test_a_lasting_fault_is_parked_after_some_tries(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.failing[order] = [KeyError("bug") for _ in range(9)]
    await desk.publish(order)

    await room.inbox.receive(await bodies(database))

    (held,) = await room.rows(parked)
    assert held.code == "unexpected"
    assert held.cause == "KeyError", "the message of a fault may quote a name"


async def test_a_race_with_another_writer_is_run_again(desk: Desk, room: Room) -> None:
    order = uuid4()
    room.failing[order] = [StaleVersion(), StaleVersion()]
    await desk.publish(order)

    await room.receive_all()

    assert await room.effects() == [str(order)]
    assert await room.held() == []


async def test_a_race_that_is_lost_every_time_is_parked(desk: Desk, room: Room) -> None:
    order = uuid4()
    room.failing[order] = [StaleVersion() for _ in range(9)]
    await desk.publish(order)

    await room.receive_all()

    assert await room.held() == [("parked", "stale_version")]

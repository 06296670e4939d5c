"""People mend or discard what was parked, and what stands behind it follows in its order."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis import replay
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from chassis.tables import audit, parked
from contracts.facility import Facility
from tests.integration.chassis.conftest import PERSON, Desk, Room, bodies


async def test_replay_handles_a_message_and_those_behind_it(desk: Desk, room: Room) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order, order)
    await room.receive_all()
    first, second = await room.rows(parked)
    with pytest.raises(Conflict):
        await room.replay(second.event_id)
    with pytest.raises(replay.StillHeld):
        await room.replay(first.event_id)
    room.refused.clear()

    await room.replay(first.event_id)

    assert await room.effects() == [str(order), str(order)]
    assert {row.state for row in await room.rows(parked)} == {"replayed"}
    assert [r.action for r in await room.rows(audit)].count("message.replayed") == 2


async def test_a_decision_taken_twice_is_one_and_another_one_comes_too_late(
    desk: Desk, room: Room
) -> None:
    room.refused |= {one := uuid4(), two := uuid4()}
    await desk.publish(one, two)
    await room.receive_all()
    room.refused.clear()
    replayed, discarded = (row.event_id for row in await room.rows(parked))

    for _ in range(2):
        await room.replay(replayed)
        await room.discard(discarded)

    assert await room.effects() == [str(one)]
    for decide, late in ((room.discard, replayed), (room.replay, discarded)):
        with pytest.raises(NotFound):
            await decide(late)


async def test_discard_needs_a_person_and_frees_those_behind(desk: Desk, room: Room) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order, order)
    await room.receive_all()
    room.refused.clear()
    first = (await room.rows(parked))[0]

    await room.discard(first.event_id, "uji coba, bukan pasien")

    assert await room.effects() == [str(order)]
    states = [row.state for row in await room.rows(parked)]
    assert states == ["discarded", "replayed"]


async def test_those_behind_wait_again_behind_the_next_that_cannot_be_handled(
    desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order, order, order)
    await room.receive_all()
    first = (await room.rows(parked))[0]

    await room.discard(first.event_id)

    conflict, behind = ("parked", "conflict"), ("parked", "behind")
    assert await room.held() == [("discarded", "conflict"), conflict, behind]


async def test_to_discard_one_in_the_middle_does_not_touch_the_head(desk: Desk, room: Room) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order, order)
    await room.receive_all()
    room.refused.clear()
    second = (await room.rows(parked))[1]

    await room.discard(second.event_id)

    assert await room.held() == [("parked", "conflict"), ("discarded", "behind")]
    assert await room.effects() == []


async def test_a_parked_message_delivered_again_changes_nothing(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order)
    await room.receive_all()
    (row,) = await room.rows(parked)
    await room.discard(row.event_id, "tidak berlaku")
    room.refused.clear()

    await room.receive_all()

    assert await room.effects() == []


async def test_another_centre_decides_nothing_here(desk: Desk, room: Room) -> None:
    room.refused.add(order := uuid4())
    await desk.publish(order)
    await room.receive_all()
    (row,) = await room.rows(parked)

    for decide in (room.replay, room.discard):
        with pytest.raises(NotFound):
            await decide(row.event_id, facility="tarik2")

    assert await room.held() == [("parked", "conflict")]


@pytest.mark.parametrize("centre", [b'"facility":"nowhere"', b'"facility":1'])
async def test_what_names_no_centre_is_for_whoever_finds_it(
    centre: bytes, database: Database, desk: Desk, room: Room
) -> None:
    await desk.publish(uuid4())
    (body,) = await bodies(database)
    await room.inbox.receive([body.replace(b'"facility":"dharma_rini"', centre)])
    (row,) = await room.rows(parked)

    await room.discard(row.event_id, facility="tarik2")

    assert await room.held() == [("discarded", "invalid")]


async def test_what_was_left_behind_by_a_process_that_died_is_found(
    database: Database, desk: Desk, room: Room, profiles: Mapping[str, Facility]
) -> None:
    room.refused |= {one := uuid4(), two := uuid4()}
    await desk.publish(one, one, one, two, two)
    await room.receive_all()
    room.refused.clear()
    first = (await room.rows(parked))[0]
    gone = sa.update(parked).where(parked.c.position == first.position).values(state="discarded")
    async with database.writing() as connection:
        await connection.execute(gone)

    await replay.resume(Room(database, profiles).inbox, PERSON)

    assert await room.effects() == [str(one), str(one)]
    states = [row.state for row in await room.rows(parked)]
    assert states == ["discarded", "replayed", "replayed", "parked", "parked"]

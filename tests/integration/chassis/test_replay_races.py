"""Whoever replays while more arrives, in whatever process: nothing stays behind, and in order."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from chassis.database import Database
from chassis.errors import NotFound
from chassis.tables import inbox, parked
from contracts.facility import Facility
from tests.integration.chassis.conftest import Desk, Room, bodies

ROUNDS = 40
Pause = Callable[[], Awaitable[None]]


@pytest.fixture
async def pages(database: Database, profiles: Mapping[str, Facility]) -> AsyncIterator[Room]:
    """The same room in another process, which only serves pages."""
    other = Database(database.url, pool=4)
    yield Room(other, profiles)
    await other.close()


@dataclass
class Meeting:
    """An order whose first message is parked; its next ones arrive beside one of another order."""

    order: UUID
    other: UUID
    first: UUID
    second: bytes
    third: bytes
    beside: bytes

    async def ended_well(self, room: Room) -> bool:
        handled = [row for row in await room.rows(inbox) if row.partitionkey == str(self.order)]
        held = [row for row in await room.rows(parked) if row.state == "parked"]
        return [row.sequence for row in handled] == [1, 2, 3] and not held


async def meeting(room: Room, desk: Desk) -> Meeting:
    order, other = uuid4(), uuid4()
    room.refused.add(order)
    await desk.publish(order, order, order, other)
    first, *later = (await bodies(room.database))[-4:]
    await room.inbox.receive([first])
    room.refused.clear()
    return Meeting(order, other, (await room.rows(parked))[-1].event_id, *later)


async def test_what_is_about_to_wait_behind_a_message_is_seen_by_its_replay(
    desk: Desk, room: Room, pages: Room
) -> None:
    this, gate = await meeting(room, desk), asyncio.Event()
    room.gates[this.other] = gate.wait

    arriving = asyncio.create_task(room.inbox.receive([this.second, this.third, this.beside]))
    await room.busy.wait()
    replaying = asyncio.create_task(pages.replay(this.first))
    await asyncio.wait([replaying], timeout=0.2)
    gate.set()
    await asyncio.gather(arriving, replaying)

    assert await this.ended_well(room)


async def test_what_arrives_during_a_replay_comes_after_it(
    desk: Desk, room: Room, pages: Room
) -> None:
    this, gate = await meeting(room, desk), asyncio.Event()
    pages.gates[this.order] = gate.wait

    replaying = asyncio.create_task(pages.replay(this.first))
    await pages.busy.wait()
    arriving = asyncio.create_task(room.inbox.receive([this.second, this.third]))
    await asyncio.wait([arriving], timeout=0.2)
    gate.set()
    await asyncio.gather(arriving, replaying)

    assert await this.ended_well(room)


async def test_any_meeting_of_replays_and_arrivals_ends_well(
    desk: Desk, room: Room, pages: Room
) -> None:
    for seed in range(ROUNDS):
        this, chance = await meeting(room, desk), random.Random(seed)

        async def pause(chance: random.Random = chance) -> None:
            await asyncio.sleep(chance.random() * 0.01)

        async def press(event_id: UUID = this.first, pause: Pause = pause) -> None:
            await pause()
            with suppress(NotFound):  # two people press at once
                await pages.replay(event_id)

        room.gates = pages.gates = {this.order: pause, this.other: pause}
        pressing = asyncio.gather(press(), press())
        await pause()
        await room.inbox.receive([this.second, this.beside])
        await room.inbox.receive([this.third])
        await pressing

        assert await this.ended_well(room), seed

"""Each event takes effect once; a bad message costs only itself; people can mend or discard it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from chassis import replay
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from chassis.inbox import Handlers, Inbox
from chassis.outbox import waiting
from chassis.tables import audit, inbox, parked
from chassis.work import Work
from contracts.clinical import LabRequestedV1
from contracts.envelope import Actor
from contracts.facility import Facility
from tests.integration.chassis.conftest import Desk

PERSON = Actor("s9", "admin", "*")


class Room:
    """A service that keeps orders; some orders are refused or fail."""

    def __init__(self, database: Database, profiles: Mapping[str, Facility]) -> None:
        self.database = database
        self.handled: list[UUID] = []
        self.refused: set[UUID] = set()
        self.failing: dict[UUID, list[Exception]] = {}
        handlers = Handlers()
        handlers.on(LabRequestedV1)(self._take)
        self.inbox = Inbox("lab", database, profiles, handlers, lambda pending: None)

    async def _take(self, work: Work, event: LabRequestedV1) -> None:
        if event.order_id in self.refused:
            raise Conflict("Permintaan ini tidak dapat diterima")
        if faults := self.failing.get(event.order_id):
            raise faults.pop()
        work.audit("order.take", event.order_id)
        self.handled.append(event.order_id)

    async def rows(self, table: sa.Table) -> Sequence[Any]:
        async with self.database.reading() as connection:
            return (await connection.execute(sa.select(table))).all()

    async def effects(self) -> list[str]:
        """What stands committed, in order."""
        return [row.subject for row in await self.rows(audit) if row.action == "order.take"]


@pytest.fixture
def room(database: Database, profiles: Mapping[str, Facility]) -> Room:
    return Room(database, profiles)


async def bodies(database: Database) -> list[bytes]:
    return [message.body for message in await waiting(database, 1000)]


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


async def test_replay_handles_a_message_and_those_behind_it(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order, order)
    await room.inbox.receive(await bodies(database))
    first, second = await room.rows(parked)
    with pytest.raises(Conflict):
        await replay.replay(room.inbox, second.event_id, PERSON)
    with pytest.raises(Conflict):
        await replay.replay(room.inbox, first.event_id, PERSON)
    room.refused.clear()

    assert await replay.replay(room.inbox, first.event_id, PERSON) == 2

    assert await room.effects() == [str(order), str(order)]
    assert {row.state for row in await room.rows(parked)} == {"replayed"}
    assert [r.action for r in await room.rows(audit)].count("message.replayed") == 2
    with pytest.raises(NotFound):
        await replay.replay(room.inbox, first.event_id, PERSON)


async def test_discard_needs_a_person_and_frees_those_behind(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order, order)
    await room.inbox.receive(await bodies(database))
    room.refused.clear()
    first = (await room.rows(parked))[0]

    await replay.discard(room.inbox, first.event_id, PERSON, "uji coba, bukan pasien")

    assert await room.effects() == [str(order)]
    states = [row.state for row in await room.rows(parked)]
    assert states == ["discarded", "replayed"]


async def test_a_parked_message_delivered_again_changes_nothing(
    database: Database, desk: Desk, room: Room
) -> None:
    order = uuid4()
    room.refused.add(order)
    await desk.publish(order)
    sent = await bodies(database)
    await room.inbox.receive(sent)
    (row,) = await room.rows(parked)
    await replay.discard(room.inbox, row.event_id, PERSON, "tidak berlaku")
    room.refused.clear()

    await room.inbox.receive(sent)

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

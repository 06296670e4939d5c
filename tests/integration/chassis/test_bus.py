"""What every bus must keep, held against both adapters: order, batches, refusal, redelivery."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiormq.exceptions import PublishError

from chassis.bus import Bus, InProcessBus, Unroutable
from chassis.database import Database
from chassis.outbox import Message, mark_published, waiting
from chassis.relay import Relay
from chassis.tables import outbox
from tests.integration.chassis.conftest import Desk
from tests.kit import eventually
from tests.kit.rabbit import remove_namespace


@pytest.fixture
async def bus(mode: str, request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    if mode == "embedded":
        inside = InProcessBus()
        yield inside
        await inside.stop()
        return
    from chassis.rabbit import RabbitBus

    url, namespace = request.getfixturevalue("broker"), f"alur_test_{uuid4().hex[:10]}"
    rabbit = RabbitBus(url, namespace)
    await rabbit.start(())
    try:
        yield rabbit
    finally:
        await rabbit.stop()
        await remove_namespace(url, namespace)


class Consumer:
    """Keeps what it received; fails the first `failures` batches."""

    def __init__(self, failures: int = 0) -> None:
        self.bodies: list[bytes] = []
        self.batches = 0
        self.open = asyncio.Event()
        self.open.set()
        self._failures = failures

    async def receive(self, bodies: Sequence[bytes]) -> None:
        self.batches += 1
        await self.open.wait()
        if self._failures:
            self._failures -= 1
            raise ConnectionError("the consumer's database is away")
        self.bodies.extend(bodies)

    async def has(self, count: int) -> bool:
        return len(self.bodies) >= count


async def both(bus: Bus, *, failures: int = 0) -> tuple[Consumer, Consumer]:
    """The two consumers that the catalogue lists for a lab request."""
    lab, registration = Consumer(failures), Consumer()
    await bus.subscribe("lab", lab.receive)
    await bus.subscribe("registration", registration.receive)
    return lab, registration


async def drain_once(relay: Relay) -> int:
    """One batch, noted at once; returns how many messages were confirmed."""
    confirmed = await relay.drain([])
    await mark_published(relay.database, confirmed)
    return len(confirmed)


async def unpublished(database: Database) -> list[Message]:
    return await waiting(database, 1000)


async def test_messages_of_one_key_arrive_in_order(
    database: Database, desk: Desk, bus: Bus
) -> None:
    lab, registration = await both(bus)
    order = uuid4()
    for _ in range(20):
        await desk.publish(order)
    bodies = [message.body for message in await unpublished(database)]

    await drain_once(Relay("clinical", database, bus))

    await eventually(lambda: lab.has(20))
    await eventually(lambda: registration.has(20))
    assert lab.bodies == bodies
    assert registration.bodies == bodies
    assert await unpublished(database) == []


async def test_what_has_piled_up_arrives_in_few_batches(
    database: Database, desk: Desk, bus: Bus
) -> None:
    lab, registration = await both(bus)
    lab.open.clear()
    await desk.publish(*[uuid4() for _ in range(150)])

    draining = asyncio.create_task(drain_once(Relay("clinical", database, bus)))
    await eventually(lambda: registration.has(150))
    lab.open.set()

    await draining
    await eventually(lambda: lab.has(150))
    assert lab.batches <= 5


async def test_a_message_nobody_takes_stays_and_others_flow(
    database: Database, desk: Desk, bus: Bus
) -> None:
    await desk.publish(uuid4())
    relay = Relay("clinical", database, bus)

    assert await drain_once(relay) == 0
    assert len(await unpublished(database)) == 1
    lab, _ = await both(bus)
    await desk.publish(uuid4())
    assert await drain_once(relay) == 1
    await eventually(lambda: lab.has(1))
    await eventually(lambda: _drained(relay, database))
    await eventually(lambda: lab.has(2))


async def _drained(relay: Relay, database: Database) -> bool:
    await drain_once(relay)
    return not await unpublished(database)


async def test_a_consumer_that_fails_gets_the_message_again(
    database: Database, desk: Desk, bus: Bus
) -> None:
    lab, _ = await both(bus, failures=2)
    (event_id,) = await desk.publish(uuid4())
    relay = Relay("clinical", database, bus)

    await eventually(lambda: _drained(relay, database))

    await eventually(lambda: lab.has(1))
    assert str(event_id).encode() in lab.bodies[-1]


async def test_what_could_not_be_made_safe_is_not_overtaken(
    database: Database, desk: Desk, bus: Bus
) -> None:
    lab, _ = await both(bus, failures=2)
    await desk.publish(*[uuid4() for _ in range(150)])
    sent = [message.body for message in await unpublished(database)]

    draining = asyncio.create_task(drain_once(Relay("clinical", database, bus)))

    await eventually(lambda: lab.has(150))
    assert await draining == 150
    assert lab.bodies == sent


async def test_an_event_that_only_a_newer_version_knows_holds_up_its_own_key_alone(
    database: Database, desk: Desk, bus: Bus
) -> None:
    lab, _ = await both(bus)
    order, other = uuid4(), uuid4()
    await desk.publish(order, order, other)
    newer = sa.update(outbox).where(outbox.c.partitionkey == str(order), outbox.c.sequence == 1)
    async with database.writing() as connection:
        await connection.execute(newer.values(type="clinical.newer.thing.v1"))
    relay = Relay("clinical", database, bus)

    assert await drain_once(relay) == 1
    await desk.publish(order, other)
    assert await drain_once(relay) == 1

    await eventually(lambda: lab.has(2))
    assert all(str(other).encode() in body for body in lab.bodies)
    assert len(await unpublished(database)) == 3


async def test_an_unroutable_message_is_an_error_not_a_success(
    database: Database, desk: Desk, bus: Bus
) -> None:
    await desk.publish(uuid4())
    (message,) = await unpublished(database)

    with pytest.raises((Unroutable, PublishError)):
        await bus.publish(message)


async def test_a_message_without_consumers_leaves_at_once(
    database: Database, desk: Desk, bus: Bus
) -> None:
    await desk.publish(uuid4())
    (message,) = await unpublished(database)
    nobody = Message(**{**message.__dict__, "consumers": ()})

    await asyncio.wait_for(bus.publish(nobody), 5)


async def test_the_healthy_bus_says_so_and_whether_a_service_takes_its_messages(bus: Bus) -> None:
    assert await bus.healthy()
    assert not await bus.consumes("lab")
    await bus.subscribe("lab", Consumer().receive)
    assert await bus.consumes("lab")
    assert not await bus.consumes("clinical")

"""The broker's definitions on a real RabbitMQ: what a service may do, and what it may not."""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelAccessRefused
from yarl import URL

from chassis.bus import Bus
from chassis.outbox import Message
from chassis.rabbit import RabbitBus
from chassis.topology import binding_keys, events_exchange, service_queues
from contracts.catalog import SERVICES
from deploy.broker import definitions
from tests.kit import eventually
from tests.kit.tools import need, run

RELEASED = "lab.result.released.v1"
READ = "clinical.lab_result.read.v1"


@dataclass(frozen=True)
class Broker:
    """A virtual host of its own with the definitions; users are `<vhost>_<service>`."""

    address: str
    vhost: str

    def url(self, service: str) -> str:
        user = f"{self.vhost}_{service}"
        return str(URL(self.address).with_user(user).with_password(service).with_path(self.vhost))

    @property
    def everybody(self) -> str:
        return str(URL(self.address).with_path(self.vhost))


@pytest.fixture(scope="module")
def given(broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    program, vhost = need("rabbitmqctl"), f"alur_test_{uuid4().hex[:10]}"
    if subprocess.run([program, "-q", "ping"], capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED: rabbitmqctl may not speak to this broker")
    content = definitions({s: s for s in SERVICES}, vhost=vhost, user_prefix=f"{vhost}_")
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    content["permissions"].append({"vhost": vhost, "user": URL(broker).user, **everything})
    file = tmp_path_factory.mktemp("broker") / "definitions.json"
    file.write_text(json.dumps(content))
    try:
        load(program, file)
        yield Broker(broker, vhost)
    finally:
        users = "".join(f'<<"{vhost}_{service}">>,' for service in SERVICES).rstrip(",")
        forget = f'[rabbit_auth_backend_internal:delete_user(U, <<"test">>) || U <- [{users}]]'
        run(program, "-q", "eval", f'{forget}, rabbit_vhost:delete(<<"{vhost}">>, <<"test">>).')


def load(program: str, file: Path) -> None:
    for folder in file.parents:  # rabbitmqctl reads the file as the broker's user
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(folder.stat().st_mode | 0o055)
    run(program, "-q", "import_definitions", str(file))


@pytest.fixture
async def lab(given: Broker) -> AsyncIterator[AbstractConnection]:
    async with await aio_pika.connect(given.url("lab")) as connection:
        yield connection


class Consumer:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def receive(self, bodies: Sequence[bytes]) -> None:
        self.bodies.extend(bodies)

    async def has_one(self) -> bool:
        return len(self.bodies) == 1


def message(type_: str, consumers: tuple[str, ...]) -> Message:
    return Message(1, str(uuid4()), type_, "dharma_rini", "visit:1", None, b"{}", consumers)


async def started(given: Broker, service: str) -> RabbitBus:
    bus = RabbitBus(given.url(service), declare=False)
    await bus.start(SERVICES if service == "lab" else ())
    return bus


async def test_a_service_works_with_the_rights_of_the_definitions_alone(given: Broker) -> None:
    lab, clinical = await started(given, "lab"), await started(given, "clinical")
    consumer = Consumer()
    try:
        await clinical.subscribe("clinical", consumer.receive)
        await lab.publish(message(RELEASED, ("clinical",)))
        assert await eventually(consumer.has_one)
    finally:
        await clinical.stop()
        await lab.stop()


async def test_the_definitions_hold_exactly_what_services_declare_elsewhere(
    given: Broker,
) -> None:
    bus: Bus = RabbitBus(given.everybody, declare=True)
    try:
        await bus.start(SERVICES)  # an inequality would be refused with 406
    finally:
        await bus.stop()


async def test_a_service_publishes_its_own_events_and_no_others(lab: AbstractConnection) -> None:
    await publish(await lab.channel(), f"tarik2.{RELEASED}")
    for key in (f"tarik2.{READ}", f"tarik2.x.{RELEASED}", RELEASED, f"a.b.{RELEASED}"):
        with pytest.raises(ChannelAccessRefused):
            await publish(await lab.channel(), key)


async def test_a_service_puts_nothing_past_the_exchange_into_a_queue(
    lab: AbstractConnection,
) -> None:
    channel = await lab.channel()
    with pytest.raises(ChannelAccessRefused):
        await channel.default_exchange.publish(aio_pika.Message(b""), "alur.clinical.events")


async def test_a_service_reads_no_queue_but_its_own(lab: AbstractConnection) -> None:
    channel = await lab.channel()
    for queue in service_queues("alur", "lab"):
        await (await channel.get_queue(queue.name)).consume(ignore, timeout=5)
    stranger = await channel.get_queue(service_queues("alur", "pharmacy")[0].name)
    with pytest.raises(ChannelAccessRefused):
        await stranger.consume(ignore, timeout=5)


async def test_what_a_service_refuses_for_good_lies_in_its_dead_letter_queue(
    given: Broker, lab: AbstractConnection
) -> None:
    channel = await lab.channel()
    events, dead = [await channel.get_queue(queue.name) for queue in service_queues("alur", "lab")]
    clinical = await aio_pika.connect(given.url("clinical"))
    async with clinical:
        await publish(await clinical.channel(), f"tarik2.{READ}")
    async with asyncio.timeout(20), events.iterator() as arriving:
        async for message in arriving:
            await message.reject(requeue=False)
            break

    async def lies_there() -> bool:
        return await dead.get(no_ack=True, fail=False) is not None

    assert await eventually(lies_there)


async def test_a_service_makes_binds_and_removes_nothing(lab: AbstractConnection) -> None:
    for attempt in (make_queue, make_exchange, bind_more, remove_queue):
        with pytest.raises(ChannelAccessRefused):
            await asyncio.wait_for(attempt(await lab.channel()), 10)


async def ignore(message: aio_pika.abc.AbstractIncomingMessage) -> None:
    await message.ack()


async def publish(channel: AbstractChannel, key: str) -> None:
    exchange = await channel.get_exchange(events_exchange("alur").name, ensure=False)
    await exchange.publish(aio_pika.Message(b"{}"), key)


async def make_queue(channel: AbstractChannel) -> None:
    await channel.declare_queue("alur.lab.more", durable=True)


async def make_exchange(channel: AbstractChannel) -> None:
    await channel.declare_exchange("alur.more", durable=True)


async def bind_more(channel: AbstractChannel) -> None:
    queue = await channel.get_queue("alur.lab.events")
    await queue.bind("alur.events", binding_keys("clinical")[0])


async def remove_queue(channel: AbstractChannel) -> None:
    await channel.queue_delete("alur.lab.events")

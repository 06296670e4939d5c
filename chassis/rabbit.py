"""The RabbitMQ adapter of the bus, on FastStream: a topic exchange and quorum queues.

The relay's broker has a connection of its own with `on_return_raises`, because an unroutable
message is otherwise confirmed silently. A message without catalogued consumers is published
without `mandatory`: nobody inside needs it, subscribers outside may.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from aiormq.abc import AbstractChannel
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream.middlewares import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

from chassis.bus import Away, Collector, Receive
from chassis.outbox import Message
from chassis.topology import binding_keys, events_exchange, service_queues

#: What taking a message gives: a future that ends when it is committed or parked.
Taken = asyncio.Future[None]

PREFETCH = 200
#: Confirms in flight at once; more only lengthens the broker's queue.
WINDOW = 100
#: How long a probe waits for the broker.
LOOK_SECONDS = 2.0


class RabbitBus:
    """One per process. `namespace` is the first word of every exchange and queue.

    Without `declare` the topology must stand on the broker already, and is only looked for.
    """

    def __init__(self, url: str, namespace: str = "alur", *, declare: bool = True) -> None:
        self._url, self._namespace, self._declares = url, namespace, declare
        self.exchange = events_exchange(namespace, declare=declare)
        self._collectors: list[Collector] = []
        self._window = asyncio.Semaphore(WINDOW)
        self._open()

    def _open(self) -> None:
        self._started = False
        self._out = RabbitBroker(
            self._url, default_channel=Channel(on_return_raises=True), logger=None
        )
        # Without FastStream's dependency injection, which hands each message to a thread and back.
        self._in = RabbitBroker(self._url, logger=None, apply_types=False)

    async def start(self, services: Sequence[str]) -> None:
        """Connect, and make the queues of all consumers before anybody publishes.

        `mandatory` only says that some queue took a message: one whose service has never been
        started yet would miss it for good.
        """
        await self._out.start()
        await self._out.declare_exchange(self.exchange)
        await self._in.start()
        for service in services:
            await self._declare(service)
        self._started = True

    async def stop(self) -> None:
        self._started = False
        await self._in.stop()
        while self._collectors:
            await self._collectors.pop().stop()
        await self._out.stop()
        self._open()  # what FastStream remembers of the old connections would not serve new ones

    async def publish(self, message: Message) -> None:
        if not self._started:
            raise Away
        async with self._window:
            await self._out.publish(
                message.body,
                exchange=self.exchange,
                routing_key=message.routing_key,
                mandatory=bool(message.consumers),
                persist=True,
                message_id=message.event_id,
                message_type=message.type,
                content_type="application/cloudevents+json",
                headers={"traceparent": message.traceparent} if message.traceparent else None,
            )

    async def subscribe(self, service: str, receive: Receive) -> None:
        queue = await self._declare(service)
        collector = Collector(receive)
        self._collectors.append(collector)
        subscriber = self._in.subscriber(
            queue,
            ack_policy=AckPolicy.MANUAL,
            channel=Channel(prefetch_count=PREFETCH),
            decoder=_whole,
        )

        subscriber(Deliveries(collector).consume)
        # Before `running` is set, FastStream drops deliveries without an answer; messages that
        # arrive together with the broker's consent to consume would stay unacknowledged for ever.
        subscriber.running = True
        await subscriber.start()

    async def _declare(self, service: str) -> RabbitQueue:
        """The service's quorum queue with its dead-letter queue, bound to the types it handles.

        Declared on the other connection: FastStream remembers a queue together with the channel
        that declared it first, and the subscriber would then consume on that shared channel,
        with unlimited prefetch.
        """
        queue, dead = service_queues(self._namespace, service, declare=self._declares)
        await self._out.declare_queue(dead)
        exchange = await self._out.declare_exchange(self.exchange)
        declared = await self._out.declare_queue(queue)
        if self._declares:
            for key in binding_keys(service):
                await declared.bind(exchange, routing_key=key)
        return queue

    async def healthy(self) -> bool:
        """True when both connections stand and all queues were found or made."""
        if not self._started:
            return False
        pings = (broker.ping(timeout=LOOK_SECONDS) for broker in (self._out, self._in))
        return all(await asyncio.gather(*pings))

    async def consumes(self, service: str) -> bool:
        """True when the broker knows somebody who takes what comes for the service.

        Asked on a channel of its own, which the broker closes where there is no such queue.
        """
        queue, _ = service_queues(self._namespace, service)
        connection = await self._out.connect()
        try:
            async with asyncio.timeout(LOOK_SECONDS), connection.channel() as channel:
                found = await channel.declare_queue(queue.name, passive=True)
                return bool(found.declaration_result.consumer_count)
        except (AMQPError, ChannelInvalidStateError, ConnectionError, TimeoutError):
            return False


class Deliveries:
    """What the broker brings for one service, handed on in its order and answered.

    Each channel counts its deliveries anew. What was not answered when a channel closed comes
    again on the next one, from the oldest on: nothing that is left of the old one may pass before.
    """

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._channel: AbstractChannel | None = None
        self._turns, self._acks = Turns(), Acks()

    async def consume(self, message: RabbitMessage) -> None:
        with suppress(ChannelInvalidStateError):  # closed meanwhile
            channel = message.raw_message.channel
            if channel is not self._channel:
                self._channel, self._turns, self._acks = channel, Turns(), Acks()
            tag = message.raw_message.delivery_tag or 0
            self._turns.take(tag, partial(self._offer, channel, self._acks, tag, message))

    def _offer(
        self, channel: AbstractChannel, acks: "Acks", tag: int, message: RabbitMessage
    ) -> None:
        if not channel.is_closed:
            done = self._collector.offer(message.body)
            done.add_done_callback(partial(acks.settled, tag, message))


class Turns:
    """Restores the order of the deliveries of one channel.

    FastStream handles the messages of a subscriber side by side, and a later one may reach the
    handler first; tags of a channel count 1, 2, 3 …. A missing tag is waited for, but not for ever.
    """

    PATIENCE = 1.0

    def __init__(self) -> None:
        self._next = 1
        self._held: dict[int, Callable[[], None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def take(self, tag: int, action: Callable[[], None]) -> None:
        """Runs `action` in its turn."""
        if tag < self._next:  # it was not waited for any longer
            return action()
        self._held[tag] = action
        if tag > self._next:
            self._wait()
            return
        self._stop_waiting()
        while self._next in self._held:
            self._pass(self._next)
        if self._held:
            self._wait()

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.PATIENCE, self._release)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _pass(self, tag: int) -> None:
        action = self._held.pop(tag)
        self._next = tag + 1
        action()

    def _release(self) -> None:
        """Stop waiting for what is missing; the rest goes on in order."""
        self._timer = None
        for tag in sorted(self._held):
            self._pass(tag)


class Acks:
    """Answers the broker once for each batch instead of once for each message.

    A batch holds the next tags of its channel, so one answer covers it. After a gap no answer may
    cover more than its own message: it would acknowledge what nobody has handled.
    """

    def __init__(self) -> None:
        self._upto = 0
        self._settled: dict[int, RabbitMessage] = {}
        self._gapless = True
        self._tasks: set[asyncio.Task[None]] = set()

    def settled(self, tag: int, message: RabbitMessage, done: Taken) -> None:
        """Called when a message is committed or parked, or when the process stops before that."""
        if done.cancelled():
            return
        if not self._settled:  # the others of the batch are settled before the loop comes to this
            asyncio.get_running_loop().call_soon(self._answer)
        self._settled[tag] = message

    def _answer(self) -> None:
        tags = sorted(self._settled)
        self._gapless &= tags == list(range(self._upto + 1, self._upto + 1 + len(tags)))
        self._upto = tags[-1]
        for tag in tags[-1:] if self._gapless else tags:
            self._say(self._settled[tag].raw_message.ack(multiple=self._gapless))
        self._settled.clear()

    def _say(self, answer: Awaitable[object]) -> None:
        task = asyncio.create_task(_unless_closed(answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _unless_closed(answer: Awaitable[object]) -> None:
    """On a closed channel there is nothing to answer: the broker will deliver again."""
    with suppress(AMQPError, ChannelInvalidStateError, ConnectionError):
        await answer


async def _whole(message: RabbitMessage) -> RabbitMessage:
    """The inbox decodes: a body that does not validate must reach parking, not an error."""
    return message

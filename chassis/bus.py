"""The bus as a port, and its in-process adapter.

A bus takes messages from relays and brings each, in order, to the inbox of every service that
the catalogue lists. It keeps nothing itself: a relay's row is done only when `publish` says so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Protocol

import structlog

from chassis.outbox import Message
from chassis.pace import Pace, back_off
from chassis.telemetry import fault

#: Takes a micro-batch of message bodies; returns when each is committed or parked.
Receive = Callable[[Sequence[bytes]], Awaitable[None]]

#: A body, and what its sender waits for.
Waiting = tuple[bytes, asyncio.Future[None]]

log = structlog.get_logger(__name__)

BATCH = 100


class Unroutable(Exception):
    """A message that a catalogued consumer should get has nobody to take it."""


class Away(Exception):
    """The bus takes nothing yet."""


class Bus(Protocol):
    """`publish` returns when the message is safe: confirmed, or committed by every consumer.

    Nothing is published before there is a place for each of `services` to find it. A start that
    failed is undone by `stop`, and may be tried again.
    """

    async def start(self, services: Sequence[str]) -> None: ...
    async def stop(self) -> None: ...
    async def publish(self, message: Message) -> None: ...
    async def subscribe(self, service: str, receive: Receive) -> None: ...
    async def healthy(self) -> bool: ...
    async def consumes(self, service: str) -> bool: ...


class Collector:
    """Gathers what has already arrived, up to a hundred, into one call of `receive`."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self._pace = Pace()
        self._task = asyncio.create_task(self._run())

    def offer(self, body: bytes) -> asyncio.Future[None]:
        """Take a message; the future ends when it is committed or parked."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((body, done))
        return done

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await self._pace.rest()
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._until_safe([body for body, _ in batch])
            for _, done in batch:
                if not done.done():  # else the waiter was cancelled meanwhile
                    done.set_result(None)
            self._pace.worked()

    async def _until_safe(self, bodies: Sequence[bytes]) -> None:
        """Nothing may overtake what could not be made safe: the same batch is tried again."""
        for tries in count():
            try:
                return await self._receive(bodies)
            except Exception as error:
                log.error("receive_failed", size=len(bodies), **fault(error))
            await asyncio.sleep(back_off(tries))

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


class InProcessBus:
    """Hands messages straight to each bound inbox; safe means every consumer has committed."""

    def __init__(self) -> None:
        self._inboxes: dict[str, Collector] = {}

    async def start(self, services: Sequence[str]) -> None:
        return None

    async def stop(self) -> None:
        for collector in self._inboxes.values():
            await collector.stop()

    async def subscribe(self, service: str, receive: Receive) -> None:
        self._inboxes[service] = Collector(receive)

    async def publish(self, message: Message) -> None:
        missing = [name for name in message.consumers if name not in self._inboxes]
        if missing:
            raise Unroutable(f"{message.type}: {', '.join(missing)}")
        await asyncio.gather(
            *(self._inboxes[name].offer(message.body) for name in message.consumers)
        )

    async def healthy(self) -> bool:
        return True

    async def consumes(self, service: str) -> bool:
        return service in self._inboxes

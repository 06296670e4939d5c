"""The relay carries committed outbox rows to the bus, in order, and marks what was confirmed.

One relay leads per service; on PostgreSQL the lead is an advisory lock that another process
takes over when this one dies. After a failure the rest of that partition key waits; the others
go on. The same where only a newer version knows the type of an event: that one will lead some day.
It never remembers a high-water mark: commit order is not id order.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from math import inf
from time import monotonic

import sqlalchemy as sa
import structlog

from chassis.bus import Bus
from chassis.database import Database, is_transient
from chassis.metrics import PUBLISH_FAILURES, PUBLISHED
from chassis.outbox import Message, following
from chassis.pace import Pace
from contracts.catalog import EVENTS

log = structlog.get_logger(__name__)

BATCH = 200
POLL_SECONDS = 1.0
NOTE_SECONDS = 0.05
#: How long a partition key rests after the bus refused one of its messages.
REST_SECONDS = 2.0
#: The same after an event whose type this version does not know: as long as it runs.
FOR_GOOD = inf
LOCK_KEY = 0x616C7572  # "alur"


class Relay:
    """Runs until cancelled. `wake` is called after a commit; a poll is the fall-back."""

    def __init__(self, service: str, database: Database, bus: Bus) -> None:
        self.service, self.database, self.bus = service, database, bus
        self._wake = asyncio.Event()
        self._resting: dict[str, float] = {}

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        while True:
            try:
                async with self._lead():
                    await self._drain_for_ever()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("relay_waits", service=self.service, error=type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)

    async def _drain_for_ever(self) -> None:
        pace = Pace()
        confirmed: list[Message] = []
        while True:
            await pace.rest()
            self._wake.clear()  # before reading: a commit during the drain wakes us again
            confirmed = await self.drain(confirmed)
            pace.worked()
            if len(confirmed) == BATCH:
                continue
            # What was confirmed is noted with the next reading, soon in any case.
            patience = NOTE_SECONDS if confirmed else POLL_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), patience)

    async def drain(self, confirmed: Sequence[Message]) -> list[Message]:
        """Note what was confirmed, publish one batch, and return what is confirmed of that."""
        now = monotonic()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        resting = tuple(self._resting)
        return await self._publish(await following(self.database, confirmed, BATCH, resting))

    async def _publish(self, messages: Sequence[Message]) -> list[Message]:
        """Messages leave in `seq` order; within a key each waits until the one before is safe."""
        under_way: dict[str, asyncio.Task[bool]] = {}
        tasks: list[tuple[Message, asyncio.Task[bool]]] = []
        for message in messages:
            before = under_way.get(message.partitionkey)
            if before is not None and not await before:
                continue
            task = asyncio.create_task(self._publish_one(message))
            under_way[message.partitionkey] = task
            tasks.append((message, task))
        confirmed = [message for message, task in tasks if await task]
        for type_, many in Counter(message.type for message in confirmed).items():
            PUBLISHED.labels(self.service, type_).inc(many)
        return confirmed

    async def _publish_one(self, message: Message) -> bool:
        if message.type not in EVENTS:
            self._rest(message, FOR_GOOD, "unknown type")
            return False
        try:
            await self.bus.publish(message)
        except Exception as error:  # whatever the bus says, the row stays and is tried again
            self._rest(message, REST_SECONDS, type(error).__name__)
            return False
        return True

    def _rest(self, message: Message, seconds: float, reason: str) -> None:
        """Its partition key waits; the others go on."""
        self._resting[message.partitionkey] = monotonic() + seconds
        PUBLISH_FAILURES.labels(self.service).inc()
        log.warning("publish_failed", type=message.type, error=reason)

    @asynccontextmanager
    async def _lead(self) -> AsyncIterator[None]:
        """Wait for the lead of this service; held as long as the connection lives."""
        if self.database.is_sqlite:
            yield
            return
        # None of those that requests share: it is held for long.
        async with self.database.reader.connect() as connection:
            lock = sa.select(sa.func.pg_try_advisory_lock(LOCK_KEY))
            while not await connection.scalar(lock):  # noqa: ASYNC110 - the lock is elsewhere
                await asyncio.sleep(POLL_SECONDS)
            try:
                yield
            finally:
                await connection.invalidate()

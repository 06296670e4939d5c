"""The inbox: each event takes effect once, in micro-batches that share one transaction.

If a batch fails it is undone and tried message by message, so that a bad one costs only itself:
a `Problem` parks it at once, a database that is away is waited for, anything else is tried a
few times and then parked with its cause.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from time import perf_counter
from typing import Any, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import claims, parking
from chassis.database import Database, is_transient
from chassis.delivery import Delivery, decode
from chassis.errors import Problem
from chassis.metrics import BATCH_SECONDS, DUPLICATES, HANDLED, LAG_SECONDS
from chassis.pending import Pending
from chassis.telemetry import fault, handling
from chassis.work import Work
from contracts.envelope import Actor, Event
from contracts.facility import Facility

log = structlog.get_logger(__name__)

E = TypeVar("E", bound=Event)
Handler = Callable[[Work, Any], Awaitable[None]]
Handle = Callable[[Work, Sequence[Delivery]], Awaitable[None]]

TRIES = 3


class Handlers:
    """What a service does with each event type it is bound to."""

    def __init__(self) -> None:
        self._by_type: dict[str, tuple[Handler, bool]] = {}

    @property
    def types(self) -> frozenset[str]:
        return frozenset(self._by_type)

    def takes_many(self, type_: str) -> bool:
        return self._by_type[type_][1]

    def on(self, event: type[E]) -> Callable[[Callable[[Work, E], Awaitable[None]]], Any]:
        """Register a handler of one event."""
        return self._register(event, many=False)

    def on_many(
        self, event: type[E]
    ) -> Callable[[Callable[[Work, Sequence[E]], Awaitable[None]]], Any]:
        """Register a set-based handler; `work.facilities` has the centre of each event."""
        return self._register(event, many=True)

    def _register(self, event: type[Event], *, many: bool) -> Callable[[Any], Any]:
        def register(function: Any) -> Any:
            if event.type in self._by_type:
                raise ValueError(f"{event.type} has a handler already")
            self._by_type[event.type] = (function, many)
            return function

        return register

    async def handle(self, works: Sequence[Work], deliveries: Sequence[Delivery]) -> None:
        """Handle deliveries of one type; `works` has one unit of work for each."""
        handler, many = self._by_type[deliveries[0].envelope.type]
        if many:
            facilities = [delivery.envelope.facility for delivery in deliveries]
            work = replace(works[0], facilities=facilities)
            await handler(work, [delivery.event for delivery in deliveries])
            return
        for work, delivery in zip(works, deliveries, strict=True):
            await handler(work, delivery.event)


class Inbox:
    """Receives bodies from the bus for one service."""

    def __init__(
        self,
        service: str,
        database: Database,
        profiles: Mapping[str, Facility],
        handlers: Handlers,
        after_commit: Callable[[Pending], None],
    ) -> None:
        self.service, self.database, self.profiles = service, database, profiles
        self.handlers, self.after_commit = handlers, after_commit

    async def receive(self, bodies: Sequence[bytes]) -> None:
        """Returns when every body is handled, known already, or parked."""
        deliveries = [decode(body, self.profiles, self.handlers.types) for body in bodies]
        try:
            if all(delivery.problem is None for delivery in deliveries):
                return await self._batch(deliveries)
        except Exception as error:  # each message is tried alone below, and answers for itself
            log.info("batch_undone", service=self.service, error=type(error).__name__)
        for delivery in deliveries:
            await self._one(delivery)

    async def _one(self, delivery: Delivery) -> None:
        tries = 0
        while True:
            try:
                if delivery.problem is not None:
                    raise delivery.problem
                return await self._batch([delivery])
            except Problem as problem:
                return await self._park(delivery, problem.code, str(problem))
            except Exception as error:
                tries += not is_transient(error)
                if tries >= TRIES:
                    log.error("message_failed", message=str(delivery.id), **fault(error))
                    return await self._park(delivery, parking.UNEXPECTED, type(error).__name__)
            await asyncio.sleep(min(5.0, 0.1 * 2**tries) * random.uniform(0.5, 1.5))

    async def _park(self, delivery: Delivery, code: str, cause: str) -> None:
        """Set a message aside; a database that is away is waited for."""
        while True:
            try:
                await parking.park(self.database, self.service, delivery, code, cause)
                return self.after_commit(parking.news([delivery]))
            except Exception as error:
                if not is_transient(error):
                    raise
                await asyncio.sleep(1.0)

    async def _batch(self, deliveries: Sequence[Delivery]) -> None:
        started = perf_counter()
        pending = Pending()
        async with self.database.writing() as connection:
            open_: Sequence[Delivery] = deliveries
            fresh = await claims.at_once(connection, deliveries)
            if fresh is None:  # something parked concerns one of these
                open_ = await parking.hold_back(
                    connection, self.database, self.service, deliveries, pending
                )
                fresh = await claims.claim(connection, open_)
            await self._apply(connection, pending, fresh)
        self.after_commit(pending)
        DUPLICATES.labels(self.service).inc(len(open_) - len(fresh))
        BATCH_SECONDS.labels(self.service).observe(perf_counter() - started)
        self._count(fresh)

    async def apply(
        self, connection: AsyncConnection, pending: Pending, delivery: Delivery
    ) -> None:
        """Handle one message inside a transaction of the caller (used by replay)."""
        await self._apply(connection, pending, await claims.claim(connection, [delivery]))

    async def _apply(
        self, connection: AsyncConnection, pending: Pending, deliveries: Sequence[Delivery]
    ) -> None:
        at = datetime.now(UTC)
        for type_, run in groupby(deliveries, lambda delivery: delivery.envelope.type):
            group = list(run)
            # One span for each message; a set-based handler works under the first one's trace.
            parts = [group] if self.handlers.takes_many(type_) else [[each] for each in group]
            for part in parts:
                works = [self._work(connection, pending, delivery, at) for delivery in part]
                with handling(self.service, type_, part[0].envelope.traceparent):
                    await self.handlers.handle(works, part)
        await pending.flush(connection)

    def _work(
        self, connection: AsyncConnection, pending: Pending, delivery: Delivery, at: datetime
    ) -> Work:
        envelope = delivery.envelope
        return Work(
            database=self.database,
            connection=connection,
            actor=Actor.parse(envelope.actor),
            facility=self.profiles[envelope.facility],
            at=at,
            pending=pending,
            correlation=envelope.correlationid,
            causation=str(envelope.id),
            traceparent=envelope.traceparent,
        )

    def _count(self, deliveries: Sequence[Delivery]) -> None:
        now = datetime.now(UTC)
        for delivery in deliveries:
            HANDLED.labels(self.service, delivery.envelope.type).inc()
            lag = (now - delivery.envelope.time).total_seconds()
            LAG_SECONDS.labels(self.service).observe(max(0.0, lag))

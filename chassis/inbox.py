"""The inbox: each event takes effect once, in micro-batches that share one transaction.

If a batch fails it is undone and tried message by message, so that a bad one costs only itself:
a `Problem` parks it at once, a database that is away is waited for, anything else (also an update
that another one has overtaken) is tried a few times and then parked with its cause.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, groupby
from time import perf_counter
from typing import Any, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import bound_contextvars

from chassis import claims, parking
from chassis.database import Database, is_transient
from chassis.delivery import Delivery, decode
from chassis.errors import Problem, StaleVersion
from chassis.metrics import BATCH_SECONDS, DUPLICATES, HANDLED, LAG_SECONDS
from chassis.pace import back_off
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


def is_lasting(error: Exception) -> bool:
    """True where the same message would be refused again: not after a race with another writer."""
    return isinstance(error, Problem) and not isinstance(error, StaleVersion)


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
        for delivery in claims.in_order(deliveries):
            await self._one(delivery)

    async def _one(self, delivery: Delivery) -> None:
        with bound_contextvars(correlation=delivery.envelope.correlationid):
            await self._until_done(delivery)

    async def _until_done(self, delivery: Delivery) -> None:
        failures = 0
        for tries in count():
            try:
                if delivery.problem is not None:
                    raise delivery.problem
                return await self._batch([delivery])
            except Exception as error:
                failures += not is_transient(error)
                if is_lasting(error) or failures >= TRIES:
                    return await self._park(delivery, error)
                log.warning("inbox_waits", service=self.service, **fault(error))
            await asyncio.sleep(back_off(tries))

    async def _park(self, delivery: Delivery, cause: Exception) -> None:
        """Set a message aside. Any can be stored: where it fails, the database is waited for."""
        if not isinstance(cause, Problem):
            log.error("message_failed", message=str(delivery.id), **fault(cause))
        for tries in count():
            try:
                await parking.park(self.database, self.service, delivery, cause)
                break
            except Exception as error:
                log.warning("parking_waits", service=self.service, **fault(error))
            await asyncio.sleep(back_off(tries))
        self.after_commit(parking.news(delivery.envelope.facility))

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
            await pending.flush(connection)
        self.after_commit(pending)
        DUPLICATES.labels(self.service).inc(len(open_) - len(fresh))
        BATCH_SECONDS.labels(self.service).observe(perf_counter() - started)
        self._count(fresh)

    async def apply(
        self, connection: AsyncConnection, pending: Pending, delivery: Delivery
    ) -> None:
        """Handle one message inside a transaction of the caller, who flushes it (for replay)."""
        await self._apply(connection, pending, await claims.claim(connection, [delivery]))
        if pending.writes:  # what has gone wrong is this message's
            await pending.write(connection)

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

"""Runs the raw baseline on databases and queues of its own and counts what it wrote."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from time import time
from typing import Any

import aio_pika
import asyncpg
from sqlalchemy.engine import make_url
from uuid_utils.compat import uuid7

from chassis.migrate import upgrade
from chassis.settings import Settings
from contracts.catalog import SERVICES
from contracts.generate import examples
from deploy.simulate.centre import remove_databases, remove_queues
from deploy.simulate.plan import Route
from tests.bench.raw.carrier import Consumer, Relay, data_of, seal_for_ever
from tests.bench.raw.statements import FACILITY, Ids, Statement
from tests.bench.raw.steps import EFFECTS, ENDS_AT_ONCE, Step, steps_of

NAMES = tuple(name for name in SERVICES if name != "complaints")
#: Visits before the clock starts, here and on the other side, so that all is prepared.
WARM = 24
COUNTED = ("outbox", "inbox", "audit", "idempotency")


@dataclass(frozen=True)
class RawResult:
    """`began` and `ended`: seconds of the wall clock, which all processes share."""

    visits: int
    began: float
    ended: float
    rows: dict[str, int]

    @property
    def visits_per_second(self) -> float:
        return self.visits / (self.ended - self.began)


async def run_raw(
    routes: Sequence[Route], concurrency: int, ready: Callable[[], object] = lambda: None
) -> RawResult:
    """The same visits, so many at once, until the last delivery is acknowledged.

    `ready` is called after the warm-up; the clock starts when it returns.
    """
    tag = f"alur_raw_{secrets.token_hex(3)}"
    server = make_url(Settings(mode="distributed").database("registration"))
    address = server.set(database=f"{tag}_SERVICE").render_as_string(hide_password=False)
    settings = Settings(
        mode="distributed",
        database_url=address.replace("SERVICE", "{service}"),
        amqp_namespace=tag,
    )
    try:
        for name in NAMES:
            await upgrade(name, settings.database(name))
        async with Bench.opened(settings, concurrency) as bench:
            await bench.visit_all(routes[:WARM], concurrency)
            before = await bench.rows()
            await asyncio.to_thread(ready)
            began = time()
            await bench.visit_all(routes, concurrency)
            ended = time()
            written = {name: count - before[name] for name, count in (await bench.rows()).items()}
            return RawResult(len(routes), began, ended, written)
    finally:
        await remove_databases(settings, NAMES)
        await remove_queues(settings)


class Bench:
    """Pools, relays and consumers of four services in one process."""

    def __init__(self, pools: dict[str, asyncpg.Pool], relays: dict[str, Relay]) -> None:
        self._pools, self._relays = pools, relays
        self._data = data_of(examples())
        self._statements: dict[Step, Statement] = {}
        self._happened: dict[tuple[str, str, str], asyncio.Event] = {}
        self._with_rx: set[str] = set()
        self._lot = uuid7()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: Settings, concurrency: int) -> AsyncIterator["Bench"]:
        async with AsyncExitStack() as stack:
            pools = {}
            for name in NAMES:
                dsn = settings.database(name).replace("+asyncpg", "")
                pool = asyncpg.create_pool(dsn, min_size=2, max_size=min(concurrency + 2, 16))
                pools[name] = await stack.enter_async_context(pool)
            connection = await aio_pika.connect(settings.amqp_url)
            await stack.enter_async_context(connection)
            out = await connection.channel(publisher_confirms=True, on_return_raises=True)
            name = f"{settings.amqp_namespace}.events"
            exchange = await out.declare_exchange(name, aio_pika.ExchangeType.TOPIC, durable=True)
            bench = cls(pools, {name: Relay(pools[name], exchange) for name in NAMES})
            bench._tasks = await bench._start(connection, settings.amqp_namespace)
            try:
                yield bench
            finally:
                for task in bench._tasks:
                    task.cancel()
                await asyncio.gather(*bench._tasks, return_exceptions=True)

    async def _start(
        self, connection: aio_pika.abc.AbstractConnection, namespace: str
    ) -> list[asyncio.Task[None]]:
        await self._pools["pharmacy"].execute(
            "INSERT INTO stock_lot VALUES ($1, $2, 1, 'paracetamol_120_syr', 'RAW', $3, 1000000)",
            self._lot, FACILITY, date(2030, 1, 1),
        )  # fmt: skip
        runs = [relay.run() for relay in self._relays.values()]
        for name in NAMES:
            channel = await connection.channel()
            await channel.set_qos(200)
            consumer = self._consumer(name)
            await consumer.bind(channel, namespace)
            runs += [consumer.run(), seal_for_ever(self._pools[name])]
        return [asyncio.create_task(run) for run in runs]

    def _consumer(self, service: str) -> Consumer:
        def effect(type_: str, ids: Ids) -> Statement | None:
            step = EFFECTS.get((service, type_))
            if (
                type_ == "clinical.encounter.completed.v1"
                and str(ids["visit"]) not in self._with_rx
            ):
                step = ENDS_AT_ONCE
            return self._statement(step, is_effect=True) if step else None

        def handled(type_: str, ids: Ids) -> None:
            self._event(service, type_, ids).set()

        wake = self._relays[service].wake.set
        return Consumer(service, self._pools[service], effect, handled, wake)

    def _statement(self, step: Step, *, is_effect: bool = False) -> Statement:
        if step not in self._statements:
            self._statements[step] = Statement(step, self._data, is_effect=is_effect)
        return self._statements[step]

    def _event(self, service: str, type_: str, ids: Ids) -> asyncio.Event:
        return self._happened.setdefault((service, type_, str(ids["visit"])), asyncio.Event())

    async def visit_all(self, routes: Sequence[Route], concurrency: int) -> None:
        waiting = iter(routes)

        async def work() -> None:
            for route in waiting:
                await self._visit(route)

        visits = asyncio.gather(*(work() for _ in range(concurrency)))
        running: set[asyncio.Future[Any]] = {visits, *self._tasks}
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:  # a relay or consumer only ends by failing
            task.result()
        await self._until_quiet()

    async def _visit(self, route: Route) -> None:
        names = ("visit", "patient", "ticket", "order", "rx", "encounter", "specimen")
        ids = {name: uuid7() for name in names} | {"lot": self._lot}
        if route.drugs:
            self._with_rx.add(str(ids["visit"]))
        for step in steps_of(route):
            if step.waits:
                await self._arrival(step, ids)
            statement = self._statement(step)
            pool = self._pools[step.service]
            await pool.execute(statement.sql, *statement.arguments(ids))
            if step.events:
                self._relays[step.service].wake.set()

    async def _arrival(self, step: Step, ids: Ids) -> None:
        if step.waits == "end":  # registration tells the rooms: the visit is over
            await self._event("clinical", "registration.visit.completed.v1", ids).wait()
        else:
            await self._event(step.service, step.waits, ids).wait()

    async def _until_quiet(self) -> None:
        waits = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        for pool in self._pools.values():
            while await pool.fetchval(waits):  # noqa: ASYNC110 - another connection publishes
                await asyncio.sleep(0.005)

    async def rows(self) -> dict[str, int]:
        """How many rows of the plumbing were written, all services together."""
        return {
            table: sum(
                [
                    await pool.fetchval(f"SELECT count(*) FROM {table}")
                    for pool in self._pools.values()
                ]
            )
            for table in COUNTED
        }

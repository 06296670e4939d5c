"""Relay and consumers of the raw baseline: one of each per service, on one connection each."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import aio_pika
import asyncpg
from aio_pika.abc import AbstractIncomingMessage

from chassis.audit import GENESIS
from chassis.work import digest_of
from contracts.catalog import EVENTS, consumers_of, handled_by
from tests.bench.raw.statements import Ids, Statement

BATCH = 100
WINDOW = 200
_INBOX = (
    "INSERT INTO inbox (event_id, type, source, partitionkey, sequence, recorded_at, handled_at)"
    " SELECT *, now() FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[],"
    " $6::timestamptz[]) ON CONFLICT (event_id) DO NOTHING"
)


class Relay:
    """Reads what waits, publishes with confirms, marks what was confirmed; woken by commits."""

    def __init__(self, pool: asyncpg.Pool, exchange: aio_pika.abc.AbstractExchange) -> None:
        self._pool, self._exchange = pool, exchange
        self.wake = asyncio.Event()

    async def run(self) -> None:
        while True:
            await self.wake.wait()
            self.wake.clear()
            while await self._drain():
                pass

    async def _drain(self) -> int:
        rows = await self._pool.fetch(
            "SELECT * FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1", WINDOW
        )
        if rows:
            await asyncio.gather(*(self._publish(row) for row in rows))
            await self._pool.execute(
                "UPDATE outbox SET published_at = now() WHERE seq = ANY($1)",
                [row["seq"] for row in rows],
            )
        return len(rows)

    async def _publish(self, row: asyncpg.Record) -> None:
        type_ = row["type"]
        message = aio_pika.Message(
            envelope(row),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=str(row["event_id"]),
            content_type="application/cloudevents+json",
        )
        key = f"{row['facility']}.{type_}"
        await self._exchange.publish(message, key, mandatory=bool(consumers_of(type_)))


def envelope(row: asyncpg.Record) -> bytes:
    """The same envelope on the wire; its values need no escaping."""
    type_ = row["type"]
    return (
        f'{{"specversion":"1.0","id":"{row["event_id"]}","type":"{type_}",'
        f'"source":"/alur/{EVENTS[type_].producer()}","subject":"{row["partitionkey"]}",'
        f'"time":"{row["recorded_at"].isoformat()}","datacontenttype":"application/json",'
        f'"dataschema":"https://alur.id/schemas/{type_}.json","facility":"{row["facility"]}",'
        f'"sequence":{row["sequence"]},"partitionkey":"{row["partitionkey"]}",'
        f'"correlationid":"{row["correlationid"]}","actor":"{row["actor"]}",'
        f'"privacy":"{EVENTS[type_].privacy.value}","data":{row["data"]}}}'
    ).encode()


class Consumer:
    """Takes what has already been delivered into one transaction, then acknowledges it at once."""

    def __init__(
        self,
        service: str,
        pool: asyncpg.Pool,
        effect: Callable[[str, Ids], Statement | None],
        handled: Callable[[str, Ids], None],
        wake: Callable[[], None],
    ) -> None:
        self._service, self._pool, self._effect = service, pool, effect
        self._handled, self._wake = handled, wake
        self._waiting: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self.count = 0

    async def bind(self, channel: aio_pika.abc.AbstractChannel, namespace: str) -> None:
        """The same quorum queue, bound to the same types."""
        exchange = await channel.get_exchange(f"{namespace}.events")
        queue = await channel.declare_queue(
            f"{namespace}.{self._service}.events",
            durable=True,
            arguments={"x-queue-type": "quorum", "x-single-active-consumer": True},
        )
        for type_ in handled_by(self._service):
            await queue.bind(exchange, f"*.{type_}")
        await queue.consume(self._waiting.put)

    async def run(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._apply([json.loads(message.body) for message in batch])
            await batch[-1].channel.basic_ack(batch[-1].delivery_tag or 0, multiple=True)

    async def _apply(self, events: list[dict[str, Any]]) -> None:
        groups: dict[str, list[list[Any]]] = {}
        facts = []
        for event in events:
            ids = {name: UUID(value) for name, value in event["data"]["raw"].items()}
            facts.append((event["type"], ids))
            statement = self._effect(event["type"], ids)
            if statement is not None:
                groups.setdefault(statement.sql, []).append(statement.arguments(ids))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_INBOX, *_columns(events))
            for sql, arguments in groups.items():
                await connection.executemany(sql, arguments)
        self.count += len(events)
        self._wake()
        for type_, ids in facts:
            self._handled(type_, ids)


def _columns(events: list[dict[str, Any]]) -> list[list[Any]]:
    return [
        [UUID(event["id"]) for event in events],
        [event["type"] for event in events],
        [event["source"].rsplit("/", 1)[-1] for event in events],
        [event["partitionkey"] for event in events],
        [event["sequence"] for event in events],
        [datetime.fromisoformat(event["time"]) for event in events],
    ]


async def seal_for_ever(pool: asyncpg.Pool) -> None:
    """The audit chain, linked once a second as the services do it."""
    position, previous = 0, GENESIS
    while True:
        await asyncio.sleep(1.0)
        rows = await pool.fetch("SELECT * FROM audit WHERE position IS NULL ORDER BY id LIMIT 500")
        links = []
        for row in rows:
            position, previous = position + 1, digest_of(previous, *map(str, row.values()))
            links.append((row["id"], position, previous))
        if links:
            await pool.execute(
                "UPDATE audit SET position = new.position, hash = new.hash"
                " FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS new (id, position, hash)"
                " WHERE audit.id = new.id",
                *map(list, zip(*links, strict=True)),
            )


def data_of(examples: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Event type -> data of its committed example, as JSON of the usual size."""
    return {
        type_: json.dumps(found[0]["data"], separators=(",", ":"))
        for type_, found in examples.items()
    }

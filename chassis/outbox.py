"""The outbox as messages: what waits, in which order, and how a row becomes an envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from chassis.database import Database
from chassis.prepared import Prepared
from chassis.tables import outbox
from contracts.catalog import EVENTS, consumers_of
from contracts.envelope import Envelope, Event


@dataclass(frozen=True)
class Message:
    """One envelope ready to leave. `consumers`: the services the catalogue says must get it.

    `body` is empty where this version does not know the type.
    """

    seq: int
    event_id: str
    type: str
    facility: str
    partitionkey: str
    traceparent: str | None
    body: bytes
    consumers: tuple[str, ...]

    @property
    def routing_key(self) -> str:
        return f"{self.facility}.{self.type}"


WAITING = sa.select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.seq)

#: Notes what was confirmed and takes what comes next, in one round trip.
_NEXT = sa.text("""
WITH confirmed AS (UPDATE outbox SET published_at = :now WHERE seq = ANY(CAST(:done AS bigint[])))
SELECT * FROM outbox
WHERE published_at IS NULL AND seq <> ALL(CAST(:done AS bigint[]))
  AND partitionkey <> ALL(CAST(:resting AS text[]))
ORDER BY seq LIMIT CAST(:most AS integer)
""").bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))
NEXT = Prepared(_NEXT.columns(*outbox.c))


async def following(
    database: Database, confirmed: Sequence[Message], limit: int, resting: Sequence[str] = ()
) -> list[Message]:
    """Notes that the bus has `confirmed` some messages, and returns those that wait now."""
    if database.is_sqlite:
        await mark_published(database, confirmed)
        return await waiting(database, limit, resting)
    done = [message.seq for message in confirmed]
    values = {"now": datetime.now(UTC), "done": done, "resting": list(resting), "most": limit}
    async with database.reading() as connection:
        return [message_of(row) for row in (await NEXT.run(connection, values)).rows]


async def waiting(database: Database, limit: int, resting: Sequence[str] = ()) -> list[Message]:
    """The oldest unpublished messages in `seq` order, without the partition keys in `resting`."""
    statement = WAITING.limit(limit)
    if resting:
        statement = statement.where(outbox.c.partitionkey.not_in(resting))
    async with database.reading() as connection:
        return [message_of(row) for row in await connection.execute(statement)]


async def mark_published(database: Database, messages: Sequence[Message]) -> None:
    """Note that the bus has confirmed these messages."""
    if not messages:
        return
    statement = (
        sa.update(outbox)
        .where(outbox.c.seq.in_([message.seq for message in messages]))
        .values(published_at=datetime.now(UTC))
    )
    async with database.writing() as connection:
        await connection.execute(statement)


def message_of(row: sa.Row[Any]) -> Message:
    return Message(
        seq=row.seq,
        event_id=str(row.event_id),
        type=row.type,
        facility=row.facility,
        partitionkey=row.partitionkey,
        traceparent=row.traceparent,
        body=_envelope(row, EVENTS[row.type]) if row.type in EVENTS else b"",
        consumers=consumers_of(row.type),
    )


def _envelope(row: sa.Row[Any], event: type[Event]) -> bytes:
    # `data` is JSON already: it is spliced in, not parsed and written again.
    head = Envelope.model_construct(
        specversion="1.0",
        id=row.event_id,
        type=row.type,
        source=f"/alur/{event.producer()}",
        subject=row.partitionkey,
        time=row.recorded_at,
        datacontenttype="application/json",
        dataschema=f"https://alur.id/schemas/{row.type}.json",
        facility=row.facility,
        sequence=row.sequence,
        partitionkey=row.partitionkey,
        correlationid=row.correlationid,
        causationid=row.causationid,
        traceparent=row.traceparent,
        actor=row.actor,
        privacy=event.privacy,
        data={},
    ).model_dump_json(exclude={"data"}, exclude_none=True)
    return f'{head[:-1]},"data":{row.data}}}'.encode()

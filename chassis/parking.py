"""Parking: messages set aside with their cause, for a person to replay or discard.

A parked message holds back later messages of its partition key; all other keys flow on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database
from chassis.delivery import Delivery
from chassis.metrics import PARKED
from chassis.pending import Pending
from chassis.prepared import word_in_text
from chassis.tables import parked

BEHIND = "behind"
HELD = parked.c.state == word_in_text("parked")
UNEXPECTED = "unexpected"
#: What open pages follow, so that a room sees at once what it could not take in.
TOPIC = "parked"


async def park(database: Database, service: str, delivery: Delivery, code: str, cause: str) -> None:
    """Store a message with its cause; a message parked before keeps its place."""
    async with database.writing() as connection:
        await _store(connection, database, [_row(delivery, code, cause)])
    PARKED.labels(service, code).inc()


async def hold_back(
    connection: AsyncConnection,
    database: Database,
    service: str,
    deliveries: Sequence[Delivery],
    pending: Pending,
) -> list[Delivery]:
    """Park what stands behind a parked message of its key; returns the others.

    A message that was parked before, in whatever state it is now, is not handled again.
    """
    keys = {delivery.envelope.partitionkey for delivery in deliveries}
    statement = sa.select(parked.c.event_id, parked.c.partitionkey, parked.c.state).where(
        sa.or_(
            parked.c.event_id.in_([delivery.id for delivery in deliveries]),
            sa.and_(HELD, parked.c.partitionkey.in_(keys)),
        )
    )
    found = (await connection.execute(statement)).all()
    if not found:
        return list(deliveries)
    known = {row.event_id for row in found}
    blocked = {row.partitionkey for row in found if row.state == "parked"}
    fresh = [delivery for delivery in deliveries if delivery.id not in known]
    behind = [d for d in fresh if d.envelope.partitionkey in blocked]
    if behind:
        cause = "Menunggu pesan sebelumnya yang tertahan"
        await _store(connection, database, [_row(d, BEHIND, cause) for d in behind])
        PARKED.labels(service, BEHIND).inc(len(behind))
        pending.topics |= news(behind).topics
    return [delivery for delivery in fresh if delivery.envelope.partitionkey not in blocked]


def news(deliveries: Sequence[Delivery]) -> Pending:
    """What the open pages of the centres concerned are to be told."""
    return Pending(topics={f"{delivery.envelope.facility}/{TOPIC}" for delivery in deliveries})


async def held_here(database: Database, facility: str) -> Sequence[Any]:
    """What waits for a person at this centre, by kind and cause; through the partial index."""
    statement = (
        sa.select(
            parked.c.type,
            parked.c.code,
            sa.func.count().label("number"),
            sa.func.min(parked.c.parked_at).label("since"),
        )
        .where(HELD, parked.c.facility == facility)
        .group_by(parked.c.type, parked.c.code)
        .order_by(sa.func.min(parked.c.position))
    )
    async with database.reading() as connection:
        return (await connection.execute(statement)).all()


async def _store(
    connection: AsyncConnection, database: Database, rows: Sequence[dict[str, Any]]
) -> None:
    statement = database.insert(parked).values(list(rows))
    await connection.execute(statement.on_conflict_do_nothing(index_elements=[parked.c.event_id]))


def _row(delivery: Delivery, code: str, cause: str) -> dict[str, Any]:
    envelope = delivery.envelope
    return {
        **delivery.columns,
        "facility": envelope.facility,
        "body": delivery.body.decode("utf-8", "backslashreplace").replace("\x00", "\\x00"),
        "code": code,
        "cause": cause,
        "parked_at": datetime.now(UTC),
    }

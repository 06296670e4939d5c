"""Claiming messages: their ids go into the inbox first, and what is there already drops out."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import INSERTS
from chassis.delivery import Delivery
from chassis.prepared import Prepared
from chassis.tables import inbox, parked

_AT_ONCE = sa.text("""
WITH message AS (
  SELECT * FROM ROWS FROM (
    json_to_recordset(CAST(:messages AS json)) AS (
      event_id uuid, type text, source text, partitionkey text, sequence bigint,
      recorded_at timestamptz)
  ) WITH ORDINALITY
), held AS (
  SELECT FROM parked
  WHERE event_id IN (SELECT event_id FROM message)
     OR (state = 'parked' AND partitionkey IN (SELECT partitionkey FROM message))
), claimed AS (
  INSERT INTO inbox (event_id, type, source, partitionkey, sequence, recorded_at, handled_at)
  SELECT event_id, type, source, partitionkey, sequence, recorded_at, :now
  FROM message WHERE NOT EXISTS (SELECT FROM held) ORDER BY ordinality
  ON CONFLICT (event_id) DO NOTHING
  RETURNING event_id
)
SELECT event_id FROM claimed
UNION ALL SELECT NULL WHERE EXISTS (SELECT FROM held)
""").bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))
AT_ONCE = Prepared(_AT_ONCE.columns(inbox.c.event_id))
ANY_PARKED = sa.select(sa.func.max(parked.c.position))


async def at_once(
    connection: AsyncConnection, deliveries: Sequence[Delivery]
) -> list[Delivery] | None:
    """As `claim` where nothing parked concerns these; None (and nothing claimed) otherwise."""
    if connection.dialect.name == "sqlite":
        parked_before = await connection.scalar(ANY_PARKED)
        return await claim(connection, deliveries) if parked_before is None else None
    first = _each_once(deliveries)
    messages = json.dumps([_row(delivery) for delivery in first.values()], default=str)
    values = {"messages": messages, "now": datetime.now(UTC)}
    claimed = {row.event_id for row in (await AT_ONCE.run(connection, values)).rows}
    return None if None in claimed else _those(first, claimed)


async def claim(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries nobody has handled yet, in order."""
    if not deliveries:
        return []
    first, now = _each_once(deliveries), datetime.now(UTC)
    rows = [_row(delivery) | {"handled_at": now} for delivery in first.values()]
    claimed = set(await connection.scalars(_claim_ids(connection.dialect.name), rows))
    return _those(first, claimed)


def _each_once(deliveries: Sequence[Delivery]) -> dict[UUID, Delivery]:
    first: dict[UUID, Delivery] = {}
    for delivery in in_order(deliveries):
        first.setdefault(delivery.id, delivery)
    return first


def _those(first: dict[UUID, Delivery], claimed: set[UUID]) -> list[Delivery]:
    return [delivery for delivery in first.values() if delivery.id in claimed]


@cache
def _claim_ids(dialect: str) -> Any:
    """Built once, so that it is compiled once. The rows are written in their order."""
    insert = INSERTS[dialect](inbox)
    return insert.on_conflict_do_nothing(index_elements=[inbox.c.event_id]).returning(
        inbox.c.event_id, sort_by_parameter_order=False
    )


def in_order(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Arrival order, but never a later sequence of one producer's key before an earlier one."""
    slots: dict[tuple[str, str], list[int]] = {}
    for index, delivery in enumerate(deliveries):
        slots.setdefault(delivery.key, []).append(index)
    ordered = list(deliveries)
    for indexes in slots.values():
        same = sorted((deliveries[i] for i in indexes), key=lambda d: d.envelope.sequence)
        for index, delivery in zip(indexes, same, strict=True):
            ordered[index] = delivery
    return ordered


def _row(delivery: Delivery) -> dict[str, Any]:
    return delivery.columns | {"recorded_at": delivery.envelope.time}

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
from chassis.errors import Problem
from chassis.metrics import PARKED
from chassis.pending import Pending
from chassis.prepared import word_in_text
from chassis.tables import parked

BEHIND = "behind"
HELD = parked.c.state == word_in_text("parked")
UNEXPECTED = "unexpected"
#: What open pages follow, so that a room sees at once what it could not take in.
TOPIC = "parked"


def cause_of(error: Exception) -> tuple[str, str]:
    """Code and sentence; the message of an error nobody foresaw may quote a name."""
    if isinstance(error, Problem):
        return error.code, str(error)
    return UNEXPECTED, type(error).__name__


def causes() -> frozenset[str]:
    """Every code that `cause_of` may give, and that of what waits behind."""
    kinds, found = [Problem], {UNEXPECTED, BEHIND}
    while kinds:
        kind = kinds.pop()
        found.add(kind.code)
        kinds += kind.__subclasses__()
    return frozenset(found)


async def park(database: Database, service: str, delivery: Delivery, error: Exception) -> None:
    """Store a message with its cause; a message parked before keeps its place."""
    code, cause = cause_of(error)
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

    A message that was parked before, in whatever state it is now, is not handled again. What is
    parked stays so until this transaction ends: a replay waits for it, and then sees who came last.
    """
    keys = {delivery.envelope.partitionkey for delivery in deliveries}
    columns = (parked.c.partitionkey, parked.c.source, parked.c.sequence)
    statement = sa.select(parked.c.event_id, parked.c.state, *columns).where(
        sa.or_(
            parked.c.event_id.in_([delivery.id for delivery in deliveries]),
            sa.and_(HELD, parked.c.partitionkey.in_(keys)),
        )
    )
    found = (await connection.execute(statement.with_for_update(read=True))).all()
    if not found:
        return list(deliveries)
    known = {row.event_id for row in found}
    held = [row for row in found if row.state == "parked"]
    fresh = [delivery for delivery in deliveries if delivery.id not in known]
    behind = [delivery for delivery in fresh if _is_behind(delivery, held)]
    if behind:
        cause = "Menunggu pesan sebelumnya yang tertahan"
        await _store(connection, database, [_row(d, BEHIND, cause) for d in behind])
        PARKED.labels(service, BEHIND).inc(len(behind))
        pending.topics |= news(*(d.envelope.facility for d in behind)).topics
    waiting = {delivery.id for delivery in behind}
    return [delivery for delivery in fresh if delivery.id not in waiting]


def _is_behind(delivery: Delivery, held: Sequence[Any]) -> bool:
    """An earlier one of the same producer goes first: perhaps it is what the others wait for."""
    return any(
        row.partitionkey == delivery.envelope.partitionkey
        and (row.source != delivery.source or row.sequence < delivery.envelope.sequence)
        for row in held
    )


def news(*facilities: str) -> Pending:
    """What the open pages of these centres are to be told."""
    return Pending(topics={f"{facility}/{TOPIC}" for facility in facilities})


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


def heads() -> sa.Subquery:
    """The oldest message held of each key, by `position`, and how many wait `behind` it.

    Unreadable ones have no key: each stands alone.
    """
    alone = sa.case((parked.c.partitionkey == "", parked.c.position))
    return (
        sa.select(
            sa.func.min(parked.c.position).label("position"),
            (sa.func.count() - 1).label("behind"),
        )
        .where(HELD)
        .group_by(parked.c.partitionkey, alone)
        .subquery("head")
    )


async def _store(
    connection: AsyncConnection, database: Database, rows: Sequence[dict[str, Any]]
) -> None:
    statement = database.insert(parked).values(list(rows))
    await connection.execute(statement.on_conflict_do_nothing(index_elements=[parked.c.event_id]))


def _row(delivery: Delivery, code: str, cause: str) -> dict[str, Any]:
    row = {
        **delivery.columns,
        "facility": delivery.envelope.facility,
        "body": delivery.body.decode("utf-8", "backslashreplace"),
        "code": code,
        "cause": cause,
        "parked_at": datetime.now(UTC),
    }
    return {name: _fitting(parked.c[name], value) for name, value in row.items()}


def _fitting(column: sa.Column[Any], value: Any) -> Any:
    """A message is parked whatever is in it: text without NUL, cut where the column ends."""
    if isinstance(value, str) and isinstance(column.type, sa.String):
        return value.replace("\x00", "\\x00")[: column.type.length]
    return value

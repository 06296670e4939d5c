"""What a person does with a parked message: handle it again, or give it up with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database
from chassis.delivery import decode
from chassis.errors import Conflict, NotFound, Problem
from chassis.inbox import Inbox
from chassis.parking import HELD, UNEXPECTED
from chassis.pending import Pending
from chassis.tables import audit, parked
from contracts.envelope import Actor


async def replay(inbox: Inbox, event_id: UUID, actor: Actor) -> int:
    """Handle a parked message again, then those behind it; returns how many were handled.

    Raises the Problem that still stands in the way of the first one; it stays parked then.
    """
    row = await _load(inbox.database, event_id)
    handled = 0
    for waiting in await _same_key(inbox.database, row):
        if handled == 0 and waiting.event_id != event_id:
            raise Conflict("Pesan sebelumnya untuk pasien ini harus diselesaikan lebih dulu")
        try:
            await _replay_one(inbox, waiting, actor)
        except Exception as error:
            await _note(inbox.database, waiting, error)
            if handled == 0:
                raise
            break
        handled += 1
    return handled


async def discard(inbox: Inbox, event_id: UUID, actor: Actor, reason: str) -> None:
    """Give a message up, with a reason; those behind it are handled."""
    row = await _load(inbox.database, event_id)
    async with inbox.database.writing() as connection:
        await _resolve(connection, row, "discarded", actor, reason)
    followers = await _same_key(inbox.database, row)
    if followers:
        await replay(inbox, followers[0].event_id, actor)


async def _replay_one(inbox: Inbox, row: Any, actor: Actor) -> None:
    delivery = decode(row.body.encode(), inbox.profiles, inbox.handlers.types)
    if delivery.problem is not None:
        raise delivery.problem
    pending = Pending()
    async with inbox.database.writing() as connection:
        await _resolve(connection, row, "replayed", actor, "")
        await inbox.apply(connection, pending, delivery)
    inbox.after_commit(pending)


async def _load(database: Database, event_id: UUID) -> Any:
    statement = sa.select(parked).where(parked.c.event_id == event_id, HELD)
    async with database.reading() as connection:
        row = (await connection.execute(statement)).first()
    if row is None:
        raise NotFound("Pesan ini tidak lagi tertahan")
    return row


async def _same_key(database: Database, row: Any) -> Sequence[Any]:
    """Everything parked with this key, in the order it came; unreadable ones stand alone."""
    same = (
        parked.c.partitionkey == row.partitionkey
        if row.partitionkey
        else parked.c.event_id == row.event_id
    )
    statement = sa.select(parked).where(HELD, same).order_by(parked.c.position)
    async with database.reading() as connection:
        return (await connection.execute(statement)).all()


async def _resolve(
    connection: AsyncConnection, row: Any, state: str, actor: Actor, reason: str
) -> None:
    now = datetime.now(UTC)
    statement = (
        sa.update(parked)
        .where(parked.c.position == row.position, HELD)
        .values(state=state, resolved_at=now, resolved_by=actor.text(), reason=reason)
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise NotFound("Pesan ini tidak lagi tertahan")
    await connection.execute(
        sa.insert(audit).values(
            at=now,
            facility=row.facility,
            actor=actor.text(),
            action=f"message.{state}",
            subject=str(row.event_id),
            detail=reason,
        )
    )


async def _note(database: Database, row: Any, error: Exception) -> None:
    """Keep the newest cause of a message that still cannot be handled."""
    code, cause = UNEXPECTED, type(error).__name__
    if isinstance(error, Problem):
        code, cause = error.code, str(error)
    statement = (
        sa.update(parked).where(parked.c.position == row.position).values(code=code, cause=cause)
    )
    async with database.writing() as connection:
        await connection.execute(statement)

"""What a person does with a parked message: handle it again, or give it up with a reason.

The oldest message held of a partition key is its head, and on heads people decide. Those behind one
follow by themselves (`resume`): after each decision, and by the clock, because a process may stop
between the two. Whoever handles a message first takes its row, so that nobody handles it twice, and
what arrives meanwhile either finds it gone or is found behind it (`parking.hold_back`).
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import is_transient
from chassis.delivery import Delivery, decode
from chassis.errors import Conflict, NotFound, StaleVersion
from chassis.inbox import Inbox
from chassis.parking import BEHIND, HELD, TOPIC, cause_of, heads, news
from chassis.tables import parked
from chassis.work import Work
from contracts.envelope import Actor

REPLAYED, DISCARDED = "replayed", "discarded"
GONE = "Pesan ini tidak lagi tertahan"


class Gone(NotFound):
    """Somebody else was quicker."""


class StillHeld(Exception):
    """A message could not be handled this time either, for `cause`."""

    def __init__(self, row: Any, cause: Exception) -> None:
        super().__init__(cause)
        self.row, self.cause = row, cause


async def replay(work: Work, inbox: Inbox, event_id: UUID) -> None:
    """Handle a head again, in this transaction; done already is done. Raises StillHeld."""
    row = await _mine(work, event_id, unless=REPLAYED)
    if row is None:
        return
    head = await work.first(_oldest(row.partitionkey)) if row.partitionkey else row
    if head is not None and head.event_id != event_id:
        raise Conflict("Pesan sebelumnya untuk pasien ini harus diselesaikan lebih dulu")
    await _resolve(work, row, REPLAYED)
    try:
        await inbox.apply(work.connection, work.pending, _read(inbox, row))
    except Exception as error:
        raise StillHeld(row, error) from error


async def discard(work: Work, event_id: UUID, reason: str) -> None:
    """Give a message up, with a reason; done already is done."""
    row = await _mine(work, event_id, unless=DISCARDED)
    if row is not None:
        await _resolve(work, row, DISCARDED, reason)


async def resume(inbox: Inbox, actor: Actor) -> None:
    """Handle what stands behind nothing any more, each key in its order."""
    head = heads()
    statement = (
        sa.select(parked.c.partitionkey)
        .join(head, head.c.position == parked.c.position)
        .where(parked.c.code == BEHIND)
        .order_by(parked.c.position)
    )
    async with inbox.database.reading() as connection:
        keys = (await connection.scalars(statement)).all()
    for key in keys:
        while await _follow(inbox, key, actor):
            pass


async def _follow(inbox: Inbox, key: str, actor: Actor) -> bool:
    """Handle the head of a key if nobody has to decide on it; False where it goes no further."""
    async with inbox.database.reading() as connection:
        row = (await connection.execute(_oldest(key))).first()
    if row is None or row.code != BEHIND:
        return False
    try:
        delivery = _read(inbox, row)
        async with inbox.database.writing() as connection:
            centre = inbox.profiles[delivery.envelope.facility]
            work = Work(inbox.database, connection, actor, centre, datetime.now(UTC))
            await _resolve(work, row, REPLAYED)
            await inbox.apply(connection, work.pending, delivery)
            await work.flush()
    except Gone:
        return True
    except Exception as error:
        await note(inbox, row, error)
        return False
    inbox.after_commit(work.pending)
    return True


async def note(inbox: Inbox, row: Any, error: Exception) -> None:
    """Keep the newest cause of a message that still cannot be handled, unless it will pass."""
    if is_transient(error) or isinstance(error, StaleVersion):
        return
    code, cause = cause_of(error)
    statement = (
        sa.update(parked)
        .where(parked.c.position == row.position, HELD)
        .values(code=code, cause=cause)
    )
    async with inbox.database.writing() as connection:
        await connection.execute(statement)
    inbox.after_commit(news(row.facility))


def _read(inbox: Inbox, row: Any) -> Delivery:
    delivery = decode(row.body.encode(), inbox.profiles, inbox.handlers.types)
    if delivery.problem is not None:
        raise delivery.problem
    return delivery


async def _mine(work: Work, event_id: UUID, unless: str) -> Any:
    """A held message of the caller's centre or of none that is known; None if it is `unless`."""
    here = parked.c.facility.in_((work.facility.code, ""))
    row = await work.one(sa.select(parked).where(parked.c.event_id == event_id, here), GONE)
    if row.state not in {"parked", unless}:
        raise Gone(GONE)
    return row if row.state == "parked" else None


def _oldest(key: str) -> sa.Select[Any]:
    held = sa.select(parked).where(HELD, parked.c.partitionkey == key)
    return held.order_by(parked.c.position).limit(1)


async def _resolve(work: Work, row: Any, state: str, reason: str = "") -> None:
    statement = (
        sa.update(parked)
        .where(parked.c.position == row.position, HELD)
        .values(state=state, resolved_at=work.at, resolved_by=work.actor.text(), reason=reason)
    )
    if (await work.execute(statement)).rowcount != 1:
        raise Gone(GONE)
    work.audit(f"message.{state}", row.event_id, detail=reason)
    work.changed(TOPIC)

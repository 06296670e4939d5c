"""The audit chain: entries already committed are linked by hash, so that no change goes unseen.

Entries are written in the transaction of what they tell of; chaining there would make every
writer of a service wait for the one before. The sealer links committed entries a moment later.
"""

import asyncio
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database, is_transient
from chassis.tables import audit
from chassis.work import digest_of

log = structlog.get_logger(__name__)

BATCH = 500
SEAL_SECONDS = 1.0
LAST_SECONDS = 2.0
GENESIS = "0" * 64
UNSEALED = sa.select(audit).where(audit.c.position.is_(None)).order_by(audit.c.id)


def link(previous: str, row: Any) -> str:
    """The hash of an entry: over the hash before it and everything the entry says."""
    said = (row.id, row.at.isoformat(), row.facility, row.actor, row.action, row.subject)
    return digest_of(previous, *map(str, said), str(row.visit_id or ""), row.detail)


async def seal_once(database: Database) -> int:
    """Link the entries that are not linked yet; returns how many."""
    async with database.reading() as connection:  # as a rule nothing: no need to lock writers out
        if await connection.scalar(UNSEALED.with_only_columns(audit.c.id).limit(1)) is None:
            return 0
    async with database.writing() as connection:
        # Only the leader of the relay seals, but a lead may move in the middle: lock the chain.
        if not database.is_sqlite:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x5EA1)))
        rows = (await connection.execute(UNSEALED.limit(BATCH))).all()
        if not rows:
            return 0
        position, previous = await _tip(connection)
        updates = []
        for row in rows:
            position, previous = position + 1, link(previous, row)
            updates.append({"key": row.id, "new_position": position, "new_hash": previous})
        statement = (
            sa.update(audit)
            .where(audit.c.id == sa.bindparam("key"))
            .values(position=sa.bindparam("new_position"), hash=sa.bindparam("new_hash"))
        )
        await connection.execute(statement, updates)
        return len(rows)


async def _tip(connection: AsyncConnection) -> tuple[int, str]:
    newest = (
        sa.select(audit.c.position, audit.c.hash)
        .where(audit.c.position.is_not(None))
        .order_by(audit.c.position.desc())
        .limit(1)
    )
    row = (await connection.execute(newest)).first()
    return (row.position, row.hash) if row else (0, GENESIS)


async def seal_for_ever(database: Database) -> None:
    while True:
        await seal_all(database)
        await asyncio.sleep(SEAL_SECONDS)


async def seal_all(database: Database) -> None:
    """Link what is committed by now; where the database is away, the next time does it."""
    try:
        while await seal_once(database) == BATCH:
            pass
    except Exception as error:
        if not is_transient(error):
            raise
        log.warning("sealer_waits", error=type(error).__name__)


async def seal_rest(database: Database) -> None:
    """Before a process ends: its last entries do not stand unlinked until the next start."""
    with suppress(TimeoutError):
        await asyncio.wait_for(seal_all(database), LAST_SECONDS)


async def broken_links(database: Database) -> list[int]:
    """Positions whose entry was changed, removed or put in; empty for a whole chain."""
    broken: list[int] = []
    expected, previous = 1, GENESIS
    statement = sa.select(audit).where(audit.c.position.is_not(None)).order_by(audit.c.position)
    async with database.snapshot() as connection:
        async for row in await connection.stream(statement):
            if row.position != expected or link(previous, row) != row.hash:
                broken.append(row.position)
            expected, previous = row.position + 1, row.hash
    return broken

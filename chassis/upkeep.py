"""What the plumbing of every service does by the clock, beside its relay."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from chassis.database import Database
from chassis.inbox import Inbox
from chassis.periodic import CLOCK, repeat
from chassis.replay import resume
from chassis.tables import idempotency

RESUME_SECONDS = 10.0
FORGET_SECONDS = 60.0
#: Answers under an Idempotency-Key hold names: none stays longer than commands are sent again.
KEPT = timedelta(days=7)
#: Keys looked at in one go; all of them come in turn, without an index that every command pays for.
SLICE = 500
FIRST = ("", "")

place = sa.tuple_(idempotency.c.actor, idempotency.c.key)


def tasks(inbox: Inbox) -> list[Callable[[], Awaitable[None]]]:
    """Each runs until cancelled."""
    name = inbox.service
    forget = Forgetting(inbox.database).go_on
    return [
        partial(repeat, name, partial(resume, inbox, CLOCK), RESUME_SECONDS),
        partial(repeat, name, forget, FORGET_SECONDS),
    ]


@dataclass
class Forgetting:
    """Walks through the kept answers, a slice at a time, and removes the old ones."""

    database: Database
    after: tuple[str, str] = FIRST

    async def go_on(self) -> None:
        keys = (idempotency.c.actor, idempotency.c.key)
        statement = (
            sa.select(*keys, idempotency.c.created_at)
            .where(place > self.after)
            .order_by(*keys)
            .limit(SLICE)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        before = datetime.now(UTC) - KEPT
        if old := [(row.actor, row.key) for row in rows if row.created_at < before]:
            async with self.database.writing() as connection:
                await connection.execute(sa.delete(idempotency).where(place.in_(old)))
        self.after = (rows[-1].actor, rows[-1].key) if len(rows) == SLICE else FIRST

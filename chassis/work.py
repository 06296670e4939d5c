"""One unit of work: rows, events and audit entries of one request or message, committed once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from chassis.database import Database
from chassis.errors import NotFound, StaleVersion
from chassis.pending import Pending
from contracts.envelope import Actor, Event
from contracts.facility import Facility

Row = sa.Row[Any]


@dataclass
class Work:
    """What a use case works with. `at` is one aware UTC instant for the whole unit of work.

    `facilities` is set for set-based handlers only: the facility code of each event.
    """

    database: Database
    connection: AsyncConnection
    actor: Actor
    facility: Facility
    at: datetime
    pending: Pending = field(default_factory=Pending)
    expected_version: int | None = None
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None
    facilities: Sequence[str] = ()

    @staticmethod
    def new_id() -> UUID:
        return uuid7()

    async def execute(self, statement: Any, parameters: Any = None) -> sa.CursorResult[Any]:
        result = await self.connection.execute(statement, parameters)
        assert isinstance(result, sa.CursorResult)
        return result

    async def all(self, statement: Any) -> Sequence[Row]:
        return (await self.connection.execute(statement)).all()

    async def first(self, statement: Any) -> Row | None:
        return (await self.connection.execute(statement)).first()

    async def one(self, statement: Any, missing: str = "Data tidak ditemukan") -> Row:
        """The row, or NotFound with the sentence `missing`."""
        row = await self.first(statement)
        if row is None:
            raise NotFound(missing)
        return row

    async def scalar(self, statement: Any) -> Any:
        return await self.connection.scalar(statement)

    def insert(self, table: sa.Table) -> Any:
        """The dialect's insert, with `on_conflict_do_update` and `on_conflict_do_nothing`."""
        return self.database.insert(table)

    async def save(self, table: sa.Table, row: Any, **values: Any) -> int:
        """Change a row under its version; returns the new version or raises StaleVersion."""
        self.check_version(row)
        statement = (
            sa.update(table)
            .where(table.c.id == row.id, table.c.version == row.version)
            .values(version=row.version + 1, **values)
        )
        if (await self.execute(statement)).rowcount != 1:
            raise StaleVersion(STALE)
        return int(row.version) + 1

    def check_version(self, row: Any) -> None:
        """Refuse a change made on an older picture of the row than the one stored."""
        if self.expected_version is not None and self.expected_version != row.version:
            raise StaleVersion(STALE)

    def publish(self, event: Event) -> UUID:
        """Add an event to the outbox of this transaction; returns its id."""
        event_id = uuid7()
        correlation = str(
            getattr(event, "visit_id", None) or self.correlation or event.partitionkey
        )
        self.pending.events.append(
            {
                "event_id": event_id,
                "type": event.type,
                "facility": self.facility.code,
                "partitionkey": event.partitionkey,
                "correlationid": correlation,
                "causationid": self.causation,
                "traceparent": self.traceparent,
                "actor": self.actor.text(),
                "data": event.model_dump_json(),
            }
        )
        return event_id

    def audit(
        self, action: str, subject: object, *, visit_id: UUID | None = None, detail: str = ""
    ) -> None:
        """Record who did or read what; `subject` is an id, never a name."""
        self.pending.audits.append(
            {
                "at": self.at,
                "facility": self.facility.code,
                "actor": self.actor.text(),
                "action": action,
                "subject": str(subject),
                "visit_id": visit_id,
                "detail": detail,
            }
        )

    def changed(self, *topics: str) -> None:
        """Tell the open pages of this centre, after the commit, that these topics are newer."""
        self.pending.topics.update(f"{self.facility.code}/{topic}" for topic in topics)

    def remember(self, key: str, digest: str, status: int, answer: str) -> None:
        """Keep the answer under the caller's Idempotency-Key."""
        self.pending.answers.append(
            {
                "actor": self.actor.staff_id,
                "key": key,
                "digest": digest,
                "status": status,
                "answer": answer,
                "created_at": self.at,
            }
        )

    async def flush(self) -> None:
        await self.pending.flush(self.connection)


STALE = "Data ini sudah diubah orang lain. Muat ulang halaman, lalu ulangi perubahan Anda"


def digest_of(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each preceded by its length so that no two lists look alike."""
    sha = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        sha.update(b"%d:" % len(raw))
        sha.update(raw)
    return sha.hexdigest()

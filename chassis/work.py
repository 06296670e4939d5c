"""One unit of work: rows, events and audit entries of one request or message, committed once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from chassis.database import Database
from chassis.driver import begin
from chassis.errors import NotFound, StaleVersion
from chassis.pending import Pending
from chassis.prepared import Answer, Prepared, given, only_reads
from chassis.together import Write
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
    actor_name: str = ""

    @property
    def signature(self) -> str:
        """The name people read beside what was done, as it was then; without one the staff id."""
        return self.actor_name or self.actor.staff_id

    @staticmethod
    def new_id() -> UUID:
        return uuid7()

    async def execute(self, statement: Any, parameters: Any = None) -> sa.CursorResult[Any]:
        """A statement built on the spot, or one run with many rows."""
        await self._ready(reads=only_reads(statement))
        result = await self.connection.execute(statement, parameters)
        assert isinstance(result, sa.CursorResult)
        return result

    async def run(self, statement: Prepared, /, **values: Any) -> Answer:
        """A prepared statement. `facility` is always given: the caller's centre."""
        values.setdefault("facility", self.facility.code)
        form = statement.form(self.connection.dialect, values)
        await self._ready(reads=form.reads)
        return await form.run(self.connection, values)

    async def later(self, statement: Prepared, /, *, one: bool = False, **values: Any) -> None:
        """A write nobody has to read back; at the latest it happens with the commit.

        Several go in one round trip where they cannot touch the same row. `one`: StaleVersion
        unless it changes exactly one row.
        """
        values.setdefault("facility", self.facility.code)
        form = statement.form(self.connection.dialect, values)
        await self.pending.put_off(self.connection, Write(form, values, one))

    async def _ready(self, *, reads: bool) -> None:
        """A reader sees what was put off; a transaction begins with what changes or locks."""
        if self.pending.writes:
            await self.pending.write(self.connection)
        elif not reads:
            await begin(self.connection)

    async def run_many(self, statement: Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
        """A prepared statement once for each row, without an answer."""
        await self._ready(reads=False)
        await statement.run_many(self.connection, rows)

    async def all(self, statement: Any, /, **values: Any) -> Sequence[Row]:
        if isinstance(statement, Prepared):
            return (await self.run(statement, **values)).rows
        return (await self.execute(statement, values)).all()

    async def first(self, statement: Any, /, **values: Any) -> Row | None:
        rows = await self.all(statement, **values)
        return rows[0] if rows else None

    async def one(
        self, statement: Any, missing: str = "Data tidak ditemukan", /, **values: Any
    ) -> Row:
        """The row, or NotFound with the sentence `missing`."""
        row = await self.first(statement, **values)
        if row is None:
            raise NotFound(missing)
        return row

    async def scalar(self, statement: Any, /, **values: Any) -> Any:
        """The first value of the first row, or None."""
        row = await self.first(statement, **values)
        return None if row is None else row[0]

    async def number(self, counter: Prepared, **key: Any) -> int:
        """The next number of a counter (`prepared.counting`), without holding it until the commit.

        To be asked for before anything is written. Where this work then fails, nobody gets it.
        """
        values = {"facility": self.facility.code, **key}

        async def take(many: int) -> int:
            answer = await counter.run(self.connection, values | {"last": many})
            return int(answer.rows[0].last)

        place = (counter, *values.values())
        return await self.database.numbers.next(self.connection, place, take)

    def insert(self, table: sa.Table) -> Any:
        """The dialect's insert, with `on_conflict_do_update` and `on_conflict_do_nothing`."""
        return self.database.insert(table)

    async def save(self, table: sa.Table, row: Any, **values: Any) -> int:
        """Change a row under its version; returns the new version.

        StaleVersion where another was quicker, at the latest with the commit.
        """
        self.check_version(row)
        version = int(row.version) + 1
        keys = {"row_id": row.id, "old_version": row.version}
        update = save_statement(table, ("version", *values))
        await self.later(update, one=True, **keys, version=version, **values)
        return version

    def check_version(self, row: Any) -> None:
        """Refuse a change made on an older picture of the row than the one stored."""
        if self.expected_version is not None and self.expected_version != row.version:
            raise StaleVersion()

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


@cache
def save_statement(table: sa.Table, names: tuple[str, ...]) -> Prepared:
    """Changes these columns of a row that still has its version."""
    return Prepared(
        lambda _insert: (
            sa.update(table)
            .where(
                table.c.id == sa.bindparam("row_id"),
                table.c.version == sa.bindparam("old_version"),
            )
            .values(given(table, names))
        )
    )


def digest_of(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each preceded by its length so that no two lists look alike."""
    sha = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        sha.update(b"%d:" % len(raw))
        sha.update(raw)
    return sha.hexdigest()

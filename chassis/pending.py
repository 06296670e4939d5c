"""What a transaction writes last: rows nobody has to read back, events, audit entries, an answer.

PostgreSQL takes all of it in one statement, because each round trip costs more than the rows;
SQLite has no round trips, and takes one statement for each table. See docs/adr/0009 and 0010.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import driver
from chassis.tables import audit, idempotency, outbox, stream
from chassis.together import Write, together


@dataclass
class Pending:
    """Shared by all messages of a micro-batch. `writes` are put off until the next reading."""

    writes: list[Write] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)

    async def flush(self, connection: AsyncConnection) -> None:
        """Write everything; the keys of events stay locked until the commit, in key order.

        One statement is a transaction of its own on PostgreSQL where none has begun.
        """
        if not (self.writes or self.events or self.audits or self.answers):
            return
        now = datetime.now(UTC)
        if connection.dialect.name == "postgresql":
            writes, self.writes = self.writes, []
            await together(connection, writes, AT_ONCE, self._as_json(now))
        else:
            await self._one_by_one(connection, now)

    async def put_off(self, connection: AsyncConnection, write: Write) -> None:
        """Keep a write for the next round trip; one that may meet another there goes after it."""
        if connection.dialect.name != "postgresql":
            return await write.run(connection)
        if not write.fits(self.writes):
            await self.write(connection)
        self.writes.append(write)

    async def write(self, connection: AsyncConnection) -> None:
        """What was put off; called before anything reads, so that a reader sees it."""
        writes, self.writes = self.writes, []
        await driver.begin(connection)
        await together(connection, writes)

    def _as_json(self, now: datetime) -> list[Any]:
        lists = (self.events, self.audits, self.answers)
        return [*(json.dumps(rows, default=str) for rows in lists), now]

    async def _one_by_one(self, connection: AsyncConnection, now: datetime) -> None:
        if self.events:
            await self._number(connection)
            for event in self.events:
                event["recorded_at"] = now
            await connection.execute(ADD_EVENTS, self.events)
        if self.audits:
            await connection.execute(ADD_AUDITS, self.audits)
        if self.answers:
            await connection.execute(ADD_ANSWERS, self.answers)

    async def _number(self, connection: AsyncConnection) -> None:
        """Give each event the next sequence of its key."""
        counts: dict[str, int] = {}
        for event in self.events:
            counts[event["partitionkey"]] = counts.get(event["partitionkey"], 0) + 1
        rows = [{"partitionkey": key, "last_sequence": counts[key]} for key in sorted(counts)]
        last = {row[0]: row[1] for row in await connection.execute(ADVANCE, rows)}
        following = {key: last[key] - count for key, count in counts.items()}
        for event in self.events:
            following[event["partitionkey"]] += 1
            event["sequence"] = following[event["partitionkey"]]


def _advance() -> Any:
    insert = sqlite.insert(stream)
    return insert.on_conflict_do_update(
        index_elements=[stream.c.partitionkey],
        set_={"last_sequence": stream.c.last_sequence + insert.excluded.last_sequence},
    ).returning(stream.c.partitionkey, stream.c.last_sequence)


ADVANCE = _advance()
ADD_EVENTS = sa.insert(outbox).inline()
ADD_AUDITS = sa.insert(audit).inline()
ADD_ANSWERS = sa.insert(idempotency).inline()

AT_ONCE = """
event AS (
  SELECT * FROM ROWS FROM (
    json_to_recordset(CAST($1 AS json)) AS (
      event_id uuid, type text, facility text, partitionkey text, correlationid text,
      causationid text, traceparent text, actor text, data text)
  ) WITH ORDINALITY
), advanced AS (
  INSERT INTO stream (partitionkey, last_sequence)
  SELECT partitionkey, count(*) FROM event GROUP BY partitionkey ORDER BY partitionkey
  ON CONFLICT (partitionkey)
  DO UPDATE SET last_sequence = stream.last_sequence + excluded.last_sequence
  RETURNING partitionkey, last_sequence
), published AS (
  INSERT INTO outbox (event_id, type, facility, partitionkey, sequence, correlationid,
                      causationid, traceparent, actor, data, recorded_at)
  SELECT event_id, type, facility, partitionkey,
         last_sequence + 1 - row_number() OVER (PARTITION BY partitionkey ORDER BY ordinality DESC),
         correlationid, causationid, traceparent, actor, data, CAST($4 AS timestamptz)
  FROM event JOIN advanced USING (partitionkey) ORDER BY ordinality
), audited AS (
  INSERT INTO audit (at, facility, actor, action, subject, visit_id, detail)
  SELECT at, facility, actor, action, subject, visit_id, detail
  FROM json_to_recordset(CAST($2 AS json)) AS (
    at timestamptz, facility text, actor text, action text, subject text, visit_id uuid,
    detail text)
), answered AS (
  INSERT INTO idempotency (actor, key, digest, status, answer, created_at)
  SELECT actor, key, digest, status, answer, created_at
  FROM json_to_recordset(CAST($3 AS json)) AS (
    actor text, key text, digest text, status integer, answer text, created_at timestamptz)
)"""

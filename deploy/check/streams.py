"""Order: no gap in the numbers of a producer's key, and no event handled before an earlier one.

A message that was lost and sent again (`deploy resend`) comes after later ones of its key. That is
listed, not a violation, where all of those were handled before it was sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import audit, inbox, outbox, parked, stream
from deploy.check.aside import STANDS_ASIDE
from deploy.check.reading import CLOCKS, Databases, rows_of, values_of
from deploy.check.report import Late, Report

#: What the audit log says of a message that was sent again; the subject is the event.
RESENT = "message.resent"

#: Event id -> when it was sent again, each time.
Resent = Mapping[str, Sequence[datetime]]


@dataclass(frozen=True)
class Overtaken:
    """A message and a later one of its key that was handled first."""

    event_id: UUID
    type: str
    sequence: int
    by: int
    by_at: datetime
    #: When this one was handled or given up; None while it is held.
    at: datetime | None


async def check_streams(databases: Databases, report: Report) -> None:
    resent = await _resent(databases)
    for service, database in databases.items():
        for row in await rows_of(database, _gaps()):
            detail = f"{row.found} events, numbered {row.low} to {row.high}, stream at {row.last}"
            report.blame("sequence_gap", service, [row.partitionkey], detail)
        for row in await rows_of(database, _overtaken(outbox, outbox.c.seq)):
            report.blame("overtaken", service, [row.event_id], "left after a later one of its key")
        late = await _handled_late(database, resent)
        for found in [*late, *await _passed_while_aside(database)]:
            _judge(service, found, resent.get(str(found.event_id), ()), report)


def _gaps() -> sa.Select[Any]:
    """Keys whose numbers are not 1 to n, or whose counter says something else."""
    numbers = sa.select(outbox.c.partitionkey, outbox.c.sequence, sa.null().label("last"))
    counters = sa.select(stream.c.partitionkey, sa.null(), stream.c.last_sequence)
    both = sa.union_all(numbers, counters).subquery("both")
    number = both.c.sequence
    found, low, high = sa.func.count(number), sa.func.min(number), sa.func.max(number)
    last = sa.func.max(both.c.last)
    facts = (found.label("found"), low.label("low"), high.label("high"), last.label("last"))
    grouped = sa.select(both.c.partitionkey, *facts).group_by(both.c.partitionkey)
    whole = (low == 1, high == found, sa.func.count(sa.distinct(number)) == found, last == high)
    return grouped.having(sa.not_(sa.func.coalesce(sa.and_(*whole), sa.false())))


def _overtaken(table: sa.Table, order: sa.Column[int], *more: sa.Column[Any]) -> sa.Select[Any]:
    """Rows that come after a higher sequence of the same source and key."""
    source = [table.c.source] if "source" in table.c else []
    before = sa.func.max(table.c.sequence).over(
        partition_by=[*source, table.c.partitionkey], order_by=order, rows=(None, -1)
    )
    columns = (table.c.event_id, table.c.sequence, before.label("before"), *more)
    ordered = sa.select(*columns).subquery("ordered")
    return sa.select(ordered).where(ordered.c.before >= ordered.c.sequence)


async def _handled_late(database: Database, resent: Resent) -> list[Overtaken]:
    """For what was sent again, with the last of the later ones that were handled first."""
    column = inbox.c
    more = (column.type, column.source, column.partitionkey, column.position, column.handled_at)
    late = []
    for row in await rows_of(database, _overtaken(inbox, inbox.c.position, *more)):
        by_at = row.handled_at
        if str(row.event_id) in resent:
            passed = sa.select(sa.func.max(column.handled_at)).where(
                column.source == row.source,
                column.partitionkey == row.partitionkey,
                column.sequence >= row.sequence,
                column.position < row.position,
            )
            (by_at,) = await values_of(database, passed)
        late.append(
            Overtaken(row.event_id, row.type, row.sequence, row.before, by_at, row.handled_at)
        )
    return late


async def _passed_while_aside(database: Database) -> list[Overtaken]:
    """Messages set aside while later ones of their key were handled: those had to wait."""
    same = sa.and_(
        inbox.c.source == parked.c.source,
        inbox.c.partitionkey == parked.c.partitionkey,
        inbox.c.sequence > parked.c.sequence,
    )
    columns = (parked.c.event_id, parked.c.type, parked.c.sequence, parked.c.resolved_at)
    by = (inbox.c.sequence.label("by"), inbox.c.handled_at.label("by_at"))
    statement = sa.select(*columns, *by).join(inbox, same).where(STANDS_ASIDE)
    passed = {}
    for row in await rows_of(database, statement.order_by(inbox.c.handled_at)):
        # Once it was given up, those behind it were handled rightly.
        if row.resolved_at is None or row.by_at < row.resolved_at - CLOCKS:
            passed[row.event_id] = Overtaken(
                row.event_id, row.type, row.sequence, row.by, row.by_at, row.resolved_at
            )
    return list(passed.values())


def _judge(service: str, found: Overtaken, resent: Sequence[datetime], report: Report) -> None:
    """Sent again after all that passed it, and before it was handled: late, but known."""
    known = any(
        found.by_at <= at + CLOCKS and (found.at is None or at - CLOCKS <= found.at)
        for at in resent
    )
    if known:
        report.late.append(Late(service, str(found.event_id), found.type))
    else:
        detail = f"number {found.sequence}, but number {found.by} of its key was handled first"
        report.blame("overtaken", service, [found.event_id], detail)


async def _resent(databases: Databases) -> Resent:
    statement = sa.select(audit.c.subject, audit.c.at).where(audit.c.action == RESENT)
    moments: dict[str, list[datetime]] = {}
    for database in databases.values():
        for row in await rows_of(database, statement):
            moments.setdefault(row.subject, []).append(row.at)
    return moments

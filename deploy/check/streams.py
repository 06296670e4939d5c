"""Order: no gap in the numbers of a producer's key, and no event handled before an earlier one."""

from typing import Any

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import inbox, outbox, parked, stream
from deploy.check.report import Report


async def check_streams(service: str, database: Database, report: Report) -> None:
    async with database.snapshot() as connection:
        for row in await connection.execute(_gaps()):
            detail = f"{row.found} events, numbers {row.low} to {row.high}, stream at {row.last}"
            report.blame("sequence_gap", service, [row.partitionkey], detail)
        for row in await connection.execute(_overtaken(outbox, outbox.c.seq)):
            report.blame("overtaken", service, [row.event_id], "left after a later one of its key")
        replayed = sa.select(parked.c.event_id).where(parked.c.state == "replayed")
        handled = _overtaken(inbox, inbox.c.position, inbox.c.source)
        for row in await connection.execute(handled.where(sa.column("event_id").not_in(replayed))):
            detail = f"sequence {row.sequence} handled after {row.before}"
            report.blame("overtaken", service, [row.event_id], detail)


def _gaps() -> sa.Select[Any]:
    """Keys whose numbers are not 1 to n, or whose counter says something else."""
    number = outbox.c.sequence
    found, low, high = sa.func.count(number), sa.func.min(number), sa.func.max(number)
    distinct = sa.func.count(sa.distinct(number))
    last = sa.func.max(stream.c.last_sequence)
    return (
        sa.select(
            outbox.c.partitionkey,
            found.label("found"),
            low.label("low"),
            high.label("high"),
            last.label("last"),
        )
        .outerjoin(stream, stream.c.partitionkey == outbox.c.partitionkey)
        .group_by(outbox.c.partitionkey)
        .having(
            sa.or_(
                low != 1,
                high != found,
                distinct != found,
                last != high,
                last.is_(None),
            )
        )
    )


def _overtaken(table: sa.Table, order: sa.Column[int], *source: sa.Column[str]) -> sa.Select[Any]:
    """Rows that come after a higher sequence of the same source and key."""
    before = sa.func.max(table.c.sequence).over(
        partition_by=[*source, table.c.partitionkey], order_by=order, rows=(None, -1)
    )
    ordered = sa.select(table.c.event_id, table.c.sequence, before.label("before")).subquery(
        "ordered"
    )
    return sa.select(ordered).where(ordered.c.before >= ordered.c.sequence)

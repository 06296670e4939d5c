"""The audit log: its chain is whole, and no entry has waited too long to be linked into it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chassis import audit
from chassis.tables import audit as entries
from deploy.check.reading import Databases, values_of
from deploy.check.report import Report

#: The sealer links what is committed every second; what is older waits for a sealer that is gone.
SEALED_WITHIN = timedelta(seconds=60)


async def check_audits(databases: Databases, report: Report) -> None:
    latest = datetime.now(UTC) - SEALED_WITHIN
    waiting = sa.select(entries.c.id).where(entries.c.position.is_(None), entries.c.at < latest)
    for service, database in databases.items():
        broken = await audit.broken_links(database)
        report.blame("audit_chain", service, broken, "the link at this position is broken")
        unsealed = await values_of(database, waiting.order_by(entries.c.id))
        for first, last in runs(unsealed):
            ids = f"{first}" if first == last else f"{first} to {last}"
            report.blame("audit_unsealed", service, [ids], f"{last - first + 1} entries")


def runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch of neighbouring numbers."""
    start = 0
    for index, number in enumerate(numbers):
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            yield numbers[start], number
            start = index + 1

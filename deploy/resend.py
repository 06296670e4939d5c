"""Sends events once more, where the broker has lost what it had confirmed.

The outbox keeps every event for good. Marked as unpublished it leaves again, in order, at the next
look of the service's relay (at its next start where it does not run). Each service drops what it
has handled or parked. What comes after later ones of its key (the same visit, order or
prescription) is handled late: it never overwrites a newer fact, and the checker lists it. What was
parked for want of it can be replayed then.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from chassis.settings import Settings
from chassis.tables import audit, inbox, outbox, parked
from contracts.catalog import consumers_of
from contracts.envelope import Actor
from deploy.arguments import seconds
from deploy.check import NoDatabase, opened, prove
from deploy.check.reading import Databases, rows_among
from deploy.check.report import SHOWN
from deploy.check.streams import RESENT

OPERATOR = Actor("operator", "", "")

Rows = Sequence[sa.Row[Any]]


class UnknownEvent(Exception):
    """No outbox has an event with this id; nothing was sent again."""


@dataclass(frozen=True)
class Again:
    """An event that leaves again, and how it stands with those it is for."""

    producer: str
    row: sa.Row[Any]
    standing: dict[str, str]

    def __str__(self) -> str:
        row = self.row
        to = "; ".join(f"{consumer}: {how}" for consumer, how in self.standing.items())
        leaves = "leaves again" if row.published_at else "waits to leave already"
        return f"{self.producer} {row.event_id} {row.type} {leaves}; {to or 'nobody here takes it'}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("event_id", nargs="*", type=UUID, default=[], metavar="EVENT_ID")
    which.add_argument("--lost", action="store_true", help="all that the checker reports as lost")
    parser.add_argument("--mode", choices=["embedded", "distributed"])
    parser.add_argument(
        "--settle", type=seconds, default=30.0, help="with --lost: seconds until all is quiet"
    )


def main(arguments: argparse.Namespace) -> int:
    """0 when all of them leave again; 2 where an id or a database is unknown."""
    settings = Settings(mode=arguments.mode) if arguments.mode else Settings()
    try:
        again = asyncio.run(_run(settings, arguments))
    except (UnknownEvent, NoDatabase) as error:
        print(error, file=sys.stderr)
        return 2
    for each in again[:SHOWN]:
        print(each)
    more = f", {len(again) - SHOWN} of them not shown" if len(again) > SHOWN else ""
    print(f"{len(again)} events{more}" if again else "nothing is lost")
    return 0


async def _run(settings: Settings, arguments: argparse.Namespace) -> list[Again]:
    ids: Sequence[UUID] = arguments.event_id
    if arguments.lost:
        ids = await lost(settings, arguments.settle)
    return await resend(settings, ids)


async def lost(settings: Settings, settle: float) -> list[UUID]:
    """What the checker says was never handled. Some of it may only be slow: that does no harm."""
    report = await prove(settings, settle)
    ids = [found.id for found in report.violations if found.rule == "lost"]
    return [UUID(each) for each in dict.fromkeys(ids)]


async def resend(settings: Settings, ids: Sequence[UUID]) -> list[Again]:
    """Mark these events as unpublished; all of them, or none where one is unknown."""
    async with opened(settings) as databases:
        found = {
            service: await rows_among(database, sa.select(outbox), outbox.c.event_id, ids)
            for service, database in databases.items()
        }
        unknown = set(ids) - {row.event_id for rows in found.values() for row in rows}
        if unknown:
            raise UnknownEvent(f"no such event: {', '.join(sorted(map(str, unknown)))}")
        again = [each for producer in found for each in await _again(databases, producer, found)]
        for producer, rows in found.items():
            await _mark(databases[producer], rows)
    return again


async def _mark(database: Database, rows: Rows) -> None:
    """Each with an entry in the audit log, by which the checker knows why it came late."""
    if not rows:
        return
    unpublish = sa.update(outbox).where(outbox.c.seq == sa.bindparam("number"))
    said = {"at": datetime.now(UTC), "actor": OPERATOR.text(), "action": RESENT}
    entries = [
        {**said, "facility": row.facility, "subject": str(row.event_id), "detail": row.type}
        for row in rows
    ]
    async with database.writing() as connection:
        numbers = [{"number": row.seq} for row in rows]
        await connection.execute(unpublish.values(published_at=None), numbers)
        await connection.execute(sa.insert(audit), entries)


async def _again(databases: Databases, producer: str, found: Mapping[str, Rows]) -> list[Again]:
    """The events of a producer, with what each consumer will do with them."""
    rows = found[producer]
    standing: dict[UUID, dict[str, str]] = {row.event_id: {} for row in rows}
    for consumer, database in databases.items():
        mine = [row for row in rows if consumer in consumers_of(row.type)]
        ids, keys = [row.event_id for row in mine], sorted({row.partitionkey for row in mine})
        at = {
            row.event_id: "known, dropped"
            for row in await rows_among(database, sa.select(inbox), inbox.c.event_id, ids)
        } | {
            row.event_id: f"{row.state}, stays so"
            for row in await rows_among(database, sa.select(parked), parked.c.event_id, ids)
        }
        last = await _last_handled(database, producer, keys)
        for row in mine:
            newest = last.get(row.partitionkey, 0)
            late = f"late, number {newest} of its key was handled"
            new = late if newest > row.sequence else "new"
            standing[row.event_id][consumer] = at.get(row.event_id, new)
    return [Again(producer, row, standing[row.event_id]) for row in rows]


async def _last_handled(
    database: Database, producer: str, keys: Sequence[str]
) -> Mapping[str, int]:
    """Of each key, the highest number a service has handled."""
    number = sa.func.max(inbox.c.sequence).label("number")
    statement = sa.select(inbox.c.partitionkey, number).where(inbox.c.source == producer)
    grouped = statement.group_by(inbox.c.partitionkey)
    rows = await rows_among(database, grouped, inbox.c.partitionkey, keys)
    return {row.partitionkey: row.number for row in rows}

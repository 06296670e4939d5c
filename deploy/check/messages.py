"""Deliveries: each event is handled once by every catalogued consumer, or stands parked there."""

from collections import Counter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import inbox, outbox, parked
from contracts.catalog import EVENTS, SERVICES, consumers_of
from deploy.check.aside import STANDS_ASIDE, check_decisions, list_parked
from deploy.check.reading import Databases, rows_of
from deploy.check.report import Report

#: Event id -> its type, key and number.
Sent = dict[UUID, tuple[str, str, int]]


async def progress(databases: Databases) -> tuple[int, ...]:
    """A fingerprint that changes with every event produced, published, handled or parked."""
    marks: list[int] = []
    for database in databases.values():
        async with database.reading() as connection:
            newest = sa.select(
                sa.select(sa.func.coalesce(sa.func.max(outbox.c.seq), 0)).scalar_subquery(),
                sa.select(sa.func.count(outbox.c.published_at)).scalar_subquery(),
                sa.select(sa.func.coalesce(sa.func.max(inbox.c.position), 0)).scalar_subquery(),
                sa.select(sa.func.count()).select_from(parked).scalar_subquery(),
            )
            marks += (await connection.execute(newest)).one()
    return tuple(marks)


async def is_quiet(databases: Databases) -> bool:
    """Nothing waits to leave, and as much has arrived as was sent."""
    expected: Counter[tuple[str, str]] = Counter()
    arrived: Counter[tuple[str, str]] = Counter()
    for service, database in databases.items():
        async with database.reading() as connection:
            waiting = sa.select(sa.func.count()).where(outbox.c.published_at.is_(None))
            if await connection.scalar(waiting):
                return False
            for type_, count in await connection.execute(_by(outbox.c.type)):
                expected.update({(consumer, type_): count for consumer in consumers_of(type_)})
            for type_, count in await connection.execute(_by(inbox.c.type)):
                arrived[service, type_] += count
            for type_, count in await connection.execute(_by(parked.c.type).where(STANDS_ASIDE)):
                arrived[service, type_] += count
    return all(arrived[key] >= count for key, count in expected.items())


def _by(column: Any) -> sa.Select[Any]:
    return sa.select(column, sa.func.count()).group_by(column)


async def check_deliveries(databases: Databases, report: Report) -> None:
    """One producer at a time, so that only its events are held in memory."""
    await list_parked(databases, report)
    await check_decisions(databases, report)
    for producer in SERVICES:
        sent = await _sent(producer, databases[producer], report)
        report.produced += len(sent)
        for consumer in SERVICES:
            await _compare(producer, consumer, databases[consumer], sent, report)
    for consumer in SERVICES:
        await _strangers(consumer, databases[consumer], report)


async def _sent(producer: str, database: Database, report: Report) -> Sent:
    column = outbox.c
    statement = sa.select(
        column.event_id, column.published_at, column.type, column.partitionkey, column.sequence
    )
    sent: Sent = {}
    async with database.snapshot() as connection:
        async for event_id, published_at, *said in await connection.stream(statement):
            type_ = said[0]
            if type_ not in EVENTS:
                report.blame("uncatalogued", producer, [event_id], type_)
            if published_at is None:
                report.blame("unpublished", producer, [event_id], type_)
            sent[event_id] = (type_, said[1], said[2])
    return sent


async def _compare(
    producer: str, consumer: str, database: Database, sent: Sent, report: Report
) -> None:
    handled: Counter[UUID] = Counter()
    async with database.snapshot() as connection:
        async for event_id, *said in await connection.stream(_said(inbox, producer)):
            handled[event_id] += 1
            _recognise(producer, consumer, event_id, tuple(said), sent, report)
    aside = {row.event_id for row in await rows_of(database, _said(parked, producer))}
    for event_id, (type_, *_) in sent.items():
        if consumer not in consumers_of(type_):
            continue
        report.expected += 1
        report.handled += event_id in handled
        if event_id not in handled and event_id not in aside:
            report.blame("lost", consumer, [event_id], f"{type_} from {producer}")
    twice = [event_id for event_id, times in handled.items() if times > 1 or event_id in aside]
    report.blame("duplicated", consumer, twice, f"from {producer}")


def _said(table: sa.Table, producer: str) -> sa.Select[Any]:
    """What a consumer keeps of each message of a producer, handled or set aside."""
    column = table.c
    statement = sa.select(column.event_id, column.type, column.partitionkey, column.sequence)
    mine = statement.where(column.source == producer)
    return mine.where(STANDS_ASIDE) if table is parked else mine


def _recognise(
    producer: str, consumer: str, event_id: UUID, said: Any, sent: Sent, report: Report
) -> None:
    """What was handled is what was sent, to whom it was sent."""
    if event_id not in sent:
        report.blame("unproduced", consumer, [event_id], f"from {producer}: nobody sent it")
    elif consumer not in consumers_of(sent[event_id][0]):
        detail = f"from {producer}: {sent[event_id][0]} is not for {consumer}"
        report.blame("unproduced", consumer, [event_id], detail)
    elif sent[event_id] != said:
        was, now = (" ".join(map(str, each)) for each in (sent[event_id], said))
        report.blame("altered", consumer, [event_id], f"sent as {was}, handled as {now}")


async def _strangers(consumer: str, database: Database, report: Report) -> None:
    """Handled events of a source that is no service of ours."""
    statement = sa.select(inbox.c.event_id, inbox.c.source).where(inbox.c.source.not_in(SERVICES))
    for row in await rows_of(database, statement):
        report.blame("unproduced", consumer, [row.event_id], f"from {row.source}: no such service")

"""Deliveries: each event is handled once by every catalogued consumer, or stands parked there."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import inbox, outbox, parked
from contracts.catalog import EVENTS, SERVICES, consumers_of
from deploy.check.report import Parked, Report

Databases = Mapping[str, Database]
Ids = dict[UUID, str]

#: A parked message in one of these states needs no entry in the inbox.
SET_ASIDE = ("parked", "discarded")


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
            aside = _by(parked.c.type).where(parked.c.state.in_(SET_ASIDE))
            for type_, count in await connection.execute(aside):
                arrived[service, type_] += count
    return all(arrived[key] >= count for key, count in expected.items())


def _by(column: Any) -> sa.Select[Any]:
    return sa.select(column, sa.func.count()).group_by(column)


async def check_deliveries(databases: Databases, report: Report) -> None:
    """One producer at a time, so that only its events are held in memory."""
    for consumer in SERVICES:
        await _list_parked(consumer, databases[consumer], report)
    for producer in SERVICES:
        sent = await _sent(producer, databases[producer], report)
        report.produced += len(sent)
        for consumer in SERVICES:
            due = {key: type_ for key, type_ in sent.items() if consumer in consumers_of(type_)}
            await _compare(producer, consumer, databases[consumer], sent, due, report)
    for consumer in SERVICES:
        await _strangers(consumer, databases[consumer], report)


async def _sent(producer: str, database: Database, report: Report) -> Ids:
    statement = sa.select(outbox.c.event_id, outbox.c.type, outbox.c.published_at)
    sent: Ids = {}
    async with database.snapshot() as connection:
        async for event_id, type_, published_at in await connection.stream(statement):
            if type_ not in EVENTS:
                report.blame("uncatalogued", producer, [event_id], type_)
            if published_at is None:
                report.blame("unpublished", producer, [event_id], type_)
            sent[event_id] = type_
    return sent


async def _compare(
    producer: str, consumer: str, database: Database, sent: Ids, due: Ids, report: Report
) -> None:
    handled: Counter[UUID] = Counter()
    aside: set[UUID] = set()
    async with database.snapshot() as connection:
        mine = sa.select(inbox.c.event_id).where(inbox.c.source == producer)
        async for (event_id,) in await connection.stream(mine):
            handled[event_id] += 1
        waiting = sa.select(parked.c.event_id).where(
            parked.c.source == producer, parked.c.state.in_(SET_ASIDE)
        )
        aside.update(await connection.scalars(waiting))
    report.expected += len(due)
    report.handled += sum(event_id in handled for event_id in due)
    lost = [event_id for event_id in due if event_id not in handled and event_id not in aside]
    report.blame("lost", consumer, lost, f"from {producer}")
    twice = [event_id for event_id, times in handled.items() if times > 1 or event_id in aside]
    report.blame("duplicated", consumer, twice, f"from {producer}")
    unknown = [event_id for event_id in handled if event_id not in due]
    for event_id in unknown:
        detail = f"{sent[event_id]} is not for {consumer}" if event_id in sent else "nobody sent it"
        report.blame("unproduced", consumer, [event_id], f"from {producer}: {detail}")


async def _strangers(consumer: str, database: Database, report: Report) -> None:
    """Handled events of a source that is no service of ours."""
    statement = sa.select(inbox.c.event_id, inbox.c.source).where(inbox.c.source.not_in(SERVICES))
    async with database.snapshot() as connection:
        for event_id, source in await connection.execute(statement):
            report.blame("unproduced", consumer, [event_id], f"from {source}: no such service")


async def _list_parked(consumer: str, database: Database, report: Report) -> None:
    statement = sa.select(parked.c.event_id, parked.c.type, parked.c.state, parked.c.code).where(
        parked.c.state.in_(SET_ASIDE)
    )
    async with database.snapshot() as connection:
        for event_id, type_, state, code in await connection.execute(
            statement.order_by(parked.c.position)
        ):
            report.parked.append(Parked(consumer, str(event_id), type_, state, code))

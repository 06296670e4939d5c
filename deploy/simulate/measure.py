"""What the databases say about a simulation: events, waits, service minutes, delivery times."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import inbox, outbox
from services.registration import models as registration


@dataclass
class Measured:
    """Times in seconds, except `lags` in milliseconds."""

    events: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    service: list[float] = field(default_factory=list)


async def measure(databases: Mapping[str, Database], facility: str, since: datetime) -> Measured:
    """Only what was recorded `since` the simulation began, of its facility where that is known."""
    found = Measured()
    for database in databases.values():
        by_type = sa.select(outbox.c.type, sa.func.count().label("number")).where(
            outbox.c.recorded_at >= since, outbox.c.facility == facility
        )
        for row in await _rows(database, by_type.group_by(outbox.c.type)):
            found.events[row.type] += row.number
        times = sa.select(inbox.c.recorded_at, inbox.c.handled_at)
        for row in await _rows(database, times.where(inbox.c.recorded_at >= since)):
            found.lags.append((row.handled_at - row.recorded_at).total_seconds() * 1000)
    await _journeys(databases["registration"], facility, since, found)
    return found


async def _journeys(database: Database, facility: str, since: datetime, found: Measured) -> None:
    """How long patients waited for their first call, and were at the centre at all."""
    visit = registration.visit.c
    first = sa.select(registration.route.c.visit_id, registration.route.c.to_unit).where(
        registration.route.c.route_seq == 1
    )
    units = {row.visit_id: row.to_unit for row in await _rows(database, first)}
    statement = sa.select(visit.id, visit.opened_at, visit.started_at, visit.closed_at).where(
        visit.opened_at >= since, visit.facility == facility
    )
    for row in await _rows(database, statement):
        if row.started_at:
            wait = (row.started_at - row.opened_at).total_seconds()
            found.waits[units.get(row.id, "?")].append(wait)
        if row.closed_at:
            found.service.append((row.closed_at - row.opened_at).total_seconds())


async def _rows(database: Database, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    async with database.reading() as connection:
        rows: Sequence[sa.Row[Any]] = (await connection.execute(statement)).all()
        return rows


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank); 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

"""The centre at a glance: what the display shows, how many wait in every unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.work import Row, Work
from contracts.facility import Facility, UnitKind

from ..domain import tickets
from ..store import tickets as ticket_store
from ..store import visits as visit_store


async def display(work: Work) -> Sequence[Row]:
    """Today's last call of every unit, the newest first: numbers and rooms, no names."""
    today = tickets.local_date(work.facility, work.at)
    rows = await ticket_store.calls(work)
    return [row for row in rows if tickets.local_date(work.facility, row.called_at) == today]


async def standard(work: Work) -> Facility:
    """What the centre promises (standar pelayanan), as its profile says it."""
    return work.facility


async def unit_counts(work: Work) -> list[dict[str, Any]]:
    """Every unit of the profile with who waits there, who is there, and since when."""
    today = tickets.local_date(work.facility, work.at)
    by_unit = {row.unit: row for row in await visit_store.count_by_unit(work)}
    desk = await ticket_store.count_waiting(work, today)
    counts = []
    for unit in work.facility.units:
        row = desk if unit.kind is UnitKind.DESK else by_unit.get(unit.code)
        waiting = int(row.waiting or 0) if row else 0
        present = int(getattr(row, "present", waiting)) if row else 0
        since: datetime | None = row.since if row else None
        facts = {"waiting": waiting, "in_service": present - waiting, "waiting_since": since}
        counts.append({"unit": unit.code, "name": unit.name, "kind": unit.kind.value, **facts})
    return counts

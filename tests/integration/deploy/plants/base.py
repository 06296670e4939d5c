"""How a fault is planted, and the rows that most plants start from."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from chassis.tables import inbox
from contracts.registration import (
    PatientRoutedV1,
    VisitCompletedV1,
)
from services.clinical import models as clinical
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.integration.deploy.damaged import Damaged, Found

Plant = Callable[[Damaged], Awaitable[set[Found]]]
PLANTS: dict[str, Plant] = {}
#: Those that are planted on PostgreSQL too: at least one of each kind.
ON_BOTH: dict[str, Plant] = {}

YEARS = timedelta(days=3650)
ORDER, RX, VISIT = lab.lab_order, pharmacy.prescription, registration.visit
ENTRY, ENCOUNTER = clinical.worklist_entry, clinical.encounter


def plant(function: Plant) -> Plant:
    PLANTS[function.__name__.replace("_", " ")] = function
    return function


def plant_on_both(function: Plant) -> Plant:
    ON_BOTH[function.__name__.replace("_", " ")] = function
    return plant(function)


async def routed(centre: Damaged, service: str = "clinical") -> Any:
    """The first message about a place that a room has handled; later ones of its key follow."""
    mine = sa.select(inbox).where(inbox.c.type == PatientRoutedV1.type, inbox.c.sequence == 2)
    return await centre.one(service, mine.order_by(inbox.c.position))


async def last_place(centre: Damaged) -> Any:
    """The message that ended a visit: the newest of its key."""
    ended = sa.select(inbox).where(inbox.c.type == VisitCompletedV1.type)
    return await centre.one("clinical", ended.order_by(inbox.c.position))


async def last_position(centre: Damaged, service: str) -> int:
    return int((await centre.one(service, sa.select(sa.func.max(inbox.c.position))))[0])


async def change_first(centre: Damaged, service: str, table: sa.Table, **values: Any) -> Any:
    """Change one row of a table; the row as it was."""
    row = await centre.one(service, sa.select(table))
    await centre.run(service, sa.update(table).where(table.c.id == row.id).values(values))
    return row

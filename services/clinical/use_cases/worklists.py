"""What stands on the worklists: read only, in calling order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.errors import NotFound
from chassis.work import Row, Work
from contracts.facility import Unit

from .. import store
from ..domain import queue
from ..domain.rights import Clinician


@dataclass(frozen=True)
class UnitLoad:
    """How busy a unit is. `oldest`: since when the longest waiting patient waits.

    `late`: that is longer than the profile says for this unit.
    """

    unit: Unit
    waiting: int
    in_room: int
    oldest: datetime | None
    late: bool


@dataclass(frozen=True)
class UnitQueue:
    """Everything a room's list shows. `filed`: results that came after the unit was done."""

    unit: Unit
    load: UnitLoad
    in_room: Sequence[Row]
    waiting: Sequence[Row]
    absent: Sequence[Row]
    filed: Sequence[Row]
    notices: Sequence[Row]


async def look_at_unit(work: Work, clinician: Clinician, code: str) -> UnitQueue:
    """The page of a unit: who is in the room, who waits (the first 20), who did not come."""
    unit = room(work, clinician, code)
    return UnitQueue(
        unit=unit,
        load=_load(work, unit, await store.unit_counts(work, [code])),
        in_room=await store.waiting_list(work, code, ("called", "in_service"), 20),
        waiting=await store.waiting_list(work, code, ("waiting",), 20),
        absent=await store.waiting_list(work, code, ("absent",), 5),
        filed=await store.filed_results(work, [code]),
        notices=await store.notices(work, [code], 5),
    )


async def count_waiting(work: Work, code: str | None) -> list[UnitLoad]:
    """Counts of one unit or of all rooms of the centre; numbers only."""
    rooms = work.facility.units_of(*queue.ROOMS)
    units = [unit for unit in rooms if code is None or unit.code == code]
    rows = await store.unit_counts(work, [unit.code for unit in units]) if units else []
    return [_load(work, unit, [row for row in rows if row.unit == unit.code]) for unit in units]


async def list_filed(work: Work, clinician: Clinician) -> list[Row]:
    """Results of the caller's units that came after the unit was done and wait to be read."""
    units = [unit.code for unit in work.facility.units if clinician.works_in(unit.code)]
    return list(await store.filed_results(work, units)) if units else []


async def list_units(work: Work, clinician: Clinician) -> list[UnitLoad]:
    """The caller's units with their counts."""
    units = [unit for unit in work.facility.units_of(*queue.ROOMS) if clinician.works_in(unit.code)]
    rows = await store.unit_counts(work, [unit.code for unit in units]) if units else []
    return [_load(work, unit, [row for row in rows if row.unit == unit.code]) for unit in units]


def _load(work: Work, unit: Unit, rows: Sequence[Row]) -> UnitLoad:
    counts = {row.state: int(row.entries) for row in rows}
    oldest = next((row.oldest for row in rows if row.state == "waiting"), None)
    in_room = counts.get("called", 0) + counts.get("in_service", 0)
    limit = work.facility.late_after_minutes(unit.code)
    late = bool(oldest and limit and work.at - oldest >= timedelta(minutes=limit))
    return UnitLoad(unit, counts.get("waiting", 0), in_room, oldest, late)


async def list_notices(work: Work, clinician: Clinician) -> list[Row]:
    """Complaints the caller's units are asked to clarify."""
    units = [unit.code for unit in work.facility.units if clinician.works_in(unit.code)]
    return list(await store.notices(work, units)) if units else []


async def list_worklist(
    work: Work, clinician: Clinician, unit: str, states: Sequence[str], limit: int
) -> list[Row]:
    room(work, clinician, unit)
    return list(await store.waiting_list(work, unit, states, limit))


def room(work: Work, clinician: Clinician, code: str) -> Unit:
    """A unit of this centre where patients are seen and the caller works."""
    unit = work.facility.unit(code)
    if unit is None or unit.kind not in queue.ROOMS:
        raise NotFound("Unit '%(unit)s' bukan ruang pelayanan di puskesmas ini", unit=code)
    clinician.require(code)
    return unit

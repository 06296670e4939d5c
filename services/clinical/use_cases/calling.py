"""Calling the next patient, calling again, setting aside who did not come."""

from dataclasses import dataclass
from uuid import UUID

from chassis.work import Row, Work
from contracts.clinical import PatientCalledV1
from contracts.facility import Unit

from .. import domain, store
from ..domain import queue
from ..domain.rights import Clinician
from .worklists import room


@dataclass(frozen=True)
class Call:
    """A patient called to a room."""

    visit_id: UUID
    encounter_id: UUID
    ticket_no: str
    unit: str
    room: str
    attempt: int
    state: str


@dataclass(frozen=True)
class Placed:
    """Where an entry stands after it was set aside."""

    visit_id: UUID
    unit: str
    state: str


async def call_next(work: Work, clinician: Clinician, code: str) -> Call:
    """Call whoever is first in the calling order; two rooms never get the same patient."""
    unit = room(work, clinician, code)
    entry = await store.lock_next(work, code)
    if entry is None:
        raise queue.QueueEmpty("Tidak ada pasien yang menunggu di unit ini")
    encounter_id = await store.open_encounter(work, entry.id, entry.patient_id, code)
    return await _call(work, unit, entry, encounter_id)


async def recall(work: Work, clinician: Clinician, visit_id: UUID) -> Call:
    """Call the same patient again, as often as the profile allows."""
    stay = await store.lock_visit(work, visit_id)
    unit = room(work, clinician, stay.entry.unit)
    if stay.entry.state == "waiting":
        raise queue.CallInOrder("Panggil menurut urutan antrean")
    if stay.entry.state == "called":
        queue.require_recall(stay.entry.attempt, work.facility.queue.max_calls)
    queue.ENTRY.after(stay.entry.state, "call")
    encounter = stay.require_encounter(clinician)
    return await _call(work, unit, stay.entry, encounter.id)


async def _call(work: Work, unit: Unit, entry: Row | domain.stay.Entry, encounter_id: UUID) -> Call:
    state = queue.ENTRY.after(entry.state, "call")
    attempt = entry.attempt + 1
    await store.set_entry(work, entry.id, state=state, attempt=attempt, called_at=work.at)
    work.publish(
        PatientCalledV1(visit_id=entry.id, unit=unit.code, room=unit.place, attempt=attempt)
    )
    work.audit("patient.called", entry.id, visit_id=entry.id, detail=unit.code)
    work.changed(f"unit:{unit.code}", f"visit:{entry.id}")
    return Call(entry.id, encounter_id, entry.ticket_no, unit.code, unit.place, attempt, state)


async def mark_missed(work: Work, clinician: Clinician, visit_id: UUID) -> Placed:
    """The called patient did not come: behind everybody once, then out of the calling order."""
    entry = (await store.lock_visit(work, visit_id)).entry
    room(work, clinician, entry.unit)
    after = queue.after_missed(
        entry.state,
        entry.rank,
        entry.missed,
        entry.attempt,
        work.facility.queue.max_calls,
    )
    await store.set_entry(work, entry.id, attempt=0, **after._asdict())
    work.audit("patient.missed", entry.id, visit_id=entry.id, detail=entry.unit)
    work.changed(f"unit:{entry.unit}", f"visit:{entry.id}")
    return Placed(entry.id, entry.unit, after.state)

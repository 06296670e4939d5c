"""What the rooms learn from the other services' events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.work import Work
from contracts.complaints import ComplaintAssignedV1
from contracts.lab import ResultReleasedV1, SpecimenCollectedV1, SpecimenRejectedV1
from contracts.registration import (
    PatientEvent,
    PatientRegisteredV1,
    PatientRoutedV1,
    PatientUpdatedV1,
)

from .. import store
from ..domain import queue, requests
from ..models import lab_request, prescription


async def learn_patients(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    """Set-based. A patient who is known already stays as they are: see `correct_patient`."""
    rows = [
        _patient(event, facility) for event, facility in zip(events, work.facilities, strict=True)
    ]
    await store.add_patients(work, rows)


async def correct_patient(work: Work, event: PatientUpdatedV1) -> None:
    """The newer facts, on the lists where the patient stands."""
    await store.put_patient(work, _patient(event, work.facility.code))
    for entry in await store.open_entries_of(work, event.patient_id):
        work.changed(f"unit:{entry.unit}", f"visit:{entry.id}")


def _patient(event: PatientEvent, facility: str) -> dict[str, Any]:
    return {
        "id": event.patient_id,
        "facility": facility,
        "mrn": event.mrn,
        "full_name": event.full_name,
        "birth_date": event.birth_date,
        "sex": event.sex.value,
        "village_code": event.village_code,
        "version": 1,
    }


async def place_patient(work: Work, event: PatientRoutedV1) -> None:
    """The newest route wins; a patient elsewhere leaves this room's list."""
    moved = await store.place_upsert(
        work,
        id=event.visit_id,
        facility=work.facility.code,
        patient_id=event.patient_id,
        unit=event.to_unit,
        state=queue.state_on_arrival(work.facility, event.to_unit),
        route_seq=event.route_seq,
        reason=event.reason.value,
        priority_class=event.priority_class.value,
        rank=work.facility.queue.rank(event.priority_class),
        number=event.number,
        ticket_no=event.ticket_no,
        attempt=0,
        missed=0,
        first_routed_at=work.at,
        routed_at=work.at,
        called_at=None,
        version=1,
    )
    if moved:
        units = {event.to_unit, event.from_unit or event.to_unit}
        work.changed(f"visit:{event.visit_id}", *(f"unit:{unit}" for unit in sorted(units)))
        work.changed(f"arrived:{event.visit_id}")


async def close_visit(work: Work, visit_id: UUID, patient_id: UUID, state: str) -> None:
    """The visit is over for every room: its record closes, and no late route opens it again."""
    unit = await store.close_visit(work, visit_id, patient_id, state)
    work.changed(f"visit:{visit_id}", *([f"unit:{unit}"] if unit else []))


async def note_lab(
    work: Work, order_id: UUID, visit_id: UUID, unit: str, fact: str, **values: Any
) -> None:
    """How far the laboratory is."""
    if await store.advance(work, lab_request, requests.LAB, order_id, fact, **values):
        work.changed(f"visit:{visit_id}", f"unit:{unit}")


async def note_collected(work: Work, event: SpecimenCollectedV1) -> None:
    """A specimen was taken: for the first time, or again after one was rejected."""
    advanced = await store.advance(work, lab_request, requests.LAB, event.order_id, "in_progress")
    if advanced or await store.note_recollection(work, event.order_id, None):
        work.changed(f"visit:{event.visit_id}", f"unit:{event.origin_unit}")


async def note_rejected_specimen(work: Work, event: SpecimenRejectedV1) -> None:
    """The same order waits for another specimen; the unit sees why."""
    await store.note_recollection(work, event.order_id, event.reason)
    work.changed(f"visit:{event.visit_id}", f"unit:{event.origin_unit}")


async def note_prescription(
    work: Work, rx_id: UUID, visit_id: UUID, fact: str, **values: Any
) -> None:
    """How far the pharmacy is."""
    if await store.advance(work, prescription, requests.PRESCRIPTION, rx_id, fact, **values):
        work.changed(f"visit:{visit_id}")


async def receive_result(work: Work, event: ResultReleasedV1) -> None:
    """Every version is kept. After the unit was done it is filed and the unit alerted."""
    row = await store.locked_request(work, event.order_id)
    state, newest = requests.after_result(row.state, row.result_version, event.version)
    await store.add_result(
        work,
        id=work.new_id(),
        facility=work.facility.code,
        order_id=event.order_id,
        visit_id=row.visit_id,
        version=event.version,
        results=[result.model_dump() for result in event.results],
        validated_by=event.validated_by,
        validator_name=event.validator_name,
        released_at=event.released_at,
    )
    if newest > row.result_version:
        await work.save(
            lab_request, row, state=state, state_at=work.at, result_version=newest,
            filed=requests.comes_after_care(row.visit_state, row.encounter_state),
        )  # fmt: skip
    work.changed(f"visit:{row.visit_id}", f"unit:{row.unit}")


async def note_complaint(work: Work, event: ComplaintAssignedV1) -> None:
    """The unit is told what happened; who complained is not in the event."""
    await store.add_notice(
        work,
        id=event.complaint_id,
        facility=work.facility.code,
        unit=event.unit,
        number=event.number,
        summary=event.summary,
        received_at=work.at,
        version=1,
    )
    work.changed(f"unit:{event.unit}")


async def end_complaint(work: Work, complaint_id: UUID) -> None:
    """Nothing more is asked of the unit; a complaint that never reached one is not known here."""
    unit = await store.remove_notice(work, complaint_id)
    if unit:
        work.changed(f"unit:{unit}")

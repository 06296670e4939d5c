"""What arrives from other rooms: patients, prescriptions and their newer versions."""

from collections.abc import Sequence
from uuid import UUID

from chassis.work import Work
from contracts.clinical import PrescriptionIssuedV1
from contracts.pharmacy import PrescriptionReceivedV1
from contracts.registration import PatientRegisteredV1, PatientUpdatedV1

from .. import domain, models, store


async def learn_patients(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    """Who is known already stays as they are: see `correct_patient`."""
    await store.add_patients(work, events)


async def correct_patient(work: Work, event: PatientUpdatedV1) -> None:
    """The newer facts: what is compared at the hand-over, also of what is open."""
    await store.put_patient(work, event)
    open_ = await store.open_prescriptions_of(work, event.patient_id)
    work.changed("prescriptions", *(f"prescription:{rx_id}" for rx_id in open_))


async def receive(work: Work, event: PrescriptionIssuedV1) -> None:
    """Put it on the worklist; a newer version starts the reviews again, an older one is nothing."""
    day = work.at.astimezone(work.facility.zone).date()
    number = await store.next_number(work, day)
    new = await store.insert_prescription(work, event, day, number)
    if not new and not await _amend(work, event):
        return
    work.publish(
        PrescriptionReceivedV1(rx_id=event.rx_id, visit_id=event.visit_id, version=event.version)
    )
    work.audit("prescription.receive", event.rx_id, visit_id=event.visit_id)
    work.changed("prescriptions", f"prescription:{event.rx_id}")


async def _amend(work: Work, event: PrescriptionIssuedV1) -> bool:
    """False for a version that is not newer. What was handed over can no longer be amended."""
    known = await store.prescription_of(work, event.rx_id)
    if event.version <= known.rx_version:
        return False
    domain.MACHINE.after(known.state, "amend")
    content = store.content(event)
    cleared = {"checks": None, "reviewed_at": None, "prepared_at": None}
    await work.save(models.prescription, known, **content, **cleared)
    return True


async def cancel_prescriptions(work: Work, visit_id: UUID, reason: str) -> None:
    """The patient has gone home. What was prepared goes back on the shelf: no stock was taken."""
    for rx_id in await store.cancel_prescriptions(work, visit_id, reason):
        work.audit("prescription.cancel", rx_id, visit_id=visit_id, detail=reason)
        work.changed("prescriptions", f"prescription:{rx_id}")

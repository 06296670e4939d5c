"""What registration does when another room says something: the visit moves, or waits, or ends."""

from chassis.inbox import Handlers
from chassis.work import Work
from contracts.clinical import (
    EncounterCompletedV1,
    LabRequestCancelledV1,
    LabRequestedV1,
    PatientCalledV1,
    PrescriptionCancelledV1,
    PrescriptionIssuedV1,
)
from contracts.lab import OrderRejectedV1, ResultReleasedV1
from contracts.pharmacy import PrescriptionDispensedV1, PrescriptionRejectedV1

from .domain.visits import LAB_ORDER, PRESCRIPTION
from .use_cases import journey

handlers = Handlers()


@handlers.on(PatientCalledV1)
async def on_patient_called(work: Work, event: PatientCalledV1) -> None:
    await journey.patient_called(work, event.visit_id, event.unit, event.room, event.attempt)


@handlers.on(LabRequestedV1)
async def on_lab_requested(work: Work, event: LabRequestedV1) -> None:
    await journey.owe(work, event.visit_id, LAB_ORDER, event.order_id, event.origin_unit)


@handlers.on(LabRequestCancelledV1)
async def on_lab_request_cancelled(work: Work, event: LabRequestCancelledV1) -> None:
    await journey.fulfil(
        work, event.visit_id, LAB_ORDER, event.order_id, "cancelled", event.origin_unit
    )


@handlers.on(OrderRejectedV1)
async def on_order_rejected(work: Work, event: OrderRejectedV1) -> None:
    await journey.fulfil(
        work, event.visit_id, LAB_ORDER, event.order_id, "rejected", event.origin_unit
    )


@handlers.on(ResultReleasedV1)
async def on_result_released(work: Work, event: ResultReleasedV1) -> None:
    await journey.fulfil(work, event.visit_id, LAB_ORDER, event.order_id, origin=event.origin_unit)


@handlers.on(PrescriptionIssuedV1)
async def on_prescription_issued(work: Work, event: PrescriptionIssuedV1) -> None:
    await journey.owe(work, event.visit_id, PRESCRIPTION, event.rx_id, event.origin_unit)


@handlers.on(PrescriptionCancelledV1)
async def on_prescription_cancelled(work: Work, event: PrescriptionCancelledV1) -> None:
    await journey.fulfil(
        work, event.visit_id, PRESCRIPTION, event.rx_id, "cancelled", event.origin_unit
    )


@handlers.on(PrescriptionRejectedV1)
async def on_prescription_rejected(work: Work, event: PrescriptionRejectedV1) -> None:
    await journey.fulfil(work, event.visit_id, PRESCRIPTION, event.rx_id, "rejected")


@handlers.on(PrescriptionDispensedV1)
async def on_prescription_dispensed(work: Work, event: PrescriptionDispensedV1) -> None:
    await journey.fulfil(work, event.visit_id, PRESCRIPTION, event.rx_id)


@handlers.on(EncounterCompletedV1)
async def on_encounter_completed(work: Work, event: EncounterCompletedV1) -> None:
    await journey.encounter_completed(work, event.visit_id, event.disposition, event.prescriptions)

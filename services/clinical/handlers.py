"""The events that the clinical rooms handle: one function per type."""

from collections.abc import Sequence

from chassis.inbox import Handlers
from chassis.work import Work
from contracts.complaints import ComplaintAssignedV1, ComplaintClosedV1
from contracts.lab import (
    OrderAcceptedV1,
    OrderReceivedV1,
    OrderRejectedV1,
    ResultReleasedV1,
    SpecimenCollectedV1,
    SpecimenRejectedV1,
)
from contracts.pharmacy import (
    PrescriptionDispensedV1,
    PrescriptionPreparedV1,
    PrescriptionReceivedV1,
    PrescriptionRejectedV1,
    PrescriptionReviewedV1,
)
from contracts.registration import (
    PatientRegisteredV1,
    PatientRoutedV1,
    PatientUpdatedV1,
    VisitCancelledV1,
    VisitCompletedV1,
    VisitLeftV1,
)

from . import use_cases

handlers = Handlers()


@handlers.on_many(PatientRegisteredV1)
async def on_patient_registered(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    await use_cases.learn_patients(work, events)


@handlers.on(PatientUpdatedV1)
async def on_patient_updated(work: Work, event: PatientUpdatedV1) -> None:
    await use_cases.correct_patient(work, event)


@handlers.on(PatientRoutedV1)
async def on_patient_routed(work: Work, event: PatientRoutedV1) -> None:
    await use_cases.place_patient(work, event)


@handlers.on(VisitCompletedV1)
async def on_visit_completed(work: Work, event: VisitCompletedV1) -> None:
    await use_cases.close_visit(work, event.visit_id, event.patient_id, "closed")


@handlers.on(VisitCancelledV1)
async def on_visit_cancelled(work: Work, event: VisitCancelledV1) -> None:
    await use_cases.close_visit(work, event.visit_id, event.patient_id, "cancelled")


@handlers.on(VisitLeftV1)
async def on_visit_left(work: Work, event: VisitLeftV1) -> None:
    await use_cases.close_visit(work, event.visit_id, event.patient_id, "closed")


@handlers.on(OrderReceivedV1)
async def on_order_received(work: Work, event: OrderReceivedV1) -> None:
    await use_cases.note_lab(work, event.order_id, event.visit_id, event.origin_unit, "received")


@handlers.on(OrderAcceptedV1)
async def on_order_accepted(work: Work, event: OrderAcceptedV1) -> None:
    await use_cases.note_lab(
        work, event.order_id, event.visit_id, event.origin_unit, "accepted",
        accession_no=event.accession_no,
    )  # fmt: skip


@handlers.on(OrderRejectedV1)
async def on_order_rejected(work: Work, event: OrderRejectedV1) -> None:
    await use_cases.note_lab(
        work,
        event.order_id,
        event.visit_id,
        event.origin_unit,
        "rejected",
        reason=event.reason,
        recollect=None,
    )


@handlers.on(SpecimenCollectedV1)
async def on_specimen_collected(work: Work, event: SpecimenCollectedV1) -> None:
    await use_cases.note_collected(work, event)


@handlers.on(SpecimenRejectedV1)
async def on_specimen_rejected(work: Work, event: SpecimenRejectedV1) -> None:
    await use_cases.note_rejected_specimen(work, event)


@handlers.on(ResultReleasedV1)
async def on_result_released(work: Work, event: ResultReleasedV1) -> None:
    await use_cases.receive_result(work, event)


@handlers.on(PrescriptionReceivedV1)
async def on_prescription_received(work: Work, event: PrescriptionReceivedV1) -> None:
    await use_cases.note_prescription(work, event.rx_id, event.visit_id, "received")


@handlers.on(PrescriptionReviewedV1)
async def on_prescription_reviewed(work: Work, event: PrescriptionReviewedV1) -> None:
    """Published also where a check failed and the prescription stays with the pharmacist."""
    checks = event.checks
    if checks.administrative and checks.pharmaceutical and checks.clinical:
        await use_cases.note_prescription(work, event.rx_id, event.visit_id, "reviewed")


@handlers.on(PrescriptionRejectedV1)
async def on_prescription_rejected(work: Work, event: PrescriptionRejectedV1) -> None:
    await use_cases.note_prescription(
        work, event.rx_id, event.visit_id, "rejected", reason=event.reason
    )


@handlers.on(PrescriptionPreparedV1)
async def on_prescription_prepared(work: Work, event: PrescriptionPreparedV1) -> None:
    await use_cases.note_prescription(work, event.rx_id, event.visit_id, "prepared")


@handlers.on(PrescriptionDispensedV1)
async def on_prescription_dispensed(work: Work, event: PrescriptionDispensedV1) -> None:
    await use_cases.note_prescription(work, event.rx_id, event.visit_id, "dispensed")


@handlers.on(ComplaintAssignedV1)
async def on_complaint_assigned(work: Work, event: ComplaintAssignedV1) -> None:
    await use_cases.note_complaint(work, event)


@handlers.on(ComplaintClosedV1)
async def on_complaint_closed(work: Work, event: ComplaintClosedV1) -> None:
    await use_cases.end_complaint(work, event.complaint_id)

"""What the laboratory does with the events of other services: one function per event."""

from collections.abc import Sequence

from chassis.inbox import Handlers
from chassis.work import Work
from contracts.clinical import LabRequestCancelledV1, LabRequestedV1, LabResultReadV1
from contracts.registration import (
    PatientRegisteredV1,
    PatientUpdatedV1,
    VisitCancelledV1,
    VisitCompletedV1,
    VisitLeftV1,
)

from . import use_cases

handlers = Handlers()


@handlers.on_many(PatientRegisteredV1)
async def on_patient_registered(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    await use_cases.remember_patients(work, events)


@handlers.on(PatientUpdatedV1)
async def on_patient_updated(work: Work, event: PatientUpdatedV1) -> None:
    await use_cases.correct_patient(work, event)


@handlers.on(VisitCompletedV1)
async def on_visit_completed(work: Work, event: VisitCompletedV1) -> None:
    await use_cases.end_visit(work, event.visit_id)


@handlers.on(VisitCancelledV1)
async def on_visit_cancelled(work: Work, event: VisitCancelledV1) -> None:
    await use_cases.end_visit(work, event.visit_id)


@handlers.on(VisitLeftV1)
async def on_visit_left(work: Work, event: VisitLeftV1) -> None:
    await use_cases.cancel_orders(work, event.visit_id, event.reason)
    await use_cases.end_visit(work, event.visit_id)


@handlers.on(LabRequestedV1)
async def on_lab_requested(work: Work, event: LabRequestedV1) -> None:
    await use_cases.take_request(work, event)


@handlers.on(LabRequestCancelledV1)
async def on_lab_request_cancelled(work: Work, event: LabRequestCancelledV1) -> None:
    await use_cases.cancel_order(work, event.order_id, event.reason)


@handlers.on(LabResultReadV1)
async def on_lab_result_read(work: Work, event: LabResultReadV1) -> None:
    await use_cases.return_order(work, event)

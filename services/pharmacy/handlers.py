"""The events that the pharmacy handles."""

from collections.abc import Sequence

from chassis.inbox import Handlers
from chassis.work import Work
from contracts.clinical import PrescriptionCancelledV1, PrescriptionIssuedV1
from contracts.registration import PatientRegisteredV1, PatientUpdatedV1, VisitLeftV1

from . import use_cases

handlers = Handlers()


@handlers.on_many(PatientRegisteredV1)
async def on_patient_registered(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    await use_cases.learn_patients(work, events)


@handlers.on(PatientUpdatedV1)
async def on_patient_updated(work: Work, event: PatientUpdatedV1) -> None:
    await use_cases.correct_patient(work, event)


@handlers.on(PrescriptionIssuedV1)
async def on_prescription_issued(work: Work, event: PrescriptionIssuedV1) -> None:
    await use_cases.receive(work, event)


@handlers.on(VisitLeftV1)
async def on_visit_left(work: Work, event: VisitLeftV1) -> None:
    await use_cases.cancel_prescriptions(work, event.visit_id, event.reason)


@handlers.on(PrescriptionCancelledV1)
async def on_prescription_cancelled(work: Work, event: PrescriptionCancelledV1) -> None:
    await use_cases.cancel(work, event.rx_id, event.reason)

"""Requests of the units: taken onto the worklist, accepted or rejected, and read at the end."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.work import Work
from contracts.clinical import LabRequestedV1, LabResultReadV1
from contracts.lab import OrderAcceptedV1, OrderReceivedV1, OrderRejectedV1
from contracts.registration import PatientEvent, PatientRegisteredV1, PatientUpdatedV1

from .. import domain, store
from .steps import WORKLIST, Order, advance, key_of, topic_of


async def take_request(work: Work, request: LabRequestedV1) -> None:
    """Put a request on the worklist; one that this laboratory cannot do is refused at once."""
    domain.check_unit(work.facility, request.origin_unit)
    loincs = list(dict.fromkeys(test.loinc for test in request.tests))
    refusal = domain.refusal_of(loincs)
    if not await store.add_order(work, _order_of(work, request, loincs, refusal)):
        return
    work.publish(OrderReceivedV1(**_key_of(request)))
    if refusal:
        work.publish(OrderRejectedV1(**_key_of(request), reason=refusal))
    work.audit("order.receive", request.order_id, visit_id=request.visit_id, detail=refusal)
    work.changed(WORKLIST, topic_of(request.order_id))


def _order_of(
    work: Work, request: LabRequestedV1, loincs: list[str], refusal: str
) -> dict[str, Any]:
    return {
        "id": request.order_id,
        "facility": work.facility.code,
        "version": 1,
        "visit_id": request.visit_id,
        "patient_id": request.patient_id,
        "origin_unit": request.origin_unit,
        "requested_by": work.actor.staff_id,
        "requester_name": request.requester_name,
        "requested_at": request.requested_at,
        "priority": request.priority.value,
        "rank": domain.RANK[request.priority],
        "tests": loincs,
        "clinical_note": request.clinical_note,
        "state": "rejected" if refusal else "requested",
        "rejection_reason": refusal or None,
        "specimen_rejections": 0,
        "result_version": 1,
        "closed_at": work.at if refusal else None,
    }


async def accept_order(work: Work, order_id: UUID) -> Order:
    """Take the order on and give it its number of the day."""
    order = await store.order(work, order_id)
    day = work.at.astimezone(work.facility.zone).date()
    number = domain.accession_no(day, await store.next_accession(work, day))
    accepted = await advance(work, order, "accept", accession_no=number)
    work.publish(OrderAcceptedV1(**key_of(order), accession_no=number))
    return accepted


async def reject_order(work: Work, order_id: UUID, reason: str) -> Order:
    """Give the order back, also one that was begun; the patient goes back to the unit."""
    order = await store.order(work, order_id)
    rejected = await advance(
        work, order, "reject", detail=reason, rejection_reason=reason, closed_at=work.at
    )
    work.publish(OrderRejectedV1(**key_of(order), reason=reason))
    return rejected


async def return_order(work: Work, read: LabResultReadV1) -> None:
    """The origin unit has seen the result. A second look, or one at an older version, changes
    nothing."""
    order = await store.order(work, read.order_id)
    if order.state == "returned" or read.version < order.result_version:
        return
    await advance(work, order, "read")


async def cancel_orders(work: Work, visit_id: UUID, reason: str) -> None:
    """The patient has gone home: what was not begun on the instrument is not done any more."""
    for order_id in await store.cancel_orders(work, visit_id, reason):
        work.audit("order.cancel", order_id, visit_id=visit_id, detail=reason)
        work.changed(WORKLIST, topic_of(order_id))


async def cancel_order(work: Work, order_id: UUID, reason: str) -> None:
    """The unit takes its request back. What is on the instrument is finished, and read there."""
    order = await store.order(work, order_id)
    if domain.MACHINE.allows(order.state, "cancel"):
        await advance(
            work, order, "cancel", detail=reason, rejection_reason=reason, closed_at=work.at
        )


async def end_visit(work: Work, visit_id: UUID) -> None:
    """What the unit has read of this visit is closed to it from now on."""
    await store.end_visit(work, visit_id)


async def remember_patients(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    """Keep name, birth date and sex of many patients at once; who is known stays as they are."""
    rows = {
        event.patient_id: _patient(event, facility)
        for event, facility in zip(events, work.facilities, strict=True)
    }
    await store.add_patients(work, [rows[key] for key in sorted(rows)])


async def correct_patient(work: Work, event: PatientUpdatedV1) -> None:
    """The newer facts, also on the orders that are open."""
    await store.put_patient(work, _patient(event, work.facility.code))
    orders = await store.open_orders_of(work, event.patient_id)
    work.changed(WORKLIST, *(topic_of(order_id) for order_id in orders))


def _patient(event: PatientEvent, facility: str) -> dict[str, Any]:
    return {
        "id": event.patient_id,
        "facility": facility,
        "version": 1,
        "mrn": event.mrn,
        "full_name": event.full_name,
        "birth_date": event.birth_date,
        "sex": event.sex.value,
    }


def _key_of(request: LabRequestedV1) -> dict[str, Any]:
    return {
        "order_id": request.order_id,
        "visit_id": request.visit_id,
        "origin_unit": request.origin_unit,
    }

"""Visits: open at the desk or the machine, end before their time, read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.errors import Forbidden
from chassis.work import Row, Work
from contracts.registration import (
    PatientRoutedV1,
    RouteReason,
    VisitCancelledV1,
    VisitLeftV1,
    VisitOpenedV1,
)
from contracts.values import Document, Payer, PriorityClass

from .. import models
from ..domain import documents, patients, routing, tickets, visits
from ..store import accounts as account_store
from ..store import patients as patient_store
from ..store import tickets as ticket_store
from ..store import visits as store
from .tickets import new_ticket

NOT_HERE = "Anda hanya dapat melihat pasien yang dikirim ke unit Anda"


async def open_visit(work: Work, opening: visits.Opening) -> Row:
    """Open the visit of a patient and send them to their first unit.

    Without a ticket the desk issues one in the same transaction.
    """
    patient = await patient_store.patient_by_id(work, opening.patient_id)
    today = tickets.local_date(work.facility, work.at)
    unit, reason = routing.first_unit(
        work.facility, opening.mode, patient.birth_date, today, opening.intended_unit
    )
    papers = _checked(work, opening, patients.age_months(patient.birth_date, today))
    ticket = await _ticket(work, opening)
    chosen = opening.priority_class or PriorityClass(ticket.priority_class)
    priority = visits.class_at_opening(
        work.facility.queue, opening.mode, chosen, patient.birth_date, today
    )
    row = await _insert(work, opening, patient, ticket, unit, priority, papers)
    await store.set_obligation(work, row.id, visits.ENCOUNTER, row.id, unit, "open")
    _publish_opened(work, row, papers)
    await route(work, row, unit, reason, priority)
    work.audit("visit.open", row.id, visit_id=row.id)
    work.changed("desk", "units", f"unit:{unit}")
    return row


def _checked(work: Work, opening: visits.Opening, months: int) -> tuple[Document, ...]:
    asked = work.facility.documents
    papers = documents.checklist(asked, opening.shown, opening.payer, months)
    documents.check_policy(asked, papers, emergency=opening.mode == "emergency")
    return papers


async def _ticket(work: Work, opening: visits.Opening) -> Row:
    """The ticket in hand, now served; or a new one from the first service point."""
    if opening.ticket_id is None:
        point = tickets.service_point(work.facility, None)
        priority = opening.priority_class or PriorityClass.REGULAR
        if opening.mode == "emergency":
            priority = PriorityClass.EMERGENCY
        return await new_ticket(work, point, priority, "serving")
    ticket = await ticket_store.lock_ticket(work, opening.ticket_id)
    state = tickets.MACHINE.after(ticket.state, "serve")
    await ticket_store.finish_ticket(work, ticket.id, state)
    return ticket


async def _insert(
    work: Work,
    opening: visits.Opening,
    patient: Row,
    ticket: Row,
    unit: str,
    priority: PriorityClass,
    papers: Sequence[Document],
) -> Row:
    card = opening.jkn_card or patient.jkn_card
    row = await store.add_visit(
        work,
        {
            "id": work.new_id(),
            "facility": work.facility.code,
            "version": 1,
            "patient_id": patient.id,
            "ticket_id": ticket.id,
            "ticket_no": ticket.ticket_no,
            "number": ticket.number,
            "service_date": ticket.service_date,
            "mode": opening.mode,
            "payer": opening.payer.value,
            "jkn_card": card if opening.payer is Payer.JKN else None,
            "documents": [paper.model_dump() for paper in papers],
            "documents_checked_by": work.actor.staff_id,
            "state": visits.MACHINE.after("registered", "route"),
            "unit": unit,
            "base_class": priority.value,
            "priority_class": priority.value,
            "rank": work.facility.queue.rank(priority),
            "route_seq": 1,
            "opened_at": work.at,
            "arrived_at": work.at,
        },
    )
    if row is None:
        await _refuse_second(work, patient.id)
        raise AssertionError("the open visit that refused the insert is gone")
    return row


async def _refuse_second(work: Work, patient_id: UUID) -> None:
    existing = await store.open_visit_of(work, patient_id)
    if existing is not None:
        raise visits.VisitOpen(
            "Pasien ini masih dalam kunjungan %(ticket_no)s (%(visit_id)s)",
            ticket_no=existing.ticket_no,
            visit_id=existing.id,
        )


def _publish_opened(work: Work, row: Row, papers: tuple[Document, ...]) -> None:
    work.publish(
        VisitOpenedV1(
            visit_id=row.id,
            patient_id=row.patient_id,
            mode=row.mode,
            payer=Payer(row.payer),
            documents=papers,
            ticket_no=row.ticket_no,
        )
    )


async def route(
    work: Work,
    row: Row,
    to_unit: str,
    reason: RouteReason,
    priority: PriorityClass,
    *,
    seq: int = 1,
    from_unit: str | None = None,
    order_id: UUID | None = None,
) -> None:
    """Write a place into the route history and tell every room."""
    facts: dict[str, Any] = {
        "visit_id": row.id,
        "route_seq": seq,
        "from_unit": from_unit,
        "to_unit": to_unit,
        "reason": reason,
        "priority_class": priority,
        "order_id": order_id,
    }
    await store.add_route(work, facts | {"reason": reason.value, "priority_class": priority.value})
    work.publish(
        PatientRoutedV1(
            patient_id=row.patient_id, ticket_no=row.ticket_no, number=row.number, **facts
        )
    )


async def cancel_visit(work: Work, visit_id: UUID, reason: str) -> Row:
    """Cancel before any room has called the patient."""
    row = await store.lock_visit(work, visit_id)
    state = visits.cancelled(row.state, started=row.started_at is not None)
    work.publish(VisitCancelledV1(visit_id=row.id, patient_id=row.patient_id, reason=reason))
    return await _end_early(work, row, "cancel", state, reason)


async def leave_visit(work: Work, visit_id: UUID, reason: str) -> Row:
    """The patient went home unfinished: the rooms end what they have open for this visit."""
    row = await store.lock_visit(work, visit_id)
    state = visits.MACHINE.after(row.state, "leave")
    work.publish(
        VisitLeftV1(
            visit_id=row.id,
            patient_id=row.patient_id,
            unit=row.unit,
            reason=reason,
            left_at=work.at,
        )
    )
    return await _end_early(work, row, "leave", state, reason)


async def _end_early(work: Work, row: Row, action: str, state: str, reason: str) -> Row:
    await work.save(models.visit, row, state=state, closed_at=work.at, reason=reason)
    await store.cancel_obligations(work, row.id)
    await ticket_store.finish_ticket(
        work, row.ticket_id, tickets.MACHINE.after("serving", "finish")
    )
    work.audit(f"visit.{action}", row.id, visit_id=row.id, detail=reason)
    work.changed("desk", "units", f"unit:{row.unit}", f"visit:{row.id}")
    return await store.visit_by_id(work, row.id)


async def get_visit(
    work: Work, visit_id: UUID, units: frozenset[str] | None = None
) -> dict[str, Any]:
    """The visit with its patient, every place it was, and what it waits for.

    `units`: whose visits the reader may see, None for all; a room sees who was routed to it.
    """
    row = await store.visit_by_id(work, visit_id)
    routes = await store.routes_of(work, visit_id)
    if units is not None and units.isdisjoint(step.to_unit for step in routes):
        raise Forbidden(NOT_HERE)
    work.audit("visit.read", row.id, visit_id=row.id)
    return {
        **row._mapping,
        "documents_checker": await account_store.name_of(work, row.documents_checked_by)
        or row.documents_checked_by,
        "routes": [dict(step._mapping) for step in routes],
        "obligations": [dict(o._mapping) for o in await store.obligations_of(work, visit_id)],
    }


async def open_visit_of(work: Work, patient_id: UUID) -> Row | None:
    return await store.open_visit_of(work, patient_id)


async def list_visits(
    work: Work, unit: str, state: str | None, limit: int, units: frozenset[str] | None = None
) -> Sequence[Row]:
    """Open visits in a unit, in calling order."""
    if units is not None and unit not in units:
        raise Forbidden(NOT_HERE)
    work.audit("visit.list", unit)
    return await store.visits_in_unit(work, unit, state, limit)

"""Taking back what was asked of another room, before that room has begun."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from chassis.errors import NotFound
from chassis.work import Row, Work
from contracts.clinical import LabRequestCancelledV1, PrescriptionCancelledV1

from .. import store
from ..domain import requests, rights
from ..domain.rights import Clinician
from ..models import lab_request, prescription


@dataclass(frozen=True)
class Cancelled:
    id: UUID
    visit_id: UUID
    state: str
    version: int


async def cancel_lab_request(
    work: Work, clinician: Clinician, visit_id: UUID, order_id: UUID, reason: str
) -> Cancelled:
    """The laboratory ends the order; registration sends the patient back where nothing is owed."""
    row = await store.locked_request(work, order_id)
    cancelled = await _cancel(work, clinician, visit_id, row, requests.LAB, lab_request, reason)
    work.publish(
        LabRequestCancelledV1(
            order_id=order_id, visit_id=visit_id, origin_unit=row.unit, reason=reason
        )
    )
    return cancelled


async def cancel_prescription(
    work: Work, clinician: Clinician, visit_id: UUID, rx_id: UUID, reason: str
) -> Cancelled:
    """Also the answer to a rejection: nothing is needed in place of what the pharmacy refused."""
    row = await store.locked_prescription(work, rx_id)
    cancelled = await _cancel(
        work, clinician, visit_id, row, requests.PRESCRIPTION, prescription, reason
    )
    work.publish(
        PrescriptionCancelledV1(rx_id=rx_id, visit_id=visit_id, origin_unit=row.unit, reason=reason)
    )
    return cancelled


async def _cancel(
    work: Work,
    clinician: Clinician,
    visit_id: UUID,
    row: Row,
    path: requests.Path,
    table: sa.Table,
    reason: str,
) -> Cancelled:
    if row.visit_id != visit_id:
        raise NotFound("Permintaan ini bukan dari kunjungan ini")
    rights.require_access(clinician, frozenset({row.unit}), row.visit_state)
    state = path.cancelled(row.state)
    version = await work.save(table, row, state=state, state_at=work.at, cancel_reason=reason)
    work.audit(f"{path.name}.cancelled", row.id, visit_id=visit_id, detail=reason)
    work.changed(f"unit:{row.unit}", f"visit:{visit_id}")
    return Cancelled(row.id, visit_id, state, version)

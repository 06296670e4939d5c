"""Queries of what a visit's record holds: assessments, requests with their state, results."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared
from chassis.tables import audit, outbox
from chassis.work import Row, Work

from ..models import (
    assessment,
    lab_request,
    lab_result,
    patient,
    prescription,
    unit_notice,
    worklist_entry,
)


def _mine(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.visit_id == sa.bindparam("visit"), table.c.facility == sa.bindparam("facility")
    )


def _of_visit(table: sa.Table) -> Prepared:
    """Rows of the visit, and whether the request's event has left this service."""
    return Prepared(
        sa.select(table, outbox.c.published_at.is_not(None).label("published"))
        .outerjoin(outbox, outbox.c.event_id == table.c.event_id)
        .where(_mine(table))
        .order_by(table.c.id)
    )


_LAB_REQUESTS, _PRESCRIPTIONS = _of_visit(lab_request), _of_visit(prescription)
_RESULTS = Prepared(
    sa.select(lab_result)
    .where(_mine(lab_result))
    .order_by(lab_result.c.order_id, lab_result.c.version.desc())
)
_ASSESSMENTS = Prepared(
    sa.select(assessment)
    .where(_mine(assessment))
    .order_by(assessment.c.recorded_at.desc(), assessment.c.version.desc())
)


async def lab_requests(work: Work, visit_id: UUID) -> Sequence[Row]:
    return await work.all(_LAB_REQUESTS, visit=visit_id)


async def prescriptions(work: Work, visit_id: UUID) -> Sequence[Row]:
    return await work.all(_PRESCRIPTIONS, visit=visit_id)


async def results(work: Work, visit_id: UUID) -> Sequence[Row]:
    """Every version, newest first."""
    return await work.all(_RESULTS, visit=visit_id)


async def assessments(work: Work, visit_id: UUID) -> Sequence[Row]:
    """Every version, newest first."""
    return await work.all(_ASSESSMENTS, visit=visit_id)


async def notices(work: Work, units: Sequence[str], limit: int = 20) -> Sequence[Row]:
    return await work.all(
        sa.select(unit_notice)
        .where(unit_notice.c.facility == work.facility.code, unit_notice.c.unit.in_(units))
        .order_by(unit_notice.c.received_at.desc())
        .limit(limit)
    )


async def filed_results(work: Work, units: Sequence[str]) -> Sequence[Row]:
    """Requests whose result came after the unit was done, with the patient's name."""
    return await work.all(
        sa.select(
            lab_request.c.id,
            lab_request.c.visit_id,
            lab_request.c.unit,
            lab_request.c.tests,
            lab_request.c.state_at,
            patient.c.full_name,
        )
        .join(worklist_entry, worklist_entry.c.id == lab_request.c.visit_id)
        .outerjoin(patient, patient.c.id == worklist_entry.c.patient_id)
        .where(lab_request.c.facility == work.facility.code, lab_request.c.unit.in_(units))
        .where(lab_request.c.filed)
        .order_by(lab_request.c.state_at)
        .limit(20)
    )


async def accesses(work: Work, visit_id: UUID, limit: int = 200) -> Sequence[Row]:
    """Audit entries of a visit, newest first."""
    return await work.all(
        sa.select(audit.c.at, audit.c.actor, audit.c.action, audit.c.subject, audit.c.detail)
        .where(audit.c.visit_id == visit_id, audit.c.facility == work.facility.code)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )

"""Patients: each in exactly one place, and nothing left open when a visit ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import parked
from deploy.check.ledgers import rows_of
from deploy.check.messages import SET_ASIDE
from deploy.check.report import Report
from services.clinical import models as clinical
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration

Databases = Mapping[str, Database]

_VISIT = registration.visit.c
_ENTRY = clinical.worklist_entry.c


async def check_visits(databases: Databases, report: Report) -> None:
    visits = await _visits(databases["registration"])
    report.opened = len(visits)
    report.completed = sum(row.state == "completed" for row in visits.values())
    await _check_places(databases, visits, report)
    await _check_one_visit_each(databases["registration"], report)
    await _check_nothing_open(databases, visits, report)


async def _visits(database: Database) -> dict[UUID, sa.Row[Any]]:
    statement = sa.select(_VISIT.id, _VISIT.state, _VISIT.unit, _VISIT.route_seq, _VISIT.closed_at)
    return {row.id: row for row in await rows_of(database, statement)}


async def _check_places(
    databases: Databases, visits: Mapping[UUID, sa.Row[Any]], report: Report
) -> None:
    """The rooms' picture of where each visit is equals registration's."""
    entries = {
        row.id: row
        for row in await rows_of(
            databases["clinical"],
            sa.select(_ENTRY.id, _ENTRY.unit, _ENTRY.route_seq, _ENTRY.state),
        )
    }
    held_back = await _keys_held_back(databases["clinical"])
    for visit_id, visit in visits.items():
        if str(visit_id) not in held_back:
            _compare_place(visit, entries.get(visit_id), report)
    strays = [visit_id for visit_id in entries if visit_id not in visits]
    report.blame("place", "clinical", strays, "registration knows no such visit")


def _compare_place(visit: sa.Row[Any], entry: sa.Row[Any] | None, report: Report) -> None:
    if entry is None:
        report.blame("place", "clinical", [visit.id], f"in {visit.unit}, unknown to the rooms")
    elif (entry.unit, entry.route_seq) != (visit.unit, visit.route_seq):
        here = f"{visit.unit} (route {visit.route_seq})"
        there = f"{entry.unit} (route {entry.route_seq})"
        report.blame("place", "clinical", [visit.id], f"registration: {here}, rooms: {there}")
    elif (visit.closed_at is not None) != (entry.state in ("closed", "cancelled")):
        detail = f"registration: {visit.state}, rooms: {entry.state}"
        report.blame("place", "clinical", [visit.id], detail)


async def _keys_held_back(database: Database) -> frozenset[str]:
    """Patients whose newest place waits behind a parked message: that is listed, not hidden."""
    statement = sa.select(parked.c.partitionkey).where(parked.c.state.in_(SET_ASIDE))
    return frozenset(row.partitionkey for row in await rows_of(database, statement))


async def _check_one_visit_each(database: Database, report: Report) -> None:
    twice = (
        sa.select(_VISIT.patient_id)
        .where(_VISIT.closed_at.is_(None))
        .group_by(_VISIT.facility, _VISIT.patient_id)
        .having(sa.func.count() > 1)
    )
    doubled = [row.patient_id for row in await rows_of(database, twice)]
    report.blame("two_places", "registration", doubled, "patient with two open visits")


async def _check_nothing_open(
    databases: Databases, visits: Mapping[UUID, sa.Row[Any]], report: Report
) -> None:
    """A visit that ended owes nothing, and nothing asked for before its end outlived it."""
    owed = registration.obligation.c
    still = sa.select(owed.visit_id, owed.ref_id, owed.kind).where(owed.state == "open")
    for row in await rows_of(databases["registration"], still):
        if _end(visits, row.visit_id) is not None:
            detail = f"{row.kind} {row.ref_id}"
            report.blame("open_obligation", "registration", [row.visit_id], detail)
    order, rx = lab.lab_order.c, pharmacy.prescription.c
    asked: dict[str, sa.Select[Any]] = {
        "lab": sa.select(
            order.id, order.visit_id, order.requested_at.label("asked"), order.closed_at
        )
        # A correction opens a finished order again, also after the visit: that is no debt.
        .where(order.result_version == 1),
        "pharmacy": sa.select(rx.id, rx.visit_id, rx.issued_at.label("asked"), rx.closed_at),
    }
    for service, statement in asked.items():
        for row in await rows_of(databases[service], statement):
            end = _end(visits, row.visit_id)
            if end and row.asked < end and (row.closed_at is None or row.closed_at > end):
                detail = f"visit {row.visit_id} had ended before it was done"
                report.blame("open_obligation", service, [row.id], detail)


def _end(visits: Mapping[UUID, sa.Row[Any]], visit_id: UUID) -> datetime | None:
    visit = visits.get(visit_id)
    end: datetime | None = visit.closed_at if visit else None
    return end

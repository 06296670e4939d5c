"""Queries on visits, their routes and what they still wait for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import once
from chassis.work import Row, Work

from ..models import obligation, patient, route, visit

MISSING = "Kunjungan tidak ditemukan"


@once
def _add_visit(work: Work) -> Any:
    return (
        work.insert(visit)
        .on_conflict_do_nothing(
            index_elements=[visit.c.facility, visit.c.patient_id],
            index_where=visit.c.closed_at.is_(None),
        )
        .returning(*visit.c)
    )


async def add_visit(work: Work, values: dict[str, Any]) -> Row | None:
    """The new row, or None where the patient has an open visit at this centre."""
    return (await work.execute(_add_visit(work), values)).first()


async def open_visit_of(work: Work, patient_id: UUID) -> Row | None:
    return await work.first(
        sa.select(visit).where(
            visit.c.facility == work.facility.code,
            visit.c.patient_id == patient_id,
            visit.c.closed_at.is_(None),
        )
    )


async def visit_of_ticket(work: Work, ticket_id: UUID) -> Row | None:
    return await work.first(
        sa.select(visit).where(
            visit.c.ticket_id == ticket_id, visit.c.facility == work.facility.code
        )
    )


async def lock_visit(work: Work, visit_id: UUID) -> Row:
    """The visit, held until the commit: events of several services move it."""
    statement = sa.select(visit).where(
        visit.c.id == visit_id, visit.c.facility == work.facility.code
    )
    return await work.one(statement.with_for_update(), MISSING)


async def visit_by_id(work: Work, visit_id: UUID) -> Row:
    """The visit with the patient it is of."""
    return await work.one(_with_patient(work).where(visit.c.id == visit_id), MISSING)


async def visits_in_unit(work: Work, unit: str, state: str | None, limit: int) -> Sequence[Row]:
    """Open visits whose place is `unit`, in calling order."""
    statement = (
        _with_patient(work)
        .where(visit.c.unit == unit, visit.c.closed_at.is_(None))
        .order_by(visit.c.rank, visit.c.service_date, visit.c.number)
        .limit(limit)
    )
    return await work.all(statement.where(visit.c.state == state) if state else statement)


def _with_patient(work: Work) -> sa.Select[Any]:
    return (
        sa.select(visit, patient.c.mrn, patient.c.full_name, patient.c.birth_date, patient.c.sex)
        .join(patient, patient.c.id == visit.c.patient_id)
        .where(visit.c.facility == work.facility.code)
    )


async def count_by_unit(work: Work) -> Sequence[Row]:
    """Per unit: how many wait, how many are there, and since when the first waits."""
    is_waiting = visit.c.state == "waiting"
    return await work.all(
        sa.select(
            visit.c.unit,
            sa.func.sum(sa.case((is_waiting, 1), else_=0)).label("waiting"),
            sa.func.count().label("present"),
            sa.func.min(sa.case((is_waiting, visit.c.arrived_at))).label("since"),
        )
        .where(visit.c.facility == work.facility.code, visit.c.closed_at.is_(None))
        .group_by(visit.c.unit)
    )


_ADD_ROUTE = sa.insert(route).inline()


async def add_route(work: Work, values: dict[str, Any]) -> None:
    await work.execute(_ADD_ROUTE, values | {"facility": work.facility.code, "at": work.at})


async def routes_of(work: Work, visit_id: UUID) -> Sequence[Row]:
    return await work.all(
        sa.select(route)
        .where(route.c.visit_id == visit_id, route.c.facility == work.facility.code)
        .order_by(route.c.route_seq)
    )


_OWED = [obligation.c.visit_id, obligation.c.kind, obligation.c.ref_id]


@once
def _open_obligation(work: Work) -> Any:
    return work.insert(obligation).on_conflict_do_nothing(index_elements=_OWED)


@once
def _close_obligation(work: Work) -> Any:
    insert = work.insert(obligation)
    closed = {"state": insert.excluded.state, "closed_at": insert.excluded.closed_at}
    return insert.on_conflict_do_update(index_elements=_OWED, set_=closed)


async def set_obligation(
    work: Work, visit_id: UUID, kind: str, ref_id: UUID, origin: str, state: str
) -> None:
    """Open or close an obligation. A closing that overtook its opening wins, whatever comes."""
    values = {
        "visit_id": visit_id,
        "kind": kind,
        "ref_id": ref_id,
        "facility": work.facility.code,
        "origin_unit": origin,
        "state": state,
        "opened_at": work.at,
        "closed_at": None if state == "open" else work.at,
    }
    set_ = _open_obligation if state == "open" else _close_obligation
    await work.execute(set_(work), values)


async def reopen_obligation(work: Work, visit_id: UUID, kind: str) -> None:
    """What was done must be done again: a rejected prescription reopens the encounter."""
    await work.execute(
        sa.update(obligation)
        .where(
            obligation.c.visit_id == visit_id,
            obligation.c.kind == kind,
            obligation.c.facility == work.facility.code,
        )
        .values(state="open", closed_at=None)
    )


async def obligations_of(work: Work, visit_id: UUID) -> Sequence[Row]:
    return await work.all(
        sa.select(obligation)
        .where(obligation.c.visit_id == visit_id, obligation.c.facility == work.facility.code)
        .order_by(obligation.c.opened_at, obligation.c.ref_id)
    )

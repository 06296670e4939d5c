"""Queries on visits, their routes and what they still wait for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared, once
from chassis.work import Row, Work

from ..models import obligation, patient, route, visit

MISSING = "Kunjungan tidak ditemukan"


_HERE = visit.c.facility == sa.bindparam("facility")
_ID = visit.c.id == sa.bindparam("visit_id")
_OPEN = visit.c.closed_at.is_(None)

_ADD_VISIT = Prepared(
    lambda insert: (
        insert(visit)
        .on_conflict_do_nothing(
            index_elements=[visit.c.facility, visit.c.patient_id], index_where=_OPEN
        )
        .returning(*visit.c)
    )
)
_OPEN_VISIT_OF = Prepared(
    sa.select(visit).where(_HERE, visit.c.patient_id == sa.bindparam("patient"), _OPEN)
)
_LOCK_VISIT = Prepared(sa.select(visit).where(_ID, _HERE).with_for_update())
_WITH_PATIENT = (
    sa.select(visit, patient.c.mrn, patient.c.full_name, patient.c.birth_date, patient.c.sex)
    .join(patient, patient.c.id == visit.c.patient_id)
    .where(_HERE)
)
_VISIT = Prepared(_WITH_PATIENT.where(_ID))


async def add_visit(work: Work, values: dict[str, Any]) -> Row | None:
    """The new row, or None where the patient has an open visit at this centre."""
    return await work.first(_ADD_VISIT, **values)


async def open_visit_of(work: Work, patient_id: UUID) -> Row | None:
    return await work.first(_OPEN_VISIT_OF, patient=patient_id)


async def visit_of_ticket(work: Work, ticket_id: UUID) -> Row | None:
    return await work.first(
        sa.select(visit).where(
            visit.c.ticket_id == ticket_id, visit.c.facility == work.facility.code
        )
    )


async def lock_visit(work: Work, visit_id: UUID) -> Row:
    """The visit, held until the commit: events of several services move it."""
    return await work.one(_LOCK_VISIT, MISSING, visit_id=visit_id)


async def visit_by_id(work: Work, visit_id: UUID) -> Row:
    """The visit with the patient it is of."""
    return await work.one(_VISIT, MISSING, visit_id=visit_id)


async def visits_in_unit(work: Work, unit: str, state: str | None, limit: int) -> Sequence[Row]:
    """Open visits whose place is `unit`, in calling order."""
    statement = (
        _WITH_PATIENT.where(visit.c.unit == unit, visit.c.closed_at.is_(None))
        .order_by(visit.c.rank, visit.c.service_date, visit.c.number)
        .limit(limit)
    )
    if state:
        statement = statement.where(visit.c.state == state)
    return await work.all(statement, facility=work.facility.code)


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


_ADD_ROUTE = Prepared(sa.insert(route).inline())
_ROUTES_OF = Prepared(
    sa.select(route)
    .where(route.c.visit_id == sa.bindparam("visit"), route.c.facility == sa.bindparam("facility"))
    .order_by(route.c.route_seq)
)


async def add_route(work: Work, values: dict[str, Any]) -> None:
    await work.later(_ADD_ROUTE, at=work.at, **values)


async def routes_of(work: Work, visit_id: UUID) -> Sequence[Row]:
    return await work.all(_ROUTES_OF, visit=visit_id)


_OWED = ("visit_id", "kind", "ref_id")
_OPEN_OBLIGATION = once(obligation, *_OWED)


@Prepared
def _close_obligation(insert: Any) -> Any:
    closing = insert(obligation)
    closed = {"state": closing.excluded.state, "closed_at": closing.excluded.closed_at}
    return closing.on_conflict_do_update(index_elements=_OWED, set_=closed)


async def set_obligation(
    work: Work, visit_id: UUID, kind: str, ref_id: UUID, origin: str, state: str
) -> None:
    """Open or close an obligation. A closing that overtook its opening wins, whatever comes."""
    await work.later(
        _OPEN_OBLIGATION if state == "open" else _close_obligation,
        visit_id=visit_id,
        kind=kind,
        ref_id=ref_id,
        origin_unit=origin,
        state=state,
        opened_at=work.at,
        closed_at=None if state == "open" else work.at,
    )


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


async def cancel_obligations(work: Work, visit_id: UUID) -> None:
    """The visit ended before its time: it waits for nothing any more."""
    await work.execute(
        sa.update(obligation)
        .where(
            obligation.c.visit_id == visit_id,
            obligation.c.state == "open",
            obligation.c.facility == work.facility.code,
        )
        .values(state="cancelled", closed_at=work.at)
    )


_OBLIGATIONS_OF = Prepared(
    sa.select(obligation)
    .where(
        obligation.c.visit_id == sa.bindparam("visit"),
        obligation.c.facility == sa.bindparam("facility"),
    )
    .order_by(obligation.c.opened_at, obligation.c.ref_id)
)


async def obligations_of(work: Work, visit_id: UUID) -> Sequence[Row]:
    return await work.all(_OBLIGATIONS_OF, visit=visit_id)

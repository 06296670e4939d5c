"""Visits over HTTP: open, read with the journey, cancel, list in a unit."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from chassis.edge import Edge, allow
from contracts.envelope import Code

from .. import domain, schemas
from ..use_cases import visits

router = APIRouter(tags=["visits"])


@router.post("/api/visits", response_model=schemas.VisitView, status_code=201)
async def open_visit(
    body: schemas.OpenVisit, edge: Annotated[Edge, allow("visit.open")]
) -> Response:
    """Open a visit and route the patient. 409 `visit_open` names the open visit there is."""
    return await edge.command(
        lambda work: visits.open_visit(work, body.opening()),
        answer=schemas.VisitView,
        status=201,
    )


@router.get("/api/visits", response_model=list[schemas.VisitInUnit])
async def listed(
    edge: Annotated[Edge, allow("visit.list")],
    unit: Code,
    state: Literal["waiting", "in_service", "away"] | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Response:
    """Open visits in a unit, in calling order."""
    units = domain.visible_units(edge.who.roles, edge.who.units)
    return await edge.query(
        lambda work: visits.list_visits(work, unit, state, limit, units),
        answer=list[schemas.VisitInUnit],
    )


@router.get("/api/visits/{visit_id}", response_model=schemas.VisitRecord)
async def get(visit_id: UUID, edge: Annotated[Edge, allow("visit.read")]) -> Response:
    """A room sees the visits that were routed to it."""
    units = domain.visible_units(edge.who.roles, edge.who.units)
    return await edge.query(
        lambda work: visits.get_visit(work, visit_id, units), answer=schemas.VisitRecord
    )


@router.post("/api/visits/{visit_id}/cancel", response_model=schemas.VisitInUnit)
async def cancel(
    visit_id: UUID, body: schemas.EndVisit, edge: Annotated[Edge, allow("visit.cancel")]
) -> Response:
    return await edge.command(
        lambda work: visits.cancel_visit(work, visit_id, body.reason),
        answer=schemas.VisitInUnit,
    )


@router.post("/api/visits/{visit_id}/leave", response_model=schemas.VisitInUnit)
async def leave(
    visit_id: UUID, body: schemas.EndVisit, edge: Annotated[Edge, allow("visit.leave")]
) -> Response:
    """The patient went home before the visit was finished; what is open ends with it."""
    return await edge.command(
        lambda work: visits.leave_visit(work, visit_id, body.reason),
        answer=schemas.VisitInUnit,
    )

"""A visit's journey: where the patient was and is, what is still open, how it ended."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.edge import Edge, allow

from .. import domain, schemas
from ..use_cases import visits

router = APIRouter()
Reads = Annotated[Edge, allow("visit.read")]


@router.get("/visits/{visit_id}")
async def page(visit_id: UUID, edge: Reads) -> Response:
    return edge.page("visit.html", **await _shown(edge, visit_id))


@router.get("/parts/visits/{visit_id}")
async def part(visit_id: UUID, edge: Reads) -> Response:
    return edge.part("parts/visit.html", **await _shown(edge, visit_id))


async def _shown(edge: Edge, visit_id: UUID) -> dict[str, Any]:
    units = domain.visible_units(edge.who.roles, edge.who.units)
    visit = await edge.load(lambda work: visits.get_visit(work, visit_id, units))
    may_end = bool(edge.who.roles & edge.service.rights["visit.leave"])
    return {"visit": visit, "may_end": may_end}


@router.post("/visits/{visit_id}/cancel")
async def cancel(visit_id: UUID, edge: Annotated[Edge, allow("visit.cancel")]) -> Response:
    return await edge.submit(
        schemas.EndVisit,
        lambda work, form: visits.cancel_visit(work, visit_id, form.reason),
        to=f"/visits/{visit_id}",
    )


@router.post("/visits/{visit_id}/leave")
async def leave(visit_id: UUID, edge: Annotated[Edge, allow("visit.leave")]) -> Response:
    return await edge.submit(
        schemas.EndVisit,
        lambda work, form: visits.leave_visit(work, visit_id, form.reason),
        to=f"/visits/{visit_id}",
    )

"""A visit's journey: where the patient was and is, what is still open, how it ended."""

from typing import Annotated
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
    units = domain.visible_units(edge.who.roles, edge.who.units)
    visit = await edge.load(lambda work: visits.get_visit(work, visit_id, units))
    may_cancel = bool(edge.who.roles & edge.service.rights["visit.cancel"])
    return edge.page("visit.html", visit=visit, may_cancel=may_cancel)


@router.get("/parts/visits/{visit_id}")
async def part(visit_id: UUID, edge: Reads) -> Response:
    units = domain.visible_units(edge.who.roles, edge.who.units)
    visit = await edge.load(lambda work: visits.get_visit(work, visit_id, units))
    return edge.part("parts/visit.html", visit=visit)


@router.post("/visits/{visit_id}/cancel")
async def cancel(visit_id: UUID, edge: Annotated[Edge, allow("visit.cancel")]) -> Response:
    return await edge.submit(
        schemas.CancelVisit,
        lambda work, form: visits.cancel_visit(work, visit_id, form.reason),
        to=f"/visits/{visit_id}",
    )

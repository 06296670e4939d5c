"""Pages of the units: which are mine, who waits, calling the next one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Edge, allow
from chassis.work import Row

from .. import schemas, use_cases
from .presenters import clinician, may, unit_names

router = APIRouter()


@router.get("/")
async def units(edge: Annotated[Edge, allow("worklist.list")]) -> Response:
    return edge.page("units.html", **await _units(edge))


@router.get("/parts/units")
async def units_part(edge: Annotated[Edge, allow("worklist.list")]) -> Response:
    return edge.part("parts/units.html", **await _units(edge))


async def _units(edge: Edge) -> dict[str, Any]:
    loads = await edge.load(lambda work: use_cases.list_units(work, clinician(edge)))
    return {"loads": loads}


@router.get("/units/{unit}")
async def unit_page(unit: str, edge: Annotated[Edge, allow("worklist.list")]) -> Response:
    return edge.page("room.html", record=None, **await worklist(edge, unit, None))


@router.get("/parts/worklist")
async def worklist_part(
    unit: str, edge: Annotated[Edge, allow("worklist.list")], selected: UUID | None = None
) -> Response:
    return edge.part("parts/worklist.html", **await worklist(edge, unit, selected))


async def worklist(edge: Edge, unit: str, selected: UUID | None) -> dict[str, Any]:
    """What the left side of a room shows."""
    queue = await edge.load(lambda work: use_cases.look_at_unit(work, clinician(edge), unit))
    return {
        "queue": queue,
        "unit": queue.unit,
        "lines": _lines(queue),
        "selected": selected,
        "unit_names": unit_names(edge.facility),
        "may_call": may(edge, "worklist.call"),
    }


def _lines(queue: use_cases.UnitQueue) -> list[Row]:
    return [*queue.in_room, *queue.waiting, *queue.absent]


@router.post("/units/{unit}/call-next")
async def call_next(unit: str, edge: Annotated[Edge, allow("worklist.call")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.call_next(work, clinician(edge), unit),
        to=lambda call: f"/encounters/{call.visit_id}",
    )


@router.post("/visits/{visit_id}/recall")
async def recall(visit_id: UUID, edge: Annotated[Edge, allow("worklist.call")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.recall(work, clinician(edge), visit_id),
        to=f"/encounters/{visit_id}",
    )


@router.post("/visits/{visit_id}/missed")
async def missed(visit_id: UUID, edge: Annotated[Edge, allow("worklist.call")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.mark_missed(work, clinician(edge), visit_id),
        to=lambda placed: f"/units/{placed.unit}",
    )


@router.get("/parts/summary")
async def summary_part(
    edge: Annotated[Edge, allow("unit.summary")], unit: str | None = None
) -> Response:
    """Numbers only, for the home page: of one unit, or of all rooms of the centre."""
    loads = await edge.load(lambda work: use_cases.count_waiting(work, unit))
    return edge.part(
        "parts/summary.html",
        waiting=sum(load.waiting for load in loads),
        in_room=sum(load.in_room for load in loads),
        oldest=min((load.oldest for load in loads if load.oldest), default=None),
        late=any(load.late for load in loads),
    )

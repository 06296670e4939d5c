"""The centre at a glance over HTTP: queue display, counts of every unit, what it promises."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.edge import Edge, allow

from .. import schemas
from ..use_cases import centre

router = APIRouter(tags=["centre"])


@router.get("/api/display", response_model=list[schemas.CallView])
async def display(edge: Annotated[Edge, allow("display.read")]) -> Response:
    """Today's last call of each unit, the newest first."""
    return await edge.query(centre.display, answer=list[schemas.CallView])


@router.get("/api/units", response_model=list[schemas.UnitCount])
async def units(edge: Annotated[Edge, allow("unit.count")]) -> Response:
    """How many wait and are served in every unit of the profile."""
    return await edge.query(centre.unit_counts, answer=list[schemas.UnitCount])


@router.get("/api/standard", response_model=schemas.Standard)
async def standard(edge: Annotated[Edge, allow("standard.read")]) -> Response:
    """Services, minutes, papers, tariff and complaint channels, as the centre's procedure says."""
    return await edge.query(centre.standard, answer=schemas.Standard)

"""Home: every room of the centre with its live count; what the centre promises."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from chassis.edge import Edge, allow
from contracts.facility import Facility, UnitKind

from ..use_cases import centre

router = APIRouter()

_SERVICE = {
    UnitKind.DESK: "registration",
    UnitKind.CLINICAL: "clinical",
    UnitKind.EMERGENCY: "clinical",
    UnitKind.DELIVERY: "clinical",
    UnitKind.LAB: "lab",
    UnitKind.PHARMACY: "pharmacy",
}


@router.get("/")
async def home(edge: Annotated[Edge, allow("home.read")]) -> Response:
    for role, path in (("display", "/display"), ("queue_machine", "/machine")):
        if edge.who.roles == {role}:
            return RedirectResponse(edge.service.pages.url(path), 303)
    return edge.page("home.html", rooms=rooms(edge.facility))


def rooms(facility: Facility) -> list[dict[str, str]]:
    """A card for each unit that has a screen; addresses are those of the service behind it."""
    cards = []
    for unit in facility.units:
        service = _SERVICE.get(unit.kind)
        if service is None:
            continue
        page = {"registration": "/desk", "clinical": f"/units/{unit.code}"}.get(service, "/")
        cards.append(
            {
                "code": unit.code,
                "name": unit.name,
                "place": unit.place,
                "service": service,
                "page": page,
                "door": "/desk" if service == "registration" else "/",
            }
        )
    return cards


@router.get("/standard")
async def standard(edge: Annotated[Edge, allow("standard.read")]) -> Response:
    """Standar pelayanan: to read, or to print for the notice board."""
    return edge.page("standard.html", centre=edge.facility)


@router.get("/parts/summary")
async def summary(edge: Annotated[Edge, allow("unit.count")], unit: str | None = None) -> Response:
    """The count of one unit as registration sees it; without a unit, of the desk."""
    counts = await edge.load(centre.unit_counts)
    chosen = [c for c in counts if c["unit"] == unit] or [
        c for c in counts if c["kind"] == UnitKind.DESK.value
    ]
    return edge.part("parts/summary.html", count=chosen[0] if chosen else None)

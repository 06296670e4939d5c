"""The queue machine and the queue display: large buttons, large numbers, never a name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.edge import Edge, allow

from .. import schemas
from ..domain import tickets as rules
from ..use_cases import centre, machine

router = APIRouter()
Issues = Annotated[Edge, allow("ticket.issue")]


@router.get("/machine")
async def page(edge: Issues) -> Response:
    queue = edge.facility.queue
    choices = [c for c in rules.CHOOSABLE if c == "regular" or c in queue.priority]
    returning = edge.facility.intake.returning == "queue_machine"
    return edge.page("machine.html", choices=choices, returning=returning)


@router.post("/machine/tickets")
async def take(edge: Issues) -> Response:
    return await edge.submit(
        schemas.TakeTicket,
        lambda work, form: machine.take_ticket(work, machine.Wish(**form.model_dump())),
        to=lambda ticket: f"/machine/tickets/{ticket['id']}",
    )


@router.get("/machine/tickets/{ticket_id}")
async def ticket(ticket_id: UUID, edge: Issues) -> Response:
    """The printed ticket."""
    found = await edge.load(lambda work: machine.printed(work, ticket_id))
    return edge.page("ticket.html", **found)


Shows = Annotated[Edge, allow("display.read")]


@router.get("/display")
async def display(edge: Shows) -> Response:
    return edge.page("display.html", calls=await edge.load(centre.display))


@router.get("/parts/display")
async def display_part(edge: Shows) -> Response:
    return edge.part("parts/display.html", calls=await edge.load(centre.display))

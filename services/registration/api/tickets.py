"""Queue tickets over HTTP: take, list, call, miss, requeue."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from chassis.edge import Edge, allow
from contracts.envelope import Code

from .. import schemas
from ..use_cases import machine, tickets

router = APIRouter(tags=["tickets"])
Calls = Annotated[Edge, allow("ticket.call")]
VIEW = schemas.TicketView


@router.post("/api/tickets", response_model=VIEW, status_code=201)
async def take(body: schemas.TakeTicket, edge: Annotated[Edge, allow("ticket.issue")]) -> Response:
    """A number; with `mrn`, `nik` or `jkn_card` the visit of a returning patient is opened too."""
    wish = machine.Wish(**body.model_dump())
    return await edge.command(lambda work: machine.take_ticket(work, wish), answer=VIEW, status=201)


@router.get("/api/tickets", response_model=list[VIEW])
async def listed(
    edge: Annotated[Edge, allow("ticket.list")],
    service_point: Code | None = None,
    state: Literal["issued", "called"] = "issued",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Response:
    """Today's tickets: waiting in calling order, or called with no visit yet."""
    if state == "called":
        return await edge.query(lambda work: tickets.in_hand(work, limit), answer=list[VIEW])
    return await edge.query(
        lambda work: tickets.waiting(work, service_point, limit), answer=list[VIEW]
    )


@router.post("/api/tickets/call-next", response_model=VIEW)
async def call_next(body: schemas.CallNext, edge: Calls) -> Response:
    return await edge.command(
        lambda work: tickets.call_next(work, body.service_point, body.room), answer=VIEW
    )


@router.get("/api/tickets/{ticket_id}", response_model=VIEW)
async def get(ticket_id: UUID, edge: Annotated[Edge, allow("ticket.issue")]) -> Response:
    return await edge.query(lambda work: tickets.get_ticket(work, ticket_id), answer=VIEW)


@router.post("/api/tickets/{ticket_id}/call", response_model=VIEW)
async def call_again(ticket_id: UUID, body: schemas.CallAgain, edge: Calls) -> Response:
    return await edge.command(
        lambda work: tickets.call_again(work, ticket_id, body.room), answer=VIEW
    )


@router.post("/api/tickets/{ticket_id}/missed", response_model=VIEW)
async def missed(ticket_id: UUID, edge: Calls) -> Response:
    return await edge.command(lambda work: tickets.miss(work, ticket_id), answer=VIEW)


@router.post("/api/tickets/{ticket_id}/requeue", response_model=VIEW)
async def requeue(ticket_id: UUID, body: schemas.CallAgain, edge: Calls) -> Response:
    return await edge.command(lambda work: tickets.requeue(work, ticket_id, body.room), answer=VIEW)


@router.post("/api/tickets/{ticket_id}/void", response_model=VIEW)
async def void(ticket_id: UUID, edge: Calls) -> Response:
    return await edge.command(lambda work: tickets.void(work, ticket_id), answer=VIEW)

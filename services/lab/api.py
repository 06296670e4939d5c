"""JSON routes of the laboratory: everything that its bench does."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.edge import Edge, allow

from . import schemas, use_cases

router = APIRouter(prefix="/api", tags=["lab"])
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/orders", response_model=list[schemas.OrderLine])
async def list_orders(
    edge: Annotated[Edge, allow("order.list")],
    state: schemas.State | None = None,
    limit: Limit = 20,
    after: UUID | None = None,
) -> Response:
    """Cito first, then the oldest request; without `state` all that is still open.

    For the next page `after` is the `id` of the last order of this one; a page with fewer orders
    than `limit` is the last.
    """
    return await edge.query(
        lambda work: use_cases.list_orders(work, state, limit, after),
        answer=list[schemas.OrderLine],
    )


@router.get("/orders/{order_id}", response_model=schemas.OrderView)
async def read_order(order_id: UUID, edge: Annotated[Edge, allow("order.open")]) -> Response:
    """With specimens and values; the reading is audited.

    Until `lab.order.received.v1` a request is still on its way here: 404, try again in a moment.
    """
    return await edge.query(
        lambda work: use_cases.open_order(work, order_id), answer=schemas.OrderView
    )


@router.get("/orders/{order_id}/result", response_model=schemas.OrderView)
async def read_result(order_id: UUID, edge: Annotated[Edge, allow("result.open")]) -> Response:
    """A released result for the unit that asked, also what the bus does not carry (audited).

    When the visit has ended and the unit has read the result, it is closed to the unit
    (403 `no_open_visit`).
    """
    roles, units = edge.who.roles, edge.who.units
    return await edge.query(
        lambda work: use_cases.open_result(work, order_id, roles=roles, units=units),
        answer=schemas.OrderView,
    )


@router.post("/orders/{order_id}/accept", response_model=schemas.OrderState)
async def accept(order_id: UUID, edge: Annotated[Edge, allow("order.decide")]) -> Response:
    """Wait for `lab.order.received.v1`: until then the request is on its way here (404)."""
    return await edge.command(
        lambda work: use_cases.accept_order(work, order_id), answer=schemas.OrderState
    )


@router.post("/orders/{order_id}/reject", response_model=schemas.OrderState)
async def reject(
    order_id: UUID, body: schemas.Reject, edge: Annotated[Edge, allow("order.decide")]
) -> Response:
    """Until validation, with a reason; the unit is told and the patient goes back to it."""
    return await edge.command(
        lambda work: use_cases.reject_order(work, order_id, body.reason),
        answer=schemas.OrderState,
    )


@router.post("/orders/{order_id}/collect", response_model=schemas.OrderState)
async def collect(order_id: UUID, edge: Annotated[Edge, allow("specimen.handle")]) -> Response:
    """One specimen per type that the tests need; after a rejection only what was rejected."""
    return await edge.command(
        lambda work: use_cases.collect_specimens(work, order_id), answer=schemas.OrderState
    )


@router.post("/orders/{order_id}/receive", response_model=schemas.OrderState)
async def receive(order_id: UUID, edge: Annotated[Edge, allow("specimen.handle")]) -> Response:
    return await edge.command(
        lambda work: use_cases.receive_specimens(work, order_id), answer=schemas.OrderState
    )


@router.post("/orders/{order_id}/reject-specimen", response_model=schemas.OrderState)
async def reject_specimen(
    order_id: UUID, body: schemas.RejectSpecimen, edge: Annotated[Edge, allow("specimen.handle")]
) -> Response:
    """The order stays; it is collected again and the rejection is counted."""
    return await edge.command(
        lambda work: use_cases.reject_specimen(work, order_id, body.reason, body.specimen_type),
        answer=schemas.OrderState,
    )


@router.post("/orders/{order_id}/results", response_model=schemas.OrderState)
async def enter_results(
    order_id: UUID, body: schemas.EnterResults, edge: Annotated[Edge, allow("result.enter")]
) -> Response:
    return await edge.command(
        lambda work: use_cases.enter_results(work, order_id, body.values),
        answer=schemas.OrderState,
    )


@router.post("/orders/{order_id}/validate", response_model=schemas.OrderState)
async def validate(order_id: UUID, edge: Annotated[Edge, allow("result.release")]) -> Response:
    return await edge.command(
        lambda work: use_cases.validate_result(work, order_id), answer=schemas.OrderState
    )


@router.post("/orders/{order_id}/release", response_model=schemas.OrderState)
async def release(order_id: UUID, edge: Annotated[Edge, allow("result.release")]) -> Response:
    return await edge.command(
        lambda work: use_cases.release_result(work, order_id), answer=schemas.OrderState
    )


@router.get("/tests", response_model=list[schemas.TestView])
async def list_tests(edge: Annotated[Edge, allow("test.list")]) -> Response:
    """What this laboratory does, with units, reference ranges and critical limits."""
    return await edge.query(use_cases.list_tests, answer=list[schemas.TestView])

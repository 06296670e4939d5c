"""JSON routes of the pharmacy: everything that its pages do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.edge import Edge, allow

from . import schemas, use_cases

router = APIRouter(prefix="/api")
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/prescriptions", response_model=list[schemas.PrescriptionView])
async def list_prescriptions(
    edge: Annotated[Edge, allow("prescription.list")],
    state: str | None = None,
    limit: Limit = 20,
    after: UUID | None = None,
) -> Response:
    """Oldest first; without `state` all that still wait for a step.

    For the next page `after` is the `id` of the last prescription of this one; a page with fewer
    than `limit` is the last.
    """
    return await edge.query(
        lambda work: use_cases.list_prescriptions(work, state, limit, after),
        answer=list[schemas.PrescriptionView],
    )


@router.get("/prescriptions/{rx_id}", response_model=schemas.DetailsView)
async def read_prescription(
    rx_id: UUID, edge: Annotated[Edge, allow("prescription.read")]
) -> Response:
    """With the hints for the three reviews; the reading is audited.

    Until `pharmacy.prescription.received.v1` it is still on its way here: 404, try again in a
    moment.
    """
    return await edge.query(
        lambda work: use_cases.open_prescription(work, rx_id), answer=schemas.DetailsView
    )


@router.post("/prescriptions/{rx_id}/review", response_model=schemas.PrescriptionView)
async def review(
    rx_id: UUID, body: schemas.Review, edge: Annotated[Edge, allow("prescription.review")]
) -> Response:
    """A failed check is kept; the prescription then stays `received`."""
    return await edge.command(
        lambda work: use_cases.review(work, rx_id, body.checks()),
        answer=schemas.PrescriptionView,
    )


@router.post("/prescriptions/{rx_id}/prepare", response_model=schemas.PrescriptionView)
async def prepare(
    rx_id: UUID, body: schemas.Prepare, edge: Annotated[Edge, allow("prescription.prepare")]
) -> Response:
    """Refused (409 `stock_insufficient`) where a medicine is not there in full."""
    return await edge.command(
        lambda work: use_cases.prepare(work, rx_id), answer=schemas.PrescriptionView
    )


@router.post("/prescriptions/{rx_id}/dispense", response_model=schemas.PrescriptionView)
async def dispense(
    rx_id: UUID, body: schemas.Dispense, edge: Annotated[Edge, allow("prescription.dispense")]
) -> Response:
    """Both identifiers must match; stock is taken first expired, first out, or not at all."""
    return await edge.command(
        lambda work: use_cases.dispense(work, rx_id, **body.model_dump()),
        answer=schemas.PrescriptionView,
    )


@router.post("/prescriptions/{rx_id}/reject", response_model=schemas.PrescriptionView)
async def reject(
    rx_id: UUID, body: schemas.Reject, edge: Annotated[Edge, allow("prescription.reject")]
) -> Response:
    """Until the hand-over, with a reason; the prescriber is told."""
    return await edge.command(
        lambda work: use_cases.reject(work, rx_id, body.reason),
        answer=schemas.PrescriptionView,
    )


@router.get("/stock", response_model=list[schemas.LotView])
async def list_stock(edge: Annotated[Edge, allow("stock.read")]) -> Response:
    return await edge.query(use_cases.list_stock, answer=list[schemas.LotView])


@router.post("/stock/receipts", response_model=schemas.LotView)
async def receive_stock(
    body: schemas.Receipt, edge: Annotated[Edge, allow("stock.receive")]
) -> Response:
    """Adds to the lot, or opens it. `If-Match` names the version of a lot that is there already."""
    return await edge.command(
        lambda work: use_cases.receive_stock(work, **body.model_dump()),
        answer=schemas.LotView,
    )


@router.post("/stock/lots/{lot_id}/adjustments", response_model=schemas.LotView)
async def adjust_stock(
    lot_id: UUID, body: schemas.Adjustment, edge: Annotated[Edge, allow("stock.adjust")]
) -> Response:
    return await edge.command(
        lambda work: use_cases.adjust_stock(work, lot_id, **body.model_dump()),
        answer=schemas.LotView,
    )

"""JSON routes of the complaints desk; everything the pages do can be done here."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from chassis.edge import Edge, allow

from . import schemas, use_cases

router = APIRouter(tags=["complaints"])
Handle = Annotated[Edge, allow("complaint.handle")]


@router.post("/api/complaints", response_model=schemas.ComplaintView, status_code=201)
async def receive(
    body: schemas.Receive, edge: Annotated[Edge, allow("complaint.receive")]
) -> Response:
    """Stage a. A known `external_id` of the channel answers with the complaint there is."""
    return await edge.command(
        lambda work: use_cases.receive_complaint(work, **body.model_dump()),
        answer=schemas.ComplaintView,
        status=201,
    )


@router.get("/api/complaints", response_model=list[schemas.ComplaintView])
async def list_complaints(
    edge: Annotated[Edge, allow("complaint.list")],
    state: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Open complaints, or those of one state, the nearest deadline first; never who reported."""
    return await edge.query(
        lambda work: use_cases.list_complaints(work, state, limit, offset),
        answer=list[schemas.ComplaintView],
    )


@router.get("/api/complaints/{complaint_id}", response_model=schemas.ComplaintRecord)
async def read(complaint_id: UUID, edge: Annotated[Edge, allow("complaint.read")]) -> Response:
    """The whole complaint with history and reporter; the reading is audited."""
    return await edge.query(
        lambda work: use_cases.open_complaint(work, complaint_id), answer=schemas.ComplaintRecord
    )


@router.post("/api/complaints/{complaint_id}/details", response_model=schemas.ComplaintView)
async def details(complaint_id: UUID, body: schemas.Details, edge: Handle) -> Response:
    """Stage b. What is missing is saved as missing and named in the answer."""
    return await _take(edge, complaint_id, use_cases.record_details, body)


@router.post("/api/complaints/{complaint_id}/assign", response_model=schemas.ComplaintView)
async def assign(complaint_id: UUID, body: schemas.Assign, edge: Handle) -> Response:
    """Stage c. A summary that names the reporter is refused."""
    return await _take(edge, complaint_id, use_cases.assign_to_unit, body)


@router.post("/api/complaints/{complaint_id}/clarify", response_model=schemas.ComplaintView)
async def clarify(complaint_id: UUID, body: schemas.Clarify, edge: Handle) -> Response:
    """Stage d. Without a plan it does not go on."""
    return await _take(edge, complaint_id, use_cases.record_clarification, body)


@router.post("/api/complaints/{complaint_id}/remedy", response_model=schemas.ComplaintView)
async def remedy(complaint_id: UUID, body: schemas.Remedy, edge: Handle) -> Response:
    """Stage e. Compensation, right of reply, or both."""
    return await _take(edge, complaint_id, use_cases.decide_remedy, body)


@router.post("/api/complaints/{complaint_id}/improve", response_model=schemas.ComplaintView)
async def improve(complaint_id: UUID, body: schemas.Improve, edge: Handle) -> Response:
    """Stage f. Evidence, date and owner."""
    return await _take(edge, complaint_id, use_cases.record_improvement, body)


@router.post("/api/complaints/{complaint_id}/report", response_model=schemas.ComplaintView)
async def report(
    complaint_id: UUID, body: schemas.Report, edge: Annotated[Edge, allow("complaint.report")]
) -> Response:
    """Stage g. The head acknowledges."""
    return await _take(edge, complaint_id, use_cases.acknowledge_report, body)


@router.post("/api/complaints/{complaint_id}/escalate", response_model=schemas.ComplaintView)
async def escalate(complaint_id: UUID, body: schemas.Escalate, edge: Handle) -> Response:
    """Stage h. An obstacle goes to the Dinas Kesehatan; the deadline stays."""
    return await _take(edge, complaint_id, use_cases.escalate_to_dinas, body)


@router.post("/api/complaints/{complaint_id}/resume", response_model=schemas.ComplaintView)
async def resume(complaint_id: UUID, body: schemas.Resume, edge: Handle) -> Response:
    """The Dinas Kesehatan answered: back to the improvement."""
    return await _take(edge, complaint_id, use_cases.resume_improvement, body)


@router.post("/api/complaints/{complaint_id}/monitor", response_model=schemas.ComplaintView)
async def monitor(complaint_id: UUID, body: schemas.Monitor, edge: Handle) -> Response:
    """Stage i. Effective closes it, otherwise the next review date is set."""
    return await _take(edge, complaint_id, use_cases.record_monitoring, body)


@router.post("/api/complaints/{complaint_id}/reopen", response_model=schemas.ComplaintView)
async def reopen(complaint_id: UUID, body: schemas.Reopen, edge: Handle) -> Response:
    return await _take(edge, complaint_id, use_cases.reopen_complaint, body)


@router.post("/api/complaints/{complaint_id}/duplicate", response_model=schemas.ComplaintView)
async def duplicate(complaint_id: UUID, body: schemas.Duplicate, edge: Handle) -> Response:
    """The same incident as another complaint, named by its number."""
    return await _take(edge, complaint_id, use_cases.link_duplicate, body)


@router.post("/api/complaints/{complaint_id}/out-of-scope", response_model=schemas.ComplaintView)
async def out_of_scope(complaint_id: UUID, body: schemas.OutOfScope, edge: Handle) -> Response:
    return await _take(edge, complaint_id, use_cases.refuse_out_of_scope, body)


async def _take(
    edge: Edge, complaint_id: UUID, step: Callable[..., Awaitable[object]], body: BaseModel
) -> Response:
    """One step of the stages: its input is the body, its answer the complaint as it now stands."""
    return await edge.command(
        lambda work: step(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
    )

"""JSON routes of the complaints desk; everything the pages do can be done here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

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
        body=body,
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
    return await edge.command(
        lambda work: use_cases.record_details(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/assign", response_model=schemas.ComplaintView)
async def assign(complaint_id: UUID, body: schemas.Assign, edge: Handle) -> Response:
    """Stage c. A summary that names the reporter is refused."""
    return await edge.command(
        lambda work: use_cases.assign_to_unit(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/clarify", response_model=schemas.ComplaintView)
async def clarify(complaint_id: UUID, body: schemas.Clarify, edge: Handle) -> Response:
    """Stage d. Without a plan it does not go on."""
    return await edge.command(
        lambda work: use_cases.record_clarification(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/remedy", response_model=schemas.ComplaintView)
async def remedy(complaint_id: UUID, body: schemas.Remedy, edge: Handle) -> Response:
    """Stage e. Compensation, right of reply, or both."""
    return await edge.command(
        lambda work: use_cases.decide_remedy(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/improve", response_model=schemas.ComplaintView)
async def improve(complaint_id: UUID, body: schemas.Improve, edge: Handle) -> Response:
    """Stage f. Evidence, date and owner."""
    return await edge.command(
        lambda work: use_cases.record_improvement(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/report", response_model=schemas.ComplaintView)
async def report(
    complaint_id: UUID, body: schemas.Report, edge: Annotated[Edge, allow("complaint.report")]
) -> Response:
    """Stage g. The head acknowledges."""
    return await edge.command(
        lambda work: use_cases.acknowledge_report(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/escalate", response_model=schemas.ComplaintView)
async def escalate(complaint_id: UUID, body: schemas.Escalate, edge: Handle) -> Response:
    """Stage h. An obstacle goes to the Dinas Kesehatan; the deadline stays."""
    return await edge.command(
        lambda work: use_cases.escalate_to_dinas(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/resume", response_model=schemas.ComplaintView)
async def resume(complaint_id: UUID, body: schemas.Resume, edge: Handle) -> Response:
    """The Dinas Kesehatan answered: back to the improvement."""
    return await edge.command(
        lambda work: use_cases.resume_improvement(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/monitor", response_model=schemas.ComplaintView)
async def monitor(complaint_id: UUID, body: schemas.Monitor, edge: Handle) -> Response:
    """Stage i. Effective closes it, otherwise the next review date is set."""
    return await edge.command(
        lambda work: use_cases.record_monitoring(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/reopen", response_model=schemas.ComplaintView)
async def reopen(complaint_id: UUID, body: schemas.Reopen, edge: Handle) -> Response:
    return await edge.command(
        lambda work: use_cases.reopen_complaint(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/duplicate", response_model=schemas.ComplaintView)
async def duplicate(complaint_id: UUID, body: schemas.Duplicate, edge: Handle) -> Response:
    """The same incident as another complaint, named by its number."""
    return await edge.command(
        lambda work: use_cases.link_duplicate(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )


@router.post("/api/complaints/{complaint_id}/out-of-scope", response_model=schemas.ComplaintView)
async def out_of_scope(complaint_id: UUID, body: schemas.OutOfScope, edge: Handle) -> Response:
    return await edge.command(
        lambda work: use_cases.refuse_out_of_scope(work, complaint_id, **body.model_dump()),
        answer=schemas.ComplaintView,
        body=body,
    )

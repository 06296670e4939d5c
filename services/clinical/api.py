"""JSON routes of the clinical rooms: everything that their pages do."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.edge import Edge, allow

from . import domain, schemas, use_cases

router = APIRouter(prefix="/api")

Limit = Annotated[int, Query(ge=1, le=100)]
EntryState = Literal["waiting", "called", "in_service", "absent"]


def clinician(edge: Edge) -> domain.Clinician:
    return domain.Clinician(edge.who.staff_id, edge.who.name, edge.who.units)


@router.get("/units", response_model=list[schemas.UnitView])
async def list_units(edge: Annotated[Edge, allow("worklist.list")]) -> Response:
    """The caller's units with their counts."""
    return await edge.query(
        lambda work: use_cases.list_units(work, clinician(edge)),
        answer=list[schemas.UnitView],
    )


@router.get("/worklist", response_model=list[schemas.WorklistView])
async def list_worklist(
    edge: Annotated[Edge, allow("worklist.list")],
    unit: str,
    state: EntryState = "waiting",
    limit: Limit = 20,
) -> Response:
    """In calling order: class of the profile, then number."""
    return await edge.query(
        lambda work: use_cases.list_worklist(work, clinician(edge), unit, (state,), limit),
        answer=list[schemas.WorklistView],
    )


@router.post("/worklist/call-next", response_model=schemas.CallView)
async def call_next(
    body: schemas.CallNext, edge: Annotated[Edge, allow("worklist.call")]
) -> Response:
    """404 `queue_empty` where nobody waits."""
    return await edge.command(
        lambda work: use_cases.call_next(work, clinician(edge), body.unit),
        answer=schemas.CallView,
    )


@router.post("/visits/{visit_id}/recall", response_model=schemas.CallView)
async def recall(
    visit_id: UUID, body: schemas.Step, edge: Annotated[Edge, allow("worklist.call")]
) -> Response:
    """Call the same patient again, as often as the profile allows."""
    return await edge.command(
        lambda work: use_cases.recall(work, clinician(edge), visit_id),
        answer=schemas.CallView,
    )


@router.post("/visits/{visit_id}/missed", response_model=schemas.PlacedView)
async def missed(
    visit_id: UUID, body: schemas.Step, edge: Annotated[Edge, allow("worklist.call")]
) -> Response:
    """The called patient did not come: once behind everybody, then out of the calling order."""
    return await edge.command(
        lambda work: use_cases.mark_missed(work, clinician(edge), visit_id),
        answer=schemas.PlacedView,
    )


@router.get("/encounters/{visit_id}", response_model=schemas.EncounterView)
async def open_encounter(
    visit_id: UUID, edge: Annotated[Edge, allow("encounter.open")]
) -> Response:
    """The record of a visit routed to a unit of the caller; the reading is audited."""
    return await edge.query(
        lambda work: use_cases.open_encounter(work, clinician(edge), visit_id),
        answer=schemas.EncounterView,
    )


@router.post("/encounters/{visit_id}/identity", response_model=schemas.IdentifiedView)
async def identify(
    visit_id: UUID,
    body: schemas.Identify,
    edge: Annotated[Edge, allow("encounter.identify")],
) -> Response:
    """A mismatch is an answer, not an error; it blocks the assessment."""
    return await edge.command(
        lambda work: use_cases.identify(
            work, clinician(edge), visit_id, body.full_name, body.birth_date
        ),
        answer=schemas.IdentifiedView,
    )


@router.post("/encounters/{visit_id}/assessment", response_model=schemas.AssessedView)
async def assess(
    visit_id: UUID,
    body: schemas.Assess,
    edge: Annotated[Edge, allow("encounter.assess")],
) -> Response:
    """409 `identity_not_verified` before a match; a value outside the profile's range is 422."""
    return await edge.command(
        lambda work: use_cases.assess(work, clinician(edge), visit_id, **body.arguments()),
        answer=schemas.AssessedView,
    )


@router.post("/encounters/{visit_id}/lab-requests", response_model=schemas.AskedView)
async def request_lab(
    visit_id: UUID,
    body: schemas.RequestLab,
    edge: Annotated[Edge, allow("lab.request")],
) -> Response:
    return await edge.command(
        lambda work: use_cases.request_lab(work, clinician(edge), visit_id, **body.arguments()),
        answer=schemas.AskedView,
    )


@router.post("/encounters/{visit_id}/results/{order_id}/read", response_model=schemas.ReadView)
async def read_result(
    visit_id: UUID,
    order_id: UUID,
    body: schemas.Step,
    edge: Annotated[Edge, allow("result.read")],
) -> Response:
    """The newest version of the result has been read by the unit that asked for it."""
    return await edge.command(
        lambda work: use_cases.read_result(work, clinician(edge), visit_id, order_id),
        answer=schemas.ReadView,
    )


@router.post("/encounters/{visit_id}/prescriptions", response_model=schemas.AskedView)
async def prescribe(
    visit_id: UUID,
    body: schemas.Prescribe,
    edge: Annotated[Edge, allow("prescription.issue")],
) -> Response:
    return await edge.command(
        lambda work: use_cases.prescribe(work, clinician(edge), visit_id, **body.arguments()),
        answer=schemas.AskedView,
    )


@router.post(
    "/encounters/{visit_id}/lab-requests/{order_id}/cancel", response_model=schemas.CancelledView
)
async def cancel_lab_request(
    visit_id: UUID,
    order_id: UUID,
    body: schemas.Cancel,
    edge: Annotated[Edge, allow("lab.request")],
) -> Response:
    """409 `already_begun` where a specimen was taken or the request is over."""
    return await edge.command(
        lambda work: use_cases.cancel_lab_request(
            work, clinician(edge), visit_id, order_id, body.reason
        ),
        answer=schemas.CancelledView,
    )


@router.post(
    "/encounters/{visit_id}/prescriptions/{rx_id}/cancel", response_model=schemas.CancelledView
)
async def cancel_prescription(
    visit_id: UUID,
    rx_id: UUID,
    body: schemas.Cancel,
    edge: Annotated[Edge, allow("prescription.issue")],
) -> Response:
    """Before the pharmacy has reviewed it, or after it was rejected; else 409 `already_begun`."""
    return await edge.command(
        lambda work: use_cases.cancel_prescription(
            work, clinician(edge), visit_id, rx_id, body.reason
        ),
        answer=schemas.CancelledView,
    )


@router.post("/encounters/{visit_id}/complete", response_model=schemas.CompletedView)
async def complete(
    visit_id: UUID,
    body: schemas.Complete,
    edge: Annotated[Edge, allow("encounter.complete")],
) -> Response:
    """409 `obligations_open` while a lab request is outstanding or a result unread."""
    return await edge.command(
        lambda work: use_cases.complete(work, clinician(edge), visit_id, **body.arguments()),
        answer=schemas.CompletedView,
    )


@router.get("/notices", response_model=list[schemas.NoticeView])
async def list_notices(edge: Annotated[Edge, allow("notice.list")]) -> Response:
    """Complaints the caller's units are asked to clarify; never who complained."""
    return await edge.query(
        lambda work: use_cases.list_notices(work, clinician(edge)),
        answer=list[schemas.NoticeView],
    )


@router.get("/filed-results", response_model=list[schemas.FiledView])
async def list_filed(edge: Annotated[Edge, allow("result.read")]) -> Response:
    """Results that came after the unit was done and that nobody has read yet."""
    return await edge.query(
        lambda work: use_cases.list_filed(work, clinician(edge)), answer=list[schemas.FiledView]
    )


@router.get("/visits/{visit_id}/accesses", response_model=list[schemas.AccessView])
async def list_accesses(visit_id: UUID, edge: Annotated[Edge, allow("access.list")]) -> Response:
    """Who opened or changed the record of a visit (PMK 24/2022), newest first."""
    return await edge.query(
        lambda work: use_cases.list_accesses(work, visit_id), answer=list[schemas.AccessView]
    )

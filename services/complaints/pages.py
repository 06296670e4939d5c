"""The complaints desk in the browser: the list, the new complaint, and the one next form."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from chassis.edge import Edge, allow
from chassis.errors import NotFound

from . import domain, schemas, use_cases

router = APIRouter(include_in_schema=False)
Handle = Annotated[Edge, allow("complaint.handle")]

#: More open complaints than a desk of one health centre has.
_PAGE: Final = 200
#: The forms that the desk itself may send, and what each of them does.
_STEPS: Final[dict[str, tuple[type[BaseModel], Callable[..., Awaitable[domain.Overview]]]]] = {
    "details": (schemas.Details, use_cases.record_details),
    "assign": (schemas.Assign, use_cases.assign_to_unit),
    "clarify": (schemas.Clarify, use_cases.record_clarification),
    "remedy": (schemas.Remedy, use_cases.decide_remedy),
    "improve": (schemas.Improve, use_cases.record_improvement),
    "escalate": (schemas.Escalate, use_cases.escalate_to_dinas),
    "resume": (schemas.Resume, use_cases.resume_improvement),
    "monitor": (schemas.Monitor, use_cases.record_monitoring),
    "reopen": (schemas.Reopen, use_cases.reopen_complaint),
    "duplicate": (schemas.Duplicate, use_cases.link_duplicate),
    "out_of_scope": (schemas.OutOfScope, use_cases.refuse_out_of_scope),
}
Number = Annotated[str | None, Query(pattern=r"^PGD-\d{4}-\d{4,9}$")]

#: The one form of each state; a state without one is finished.
_NEXT_FORM: Final = {
    "received": "details",
    "detail": "details",
    "reopened": "details",
    "analysis": "assign",
    "clarification": "clarify",
    "remedy": "remedy",
    "improvement": "improve",
    "reported": "report",
    "escalated": "resume",
    "monitoring": "monitor",
    "closed": "reopen",
}
#: What may be done instead, kept folded below the form.
_INSTEAD: Final = {
    "received": ("duplicate", "out_of_scope"),
    "improvement": ("escalate",),
    "reported": ("escalate",),
}


@router.get("/")
async def desk(
    edge: Annotated[Edge, allow("complaint.receive")],
    state: str | None = None,
    received: Number = None,
) -> Response:
    """Whoever may only take complaints in sees the form and the number just given, no list."""
    return edge.page(
        "desk.html",
        **await _worklist(edge, state),
        received=received,
        categories=domain.CATEGORIES,
    )


@router.get("/parts/worklist")
async def worklist(
    edge: Annotated[Edge, allow("complaint.list")], state: str | None = None
) -> Response:
    return edge.part("parts/worklist.html", **await _worklist(edge, state))


async def _worklist(edge: Edge, state: str | None) -> dict[str, Any]:
    may_list = _may(edge, "complaint.list")
    rows = (
        await edge.load(lambda work: use_cases.list_complaints(work, state, _PAGE))
        if may_list
        else []
    )
    return {"complaints": rows, "state": state, "may_list": may_list, "names": _names(edge)}


@router.get("/parts/summary")
async def summary(edge: Annotated[Edge, allow("complaint.summary")]) -> Response:
    return edge.part("parts/summary.html", summary=await edge.load(use_cases.summarise))


@router.get("/complaints/{complaint_id}")
async def complaint(complaint_id: UUID, edge: Annotated[Edge, allow("complaint.read")]) -> Response:
    record = await edge.load(lambda work: use_cases.open_complaint(work, complaint_id))
    return edge.page("complaint.html", **_shown(edge, record), **_handling(edge, record))


@router.get("/parts/complaints/{complaint_id}")
async def progress(complaint_id: UUID, edge: Annotated[Edge, allow("complaint.read")]) -> Response:
    record = await edge.load(lambda work: use_cases.open_complaint(work, complaint_id))
    return edge.part("parts/progress.html", **_shown(edge, record))


@router.get("/parts/complaints/{complaint_id}/handling")
async def handling(complaint_id: UUID, edge: Annotated[Edge, allow("complaint.read")]) -> Response:
    """The next form follows when somebody else has taken the step before it."""
    record = await edge.load(lambda work: use_cases.open_complaint(work, complaint_id))
    return edge.part("parts/handling.html", **_shown(edge, record), **_handling(edge, record))


def _shown(edge: Edge, record: use_cases.Record) -> dict[str, Any]:
    """What the stages and the history are drawn from."""
    return {"record": record, "names": _names(edge), "as_date": date.fromisoformat}


def _handling(edge: Edge, record: use_cases.Record) -> dict[str, Any]:
    """What the facts and the forms are drawn from."""
    form = _NEXT_FORM.get(record.state)
    return {
        "form": None if form == "report" and not _may(edge, "complaint.report") else form,
        "instead": _INSTEAD.get(record.state, ()),
        "categories": domain.CATEGORIES,
        "units": edge.facility.units,
        "escalate_to": edge.facility.complaints.escalate_to,
    }


def _may(edge: Edge, right: str) -> bool:
    return bool(edge.who.roles & domain.RIGHTS[right])


def _names(edge: Edge) -> dict[str, dict[str, str]]:
    """Codes of the profile as people call them."""
    return {
        "channel": {channel.code: channel.name for channel in edge.facility.complaints.channels},
        "unit": {unit.code: unit.name for unit in edge.facility.units},
    }


def _page_of(found: domain.Overview) -> str:
    return f"/complaints/{found.id}"


@router.post("/complaints")
async def receive(edge: Annotated[Edge, allow("complaint.receive")]) -> Response:
    def next_page(new: domain.Overview) -> str:
        return _page_of(new) if _may(edge, "complaint.read") else f"/?received={new.number}"

    return await edge.submit(
        schemas.Receive,
        lambda work, form: use_cases.receive_complaint(work, **form.model_dump()),
        to=next_page,
    )


@router.post("/complaints/{complaint_id}/report")
async def report(complaint_id: UUID, edge: Annotated[Edge, allow("complaint.report")]) -> Response:
    """Stage g, for the head alone."""
    return await edge.submit(
        schemas.Report,
        lambda work, form: use_cases.acknowledge_report(work, complaint_id, **form.model_dump()),
        to=_page_of,
    )


@router.post("/complaints/{complaint_id}/{step}")
async def take_step(complaint_id: UUID, step: str, edge: Handle) -> Response:
    """Every other form of the complaint's page."""
    if step not in _STEPS:
        raise NotFound("Langkah ini tidak dikenal")
    schema, use_case = _STEPS[step]
    return await edge.submit(
        schema,
        lambda work, form: use_case(work, complaint_id, **form.model_dump()),
        to=_page_of,
    )

"""The registration desk: call a number, find or register the patient, open the visit."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from chassis.edge import Edge, allow
from chassis.problems import wants_page
from chassis.work import Work

from .. import schemas
from ..domain import documents, routing
from ..domain import tickets as rules
from ..domain.patients import TooLittle
from ..use_cases import patients, tickets, visits

router = APIRouter()
Calls = Annotated[Edge, allow("ticket.call")]
Differing = Annotated[tuple[Literal["full_name", "birth_date", "sex"], ...], Query()]
_LIMIT = 20


@router.get("/desk")
async def page(edge: Calls, ticket: UUID | None = None) -> Response:
    return edge.page("desk.html", **await edge.load(lambda work: _desk(work, ticket)))


@router.get("/parts/desk")
async def part(edge: Calls, ticket: UUID | None = None) -> Response:
    return edge.part("parts/desk.html", **await edge.load(lambda work: _desk(work, ticket)))


async def _desk(work: Work, ticket: UUID | None) -> dict[str, Any]:
    return {
        "waiting": await tickets.waiting(work, None, _LIMIT),
        "in_hand": await tickets.in_hand(work, _LIMIT),
        "ticket": await tickets.get_ticket(work, ticket) if ticket else None,
        "found": None,
        "wanted": None,
        "unclear": False,
    }


@router.post("/desk/call-next")
async def call_next(edge: Calls) -> Response:
    return await edge.submit(
        schemas.CallNext,
        lambda work, form: tickets.call_next(work, form.service_point, form.room),
        to=lambda row: f"/desk?ticket={row.id}",
    )


@router.post("/desk/tickets/{ticket_id}/call")
async def call_again(ticket_id: UUID, edge: Calls) -> Response:
    return await edge.submit(
        schemas.CallAgain,
        lambda work, form: tickets.call_again(work, ticket_id, form.room),
        to=f"/desk?ticket={ticket_id}",
    )


@router.post("/desk/tickets/{ticket_id}/missed")
async def missed(ticket_id: UUID, edge: Calls) -> Response:
    return await edge.submit(
        schemas.Nothing, lambda work, form: tickets.miss(work, ticket_id), to="/desk"
    )


@router.post("/desk/tickets/{ticket_id}/requeue")
async def requeue(ticket_id: UUID, edge: Calls) -> Response:
    return await edge.submit(
        schemas.CallAgain,
        lambda work, form: tickets.requeue(work, ticket_id, form.room),
        to=f"/desk?ticket={ticket_id}",
    )


@router.post("/desk/find")
async def find(
    edge: Annotated[Edge, allow("patient.search")], ticket: UUID | None = None
) -> Response:
    """A POST that changes nothing: what was searched for stays out of addresses and logs.

    People keep their page where they said too little; a program gets the problem.
    """
    form = await edge.form(schemas.SearchPatients)

    async def search(work: Work) -> dict[str, Any]:
        shown = {**await _desk(work, ticket), "wanted": form}
        try:
            shown["found"] = await patients.search_patients(work, **form.model_dump())
        except TooLittle:
            if not wants_page(edge.request):
                raise
            shown["unclear"] = True
        return shown

    shown = await edge.load(search)
    return edge.page("desk.html", status=422 if shown["unclear"] else 200, **shown)


@router.post("/desk/patients")
async def register(
    edge: Annotated[Edge, allow("patient.register")], ticket: UUID | None = None
) -> Response:
    """A NIK that is known leads to its patient, with a word about what was typed otherwise."""

    def page_of(patient: dict[str, Any]) -> str:
        query: dict[str, Any] = {"ticket": ticket} if ticket else {}
        if patient["existing"]:
            query |= {"known": "true", "differs": patient["differing"]}
        return f"/desk/patients/{patient['id']}?{urlencode(query, doseq=True)}".rstrip("?")

    return await edge.submit(
        schemas.PatientFacts,
        lambda work, form: patients.register_patient(work, form.facts()),
        to=page_of,
    )


@router.get("/desk/patients/{patient_id}")
async def patient(
    patient_id: UUID,
    edge: Annotated[Edge, allow("patient.read")],
    ticket: UUID | None = None,
    known: bool = False,
    differs: Differing = (),
) -> Response:
    """Who it is, what the profile asks for, and the form that opens the visit."""

    async def load(work: Work) -> dict[str, Any]:
        row = await patients.get_patient(work, patient_id)
        return {
            "patient": schemas.PatientView.model_validate(dict(row._mapping)),
            "same_card": await patients.sharing_card(work, row),
            "open_visit": await visits.open_visit_of(work, patient_id),
            "ticket": await tickets.get_ticket(work, ticket) if ticket else None,
            "suggested": routing.unit_by_age(
                work.facility, row.birth_date, rules.local_date(work.facility, work.at)
            ),
        }

    return edge.page(
        "patient.html",
        known=known,
        differs=differs,
        asked=documents.asked_types(edge.facility.documents),
        units=[(unit.code, unit.name) for unit in routing.choices(edge.facility)],
        **await edge.load(load),
    )


@router.post("/desk/patients/{patient_id}")
async def correct(
    patient_id: UUID,
    edge: Annotated[Edge, allow("patient.correct")],
    ticket: UUID | None = None,
) -> Response:
    after = f"?ticket={ticket}" if ticket else ""
    return await edge.submit(
        schemas.PatientFacts,
        lambda work, form: patients.correct_patient(work, patient_id, form.facts()),
        to=f"/desk/patients/{patient_id}{after}",
    )


@router.post("/desk/visits")
async def open_visit(edge: Annotated[Edge, allow("visit.open")]) -> Response:
    return await edge.submit(
        schemas.OpenVisit,
        lambda work, form: visits.open_visit(work, form.opening()),
        to=lambda row: f"/visits/{row.id}",
    )

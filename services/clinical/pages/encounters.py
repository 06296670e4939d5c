"""Pages of one encounter: the record, and the forms that move it on."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Edge, allow
from contracts.formulary import DRUGS, word
from contracts.lab_tests import TESTS

from .. import schemas, use_cases
from .presenters import clinician, doubtful, forms, may, trail, unit_names
from .units import worklist

router = APIRouter()


@router.get("/encounters/{visit_id}")
async def encounter_page(
    visit_id: UUID, edge: Annotated[Edge, allow("encounter.open")]
) -> Response:
    record = await _record(edge, visit_id)
    unit = record.encounter.unit if record.encounter else record.entry.unit
    return edge.page("room.html", **await worklist(edge, unit, visit_id), **_shown(edge, record))


@router.get("/parts/encounters/{visit_id}")
async def encounter_part(
    visit_id: UUID, edge: Annotated[Edge, allow("encounter.open")]
) -> Response:
    record = await _record(edge, visit_id)
    return edge.part(
        "parts/progress.html",
        unit_names=unit_names(edge.facility),
        **_shown(edge, record),
    )


@router.get("/parts/encounters/{visit_id}/forms")
async def forms_part(visit_id: UUID, edge: Annotated[Edge, allow("encounter.assess")]) -> Response:
    return edge.part("parts/forms.html", **_shown(edge, await _record(edge, visit_id)))


@router.get("/parts/encounters/{visit_id}/completion")
async def completion_part(
    visit_id: UUID, edge: Annotated[Edge, allow("encounter.open")]
) -> Response:
    return edge.part("parts/completion.html", **_shown(edge, await _record(edge, visit_id)))


async def _record(edge: Edge, visit_id: UUID) -> use_cases.Record:
    return await edge.load(lambda work: use_cases.open_encounter(work, clinician(edge), visit_id))


def _shown(edge: Edge, record: use_cases.Record) -> dict[str, Any]:
    return {
        "record": record,
        "steps": trail(record),
        "forms": forms(edge.facility, edge.language),
        "test_names": {test.loinc: test.name for test in TESTS.values()},
        "drug_names": {drug.code: drug.label.said(edge.language) for drug in DRUGS.values()},
        "word": word,
        "doubtful": doubtful(record),
        "may_act": may(edge, "encounter.assess"),
    }


@router.post("/encounters/{visit_id}/identity")
async def identify(visit_id: UUID, edge: Annotated[Edge, allow("encounter.identify")]) -> Response:
    return await edge.submit(
        schemas.Identify,
        lambda work, form: use_cases.identify(
            work, clinician(edge), visit_id, form.full_name, form.birth_date
        ),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/assessment")
async def assess(visit_id: UUID, edge: Annotated[Edge, allow("encounter.assess")]) -> Response:
    return await edge.submit(
        schemas.Assess,
        lambda work, form: use_cases.assess(work, clinician(edge), visit_id, **form.arguments()),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/lab-requests")
async def request_lab(visit_id: UUID, edge: Annotated[Edge, allow("lab.request")]) -> Response:
    return await edge.submit(
        schemas.RequestLab,
        lambda work, form: use_cases.request_lab(
            work, clinician(edge), visit_id, **form.arguments()
        ),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/results/{order_id}/read")
async def read_result(
    visit_id: UUID, order_id: UUID, edge: Annotated[Edge, allow("result.read")]
) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.read_result(work, clinician(edge), visit_id, order_id),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/prescriptions")
async def prescribe(visit_id: UUID, edge: Annotated[Edge, allow("prescription.issue")]) -> Response:
    return await edge.submit(
        schemas.Prescribe,
        lambda work, form: use_cases.prescribe(work, clinician(edge), visit_id, **form.arguments()),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/lab-requests/{order_id}/cancel")
async def cancel_lab_request(
    visit_id: UUID, order_id: UUID, edge: Annotated[Edge, allow("lab.request")]
) -> Response:
    return await edge.submit(
        schemas.Cancel,
        lambda work, form: use_cases.cancel_lab_request(
            work, clinician(edge), visit_id, order_id, form.reason
        ),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/prescriptions/{rx_id}/cancel")
async def cancel_prescription(
    visit_id: UUID, rx_id: UUID, edge: Annotated[Edge, allow("prescription.issue")]
) -> Response:
    return await edge.submit(
        schemas.Cancel,
        lambda work, form: use_cases.cancel_prescription(
            work, clinician(edge), visit_id, rx_id, form.reason
        ),
        to=f"/encounters/{visit_id}",
    )


@router.post("/encounters/{visit_id}/complete")
async def complete(visit_id: UUID, edge: Annotated[Edge, allow("encounter.complete")]) -> Response:
    return await edge.submit(
        schemas.Complete,
        lambda work, form: use_cases.complete(work, clinician(edge), visit_id, **form.arguments()),
        to=lambda done: f"/units/{done.unit}",
    )

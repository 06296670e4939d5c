"""Patients over HTTP: search, register, read, correct."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.edge import Edge, allow

from .. import schemas
from ..use_cases import patients

router = APIRouter(tags=["patients"])
VIEW = schemas.PatientView


@router.post("/api/patients/search", response_model=list[VIEW])
async def search(
    wanted: schemas.SearchPatients, edge: Annotated[Edge, allow("patient.search")]
) -> Response:
    """By `nik`, `mrn` or `jkn_card`; or by the beginning of the `name` with the `birth_date`.

    A POST that changes nothing: addresses are logged on the way, and a NIK must not be in a log.
    """
    return await edge.query(
        lambda work: patients.search_patients(work, **wanted.model_dump()), answer=list[VIEW]
    )


@router.post("/api/patients", response_model=VIEW, status_code=201)
async def register(
    body: schemas.PatientFacts, edge: Annotated[Edge, allow("patient.register")]
) -> Response:
    """A new patient with a record number; `existing` is true where the NIK was known."""
    return await edge.command(
        lambda work: patients.register_patient(work, body.facts()),
        answer=VIEW,
        status=201,
    )


@router.get("/api/patients/{patient_id}", response_model=VIEW)
async def get(patient_id: UUID, edge: Annotated[Edge, allow("patient.read")]) -> Response:
    return await edge.query(lambda work: patients.get_patient(work, patient_id), answer=VIEW)


@router.put("/api/patients/{patient_id}", response_model=VIEW)
async def correct(
    patient_id: UUID, body: schemas.PatientFacts, edge: Annotated[Edge, allow("patient.correct")]
) -> Response:
    """All facts as they are right; what is left out is emptied."""
    return await edge.command(
        lambda work: patients.correct_patient(work, patient_id, body.facts()), answer=VIEW
    )

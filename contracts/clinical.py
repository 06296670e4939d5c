"""What the clinical clusters (klaster 2 to 4, emergency, family planning …) publish."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Code, Event, Privacy
from contracts.values import (
    Icd10,
    LabPriority,
    Observation,
    PatientFacts,
    PrescriptionItem,
    RequestedTest,
    ZScore,
)


class PatientCalledV1(Event):
    """A room called the patient; registration moves the visit and tells the display."""

    type = "clinical.patient.called.v1"
    privacy = Privacy.PSEUDONYMOUS

    visit_id: UUID
    unit: Code
    room: str
    attempt: int = Field(ge=1)


class IdentityVerifiedV1(Event):
    """Two identifiers were compared; without a match the assessment stays blocked."""

    type = "clinical.identity.verified.v1"
    privacy = Privacy.PSEUDONYMOUS

    visit_id: UUID
    identifiers: tuple[Literal["full_name", "birth_date"], ...]
    match: bool


class AssessmentRecordedV1(Event):
    """History, vital signs and anthropometry of one encounter."""

    type = "clinical.assessment.recorded.v1"
    privacy = Privacy.HEALTH

    visit_id: UUID
    encounter_id: UUID
    unit: Code
    complaint: str
    #: The complaint as a symptom code, where the room coded it.
    complaint_code: Icd10 | None = None
    observations: tuple[Observation, ...]
    zscores: tuple[ZScore, ...] = ()


class LabRequestedV1(Event):
    """A unit asks the laboratory for tests; the result comes back to `origin_unit`."""

    type = "clinical.lab.requested.v1"
    privacy = Privacy.HEALTH
    keyed_by = "order_id"

    order_id: UUID
    visit_id: UUID
    patient_id: UUID
    origin_unit: Code
    tests: tuple[RequestedTest, ...]
    priority: LabPriority
    requested_at: AwareDatetime
    clinical_note: str = ""
    requester_name: str = ""


class LabRequestCancelledV1(Event):
    """The unit takes its request back. What the laboratory has begun it finishes all the same."""

    type = "clinical.lab_request.cancelled.v1"
    privacy = Privacy.HEALTH
    keyed_by = "order_id"

    order_id: UUID
    visit_id: UUID
    origin_unit: Code
    reason: str


class LabResultReadV1(Event):
    """The origin unit has read the result: the laboratory's order is returned."""

    type = "clinical.lab_result.read.v1"
    privacy = Privacy.PSEUDONYMOUS
    keyed_by = "order_id"

    order_id: UUID
    visit_id: UUID
    version: int


class PrescriptionIssuedV1(Event):
    """A prescriber ordered medicines; the pharmacy reviews every one of them."""

    type = "clinical.prescription.issued.v1"
    privacy = Privacy.HEALTH
    keyed_by = "rx_id"

    rx_id: UUID
    version: int = 1
    visit_id: UUID
    patient_id: UUID
    origin_unit: Code
    prescriber_id: str
    prescriber_name: str
    issued_at: AwareDatetime
    patient: PatientFacts
    allergies: tuple[str, ...] = ()
    items: tuple[PrescriptionItem, ...]


class PrescriptionCancelledV1(Event):
    """The unit takes its prescription back; what was handed over stays handed over."""

    type = "clinical.prescription.cancelled.v1"
    privacy = Privacy.HEALTH
    keyed_by = "rx_id"

    rx_id: UUID
    visit_id: UUID
    origin_unit: Code
    reason: str


class EncounterCompletedV1(Event):
    """The unit has finished; the visit ends when nothing it asked for is open.

    `prescriptions` names what was prescribed, so that a prescription whose own event is held up
    still keeps the visit open.
    """

    type = "clinical.encounter.completed.v1"
    privacy = Privacy.HEALTH

    visit_id: UUID
    encounter_id: UUID
    unit: Code
    icd10: tuple[Icd10, ...]
    care_categories: tuple[Literal["promotive", "preventive", "curative", "rehabilitative"], ...]
    disposition: Literal["home", "follow_up"]
    prescriptions: tuple[UUID, ...] = ()

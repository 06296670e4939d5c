"""The shapes of the laboratory's JSON API."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chassis.bodies import Body
from contracts.lab_tests import Specimen
from contracts.values import LabPriority, Sex

from . import domain

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
#: Strict, so that `true` is not taken for 1.
Number = Annotated[float, Field(strict=True)]
State = Literal[
    "requested",
    "accepted",
    "rejected",
    "cancelled",
    "collected",
    "received",
    "specimen_rejected",
    "in_analysis",
    "validated",
    "released",
    "returned",
]


class Step(Body):
    """A step that needs nothing but the will to do it."""


class Reject(Body):
    reason: Reason


class RejectSpecimen(Body):
    """Without `specimen_type` every specimen of the order is rejected."""

    reason: domain.RejectionReason
    specimen_type: Specimen | None = None


class EnterResults(Body):
    """LOINC -> a number (comma or point) or a coded answer; what is absent stays as it was."""

    values: dict[str, Number | str] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _from_form(cls, data: object) -> object:
        """A form is flat: its fields are named `values.<loinc>`."""
        if not isinstance(data, dict) or "values" in data:
            return data
        values = {k[7:]: v for k, v in data.items() if str(k).startswith("values.")}
        return {**{k: v for k, v in data.items() if k[7:] not in values}, "values": values}


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrderState(View):
    """Where an order stands; the answer to every step."""

    id: UUID
    version: int
    state: State
    accession_no: str | None
    origin_unit: str
    result_version: int
    specimen_rejections: int


class OrderLine(OrderState):
    """One line of the worklist; the patient's fields are empty until registration's arrive."""

    visit_id: UUID
    patient_id: UUID
    mrn: str | None
    full_name: str | None
    birth_date: date | None
    sex: Sex | None
    priority: LabPriority
    requested_at: datetime
    requested_by: str
    requester_name: str
    tests: list[str]
    clinical_note: str
    rejection_reason: str | None


class SpecimenView(View):
    id: UUID
    type: str
    collected_at: datetime
    collected_by: str
    received_at: datetime | None
    rejected_at: datetime | None
    rejection_reason: str | None


class ResultView(View):
    """One test of an order; `value` is empty until it is entered."""

    loinc: str
    name: str
    specimen: str
    ucum: str
    reference: str
    answers: list[str]
    value: float | str | None
    flag: str | None
    entered_by: str | None
    entered_at: datetime | None


class OrderView(OrderLine):
    """An order with its specimens (rejected ones too) and the values of its result version."""

    validated_by: str | None
    validator_name: str
    validated_at: datetime | None
    released_at: datetime | None
    specimens: list[SpecimenView]
    results: list[ResultView]


class IntervalView(View):
    at_least: float | None
    above: float | None
    at_most: float | None
    below: float | None
    sex: Sex | None
    from_days: int
    until_days: int | None


class TestView(View):
    """A test of the catalogue; intervals give age in days (`until_days` is excluded)."""

    loinc: str
    name: str
    specimen: str
    ucum: str
    kind: domain.Kind
    reference: list[IntervalView]
    critical: list[IntervalView]
    answers: list[str]
    normal_answers: list[str]
    restricted: bool

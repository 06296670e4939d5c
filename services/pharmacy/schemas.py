"""Request and response shapes of the pharmacy."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.bodies import Body
from contracts.values import NO_BOOLEAN, IsoDate, PrescriptionItem, ReviewChecks, Sex

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LotNo = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Review(Body):
    """The three reviews; every one is answered, none is assumed."""

    administrative: bool
    pharmaceutical: bool
    clinical: bool

    def checks(self) -> ReviewChecks:
        return ReviewChecks(**self.model_dump())


class Prepare(Body):
    """No input: the prescription says what to prepare."""


class Dispense(Body):
    """Two identifiers as the patient says them, and that the use was explained."""

    full_name: Name
    birth_date: IsoDate
    instructions_given: bool = False


class Reject(Body):
    reason: Text


class Receipt(Body):
    drug_code: Annotated[str, StringConstraints(max_length=40)]
    lot: LotNo
    expiry: IsoDate
    quantity: Annotated[int, Field(ge=1, le=1_000_000), NO_BOOLEAN]


class Adjustment(Body):
    """`quantity` is the difference to what is booked; negative takes away."""

    quantity: Annotated[int, Field(ge=-1_000_000, le=1_000_000), NO_BOOLEAN]
    reason: Text


class LotAdjustment(Adjustment):
    """As the page sends it: the lot is chosen in the form."""

    lot_id: UUID


class PrescriptionView(View):
    id: UUID
    version: int
    rx_version: int
    state: str
    ticket_no: str
    service_date: date
    visit_id: UUID
    patient_id: UUID
    full_name: str | None
    origin_unit: str
    prescriber_name: str
    issued_at: datetime
    received_at: datetime
    age_days: int
    sex: Sex
    weight_kg: float | None
    allergies: tuple[str, ...]
    items: tuple[PrescriptionItem, ...]
    checks: ReviewChecks | None
    reject_reason: str | None
    reviewed_at: datetime | None
    prepared_at: datetime | None
    closed_at: datetime | None


class HintView(View):
    """`message` with its `params` in their places is what a person reads."""

    check: str
    code: str
    warning: bool
    message: str
    params: dict[str, Any]


class HandedOverView(View):
    drug_code: str
    lot: str
    expiry: date
    quantity: int


class DetailsView(View):
    prescription: PrescriptionView
    hints: tuple[HintView, ...]
    handed_over: tuple[HandedOverView, ...]


class LotView(View):
    id: UUID
    version: int
    drug_code: str
    lot: str
    expiry: date
    on_hand: int

"""Shapes of requests and answers of registration; forms of the pages use the same ones."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    computed_field,
)

from chassis.bodies import Body
from contracts.envelope import Code
from contracts.facility.service import Complaints, Documents, Payment, Procedure, TimeStandard
from contracts.values import Document, IsoDate, Payer, PriorityClass, Sex

from .domain import patients, visits


def _text(pattern: str, high: int, low: int = 1) -> Any:
    return StringConstraints(
        strip_whitespace=True, min_length=low, max_length=high, pattern=pattern
    )


def _listed(value: object) -> object:
    """A form sends one ticked box as a text, several as a list."""
    return [value] if isinstance(value, str) else value


Nik = Annotated[str, _text(r"^[0-9]{16}$", 16)]
JknCard = Annotated[str, _text(r"^[0-9]{13}$", 13)]
Mrn = Annotated[str, _text(r"^[0-9]{2,4}-[0-9]{2}-[0-9]{2}$", 12)]
Name = Annotated[str, _text(r"^[^\x00-\x1f<>]+$", 120)]
Words = Annotated[str, _text(r"^[^\x00-\x08]+$", 200, 3)]
Village = Annotated[str, _text(r"^[0-9.]{1,13}$", 13)]
Ticked = Annotated[list[Code], BeforeValidator(_listed), Field(max_length=20)]


class SignIn(Body):
    username: Annotated[str, _text(r"^[^\x00-\x1f]+$", 60)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Session(BaseModel):
    token: str
    staff_id: str
    name: str
    facility: str
    roles: list[str]
    units: list[str]


class TakeTicket(Body):
    """A patient who is known identifies with one number (queue machine of a returning patient)."""

    service_point: Code | None = None
    priority_class: PriorityClass = PriorityClass.REGULAR
    mrn: Mrn | None = None
    nik: Nik | None = None
    jkn_card: JknCard | None = None


class CallNext(Body):
    service_point: Code | None = None
    room: Annotated[str, _text(r"^[^\x00-\x1f<>]+$", 80)] | None = None


class CallAgain(Body):
    room: Annotated[str, _text(r"^[^\x00-\x1f<>]+$", 80)] | None = None


class Nothing(Body):
    """A command that needs no facts."""


class TicketView(BaseModel):
    id: UUID
    version: int
    ticket_no: str
    number: int
    service_point: str
    service_date: date
    priority_class: PriorityClass
    state: str
    attempt: int = 0
    requeued: bool = False
    issued_at: AwareDatetime
    called_at: AwareDatetime | None = None
    visit_id: UUID | None = None
    unit: str | None = None


class PatientFacts(Body):
    """All that is entered of a patient. NIK: sixteen digits, or why there is none yet."""

    full_name: Name
    birth_date: IsoDate
    sex: Sex
    nik: Nik | None = None
    nik_absent_reason: Words | None = None
    jkn_card: JknCard | None = None
    village_code: Village | None = None

    def facts(self) -> patients.Facts:
        return patients.Facts(**self.model_dump())


class PatientView(BaseModel):
    """`warnings`: what the NIK and the entered data say differently; nothing is refused for it."""

    id: UUID
    version: int
    mrn: str
    nik: str | None
    nik_absent_reason: str | None
    jkn_card: str | None
    full_name: str
    birth_date: date
    sex: Sex
    village_code: str | None
    existing: bool = True
    #: Of a patient who was known: what had been entered otherwise. Nothing was changed.
    differing: list[str] = Field(default_factory=list)

    @computed_field
    def warnings(self) -> list[str]:
        return patients.nik_warnings(self.nik, self.birth_date, self.sex)


class SearchPatients(Body):
    nik: Nik | None = None
    mrn: Mrn | None = None
    jkn_card: JknCard | None = None
    name: Name | None = None
    birth_date: IsoDate | None = None


class OpenVisit(Body):
    """`documents`: the types the patient showed; the others are missing or not applicable."""

    patient_id: UUID
    payer: Payer = Payer.GENERAL
    mode: Literal["walk_in", "emergency", "maternity"] = "walk_in"
    documents: Ticked = Field(default_factory=list)
    ticket_id: UUID | None = None
    jkn_card: JknCard | None = None
    intended_unit: Code | None = None
    priority_class: Literal["regular", "elderly", "disability"] | None = None

    def opening(self) -> visits.Opening:
        chosen = PriorityClass(self.priority_class) if self.priority_class else None
        return visits.Opening(
            patient_id=self.patient_id,
            payer=self.payer,
            mode=self.mode,
            shown=frozenset(self.documents),
            ticket_id=self.ticket_id,
            jkn_card=self.jkn_card,
            intended_unit=self.intended_unit,
            priority_class=chosen,
        )


class EndVisit(Body):
    """Why a visit is cancelled, or why the patient left before its end."""

    reason: Words


class RouteView(BaseModel):
    route_seq: int
    from_unit: str | None
    to_unit: str
    reason: str
    priority_class: PriorityClass
    order_id: UUID | None
    at: AwareDatetime


class ObligationView(BaseModel):
    kind: str
    ref_id: UUID
    origin_unit: str
    state: str
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None


class VisitView(BaseModel):
    id: UUID
    version: int
    patient_id: UUID
    ticket_id: UUID
    ticket_no: str
    number: int
    service_date: date
    mode: str
    payer: Payer
    jkn_card: str | None
    documents: list[Document]
    documents_checked_by: str
    state: str
    unit: str
    priority_class: PriorityClass
    route_seq: int
    opened_at: AwareDatetime
    arrived_at: AwareDatetime
    started_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    disposition: str | None
    reason: str | None


class VisitRecord(VisitView):
    """A visit with its patient, its route history and what it waits for."""

    mrn: str
    full_name: str
    birth_date: date
    sex: Sex
    documents_checker: str
    routes: list[RouteView]
    obligations: list[ObligationView]


class VisitInUnit(VisitView):
    mrn: str
    full_name: str
    birth_date: date
    sex: Sex


class CallView(BaseModel):
    """A number and a room: nothing about who holds it."""

    unit: str
    ticket_no: str
    room: str
    attempt: int
    called_at: AwareDatetime


class Standard(BaseModel):
    """What a centre promises, in the words of its procedure; what that does not say is absent."""

    name: str
    government: str | None
    address: str | None
    phone: str | None
    head: str | None
    record_system: str | None
    procedure: Procedure
    products: tuple[str, ...]
    times: tuple[TimeStandard, ...]
    documents: Documents
    payment: Payment
    complaints: Complaints


class UnitCount(BaseModel):
    unit: str
    name: str
    kind: str
    waiting: int
    in_service: int
    waiting_since: datetime | None

"""What registration (klaster 1) publishes."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Code, Event, Privacy
from contracts.values import Document, Nik, Payer, PriorityClass, Sex


class RouteReason(StrEnum):
    """Why a patient goes to a unit."""

    REGISTRATION = "registration"
    EMERGENCY = "emergency"
    LAB_REQUEST = "lab_request"
    INTERNAL_REFERRAL = "internal_referral"
    PRESCRIPTION = "prescription"


class QueueTicketIssuedV1(Event):
    """A number was issued at a service point; numbers of a point and day never repeat."""

    type = "registration.queue_ticket.issued.v1"
    privacy = Privacy.PSEUDONYMOUS
    keyed_by = "ticket_id"

    ticket_id: UUID
    ticket_no: str
    number: int
    service_point: Code
    service_date: date
    priority_class: PriorityClass


class QueueTicketCalledV1(Event):
    """A number was called to a desk or room; displays show it, never a name."""

    type = "registration.queue_ticket.called.v1"
    privacy = Privacy.PSEUDONYMOUS
    keyed_by = "ticket_id"

    ticket_id: UUID
    ticket_no: str
    unit: Code
    room: str
    attempt: int


class PatientEvent(Event):
    """All that the rooms keep of a patient, to call and to verify them."""

    privacy = Privacy.IDENTITY
    keyed_by = "patient_id"

    patient_id: UUID
    mrn: str
    full_name: str
    birth_date: date
    sex: Sex
    nik: Nik | None = None
    nik_absent_reason: str | None = None
    village_code: str | None = None


class PatientRegisteredV1(PatientEvent):
    """A patient has a medical record number; rooms keep what they need to call and verify."""

    type = "registration.patient.registered.v1"


class PatientUpdatedV1(PatientEvent):
    """What is known of a patient was corrected: all facts as they are now."""

    type = "registration.patient.updated.v1"


class VisitOpenedV1(Event):
    """A visit began at the desk, with the papers that were shown."""

    type = "registration.visit.opened.v1"
    privacy = Privacy.IDENTITY

    visit_id: UUID
    patient_id: UUID
    mode: Literal["walk_in", "emergency", "maternity"]
    payer: Payer
    documents: tuple[Document, ...]
    ticket_no: str


class PatientRoutedV1(Event):
    """Where a patient is now. Only registration says so; a higher `route_seq` is the newer fact."""

    type = "registration.patient.routed.v1"
    privacy = Privacy.PSEUDONYMOUS

    visit_id: UUID
    patient_id: UUID
    route_seq: int
    from_unit: Code | None = None
    to_unit: Code
    reason: RouteReason
    priority_class: PriorityClass
    ticket_no: str
    number: int
    order_id: UUID | None = None


class VisitCompletedV1(Event):
    """The patient went home and nothing is open: no order, prescription or procedure."""

    type = "registration.visit.completed.v1"
    privacy = Privacy.PSEUDONYMOUS

    visit_id: UUID
    patient_id: UUID
    disposition: str
    completed_at: AwareDatetime


class VisitLeftV1(Event):
    """The patient went home before the visit was finished: whatever is still open ends with it."""

    type = "registration.visit.left.v1"
    privacy = Privacy.PSEUDONYMOUS

    visit_id: UUID
    patient_id: UUID
    #: Where the patient was last.
    unit: Code
    reason: str
    left_at: AwareDatetime


class VisitCancelledV1(Event):
    """The visit ended before service; requests already made attach to the record."""

    type = "registration.visit.cancelled.v1"
    privacy = Privacy.PSEUDONYMOUS

    visit_id: UUID
    patient_id: UUID
    reason: str

"""Every event, who handles it, and how a type name becomes a class: the system on one page."""

from types import ModuleType
from typing import Final

from contracts import clinical, complaints, lab, pharmacy, registration
from contracts.envelope import Event

SERVICES: Final = ("registration", "clinical", "lab", "pharmacy", "complaints")

#: Event class -> the services that handle it. An empty tuple: published for subscribers outside.
CONSUMERS: Final[dict[type[Event], tuple[str, ...]]] = {
    registration.QueueTicketIssuedV1: (),
    registration.QueueTicketCalledV1: (),
    registration.PatientRegisteredV1: ("clinical", "lab", "pharmacy"),
    registration.PatientUpdatedV1: ("clinical", "lab", "pharmacy"),
    registration.VisitOpenedV1: (),
    registration.PatientRoutedV1: ("clinical",),
    registration.VisitCompletedV1: ("clinical", "lab"),
    registration.VisitCancelledV1: ("clinical", "lab"),
    registration.VisitLeftV1: ("clinical", "lab", "pharmacy"),
    clinical.PatientCalledV1: ("registration",),
    clinical.IdentityVerifiedV1: (),
    clinical.AssessmentRecordedV1: (),
    clinical.LabRequestedV1: ("lab", "registration"),
    clinical.LabRequestCancelledV1: ("lab", "registration"),
    clinical.LabResultReadV1: ("lab",),
    clinical.PrescriptionIssuedV1: ("pharmacy", "registration"),
    clinical.PrescriptionCancelledV1: ("pharmacy", "registration"),
    clinical.EncounterCompletedV1: ("registration",),
    lab.OrderReceivedV1: ("clinical",),
    lab.OrderAcceptedV1: ("clinical",),
    lab.OrderRejectedV1: ("clinical", "registration"),
    lab.SpecimenCollectedV1: ("clinical",),
    lab.SpecimenRejectedV1: ("clinical",),
    lab.ResultReleasedV1: ("clinical", "registration"),
    pharmacy.PrescriptionReceivedV1: ("clinical",),
    pharmacy.PrescriptionReviewedV1: ("clinical",),
    pharmacy.PrescriptionRejectedV1: ("clinical", "registration"),
    pharmacy.PrescriptionPreparedV1: ("clinical",),
    pharmacy.PrescriptionDispensedV1: ("clinical", "registration"),
    complaints.ComplaintReceivedV1: (),
    complaints.ComplaintDetailedV1: (),
    complaints.ComplaintAssignedV1: ("clinical",),
    complaints.ComplaintClarifiedV1: (),
    complaints.ComplaintRemedyDecidedV1: (),
    complaints.ComplaintImprovedV1: (),
    complaints.ComplaintHeadInformedV1: (),
    complaints.ComplaintEscalatedV1: (),
    complaints.ComplaintMonitoredV1: (),
    complaints.ComplaintClosedV1: ("clinical",),
    complaints.ComplaintReopenedV1: (),
    complaints.DeadlineBreachedV1: (),
}

EVENTS: Final[dict[str, type[Event]]] = {event.type: event for event in CONSUMERS}
MODULES: Final[tuple[ModuleType, ...]] = (registration, clinical, lab, pharmacy, complaints)


def consumers_of(type_name: str) -> tuple[str, ...]:
    """The services that must handle an event type; empty for an unknown type."""
    event = EVENTS.get(type_name)
    return CONSUMERS[event] if event else ()


def handled_by(service: str) -> tuple[str, ...]:
    """The event types that `service` is bound to, in catalogue order."""
    return tuple(event.type for event, services in CONSUMERS.items() if service in services)

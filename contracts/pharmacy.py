"""What the pharmacy publishes. Every event of a prescription carries its visit and version."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Event, Privacy
from contracts.values import DispensedItem, ReviewChecks


class _PrescriptionEvent(Event):
    privacy = Privacy.HEALTH
    keyed_by = "rx_id"

    rx_id: UUID
    visit_id: UUID
    version: int


class PrescriptionReceivedV1(_PrescriptionEvent):
    """The prescription stands on the pharmacy's list."""

    type = "pharmacy.prescription.received.v1"


class PrescriptionReviewedV1(_PrescriptionEvent):
    """A pharmacist made the three reviews."""

    type = "pharmacy.prescription.reviewed.v1"

    checks: ReviewChecks


class PrescriptionRejectedV1(_PrescriptionEvent):
    """The pharmacy will not dispense; the prescriber must decide what now."""

    type = "pharmacy.prescription.rejected.v1"

    reason: str


class PrescriptionPreparedV1(_PrescriptionEvent):
    """The medicines are ready to hand over."""

    type = "pharmacy.prescription.prepared.v1"


class PrescriptionDispensedV1(_PrescriptionEvent):
    """The patient has the medicines; batches and expiry as handed over."""

    type = "pharmacy.prescription.dispensed.v1"

    items: tuple[DispensedItem, ...]
    dispensed_at: AwareDatetime

"""What the laboratory publishes. Every event of an order carries its visit and origin unit."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Code, Event, Privacy
from contracts.values import LabResult


class _OrderEvent(Event):
    privacy = Privacy.HEALTH
    keyed_by = "order_id"

    order_id: UUID
    visit_id: UUID
    origin_unit: Code


class OrderReceivedV1(_OrderEvent):
    """The request stands on the laboratory's worklist."""

    type = "lab.order.received.v1"


class OrderAcceptedV1(_OrderEvent):
    """The laboratory will do the tests, under its own accession number."""

    type = "lab.order.accepted.v1"

    accession_no: str


class OrderRejectedV1(_OrderEvent):
    """The laboratory will not do the tests; the origin unit must decide what now."""

    type = "lab.order.rejected.v1"

    reason: str


class SpecimenCollectedV1(_OrderEvent):
    """A specimen was taken for the order."""

    type = "lab.specimen.collected.v1"

    specimen_id: UUID
    specimen_type: str
    collected_at: AwareDatetime


class SpecimenRejectedV1(_OrderEvent):
    """A specimen cannot be used; it is taken again on the same order."""

    type = "lab.specimen.rejected.v1"

    specimen_id: UUID
    specimen_type: str
    reason: Literal["haemolysed", "mislabelled", "insufficient"]
    rejected_at: AwareDatetime


class ResultReleasedV1(_OrderEvent):
    """Validated results; a higher `version` corrects the one before."""

    type = "lab.result.released.v1"

    version: int = Field(ge=1)
    results: tuple[LabResult, ...]
    validated_by: str
    validator_name: str = ""
    released_at: AwareDatetime

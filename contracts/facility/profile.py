"""The profile of one health centre, complete."""

from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from contracts.envelope import Code
from contracts.facility.part import Part
from contracts.facility.programmes import Programmes
from contracts.facility.rules import ContradictionError, contradictions
from contracts.facility.service import (
    Complaints,
    Documents,
    LabRules,
    Payment,
    Procedure,
    TimeStandard,
)
from contracts.facility.units import Intake, Queue, Routing, ServicePoint, Unit, UnitKind
from contracts.facility.vitals import VitalLimits


class Facility(Part):
    """A health centre. `sources` names, for each part, where it comes from:

    `seed <section>: "sentence"` of the file `procedure.seed`; `kmk` where the procedure is silent
    and KMK 2015/2023 speaks; `convention` where neither does; `install` for a centre's setting.

    Nothing is assumed: what decides something has no default, so it stands in the profile with its
    source. What the procedure does not say and nobody set is absent (None, empty). What no service
    acts on yet (payment, programmes, products, the route) is kept as the procedure says it.
    """

    code: Code
    name: str
    government: str | None = None
    timezone: str
    address: str | None = None
    phone: str | None = None
    head: str | None = None
    record_system: str | None = None
    procedure: Procedure
    units: tuple[Unit, ...] = Field(min_length=1)
    service_points: tuple[ServicePoint, ...] = Field(min_length=1)
    documents: Documents
    identification: tuple[Literal["full_name", "birth_date"], ...] = ()
    queue: Queue
    intake: Intake
    routing: Routing
    payment: Payment
    times: tuple[TimeStandard, ...] = ()
    products: tuple[str, ...] = ()
    lab: LabRules
    vitals: tuple[VitalLimits, ...]
    complaints: Complaints
    programmes: Programmes = Programmes()
    sources: dict[str, str] = Field(default_factory=dict)

    def unit(self, code: str) -> Unit | None:
        return next((unit for unit in self.units if unit.code == code), None)

    def units_of(self, *kinds: UnitKind) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.kind in kinds)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def late_after_minutes(self, unit: str) -> int | None:
        """Minutes after which a wait in this unit is late; None where nobody said.

        The longest time promised there: which service a patient came for is not known here.
        """
        promised = (time.total for time in self.times if unit in time.units)
        return max(promised, default=self.queue.late_after_minutes)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if found := contradictions(self):
            raise ContradictionError(found)
        return self

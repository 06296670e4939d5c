"""What a centre asks, promises and measures: documents, payment, minutes, laboratory, vitals."""

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.envelope import Code
from contracts.facility.part import Part


class Procedure(Part):
    """The decree and procedure (SOP) the profile was written from; `seed` is its text."""

    number: str | None = None
    title: str
    issued: date | None = None
    decree: str | None = None
    references: tuple[str, ...] = ()
    scope: str
    purpose: str = ""
    equipment: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    related_documents: tuple[str, ...] = ()
    seed: str


class Documents(Part):
    """What the desk asks for. `missing`: a missing paper warns or blocks (never an emergency)."""

    identity_any_of: tuple[Code, ...]
    jkn_any_of: tuple[Code, ...] = ()
    under_five: tuple[Code, ...] = ()
    queue_ticket: bool = True
    missing: Literal["warn", "block"] = "warn"


class Payment(Part):
    """When general patients pay, and the regional regulation (Perda) every amount cites.

    No amounts: procedures name the regulation only. `timing` None: the procedure does not say.
    """

    timing: Literal["free", "before_service", "after_service"] | None = None
    cashier: Literal["general"] | None = None
    jkn_amount: Literal[0] | None = None
    legal_basis: str | None = None
    surcharge: Literal["forbidden"] | None = None


class TimeStandard(Part):
    """Service minutes as promised; `total` and `steps` are both kept, never derived.

    `units`: the rooms the promise speaks of; it judges nobody else's.
    """

    service: Code
    units: tuple[Code, ...] = Field(min_length=1)
    total: int = Field(ge=1)
    steps: dict[Code, int] = Field(default_factory=dict)
    optional_steps: tuple[Code, ...] = ()
    case_dependent: bool = False

    @property
    def required_minutes(self) -> int:
        """The steps that every patient has, added up; not always the total (Tarik 2)."""
        return sum(n for step, n in self.steps.items() if step not in self.optional_steps)


class LabRules(Part):
    """`result_to`: where the patient goes with the result."""

    result_to: Literal["origin_unit"] = "origin_unit"
    two_person_validation: bool = False


class VitalLimits(Part):
    """Plausible range of one vital sign: outside it a value is a typing error, not a finding."""

    loinc: str = Field(pattern=r"^\d{1,5}-\d$")
    name: str
    ucum: str
    low: float
    high: float


class Channel(Part):
    """A way a complaint may come in."""

    code: Code
    name: str
    kind: Literal["offline", "online"]
    address: str | None = None


class Complaints(Part):
    """Channels, and the working days of each clock (SP4N)."""

    channels: tuple[Channel, ...] = Field(min_length=1)
    stages: Literal["a-i"] = "a-i"
    escalate_to: str = "Dinas Kesehatan"
    first_response_days: int = Field(default=3, ge=1)
    information_days: int = Field(default=5, ge=1)
    no_inspection_days: int = Field(default=14, ge=1)
    inspection_days: int = Field(default=60, ge=1)

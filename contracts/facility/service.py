"""What a centre asks and promises: documents, payment, minutes, laboratory, complaints."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from contracts.envelope import Code
from contracts.facility.part import Part

#: At most a day: more is a typing error.
Minutes = Annotated[int, Field(ge=1, le=1440)]
Days = Annotated[int, Field(ge=1, le=366)]
Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i"]


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
    """What the desk asks for. `missing`: a missing paper warns or blocks (never an emergency).

    `queue_ticket`: whether the number is among the papers to show; absent: not said.
    """

    identity_any_of: tuple[Code, ...] = Field(min_length=1)
    jkn_any_of: tuple[Code, ...] = ()
    under_five: tuple[Code, ...] = ()
    queue_ticket: bool | None = None
    missing: Literal["warn", "block"]


class Payment(Part):
    """When general patients pay, and the regional regulation (Perda) every amount cites.

    No amounts: procedures name the regulation only. `timing` absent: the procedure does not say.
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
    total: Minutes
    steps: dict[Code, Minutes] = Field(default_factory=dict)
    optional_steps: tuple[Code, ...] = ()
    case_dependent: bool = False

    @property
    def required_minutes(self) -> int:
        """The steps that every patient has, added up; not always the total (Tarik 2)."""
        return sum(n for step, n in self.steps.items() if step not in self.optional_steps)


class LabRules(Part):
    """`result_to`: where the patient goes with the result."""

    result_to: Literal["origin_unit"]
    two_person_validation: bool


class Channel(Part):
    """A way a complaint may come in."""

    code: Code
    name: str
    kind: Literal["offline", "online"]
    address: str | None = None


class Complaints(Part):
    """Channels, and the working days of each clock (SP4N).

    `stages`: the procedure's own sentence of each letter, where it has them.
    """

    channels: tuple[Channel, ...] = Field(min_length=1)
    stages: dict[Letter, str] = Field(default_factory=dict)
    escalate_to: str
    first_response_days: Days
    information_days: Days
    no_inspection_days: Days
    inspection_days: Days

    @property
    def clocks(self) -> tuple[tuple[str, int], ...]:
        """Every clock with its days, the shortest first."""
        names = ("first_response", "information", "no_inspection", "inspection")
        return tuple((f"{name}_days", getattr(self, f"{name}_days")) for name in names)

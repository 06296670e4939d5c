"""Where patients go in a centre: units, points that issue numbers, and the rules of routing."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from contracts.envelope import Code
from contracts.facility.part import Part
from contracts.values import PriorityClass


class UnitKind(StrEnum):
    """What a unit does, so that screens and services know which units are theirs."""

    DESK = "desk"
    CLINICAL = "clinical"
    EMERGENCY = "emergency"
    DELIVERY = "delivery"
    LAB = "lab"
    PHARMACY = "pharmacy"
    OUTREACH = "outreach"
    MANAGEMENT = "management"


class Unit(Part):
    """A room or team. `cluster` is the klaster of KMK 2015/2023 (0: lintas klaster)."""

    code: Code
    name: str
    kind: UnitKind
    cluster: int = Field(ge=0, le=4)
    room: str = ""
    routable: bool = True

    @property
    def place(self) -> str:
        """What the display says under a number."""
        return self.room or self.name


class ServicePoint(Part):
    """Where numbers are issued. Two points of a centre never share a prefix.

    `returning`: its numbers are those of returning patients who identify themselves at the machine.
    """

    code: Code
    name: str
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
    returning: bool = False


class Queue(Part):
    """The order of calling: priority classes as listed, then number. The payer is never asked.

    `late_after_minutes`: when a wait stands out in a room that `times` promise nothing for;
    absent: never.
    """

    priority: tuple[PriorityClass, ...]
    max_calls: int = Field(ge=1, le=10)
    elderly_from_years: int = Field(ge=50, le=100)
    ignore_payer: Literal[True]
    late_after_minutes: int | None = Field(default=None, ge=1, le=1440)

    def rank(self, priority: PriorityClass) -> int:
        """0 goes first: emergencies, then every class of the profile alike, then the rest."""
        if priority is PriorityClass.EMERGENCY:
            return 0
        return 1 if priority in self.priority else 2


class Intake(Part):
    """Where a new and a returning patient begin (Jatibaru: returning patients at the machine)."""

    new: Literal["desk"]
    returning: Literal["desk", "queue_machine"]


class AgeRule(Part):
    """The first rule whose `under_months` is above the age on the visit date wins.

    The last rule has no limit. `group` is the group of the life cycle (KMK 2015/2023).
    """

    under_months: int | None = Field(default=None, ge=1)
    unit: Code
    group: Literal["balita", "preschool", "school_adolescent", "adult", "elderly"] | None = None


class Routing(Part):
    """Emergency and maternity first, then age on the visit date.

    `delivery` is where a woman in labour goes at once, where the centre has a delivery room.
    `route` is the way through the rooms, where the procedure prescribes one.
    """

    emergency: Code
    maternity: Code
    delivery: Code | None = None
    by_age: tuple[AgeRule, ...] = Field(min_length=1)
    route: tuple[Code, ...] = ()

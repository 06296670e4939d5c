"""What single procedures prescribe beyond the common way: family planning, screening, survey …"""

from typing import Literal

from pydantic import Field

from contracts.envelope import Code
from contracts.facility.part import Part

ContraceptiveWay = Literal["rx_then_return", "rx_home", "insert_home"]


class FamilyPlanning(Part):
    """KB: whether the patient fetches the item and returns, goes home with it, or needs none."""

    unit: Code
    injection: ContraceptiveWay
    implant: ContraceptiveWay
    pill: ContraceptiveWay
    condom: ContraceptiveWay
    iud: ContraceptiveWay


class Immunization(Part):
    """Where children are immunised, and whether a prescription follows."""

    unit: Code
    prescription: bool


class InternalReferral(Part):
    """Units patients may be referred to; `back`: whether they return for consultation."""

    targets: tuple[Code, ...]
    back: Literal["optional", "always"]
    outside: Literal["FKRTL"] | None = None


class Screening(Part):
    """`pathway` is done in the centre, the rest `elsewhere`."""

    pathway: str
    elsewhere: Literal["area"] | None = None


class AreaMonitoring(Part):
    """PWS (pemantauan wilayah setempat): burden of disease by village, and who is told."""

    dashboard: bool
    report_to: Literal["area_officer"]


class Appointment(Part):
    """Service that could not be given today: what is agreed with the patient."""

    agreed: tuple[Literal["place", "time"], ...]


class Survey(Part):
    """Where satisfaction is asked."""

    device: Literal["queue_machine"]


class Checklist(Part):
    """A checklist (daftar tilik) and the answers it allows."""

    code: Code
    title: str
    items: tuple[str, ...] = Field(min_length=1)
    answers: tuple[Literal["YA", "TIDAK", "TIDAK_BERLAKU"], ...]


class Programmes(Part):
    """Everything is optional: what a procedure does not say is not there."""

    groups: tuple[Literal["maternal", "balita_preschool", "school_adolescent"], ...] = ()
    emergency_first: tuple[Literal["maternal", "neonatal", "child"], ...] = ()
    family_planning: FamilyPlanning | None = None
    immunization: Immunization | None = None
    internal_referral: InternalReferral | None = None
    screening: Screening | None = None
    area_monitoring: AreaMonitoring | None = None
    appointment: Appointment | None = None
    survey: Survey | None = None
    checklists: tuple[Checklist, ...] = ()
    lactation_visitors: Code | None = None

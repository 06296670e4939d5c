"""Where a newly opened visit goes: emergency, maternity, then the asked unit or the age."""

from datetime import date
from typing import Literal

from chassis.errors import Invalid
from contracts.facility import Facility, Unit, UnitKind
from contracts.registration import RouteReason

from .patients import age_months

Mode = Literal["walk_in", "emergency", "maternity"]

#: Laboratory and pharmacy are reached by an order, never straight from the desk.
_INTENDED = frozenset({UnitKind.CLINICAL, UnitKind.EMERGENCY, UnitKind.DELIVERY})


def first_unit(
    facility: Facility, mode: Mode, birth_date: date, on: date, intended: str | None = None
) -> tuple[str, RouteReason]:
    """The unit code and the reason of the first route of a visit.

    KMK 2015/2023: emergency and maternity first, then completed months of age on the visit date.
    SOP/1036/2024, 5.3: registered to the unit the patient asks for.
    """
    if intended is not None:
        intended_unit(facility, intended)
    if mode == "emergency":
        return facility.routing.emergency, RouteReason.EMERGENCY
    if mode == "maternity":
        # A birth goes straight to the delivery room (SOP/1036/2024, 5.13).
        is_birth = intended is not None and intended == facility.routing.delivery
        unit = intended if intended and is_birth else facility.routing.maternity
        return unit, RouteReason.REGISTRATION
    return intended or unit_by_age(facility, birth_date, on), RouteReason.REGISTRATION


def unit_by_age(facility: Facility, birth_date: date, on: date) -> str:
    age = age_months(birth_date, on)
    rules = facility.routing.by_age
    fitting = (r.unit for r in rules if r.under_months is None or age < r.under_months)
    return next(fitting)


def intended_unit(facility: Facility, code: str) -> Unit:
    """The unit a patient asks for, or Invalid where patients are not sent there."""
    unit = facility.unit(code)
    if unit is None or not unit.routable or unit.kind not in _INTENDED:
        raise Invalid(
            "Unit '%(code)s' tidak menerima pasien dari loket", field="intended_unit", code=code
        )
    return unit


def choices(facility: Facility) -> tuple[Unit, ...]:
    """The units a patient may ask for at the desk."""
    return tuple(u for u in facility.units if u.routable and u.kind in _INTENDED)


def desk(facility: Facility) -> Unit:
    """The desk a number is called to; a profile without one lends its first unit."""
    return next(iter(facility.units_of(UnitKind.DESK)), facility.units[0])

"""Vital signs and anthropometry: a value outside the profile's range is a typing error."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from chassis.errors import Invalid
from contracts.facility import Facility, VitalLimits
from contracts.values import Observation

SYSTOLIC: Final = "8480-6"
DIASTOLIC: Final = "8462-4"
WEIGHT: Final = "29463-7"
LENGTH: Final = "8306-3"
HEIGHT: Final = "8302-2"


def observe(
    values: Mapping[str, float],
    limits: tuple[VitalLimits, ...],
    units: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Observation, ...]:
    """Measured `values` by LOINC in the profile's unit (UCUM); raises Invalid on the first fault.

    `units`: the unit the sender believes in, where it says so; another one than the profile's is
    refused, never converted.
    """
    known = {limit.loinc: limit for limit in limits}
    seen = tuple(
        _observation(loinc, value, known.get(loinc), units.get(loinc))
        for loinc, value in values.items()
    )
    _check_pressure(values)
    return seen


def _check_pressure(values: Mapping[str, float]) -> None:
    """Two values in each other's field stay within both ranges."""
    systolic, diastolic = values.get(SYSTOLIC), values.get(DIASTOLIC)
    if systolic is not None and diastolic is not None and systolic <= diastolic:
        raise Invalid(
            "Diastolik harus di bawah sistolik: periksa apakah tertukar",
            field=f"observations.{DIASTOLIC}",
        )


def _observation(
    loinc: str, value: float, limit: VitalLimits | None, unit: str | None
) -> Observation:
    field = f"observations.{loinc}"
    if limit is None:
        raise Invalid("Pengukuran '%(loinc)s' tidak ada di profil", field=field, loinc=loinc)
    if unit not in (None, limit.ucum):
        raise Invalid(
            "%(name)s diukur dalam %(ucum)s",
            field=field,
            name=limit.name,
            ucum=limit.ucum,
        )
    if not (math.isfinite(value) and limit.low <= value <= limit.high):
        raise Invalid(
            "%(name)s di luar %(low)s-%(high)s %(ucum)s: periksa lagi",
            field=field,
            name=limit.name,
            low=f"{limit.low:g}",
            high=f"{limit.high:g}",
            ucum=limit.ucum,
        )
    return Observation(loinc=loinc, value=value, ucum=limit.ucum)


def measured(observations: tuple[Observation, ...], loinc: str) -> float | None:
    return next((seen.value for seen in observations if seen.loinc == loinc), None)


def today(at: datetime, facility: Facility) -> date:
    """The calendar day at the health centre: ages change at its midnight, not at UTC's."""
    return at.astimezone(facility.zone).date()


def age_days(birth_date: date, on: date) -> int:
    return max((on - birth_date).days, 0)


def age_months(birth_date: date, on: date) -> int:
    """Completed months."""
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month
    return max(months - (on.day < birth_date.day), 0)

"""Vital signs: the unit each is judged in, and those no centre can do without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, Field

from contracts.facility.part import Part
from contracts.values import Loinc

if TYPE_CHECKING:
    from contracts.facility.profile import Facility

WEIGHT: Final = "29463-7"
LENGTH: Final = "8306-3"
HEIGHT: Final = "8302-2"
#: Growth and doses are reckoned from these.
_NEEDED: Final = {WEIGHT: "weight", LENGTH: "length", HEIGHT: "height"}
#: The unit (UCUM) a value is judged in, by LOINC; pounds would pass for kilograms.
_UNITS: Final = {
    "8480-6": "mm[Hg]",
    "8462-4": "mm[Hg]",
    "8867-4": "/min",
    "9279-1": "/min",
    "8310-5": "Cel",
    "59408-5": "%",
    WEIGHT: "kg",
    LENGTH: "cm",
    HEIGHT: "cm",
    "8287-5": "cm",
    "56072-2": "cm",
}


def _checked(loinc: str) -> str:
    """The digit after the hyphen checks the others (mod 10); it finds typing errors."""
    number, _, digit = loinc.partition("-")
    doubled = "".join(str(int(each) * 2) for each in number[::-2])
    total = sum(map(int, doubled + number[-2::-2]))
    if -total % 10 != int(digit):
        raise ValueError(f"{loinc!r} is no LOINC code, its check digit does not fit")
    return loinc


class VitalLimits(Part):
    """Plausible range of one vital sign: outside it a value is a typing error, not a finding."""

    loinc: Annotated[Loinc, AfterValidator(_checked)]
    name: str
    ucum: str
    low: float = Field(ge=0, allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)


def wrong_vitals(facility: Facility) -> Iterator[str]:
    listed = {vital.loinc for vital in facility.vitals}
    for loinc, name in _NEEDED.items():
        if loinc not in listed:
            yield f"vitals: {name} ({loinc}) is missing; growth and doses need it"
    for number, vital in enumerate(facility.vitals):
        wanted = _UNITS.get(vital.loinc, vital.ucum)
        if vital.ucum != wanted:
            yield f"vitals.{number}.ucum: {vital.loinc} is judged in {wanted!r}, not {vital.ucum!r}"
        if vital.low >= vital.high:
            yield f"vitals.{number}: low {vital.low:g} is not below high {vital.high:g}"

"""Values that several events share, named as HL7/FHIR names them."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticKnownError


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value


#: JSON `true` counts as 1 in Python, but nobody who means a quantity writes that. It stands last:
#: `Annotated[int, Field(ge=1), NO_BOOLEAN]`.
NO_BOOLEAN: Final = BeforeValidator(_no_boolean)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_out(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticKnownError("date_parsing", {"error": "not YYYY-MM-DD"})


#: A number would be read as seconds since 1970.
IsoDate = Annotated[date, BeforeValidator(_written_out)]

Loinc = Annotated[str, Field(pattern=r"^\d{1,5}-\d$")]
Icd10 = Annotated[str, Field(pattern=r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$")]
Nik = Annotated[str, Field(pattern=r"^\d{16}$")]


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"


class Payer(StrEnum):
    JKN = "jkn"
    GENERAL = "general"


class PriorityClass(StrEnum):
    """Classes of the queue; the facility profile says which go first, and in which order."""

    REGULAR = "regular"
    ELDERLY = "elderly"
    DISABILITY = "disability"
    INTERNAL_REFERRAL = "internal_referral"
    EMERGENCY = "emergency"


class LabPriority(StrEnum):
    ROUTINE = "routine"
    CITO = "cito"


class Document(Value):
    type: str
    status: Literal["present", "missing", "not_applicable"]


class Observation(Value):
    """One measured value; `ucum` is the unit (https://ucum.org)."""

    loinc: Loinc
    value: float
    ucum: str


class ZScore(Value):
    """`index`: WAZ, HAZ or WHZ against WHO 2006; `band` as in Permenkes 2/2020."""

    index: Literal["WAZ", "HAZ", "WHZ"]
    z: float
    band: str


class RequestedTest(Value):
    loinc: Loinc


class LabResult(Value):
    """`value` is a number in `ucum`, or a coded answer such as `negative` with an empty unit.

    `flag` is `restricted` where the value does not travel. `judged` is false where there is no
    reference range for the patient: then `flag` is `abnormal`, so that a reader that does not know
    `judged` looks twice instead of being calmed.
    """

    loinc: Loinc
    value: float | str
    ucum: str
    reference: str = ""
    flag: Literal[
        "normal", "low", "high", "critical_low", "critical_high", "abnormal", "restricted"
    ]
    judged: bool = True


class PatientFacts(Value):
    """What a pharmacist needs to review a dose."""

    age_days: int = Field(ge=0)
    sex: Sex
    weight_kg: float | None = Field(default=None, gt=0)


class PrescriptionItem(Value):
    """One line of a prescription; `quantity` counts `unit` (tablet, bottle)."""

    drug_code: str
    form: str
    strength: str
    dose: str
    frequency: str
    route: str
    days: int = Field(ge=1)
    quantity: int = Field(ge=1)
    unit: str


class DispensedItem(Value):
    drug_code: str
    quantity: int = Field(ge=1)
    unit: str
    lot: str
    expiry: str


class ReviewChecks(Value):
    """The three reviews of every prescription (KMK 2015/2023)."""

    administrative: bool
    pharmaceutical: bool
    clinical: bool

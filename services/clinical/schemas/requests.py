"""What the rooms send: JSON bodies, and the same bodies as flat forms (`items.0.drug_code`)."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    FiniteFloat,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticKnownError

from chassis import bodies
from contracts.envelope import Code
from contracts.values import Icd10, LabPriority, Loinc

from ..domain.completion import CareCategory, Disposition
from ..domain.prescribing import Line

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


def _is_no_number(value: object, info: ValidationInfo) -> bool:
    """In a form every number is a text; in JSON a text is none, nor is a boolean anywhere."""
    return isinstance(value, bool) or (isinstance(value, str) and info.context != bodies.FORM)


def _number(value: object, info: ValidationInfo) -> object:
    """A decimal comma is how Indonesia writes numbers, in a form."""
    if _is_no_number(value, info):
        raise PydanticKnownError("float_type")
    return value.strip().replace(",", ".") if isinstance(value, str) else value


def _count(value: object, info: ValidationInfo) -> object:
    if _is_no_number(value, info):
        raise PydanticKnownError("int_type")
    return value


def _listed(value: object) -> object:
    """One box ticked, or words with commas between them, are a list too."""
    if isinstance(value, str):
        return [word.strip() for word in re.split(r"[,;\n]", value) if word.strip()]
    return value


def _codes(value: object) -> object:
    listed = _listed(value)
    if isinstance(listed, list):
        return [word.upper() if isinstance(word, str) else word for word in listed]
    return listed


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _loincs(value: object) -> object:
    """Tests as codes, or as objects with a `loinc` as in the event."""
    listed = _listed(value)
    if isinstance(listed, list):
        return [test.get("loinc") if isinstance(test, dict) else test for test in listed]
    return listed


def _rows(value: object) -> object:
    """Form rows `{"0": {...}, "1": {...}}` in their order; rows left empty are no rows."""
    if isinstance(value, dict):
        rows = [row for _, row in sorted(value.items())]
        return [row for row in rows if not isinstance(row, dict) or row.get("drug_code")]
    return value


Number = Annotated[FiniteFloat, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_count)]
Words = Annotated[list[Word], BeforeValidator(_listed)]


class Body(bodies.Body):
    """A body whose form may be flat."""

    def arguments(self) -> dict[str, Any]:
        """The fields as a use case takes them."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    @model_validator(mode="before")
    @classmethod
    def _unflatten(cls, data: Any) -> Any:
        """`{"a.b": 1}` of a form is `{"a": {"b": 1}}`."""
        if not isinstance(data, dict):
            return data
        nested: dict[str, Any] = {}
        for name, value in data.items():
            *path, last = str(name).split(".")
            place = nested
            for part in path:
                inner = place.setdefault(part, {})
                if not isinstance(inner, dict):
                    return data  # refused below: a key with a point is not known
                place = inner
            place[last] = value
        return nested


class Step(Body):
    """A step that needs nothing but the will to do it."""


class CallNext(Body):
    unit: Code


class Identify(Body):
    """As the patient or the one who came along says them."""

    full_name: Word
    birth_date: date


class Assess(Body):
    """`observations`: LOINC to value, or a list of `{loinc, value, ucum}` as in the event."""

    complaint: Annotated[Note, Field(min_length=1)]
    complaint_code: Annotated[Icd10 | None, BeforeValidator(_upper)] = None
    history: Note = ""
    allergies: Words = Field(default=[])
    observations: dict[Loinc, Number] = Field(default={})
    units: dict[Loinc, str] = Field(default={})

    @model_validator(mode="before")
    @classmethod
    def _by_loinc(cls, data: Any) -> Any:
        listed = data.get("observations") if isinstance(data, dict) else None
        if not isinstance(listed, list):
            return data
        if not all(isinstance(seen, dict) and _is_text(seen.get("loinc")) for seen in listed):
            raise ValueError("Setiap hasil ukur ditulis dengan loinc dan value")
        codes = [seen.get("loinc") for seen in listed]
        if len({*codes}) != len(codes):
            raise ValueError("Satu kode loinc ditulis dua kali")
        units = {seen["loinc"]: seen["ucum"] for seen in listed if seen.get("ucum")}
        values = {seen.get("loinc"): seen.get("value") for seen in listed}
        return data | {"observations": values, "units": units}


class RequestLab(Body):
    tests: Annotated[list[Loinc], BeforeValidator(_loincs), Field(min_length=1, max_length=30)]
    priority: LabPriority = LabPriority.ROUTINE
    clinical_note: Note = ""


class PrescriptionLine(Body):
    """The formulary completes form, strength, unit and, where it is empty, the route."""

    drug_code: Code
    dose: Word
    frequency: Word
    days: Count = Field(ge=1, le=365)
    quantity: Count = Field(ge=1, le=1000)
    route: str = Field(default="", max_length=40)

    @property
    def line(self) -> Line:
        return Line(**self.model_dump())


class Prescribe(Body):
    items: Annotated[
        list[PrescriptionLine],
        BeforeValidator(_rows),
        Field(min_length=1, max_length=20),
    ]
    allergies: Words = Field(default=[])

    def arguments(self) -> dict[str, Any]:
        return {
            "lines": [item.line for item in self.items],
            "allergies": self.allergies,
        }


class Cancel(Body):
    """Why the unit takes back what it asked for; whoever received it reads this."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Complete(Body):
    """At least one diagnosis and one kind of care (promotive to rehabilitative)."""

    icd10: Annotated[list[Icd10], BeforeValidator(_codes), Field(min_length=1, max_length=10)]
    care_categories: Annotated[list[CareCategory], BeforeValidator(_listed), Field(min_length=1)]
    disposition: Disposition

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for values in (self.icd10, self.care_categories):
            if len({*values}) != len(values):
                raise ValueError("Setiap kode cukup ditulis sekali")
        return self

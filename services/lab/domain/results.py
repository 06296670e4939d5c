"""What a test is, how an entered value is read, and which flag it gets: pure functions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Literal

from chassis.errors import Invalid
from contracts.lab_tests import TESTS, Specimen
from contracts.values import Sex

#: `unjudged`: the source names no range for this test at this age. It is never shown as normal.
Flag = Literal["normal", "low", "high", "critical_low", "critical_high", "abnormal", "unjudged"]


def months(count: int) -> int:
    """Age is counted in days, since the limits of newborns change within the first month."""
    return round(count * 365.25 / 12)


class Kind(StrEnum):
    QUANTITY = "quantity"
    CODED = "coded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Limits for one sex (None: both) and age; `above` and `below` exclude the limit itself."""

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    sex: Sex | None = None
    from_days: int = 0
    until_days: int | None = None

    def applies(self, sex: Sex, age_days: int) -> bool:
        if self.sex not in (None, sex) or age_days < self.from_days:
            return False
        return self.until_days is None or age_days < self.until_days

    def too_low(self, value: float) -> bool:
        under = self.at_least is not None and value < self.at_least
        return under or (self.above is not None and value <= self.above)

    def too_high(self, value: float) -> bool:
        over = self.at_most is not None and value > self.at_most
        return over or (self.below is not None and value >= self.below)

    def text(self) -> str:
        """As printed beside a result: `12–16`, `<140`, `≤35`, `>40`."""
        if self.at_least is not None and self.at_most is not None:
            return f"{self.at_least:g}–{self.at_most:g}"
        signs = (("≥", self.at_least), (">", self.above), ("≤", self.at_most), ("<", self.below))
        return " ".join(f"{sign}{limit:g}" for sign, limit in signs if limit is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabTest:
    """How an orderable test is done. Outside `plausible` a number is a typing error.

    `critical` holds the limits that are still bearable; beyond them the value is critical.
    """

    loinc: str
    ucum: str = ""
    reference: tuple[Interval, ...] = ()
    critical: tuple[Interval, ...] = ()
    plausible: Interval = Interval()
    answers: tuple[str, ...] = ()
    normal_answers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return TESTS[self.loinc].name

    @property
    def specimen(self) -> Specimen:
        return TESTS[self.loinc].specimen

    @property
    def restricted(self) -> bool:
        return TESTS[self.loinc].restricted

    @property
    def kind(self) -> Kind:
        return Kind.CODED if self.answers else Kind.QUANTITY


def age_in_days(birth_date: date, on: date) -> int:
    """Completed days of life, never negative: a specimen may be older than a corrected date."""
    return max(0, (on - birth_date).days)


def reference_for(test: LabTest, sex: Sex, age_days: int) -> Interval | None:
    """The reference interval of this patient; None where the source names none."""
    return next((item for item in test.reference if item.applies(sex, age_days)), None)


def flag_of(test: LabTest, value: float | str, sex: Sex, age_days: int) -> Flag:
    """How the value stands to the critical limits first, then to the reference."""
    if isinstance(value, str):
        return _flag_of_answer(test, value)
    for limits in test.critical:
        if limits.applies(sex, age_days):
            if limits.too_low(value):
                return "critical_low"
            if limits.too_high(value):
                return "critical_high"
    interval = reference_for(test, sex, age_days)
    if interval is None:
        return "unjudged"
    return "low" if interval.too_low(value) else "high" if interval.too_high(value) else "normal"


def _flag_of_answer(test: LabTest, answer: str) -> Flag:
    if not test.normal_answers:
        return "unjudged"
    return "normal" if answer in test.normal_answers else "abnormal"


def read_value(test: LabTest, raw: float | str) -> float | str:
    """The value as stored: a number (comma or point) or one of the coded answers."""
    field = f"values.{test.loinc}"
    if test.kind is Kind.CODED:
        if raw not in test.answers:
            raise Invalid("Pilih salah satu jawaban untuk %(test)s", field=field, test=test.name)
        return str(raw)
    number = _number(raw)
    if number is None:
        raise Invalid("Isi angka untuk %(test)s", field=field, test=test.name)
    if test.plausible.too_low(number) or test.plausible.too_high(number):
        raise Invalid(
            "%(test)s di luar %(range)s %(unit)s: periksa lagi",
            field=field,
            test=test.name,
            range=test.plausible.text(),
            unit=test.ucum,
        )
    return number


def _number(raw: float | str) -> float | None:
    if isinstance(raw, bool):
        return None
    try:
        number = float(raw.strip().replace(",", ".")) if isinstance(raw, str) else float(raw)
    except ValueError:
        return None
    return number if isfinite(number) else None

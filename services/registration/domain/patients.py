"""Who a patient is: record number, name as searched, and what a NIK says about its holder."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from chassis.errors import Conflict, Invalid
from contracts.facility import Queue
from contracts.values import PriorityClass, Sex

#: A NIK writes the day of birth of women 40 higher.
_FEMALE_DAY = 40


@dataclass(frozen=True)
class Facts:
    """What the desk enters. PMK 24/2022 art. 14: without a NIK the reason is recorded."""

    full_name: str
    birth_date: date
    sex: Sex
    nik: str | None = None
    nik_absent_reason: str | None = None
    jkn_card: str | None = None
    village_code: str | None = None

    def check(self, today: date) -> None:
        if self.birth_date > today:
            raise Invalid("Tanggal lahir tidak boleh sesudah hari ini", field="birth_date")
        if self.birth_date.year < today.year - 130:
            raise Invalid("Tanggal lahir terlalu lampau: periksa tahunnya", field="birth_date")
        if not self.nik and not self.nik_absent_reason:
            raise Invalid(
                "Isi NIK, atau tuliskan alasan mengapa NIK belum ada", field="nik_absent_reason"
            )

    def columns(self) -> dict[str, Any]:
        """As they are stored."""
        name = " ".join(self.full_name.split())
        return asdict(self) | {
            "full_name": name,
            "name_key": name_key(name),
            "sex": self.sex.value,
        }

    def differing(self, known: Mapping[str, Any]) -> list[str]:
        """What was entered otherwise than it is known of the patient who has this NIK."""
        entered = self.columns()
        telling = {"name_key": "full_name", "birth_date": "birth_date", "sex": "sex"}
        return [field for column, field in telling.items() if entered[column] != known[column]]


class TooLittle(Invalid):
    """A search needs a number, or the name with the birth date."""


class Ambiguous(Conflict):
    """A number that should be one person's is kept with several patients."""

    code = "patient_ambiguous"


class NikTaken(Conflict):
    """Another patient of this centre has this NIK: one of the two is wrong, or both are one."""

    code = "nik_taken"


def name_key(name: str) -> str:
    """A name as it is searched: single spaces, no capitals."""
    return " ".join(name.split()).casefold()


def record_no(number: int) -> str:
    """The medical record number as printed, e.g. 00-12-47; it grows past a million."""
    digits = f"{number:06d}"
    return f"{digits[:-4]}-{digits[-4:-2]}-{digits[-2:]}"


def nik_warnings(nik: str | None, birth_date: date, sex: Sex) -> list[str]:
    """Codes of what a NIK and the entered data say differently; never a reason to refuse.

    Digits 7-12 of a NIK are day (women: +40), month and year of birth.
    """
    if not nik or len(nik) != 16 or not nik.isdigit():
        return []
    day, rest = int(nik[6:8]), nik[8:12]
    female = day > _FEMALE_DAY
    born = f"{day - _FEMALE_DAY if female else day:02d}{rest}"
    warnings = []
    if born != birth_date.strftime("%d%m%y"):
        warnings.append("nik_birth_date")
    if female != (sex is Sex.FEMALE):
        warnings.append("nik_sex")
    return warnings


def age_months(birth_date: date, on: date) -> int:
    """Completed months of life."""
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month
    return months - (on.day < birth_date.day)


def priority_of(queue: Queue, chosen: PriorityClass, birth_date: date, on: date) -> PriorityClass:
    """The chosen class, or elderly by age (exactly 60 counts: KMK 2015/2023)."""
    is_elderly = age_months(birth_date, on) >= queue.elderly_from_years * 12
    if chosen is PriorityClass.REGULAR and is_elderly and PriorityClass.ELDERLY in queue.priority:
        return PriorityClass.ELDERLY
    return chosen

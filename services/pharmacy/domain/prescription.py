"""The way of a prescription through the pharmacy, and what a hand-over asks for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.errors import Conflict
from chassis.states import Machine
from contracts.bilingual import Bilingual
from contracts.values import PrescriptionItem, ReviewChecks

#: domain.md §2. An amendment starts again at `received`, until the medicine is handed over.
MACHINE: Final = Machine(
    "prescription",
    {
        ("received", "review"): "reviewed",
        ("received", "hold"): "received",
        ("reviewed", "prepare"): "prepared",
        ("prepared", "dispense"): "dispensed",
        ("received", "reject"): "rejected",
        ("reviewed", "reject"): "rejected",
        ("prepared", "reject"): "rejected",
        ("received", "amend"): "received",
        ("reviewed", "amend"): "received",
        ("prepared", "amend"): "received",
        ("received", "cancel"): "cancelled",
        ("reviewed", "cancel"): "cancelled",
        ("prepared", "cancel"): "cancelled",
    },
    {
        "received": Bilingual("diterima, belum dikaji", "received, not reviewed"),
        "reviewed": Bilingual("sudah dikaji", "reviewed"),
        "prepared": Bilingual("sudah disiapkan", "prepared"),
        "dispensed": Bilingual("sudah diserahkan", "handed over"),
        "rejected": Bilingual("dikembalikan ke penulis resep", "returned to the prescriber"),
        "cancelled": Bilingual("dibatalkan", "cancelled"),
    },
)


class IdentityUnknown(Conflict):
    """The registration of the patient has not arrived yet, so nothing can be compared."""

    code = "identity_unknown"


class IdentityMismatch(Conflict):
    code = "identity_mismatch"


class InstructionsMissing(Conflict):
    code = "instructions_missing"


@dataclass(frozen=True, kw_only=True)
class Prescription:
    """A prescription with the patient's identifiers, which are None until they arrive."""

    id: UUID
    facility: str
    version: int
    rx_version: int
    state: str
    number: int
    service_date: date
    visit_id: UUID
    patient_id: UUID
    origin_unit: str
    prescriber_id: str
    prescriber_name: str
    issued_at: datetime
    received_at: datetime
    age_days: int
    sex: str
    weight_kg: float | None
    allergies: tuple[str, ...]
    items: tuple[PrescriptionItem, ...]
    checks: Mapping[str, bool] | None
    reject_reason: str | None
    reviewed_at: datetime | None
    prepared_at: datetime | None
    closed_at: datetime | None
    full_name: str | None
    birth_date: date | None
    mrn: str | None

    @property
    def ticket_no(self) -> str:
        """What the counter calls out: the pharmacy's own number of the day, never a name."""
        return f"R-{self.number:03d}"


def after_review(state: str, checks: ReviewChecks) -> str:
    """Three passed checks go on; a failed one is recorded and the prescription stays."""
    passed = checks.administrative and checks.pharmaceutical and checks.clinical
    return MACHINE.after(state, "review" if passed else "hold")


def verify_hand_over(rx: Prescription, name: str, birth_date: date, instructed: bool) -> None:
    """Two identifiers as the patient says them, and the instructions, before the medicine."""
    if rx.full_name is None:
        raise IdentityUnknown("Data pasien belum tiba dari pendaftaran; coba lagi sebentar lagi")
    if _folded(name) != _folded(rx.full_name):
        raise IdentityMismatch("Nama tidak cocok dengan resep; tanyakan lagi", field="full_name")
    if birth_date != rx.birth_date:
        raise IdentityMismatch(
            "Tanggal lahir tidak cocok dengan resep; tanyakan lagi", field="birth_date"
        )
    if not instructed:
        raise InstructionsMissing(
            "Jelaskan cara pakai obat sebelum menyerahkannya", field="instructions_given"
        )


def needs(items: Iterable[PrescriptionItem]) -> dict[str, int]:
    """Quantity per drug; a drug that stands on two lines is needed twice."""
    total: Counter[str] = Counter()
    for item in items:
        total[item.drug_code] += item.quantity
    return dict(total)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())

"""The life of a laboratory order: its states as data, and the rules that guard the steps."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from chassis.errors import Conflict, Invalid
from chassis.states import Machine
from contracts.bilingual import Bilingual
from contracts.facility import Facility
from contracts.values import LabPriority

from .catalogue import CATALOGUE, known, specimens_for

MACHINE: Final = Machine(
    "lab_order",
    {
        ("requested", "accept"): "accepted",
        ("accepted", "collect"): "collected",
        ("collected", "receive"): "received",
        ("collected", "reject_specimen"): "specimen_rejected",
        ("received", "reject_specimen"): "specimen_rejected",
        ("specimen_rejected", "collect"): "collected",
        ("received", "enter"): "in_analysis",
        ("in_analysis", "enter"): "in_analysis",
        ("in_analysis", "validate"): "validated",
        ("validated", "release"): "released",
        ("released", "read"): "returned",
        # Until it is validated the laboratory may give an order back: no patient waits for ever.
        **{
            (state, "reject"): "rejected"
            for state in (
                "requested",
                "accepted",
                "collected",
                "received",
                "specimen_rejected",
                "in_analysis",
            )
        },
        # Nobody waits for it any more. What is on the instrument is finished and filed.
        **{
            (state, "cancel"): "cancelled"
            for state in ("requested", "accepted", "collected", "received", "specimen_rejected")
        },
    },
    {
        "requested": Bilingual("diminta", "requested"),
        "accepted": Bilingual("disanggupi", "accepted"),
        "collected": Bilingual("spesimen diambil", "specimen collected"),
        "received": Bilingual("spesimen diterima", "specimen received"),
        "specimen_rejected": Bilingual("spesimen ditolak", "specimen rejected"),
        "in_analysis": Bilingual("dikerjakan", "in analysis"),
        "validated": Bilingual("divalidasi", "validated"),
        "released": Bilingual("dikeluarkan", "released"),
        "returned": Bilingual("dibaca ruang asal", "read by the unit"),
        "rejected": Bilingual("ditolak", "rejected"),
        "cancelled": Bilingual("dibatalkan", "cancelled"),
    },
)

#: The states in which the laboratory still owes something; the worklist shows these.
OPEN_STATES: Final = MACHINE.states - {"rejected", "cancelled", "released", "returned"}

#: What is not done any more when the unit takes it back, or the patient has gone home.
CANCELLABLE: Final = MACHINE.before("cancel")

#: The one main button of a state. Before validation, entering comes first (see the bench).
NEXT_STEP: Final[dict[str, str]] = {
    "requested": "accept",
    "accepted": "collect",
    "collected": "receive",
    "specimen_rejected": "collect",
    "received": "enter",
    "in_analysis": "validate",
    "validated": "release",
}

#: Order of the worklist: what cannot wait first, then the oldest request.
RANK: Final[dict[LabPriority, int]] = {LabPriority.CITO: 0, LabPriority.ROUTINE: 1}


class RejectionReason(StrEnum):
    """Why a specimen cannot be used."""

    HAEMOLYSED = "haemolysed"
    MISLABELLED = "mislabelled"
    INSUFFICIENT = "insufficient"


class SecondPersonNeeded(Conflict):
    """The facility profile asks for another pair of eyes (lab.two_person_validation)."""

    code = "second_person_needed"


class ResultsIncomplete(Conflict):
    code = "results_incomplete"


class ReferenceUnknown(Conflict):
    """Without sex and birth date no reference range can be chosen."""

    code = "patient_unknown"


def refusal_of(loincs: Collection[str]) -> str:
    """Why the laboratory cannot do this request at all; empty when it can."""
    if not loincs:
        return "Permintaan tanpa pemeriksaan"
    unknown = [loinc for loinc in loincs if known(loinc) is None]
    return f"Tidak dikerjakan di sini: {', '.join(unknown)}" if unknown else ""


def check_unit(facility: Facility, origin_unit: str) -> None:
    """A result goes back to the unit that asked, so that unit must exist."""
    if facility.unit(origin_unit) is None:
        raise Invalid(
            "Unit %(unit)s tidak ada di profil fasilitas", field="origin_unit", unit=origin_unit
        )


def accession_no(day: date, number: int) -> str:
    """`L-261122-014`: unique in the centre, and its end is what people call out."""
    return f"L-{day:%y%m%d}-{number:03d}"


def wanted_specimens(loincs: Sequence[str], usable: Collection[str]) -> tuple[str, ...]:
    """The specimen types still to be taken, given those that are at hand and usable."""
    return tuple(code for code in specimens_for(loincs) if code not in usable)


def check_complete(loincs: Sequence[str], entered: Collection[str]) -> None:
    missing = [loinc for loinc in loincs if loinc not in entered]
    if missing:
        names = ", ".join(CATALOGUE[loinc].name for loinc in missing)
        raise ResultsIncomplete(
            "Isi dulu hasil yang belum ada: %(tests)s",
            field=f"values.{missing[0]}",
            tests=names,
        )


def check_second_person(facility: Facility, staff_id: str, entered_by: Collection[str]) -> None:
    if facility.lab.two_person_validation and staff_id in entered_by:
        raise SecondPersonNeeded("Validasi dilakukan oleh petugas lain dari yang mengisi hasil")
